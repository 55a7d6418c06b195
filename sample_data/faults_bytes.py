"""Faults in the bytes of written files. A byte fault never hits a record with another fault, or a withdrawn one."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sample_data.formats import Table

_CRLF = b"\r\n"
_TRIES = 1_000


@dataclass(frozen=True, slots=True)
class Damaged:
    """A file after a byte fault, and the record hit (0: the file as a whole)."""

    content: bytes
    record: int


class NoRecordLeftError(Exception):
    """Every record of a small file carries a fault already."""


@dataclass(frozen=True, slots=True)
class Clean:
    """Draws records at random and reserves them; NoRecordLeftError when there are none.

    `taken` are numbers of records that carry a fault; `ids` the columns of such numbers by 'area.table'.
    """

    rng: random.Random
    taken: set[str]
    ids: Mapping[str, tuple[str, ...]]

    def line(self, content: bytes, table: Table) -> tuple[int, int, int]:
        """Start and end of a data line of a CSV file, and its record number (the header is not one)."""
        first = content.find(_CRLF) + 2
        for _ in range(_TRIES):
            start = content.find(_CRLF, self.rng.randrange(first, max(first + 1, len(content) - 2_000))) + 2
            end = content.find(_CRLF, start)
            cells = dict(zip((c.name for c in table.columns), content[start + 1 : end - 1].split(b'","'), strict=False))
            if self._reserved(cells, table):
                return start, end, content.count(_CRLF, 0, start)
        raise NoRecordLeftError(table.file)

    def fixed(self, content: bytes, table: Table) -> int:
        """Position (from 0) of a record of a fixed-length file; never the last."""
        for _ in range(_TRIES):
            record = self.rng.randrange(max(1, len(content) // _step(table) - 1))
            at = record * _step(table)
            cells = {c.name: content[at + c.start : at + c.start + c.length] for c in table.columns}
            if self._reserved(cells, table):
                return record
        raise NoRecordLeftError(table.file)

    def _reserved(self, cells: dict[str, bytes], table: Table) -> bool:
        names = [name for name in self.ids[f"{table.area}.{table.id}"] if name in cells]
        numbers = {cells[name].decode(_code_page(table)).strip() for name in names} - {""}
        if numbers & self.taken or cells.get("削除フラグ") == "1".encode(_code_page(table)):
            return False
        self.taken.update(numbers)
        return True


BytePlanter: TypeAlias = Callable[[bytes, Table, Clean], Damaged]


def cell(column: str, raw: bytes) -> BytePlanter:
    """Other bytes in one cell of a random record of a CSV file."""

    def plant(content: bytes, table: Table, clean: Clean) -> Damaged:
        start, end, record = clean.line(content, table)
        cells = content[start + 1 : end - 1].split(b'","')
        cells[[c.name for c in table.columns].index(column)] = raw
        line = b'"' + b'","'.join(cells) + b'"'
        return Damaged(content[:start] + line + content[end:], record)

    return plant


def ragged(content: bytes, table: Table, clean: Clean) -> Damaged:
    _, end, record = clean.line(content, table)
    return Damaged(content[:end] + b',"1"' + content[end:], record)


def bare_quote(content: bytes, table: Table, clean: Clean) -> Damaged:
    """A cell written without quotes round it, with one inside."""
    marked = cell("届出人氏名", b"#")(content, table, clean)
    return Damaged(marked.content.replace(b'"#"', '岡田"一'.encode("cp932"), 1), marked.record)


def blank_line(content: bytes, table: Table, clean: Clean) -> Damaged:
    start, _, _ = clean.line(content, table)
    return Damaged(content[:start] + _CRLF + content[start:], 0)


def open_quote(content: bytes, table: Table, clean: Clean) -> Damaged:
    return Damaged(content.removesuffix(b'"' + _CRLF) + _CRLF, content.count(_CRLF) - 1)


def end_mark(content: bytes, table: Table, clean: Clean) -> Damaged:
    return Damaged(content + b"\x1a", 0)


def fixed_cell(column: str, raw: bytes) -> BytePlanter:
    """Other bytes at the beginning of a field of a fixed-length or host file; the rest of the field is spaces."""

    def plant(content: bytes, table: Table, clean: Clean) -> Damaged:
        field = next(c for c in table.columns if c.name == column)
        record = clean.fixed(content, table)
        at = record * _step(table) + field.start
        filled = raw.ljust(field.length, " ".encode(_code_page(table)))
        return Damaged(content[:at] + filled + content[at + field.length :], record + 1)

    return plant


def cut_last(content: bytes, table: Table, clean: Clean) -> Damaged:
    step = _step(table)
    return Damaged(content[: -step // 2], len(content) // step)


def too_long(content: bytes, table: Table, clean: Clean) -> Damaged:
    record = clean.fixed(content, table)
    at = record * _step(table) + table.record_length
    return Damaged(content[:at] + b"ZZ" + content[at:], record + 1)


def _columns(change: Callable[[list[bytes], bool], list[bytes]]) -> BytePlanter:
    """Rewrites every line of a small CSV file; `change` is told whether it is the header."""

    def plant(content: bytes, table: Table, clean: Clean) -> Damaged:
        lines = content.removesuffix(_CRLF).split(_CRLF)
        cells = [change(line[1:-1].split(b'","'), number == 0) for number, line in enumerate(lines)]
        return Damaged(b"".join(b'"' + b'","'.join(row) + b'"' + _CRLF for row in cells), 0)

    return plant


def without(column: str) -> BytePlanter:
    def plant(content: bytes, table: Table, clean: Clean) -> Damaged:
        at = [c.name for c in table.columns].index(column)
        return _columns(lambda cells, _: cells[:at] + cells[at + 1 :])(content, table, clean)

    return plant


def _code_page(table: Table) -> str:
    """For digits, flags and spaces: in every EBCDIC they are where cp037 has them."""
    return "cp037" if table.reader == "host" else "ascii"


def _step(table: Table) -> int:
    """Bytes from one record to the next."""
    return table.record_length + (len(_CRLF) if table.newline == "crlf" else 0)


BYTES: dict[str, tuple[str, BytePlanter]] = {
    "jumin-EXT-01": ("ido", ragged),
    "jumin-EXT-02-lead": ("ido", cell("届出人氏名", "岡田　一".encode("cp932")[:-1])),
    "jumin-EXT-02-a0": ("ido", cell("届出人氏名", b"\xa0\xa0")),
    "jumin-EXT-02-unassigned": ("ido", cell("届出人氏名", b"\x85\x40")),
    "jumin-EXT-05": ("johyo", blank_line),
    "jumin-EXT-06": ("ido", cell("受付番号", b"12\x0034")),
    "jumin-EXT-07": ("ido", bare_quote),
    "jumin-EXT-08": ("ido", open_quote),
    "jumin-EXT-09": ("ido", cell("受付番号", b"12\x0b34")),
    "inkan-EXT-16": ("haishi", end_mark),
    "keiji-EXT-02": ("sharyo", fixed_cell("定置場", "野間一丁".encode("cp932")[:-1])),
    "keiji-EXT-04": ("kazei", too_long),
    "keiji-EXT-03": ("kazei", cut_last),
    "jumin-EXT-13": ("shien", _columns(lambda cells, head: [*cells, "予備２".encode("cp932") if head else b""])),
    "jumin-EXT-12": ("zairyu", without("住居地届出区分")),
    "jumin-RCV-14": ("tsusho", _columns(lambda cells, _: [*cells[:-2], cells[-1], cells[-2]])),
}  # fmt: skip
