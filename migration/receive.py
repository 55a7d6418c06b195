"""Receive: is everything here that should be? The manifest against the files, before anyone waits for a run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from mappings.engine_rules import engine_rules
from mappings.legacy_source import LegacyTable
from migration.extract import check_table
from migration.manifest import NAME, Entry, read_manifest
from migration.readers import READERS
from migration.readers.chunk import Opened
from migration.readers.fields import POSITIONED
from migration.readers.fixed_file import NEWLINES
from migration.sniffing import encoding_doubt
from migration.stages import file_hash
from migration.unpacking import as_read, is_unpacked, unpack
from validators.finding import raw_findings

FILES_SCHEMA: dict[str, pl.DataType] = {
    "file_no": pl.Int64(),
    "path": pl.String(),  # within the delivery, with '/'
    "area": pl.String(),  # '' when no table's patterns match
    "table": pl.String(),
    "bytes": pl.Int64(),
    "sha256": pl.String(),
    "as_of": pl.String(),
    "declared_records": pl.Int64(),  # null when the manifest does not say
    "records": pl.Int64(),  # counted; null for a file of no table
}
OTHER_FILES = (NAME, "totals.csv")
_CHANGE, _CHANGE_RECORDS = 0.2, 50  # a table's count is abnormal when both are exceeded
_Row = Mapping[str, object]
_Tables = Sequence[tuple[str, LegacyTable]]
_Matching = Mapping[str, Sequence[tuple[str, LegacyTable]]]


@dataclass(frozen=True, slots=True)
class Received:
    """The delivery as found: `files` (FILES_SCHEMA) and raw findings."""

    files: pl.DataFrame
    findings: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _File:
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

    def finding(self, rule: str, message: str, **columns: object) -> _Row:
        table = self.table.id if self.table else ""
        told = engine_rules()[rule].finding(message, **columns)
        return {"area": self.area, "table": table, "key": self.path, "record_id": None, **told}


def receive(delivery: Path, tables: _Tables, unpacked: Path, previous: pl.DataFrame | None = None) -> Received:
    """Compare the folder with its manifest and with the `tables` (area, table) that are to come.

    Workbooks, databases and image folders are unpacked into the folder `unpacked`; each of their tables counts as a
    file `<source>#<part>`. `previous` is the files frame of the delivery before. InputError when the folder, the
    manifest or a table definition cannot be used at all; everything else is a finding.
    """
    manifest = read_manifest(delivery)
    for _, table in tables:
        check_table(as_read(table))
    matching = _by_patterns(delivery, tables)
    found = list(_found(delivery, tables, matching, manifest, unpacked))
    rows = [
        *_not_there(found, manifest),
        *(row for file in found for row in _of_file(file)),
        *_ambiguous(found, matching),
        *_twice(found),
        *_tables_without(found, tables),
        *_against(found, tables, previous),
    ]
    return Received(pl.DataFrame([file.row() for file in found], schema=FILES_SCHEMA), raw_findings(rows))


def _paths(delivery: Path, folders: Sequence[str]) -> list[str]:
    """Files of the delivery but for its own lists, hidden ones and those in the `folders` that are one table."""
    every = (path.relative_to(delivery) for path in delivery.rglob("*") if path.is_file())
    plain = (path.as_posix() for path in every if not any(part.startswith(".") for part in path.parts))
    inside = tuple(f"{folder}/" for folder in folders)
    return sorted(path for path in plain if path not in OTHER_FILES and not path.startswith(inside))


def _found(
    delivery: Path, tables: _Tables, matching: _Matching, manifest: Mapping[str, Entry], unpacked: Path
) -> Iterator[_File]:
    """Every file, and every table of those that are unpacked, numbered in the order of their paths."""
    folders = [path for path in matching if (delivery / path).is_dir()]
    number = 0
    for path in sorted({*_paths(delivery, folders), *folders}):
        packed = [place for place in matching.get(path, ()) if is_unpacked(place[1])]
        for area, table in packed:
            number += 1
            taken = unpack(delivery / path, path, table, unpacked)
            opened, records = _count(taken.file, as_read(table))
            entry = _entry_of(manifest, path, taken.path, alone=len(packed) == 1)
            digest = taken.sha256
            yield _File(number, taken.path, taken.file, area, table, entry, taken.size, digest, records, opened)
        if not packed and path not in folders:
            number += 1
            entry = manifest.get(path)
            yield _look(number, path, delivery, entry, _table_of(entry, matching.get(path, ()), tables))


def _entry_of(manifest: Mapping[str, Entry], path: str, part: str, *, alone: bool) -> Entry | None:
    """The line of the part, else that of the whole file, whose count is of all its parts."""
    whole = manifest.get(path)
    if part in manifest or whole is None or alone:
        return manifest.get(part, whole)
    return replace(whole, records=None)


def _look(number: int, path: str, delivery: Path, entry: Entry | None, place: tuple[str, LegacyTable | None]) -> _File:
    file = delivery / path
    area, table = place
    opened, records = _count(file, table) if table else (None, None)
    return _File(number, path, file, area, table, entry, file.stat().st_size, file_hash(file), records, opened)


def _by_patterns(delivery: Path, tables: _Tables) -> _Matching:
    """The tables whose patterns find a file, by the file's path."""
    found: dict[str, list[tuple[str, LegacyTable]]] = {}
    for area, table in tables:
        for path in sorted({path for pattern in table.files for path in delivery.glob(pattern)}):
            found.setdefault(path.relative_to(delivery).as_posix(), []).append((area, table))
    return found


def _table_of(
    entry: Entry | None, matching: Sequence[tuple[str, LegacyTable]], tables: _Tables
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


def _not_there(found: Sequence[_File], manifest: Mapping[str, Entry]) -> Iterator[_Row]:
    there = {file.path for file in found} | {file.source for file in found}
    for name, entry in manifest.items():
        if name not in there and name not in OTHER_FILES:
            words = engine_rules()["RCV-01"].finding(f"目録にあるファイル {name} が受渡データにありません。")
            yield {"area": entry.area, "table": entry.table, "key": name, **words}


def _of_file(file: _File) -> Iterator[_Row]:
    if file.entry is None:
        yield file.finding("RCV-02", f"ファイル {file.path} は目録にありません。")
    else:
        yield from _against_manifest(file, file.entry)
    if file.size == 0:
        yield file.finding("RCV-05", f"ファイル {file.path} は空です（0 バイト）。")
    elif file.records == 0:
        yield file.finding("RCV-05", f"ファイル {file.path} にレコードが1件もありません。")
    if file.table is not None and file.size:
        yield from _against_definition(file, file.table)


def _against_manifest(file: _File, entry: Entry) -> Iterator[_Row]:
    if entry.sha256 and entry.sha256 != file.sha256:
        yield file.finding("RCV-06", f"ファイル {file.path} のハッシュ値（SHA-256）が目録と違います。")
    if entry.bytes is not None and entry.bytes != file.size:
        counts = f"目録 {entry.bytes:,} バイト、実物 {file.size:,} バイト"
        yield file.finding("RCV-07", f"ファイル {file.path} の大きさが目録と違います（{counts}）。")
    if entry.records is not None and file.records is not None and entry.records != file.records:
        counts = f"目録 {entry.records:,} 件、実物 {file.records:,} 件"
        yield file.finding(
            "RCV-08", f"ファイル {file.path} の件数が目録と違います（{counts}）。", value=str(file.records)
        )
    if not entry.sha256 or entry.records is None:
        yield file.finding("RCV-17", f"ファイル {file.path} は、目録に件数かハッシュ値がないため照合していません。")
    if not _is_day(entry.as_of):
        yield file.finding("RCV-16", f"ファイル {file.path} の基準日「{entry.as_of}」が日付ではありません。")
    if file.table is None or (entry.area, entry.table) != (file.area, file.table.id):
        place = f"{file.area}/{file.table.id}" if file.table else "なし"
        message = f"ファイル {file.path} は目録では {entry.area}/{entry.table}、定義では {place} です。"
        yield file.finding("RCV-15", message)


def _against_definition(file: _File, table: LegacyTable) -> Iterator[_Row]:
    doubt = encoding_doubt(file.file, as_read(table))
    if doubt:
        message = f"ファイル {file.path} の文字コードは {doubt} のようです（定義は {table.encoding}）。"
        yield file.finding("RCV-11", message)
    if file.opened is None:
        return
    if table.reader in POSITIONED and not table.records:
        stride = table.record_length + len(NEWLINES[table.newline])
        rest = (file.size - file.opened.skipped - file.opened.trailing) % stride
        if rest and rest != table.record_length:
            message = (
                f"ファイル {file.path} の大きさがレコード長 {stride} バイトで割り切れません（余り {rest} バイト）。"
            )
            yield file.finding("RCV-12", message, value=str(rest))
    yield from _against_columns(file, table, file.opened)


def _against_columns(file: _File, table: LegacyTable, opened: Opened) -> Iterator[_Row]:
    declared = [column.name for column in table.columns]
    missing = [name for name in declared if name not in opened.columns]
    extra = [name for name in opened.columns if name not in declared]
    twice = sorted({name for name in opened.columns if opened.columns.count(name) > 1})
    words = [
        f"{label}: {'、'.join(names)}"
        for label, names in (("ない項目", missing), ("定義にない項目", extra), ("2回ある項目", twice))
        if names
    ]
    if words:
        yield file.finding("RCV-13", f"ファイル {file.path} の見出しが定義と違います（{'。'.join(words)}）。")
    elif list(opened.columns) != declared:
        yield file.finding("RCV-14", f"ファイル {file.path} の項目の並び順が定義と違います。")


def _ambiguous(found: Sequence[_File], matching: Mapping[str, Sequence[tuple[str, LegacyTable]]]) -> Iterator[_Row]:
    for file in found:
        places = matching.get(file.path, ())
        if len(places) > 1 and not is_unpacked(places[0][1]):
            names = "、".join(f"{area}/{table.id}" for area, table in places)
            yield file.finding("RCV-15", f"ファイル {file.path} は複数のテーブルの定義に当てはまります（{names}）。")


def _twice(found: Sequence[_File]) -> Iterator[_Row]:
    first: dict[str, str] = {}
    for file in found:
        if file.size and (other := first.setdefault(file.sha256, file.source)) != file.source:
            yield file.finding("RCV-04", f"ファイル {file.source} は {other} と中身がまったく同じです。")


def _tables_without(found: Sequence[_File], tables: _Tables) -> Iterator[_Row]:
    have = {(file.area, file.table.id) for file in found if file.table}
    for area, table in tables:
        if (area, table.id) not in have:
            patterns = "、".join(table.files)
            message = f"テーブル「{table.title}」のファイル（{patterns}）がありません。"
            yield {"area": area, "table": table.id, **engine_rules()["RCV-03"].finding(message)}


def _against(found: Sequence[_File], tables: _Tables, previous: pl.DataFrame | None) -> Iterator[_Row]:
    """As-of dates and counts per table against the delivery before."""
    if previous is None:
        return
    for area, table in tables:
        now = [file for file in found if file.area == area and file.table and file.table.id == table.id]
        before = previous.filter((pl.col("area") == area) & (pl.col("table") == table.id))
        if not now or before.is_empty():
            continue
        yield from _older(now, before)
        yield from _changed(now, before, table)


def _older(now: Sequence[_File], before: pl.DataFrame) -> Iterator[_Row]:
    last = max((day for day in before["as_of"].to_list() if day), default="")
    for file in now:
        if file.entry and last and file.entry.as_of <= last:
            message = f"ファイル {file.path} の基準日 {file.entry.as_of} が、前回の {last} より新しくありません。"
            yield file.finding("RCV-09", message, value=file.entry.as_of)


def _changed(now: Sequence[_File], before: pl.DataFrame, table: LegacyTable) -> Iterator[_Row]:
    column = "records" if "records" in before.columns else "declared_records"
    was, current = int(before[column].sum() or 0), sum(file.records or 0 for file in now)
    if abs(current - was) > max(_CHANGE_RECORDS, was * _CHANGE):
        message = f"テーブル「{table.title}」の件数が前回 {was:,} 件から {current:,} 件に変わりました。"
        yield now[0].finding("RCV-10", message, key="", value=str(current))


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
