"""Conditions as SQLAlchemy elements for SQLite and PostgreSQL, with the meaning they have on Polars frames."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import sqlalchemy as sa

from mappings.expression import Expression, Name
from mappings.layout import Item, ItemType
from validators.checked import number_scale
from validators.meaning import Kind, Native, Ranges, Value
from validators.polars_expression import VARIATION_SELECTOR, character_class, column_name
from validators.sql_text import once_a_row, sql_text
from validators.sqlite_patterns import glob_conditions, real_day
from validators.translation import condition, translate

_SELECTOR_BYTES = (
    "F3A084",
    "F3A085",
    "F3A086",
    "F3A087",
    "EFB88",
)  # in hexadecimal UTF-8; the last is half a byte short
_SIGNS: dict[str, Callable[[Native, Native], Native]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    Kind.TEXT: sa.Text(),
    Kind.NUMBER: sa.BigInteger(),
    Kind.TRUTH: sa.Boolean(),
}


@dataclass(frozen=True, slots=True)
class SqlColumn:
    """A column of a loaded table: 9 and S9 up to 18 digits are BIGINT, 9V and longer ones NUMERIC (TEXT on SQLite)."""

    element: sa.ColumnElement[Any]
    item: Item


@dataclass(frozen=True, slots=True)
class SqlContext:
    """As `PolarsContext`; `columns` by 'item' or 'alias.item', `found` by alias."""

    dialect: str  # sqlite | postgresql
    columns: Mapping[str, SqlColumn]
    found: Mapping[str, sa.ColumnElement[bool]] = field(default_factory=dict)
    as_of: str = ""
    parameters: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    order: tuple[str, ...] = ()  # with the key behind it, so that the order is total
    windows: dict[str, str] | None = None  # where windows are worked out beforehand: their SQL → their column, filled


def to_sql(expression: Expression, context: SqlContext) -> sa.ColumnElement[Any]:
    """The expression over the context's columns. Raises MappingError when it has no meaning."""
    element: sa.ColumnElement[Any] = translate(expression, SqlEngine(context)).native
    return element


def to_sql_condition(expression: Expression, context: SqlContext) -> sa.ColumnElement[Any]:
    """As `to_sql`, for an expression that must be true, false or NULL."""
    element: sa.ColumnElement[Any] = condition(expression, SqlEngine(context))
    return element


def column_type(item: Item, dialect: str) -> sa.types.TypeEngine[Any]:
    """How a loaded table stores the item."""
    if item.type in (ItemType.INTEGER, ItemType.SIGNED) and number_scale(item) == 0:
        return sa.BigInteger()
    if item.type in (ItemType.INTEGER, ItemType.SIGNED, ItemType.DECIMAL) and dialect != "sqlite":
        return sa.Numeric()
    return sa.Text()


def column_text(column: SqlColumn, dialect: str) -> sa.ColumnElement[Any]:
    """The column as the text a standard frame has."""
    stored = column_type(column.item, dialect)
    if isinstance(stored, sa.Text):
        return sa.type_coerce(column.element, sa.Text())
    plain = sa.func.trim_scale(column.element) if isinstance(stored, sa.Numeric) else column.element
    return sa.cast(plain, sa.Text())


class SqlEngine:
    """The primitives of `validators.meaning.Engine` on SQL."""

    def __init__(self, context: SqlContext, inside_aggregate: bool = False) -> None:
        self.context = context
        self.sqlite = context.dialect == "sqlite"
        self.inside_aggregate = inside_aggregate
        self._numbers = count()

    def column(self, name: Name) -> Value:
        column = self.context.columns[column_name(name)]
        scale = number_scale(column.item)
        if scale is None:
            return self._one_of_group(name, Value(Kind.TEXT, column_text(column, self.context.dialect)))
        if scale == 0 and column.item.type is not ItemType.DECIMAL:
            return self._one_of_group(name, Value(Kind.NUMBER, column.element))
        native = self._sqlite_decimal(column.element, scale) if self.sqlite else _scaled(column.element, scale)
        return self._one_of_group(name, Value(Kind.NUMBER, native, scale))

    def found(self, alias: str) -> Native:
        found = self.context.found[alias]
        if not self._grouped():
            return found
        return sa.func.max(sa.case((found, 1), else_=0)) == 1

    def text(self, value: str) -> Native:
        return sa.literal(value, sa.Text())

    def number(self, value: int) -> Native:
        return sa.literal(value, sa.BigInteger())

    def truth(self, value: bool | None) -> Native:
        return self.nothing(Kind.TRUTH) if value is None else sa.true() if value else sa.false()

    def nothing(self, kind: Kind) -> Native:
        return sa.cast(sa.null(), _TYPES[kind])

    def choose(self, condition: Native, then: Native, otherwise: Native) -> Native:
        return sa.case((condition, then), else_=otherwise)

    def is_null(self, value: Native) -> Native:
        return value.is_(None)

    def first(self, values: Sequence[Native]) -> Native:
        return sa.func.coalesce(*values)

    def is_in(self, value: Native, choices: Sequence[str] | Sequence[int]) -> Native:
        return value.in_(choices) if choices else self.choose(value.is_(None), self.truth(None), sa.false())

    def matches(self, text: Native, pattern: str) -> Native:
        if self.sqlite:
            quick = glob_conditions(text, pattern)
            return text.regexp_match(f"^({pattern})\\Z") if quick is None else quick
        return text.regexp_match(f"^({pattern})$")

    def whole_number(self, text: Native) -> Native:
        digits = (("0", "9"),)
        size = self.characters(text)
        rest = self.substring(text, self.number(2), self.number(19))
        negative = self.substring(text, self.number(1), self.number(1)) == self.text("-")
        plain = self.consists_of(text, digits) & (size <= 18)
        return self.choose(negative, self.consists_of(rest, digits) & (size <= 19), plain)

    def consists_of(self, text: Native, ranges: Ranges) -> Native:
        others = f"[^{character_class(ranges)}]"
        if self.sqlite:
            return ~text.op("GLOB", is_comparison=True)(f"*{others}*") & (text != "")
        return ~text.regexp_match(others) & (text != "")

    def has_any(self, text: Native, ranges: Ranges) -> Native:
        those = f"[{character_class(ranges)}]"
        return text.op("GLOB", is_comparison=True)(f"*{those}*") if self.sqlite else text.regexp_match(those)

    def substring(self, text: Native, start: Native, length: Native) -> Native:
        if not self.sqlite:
            start, length = sa.cast(start, sa.Integer()), sa.cast(length, sa.Integer())
        return sa.func.substr(text, start, length, type_=sa.Text())

    def characters(self, text: Native) -> Native:
        return sa.cast(sa.func.length(text), sa.BigInteger())

    def visible_characters(self, text: Native) -> Native:
        if not self.sqlite:
            return self.characters(sa.func.regexp_replace(text, VARIATION_SELECTOR, "", "g"))
        hexadecimal = sa.func.hex(text)
        total: Native = sa.func.length(text)
        for code in _SELECTOR_BYTES:
            without = sa.func.length(sa.func.replace(hexadecimal, code, ""))
            total = total - (sa.func.length(hexadecimal) - without) // sa.literal(len(code), sa.BigInteger())
        has_selector = text.op("GLOB", is_comparison=True)(f"*{VARIATION_SELECTOR}*")
        return sa.cast(sa.case((has_selector, total), else_=sa.func.length(text)), sa.BigInteger())

    def contains(self, text: Native, word: Native) -> Native:
        find = sa.func.instr if self.sqlite else sa.func.strpos
        return find(text, word, type_=sa.BigInteger()) > 0

    def concat(self, texts: Sequence[Native]) -> Native:
        joined = texts[0]
        for text in texts[1:]:
            joined = sa.type_coerce(joined, sa.Text()).concat(text)
        return sa.type_coerce(joined, sa.Text())

    def to_integer(self, text: Native) -> Native:
        return sa.cast(text, sa.BigInteger())

    def to_text(self, value: Value) -> Native:
        return sa.cast(value.native, sa.Text())

    def usual_day(self, text: Native, exact: Native) -> Native:
        if not self.sqlite:
            return exact
        return self.choose(real_day(text), self.to_integer(sa.func.replace(text, "-", "")), exact)

    def shared(self, value: Native, then: Callable[[Native], Native]) -> Native:
        over_rows = self.context.order and self.context.windows is None
        if over_rows or (self.context.by and not self.context.order):  # the value may be of several rows
            return then(value)
        return once_a_row(value, then, self.context.dialect, f"ikou_{next(self._numbers)}")

    def quotient(self, number: Native, divisor: int) -> Native:
        return sa.cast(number, sa.BigInteger()) // sa.literal(divisor, sa.BigInteger())

    def compare(self, sign: str, left: Native, right: Native, kind: Kind) -> Native:
        if kind is Kind.TEXT and sign not in ("=", "<>"):
            left = self._ordered(left)
        return _SIGNS[sign](left, right)

    def aggregate(self, function: str, value: Value | None) -> Native:
        if function in ("min", "max") and value is not None:
            return self._over(getattr(sa.func, function)(self._ordered_value(value), type_=_TYPES[value.kind]))
        return sa.cast(sa.func.coalesce(self._over(_counted(function, value)), 0), sa.BigInteger())

    def previous(self, value: Value) -> Native:
        order = [
            self._ordered_value(SqlEngine(self.context, True).column(_name(text))).nulls_first()
            for text in self.context.order
        ]
        lag = sa.func.lag(value.native, type_=_TYPES[value.kind])
        return self._kept(lag.over(partition_by=self._by() or None, order_by=order))

    def within_aggregate(self) -> SqlEngine:
        return SqlEngine(self.context, True)

    def as_of(self) -> str:
        return self.context.as_of

    def parameter(self, name: str) -> Sequence[tuple[str, str, str]]:
        return self.context.parameters.get(name, ())

    def one_of_group(self, native: Native) -> Native:
        """The one value of a group, NULL when there are several."""
        least, most = sa.func.min(native), sa.func.max(native)
        return sa.case((least == most, least))

    def _over(self, aggregate: Native) -> Native:
        return self._kept(aggregate.over(partition_by=self._by() or None)) if self.context.order else aggregate

    def _kept(self, window: Native) -> Native:
        if self.context.windows is None:
            return window
        text = sql_text(window, self.context.dialect)
        return sa.column(self.context.windows.setdefault(text, f"w{len(self.context.windows)}"), window.type)

    def _one_of_group(self, name: Name, value: Value) -> Value:
        if not self._grouped() or column_name(name) in self.context.by:
            return value
        return Value(value.kind, self.one_of_group(self._ordered_value(value)), value.scale)

    def _grouped(self) -> bool:
        return bool(self.context.by) and not self.context.order and not self.inside_aggregate

    def _by(self) -> list[Native]:
        return [self.context.columns[name].element for name in self.context.by]

    def _ordered(self, text: Native) -> Native:
        return text if self.sqlite else sa.collate(text, "C")

    def _ordered_value(self, value: Value) -> Native:
        return self._ordered(value.native) if value.kind is Kind.TEXT else value.native

    def _sqlite_decimal(self, text: Native, scale: int) -> Native:
        text = sa.type_coerce(text, sa.Text())
        dot = sa.func.instr(text, ".", type_=sa.BigInteger())
        whole = sa.case((dot == 0, text), else_=sa.func.substr(text, 1, dot - 1))
        places = sa.case((dot == 0, ""), else_=sa.func.substr(text, dot + 1, type_=sa.Text()))
        padded = sa.func.substr(sa.type_coerce(places, sa.Text()).concat("0" * scale), 1, scale)
        sign = sa.case((text.op("GLOB", is_comparison=True)("-*"), -1), else_=1)
        number = self.to_integer(whole) * 10**scale + sign * self.to_integer(padded)
        shape = "-?[0-9]{1,18}([.][0-9]*)?"
        return sa.case((self.matches(text, shape), number), else_=self.nothing(Kind.NUMBER))


def _counted(function: str, value: Value | None) -> Native:
    if value is None:
        return sa.func.count()
    if function == "count_if":
        return sa.func.sum(sa.case((value.native, 1), else_=0))
    return sa.func.count(sa.distinct(value.native)) if function == "count_distinct" else sa.func.sum(value.native)


def _scaled(element: Native, scale: int) -> Native:
    return sa.cast(sa.func.trunc(element * 10**scale), sa.BigInteger())


def _name(text: str) -> Name:
    alias, _, item = text.rpartition(".")
    return Name(item, alias)
