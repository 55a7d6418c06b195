"""One sheet of an Excel workbook as rows of text: what a person sees in the cells, leading zeros and dates included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from openpyxl.utils import get_column_letter

from mappings.errors import InputError, did_you_mean
from mappings.legacy_source import LegacyTable
from mappings.sheets import NotAWorkbookError, load_book

_LOOKED_AT = 30  # rows in which the headings are looked for
_SHOWN = 5
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_ZEROS = re.compile(r"^0{2,}$")
Values = list[list[Any]]


class Workbook:
    """A workbook, loaded once for all the sheets that are wanted of it."""

    def __init__(self, source: Path) -> None:
        self.source = source

    def rows(self, table: LegacyTable) -> Iterator[tuple[str, ...]]:
        """The headings, then every row below them that is not empty; an empty row is one empty text.

        The headings are the `header_rows` rows in which most declared columns stand; merged headings are joined with
        '_', merged cells below hold their value in every row. InputError for what is no workbook, a missing sheet,
        headings that are not found, formulas without a stored value.
        """
        sheet = self._sheet(table)
        self._refuse_formulas(sheet)
        values = filled(sheet)
        first = _first_heading(self.source, table, values)
        names = headings(values[first : first + table.header_rows])
        width = max((number for number, name in enumerate(names, start=1) if name), default=0)
        yield tuple(names[:width])
        formats = _number_formats(sheet, first + table.header_rows + 1, width)
        body = values[first + table.header_rows :]
        while body and not any(cell is not None for cell in body[-1]):
            body.pop()
        for row, looks in zip(body, formats, strict=False):
            texts = tuple(_text(cell, look) for cell, look in zip(row[:width], looks, strict=False))
            yield texts if any(texts) else ("",)

    @cached_property
    def _book(self) -> Any:
        try:
            return load_book(self.source, data_only=True)
        except NotAWorkbookError:
            raise InputError(
                f"{self.source.name} を Excel ブック（.xlsx）として読めません。パスワードが掛かっていないか、"
                "古い形式（.xls）でないかを確かめ、.xlsx で保存し直してください。"
            ) from None

    @cached_property
    def _has_formulas(self) -> bool:
        with ZipFile(self.source) as parts:
            sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
            return any(_FORMULA.search(parts.read(name)) for name in sheets)

    def _sheet(self, table: LegacyTable) -> Any:
        names = self._book.sheetnames
        name = table.part or names[0]
        if name not in names:
            raise InputError(
                f"{self.source.name} にシート「{name}」がありません（あるのは {'、'.join(names)}）。"
                f"{did_you_mean(name, names)}"
            )
        return self._book[name]

    def _refuse_formulas(self, sheet: Any) -> None:
        """A formula that was never calculated has no value: the cell would be lost without a word."""
        if not self._has_formulas:
            return
        book = load_book(self.source, read_only=True)
        lost = [
            f"{get_column_letter(column)}{number}"
            for number, row in enumerate(book[sheet.title].iter_rows(values_only=True), start=1)
            for column, value in enumerate(row, start=1)
            if isinstance(value, str) and value.startswith("=") and sheet.cell(number, column).value is None
        ]
        book.close()
        if lost:
            shown = "、".join(lost[:_SHOWN]) + (f" ほか{len(lost) - _SHOWN:,}か所" if len(lost) > _SHOWN else "")
            raise InputError(
                f"{self.source.name} のシート「{sheet.title}」の {shown} は計算結果のない数式です。"
                "Excel で開いて保存し直すか、値として貼り付けてから受け取り直してください。"
            )


def filled(sheet: Any) -> Values:
    """All cells of the sheet; merged cells hold their value everywhere."""
    values = [list(row) for row in sheet.iter_rows(values_only=True)]
    for area in sheet.merged_cells.ranges:
        value = values[area.min_row - 1][area.min_col - 1]
        for row in values[area.min_row - 1 : area.max_row]:
            row[area.min_col - 1 : area.max_col] = [value] * (area.max_col - area.min_col + 1)
    return values


def _first_heading(source: Path, table: LegacyTable, values: Values) -> int:
    declared = {column.name for column in table.columns}
    found = [
        sum(name in declared for name in headings(values[start : start + table.header_rows]))
        for start in range(min(_LOOKED_AT, len(values)))
    ]
    best = max(found, default=0)
    if best * 2 < len(declared):
        missing = "、".join(list(dict.fromkeys(column.name for column in table.columns))[:_SHOWN])
        raise InputError(
            f"{source.name} のシート「{table.part}」に見出しの行が見つかりません（{missing} などの見出しを"
            f"上から{_LOOKED_AT}行の中で探しました）。シートと、source.toml の header_rows を確かめてください。"
        )
    return found.index(best)


def headings(rows: Values) -> list[str]:
    """Headings of one or more rows: parts from top to bottom joined with '_', the same part once."""
    parts = [[" ".join(str(cell).split()) if cell is not None else "" for cell in row] for row in rows]
    return ["_".join(dict.fromkeys(part for part in column if part)) for column in zip(*parts, strict=True)]


def _number_formats(sheet: Any, first: int, width: int) -> Iterator[Sequence[str]]:
    for row in sheet.iter_rows(min_row=first, max_col=width):
        yield [getattr(cell, "number_format", "") or "" for cell in row]


def _text(value: Any, look: str) -> str:
    """A cell as text. Numbers shown with leading zeros (format 0000) keep them; nothing is rounded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int) and _ZEROS.match(look):
        return str(value).zfill(len(look))
    return str(value)
