"""件数照合表: do the books close, stage by stage."""

from __future__ import annotations

import polars as pl

from reports.document import Column, Document, Edition, Kind, Section, Table, Tone
from reports.names import STAGES, area_title, table_title
from reports.runbook import RunBook

FORMULA = "入力 ＋ 分割で増えた数 ＝ 出力 ＋ 統合 ＋ 除外 ＋ 取込不可 ＋ 重複"
FIGURES = ("read", "split", "loaded", "merged", "filtered", "rejected", "duplicate", "gap")
COLUMNS = (
    Column("stage", "工程", width=14),
    Column("source", "元", width=34),
    Column("target", "先", width=34),
    Column("read", "入力", Kind.NUMBER),
    Column("split", "分割で増えた数", Kind.NUMBER),
    Column("loaded", "出力", Kind.NUMBER),
    Column("merged", "統合", Kind.NUMBER, 10),
    Column("filtered", "除外", Kind.NUMBER, 10),
    Column("rejected", "取込不可", Kind.NUMBER, 10),
    Column("duplicate", "重複", Kind.NUMBER, 10),
    Column("gap", "差", Kind.NUMBER, 10),
    Column("verdict", "判定", Kind.STATUS, 12),
)


def counts(book: RunBook, edition: Edition) -> Document:
    """Record counts, then byte counts; a run without ledger rows is said to be unchecked, never fine."""
    rows = _rows(book)
    bad = rows.filter(pl.col("verdict") == "合わない").height
    return Document(
        id="counts",
        title="件数照合表",
        facts=book.facts,
        sections=(
            *_sections(rows),
            Section("ことばの意味", paragraphs=_WORDS),
        ),
        headline=_headline(rows.height, bad),
        tone=Tone.WARN if rows.is_empty() else Tone.BAD if bad else Tone.GOOD,
        actions=_actions(rows, bad),
        edition=edition,
    )


_WORDS = (
    "統合：2 件以上の現行データを 1 件にまとめた数。　分割：1 件の現行データを 2 件以上に分けた数。",
    "除外：理由を決めて移行しない数（理由は移行除外項目一覧と対応表にあります）。",
    "取込不可：誤りのため移行先に入れられなかった数（1 件ずつ疑義リストにあります）。　重複：同じ内容が 2 度あった数。",
)


def _rows(book: RunBook) -> pl.DataFrame:
    ledger = book.ledger
    out = pl.sum_horizontal("loaded", "merged", "filtered", "rejected", "duplicate")
    gap = pl.col("read") + pl.col("split") - out
    closes = (gap == 0) & pl.col("closes")
    return ledger.with_columns(
        pl.col("stage").alias("stage_id"),
        pl.col("stage").replace(STAGES),
        pl.Series("source", [_place(book, text) for text in ledger["source"]], dtype=pl.String),
        pl.Series("target", [_place(book, text) for text in ledger["target"]], dtype=pl.String),
        gap.alias("gap"),
        pl.when(closes).then(pl.lit("合う")).otherwise(pl.lit("合わない")).alias("verdict"),
    )


def _place(book: RunBook, text: str | None) -> str:
    """`area/table` in words; a path stays a path."""
    area, slash, table = (text or "").replace(".", "/", 1).partition("/")
    if not slash or area not in book.areas:
        return text or ""
    title = table_title(book, area, table)
    return f"{area_title(book, area)}　{title}" if title != table else text or ""


def _sections(rows: pl.DataFrame) -> list[Section]:
    """One section for each stage of the ledger, in the order of the journey."""
    if rows.is_empty():
        return [Section("件数の照合", table=Table(COLUMNS, rows, "件数の記録がありません。照合していません。"))]
    order = {stage: place for place, stage in enumerate(STAGES)}
    stages = sorted(rows["stage_id"].unique().to_list(), key=lambda stage: (order.get(stage, len(order)), stage))
    return [_section(stage, rows.filter(pl.col("stage_id") == stage)) for stage in stages]


def _section(stage: str, rows: pl.DataFrame) -> Section:
    title = STAGES.get(stage, stage)
    total = {"stage": "合計", **{name: int(rows[name].sum()) for name in FIGURES}}
    lead = _BYTES_LEAD if stage == "extract-bytes" else f"式：{FORMULA}。差が 0 でない行が 1 つでもあれば不合格です。"
    return Section(f"{title}の照合", lead, table=Table(COLUMNS, rows, "記録がありません。", total), sheet=title)


_BYTES_LEAD = "受け取ったファイルを 1 バイトも読み落としていないかを見ます（出力＝データ、除外＝見出しと改行）。"


def _headline(count: int, bad: int) -> str:
    if count == 0:
        return "照合していません。件数の記録が 1 行もありません。"
    if bad:
        return f"件数が合いません。{count:,} 行のうち {bad:,} 行で差があります。"
    return f"件数はすべて合っています（{count:,} 行）。"


def _actions(rows: pl.DataFrame, bad: int) -> tuple[str, ...]:
    if rows.is_empty():
        return ("移行を実行してから、この表を作り直してください。",)
    if bad:
        return ("「判定」が × の行を担当者（移行作業者）に伝え、原因がわかるまで次の工程に進まないでください。",)
    rejected = int(rows.filter(pl.col("stage_id") != "extract-bytes")["rejected"].sum())
    if rejected:
        return (f"取込不可が {rejected:,} 件あります。疑義リストで 1 件ずつ確認してください。",)
    return ("する事はありません。内容を確かめて決裁欄に押印してください。",)
