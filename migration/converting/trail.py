"""What a cell was before, and which other records stand behind a row: changes and lineage."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from migration.converting.items import ItemPlan
from migration.converting.telling import Telling

CHANGES_SCHEMA: dict[str, pl.DataType] = {
    **{name: pl.String() for name in ("area", "table", "key", "item", "rule", "before", "after")},
    "record_id": pl.Int64(),
}
LINEAGE_SCHEMA: dict[str, pl.DataType] = {"key": pl.String(), "record_id": pl.Int64(), "role": pl.String()}


def changes(told: Telling, kept: pl.LazyFrame, frame: pl.LazyFrame) -> list[pl.LazyFrame]:
    """One lazy frame of CHANGES_SCHEMA per item that changed, in layout order; rows in delivery order.

    Names that repeat down the file are Enum here: `sink` writes them as the texts of CHANGES_SCHEMA, at a quarter.

    `frame`: the group as it was written, row by row what came of `kept`, so that nothing is converted twice.
    """
    items = pl.Enum([plan.item.name for plan in told.shown])
    place = {"area": _constant(told.area.id), "table": _constant(told.group)}
    return [
        _of_item(
            {**place, "item": pl.lit(plan.item.name, items)},
            plan,
            kept,
            frame.select(told.written_key.alias("key"), pl.col(plan.item.name).alias("after")),
        )
        for plan in told.shown
        if plan.changing
    ]


def lineage(told: Telling, kept: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Records merged into a row, and look-up records used by it."""
    frames = []
    if len(told.sieve.merged):
        names = [*told.assembly.identity]
        gone = told.sieve.merged.select(names).lazy()
        merged = told.assembly.rows.join(gone, on=names, how="semi", maintain_order="left")
        frames.append(merged.select(told.key.alias("key"), "record_id", pl.lit("merged").alias("role")))
    for lookup in told.assembly.lookups:
        used = pl.col(f"{lookup.alias}.record_id")
        rows = kept.select(told.key.alias("key"), used.alias("record_id"), pl.lit("lookup").alias("role"))
        frames.append(rows.drop_nulls("record_id"))
    return frames


def _of_item(place: Mapping[str, pl.Expr], plan: ItemPlan, kept: pl.LazyFrame, written: pl.LazyFrame) -> pl.LazyFrame:
    steps = plan.usual_rule
    rules = [] if steps else [plan.rule.alias("rule")]
    legacy = kept.select("record_id", plan.before.alias("before"), *rules)
    changed = pl.col("before").ne_missing(pl.col("after"))
    if plan.conflict is not None:
        changed = changed | pl.col("after").is_not_null()  # 合流: which column was taken, for every cell
    return (
        pl.concat([legacy, written], how="horizontal")
        .filter(changed)
        .with_columns(**place, rule=pl.lit(steps) if steps else pl.col("rule"))
        .select(*CHANGES_SCHEMA)
    )


def _constant(name: str) -> pl.Expr:
    return pl.lit(name, pl.Enum([name]))
