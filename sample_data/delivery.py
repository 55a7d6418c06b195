"""The folder the old system's vendor hands over: the files, manifest.csv and totals.csv."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sample_data.formats import Table


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One line of the manifest, as the sender declares it."""

    table: Table
    records: int
    content: bytes


def write_delivery(folder: Path, files: Sequence[DeliveredFile], as_of: str) -> list[dict[str, str]]:
    """Writes every file and returns the rows of the manifest (not yet written: faults may change them)."""
    rows = []
    for file in files:
        path = folder / file.table.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        rows.append(
            {
                "file": file.table.file,
                "area": file.table.area,
                "table": file.table.id,
                "as_of": as_of,
                "records": str(file.records),
                "bytes": str(len(file.content)),
                "sha256": hashlib.sha256(file.content).hexdigest(),
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
