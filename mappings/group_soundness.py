"""Soundness of one group's map: sources, look-ups, filters, codes, transforms, 個人番号."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mappings.area import Area
from mappings.errors import Fault, did_you_mean
from mappings.expression import Expression, Name
from mappings.layout import CodeList, Item
from mappings.legacy_source import CodeMap, ColumnMap, GroupMap, LegacyLookup, Source
from mappings.scope import Known, Scope
from mappings.trees import names


def group_faults(area: Area, source: Source, group: GroupMap, known: Known) -> Iterator[Fault]:
    """Everything wrong with one group's map; the group is known to be in the layout."""
    file, place = f"{area.id}/legacy/{source.vendor}/source.toml", f"[groups.{group.group}]"
    missing = [table for table in group.tables if table not in source.tables]
    for table in missing:
        problem = f"テーブル「{table}」がありません"
        yield Fault(file, f"{place} tables", problem, did_you_mean(table, source.tables))
    if not group.tables:
        yield Fault(file, f"{place} tables", "元のテーブルが書かれていません", 'tables = ["…"] と書いてください')
    if missing or not group.tables:
        return
    yield from _stack_faults(file, place, source, group)
    yield from _frame_faults(file, place, source, group, known)
    yield from _map_faults(area, source, group, known)


def used_columns(source: Source, group: GroupMap, maps_only: bool = False) -> Iterator[tuple[str, str]]:
    """(table, column) of every legacy column the group's map reads; `maps_only`: only those that items come from."""
    lookups = {lookup.alias: lookup.table for lookup in group.lookups}
    for one in group.columns:
        for text in one.sources:
            yield from _located(group, lookups, text)
    if group.split:
        for old in group.split.columns.values():
            yield from ((table, name) for table in group.tables for name in old)
    if maps_only:
        return
    yield from ((table, name) for table in group.tables for name in group.distinct)
    for lookup in group.lookups:
        for here, there in lookup.on:
            yield from _located(group, lookups, here)
            yield lookup.table, there
        yield from ((lookup.table, name.name) for name in _names(lookup.where))
    for one_filter in group.filters:
        for name in _names(one_filter.when):
            yield from _located(group, lookups, f"{name.alias}.{name.name}" if name.alias else name.name)


def _names(tree: Expression | None) -> Collection[Name]:
    return names(tree) if tree is not None else ()


def _located(group: GroupMap, lookups: dict[str, str], text: str) -> Iterator[tuple[str, str]]:
    alias, dot, name = text.partition(".")
    if dot and alias in lookups:
        yield lookups[alias], name
    else:
        yield from ((table, text) for table in group.tables)


def _stack_faults(file: str, place: str, source: Source, group: GroupMap) -> Iterator[Fault]:
    first, *others = [source.tables[table] for table in group.tables]
    for other in others:
        different = {column.name for column in first.columns} ^ {column.name for column in other.columns}
        if different:
            shown = "、".join(sorted(different)[:5])
            problem = f"重ねるテーブル「{first.id}」と「{other.id}」の列が違います（{shown}）"
            yield Fault(file, f"{place} tables", problem, "同じ列のテーブルだけを重ねられます")


def _frame_faults(file: str, place: str, source: Source, group: GroupMap, known: Known) -> Iterator[Fault]:
    """Look-ups, filters, split and distinct."""
    plain = Scope(_columns(source, group.tables[0]), {}, known.parameters)
    for new, old in group.split.columns.items() if group.split else ():
        yield from plain.name_faults(file, f"{place} split {new}", *old)
    yield from plain.name_faults(file, f"{place} distinct", *group.distinct)
    columns = [*plain.columns, *_split_columns(group)]
    lookups: dict[str, Collection[str] | None] = {}
    for lookup in group.lookups:
        scope = Scope(columns, dict(lookups), known.parameters)
        yield from _lookup_faults(file, f"{place} [[lookups]] {lookup.alias}", source, lookup, scope)
        lookups[lookup.alias] = _columns(source, lookup.table)
    scope = Scope(columns, lookups, known.parameters)
    seen: set[str] = set()
    for one in group.filters:
        if one.id in seen:
            yield Fault(file, f"{place} [[filters]] {one.id}", f"「{one.id}」が2回あります", "番号を分けてください")
        seen.add(one.id)
        yield from scope.faults(file, f"{place} [[filters]] {one.id} when", one.when)


def _lookup_faults(file: str, place: str, source: Source, lookup: LegacyLookup, scope: Scope) -> Iterator[Fault]:
    if lookup.alias in scope.lookups:
        yield Fault(file, place, "同じ別名の参照が2つあります", "別名を分けてください")
    if lookup.table not in source.tables:
        problem = f"テーブル「{lookup.table}」がありません"
        yield Fault(file, f"{place} table", problem, did_you_mean(lookup.table, source.tables))
        return
    there = Scope(_columns(source, lookup.table), {}, scope.parameters)
    yield from scope.name_faults(file, f"{place} on", *(here for here, _ in lookup.on))
    yield from there.name_faults(file, f"{place} on", *(target for _, target in lookup.on))
    yield from there.faults(file, f"{place} where", lookup.where)


def _map_faults(area: Area, source: Source, group: GroupMap, known: Known) -> Iterator[Fault]:
    """The lines of <group>.csv."""
    items = {item.name: item for item in area.groups[group.group].items}
    lookups: dict[str, Collection[str] | None] = {
        lookup.alias: _columns(source, lookup.table) for lookup in group.lookups
    }
    scope = Scope([*_columns(source, group.tables[0]), *_split_columns(group)], lookups)
    for one in group.columns:
        place = f"{one.line}行"
        if one.item not in items:
            problem = f"標準の項目「{one.item}」がありません"
            yield Fault(group.file, f"{place} item", problem, did_you_mean(one.item, items))
            continue
        yield from scope.name_faults(group.file, f"{place} from", *one.sources)
        for transform in one.transforms:
            if transform.name not in known.transforms:
                problem = f"変換「{transform.name}」はありません"
                yield Fault(group.file, f"{place} transform", problem, did_you_mean(transform.name, known.transforms))
        yield from _given_faults(group.file, place, one)
        yield from _code_faults(area, source, group.file, one, items[one.item])
        if known.secret is not None:
            yield from _secret_faults(source, group, one, known.secret)
    written = {one.item for one in group.columns}
    for name in items:
        if name not in written:
            advice = "行を足し、元の列を書くか、空にする理由を note に書いてください"
            yield Fault(group.file, name, f"標準の項目「{name}」の行がありません", advice)


def _given_faults(file: str, place: str, one: ColumnMap) -> Iterator[Fault]:
    if not (one.sources or one.default or one.note):
        advice = "元の列か既定値を書くか、空にする理由を note に書いてください"
        yield Fault(file, f"{place} note", f"「{one.item}」に何も入らない理由がありません", advice)
    if not one.sources and (one.transforms or one.codes):
        yield Fault(file, f"{place} from", f"「{one.item}」は元の列がないのに変換があります", "元の列を書いてください")


def _code_faults(area: Area, source: Source, file: str, one: ColumnMap, item: Item) -> Iterator[Fault]:
    target = area.code_lists.get(item.code)
    if target and one.default and one.default not in target.values and not target.free:
        problem = f"既定値「{one.default}」はコード {target.id} {target.name} にありません"
        yield Fault(file, f"{one.line}行 default", problem, did_you_mean(one.default, target.values))
    if not one.codes:
        return
    codes = source.codes.get(one.codes)
    if codes is None:
        problem = f"コード変換「{one.codes}」（codes/{one.codes}.csv）がありません"
        yield Fault(file, f"{one.line}行 codes", problem, did_you_mean(one.codes, source.codes))
        return
    if codes.code_list and item.code and codes.code_list != item.code:
        problem = f"「{item.name}」はコード {item.code} ですが、「{one.codes}」はコード {codes.code_list} 用です"
        yield Fault(file, f"{one.line}行 codes", problem, "コード変換を選び直してください")
    elif target and not codes.code_list:
        yield from target_faults(codes, target)


def target_faults(codes: CodeMap, target: CodeList) -> Iterator[Fault]:
    """Legacy codes whose standard code is not in the list they go to."""
    for entry in codes.entries.values():
        if entry.standard and entry.standard not in target.values and not target.free:
            problem = f"「{entry.legacy}」の行き先「{entry.standard}」はコード {target.id} {target.name} にありません"
            advice = did_you_mean(entry.standard, target.values)
            yield Fault(codes.file, f"{entry.legacy} standard", problem, advice)


def _secret_faults(source: Source, group: GroupMap, one: ColumnMap, secret: Collection[str]) -> Iterator[Fault]:
    """個人番号 goes only from columns marked secret to items known as secret: anything else would leak it."""
    marked = {(table.id, column.name) for table in source.tables.values() for column in table.columns if column.secret}
    lookups = {lookup.alias: lookup.table for lookup in group.lookups}
    for text in one.sources:
        is_secret = any(pair in marked for pair in _located(group, lookups, text))
        if is_secret and one.item not in secret:
            advice = "行き先を直すか、項目を shared/secret_items.csv に加えてください"
            yield Fault(group.file, f"{one.line}行 from", f"個人番号の列「{text}」が「{one.item}」に入ります", advice)
        if not is_secret and one.item in secret:
            advice = "columns/ の列に secret の ○ を付けてください"
            yield Fault(group.file, f"{one.line}行 from", f"「{text}」は個人番号の列と印されていません", advice)


def _columns(source: Source, table: str) -> list[str]:
    return [column.name for column in source.tables[table].columns] if table in source.tables else []


def _split_columns(group: GroupMap) -> list[str]:
    return [group.split.number, *group.split.columns] if group.split else []
