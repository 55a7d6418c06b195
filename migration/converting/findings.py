"""Raw findings of convert, item by item as lazy frames: what could not be converted, what is doubtful."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from mappings.engine_rules import engine_rule, engine_rules
from migration.converting.assembly import many_column
from migration.converting.guard import visible
from migration.converting.items import Check, ItemPlan
from migration.converting.telling import Telling
from migration.transforms.memo import Memo
from migration.transforms.spec import Outcome
from validators.finding import RAW_SCHEMA, RECORD_BITS

_NOTHING = pl.lit("", pl.String)


def findings(told: Telling) -> list[pl.LazyFrame]:
    """Frames of RAW_SCHEMA: by item in layout order, then rejected, duplicate and ambiguous records."""
    rows = told.sieve.told(told.assembly.rows)
    conflicts = _conflicts(rows, told.plans)
    frames = [frame for plan in told.plans for frame in _of_item(told, plan, rows)]
    frames += [_conflict(told, plan, rows) for plan in told.plans if plan.item.name in conflicts]
    return [*frames, *_of_records(told)]


def _of_item(told: Telling, plan: ItemPlan, rows: pl.LazyFrame) -> Iterator[pl.LazyFrame]:
    for check in plan.checks:
        if check.memo.faults:
            yield _by_text(told, plan, check, rows, check.memo.faults, "E")
        if check.memo.notes:
            yield _by_text(told, plan, check, rows, check.memo.notes, "W")


@dataclass(frozen=True, slots=True)
class _Said:
    rule: pl.Expr
    severity: pl.Expr
    message: pl.Expr
    before: pl.Expr


def _by_text(
    told: Telling, plan: ItemPlan, check: Check, rows: pl.LazyFrame, met: Mapping[str, Outcome], severity: str
) -> pl.LazyFrame:
    """Rows whose text at this place was refused (E) or doubted (W)."""
    refused = severity == "E"
    reason = _looked_up({text: one.fault if refused else one.note for text, one in met.items()}, check.input)
    rule = _looked_up({text: one.rule or check.rule for text, one in met.items()}, check.input)
    grade = _looked_up({text: one.severity or severity for text, one in met.items()}, check.input)
    found = rows.filter(check.input.is_in(list(met)))
    before = plan.before if check.before is None else check.before
    return _frame(told, found, plan, _Said(rule, grade, _message(told, plan, before, reason, refused), before))


def _looked_up(answers: Mapping[str, str], text: pl.Expr) -> pl.Expr:
    if len(set(answers.values())) == 1:
        return pl.lit(next(iter(answers.values())))
    return Memo(lambda one: Outcome(answers.get(one, ""))).value(text)


def _conflict(told: Telling, plan: ItemPlan, rows: pl.LazyFrame) -> pl.LazyFrame:
    assert plan.conflict is not None
    assert plan.conflict_text is not None
    message = pl.lit(f"{plan.item.name}: 元になる項目の値が食い違っています")
    if plan.item.name not in told.secret:
        message = pl.format(
            "{}: 元になる項目の値が食い違っています（{}）。「{}」を採りました。どれが正しいか確かめてください。",
            pl.lit(plan.item.name),
            _seen(plan.conflict_text),
            plan.value,
        )
    return _frame(told, rows.filter(plan.conflict), plan, _Said(pl.lit("COM-25"), pl.lit("E"), message, plan.before))


def _message(told: Telling, plan: ItemPlan, before: pl.Expr, reason: pl.Expr, emptied: bool) -> pl.Expr:
    name = pl.lit(plan.item.name)
    if plan.item.name in told.secret:
        return pl.format("{}: {}。", name, reason)
    if not emptied:
        kept = _shown(plan.value)
        return pl.format("{}: 旧データの「{}」は{}。値「{}」は残しました。", name, _seen(before), reason, kept)
    other = pl.format("別の項目の値「{}」を採りました。", plan.value)  # null when there is none
    done = pl.coalesce(other, pl.lit("項目は空にしました。"))
    return pl.format("{}: 旧データの「{}」は{}。{}", name, _seen(before), reason, done)


def _frame(told: Telling, rows: pl.LazyFrame, plan: ItemPlan, said: _Said) -> pl.LazyFrame:
    shown = plan.item.name not in told.secret
    return _raw(
        told,
        rows,
        {
            "item": pl.lit(plan.item.name),
            "rule": said.rule,
            "severity": said.severity,
            "legacy_value": _seen(said.before) if shown else _NOTHING,
            "value": _shown(plan.value) if shown else _NOTHING,
            "message": said.message,
        },
    )


def _raw(told: Telling, rows: pl.LazyFrame, columns: Mapping[str, pl.Expr]) -> pl.LazyFrame:
    blank = dict.fromkeys(RAW_SCHEMA, _NOTHING)
    given = {
        **blank,
        "area": pl.lit(told.area.id),
        "table": pl.lit(told.group),
        "key": told.key,
        "record_id": pl.col("record_id"),
        **columns,
    }
    frame = rows.select([given[name].cast(kind).alias(name) for name, kind in RAW_SCHEMA.items()])
    return frame.with_columns(kind=_of_rule(told, "kind"), department=_of_rule(told, "department"))


def _of_rule(told: Telling, part: str) -> pl.Expr:
    """Kind or department from the rule id: the area's own unless the rule says otherwise."""
    usual = "移行差異" if part == "kind" else told.area.department
    rules: dict[str, list[str]] = {}
    own = [rule.id for rule in engine_rules().values() if rule.stage == "convert"]
    for known in (engine_rule(rule) for rule in (*own, "LAY-05")):
        rules.setdefault((known.kind if part == "kind" else known.department) or usual, []).append(known.id)
    chain = pl.lit(usual)
    for answer, ids in rules.items():
        if answer != usual:
            chain = pl.when(pl.col("rule").is_in(ids)).then(pl.lit(answer)).otherwise(chain)
    return chain


def _of_records(told: Telling) -> list[pl.LazyFrame]:
    rows = told.assembly.rows
    found = []
    if len(told.sieve.rejected):
        keys = [plan for plan in told.plans if plan.item.primary_key]
        missing = [pl.when(plan.value.is_null()).then(pl.lit(plan.item.name)) for plan in keys]
        which = pl.concat_str(missing, separator="・", ignore_nulls=True)
        message = pl.format(
            "主キーの{}が空のため、この記録は標準の表に入れられません。元の記録を直してください。", which
        )
        found.append(_record_frame(told, told.sieve.refused(rows), "CNV-01", message))
    if len(told.sieve.duplicates):
        found.append(_duplicates(told, rows))
    for lookup in told.assembly.lookups:
        many = told.sieve.told(rows).filter(pl.col(many_column(lookup.alias)) > 1)
        message = pl.format(
            "参照先の表「{}」に同じ見出しの記録が {} 件あります。先に届いた1件を使いました。どれが正しいか確かめて"
            "ください。",
            pl.lit(lookup.table),
            pl.col(many_column(lookup.alias)),
        )
        found.append(_record_frame(told, many, "CNV-03", message))
    return found


def _duplicates(told: Telling, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Both rows of every pair are listed by record: the finding is on the later one and names the first."""
    names = [*told.assembly.identity]
    later = rows.join(told.sieve.duplicates.drop("#table").lazy(), on=names, how="inner", maintain_order="left")
    first = pl.col("#first")
    message = pl.format(
        "主キーが先の記録（ファイル{}の{}件目）と同じです。この記録（ファイル{}の{}件目）は入れませんでした。",
        first // 2**RECORD_BITS,
        first % 2**RECORD_BITS,
        pl.col("record_id") // 2**RECORD_BITS,
        pl.col("record_id") % 2**RECORD_BITS,
    )
    return _record_frame(told, later, "LAY-05", message)


def _record_frame(told: Telling, rows: pl.LazyFrame, rule: str, message: pl.Expr) -> pl.LazyFrame:
    item = "・".join(plan.item.name for plan in told.plans if plan.item.primary_key) if rule != "CNV-03" else ""
    severity = engine_rule(rule).severity
    given = {"item": pl.lit(item), "rule": pl.lit(rule), "severity": pl.lit(severity), "message": message}
    return _raw(told, rows, given)


def _conflicts(rows: pl.LazyFrame, plans: Sequence[ItemPlan]) -> frozenset[str]:
    """The 合流 items that disagree somewhere: one pass over their columns only."""
    asked = {plan.item.name: plan.conflict for plan in plans if plan.conflict is not None}
    if not asked:
        return frozenset()
    met = rows.select([expr.any().alias(name) for name, expr in asked.items()]).collect(engine="streaming")
    return frozenset(name for name, found in met.row(0, named=True).items() if found)


def _shown(text: pl.Expr) -> pl.Expr:
    return text.fill_null("")


def _seen(text: pl.Expr) -> pl.Expr:
    """Legacy text as people see it: bytes that are no characters in brackets."""
    escaped = Memo(lambda one: Outcome(visible(one)), only="[\U0010ff00-\U0010ffff]")
    return escaped.value(text).fill_null("")
