"""Arrow views of the cells of a block, made with the fewest passes over memory.

The first 16 bytes of every cell are fetched at once: as a strided copy where records lie at even distances, else by
one gather. A view is 16 bytes: length and the first four bytes, then (up to 12 bytes) the rest or the place in `data`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from migration.cells import Bytes, Cells, Positions

_Words: TypeAlias = npt.NDArray[np.uint64]
_HEAD = 16
_MASK = np.array([(1 << (8 * count)) - 1 for count in range(9)], dtype=np.uint64)
_FOUR = np.uint64(32)  # bits of four bytes


@dataclass(frozen=True, slots=True)
class BlockCells(Cells):
    """Cells in a block that `padded` made. `stride`: bytes from each cell to the next; 0: they differ."""

    stride: int = 0

    def views(self) -> pa.Array:
        """The cells as Arrow binary views; empty ones are NULL."""
        count = len(self.starts)
        if not count:
            return pa.array([], pa.binary_view())
        head = _heads(self.data, self.starts, self.stride)
        shortest = int(self.lengths.min())
        views = _views(head, self.starts, self.lengths, shortest)
        valid = None if shortest else pa.py_buffer(np.packbits(self.lengths > 0, bitorder="little"))
        return pa.Array.from_buffers(pa.binary_view(), count, [valid, pa.py_buffer(views), pa.py_buffer(self.data)])


def _heads(data: Bytes, starts: Positions, stride: int) -> _Words:
    """The 16 bytes from every start as two numbers each."""
    kind = f"V{_HEAD}"
    if stride:
        whole = np.ndarray((len(starts),), kind, data.data, offset=int(starts[0]), strides=(stride,))
        return whole.copy().view(np.uint64).reshape(-1, 2)
    room = np.ndarray((len(data) - _HEAD + 1,), kind, data.data, strides=(1,))
    return room[starts].view(np.uint64).reshape(-1, 2)


def _views(head: _Words, starts: Positions, lengths: Positions, shortest: int) -> _Words:
    longest = int(lengths.max())
    size = lengths.view(np.uint64)
    views = np.empty_like(head)
    first = head[:, 0] << _FOUR if shortest >= 4 else (head[:, 0] & _MASK.take(lengths, mode="clip")) << _FOUR
    np.bitwise_or(size, first, out=views[:, 0])
    place = starts.view(np.uint64) << _FOUR
    if shortest > 12:
        views[:, 1] = place
        return views
    if longest <= 4:
        views[:, 1] = 0
        return views
    rest = (head[:, 0] >> _FOUR) | (head[:, 1] << _FOUR)
    short = shortest < longest or longest < 12
    views[:, 1] = rest & _MASK.take(lengths - 4, mode="clip") if short else rest
    if longest > 12:
        np.copyto(views[:, 1], place, where=lengths > 12)
    return views
