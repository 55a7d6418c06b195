"""Soundness of tables cut by byte position: places, lengths and kinds of columns, and how records are told apart."""

from __future__ import annotations

from collections.abc import Iterator

from mappings.errors import Fault
from mappings.legacy_source import LegacyColumn, LegacyTable
from mappings.source_files import NUMBER_KINDS

POSITIONED = ("fixed", "host")
_MOST_DIGITS = 38


def position_faults(file: str, table: LegacyTable) -> Iterator[Fault]:
    """Columns outside the record or over each other, and kinds that do not fit their length."""
    before: LegacyColumn | None = None
    for column in sorted(table.columns, key=lambda one: (one.start, one.length)):
        end = column.start + column.length
        if column.length == 0:
            yield Fault(file, column.name, "長さが0バイトです", "length を書いてください")
        yield from _kind_faults(file, table, column)
        if end > table.record_length:
            problem = f"終わり（{end}バイト）がレコード長 {table.record_length} バイトを越えています"
            yield Fault(file, column.name, problem, "start、length、record_length を仕様書と見比べてください")
        if before and column.start < before.start + before.length:
            problem = f"列「{before.name}」と重なっています（{column.start}バイト目から）"
            yield Fault(file, column.name, problem, "start と length を仕様書と見比べてください")
        if before is None or end > before.start + before.length:
            before = column


def other_kinds(file: str, table: LegacyTable) -> Iterator[Fault]:
    """Kinds in a table whose cells are text already."""
    for column in table.columns:
        if table.reader not in POSITIONED and column.kind != "text":
            problem = f"kind「{column.kind}」は固定長と汎用機の列だけに書けます"
            yield Fault(file, column.name, problem, "kind を空にしてください")


def record_faults(file: str, place: str, table: LegacyTable) -> Iterator[Fault]:
    """Keys about records that contradict each other."""
    if table.records and table.reader != "host":
        yield Fault(file, f"{place} records", "可変長の読み方は host だけです", 'reader = "host" と書いてください')
    if table.records and table.newline:
        advice = "newline か records のどちらかを消してください"
        yield Fault(file, f"{place} newline", "可変長レコード（RDW）に改行はありません", advice)
    if table.shortest and not table.records:
        yield Fault(file, f"{place} shortest", "固定長では使えません", 'records = "rdw" のときだけ書いてください')
    if table.shortest > table.record_length:
        problem = f"shortest {table.shortest} が record_length {table.record_length} より長くなっています"
        yield Fault(file, f"{place} shortest", problem, "最も短いレコードのバイト数を書いてください")


def _kind_faults(file: str, table: LegacyTable, column: LegacyColumn) -> Iterator[Fault]:
    if column.kind not in NUMBER_KINDS:
        if column.digits or column.decimals:
            problem = f"digits・decimals は数値（{'、'.join(NUMBER_KINDS)}）の列だけに書けます"
            yield Fault(file, column.name, problem, "kind を見直すか、digits と decimals を空にしてください")
    else:
        yield from _number_faults(file, column)
    if column.kind == "dbcs" and column.length % 2:
        yield Fault(file, column.name, f"2バイト文字の列の長さ {column.length} が奇数です", "length を見直してください")
    if column.kind == "continued" and not any(before.start + before.length == column.start for before in table.columns):
        advice = "1つの文字列を2列に分けたときの、後の列だけに書いてください"
        yield Fault(file, column.name, "continued の列のすぐ前に列がありません", advice)


def _number_faults(file: str, column: LegacyColumn) -> Iterator[Fault]:
    if column.digits and column.decimals:
        advice = "番号や日付なら digits、金額や率なら decimals だけを書いてください"
        yield Fault(file, column.name, "digits と decimals の両方が書かれています", advice)
    if column.kind in ("binary", "unsigned") and column.length > 8:
        yield Fault(file, column.name, f"2進数の長さ {column.length} バイトは読めません", "length は1から8です")
    held = {"zoned": column.length, "packed": column.length * 2 - 1}.get(column.kind, 19)
    if max(column.digits, column.decimals) > held:
        problem = f"{column.length} バイトには {held} 桁しか入りません"
        yield Fault(file, column.name, problem, "digits、decimals、length を仕様書と見比べてください")
    if held > _MOST_DIGITS:
        yield Fault(file, column.name, f"{held} 桁の数は読めません", f"{_MOST_DIGITS} 桁までです")
