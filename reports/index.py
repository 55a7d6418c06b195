"""index.html: what blocks us, by department and by area, on the first screen; below, every document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import polars as pl

from reports.document import Document, Tone
from reports.documents.questions import LATENT
from reports.gate import CONDITIONAL, FAIL, OPEN, PASS, GateRow
from reports.html import TONES, environment
from reports.names import area_title, department
from reports.runbook import RunBook

SHOWN_BLOCKERS = 12


@dataclass(frozen=True, slots=True)
class Link:
    """One document to open: page and workbook lie beside index.html under its file name."""

    title: str
    subtitle: str
    tone: Tone
    headline: str
    page: str
    workbook: str


@dataclass(frozen=True, slots=True)
class Line:
    """One department or area and its documents; what was wrong before the move (`latent`) is counted apart."""

    title: str
    detail: str
    errors: int
    doubts: int
    latent: int
    differences: int
    tone: Tone
    links: tuple[Link, ...]


def render_index(book: RunBook, documents: Sequence[Document]) -> str:
    """The page; links are relative, so the folder can be moved or copied as a whole."""
    blocked = [row for row in book.gate if row.result not in (PASS, CONDITIONAL)]
    links = [(document, _link(document)) for document in documents]
    whole = [link for document, link in links if not document.area and not document.department]
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            facts=book.facts,
            tone=_tone(book.gate),
            headline=_headline(book.gate),
            blocked=blocked[:SHOWN_BLOCKERS],
            more=max(0, len(blocked) - SHOWN_BLOCKERS),
            signs={FAIL: Tone.BAD, OPEN: Tone.WARN},
            departments=_departments(book, links),
            areas=_areas(book, links),
            whole=whole,
            tones=TONES,
        )
    )


def _link(document: Document) -> Link:
    stem = quote(document.file_name)
    return Link(document.title, document.subtitle, document.tone, document.headline, f"{stem}.html", f"{stem}.xlsx")


def _tone(gate: Sequence[GateRow]) -> Tone:
    results = {row.result for row in gate}
    if FAIL in results:
        return Tone.BAD
    return Tone.GOOD if results == {PASS} else Tone.WARN


def _headline(gate: Sequence[GateRow]) -> str:
    if not gate:
        return "移行判定はまだ行っていません。"
    blocked = sum(row.result not in (PASS, CONDITIONAL) for row in gate)
    if blocked:
        return f"本番に進めません。{len(gate):,} の判定項目のうち {blocked:,} が残っています。"
    conditional = sum(row.result == CONDITIONAL for row in gate)
    if conditional:
        return f"条件付きで本番に進めます（条件付 {conditional:,} 項目）。"
    return f"{len(gate):,} の判定項目すべてが合格です。本番に進めます。"


def _departments(book: RunBook, links: Sequence[tuple[Document, Link]]) -> list[Line]:
    findings = book.answered()
    areas = {area: department(book, area) for area in book.areas}
    owner = pl.when(pl.col("department").fill_null("") == "").then(pl.col("area").replace(areas))
    findings = findings.with_columns(owner.otherwise(pl.col("department")).alias("department"))
    names = {document.department for document, _ in links if document.department} | set(areas.values())
    lines = []
    for name in sorted(name for name in names if name):
        mine = [area for area, owner_name in areas.items() if owner_name == name]
        titles = "、".join(area_title(book, area) for area in mine)
        own = [link for document, link in links if document.department == name and not document.area]
        found = findings.filter(pl.col("department") == name)
        lines.append(_line(book, (name, titles), found, mine, own))
    return lines


def _areas(book: RunBook, links: Sequence[tuple[Document, Link]]) -> list[Line]:
    findings = book.answered()
    lines = []
    for area in sorted(book.areas.values(), key=lambda one: (one.order, one.id)):
        own = [link for document, link in links if document.area == area.title]
        found = findings.filter(pl.col("area") == area.id)
        lines.append(_line(book, (area.title, department(book, area.id)), found, [area.id], own))
    return lines


def _line(
    book: RunBook, words: tuple[str, str], found: pl.DataFrame, areas: Sequence[str], links: Sequence[Link]
) -> Line:
    waiting = found.filter(pl.col("state") != "解決済")
    own, latent = waiting.filter(pl.col("kind") != LATENT), waiting.filter(pl.col("kind") == LATENT)
    errors = own.filter(pl.col("severity") == "E").height
    doubts = own.filter((pl.col("severity") == "W") & (pl.col("state") == "未回答")).height
    differing = book.differences.filter(pl.col("area").is_in(list(areas)) & (pl.col("cause") == "未説明")).height
    checked, _ = book.looked(areas)
    tone = Tone.BAD if errors or differing else Tone.WARN if doubts or latent.height or not checked else Tone.GOOD
    return Line(*words, errors, doubts, latent.height, differing, tone, tuple(links))
