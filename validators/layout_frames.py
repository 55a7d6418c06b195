"""LAY-01 … LAY-06 on a standard frame, in slices of rows; keys and references over the whole of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from mappings.layout import CodeList, Group, Item, ItemType
from validators.checked import NO_FINDINGS, OUTCOME_SCHEMA, CheckSettings, RuleOutcome
from validators.failing_rows import NamedCheck, Test, failing_rows
from validators.layout import LayoutKind, LayoutRule, layout_rules, length_holds, type_holds
from validators.polars_expression import PolarsContext, PolarsEngine
from validators.rule_frames import Frames
from validators.shown import shown_key, shown_value

_ENGINE = PolarsEngine(PolarsContext())
_CELL_SCHEMA = {"item": pl.String, "rule": pl.String, "key": pl.String, "value": pl.String, "record_id": pl.Int64}
SLICE_CELLS = 16_000_000  # in memory at a time
CELL_KINDS = (LayoutKind.TYPE, LayoutKind.LENGTH, LayoutKind.CODE)


def check_layout(
    group: Group, code_lists: Mapping[str, CodeList], rows: pl.LazyFrame, frames: Frames, settings: CheckSettings
) -> list[RuleOutcome]:
    """One outcome per layout rule and item."""
    rules = layout_rules(group, code_lists)
    by_row = [rule for rule in rules if rule.kind is not LayoutKind.REFERENCE and rule.item]
    found: list[pl.DataFrame] = []
    checked: dict[str, int] = {}
    for part in _slices(rows.select("record_id", *(item.name for item in group.items))):
        found.append(_check_slice(group, by_row, part, settings))
        for name, nulls in zip(part.columns, part.null_count().row(0), strict=True):
            checked[name] = checked.get(name, 0) + part.height - nulls
    rows_in_all = checked.get("record_id", 0)
    outcomes = cell_outcomes(by_row, pl.concat(found), checked, rows_in_all, settings)
    for rule in rules:
        if rule.kind is LayoutKind.REFERENCE:
            outcomes.append(_check_reference(rule, group, rows, frames, settings))
        elif not rule.item:
            outcomes.append(_check_unique(rule, group, rows, settings))
    return outcomes


def _slices(rows: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    height = max(SLICE_CELLS // len(rows.collect_schema()), 1)
    offset = 0
    while True:
        part = rows.slice(offset, height).collect()
        if part.height or not offset:
            yield part
        if part.height < height:
            return
        offset += height


def _check_slice(
    group: Group, rules: Sequence[LayoutRule], part: pl.DataFrame, settings: CheckSettings
) -> pl.DataFrame:
    items = {item.name: item for item in group.items}
    checks: dict[str, list[NamedCheck]] = {}
    required: dict[str, str] = {}
    for rule in rules:
        if rule.kind in CELL_KINDS:
            checks.setdefault(rule.item, []).append(NamedCheck(rule.id, _test(rule, items[rule.item])))
        else:
            required[rule.item] = rule.id
    failing = failing_rows(part, checks, required)
    return cell_findings(failing, part, group, settings)


def cell_findings(cells: pl.DataFrame, rows: pl.DataFrame, group: Group, settings: CheckSettings) -> pl.DataFrame:
    """item, rule, key, value, record_id of failing cells (column, check, index into `rows`)."""
    frames = [pl.DataFrame(schema=_CELL_SCHEMA)]
    for (name,), some in cells.group_by("column", maintain_order=True):
        item = group.item(str(name))
        frames.append(
            rows[some["index"]].select(
                pl.lit(item.name).alias("item"),
                pl.Series("rule", some["check"]),
                shown_key(group, settings).alias("key"),
                shown_value(item.name, item, settings).fill_null("").alias("value"),
                "record_id",
            )
        )
    return pl.concat(frames)


def cell_outcomes(
    rules: Sequence[LayoutRule],
    found: pl.DataFrame,
    checked: Mapping[str, int],
    rows: int,
    settings: CheckSettings,
) -> list[RuleOutcome]:
    by_cell = found.partition_by("item", "rule", as_dict=True)
    outcomes = []
    for rule in rules:
        failing = by_cell.get((rule.item, rule.id))
        cells = NO_FINDINGS if failing is None else failing.with_columns(message=pl.lit(rule.message))
        seen = checked.get(rule.item, 0) if rule.kind in CELL_KINDS else rows
        outcomes.append(layout_outcome(rule, seen, cells, settings))
    return outcomes


def layout_outcome(
    rule: LayoutRule,
    seen: int,
    cells: pl.DataFrame,
    settings: CheckSettings,
    note: str = "",
    failures: int | None = None,
) -> RuleOutcome:
    findings = cells.select(*OUTCOME_SCHEMA) if cells.height else NO_FINDINGS
    failed = findings.height if failures is None else failures
    return RuleOutcome(rule.id, seen, failed, findings, department=settings.department, note=note)


def _check_unique(rule: LayoutRule, group: Group, rows: pl.LazyFrame, settings: CheckSettings) -> RuleOutcome:
    """Whole keys only: an empty part is a finding of its own."""
    keys = rows.select("record_id", *group.key).drop_nulls(list(group.key)).collect()
    many = keys.lazy().group_by(group.key).len().filter(pl.col("len") > 1).drop("len")
    repeated = keys.lazy().join(many, on=group.key, how="semi", maintain_order="left").select("record_id").collect()
    marked = keys.select("record_id", pl.lit(True).alias("single")).with_columns(
        single=~pl.col("record_id").is_in(repeated["record_id"].implode())
    )
    failing = failing_rows(marked, {"single": [NamedCheck(rule.id, lambda frame: frame.select("single"))]})
    shown = shown_key(group, settings)
    cells = keys[failing["index"]].select(
        shown.alias("key"),
        pl.lit("").alias("item"),
        shown.alias("value"),
        pl.lit(rule.message).alias("message"),
        "record_id",
    )
    return layout_outcome(rule, keys.height, cells, settings)


def _check_reference(
    rule: LayoutRule, group: Group, rows: pl.LazyFrame, frames: Frames, settings: CheckSettings
) -> RuleOutcome:
    area, target, item = rule.target
    there = frames(area, target)
    needed = rows.select("record_id", *dict.fromkeys([*group.key, rule.item])).drop_nulls(rule.item)
    if there is None:
        note = f"参照先の {area}.{target} がこの移行に含まれていないため、{rule.item} を検査していません。"
        return layout_outcome(rule, 0, NO_FINDINGS, settings, note)
    known = there.select(pl.col(item).alias("?known")).drop_nulls().unique().with_columns(pl.lit(True).alias("?found"))
    joined = needed.join(known, left_on=rule.item, right_on="?known", how="left", maintain_order="left").collect()
    test = NamedCheck(rule.id, lambda frame: frame.select(pl.col("?found").is_not_null()))
    failing = failing_rows(joined, {rule.item: [test]})
    cells = cell_findings(failing, joined, group, settings).with_columns(message=pl.lit(rule.message))
    return layout_outcome(rule, joined.height, cells, settings)


def _test(rule: LayoutRule, item: Item) -> Test:
    text = pl.col(item.name)
    if rule.kind is LayoutKind.CODE:
        return lambda frame: frame.select(_ENGINE.is_in(text, rule.choices))
    if rule.kind is LayoutKind.LENGTH:
        return _two_steps(text.str.len_chars() <= item.length, length_holds(item, text, _ENGINE), item)
    exact = type_holds(item, text, _ENGINE)
    if item.type is ItemType.DATE:
        day = text.str.to_date("%Y-%m-%d", strict=False)
        usual = text.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & day.is_not_null() & (text >= "0001")
        return _two_steps(usual, exact, item)
    return lambda frame: frame.select(exact)


def _two_steps(usual: pl.Expr, exact: pl.Expr, item: Item) -> Test:
    """The exact test only for rows that the quick one, which implies it, does not pass."""
    if item.type is ItemType.DECIMAL:
        return lambda frame: frame.select(exact)

    def test(frame: pl.LazyFrame) -> pl.LazyFrame:
        passed = frame.select(usual.fill_null(True)).collect().to_series()
        if passed.all():
            return passed.to_frame().lazy()
        rest = frame.select(item.name).collect().filter(~passed).select(exact).to_series()
        return passed.scatter((~passed).arg_true(), rest).to_frame().lazy()

    return test
