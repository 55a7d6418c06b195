"""A document as one Excel workbook: a cover (表紙) with approval boxes, then one sheet for each table.

Every text is written as a text (a value beginning with = + - @ stays one), in rows from top to bottom so that memory
stays flat. Nothing in the file depends on the clock: same document, same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl
import xlsxwriter

from reports.cells import NUMERAL, visible
from reports.document import STATUS_TONES, Column, Document, Kind, Table
from reports.excel_cover import write_cover
from reports.excel_formats import FONT as FONT
from reports.excel_formats import VALUE_FONT as VALUE_FONT
from reports.excel_formats import Formats, SheetPart, characters_wide, visible_text

SHEET_ROWS = 1_000_000
HEAD_ROWS = 4  # title, facts, lead, column titles
CREATED = datetime(2000, 1, 1)
COVER = "表紙"
LINE_HEIGHT = 14.5
ROW_HEIGHT = LINE_HEIGHT + 3
GLYPH_PIXELS = 44
CELL_CHARACTERS = 32_000  # Excel's limit is 32,767

_WIDE = r"[^\x00-\u{FF}\u{FF61}-\u{FF9F}\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]"


def render_excel(document: Document) -> bytes:
    """The whole workbook."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    book.set_properties({"title": document.title, "author": "ikou", "created": CREATED})
    formats = Formats(book)
    parts = _parts(document)
    cover = book.add_worksheet(COVER)
    _page(cover, document, "")
    write_cover(cover, formats, document, parts)
    for part in parts:
        _sheet(book, formats, document, part)
    book.close()
    return target.getvalue()


def _parts(document: Document) -> list[SheetPart]:
    """Sheets in order: one for each table, more when it is longer than a sheet; names unique and legal."""
    parts: list[SheetPart] = []
    used = {COVER.lower()}
    for section in document.sections:
        if section.table is None:
            continue
        frame = section.table.frame
        count = max(1, -(-frame.height // SHEET_ROWS))
        for number in range(count):
            title = (section.sheet or section.title) + (f"({number + 1})" if count > 1 else "")
            name = _sheet_name(title, used)
            parts.append(SheetPart(name, section, frame.slice(number * SHEET_ROWS, SHEET_ROWS), number + 1, count))
    return parts


def _sheet_name(title: str, used: set[str]) -> str:
    clean = "".join("・" if sign in "[]:*?/\\'" or ord(sign) < 32 else sign for sign in title)[:31] or "表"
    name, number = clean, 2
    while name.lower() in used:
        name = f"{clean[: 31 - len(str(number)) - 1]}_{number}"
        number += 1
    used.add(name.lower())
    return name


def _page(sheet: Any, document: Document, name: str) -> None:
    """A4 landscape, one page wide, document name and run on every page."""
    facts = document.facts
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.6)
    title = f"{document.title} {document.subtitle}".strip()
    sheet.set_header(f"&L&9 {_plain(title, 70)}　{_plain(name, 40)}&R&9 {_plain(facts.municipality, 40)}")
    sheet.set_footer(f"&L&8 {_plain(facts.run, 40)}　識別番号 {_plain(facts.identity[:16], 16)}&R&9 &P / &N 頁")


def _plain(text: str, length: int) -> str:
    return text[:length].replace("&", "&&")


def _sheet(book: Any, formats: Formats, document: Document, part: SheetPart) -> None:
    table = part.section.table
    assert table is not None
    sheet = book.add_worksheet(part.name)
    _page(sheet, document, part.name)
    sheet.repeat_rows(HEAD_ROWS - 1)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.characters + 1)
    _sheet_head(sheet, formats, document, part)
    for place, column in enumerate(table.columns):
        sheet.write_string(HEAD_ROWS - 1, place, column.title, formats.heading())
    sheet.freeze_panes(HEAD_ROWS, 0)
    rows = part.frame.height
    if rows == 0:
        sheet.write_string(HEAD_ROWS, 0, visible_text(f"該当なし。{table.empty}"), formats())
        return
    sheet.autofilter(HEAD_ROWS - 1, 0, HEAD_ROWS - 1 + rows, len(table.columns) - 1)
    _body(sheet, formats, table, part.frame)
    _pictures(sheet, document, table, part.frame)
    if table.total is not None and part.number == part.count:
        _total(sheet, formats, table, table.total, HEAD_ROWS + rows)


def _sheet_head(sheet: Any, formats: Formats, document: Document, part: SheetPart) -> None:
    facts = document.facts
    share = f"（{part.number}／{part.count} 枚目）" if part.count > 1 else ""
    title = f"{document.title}　{document.subtitle}　{part.section.title}{share}".replace("　　", "　")
    sheet.set_row(0, 22)
    sheet.write_string(0, 0, visible_text(title), formats(bold=True, font_size=14, valign="vcenter"))
    line = f"{facts.municipality}　{facts.run}　基準日 {facts.as_of or '記載なし'}　{document.label}"
    sheet.write_string(1, 0, visible_text(line), formats(font_size=9))
    sheet.write_string(2, 0, visible_text(part.section.lead), formats(font_size=10))
    columns = part.section.table.columns if part.section.table else ()
    lines = max((-(-characters_wide(column.title) // column.characters) for column in columns), default=1)
    sheet.set_row(3, 6 + lines * LINE_HEIGHT)


def _body(sheet: Any, formats: Formats, table: Table, frame: pl.DataFrame) -> None:
    """Rows in order, one slice of the frame at a time."""
    styles = [formats.cell(column) for column in table.columns]
    tones = {word: (f"{tone.value} {word}", formats.status(tone)) for word, tone in STATUS_TONES.items()}
    row = HEAD_ROWS
    for piece in frame.select([column.name for column in table.columns]).iter_slices(20_000):
        columns = [_cells(series, column) for series, column in zip(piece.get_columns(), table.columns, strict=True)]
        for height, *values in zip(_heights(piece, table.columns), *columns, strict=True):
            if height > ROW_HEIGHT:
                sheet.set_row(row, height)
            for place, value in enumerate(values):
                if value is None or value == "":
                    sheet.write_blank(row, place, None, styles[place])
                elif table.columns[place].kind is Kind.STATUS:
                    text, style = tones.get(value, (value, styles[place]))
                    sheet.write_string(row, place, text, style)
                elif isinstance(value, str):
                    sheet.write_string(row, place, value, styles[place])
                else:
                    sheet.write_number(row, place, value, styles[place])
            row += 1


def _pictures(sheet: Any, document: Document, table: Table, frame: pl.DataFrame) -> None:
    """Glyphs drawn into their cells, above the key."""
    for place, column in enumerate(table.columns):
        keys = frame[column.name].to_list() if column.kind is Kind.GLYPH else ()
        for row, key in enumerate(keys, start=HEAD_ROWS):
            if key in document.glyphs:
                picture = document.glyphs[key].png
                scale = GLYPH_PIXELS / int.from_bytes(picture[20:24], "big")  # height in the PNG's head
                options = {"image_data": io.BytesIO(picture), "x_scale": scale, "y_scale": scale, "object_position": 1}
                sheet.insert_image(row, place, f"{key}.png", {**options, "x_offset": 6, "y_offset": 2})


def _heights(frame: pl.DataFrame, columns: tuple[Column, ...]) -> list[float]:
    """Row heights in points so that no wrapped text is cut, whatever program prints the sheet."""
    lines = [pl.repeat(1.0, pl.len())]
    for column in columns:
        if column.wraps:
            text = pl.col(column.name).fill_null("")
            width = text.str.len_chars() + text.str.count_matches(_WIDE)
            lines.append((width * 1.05 / column.characters).ceil() + text.str.count_matches("\n"))
        elif column.kind is Kind.GLYPH:
            lines.append(pl.when(pl.col(column.name).fill_null("") != "").then(4.0).otherwise(1.0))
    return frame.select((pl.max_horizontal(lines) * LINE_HEIGHT + 3).clip(ROW_HEIGHT, 405)).to_series().to_list()


def _cells(series: pl.Series, column: Column) -> list[Any]:
    if column.kind in (Kind.NUMBER, Kind.PERCENT) and series.dtype != pl.String:
        return series.to_list()
    if column.kind is Kind.NUMBER and series.dtype == pl.String:
        numeral = series.str.contains(NUMERAL)
        return [float(text) if plain else text for text, plain in zip(visible(series), numeral, strict=True)]
    return visible(series.cast(pl.String)).str.slice(0, CELL_CHARACTERS).to_list()


def _total(sheet: Any, formats: Formats, table: Table, total: Mapping[str, object], row: int) -> None:
    for place, column in enumerate(table.columns):
        value = total.get(column.name, "")
        if isinstance(value, str):
            sheet.write_string(row, place, visible_text(value), formats.cell(column, total=True))
        else:
            sheet.write_number(row, place, value, formats.cell(column, total=True))
