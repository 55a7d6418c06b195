"""文字の失われた跡・半角の混じり: which records of the old system hold them, before anything is mapped."""

from __future__ import annotations

import polars as pl

from reports.document import Column, Edition, Kind, Section, Table
from reports.masking import SMALL, told_counts
from reports.names import with_titles
from reports.runbook import RunBook

LISTED = 200  # records of every column and kind
KINDS = {
    "lost": "文字が失われた跡の記号（〓・■・□・U+FFFD、漢字の隣の？）",
    "question": "そのほかの ？（問いかけの文なら問題ありません）",
    "shift": "単独のシフト符号（0E・0F）",
    "gaiji": "外字（私用領域の文字）",
    "undecodable": "文字に直せないバイト",
    "half": "ほとんどが全角の項目にある半角",
}
TITLE = "文字の失われた跡・半角の混じり"
_PLACE = (
    Column("table_title", "現行テーブル", width=22),
    Column("column", "項目", width=24),
    Column("what", "何があるか", width=40),
)
_COUNTS = (*_PLACE, Column("records", "件数", Kind.NUMBER, 12))
_RECORDS = (
    *_PLACE,
    Column("file", "現行ファイル", Kind.CODE, 34),
    Column("record", "レコード番号", Kind.NUMBER, 12),
)


def loss_sections(book: RunBook, edition: Edition, area: str, looked: str) -> tuple[Section, Section]:
    """How many records of each column, and which; never a value. To vendors nothing of fewer than SMALL records."""
    counts = book.losses_summary.filter(pl.col("area") == area)
    kept = counts.filter(pl.col("records") >= SMALL) if edition is Edition.VENDOR else counts
    place = ["area", "table", "column", "kind"]
    rows = book.losses.join(kept.select(place), on=place, how="semi", maintain_order="left")
    told = told_counts(_worded(counts, book), edition, ("records",))
    return (
        Section(TITLE, table=Table(_COUNTS, told, looked)),
        Section(
            f"{TITLE}（記録ごと）",
            "変換する前の現行データのどの記録にあるかです。レコード番号は、ファイルの中で何件目かを表します。",
            paragraphs=_cut(counts, area),
            table=Table(_RECORDS, _worded(rows, book), looked),
            sheet="記録ごと",
        ),
    )


def _worded(frame: pl.DataFrame, book: RunBook) -> pl.DataFrame:
    return with_titles(frame, book).with_columns(pl.col("kind").replace(KINDS).alias("what"))


def _cut(counts: pl.DataFrame, area: str) -> tuple[str, ...]:
    if counts.filter(pl.col("records") > LISTED).is_empty():
        return ()
    return (
        f"件数が多いため、項目と種類ごとに初めの {LISTED} 件だけを載せています。"
        f"すべての記録は、実行記録の stages/profile/{area}/ にある「テーブル名.losses.parquet」にあります。",
    )
