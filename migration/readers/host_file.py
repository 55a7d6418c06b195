"""Files of old hosts: records of fixed length, or of varying length behind a descriptor word (RDW), blocked or not.

An RDW is four bytes: the length of the record with the RDW (big-endian, two bytes) and two zero bytes. Blocked files
(`records = "bdw"`) have the same before each block of records. A record's place in the file begins at its RDW. Behind
a descriptor that cannot be right nothing can be cut any more: up to the next block, else to the end of the file, the
rest is one rejected record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mappings.errors import InputError
from mappings.legacy_source import LegacyColumn, LegacyTable
from mappings.source_files import NUMBER_KINDS
from migration.cells import Bytes, Cells, Flags, Positions, padded
from migration.decoding import column_codec
from migration.readers.chunk import CHUNK_BYTES, Block, Cut, Opened, Reject
from migration.readers.fixed_file import FixedReader

WORD = 4  # bytes of an RDW or BDW
_LONG_BLOCK = 0x80000000  # first bit of a BDW whose length has 31 bits


class HostReader(FixedReader):
    """A FixedReader that also cuts records of varying length."""

    def open(self, file: Path, table: LegacyTable) -> Opened:
        """As of fixed length; what lies behind the last record of varying length is never an end mark."""
        opened = super().open(file, table)
        if not table.records:
            return opened
        if table.shortest > table.record_length:
            raise InputError(f"テーブル {table.id} の shortest が record_length より長くなっています")
        return Opened(opened.columns, opened.skipped)

    def blocks(self, file: Path, table: LegacyTable, opened: Opened) -> Iterator[Block]:
        """Whole records (whole blocks of a blocked file), about CHUNK_BYTES at a time."""
        if not table.records:
            yield from super().blocks(file, table, opened)
            return
        offset, carry = opened.skipped, b""
        with file.open("rb") as stream:
            stream.seek(offset)
            while data := stream.read(CHUNK_BYTES):
                data = carry + data
                end = _whole(data, table.records == "bdw")
                if end > 0:
                    yield Block(offset, data[:end])
                    offset += end
                carry = data[end:]
        if carry:
            yield Block(offset, carry)

    def count(self, block: Block, table: LegacyTable, opened: Opened) -> int:
        """How many records the block holds, of whatever length."""
        return len(_walk(block, table).starts) if table.records else super().count(block, table, opened)

    def cut(self, block: Block, table: LegacyTable, opened: Opened) -> Cut:
        """Every cell's place; records too short or too long, and what no descriptor tells, are rejects."""
        if not table.records:
            return super().cut(block, table, opened)
        walked = _walk(block, table)
        starts, lengths = np.array(walked.starts, np.int64), np.array(walked.lengths, np.int64)
        told = np.ones(len(starts), np.bool_)
        told[list(walked.broken)] = False
        good = told & (lengths >= WORD + (table.shortest or table.record_length))
        good &= lengths <= WORD + table.record_length
        data = padded(block.data)
        bodies, sizes = starts[good] + WORD, lengths[good] - WORD
        cells = tuple(_cells(data, bodies, sizes, column, table) for column in table.columns)
        return Cut(
            data=data,
            index=np.flatnonzero(good),
            starts=starts[good],
            lengths=lengths[good],
            records=len(starts),
            cells=cells,
            overhead=walked.overhead,
            rejects=_rejects(walked, good, table),
        )


@dataclass(slots=True)
class _Walked:
    """Records with their RDWs in a block; `broken`: what is wrong with those no descriptor tells."""

    starts: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)
    overhead: int = 0

    def enter(self, start: int, length: int, problem: str = "") -> None:
        if problem:
            self.broken[len(self.starts)] = problem
        self.starts.append(start)
        self.lengths.append(length)


def _whole(data: bytes, blocked: bool) -> int:
    """Bytes up to the end of the last whole record or block; 0 where none is whole, or a length cannot be right."""
    at = 0
    while at + WORD <= len(data):
        length = _block_length(data, at) if blocked else int.from_bytes(data[at : at + 2], "big")
        if length < WORD or at + length > len(data):
            break
        at += length
    return at


def _block_length(data: bytes, at: int) -> int:
    word = int.from_bytes(data[at : at + WORD], "big")
    return word - _LONG_BLOCK if word >= _LONG_BLOCK else word >> 16


def _walk(block: Block, table: LegacyTable) -> _Walked:
    walked = _Walked()
    if table.records == "rdw" or block.alone:
        _walk_records(block.data, 0, len(block.data), walked)
        return walked
    at, data = 0, block.data
    while at < len(data):
        length = _block_length(data, at) if at + WORD <= len(data) else 0
        if length < WORD or at + length > len(data):
            shown = data[at : at + WORD].hex(" ").upper()
            walked.enter(at, len(data) - at, f"ブロックの長さ（BDW）{shown} が正しくありません")
            return walked
        walked.overhead += WORD
        _walk_records(data, at + WORD, at + length, walked)
        at += length
    return walked


def _walk_records(data: bytes, at: int, end: int, walked: _Walked) -> None:
    while at < end:
        length = int.from_bytes(data[at : at + 2], "big") if at + WORD <= end else 0
        shown = data[at : at + WORD].hex(" ").upper()
        if length < WORD or at + length > end:
            walked.enter(at, end - at, f"レコードの長さ（RDW）{shown} が正しくありません")
            return
        split = data[at + 2] != 0
        walked.enter(at, length, f"RDW {shown} は分割されたレコード（スパン）で、扱えません" if split else "")
        at += length


def _cells(data: Bytes, starts: Positions, sizes: Positions, column: LegacyColumn, table: LegacyTable) -> Cells:
    """A column's cells; the part of it the record has, without trailing padding."""
    lengths = np.clip(sizes - column.start, 0, column.length)
    first = starts + np.where(lengths > 0, column.start, 0)
    if column.kind in NUMBER_KINDS:
        return Cells(data, first, lengths)
    space = column_codec(table, column).space
    padding = np.ones(len(lengths), np.bool_)
    for _ in range(column.length):
        padding &= lengths > 0
        padding[padding] = data[(first + lengths - 1)[padding]] == space
        if not padding.any():
            break
        lengths = lengths - padding
    return Cells(data, first, lengths)


def _rejects(walked: _Walked, good: Flags, table: LegacyTable) -> tuple[Reject, ...]:
    rejects = []
    for index in np.flatnonzero(~good).tolist():
        length = walked.lengths[index]
        if index in walked.broken:
            rule, detail = "EXT-20", walked.broken[index]
        else:
            rule = "EXT-03" if length - WORD < table.record_length else "EXT-04"
            least = table.shortest or table.record_length
            right = f"{least} から {table.record_length}" if least < table.record_length else f"{table.record_length}"
            detail = f"レコードが {length - WORD} バイトです（正しくは {right} バイト）"
        rejects.append(Reject(index, walked.starts[index], length, rule, detail))
    return tuple(rejects)
