"""The loaded tables of a database as the SQL checks see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl
import sqlalchemy as sa

from mappings.layout import Group, Item
from validators.sql_expression import SqlColumn, column_text, column_type


@dataclass(frozen=True)
class Database:
    """As it stands when it is first asked for a table; loads while it is in use are not seen."""

    engine: sa.Engine
    schema: str | None = None

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    def has(self, group: Group) -> bool:
        return group.sql_name in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(sa.inspect(self.engine).get_table_names(schema=self.schema))

    def table(self, group: Group, alias: str = "") -> sa.FromClause:
        columns: list[sa.ColumnClause[Any]] = [sa.column(item.romaji) for item in group.items]
        table = sa.table(group.sql_name, *columns, schema=self.schema)
        return table.alias(alias) if alias else table

    def column(self, table: sa.FromClause, item: Item) -> SqlColumn:
        return SqlColumn(sa.type_coerce(table.c[item.romaji], column_type(item, self.dialect)), item)

    def text(self, table: sa.FromClause, item: Item) -> sa.ColumnElement[Any]:
        """The column as the text a standard frame has."""
        return column_text(self.column(table, item), self.dialect)

    def frame(self, query: sa.Select[Any], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
        """All rows of a query; `schema` names its columns in order."""
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")

    def counts(self, query: sa.Select[*tuple[Any, ...]]) -> Sequence[int]:
        with self.engine.connect() as connection:
            return [int(value or 0) for value in connection.execute(query).one()]


def failing(condition: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """True where the condition is false; NULL is no failure."""
    return sa.func.coalesce(~condition, sa.false())
