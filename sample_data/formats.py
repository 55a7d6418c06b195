"""The old system's formats as the mapping files describe them: encoding, column order, widths, headers, code values.

The generator asks for codes by their meaning (転入 → 01), so it holds no code of its own.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from mappings.loading import shipped_folder

ROOT = shipped_folder()
VENDOR = "kyusys"
PACKED = ("excel", "database", "images")  # readers of sources that hold several tables or files


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    start: int
    length: int  # bytes, fixed-length only


@dataclass(frozen=True, slots=True)
class Table:
    """How one table is laid out. `file` is below the delivery folder, made from the first pattern of the source."""

    area: str
    id: str
    file: str
    reader: str
    encoding: str
    columns: tuple[Column, ...]
    record_length: int
    newline: str
    key: tuple[str, ...]
    part: str = ""
    header_rows: int = 1
    pattern: str = ""
    delimiter: str = ","
    header: bool = True
    vendor: str = VENDOR

    def file_of(self, part: str) -> Table:
        """The table in one of its several files: `part` (a year, a branch office) stands where the pattern has *."""
        return replace(self, file=self.pattern.replace("*", part))

    @property
    def path(self) -> str:
        """The file as the manifest names it: of several tables in one file, with the part."""
        return f"{self.file}#{self.part or self.id}" if self.reader in PACKED else self.file


@cache
def tables(area: str, vendor: str = VENDOR) -> dict[str, Table]:
    """Every table of an area's old system."""
    folder = _folder(area, vendor)
    source = _source(area, vendor)
    return {
        name: Table(
            area, name, entry["files"][0].replace("*", ""), entry["reader"], entry.get("encoding", ""),
            _columns(folder, name), entry.get("record_length", 0), entry.get("newline", ""),
            tuple(entry.get("key", ())), entry.get("part", ""), entry.get("header_rows", 1), entry["files"][0],
            entry.get("delimiter", ","), entry.get("header", True), vendor,
        )
        for name, entry in source["tables"].items()
    }  # fmt: skip


@cache
def blanks(area: str) -> dict[str, tuple[str, ...]]:
    """What means nothing in the cells of each table."""
    return {name: tuple(entry.get("blanks", ())) for name, entry in _source(area, VENDOR)["tables"].items()}


@cache
def codes(area: str, name: str) -> dict[str, str]:
    """Meaning → legacy code of one code map (the confirmed ones)."""
    return {row["meaning"]: row["legacy"] for row in _code_rows(area, name) if row["confirmed"]}


@cache
def standard_codes(area: str, name: str, vendor: str = VENDOR) -> dict[str, str]:
    """Legacy code → standard code of one code map."""
    return {row["legacy"]: row["standard"] for row in _code_rows(area, name, vendor)}


@cache
def external_characters(
    area: str = "jumin", vendor: str = VENDOR, *, confirmed: bool = True
) -> tuple[tuple[str, str], ...]:
    """(identified text, private-use character) of the vendor's gaiji, of the confirmed ones or of all."""
    path = _folder(area, vendor) / "gaiji.csv"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["confirmed"] or not confirmed]
    return tuple((row["text"], chr(int(row["code"].removeprefix("U+"), 16))) for row in rows)


def _code_rows(area: str, name: str, vendor: str = VENDOR) -> list[dict[str, str]]:
    lines = (_folder(area, vendor) / "codes" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def _source(area: str, vendor: str) -> dict[str, Any]:
    return tomllib.loads((_folder(area, vendor) / "source.toml").read_text(encoding="utf-8"))


def _folder(area: str, vendor: str = VENDOR) -> Path:
    return ROOT / area / "legacy" / vendor


def _columns(folder: Path, table: str) -> tuple[Column, ...]:
    with (folder / "columns" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Column(row["name"], int(row.get("start") or 0), int(row.get("length") or 0)) for row in csv.DictReader(file)
        )
