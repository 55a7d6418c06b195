"""表紙: title, approval boxes, facts, result, what to do next, key figures, and the list of sheets."""

from __future__ import annotations

from typing import Any

from reports.document import Document, Section, Tone
from reports.excel_formats import FILLS, Formats, SheetPart, characters_wide, visible_text

COVER_COLUMNS = 12


def write_cover(sheet: Any, formats: Formats, document: Document, parts: list[SheetPart]) -> None:
    """Everything on the first sheet, from top to bottom."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, COVER_COLUMNS - 1, 12)
    row = _cover_head(sheet, formats, document)
    row = _cover_result(sheet, formats, document, row)
    for section in document.sections:
        row = _cover_section(sheet, formats, section, row)
    row = _cover_contents(sheet, formats, parts, row)
    for note in document.notes:
        row = _line(sheet, formats, row, f"※ {note}", font_size=9)


def _cover_head(sheet: Any, formats: Formats, document: Document) -> int:
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


def _cover_result(sheet: Any, formats: Formats, document: Document, row: int) -> int:
    text = f"{document.tone.value} {document.headline}"
    row = _line(sheet, formats, row, text, bold=True, font_size=13, border=1, bg_color=FILLS[document.tone])
    row += 1
    if document.actions:
        row = _line(sheet, formats, row, "次にすること", bold=True, font_size=12)
        for number, action in enumerate(document.actions, start=1):
            row = _line(sheet, formats, row, f"{number}. {action}", font_size=11)
        row += 1
    return row


def _cover_section(sheet: Any, formats: Formats, section: Section, row: int) -> int:
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
        style = formats(bold=True, align="right", num_format="#,##0", bg_color=FILLS[figure.tone])
        if isinstance(figure.value, str):
            sheet.write_string(row, 4, visible_text(figure.value), style)
        else:
            sheet.write_number(row, 4, figure.value, style)
        sheet.write_string(row, 5, visible_text(f"{figure.unit}　{figure.note}".rstrip("　")), formats())
        row += 1
    return row + 1


def _cover_contents(sheet: Any, formats: Formats, parts: list[SheetPart], row: int) -> int:
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


def _line(sheet: Any, formats: Formats, row: int, text: str, **look: object) -> int:
    """One paragraph across the page, high enough for its text; returns the next row."""
    text = visible_text(text)
    size = look.get("font_size", 10)
    per_line = 66 * 10 / (size if isinstance(size, int) else 10)
    lines = sum(max(1, -(-characters_wide(part) // int(2 * per_line))) for part in text.split("\n"))
    sheet.set_row(row, lines * (size if isinstance(size, int) else 10) * 1.65)
    style = formats(text_wrap=True, valign="vcenter", **look)
    sheet.merge_range(row, 0, row, COVER_COLUMNS - 1, "", style)
    sheet.write_string(row, 0, text, style)
    return row + 1
