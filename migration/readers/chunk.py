"""What a reader hands over: a run of records cut on bytes, with the place of every cell. Nothing decoded yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import polars as pl

from mappings.legacy_source import LegacyTable
from migration.cells import Bytes, Cells, Positions

CHUNK_BYTES = 1 << 23
# Doubtful things in records that are read all the same: record of the block, column of the file, rule.
NO_NOTES = pl.DataFrame(schema={"index": pl.Int64, "column": pl.Int64, "rule": pl.String})


@dataclass(frozen=True, slots=True)
class Block:
    """Raw bytes of whole records, from `offset` of the file; `data` begins at a record's first byte.

    `alone`: it is one record, without what surrounds records in the file.
    """

    offset: int
    data: bytes
    alone: bool = False


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
    cells: tuple[Cells, ...]
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


def end_marks(file: Path) -> int:
    """How many 1A bytes (Ctrl-Z, the end mark of old systems) close the file."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        stream.seek(max(0, size - 4096))
        tail = stream.read()
    return len(tail) - len(tail.rstrip(b"\x1a"))
