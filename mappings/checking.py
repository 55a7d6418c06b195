"""Soundness of areas: what the files say fits together, before any data is touched. Pure data; no area is special."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from mappings.area import Area
from mappings.errors import Fault, did_you_mean
from mappings.layout import Group, Item
from mappings.rule_soundness import rule_faults, total_faults
from mappings.scope import Known
from mappings.source_soundness import source_faults


def check_areas(
    areas: Mapping[str, Area],
    transforms: Collection[str],
    secret: Collection[str] | None = None,
    parameters: Collection[str] | None = None,
    elsewhere: Collection[str] | None = None,
    only: Collection[str] | None = None,
) -> list[Fault]:
    """Every fault of layouts, maps and rules.

    `secret` (items that are 個人番号) and `parameters` (dated parameters) are not judged when None. `elsewhere`: areas
    that exist but are not among `areas`; None: any other area may exist. `only`: the areas whose faults are told.
    """
    known = Known(areas, transforms, secret, parameters, elsewhere)
    faults: list[Fault] = []
    for area in areas.values():
        if only is None or area.id in only:
            faults += _layout_faults(area, known)
            for source in area.sources.values():
                faults += source_faults(area, source, known)
            for rule in area.rules:
                faults += rule_faults(area, rule, known)
            for total in area.totals:
                faults += total_faults(area, total, known)
    return list(dict.fromkeys(faults))


def _layout_faults(area: Area, known: Known) -> Iterator[Fault]:
    names = Counter(group.name for group in area.groups.values())
    for group in area.groups.values():
        file = f"{area.id}/standard/{group.id}.csv"
        if not group.key:
            yield Fault(file, "", "主キーの項目がありません", "グループ_主キー に ○ を付けてください")
        if names[group.name] > 1:
            yield Fault(file, "", f"グループ名称「{group.name}」が別のファイルにもあります", "名称を分けてください")
        for item in group.items:
            yield from _item_faults(area, group, item, known)


def _item_faults(area: Area, group: Group, item: Item, known: Known) -> Iterator[Fault]:
    file = f"{area.id}/standard/{group.id}.csv"
    if item.code.isdecimal() and item.code not in area.code_lists:
        problem = f"コード一覧 {item.code} が codes.csv にありません"
        yield Fault(file, f"{item.name} コード", problem, did_you_mean(item.code, area.code_lists))
    if "." in item.foreign_key and (unknown := _foreign_key_problem(area, item.foreign_key, known)):
        yield Fault(file, f"{item.name} グループ_外部キー", *unknown)


def _foreign_key_problem(area: Area, target: str, known: Known) -> tuple[str, str] | None:
    *there, group_id, name = target.split(".")
    if there and not known.has_area(there[0]):
        return f"業務「{there[0]}」がありません", did_you_mean(there[0], known.areas)
    other = known.areas.get(there[0]) if there else area
    if other is None:
        return None
    if group_id not in other.groups:
        return f"業務「{other.id}」にグループ「{group_id}」がありません", did_you_mean(group_id, other.groups)
    items = [item.name for item in other.groups[group_id].items]
    if name not in items:
        return f"グループ「{group_id}」に項目「{name}」がありません", did_you_mean(name, items)
    return None
