"""Cells of a block: places in its bytes, and as Arrow views of them. Nothing is copied."""

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
_PAD = 16
_MASK = np.array([(1 << (8 * count)) - 1 for count in range(8)] + [-1], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of one column: where they start in `data` (which `padded` made) and how many bytes they have."""

    data: Bytes
    starts: Positions
    lengths: Positions

    def views(self) -> pa.Array:
        """The cells as Arrow binary views; empty ones are NULL."""
        return binary_views(self.data, self.starts, self.lengths)

    def raw(self, at: Positions) -> list[bytes]:
        """The bytes of some of the cells."""
        places = zip(self.starts[at].tolist(), self.lengths[at].tolist(), strict=True)
        return [self.data[start : start + length].tobytes() for start, length in places]


def padded(data: bytes, extra: bytes = b"") -> Bytes:
    """The bytes with room behind, so that eight bytes can be read from every position."""
    return np.frombuffer(b"".join((data, extra, bytes(_PAD))), np.uint8)


def binary_views(data: Bytes, starts: Positions, lengths: Positions, text: bool = False) -> pa.Array:
    """Cells as Arrow views that point into `data`: no cell is copied. Empty cells are NULL, or '' in a text array.

    `text`: the bytes are known to be UTF-8; the array is one of strings. A view is 16 bytes: length and the first four
    bytes, then (up to 12 bytes) the rest or the place in `data`.
    """
    kind = pa.string_view() if text else pa.binary_view()
    if not len(starts):
        return pa.array([], kind)
    views = np.empty((len(starts), 2), np.int64)
    shortest, longest = int(lengths.min()), int(lengths.max())
    size = lengths if shortest < longest else np.int64(longest)
    head = _words(data, 0)[starts]
    views[:, 0] = size | (head & _MASK[np.minimum(size, 4)]) << 32
    if shortest > 12:
        views[:, 1] = starts << 32
    elif longest <= 4:
        views[:, 1] = 0
    else:
        views[:, 1] = _words(data, 4)[starts] & _MASK[np.minimum(np.maximum(size - 4, 0), 8)]
        if longest > 12:
            np.copyto(views[:, 1], starts << 32, where=lengths > 12)
    valid = None if shortest or text else pa.py_buffer(np.packbits(lengths > 0, bitorder="little"))
    return pa.Array.from_buffers(kind, len(starts), [valid, pa.py_buffer(views), pa.py_buffer(data)])


def _words(data: Bytes, ahead: int) -> Positions:
    """The eight bytes `ahead` of every position as one number."""
    return np.ndarray((len(data) - 7 - ahead,), "<i8", data.data, offset=ahead, strides=(1,))


def joined(values: pa.Array, separator: int) -> bytes:
    """All values (none NULL) one after the other with a separator byte between them."""
    whole = values.cast(pa.large_binary())
    _, places, data = whole.buffers()
    ends = np.frombuffer(places, np.int64)[whole.offset : whole.offset + len(whole) + 1]
    filled = np.ones(int(ends[-1] - ends[0]) + len(whole), np.bool_)
    filled[ends[1:] - ends[0] + np.arange(len(whole))] = False
    text = np.full(len(filled), separator, np.uint8)
    text[filled] = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
    return text[:-1].tobytes()


def as_series(array: pa.Array) -> pl.Series:
    """An Arrow array as a Polars series."""
    return pl.Series(pl.from_arrow(array))
