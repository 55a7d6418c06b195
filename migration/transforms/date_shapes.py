"""Usual written dates of a column at once: S45.03.01, 昭和45年3月1日, １９７０／３／１, by the places of their bytes.

Texts of one byte length make a matrix; a shape says which of its columns must be which byte, and where year, month and
day stand. What fits no shape is left to the reader (`migration.transforms.dates`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from migration.transforms.eras import ERAS, LETTERS

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int32]
_LONGEST = 40
_MARKS = (("年", "月", "日"), (".", ".", ""), ("/", "/", ""), ("-", "-", ""), ("", "", ""))


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the bytes of a written date stand. `eras`: what it may begin with, five by five; none: western."""

    length: int
    literals: tuple[tuple[int, int], ...]  # offset, byte
    numbers: tuple[tuple[int, ...], ...]  # offsets of the digits of year, month and day
    zero: int  # the (last) byte of the digit 0
    eras: tuple[bytes, ...] = ()


def written_numbers(texts: pl.Series, lengths: npt.NDArray[np.uint32], open_rows: npt.NDArray[np.bool_]) -> Numbers:
    """EYYMMDD (era 1 to 5) or YYYYMMDD of open rows whose text fits a shape, whatever the day; 0 for the others."""
    numbers = np.zeros(len(texts), np.int32)
    for length in np.unique(lengths[open_rows]):
        shapes = _shapes().get(int(length), ())
        if not shapes:
            continue
        rows = np.flatnonzero(open_rows & (lengths == length))
        matrix = _matrix(texts, rows, int(length))
        for shape in shapes:
            fits, found = _fitting(matrix, shape)
            if len(fits):
                numbers[rows[fits]] = found
                if len(fits) == len(rows):
                    break
                left = np.ones(len(rows), np.bool_)
                left[fits] = False
                rows, matrix = rows[left], matrix[left]
    return numbers


def _matrix(texts: pl.Series, rows: npt.NDArray[np.intp], length: int) -> Bytes:
    chosen = texts if len(rows) == len(texts) else texts.gather(rows)
    data = chosen.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2]
    return np.frombuffer(data, np.uint8, count=len(rows) * length).reshape(len(rows), length)


def _fitting(matrix: Bytes, shape: Shape) -> tuple[npt.NDArray[np.intp], Numbers]:
    """Rows that fit the shape, and their numbers."""
    fits = np.ones(len(matrix), np.bool_)
    for offset, byte in shape.literals:
        fits &= matrix[:, offset] == byte
        if not fits.any():
            return np.empty(0, np.intp), np.empty(0, np.int32)
    rows = np.flatnonzero(fits)
    matrix = matrix if len(rows) == len(matrix) else matrix[rows]
    number = np.zeros(len(rows), np.int32)
    good = np.ones(len(rows), np.bool_)
    for offsets, weight in zip(shape.numbers, (10_000, 100, 1), strict=True):
        part = np.zeros(len(rows), np.int32)
        for offset in offsets:
            digit = matrix[:, offset] - np.uint8(shape.zero)
            good &= digit < 10
            part = part * 10 + digit
        number += part * weight
    if shape.eras:
        era = _era(matrix, shape.eras)
        good &= era > 0
        number += era * 1_000_000
    return (rows, number) if good.all() else (rows[good], number[good])


def _era(matrix: Bytes, eras: tuple[bytes, ...]) -> Numbers:
    """1 to 5, 0 where the bytes are no era. Upper and lower case stand in two rounds of five."""
    found = np.zeros(len(matrix), np.int32)
    for place, sign in enumerate(eras):
        same = np.ones(len(matrix), np.bool_)
        for offset in reversed(range(len(sign))):
            same &= matrix[:, offset] == sign[offset]
        found[same] = place % 5 + 1
    return found


@cache
def _shapes() -> dict[int, tuple[Shape, ...]]:
    by_length: dict[int, list[Shape]] = {}
    for wide in (False, True):
        for heads, year_digits in _heads(wide):
            for marks, widths in product(_MARKS, product(year_digits, (2, 1), (2, 1))):
                if marks[0] or widths[1:] == (2, 2):
                    shape = _shape(heads, marks, widths, wide)
                    by_length.setdefault(shape.length, []).append(shape)
    return {length: tuple(shapes) for length, shapes in by_length.items() if length <= _LONGEST}


def _heads(wide: bool) -> Iterator[tuple[tuple[bytes, ...], tuple[int, ...]]]:
    """What a date may begin with, and how many digits its year may have. Packed years have two."""
    letters = [*LETTERS, *LETTERS.lower()]
    yield tuple((_wide(sign) if wide else sign).encode() for sign in letters), (2, 1)
    yield tuple(era.encode() for era in ERAS), (2, 1)
    yield tuple(era[0].encode() for era in ERAS), (2, 1)
    yield (), (4,)


def _shape(heads: tuple[bytes, ...], marks: tuple[str, ...], widths: tuple[int, ...], wide: bool) -> Shape:
    offset = len(heads[0]) if heads else 0
    literals, numbers = [], []
    for mark, width in zip(marks, widths, strict=True):
        digits = []
        for _ in range(width):
            if wide:
                literals += [(offset, 0xEF), (offset + 1, 0xBC)]
            digits.append(offset + (2 if wide else 0))
            offset += 3 if wide else 1
        numbers.append(tuple(digits))
        written = (_wide(mark) if wide and mark.isascii() and mark else mark).encode()
        literals += [(offset + place, byte) for place, byte in enumerate(written)]
        offset += len(written)
    # The marks tell most: the last bytes of kanji and marks are compared first, the shared 0xEF last.
    literals.sort(key=lambda one: one[1] in (0xEF, 0xBC, 0xE5, 0xE6))
    return Shape(offset, tuple(literals), tuple(numbers), 0x90 if wide else 0x30, heads)


def _wide(sign: str) -> str:
    return chr(ord(sign) + 0xFEE0)
