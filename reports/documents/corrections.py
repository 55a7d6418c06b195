"""補正記録簿: every value a rule changed, counted by item and rule, with samples and the list."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone
from reports.masking import masked, told_counts
from reports.names import area_title, department, with_titles
from reports.runbook import CHANGE_SUMMARY_SCHEMA, RunBook

SAMPLES = 3
SUMMARY_COLUMNS = (
    Column("table_title", "データの種類", width=26),
    Column("item", "項目", width=30),
    Column("rule", "規則", Kind.CODE, 24),
    Column("what", "規則の内容", width=46),
    Column("cells", "件数", Kind.NUMBER, 13),
)
CHANGE_COLUMNS = (
    Column("table_title", "データの種類", width=20),
    Column("item", "項目", width=20),
    Column("rule", "規則", Kind.CODE, 16),
    Column("before", "補正前", Kind.VALUE, 34),
    Column("after", "補正後", Kind.VALUE, 34),
    Column("key", "対象（キー）", Kind.CODE, 20),
    Column("file", "現行ファイル", Kind.CODE, 22),
    Column("record", "レコード番号", Kind.NUMBER, 11),
)


def summarize_changes(changes: pl.LazyFrame) -> pl.LazyFrame:
    """area, table, item, rule, cells: how many cells each rule changed in each item (any number of change rows)."""
    return (
        changes.group_by("area", "table", "item", "rule")
        .agg(pl.len().cast(pl.Int64).alias("cells"))
        .sort("area", "table", "item", "rule")
        .select(list(CHANGE_SUMMARY_SCHEMA))
    )


def listed_changes(changes: pl.LazyFrame, each: int) -> pl.LazyFrame:
    """The first `each` changes of every item and rule, in order: for RunBook.changes."""
    return (
        changes.group_by("area", "table", "item", "rule", maintain_order=True)
        .head(each)
        .select(changes.collect_schema().names())
    )


def corrections(book: RunBook, edition: Edition) -> Iterator[Document]:
    """One document for each area; the list may be a part of all changes, the counts never are."""
    for area in sorted(book.areas.values(), key=lambda one: (one.order, one.id)):
        summary = book.changes_summary.filter(pl.col("area") == area.id)
        yield _document(book, edition, area.id, summary)


def _document(book: RunBook, edition: Edition, area: str, summary: pl.DataFrame) -> Document:
    rows = with_titles(book.changes.filter(pl.col("area") == area), book)
    rows = masked(rows, book, edition, ("before", "after"))
    samples = rows.filter(pl.int_range(pl.len()).over("table", "item", "rule") < SAMPLES)
    cells = int(summary["cells"].sum() or 0)
    listed = "すべて" if rows.height == cells else f"{cells:,} 件のうち {rows.height:,} 件"
    looked = "記録された補正はありません。"
    title = area_title(book, area)
    return Document(
        id="corrections",
        title="補正記録簿",
        subtitle=title,
        area=title,
        department=department(book, area),
        facts=book.facts,
        sections=(
            Section("件数", figures=(Figure("補正した値", cells, "件"), Figure("補正の種類", summary.height, "種類"))),
            Section("項目と規則ごとの件数", table=Table(SUMMARY_COLUMNS, _summary(book, summary, edition), looked)),
            Section("見本", f"種類ごとに最大 {SAMPLES} 件です。", table=Table(CHANGE_COLUMNS, samples, looked)),
            Section("補正の一覧", f"{listed}を載せています。", table=Table(CHANGE_COLUMNS, rows, looked)),
        ),
        headline=f"決めた規則で {cells:,} 件の値を変えました。" if cells else "規則で変えた値はありません。",
        tone=Tone.NONE,
        actions=_ACTIONS if cells else ("する事はありません。",),
        notes=_notes(rows.height, cells),
        edition=edition,
    )


_ACTIONS = (
    "「見本」を見て、変え方が業務上おかしくないかを確かめてください。",
    "おかしい規則があれば移行作業者に伝えてください。なければ決裁欄に押印してください。",
)


def _notes(listed: int, cells: int) -> tuple[str, ...]:
    notes = ["現行システムの値そのものは変えていません。移行するときの変え方の記録です。"]
    if listed < cells:
        notes.append("件数が多いため一覧は一部です。全件は実行記録の changes.parquet にあります。")
    return tuple(notes)


def _summary(book: RunBook, summary: pl.DataFrame, edition: Edition) -> pl.DataFrame:
    shown = with_titles(summary, book).sort("cells", descending=True, maintain_order=True)
    words = [_what(book, rule or "") for rule in shown["rule"]]
    return told_counts(shown.with_columns(pl.Series("what", words, pl.String)), edition, ("cells",))


def _what(book: RunBook, rule: str) -> str:
    """The steps of a change in words; a rule is its steps in order, each name or name:argument."""
    return " → ".join(_step(book, step) for step in rule.split(" ") if step)


def _step(book: RunBook, step: str) -> str:
    name, _, argument = step.partition(":")
    if name == "first":
        return f"「{argument}」の値を採る"
    words = _STEPS.get(name) or book.transform_words.get(name) or f"コード変換表「{name}」"
    return f"{words}（{argument}）" if argument else words


_STEPS = {"join": "複数の項目をつなぐ", "gaiji": "外字を同定した文字に置き換える"}
