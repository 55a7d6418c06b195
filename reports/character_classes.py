"""Which kinds of characters texts are made of, and their patterns: one table look-up per character, no regex.

A pattern writes every character as its class: 12-3 Ａ山ｱ → 99-9 全漢半.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

_Flags = npt.NDArray[np.uint16]
_AT_ONCE = 200_000  # texts looked at together: bounds memory

# code: its letter within a pattern. Other ASCII stands for itself.
_LETTERS = {
    1: "9",  # ASCII digit
    2: "A",  # ASCII letter
    3: "半",  # half-width katakana
    4: "仮",  # hiragana, katakana
    5: "漢",  # kanji
    6: "全",  # other full-width characters
    7: "外",  # private use: gaiji
    8: "失",  # marks left where a character was lost: ■〓□？ and U+FFFD
    9: "×",  # escapes of undecodable bytes
    10: "制",  # control characters
    11: "",  # variation selectors: no character of their own
    12: "制",  # shift codes that stand alone
}
_RANGES = (
    (0x80, 0x10FFFF, 6),
    (0x3041, 0x30FF, 4),
    (0x3400, 0x9FFF, 5),
    (0xF900, 0xFAFF, 5),
    (0x20000, 0x3FFFF, 5),
    (0x3005, 0x3007, 5),
    (0xFF61, 0xFF9F, 3),
    (0xE000, 0xF8FF, 7),
    (0xF0000, 0x10FEFF, 7),
    (0x10FF00, 0x10FFFF, 9),
    (0x00, 0x1F, 10),
    (0x7F, 0x9F, 10),
    (0x0E, 0x0F, 12),
    (0x30, 0x39, 1),
    (0x41, 0x5A, 2),
    (0x61, 0x7A, 2),
    (0xFE00, 0xFE0F, 11),
    (0xE0100, 0xE01EF, 11),
)
_LOSS = "■〓□？\ufffd"
_OTHER_ASCII = 32  # codes from here on are the characters themselves


def kinds(texts: pl.Series) -> pl.DataFrame:
    """length, pattern (codes; see `pattern_text`) and one Boolean per class, for every text (none NULL).

    half_width: ASCII or half-width katakana, whatever else.
    """
    parts = [_kinds(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
    return pl.concat(parts) if parts else _kinds(texts)


def pattern_text(codes: bytes) -> str:
    """The pattern as people read it."""
    return "".join(_LETTERS[code] if code < _OTHER_ASCII else chr(code) for code in codes)


def _kinds(texts: pl.Series) -> pl.DataFrame:
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    points = np.frombuffer("".join(texts.to_list()).encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = _TABLE[points]
    starts = np.concatenate(([0], np.cumsum(lengths)))
    flags = _any(np.left_shift(np.uint16(1), np.minimum(codes, 15).astype(np.uint16)), starts)
    selectors = _selectors(codes, starts)
    data = codes.tobytes()
    patterns = [data[start:end] for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)]

    def has(*classes: int) -> npt.NDArray[np.bool_]:
        return (flags & np.uint16(sum(1 << code for code in classes))) > 0

    return pl.DataFrame(
        {
            "length": lengths - selectors,
            "pattern": pl.Series(patterns, dtype=pl.Binary),
            "ascii": ~has(3, 4, 5, 6, 7, 8, 9, 11),
            "half_kana": has(3),
            "full_width": has(4, 5, 6),
            "gaiji": has(7),
            "loss_marks": has(8),
            "undecodable": has(9),
            "control": has(10, 12),
            "shift_codes": has(12),
            "half_width": has(1, 2, 3, 15),
        }
    )


def _any(flags: _Flags, starts: npt.NDArray[np.int64]) -> _Flags:
    """The flags of each text or-ed together."""
    found = np.zeros(len(starts) - 1, np.uint16)
    filled = starts[1:] > starts[:-1]
    if filled.any():
        found[filled] = np.bitwise_or.reduceat(flags, starts[:-1][filled])
    return found


def _selectors(codes: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    places = np.flatnonzero(codes == 11)
    counts: npt.NDArray[np.int64] = np.diff(np.searchsorted(places, starts))
    return counts


def _table() -> npt.NDArray[np.uint8]:
    table = np.zeros(0x110000, np.uint8)
    table[:0x80] = np.arange(0x80)
    for first, last, code in _RANGES:
        table[first : last + 1] = code
    for mark in _LOSS:
        table[ord(mark)] = 8
    return table


_TABLE = _table()
