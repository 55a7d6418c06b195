"""Groups and code lists → standard/<group>.csv and codes.csv, and what an import keeps from the layout before it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mappings.layout import CodeList, Group, Item, ItemType
from mappings.layout_files import CODE_HEADINGS, HEADINGS
from mappings.workbook import Workbook


def standard_groups(
    workbook: Workbook, area: str, version: str, before: Mapping[str, Group], ids: Mapping[str, str] | None = None
) -> dict[str, Group]:
    """The workbook's groups with ids: `ids` (グループ名称 → id), else the id of the group it continues, else a new one.

    A group continues one of `before` with the same name, else the one it shares most データ項目ID with. What the
    workbook cannot say is kept from there: 暦外日 and the targets of foreign keys.
    """
    groups: dict[str, Group] = {}
    for name, items in workbook.groups.items():
        old = _continued(name, items, before)
        group_id = (ids or {}).get(name) or (old.id if old and old.id not in groups else f"g{items[0].id}")
        kept = tuple(_kept(item, old) for item in items)
        groups[group_id] = Group(area, group_id, name, items[0].id[:3], version, kept)
    return groups


def write_standard(workbook: Workbook, folder: Path, source: str, groups: Mapping[str, Group]) -> list[Path]:
    """Writes one CSV per group and codes.csv into `folder`; `source` is the 出典 of every line."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for group in groups.values():
        written.append(folder / f"{group.id}.csv")
        _write(written[-1], HEADINGS, [_item_cells(item, group.name, source) for item in group.items])
    if workbook.code_lists:
        written.append(folder / "codes.csv")
        lines = [cells for codes in workbook.code_lists.values() for cells in _code_cells(codes, source)]
        _write(written[-1], CODE_HEADINGS, lines)
    return written


def _continued(name: str, items: Sequence[Item], before: Mapping[str, Group]) -> Group | None:
    for group in before.values():
        if group.name == name:
            return group
    ids = {item.id for item in items}
    shared = {group.id: len(ids & ({item.id for item in group.items} - {""})) for group in before.values()}
    best = max(shared, key=lambda one: shared[one], default="")
    return before[best] if best and shared[best] else None


def _kept(item: Item, old: Group | None) -> Item:
    same = next((one for one in old.items if one.name == item.name), None) if old else None
    if same is None:
        return item
    target = same.foreign_key if item.foreign_key and same.foreign_key else item.foreign_key
    dated = item.type in (ItemType.DATE, ItemType.YEAR)
    return replace(item, foreign_key=target, noncalendar=same.noncalendar and dated)


def _item_cells(item: Item, group: str, source: str) -> tuple[str, ...]:
    length = f"{item.length},{item.scale}" if item.type is ItemType.DECIMAL else str(item.length or "")
    return (
        item.id,
        item.name,
        item.romaji,
        group,
        _mark(item.primary_key),
        item.foreign_key,
        *item.classes,
        "Ｎ" if item.type is ItemType.N else item.type.value,
        length,
        item.code,
        str(item.repeat or ""),
        item.requirement.value,
        item.definition,
        item.description,
        item.spec_reference,
        _mark(item.mandatory),
        item.sample,
        item.note,
        _mark(item.unknown_date),
        _mark(item.noncalendar),
        item.status.value,
        source,
    )


def _code_cells(codes: CodeList, source: str) -> list[tuple[str, ...]]:
    return [(codes.id, codes.name, value, text, "", codes.status.value, source) for value, text in codes.values.items()]


def _mark(value: bool) -> str:
    return "○" if value else ""


def _write(path: Path, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())
