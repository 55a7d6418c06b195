"""移行項目対応表: one per area, both directions, from the same files that run; what has no counterpart stays red."""

from __future__ import annotations

from collections.abc import Iterator

from mappings.area import Area
from mappings.layout import Requirement
from mappings.legacy_source import Source
from mappings.trees import show
from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone, table_of
from reports.filling import Filling, legacy_filling, standard_filling
from reports.mapping_lines import IGNORED, LOOKED_AT, MAPPED, MISSING, ColumnLine, ItemLine, column_lines, item_lines
from reports.names import department, source
from reports.runbook import RunBook

ITEM_COLUMNS = (
    Column("group", "標準グループ", width=18),
    Column("number", "順", Kind.NUMBER, 6),
    Column("item", "標準データ項目", width=24),
    Column("type", "型・桁", Kind.CODE, 10),
    Column("need", "必須", width=9),
    Column("verdict", "対応", Kind.STATUS, 12),
    Column("source", "現行の項目", width=30),
    Column("transform", "変換", width=24),
    Column("codes", "コード変換表", width=14),
    Column("default", "固定値", Kind.CODE, 9),
    Column("note", "備考・理由", width=28),
    Column("before", "充足率（現行）", Kind.PERCENT, 9),
    Column("after", "充足率（移行後）", Kind.PERCENT, 9),
)
COLUMN_COLUMNS = (
    Column("table", "現行テーブル", width=20),
    Column("number", "順", Kind.NUMBER, 6),
    Column("column", "現行の項目", width=26),
    Column("verdict", "対応", Kind.STATUS, 12),
    Column("items", "行き先の標準データ項目", width=46),
    Column("reason", "移行しない理由", width=46),
    Column("filled", "充足率", Kind.PERCENT, 9),
    Column("cells", "値のある件数", Kind.NUMBER, 13),
)
RULE_COLUMNS = (
    Column("group", "標準グループ", width=22),
    Column("kind", "種類", width=14),
    Column("name", "名前", width=18),
    Column("what", "内容", width=70),
    Column("reason", "理由", width=50),
)


def mapping_table(book: RunBook, edition: Edition) -> Iterator[Document]:
    """One document for each area."""
    for area in sorted(book.areas.values(), key=lambda one: (one.order, one.id)):
        yield _document(book, edition, area, source(book, area.id))


def _document(book: RunBook, edition: Edition, area: Area, legacy: Source | None) -> Document:
    items = item_lines(area, legacy)
    columns = column_lines(area, legacy) if legacy else []
    lost = sum(line.verdict == MISSING for line in items), sum(line.verdict == MISSING for line in columns)
    return Document(
        id="mapping_table",
        title="移行項目対応表",
        subtitle=area.title,
        area=area.title,
        department=department(book, area.id),
        facts=book.facts,
        sections=(
            Section("件数", figures=_figures(items, columns, lost)),
            Section("標準データ項目から見た対応", _ITEM_LEAD, table=_items(book, area, legacy, items)),
            Section("現行の項目から見た対応", _COLUMN_LEAD, table=_columns(book, area, legacy, columns)),
            Section("絞り込み・結び付け・分割", "どの行を、どう組み合わせて作るか。", table=_rules(area, legacy)),
        ),
        headline=_headline(items, columns, lost, legacy),
        tone=Tone.BAD if any(lost) or legacy is None else Tone.GOOD,
        actions=_actions(lost, legacy),
        notes=(_versions(area, legacy), _STATUS),
        edition=edition,
    )


_ITEM_LEAD = "標準の項目 1 つずつに、現行のどの項目から作るかを書いています。「対応なし」は決まっていない項目です。"
_COLUMN_LEAD = "現行の項目 1 つずつに、どこへ行くか、行かないならなぜかを書いています。"


def _versions(area: Area, legacy: Source | None) -> str:
    vendor = legacy.title if legacy else "未登録"
    return f"現行の書式：{vendor}　標準レイアウト版：{area.layout_version or '記載なし'}"


_STATUS = (
    "参照のみ：値は移さず、行の絞り込みや結び付けだけに使う項目。　空で作成：元になる値がないため空のまま作る項目。"
)


def _items(book: RunBook, area: Area, legacy: Source | None, lines: list[ItemLine]) -> Table:
    before, after = legacy_filling(book, area.id), standard_filling(book, area.id)
    rows = [(*_item_words(line, legacy, book), *_rates(line, before, after)) for line in lines]
    return table_of(ITEM_COLUMNS, rows, "標準レイアウトに項目がありません。レイアウトの取り込みを確かめてください。")


def _item_words(line: ItemLine, legacy: Source | None, book: RunBook) -> tuple[object, ...]:
    item, one = line.item, line.map
    need = "主キー" if item.primary_key else "" if item.requirement is Requirement.OPTIONAL else item.requirement.value
    size = (
        f"{item.type.value}({item.length}{f',{item.scale}' if item.scale else ''})" if item.length else item.type.value
    )
    words = (line.group.name, line.number, item.name, size, need, line.verdict)
    if one is None:
        return (*words, "", "", "", "", "対応表に行がありません")
    joiner = {"first": "\n（先に値のあるもの）", "join": "\n（つなぐ）"}.get(one.combine, "")
    origin = "\n".join(_place(legacy, pair) for pair in line.sources) + joiner
    steps = " → ".join(_step(step.name, step.argument, book) for step in one.transforms)
    return (*words, origin, steps, one.codes, one.default, one.note)


def _place(legacy: Source | None, pair: tuple[str, str]) -> str:
    table, column = pair
    title = legacy.tables[table].title if legacy and table in legacy.tables else table
    return f"{title}．{column}"


def _step(name: str, argument: str, book: RunBook) -> str:
    words = book.transform_words.get(name, name)
    return f"{words}（{argument}）" if argument else words


def _rates(line: ItemLine, before: Filling, after: Filling) -> tuple[float | None, float | None]:
    known = [before.rate(pair) for pair in line.sources]
    rates = [rate for rate in known if rate is not None]
    return (max(rates) if rates else None, after.rate((line.group.id, line.item.name)))


def _columns(book: RunBook, area: Area, legacy: Source | None, lines: list[ColumnLine]) -> Table:
    filling = legacy_filling(book, area.id)
    rows = []
    for line in lines:
        title = legacy.tables[line.table].title if legacy else line.table
        goes = "\n".join(f"{item.group.name}．{item.item.name}" for item in line.items)
        reason = line.ignored if line.verdict == IGNORED else _SECRET if line.secret else ""
        pair = (line.table, line.column)
        rows.append(
            (title, line.number, line.column, line.verdict, goes, reason, filling.rate(pair), filling.cells(pair))
        )
    return table_of(COLUMN_COLUMNS, rows, "現行の書式がまだ登録されていません。対応を調べていません。")


_SECRET = "個人番号のため、指定がない限り読み込みません"


def _rules(area: Area, legacy: Source | None) -> Table:
    rows: list[tuple[object, ...]] = []
    for made in legacy.groups.values() if legacy else ():
        name = area.groups[made.group].name if made.group in area.groups else made.group
        rows += [(name, "移行しない行", one.id, show(one.when), one.reason) for one in made.filters]
        for look in made.lookups:
            on = "、".join(f"{here} ＝ {there}" for here, there in look.on)
            where = f"\nただし {show(look.where)}" if look.where is not None else ""
            rows.append((name, "結び付け", look.alias, f"{_title(legacy, look.table)}：{on}{where}", ""))
        if made.split:
            what = "\n".join(f"{new} ← {'、'.join(old)}" for new, old in made.split.columns.items())
            rows.append((name, "分割", made.split.number, what, "1 件に並んだ繰り返し項目を行に分ける"))
        if made.distinct:
            rows.append((name, "統合", "", "、".join(made.distinct), "これらが同じ行を 1 件にまとめる"))
    return table_of(
        RULE_COLUMNS,
        rows,
        "絞り込みも結び付けもなく、現行の行をそのまま使います。" if legacy else "現行の書式が未登録です。",
    )


def _title(legacy: Source | None, table: str) -> str:
    return legacy.tables[table].title if legacy and table in legacy.tables else table


def _figures(items: list[ItemLine], columns: list[ColumnLine], lost: tuple[int, int]) -> tuple[Figure, ...]:
    mapped = sum(line.verdict == MAPPED for line in items)
    left = sum(line.verdict == IGNORED for line in columns)
    only = sum(line.verdict == LOOKED_AT for line in columns)
    return (
        Figure("標準データ項目", len(items), "項目", note=f"うち現行の項目から作るもの {mapped:,}"),
        Figure("対応の決まっていない標準項目", lost[0], "項目", Tone.BAD if lost[0] else Tone.GOOD),
        Figure("現行の項目", len(columns), "項目", note=f"うち除外 {left:,}、参照のみ {only:,}"),
        Figure("行き先のない現行の項目", lost[1], "項目", Tone.BAD if lost[1] else Tone.GOOD),
    )


def _headline(items: list[ItemLine], columns: list[ColumnLine], lost: tuple[int, int], legacy: Source | None) -> str:
    if legacy is None:
        return "現行の書式が登録されていないため、対応がまだありません。"
    if any(lost):
        return f"決まっていない対応があります（標準項目 {lost[0]:,}、現行の項目 {lost[1]:,}）。"
    return f"標準 {len(items):,} 項目、現行 {len(columns):,} 項目のすべてに、行き先か理由があります。"


def _actions(lost: tuple[int, int], legacy: Source | None) -> tuple[str, ...]:
    if legacy is None:
        return ("現行ベンダの書式（mappings の legacy フォルダ）を登録してください。",)
    if any(lost):
        return ("× の行について、行き先か、移行しない理由を決めて対応表の CSV に書いてください。",)
    return ("現行ベンダ・新ベンダ・担当課の三者で内容を確かめ、決裁欄に押印してください。",)
