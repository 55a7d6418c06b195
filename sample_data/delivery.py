"""The folder the old system's vendor hands over: the files, manifest.csv and totals.csv."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sample_data.formats import Table


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One line of the manifest, as the sender declares it. `members`: the files of a folder, instead of `content`."""

    table: Table
    records: int
    content: bytes
    members: Mapping[str, bytes] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        path = folder / self.table.file
        path.parent.mkdir(parents=True, exist_ok=True)
        if not self.members:
            path.write_bytes(self.content)
            return
        path.mkdir()
        for name, content in self.members.items():
            (path / name).write_bytes(content)

    @property
    def size(self) -> int:
        return sum(map(len, self.members.values())) if self.members else len(self.content)

    @property
    def sha256(self) -> str:
        """Of a folder: over name, NUL and hash of every file, by name."""
        if not self.members:
            return hashlib.sha256(self.content).hexdigest()
        digest = hashlib.sha256()
        for name in sorted(self.members):
            digest.update(name.encode() + b"\0" + hashlib.sha256(self.members[name]).digest())
        return digest.hexdigest()


def write_delivery(folder: Path, files: Iterable[DeliveredFile], as_of: str) -> list[dict[str, str]]:
    """Writes every file as it comes and returns the rows of the manifest (not yet written: faults may change them).

    A database or workbook holds several tables: it is written and hashed once.
    """
    rows = []
    hashes: dict[str, str] = {}
    for file in files:
        if file.table.file not in hashes:
            file.write(folder)
            hashes[file.table.file] = file.sha256
        rows.append(
            {
                "file": file.table.path,
                "area": file.table.area,
                "table": file.table.id,
                "as_of": as_of,
                "records": str(file.records),
                "bytes": str(file.size),
                "sha256": hashes[file.table.file],
            }
        )
    return rows


def write_rows(path: Path, rows: Iterable[Mapping[str, str]], headings: Sequence[str]) -> None:
    """A CSV file of our own contracts: UTF-8, one heading line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


MANIFEST = ("file", "area", "table", "as_of", "records", "bytes", "sha256")
TOTALS = ("area", "total", "by", "value", "source")
