"""Cells that are all two-byte characters → UTF-8 by table: names and addresses, most of what is not ASCII.

Such a cell has an even number of bytes and every pair of them, counted from its first byte, is one character: no state
and no scanning is needed. Only pairs of three bytes in UTF-8 that encode back to the same pair are in the table; a
cell with any other pair is left to the codec, so nothing here can be doubtful.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from migration.cells import Bytes, Cells, Positions, end_to_end, room

_Numbers: TypeAlias = npt.NDArray[np.uint32]
_Pairs: TypeAlias = npt.NDArray[np.uint16]
_OTHER = np.uint32(1 << 24)
_SAMPLE = 256


@dataclass(frozen=True, slots=True)
class PairTable:
    """UTF-8 of each pair (its bytes as a little-endian number) in the low three bytes; `_OTHER`: not one of ours."""

    utf8: _Numbers
    wide_space: int

    def suits(self, values: pa.Array) -> bool:
        """Whether most of the first values (none NULL) are all two-byte characters."""
        sample = values[:_SAMPLE]
        return 2 * len(two_byte_texts(sample, self)[1]) < len(sample)


def pair_table(codes: Bytes, letters: str, back: bytes) -> PairTable:
    """The table of two-byte codes (n x 2), the character of each (three bytes in UTF-8) and its code when encoded.

    ValueError when a character has no code of two bytes.
    """
    utf8 = np.full(1 << 16, _OTHER, np.uint32)
    same = (codes == np.frombuffer(back, np.uint8).reshape(codes.shape)).all(axis=1)
    text = np.frombuffer(letters.encode(), np.uint8).reshape(-1, 3)[same].astype(np.uint32)
    places = codes[same].view("<u2").ravel()
    utf8[places] = text[:, 0] | text[:, 1] << 8 | text[:, 2] << 16
    wide_space = places[utf8[places] == int.from_bytes("　".encode(), "little")]
    return PairTable(utf8, int(wide_space[0]))


def two_byte_texts(values: pa.Array, table: PairTable, padded: bool = False) -> tuple[Cells, Positions]:
    """The values as cells of UTF-8, and which ones the table does not read (their cells are empty).

    `padded`: full-width spaces are taken off the end.
    """
    data, bounds = end_to_end(values)
    size = bounds[1:] - bounds[:-1]
    read = ((size & 1) == 0) & (size > 0)
    if not read.all():
        data = data[np.repeat(read, size)]
        size = np.where(read, size, 0)
    count = size >> 1
    ends = np.cumsum(count)
    starts = ends - count
    pairs = data.view("<u2")
    utf8 = table.utf8.take(pairs, mode="clip")
    if np.bitwise_or.reduce(utf8, initial=0) & _OTHER:
        read[np.searchsorted(ends, np.flatnonzero(utf8 & _OTHER), "right")] = False
    if padded:
        count = _unpadded(pairs, starts, count, table.wide_space)
    return Cells(_three_bytes(utf8), starts * 3, count * 3 * read), np.flatnonzero(~read)


def _unpadded(pairs: _Pairs, starts: Positions, count: Positions, wide_space: int) -> Positions:
    """How many pairs each value has before its trailing full-width spaces."""
    some = np.flatnonzero(count)
    last = starts[some] + count[some] - 1
    if not (pairs[last] == wide_space).any():
        return count
    number = np.arange(1, len(pairs) + 1) * (pairs != wide_space)
    kept = count.copy()
    kept[some] = np.maximum(np.maximum.reduceat(number, starts[some]) - starts[some], 0)
    return kept


def _three_bytes(utf8: _Numbers) -> Bytes:
    text = room(3 * len(utf8))
    bytes_of = utf8.view(np.uint8)
    for number in range(3):
        text[number : 3 * len(utf8) : 3] = bytes_of[number::4]
    return text
