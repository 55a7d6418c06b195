"""One business rule on loaded tables: our query lists every failing row, Great Expectations confirms their number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa

from mappings.expression import Name
from mappings.model import Group, Rule, RuleLookup
from validators.checked import CheckSettings, RuleOutcome, RuleReading, column, is_grouped, read_rule, shown_names
from validators.expectations import Expected, no_rows
from validators.polars_expression import column_name
from validators.rule_frames import rule_findings, rule_outcome
from validators.sql_expression import SqlColumn, SqlContext, SqlEngine, to_sql_condition
from validators.tables import Database, failing

_CHECK = "check_result"


def check_rule_sql(
    rule: Rule, group: Group, database: Database, settings: CheckSettings
) -> tuple[RuleOutcome, Expected | None]:
    """The rule over all rows (or groups) of its table."""
    reading = read_rule(rule, group, settings.groups)
    if isinstance(reading, str):
        return rule_outcome(rule, settings, note=reading), None
    missing = [one for one in reading.groups.values() if not database.has(one)]
    if missing:
        note = f"{missing[0].area}.{missing[0].id} のデータがないため、検査していません。"
        return rule_outcome(rule, settings, note=note), None
    tables = {alias: database.table(one, f"t{i}") for i, (alias, one) in enumerate(reading.groups.items())}
    names = _result_names(reading)
    examined = _examined(_Rule(reading, tables, database, settings), names).subquery("examined")
    failed = failing(examined.c[_CHECK])
    columns = [examined.c[f"c{i}"] for i in range(len(names))]
    rows = database.frame(sa.select(*columns, sa.literal(1)).where(failed), _schema(names))
    (seen,) = database.counts(sa.select(sa.func.count(examined.c[_CHECK])))
    found = rule_findings(reading, rows.with_columns(record_id=pl.lit(None, pl.Int64)), settings)
    query = sa.select(sa.literal(1)).select_from(examined).where(failed)
    expected = no_rows(f"{group.sql_name} {rule.id}", query, rows.height, database.engine)
    return rule_outcome(rule, settings, seen, rows.height, found), expected


@dataclass(frozen=True, slots=True)
class _Rule:
    reading: RuleReading
    tables: Mapping[str, sa.FromClause]  # by alias, '' = the rule's own
    database: Database
    settings: CheckSettings

    def column(self, name: Name) -> SqlColumn:
        return self.database.column(self.tables[name.alias], self.reading.item(name))

    def context(self, by: tuple[str, ...] = (), order: tuple[str, ...] = ()) -> SqlContext:
        return SqlContext(
            dialect=self.database.dialect,
            columns={column_name(name): self.column(name) for name in self.reading.columns},
            found={lookup.alias: self._found(lookup) for lookup in self.reading.rule.lookups},
            as_of=self.settings.as_of,
            parameters=self.settings.parameters,
            by=by,
            order=order,
        )

    def _found(self, lookup: RuleLookup) -> sa.ColumnElement[bool]:
        return self.column(Name(lookup.on[0][1], lookup.alias)).element.is_not(None)


def _result_names(reading: RuleReading) -> list[Name]:
    key = reading.rule.by if is_grouped(reading.rule) else reading.groups[""].key
    return list(dict.fromkeys([*(column(text) for text in key), *shown_names(reading)]))


def _schema(names: list[Name]) -> dict[str, pl.DataType]:
    return {**{column_name(name): pl.String() for name in names}, "?": pl.Int8()}


def _examined(about: _Rule, names: list[Name]) -> sa.Select[Any]:
    """One row per row or group under examination: c0, c1 … (what is shown, as text) and the check."""
    rule = about.reading.rule
    order = (*rule.order, *about.reading.groups[""].key) if rule.order else ()
    context = about.context(rule.by, order)
    check = to_sql_condition(rule.check, context).label(_CHECK)
    shown = [_shown(about, name, context).label(f"c{i}") for i, name in enumerate(names)]
    query = sa.select(*shown, check).select_from(_joined(about))
    if rule.where is not None:
        query = query.where(to_sql_condition(rule.where, about.context()))
    if is_grouped(rule):
        query = query.group_by(*(about.column(column(text)).element for text in rule.by))
    return query


def _shown(about: _Rule, name: Name, context: SqlContext) -> sa.ColumnElement[Any]:
    text = about.database.text(about.tables[name.alias], about.reading.item(name))
    if is_grouped(about.reading.rule) and column_name(name) not in about.reading.rule.by:
        least_and_most: sa.ColumnElement[Any] = SqlEngine(context).one_of_group(text)
        return least_and_most
    return text


def _joined(about: _Rule) -> sa.FromClause:
    joined = about.tables[""]
    for lookup in about.reading.rule.lookups:
        joined = joined.outerjoin(about.tables[lookup.alias], _on(about, lookup))
    return joined


def _on(about: _Rule, lookup: RuleLookup) -> sa.ColumnElement[bool]:
    conditions = []
    for here, there in lookup.on:
        one, other = about.column(column(here)), about.column(Name(there, lookup.alias))
        left, right = one.element, other.element
        if type(left.type) is not type(right.type):
            left = about.database.text(about.tables[column(here).alias], one.item)
            right = about.database.text(about.tables[lookup.alias], other.item)
        conditions.append(left == right)
    if lookup.where is not None:
        group, table = about.reading.groups[lookup.alias], about.tables[lookup.alias]
        columns = {item.name: about.database.column(table, item) for item in group.items}
        context = SqlContext(
            about.database.dialect, columns, as_of=about.settings.as_of, parameters=about.settings.parameters
        )
        conditions.append(to_sql_condition(lookup.where, context))
    return sa.and_(*conditions)
