"""Frames to the bytes of an old host, by the same definition the reader follows: shift codes, zoned, packed, binary.

The inverse of `migration.readers.host_file`. A text that has no code or does not fit its field is an error, never cut
off. An empty number is written as the first filling the table declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from mappings.host_encodings import HostEncoding, host_codes, shipped_encodings
from mappings.legacy_source import LegacyColumn, LegacyTable
from mappings.source_files import NUMBER_KINDS

Field: TypeAlias = npt.NDArray[np.uint8]  # records x bytes
_Flags: TypeAlias = npt.NDArray[np.bool_]
_EBCDIC_ZONES, _ASCII_ZONES = (0xF0, 0xC0, 0xD0), (0x30, 0x30, 0x70)  # unsigned, plus, minus
NEWLINES = {"": b"", "crlf": b"\r\n", "lf": b"\n", "nl": b"\x15"}
_BLOCK = 32_760  # bytes of a block with its BDW, at most
_LONGEST = 18  # digits of a number that fits 64 bits
_FILL = {"space": 0x40, "low": 0x00, "high": 0xFF}


def host_bytes(frame: pl.DataFrame, table: LegacyTable) -> bytes:
    """The whole file: every column of `table` from the column of the same name; bytes no column covers are spaces."""
    filler = encoding_of(table).form.space
    records = np.full((len(frame), table.record_length), filler, np.uint8)
    for column in table.columns:
        place = slice(column.start, column.start + column.length)
        records[:, place] = host_field(frame[column.name], column, table)
    if table.records:
        return _variable(records, table, filler)
    ends = np.frombuffer(NEWLINES[table.newline], np.uint8)
    return np.hstack([records, np.tile(ends, (len(records), 1))]).tobytes()


def host_field(values: pl.Series, column: LegacyColumn, table: LegacyTable) -> Field:
    """One column as bytes, a row per value. ValueError for a value that cannot be written."""
    if column.kind in NUMBER_KINDS:
        return _numbers(values, column, table)
    writer = HostWriter(encoding_of(table, column))
    distinct = values.unique(maintain_order=True)
    texts = np.empty((len(distinct), column.length), np.uint8)
    for place, value in enumerate(distinct.to_list()):
        raw = writer.text(value or "", column.kind == "dbcs")
        if len(raw) > column.length:
            raise ValueError(f"{column.name}: {value!r} has {len(raw)} bytes, the field {column.length}")
        texts[place] = np.frombuffer(writer.padded(raw, column.length, column.kind == "dbcs"), np.uint8)
    places = pl.DataFrame({"text": distinct}).with_row_index("place")
    found = values.to_frame("text").join(places, on="text", how="left", nulls_equal=True, maintain_order="left")
    records: Field = texts[found["place"].to_numpy()]
    return records


def encoding_of(table: LegacyTable, column: LegacyColumn | None = None) -> HostEncoding:
    """The host encoding of a column, the vendor's own or a shipped one."""
    name = (column.encoding if column else "") or table.encoding
    known = {**shipped_encodings(), **{encoding.name: encoding for encoding in table.encodings}}
    return known[name]


@dataclass(frozen=True, slots=True)
class HostWriter:
    """Text to single- and double-byte codes with the shifts between them."""

    encoding: HostEncoding

    def text(self, value: str, double_only: bool = False) -> bytes:
        """The bytes of a text, back in single-byte state at its end; without shifts when it is double-byte only."""
        if not double_only and value.isascii() and (plain := _plain(self.encoding)).keys() >= set(map(ord, value)):
            return value.translate(plain).encode("latin-1")
        singles, doubles = _codes_of(self.encoding)
        form = self.encoding.form
        raw, double = bytearray(), double_only
        at = 0
        while at < len(value):
            size = 2 if value[at : at + 2] in doubles and len(value) - at > 1 else 1
            letter = value[at : at + size]
            wide = double_only or letter not in singles
            code = (doubles if wide else singles).get(letter)
            if code is None:
                raise ValueError(f"{form.title} has no {' '.join(f'U+{ord(sign):04X}' for sign in letter)}")
            if wide != double:
                raw += form.to_double[0] if wide else form.to_single[0]
                double = wide
            raw += code
            at += size
        if double and not double_only:
            raw += form.to_single[0]
        return bytes(raw)

    def padded(self, raw: bytes, length: int, double_only: bool = False) -> bytes:
        """Filled up with spaces of the field's kind."""
        if not double_only:
            return raw.ljust(length, bytes((self.encoding.form.space,)))
        space = _codes_of(self.encoding)[1]["\u3000"]
        return raw + space * ((length - len(raw)) // 2)


@cache
def _codes_of(encoding: HostEncoding) -> tuple[Mapping[str, bytes], Mapping[str, bytes]]:
    """Text → single-byte code, text → double-byte code; the lowest code of each."""
    found: tuple[dict[str, bytes], dict[str, bytes]] = ({}, {})
    for code, text in sorted(host_codes(encoding).items()):
        found[len(code) - 1].setdefault(text, code)
    return found


@cache
def _plain(encoding: HostEncoding) -> Mapping[int, int]:
    """ASCII signs that have a single-byte code → the code."""
    return {ord(sign): code[0] for sign, code in _codes_of(encoding)[0].items() if len(sign) == 1 and sign.isascii()}


def _numbers(values: pl.Series, column: LegacyColumn, table: LegacyTable) -> Field:
    text = values.fill_null("")
    empty = (text == "").to_numpy()
    if empty.any() and not table.fillings:
        raise ValueError(f"{column.name}: an empty number, and {table.id} declares no fillings")
    scaled = _scaled(text.set(text == "", "0"), column)
    minus = scaled.str.starts_with("-").to_numpy()
    plain = scaled.str.strip_chars_start("-")
    if column.kind == "zoned":
        ebcdic = encoding_of(table, column).form.space == _FILL["space"]
        field = _zoned(plain, minus, column, _EBCDIC_ZONES if ebcdic else _ASCII_ZONES)
    else:
        field = (_packed if column.kind == "packed" else _binary)(plain, minus, column)
    if empty.any():
        field[empty] = _FILL[table.fillings[0]]
    return field


def _scaled(text: pl.Series, column: LegacyColumn) -> pl.Series:
    """Without the point, with the declared places behind it."""
    usual = f"^-?[0-9]+[.][0-9]{{{column.decimals}}}$" if column.decimals else "^-?[0-9]+$"
    if text.str.contains(usual).all():
        return text.str.replace(".", "", literal=True) if column.decimals else text
    frame = text.to_frame("text").select(
        whole=pl.col("text").str.replace(r"\..*$", ""),
        part=pl.col("text").str.extract(r"\.([0-9]*)$").fill_null("").str.pad_end(column.decimals, "0"),
    )
    scaled = frame.select((pl.col("whole") + pl.col("part")).alias("scaled")).to_series()
    odd = ~scaled.str.contains("^-?[0-9]+$") | (frame["part"].str.len_bytes() != column.decimals)
    if odd.any():
        raise ValueError(f"{column.name}: {text.filter(odd)[0]!r} is no number with {column.decimals} decimal places")
    return scaled


def _digits(text: pl.Series, width: int, column: LegacyColumn) -> Field:
    if not (text.str.len_bytes() > min(width, _LONGEST)).any():
        rest, places = text.cast(pl.UInt64).to_numpy(), np.empty((width, len(text)), np.uint8)
        for place in reversed(range(width)):
            tens = rest // 10
            places[place] = rest - tens * 10
            rest = tens
        return np.ascontiguousarray(places.T)
    digits = text.str.strip_chars_start("0").str.zfill(width)
    long = digits.filter(digits.str.len_bytes() > width)
    if len(long):
        raise ValueError(f"{column.name}: {long[0]} has more than {width} digits")
    found: Field = np.frombuffer("".join(digits.to_list()).encode(), np.uint8).reshape(len(text), width) & np.uint8(15)
    return found


def _zoned(text: pl.Series, minus: _Flags, column: LegacyColumn, zones: tuple[int, int, int]) -> Field:
    """A negative field among them makes all of them signed ones."""
    unsigned, plus, negative = zones
    field: Field = _digits(text, column.length, column) | np.uint8(unsigned)
    if minus.any():
        field[:, -1] = (field[:, -1] & 0x0F) | np.where(minus, negative, plus).astype(np.uint8)
    return field


def _packed(text: pl.Series, minus: _Flags, column: LegacyColumn) -> Field:
    halves = np.empty((len(text), column.length * 2), np.uint8)
    halves[:, :-1] = _digits(text, column.length * 2 - 1, column)
    halves[:, -1] = np.where(minus, 0x0D, 0x0C)
    field: Field = np.left_shift(halves[:, 0::2], np.uint8(4)) | halves[:, 1::2]
    return field


def _binary(text: pl.Series, minus: _Flags, column: LegacyColumn) -> Field:
    signed = column.kind == "binary"
    numbers = [int(value) * (-1 if negative else 1) for value, negative in zip(text, minus, strict=True)]
    try:
        data = b"".join(number.to_bytes(column.length, "big", signed=signed) for number in numbers)
    except OverflowError:
        raise ValueError(f"{column.name}: a number does not fit {column.length} bytes") from None
    return np.frombuffer(data, np.uint8).reshape(len(text), column.length).copy()


def _variable(records: Field, table: LegacyTable, filler: int) -> bytes:
    """Each record without the spaces at its end (as far as `shortest` allows), behind its RDW; blocks behind a BDW."""
    least = table.shortest or table.record_length
    bodies = [row.tobytes().rstrip(bytes((filler,))).ljust(least, bytes((filler,))) for row in records]
    framed = [(len(body) + 4).to_bytes(2, "big") + b"\0\0" + body for body in bodies]
    if table.records == "rdw":
        return b"".join(framed)
    blocks: list[list[bytes]] = []
    room = 0
    for record in framed:
        if len(record) > room:
            blocks.append([])
            room = _BLOCK - 4
        blocks[-1].append(record)
        room -= len(record)
    return b"".join((sum(map(len, block)) + 4).to_bytes(2, "big") + b"\0\0" + b"".join(block) for block in blocks)
