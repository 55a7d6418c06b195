"""Cells that are all two-byte characters, or all single bytes → UTF-8 by table: most of what is not ASCII.

A cell of two-byte characters has an even number of bytes and every pair of them, counted from its first byte, is one
character; names in half-width kana are single bytes: no state and no scanning is needed. Only codes that encode back to
themselves and are three bytes in UTF-8 (or ASCII) are in the tables; a cell with any other is left to the codec, so
nothing here can be doubtful.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from migration.cells import Bytes, Cells, Flags, Positions, end_to_end, padded, room, trailing

_Numbers: TypeAlias = npt.NDArray[np.uint32]
_Pairs: TypeAlias = npt.NDArray[np.uint16]
Read: TypeAlias = tuple[Cells, Positions]
OTHER = np.uint32(1 << 24)
_SAMPLE = 256


@dataclass(frozen=True, slots=True)
class CodeTable:
    """UTF-8 of each pair (its bytes as a little-endian number) and of each byte in the low three bytes.

    `OTHER`: not one of ours.
    """

    pairs: _Numbers
    bytes: _Numbers
    wide_space: int

    def read(self, values: pa.Array, padded: bool) -> Read | None:
        """The values (none NULL) as cells of UTF-8, and which ones were not read; None when most of the first are not.

        Cells that were not read are empty. `padded` values may end in full-width spaces: see `read_padded` for these.
        """
        for texts in (single_byte_texts,) if padded else (two_byte_texts, single_byte_texts):
            if _most(texts(values[:_SAMPLE], self)):
                return texts(values, self)
        return None

    def read_padded(self, cells: Cells) -> Read | None:
        """The same for mostly two-byte cells of fixed-length records, without trailing full-width spaces."""
        sample = Cells(cells.data, cells.starts[:_SAMPLE], cells.lengths[:_SAMPLE], cells.stride)
        if not sample.lengths.any() or sample.data[sample.starts].max() < 0x80:
            return None
        if len(cells.starts) * int(cells.lengths.max()) > len(cells.data):
            return None  # of very different lengths: as rows of one width they would take more than the records
        return padded_texts(cells, self) if _most(padded_texts(sample, self)) else None


def two_byte_texts(values: pa.Array, table: CodeTable) -> Read:
    """Values of two-byte characters."""
    data, bounds = end_to_end(values)
    size = bounds[1:] - bounds[:-1]
    read = ((size & 1) == 0) & (size > 0)
    if not read.all():
        data = data[np.repeat(read, size)]
        size = np.where(read, size, 0)
    count = size >> 1
    ends = np.cumsum(count)
    utf8 = table.pairs.take(data.view("<u2"), mode="clip")
    _drop_others(read, utf8, ends)
    return Cells(_three_bytes(utf8), (ends - count) * 3, count * 3 * read), np.flatnonzero(~read)


def single_byte_texts(values: pa.Array, table: CodeTable) -> Read:
    """Values of single bytes."""
    data, bounds = end_to_end(values)
    utf8 = table.bytes.take(data)
    read = np.ones(len(values), np.bool_)
    _drop_others(read, utf8, bounds[1:])
    filled = np.ones((len(data), 3), np.bool_)
    filled[:, 1] = filled[:, 2] = data >= 0x80
    text = _three_bytes(utf8)[: 3 * len(data)][filled.ravel()]
    before = np.concatenate(([0], np.cumsum(filled[:, 1], dtype=np.int32)))
    ends = bounds + 2 * before[bounds]
    return Cells(padded(text.tobytes()), ends[:-1], (ends[1:] - ends[:-1]) * read), np.flatnonzero(~read)


def padded_texts(cells: Cells, table: CodeTable) -> Read:
    """Cells of two-byte characters, without trailing full-width spaces."""
    width = max(int(cells.lengths.max()) >> 1, 1)
    pairs = _pair_rows(cells, width)
    count = cells.lengths >> 1
    if int(count.min()) < width:
        pairs = np.where(np.arange(width) < count[:, None], pairs, np.uint16(table.wide_space))
    count = width - trailing(pairs, table.wide_space)
    utf8 = table.pairs.take(pairs, mode="clip")
    read = (cells.lengths & 1) == 0
    if np.bitwise_or.reduce(utf8, axis=None) & OTHER:
        read &= ~(utf8 & OTHER).any(axis=1)
    starts = np.arange(len(read)) * (3 * width)
    return Cells(_three_bytes(utf8.ravel()), starts, 3 * count * read, 3 * width), np.flatnonzero(~read)


def _most(read: Read) -> bool:
    cells, others = read
    return 2 * len(others) < len(cells.starts)


def _drop_others(read: Flags, utf8: _Numbers, ends: Positions) -> None:
    """Values with a code that is not in the table are not read."""
    if np.bitwise_or.reduce(utf8, initial=0) & OTHER:
        read[np.searchsorted(ends, np.flatnonzero(utf8 & OTHER), "right")] = False


def _pair_rows(cells: Cells, width: int) -> _Pairs:
    """The first `width` pairs from the start of every cell."""
    data, starts = cells.data, cells.starts
    if cells.stride:
        shape, strides = (len(starts), width), (cells.stride, 2)
        return np.ndarray(shape, "<u2", data.data, int(starts[0]), strides)
    return data.take(starts[:, None] + np.arange(2 * width), mode="clip").view("<u2")


def _three_bytes(utf8: _Numbers) -> Bytes:
    text = room(3 * len(utf8))
    bytes_of = utf8.view(np.uint8)
    for number in range(3):
        text[number : 3 * len(utf8) : 3] = bytes_of[number::4]
    return text
