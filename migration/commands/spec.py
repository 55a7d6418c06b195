"""`ikou spec`: layouts of the national standard: list, show, diff, import."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from mappings.area import Area
from mappings.errors import InputError, did_you_mean, shown_path
from mappings.layout import Group, Status
from mappings.layout_diff import ATTRIBUTES, LayoutDiff, Touched, diff_codes, diff_layouts, touched
from mappings.loading import imported_versions
from migration import audit
from migration.commands.menu import Commands
from migration.commands.tables import folding_table
from migration.commands.terminal import AreaOption, JsonOption, WorkspaceOption, out, print_json
from migration.definitions import Definitions, definitions
from migration.layout_import import LayoutImport, LayoutRequest, import_layout
from migration.workspace import open_workspace

app = Commands()

AreaArgument = Annotated[str, typer.Argument(help="業務（例 jumin）")]
LIST_HEADINGS = ("業務", "名称", "版", "グループ", "項目", "公式", "実例", "参考", "コード一覧", "取込済みの版")
ITEM_HEADINGS = ("ID", "データ項目", "型 桁", "コード", "出力条件", "印", "状態")
STATUS_TITLES = {Status.OFFICIAL: "公式", Status.OBSERVED: "実例", Status.REFERENCE: "参考"}


@app.command("list")
def list_(workspace: WorkspaceOption = None, area: AreaOption = None, json: JsonOption = False) -> None:
    """標準レイアウトの一覧: 業務ごとの版、グループと項目の数、公式かどうか。

    例: ikou spec list
    """
    known = definitions(workspace)
    rows = [_summary(one, known) for one in known.load(area).values()]
    if json:
        print_json(rows)
        return
    table = folding_table(*LIST_HEADINGS)
    for row in rows:
        counts = [f"{row[key]:,}" for key in ("groups", "items", "official", "observed", "reference", "code_lists")]
        versions = "、".join(row["imported"])
        table.add_row(row["area"], escape(row["title"]), escape(row["version"]), *counts, escape(versions))
    out.print(table)


@app.command()
def show(
    area: AreaArgument,
    group: Annotated[str, typer.Argument(help="グループ（省略時は業務のグループの一覧）")] = "",
    version: Annotated[str, typer.Option("--version", help="版（省略時は ikou.toml の [layouts]）")] = "",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """標準レイアウトの中身: グループの一覧、またはグループの項目。

    例: ikou spec show jutogai atena
    """
    found = definitions(workspace).load_one(area, version)
    if group and group not in found.groups:
        raise InputError(f"業務「{area}」にグループ「{group}」がありません。{did_you_mean(group, found.groups)}")
    groups = [found.groups[group]] if group else list(found.groups.values())
    if json:
        print_json({"area": area, "version": found.layout_version, "groups": [asdict(one) for one in groups]})
    elif group:
        out.print(_items_table(groups[0]))
    else:
        table = folding_table("グループ", "名称", "項目", "主キー", "状態")
        for one in groups:
            key = "、".join(one.key)
            table.add_row(one.id, escape(one.name), str(len(one.items)), escape(key), STATUS_TITLES[one.status])
        out.print(table)


@app.command()
def diff(
    area: AreaArgument,
    new: Annotated[str, typer.Argument(help="比べる版")],
    old: Annotated[str, typer.Option("--from", help="もとの版（省略時は今の版）")] = "",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """版の比較: 何が変わり、どの項目対応と規則を見直すか。違いがあれば終了コード 1。

    例: ikou spec diff jutogai 3.0
    """
    known = definitions(workspace)
    before, after = known.load_one(area, old), known.load_one(area, new)
    found = replace(diff_layouts(before.groups, after.groups), codes=diff_codes(before.code_lists, after.code_lists))
    others = [one for one in known.load().values() if one.id != area]
    concerned = touched(found, before, others)
    if json:
        print_json(
            {"area": area, "from": before.layout_version, "to": after.layout_version} | _as_json(found, concerned)
        )
    else:
        out.print(f"{escape(before.title)}: {escape(before.layout_version)} → {escape(after.layout_version)}")
        _print_diff(found, concerned)
    raise typer.Exit(0 if found.empty else 1)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="デジタル庁の項目定義書または基本データリスト（.xlsx）")],
    area: Annotated[str, typer.Option("--area", "-a", help="業務（省略時は業務IDから）")] = "",
    version: Annotated[str, typer.Option("--version", help="版（省略時はファイル名の【第x.x版】から）")] = "",
    group: Annotated[list[str] | None, typer.Option("--group", help="グループ名称=ID。何度でも")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="取り込み済みの同じ版を置き換える")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """公式のブックを作業領域に取り込み、今の版から何が変わるかを示す。

    例: ikou spec import 031_基本データリスト【第3.0版】.xlsx
    """
    town = open_workspace(workspace)
    request = LayoutRequest(file, area, version, _group_ids(group or []), replace)
    done = import_layout(town, request)
    audit.note(
        town.root,
        "spec import",
        {"area": done.area, "version": done.version, "file": file.name, "sha256": done.sha256},
        datetime.now().astimezone(),
    )
    if json:
        print_json(_import_json(done))
        return
    items = sum(len(one.items) for one in done.groups.values())
    out.print(f"取り込みました: {escape(shown_path(done.folder))}（{len(done.groups)}グループ、{items:,}項目）")
    for note in done.notes:
        out.print(f"  [dim]{escape(note)}[/]")
    _print_diff(done.diff, done.touched)
    out.print("[bold]この版を使うには[/] ikou.toml に次の行を書いてください:")
    out.print(f"  {escape('[layouts]')}\n  {escape(done.setting)}")


def _group_ids(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, sign, group = pair.partition("=")
        if not (sign and name and group.isidentifier() and group.isascii() and group == group.lower()):
            advice = "グループ名称=ID の形で書いてください。IDは半角の英小文字・数字・_ です。"
            raise InputError(f"--group「{pair}」を読めません。{advice}")
        found[name] = group
    return found


def _summary(area: Area, known: Definitions) -> dict[str, Any]:
    statuses = Counter(item.status for group in area.groups.values() for item in group.items)
    return {
        "area": area.id,
        "title": area.title,
        "version": area.layout_version,
        "groups": len(area.groups),
        "items": statuses.total(),
        **{status.value: statuses[status] for status in Status},
        "code_lists": len(area.code_lists),
        "imported": imported_versions(area.id, known.folders),
    }


def _items_table(group: Group) -> Table:
    table = folding_table(*ITEM_HEADINGS)
    for item in group.items:
        length = f"{item.length},{item.scale}" if item.scale else str(item.length or "")
        marks = {
            "主キー": item.primary_key,
            f"外部キー {item.foreign_key}": item.foreign_key,
            "実装必須": item.mandatory,
            "不詳日": item.unknown_date,
            "暦外日": item.noncalendar,
        }
        shown = "、".join(mark for mark, on in marks.items() if on)
        kind = f"{item.type.value} {length}".strip()
        cells = (item.id, item.name, kind, item.code, item.requirement.value, shown, STATUS_TITLES[item.status])
        table.add_row(*map(escape, cells))
    return table


def _print_diff(found: LayoutDiff, concerned: list[Touched] | tuple[Touched, ...]) -> None:
    if found.empty:
        out.print("標準レイアウトに違いはありません。")
        return
    for title, groups in (("増えるグループ", found.added_groups), ("なくなるグループ", found.removed_groups)):
        if groups:
            out.print(f"[bold]{title}[/]: {escape('、'.join(groups))}")
    numbered = [one for one in found.items if one.attribute == ATTRIBUTES["id"] and not one.before]
    if numbered:
        out.print(f"公式のデータ項目IDが付いた項目: {len(numbered):,}")
    table = folding_table("グループ／コード", "項目／値", "違い", "属性", "前", "後")
    for one in (*(one for one in found.items if one not in numbered), *found.codes):
        table.add_row(*map(escape, (one.group, one.item, one.kind, one.attribute, one.before, one.after)))
    if table.row_count:
        out.print(table)
    if not concerned:
        out.print("見直しの要る項目対応と規則はありません。")
        return
    out.print(f"[bold]見直しの要る所[/]（{len(concerned):,}か所）")
    for place in concerned:
        where = f"{place.file} {place.place}".strip()
        out.print(f"  {escape(where)}: {escape(place.what)} … {escape(place.effect)}")


def _as_json(found: LayoutDiff, concerned: list[Touched] | tuple[Touched, ...]) -> dict[str, Any]:
    return {"diff": asdict(found), "touched": [asdict(one) for one in concerned]}


def _import_json(done: LayoutImport) -> dict[str, Any]:
    return {
        "area": done.area,
        "version": done.version,
        "folder": str(done.folder),
        "groups": {name: len(group.items) for name, group in done.groups.items()},
        "notes": list(done.notes),
        "setting": {"layouts": {done.area: done.version}},
    } | _as_json(done.diff, done.touched)
