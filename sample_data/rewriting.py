"""Cells of the old system as another vendor writes them: named steps, one text to one text.

A chain (`date:iso or:9999-99-99`) stands in the tables of `sample_data/vendors`. It is asked once for each different
text; '' means nothing and passes every step but `or` and `const`. A text a step cannot read is an error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeAlias

import polars as pl

from sample_data.forms import ERAS, full_width

Step: TypeAlias = Callable[[str, str], str]
Codes: TypeAlias = Callable[[str, str], Mapping[str, str]]  # (code map here, code map there) → code here → code there
_NAMES = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
_LETTERS = {digit: letter for _, digit, letter, _ in ERAS}
_BEFORE = {letter: before for _, _, letter, before in ERAS}
_OPEN = ("or", "const")


def rewritten(values: pl.Series, chain: str, codes: Codes) -> pl.Series:
    """Every text through the chain."""
    steps = [_step(word, codes) for word in chain.split()]
    known = {text: _through(text, steps) for text in values.unique().to_list()}
    return values.replace_strict(known, return_dtype=pl.String)


def _through(text: str, steps: Iterable[tuple[str, Step, str]]) -> str:
    for name, step, argument in steps:
        if text or name in _OPEN:
            text = step(text, argument)
    return text


def _step(word: str, codes: Codes) -> tuple[str, Step, str]:
    name, _, argument = word.partition(":")
    if name == "code":
        known = codes(*argument.split(">"))
        return name, lambda text, _: known[text], ""
    return name, STEPS[name], argument


def _date(text: str, form: str) -> str:
    """3450301, S450301 or 19700301 → the form; an unknown part stays 00."""
    letter, year, month, day = _parts(text)
    if form.startswith("sign"):  # sign45678: the digits for 明治 … 令和
        return f"{form[4:]['MTSHR'.index(letter)]}{year - _BEFORE[letter]:02}{month}{day}"
    return _written(form, letter, year, [month, day])


def _month(text: str, form: str) -> str:
    """50610 or 202410 → the form."""
    letter, year, month, _ = _parts(text + ("00" if len(text) == 6 else "01"))
    return _written(form, letter, year, [month])


def _year(text: str, form: str) -> str:
    """506 or 2024 → the form. A 年度 is of the era it begins in."""
    letter, year, _, _ = _parts(text + "0401")
    return _written(form, letter, year, [])


def _written(form: str, letter: str, year: int, rest: list[str]) -> str:
    if form == "plain" or (form == "either" and not letter):
        return f"{year:04}" + "".join(rest)
    if form in ("iso", "slash"):
        return ("-" if form == "iso" else "/").join([f"{year:04}", *rest])
    letter = letter or _era_of(year, rest)
    count = year - _BEFORE[letter]
    if form in ("dots", "either"):
        return ".".join([f"{letter}{count:02}", *rest])
    if form == "packed":
        return f"{letter}{count:02}" + "".join(rest)
    numbers = ["元" if count == 1 else str(count), *(str(int(part)) for part in rest)]
    return _NAMES[letter] + "".join(number + sign for number, sign in zip(numbers, "年月日", strict=False))


def _parts(text: str) -> tuple[str, int, str, str]:
    """Era letter ('' when western), western year, month, day."""
    if re.fullmatch("[0-9]{8}", text):
        return "", int(text[:4]), text[4:6], text[6:]
    if not re.fullmatch("[1-5MTSHR][0-9]{6}", text):
        raise ValueError(f"no date of the old system: {text!r}")
    letter = _LETTERS.get(text[0], text[0])
    return letter, int(text[1:3]) + _BEFORE[letter], text[3:5], text[5:]


def _era_of(year: int, rest: list[str]) -> str:
    day = (year, *(int(part) for part in rest), *(1,) * (2 - len(rest)))
    return next(letter for first, _, letter, _ in ERAS if day >= first.timetuple()[:3])


def _stamp(text: str, part: str) -> str:
    """YYYYMMDD HHMMSS → its date, its time, or both with marks."""
    date, time = text.split(" ")
    if part != "iso":
        return date if part == "date" else time
    return f"{date[:4]}-{date[4:6]}-{date[6:]} {time[:2]}:{time[2:4]}:{time[4:]}"


def _kana(text: str, _: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "\u3000")


@cache
def _spaced(mark: str) -> str:
    return {"full": "\u3000", "half": " "}[mark]


STEPS: Mapping[str, Step] = {
    "date": _date,
    "month": _month,
    "year": _year,
    "stamp": _stamp,
    "kana": _kana,
    "wide": lambda text, _: full_width(text),
    "narrow": lambda text, _: unicodedata.normalize("NFKC", text),
    "zeros": lambda text, width: text.zfill(int(width)),
    "bare": lambda text, _: text.lstrip("0") or "0",
    "comma": lambda text, _: f"{int(text):,}",
    "lower": lambda text, _: text.lower(),
    "drop": lambda text, sign: text.replace(sign, ""),
    "hyphen": lambda text, place: f"{text[: int(place)]}-{text[int(place) :]}",
    "before": lambda text, mark: text.partition(_spaced(mark))[0],
    "after": lambda text, mark: text.partition(_spaced(mark))[2],
    "prefix": lambda text, sign: sign + text,
    "or": lambda text, other: text or other,
    "const": lambda _, text: text,
    "flag": lambda text, signs: signs[1] if text == "1" else signs[0].replace("_", ""),
}
