"""件数照合表: do the books close, stage by stage."""

from __future__ import annotations

import polars as pl

from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone
from reports.names import STAGES, area_title, source, table_title
from reports.runbook import RunBook

FORMULA = "入力 ＋ 分割増 ＝ 出力 ＋ 統合 ＋ 除外 ＋ 却下 ＋ 重複"
Places = dict[str | None, tuple[str, str]]
COLUMNS = (
    Column("area_title", "業務", width=16),
    Column("stage", "工程", width=10),
    Column("source", "元", width=26),
    Column("target", "先", width=26),
    Column("read", "入力", Kind.NUMBER, 13),
    Column("split", "分割増", Kind.NUMBER, 9),
    Column("loaded", "出力", Kind.NUMBER, 13),
    Column("merged", "統合", Kind.NUMBER, 9),
    Column("filtered", "除外", Kind.NUMBER, 9),
    Column("rejected", "却下", Kind.NUMBER, 9),
    Column("duplicate", "重複", Kind.NUMBER, 9),
    Column("gap", "差", Kind.NUMBER, 9),
    Column("verdict", "判定", Kind.STATUS, 11),
)


def counts(book: RunBook, edition: Edition) -> Document:
    """Record counts, then byte counts; a run without ledger rows is said to be unchecked, never fine."""
    rows = _rows(book)
    volume = pl.col("stage_id") == "extract-bytes"
    bad = rows.filter(pl.col("verdict") == "合わない").height
    return Document(
        id="counts",
        title="件数照合表",
        facts=book.facts,
        sections=(
            Section("工程ごとの結果", figures=_figures(rows)),
            Section("件数の照合", _LEAD, table=_table(rows.filter(~volume))),
            Section("バイト数の照合", _BYTES_LEAD, table=_table(rows.filter(volume))),
            Section("ことばの意味", paragraphs=_WORDS),
        ),
        headline=_headline(rows.height, bad),
        tone=Tone.WARN if rows.is_empty() else Tone.BAD if bad else Tone.GOOD,
        actions=_actions(rows, bad),
        edition=edition,
    )


_LEAD = f"式：{FORMULA}。差が 0 でない行が 1 つでもあれば不合格です。"
_BYTES_LEAD = "受け取ったファイルに読み落としがないかを見ます（出力＝データ、除外＝見出しと改行、却下＝読めずに隔離）。"
_WORDS = (
    "統合：2 件以上の現行データを 1 件にまとめた数。　分割増：1 件の現行データを 2 件以上に分けて増えた数。",
    "除外：理由を決めて移行しない数（理由は移行除外項目一覧にあります）。",
    "却下：誤りがあり、移行先に入れられなかった数（1 件ずつ疑義リストにあります）。　重複：同じ内容が 2 度あった数。",
)


def _rows(book: RunBook) -> pl.DataFrame:
    """The ledger in words, in the order of the journey, with the gap and the verdict."""
    ledger = book.ledger
    order = {stage: f"{place:02}" for place, stage in enumerate(STAGES)}
    gap = pl.col("read") + pl.col("split") - pl.sum_horizontal("loaded", "merged", "filtered", "rejected", "duplicate")
    closes = (gap == 0) & pl.col("closes")
    pairs, places = ledger.select("source", "target").rows(), _places(book)
    return ledger.with_columns(
        pl.col("stage").alias("stage_id"),
        pl.col("stage").replace(STAGES),
        pl.Series("area_title", [_area(places, *pair) for pair in pairs], pl.String),
        pl.Series("source", [_place(places, text) for text, _ in pairs], pl.String),
        pl.Series("target", [_place(places, text) for _, text in pairs], pl.String),
        gap.alias("gap"),
        pl.when(closes).then(pl.lit("合う")).otherwise(pl.lit("合わない")).alias("verdict"),
        pl.col("stage").replace_strict(order, default="99", return_dtype=pl.String).alias("order"),
    ).sort("order", maintain_order=True)


def _area(places: Places, source: str | None, target: str | None) -> str:
    """The area a line is about, told by its target or else its source; '' when neither tells it surely."""
    return next((places[text][0] for text in (target, source) if text in places), "")


def _place(places: Places, text: str | None) -> str:
    """A table in words; what is not surely one table (a path, a name of two areas) stays as it is."""
    return places[text][1] if text in places else text or ""


def _places(book: RunBook) -> Places:
    """`area/table`, SQL names, and bare ids that only one area has → (area title, table title)."""
    named: dict[str | None, set[tuple[str, str]]] = {}
    for area in book.areas.values():
        legacy = source(book, area.id)
        for table in (*area.groups, *(legacy.tables if legacy else ())):
            words = (area_title(book, area.id), table_title(book, area.id, table))
            for text in (f"{area.id}/{table}", f"{area.id}_{table}", table):
                named.setdefault(text, set()).add(words)
    return {text: next(iter(words)) for text, words in named.items() if len(words) == 1}


def _table(rows: pl.DataFrame) -> Table:
    return Table(COLUMNS, rows, "この表にあたる記録がありません。照合していません。")


def _figures(rows: pl.DataFrame) -> tuple[Figure, ...]:
    """What came out of each stage."""
    figures = []
    for stage in rows["stage_id"].unique(maintain_order=True):
        part = rows.filter(pl.col("stage_id") == stage)
        bad = part.filter(pl.col("verdict") == "合わない").height
        unit = "バイト" if stage == "extract-bytes" else "件"
        note = f"入力 {int(part['read'].sum()):,} {unit}" + (f"、合わない行 {bad:,}" if bad else "")
        tone = Tone.BAD if bad else Tone.GOOD
        figures.append(Figure(f"{STAGES.get(stage, stage)}　出力", int(part["loaded"].sum()), unit, tone, note))
    return tuple(figures)


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
        return ("「判定」が × の行を移行作業者に伝えてください。原因がわかるまで次の工程に進まないでください。",)
    rejected = int(rows.filter(pl.col("stage_id") != "extract-bytes")["rejected"].sum())
    if rejected:
        return (f"却下が {rejected:,} 件あります。疑義リストで 1 件ずつ確認してください。",)
    return ("する事はありません。内容を確かめて決裁欄に押印してください。",)
