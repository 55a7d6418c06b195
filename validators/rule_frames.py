"""One business rule on Polars frames: declared look-ups joined, rows or groups checked by pandera, findings written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import polars as pl

from mappings.expression import Name
from mappings.layout import Group
from mappings.rule import Rule, RuleLookup
from validators.checked import (
    NO_FINDINGS,
    NOTHING,
    CheckSettings,
    RuleOutcome,
    RuleReading,
    column,
    is_grouped,
    message_parts,
    number_scale,
    read_rule,
    shown_names,
    without_missing,
)
from validators.failing_rows import NamedCheck, failing_rows
from validators.polars_expression import PolarsContext, column_name, found_column, to_condition, to_polars
from validators.shown import joined, shown_value

Frames: TypeAlias = Callable[[str, str], pl.LazyFrame | None]  # (area, group) → standard frame; None = not in this run

SLICE = 1_000_000  # rows in memory at a time
_CHECK, _ROW = "?check", "?row"


def check_rule(rule: Rule, group: Group, frames: Frames, settings: CheckSettings) -> RuleOutcome:
    """The rule over all rows (or groups) of its table."""
    rule = without_missing(
        rule, lambda area, name: bool(settings.groups(area, name)) and frames(area, name) is not None
    )
    reading = read_rule(rule, group, settings.groups)
    if isinstance(reading, str):
        return rule_outcome(rule, settings, note=reading)
    missing = [lookup for lookup in rule.lookups if frames(lookup.area or group.area, lookup.table) is None]
    rows = frames(group.area, group.id)
    if missing or rows is None:
        place = f"{missing[0].area or group.area}.{missing[0].table}" if missing else f"{group.area}.{group.id}"
        return rule_outcome(rule, settings, note=f"{place} のデータがないため、検査していません。")
    context = _context(reading, settings)
    seen = failures = 0
    found = [NO_FINDINGS]
    for part in _parts(rule, rows):
        examined = _examined(reading, _joined(reading, part, frames, context), context).collect()
        failing = failing_rows(examined, {_ROW: [NamedCheck(rule.id, lambda frame: frame.select(_CHECK))]})
        if failing.height:
            found.append(rule_findings(reading, examined[failing["index"]], settings))
        seen += examined.height - examined[_CHECK].null_count()
        failures += failing.height
    return rule_outcome(rule, settings, seen, failures, pl.concat(found))


def _parts(rule: Rule, rows: pl.LazyFrame) -> Iterator[pl.LazyFrame]:
    """Slices of rows for a rule that looks at each row by itself; everything at once for the others."""
    if rule.by or rule.order:
        yield rows
        return
    height = int(rows.select(pl.len()).collect().item())
    for offset in range(0, max(height, 1), SLICE):
        yield rows.slice(offset, SLICE)


def _context(reading: RuleReading, settings: CheckSettings) -> PolarsContext:
    scales = {column_name(name): number_scale(reading.item(name)) for name in reading.columns}
    return PolarsContext(
        as_of=settings.as_of,
        parameters=settings.parameters,
        decimals={name: scale for name, scale in scales.items() if scale is not None},
        by=reading.rule.by,
        order=reading.rule.order,
    )


def _joined(reading: RuleReading, rows: pl.LazyFrame, frames: Frames, context: PolarsContext) -> pl.LazyFrame:
    """The rule's rows with its look-ups beside them, only the columns it reads, only the rows it is about."""
    rule = reading.rule
    joined = rows.select("record_id", *reading.items_of(""))
    for lookup in rule.lookups:
        there = frames(lookup.area or rule.area, lookup.table)
        assert there is not None
        joined = _look_up(joined, there, lookup, reading, context)
    if rule.where is None:
        return joined
    return joined.filter(to_condition(rule.where, _row_context(context)))


def _look_up(
    rows: pl.LazyFrame, there: pl.LazyFrame, lookup: RuleLookup, reading: RuleReading, context: PolarsContext
) -> pl.LazyFrame:
    alias = lookup.alias
    if lookup.where is not None:
        decimals = {item.name: number_scale(item) for item in reading.groups[alias].items}
        own = {name: scale for name, scale in decimals.items() if scale is not None}
        there = there.filter(to_condition(lookup.where, PolarsContext(context.as_of, context.parameters, own)))
    columns = [pl.col(item).alias(f"{alias}.{item}") for item in reading.items_of(alias)]
    keys = [pl.col(item).alias(f"?{alias}.{i}") for i, (_, item) in enumerate(lookup.on)]
    right = there.select(*columns, *keys, pl.lit(True).alias(found_column(alias)))
    here = [pl.col(text) for text, _ in lookup.on]
    return rows.join(
        right, left_on=here, right_on=[f"?{alias}.{i}" for i in range(len(keys))], how="left", maintain_order="left"
    )


def _row_context(context: PolarsContext) -> PolarsContext:
    return PolarsContext(context.as_of, context.parameters, context.decimals)


def _examined(reading: RuleReading, joined: pl.LazyFrame, context: PolarsContext) -> pl.LazyFrame:
    """One row per row or group under examination, with its check and what the finding shows."""
    rule = reading.rule
    check = to_condition(rule.check, context).alias(_CHECK)
    if is_grouped(rule):
        shown = [
            _same(name).alias(column_name(name)) for name in shown_names(reading) if column_name(name) not in rule.by
        ]
        checked = joined.group_by(rule.by, maintain_order=True).agg(check, *shown)
        return checked.with_columns(record_id=pl.lit(None, pl.Int64)).with_row_index(_ROW)
    if rule.order:
        order = [*(_sortable(text, context) for text in rule.order), *(pl.col(k) for k in reading.groups[""].key)]
        joined = joined.sort(order, nulls_last=False, maintain_order=True)
    return joined.with_columns(check).with_row_index(_ROW)


def _sortable(text: str, context: PolarsContext) -> pl.Expr:
    return to_polars(column(text), _row_context(context))


def _same(name: Name) -> pl.Expr:
    native = pl.col(column_name(name))
    return pl.when(native.min() == native.max()).then(native.min())


def rule_findings(reading: RuleReading, rows: pl.DataFrame, settings: CheckSettings) -> pl.DataFrame:
    """Findings (OUTCOME_SCHEMA) of failing rows or groups, which have the columns `shown_names` and record_id."""
    rule = reading.rule
    key = rule.by if is_grouped(rule) else reading.groups[""].key
    value = _shown(reading, column(rule.item), settings).fill_null("") if rule.item else pl.lit("")
    found = rows.select(
        joined([_shown(reading, column(name), settings).fill_null("") for name in key], "|").alias("key"),
        pl.lit(rule.item).alias("item"),
        value.alias("value"),
        _message(reading, settings).alias("message"),
        "record_id",
    )
    return found.unique(maintain_order=True)


def rule_outcome(
    rule: Rule,
    settings: CheckSettings,
    seen: int = 0,
    failures: int = 0,
    found: pl.DataFrame | None = None,
    note: str = "",
) -> RuleOutcome:
    department = rule.department or settings.department
    findings = NO_FINDINGS if found is None else found
    return RuleOutcome(rule.id, seen, failures, findings, rule.severity, rule.kind, department, note)


def _message(reading: RuleReading, settings: CheckSettings) -> pl.Expr:
    parts = [
        pl.lit(part) if isinstance(part, str) else _shown(reading, part, settings).fill_null(NOTHING)
        for part in message_parts(reading.rule.message)
    ]
    return joined(parts, "")


def _shown(reading: RuleReading, name: Name, settings: CheckSettings) -> pl.Expr:
    return shown_value(column_name(name), reading.item(name), settings)
