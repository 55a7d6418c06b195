"""移行対象データ一覧表: every legacy table and every standard group, what is moved and what is not, and why."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from mappings.area import Area
from mappings.legacy_source import LegacyTable
from reports.document import Column, Document, Edition, Figure, Kind, Section, Tone, table_of
from reports.mapping_lines import BLANK, IGNORED, LOOKED_AT, MAPPED, MISSING, ignored_reasons
from reports.names import area_title, department, source
from reports.runbook import RunBook

TABLE_COLUMNS = (
    Column("area", "業務", width=18),
    Column("department", "担当課", width=14),
    Column("table", "現行テーブル", width=26),
    Column("form", "受け取る形", width=22),
    Column("as_of", "基準日", Kind.DATE, 12),
    Column("files", "ファイル数", Kind.NUMBER, 9),
    Column("records", "件数", Kind.NUMBER, 12),
    Column("verdict", "移行", Kind.STATUS, 13),
    Column("groups", "行き先の標準グループ", width=34),
    Column("reason", "移行しない理由・備考", width=34),
)
GROUP_COLUMNS = (
    Column("area", "業務", width=18),
    Column("department", "担当課", width=14),
    Column("group", "標準グループ", width=30),
    Column("version", "版", Kind.CODE, 14),
    Column("status", "項目の根拠", width=22),
    Column("items", "項目数", Kind.NUMBER, 9),
    Column("tables", "元の現行テーブル", width=34),
    Column("verdict", "作成", Kind.STATUS, 13),
)
AREA_COLUMNS = (
    Column("area", "業務", width=24),
    Column("department", "担当課", width=20),
    Column("role", "町の役割", width=18),
    Column("verdict", "移行", Kind.STATUS, 13),
    Column("reason", "理由", width=80),
)
OWNER = "実施主体"
OUT_OF_ROLE = "対象外"
STATUSES = {"official": "国の公式一覧", "observed": "実物で確認", "reference": "参考（公式一覧で未確認）"}


def target_list(book: RunBook, edition: Edition) -> Document:
    """The whole run in one document; a table nobody decided about is 対応なし, an area not moved has its reason."""
    areas = sorted(book.areas.values(), key=lambda one: (one.order, one.id))
    tables = [row for area in areas for row in _tables(book, area)]
    groups = [row for area in areas for row in _groups(book, area)]
    lost = sum(row[7] == MISSING for row in tables) + sum(row[7] == MISSING for row in groups)
    unread = sum(row[6] is None and row[7] != IGNORED for row in tables)
    return Document(
        id="target_list",
        title="移行対象データ一覧表",
        facts=book.facts,
        sections=(
            Section("件数", figures=_figures(areas, tables, groups, lost)),
            Section("業務", table=table_of(AREA_COLUMNS, _areas(book, areas), "業務が 1 つも登録されていません。")),
            Section("現行のデータ", table=table_of(TABLE_COLUMNS, tables, "現行テーブルの定義がありません。")),
            Section("標準のデータ", table=table_of(GROUP_COLUMNS, groups, "標準レイアウトがありません。")),
        ),
        headline=_headline(len(tables), lost, unread),
        tone=Tone.BAD if lost or not tables else Tone.WARN if unread else Tone.GOOD,
        actions=_actions(lost, unread),
        edition=edition,
    )


def _areas(book: RunBook, areas: list[Area]) -> Iterator[tuple[object, ...]]:
    for area in areas:
        role, reason = book.roles.get(area.id, (OWNER, ""))
        yield (area.title, department(book, area.id), role, MAPPED, reason)
    for name, (role, reason) in sorted(book.roles.items()):
        if name not in book.areas:
            yield (
                area_title(book, name),
                department(book, name),
                role,
                "対象外",
                reason or "理由の記入がありません",
            )


def _tables(book: RunBook, area: Area) -> Iterator[tuple[object, ...]]:
    legacy = source(book, area.id)
    if legacy is None:
        yield (
            area.title,
            department(book, area.id),
            "（未登録）",
            "",
            "",
            None,
            None,
            MISSING,
            "",
            "現行の書式が登録されていません",
        )
        return
    reasons = ignored_reasons(legacy)
    for table in legacy.tables.values():
        made = [group for group in legacy.groups.values() if table.id in group.tables]
        looked = any(look.table == table.id for group in legacy.groups.values() for look in group.lookups)
        reason = reasons.get((table.id, "*"), "")
        verdict = MAPPED if made else LOOKED_AT if looked else IGNORED if reason else MISSING
        goes = "、".join(area.groups[group.group].name for group in made if group.group in area.groups)
        words = (area.title, department(book, area.id), table.title, _form(table))
        received = _received(book, area.id, table.id)
        if not received[1] and not reason:
            reason = "まだ受け取っていません"
        yield (*words, *received, verdict, goes, reason)


def _received(book: RunBook, area: str, table: str) -> tuple[str, int, int | None]:
    """As-of dates, files and records received; records are unknown (None) before anything was counted."""
    files = book.files.filter((pl.col("area") == area) & (pl.col("table") == table))
    records = files.select(pl.coalesce("records", "declared_records")).to_series().drop_nulls()
    days = "、".join(sorted(set(files["as_of"].drop_nulls().to_list()) - {""}))
    return days, files.height, int(records.sum()) if len(records) else None


def _form(table: LegacyTable) -> str:
    readers = {
        "csv": "CSV",
        "fixed": f"固定長 {table.record_length:,} バイト",
        "host": f"汎用機 {'可変長 最大' if table.records else '固定長'} {table.record_length:,} バイト",
        "excel": "Excel",
        "database": "データベース",
    }
    return f"{readers.get(table.reader, table.reader)}　{table.encoding}".strip()


def _groups(book: RunBook, area: Area) -> Iterator[tuple[object, ...]]:
    legacy = source(book, area.id)
    for group in area.groups.values():
        made = legacy.groups.get(group.id) if legacy else None
        titles = (
            "、".join(legacy.tables[name].title for name in made.tables if name in legacy.tables)
            if legacy and made
            else ""
        )
        reason = area.left_out.get(group.id, "")
        verdict = (MAPPED if titles else BLANK) if made else OUT_OF_ROLE if reason else MISSING
        words = (area.title, department(book, area.id), group.name, group.version, STATUSES[group.status.value])
        yield (*words, len(group.items), titles or reason, verdict)


def _figures(
    areas: list[Area], tables: list[tuple[object, ...]], groups: list[tuple[object, ...]], lost: int
) -> tuple[Figure, ...]:
    records = sum(row[6] for row in tables if isinstance(row[6], int))
    return (
        Figure("業務", len(areas), "業務"),
        Figure("現行テーブル", len(tables), "表"),
        Figure("受け取った件数", records, "件"),
        Figure("標準グループ", len(groups), "グループ"),
        Figure("行き先・元の決まっていないもの", lost, "件", Tone.BAD if lost else Tone.GOOD),
    )


def _headline(tables: int, lost: int, unread: int) -> str:
    if not tables:
        return "移行の対象が 1 つも登録されていません。"
    if lost:
        return f"行き先または元が決まっていないデータが {lost:,} 件あります。"
    if unread:
        return f"{tables:,} 表の行き先は決まっています。そのうち {unread:,} 表はまだ受け取っていません。"
    return f"{tables:,} 表すべてに、行き先か、移行しない理由があります。"


def _actions(lost: int, unread: int) -> tuple[str, ...]:
    actions = []
    if lost:
        actions.append("「対応なし」の行について、行き先か移行しない理由を三者で決めてください。")
    if unread:
        actions.append("件数が空の表を、現行ベンダから受け取ってください。")
    return tuple(actions) or ("する事はありません。内容を確かめて決裁欄に押印してください。",)
