"""Host encodings: single- and double-byte codes mixed by shift sequences. The maker's rules are rows of a file.

`shared/host_encodings.csv` says how an encoding shifts and where its user area lies; its codes come from tables, the
shipped ones (IBM) or those a vendor's source.toml names (`[encodings.<name>]`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from mappings.code_table_files import CodeFile, Codes, read_codes
from mappings.errors import InputError

_FEWEST = 32  # codes of a size; fewer are no table
_FOLDER = Path(__file__).parent / "shared" / "code_tables"


@dataclass(frozen=True, slots=True)
class HostForm:
    """One row of host_encodings.csv. `user_areas`: first and last code (rows of 94) and the first private character."""

    name: str
    title: str
    to_double: tuple[bytes, ...]
    to_single: tuple[bytes, ...]
    space: int
    double_spaces: tuple[bytes, ...]
    user_areas: tuple[tuple[bytes, bytes, int], ...]
    tables: tuple[str, ...]  # shipped


@dataclass(frozen=True, slots=True)
class HostEncoding:
    """An encoding as a vendor names it: a form, and the tables that give or replace its codes, later ones first.

    `bytes_table` (single-byte codes only): the bytes of the file by those the tables are written in.
    """

    name: str
    form: HostForm
    tables: tuple[CodeFile, ...] = ()
    bytes_table: CodeFile | None = None


@cache
def host_forms() -> Mapping[str, HostForm]:
    """Every row of host_encodings.csv by name."""
    with (_FOLDER / "host_encodings.csv").open(encoding="utf-8", newline="") as stream:
        return {row["name"]: _form(row) for row in csv.DictReader(stream)}


def shipped_encodings() -> dict[str, HostEncoding]:
    """The encodings that need no table of the user's."""
    return {name: HostEncoding(name, form) for name, form in host_forms().items() if form.tables}


@cache
def host_codes(encoding: HostEncoding) -> Codes:
    """Every code of an encoding, one or two bytes → text. MappingError for a faulty table, InputError for none."""
    form = encoding.form
    codes: dict[bytes, str] = {}
    for name in form.tables:
        codes |= shipped_table(name)
    for table in encoding.tables:
        codes |= read_codes(table.file)
    for size, what in ((1, "1バイト"), (2, "2バイト")):
        if sum(len(code) == size for code in codes) < _FEWEST:
            raise InputError(
                f"文字コード「{encoding.name}」（{form.title}）の{what}文字の表がありません。"
                "source.toml の [encodings] tables に、メーカーの資料から作った表を指定してください。"
            )
    spaces = dict.fromkeys(form.double_spaces, "\u3000")
    codes = {code: text for code, text in (dict(_user_areas(form)) | spaces | codes).items() if text}
    return _turned(codes, read_codes(encoding.bytes_table.file)) if encoding.bytes_table else codes


@cache
def shipped_table(name: str) -> Codes:
    """One table of code_tables/shipped.parquet."""
    rows = pl.scan_parquet(_FOLDER / "shipped.parquet").filter(pl.col("table") == name).select("code", "text").collect()
    return {bytes.fromhex(code): text for code, text in rows.rows()}


def _form(row: Mapping[str, str]) -> HostForm:
    return HostForm(
        name=row["name"],
        title=row["title"],
        to_double=_codes(row["to_double"]),
        to_single=_codes(row["to_single"]),
        space=int(row["space"], 16),
        double_spaces=_codes(row["double_spaces"]),
        user_areas=tuple(_area(text) for text in row["user_areas"].split()),
        tables=tuple(row["tables"].split()),
    )


def _codes(text: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(code) for code in text.split())


def _area(text: str) -> tuple[bytes, bytes, int]:
    codes, first = text.split("=")
    begin, end = codes.split("-")
    return bytes.fromhex(begin), bytes.fromhex(end), int(first, 16)


def _user_areas(form: HostForm) -> Iterator[tuple[bytes, str]]:
    for begin, end, first in form.user_areas:
        cells: Sequence[tuple[int, int]] = [
            (row, cell) for row in range(begin[0], end[0] + 1) for cell in range(begin[1], end[1] + 1)
        ]
        yield from ((bytes(cell), chr(first + number)) for number, cell in enumerate(cells))


def _turned(codes: Codes, bytes_table: Codes) -> Codes:
    """Double-byte codes as the file writes them; single-byte codes are told as the file writes them already."""
    to_file = {ord(text): code for code, text in bytes_table.items()}
    double = {code: text for code, text in codes.items() if len(code) == 2}
    turned = {
        to_file[code[0]] + to_file[code[1]]: text
        for code, text in double.items()
        if code[0] in to_file and code[1] in to_file
    }
    return {code: text for code, text in codes.items() if len(code) == 1} | turned
