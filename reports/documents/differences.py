"""差異一覧: every cell where the loaded value is not the expected one, with its cause; unexplained ones first."""

from __future__ import annotations

import polars as pl

from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone
from reports.masking import masked, told_counts
from reports.names import with_titles
from reports.people import people, with_person
from reports.runbook import RunBook

UNEXPLAINED = "未説明"
COLUMNS = (
    Column("area_title", "業務", width=14),
    Column("table_title", "データの種類", width=16),
    Column("key", "対象（キー）", Kind.CODE, 19),
    Column("item", "項目", width=16),
    Column("legacy", "現行の値", Kind.VALUE, 22),
    Column("expected", "あるべき値", Kind.VALUE, 22),
    Column("actual", "新しい値", Kind.VALUE, 22),
    Column("cause", "原因", width=18),
    Column("rule", "規則", Kind.CODE, 10),
)
CAUSE_COLUMNS = (
    Column("area_title", "業務", width=18),
    Column("table_title", "データの種類", width=24),
    Column("item", "項目", width=30),
    Column("cause", "原因", width=30),
    Column("rule", "規則", Kind.CODE, 12),
    Column("cells", "件数", Kind.NUMBER, 12),
    Column("people", "人数", Kind.NUMBER, 12),
)


def differences(book: RunBook, edition: Edition) -> Document:
    """Empty differences are only good news when something was compared; the document says which."""
    compared = int(book.comparisons["compared"].sum() or 0)
    rows = masked(with_titles(book.differences, book), book, edition, ("legacy", "expected", "actual"))
    rows = with_person(rows, book).sort(pl.col("cause") != UNEXPLAINED, maintain_order=True)
    unexplained = rows.filter(pl.col("cause") == UNEXPLAINED)
    explained = rows.filter(pl.col("cause") != UNEXPLAINED)
    looked = f"{compared:,} セルを照合しました。" if compared else "照合したセルがありません。照合していません。"
    return Document(
        id="differences",
        title="差異一覧",
        facts=book.facts,
        sections=(
            Section("件数", figures=_figures(compared, unexplained.height, explained.height)),
            Section("原因ごとのまとめ", table=_causes(rows, edition, looked)),
            Section("説明のつかない差異", _LEAD, table=Table(COLUMNS, unexplained, looked)),
            Section("説明のついた差異", "理由が記録されている差異です。", table=Table(COLUMNS, explained, looked)),
        ),
        headline=_headline(compared, unexplained.height, explained.height),
        tone=Tone.BAD if unexplained.height else Tone.GOOD if compared else Tone.WARN,
        actions=_actions(compared, unexplained.height),
        notes=("あるべき値とは、現行の値に移行項目対応表とコード変換表の決まりを当てはめた値です。",),
        edition=edition,
    )


_LEAD = "1 件でも残っていれば本番に進めません。"


def _causes(rows: pl.DataFrame, edition: Edition, looked: str) -> Table:
    grouped = rows.group_by("area_title", "table_title", "item", "cause", "rule", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("cells"), people().alias("people")
    )
    return Table(CAUSE_COLUMNS, told_counts(grouped, edition, ("cells", "people")), looked)


def _figures(compared: int, unexplained: int, explained: int) -> tuple[Figure, ...]:
    return (
        Figure("照合した数", compared, "セル", Tone.NONE if compared else Tone.WARN),
        Figure("説明のつかない差異", unexplained, "件", Tone.BAD if unexplained else Tone.NONE),
        Figure("説明のついた差異", explained, "件"),
    )


def _headline(compared: int, unexplained: int, explained: int) -> str:
    if unexplained:
        return f"説明のつかない差異が {unexplained:,} 件あります。"
    if not compared:
        return "照合していません。差異がないとは言えません。"
    if explained:
        return f"説明のつかない差異はありません（説明のついたもの {explained:,} 件）。"
    return f"差異はありません（{compared:,} セルを照合）。"


def _actions(compared: int, unexplained: int) -> tuple[str, ...]:
    if unexplained:
        return (
            "「説明のつかない差異」を上から見て、あるべき値と新しい値のどちらが正しいかを移行作業者に伝えてください。",
        )
    if not compared:
        return ("移行を照合の工程まで実行してから、この表を作り直してください。",)
    return ("する事はありません。内容を確かめて決裁欄に押印してください。",)
