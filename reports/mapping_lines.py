"""The mapping read in both directions: where each standard item comes from, where each legacy column goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mappings.area import Area
from mappings.group_soundness import used_columns
from mappings.layout import Group, Item
from mappings.legacy_source import ColumnMap, GroupMap, Source

MAPPED, FIXED, BLANK, MISSING = "対応あり", "固定値", "空で作成", "対応なし"
IGNORED, LOOKED_AT = "除外", "参照のみ"


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One standard item: its map line (None: the map has none) and the legacy (table, column) pairs behind it."""

    group: Group
    number: int
    item: Item
    map: ColumnMap | None
    sources: tuple[tuple[str, str], ...]

    @property
    def verdict(self) -> str:
        if self.map is None:
            return MISSING
        if self.sources:
            return MAPPED
        return FIXED if self.map.default else BLANK


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One legacy column: the items it goes to, or why it goes nowhere."""

    table: str
    number: int
    column: str
    secret: bool
    items: tuple[ItemLine, ...]
    ignored: str
    looked_at: bool

    @property
    def verdict(self) -> str:
        if self.items:
            return MAPPED
        if self.ignored:
            return IGNORED
        return LOOKED_AT if self.looked_at else MISSING


def item_lines(area: Area, source: Source | None) -> list[ItemLine]:
    """Every item of every group of the layout, in layout order, but for groups the town's role leaves out."""
    lines = []
    for group in (one for one in area.groups.values() if one.id not in area.left_out):
        made = source.groups.get(group.id) if source else None
        maps = {line.item: line for line in made.columns} if made else {}
        for number, item in enumerate(group.items, start=1):
            one = maps.get(item.name)
            pairs = _pairs(made, one) if made and one else ()
            lines.append(ItemLine(group, number, item, one, pairs))
    return lines


def column_lines(area: Area, source: Source) -> list[ColumnLine]:
    """Every column of every legacy table, in file order."""
    goes: dict[tuple[str, str], list[ItemLine]] = {}
    for line in item_lines(area, source):
        for pair in line.sources:
            goes.setdefault(pair, []).append(line)
    looked_at = {pair for group in source.groups.values() for pair in used_columns(source, group)}
    looked_at |= {(table.id, name) for table in source.tables.values() for name in table.key}
    reasons = ignored_reasons(source)
    return [
        ColumnLine(
            table.id,
            number,
            column.name,
            column.secret,
            tuple(goes.get((table.id, column.name), ())),
            reasons.get((table.id, column.name)) or reasons.get((table.id, "*"), ""),
            (table.id, column.name) in looked_at,
        )
        for table in source.tables.values()
        for number, column in enumerate(table.columns, start=1)
    ]


def ignored_reasons(source: Source) -> Mapping[tuple[str, str], str]:
    """(table, column or *) → why it is left behind."""
    return {(one.table, one.column): one.reason for one in source.ignored}


def _pairs(group: GroupMap, line: ColumnMap) -> tuple[tuple[str, str], ...]:
    lookups = {lookup.alias: lookup.table for lookup in group.lookups}
    split = group.split.columns if group.split else {}
    pairs: list[tuple[str, str]] = []
    for text in line.sources:
        alias, dot, column = text.partition(".")
        if dot and alias in lookups:
            pairs.append((lookups[alias], column))
        else:
            pairs += [(table, name) for table in group.tables for name in split.get(text, (text,))]
    return tuple(dict.fromkeys(pairs))
