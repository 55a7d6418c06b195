"""Is the code page the right one? Pages of one family swap half-width kana and lower-case letters, nothing else.

Under the right page the single-byte letters of a file look like Japanese records: kana as often as in names, voiced
marks behind letters that can be voiced, kana and lower-case letters not mixed in one word. Each page gets the mean
logarithm of how likely its reading is, letter by letter; a rival that is clearly likelier is a doubt.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mappings.host_encodings import HostEncoding, host_codes, shipped_encodings
from migration.codepages.texts import ESCAPE

_Scores: TypeAlias = npt.NDArray[np.float64]
FEWEST = 100  # letters that the pages read differently
CLEARLY = 0.3  # by how much the mean logarithm of a rival is better
_WEIGHTS = Path(__file__).with_name("letter_weights.csv")
_OTHER, _NONE = -4.0, -12.0  # logarithm of a sign that is no letter; of a byte the page does not have
_IMPOSSIBLE = -7.0  # a voiced mark behind a letter without one, a change between kana and lower case
_BREAK = 256  # between values and where a byte is part of a double-byte code
_VOICED = frozenset("ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ")
_LATER = frozenset("ﾞﾟｰｧｨｩｪｫｬｭｮｯﾝ")  # no word begins with these


@dataclass(frozen=True, slots=True)
class Doubt:
    """A page that fits better: how many letters speak for it, and one value as read and as the page reads it."""

    page: str
    title: str
    letters: int
    read: str
    better: str


def better_page(values: Iterable[str], declared: HostEncoding) -> Doubt | None:
    """The page that `values`, decoded by the declared one, should have been decoded by; None when it fits."""
    texts = list(values)
    coded = [_single_bytes(text, declared) for text in texts]
    pairs = _pairs(coded)
    letters = {page.name: _differing(pairs, declared, page) for page in shipped_encodings().values()}
    rivals = [page for page in shipped_encodings().values() if letters[page.name] >= FEWEST]
    if not rivals:
        return None
    own = _score(pairs, declared)
    best = max(
        rivals, key=lambda page: (round(_score(pairs, page), 9), page.form.tables[1:] == declared.form.tables[1:])
    )
    if (_score(pairs, best) - own) / letters[best.name] < CLEARLY:
        return None
    shown = max(range(len(texts)), key=lambda at: _gain(coded[at], declared, best))
    read = "".join(f"〔{ord(sign) - ESCAPE:02X}〕" if ord(sign) >= ESCAPE else sign for sign in texts[shown])
    return Doubt(best.name, best.form.title, letters[best.name], read, _reread(texts[shown], declared, best))


def _gain(coded: npt.NDArray[np.int64], declared: HostEncoding, rival: HostEncoding) -> float:
    pairs = _pairs([coded])
    return _score(pairs, rival) - _score(pairs, declared)


@cache
def _singles(page: HostEncoding) -> Mapping[int, str]:
    return {code[0]: text for code, text in host_codes(page).items() if len(code) == 1}


@cache
def _bytes_of(page: HostEncoding) -> Mapping[str, int]:
    """The byte of every text of one byte, escapes of unreadable bytes included."""
    return {text: byte for byte, text in _singles(page).items()} | {chr(ESCAPE + byte): byte for byte in range(256)}


def _single_bytes(text: str, page: HostEncoding) -> npt.NDArray[np.int64]:
    back = _bytes_of(page)
    return np.array([back.get(sign, _BREAK) for sign in text] + [_BREAK], np.int64)


def _pairs(values: list[npt.NDArray[np.int64]]) -> _Scores:
    """How often each byte stands behind each other one (or behind a break)."""
    every = np.concatenate([np.array([_BREAK]), *values])
    width = _BREAK + 1
    return np.bincount(every[:-1] * width + every[1:], minlength=width * width).reshape(width, width).astype(np.float64)


def _differing(pairs: _Scores, declared: HostEncoding, rival: HostEncoding) -> int:
    """Letters (kana or lower case under either page) the two pages read differently."""
    counts = pairs.sum(axis=0)
    own, other = _singles(declared), _singles(rival)
    differ = [byte for byte in range(256) if own.get(byte) != other.get(byte)]
    letters = [byte for byte in differ if {own.get(byte), other.get(byte)} & _logarithms().keys()]
    return int(counts[letters].sum())


def _score(pairs: _Scores, page: HostEncoding) -> float:
    return float((pairs * _costs(page)).sum())


@cache
def _costs(page: HostEncoding) -> _Scores:
    """The logarithm of each byte behind each other one."""
    singles, weights = _singles(page), _logarithms()
    costs = np.zeros((_BREAK + 1, _BREAK + 1))
    for byte in range(256):
        sign = singles.get(byte, "")
        costs[:, byte] = weights.get(sign, _OTHER) if sign and sign.isprintable() else _NONE
        if sign not in weights:
            continue
        for before in range(_BREAK + 1):
            if _unlikely(singles.get(before, ""), sign):
                costs[before, byte] = _IMPOSSIBLE
    return costs


def _unlikely(before: str, sign: str) -> bool:
    if before in _logarithms() and _is_kana(before) != _is_kana(sign):
        return True
    if sign in "ﾞﾟ":
        return before not in _VOICED
    return sign in _LATER and before not in _logarithms()


def _is_kana(sign: str) -> bool:
    return "ｦ" <= sign <= "ﾟ"


@cache
def _logarithms() -> Mapping[str, float]:
    with _WEIGHTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["letter"]: float(np.log(int(row["parts_per_million"]) / 1e6)) for row in rows}


def _reread(text: str, declared: HostEncoding, rival: HostEncoding) -> str:
    back, singles = _bytes_of(declared), _singles(rival)
    return "".join(singles.get(back[sign], "□") if sign in back else sign for sign in text)
