"""コード変換表: legacy code → standard code with both meanings, review state and how often the data uses it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from mappings.area import Area
from mappings.legacy_source import CodeMap, Source
from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone, table_of
from reports.masking import SMALL, SMALL_TEXT
from reports.names import department, source
from reports.runbook import RunBook

COLUMNS = (
    Column("map", "変換表", Kind.CODE, 16),
    Column("list", "標準コード一覧", width=26),
    Column("legacy", "現行コード", Kind.CODE, 12),
    Column("meaning", "現行の意味", width=26),
    Column("standard", "標準コード", Kind.CODE, 12),
    Column("standard_meaning", "標準の意味", width=26),
    Column("state", "確認", Kind.STATUS, 14),
    Column("reviewer", "確認者", width=14),
    Column("count", "データの件数", Kind.NUMBER, 12),
    Column("note", "備考", width=30),
)
UNUSED_COLUMNS = (
    Column("map", "変換表", Kind.CODE, 18),
    Column("list", "標準コード一覧", width=34),
    Column("standard", "標準コード", Kind.CODE, 14),
    Column("meaning", "標準の意味", width=40),
)
NOT_LISTED = "表にない"
Counts = dict[tuple[str, str], int]


def code_table(book: RunBook, edition: Edition) -> Iterator[Document]:
    """One document for each area that has code maps."""
    for area in sorted(book.areas.values(), key=lambda one: (one.order, one.id)):
        legacy = source(book, area.id)
        if legacy and legacy.codes:
            yield _document(book, edition, area, legacy)


def _document(book: RunBook, edition: Edition, area: Area, legacy: Source) -> Document:
    counts = _counts(book, area.id)
    rows = [row for codes in legacy.codes.values() for row in _lines(area, codes, counts)]
    lost = [row for row in rows if row[6] == NOT_LISTED]
    used = [row for row in rows if row[6] == "未確認" and row[8]]
    open_ones = [row for row in rows if row[6] == "未確認"]
    told = [_told(row, edition) for row in rows]
    problems = [_told(row, edition) for row in (*lost, *used)]
    return Document(
        id="code_table",
        title="コード変換表",
        subtitle=area.title,
        area=area.title,
        department=department(book, area.id),
        facts=book.facts,
        sections=(
            Section("件数", figures=_figures(len(rows), lost, used, open_ones)),
            Section("先に決めるもの", _FIRST, table=table_of(COLUMNS, problems, _looked(counts))),
            Section("コード変換表", table=table_of(COLUMNS, told, "変換表に行がありません。")),
            Section("行き先になっていない標準コード", _UNUSED, table=_unused(area, legacy)),
        ),
        headline=_headline(len(rows), len(lost), len(used), len(open_ones)),
        tone=Tone.BAD if lost or used else Tone.WARN if open_ones or not counts else Tone.GOOD,
        actions=_actions(len(lost), len(used), len(open_ones)),
        notes=() if counts else ("データの件数はまだ数えていません。",),
        edition=edition,
    )


_FIRST = "データで使われているのに、変換表にない、または未確認のコードです。決まるまでこの業務の投入は止まります。"
_UNUSED = "現行のどのコードからも行かない標準コードです。誤りとは限りません。"


def _counts(book: RunBook, area: str) -> Counts:
    rows = book.code_counts.filter(pl.col("area") == area).select("map", "legacy", "count").rows()
    return {(name, legacy): count for name, legacy, count in rows}


def _lines(area: Area, codes: CodeMap, counts: Counts) -> Iterator[tuple[object, ...]]:
    target = area.code_lists.get(codes.code_list)
    title = f"{codes.code_list} {target.name}".strip() if target else codes.code_list
    for entry in codes.entries.values():
        meaning = target.values.get(entry.standard, "") if target else ""
        state = "確認済" if entry.confirmed else "未確認"
        count = counts.get((codes.name, entry.legacy), 0) if counts else None
        words = (codes.name, title, entry.legacy, entry.meaning, entry.standard, meaning, state)
        yield (*words, entry.reviewer, count, entry.note)
    for (name, legacy), count in sorted(counts.items()):
        if name == codes.name and legacy and legacy not in codes.entries:
            yield (codes.name, title, legacy, "", "", "", NOT_LISTED, "", count, "変換表に加えてください")


def _told(row: tuple[object, ...], edition: Edition) -> tuple[object, ...]:
    """In the vendor edition a code few people have keeps its line, without its count (NULL) and with a word."""
    count = row[8]
    if edition is Edition.VENDOR and isinstance(count, int) and 0 < count < SMALL:
        return (*row[:8], None, f"{row[9]}（件数 {SMALL_TEXT}）".strip())
    return row


def _unused(area: Area, legacy: Source) -> Table:
    rows = []
    for codes in legacy.codes.values():
        target = area.code_lists.get(codes.code_list)
        reached = {entry.standard for entry in codes.entries.values()}
        for value, meaning in target.values.items() if target else ():
            if value not in reached:
                rows.append((codes.name, f"{codes.code_list} {target.name}" if target else "", value, meaning))
    return table_of(UNUSED_COLUMNS, rows, "すべての標準コードに、行き先としている現行コードがあります。")


def _looked(counts: Counts) -> str:
    return (
        f"データにある {len(counts):,} 種類のコードを調べました。" if counts else "データのコードはまだ数えていません。"
    )


def _figures(count: int, *parts: list[tuple[object, ...]]) -> tuple[Figure, ...]:
    lost, used, open_ones = (len(part) for part in parts)
    return (
        Figure("変換表の行", count, "行"),
        Figure("変換表にないコード", lost, "種類", Tone.BAD if lost else Tone.GOOD, "データで使われている"),
        Figure("未確認でデータにあるコード", used, "種類", Tone.BAD if used else Tone.GOOD),
        Figure("未確認のコード", open_ones, "種類", Tone.WARN if open_ones else Tone.GOOD),
    )


def _headline(count: int, lost: int, used: int, open_ones: int) -> str:
    if lost or used:
        return f"決まっていないコードがデータにあります（表にない {lost:,} 種類、未確認 {used:,} 種類）。"
    if open_ones:
        return f"データで使われるコードは確認済です。ほかに未確認が {open_ones:,} 種類あります。"
    return f"{count:,} 行すべて確認済です。"


def _actions(lost: int, used: int, open_ones: int) -> tuple[str, ...]:
    actions = []
    if lost:
        actions.append("「表にない」コードの意味を現行ベンダに確かめ、変換表に加えてください。")
    if used or open_ones:
        actions.append("「未確認」の行の意味を担当課が確かめ、確認者を記入してください。")
    return tuple(actions) or ("する事はありません。内容を確かめて決裁欄に押印してください。",)
