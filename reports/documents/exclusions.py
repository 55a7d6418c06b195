"""移行除外項目一覧: what is left behind on purpose, why, and how much of it there is."""

from __future__ import annotations

from collections.abc import Iterator

from mappings.area import Area
from mappings.legacy_source import Source
from mappings.trees import show
from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone, table_of
from reports.filling import legacy_filling
from reports.mapping_lines import IGNORED, ColumnLine, column_lines
from reports.names import department, source
from reports.runbook import RunBook

COLUMNS = (
    Column("table", "現行テーブル", width=24),
    Column("column", "現行の項目", width=26),
    Column("reason", "移行しない理由", width=70),
    Column("rows", "全件数", Kind.NUMBER, 12),
    Column("cells", "値のある件数", Kind.NUMBER, 13),
    Column("filled", "充足率", Kind.PERCENT, 9),
    Column("answer", "担当課の確認", width=16),
)
FILTER_COLUMNS = (
    Column("group", "標準グループ", width=24),
    Column("name", "名前", width=18),
    Column("when", "移行しない行の条件", width=46),
    Column("reason", "理由", width=60),
    Column("answer", "担当課の確認", width=16),
)


def exclusions(book: RunBook, edition: Edition) -> Iterator[Document]:
    """One document for each area whose legacy format is known."""
    for area in sorted(book.areas.values(), key=lambda one: (one.order, one.id)):
        legacy = source(book, area.id)
        if legacy:
            yield _document(book, edition, area, legacy)


def _document(book: RunBook, edition: Edition, area: Area, legacy: Source) -> Document:
    lines = [line for line in column_lines(area, legacy) if line.verdict == IGNORED]
    columns = _columns(book, area, legacy, lines)
    holding = int((columns.frame["cells"].fill_null(0) > 0).sum())
    filters = sum(len(made.filters) for made in legacy.groups.values())
    return Document(
        id="exclusions",
        title="移行除外項目一覧",
        subtitle=area.title,
        area=area.title,
        department=department(book, area.id),
        facts=book.facts,
        sections=(
            Section("件数", figures=_figures(len(lines), holding, filters)),
            Section("移行しない項目", "値が多く入っている項目から見てください。", table=columns),
            Section("移行しない行", "件数は件数照合表の「除外」の欄にあります。", table=_filters(area, legacy)),
        ),
        headline=f"移行しない項目 {len(lines):,}（うち値があるもの {holding:,}）、移行しない行の条件 {filters:,}。",
        tone=Tone.WARN if holding else Tone.GOOD,
        actions=(
            "値が入っている項目から順に、移行しなくて業務に支障がないかを担当課で確かめてください。",
            "必要な項目があれば、移行作業者に伝えてください。なければ決裁欄に押印してください。",
        ),
        edition=edition,
    )


def _figures(columns: int, holding: int, filters: int) -> tuple[Figure, ...]:
    return (
        Figure("移行しない項目", columns, "項目"),
        Figure("そのうち値が入っている項目", holding, "項目", Tone.WARN if holding else Tone.NONE),
        Figure("移行しない行の条件", filters, "件"),
    )


def _columns(book: RunBook, area: Area, legacy: Source, lines: list[ColumnLine]) -> Table:
    filling = legacy_filling(book, area.id)
    rows = []
    for line in lines:
        pair = (line.table, line.column)
        known = (filling.rows(pair), filling.cells(pair), filling.rate(pair))
        rows.append((legacy.tables[line.table].title, line.column, line.ignored, *known, ""))
    rows.sort(key=lambda row: -(row[4] or 0))
    return table_of(COLUMNS, rows, "現行の項目はすべて移行するか、行の絞り込みに使います。")


def _filters(area: Area, legacy: Source) -> Table:
    rows = [
        (
            area.groups[made.group].name if made.group in area.groups else made.group,
            one.id,
            show(one.when),
            one.reason,
            "",
        )
        for made in legacy.groups.values()
        for one in made.filters
    ]
    return table_of(FILTER_COLUMNS, rows, "行の除外はありません。")
