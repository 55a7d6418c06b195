"""Tables that do not lie in a file of records: they are unpacked to CSV first, and read like any other from then on.

`receive` unpacks each once per run, so that a run sees one state of a database. The unpacked file is UTF-8 CSV, one
heading line, one line per row, every cell as the text a person would see in the source; its path is
`<source>#<part>` (workbook and sheet, database and table, folder of images).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from mappings.legacy_source import LegacyTable
from migration.stages import file_hash
from migration.unpacking.database import database_rows, is_connection
from migration.unpacking.images import folder_hash, image_rows
from migration.unpacking.workbook import Workbook

Rows = Callable[[LegacyTable], Iterator[tuple[str, ...]]]  # headings first
UNPACKERS: dict[str, Callable[[Path], Rows]] = {
    "excel": lambda source: Workbook(source).rows,
    "database": lambda source: partial(database_rows, source),
    "images": lambda source: partial(image_rows, source),
}


@dataclass(frozen=True, slots=True)
class Unpacked:
    """One table taken out of its source: `path` as findings and ledgers name it."""

    path: str
    file: Path
    size: int  # of the source, bytes; of an image folder, of all images
    sha256: str  # of the source; of what was read, where the source is only a way to it


def is_unpacked(table: LegacyTable) -> bool:
    return table.reader in UNPACKERS


def as_read(table: LegacyTable) -> LegacyTable:
    """The table as its unpacked file is read; any other as it is."""
    if not is_unpacked(table):
        return table
    return replace(table, reader="csv", encoding="utf-8", delimiter=",", header=True)


def unpack(source: Path, name: str, tables: Sequence[LegacyTable], folder: Path) -> list[Unpacked]:
    """Take tables out of `source` (called `name` in the delivery) into `folder`, unless that is done already.

    InputError when the source cannot be read as what a table says it is.
    """
    size, state = size_and_state(source)
    opened = {table.reader: UNPACKERS[table.reader](source) for table in tables}
    taken = []
    for table in tables:
        path = part_path(name, table)
        _keep(partial(opened[table.reader], table), folder / path, state)
        own = not source.is_dir() and is_connection(source)
        taken.append(Unpacked(path, folder / path, size, file_hash(folder / path) if own else state))
    return taken


def part_path(source: str, table: LegacyTable) -> str:
    """A table taken out of `source`, as findings and ledgers name it."""
    return f"{source}#{table.part or table.id}"


def size_and_state(source: Path) -> tuple[int, str]:
    """Bytes and SHA-256 of a file or of a folder of images."""
    if source.is_dir():
        return sum(one.stat().st_size for one in source.iterdir()), folder_hash(source)
    return source.stat().st_size, file_hash(source)


def _keep(rows: Callable[[], Iterator[tuple[str, ...]]], file: Path, state: str) -> None:
    """The rows in the file, unless they are there already, taken from a source in the same state."""
    mark = file.with_name(f"{file.name}.source")
    if file.is_file() and mark.is_file() and mark.read_bytes() == _kept(file, state):
        return
    mark.unlink(missing_ok=True)
    _write(rows(), file)
    mark.write_bytes(_kept(file, state))


def _kept(file: Path, state: str) -> bytes:
    """What the mark says: the source's state, and the rows' as they were written."""
    return f"{state} {file_hash(file)}".encode()


def _write(rows: Iterable[tuple[str, ...]], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    making = file.with_name(f".{file.name}.making")
    with making.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    os.replace(making, file)
