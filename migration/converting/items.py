"""One item of a group as expressions: its value, the legacy text before, and what could go wrong on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import polars as pl

from mappings.flag_rules import flag_rules
from mappings.layout import Item
from mappings.legacy_source import CodeMap, ColumnMap, Source
from migration.converting.assembly import Assembly, raw_column
from migration.converting.coded import Coded, PerText
from migration.converting.guard import PRIVATE, SUSPECT, Guard, flagged, guarded
from migration.transforms import TRANSFORMS
from migration.transforms.memo import Memo
from migration.transforms.parts import SEPARATORS
from migration.transforms.references import References
from migration.transforms.spec import BESIDE, Outcome

CODE_RULE = "COM-16"


@dataclass(frozen=True, slots=True)
class Check:
    """One place where a value may be refused or doubted."""

    input: pl.Expr  # the text at this place
    rule: str
    memo: Memo
    codes: CodeMap | None = None
    before: pl.Expr | None = None  # the legacy text refused, when it is one of several


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """How one item is made. All expressions are over the rows of the assembly; texts are String.

    `rules`: every rule that may have changed a cell. Where `rule` does not tell them apart, the second, if there is
    one, changed the cells whose legacy text has a private or undecodable character and the first all others.
    """

    item: Item
    value: pl.Expr
    before: pl.Expr  # the legacy text; of joined columns all of them with '|' between
    rules: tuple[str, ...] = ()
    rule: pl.Expr | None = None
    checks: tuple[Check, ...] = ()
    conflict: pl.Expr | None = None  # true where columns of a 合流 disagree
    conflict_text: pl.Expr | None = None
    native: bool = False  # a native step, a default or a choice may change cells
    memos: tuple[Memo, ...] = ()
    guards: tuple[Guard, ...] = ()
    empty: bool = False  # nothing can come out: no source, no default, or secret
    code: str = ""  # the column of codes that `value`, `before`, `rule` and `changed` need, and nothing else
    changed: pl.Expr | None = None  # given with `code`: where the value differs from the legacy text
    by_text: PerText | None = None  # given with `code`: the value of each text

    def written(self) -> tuple[pl.Expr, pl.DataType]:
        """The value as it is written to the frame, and its type there; looks at the texts, not at the rows."""
        if self.by_text is None or self.item.primary_key:
            return self.value, pl.String()
        return self.by_text.named()

    @property
    def changing(self) -> bool:
        """Whether any cell may differ from its legacy text; to be asked after the values were computed."""
        return not self.empty and (self.native or any(memo.changing for memo in self.memos))

    def usual_rule(self, before: pl.Expr) -> pl.Expr:
        """The rule of changed cells by their legacy text; to be asked after the values were computed."""
        usual, *gaiji = self.rules
        if not gaiji or not any(guard.met for guard in self.guards):
            return pl.lit(usual)
        return pl.when(before.str.contains(PRIVATE)).then(pl.lit(gaiji[0])).otherwise(pl.lit(usual))


@dataclass
class _Chain:
    """The steps from one text to its value, as they are built."""

    expr: pl.Expr
    guard: Guard
    checks: list[Check] = field(default_factory=list)
    memos: list[Memo] = field(default_factory=list)
    native: bool = False


def plan_item(
    item: Item, column: ColumnMap | None, source: Source, assembly: Assembly, references: References, hidden: bool
) -> ItemPlan:
    """The plan of one item; without a map line, or when `hidden` (個人番号 not asked for), it stays empty."""
    if column is None or hidden or not (column.sources or column.default):
        nothing = pl.lit(None, pl.String)
        return ItemPlan(item, nothing, nothing, empty=True)
    if column.combine == "first":
        return _with_default(_first(item, column, source, assembly, references), column)
    beside = _beside(column)
    if column.combine == "join" and beside is None:
        return _with_default(_join(item, column, source, assembly, references), column)
    if not column.sources:
        nothing = pl.lit(None, pl.String)
        return _with_default(ItemPlan(item, nothing, nothing), column)
    name = column.sources[0]
    chain = _chain(pl.col(name), column, source, references, beside)
    before, blanked = _raw(name, assembly), name in assembly.blanked
    plan = ItemPlan(
        item,
        _made(chain, name, assembly) if beside is None else chain.expr,
        before,
        _rules(column),
        checks=tuple(chain.checks),
        native=chain.native or blanked,
        memos=tuple(chain.memos),
        guards=(chain.guard,),
    )
    if blanked:
        plan = _with_blanks(plan, name)
    coded = assembly.coded.get(name) if beside is None else None
    if coded is not None:
        plan = _by_code(plan, coded, chain.expr)
    return _with_default(plan, column)


def _by_code(plan: ItemPlan, coded: Coded, value: pl.Expr) -> ItemPlan:
    """The same plan from the codes of its one column alone."""
    return replace(
        plan,
        before=coded.made(plan.before).of_rows(pl.String()),
        rule=None if plan.rule is None else coded.made(plan.rule).of_rows(pl.String()),
        code=coded.column,
        changed=coded.made(plan.before.ne_missing(value)).of_rows(pl.Boolean()),
        by_text=coded.made(value),
    )


def _first(item: Item, column: ColumnMap, source: Source, assembly: Assembly, references: References) -> ItemPlan:
    chains = [_chain(pl.col(name), column, source, references) for name in column.sources]
    values = [_made(chain, name, assembly) for chain, name in zip(chains, column.sources, strict=True)]
    chosen = pl.coalesce(values)
    others = [(value.is_not_null() & (value != chosen)).fill_null(False) for value in values[1:]]
    raws = [_raw(name, assembly) for name in column.sources]
    picks = [pl.when(value.is_not_null()).then(raw) for value, raw in zip(values, raws, strict=True)]
    steps = _steps_text(column)
    rules = [f"first:{name} {steps}".rstrip() for name in column.sources]
    taken = [pl.when(value.is_not_null()).then(pl.lit(rule)) for value, rule in zip(values, rules, strict=True)]
    shown = [
        pl.format("{}「{}」", pl.lit(name), raw.fill_null("")) for name, raw in zip(column.sources, raws, strict=True)
    ]
    return ItemPlan(
        item,
        chosen,
        pl.coalesce([*picks, *raws]),
        (*rules, steps or "first"),
        pl.coalesce([*taken, pl.lit(steps or "first")]),
        tuple(replace(check, before=raw) for chain, raw in zip(chains, raws, strict=True) for check in chain.checks),
        conflict=pl.any_horizontal(others),
        conflict_text=pl.concat_str(shown, separator="、"),
        native=True,
        memos=tuple(memo for chain in chains for memo in chain.memos),
    )


def _join(item: Item, column: ColumnMap, source: Source, assembly: Assembly, references: References) -> ItemPlan:
    head = column.transforms[0] if column.transforms and column.transforms[0].name == "join" else None
    separator = SEPARATORS[head.argument] if head else ""
    parts = [pl.col(name) for name in column.sources]
    some = pl.any_horizontal([part.is_not_null() for part in parts])
    joined = pl.when(some).then(pl.concat_str(parts, separator=separator, ignore_nulls=True))
    chain = _chain(joined, column, source, references)
    raws = [_raw(name, assembly) for name in column.sources]
    before = pl.when(some).then(pl.concat_str([raw.fill_null("") for raw in raws], separator="|"))
    rules = (_steps_text(column) or "join",)
    checks = tuple(chain.checks)
    return ItemPlan(item, chain.expr, before, rules, checks=checks, native=True, memos=tuple(chain.memos))


def _beside(column: ColumnMap) -> pl.Expr | None:
    """The second of A+B where a step only looks at it beside the value of the first."""
    looks = any(TRANSFORMS[step.name].beside for step in column.transforms)
    return pl.col(column.sources[1]) if looks else None


def _chain(
    text: pl.Expr, column: ColumnMap, source: Source, references: References, beside: pl.Expr | None = None
) -> _Chain:
    """Guard, transforms from left to right, code map. The guard rides on the first memo when that comes first."""
    guard = Guard(source.gaiji.characters)
    chain = _Chain(text, guard)
    steps = [step for step in column.transforms if step.name != "join"]
    specs = [(TRANSFORMS[step.name], step.argument) for step in steps]
    told = [flag_rules(step) for step in steps]
    made = [spec.prepared(references, argument) for spec, argument in specs]
    codes = source.codes[column.codes] if column.codes else None
    rides = made[0] is not None and not specs[0][0].beside if made else codes is not None
    if not rides:
        _through_memo(chain, Memo(guard, only=SUSPECT), "COM-09")
    for place, ((spec, argument), prepared) in enumerate(zip(specs, made, strict=True)):
        if spec.beside and beside is not None:
            chain.expr = pl.concat_str([chain.expr, beside.fill_null("")], separator=BESIDE)
        if prepared is not None:
            first = rides and place == 0
            asked = partial(flagged, told[place], prepared.outcome) if told[place] else prepared.outcome
            asked = partial(guarded, guard, asked) if first else asked
            only = f"{spec.only}|{SUSPECT}" if spec.only and first else spec.only
            _through_memo(chain, Memo(asked, only=only, fast=prepared.fast), spec.rule)
        else:
            assert spec.native is not None
            chain.expr = spec.native(chain.expr, argument)
            chain.native = True
    if codes is not None:
        memo = Memo(partial(_code_outcome, guard if rides and not specs else None, codes))
        _through_memo(chain, memo, CODE_RULE, codes)
    return chain


def _made(chain: _Chain, name: str, assembly: Assembly) -> pl.Expr:
    """The value from one column: computed once per text where the column is at hand as codes."""
    coded = assembly.coded.get(name)
    return chain.expr if coded is None else coded.made(chain.expr).of_rows(pl.String())


def _through_memo(chain: _Chain, memo: Memo, rule: str, codes: CodeMap | None = None) -> None:
    chain.checks.append(Check(chain.expr, rule, memo, codes))
    chain.memos.append(memo)
    chain.expr = memo.value(chain.expr)


def _code_outcome(guard: Guard | None, codes: CodeMap, text: str) -> Outcome:
    entry = codes.entries.get(text)
    if entry is None:
        seen = guard(text) if guard is not None else Outcome(text)
        if seen.fault:
            return seen
        return Outcome(None, fault=f"コード変換表「{codes.name}」にない値です", rule=CODE_RULE)
    value = entry.standard or None
    if entry.confirmed:
        return Outcome(value)
    note = f"未確認コードです（コード変換表「{codes.name}」で確認されるまで投入できません）"
    return Outcome(value, note=note, rule=CODE_RULE, severity="E")


def _rules(column: ColumnMap) -> tuple[str, ...]:
    """Only the steps as written change cells, unless a gaiji was met."""
    steps = _steps_text(column)
    return (steps, f"gaiji {steps}") if steps else ("gaiji",)


def _asked_rule(plan: ItemPlan) -> pl.Expr:
    """The rule of every cell, also before it is known whether a gaiji was met."""
    if plan.rule is not None:
        return plan.rule
    if len(plan.rules) < 2:
        return pl.lit("".join(plan.rules))
    private = plan.before.str.contains(PRIVATE)
    return pl.when(private).then(pl.lit(plan.rules[1])).otherwise(pl.lit(plan.rules[0]))


def _with_blanks(plan: ItemPlan, name: str) -> ItemPlan:
    emptied = pl.col(raw_column(name)).is_not_null() & pl.col(name).is_null()
    rule = pl.when(emptied).then(pl.lit("blank")).otherwise(_asked_rule(plan))
    return replace(plan, rules=(*plan.rules, "blank"), rule=rule)


def _with_default(plan: ItemPlan, column: ColumnMap) -> ItemPlan:
    """The default fills cells whose legacy text is empty, never one that could not be converted."""
    if not column.default:
        return plan
    missing = pl.all_horizontal([pl.col(name).is_null() for name in column.sources]) if column.sources else pl.lit(True)
    return replace(
        plan,
        value=pl.when(missing).then(pl.lit(column.default)).otherwise(plan.value),
        rules=(*plan.rules, "default"),
        rule=pl.when(missing).then(pl.lit("default")).otherwise(_asked_rule(plan)),
        native=True,
        code="",
        changed=None,
        by_text=None,
    )


def _steps_text(column: ColumnMap) -> str:
    return " ".join([*(str(step) for step in column.transforms), *([column.codes] if column.codes else [])])


def _raw(name: str, assembly: Assembly) -> pl.Expr:
    return pl.col(raw_column(name)) if name in assembly.blanked else pl.col(name)


def key_of(plans: Sequence[ItemPlan]) -> pl.Expr:
    """The business key of a row as one text (see validators.finding.key_text)."""
    parts = [plan.value.fill_null("") for plan in plans if plan.item.primary_key]
    return pl.concat_str(parts, separator="|") if parts else pl.lit("", pl.String)
