"""外字一覧, 文字同定表, 未同定文字一覧: the gaiji of the old system, what each is, and which are still open."""

from __future__ import annotations

import polars as pl

from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone
from reports.masking import SMALL, told_counts
from reports.runbook import RunBook

OPEN, ADDED = "未同定", "MJ+追加文字"
_GLYPH = Column("glyph", "現行の字形", Kind.GLYPH, 11)
_MJ_GLYPH = Column("mj_glyph", "標準の字形", Kind.GLYPH, 11)
_CODE = Column("code", "外字の番号", Kind.CODE, 11)
_VENDOR = Column("vendor", "書式", Kind.CODE, 10)
_MJ = Column("mj", "MJ文字図形名", Kind.CODE, 12)
_STATE = Column("state", "状態", Kind.STATUS, 14)
_PERSONS = Column("persons", "人数", Kind.NUMBER, 8)
_RECORDS = Column("records", "件数", Kind.NUMBER, 8)
_AREAS = Column("areas", "業務", width=18)
LIST_COLUMNS = (
    *(_CODE, _VENDOR, _GLYPH, _STATE, _MJ, _MJ_GLYPH, _PERSONS, _RECORDS, _AREAS),
    Column("places", "使われている項目（件数）", width=44),
)
TABLE_COLUMNS = (
    *(_CODE, _VENDOR, _GLYPH, _MJ, _MJ_GLYPH),
    Column("code_points", "文字の符号", Kind.CODE, 16),
    Column("shrink", "縮退の候補（JIS X 0208）", width=26),
    _STATE,
    Column("how", "同定の根拠", width=16),
    Column("who", "担当者", width=12),
    Column("at", "日時", Kind.CODE, 12),
    Column("reason", "理由・備考", width=28),
    _PERSONS,
)
OPEN_COLUMNS = (
    *(_CODE, _VENDOR, _GLYPH, _PERSONS, _RECORDS, _AREAS),
    Column("places", "使われている項目（件数）", width=36),
    Column("candidates", "候補（決めるのは人）", width=30),
    Column("decision", "同定した文字（記入欄）", width=18),
    Column("decider", "担当者（記入欄）", width=14),
)
_LOOKED = "受け取ったすべての表の、すべての項目を調べました。"
_NOT_LOOKED = "外字を調べた記録がありません。調べていません。"


def gaiji_list(book: RunBook, edition: Edition) -> Document:
    """Every gaiji in the data, with how many people and records it touches."""
    rows = book.gaiji.height
    waiting = book.gaiji.filter(pl.col("state") == OPEN).height
    return Document(
        id="gaiji_list",
        title="外字一覧",
        facts=book.facts,
        sections=(
            Section("件数", figures=_figures(book)),
            Section("外字", "データにある外字のすべてです。", table=_table(book, edition, LIST_COLUMNS, book.gaiji)),
        ),
        headline=_headline(book, f"外字が {rows:,} 字あり、{waiting:,} 字がまだ同定されていません。"),
        tone=_tone(book, waiting),
        actions=_actions(waiting),
        notes=_notes(book),
        edition=edition,
        glyphs=book.glyphs,
    )


def identification(book: RunBook, edition: Edition) -> Document:
    """Old character → standard character, with the ground for it and who decided."""
    known = book.gaiji.filter(pl.col("state") != OPEN)
    decided = known.filter(pl.col("state") == "決定済").height
    return Document(
        id="identification",
        title="文字同定表",
        facts=book.facts,
        sections=(
            Section("件数", figures=_figures(book)),
            Section(
                "同定した文字",
                "左が現行システムの外字、右が移行先で使う文字です。字形の違いを見比べてください。",
                table=_table(book, edition, TABLE_COLUMNS, known),
            ),
        ),
        headline=_headline(book, f"{known.height:,} 字を同定しています（このうち職員の決定 {decided:,} 字）。"),
        tone=_tone(book, 0),
        actions=("字形を見比べ、違うものは `ikou moji decide` で決め直してください。",) if known.height else (),
        notes=(*_notes(book), "縮退の候補は、JIS X 0208 の文字しか使えない相手に渡すときの参考です。"),
        edition=edition,
        glyphs=book.glyphs,
    )


def open_characters(book: RunBook, edition: Edition) -> Document:
    """What still has to be identified, most people first, with room to write."""
    waiting = book.gaiji.filter(pl.col("state") == OPEN).sort(
        ["persons", "records", "code"], descending=[True, True, False], nulls_last=True
    )
    waiting = waiting.with_columns(pl.lit("").alias("decision"), pl.lit("").alias("decider"))
    return Document(
        id="open_characters",
        title="未同定文字一覧",
        facts=book.facts,
        sections=(
            Section(
                "同定していない外字",
                "この字を含む項目は移行されません。字形と台帳を見比べて文字を決めてください。",
                table=_table(book, edition, OPEN_COLUMNS, waiting),
            ),
        ),
        headline=_headline(book, f"同定していない外字は {waiting.height:,} 字です。"),
        tone=_tone(book, waiting.height),
        actions=_actions(waiting.height),
        notes=_notes(book),
        edition=edition,
        glyphs=book.glyphs,
    )


def _table(book: RunBook, edition: Edition, columns: tuple[Column, ...], frame: pl.DataFrame) -> Table:
    rows = told_counts(frame, edition, ("persons", "records"))
    if edition is Edition.VENDOR:
        rows = rows.with_columns(pl.lit("").alias("who"))
    return Table(columns, rows, _LOOKED if book.profiles else _NOT_LOOKED)


def _figures(book: RunBook) -> tuple[Figure, ...]:
    counts = dict(book.gaiji.group_by("state").len().iter_rows())
    waiting = counts.get(OPEN, 0)
    return (
        Figure("外字", book.gaiji.height, "字"),
        Figure("対応表で確認済", counts.get("確認済", 0), "字"),
        Figure("職員が決定", counts.get("決定済", 0), "字"),
        Figure(ADDED, counts.get(ADDED, 0), "字"),
        Figure(OPEN, waiting, "字", Tone.BAD if waiting else Tone.NONE),
    )


def _headline(book: RunBook, text: str) -> str:
    return text if book.profiles else _NOT_LOOKED


def _tone(book: RunBook, waiting: int) -> Tone:
    return Tone.WARN if not book.profiles else Tone.BAD if waiting else Tone.GOOD


def _actions(waiting: int) -> tuple[str, ...]:
    if not waiting:
        return ("する事はありません。内容を確かめて決裁欄に押印してください。",)
    return (
        "未同定の字の字形（外字フォント・外字の画像）を現行ベンダから受け取り、戸籍・住民票の字形と見比べてください。",
        "決めた文字は `ikou moji decide` で記録してください。次の変換から、すべての業務に効きます。",
    )


def _notes(book: RunBook) -> tuple[str, ...]:
    counted = f"ベンダ版では {SMALL} 未満の数を伏せています。人数は、宛名番号のある表で数えた人の数です。"
    return (*book.glyph_notes, counted)
