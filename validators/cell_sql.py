"""Where a single cell fails its layout, as SQL. Items of one shape share one text, which is compiled once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from mappings.layout import Item, ItemType
from validators.layout import LayoutKind, LayoutRule, length_holds, type_holds
from validators.sql_expression import SqlColumn, SqlContext, SqlEngine, column_text, column_type
from validators.sql_text import finished, sql_text
from validators.tables import Database, failing
from validators.usual_cells import usual_cell

_CELL = "ikou_cell"  # stands for the column in a shared text


def failing_cell(rule: LayoutRule, item: Item, database: Database) -> sa.ColumnElement[bool]:
    """True where the item's cell fails LAY-01 … LAY-05 of one item; never NULL."""
    shape = Item(
        _CELL,
        _CELL,
        item.type,
        item.length,
        scale=item.scale,
        unknown_date=item.unknown_date,
        noncalendar=item.noncalendar,
        allowed=item.allowed,
    )
    name = database.engine.dialect.identifier_preparer.quote(item.romaji)
    return finished(_text(rule.kind, rule.choices, shape, database.dialect).replace(_CELL, name))


@cache
def _text(kind: LayoutKind, choices: tuple[str, ...], item: Item, dialect: str) -> str:
    return sql_text(_condition(kind, choices, item, dialect), dialect)


def _condition(kind: LayoutKind, choices: Sequence[str], item: Item, dialect: str) -> sa.ColumnElement[bool]:
    stored = column_type(item, dialect)
    column: sa.ColumnElement[Any] = sa.column(_CELL, stored)
    if kind in (LayoutKind.REQUIRED, LayoutKind.KEY):
        return column.is_(None)
    text = column_text(SqlColumn(column, item), dialect)
    engine = SqlEngine(SqlContext(dialect, {}))
    if kind in (LayoutKind.TYPE, LayoutKind.LENGTH) and isinstance(stored, sa.BigInteger):
        return failing(_number_holds(kind, item, column))
    if kind is LayoutKind.CODE:
        exact = failing(engine.is_in(text, choices))
    else:
        exact = failing((type_holds if kind is LayoutKind.TYPE else length_holds)(item, text, engine))
    usual = usual_cell(kind, item, text) if engine.sqlite else None
    return sa.and_(text.is_not(None), *([] if usual is None else [~usual]), exact)


def _number_holds(kind: LayoutKind, item: Item, number: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """`type_holds` and `length_holds` of a column that can hold nothing but integers; a minus counts only in a 9."""
    most = 10**item.length - 1
    if kind is LayoutKind.LENGTH:
        return number.between(-most if item.type is ItemType.SIGNED else -(most // 10), most)
    return number >= 0 if item.type is ItemType.INTEGER else sa.true()
