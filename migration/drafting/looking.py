"""What lies in a folder of sample files: tables, their columns, and what stands in each column."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from mappings.errors import InputError, UserError
from mappings.legacy_source import CodeMap, LegacyColumn, LegacyTable
from mappings.sheets import NotAWorkbookError, load_book
from migration.extract import extract_table
from migration.readers import READERS
from migration.sniffing import encoding_doubt
from migration.transforms.dates import read_date
from migration.unpacking import as_read, is_unpacked, unpack
from migration.unpacking.workbook import filled, headings
from reports.profile import profile_table

ENCODINGS = ("utf-8-sig", "utf-8", "cp932", "euc_jp")
DELIMITERS = (",", "\t", ";")
TEXT_FILES = (".csv", ".txt", ".tsv", ".dat")
_HEADING_ROWS = 30  # rows of a sheet in which headings are looked for
_SAMPLED = 500  # distinct values asked whether they are days


@dataclass(frozen=True, slots=True)
class Seen:
    """One table found. `profile` has a row per column (reports.profile); `days` the share of values that are days."""

    table: LegacyTable
    profile: pl.DataFrame
    days: dict[str, float]


def look(folder: Path) -> tuple[list[Seen], list[str]]:
    """The tables of the files below `folder`, and what could not be looked at (Japanese sentences).

    Fixed-length files are among the latter: their columns stand in no file but in the vendor's specification.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} はフォルダではありません。サンプルのファイルを入れたフォルダを示してください。")
    seen, unread = [], []
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and not one.name.startswith(".")):
        if path.name in ("manifest.csv", "totals.csv"):
            continue
        name = path.relative_to(folder).as_posix()
        try:
            found = [_seen(folder, name, table) for table in _tables(path, name)]
        except UserError as error:
            unread.append(f"{name}: {error}")
            continue
        seen += found
        if not found:
            unread.append(
                f"{name}: 見出しのある CSV・Excel・SQLite ではありません。固定長なら、COBOL の COPY 句から "
                "`ikou mapping copybook` で列の定義を作るか、仕様書を見て columns/ に書いてください。"
            )
    return _named_apart(seen), unread


def _tables(path: Path, name: str) -> Iterator[LegacyTable]:
    with path.open("rb") as stream:
        head = stream.read(1 << 16)
    if path.suffix.lower() == ".xlsx":
        try:
            book = load_book(path)
        except NotAWorkbookError as error:
            raise InputError(f"Excel ブックとして読めません（{error}）。") from None
        yield from (_of_sheet(sheet, name) for sheet in book.worksheets)
    elif head.startswith(b"SQLite format 3\0"):
        yield from _of_database(path, name)
    elif path.suffix.lower() in TEXT_FILES and head:
        yield from _of_text(path, name, head)


def _of_database(path: Path, name: str) -> Iterator[LegacyTable]:
    engine = sa.create_engine(f"sqlite:///{path}")
    try:
        tables = {title: sa.inspect(engine).get_columns(title) for title in sa.inspect(engine).get_table_names()}
    except DBAPIError as error:
        raise InputError(f"SQLite のデータベースとして読めません（{error.orig}）。") from None
    finally:
        engine.dispose()
    for title, columns in tables.items():
        yield _table(name, title, "database", "", [column["name"] for column in columns])


def _of_sheet(sheet: Any, name: str) -> LegacyTable:
    """The headings are taken to stand in the first row with the most texts, or in two where cells are merged across."""
    rows = filled(sheet)[:_HEADING_ROWS]
    double = _merged_headings(sheet)
    if double:
        names = headings(rows[double - 1 : double + 1])
        return replace(_table(name, sheet.title, "excel", "", names), header_rows=2)
    texts = [sum(isinstance(cell, str) and bool(cell.strip()) for cell in row) for row in rows]
    best = rows[texts.index(max(texts))] if any(texts) else []
    return _table(name, sheet.title, "excel", "", [" ".join(cell.split()) for cell in best if isinstance(cell, str)])


def _merged_headings(sheet: Any) -> int:
    """The first row in which a heading stands over several columns and others beside it; 0 when there is none."""
    wide = {area.min_row: area.size["columns"] for area in sheet.merged_cells.ranges if area.size["columns"] > 1}
    beside = {row: sum(cell.value is not None for cell in sheet[row]) > 1 for row in wide}
    return min((row for row in wide if beside[row] and row <= _HEADING_ROWS), default=0)


def _of_text(path: Path, name: str, head: bytes) -> Iterator[LegacyTable]:
    first = head.split(b"\n")[0]
    delimiter = max(DELIMITERS, key=lambda mark: first.count(mark.encode()))
    if not first.count(delimiter.encode()):
        return
    for encoding in ENCODINGS:
        table = replace(_table(name, "", "csv", encoding, []), delimiter=delimiter)
        if encoding == "utf-8-sig" and not head.startswith(b"\xef\xbb\xbf"):
            continue
        if not encoding_doubt(path, table):
            opened = READERS["csv"].open(path, table)
            yield replace(table, columns=tuple(LegacyColumn(one) for one in dict.fromkeys(opened.columns) if one))
            return


def _table(name: str, part: str, reader: str, encoding: str, columns: list[str]) -> LegacyTable:
    stem = part if part.isascii() and part.isidentifier() else Path(name).stem
    ident = "".join(sign if sign.isascii() and (sign.isalnum() or sign == "_") else "_" for sign in stem).strip("_")
    named = tuple(LegacyColumn(column) for column in dict.fromkeys(columns) if column)
    return LegacyTable(ident.lower() or "table", part or Path(name).stem, (name,), reader, encoding, named, part=part)


def _named_apart(seen: list[Seen]) -> list[Seen]:
    taken: dict[str, int] = {}
    apart = []
    for one in seen:
        count = taken[one.table.id] = taken.get(one.table.id, 0) + 1
        apart.append(one if count == 1 else replace(one, table=replace(one.table, id=f"{one.table.id}_{count}")))
    return apart


def _seen(folder: Path, name: str, table: LegacyTable) -> Seen:
    if not table.columns:
        raise InputError("見出しが見つかりません")
    with tempfile.TemporaryDirectory() as made:
        out = Path(made)
        path, root = name, folder
        if is_unpacked(table):
            path, root = unpack(folder / name, name, [table], out / "unpacked")[0].path, out / "unpacked"
        extract_table("", as_read(table), pl.DataFrame({"file_no": [1], "path": [path]}), root, out)
        staged = pl.scan_parquet(out / f"{table.id}.parquet")
        nothing_known = {column.name: CodeMap("", "", {}) for column in table.columns}  # so that all values are told
        profile = profile_table(staged, table, nothing_known, ())
        days = {column.name: _days(staged, column.name) for column in table.columns}
    return Seen(table, profile, days)


def _days(staged: pl.LazyFrame, column: str) -> float:
    """The share of different values that read as days; 0 when there are none."""
    values = staged.select(pl.col(column).drop_nulls().unique(maintain_order=True)).head(_SAMPLED).collect()
    texts = values.to_series().to_list()
    read = [read_date(text) for text in texts if len(text) >= 6]
    return sum(not one.fault and not one.blank for one in read) / len(texts) if texts else 0.0
