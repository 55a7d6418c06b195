"""Excel workbooks as a person sees them: texts of cells, merged cells included; and why a file is none."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from mappings.definition_files import Reading

_DOWNLOAD = "デジタル庁のサイトから入れ直した .xlsx をそのまま指定してください"


class NotAWorkbookError(Exception):
    """The file is no Excel workbook; the text is the name of what openpyxl raised."""


def load_book(source: Path | io.BytesIO, **options: bool) -> Any:
    """The workbook. NotAWorkbookError for whatever openpyxl raises on a file that is none: it knows no one error."""
    try:
        return openpyxl.load_workbook(source, **options)
    except Exception as error:
        raise NotAWorkbookError(type(error).__name__) from error


def open_book(reading: Reading, path: Path) -> Any:
    """The workbook, or None when the file is none (which is a fault)."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reading.fault(path, "", f"ファイルを開けません（{error.strerror}）", "ファイルの場所を確かめてください")
        return None
    if problem := _no_workbook(data):
        reading.fault(path, "", *problem)
        return None
    try:
        return load_book(io.BytesIO(data), data_only=True)
    except NotAWorkbookError as error:
        reading.fault(path, "", f"Excelブックとして読めません（{error}）", _DOWNLOAD)
        return None


class Cells:
    """The texts of a sheet as a person sees them, merged cells included."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.title: str = sheet.title
        filled = [n for n, row in enumerate(sheet.iter_rows(values_only=True), start=1) if any(row)]
        self.rows: int = filled[-1] if filled else 0
        self.columns: int = sheet.max_column or 0
        self.merged: dict[tuple[int, int], tuple[int, int, int, int]] = {
            (row, column): (area.min_row, area.min_col, area.max_row, area.max_col)
            for area in sheet.merged_cells.ranges
            for row in range(area.min_row, area.max_row + 1)
            for column in range(area.min_col, area.max_col + 1)
        }

    def text(self, row: int, column: int) -> str:
        top, left = self.merged.get((row, column), (row, column))[:2]
        cell = self.sheet.cell(top, left)
        return _shown(cell.value, str(cell.number_format))

    def last_row(self, row: int, column: int) -> int:
        """The last row of the merged cell this one is part of."""
        return self.merged.get((row, column), (row, column, row, column))[2]

    def place(self, row: int, column: int) -> str:
        return f"シート「{self.title}」 {get_column_letter(column)}{row}"


def _no_workbook(data: bytes) -> tuple[str, str] | None:
    if not data:
        return "ファイルが空です", _DOWNLOAD
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "パスワードがかかっています", "Excelで開いてパスワードを外して保存し直してください"
        return "古い形式（.xls）のブックです", "Excelで開いて .xlsx の形式で保存し直してください"
    if not data.startswith(b"PK"):
        return "Excelブックではありません（中身が別の形式です）", _DOWNLOAD
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except Exception:  # as in load_book: zipfile too has no one error for damage
        return "ブックが途中で切れているか壊れています", _DOWNLOAD
    if "xl/workbook.xml" not in names:
        return "Excelブックではありません（別の内容のzipです）", "zipを展開し、中の .xlsx を指定してください"
    return None


def _shown(value: object, number_format: str) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case int() if re.fullmatch("0+", number_format):
            return str(value).zfill(len(number_format))
        case float() if value.is_integer():
            return _shown(int(value), number_format)
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.date() | datetime.time():
            return value.isoformat()
    return str(value)
