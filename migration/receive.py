"""Receive: is everything here that should be? The manifest against the files, before anyone waits for a run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from mappings.engine_rules import engine_rules
from mappings.legacy_source import LegacyTable
from migration.delivered import OTHER_FILES, DeliveredFile, Row, Tables, by_patterns, delivered_files
from migration.extract import check_table
from migration.manifest import Entry, read_manifest
from migration.readers.chunk import Opened
from migration.readers.fields import POSITIONED
from migration.readers.fixed_file import NEWLINES
from migration.sniffing import encoding_doubt
from migration.unpacking import as_read, is_unpacked
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
_CHANGE, _CHANGE_RECORDS = 0.2, 50  # a table's count is abnormal when both are exceeded


@dataclass(frozen=True, slots=True)
class Received:
    """The delivery as found: `files` (FILES_SCHEMA) and raw findings."""

    files: pl.DataFrame
    findings: pl.DataFrame


def receive(
    delivery: Path,
    tables: Tables,
    unpacked: Path,
    previous: pl.DataFrame | None = None,
    left_out: frozenset[str] = frozenset(),
) -> Received:
    """Compare the folder with its manifest and with the `tables` (area, table) that are to come.

    Workbooks, databases and image folders are unpacked into the folder `unpacked`; each of their tables counts as a
    file `<source>#<part>`. `previous` is the files frame of the delivery before. Files of the areas `left_out` have
    their line, so that every file keeps its number, but are not read, and nothing is said of these areas. InputError
    when the folder, the manifest or a table definition cannot be used at all; everything else is a finding.
    """
    manifest = read_manifest(delivery)
    for area, table in tables:
        if area not in left_out:
            check_table(as_read(table))
    matching = by_patterns(delivery, tables)
    found = delivered_files(delivery, tables, matching, manifest, unpacked, left_out)
    rows = [
        *_not_there(found, manifest),
        *(row for file in found if file.area not in left_out for row in _of_file(file)),
        *_ambiguous(found, matching),
        *_twice(found),
        *_tables_without(found, tables),
        *_against(found, tables, previous),
    ]
    told = raw_findings(row for row in rows if row["area"] not in left_out)
    return Received(pl.DataFrame([file.row() for file in found], schema=FILES_SCHEMA), told)


def _not_there(found: Sequence[DeliveredFile], manifest: Mapping[str, Entry]) -> Iterator[Row]:
    there = {file.path for file in found} | {file.source for file in found}
    for name, entry in manifest.items():
        if name not in there and name not in OTHER_FILES:
            words = engine_rules()["RCV-01"].finding(f"目録にあるファイル {name} が受渡データにありません。")
            yield {"area": entry.area, "table": entry.table, "key": name, **words}


def _of_file(file: DeliveredFile) -> Iterator[Row]:
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


def _against_manifest(file: DeliveredFile, entry: Entry) -> Iterator[Row]:
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


def _against_definition(file: DeliveredFile, table: LegacyTable) -> Iterator[Row]:
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


def _against_columns(file: DeliveredFile, table: LegacyTable, opened: Opened) -> Iterator[Row]:
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


def _ambiguous(
    found: Sequence[DeliveredFile], matching: Mapping[str, Sequence[tuple[str, LegacyTable]]]
) -> Iterator[Row]:
    for file in found:
        places = matching.get(file.path, ())
        if len(places) > 1 and not is_unpacked(places[0][1]):
            names = "、".join(f"{area}/{table.id}" for area, table in places)
            yield file.finding("RCV-15", f"ファイル {file.path} は複数のテーブルの定義に当てはまります（{names}）。")


def _twice(found: Sequence[DeliveredFile]) -> Iterator[Row]:
    first: dict[str, str] = {}
    for file in found:
        if file.size and (other := first.setdefault(file.sha256, file.source)) != file.source:
            yield file.finding("RCV-04", f"ファイル {file.source} は {other} と中身がまったく同じです。")


def _tables_without(found: Sequence[DeliveredFile], tables: Tables) -> Iterator[Row]:
    have = {(file.area, file.table.id) for file in found if file.table}
    for area, table in tables:
        if (area, table.id) not in have:
            patterns = "、".join(table.files)
            message = f"テーブル「{table.title}」のファイル（{patterns}）がありません。"
            yield {"area": area, "table": table.id, **engine_rules()["RCV-03"].finding(message)}


def _against(found: Sequence[DeliveredFile], tables: Tables, previous: pl.DataFrame | None) -> Iterator[Row]:
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


def _older(now: Sequence[DeliveredFile], before: pl.DataFrame) -> Iterator[Row]:
    last = max((day for day in before["as_of"].to_list() if day), default="")
    for file in now:
        if file.entry and last and file.entry.as_of <= last:
            message = f"ファイル {file.path} の基準日 {file.entry.as_of} が、前回の {last} より新しくありません。"
            yield file.finding("RCV-09", message, value=file.entry.as_of)


def _changed(now: Sequence[DeliveredFile], before: pl.DataFrame, table: LegacyTable) -> Iterator[Row]:
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
