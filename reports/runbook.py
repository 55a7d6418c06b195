"""Everything the documents of one run are made from. The stages fill it; documents only read it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from mappings.area import Area
from reports.document import Facts, Glyph
from reports.gate import GateRow
from reports.totals import TOTALS_SCHEMA
from validators.finding import FINDING_SCHEMA

FILE_SCHEMA: dict[str, pl.DataType] = {
    "file_no": pl.Int64(),
    "path": pl.String(),
    "area": pl.String(),
    "table": pl.String(),
    "bytes": pl.Int64(),
    "sha256": pl.String(),
    "as_of": pl.String(),
    "declared_records": pl.Int64(),
    "records": pl.Int64(),  # counted by extract; null when it was not read
}
LEDGER_SCHEMA: dict[str, pl.DataType] = {
    "stage": pl.String(),
    "source": pl.String(),
    "target": pl.String(),
    **dict.fromkeys(("read", "loaded", "merged", "split", "filtered", "rejected", "duplicate"), pl.Int64()),
    "closes": pl.Boolean(),
}
CHANGE_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("area", "table", "key", "item", "rule", "before", "after", "file"), pl.String()),
    "record": pl.Int64(),
}
CHANGE_SUMMARY_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("area", "table", "item", "rule"), pl.String()),
    "cells": pl.Int64(),
}
DIFFERENCE_SCHEMA: dict[str, pl.DataType] = dict.fromkeys(
    ("area", "table", "key", "item", "legacy", "expected", "actual", "cause", "rule", "content_hash"), pl.String()
)
COMPARISON_SCHEMA: dict[str, pl.DataType] = {  # 項目照合: one row per item, also for items never compared
    **dict.fromkeys(("area", "table", "item"), pl.String()),
    **dict.fromkeys(("compared", "equal", "by_rule", "decided", "unexplained"), pl.Int64()),
}
COVERAGE_SCHEMA: dict[str, pl.DataType] = {
    "area": pl.String(),
    "rule": pl.String(),
    "rows_checked": pl.Int64(),
    "failures": pl.Int64(),
}
ANSWER_SCHEMA: dict[str, pl.DataType] = {  # what people answered, beside FINDING_SCHEMA; absent columns: no answers
    **dict.fromkeys(("answer", "reason", "who", "approver"), pl.String()),
    "settled": pl.Boolean(),
}
CODE_COUNT_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("area", "map", "legacy"), pl.String()),
    "count": pl.Int64(),
}
FILL_SCHEMA: dict[str, pl.DataType] = {  # filled cells of standard items after conversion
    **dict.fromkeys(("area", "table", "item"), pl.String()),
    **dict.fromkeys(("rows", "filled"), pl.Int64()),
}

LOSS_SCHEMA: dict[str, pl.DataType] = {  # marks of lost characters before mapping; kind: reports.losses.KINDS
    **dict.fromkeys(("area", "table", "column", "kind", "file"), pl.String()),
    "record": pl.Int64(),
}
LOSS_SUMMARY_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("area", "table", "column", "kind"), pl.String()),
    "records": pl.Int64(),
}
GAIJI_SCHEMA: dict[str, pl.DataType] = {  # one row per gaiji of a vendor that the data holds
    **dict.fromkeys(("vendor", "code", "state", "mj", "code_points", "how"), pl.String()),
    **dict.fromkeys(("persons", "records"), pl.Int64()),  # persons NULL: no table it stands in names people
    **dict.fromkeys(("areas", "places", "shrink", "candidates", "who", "at", "reason"), pl.String()),
    **dict.fromkeys(("glyph", "mj_glyph"), pl.String()),  # keys of the glyphs, or why there is none
}


ANSWERS = ("このままでよい", "現行システムで修正", "変換で補正", "新システムで修正", "対象外")


def empty(schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A frame without rows."""
    return pl.DataFrame(schema=dict(schema))


@dataclass(frozen=True, slots=True)
class RunBook:
    """Inputs of every document. Frames have the schemas above; what a run did not reach stays empty."""

    facts: Facts
    areas: Mapping[str, Area]
    vendors: Mapping[str, str]  # area → vendor of this run
    departments: Mapping[str, str] = field(default_factory=dict)  # area → department; default: the area's own
    secret_items: frozenset[str] = frozenset()
    protected: frozenset[str] = frozenset()  # 宛名番号 under 支援措置: their values are always masked
    files: pl.DataFrame = field(default_factory=lambda: empty(FILE_SCHEMA))
    ledger: pl.DataFrame = field(default_factory=lambda: empty(LEDGER_SCHEMA))
    findings: pl.DataFrame = field(default_factory=lambda: empty(FINDING_SCHEMA))  # may carry ANSWER_SCHEMA
    changes: pl.DataFrame = field(default_factory=lambda: empty(CHANGE_SCHEMA))  # rows to list; may be a part
    changes_summary: pl.DataFrame = field(default_factory=lambda: empty(CHANGE_SUMMARY_SCHEMA))  # always all
    differences: pl.DataFrame = field(default_factory=lambda: empty(DIFFERENCE_SCHEMA))
    comparisons: pl.DataFrame = field(default_factory=lambda: empty(COMPARISON_SCHEMA))
    totals: pl.DataFrame = field(default_factory=lambda: empty(TOTALS_SCHEMA))
    profiles: Mapping[tuple[str, str], pl.DataFrame] = field(default_factory=dict)  # (area, legacy table)
    losses: pl.DataFrame = field(default_factory=lambda: empty(LOSS_SCHEMA))  # rows to list; may be a part
    losses_summary: pl.DataFrame = field(default_factory=lambda: empty(LOSS_SUMMARY_SCHEMA))  # always all
    code_counts: pl.DataFrame = field(default_factory=lambda: empty(CODE_COUNT_SCHEMA))
    fill: pl.DataFrame = field(default_factory=lambda: empty(FILL_SCHEMA))
    coverage: pl.DataFrame = field(default_factory=lambda: empty(COVERAGE_SCHEMA))
    gate: tuple[GateRow, ...] = ()
    roles: Mapping[str, tuple[str, str]] = field(
        default_factory=dict
    )  # area → (町の役割, reason), also areas not moved
    area_titles: Mapping[str, str] = field(default_factory=dict)  # of areas that are not in `areas`
    transform_words: Mapping[str, str] = field(default_factory=dict)  # transform name → what it does, in Japanese
    gaiji: pl.DataFrame = field(default_factory=lambda: empty(GAIJI_SCHEMA))
    glyphs: Mapping[str, Glyph] = field(default_factory=dict)
    glyph_notes: tuple[str, ...] = ()  # what could not be drawn, and why
    answers: tuple[str, ...] = ANSWERS  # what a department may answer

    def answered(self) -> pl.DataFrame:
        """Findings with the columns of ANSWER_SCHEMA whether or not anybody answered yet, and `state` in words."""
        missing = {name: kind for name, kind in ANSWER_SCHEMA.items() if name not in self.findings.columns}
        found = self.findings.with_columns(pl.lit(None, kind).alias(name) for name, kind in missing.items())
        state = (
            pl.when(pl.col("settled").fill_null(False))
            .then(pl.lit("解決済"))
            .when(pl.col("answer").fill_null("") != "")
            .then(pl.lit("処理待ち"))
            .otherwise(pl.lit("未回答"))
        )
        return found.with_columns(state.alias("state"))

    def looked(self, areas: Collection[str] | None = None) -> tuple[int, str]:
        """(rows checked, what was looked at in words) by the rules of the areas, all when None."""
        coverage = self.coverage if areas is None else self.coverage.filter(pl.col("area").is_in(list(areas)))
        rows = int(coverage["rows_checked"].sum() or 0)
        if rows == 0:
            return 0, "検査の記録がありません。検査していません。"
        return rows, f"{coverage['rule'].n_unique():,} の規則で、延べ {rows:,} 行を調べました。"
