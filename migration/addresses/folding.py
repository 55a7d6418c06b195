"""One form for the many spellings of an address, with the way back to every character of the text.

`fold` is for looking things up only: variants of a character become one, numerals become Arabic. What is given out is
cut from the text itself (`Folded.cut`), and only its width is changed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from migration.transforms.characters import KANA, NARROW
from migration.transforms.numerals import arabic

GAP = "\x00"  # between a kanji and an Arabic numeral that touch: 梶村一38番 is not 梶村138番
_HYPHENS = "‐‑‒–—―−﹣─━"
_SAME = (
    ("ケ", "ヶヵカがガ"),
    ("の", "ノ之"),
    ("ツ", "ッっつ"),
    ("エ", "ヱェ"),
    ("イ", "ヰィ"),
    ("ー", "ｰ"),
    ("-", _HYPHENS),
    *((large, small) for large, small in zip("アウオヤユヨ", "ァゥォャュョ", strict=True)),
    *((large, small) for large, small in zip("あいうえおやゆよ", "ぁぃぅぇぉゃゅょ", strict=True)),
    ("〇", "○◯"),
)
_STARTING = "一二三四五六七八九壱弐参廿卅十拾百千"
_KANJI = _STARTING + "〇零"
_NUMERALS = re.compile(f"[{_STARTING}][{_KANJI}]*|(?<=[0-9])[〇O](?=[0-9〇O番号丁の-]|$)")
_UNUSUAL = re.compile("[ｦ-ﾟ\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_UNIT = re.compile("[ｳ-ﾎﾜｦ]ﾞ|[ﾊ-ﾎ]ﾟ|.[\ufe00-\ufe0f\U000e0100-\U000e01ef]*", re.DOTALL)
_HYPHEN = re.compile(f"(?<=[0-9A-Za-z])[{_HYPHENS}](?=[0-9A-Za-z])|(?<=[0-9])[ー一](?=[0-9])")


@dataclass(slots=True)
class Folded:
    """A text, its characters, and its folded form. `starts[i]`: the character that `canon[i]` comes from."""

    units: Sequence[str]
    canon: str
    starts: list[int] | None  # None: canon and units run side by side

    def unit(self, place: int) -> int:
        """Where in the text a place of the folded form lies."""
        return place if self.starts is None else self.starts[place]

    def cut(self, start: int, end: int) -> str:
        """The text between two places of the folded form, as it was written."""
        return "".join(self.units[self.unit(start) : self.unit(end)])


def fold(text: str) -> Folded:
    """The folded form of a text. Total: any text has one."""
    units: Sequence[str] = text
    if _UNUSUAL.search(text):
        units = _UNIT.findall(text)
        plain = "".join((KANA.get(unit) or unit[0]).translate(_TABLE) for unit in units)
    else:
        plain = text.translate(_TABLE)
    return _with_numbers(units, plain)


def folded(text: str) -> str:
    """The folded form alone, of names of a list."""
    return fold(text).canon


def width(text: str) -> str:
    """Letters, digits, signs and spaces half width, kana full width, hyphens between digits plain. Idempotent."""
    if _UNUSUAL.search(text):
        text = "".join(KANA.get(unit, unit) for unit in _UNIT.findall(text))
    return _HYPHEN.sub("-", text.translate(_WIDTH))


def _with_numbers(units: Sequence[str], plain: str) -> Folded:
    found = _NUMERALS.search(plain)
    if found is None:
        return Folded(units, plain, None)
    parts: list[str] = []
    starts: list[int] = []
    last = 0
    while found is not None:
        start, end = found.span()
        number = _number(plain, start, end)
        parts += plain[last:start], number
        starts += range(last, start)
        starts += [start] * len(number)
        last = end
        found = _NUMERALS.search(plain, end)
    parts.append(plain[last:])
    starts += range(last, len(plain) + 1)
    return Folded(units, "".join(parts), starts)


def _number(plain: str, start: int, end: int) -> str:
    run = plain[start:end]
    before = start > 0 and plain[start - 1] in "0123456789"
    after = end < len(plain) and plain[end] in "0123456789"
    if run in ("〇", "O"):
        return "0"
    if run == "一" and before and after:
        return "-"
    return (GAP if before else "") + _arabic(run) + (GAP if after else "")


@lru_cache(4096)
def _arabic(run: str) -> str:
    return arabic(run)


def _variants() -> dict[str, str]:
    with Path(__file__).with_name("variants.csv").open(encoding="utf-8", newline="") as file:
        return {row["variant"]: row["plain"] for row in csv.DictReader(file)}


_SPACES = dict.fromkeys("\t\n\r\f\v\x00\x85\xa0\u2002\u2003\u2009\u2028\u2029", " ")
_WIDTH = str.maketrans({wide: narrow for wide, narrow in NARROW.items() if wide not in _HYPHENS} | _SPACES)
_PLAIN = _variants() | {sign: plain for plain, signs in _SAME for sign in signs}
_TABLE = str.maketrans(
    NARROW | _SPACES | {half: _PLAIN.get(full, full) for half, full in KANA.items() if len(half) == 1} | _PLAIN
)
