"""Number transforms: what one text becomes, and the same at speed for the texts that make up most of the data.

The fast half works on a whole column and leaves null what it does not decide; the outcome half decides every text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

from migration.transforms.characters import NARROW, SPACES, narrowed
from migration.transforms.spec import Argument, Outcome, TransformSpec

_SAFE_DIGITS = 18  # fit into Int64
_NARROW = str.maketrans(NARROW)


def digits(text: str, _: str = "") -> Outcome:
    plain = _plain(text)
    if re.fullmatch("[0-9]*", plain):
        return Outcome(plain or None)
    return Outcome(None, fault="数字ではありません")


def zero_pad(text: str, argument: str) -> Outcome:
    plain = _plain(text)
    return Outcome(_plain(plain.rjust(int(argument), "0")) if plain else None)  # a leading ー now follows a digit


def strip_zeros(text: str, _: str = "") -> Outcome:
    plain = _plain(text)
    return Outcome((plain.lstrip("0" + SPACES) or "0") if plain else None)


def integer(text: str, _: str = "") -> Outcome:
    """Grouping commas go only where they group by three."""
    plain = _plain(text)
    if re.fullmatch("[+-]?[0-9]{1,3}(,[0-9]{3})+", plain):
        plain = plain.replace(",", "")
    if not plain:
        return Outcome(None)
    if not re.fullmatch("[+-]?[0-9]+", plain):
        return Outcome(None, fault="整数ではありません")
    bare = plain.lstrip("+-").lstrip("0") or "0"
    return Outcome(f"-{bare}" if plain.startswith("-") and bare != "0" else bare)


def hyphen_free(text: str, _: str = "") -> Outcome:
    return Outcome(re.sub("[-()ーｰ]", "", _plain(text)).strip(SPACES) or None)


def fast_digits(texts: pl.Series, _: str = "") -> pl.Series:
    return _usual(texts, "^[0-9]+$", lambda plain: plain)


def fast_zero_pad(texts: pl.Series, argument: str) -> pl.Series:
    return _usual(texts, "^[0-9A-Za-z]+$", lambda plain: plain.str.pad_start(int(argument), "0"))


def fast_strip_zeros(texts: pl.Series, _: str = "") -> pl.Series:
    return _usual(texts, "^0*[1-9A-Za-z][0-9A-Za-z]*$", lambda plain: plain.str.strip_chars_start("0"))


def fast_integer(texts: pl.Series, _: str = "") -> pl.Series:
    """Numbers that are plain already are not looked at sign by sign."""
    number = texts.cast(pl.Int64, strict=False)
    plain = texts
    if number.null_count() > texts.null_count():
        plain = narrowed(texts)
        number = plain.cast(pl.Int64, strict=False)
    return _where(plain.str.len_bytes() <= _SAFE_DIGITS, number.cast(pl.String))


def fast_hyphen_free(texts: pl.Series, _: str = "") -> pl.Series:
    return _usual(texts, "^[0-9-]*[0-9][0-9-]*$", lambda plain: plain.str.replace_all("-", "", literal=True))


def _usual(texts: pl.Series, pattern: str, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`change` where the text fits the pattern as it is, else where it does in half width; null elsewhere."""
    sure = texts.str.contains(pattern)
    if sure.all(ignore_nulls=True):
        return change(texts)
    plain = narrowed(texts)
    return _where(plain.str.contains(pattern), change(plain))


def _plain(text: str) -> str:
    """Half width, without spaces around; ー between digits as a hyphen, as in `narrow`."""
    narrow = text.translate(_NARROW)
    return re.sub("(?<=[0-9])[ーｰ](?=[0-9])", "-", narrow).strip(SPACES)


def _where(sure: pl.Series, values: pl.Series) -> pl.Series:
    return values if sure.all(ignore_nulls=True) else values.set(~sure.fill_null(False), None)


NUMBERS = (
    TransformSpec("digits", "半角数字に。数字以外があれば指摘", outcome=digits, fast=fast_digits),
    TransformSpec("zero_pad", "左を 0 で埋める", Argument("桁数", count=True), outcome=zero_pad, fast=fast_zero_pad),
    TransformSpec("strip_zeros", "左の 0 を取る", outcome=strip_zeros, fast=fast_strip_zeros),
    TransformSpec("integer", "整数（前ゼロ・＋・桁区切りなし）に", outcome=integer, fast=fast_integer),
    TransformSpec(
        "hyphen_free", "ハイフンと括弧を取って半角に（郵便番号・電話）", outcome=hyphen_free, fast=fast_hyphen_free
    ),
)
