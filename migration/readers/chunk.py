"""What a reader hands over: a run of records cut on bytes, with the place of every cell. Nothing decoded yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from mappings.model import LegacyTable

Positions: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Bytes: TypeAlias = npt.NDArray[np.uint8]
CHUNK_BYTES = 1 << 24
# Doubtful things in records that are read all the same: record of the block, column of the file, rule.
NO_NOTES = pl.DataFrame(schema={"index": pl.Int64, "column": pl.Int64, "rule": pl.String})
_PAD = 16
_MASK = np.array([(1 << (8 * count)) - 1 for count in range(8)] + [(1 << 64) - 1], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Block:
    """Raw bytes of whole records, from `offset` of the file; `data` begins at a record's first byte."""

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that cannot be read: which of the block's records it is, its bytes within the block, and why."""

    index: int
    start: int
    length: int
    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The records of a block. Cell arrays are per column of the file; lengths exclude quotes and padding.

    `index` numbers the good records within the block (from 0, rejected ones counted too); `data` is the block's bytes
    with unescaped cells and padding behind. Starts and lengths of records leave out the line end.
    """

    data: Bytes
    index: Positions
    starts: Positions
    lengths: Positions
    records: int
    cells: tuple[tuple[Positions, Positions], ...]
    overhead: int  # bytes of line ends and blank lines
    rejects: tuple[Reject, ...] = ()
    notes: pl.DataFrame = field(default_factory=lambda: NO_NOTES)
    blank_lines: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A file ready to be cut: the columns it holds in file order and the bytes before the first record."""

    columns: tuple[str, ...]
    skipped: int
    trailing: int = 0  # bytes after the last record that belong to none (1A end marks)


class Reader(Protocol):
    """One way of cutting files into records. `blocks` runs in one thread, `cut` in several."""

    def open(self, file: Path, table: LegacyTable) -> Opened: ...

    def blocks(self, file: Path, table: LegacyTable, opened: Opened) -> Iterator[Block]: ...

    def count(self, block: Block, table: LegacyTable, opened: Opened) -> int:
        """How many records `cut` would find, rejected ones counted too."""
        ...

    def cut(self, block: Block, table: LegacyTable, opened: Opened) -> Cut: ...


def padded(data: bytes, extra: bytes = b"") -> Bytes:
    """The bytes with room behind, so that eight bytes can be read from every position."""
    return np.frombuffer(b"".join((data, extra, bytes(_PAD))), np.uint8)


def end_marks(file: Path) -> int:
    """How many 1A bytes (Ctrl-Z, the end mark of old systems) close the file."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        stream.seek(max(0, size - 4096))
        tail = stream.read()
    return len(tail) - len(tail.rstrip(b"\x1a"))


def binary_cells(data: Bytes, starts: Positions, lengths: Positions) -> pl.Series:
    """Cells as a Binary series that points into `data` (Arrow views: no cell is copied); empty cells are NULL."""
    words = np.ndarray((len(data) - 7,), "<u8", data.data, strides=(1,))
    head = words[starts]
    views = np.empty((len(starts), 2), np.uint64)
    views[:, 0] = lengths.astype(np.uint64) | (head & _MASK[np.minimum(lengths, 4)]) << np.uint64(32)
    tail = words[starts + 4] & _MASK[np.clip(lengths - 4, 0, 8)]
    views[:, 1] = np.where(lengths > 12, starts.astype(np.uint64) << np.uint64(32), tail)
    filled = lengths > 0
    valid = None if filled.all() else pa.py_buffer(np.packbits(filled, bitorder="little").tobytes())
    buffers = [valid, pa.py_buffer(views), pa.py_buffer(data)]
    array = pa.Array.from_buffers(pa.binary_view(), len(starts), buffers)
    return pl.Series(pl.from_arrow(array))
