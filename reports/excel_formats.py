"""Looks of workbook cells, each made once; measures of text; what one sheet shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from reports.cells import shown_value
from reports.document import Column, Kind, Section, Tone

FONT = "BIZ UDPゴシック"
VALUE_FONT = "IPAmj明朝"
FILLS = {Tone.GOOD: "#E2F0E6", Tone.WARN: "#FFF1CC", Tone.BAD: "#F9D5D5", Tone.NONE: "#FFFFFF"}


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One sheet's share of a section's table."""

    name: str
    section: Section
    frame: pl.DataFrame
    number: int
    count: int


class Formats:
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
        if column.kind is Kind.GLYPH:
            look |= {"valign": "bottom", "font_size": 7, "align": "center"}
        if column.kind is Kind.VALUE:
            look |= {"font_name": VALUE_FONT}
        return self(**look, **({"bold": True, "top": 2} if total else {}))

    def status(self, tone: Tone) -> Any:
        look = {"border": 1, "border_color": "#A6ACB3", "num_format": "@", "indent": 1, "bg_color": FILLS[tone]}
        return self(**look, bold=tone is not Tone.NONE)


_BLANKS = {ord("　"): None, ord("\n"): None}  # the blanks that stay as they are


def visible_text(text: str) -> str:
    """One text with nothing invisible in it."""
    if "\ufffc" not in text and text.translate(_BLANKS).isprintable():
        return text  # nothing to name, and no frame to make for it
    return shown_value(text, Column("text", "", Kind.TEXT))


def characters_wide(text: str) -> int:
    """Half-width characters a text takes."""
    return sum(1 if ord(sign) < 0x100 or 0xFF61 <= ord(sign) <= 0xFF9F else 2 for sign in text)


def _number_format(column: Column) -> str:
    if column.kind is Kind.PERCENT:
        return "0.0%"
    return "#,##0" + ("." + "0" * column.decimals if column.decimals else "")
