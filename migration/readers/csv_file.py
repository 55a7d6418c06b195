"""CSV cut on raw bytes: numpy finds delimiters, quotes and line ends; nothing is decoded, no cell is copied.

A record ends at CRLF, LF or a lone CR outside quotes. In CP932 and EUC no trail byte can be a comma, quote, tab or
line end, so the cut is right before decoding. Blank lines are no records (unless the table has one column).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
import polars as pl

from mappings.errors import InputError
from mappings.legacy_source import LegacyTable
from migration.cells import Cells, Flags, Positions, padded, turned
from migration.decoding import codec, decode_cells
from migration.readers.chunk import CHUNK_BYTES, NO_NOTES, Block, Cut, Opened, Reject, end_marks
from migration.readers.csv_quotes import LONGEST_RECORD
from migration.readers.csv_scan import QUOTE, Records, Scan, last_record_end, scan_block

_Place: TypeAlias = tuple[Positions, Positions]


class CsvReader:
    """Delimited text with optional double quotes (RFC 4180), CRLF, LF or CR."""

    def open(self, file: Path, table: LegacyTable) -> Opened:
        """Read the byte order mark and the header. Without a header the declared columns are the file's."""
        declared = tuple(column.name for column in table.columns)
        delimiter(table)
        mark = codec(table.encoding).bom
        with file.open("rb") as stream:
            head = stream.read(LONGEST_RECORD)
        skipped = len(mark) if mark and head.startswith(mark) else 0
        trailing = end_marks(file)
        if not table.header:
            return Opened(declared, skipped, trailing)
        end = _first_record(head[skipped:], table)
        trailing = min(trailing, file.stat().st_size - skipped - end)
        return Opened(header_names(head[skipped : skipped + end], table), skipped + end, trailing)

    def blocks(self, file: Path, table: LegacyTable, opened: Opened) -> Iterator[Block]:
        """Whole records, about CHUNK_BYTES at a time; the last block is what remains."""
        offset = opened.skipped
        carry = b""
        remaining = file.stat().st_size - opened.trailing - offset
        with file.open("rb") as stream:
            stream.seek(offset)
            while data := stream.read(min(CHUNK_BYTES, remaining)):
                remaining -= len(data)
                data = carry + data
                end = last_record_end(data, delimiter(table))
                if len(data) - end >= LONGEST_RECORD + CHUNK_BYTES:
                    end = len(data)
                if end:
                    yield Block(offset, data[:end])
                    offset += end
                carry = data[end:]
        if carry:
            yield Block(offset, carry)

    def count(self, block: Block, table: LegacyTable, opened: Opened) -> int:
        """How many records the block holds, with however many cells; blank lines are none."""
        scan = scan_block(block.data, delimiter(table), final=True)
        return len(Records(block.data, scan, len(opened.columns)).start)

    def cut(self, block: Block, table: LegacyTable, opened: Opened) -> Cut:
        """Every cell's place. Records with the wrong number of cells and broken quotes are rejects."""
        return _cut(block.data, delimiter(table), len(opened.columns))


def delimiter(table: LegacyTable) -> str:
    """The one-byte delimiter. InputError for anything a trail byte could be."""
    if len(table.delimiter) == 1 and ord(table.delimiter) < 0x40 and table.delimiter not in '"\r\n':
        return table.delimiter
    raise InputError(
        f"テーブル {table.id} の区切り文字「{table.delimiter}」は使えません。"
        "カンマ、タブ、セミコロンなど、漢字の2バイト目に現れない1文字を source.toml の delimiter に書いてください。"
    )


def header_names(record: bytes, table: LegacyTable) -> tuple[str, ...]:
    """The column names of a header record, decoded, in file order."""
    mark = delimiter(table)
    scan = scan_block(record, mark, final=True)
    width = len(scan.places) + (not scan.line_end.any())
    cut = _cut(record, mark, width)
    starts = np.concatenate([column.starts for column in cut.cells])
    lengths = np.concatenate([column.lengths for column in cut.cells])
    names = decode_cells(Cells(cut.data, starts, lengths), codec(table.encoding)).text.fill_null("")
    return tuple(name.strip(" 　") for name in names)


def _first_record(data: bytes, table: LegacyTable) -> int:
    scan = scan_block(data, delimiter(table), final=False)
    ends = scan.places[scan.line_end]
    return int(ends[0]) + 1 if len(ends) else len(data)


def _cut(data: bytes, mark: str, width: int) -> Cut:
    scan = scan_block(data, mark, final=True)
    records = Records(data, scan, width)
    good = records.count == width
    broken = np.searchsorted(records.start, np.asarray(scan.damage.broken, np.int64))
    good[broken] = False
    places = _places(records, good, width)
    plain = _unquote(data, places, records, scan, good) if len(scan.quotes) else b""
    whole = padded(data, plain)
    return Cut(
        data=whole,
        index=np.flatnonzero(good),
        starts=records.start[good],
        lengths=(records.end - records.start)[good],
        records=len(good),
        cells=tuple(Cells(whole, starts, lengths) for starts, lengths in places),
        overhead=records.overhead,
        rejects=_rejects(records, good, set(broken.tolist()), width),
        notes=_notes(data, scan, records),
        blank_lines=records.blank_lines,
    )


def _places(records: Records, good: Flags, width: int) -> list[_Place]:
    """Where the cells of the good records start, and their lengths, per column."""
    first, start, end = records.first[good], records.start[good], records.end[good]
    places: list[_Place] = []
    even = len(records.places) == len(first) * width
    table = records.places.reshape(-1, width) if even else records.places[first[:, None] + np.arange(width)]
    stops = turned(table)
    for column in range(width):
        stop = stops[column] if column < width - 1 else end
        places.append((start, stop - start))
        start = stop + 1
    return places


def _unquote(data: bytes, places: list[_Place], records: Records, scan: Scan, good: Flags) -> bytes:
    """Take the quotes off the places. Cells with doubled quotes get places behind the data; what belongs there."""
    raw = np.frombuffer(data, np.uint8)
    for number in np.unique(records.at(scan.quotes[::2])[1]).tolist():
        if number < len(places):
            starts, lengths = places[number]
            quoted = (raw.take(starts, mode="clip") == QUOTE) & (lengths >= 2)
            places[number] = (starts + quoted, lengths - 2 * quoted)
    record, column = records.at(scan.doubled())
    row = np.cumsum(good) - 1
    plain: list[bytes] = []
    size = len(data)
    for number in np.unique(column[good[record]]).tolist():
        starts, lengths = places[number]
        rows = row[np.unique(record[good[record] & (column == number)])]
        cells = zip(starts[rows].tolist(), lengths[rows].tolist(), strict=True)
        values = [data[start : start + length].replace(b'""', b'"') for start, length in cells]
        lengths[rows] = [len(value) for value in values]
        starts[rows] = size + np.cumsum(lengths[rows]) - lengths[rows]
        size += int(lengths[rows].sum())
        plain += values
    return b"".join(plain)


def _rejects(records: Records, good: Flags, broken: set[int], width: int) -> tuple[Reject, ...]:
    rejects = []
    for index in np.flatnonzero(~good).tolist():
        start, length = int(records.start[index]), int(records.end[index] - records.start[index])
        if index in broken:
            rejects.append(Reject(index, start, length, "EXT-08", "閉じていない引用符があります"))
        else:
            detail = f"項目が {records.count[index]} 個あります（正しくは {width} 個）"
            rejects.append(Reject(index, start, length, "EXT-01", detail))
    return tuple(rejects)


def _notes(data: bytes, scan: Scan, records: Records) -> pl.DataFrame:
    """Stray quotes and control characters by record and cell, each cell once."""
    strays = np.asarray(scan.damage.strays, np.int64)
    if not len(strays) and not len(scan.control):
        return NO_NOTES
    place = np.concatenate((strays, scan.control))
    nul = np.frombuffer(data, np.uint8)[scan.control] == 0
    rule = np.concatenate((np.full(len(strays), "EXT-07"), np.where(nul, "EXT-06", "EXT-09")))
    record, column = records.at(place)
    notes = pl.DataFrame({"index": record, "column": column, "rule": rule}, schema=NO_NOTES.schema)
    return notes.unique(maintain_order=True)
