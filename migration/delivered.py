"""The files of a delivery and the tables taken out of them: how large, how many records, which table of which area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from mappings.engine_rules import engine_rules
from mappings.legacy_source import LegacyTable
from migration.manifest import NAME, Entry
from migration.readers import READERS
from migration.readers.chunk import Opened
from migration.stages import file_hash
from migration.unpacking import Unpacked, as_read, is_unpacked, part_path, size_and_state, unpack

OTHER_FILES = (NAME, "totals.csv")
_THREADS = 2
Row = Mapping[str, object]
Tables = Sequence[tuple[str, LegacyTable]]  # with their areas
Matching = Mapping[str, Sequence[tuple[str, LegacyTable]]]  # by the path of a file


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """A file of the delivery, or one table of a workbook, a database or a folder of images."""

    number: int
    path: str
    file: Path
    area: str
    table: LegacyTable | None
    entry: Entry | None
    size: int
    sha256: str
    records: int | None
    opened: Opened | None

    @property
    def source(self) -> str:
        """The file in the delivery; of several tables in one file, the same for all."""
        return self.path.rpartition("#")[0] if self.table and is_unpacked(self.table) else self.path

    def row(self) -> Mapping[str, object]:
        """The file's line of the files frame."""
        return {
            "file_no": self.number,
            "path": self.path,
            "area": self.area,
            "table": self.table.id if self.table else "",
            "bytes": self.size,
            "sha256": self.sha256,
            "as_of": self.entry.as_of if self.entry else "",
            "declared_records": self.entry.records if self.entry else None,
            "records": self.records,
        }

    def finding(self, rule: str, message: str, **columns: object) -> Row:
        table = self.table.id if self.table else ""
        told = engine_rules()[rule].finding(message, **columns)
        return {"area": self.area, "table": table, "key": self.path, "record_id": None, **told}


def by_patterns(delivery: Path, tables: Tables) -> Matching:
    """The tables whose patterns find a file, by the file's path."""
    found: dict[str, list[tuple[str, LegacyTable]]] = {}
    for area, table in tables:
        for path in sorted({path for pattern in table.files for path in delivery.glob(pattern)}):
            found.setdefault(path.relative_to(delivery).as_posix(), []).append((area, table))
    return found


def delivered_files(
    delivery: Path,
    tables: Tables,
    matching: Matching,
    manifest: Mapping[str, Entry],
    unpacked: Path,
    left_out: frozenset[str],
) -> list[DeliveredFile]:
    """Every file, and every table of those that are unpacked, numbered in the order of their paths.

    Those of the areas `left_out` are not opened.
    """
    folders = [path for path in matching if (delivery / path).is_dir()]

    def look(path: str) -> list[DeliveredFile]:
        packed = [place for place in matching.get(path, ()) if is_unpacked(place[1])]
        if packed:
            wanted = [table for area, table in packed if area not in left_out]
            taken = {one.path: one for one in unpack(delivery / path, path, wanted, unpacked)} if wanted else {}
            return [_part(delivery, path, place, manifest, taken, alone=len(packed) == 1) for place in packed]
        if path in folders:
            return []
        entry = manifest.get(path)
        return [_plain(delivery, path, entry, _table_of(entry, matching.get(path, ()), tables), left_out)]

    with ThreadPoolExecutor(_THREADS) as pool:
        found = chain.from_iterable(pool.map(look, sorted({*_paths(delivery, folders), *folders})))
        return [replace(file, number=number) for number, file in enumerate(found, start=1)]


def _plain(
    delivery: Path,
    path: str,
    entry: Entry | None,
    place: tuple[str, LegacyTable | None],
    left_out: frozenset[str],
) -> DeliveredFile:
    file = delivery / path
    area, table = place
    opened, records = _count(file, table) if table and area not in left_out else (None, None)
    return DeliveredFile(0, path, file, area, table, entry, file.stat().st_size, file_hash(file), records, opened)


def _part(
    delivery: Path,
    path: str,
    place: tuple[str, LegacyTable],
    manifest: Mapping[str, Entry],
    taken: Mapping[str, Unpacked],
    *,
    alone: bool,
) -> DeliveredFile:
    area, table = place
    name = part_path(path, table)
    entry = _entry_of(manifest, path, name, alone=alone)
    if name not in taken:
        source = delivery / path
        return DeliveredFile(0, name, source, area, table, entry, *size_and_state(source), None, None)
    part = taken[name]
    opened, records = _count(part.file, as_read(table))
    return DeliveredFile(0, name, part.file, area, table, entry, part.size, part.sha256, records, opened)


def _paths(delivery: Path, folders: Sequence[str]) -> list[str]:
    """Files of the delivery but for its own lists, hidden ones and those in the `folders` that are one table."""
    every = (path.relative_to(delivery) for path in delivery.rglob("*") if path.is_file())
    plain = (path.as_posix() for path in every if not any(part.startswith(".") for part in path.parts))
    inside = tuple(f"{folder}/" for folder in folders)
    return sorted(path for path in plain if path not in OTHER_FILES and not path.startswith(inside))


def _entry_of(manifest: Mapping[str, Entry], path: str, part: str, *, alone: bool) -> Entry | None:
    """The line of the part, else that of the whole file, whose count is of all its parts."""
    whole = manifest.get(path)
    if part in manifest or whole is None or alone:
        return manifest.get(part, whole)
    return replace(whole, records=None)


def _table_of(
    entry: Entry | None, matching: Sequence[tuple[str, LegacyTable]], tables: Tables
) -> tuple[str, LegacyTable | None]:
    """By the tables' patterns; what no pattern finds goes where the manifest says."""
    if matching:
        return matching[0]
    named = [(area, table) for area, table in tables if entry and (area, table.id) == (entry.area, entry.table)]
    return named[0] if named else ("", None)


def _count(file: Path, table: LegacyTable) -> tuple[Opened, int]:
    reader = READERS[table.reader]
    opened = reader.open(file, table)
    return opened, sum(reader.count(block, table, opened) for block in reader.blocks(file, table, opened))
