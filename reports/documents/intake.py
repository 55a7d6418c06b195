"""受入検査結果: is everything here that should be; what must be sent again."""

from __future__ import annotations

import polars as pl

from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone
from reports.masking import masked
from reports.names import with_rule_words, with_titles
from reports.runbook import RunBook
from validators.finding import SEVERITIES

FILE_COLUMNS = (
    Column("file_no", "番号", Kind.NUMBER, 7),
    Column("area_title", "業務", width=16),
    Column("table_title", "データの種類", width=22),
    Column("path", "ファイル", Kind.CODE, 30),
    Column("as_of", "基準日", Kind.DATE, 12),
    Column("bytes", "バイト数", Kind.NUMBER, 14),
    Column("declared_records", "申告の件数", Kind.NUMBER, 12),
    Column("records", "数えた件数", Kind.NUMBER, 12),
    Column("verdict", "判定", Kind.STATUS, 19),
    Column("sha256", "SHA-256（ファイルの指紋）", Kind.CODE, 34),
)
FINDING_COLUMNS = (
    Column("severity_title", "重さ", Kind.STATUS, 10),
    Column("rule", "規則", Kind.CODE, 9),
    Column("rule_title", "何が問題か", width=26),
    Column("area_title", "業務", width=16),
    Column("file", "ファイル", Kind.CODE, 26),
    Column("record", "レコード番号", Kind.NUMBER, 10),
    Column("item", "項目", width=14),
    Column("message", "内容と、すること", width=60),
)


def intake(book: RunBook, edition: Edition) -> Document:
    """Files, then what RCV and EXT rules found. No file at all is never a pass."""
    files = _files(book)
    found = _findings(book, edition)
    errors = found.filter(pl.col("severity") == "E")
    short = files.filter(pl.col("verdict") == "不一致").height
    unread = files.filter(pl.col("verdict").is_in(["申告なし", "検査していません"])).height
    looked = f"{files.height:,} ファイルを調べました。" if files.height else "ファイルを受け取っていません。"
    return Document(
        id="intake",
        title="受入検査結果",
        facts=book.facts,
        sections=(
            Section("件数", figures=_figures(files, errors.height, short, unread)),
            Section("送り直し・確認が必要なもの", table=Table(FINDING_COLUMNS, found, looked)),
            Section(
                "受け取ったファイル", _LEAD, table=Table(FILE_COLUMNS, files, "ファイルを 1 つも受け取っていません。")
            ),
        ),
        headline=_headline(files.height, errors.height, short, unread),
        tone=Tone.BAD
        if errors.height or short or not files.height
        else Tone.WARN
        if unread or found.height
        else Tone.GOOD,
        actions=_actions(files.height, errors.height + short, unread),
        notes=("SHA-256 はファイルの中身から計算した 64 桁の値です。1 文字でも違えば値が変わります。",),
        edition=edition,
    )


_LEAD = "申告の件数は送り主が目録に書いた数、数えた件数はこちらで読み取った数です。"


def _files(book: RunBook) -> pl.DataFrame:
    verdict = (
        pl.when(pl.col("records").is_null())
        .then(pl.lit("検査していません"))
        .when(pl.col("declared_records").is_null())
        .then(pl.lit("申告なし"))
        .when(pl.col("records") == pl.col("declared_records"))
        .then(pl.lit("受領"))
        .otherwise(pl.lit("不一致"))
    )
    return with_titles(book.files, book).with_columns(verdict.alias("verdict")).sort("file_no", maintain_order=True)


def _findings(book: RunBook, edition: Edition) -> pl.DataFrame:
    rows = book.answered().filter(pl.col("rule").str.contains("^(RCV|EXT)-"))
    rows = masked(with_titles(rows, book), book, edition, ("legacy_value", "value"))
    order = pl.col("severity").replace({"E": "1", "W": "2", "I": "3"})
    return (
        with_rule_words(rows, book)
        .with_columns(pl.col("severity").replace(SEVERITIES).alias("severity_title"))
        .sort(order, "rule", maintain_order=True)
    )


def _figures(files: pl.DataFrame, errors: int, short: int, unread: int) -> tuple[Figure, ...]:
    return (
        Figure("受け取ったファイル", files.height, "本", Tone.NONE if files.height else Tone.BAD),
        Figure("数えた件数", int(files["records"].sum() or 0), "件"),
        Figure("件数の合わないファイル", short, "本", Tone.BAD if short else Tone.GOOD),
        Figure("件数を比べられないファイル", unread, "本", Tone.WARN if unread else Tone.GOOD),
        Figure("エラー", errors, "件", Tone.BAD if errors else Tone.GOOD),
    )


def _headline(count: int, errors: int, short: int, unread: int) -> str:
    if count == 0:
        return "ファイルを 1 つも受け取っていません。"
    if errors or short:
        return f"受け入れられません。エラーが {errors:,} 件、件数の合わないファイルが {short:,} 本あります。"
    if unread:
        return f"エラーはありませんが、{unread:,} 本は件数を比べられませんでした。"
    return f"{count:,} ファイルすべて、申告どおりに受け取りました。"


def _actions(count: int, bad: int, unread: int) -> tuple[str, ...]:
    actions = []
    if not count or bad:
        actions.append("下の表の「エラー」について、現行ベンダに送り直しまたは説明を求めてください。")
    if unread:
        actions.append("申告の件数がないファイルは、現行ベンダに件数を書いた目録を求めてください。")
    return tuple(actions) or ("する事はありません。内容を確かめて決裁欄に押印してください。",)
