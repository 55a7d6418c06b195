"""The standard CSV files: one per group, for the new system's set-up tool.

The national documents at hand say 「CSV、区切り文字はカンマ」 and no more; encoding, BOM, line end, quotes, heading and
file name are settings whose defaults are provisional until the vendor or the Digital Agency confirms them.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from string import Formatter
from typing import Any, Literal

import polars as pl

from mappings.errors import Fault, MappingError, did_you_mean
from mappings.layout import Group
from migration.unloadable import SAME_ROW_RULE, loadable_rows
from reports.ledger import LedgerRow

NEWLINES = {"crlf": "\r\n", "lf": "\n"}
QUOTES: dict[str, Literal["necessary", "always"]] = {"minimal": "necessary", "all": "always"}
HEADERS = {"name": "項目名", "romaji": "ローマ字名", "none": "見出しなし"}
ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16-le"}  # no encoding that cannot hold every character of the standard
NAME_PARTS = ("business_id", "area", "group", "name", "version")
PROVISIONAL = "（暫定：国の文書で未確認の既定値）"
COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class CsvDialect:
    """How the files are written. Every default is provisional (標準仕様の別紙が未入手)."""

    encoding: str = "utf-8"
    bom: bool = False
    newline: str = "crlf"
    quote: str = "minimal"
    header: str = "name"
    file_name: str = "{business_id}_{group}_{name}.csv"


def dialect_of(settings: Mapping[str, Any], file: str = "ikou.toml") -> CsvDialect:
    """The dialect the [output] section asks for; a MappingError naming every fault."""
    known = {field.name for field in fields(CsvDialect)}
    unknown = [key for key in settings if key not in known]
    faults = [Fault(file, f"[output] {key}", "知らない項目です", did_you_mean(key, known)) for key in unknown]
    choices: dict[str, Mapping[str, str]] = {
        "encoding": ENCODINGS,
        "newline": NEWLINES,
        "quote": QUOTES,
        "header": HEADERS,
    }
    for key, allowed in choices.items():
        value = settings.get(key, getattr(CsvDialect(), key))
        if value not in allowed:
            faults.append(Fault(file, f"[output] {key}", f"「{value}」は使えません", did_you_mean(str(value), allowed)))
    if not isinstance(settings.get("bom", False), bool):
        faults.append(Fault(file, "[output] bom", "true か false で書いてください"))
    faults += _name_faults(str(settings.get("file_name", CsvDialect().file_name)), file)
    if faults:
        raise MappingError(faults)
    return CsvDialect(**settings)


def write_standard_csv(
    group: Group,
    frame: Path,
    folder: Path,
    dialect: CsvDialect | None = None,
    left_out: pl.DataFrame | None = None,
) -> tuple[Path, LedgerRow]:
    """Write the group's file into `folder`. `left_out`: the findings of the load, whose rows are not written either.

    Values are written as they are: formulas are defused in the documents people open, not in data files.
    """
    dialect = dialect or CsvDialect()
    source, rows = pl.scan_parquet(frame), loadable_rows(group, frame, left_out)
    path = csv_path(group, folder, dialect)
    folder.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.making")
    _write(rows, group, dialect, temporary)
    os.replace(temporary, path)
    read, written = (query.select(pl.len()).collect().item() for query in (source, rows))
    target = f"{group.sql_name}.csv"
    same = 0 if left_out is None else int((left_out["rule"] == SAME_ROW_RULE).sum())
    row = LedgerRow(
        "output",
        f"{group.area}/{group.id}",
        target,
        read,
        written,
        rejected=read - written - same,
        duplicate=same,
    )
    return path, row


def csv_path(group: Group, folder: Path, dialect: CsvDialect) -> Path:
    """Where the group's file is written."""
    return folder / _file_name(group, dialect)


def _write(rows: pl.LazyFrame, group: Group, dialect: CsvDialect, path: Path) -> None:
    names = {item.name: item.romaji if dialect.header == "romaji" else item.name for item in group.items}
    rows.select(pl.col(old).alias(new) for old, new in names.items()).sink_csv(
        path,
        include_header=dialect.header != "none",
        include_bom=dialect.bom and dialect.encoding == "utf-8",
        line_terminator=NEWLINES[dialect.newline],
        quote_style=QUOTES[dialect.quote],
        maintain_order=True,
    )
    if dialect.encoding != "utf-8":
        _recode(path, ENCODINGS[dialect.encoding], dialect.bom)


def _recode(path: Path, encoding: str, bom: bool) -> None:
    other = path.with_name(path.name + ".recoding")
    with path.open(encoding="utf-8", newline="") as source, other.open("w", encoding=encoding, newline="") as target:
        if bom:
            target.write(codecs.BOM_UTF8.decode("utf-8"))
        while text := source.read(COPY_BYTES):
            target.write(text)
    os.replace(other, path)


def _file_name(group: Group, dialect: CsvDialect) -> str:
    parts = {
        "business_id": group.business_id,
        "area": group.area,
        "group": group.id,
        "name": group.name,
        "version": group.version,
    }
    return dialect.file_name.format(**parts).replace("/", "／").replace("\\", "＼").replace("\0", "")


def _name_faults(pattern: str, file: str) -> list[Fault]:
    place = "[output] file_name"
    try:
        parts = [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]
    except ValueError:
        return [Fault(file, place, f"「{pattern}」の {{ }} が閉じていません")]
    faults = [
        Fault(file, place, f"{{{part}}} は使えません", did_you_mean(part, NAME_PARTS))
        for part in parts
        if part not in NAME_PARTS
    ]
    if "group" not in parts or not {"area", "business_id"} & set(parts):
        advice = "{business_id} と {group} を入れてください"
        faults.append(Fault(file, place, "業務とグループで名前が分かれません", advice))
    return faults
