"""The functions of the condition language, each written once over the primitives of `validators.meaning`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from mappings.expression import Call, Name
from validators import check_digits, dates
from validators.meaning import Engine, Kind, Native, Value, as_number, as_text, fault, literal_text, written_number

PATTERN_SIGNS = "[ ] ( ) | ? * + { } . ^ $"

Meaning: TypeAlias = Callable[[Call, Sequence[Value], Engine], Value]


def meaning_of(call: Call, arguments: Sequence[Value], engine: Engine) -> Value:
    """A function call in the engine's terms; `arguments` are already translated (none for exists)."""
    return _MEANINGS[call.function](call, arguments, engine)


def pattern_text(pattern: str, call: Call) -> str:
    """The pattern as every engine reads it alike: `.` stands for any character but a line break."""
    if "\\" in pattern or "(?" in pattern:
        raise fault(call, "matches で使えない書き方です", f"使える記号は {PATTERN_SIGNS} のみ")
    parts = re.split(r"(\[\^?\]?[^\]]*\])", pattern)
    return "".join(part if part.startswith("[") else part.replace(".", "[^\n]") for part in parts)


def _texts(kind: Kind, build: Callable[..., Native]) -> Meaning:
    """A function of texts only: `build(*texts, engine)`."""
    return lambda _, arguments, engine: Value(kind, build(*(as_text(a, engine) for a in arguments), engine))


def _matches(call: Call, arguments: Sequence[Value], engine: Engine) -> Value:
    pattern = pattern_text(literal_text(call.arguments[1], call), call)
    return Value(Kind.TRUTH, engine.matches(as_text(arguments[0], engine), pattern))


def _starts(text: Native, word: Native, engine: Engine) -> Native:
    return engine.substring(text, engine.number(1), engine.characters(word)) == word


def _part(_: Call, arguments: Sequence[Value], engine: Engine) -> Value:
    start, length = (as_number(argument, engine).native for argument in arguments[1:])
    return Value(Kind.TEXT, engine.substring(as_text(arguments[0], engine), start, length))


def _concat(*texts_and_engine: Native) -> Native:
    *texts, engine = texts_and_engine
    return engine.concat([engine.first([text, engine.text("")]) for text in texts])


def _first(_: Call, arguments: Sequence[Value], engine: Engine) -> Value:
    same = all(value.kind is arguments[0].kind and value.scale == arguments[0].scale for value in arguments)
    if same and arguments[0].kind is not Kind.TEXT:
        return Value(arguments[0].kind, engine.first([value.native for value in arguments]), arguments[0].scale)
    texts = [as_text(value, engine) for value in arguments]
    filled = [engine.choose(text == engine.text(""), engine.nothing(Kind.TEXT), text) for text in texts]
    return Value(Kind.TEXT, engine.first(filled))


def _choose(call: Call, arguments: Sequence[Value], engine: Engine) -> Value:
    test, then, otherwise = arguments
    if test.kind is not Kind.TRUTH:
        raise fault(call, "choose の最初には条件を書いてください")
    if then.kind is not otherwise.kind or then.scale != otherwise.scale:
        raise fault(call, "choose の2つの値の種類が違います", "両方を文字列、または両方を整数にしてください")
    return Value(then.kind, engine.choose(test.native, then.native, otherwise.native), then.scale)


def _floor(call: Call, arguments: Sequence[Value], engine: Engine) -> Value:
    number = as_number(arguments[0], engine)
    unit = getattr(call.arguments[1], "value", None)
    if not isinstance(unit, int) or unit < 1:
        raise fault(call, "floor の単位は1以上の整数を直接書いてください")
    whole = engine.quotient(number.native, unit * 10**number.scale)
    return Value(Kind.NUMBER, whole * engine.number(unit))


def _check_digit(call: Call, arguments: Sequence[Value], engine: Engine) -> Value:
    kind = literal_text(call.arguments[1], call)
    if kind not in check_digits.KINDS:
        raise fault(call, f"検査数字の種類「{kind}」はありません", "使えるのは " + "、".join(check_digits.KINDS))
    return Value(Kind.TRUTH, check_digits.is_right(as_text(arguments[0], engine), kind, engine))


def _as_of(_: Call, __: Sequence[Value], engine: Engine) -> Value:
    return Value(Kind.TEXT, engine.text(engine.as_of()))


def _parameter(call: Call, arguments: Sequence[Value], engine: Engine) -> Value:
    name = literal_text(call.arguments[0], call)
    rows = engine.parameter(name)
    if not rows:
        raise fault(call, f"パラメータ「{name}」が定義されていません", "parameters.csv に行を加えてください")
    written = _written([value for _, _, value in rows], engine)
    if len(arguments) == 2:
        day = as_text(arguments[1], engine)
        return Value(written[0].kind, _on_day(rows, written, day, engine), written[0].scale)
    valid = [
        w for w, (start, end, _) in zip(written, rows, strict=True) if _start(start) <= engine.as_of() <= _end(end)
    ]
    if not valid:
        raise fault(call, f"パラメータ「{name}」に基準日 {engine.as_of()} の値がありません")
    return valid[-1]


def _on_day(rows: Sequence[tuple[str, str, str]], written: Sequence[Value], day: Native, engine: Engine) -> Native:
    result = engine.nothing(written[0].kind)
    for (start, end, _), value in zip(rows, written, strict=True):
        not_before = engine.compare(">=", day, engine.text(_start(start)), Kind.TEXT)
        not_after = engine.compare("<=", day, engine.text(_end(end)), Kind.TEXT)
        result = engine.choose(not_before & not_after, value.native, result)
    return result


def _written(values: Sequence[str], engine: Engine) -> list[Value]:
    """The values of one parameter: all numbers of one scale, or all texts."""
    numbers = [number for number in map(written_number, values) if number]
    if len(numbers) < len(values):
        return [Value(Kind.TEXT, engine.text(value)) for value in values]
    scale = max(places for _, places in numbers)
    return [Value(Kind.NUMBER, engine.number(n * 10 ** (scale - places)), scale) for n, places in numbers]


def _start(text: str) -> str:
    return text or "0000"


def _end(text: str) -> str:
    return text or "9999-99-99"


def _exists(call: Call, _: Sequence[Value], engine: Engine) -> Value:
    alias = call.arguments[0]
    if not isinstance(alias, Name):
        raise fault(call, "exists には参照の別名を書いてください")
    return Value(Kind.TRUTH, engine.found(alias.name))


def _count_if(call: Call, arguments: Sequence[Value], engine: Engine) -> Value:
    if arguments[0].kind is not Kind.TRUTH:
        raise fault(call, "count_if には条件を書いてください")
    return Value(Kind.NUMBER, engine.aggregate("count_if", arguments[0]))


def _extreme(call: Call, arguments: Sequence[Value], engine: Engine) -> Value:
    value = arguments[0]
    return Value(value.kind, engine.aggregate(call.function, value), value.scale)


def _sum(_: Call, arguments: Sequence[Value], engine: Engine) -> Value:
    number = as_number(arguments[0], engine)
    return Value(Kind.NUMBER, engine.aggregate("sum", number), number.scale)


def _previous(_: Call, arguments: Sequence[Value], engine: Engine) -> Value:
    return Value(arguments[0].kind, engine.previous(arguments[0]), arguments[0].scale)


_MEANINGS: dict[str, Meaning] = {
    "length": _texts(Kind.NUMBER, lambda text, engine: engine.visible_characters(text)),
    "number": lambda _, arguments, engine: as_number(arguments[0], engine),
    "ymd": _texts(Kind.NUMBER, dates.ymd),
    "age": _texts(Kind.NUMBER, dates.age),
    "months": _texts(Kind.NUMBER, dates.months),
    "days": _texts(Kind.NUMBER, dates.days),
    "year": _texts(Kind.NUMBER, dates.year),
    "fiscal_year": _texts(Kind.NUMBER, dates.fiscal_year),
    "real_date": _texts(Kind.TRUTH, dates.real_date),
    "matches": _matches,
    "starts": _texts(Kind.TRUTH, _starts),
    "contains": _texts(Kind.TRUTH, lambda text, word, engine: engine.contains(text, word)),
    "part": _part,
    "concat": _texts(Kind.TEXT, _concat),
    "first": _first,
    "choose": _choose,
    "floor": _floor,
    "check_digit": _check_digit,
    "as_of": _as_of,
    "parameter": _parameter,
    "exists": _exists,
    "count": lambda _, __, engine: Value(Kind.NUMBER, engine.aggregate("count", None)),
    "count_if": _count_if,
    "count_distinct": lambda _, arguments, engine: Value(Kind.NUMBER, engine.aggregate("count_distinct", arguments[0])),
    "sum": _sum,
    "min": _extreme,
    "max": _extreme,
    "prev": _previous,
}
