"""What a check needs to know and what it returns; the same for Polars and for SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from mappings.errors import Fault, MappingError, did_you_mean
from mappings.expression import Expression, Name
from mappings.layout import Group, Item, ItemType
from mappings.rule import Rule, RuleLookup
from mappings.trees import calls, is_aggregate, names, without_aliases
from validators.finding import RAW_SCHEMA

HIDDEN = "（表示しません）"
NOTHING = "（空）"  # how an empty value shows within a message
BIGINT_DIGITS = 18

COVERAGE_SCHEMA: dict[str, pl.DataType] = {
    "area": pl.String(),
    "table": pl.String(),
    "rule": pl.String(),
    "rows_checked": pl.Int64(),  # values (LAY), rows or groups that had something to compare
    "failures": pl.Int64(),
    "note": pl.String(),  # why nothing was compared; '' otherwise
}

Groups = Callable[[str, str], Group | None]  # (area, group) → its layout; None when this run does not have it


@dataclass(frozen=True, slots=True)
class CheckSettings:
    as_of: str  # YYYY-MM-DD
    groups: Groups
    parameters: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)  # name → (from, to, value)
    department: str = ""  # of layout findings
    secret_items: frozenset[str] = frozenset()  # 個人番号: never shown


@dataclass(frozen=True, slots=True)
class Checked:
    """Findings (RAW_SCHEMA) and what was compared (COVERAGE_SCHEMA): a rule that compared nothing is never green."""

    findings: pl.DataFrame
    coverage: pl.DataFrame

    @property
    def nothing_compared(self) -> pl.DataFrame:
        """The rules that compared nothing, with the reason."""
        return self.coverage.filter(pl.col("rows_checked") == 0)


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """One rule over all its rows. `findings` has key, item, value, message, record_id."""

    rule: str
    rows_checked: int
    failures: int
    findings: pl.DataFrame
    severity: str = "E"
    kind: str = "移行差異"
    department: str = ""
    note: str = ""


OUTCOME_SCHEMA: dict[str, pl.DataType] = {
    name: RAW_SCHEMA[name] for name in ("key", "item", "value", "message", "record_id")
}

NO_FINDINGS = pl.DataFrame(schema=OUTCOME_SCHEMA)


def gather(group: Group, outcomes: Sequence[RuleOutcome]) -> Checked:
    """All outcomes of a group as one Checked: findings distinct and in a fixed order, coverage one row per rule."""
    findings = [_finished(group, outcome) for outcome in outcomes if outcome.findings.height]
    coverage = pl.DataFrame(
        [(group.area, group.id, o.rule, o.rows_checked, o.failures, o.note) for o in outcomes],
        schema=COVERAGE_SCHEMA,
        orient="row",
    )
    summed = coverage.group_by("area", "table", "rule", maintain_order=True).agg(
        pl.col("rows_checked", "failures").sum(),
        pl.col("note").filter(pl.col("note") != "").unique().sort().str.join(""),
    )
    empty = (pl.col("rows_checked") == 0) & (pl.col("note") == "")
    noted = summed.with_columns(note=pl.when(empty).then(pl.lit("比べる値が1件もありません。")).otherwise("note"))
    raw = pl.concat([pl.DataFrame(schema=RAW_SCHEMA), *findings]).unique(maintain_order=True)
    return Checked(raw.sort("rule", "item", "record_id", "key", "value", "message"), noted)


def number_scale(item: Item) -> int | None:
    """Decimal places of an item that counts as a number in conditions; None for texts (and numbers beyond 64 bits)."""
    if item.length + item.scale > BIGINT_DIGITS:
        return None
    if item.type in (ItemType.INTEGER, ItemType.SIGNED):
        return 0
    return item.scale if item.type is ItemType.DECIMAL else None


@dataclass(frozen=True, slots=True)
class RuleReading:
    """What a rule reads: the groups behind its aliases, and every column by name ('item' or 'alias.item')."""

    rule: Rule
    groups: Mapping[str, Group]  # alias ('' = the rule's own) → layout
    columns: frozenset[Name]

    def items_of(self, alias: str) -> list[str]:
        return sorted(name.name for name in self.columns if name.alias == alias)

    def item(self, name: Name) -> Item:
        return self.groups[name.alias].item(name.name)


def read_rule(rule: Rule, group: Group, groups: Groups) -> RuleReading | str:
    """The rule's reading, or the reason it cannot run: a group it looks up is not part of this run.

    Raises MappingError naming every item that no layout has.
    """
    behind = {"": group}
    for lookup in rule.lookups:
        found = groups(lookup.area or group.area, lookup.table)
        if found is None:
            return f"参照先の {lookup.area or group.area}.{lookup.table} がこの移行にないため、検査していません。"
        behind[lookup.alias] = found
    columns = _columns(rule, group)
    _require(rule, behind, columns)
    _require_sense(rule)
    return RuleReading(rule, behind, frozenset(columns))


def without_missing(rule: Rule, has: Callable[[str, str], bool]) -> Rule:
    """The rule without the optional look-ups whose (area, group) is not there, and without those that hang on them."""
    gone: set[str] = set()
    for lookup in rule.lookups:
        hangs = any(column(here).alias in gone for here, _ in lookup.on)
        if hangs or (lookup.optional and not has(lookup.area or rule.area, lookup.table)):
            gone.add(lookup.alias)
    if not gone:
        return rule
    return replace(
        rule,
        check=without_aliases(rule.check, gone),
        where=without_aliases(rule.where, gone) if rule.where is not None else None,
        lookups=tuple(one for one in rule.lookups if one.alias not in gone),
        message=re.sub(
            r"\{([^{}.]+)[.][^{}]+\}", lambda found: NOTHING if found[1] in gone else found[0], rule.message
        ),
    )


def message_parts(message: str) -> list[str | Name]:
    """A message template as plain texts and the names in its braces."""
    parts = re.split(r"\{([^{}]+)\}", message)
    return [column(part) if i % 2 else part for i, part in enumerate(parts) if i % 2 or part]


def is_grouped(rule: Rule) -> bool:
    """Whether the rule looks at groups of rows as a whole, one finding each."""
    return bool(rule.by) and not rule.order


def shown_names(reading: RuleReading) -> list[Name]:
    """What a finding of the rule shows besides its key."""
    rule = reading.rule
    shown = [part for part in message_parts(rule.message) if isinstance(part, Name)]
    return list(dict.fromkeys([*shown, *([column(rule.item)] if rule.item else [])]))


def column(text: str) -> Name:
    """'alias.item' or 'item' as a name."""
    alias, dot, item = text.rpartition(".")
    return Name(item, alias) if dot else Name(text)


def _columns(rule: Rule, group: Group) -> set[Name]:
    written = [*group.key, *rule.by, *rule.order, *([rule.item] if rule.item else [])]
    written += [here for lookup in rule.lookups for here, _ in lookup.on]
    columns = {column(text) for text in written}
    columns |= {part for part in message_parts(rule.message) if isinstance(part, Name)}
    for expression in (rule.check, rule.where):
        columns |= names(expression) if expression is not None else set()
    for lookup in rule.lookups:
        columns |= _lookup_columns(lookup)
    return columns


def _lookup_columns(lookup: RuleLookup) -> set[Name]:
    there = {Name(item, lookup.alias) for _, item in lookup.on}
    where: Expression | None = lookup.where
    return there | ({Name(name.name, lookup.alias) for name in names(where)} if where is not None else set())


def _require(rule: Rule, behind: Mapping[str, Group], columns: set[Name]) -> None:
    faults = []
    for name in sorted(columns, key=lambda n: (n.alias, n.name)):
        if name.alias not in behind:
            advice = did_you_mean(name.alias, [alias for alias in behind if alias])
            faults.append(Fault(rule.file, rule.id, f"参照の別名「{name.alias}」がありません", advice))
            continue
        known = [item.name for item in behind[name.alias].items]
        if name.name not in known:
            problem = f"項目「{name.name}」が {behind[name.alias].area}.{behind[name.alias].id} にありません"
            faults.append(Fault(rule.file, rule.id, problem, did_you_mean(name.name, known)))
    if faults:
        raise MappingError(faults)


def _require_sense(rule: Rule) -> None:
    used = {call.function for call in calls(rule.check)}
    if rule.order and "count_distinct" in used:
        raise MappingError([Fault(rule.file, rule.id, "order のある規則では count_distinct を使えません")])
    if not rule.by and not rule.order and (is_aggregate(rule.check) or "prev" in used):
        raise MappingError([Fault(rule.file, rule.id, "count や prev などを使うには by か order が要ります")])
    if "prev" in used and not rule.order:
        raise MappingError([Fault(rule.file, rule.id, "prev を使うには order が要ります")])


def _finished(group: Group, outcome: RuleOutcome) -> pl.DataFrame:
    constants = {
        "area": group.area,
        "table": group.id,
        "rule": outcome.rule,
        "severity": outcome.severity,
        "kind": outcome.kind,
        "legacy_value": "",
        "department": outcome.department,
    }
    with_constants = outcome.findings.with_columns(**{name: pl.lit(text) for name, text in constants.items()})
    return with_constants.select(*RAW_SCHEMA).cast(dict(RAW_SCHEMA))  # type: ignore[arg-type]
