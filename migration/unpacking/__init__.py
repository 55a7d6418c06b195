"""Tables that do not lie in a file of records: they are unpacked to CSV first, and read like any other from then on.

`receive` unpacks each once per run, so that a run sees one state of a database. The unpacked file is UTF-8 CSV, one
heading line, one line per row, every cell as the text a person would see in the source; its path is
`<source>#<part>` (workbook and sheet, database and table, folder of images).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mappings.legacy_source import LegacyTable
from migration.stages import file_hash
from migration.unpacking.database import database_rows, is_connection
from migration.unpacking.images import folder_hash, image_rows
from migration.unpacking.workbook import sheet_rows

Rows = Callable[[Path, LegacyTable], Iterator[tuple[str, ...]]]  # headings first
UNPACKERS: dict[str, Rows] = {"excel": sheet_rows, "database": database_rows, "images": image_rows}


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


def unpack(source: Path, name: str, table: LegacyTable, folder: Path) -> Unpacked:
    """Take one table out of `source` (called `name` in the delivery) into `folder`, unless that is done already.

    InputError when the source cannot be read as what the table says it is.
    """
    path = f"{name}#{table.part or table.id}"
    file, mark = folder / path, folder / f"{path}.source"
    state = folder_hash(source) if source.is_dir() else file_hash(source)
    if not (file.is_file() and mark.is_file() and mark.read_text(encoding="utf-8") == state):
        mark.unlink(missing_ok=True)
        _write(UNPACKERS[table.reader](source, table), file)
        mark.write_text(state, encoding="utf-8")
    size = sum(one.stat().st_size for one in source.iterdir()) if source.is_dir() else source.stat().st_size
    return Unpacked(path, file, size, file_hash(file) if not source.is_dir() and is_connection(source) else state)


def _write(rows: Iterable[tuple[str, ...]], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    making = file.with_name(f".{file.name}.making")
    with making.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    os.replace(making, file)
