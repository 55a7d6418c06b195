"""The gaiji of a run as the documents need them: rows, and every glyph that can be drawn truly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from migration.journey import Journey
from migration.moji.asking import Town
from migration.moji.decided import decisions
from migration.moji.glyphs import drawn_picture, open_font
from migration.moji.identify import signs
from migration.moji.inventory import Listed
from migration.moji.proposing import by_entry, picture_of, town_font
from migration.moji.register import OPEN, code_text
from migration.moji.shrink import candidates, contains, told
from migration.transforms.moji import added_of
from reports.document import Glyph
from reports.names import area_title, table_title
from reports.runbook import GAIJI_SCHEMA, RunBook

NO_GLYPH = "（字形の資料なし）"
NO_FONT = "（フォントなし）"
_NO_FONT_NOTE = (
    "この端末に IPAmj明朝フォント（ipamjm.ttf）がないため、標準の字形を載せていません。MJ文字図形名で確かめてください。"
    "フォントを入れるか ikou.toml の [references] mj_font に場所を書くと、字形が載ります。"
)
_NO_PICTURE_NOTE = (
    "字形の資料がない外字があります。現行ベンダから外字フォントを受け取り、ikou.toml の [references] gaiji_font に"
    "書くか、外字の画像を対応表（gaiji.csv の bitmap）に書くと、字形が載ります。"
)
_LOOK_FOR = "`ikou moji candidates {}` で字形から探せます"
PLACES = 4


@dataclass
class _Drawing:
    """Glyphs drawn so far and what could not be."""

    town: Town
    font: Path | None
    glyphs: dict[str, Glyph] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)

    def gaiji(self, row: Listed) -> str:
        """The key of a gaiji as the old system draws it, or why there is none."""
        ink = picture_of(row.character, row.vendor, self.town)
        if ink is None:
            self.notes[_NO_PICTURE_NOTE] = None
            return NO_GLYPH
        key = f"{row.vendor} {row.code}"
        self.glyphs[key] = drawn_picture(ink)
        return key

    def mj(self, mj: str) -> str:
        """The key of an MJ character, or why it is not drawn."""
        if self.font is None:
            self.notes[_NO_FONT_NOTE] = None
            return NO_FONT if mj else ""
        found = open_font(self.font)
        glyph = found.drawn(found.by_name(mj.lower())) if mj else None
        if glyph is not None:
            self.glyphs[mj] = glyph
        return mj if glyph is not None else NO_FONT if mj else ""


def with_characters(book: RunBook, journey: Journey) -> RunBook:
    """The run book with its gaiji and their glyphs."""
    sources = {area: journey.source(area) for area in journey.areas}
    town = Town(
        journey.workspace,
        sources,
        decisions(journey.workspace.root),
        added_of(journey.references),
        journey.references,
    )
    drawing = _Drawing(town, town_font(town))
    rows = [_row(book, row, drawing) for row in town.listed(journey.name)]
    frame = pl.DataFrame(rows, schema=GAIJI_SCHEMA)
    return replace(book, gaiji=frame, glyphs=drawing.glyphs, glyph_notes=tuple(drawing.notes))


def _row(book: RunBook, row: Listed, drawing: _Drawing) -> dict[str, object]:
    standing, decided, entry = row.standing, row.standing.decided, row.standing.entry
    proposed = by_entry(entry, drawing.town) if entry and standing.state == OPEN else []
    return {
        "vendor": row.vendor,
        "code": row.code,
        "state": standing.state,
        "mj": standing.mj,
        "code_points": " ".join(code_text(sign) for sign in standing.text),
        "how": standing.how,
        "persons": row.persons,
        "records": row.records,
        "areas": "、".join(area_title(book, area) for area in row.areas),
        "places": _places(book, row),
        "shrink": _shrink(standing.text, drawing.town),
        "candidates": "、".join(f"{one.mj}（{one.reason}）" for one in proposed) or _LOOK_FOR.format(row.code),
        "who": decided.who if decided else entry.reviewer if entry else "",
        "at": decided.at.replace("T", " ") if decided else "",
        "reason": decided.reason if decided else entry.note if entry else "",
        "glyph": drawing.gaiji(row),
        "mj_glyph": drawing.mj(standing.mj),
    }


def _places(book: RunBook, row: Listed) -> str:
    most = sorted(row.places, key=lambda place: -place.records)
    told_places = [f"{table_title(book, p.area, p.table)}の{p.column}（{p.records:,}）" for p in most[:PLACES]]
    rest = len(most) - PLACES
    return "、".join(told_places) + (f" ほか {rest} 項目" if rest > 0 else "")


def _shrink(text: str, town: Town) -> str:
    return "。".join(_shrunk(signs(text), town))


def _shrunk(found: Iterable[str], town: Town) -> Iterable[str]:
    for sign in found:
        yield "そのまま" if contains("x0208", sign) else told(candidates(sign, "x0208", town.added))
