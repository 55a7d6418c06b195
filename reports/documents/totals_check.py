"""合計照合表: control totals stated by people against those counted after conversion and in the database."""

from __future__ import annotations

import polars as pl

from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone
from reports.names import area_title
from reports.runbook import RunBook
from reports.totals import DIFFERENT, NOT_COMPARED, SAME

COLUMNS = (
    Column("area_title", "業務", width=18),
    Column("title", "合計の名前", width=30),
    Column("by", "区分", width=20),
    Column("unit", "単位", width=7),
    Column("stated", "示された値", Kind.NUMBER, 16),
    Column("stated_by", "示した資料", width=24),
    Column("converted", "変換後", Kind.NUMBER, 16),
    Column("loaded", "投入後", Kind.NUMBER, 16),
    Column("difference", "差", Kind.NUMBER, 14),
    Column("result", "判定", Kind.STATUS, 12),
)
_EMPTY = "合計の定義（rules.toml の [[total]]）が 1 つもありません。照合していません。"


def totals_check(book: RunBook, edition: Edition) -> Document:
    """A total nobody stated a figure for is 照合なし: never counted among the equal ones."""
    areas = {area: area_title(book, area) for area in book.areas}
    rows = book.totals.with_columns(
        pl.col("area").replace(areas).alias("area_title"),
        pl.col("by").fill_null("").str.replace_all("|", "／", literal=True).replace("", "全体"),
    )
    found = {word: rows.filter(pl.col("result") == word).height for word in (SAME, DIFFERENT, NOT_COMPARED)}
    return Document(
        id="totals_check",
        title="合計照合表",
        facts=book.facts,
        sections=(
            Section("結果", figures=_figures(found)),
            Section("合計の照合", "差＝投入後－示された値（示された値がないときは変換後との差）。", table=_table(rows)),
        ),
        headline=_headline(rows.height, found),
        tone=Tone.BAD if found[DIFFERENT] else Tone.WARN if found[NOT_COMPARED] or not rows.height else Tone.GOOD,
        actions=_actions(rows.height, found),
        notes=("示された値とは、現行ベンダの受渡データ（totals.csv）や各課の調定表・月報などから人が入れた数字です。",),
        edition=edition,
    )


def _table(rows: pl.DataFrame) -> Table:
    return Table(COLUMNS, rows, _EMPTY)


def _figures(found: dict[str, int]) -> tuple[Figure, ...]:
    return (
        Figure("一致", found[SAME], "件", Tone.GOOD if found[SAME] else Tone.NONE),
        Figure("不一致", found[DIFFERENT], "件", Tone.BAD if found[DIFFERENT] else Tone.NONE),
        Figure(
            "照合なし", found[NOT_COMPARED], "件", Tone.WARN if found[NOT_COMPARED] else Tone.NONE, "比べる数字がない"
        ),
    )


def _headline(count: int, found: dict[str, int]) -> str:
    if count == 0:
        return "照合していません。合計の定義がありません。"
    if found[DIFFERENT]:
        return f"合計が合いません。{count:,} 件のうち {found[DIFFERENT]:,} 件が不一致です。"
    if found[NOT_COMPARED]:
        return f"不一致はありませんが、{found[NOT_COMPARED]:,} 件は比べる数字がなく、照合していません。"
    return f"合計はすべて一致しました（{count:,} 件）。"


def _actions(count: int, found: dict[str, int]) -> tuple[str, ...]:
    actions = []
    if found[DIFFERENT]:
        actions.append(
            "× の行は、示された値の基準日と数え方を確かめてください。違いが残るときは移行作業者に伝えてください。"
        )
    if found[NOT_COMPARED]:
        actions.append("照合なしの行は、調定表・月報などの数字を担当課から移行作業者に伝えてください。")
    if not actions and count:
        actions.append("する事はありません。内容を確かめて決裁欄に押印してください。")
    return tuple(actions) or ("合計の定義を移行作業者に依頼してください。",)
