"""Faults in the bytes of written files and in the papers that come with them (manifest, totals).

A byte fault gives (file, record, key); manifest and total faults give a key only, as the findings show it.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from sample_data.formats import Table

Rows = list[dict[str, str]]
_CRLF = b"\r\n"
_NOTE = "現行ベンダーからの連絡です。\r\n".encode("cp932")


@dataclass(frozen=True, slots=True)
class Damaged:
    """A file after a byte fault, and the record hit (0: the file as a whole)."""

    content: bytes
    record: int


BytePlanter: TypeAlias = Callable[[bytes, Table, random.Random], Damaged]


def _cell(column: str, raw: bytes) -> BytePlanter:
    """Other bytes in one cell of a random record of a CSV file."""

    def plant(content: bytes, table: Table, rng: random.Random) -> Damaged:
        start, end, record = _random_line(content, rng)
        cells = content[start + 1 : end - 1].split(b'","')
        cells[[c.name for c in table.columns].index(column)] = raw
        line = b'"' + b'","'.join(cells) + b'"'
        return Damaged(content[:start] + line + content[end:], record)

    return plant


def _ragged(content: bytes, table: Table, rng: random.Random) -> Damaged:
    _, end, record = _random_line(content, rng)
    return Damaged(content[:end] + b',"1"' + content[end:], record)


def _bare_quote(content: bytes, table: Table, rng: random.Random) -> Damaged:
    """A cell written without quotes round it, with one inside."""
    marked = _cell("届出人氏名", b"#")(content, table, rng)
    return Damaged(marked.content.replace(b'"#"', '岡田"一'.encode("cp932"), 1), marked.record)


def _blank_line(content: bytes, table: Table, rng: random.Random) -> Damaged:
    start, _, record = _random_line(content, rng)
    return Damaged(content[:start] + _CRLF + content[start:], record)


def _open_quote(content: bytes, table: Table, rng: random.Random) -> Damaged:
    return Damaged(content.removesuffix(b'"' + _CRLF) + _CRLF, content.count(_CRLF) - 1)


def _end_mark(content: bytes, table: Table, rng: random.Random) -> Damaged:
    return Damaged(content + b"\x1a", 0)


def _fixed_cell(column: str, raw: bytes) -> BytePlanter:
    """Other bytes at the beginning of a fixed-length field; the rest of the field is spaces."""

    def plant(content: bytes, table: Table, rng: random.Random) -> Damaged:
        field = next(c for c in table.columns if c.name == column)
        record = rng.randrange(len(content) // table.record_length)
        at = record * table.record_length + field.start
        return Damaged(content[:at] + raw.ljust(field.length) + content[at + field.length :], record + 1)

    return plant


def _cut_last(content: bytes, table: Table, rng: random.Random) -> Damaged:
    step = table.record_length + len(_CRLF)
    return Damaged(content[: -step // 2], len(content) // step)


def _too_long(content: bytes, table: Table, rng: random.Random) -> Damaged:
    step = table.record_length + len(_CRLF)
    record = rng.randrange(len(content) // step // 2)
    at = record * step + table.record_length
    return Damaged(content[:at] + b"ZZ" + content[at:], record + 1)


def _columns(change: Callable[[list[bytes], bool], list[bytes]]) -> BytePlanter:
    """Rewrites every line of a small CSV file; `change` is told whether it is the header."""

    def plant(content: bytes, table: Table, rng: random.Random) -> Damaged:
        lines = content.removesuffix(_CRLF).split(_CRLF)
        cells = [change(line[1:-1].split(b'","'), number == 0) for number, line in enumerate(lines)]
        return Damaged(b"".join(b'"' + b'","'.join(row) + b'"' + _CRLF for row in cells), 0)

    return plant


def _without(column: str) -> BytePlanter:
    def plant(content: bytes, table: Table, rng: random.Random) -> Damaged:
        at = [c.name for c in table.columns].index(column)
        return _columns(lambda cells, _: cells[:at] + cells[at + 1 :])(content, table, rng)

    return plant


def _random_line(content: bytes, rng: random.Random) -> tuple[int, int, int]:
    """Start and end of a random data line and its record number (the header is not one)."""
    first = content.find(_CRLF) + 2
    start = content.find(_CRLF, rng.randrange(first, max(first + 1, len(content) - 2_000))) + 2
    return start, content.find(_CRLF, start), content.count(_CRLF, 0, start)


BYTES: dict[str, tuple[str, BytePlanter]] = {
    "jumin-EXT-01": ("ido", _ragged),
    "jumin-EXT-02-lead": ("ido", _cell("届出人氏名", "岡田　一".encode("cp932")[:-1])),
    "jumin-EXT-02-a0": ("ido", _cell("届出人氏名", b"\xa0\xa0")),
    "jumin-EXT-02-unassigned": ("ido", _cell("届出人氏名", b"\x85\x40")),
    "jumin-EXT-05": ("johyo", _blank_line),
    "jumin-EXT-06": ("ido", _cell("受付番号", b"12\x0034")),
    "jumin-EXT-07": ("ido", _bare_quote),
    "jumin-EXT-08": ("ido", _open_quote),
    "jumin-EXT-09": ("ido", _cell("受付番号", b"12\x0b34")),
    "inkan-EXT-16": ("haishi", _end_mark),
    "keiji-EXT-02": ("sharyo", _fixed_cell("定置場", "野間一丁".encode("cp932")[:-1])),
    "keiji-EXT-04": ("kazei", _too_long),
    "keiji-EXT-03": ("kazei", _cut_last),
    "jumin-EXT-13": ("shien", _columns(lambda cells, head: [*cells, "予備２".encode("cp932") if head else b""])),
    "jumin-EXT-12": ("zairyu", _without("住居地届出区分")),
    "jumin-RCV-14": ("tsusho", _columns(lambda cells, _: [*cells[:-2], cells[-1], cells[-2]])),
}  # fmt: skip


@dataclass(slots=True)
class Papers:
    """Manifest and totals, to be changed in place; `extra` are files that should not be there (path → bytes)."""

    manifest: Rows
    totals: Rows
    extra: dict[str, bytes]


PaperPlanter: TypeAlias = Callable[[Papers], str]


def _declare(table: str, column: str, change: Callable[[str], str]) -> PaperPlanter:
    def plant(papers: Papers) -> str:
        row = next(row for row in papers.manifest if row["table"] == table)
        row[column] = change(row[column])
        return row["file"]

    return plant


def _missing_file(papers: Papers) -> str:
    papers.manifest.append({**papers.manifest[0], "file": "jumin/juki_furoku.csv", "records": "12"})
    return "jumin/juki_furoku.csv"


def _unlisted_file(papers: Papers) -> str:
    papers.extra["jumin/renraku.txt"] = _NOTE
    return "jumin/renraku.txt"


def _same_file_twice(papers: Papers) -> str:
    papers.extra["jumin/renraku_a.txt"] = papers.extra["jumin/renraku_b.txt"] = _NOTE + _NOTE
    return "jumin/renraku_b.txt"


def _unknown_table(papers: Papers) -> str:
    content = '"番号"\r\n"1"\r\n'.encode("cp932")
    papers.extra["jumin/furoku.csv"] = content
    papers.manifest.append({**papers.manifest[0], "file": "jumin/furoku.csv", "table": "furoku", "records": "1",
                            "bytes": str(len(content)), "sha256": hashlib.sha256(content).hexdigest()})  # fmt: skip
    return "jumin/furoku.csv"


def _total(area: str, total: str, change: Callable[[str], str], *, name: str = "") -> PaperPlanter:
    """Changes a stated figure, or states it under a name nobody knows."""

    def plant(papers: Papers) -> str:
        row = next(row for row in papers.totals if (row["area"], row["total"], row["by"]) == (area, total, ""))
        if name:
            papers.totals.append({**row, "total": name})
            return name
        row["value"] = change(row["value"])
        return total

    return plant


def _same(text: str) -> str:
    return text


PAPERS: dict[str, PaperPlanter] = {
    "jumin-RCV-01": _missing_file,
    "jumin-RCV-02": _unlisted_file,
    "jumin-RCV-04": _same_file_twice,
    "jumin-RCV-15": _unknown_table,
    "jutogai-RCV-06": _declare("jutogai", "sha256", lambda text: text[::-1]),
    "inkan-RCV-07": _declare("inei_index", "bytes", lambda text: str(int(text) - 1)),
    "inkan-RCV-08": _declare("haishi", "records", lambda text: str(int(text) + 3)),
    "jumin-RCV-16": _declare("shien", "as_of", lambda text: ""),
    "jumin-RCV-17": _declare("tsusho", "sha256", lambda text: ""),
    "jumin-REC-02": _total("jumin", "jinko", lambda text: str(int(text) + 2)),
    "inkan-REC-03": _total("inkan", "torokushasu", _same, name="toroku_goukei"),
    "keiji-REC-04": _total("keiji", "daisu", lambda text: f"約{text}"),
}
