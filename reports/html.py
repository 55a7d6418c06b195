"""A document as one HTML page: nothing outside it, readable offline, printable, everything escaped.

Tables beyond FIRST_ROWS show these rows as plain HTML; all rows (up to EMBEDDED_ROWS) lie compressed in the page and a
small script pages, filters and sorts them. Without script the first rows and a sentence remain.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reports.cells import shown, shown_value
from reports.document import Document, Kind, Section, Table, Tone

FIRST_ROWS = 500
EMBEDDED_ROWS = 200_000
PAGE_ROWS = 200
TOOL_ROWS = 15  # smaller tables need no filter box

CLASSES = {
    Kind.TEXT: "t",
    Kind.VALUE: "v",
    Kind.CODE: "c",
    Kind.NUMBER: "n",
    Kind.PERCENT: "n",
    Kind.DATE: "d",
    Kind.STATUS: "s",
    Kind.GLYPH: "g",
}
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
TONES = {Tone.GOOD: "good", Tone.WARN: "warn", Tone.BAD: "bad", Tone.NONE: "none"}


@dataclass(frozen=True, slots=True)
class TableView:
    """A table ready for the template."""

    columns: tuple[tuple[str, str, float], ...]  # title, class, width in percent
    min_width: int  # em
    rows: Markup
    count: int
    listed: int  # rows as plain HTML
    embedded: int  # rows within the compressed data
    data: str  # base64 of zlib of JSON {column: [text]}; '' when all rows are plain
    total: tuple[str, ...]
    empty: str
    tools: bool


def render_html(document: Document) -> str:
    """The whole page as text (UTF-8 when written)."""
    names = {key: f"g{number}" for number, key in enumerate(_glyph_keys(document))}
    views = [_view(section, names) for section in document.sections]
    return (
        environment()
        .get_template("document.html.j2")
        .render(
            document=document,
            parts=list(zip(document.sections, views, strict=True)),
            tones=TONES,
            css_title=css_text(f"{document.title} {document.subtitle}".strip()),
            css_foot=css_text(f"{document.facts.municipality}　{document.facts.run}　{document.facts.identity[:16]}"),
            page_rows=PAGE_ROWS,
            glyphs=[(names[key], key, document.glyphs[key]) for key in names],
            scripted=any(view is not None and view.tools for view in views),
        )
    )


@cache
def environment() -> Environment:
    """Templates with escaping always on, each compiled once."""
    made = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = lambda value: f"{value:,}" if isinstance(value, int | float) else value
    return made


def css_text(text: str) -> Markup:
    """A text as a CSS string, safe inside a style element."""
    escaped = "".join(sign if sign.isalnum() or sign in " 　・（）_" else f"\\{ord(sign):06X}" for sign in text)
    return Markup(f'"{escaped}"')


def _glyph_keys(document: Document) -> list[str]:
    """The glyphs its tables name, each once."""
    tables = [section.table for section in document.sections if section.table is not None]
    cells = (table.frame[c.name].to_list() for table in tables for c in table.columns if c.kind is Kind.GLYPH)
    return sorted({key for some in cells for key in some if key in document.glyphs})


def _view(section: Section, glyphs: Mapping[str, str]) -> TableView | None:
    table = section.table
    if table is None:
        return None
    count = table.frame.height
    embedded = min(count, EMBEDDED_ROWS)
    large = count > FIRST_ROWS
    texts = shown(_head(table, embedded))
    width = sum(column.characters for column in table.columns)
    return TableView(
        columns=tuple((c.title, CLASSES[c.kind], round(100 * c.characters / width, 2)) for c in table.columns),
        min_width=width // 2,
        rows=_rows(texts.head(FIRST_ROWS), table, glyphs),
        count=count,
        listed=min(count, FIRST_ROWS),
        embedded=embedded if large else count,
        data=_packed(texts) if large else "",
        total=_total(table),
        empty=table.empty,
        tools=count > TOOL_ROWS,
    )


def _head(table: Table, rows: int) -> Table:
    return Table(table.columns, table.frame.head(rows), table.empty)


def _rows(texts: pl.DataFrame, table: Table, glyphs: Mapping[str, str]) -> Markup:
    """Every row as <tr>, built by column expressions."""
    if texts.is_empty():
        return Markup("")
    cells: list[pl.Expr] = [pl.lit("<tr>")]
    for column in table.columns:
        escaped = pl.col(column.name).str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))
        shown_cell = _drawn(escaped, glyphs) if column.kind is Kind.GLYPH else escaped
        cells += [_opening(column.name, column.kind), shown_cell, pl.lit("</td>")]
    lines = texts.select(pl.concat_str([*cells, pl.lit("</tr>")]))
    return Markup("\n".join(lines.to_series().to_list()))


def _drawn(escaped: pl.Expr, glyphs: Mapping[str, str]) -> pl.Expr:
    """The glyph a key names, the key kept for readers of text."""
    pictures = {
        str(escape(key)): f'<svg class="glyph" aria-hidden="true"><use href="#{name}"/></svg><span>{escape(key)}</span>'
        for key, name in glyphs.items()
    }
    return escaped.replace(pictures)


def _opening(name: str, kind: Kind) -> pl.Expr:
    if kind is not Kind.STATUS:
        return pl.lit(f'<td class="{CLASSES[kind]}">')
    tone: pl.Expr = pl.lit('<td class="s">')
    for sign, css in TONES.items():
        signed = pl.col(name).str.starts_with(f"{sign.value} ")
        tone = pl.when(signed).then(pl.lit(f'<td class="s {css}">')).otherwise(tone)
    return tone


def _packed(texts: pl.DataFrame) -> str:
    columns = [series.to_list() for series in texts.get_columns()]
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 6)).decode()


def _total(table: Table) -> tuple[str, ...]:
    if table.total is None:
        return ()
    return tuple(shown_value(table.total[c.name], c) if c.name in table.total else "" for c in table.columns)
