"""Frames to the bytes of the old system: CSV, fixed-length records measured in bytes, or records of a host.

The frame must have exactly the columns of the format; a text that does not fit its field is an error, never cut off.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from mappings.loading import load_area
from sample_data.cp932 import encode
from sample_data.euc import encode_euc_ms
from sample_data.formats import ROOT, Table
from sample_data.host_writing import host_bytes

_SLICE = 40_000  # rows encoded at a time
_NEWLINES = {"": b"", "crlf": b"\r\n", "lf": b"\n"}
_MARKS = {"utf-8-sig": codecs.BOM_UTF8}
ENCODERS: Mapping[str, Callable[[str], bytes]] = {
    "cp932": encode,
    "utf-8": str.encode,
    "utf-8-sig": str.encode,
    "euc_jp_ms": encode_euc_ms,
}


def table_bytes(frame: pl.DataFrame, table: Table) -> bytes:
    """The whole file of one table."""
    _check_columns(frame, table)
    if table.reader == "host":
        return host_bytes(frame, load_area(table.area, [ROOT]).sources[table.vendor].tables[table.id])
    return _csv_bytes(frame, table) if table.reader == "csv" else _fixed_bytes(frame, table)


def _check_columns(frame: pl.DataFrame, table: Table) -> None:
    expected = [column.name for column in table.columns]
    missing, unknown = set(expected) - set(frame.columns), set(frame.columns) - set(expected)
    if missing or unknown:
        raise ValueError(
            f"{table.area}.{table.id}: the generator does not know {sorted(missing)}, "
            f"and the format has no {sorted(unknown)}"
        )


def _csv_bytes(frame: pl.DataFrame, table: Table) -> bytes:
    parts = [_MARKS.get(table.encoding, b"")]
    ordered = frame.select(column.name for column in table.columns)
    parts_of = ordered.iter_slices(_SLICE) if ordered.height else [ordered]  # an empty table has its headings
    for number, part in enumerate(parts_of):
        buffer = io.BytesIO()
        part.write_csv(
            buffer,
            include_header=number == 0 and table.header,
            separator=table.delimiter,
            line_terminator=_NEWLINES[table.newline or "crlf"].decode(),
            quote_style="always" if table.delimiter == "," else "necessary",
        )
        parts.append(ENCODERS[table.encoding](buffer.getvalue().decode("utf-8")))
    return b"".join(parts)


def _fixed_bytes(frame: pl.DataFrame, table: Table) -> bytes:
    """Records of `record_length` bytes. A field is padded with spaces; it is an error when it is too long."""
    covered = sum(column.length for column in table.columns)
    if covered != table.record_length:
        raise ValueError(f"{table.area}.{table.id}: columns cover {covered} of {table.record_length} bytes")
    newline = np.frombuffer(_NEWLINES[table.newline], dtype=np.uint8)
    records = np.empty((frame.height, covered + len(newline)), dtype=np.uint8)
    place = 0
    for column in table.columns:
        end = place + column.length
        records[:, place:end] = _field(frame[column.name], column.length, f"{table.id}.{column.name}")
        place = end
    records[:, place:] = newline
    return records.tobytes()


def _field(values: pl.Series, length: int, name: str) -> npt.NDArray[np.uint8]:
    """A row of `length` bytes for each value; each distinct value is encoded once, all in one text."""
    if values.is_empty():
        return np.empty((0, length), dtype=np.uint8)
    distinct = values.unique(maintain_order=True)
    raws = encode("\n".join(distinct)).split(b"\n")
    for value, raw in zip(distinct, raws, strict=True):
        if len(raw) > length:
            raise ValueError(f"{name}: {value!r} has {len(raw)} bytes, the field {length}")
    filled = np.frombuffer(b"".join(raw.ljust(length) for raw in raws), dtype=np.uint8).reshape(len(raws), length)
    rows: npt.NDArray[np.uint8] = filled[values.cast(pl.Enum(distinct)).to_physical().to_numpy()]
    return rows
