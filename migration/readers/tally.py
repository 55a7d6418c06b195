"""Reading the files of a table once, in order, with two threads, while the books are kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from mappings.legacy_source import LegacyTable
from migration.readers import READERS
from migration.readers.chunk import Opened
from migration.readers.staging import KEPT, QUARANTINE, Plan, Staged, stage_block
from validators.finding import RECORD_BITS

_WORKERS = 2
_AHEAD = 3
_ID = {"record_id": pl.Int64}
NOTES = {**_ID, "item": pl.String, "rule": pl.String}
QUARANTINED = {**_ID, "file_no": pl.Int64, **{name: kind for name, kind in QUARANTINE.items() if name != "index"}}
LOSSY = {**_ID, **{name: kind for name, kind in KEPT.items() if name != "index"}}
HASHES = {**_ID, "record": pl.UInt64, "key": pl.UInt64}


@dataclass(slots=True)
class FileBook:
    """The bytes and records of one file. `around`: byte order mark, header, line ends, end marks."""

    file_no: int
    path: str
    size: int
    opened: Opened
    records: int = 0
    rejected: int = 0
    record_bytes: int = 0
    rejected_bytes: int = 0
    around: int = 0
    blank_lines: int = 0


@dataclass(slots=True)
class Tally:
    """What was seen of a table besides its rows; frames carry record_id."""

    table: LegacyTable
    secret: bool
    books: list[FileBook] = field(default_factory=list)
    quarantined: list[pl.DataFrame] = field(default_factory=lambda: [pl.DataFrame(schema=QUARANTINED)])
    lossy: list[pl.DataFrame] = field(default_factory=lambda: [pl.DataFrame(schema=LOSSY)])
    notes: list[pl.DataFrame] = field(default_factory=lambda: [pl.DataFrame(schema=NOTES)])
    hashes: list[pl.DataFrame] = field(default_factory=lambda: [pl.DataFrame(schema=HASHES)])

    def read(self, file_no: int, path: str, file: Path) -> Iterator[pl.DataFrame]:
        """The staged rows of one file, block by block, in order."""
        reader = READERS[self.table.reader]
        opened = reader.open(file, self.table)
        plan = Plan(self.table, opened, column_places(self.table, opened), self.secret)
        book = FileBook(file_no, path, file.stat().st_size, opened, around=opened.skipped + opened.trailing)
        self.books.append(book)
        waiting: deque[Future[Staged]] = deque()
        with ThreadPoolExecutor(_WORKERS) as pool:
            for block in reader.blocks(file, self.table, opened):
                waiting.append(pool.submit(stage_block, block, reader, plan))
                if len(waiting) > _AHEAD:
                    yield self._enter(book, waiting.popleft().result())
            while waiting:
                yield self._enter(book, waiting.popleft().result())

    def _enter(self, book: FileBook, staged: Staged) -> pl.DataFrame:
        first = (book.file_no << RECORD_BITS) + book.records + 1
        record_id = (pl.col("index") + first).alias("record_id")
        frame = staged.frame.select(record_id, pl.exclude("index"))
        quarantine = staged.quarantine.with_columns(record_id, pl.lit(book.file_no, pl.Int64).alias("file_no"))
        self.quarantined.append(quarantine.select(*QUARANTINED))
        self.lossy.append(staged.kept.select(record_id, "column", "bytes"))
        self.notes.append(staged.notes.select(record_id, "item", "rule"))
        self.hashes.append(staged.hashes.select(frame["record_id"], "record", "key"))
        book.records += staged.records
        book.rejected += staged.records - len(frame)
        book.record_bytes += staged.loaded_bytes
        book.rejected_bytes += staged.rejected_bytes
        book.around += staged.overhead
        book.blank_lines += staged.blank_lines
        return frame


def missing_columns(table: LegacyTable, opened: Opened) -> list[str]:
    """Declared columns the file does not have."""
    return [column.name for column in table.columns if column.name not in opened.columns]


def extra_columns(table: LegacyTable, opened: Opened) -> list[str]:
    """Columns of the file that are not declared, or stand there a second time."""
    left = [column.name for column in table.columns]
    extra = []
    for name in opened.columns:
        if name in left:
            left.remove(name)
        else:
            extra.append(name)
    return extra


def column_places(table: LegacyTable, opened: Opened) -> dict[str, int]:
    names = opened.columns
    return {column.name: names.index(column.name) if column.name in names else -1 for column in table.columns}
