"""`ikou mapping report`: the vendor's documents from the maps alone, before any run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mappings.errors import InputError, did_you_mean, shown_path
from migration.commands.terminal import AreaOption, JsonOption, WorkspaceOption, out, print_json
from migration.stages import write_whole
from migration.transforms import TRANSFORMS
from migration.workspace import Workspace, load_areas, open_workspace
from reports.document import Document, Edition, Facts
from reports.documents import DOCUMENTS
from reports.excel import render_excel
from reports.html import render_html
from reports.runbook import RunBook

MAPPING_DOCUMENTS = ("mapping_table", "code_table", "exclusions")


def report(
    folder: Annotated[Path | None, typer.Option("--to", help="書き出すフォルダ（省略時は reports/対応表）")] = None,
    edition: Annotated[str, typer.Option("--edition", help="department（原課版）か vendor（ベンダ版）")] = "vendor",
    area: AreaOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """移行項目対応表・コード変換表・移行除外項目一覧を、動いている定義ファイルから作る（データは読まない）。

    例: ikou mapping report --area jumin
    """
    if edition not in tuple(Edition):
        raise InputError(f"--edition「{edition}」は使えません。{did_you_mean(edition, tuple(Edition))}")
    town = open_workspace(workspace)
    target = folder or town.root / "reports" / "対応表"
    paths = []
    for document in mapping_documents(town, tuple(area or ()), Edition(edition), datetime.now()):
        for ending, data in ((".html", render_html(document).encode()), (".xlsx", render_excel(document))):
            paths.append(target / f"{document.file_name}{ending}")
            write_whole(paths[-1], data)
    if json:
        print_json({"files": [str(path) for path in paths]})
        return
    for path in paths:
        out.print(escape(shown_path(path)))


def mapping_documents(town: Workspace, only: tuple[str, ...], edition: Edition, now: datetime) -> list[Document]:
    """The documents a vendor reviews; fill rates and code counts are empty, because nothing was read."""
    areas = load_areas(town, only)
    book = RunBook(
        facts=Facts(
            municipality=town.name,
            run="（定義のみ・データは読んでいません）",
            as_of="",
            identity="",
            layouts=tuple((area.title, area.layout_version) for area in areas.values()),
            created=now.strftime("%Y年%m月%d日 %H:%M"),
        ),
        areas=areas,
        vendors={name: town.areas[name].vendor for name in areas},
        transform_words={name: spec.manual for name, spec in TRANSFORMS.items()},
    )
    made = (kind.build(book, edition) for kind in DOCUMENTS if kind.id in MAPPING_DOCUMENTS)
    return [document for built in made for document in ([built] if isinstance(built, Document) else built)]
