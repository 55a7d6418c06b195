"""現行潜在誤り一覧: what was wrong before the move, a book of its own: refunds and notices may follow."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone
from reports.documents.questions import LATENT, prepared
from reports.masking import told_counts
from reports.people import people
from reports.runbook import RunBook

CAUSE_COLUMNS = (
    Column("area_title", "業務", width=18),
    Column("rule", "規則", Kind.CODE, 10),
    Column("cause", "どんな誤りか", width=36),
    Column("basis", "根拠", width=28),
    Column("look_at", "どこを見て、どこで直すか", width=38),
    Column("cases", "件数", Kind.NUMBER, 9),
    Column("people", "人数", Kind.NUMBER, 9),
    Column("open", "未回答", Kind.NUMBER, 9),
    Column("influence", "影響（金額・期間・時効）", width=24),
)
CASE_COLUMNS = (
    Column("area_title", "業務", width=14),
    Column("rule", "規則", Kind.CODE, 10),
    Column("key", "対象（キー）", Kind.CODE, 19),
    Column("item", "項目", width=14),
    Column("legacy_value", "現行の値", Kind.VALUE, 22),
    Column("message", "何が誤りか", width=40),
    Column("state", "状態", Kind.STATUS, 12),
    Column("answer", "回答", width=16),
    Column("influence", "影響（金額・期間）", width=20),
    Column("finding_id", "疑義ID", Kind.CODE, 13),
)


def latent_errors(book: RunBook, edition: Edition) -> Iterator[Document]:
    """One document for each department with such findings; one saying that there is none when nobody has any."""
    found = prepared(book, edition).filter(pl.col("kind") == LATENT).with_columns(pl.lit("").alias("influence"))
    found = found.sort("area", "rule", "table", "key", "item", maintain_order=True)
    departments = sorted(set(found["department"].to_list())) or [""]
    for name in departments:
        yield _document(book, edition, name, found.filter(pl.col("department") == name) if name else found)


def _document(book: RunBook, edition: Edition, name: str, rows: pl.DataFrame) -> Document:
    checked, looked = book.looked()
    persons = rows["person"].drop_nulls().n_unique()
    causes = told_counts(_causes(rows), edition, ("cases", "people", "open"))
    return Document(
        id="latent_errors",
        title="現行潜在誤り一覧",
        subtitle=name,
        department=name,
        facts=book.facts,
        sections=(
            Section(
                "件数",
                figures=(Figure("誤りの疑い", rows.height, "件"), Figure("関係する人（わかるもの）", persons, "人")),
            ),
            Section(
                "原因ごとのまとめ",
                "移行の前から現行システムにあったものです。",
                table=Table(CAUSE_COLUMNS, causes, looked),
            ),
            Section("1 件ごとの一覧", table=Table(CASE_COLUMNS, rows, looked)),
        ),
        headline=_headline(rows.height, persons, checked),
        tone=Tone.WARN if rows.height or not checked else Tone.GOOD,
        actions=_ACTIONS if rows.height else ("する事はありません。",),
        notes=("移行の誤りではありません。移行差異と混ぜて数えないでください。",),
        edition=edition,
    )


_ACTIONS = (
    "担当課で、課税・給付・証明に影響があるかを 1 つずつ確かめてください。",
    "影響があるときは、期間・人数・金額・時効を調べ、課長に報告してください（還付や公表が必要になることがあります）。",
    "現行システムで直したものは、次の移行リハーサルで自動的に消えます。",
)


def _causes(rows: pl.DataFrame) -> pl.DataFrame:
    return (
        rows.group_by("area", "rule", maintain_order=True)
        .agg(
            pl.col("area_title", "rule_title", "message", "basis", "look_at", "influence").first(),
            pl.len().cast(pl.Int64).alias("cases"),
            people().alias("people"),
            (pl.col("state") == "未回答").sum().cast(pl.Int64).alias("open"),
        )
        .with_columns(pl.coalesce("rule_title", "message").alias("cause"))
        .sort("people", "cases", "area", "rule", descending=[True, True, False, False])
    )


def _headline(cases: int, people: int, checked: int) -> str:
    if cases:
        return f"現行システムに前からあった誤りの疑いが {cases:,} 件あります（{people:,} 人）。"
    return "前からの誤りは見つかりませんでした。" if checked else "検査の記録がありません。誤りがないとは言えません。"
