"""A document as one Excel workbook: a cover (表紙) with approval boxes, then one sheet for each table.

Every text is written as a text (a value beginning with = + - @ stays one), in rows from top to bottom so that memory
stays flat. Nothing in the file depends on the clock: same document, same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import xlsxwriter

from reports.cells import NUMERAL, shown_value, visible
from reports.document import STATUS_TONES, Column, Document, Kind, Section, Table, Tone

SHEET_ROWS = 1_000_000
HEAD_ROWS = 4  # title, facts, lead, column titles
CREATED = datetime(2000, 1, 1)
FONT = "BIZ UDPゴシック"
VALUE_FONT = "IPAmj明朝"
COVER = "表紙"
COVER_COLUMNS = 12
LINE_HEIGHT = 14.5
ROW_HEIGHT = LINE_HEIGHT + 3
CELL_CHARACTERS = 32_000  # Excel's limit is 32,767

_WIDE = r"[^\x00-\u{FF}\u{FF61}-\u{FF9F}\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]"
_FILLS = {Tone.GOOD: "#E2F0E6", Tone.WARN: "#FFF1CC", Tone.BAD: "#F9D5D5", Tone.NONE: "#FFFFFF"}


@dataclass(frozen=True, slots=True)
class _Part:
    """One sheet's share of a section's table."""

    name: str
    section: Section
    frame: pl.DataFrame
    number: int
    count: int


def render_excel(document: Document) -> bytes:
    """The whole workbook."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    book.set_properties({"title": document.title, "author": "ikou", "created": CREATED})
    formats = _Formats(book)
    parts = _parts(document)
    _cover(book, formats, document, parts)
    for part in parts:
        _sheet(book, formats, document, part)
    book.close()
    return target.getvalue()


class _Formats:
    """The workbook's cell formats by name, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def __call__(self, **properties: object) -> Any:
        wanted = {"font_name": FONT, "font_size": 10, "valign": "top", **properties}
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(wanted)
        return self._made[key]

    def heading(self) -> Any:
        return self(bold=True, bg_color="#D9E2EF", border=1, text_wrap=True, valign="vcenter", align="center")

    def cell(self, column: Column, total: bool = False) -> Any:
        look: dict[str, object] = {"border": 1, "border_color": "#A6ACB3"}
        if column.kind in (Kind.NUMBER, Kind.PERCENT):
            look |= {"align": "right", "num_format": _number_format(column)}
        else:
            look |= {"num_format": "@", "text_wrap": column.wraps}
        if column.kind is Kind.VALUE:
            look |= {"font_name": VALUE_FONT}
        return self(**look, **({"bold": True, "top": 2} if total else {}))

    def status(self, tone: Tone) -> Any:
        look = {"border": 1, "border_color": "#A6ACB3", "num_format": "@", "indent": 1, "bg_color": _FILLS[tone]}
        return self(**look, bold=tone is not Tone.NONE)


def _number_format(column: Column) -> str:
    if column.kind is Kind.PERCENT:
        return "0.0%"
    return "#,##0" + ("." + "0" * column.decimals if column.decimals else "")


def _parts(document: Document) -> list[_Part]:
    """Sheets in order: one for each table, more when it is longer than a sheet; names unique and legal."""
    parts: list[_Part] = []
    used = {COVER.lower()}
    for section in document.sections:
        if section.table is None:
            continue
        frame = section.table.frame
        count = max(1, -(-frame.height // SHEET_ROWS))
        for number in range(count):
            title = (section.sheet or section.title) + (f"({number + 1})" if count > 1 else "")
            name = _sheet_name(title, used)
            parts.append(_Part(name, section, frame.slice(number * SHEET_ROWS, SHEET_ROWS), number + 1, count))
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


def _cover(book: Any, formats: _Formats, document: Document, parts: list[_Part]) -> None:
    sheet = book.add_worksheet(COVER)
    _page(sheet, document, "")
    sheet.hide_gridlines(2)
    sheet.set_column(0, COVER_COLUMNS - 1, 12)
    row = _cover_head(sheet, formats, document)
    row = _cover_result(sheet, formats, document, row)
    for section in document.sections:
        row = _cover_section(sheet, formats, section, row)
    row = _cover_contents(sheet, formats, parts, row)
    for note in document.notes:
        row = _line(sheet, formats, row, f"※ {note}", font_size=9)


def _cover_head(sheet: Any, formats: _Formats, document: Document) -> int:
    boxes = document.approvals
    first = COVER_COLUMNS - len(boxes)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, visible_text(document.title), formats(bold=True, font_size=18, valign="vcenter"))
    for place, name in enumerate(boxes):
        sheet.write_string(0, first + place, name, formats(border=1, align="center", valign="vcenter"))
    sheet.set_row(1, 46)
    heading = "　".join(part for part in (document.subtitle, f"［{document.label}］") if part)
    sheet.write_string(1, 0, visible_text(heading), formats(font_size=12))
    for place in range(len(boxes)):
        sheet.write_blank(1, first + place, None, formats(border=1))
    row = 2
    for label, text in document.facts.lines():
        sheet.write_string(row, 0, label, formats(font_color="#444C55"))
        sheet.write_string(row, 2, visible_text(text), formats())
        row += 1
    return row + 1


def _cover_result(sheet: Any, formats: _Formats, document: Document, row: int) -> int:
    text = f"{document.tone.value} {document.headline}"
    row = _line(sheet, formats, row, text, bold=True, font_size=13, border=1, bg_color=_FILLS[document.tone])
    row += 1
    if document.actions:
        row = _line(sheet, formats, row, "次にすること", bold=True, font_size=12)
        for number, action in enumerate(document.actions, start=1):
            row = _line(sheet, formats, row, f"{number}. {action}", font_size=11)
        row += 1
    return row


def _cover_section(sheet: Any, formats: _Formats, section: Section, row: int) -> int:
    if not section.figures and not section.paragraphs:
        return row
    row = _line(sheet, formats, row, section.title, bold=True, font_size=12)
    if section.lead and section.table is None:
        row = _line(sheet, formats, row, section.lead)
    for paragraph in section.paragraphs:
        row = _line(sheet, formats, row, paragraph)
    for figure in section.figures:
        sign = "" if figure.tone is Tone.NONE else figure.tone.value
        sheet.write_string(row, 0, visible_text(f"{sign} {figure.label}".strip()), formats(bold=bool(sign)))
        style = formats(bold=True, align="right", num_format="#,##0", bg_color=_FILLS[figure.tone])
        if isinstance(figure.value, str):
            sheet.write_string(row, 4, visible_text(figure.value), style)
        else:
            sheet.write_number(row, 4, figure.value, style)
        sheet.write_string(row, 5, visible_text(f"{figure.unit}　{figure.note}".rstrip("　")), formats())
        row += 1
    return row + 1


def _cover_contents(sheet: Any, formats: _Formats, parts: list[_Part], row: int) -> int:
    if not parts:
        return row
    row = _line(sheet, formats, row, "この帳票のシート", bold=True, font_size=12)
    for part in parts:
        link = formats(font_color="#0B4A8F", underline=1)
        sheet.write_url(row, 0, f"internal:'{part.name}'!A1", link, part.name)
        count = f"{part.frame.height:,} 件" if part.frame.height else "該当なし"
        sheet.write_string(row, 4, count, formats(align="right"))
        row += 1
    return row + 1


def _line(sheet: Any, formats: _Formats, row: int, text: str, **look: object) -> int:
    """One paragraph across the page, high enough for its text; returns the next row."""
    text = visible_text(text)
    size = look.get("font_size", 10)
    per_line = 66 * 10 / (size if isinstance(size, int) else 10)
    lines = sum(max(1, -(-_width(part) // int(2 * per_line))) for part in text.split("\n"))
    sheet.set_row(row, lines * (size if isinstance(size, int) else 10) * 1.65)
    style = formats(text_wrap=True, valign="vcenter", **look)
    sheet.merge_range(row, 0, row, COVER_COLUMNS - 1, "", style)
    sheet.write_string(row, 0, text, style)
    return row + 1


def _width(text: str) -> int:
    """Half-width characters a text takes."""
    return sum(1 if ord(sign) < 0x100 or 0xFF61 <= ord(sign) <= 0xFF9F else 2 for sign in text)


def _sheet(book: Any, formats: _Formats, document: Document, part: _Part) -> None:
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
    if table.total is not None and part.number == part.count:
        _total(sheet, formats, table, table.total, HEAD_ROWS + rows)


def _sheet_head(sheet: Any, formats: _Formats, document: Document, part: _Part) -> None:
    facts = document.facts
    share = f"（{part.number}／{part.count} 枚目）" if part.count > 1 else ""
    title = f"{document.title}　{document.subtitle}　{part.section.title}{share}".replace("　　", "　")
    sheet.set_row(0, 22)
    sheet.write_string(0, 0, visible_text(title), formats(bold=True, font_size=14, valign="vcenter"))
    line = f"{facts.municipality}　{facts.run}　基準日 {facts.as_of or '記載なし'}　{document.label}"
    sheet.write_string(1, 0, visible_text(line), formats(font_size=9))
    sheet.write_string(2, 0, visible_text(part.section.lead), formats(font_size=10))
    columns = part.section.table.columns if part.section.table else ()
    lines = max((-(-_width(column.title) // column.characters) for column in columns), default=1)
    sheet.set_row(3, 6 + lines * LINE_HEIGHT)


def _body(sheet: Any, formats: _Formats, table: Table, frame: pl.DataFrame) -> None:
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


def _heights(frame: pl.DataFrame, columns: tuple[Column, ...]) -> list[float]:
    """Row heights in points so that no wrapped text is cut, whatever program prints the sheet."""
    lines = [pl.repeat(1.0, pl.len())]
    for column in columns:
        if column.wraps:
            text = pl.col(column.name).fill_null("")
            width = text.str.len_chars() + text.str.count_matches(_WIDE)
            lines.append((width * 1.05 / column.characters).ceil() + text.str.count_matches("\n"))
    return frame.select((pl.max_horizontal(lines) * LINE_HEIGHT + 3).clip(ROW_HEIGHT, 405)).to_series().to_list()


def _cells(series: pl.Series, column: Column) -> list[Any]:
    if column.kind in (Kind.NUMBER, Kind.PERCENT) and series.dtype != pl.String:
        return series.to_list()
    if column.kind is Kind.NUMBER and series.dtype == pl.String:
        numeral = series.str.contains(NUMERAL)
        return [float(text) if plain else text for text, plain in zip(visible(series), numeral, strict=True)]
    return visible(series.cast(pl.String)).str.slice(0, CELL_CHARACTERS).to_list()


def _total(sheet: Any, formats: _Formats, table: Table, total: Mapping[str, object], row: int) -> None:
    for place, column in enumerate(table.columns):
        value = total.get(column.name, "")
        if isinstance(value, str):
            sheet.write_string(row, place, visible_text(value), formats.cell(column, total=True))
        else:
            sheet.write_number(row, place, value, formats.cell(column, total=True))


def visible_text(text: str) -> str:
    """One text with nothing invisible in it."""
    return shown_value(text, Column("text", "", Kind.TEXT))
