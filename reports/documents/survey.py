"""現行データ調査報告書: what is in each legacy column, one document per area, from the profiles."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone
from reports.losses import loss_sections
from reports.masking import SMALL, told_counts
from reports.names import area_title, department, table_title
from reports.runbook import RunBook

SHOWN_VALUES = 5
SHOWN_CHARACTERS = 20
COLUMNS = (
    Column("table_title", "現行テーブル", width=18),
    Column("column", "項目", width=20),
    Column("rows", "件数", Kind.NUMBER, 10),
    Column("filled", "値あり", Kind.NUMBER, 10),
    Column("fill_rate", "充足率", Kind.PERCENT, 8),
    Column("distinct", "種類", Kind.NUMBER, 9),
    Column("lengths_text", "文字数", width=9),
    Column("range", "範囲", width=22),
    Column("values_text", "多い値（件数）", Kind.VALUE, 34),
    Column("patterns_text", "多い形（件数）", Kind.VALUE, 30),
    Column("remarks", "気になる点", width=30),
)
CODE_COLUMNS = (
    Column("table_title", "現行テーブル", width=26),
    Column("column", "項目", width=26),
    Column("value", "コード変換表にない値", Kind.VALUE, 26),
    Column("count", "件数", Kind.NUMBER, 12),
)
_REMARKS = (
    ("undecodable", "読めない文字 {}"),
    ("gaiji", "外字 {}"),
    ("loss_marks", "〓・□・？などの記号 {}"),
    ("control", "目に見えない文字 {}"),
    ("odd_width", "全角の列に半角 {}"),
    ("unknown_records", "コード変換表にない値 {}"),
)


def survey(book: RunBook, edition: Edition) -> Iterator[Document]:
    """One document for each area of the run; an area without profiles says that it was not looked at."""
    for area in sorted(book.areas.values(), key=lambda one: (one.order, one.id)):
        yield _document(book, edition, area.id)


def _document(book: RunBook, edition: Edition, area: str) -> Document:
    rows = _rows(book, edition, area)
    doubtful = rows.filter(pl.col("remarks") != "")
    codes = _codes(rows, edition)
    title = area_title(book, area)
    looked = f"{rows.height:,} 項目を調べました。" if rows.height else "調査の記録がありません。調べていません。"
    return Document(
        id="survey",
        title="現行データ調査報告書",
        subtitle=title,
        area=title,
        department=department(book, area),
        facts=book.facts,
        sections=(
            Section("件数", figures=_figures(rows, doubtful.height)),
            Section("気になる項目", "移行の前に確かめておくとよい項目です。", table=Table(COLUMNS, doubtful, looked)),
            Section("コード変換表にない値", table=Table(CODE_COLUMNS, codes, looked)),
            *loss_sections(book, edition, area, looked),
            Section("全項目", table=Table(COLUMNS, rows, looked)),
        ),
        headline=_headline(rows.height, doubtful.height),
        tone=Tone.WARN if doubtful.height or not rows.height else Tone.GOOD,
        actions=_actions(rows.height, doubtful.height),
        notes=(
            _NOTES[edition],
            _SIGNS,
        ),
        edition=edition,
    )


_NOTES = {
    Edition.DEPARTMENT: "個人番号など見せない項目の値は載せていません。1 件しかない値も載せていません。",
    Edition.VENDOR: f"値は載せていません（コードを除く）。{SMALL} 件に満たないものは伏せています。",
}
_SIGNS = (
    "形の記号：9 数字、A 英字、漢 漢字、仮 かな、半 半角カナ、全 ほかの全角、"
    "外 外字、失 〓などの印、× 読めない文字、制 目に見えない文字。"
)


def _rows(book: RunBook, edition: Edition, area: str) -> pl.DataFrame:
    frames = [
        profile.with_columns(pl.lit(table_title(book, area, table)).alias("table_title"))
        for (of, table), profile in sorted(book.profiles.items())
        if of == area
    ]
    if not frames:
        schema = {column.name: pl.String() for column in COLUMNS}
        return pl.DataFrame(schema={**schema, "rows": pl.Int64(), "unknown_codes": pl.List(pl.String())})
    rows = pl.concat(frames)
    vendor = edition is Edition.VENDOR
    coded = pl.col("unknown_records").is_not_null()
    least = SMALL if vendor else 2
    values = pl.when(coded if vendor else pl.lit(True)).then(_listed("top_values", least)).otherwise(pl.lit(""))
    return told_counts(
        rows.with_columns(
            pl.when(pl.col("max_length").is_null())
            .then(pl.lit(""))
            .when(pl.col("min_length") == pl.col("max_length"))
            .then(pl.col("max_length").cast(pl.String))
            .otherwise(pl.format("{}～{}", "min_length", "max_length"))
            .alias("lengths_text"),
            (pl.lit("") if vendor else _range()).alias("range"),
            values.alias("values_text"),
            _listed("patterns", SMALL if vendor else 1).alias("patterns_text"),
            _remarks(vendor).alias("remarks"),
        ),
        edition,
        ("filled", "distinct"),
    )


def _listed(name: str, least: int) -> pl.Expr:
    """The most frequent entries as `value（count）`, those of fewer than `least` records left out."""
    entry = pl.element().struct
    value = entry.field("value")
    short = pl.when(value.str.len_chars() > SHOWN_CHARACTERS).then(value.str.slice(0, SHOWN_CHARACTERS) + "…")
    text = pl.format("{}（{}）", short.otherwise(value), entry.field("count"))
    kept = pl.col(name).list.eval(text.filter(entry.field("count") >= least))
    return kept.list.head(SHOWN_VALUES).list.join("、").fill_null("")


def _range() -> pl.Expr:
    first, last = pl.coalesce("date_min", "number_min"), pl.coalesce("date_max", "number_max")
    return pl.when(first.is_not_null()).then(pl.format("{}～{}", first, last)).otherwise(pl.lit(""))


def _remarks(vendor: bool) -> pl.Expr:
    parts: list[pl.Expr] = [
        pl.when(pl.col("rows") == 0)
        .then(pl.lit("1 件もない"))
        .when(pl.col("filled") == 0)
        .then(pl.lit("値がまったくない"))
    ]
    for name, words in _REMARKS:
        count = pl.format("{} 件", pl.col(name))
        told = pl.when(pl.col(name) < SMALL).then(pl.lit(f"{SMALL} 件未満")).otherwise(count) if vendor else count
        parts.append(pl.when(pl.col(name) > 0).then(pl.format(words, told)))
    return pl.concat_str(parts, separator="、", ignore_nulls=True)


def _codes(rows: pl.DataFrame, edition: Edition) -> pl.DataFrame:
    """One row per value that the code map of its column does not have."""
    if "top_values" not in rows.columns:
        return pl.DataFrame(schema={column.name: pl.String() for column in CODE_COLUMNS})
    found = rows.select("table_title", "column", "unknown_codes").explode("unknown_codes").drop_nulls("unknown_codes")
    found = found.unnest("unknown_codes")
    return found.filter(pl.col("count") >= SMALL) if edition is Edition.VENDOR else found


def _figures(rows: pl.DataFrame, doubtful: int) -> tuple[Figure, ...]:
    tables = rows.unique("table_title")
    return (
        Figure("現行テーブル", tables.height, "表", Tone.NONE if tables.height else Tone.WARN),
        Figure("項目", rows.height, "項目"),
        Figure("件数（全テーブル）", int(tables["rows"].sum() or 0), "件"),
        Figure("気になる項目", doubtful, "項目", Tone.WARN if doubtful else Tone.NONE),
    )


def _headline(count: int, doubtful: int) -> str:
    if count == 0:
        return "調べていません。調査の記録がありません。"
    return f"{count:,} 項目を調べ、気になる項目が {doubtful:,} ありました。"


def _actions(count: int, doubtful: int) -> tuple[str, ...]:
    if count == 0:
        return ("現行データを受け取り、調査の工程を実行してください。",)
    if doubtful:
        return (
            "「気になる項目」を見て、現行システムの画面と同じかを確かめてください。",
            "コード変換表にない値は、意味を現行ベンダに確かめてください。",
        )
    return ("する事はありません。内容を確かめて決裁欄に押印してください。",)
