"""Check digits, as sums of digits times weights; a number of another shape is wrong, not NULL."""

from __future__ import annotations

from collections.abc import Sequence

from validators.meaning import Engine, Native

CYCLE = (2, 3, 4, 5, 6, 7)
_LONGEST = 20  # 宛名番号 is X15

KINDS = ("m11w2-7", "juminhyo", "kojin", "hojin", "shichoson", "m10w2-1")


def is_right(text: Native, kind: str, engine: Engine) -> Native:
    """Whether the check digit is right; NULL for NULL, false for anything but digits of the right length."""
    shape, right = _CHECKS[kind](text, engine)
    return engine.choose(
        engine.matches(text, shape), right, engine.choose(engine.is_null(text), *_null_or_false(engine))
    )


def _null_or_false(engine: Engine) -> tuple[Native, Native]:
    return engine.truth(None), engine.truth(False)


def _serial(text: Native, engine: Engine) -> tuple[str, Native]:
    """モジュラス11, weights 2–7 from the right of the body; a remainder of 0 or 1 gives 0 (住記 1.0 §1.1.13)."""
    padded = _padded(text, engine)
    weights = [CYCLE[i % 6] for i in range(_LONGEST - 1)]
    return f"[0-9]{{2,{_LONGEST}}}", _modulus_11(padded, weights[::-1], engine)


def _resident_record(text: Native, engine: Engine) -> tuple[str, Native]:
    return "[0-9]{11}", _modulus_11(text, [CYCLE[i % 6] for i in range(10)][::-1], engine)


def _individual(text: Native, engine: Engine) -> tuple[str, Native]:
    """平成26年総務省令第85号第5条."""
    return "[0-9]{12}", _modulus_11(text, [CYCLE[i % 6] for i in range(11)][::-1], engine)


def _corporate(text: Native, engine: Engine) -> tuple[str, Native]:
    """The check digit comes first: 9 − (Σ mod 9), weights 1 and 2 from the right."""
    total = _weighted([_digit(text, i, engine) for i in range(2, 14)], [2, 1] * 6)
    right = _digit(text, 1, engine) == engine.number(9) - _remainder(total, 9, engine)
    return "[0-9]{13}", right


def _municipality(text: Native, engine: Engine) -> tuple[str, Native]:
    """全国地方公共団体コード: the last digit of 11 − (Σ mod 11)."""
    total = _weighted([_digit(text, i, engine) for i in range(1, 6)], [6, 5, 4, 3, 2])
    rest = engine.number(11) - _remainder(total, 11, engine)
    return "[0-9]{6}", _digit(text, 6, engine) == _remainder(rest, 10, engine)


def _insurer(text: Native, engine: Engine) -> tuple[str, Native]:
    """保険者番号, 公費負担者番号: モジュラス10, weights 2 and 1 from the right, digits of the products summed."""
    padded = _padded(text, engine)
    products = []
    for i in range(1, _LONGEST):
        digit = _digit(padded, i, engine)
        doubled = digit * 2
        carried = engine.choose(doubled > 9, doubled - 9, doubled)
        products.append(carried if (_LONGEST - 1 - i) % 2 == 0 else digit)
    total = _weighted(products, [1] * len(products))
    right = _remainder(engine.number(10) - _remainder(total, 10, engine), 10, engine)
    return f"[0-9]{{2,{_LONGEST}}}", _digit(padded, _LONGEST, engine) == right


def _modulus_11(text: Native, weights: Sequence[int], engine: Engine) -> Native:
    total = _weighted([_digit(text, i + 1, engine) for i in range(len(weights))], weights)
    rest = _remainder(total, 11, engine)
    expected = engine.choose(rest <= 1, engine.number(0), engine.number(11) - rest)
    return _digit(text, len(weights) + 1, engine) == expected


def _weighted(digits: Sequence[Native], weights: Sequence[int]) -> Native:
    total = digits[0] * weights[0]
    for digit, weight in zip(digits[1:], weights[1:], strict=True):
        total = total + digit * weight
    return total


def _padded(text: Native, engine: Engine) -> Native:
    """Zeros in front, so that places count from the right."""
    zeros = engine.concat([engine.text("0" * _LONGEST), text])
    return engine.substring(zeros, engine.characters(text) + engine.number(1), engine.number(_LONGEST))


def _digit(text: Native, place: int, engine: Engine) -> Native:
    return engine.to_integer(engine.substring(text, engine.number(place), engine.number(1)))


def _remainder(number: Native, divisor: int, engine: Engine) -> Native:
    return number - engine.quotient(number, divisor) * divisor


_CHECKS = {
    "m11w2-7": _serial,
    "juminhyo": _resident_record,
    "kojin": _individual,
    "hojin": _corporate,
    "shichoson": _municipality,
    "m10w2-1": _insurer,
}
