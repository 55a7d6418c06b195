"""Sources that hold several tables: a workbook with a sheet each, a database, a folder of images."""

from __future__ import annotations

import hashlib
import io
import sqlite3
import struct
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

import polars as pl
import xlsxwriter

from sample_data.formats import Table

Part = tuple[Table, pl.DataFrame]
SIDE = 16  # pixels of an image of a seal


def packed(parts: Sequence[Part]) -> bytes:
    """The one file of all these tables (same file, same reader)."""
    return _workbook(parts) if parts[0][0].reader == "excel" else _database(parts)


def images(frame: pl.DataFrame) -> Mapping[str, bytes]:
    """A small picture for every name in the column ファイル名: the same name, the same picture."""
    return {name: picture(name) for name in frame["ファイル名"].to_list()}


def _workbook(parts: Sequence[Part]) -> bytes:
    """A sheet for each table, as an office keeps it: title, headings (in two rows where declared), the records.

    A column that holds only digits is written as numbers shown with as many zeros where all are equally long; a text
    stays text.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 10, 1)})
    for table, frame in parts:
        sheet = book.add_worksheet(table.part)
        sheet.write_string(0, 0, f"{table.part}（{frame.height:,}件）")
        _headings(book, sheet, [column.name for column in table.columns], table.header_rows)
        for place, column in enumerate(table.columns):
            _cells(book, sheet, place, 2 + table.header_rows, frame[column.name])
    book.close()
    return stream.getvalue()


def _headings(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, names: list[str], rows: int) -> None:
    """One row of names; or two, the part before '_' above, merged over neighbours that share it."""
    bold = book.add_format({"bold": True, "border": 1})
    if rows == 1:
        sheet.write_row(2, 0, names, bold)
        return
    place = 0
    for above, group in groupby(names, key=lambda name: name.split("_")[0]):
        below = list(group)
        if len(below) > 1:
            sheet.merge_range(2, place, 2, place + len(below) - 1, above, bold)
        else:
            sheet.write_string(2, place, above, bold)
        for step, name in enumerate(below):
            sheet.write_string(3, place + step, name.partition("_")[2], bold)
        place += len(below)


def _cells(
    book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, place: int, first: int, values: pl.Series
) -> None:
    texts = values.to_list()
    filled = [text for text in texts if text]
    lengths = {len(text) for text in filled}
    numbers = bool(filled) and len(lengths) == 1 and max(lengths) <= 10 and all(text.isdigit() for text in filled)
    look = book.add_format({"num_format": "0" * max(lengths, default=1)}) if numbers and max(lengths) > 1 else None
    for row, text in enumerate(texts, start=first):
        if text and numbers:
            sheet.write_number(row, place, int(text), look)
        elif text:
            sheet.write_string(row, place, text)


def _database(parts: Sequence[Part]) -> bytes:
    """An SQLite file with a table each; '' is NULL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.sqlite"
        connection = sqlite3.connect(path)
        connection.executescript("pragma journal_mode = off; pragma synchronous = off")
        for table, frame in parts:
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            key = ", ".join(f'"{name}"' for name in table.key)
            last = f", primary key ({key})" if key else ""
            connection.execute(f'create table "{table.part or table.id}" ({names}{last})')
            marks = ", ".join("?" for _ in table.columns)
            ordered = frame.select(pl.when(pl.col(c.name) != "").then(pl.col(c.name)) for c in table.columns)
            connection.executemany(f'insert into "{table.part or table.id}" values ({marks})', ordered.iter_rows())
        connection.commit()
        connection.close()
        return path.read_bytes()


def picture(name: str) -> bytes:
    """A black and white BMP drawn from the hash of the name."""
    bits = hashlib.sha256(name.encode()).digest()
    rows = b"".join(bits[2 * row : 2 * row + 2] + b"\0\0" for row in range(SIDE))
    head = struct.pack("<2sIHHI", b"BM", 62 + len(rows), 0, 0, 62)
    info = struct.pack("<IiiHHIIiiII", 40, SIDE, SIDE, 1, 1, 0, len(rows), 2835, 2835, 2, 2)
    return head + info + b"\0\0\0\0\xff\xff\xff\0" + rows
