"""LAY-01 … LAY-06 on a loaded table: our own query lists every failing row, Great Expectations confirms the counts.

One scan shows all failing cells of up to 60 items. LAY-04 and -05 are GX's own expectations; LAY-01, -02 and -03 are
one condition of our own each: GX takes its time to plan an expectation, and its regex expectation calls Python per cell
on SQLite (18 million times for 300,000 × 60). GX counts all of them in one query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa

from mappings.layout import CodeList, Group, Item, ItemType
from validators.checked import NO_FINDINGS, CheckSettings, RuleOutcome
from validators.expectations import Expected, compiled_once, no_rows, no_rows_where
from validators.layout import LayoutKind, LayoutRule, layout_rules, length_holds, type_holds
from validators.layout_frames import CELL_KINDS, cell_findings, cell_outcomes, layout_outcome
from validators.shown import shown_key
from validators.sql_expression import SqlContext, SqlEngine, column_type
from validators.tables import Database, failing
from validators.usual_cells import usual_cell

ITEMS_AT_ONCE = 60
_INDEX = {"column": pl.String, "check": pl.String, "index": pl.Int64}


@dataclass(frozen=True, slots=True)
class _Cells:
    """Some rules on single cells, and where they fail."""

    table: sa.FromClause
    rules: Sequence[LayoutRule]
    conditions: Sequence[sa.ColumnElement[bool]]  # failing
    failures: Sequence[int]
    found: pl.DataFrame
    rows: Mapping[str, int]  # per rule id: rows with a failing cell


def check_layout_sql(
    group: Group, code_lists: Mapping[str, CodeList], database: Database, settings: CheckSettings
) -> tuple[list[RuleOutcome], list[Expected]]:
    """One outcome per layout rule and item, and what Great Expectations must confirm."""
    rules = layout_rules(group, code_lists)
    cells = [rule for rule in rules if rule.kind is not LayoutKind.REFERENCE and rule.item]
    parts = [_check_cells(group, some, database, settings) for some in _chunks(cells)]
    filled, rows = _filled(group, database)
    found = pl.concat([part.found for part in parts])
    outcomes = cell_outcomes(cells, found, filled, rows, settings)
    expected = [one for part in parts for one in _expected_cells(group, part, database)]
    for rule in rules:
        if rule.kind is LayoutKind.REFERENCE:
            _add(_check_reference(rule, group, database, settings), outcomes, expected)
        elif not rule.item:
            _add(_check_unique(rule, group, database, settings), outcomes, expected)
    return outcomes, expected


def _add(answer: tuple[RuleOutcome, Expected | None], outcomes: list[RuleOutcome], expected: list[Expected]) -> None:
    outcomes.append(answer[0])
    expected += [answer[1]] if answer[1] else []


def _chunks(rules: Sequence[LayoutRule]) -> Iterator[list[LayoutRule]]:
    items = list(dict.fromkeys(rule.item for rule in rules))
    for start in range(0, len(items), ITEMS_AT_ONCE):
        some = set(items[start : start + ITEMS_AT_ONCE])
        yield [rule for rule in rules if rule.item in some]


def _check_cells(group: Group, rules: Sequence[LayoutRule], database: Database, settings: CheckSettings) -> _Cells:
    table = database.table(group)
    conditions = [compiled_once(_failing(rule, group, database, table), database.engine) for rule in rules]
    names = list(dict.fromkeys([*group.key, *(rule.item for rule in rules)]))
    texts = [database.text(table, group.item(name)) for name in names]
    query = sa.select(*texts, *(sa.case((c, 1), else_=0) for c in conditions)).where(sa.or_(*conditions))
    schema = {name: pl.String() for name in names} | {f"?{i}": pl.Int8() for i in range(len(rules))}
    rows = database.frame(query, schema)
    where = [rows[f"?{i}"].eq(1).arg_true().cast(pl.Int64) for i in range(len(rules))]
    cells = [
        pl.DataFrame(
            {"column": [rule.item] * len(index), "check": [rule.id] * len(index), "index": index}, schema=_INDEX
        )
        for rule, index in zip(rules, where, strict=True)
    ]
    with_record = rows.with_columns(record_id=pl.lit(None, pl.Int64))
    failing_cells = pl.concat(cells)
    by_rule = failing_cells.group_by("check").agg(pl.col("index").n_unique())
    return _Cells(
        table,
        rules,
        conditions,
        [len(index) for index in where],
        cell_findings(failing_cells, with_record, group, settings),
        dict(by_rule.iter_rows()),
    )


def _failing(rule: LayoutRule, group: Group, database: Database, table: sa.FromClause) -> sa.ColumnElement[bool]:
    item = group.item(rule.item)
    if rule.kind not in CELL_KINDS:
        return table.c[item.romaji].is_(None)
    text = database.text(table, item)
    engine = SqlEngine(SqlContext(database.dialect, {}))
    if rule.kind in (LayoutKind.TYPE, LayoutKind.LENGTH) and _is_bigint(item, database):
        return failing(_number_holds(rule, item, table.c[item.romaji]))
    if rule.kind is LayoutKind.CODE:
        exact = failing(engine.is_in(text, rule.choices))
    else:
        exact = failing((type_holds if rule.kind is LayoutKind.TYPE else length_holds)(item, text, engine))
    usual = usual_cell(rule.kind, item, text) if engine.sqlite else None
    return sa.and_(text.is_not(None), *([] if usual is None else [~usual]), exact)


def _is_bigint(item: Item, database: Database) -> bool:
    return isinstance(column_type(item, database.dialect), sa.BigInteger)


def _number_holds(rule: LayoutRule, item: Item, number: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """`type_holds` and `length_holds` of a column that can hold nothing but integers; a minus counts only in a 9."""
    most = 10**item.length - 1
    if rule.kind is LayoutKind.LENGTH:
        return number.between(-most if item.type is ItemType.SIGNED else -(most // 10), most)
    return number >= 0 if item.type is ItemType.INTEGER else sa.true()


def _expected_cells(group: Group, cells: _Cells, database: Database) -> list[Expected]:
    expected = []
    queried: dict[str, list[sa.ColumnElement[bool]]] = {}
    for rule, condition, failures in zip(cells.rules, cells.conditions, cells.failures, strict=True):
        item = group.item(rule.item)
        what = f"{group.sql_name} {rule.id} {rule.item}"
        choices = {"column": item.romaji, "value_set": _stored(rule.choices, item, database)}
        if rule.kind is LayoutKind.CODE:
            expected.append(Expected(what, "expect_column_values_to_be_in_set", failures, choices))
        else:
            queried.setdefault(rule.id, []).append(condition)
    for rule_id, conditions in queried.items():
        what = f"{group.sql_name} {rule_id}"
        expected.append(no_rows_where(what, sa.or_(*conditions), cells.rows.get(rule_id, 0), database.engine))
    return expected


def _stored(choices: Sequence[str], item: Item, database: Database) -> list[str] | list[int]:
    """Code values as the column holds them; a number column can hold no 01."""
    if isinstance(column_type(item, database.dialect), sa.Text):
        return list(choices)
    return [int(choice) for choice in choices if choice.isascii() and choice.isdigit() and str(int(choice)) == choice]


def _filled(group: Group, database: Database) -> tuple[dict[str, int], int]:
    """How many values each item has, and the number of rows."""
    table = database.table(group)
    columns = [sa.func.count(table.c[item.romaji]) for item in group.items]
    rows, *filled = database.counts(sa.select(sa.func.count(), *columns).select_from(table))
    return {item.name: count for item, count in zip(group.items, filled, strict=True)}, rows


def _check_unique(
    rule: LayoutRule, group: Group, database: Database, settings: CheckSettings
) -> tuple[RuleOutcome, Expected]:
    table = database.table(group)
    whole = sa.and_(*(table.c[group.item(name).romaji].is_not(None) for name in group.key))
    texts = [database.text(table, group.item(name)) for name in group.key]
    many = sa.func.count()
    query = sa.select(*texts, many).where(whole).group_by(*texts).having(many > 1)
    rows = database.frame(query, {name: pl.String() for name in group.key} | {"?rows": pl.Int64()})
    shown = shown_key(group, settings)
    found = rows.select(
        shown.alias("key"),
        pl.lit("").alias("item"),
        shown.alias("value"),
        pl.lit(rule.message).alias("message"),
        pl.lit(None, pl.Int64).alias("record_id"),
    )
    failures = int(rows["?rows"].sum())
    (seen,) = database.counts(sa.select(sa.func.count()).select_from(table).where(whole))
    outcome = layout_outcome(rule, seen, found, settings, failures=failures)
    columns = [group.item(name).romaji for name in group.key]
    what = f"{group.sql_name} {rule.id}"
    if len(columns) == 1:
        return outcome, Expected(what, "expect_column_values_to_be_unique", failures, {"column": columns[0]})
    arguments = {"column_list": columns, "ignore_row_if": "any_value_is_missing"}
    return outcome, Expected(what, "expect_compound_columns_to_be_unique", failures, arguments)


def _check_reference(
    rule: LayoutRule, group: Group, database: Database, settings: CheckSettings
) -> tuple[RuleOutcome, Expected | None]:
    area, name, item_name = rule.target
    target = settings.groups(area, name)
    if target is None or not database.has(target):
        note = f"参照先の {area}.{name} がこの移行に含まれていないため、{rule.item} を検査していません。"
        return layout_outcome(rule, 0, NO_FINDINGS, settings, note), None
    table, there = database.table(group, "here"), database.table(target, "there")
    here, known = database.column(table, group.item(rule.item)), database.column(there, target.item(item_name))
    values: list[Any] = [here.element, known.element]
    if type(here.element.type) is not type(known.element.type):
        values = [database.text(table, here.item), database.text(there, known.item)]
    found = sa.exists(sa.literal(1)).where(values[0] == values[1]).correlate(table)
    orphaned = sa.and_(here.element.is_not(None), ~found)
    names = list(dict.fromkeys([*group.key, rule.item]))
    rows = database.frame(
        sa.select(*(database.text(table, group.item(n)) for n in names)).where(orphaned),
        {n: pl.String() for n in names},
    ).with_columns(record_id=pl.lit(None, pl.Int64))
    index = pl.DataFrame({"index": range(rows.height)}, schema={"index": pl.Int64})
    cells = index.with_columns(column=pl.lit(rule.item), check=pl.lit(rule.id))
    shown = cell_findings(cells, rows, group, settings).with_columns(message=pl.lit(rule.message))
    (seen,) = database.counts(sa.select(sa.func.count(here.element)).select_from(table))
    query = sa.select(sa.literal(1)).select_from(table).where(orphaned)
    expected = no_rows(f"{group.sql_name} {rule.id} {rule.item}", query, rows.height, database.engine)
    return layout_outcome(rule, seen, shown, settings), expected
