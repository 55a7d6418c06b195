"""Numbers as COBOL stores them → decimal text: zoned, packed (COMP-3) and binary (COMP), all cells of a column at once.

Canonical text: no leading zeros, no plus, '-' only before what is not zero, as many decimal places as declared. With
`digits` the cell is a code: that many digits, leading zeros kept, no sign. A cell that is spaces, low-values (00) or
high-values (FF) all over is empty: noted with its bytes unless the table declares that filling. Other cells that are
no number are refused whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import polars as pl

from mappings.legacy_source import LegacyColumn
from migration.cells import Bytes, Cells, Flags, as_series, binary_views, padded
from migration.codepages.texts import FILLER, escaped_text

_Signs: TypeAlias = tuple[Bytes, Flags, Flags]  # digits, negative, valid
_PLUS, _MINUS, _SPACE = 0x4E, 0x60, 0x40
_NEGATIVE = np.isin(np.arange(16), (0xB, 0xD))
_COUNTED, _BINARY_DIGITS = 18, 20
_FILL_BYTES = {"low": 0x00, "high": 0xFF}
TITLES = {"zoned": "ゾーン10進数", "packed": "パック10進数", "binary": "2進数", "unsigned": "2進数"}


def decode_numbers(
    cells: Cells, column: LegacyColumn, ascii_signs: bool, fillings: Sequence[str]
) -> tuple[pl.Series, Flags, Flags, pl.Series | None]:
    """Text (NULL where empty), bad cells, cells whose bytes must be kept, and the rule of doubtful ones.

    `ascii_signs`: zoned digits are ASCII, the sign an overpunched letter ({ABC…, }JKL…, or pqr…).
    """
    whole = np.flatnonzero(cells.lengths == column.length)
    rows: Bytes = cells.data[cells.starts[whole][:, None] + np.arange(column.length)]
    if column.kind == "zoned" and ascii_signs:
        rows = _FROM_ASCII[rows]
    text, valid = _texts(rows, column)
    filled, declared = _filled(rows, column, fillings, 0x20 if ascii_signs else _SPACE)
    count, good = len(cells.lengths), valid & ~filled
    if len(whole) == count and good.all():
        none = np.zeros(count, np.bool_)
        return text, none, none, None
    bad, noted = cells.lengths > 0, np.zeros(count, np.bool_)
    bad[whole] = ~valid & ~filled
    noted[whole] = filled & ~declared
    every = pl.Series([None], dtype=pl.String).new_from_index(0, count)
    every = every.scatter(whole[good], text.filter(pl.Series(good)))
    wrong = np.flatnonzero(bad)
    if len(wrong):
        every = every.scatter(wrong, pl.Series([escaped_text(value) for value in cells.raw(wrong)], dtype=pl.String))
    rules = pl.Series([None], dtype=pl.String).new_from_index(0, count).scatter(np.flatnonzero(noted), FILLER)
    return every, bad, noted, rules if noted.any() else None


def _texts(rows: Bytes, column: LegacyColumn) -> tuple[pl.Series, Flags]:
    """Canonical text and validity of cells of full length."""
    if column.kind in ("binary", "unsigned"):
        digits, minus = _binary(rows, column.kind == "binary")
        valid = np.ones(len(rows), np.bool_)
    else:
        digits, minus, valid = _zoned(rows) if column.kind == "zoned" else _packed(rows)
    if digits.shape[1] < max(column.digits, column.decimals + 1):
        wide = np.zeros((len(rows), max(column.digits, column.decimals + 1)), np.uint8)
        wide[:, -digits.shape[1] :] = digits
        digits = wide
    if column.digits:
        above = digits[:, : digits.shape[1] - column.digits].any(axis=1)
        fits = ~above & ~(minus & digits.any(axis=1))
        return _as_text(digits[:, -column.digits :]), valid & fits
    return _canonical(digits, minus, column.decimals), valid


def _canonical(digits: Bytes, minus: Flags, decimals: int) -> pl.Series:
    """Without leading zeros; 18 digits before the point are counted as a number, more of them are cut as text."""
    whole = digits[:, : digits.shape[1] - decimals]
    if whole.shape[1] <= _COUNTED:
        value = np.zeros(len(whole), np.int64)
        for place in range(whole.shape[1]):
            value *= 10
            value += whole[:, place]
        text = pl.Series(value).cast(pl.String)
    else:
        text = _as_text(whole).str.replace("^0+([0-9])", "$1")
    if decimals:
        text = text + "." + _as_text(digits[:, -decimals:])
    negative = np.flatnonzero(minus)
    negative = negative[digits[negative].any(axis=1)]
    return text.scatter(negative, "-" + text.gather(negative)) if len(negative) else text


def _zoned(rows: Bytes) -> _Signs:
    """One digit a byte; the sign in the zone of the last or the first one, or a byte of its own at either end."""
    rows = rows.copy()
    negative = np.zeros(len(rows), np.bool_)
    signed = np.zeros(len(rows), np.bool_)
    for place in (-1, 0):
        if rows.shape[1] < 2:
            break
        own = ((rows[:, place] == _PLUS) | (rows[:, place] == _MINUS)) & ~signed
        negative |= own & (rows[:, place] == _MINUS)
        signed |= own
        if place == -1:  # the digits before it move up
            rows[own, 1:] = rows[own, :-1]
        rows[own, 0] = 0xF0
    zones: Bytes = np.right_shift(rows, np.uint8(4))
    digits: Bytes = rows & np.uint8(0x0F)
    for place in (-1, 0):
        over = (zones[:, place] >= 0x0A) & (zones[:, place] != 0x0F) & ~signed
        negative |= over & _NEGATIVE[zones[:, place]]
        signed |= over
        zones[over, place] = 0x0F
    return digits, negative, (zones == 0x0F).all(axis=1) & (digits <= 9).all(axis=1)


def _packed(rows: Bytes) -> _Signs:
    """Two digits a byte, the last half byte is the sign: A C E F plus, B D minus."""
    halves = np.empty((len(rows), rows.shape[1] * 2), np.uint8)
    halves[:, 0::2], halves[:, 1::2] = rows >> 4, rows & 0x0F
    digits, sign = halves[:, :-1], halves[:, -1]
    return digits, _NEGATIVE[sign], (sign >= 0x0A) & (digits <= 9).all(axis=1)


def _binary(rows: Bytes, signed: bool) -> tuple[Bytes, Flags]:
    """Big-endian; the sign (two's complement) is told apart from the digits."""
    negative: Flags = (rows[:, 0] >= 0x80) & signed
    wide = np.zeros((len(rows), 8), np.uint8)
    wide[:, 8 - rows.shape[1] :] = rows
    wide[negative, : 8 - rows.shape[1]] = 0xFF
    value = wide.view(">u8").reshape(-1).astype(np.uint64)
    value[negative] = np.uint64(0) - value[negative]
    digits = np.empty((len(rows), _BINARY_DIGITS), np.uint8)
    for place in reversed(range(_BINARY_DIGITS)):
        value, digits[:, place] = np.divmod(value, np.uint64(10))
    return digits, negative


def _as_text(digits: Bytes) -> pl.Series:
    count, width = digits.shape
    data = padded((digits + np.uint8(0x30)).tobytes())
    return as_series(binary_views(data, np.arange(count) * width, np.full(count, width), text=True))


def _filled(rows: Bytes, column: LegacyColumn, fillings: Sequence[str], space: int) -> tuple[Flags, Flags]:
    """Cells that are one fill byte all over, and those of them the table declares."""
    filled, declared = np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
    if column.kind in ("binary", "unsigned"):  # every value is a number
        return filled, declared
    space = _SPACE if column.kind == "zoned" else space
    for name, byte in {**_FILL_BYTES, "space": space}.items():
        at = np.flatnonzero(rows[:, 0] == byte)
        at = at[(rows[at] == byte).all(axis=1)]
        filled[at] = True
        declared[at] = name in fillings
    return filled, declared


def _from_ascii() -> Bytes:
    """Zoned digits, signs and fill bytes of ASCII files as those of EBCDIC; 0F for what is none of them."""
    table = np.full(256, 0x0F, np.uint8)
    for digit in range(10):
        table[0x30 + digit] = 0xF0 + digit
        table[ord("{ABCDEFGHI"[digit])] = 0xC0 + digit
        table[ord("}JKLMNOPQR"[digit])] = 0xD0 + digit
        table[ord("pqrstuvwxy"[digit])] = 0xD0 + digit
    table[[ord("+"), ord("-"), 0x20, 0x00, 0xFF]] = (_PLUS, _MINUS, _SPACE, 0x00, 0xFF)
    return table


_FROM_ASCII = _from_ascii()
