"""Fixed-length records cut on bytes. Cells lose trailing padding spaces; nothing is decoded here.

With line ends, a record that is too short or too long is rejected and reading goes on at the next line end. Without,
the records lie end to end and only the last can be short.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from mappings.errors import InputError
from mappings.legacy_source import LegacyColumn, LegacyTable
from mappings.source_files import NUMBER_KINDS
from migration.cells import Bytes, Cells, Flags, Positions, padded, trailing
from migration.decoding import column_codec
from migration.readers.chunk import CHUNK_BYTES, NO_NOTES, Block, Cut, Opened, Reject, end_marks

NEWLINES = {"": b"", "crlf": b"\r\n", "lf": b"\n", "nl": b"\x15"}  # nl: of EBCDIC


class FixedReader:
    """Records of `record_length` bytes, with or without line ends; columns by byte position."""

    def open(self, file: Path, table: LegacyTable) -> Opened:
        """Check the declared positions. A byte order mark before the first record is skipped."""
        _check(table)
        mark = column_codec(table).bom
        with file.open("rb") as stream:
            skipped = len(mark) if mark and stream.read(len(mark)) == mark else 0
        trailing = end_marks(file)
        return Opened(tuple(column.name for column in table.columns), skipped, trailing)

    def blocks(self, file: Path, table: LegacyTable, opened: Opened) -> Iterator[Block]:
        """Whole records, about CHUNK_BYTES at a time; the last block is what remains."""
        newline = NEWLINES[table.newline]
        stride = table.record_length + len(newline)
        offset = opened.skipped
        carry = b""
        with file.open("rb") as stream:
            stream.seek(offset)
            for size in _portions(file.stat().st_size - opened.trailing - offset, stride):
                data = carry + stream.read(size)
                end = len(data) // stride * stride
                if not data.endswith(newline, 0, end):
                    end = data.rfind(newline) + len(newline)
                if len(data) - end >= CHUNK_BYTES:
                    end = len(data)
                if end > 0:
                    yield Block(offset, data[:end])
                    offset += end
                carry = data[max(end, 0) :]
        if carry:
            yield Block(offset, carry)

    def count(self, block: Block, table: LegacyTable, opened: Opened) -> int:
        """How many records the block holds, of whatever length."""
        return len(_bounds(block.data, table.record_length, NEWLINES[table.newline])[0])

    def cut(self, block: Block, table: LegacyTable, opened: Opened) -> Cut:
        """Every cell's place; records of another length are rejects."""
        newline = NEWLINES[table.newline]
        starts, lengths, overhead = _bounds(block.data, table.record_length, newline)
        good = lengths == table.record_length
        data = padded(block.data)
        rows = _rows(data, starts, good, table.record_length, len(newline))
        first = starts[good]
        apart = _even_distance(first)
        return Cut(
            data=data,
            index=np.flatnonzero(good),
            starts=first,
            lengths=lengths[good],
            records=len(good),
            cells=tuple(
                Cells(data, first + column.start, _trimmed(rows, column, table), apart) for column in table.columns
            ),
            overhead=overhead,
            rejects=_rejects(starts, lengths, good, table, bool(newline)),
            notes=_notes(rows, np.flatnonzero(good), table),
        )


def _portions(size: int, stride: int) -> Iterator[int]:
    """How many bytes to read at once: about CHUNK_BYTES, and whole records, so that nothing has to be copied."""
    read = asked = 0
    while read < size:
        asked += CHUNK_BYTES
        end = min(max(asked // stride * stride, read + stride), size)
        yield end - read
        read = end


def _bounds(data: bytes, length: int, newline: bytes) -> tuple[Positions, Positions, int]:
    """Starts and lengths of all records and the bytes of line ends."""
    stride = length + len(newline)
    count = len(data) // stride
    starts = np.arange(count, dtype=np.int64) * stride
    rest = len(data) - count * stride
    if not newline:
        return np.append(starts, count * stride) if rest else starts, _lengths(count, length, rest), 0
    ends = np.frombuffer(data, np.uint8)[: count * stride].reshape(count, stride)[:, length:]
    if (ends == np.frombuffer(newline, np.uint8)).all() and rest in (0, length):
        return (
            np.append(starts, count * stride) if rest else starts,
            _lengths(count, length, rest),
            count * len(newline),
        )
    return _walk(data, length, newline)


def _lengths(count: int, length: int, rest: int) -> Positions:
    lengths = np.full(count + (rest > 0), length, np.int64)
    if rest:
        lengths[-1] = rest
    return lengths


def _walk(data: bytes, length: int, newline: bytes) -> tuple[Positions, Positions, int]:
    """One record after the other: where the line end is not where it should be, the next one ends the record."""
    starts: list[int] = []
    lengths: list[int] = []
    at = overhead = 0
    while at < len(data):
        end = at + length
        if data[end : end + len(newline)] != newline:
            found = data.find(newline, at)
            end = found if found >= 0 else len(data)
        starts.append(at)
        lengths.append(end - at)
        ended = len(newline) if end < len(data) else 0
        overhead += ended
        at = end + ended
    return np.array(starts, np.int64), np.array(lengths, np.int64), overhead


def _rows(data: Bytes, starts: Positions, good: Flags, length: int, newline: int) -> Bytes:
    """The good records as a matrix of bytes; a view when they lie evenly."""
    count = int(good.sum())
    even = count == len(good) or (count == len(good) - 1 and not good[-1])
    if even and (count < 2 or starts[count - 1] == (count - 1) * (length + newline)):
        shape, strides = (count, length), (length + newline, 1)
        return np.ndarray(shape, np.uint8, data.data, strides=strides)
    rows: Bytes = data[starts[good][:, None] + np.arange(length)]
    return rows


def _even_distance(starts: Positions) -> int:
    """Bytes from each record to the next; 0 when they differ or there are fewer than two."""
    if len(starts) < 2:
        return 0
    distance = int(starts[1] - starts[0])
    return distance if (starts[1:] - starts[:-1] == distance).all() else 0


def _trimmed(rows: Bytes, column: LegacyColumn, table: LegacyTable) -> Positions:
    """Lengths of a column's cells without trailing padding spaces."""
    lengths = np.full(len(rows), column.length, np.int64)
    if column.kind in NUMBER_KINDS:
        return lengths
    space = column_codec(table, column).space
    last = column.start + column.length - 1
    open_rows = np.flatnonzero(rows[:, last] == space)
    if not len(open_rows):
        return lengths
    cells = rows[:, column.start : last + 1]
    cells = cells if len(open_rows) * 2 > len(rows) else cells[open_rows]
    shorter = column.length - trailing(cells, space)
    if len(shorter) == len(rows):
        return shorter
    lengths[open_rows] = shorter
    return lengths


def _rejects(starts: Positions, lengths: Positions, good: Flags, table: LegacyTable, lines: bool) -> tuple[Reject, ...]:
    rejects = []
    for index in np.flatnonzero(~good).tolist():
        length = int(lengths[index])
        short_last = not lines and index == len(good) - 1
        rule = "EXT-03" if short_last or length < table.record_length else "EXT-04"
        detail = f"レコードが {length} バイトです（正しくは {table.record_length} バイト）"
        rejects.append(Reject(index, int(starts[index]), length, rule, detail))
    return tuple(rejects)


def _notes(rows: Bytes, index: Positions, table: LegacyTable) -> pl.DataFrame:
    """Control characters by record and column; those of host text are told when it is decoded."""
    if not len(rows) or rows.min() >= 0x20:
        return NO_NOTES
    frames = [NO_NOTES]
    for number, column in enumerate(table.columns):
        if column.kind in NUMBER_KINDS or not column_codec(table, column).plain:
            continue
        cells = rows[:, column.start : column.start + column.length]
        suspects = np.flatnonzero(cells.min(axis=1) < 0x20)
        nul = cells[suspects].min(axis=1, initial=0x20) == 0
        rule = np.where(nul, "EXT-06", "EXT-09")
        place = np.full(len(suspects), number)
        frames.append(pl.DataFrame({"index": index[suspects], "column": place, "rule": rule}, schema=NO_NOTES.schema))
    return pl.concat(frames)


def _check(table: LegacyTable) -> None:
    faults = []
    if table.record_length <= 0:
        faults.append("record_length（レコード長）がありません")
    if table.newline not in NEWLINES:
        faults.append(f"newline「{table.newline}」は使えません（crlf、lf、nl、空のどれか）")
    for column in table.columns:
        if column.length <= 0 or column.start < 0 or column.start + column.length > table.record_length:
            faults.append(
                f"項目 {column.name} の位置（{column.start} から {column.length} バイト）が"
                f"レコード長 {table.record_length} に収まりません"
            )
    if faults:
        raise InputError(f"テーブル {table.id}（固定長）の定義に誤りがあります: " + "、".join(faults))
