"""項目照合結果一覧: item by item, how many cells were compared with the expected value, and what came out."""

from __future__ import annotations

import polars as pl

from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone
from reports.names import with_titles
from reports.runbook import RunBook

FIGURES = ("compared", "equal", "by_rule", "decided", "unexplained")
COLUMNS = (
    Column("area_title", "業務", width=18),
    Column("table_title", "データの種類", width=24),
    Column("item", "項目", width=30),
    Column("compared", "照合した数", Kind.NUMBER, 13),
    Column("equal", "一致", Kind.NUMBER, 13),
    Column("by_rule", "変換規則どおり", Kind.NUMBER, 13),
    Column("decided", "差異（承認済）", Kind.NUMBER, 13),
    Column("unexplained", "差異（未説明）", Kind.NUMBER, 13),
    Column("verdict", "判定", Kind.STATUS, 20),
)
_EMPTY = "照合した項目の記録がありません。照合していません。"


def items_check(book: RunBook, edition: Edition) -> Document:
    """Items whose compared count is zero are 照合していません, whatever the other figures say."""
    short = pl.col("compared") != pl.sum_horizontal("equal", "by_rule", "decided", "unexplained")
    rows = with_titles(book.comparisons, book).with_columns(
        pl.when(pl.col("compared").fill_null(0) == 0)
        .then(pl.lit("照合していません"))
        .when((pl.col("unexplained") > 0) | short)
        .then(pl.lit("差異"))
        .otherwise(pl.lit("合格"))
        .alias("verdict")
    )
    unread = rows.filter(pl.col("verdict") == "照合していません").height
    bad = rows.filter(pl.col("verdict") == "差異")
    return Document(
        id="items_check",
        title="項目照合結果一覧",
        facts=book.facts,
        sections=(
            Section("全体の件数", figures=_figures(rows)),
            Section("問題のある項目", "照合していない項目と、差異のある項目だけを集めました。", table=_problems(rows)),
            Section("全項目", _LEAD, table=_table(rows)),
        ),
        headline=_headline(rows.height, bad.height, unread),
        tone=Tone.BAD if bad.height else Tone.WARN if unread or not rows.height else Tone.GOOD,
        actions=_actions(rows.height, bad.height, unread),
        edition=edition,
    )


_LEAD = "数は値（セル）の数です。照合した数＝一致＋変換規則どおり＋差異（承認済）＋差異（未説明）。"


def _problems(rows: pl.DataFrame) -> Table:
    return Table(COLUMNS, rows.filter(pl.col("verdict") != "合格"), f"{rows.height:,} 項目を調べました。")


def _table(rows: pl.DataFrame) -> Table:
    total = {name: int(rows[name].sum()) for name in FIGURES}
    return Table(COLUMNS, rows, _EMPTY, {"area_title": "合計", **total} if rows.height else None)


def _figures(rows: pl.DataFrame) -> tuple[Figure, ...]:
    total = {name: int(rows[name].sum()) for name in FIGURES}
    return (
        Figure("照合した数", total["compared"], "セル", Tone.NONE if total["compared"] else Tone.WARN),
        Figure("一致", total["equal"], "セル", note="現行の値のまま"),
        Figure("変換規則どおり", total["by_rule"], "セル", note="決めた規則で変えた"),
        Figure("差異（承認済）", total["decided"], "セル", note="原課の回答・承認あり"),
        Figure("差異（未説明）", total["unexplained"], "セル", Tone.BAD if total["unexplained"] else Tone.NONE),
    )


def _headline(count: int, bad: int, unread: int) -> str:
    if count == 0:
        return "照合していません。記録が 1 項目もありません。"
    if bad:
        return f"{count:,} 項目のうち {bad:,} 項目に、説明のつかない差異があります。"
    if unread:
        return f"差異はありませんが、{unread:,} 項目は 1 件も照合していません。"
    return f"{count:,} 項目すべてで、説明のつかない差異はありません。"


def _actions(count: int, bad: int, unread: int) -> tuple[str, ...]:
    actions = []
    if bad:
        actions.append("差異一覧で 1 件ずつの値を確かめ、原因を移行作業者に伝えてください。")
    if unread:
        actions.append("照合していない項目は、データがないのか、読めていないのかを移行作業者に確かめてください。")
    if not count:
        actions.append("移行を照合の工程まで実行してから、この表を作り直してください。")
    return tuple(actions) or ("する事はありません。内容を確かめて決裁欄に押印してください。",)
