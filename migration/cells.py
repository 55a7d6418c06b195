"""Cells of a block: places in its bytes, and as Arrow views of them. Nothing is copied.

A view is 16 bytes: length and the first four bytes, then (up to 12 bytes) the rest or the place in the block. So the
first 16 bytes of every cell are fetched at once: as a strided copy where cells lie at even distances, else by one
gather.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Positions: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Bytes: TypeAlias = npt.NDArray[np.uint8]
_Words: TypeAlias = npt.NDArray[np.uint64]
_PAD = 16
_TILE = 1024
_INLINE = 12  # bytes of the longest cell that lies in its view
_MASK = np.array([(1 << (8 * count)) - 1 for count in range(9)], dtype=np.uint64)
_FOUR = np.uint64(32)  # bits of four bytes
_HIGH = np.uint64(0x8080808080808080)


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of one column: where they start in `data` (which `padded` made) and how many bytes they have.

    `stride`: bytes from each cell to the next; 0: they differ.
    """

    data: Bytes
    starts: Positions
    lengths: Positions
    stride: int = 0

    def views(self) -> pa.Array:
        """The cells as Arrow binary views; empty ones are NULL."""
        return _array(self, pa.binary_view(), True)

    def texts(self) -> pl.Series:
        """The cells, known to be UTF-8, as strings; empty ones are NULL."""
        return as_series(_array(self, pa.string_view(), True))

    def raw(self, at: Positions) -> list[bytes]:
        """The bytes of some of the cells."""
        places = zip(self.starts[at].tolist(), self.lengths[at].tolist(), strict=True)
        return [self.data[start : start + length].tobytes() for start, length in places]

    def ascii(self, views: pa.Array) -> bool:
        """Whether all bytes are below 80: seen from the `views`, and in the data for what a view does not hold."""
        words = np.frombuffer(views.buffers()[1], np.uint64)
        if np.bitwise_or.reduce(words[0::2]) >> _FOUR & _HIGH:
            return False
        inline = self.lengths <= _INLINE
        if inline.all():
            return not np.bitwise_or.reduce(words[1::2]) & _HIGH
        if np.bitwise_or.reduce(words[1::2][inline]) & _HIGH:
            return False
        starts, last = self.starts[~inline], self.lengths[~inline] - 8
        eight = np.ndarray((len(self.data) - 7,), "V8", self.data.data, strides=(1,))
        for at in range(4, int(last.max()) + 8, 8):
            if np.bitwise_or.reduce(eight[starts + np.minimum(at, last)].view(np.uint64)) & _HIGH:
                return False
        return True


def padded(data: bytes, extra: bytes = b"") -> Bytes:
    """The bytes with room behind, so that sixteen bytes can be read from every position."""
    return np.frombuffer(b"".join((data, extra, bytes(_PAD))), np.uint8)


def room(size: int) -> Bytes:
    """`size` bytes to be filled, with the room behind that `padded` gives."""
    whole = np.empty(size + _PAD, np.uint8)
    whole[size:] = 0
    return whole


def turned(table: Positions) -> Positions:
    """The columns of a table as rows, turned by pieces that stay near the processor."""
    columns = np.empty(table.shape[::-1], table.dtype)
    for start in range(0, len(table), _TILE):
        columns[:, start : start + _TILE] = table[start : start + _TILE].T
    return columns


def trailing(rows: npt.NDArray[np.uint8] | npt.NDArray[np.uint16], sign: int) -> Positions:
    """How many times each row ends with the sign."""
    others = rows[:, ::-1] != sign
    count: Positions = others.argmax(axis=1)
    count[~others[np.arange(len(rows)), count]] = rows.shape[1]
    return count


def binary_views(data: Bytes, starts: Positions, lengths: Positions, text: bool = False) -> pa.Array:
    """Cells as Arrow views that point into `data`. Empty ones are NULL, or '' in a `text` array (known to be UTF-8)."""
    return _array(Cells(data, starts, lengths), pa.string_view() if text else pa.binary_view(), not text)


def end_to_end(values: pa.Array) -> tuple[Bytes, Positions]:
    """The values (NULL ones empty) one after the other, and where each begins, with the end of the last."""
    whole = values if values.type == pa.large_binary() else values.cast(pa.large_binary())
    _, places, data = whole.buffers()
    bounds = np.frombuffer(places, np.int64)[whole.offset : whole.offset + len(whole) + 1]
    if data is None:
        return np.zeros(0, np.uint8), bounds
    return np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]], bounds - bounds[0] if bounds[0] else bounds


def joined(values: pa.Array, separator: int) -> bytes:
    """All values (none NULL) one after the other with a separator byte between them."""
    data, bounds = end_to_end(values)
    filled = np.ones(len(data) + len(values), np.bool_)
    filled[bounds[1:] + np.arange(len(values))] = False
    text = np.full(len(filled), separator, np.uint8)
    text[filled] = data
    return text[:-1].tobytes()


def as_series(array: pa.Array) -> pl.Series:
    """An Arrow array as a Polars series."""
    return pl.Series(array)


def _array(cells: Cells, kind: pa.DataType, nulls: bool) -> pa.Array:
    count = len(cells.starts)
    if not count:
        return pa.Array.from_buffers(kind, 0, [None, pa.py_buffer(b"")])
    shortest, longest = int(cells.lengths.min()), int(cells.lengths.max())
    views = _views(cells, shortest, longest)
    valid = None if shortest or not nulls else pa.py_buffer(np.packbits(cells.lengths > 0, bitorder="little"))
    return pa.Array.from_buffers(kind, count, [valid, pa.py_buffer(views), pa.py_buffer(cells.data)])


def _views(cells: Cells, shortest: int, longest: int) -> _Words:
    """Length and the next 12 bytes of every cell; what is not the cell's is cleared, or gives way to its place."""
    views = _from_four_before(cells)
    views.view(np.uint32)[:, 0] = cells.lengths
    if shortest > _INLINE:
        np.left_shift(cells.starts.view(np.uint64), _FOUR, out=views[:, 1])
        return views
    if shortest < 4:
        views[:, 0] &= _MASK.take(cells.lengths + 4, mode="clip")
    if longest <= 4:
        views[:, 1] = 0
    elif shortest < longest or longest < _INLINE:
        views[:, 1] &= _MASK[longest - 4] if shortest == longest else _MASK.take(cells.lengths - 4, mode="clip")
    if longest > _INLINE:
        np.copyto(views[:, 1], cells.starts.view(np.uint64) << _FOUR, where=cells.lengths > _INLINE)
    return views


def _from_four_before(cells: Cells) -> _Words:
    """The 16 bytes from four before every start, as two numbers each; the first four mean nothing."""
    data, starts, kind = cells.data, cells.starts, f"V{_PAD}"
    early = np.flatnonzero((starts[:4] if cells.stride else starts) < 4)
    if cells.stride and len(early) < len(starts):
        whole = np.empty(len(starts), kind)
        first = int(starts[len(early)]) - 4
        rest = whole[len(early) :]
        rest[:] = np.ndarray(rest.shape, kind, data.data, offset=first, strides=(cells.stride,))
    else:
        every = np.ndarray((len(data) - _PAD + 1,), kind, data.data, strides=(1,))
        whole = every[np.maximum(starts - 4, 0)]
    words: _Words = whole.view(np.uint64).reshape(-1, 2)
    for row in early.tolist():
        words[row].view(np.uint8)[4:] = data[starts[row] : starts[row] + 12]
    return words
