"""What differs between two sets of maps of one vendor: meaning, not lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mappings.area import Area
from mappings.legacy_source import ColumnMap, GroupMap, LegacyColumn, LegacyTable, Source
from mappings.rule import Rule
from mappings.trees import show


@dataclass(frozen=True, slots=True)
class MapChange:
    """One difference. `part`: 項目対応 | コード変換 | 除外 | 現行テーブル | 現行の列 | 条件 | 外字."""

    part: str
    where: str  # group, code map or table
    what: str  # item, code, column
    before: str  # '' = not there before
    after: str  # '' = not there any more


def diff_sources(old: Source, new: Source) -> list[MapChange]:
    """Every difference in meaning; order of lines and file layout do not matter."""
    changes: list[MapChange] = []
    for part, view in _VIEWS.items():
        before, after = view(old), view(new)
        for key in dict.fromkeys([*before, *after]):
            if before.get(key) != after.get(key):
                changes.append(MapChange(part, *key, before.get(key, ""), after.get(key, "")))
    return changes


def diff_rules(old: Area, new: Area) -> list[MapChange]:
    """Differences of rules and control totals, field by field."""
    before, after = _rules(old), _rules(new)
    return [
        MapChange("規則", *key, before.get(key, ""), after.get(key, ""))
        for key in dict.fromkeys([*before, *after])
        if before.get(key) != after.get(key)
    ]


_View = Mapping[tuple[str, str], str]


def _rules(area: Area) -> _View:
    fields = {(rule.id, title): text for rule in area.rules for title, text in _rule_texts(rule) if text}
    for total in area.totals:
        where = f" where {show(total.where)}" if total.where else ""
        by = f" by {'、'.join(total.by)}" if total.by else ""
        text = f"{total.table}: {show(total.value)}{by}{where} {total.unit}"
        fields[f"合計 {total.id}", total.title] = text
    return fields


def _rule_texts(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "対象", f"{rule.table} {rule.item}".strip()
    yield "条件", show(rule.check)
    yield "絞り込み", show(rule.where) if rule.where else ""
    yield "まとめ方", f"{'、'.join(rule.by)} {'、'.join(rule.order)}".strip()
    yield "重さと種類", f"{rule.severity} {rule.kind}"
    yield "文面", rule.message
    yield "担当", rule.department
    for lookup in rule.lookups:
        joined = "、".join(f"{here}={there}" for here, there in lookup.on)
        where = f"（{show(lookup.where)}）" if lookup.where else ""
        yield f"参照 {lookup.alias}", f"{lookup.area}.{lookup.table} {joined}{where}"


def _maps(source: Source) -> _View:
    return {(group.group, one.item): _map_text(one) for group in source.groups.values() for one in group.columns}


def _map_text(one: ColumnMap) -> str:
    sources = {"first": "|", "join": "+"}.get(one.combine, "").join(one.sources)
    parts = [sources or "（なし）", *(f"変換 {transform}" for transform in one.transforms)]
    parts += [f"コード変換 {one.codes}"] if one.codes else []
    parts += [f"既定値 {one.default}"] if one.default else []
    return "、".join(parts)


def _frames(source: Source) -> _View:
    return {(group.group, what): text for group in source.groups.values() for what, text in _frame_texts(group) if text}


def _frame_texts(group: GroupMap) -> Iterator[tuple[str, str]]:
    yield "元のテーブル", "、".join(group.tables)
    for one in group.filters:
        yield f"除外条件 {one.id}", f"{show(one.when)}（{one.reason}）"
    for lookup in group.lookups:
        joined = "、".join(f"{here}={there}" for here, there in lookup.on)
        where = f"（{show(lookup.where)}）" if lookup.where else ""
        yield f"参照 {lookup.alias}", f"{lookup.table} {joined}{where}"
    if group.split:
        parts = "、".join(f"{new}←{'/'.join(old)}" for new, old in group.split.columns.items())
        yield "行の分割", f"{group.split.number}: {parts}{'（空も残す）' if group.split.keep_empty else ''}"
    yield "重複の統合", "、".join(group.distinct)


def _codes(source: Source) -> _View:
    return {
        (codes.name, entry.legacy): f"{entry.standard or '（空）'} {'確認済み' if entry.confirmed else '未確認'}"
        for codes in source.codes.values()
        for entry in codes.entries.values()
    }


def _ignored(source: Source) -> _View:
    return {(one.table, one.column): one.reason for one in source.ignored}


def _tables(source: Source) -> _View:
    return {(table.id, "読み方"): _table_text(table) for table in source.tables.values()}


def _table_text(table: LegacyTable) -> str:
    parts = [table.reader, table.encoding, *table.files, f"キー {'/'.join(table.key)}"]
    parts += [f"{table.record_length}バイト {table.newline}"] if table.record_length else [f"区切り {table.delimiter}"]
    parts += [] if table.header else ["見出しなし"]
    parts += [f"空とみなす値 {'/'.join(table.blanks)}"] if table.blanks else []
    return "、".join(part for part in parts if part)


def _columns(source: Source) -> _View:
    return {
        (table.id, column.name): _column_text(column) for table in source.tables.values() for column in table.columns
    }


def _column_text(column: LegacyColumn) -> str:
    place = f"{column.start}から{column.length}バイト" if column.length else ""
    return " ".join(part for part in (column.kind, place, column.encoding, "個人番号" if column.secret else "") if part)


def _gaiji(source: Source) -> _View:
    by_code = {
        entry.character: entry.mj or entry.juki or entry.koseki or entry.touki
        for entry in source.gaiji.entries
        if entry.confirmed
    }
    return {("外字", f"U+{ord(old):04X}"): new for old, new in {**by_code, **source.gaiji.characters}.items()}


_VIEWS = {
    "項目対応": _maps,
    "条件": _frames,
    "コード変換": _codes,
    "除外": _ignored,
    "現行テーブル": _tables,
    "現行の列": _columns,
    "外字": _gaiji,
}
