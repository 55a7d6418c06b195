"""Check digits of texts at hand and of whole columns; `validators.check_digits` means the same on Polars and SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from validators.check_digits import CYCLE

T: TypeAlias = Any  # an int, or an array of them

_BODY = {"kojin": 11, "juminhyo": 10, "hojin": 12, "shichoson": 5}  # digits besides the check digit
_SAFE_DIGITS = 18  # fit into Int64


def is_right(number: str, kind: str) -> bool:
    """Whether the check digit of a text is right; false for anything but ASCII digits of the right length."""
    if not (number.isascii() and number.isdigit() and len(number) > 1):
        return False
    if kind in _BODY and len(number) != _BODY[kind] + 1:
        return False
    if kind == "hojin":
        return number[0] == digit_of(number[1:], kind)
    return number[-1] == digit_of(number[:-1], kind)


def digit_of(body: str, kind: str) -> str:
    """The check digit that belongs to the other digits of a number."""
    return str(_expected([int(sign) for sign in reversed(body)], kind))


def remainder_of(body: str) -> int:
    """Σ mod 11 of a serial number's body, weights 2–7 from the right."""
    return sum(int(sign) * CYCLE[place % 6] for place, sign in enumerate(reversed(body))) % 11


def surely_right(numbers: pl.Series, kind: str) -> pl.Series:
    """Bool: true where a text is a number with the right check digit, false or null elsewhere and where it is long."""
    shape = f"^[0-9]{{{_BODY[kind] + 1}}}$" if kind in _BODY else f"^[0-9]{{2,{_SAFE_DIGITS}}}$"
    fits = numbers.str.contains(shape)
    values = numbers.cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    if kind == "hojin":
        first, rest = values // 10**12, values % 10**12
        right = first == _expected(_digits(rest, 12), kind)
    else:
        rest = values // 10
        right = values - rest * 10 == _expected(_digits(rest, _BODY.get(kind, _SAFE_DIGITS - 1)), kind)
    return fits & pl.Series(right)


def _expected(digits: Sequence[T], kind: str) -> T:
    """The check digit of digits counted from the right, of one number or of many."""
    if kind == "hojin":
        return 9 - _sum(digits, (1, 2)) % 9
    if kind == "shichoson":
        return (11 - _sum(digits, CYCLE) % 11) % 10
    if kind == "m10w2-1":
        doubled = [digit * 2 - (digit > 4) * 9 for digit in digits[::2]]
        return (10 - _sum([*doubled, *digits[1::2]], (1,)) % 10) % 10
    rest = _sum(digits, CYCLE) % 11
    return (11 - rest) * (rest > 1)


def _sum(digits: Sequence[T], weights: Sequence[int]) -> T:
    total = digits[0] * weights[0]
    for place in range(1, len(digits)):
        total = total + digits[place] * weights[place % len(weights)]
    return total


def _digits(values: NDArray[np.int64], count: int) -> list[NDArray[np.int64]]:
    found = []
    for _ in range(count):
        rest = values // 10
        found.append(values - rest * 10)
        if not rest.any():
            break
        values = rest
    return found
