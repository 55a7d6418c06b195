"""What an expression means, written once: every engine offers the same few primitives, and gets the whole language.

An `Engine` builds its own kind of expression (a Polars expression, an SQL element); both overload + - * < = & | ~, and
both know three-valued logic. Numbers are 64-bit integers; a decimal item is an integer scaled by 10**scale, so that no
floating point ever decides about money.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, TypeAlias

from mappings.errors import Fault, MappingError
from mappings.expression import Call, Expression, Literal, Name
from mappings.parsing import show

Native: TypeAlias = Any  # a Polars expression or an SQL element

Ranges: TypeAlias = Sequence[tuple[str, str]]  # first and last character, both included

ISO_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
WHOLE_NUMBER = "-?[0-9]{1,18}"  # what fits 64 bits without a doubt


class Kind(Enum):
    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Value:
    """An engine's expression and what it holds; `scale` only for numbers."""

    kind: Kind
    native: Native
    scale: int = 0


class Engine(Protocol):
    """The primitives. Texts are counted in code points, from 1; a NULL operand gives NULL unless said otherwise."""

    def column(self, name: Name) -> Value: ...
    def found(self, alias: str) -> Native: ...
    def text(self, value: str) -> Native: ...
    def number(self, value: int) -> Native: ...
    def truth(self, value: bool | None) -> Native: ...
    def nothing(self, kind: Kind) -> Native: ...
    def choose(self, condition: Native, then: Native, otherwise: Native) -> Native: ...
    def is_null(self, value: Native) -> Native: ...
    def first(self, values: Sequence[Native]) -> Native: ...
    def is_in(self, value: Native, choices: Sequence[str] | Sequence[int]) -> Native: ...
    def matches(self, text: Native, pattern: str) -> Native: ...
    def whole_number(self, text: Native) -> Native: ...  # up to 18 digits, with or without a minus
    def consists_of(self, text: Native, ranges: Ranges) -> Native: ...  # of these characters only, and not ''
    def has_any(self, text: Native, ranges: Ranges) -> Native: ...
    def substring(self, text: Native, start: Native, length: Native) -> Native: ...
    def characters(self, text: Native) -> Native: ...
    def visible_characters(self, text: Native) -> Native: ...
    def contains(self, text: Native, word: Native) -> Native: ...
    def concat(self, texts: Sequence[Native]) -> Native: ...
    def to_integer(self, text: Native) -> Native: ...
    def to_text(self, value: Value) -> Native: ...
    def usual_day(self, text: Native, exact: Native) -> Native:
        """`exact`, which is YYYYMMDD or NULL, by a shorter way for days of the calendar where the engine has one."""
        ...

    def shared(self, value: Native, then: Callable[[Native], Native]) -> Native:
        """`then(value)` for a `then` that uses its value more than once."""
        ...

    def quotient(self, number: Native, divisor: int) -> Native: ...
    def compare(self, sign: str, left: Native, right: Native, kind: Kind) -> Native: ...
    def aggregate(self, function: str, value: Value | None) -> Native: ...
    def previous(self, value: Value) -> Native: ...
    def within_aggregate(self) -> Engine:
        """The engine for an aggregate's argument: names there are the rows' own."""
        ...

    def as_of(self) -> str: ...
    def parameter(self, name: str) -> Sequence[tuple[str, str, str]]: ...


def as_text(value: Value, engine: Engine) -> Native:
    if value.scale:
        raise MappingError([Fault("条件式", "", "小数の項目は文字列として扱えません", "数値として比べてください")])
    return value.native if value.kind is Kind.TEXT else engine.to_text(value)


def as_number(value: Value, engine: Engine) -> Value:
    if value.kind is Kind.NUMBER:
        return value
    if value.kind is Kind.TRUTH:
        return Value(Kind.NUMBER, engine.choose(value.native, engine.number(1), engine.number(0)))
    native = engine.choose(
        engine.whole_number(value.native), engine.to_integer(value.native), engine.nothing(Kind.NUMBER)
    )
    return Value(Kind.NUMBER, native)


def is_empty(value: Value, engine: Engine) -> Native:
    """Never NULL."""
    if value.kind is Kind.TEXT:
        return engine.is_null(value.native) | engine.first([value.native == engine.text(""), engine.truth(False)])
    return engine.is_null(value.native)


def literal_text(expression: Expression, call: Call) -> str:
    """A text that must be written out, not computed (a pattern, a kind, a parameter's name)."""
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        return expression.value
    raise fault(call, "ここには引用符で囲んだ文字列を直接書いてください")


def fault(expression: Expression, problem: str, advice: str = "") -> MappingError:
    return MappingError([Fault("条件式", f"「{show(expression)}」", problem, advice)])


def written_number(text: str) -> tuple[int, int] | None:
    """A decimal number as (scaled integer, scale); None for any other text."""
    match = re.fullmatch(r"(-?[0-9]{1,18})(?:[.]([0-9]{1,9}))?", text)
    return (int(match[1] + (match[2] or "")), len(match[2] or "")) if match else None
