"""Parts of a condition as finished SQL text: compiled once, and worked out once a row however often they are used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import sqlalchemy as sa

Element = sa.ColumnElement[Any]
_SHORT = 80  # characters of SQL that may as well be repeated


def sql_text(element: sa.ClauseElement, dialect: str) -> str:
    """SQL with its values in it. Named parameters: pyformat would double each %, and what takes the text does too."""
    named = sa.dialects.registry.load(dialect)(paramstyle="named")
    return str(element.compile(dialect=named, compile_kwargs={"literal_binds": True}))


def finished(text: str) -> sa.ColumnElement[bool]:
    """A condition that is SQL text already.

    It has no type: SQLAlchemy would write `(…) = 1` on SQLite, which then evaluates all of an AND before it compares.
    """
    return cast(sa.ColumnElement[bool], sa.literal_column(f"({text})"))


def compiled_once(condition: sa.ColumnElement[bool], engine: sa.Engine) -> sa.ColumnElement[bool]:
    """The condition as finished SQL text with its values in it: whatever uses it again has nothing to compile."""
    return finished(sql_text(condition, engine.dialect.name))


def once_a_row(value: Element, then: Callable[[Element], Element], dialect: str, name: str) -> Element:
    """`then(value)`, the value worked out once: a small query of its own. LIMIT keeps planners from dissolving it.

    `name` must be new within the condition. Not for values over several rows (aggregates, windows).
    """
    text = sql_text(value, dialect)
    if len(text) <= _SHORT:
        return then(value)
    answer = then(sa.column(name, value.type))
    query = f"(SELECT {sql_text(answer, dialect)} FROM (SELECT {text} AS {name} LIMIT 1) AS of_{name})"
    return sa.literal_column(query, None if isinstance(answer.type, sa.Boolean) else answer.type)
