"""`ikou mapping new`: a first draft of a vendor's folder from sample files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mappings.errors import InputError
from migration.commands.terminal import JsonOption, WorkspaceOption, out, print_json
from migration.definitions import definitions
from migration.drafting import look, matches, write_draft


def new(
    area: Annotated[str, typer.Argument(help="業務（例 jumin）")],
    vendor: Annotated[str, typer.Argument(help="現行ベンダのフォルダ名（英小文字・数字）")],
    sample: Annotated[Path, typer.Argument(help="現行システムのサンプルファイルを入れたフォルダ")],
    folder: Annotated[
        Path, typer.Option("--out", help="定義を書くフォルダ（省略時は今いるフォルダの mappings）")
    ] = Path("mappings"),
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """サンプルから、新しい現行ベンダの定義の下書きを作る。対応は候補を示すだけで、人が確かめて書くまで決まらない。

    例: ikou mapping new kokuho betsusha サンプル/国保
    """
    if not (vendor.isascii() and vendor.isidentifier() and vendor.islower()):
        raise InputError(f"ベンダのフォルダ名「{vendor}」は使えません。英小文字と数字（先頭は英字）で書いてください。")
    definition = definitions(workspace).load_one(area)
    seen, unread = look(sample)
    if not seen:
        raise InputError("読める表がありませんでした。\n" + "\n".join(f"  {line}" for line in unread))
    made = write_draft(definition, vendor, seen, matches(definition, seen), folder)
    if json:
        print_json({**asdict(made), "unread": unread})
        return
    for one in seen:
        rows = one.profile["rows"].to_list()[0]
        out.print(f"  {escape(one.table.title)}: {len(one.table.columns):,}列、{rows:,}件（{one.table.files[0]}）")
    for line in unread:
        out.print(f"  [yellow]読めません[/] {escape(line)}")
    out.print(
        f"下書き: {escape(str(made.folder))}\n標準の項目 {made.items:,} のうち候補があるもの {made.proposed:,}、"
        f"中身を決めるコード変換表 {made.codes:,}\n"
        "次にすること: 各グループの CSV の note にある候補を確かめて from に書き、要らない列を ignored.csv に"
        "理由とともに書いてから、`ikou mapping check` を実行してください。"
    )
