"""合計照合: one control total, three figures: stated by people, counted after conversion, counted in the database.

A figure nobody stated is 照合なし, never 一致; so is a total not counted in the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import polars as pl

from mappings.area import Area
from mappings.layout import Group, ItemType
from mappings.rule import Total
from validators.finding import key_text, raw_findings
from validators.polars_expression import PolarsContext, PolarsEngine, to_polars
from validators.translation import translate

TOTALS_SCHEMA: dict[str, pl.DataType] = {
    name: pl.String()
    for name in (
        "area", "total", "title", "by", "unit", "stated_by", "stated", "converted", "loaded", "difference", "result"
    )
}  # fmt: skip
SAME, DIFFERENT, NOT_COMPARED = "一致", "不一致", "照合なし"
EMPTY_GROUP = "（空）"  # the `by` text of rows whose `by` items are all empty: '' is the whole
FIGURE_SIGNS = str.maketrans("０１２３４５６７８９－−．", "0123456789--.", ",，")
FIGURE = re.compile("-?[0-9]+([.][0-9]+)?")
Counts = Mapping[str, Decimal]  # `by` text ('' = the whole) → figure


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure people gave: the sender's totals.csv, or a department's in ikou.toml."""

    area: str
    total: str
    by: str  # values of the total's `by` items joined by '|'; '' = the whole
    value: str
    source: str


def number_items(group: Group) -> dict[str, int]:
    """The items of a group that count as numbers, with their decimal places."""
    numbers = (ItemType.INTEGER, ItemType.SIGNED, ItemType.DECIMAL)
    return {item.name: item.scale for item in group.items if item.type in numbers}


def count_total(total: Total, rows: pl.LazyFrame, context: PolarsContext) -> dict[str, Decimal]:
    """The figure for the whole ('') and, when the total has `by`, for each of its groups."""
    context = replace(context, by=(), order=())
    if total.where is not None:
        rows = rows.filter(to_polars(total.where, context))
    value = translate(total.value, PolarsEngine(context))
    figure = value.native.alias("figure")
    frames = [rows.select(pl.lit("").alias("by_text"), figure)]
    if total.by:
        grouped = rows.group_by(total.by).agg(figure)
        frames.append(grouped.select(group_text(total.by).alias("by_text"), "figure"))
    counted = [frame.collect(engine="streaming") for frame in frames]
    pairs = [pair for frame in counted for pair in frame.iter_rows()]
    return {by: Decimal(figure or 0).scaleb(-value.scale) for by, figure in pairs}


def group_text(by: Sequence[str]) -> pl.Expr:
    """The `by` text of a group of rows."""
    text = key_text(by)
    return pl.when(text == "").then(pl.lit(EMPTY_GROUP)).otherwise(text)


def reconcile(
    area: Area,
    converted: Mapping[str, Counts],
    loaded: Mapping[str, Counts],
    stated: Iterable[Stated],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(totals frame, raw findings) of an area; `converted` and `loaded` by total id. Figures of others do not count."""
    given = [figure for figure in stated if figure.area == area.id]
    known = {total.id for total in area.totals}
    findings = [_unknown(area, figure, known) for figure in given if figure.total not in known]
    rows: list[dict[str, str]] = []
    for total in area.totals:
        mine = [figure for figure in given if figure.total == total.id]
        for line in _lines(total, converted.get(total.id), loaded.get(total.id), mine):
            rows.append(line.row())
            findings += line.findings(area)
    frame = pl.DataFrame(rows, schema=TOTALS_SCHEMA).sort("area", "total", "by", "stated_by")
    return frame, raw_findings(findings)


def as_figure(text: str) -> Decimal | None:
    """A figure as people type it (commas, full width); None when it is no number."""
    plain = text.translate(FIGURE_SIGNS).strip()
    return Decimal(plain) if FIGURE.fullmatch(plain) else None


@dataclass(frozen=True, slots=True)
class _Line:
    total: Total
    by: str
    stated: Stated | None
    converted: Decimal | None
    loaded: Decimal | None

    @property
    def figure(self) -> Decimal | None:
        return as_figure(self.stated.value) if self.stated else None

    @property
    def counted(self) -> Decimal | None:
        return self.converted if self.loaded is None else self.loaded

    @property
    def result(self) -> str:
        figures = [self.converted, self.loaded] + ([self.figure] if self.stated else [])
        if len({figure for figure in figures if figure is not None}) > 1 or (self.stated and self.figure is None):
            return DIFFERENT
        return SAME if self.stated and None not in figures else NOT_COMPARED

    def row(self) -> dict[str, str]:
        figure, counted = self.figure, self.counted
        against = figure if self.stated else self.converted
        difference = None if against is None or counted is None else counted - against
        return {
            "area": self.total.area,
            "total": self.total.id,
            "title": self.total.title,
            "by": self.by,
            "unit": self.total.unit,
            "stated_by": self.stated.source if self.stated else "",
            "stated": (self.stated.value if figure is None else _text(figure)) if self.stated else "",
            "converted": _text(self.converted),
            "loaded": _text(self.loaded),
            "difference": _text(difference),
            "result": self.result,
        }

    def findings(self, area: Area) -> list[dict[str, str]]:
        if self.stated and self.figure is None:
            message = f"値「{self.stated.value}」が数として読めません。{self.stated.source} の値を直してください。"
            return [_finding(area, self.total, self.by, ("REC-04", "", message))]
        if self.result != DIFFERENT:
            return []
        row = self.row()
        titles = {"stated": "示された値", "converted": "変換後", "loaded": "投入後"}
        shown = " / ".join(f"{title} {row[name] or 'なし'}" for name, title in titles.items())
        return [_finding(area, self.total, self.by, ("REC-02", shown, _DIFFERENT))]


def _lines(total: Total, converted: Counts | None, loaded: Counts | None, stated: Sequence[Stated]) -> list[_Line]:
    """A line for each stated figure, and for each counted one nobody stated. A group not found counts 0."""
    places = sorted({figure.by for figure in stated} | set(converted or {}) | set(loaded or {}))
    lines = []
    for by in places or [""]:
        mine: Sequence[Stated | None] = [figure for figure in stated if figure.by == by] or [None]
        counts = [None if counted is None else counted.get(by, Decimal(0)) for counted in (converted, loaded)]
        lines += [_Line(total, by, figure, *counts) for figure in mine]
    return lines


def _finding(area: Area, total: Total, by: str, said: tuple[str, str, str]) -> dict[str, str]:
    rule, value, message = said
    place = {"area": area.id, "table": total.table, "key": "|".join((total.id, by)) if by else total.id}
    content = {"item": total.title, "rule": rule, "value": value, "message": message}
    return {**place, **content, "severity": "E", "kind": "移行差異", "department": area.department}


def _unknown(area: Area, figure: Stated, known: Iterable[str]) -> dict[str, str]:
    listed = "、".join(sorted(known)) or "なし"
    message = (
        f"合計「{figure.total}」は定義にありません（あるのは {listed}）。{figure.source} の total を直してください。"
    )
    place = {"area": area.id, "key": figure.total, "rule": "REC-03", "severity": "E", "kind": "移行差異"}
    return {**place, "value": figure.value, "message": message, "department": area.department}


def _text(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure:f}"


_DIFFERENT = (
    "合計が合いません。示された値の基準日と数え方が同じかを確かめ、"
    "違いが残るときは、移行で落ちた行がないかを件数照合表と差異一覧で調べてください。"
)
