"""Whether kana can be the reading of kanji: characters matched from left to right against their known readings.

A reading may be voiced behind another character (rendaku), end in ッ (sokuon), and ノ or ガ may be read in a 氏 without
being written. The tables lie in data/ (SOURCE.md); old and variant characters are read as their base.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import polars as pl

DATA = Path(__file__).parent / "data"
TABLES = ("readings_mji", "readings_unihan", "readings_names")  # one for each licence
LONGEST_UNIT = 4  # characters read as one in the shipped tables: 長谷, 五十嵐
INSERTED = ("ノ", "ガ", "ケ")
_VOICED = dict(zip("カキクケコサシスセソタチツテトハヒフヘホ", "ガギグゲゴザジズゼゾダジズデドバビブベボ", strict=True))
_PLAIN = {voiced: plain for plain, voiced in _VOICED.items()}
_HARD = dict(zip("ハヒフヘホ", "パピプペポ", strict=True))
_SAME = str.maketrans("ヂヅヲヮヵヶヰヱ", "ジズオワカケイエ")
_COLUMNS = {
    "ア": "アカガサザタダナハバパマヤャラワァ",
    "イ": "イキギシジチニヒビピミリィ",
    "ウ": "ウクグスズツヌフブプムユュルゥヴ",
    "エ": "エケゲセゼテデネヘベペメレェ",
    "オ": "オコゴソゾトドノホボポモヨョロォ",
}
_VOWEL = {sign: vowel for vowel, signs in _COLUMNS.items() for sign in signs}
_REPEATS = "々〻ゝヽゞヾ"
_LONGEST = 9  # kana of one reading
_NONE: frozenset[str] = frozenset()


class Readings:
    """Readings of characters and of units of several characters, by base character."""

    def __init__(self, readings: Mapping[str, Iterable[str]], bases: Mapping[str, str]) -> None:
        self._readings = {unit: frozenset(found) for unit, found in readings.items()}
        self._longest = max([LONGEST_UNIT, *map(len, self._readings)])
        self._bases = bases
        self._first: dict[str, frozenset[str]] = {}
        self._later: dict[str, frozenset[str]] = {}

    def with_more(self, more: Mapping[str, Iterable[str]]) -> Readings:
        """These and others."""
        together = {unit: self._readings.get(unit, _NONE) | frozenset(found) for unit, found in more.items()}
        return Readings({**self._readings, **together}, self._bases)

    def plausible(self, kanji: str, kana: str, surname: bool) -> bool:
        """Whether `kana` (full-width katakana) may be read from `kanji` (a 氏 or a 名, no spaces)."""
        sounds = folded(kana)
        return len(sounds) in self.places(self.spelt(kanji), sounds, surname)[-1]

    def unknown(self, kanji: str) -> tuple[str, ...]:
        """Characters no reading is known of."""
        return tuple(dict.fromkeys(sign for sign in self.spelt(kanji) if not self.forms(sign, True)))

    def spelt(self, kanji: str) -> str:
        """In base characters, without variation selectors, 々 and ー written out: 邉󠄗々 → 辺辺."""
        signs: list[str] = []
        for sign in kanji:
            if _selector(sign):
                continue
            if sign == "ー" and signs:
                sign = folded(katakana(signs[-1]) + sign)[1:]
            signs.append(signs[-1] if sign in _REPEATS and signs else self._bases.get(sign, sign))
        return "".join(signs)

    def places(self, text: str, sounds: str, surname: bool) -> list[set[int]]:
        """How many kana may be used up before each character, and after the last."""
        places: list[set[int]] = [set() for _ in range(len(text) + 1)]
        places[0].add(0)
        for start, reached in enumerate(places[:-1]):
            if surname and start:
                reached |= {place + 1 for place in reached if sounds[place : place + 1] in INSERTED}
            if not reached:
                continue
            for size in range(1, min(self._longest, len(text) - start) + 1):
                forms = self.forms(text[start : start + size], start > 0)
                if forms:
                    places[start + size].update(*(_ends(sounds, place, forms) for place in reached))
        return places

    def forms(self, unit: str, later: bool) -> frozenset[str]:
        """Every way a unit may sound, also voiced when it stands `later` in a word; kana stand for themselves."""
        made = self._later if later else self._first
        found = made.get(unit)
        if found is None:
            found = made[unit] = self._made(unit, later)
        return found

    def _made(self, unit: str, later: bool) -> frozenset[str]:
        if len(unit) == 1 and (own := _own_sound(unit)):
            return own
        plain = _forms(self._readings.get(unit, _NONE))
        if len(unit) > 1:
            plain |= _unvoiced(plain)
        return plain | _voiced(plain) if later else plain


@lru_cache(maxsize=1)
def readings() -> Readings:
    """The shipped tables, read once."""
    merged: dict[str, list[str]] = {}
    for table in TABLES:
        for unit, found in pl.read_parquet(DATA / f"{table}.parquet").iter_rows():
            merged.setdefault(unit, []).extend(found.split())
    return Readings(merged, dict(pl.read_parquet(DATA / "bases.parquet").iter_rows()))


def is_surname(kanji: str) -> bool:
    """Whether the list of surnames has it, in whatever variant characters."""
    return readings().spelt(kanji) in _surnames()


@lru_cache(maxsize=1)
def _surnames() -> frozenset[str]:
    listed = pl.read_parquet(DATA / "surnames.parquet")["text"].to_list()
    return frozenset(readings().spelt(surname) for surname in listed)


def folded(kana: str) -> str:
    """Kana as compared: ヂ = ジ, ヅ = ズ, ヲ = オ, long marks as the vowel they lengthen (オー as オウ)."""
    signs: list[str] = []
    for sign in kana.translate(_SAME):
        if sign == "ー" and signs:
            vowel = _VOWEL.get(signs[-1], "")
            signs.append("ウ" if vowel == "オ" else vowel)
        else:
            signs.append(sign)
    return "".join(signs)


def katakana(text: str) -> str:
    """Hiragana as katakana."""
    return "".join(chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" else sign for sign in text)


def _ends(sounds: str, place: int, forms: frozenset[str]) -> list[int]:
    last = min(len(sounds), place + _LONGEST)
    return [end for end in range(place + 1, last + 1) if sounds[place:end] in forms]


def _forms(found: Iterable[str]) -> frozenset[str]:
    plain = {one for reading in found for one in (reading, _other_o(reading))}
    return frozenset(plain | {one[:-1] + "ッ" for one in plain if len(one) > 1 and one[-1] in "ツチクキ"})


def _voiced(forms: frozenset[str]) -> frozenset[str]:
    soft = {_VOICED[one[0]] + one[1:] for one in forms if one[0] in _VOICED}
    return frozenset(soft | {_HARD[one[0]] + one[1:] for one in forms if one[0] in _HARD})


def _unvoiced(forms: frozenset[str]) -> frozenset[str]:
    """One voiced kana inside unvoiced: names of two sounds (五十嵐 イガラシ, イカラシ)."""
    return frozenset(
        one[:place] + _PLAIN[one[place]] + one[place + 1 :]
        for one in forms
        for place in range(1, len(one))
        if one[place] in _PLAIN
    )


def _other_o(reading: str) -> str:
    """オウ as オオ and オオ as オウ."""
    signs = list(reading)
    for place in range(1, len(signs)):
        if signs[place] in "ウオ" and _VOWEL.get(reading[place - 1]) == "オ":
            signs[place] = "オ" if signs[place] == "ウ" else "ウ"
    return "".join(signs)


def _own_sound(sign: str) -> frozenset[str]:
    """What a kana in a written name sounds like; nothing for other characters."""
    kana = katakana(sign)
    if kana in "ヶケヵ":
        return frozenset("ケガカ")
    if kana in "ハヘ":
        return frozenset({kana, "ワ" if kana == "ハ" else "エ"})
    return frozenset(folded(kana)) if "ァ" <= kana <= "ヺ" else _NONE


def _selector(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"
