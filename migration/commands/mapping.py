"""`ikou mapping`: soundness of maps and rules, and differences between two sets of them."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from mappings import checking, loading
from mappings.area import Area
from mappings.errors import Fault, InputError, MappingError, did_you_mean
from mappings.layout_diff import LayoutDiff, diff_codes, diff_layouts
from mappings.map_diff import MapChange, diff_rules, diff_sources
from migration.commands.copybook import copybook
from migration.commands.mapping_new import new
from migration.commands.mapping_report import report
from migration.commands.menu import Commands
from migration.commands.tables import folding_table
from migration.commands.terminal import AreaOption, JsonOption, WorkspaceOption, out, print_json
from migration.definitions import Definitions, definitions, execution_faults
from migration.transforms import TRANSFORMS

COUNTS = ("業務", "名称", "グループ", "現行の列", "項目対応", "除外", "コード", "未確認", "規則", "合計")

app = Commands()
app.command("report")(report)
app.command("copybook")(copybook)
app.command("new")(new)


@app.command()
def check(workspace: WorkspaceOption = None, area: AreaOption = None, json: JsonOption = False) -> None:
    """項目対応・コード変換・規則の検査: 行き先のない列、ない項目、届かない参照などをすべて示す。

    例: ikou mapping check --area jumin
    """
    known = definitions(workspace)
    try:
        areas, faults = _checked(known, area)
    except MappingError as error:
        areas, faults = {}, list(error.faults)
    if json:
        rows = [_counts(one) for one in areas.values()]
        print_json({"ok": not faults, "areas": rows, "faults": [asdict(fault) for fault in faults]})
        raise typer.Exit(2 if faults else 0)
    if faults:
        raise MappingError(faults)
    _print_counts(areas)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="もとの定義のフォルダ（作業領域の mappings またはその写し）")],
    new: Annotated[Path, typer.Argument(help="比べる定義のフォルダ")],
    area: AreaOption = None,
    json: JsonOption = False,
) -> None:
    """2つの定義フォルダの違いを、行ではなく意味で比べる。違いがあれば終了コード 1。

    例: ikou mapping diff 前回/mappings mappings
    """
    before, after = _load_folder(old), _load_folder(new)
    known = {*before, *after}
    for name in area or []:
        if name not in known:
            raise InputError(f"業務「{name}」がどちらのフォルダにもありません。{did_you_mean(name, known)}")
    chosen = [name for name in sorted(known) if not area or name in area]
    layouts = {name: _layouts(before[name], after[name]) for name in chosen if name in before and name in after}
    changes = {name: _changes(before[name], after[name]) for name in layouts}
    only = {"added": sorted(set(chosen) - set(before)), "removed": sorted(set(chosen) - set(after))}
    differ = any(only.values()) or any(changes.values()) or not all(found.empty for found in layouts.values())
    if json:
        found = {n: {"layout": asdict(layouts[n]), "maps": [asdict(one) for one in changes[n]]} for n in layouts}
        print_json({"areas_added": only["added"], "areas_removed": only["removed"], "areas": found})
    elif differ:
        _print_differences(only, layouts, changes)
    else:
        out.print("違いはありません。")
    raise typer.Exit(1 if differ else 0)


def _checked(known: Definitions, only: list[str] | None) -> tuple[dict[str, Area], list[Fault]]:
    areas = known.load()
    for name in only or []:
        if name not in areas:
            raise InputError(f"業務「{name}」がありません。{did_you_mean(name, areas)}")
    faults = checking.check_areas(
        areas,
        TRANSFORMS,
        secret=loading.secret_items(known.folders),
        parameters={parameter.name for parameter in loading.parameters(known.folders)},
        elsewhere=(),
        only=only or None,
    )
    chosen = {name: area for name, area in areas.items() if not only or name in only}
    return chosen, list(dict.fromkeys([*faults, *execution_faults(chosen.values())]))


def _counts(area: Area) -> dict[str, Any]:
    sources = area.sources.values()
    entries = [entry for source in sources for codes in source.codes.values() for entry in codes.entries.values()]
    return {
        "area": area.id,
        "title": area.title,
        "vendors": sorted(area.sources),
        "groups": len(area.groups),
        "unmapped_groups": {source.vendor: sorted(area.groups.keys() - source.groups.keys()) for source in sources},
        "tables": sum(len(source.tables) for source in sources),
        "columns": sum(len(table.columns) for source in sources for table in source.tables.values()),
        "map_lines": sum(len(group.columns) for source in sources for group in source.groups.values()),
        "ignored": sum(len(source.ignored) for source in sources),
        "codes": len(entries),
        "unconfirmed_codes": sum(not entry.confirmed for entry in entries),
        "rules": len(area.rules),
        "totals": len(area.totals),
    }


def _print_counts(areas: dict[str, Area]) -> None:
    table = folding_table(*COUNTS)
    keys = ("groups", "columns", "map_lines", "ignored", "codes", "unconfirmed_codes", "rules", "totals")
    remarks = []
    for area in areas.values():
        row = _counts(area)
        table.add_row(area.id, escape(area.title), *(f"{row[key]:,}" for key in keys))
        for vendor, groups in row["unmapped_groups"].items():
            if groups:
                remarks.append(f"{area.id}: {vendor} に項目対応のないグループ … {'、'.join(groups)}")
        if not area.sources:
            remarks.append(f"{area.id}: 現行システムの書式（legacy/）がまだありません")
        if row["unconfirmed_codes"]:
            remarks.append(
                f"{area.id}: 未確認のコードが{row['unconfirmed_codes']}件あります（使われると投入が止まります）"
            )
    out.print(table)
    for remark in remarks:
        out.print(f"[yellow]注意[/] {escape(remark)}")
    out.print("[green]OK[/] 定義に誤りはありません。")


def _load_folder(folder: Path) -> dict[str, Area]:
    """A folder with area.toml files stands alone; a town's own folder lies over the shipped definitions."""
    if not folder.is_dir():
        raise InputError(f"フォルダ「{folder}」がありません。")
    alone = bool(loading.area_ids([folder]))
    return loading.load_areas([folder] if alone else [loading.shipped_folder(), folder])


def _layouts(old: Area, new: Area) -> LayoutDiff:
    return replace(diff_layouts(old.groups, new.groups), codes=diff_codes(old.code_lists, new.code_lists))


def _changes(old: Area, new: Area) -> list[MapChange]:
    changes = diff_rules(old, new)
    for vendor in sorted({*old.sources, *new.sources}):
        if vendor in old.sources and vendor in new.sources:
            changes += diff_sources(old.sources[vendor], new.sources[vendor])
        else:
            before, after = old.sources.get(vendor), new.sources.get(vendor)
            changes.append(
                MapChange("現行システム", vendor, "書式", before.title if before else "", after.title if after else "")
            )
    return changes


def _print_differences(
    only: dict[str, list[str]], layouts: dict[str, LayoutDiff], changes: dict[str, list[MapChange]]
) -> None:
    for title, names in (("増えた業務", only["added"]), ("なくなった業務", only["removed"])):
        if names:
            out.print(f"[bold]{title}[/]: {'、'.join(names)}")
    table = folding_table("業務", "種類", "場所", "項目", "前", "後")
    for name, found in layouts.items():
        for group in found.added_groups:
            table.add_row(name, "レイアウト", group, "グループ", "", "追加")
        for group in found.removed_groups:
            table.add_row(name, "レイアウト", group, "グループ", "あり", "削除")
        for item in (*found.items, *found.codes):
            what = f"{item.item} {item.attribute or item.kind}"
            table.add_row(name, "レイアウト", *map(escape, (item.group, what, item.before, item.after)))
        for one in changes[name]:
            table.add_row(name, *map(escape, (one.part, one.where, one.what, one.before, one.after)))
    out.print(table)
