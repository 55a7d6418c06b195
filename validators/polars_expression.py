"""Conditions as native Polars expressions: nothing leaves the engine, NULL is never a failure."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from mappings.expression import Expression, Name
from validators.meaning import WHOLE_NUMBER, Kind, Native, Ranges, Value
from validators.translation import condition, translate

VARIATION_SELECTOR = "[\ufe00-\ufe0f\U000e0100-\U000e01ff]"
_SIGNS: dict[str, Callable[[Native, Native], Native]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class PolarsContext:
    """How names become columns of the frame, and what is known besides the rows.

    A name is the column of that name, `alias.name` the column 'alias.name' after the look-up's left join, and
    exists(alias) the column `found_column(alias)`, non-null where the join met a row. All columns are text;
    `decimals` names the columns that count as numbers, with their decimal places (0 for integers).
    Without `by`, aggregates are plain (for select, or group_by().agg()). With `by` and `order`, rows must come sorted
    and aggregates and prev() look at the rows of equal `by`. With `by` alone the expression is for group_by(by).agg():
    a name outside aggregates then is the one value of the group, NULL when there are several.
    """

    as_of: str = ""
    parameters: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)  # name → (from, to, value)
    decimals: Mapping[str, int] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


def to_polars(expression: Expression, context: PolarsContext) -> pl.Expr:
    """The expression over the columns of a frame. Raises MappingError when it has no meaning."""
    native: pl.Expr = translate(expression, PolarsEngine(context)).native
    return native


def to_condition(expression: Expression, context: PolarsContext) -> pl.Expr:
    """As `to_polars`, for an expression that must be true, false or NULL."""
    native: pl.Expr = condition(expression, PolarsEngine(context))
    return native


def column_name(name: Name) -> str:
    return f"{name.alias}.{name.name}" if name.alias else name.name


def found_column(alias: str) -> str:
    """The marker column a look-up join must bring: true where a row was found, NULL elsewhere."""
    return f"{alias}.?"


def character_class(ranges: Ranges) -> str:
    """The inside of a bracket expression."""
    return "".join(f"{first}-{last}" for first, last in ranges)


class PolarsEngine:
    """The primitives of `validators.meaning.Engine` on Polars."""

    def __init__(self, context: PolarsContext) -> None:
        self.context = context
        self.inside_aggregate = False

    def column(self, name: Name) -> Value:
        column = column_name(name)
        native = self._one_of_group(column)
        scale = self.context.decimals.get(column)
        if scale is None:
            return Value(Kind.TEXT, native)
        if scale == 0:
            return Value(Kind.NUMBER, native.cast(pl.Int64, strict=False))
        scaled = native.cast(pl.Decimal(18, scale), strict=False) * 10**scale
        return Value(Kind.NUMBER, scaled.cast(pl.Int64, strict=False), scale)

    def found(self, alias: str) -> Native:
        return self._one_of_group(found_column(alias)).is_not_null()

    def text(self, value: str) -> Native:
        return pl.lit(value, pl.String)

    def number(self, value: int) -> Native:
        return pl.lit(value, pl.Int64)

    def truth(self, value: bool | None) -> Native:
        return pl.lit(value, pl.Boolean)

    def nothing(self, kind: Kind) -> Native:
        types = {Kind.TEXT: pl.String, Kind.NUMBER: pl.Int64, Kind.TRUTH: pl.Boolean}
        return pl.lit(None, types[kind])

    def choose(self, condition: Native, then: Native, otherwise: Native) -> Native:
        return pl.when(condition).then(then).otherwise(otherwise)

    def is_null(self, value: Native) -> Native:
        return value.is_null()

    def first(self, values: Sequence[Native]) -> Native:
        return pl.coalesce(values)

    def is_in(self, value: Native, choices: Sequence[str] | Sequence[int]) -> Native:
        return value.is_in(list(choices)) if choices else pl.when(value.is_null()).then(None).otherwise(False)

    def matches(self, text: Native, pattern: str) -> Native:
        return text.str.contains(f"^({pattern})$")

    def whole_number(self, text: Native) -> Native:
        return self.matches(text, WHOLE_NUMBER)

    def consists_of(self, text: Native, ranges: Ranges) -> Native:
        return text.str.contains(f"^[{character_class(ranges)}]+$")

    def has_any(self, text: Native, ranges: Ranges) -> Native:
        return text.str.contains(f"[{character_class(ranges)}]")

    def substring(self, text: Native, start: Native, length: Native) -> Native:
        return text.str.slice(start - 1, length)

    def characters(self, text: Native) -> Native:
        return text.str.len_chars().cast(pl.Int64)

    def visible_characters(self, text: Native) -> Native:
        selectors = text.str.count_matches(VARIATION_SELECTOR).cast(pl.Int64)
        return self.characters(text) - selectors

    def contains(self, text: Native, word: Native) -> Native:
        return text.str.contains(word, literal=True)

    def concat(self, texts: Sequence[Native]) -> Native:
        return pl.concat_str(texts)

    def to_integer(self, text: Native) -> Native:
        return text.cast(pl.Int64, strict=False)

    def to_text(self, value: Value) -> Native:
        return value.native.cast(pl.String)

    def usual_day(self, text: Native, exact: Native) -> Native:
        return exact

    def shared(self, value: Native, then: Callable[[Native], Native]) -> Native:
        return then(value)

    def quotient(self, number: Native, divisor: int) -> Native:
        """Towards zero, as SQL divides."""
        return number.sign() * (number.abs() // divisor)

    def compare(self, sign: str, left: Native, right: Native, kind: Kind) -> Native:
        return _SIGNS[sign](left, right)

    def aggregate(self, function: str, value: Value | None) -> Native:
        native = _AGGREGATES[function](value.native if value else None)
        return native.over(self.context.by) if self.context.order and self.context.by else native

    def previous(self, value: Value) -> Native:
        shifted = value.native.shift(1)
        return shifted.over(self.context.by) if self.context.by else shifted

    def as_of(self) -> str:
        return self.context.as_of

    def parameter(self, name: str) -> Sequence[tuple[str, str, str]]:
        return self.context.parameters.get(name, ())

    def within_aggregate(self) -> PolarsEngine:
        """The engine for the argument of an aggregate: names there are the rows' own."""
        engine = PolarsEngine(self.context)
        engine.inside_aggregate = True
        return engine

    def _one_of_group(self, column: str) -> pl.Expr:
        native = pl.col(column)
        grouped = self.context.by and not self.context.order
        if not grouped or self.inside_aggregate:
            return native
        if column in self.context.by:
            return native.first()
        return pl.when(native.min() == native.max()).then(native.min())


_AGGREGATES: dict[str, Callable[[Native], Native]] = {
    "count": lambda _: pl.len().cast(pl.Int64),
    "count_if": lambda value: value.sum().cast(pl.Int64),
    "count_distinct": lambda value: value.drop_nulls().n_unique().cast(pl.Int64),
    "sum": lambda value: value.sum().cast(pl.Int64),
    "min": lambda value: value.min(),
    "max": lambda value: value.max(),
}
