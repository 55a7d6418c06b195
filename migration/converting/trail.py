"""What a cell was before, and which other records stand behind a row: changes and lineage."""

from __future__ import annotations

import polars as pl

from migration.converting.items import ItemPlan
from migration.converting.telling import Telling

CHANGES_SCHEMA: dict[str, pl.DataType] = {
    **{name: pl.String() for name in ("area", "table", "key", "item", "rule", "before", "after")},
    "record_id": pl.Int64(),
}
LINEAGE_SCHEMA: dict[str, pl.DataType] = {"key": pl.String(), "record_id": pl.Int64(), "role": pl.String()}


class Trail:
    """Cuts the changed cells out of blocks of rows.

    A block holds the values under the names of the items, and the columns of `beside`. `schema`: CHANGES_SCHEMA with
    names that repeat down the file as Enum, written at a quarter of the cost.
    """

    def __init__(self, told: Telling) -> None:
        self._told = told
        self._plans = [plan for plan in told.shown if not plan.empty]
        enums = {
            "area": pl.Enum([told.area.id]),
            "table": pl.Enum([told.group]),
            "item": pl.Enum([plan.item.name for plan in told.shown]),
            "rule": pl.Enum(sorted({rule for plan in self._plans for rule in plan.rules})),
        }
        self.schema: dict[str, pl.DataType] = {**CHANGES_SCHEMA, **enums}
        self._rules = enums["rule"].to_dtype_expr()
        whose = {"area": pl.lit(told.area.id, enums["area"]), "table": pl.lit(told.group, enums["table"])}
        self._places = {name: whose | {"item": pl.lit(name, enums["item"])} for name in enums["item"].categories}

    @property
    def beside(self) -> list[pl.Expr]:
        """What a block must hold beside the values: codes, or texts before and rules that differ from cell to cell."""
        columns = [pl.col(code) for code in dict.fromkeys(plan.code for plan in self._plans) if code]
        return columns + [expr.alias(name) for plan in self._plans for name, expr in _carried(plan).items()]

    def changes(self, block: pl.DataFrame) -> pl.DataFrame:
        """One row of `schema` per changed cell: by item in layout order, then in delivery order."""
        keyed = block.with_columns(self._told.written_key.alias("key"))
        found = [self._of_item(keyed, plan) for plan in self._plans if plan.changing]
        return pl.concat([pl.DataFrame(schema=self.schema), *found])

    def _of_item(self, block: pl.DataFrame, plan: ItemPlan) -> pl.DataFrame:
        name, carried = plan.item.name, _carried(plan)
        before = pl.col(_before(name)) if carried else plan.before
        changed = before.ne_missing(pl.col(name)) if plan.changed is None else plan.changed
        if plan.conflict is not None:
            changed = changed | pl.col(name).is_not_null()  # 合流: which column was taken, for every cell
        rows = block.select("key", "record_id", name, *([plan.code] if plan.code else carried)).filter(changed)
        after = pl.col(name) if plan.by_text is None else plan.by_text.of_rows(pl.String())
        rows = rows.with_columns(before=before, after=after)
        rule = plan.usual_rule(pl.col("before"))
        if plan.rule is not None:
            rule = pl.col(_rule(name)) if carried else plan.rule
        return rows.with_columns(**self._places[name], rule=rule.cast(self._rules)).select(*self.schema)


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


def _carried(plan: ItemPlan) -> dict[str, pl.Expr]:
    """What a block must hold under names of its own; of a plan by code nothing but the code."""
    if plan.code:
        return {}
    name = plan.item.name
    return {_before(name): plan.before} | ({} if plan.rule is None else {_rule(name): plan.rule})


def _before(item: str) -> str:
    return f"{item}#before"


def _rule(item: str) -> str:
    return f"{item}#rule"
