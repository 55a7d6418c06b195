"""Soundness of a vendor's folder: every legacy column accounted for, every standard item given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from mappings.area import Area
from mappings.errors import Fault, did_you_mean
from mappings.group_soundness import group_faults, target_faults, used_columns
from mappings.legacy_source import CodeMap, LegacyTable, Source
from mappings.position_soundness import POSITIONED, other_kinds, position_faults, record_faults
from mappings.scope import Known


def source_faults(area: Area, source: Source, known: Known) -> Iterator[Fault]:
    """Everything wrong with one vendor's tables, maps, code maps and ignored columns."""
    folder = f"{area.id}/legacy/{source.vendor}"
    for table in source.tables.values():
        yield from _table_faults(folder, table)
    for group in source.groups.values():
        if group.group in area.groups:
            yield from group_faults(area, source, group, known)
        else:
            problem = f"標準レイアウトにグループ「{group.group}」がありません"
            advice = did_you_mean(group.group, area.groups)
            yield Fault(f"{folder}/source.toml", f"[groups.{group.group}]", problem, advice)
    for codes in source.codes.values():
        yield from _code_faults(area, codes)
    yield from _ignored_faults(folder, source)
    yield from _coverage_faults(folder, source)


def _table_faults(folder: str, table: LegacyTable) -> Iterator[Fault]:
    file, place = f"{folder}/source.toml", f"[tables.{table.id}]"
    names = [column.name for column in table.columns]
    for name in table.key:
        if name not in names:
            yield Fault(file, f"{place} key", f"列「{name}」がありません", did_you_mean(name, names))
    if not table.files:
        yield Fault(file, f"{place} files", "ファイルの場所が書かれていません", 'files = ["…/*.csv"] と書いてください')
    if len(table.delimiter) != 1:
        yield Fault(file, f"{place} delimiter", "区切り文字は1文字です", 'delimiter = "," のように書いてください')
    yield from other_kinds(f"{folder}/columns/{table.id}.csv", table)
    if table.reader in POSITIONED:
        yield from position_faults(f"{folder}/columns/{table.id}.csv", table)
        yield from record_faults(file, place, table)


def _code_faults(area: Area, codes: CodeMap) -> Iterator[Fault]:
    target = area.code_lists.get(codes.code_list)
    if target:
        yield from target_faults(codes, target)
    elif codes.code_list:
        problem = f"コード一覧 {codes.code_list} が標準レイアウトにありません"
        yield Fault(codes.file, "1行 list", problem, did_you_mean(codes.code_list, area.code_lists))
    for entry in codes.entries.values():
        if not entry.standard and not entry.note:
            advice = "標準のコードを書くか、空にする理由を note に書いてください"
            yield Fault(codes.file, f"{entry.legacy} standard", f"「{entry.legacy}」の行き先がありません", advice)


def _ignored_faults(folder: str, source: Source) -> Iterator[Fault]:
    file = f"{folder}/ignored.csv"
    mapped = _mapped(source)
    for one in source.ignored:
        place = f"{one.table} {one.column}"
        if one.table not in source.tables:
            yield Fault(file, place, f"テーブル「{one.table}」がありません", did_you_mean(one.table, source.tables))
            continue
        names = [column.name for column in source.tables[one.table].columns]
        if one.column not in (*names, "*"):
            yield Fault(file, place, f"列「{one.column}」がありません", did_you_mean(one.column, names))
        elif (one.table, one.column) in mapped:
            problem = f"移行しないはずの列「{one.column}」が項目対応で使われています"
            yield Fault(file, place, problem, "どちらかを消してください")


def _mapped(source: Source) -> set[tuple[str, str]]:
    return {pair for group in source.groups.values() for pair in used_columns(source, group, maps_only=True)}


def _coverage_faults(folder: str, source: Source) -> Iterator[Fault]:
    used = {pair for group in source.groups.values() for pair in used_columns(source, group)}
    used |= {(table.id, name) for table in source.tables.values() for name in table.key}
    ignored = {(one.table, one.column) for one in source.ignored}
    for table in _without(source.tables, {name for name, column in ignored if column == "*"}):
        for column in table.columns:
            if (table.id, column.name) not in used | ignored:
                problem = f"列「{column.name}」の行き先がありません"
                advice = "項目対応で使うか、移行しない理由を ignored.csv に書いてください"
                yield Fault(f"{folder}/columns/{table.id}.csv", column.name, problem, advice)


def _without(tables: Mapping[str, LegacyTable], left: Collection[str]) -> list[LegacyTable]:
    return [table for table in tables.values() if table.id not in left]
