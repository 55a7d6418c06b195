"""A business rule as SQL over loaded tables: its condition on a row, or the query that examines rows or groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from mappings.expression import Name
from mappings.rule import RuleLookup
from validators.checked import CheckSettings, RuleReading, column, is_grouped, shown_names
from validators.expectations import FAILED, Asked, by_query, by_row
from validators.polars_expression import column_name
from validators.sql_expression import SqlColumn, SqlContext, SqlEngine, column_text, to_sql_condition
from validators.sql_text import compiled_once
from validators.tables import Database, failing

CHECK = "check_result"


@dataclass(frozen=True)
class RuleQuery:
    """One rule. `by_row`: it needs nothing but the columns of its own table, row by row."""

    reading: RuleReading
    database: Database
    settings: CheckSettings
    table: sa.FromClause  # the rule's own, the same object for all rules that share a scan

    @property
    def by_row(self) -> bool:
        rule = self.reading.rule
        return not (rule.lookups or rule.by or rule.order)

    @cached_property
    def asked(self) -> Asked:
        """How many rows or groups are examined, and how many of them fail."""
        engine = self.database.engine
        what = f"{self.reading.groups[''].sql_name} {self.reading.rule.id}"
        if self.by_row:
            return by_row(what, sa.case((self.where, _counted(self.check))), engine)
        examined = self.examined.subquery("examined")
        return by_query(what, sa.select(sa.func.sum(_counted(examined.c[CHECK]))), engine)

    @cached_property
    def names(self) -> list[Name]:
        """What a failing row or group must show."""
        key = self.reading.rule.by if is_grouped(self.reading.rule) else self.reading.groups[""].key
        return list(dict.fromkeys([*(column(text) for text in key), *shown_names(self.reading)]))

    @cached_property
    def check(self) -> sa.ColumnElement[bool]:
        rule, context = self.reading.rule, self._context(self.reading.rule.by)
        if rule.order:
            context = replace(
                context,
                columns=self._kept,
                found={lookup.alias: sa.column(f"f{i}", sa.Boolean()) for i, lookup in enumerate(rule.lookups)},
                order=(*rule.order, *self.reading.groups[""].key),
                windows=self._windows,
            )
        return compiled_once(to_sql_condition(rule.check, context), self.database.engine)

    @cached_property
    def where(self) -> sa.ColumnElement[bool]:
        where = self.reading.rule.where
        if where is None:
            return sa.true()
        return compiled_once(to_sql_condition(where, self._context()), self.database.engine)

    @property
    def fails(self) -> sa.ColumnElement[bool]:
        """By row: the rule is about the row, and the row fails."""
        return sa.and_(self.where, failing(self.check))

    @property
    def examined(self) -> sa.Select[Any]:
        """One row per row or group under examination: c0, c1 … (what is shown, as text) and the check."""
        rule = self.reading.rule
        if rule.order:
            return self._examined_in_order
        shown = [self.shown(name).label(f"c{i}") for i, name in enumerate(self.names)]
        query = sa.select(*shown, self.check.label(CHECK)).select_from(self._joined())
        if rule.where is not None:
            query = query.where(self.where)
        if is_grouped(rule):
            query = query.group_by(*(self._column(column(text)).element for text in rule.by))
        return query

    @property
    def _examined_in_order(self) -> sa.Select[Any]:
        """Each window is worked out once, in a query of its own: a check may use it many times."""
        check = self.check  # says which windows there are
        found = [self._found(lookup).label(f"f{i}") for i, lookup in enumerate(self.reading.rule.lookups)]
        kept = [self._column(name).element.label(f"k{i}") for i, name in enumerate(self._columns)]
        rows = sa.select(*kept, *found).select_from(self._joined()).where(self.where).subquery("ordered")
        windows: list[sa.ColumnElement[Any]] = [
            sa.literal_column(sql).label(name) for sql, name in self._windows.items()
        ]
        texts = [column_text(self._kept[column_name(name)], self.database.dialect) for name in self.names]
        shown = [text.label(f"c{i}") for i, text in enumerate(texts)]
        return sa.select(*shown, check.label(CHECK)).select_from(sa.select(*rows.c, *windows).subquery("windows"))

    @cached_property
    def _windows(self) -> dict[str, str]:
        return {}

    @property
    def _columns(self) -> list[Name]:
        return list(dict.fromkeys([*self.reading.columns, *self.names]))

    @cached_property
    def _kept(self) -> dict[str, SqlColumn]:
        """The columns of the joined rows by the names they have there: k0, k1 …"""
        columns = {name: self._column(name) for name in self._columns}
        return {
            column_name(name): SqlColumn(sa.column(f"k{i}", column.element.type), column.item)
            for i, (name, column) in enumerate(columns.items())
        }

    def shown(self, name: Name) -> sa.ColumnElement[Any]:
        text = self.database.text(self._tables[name.alias], self.reading.item(name))
        if is_grouped(self.reading.rule) and column_name(name) not in self.reading.rule.by:
            one: sa.ColumnElement[Any] = SqlEngine(self._context(self.reading.rule.by)).one_of_group(text)
            return one
        return text

    @cached_property
    def _tables(self) -> dict[str, sa.FromClause]:
        """By alias, '' = the rule's own."""
        others = [(alias, group) for alias, group in self.reading.groups.items() if alias]
        looked_up = {alias: self.database.table(group, f"t{i}") for i, (alias, group) in enumerate(others)}
        return {"": self.table, **looked_up}

    def _column(self, name: Name) -> SqlColumn:
        return self.database.column(self._tables[name.alias], self.reading.item(name))

    def _context(self, by: tuple[str, ...] = ()) -> SqlContext:
        return SqlContext(
            dialect=self.database.dialect,
            columns={column_name(name): self._column(name) for name in self.reading.columns},
            found={lookup.alias: self._found(lookup) for lookup in self.reading.rule.lookups},
            as_of=self.settings.as_of,
            parameters=self.settings.parameters,
            by=by,
        )

    def _found(self, lookup: RuleLookup) -> sa.ColumnElement[bool]:
        return self._column(Name(lookup.on[0][1], lookup.alias)).element.is_not(None)

    def _joined(self) -> sa.FromClause:
        joined = self.table
        for lookup in self.reading.rule.lookups:
            joined = joined.outerjoin(self._tables[lookup.alias], self._on(lookup))
        return joined

    def _on(self, lookup: RuleLookup) -> sa.ColumnElement[bool]:
        conditions = []
        for here, there in lookup.on:
            one, other = self._column(column(here)), self._column(Name(there, lookup.alias))
            left, right = one.element, other.element
            if type(left.type) is not type(right.type):
                left = self.database.text(self._tables[column(here).alias], one.item)
                right = self.database.text(self._tables[lookup.alias], other.item)
            conditions.append(left == right)
        if lookup.where is not None:
            group, table = self.reading.groups[lookup.alias], self._tables[lookup.alias]
            columns = {item.name: self.database.column(table, item) for item in group.items}
            context = SqlContext(
                self.database.dialect, columns, as_of=self.settings.as_of, parameters=self.settings.parameters
            )
            conditions.append(to_sql_condition(lookup.where, context))
        return sa.and_(*conditions)


def _counted(check: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """1 for what was examined (NULL is not), with a failure besides when it failed."""
    passed, failed = (sa.literal(number, sa.BigInteger()) for number in (1, FAILED + 1))
    return sa.case((sa.true(), passed), (sa.false(), failed), value=check)
