"""A tree of the condition language in an engine's terms: what the operators mean, once for every engine."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce

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
from validators.meaning import Engine, Kind, Native, Value, as_number, fault, is_empty, written_number


def translate(expression: Expression, engine: Engine) -> Value:
    """The expression in the engine's own terms. Raises MappingError for what has no meaning (a wrong kind of value)."""
    match expression:
        case Literal(value):
            return _literal(value, engine)
        case Name():
            return engine.column(expression)
        case Call():
            return _call(expression, engine)
        case Arithmetic(sign, left, right):
            return _arithmetic(sign, translate(left, engine), translate(right, engine), engine)
        case _:
            return Value(Kind.TRUTH, _truth(expression, engine))


def condition(expression: Expression, engine: Engine) -> Native:
    """A translated condition: true, false or NULL."""
    value = translate(expression, engine)
    if value.kind is not Kind.TRUTH:
        raise fault(expression, "条件（真か偽になる式）ではありません")
    return value.native


def _truth(expression: Compare | In | IsEmpty | Not | And | Or, engine: Engine) -> Native:
    match expression:
        case Compare(sign, left, right):
            return _compare(sign, left, right, engine)
        case In(value, choices, negated):
            found = _is_in(translate(value, engine), [choice.value for choice in choices], engine)
            return ~found if negated else found
        case IsEmpty(value, negated):
            empty = is_empty(translate(value, engine), engine)
            return ~empty if negated else empty
        case Not(value):
            return ~condition(value, engine)
        case And(parts):
            return reduce(operator.and_, (condition(part, engine) for part in parts))
        case Or(parts):
            return reduce(operator.or_, (condition(part, engine) for part in parts))


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


def _compare(sign: str, left: Expression, right: Expression, engine: Engine) -> Native:
    if Literal(None) in (left, right):
        return engine.truth(None)
    one, other = translate(left, engine), translate(right, engine)
    if one.kind is not other.kind:
        one, other = _number(left, one, engine), _number(right, other, engine)
    kind = one.kind
    if kind is Kind.NUMBER:
        one, other = _same_scale(one, other, engine)
    return engine.compare(sign, one.native, other.native, kind)


def _number(expression: Expression, value: Value, engine: Engine) -> Value:
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        written = written_number(expression.value)
        return Value(Kind.NUMBER, engine.number(written[0]), written[1]) if written else as_number(value, engine)
    return as_number(value, engine)


def _is_in(value: Value, choices: Sequence[str | int | bool | None], engine: Engine) -> Native:
    if value.kind is Kind.TEXT and all(isinstance(choice, str) for choice in choices):
        return engine.is_in(value.native, [str(choice) for choice in choices])
    number = as_number(value, engine)
    written = [written_number(str(int(choice) if isinstance(choice, bool) else choice)) for choice in choices]
    fitting = [(n, scale) for n, scale in filter(None, written) if scale <= number.scale]
    return engine.is_in(number.native, [n * 10 ** (number.scale - scale) for n, scale in fitting])


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
