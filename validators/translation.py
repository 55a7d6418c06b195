"""Walking a tree of the condition language with an engine: the one place where the language's operators have meaning."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

from mappings.expression import (
    FUNCTIONS,
    And,
    Arithmetic,
    Call,
    Compare,
    Expression,
    In,
    IsEmpty,
    Literal,
    Name,
    Not,
    Or,
)
from validators.functions import meaning_of
from validators.meaning import Engine, Kind, Native, Value, as_number, fault, is_empty, whole_number


def translate(expression: Expression, engine: Engine) -> Value:
    """The expression in the engine's own terms. Raises MappingError for what has no meaning (a wrong kind of value)."""
    match expression:
        case Literal(value):
            return _literal(value, engine)
        case Name():
            return engine.column(expression)
        case Compare(sign, left, right):
            return _compare(sign, left, right, engine)
        case In(value, choices, negated):
            return _is_in(translate(value, engine), [choice.value for choice in choices], negated, engine)
        case IsEmpty(value, negated):
            empty = is_empty(translate(value, engine), engine)
            return Value(Kind.TRUTH, ~empty if negated else empty)
        case Arithmetic(sign, left, right):
            return _arithmetic(sign, translate(left, engine), translate(right, engine), engine)
        case Not(value):
            return Value(Kind.TRUTH, ~condition(value, engine))
        case And(parts):
            return _join(operator.and_, parts, engine)
        case Or(parts):
            return _join(operator.or_, parts, engine)
        case Call():
            return _call(expression, engine)


def condition(expression: Expression, engine: Engine) -> Native:
    """A translated condition: true, false or NULL."""
    value = translate(expression, engine)
    if value.kind is not Kind.TRUTH:
        raise fault(expression, "条件（真か偽になる式）ではありません")
    return value.native


def _call(call: Call, engine: Engine) -> Value:
    inner = engine.within_aggregate() if FUNCTIONS[call.function].aggregate else engine
    arguments = [] if call.function == "exists" else [translate(argument, inner) for argument in call.arguments]
    return meaning_of(call, arguments, engine)


def _literal(value: str | int | bool | None, engine: Engine) -> Value:
    if value is None:
        return Value(Kind.TEXT, engine.nothing(Kind.TEXT))
    if isinstance(value, bool):
        return Value(Kind.TRUTH, engine.truth(value))
    if isinstance(value, int):
        return Value(Kind.NUMBER, engine.number(value))
    return Value(Kind.TEXT, engine.text(value))


def _compare(sign: str, left: Expression, right: Expression, engine: Engine) -> Value:
    if Literal(None) in (left, right):
        return Value(Kind.TRUTH, engine.truth(None))
    one, other = translate(left, engine), translate(right, engine)
    if one.kind is not other.kind:
        one, other = as_number(one, engine), as_number(other, engine)
    kind = one.kind
    if kind is Kind.NUMBER:
        one, other = _same_scale(one, other, engine)
    return Value(Kind.TRUTH, engine.compare(sign, one.native, other.native, kind))


def _is_in(value: Value, choices: Sequence[str | int | bool | None], negated: bool, engine: Engine) -> Value:
    if value.kind is Kind.TEXT and all(isinstance(choice, str) for choice in choices):
        found = engine.is_in(value.native, [str(choice) for choice in choices])
    else:
        number = as_number(value, engine)
        numbers = [whole_number(str(int(c) if isinstance(c, bool) else c)) for c in choices]
        found = engine.is_in(number.native, [n * 10**number.scale for n in numbers if n is not None])
    return Value(Kind.TRUTH, ~found if negated else found)


def _arithmetic(sign: str, left: Value, right: Value, engine: Engine) -> Value:
    one, other = as_number(left, engine), as_number(right, engine)
    if sign == "*":
        return Value(Kind.NUMBER, one.native * other.native, one.scale + other.scale)
    one, other = _same_scale(one, other, engine)
    apply: Callable[[Native, Native], Native] = operator.add if sign == "+" else operator.sub
    return Value(Kind.NUMBER, apply(one.native, other.native), one.scale)


def _same_scale(one: Value, other: Value, engine: Engine) -> tuple[Value, Value]:
    scale = max(one.scale, other.scale)
    return _scaled(one, scale, engine), _scaled(other, scale, engine)


def _scaled(value: Value, scale: int, engine: Engine) -> Value:
    if value.scale == scale:
        return value
    return Value(Kind.NUMBER, value.native * engine.number(10 ** (scale - value.scale)), scale)


def _join(sign: Callable[[Native, Native], Native], parts: Sequence[Expression], engine: Engine) -> Value:
    joined = condition(parts[0], engine)
    for part in parts[1:]:
        joined = sign(joined, condition(part, engine))
    return Value(Kind.TRUTH, joined)
