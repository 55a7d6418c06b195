"""Business rules and control totals of an area; a *table* in them, as in a finding, is a group's id."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.expression import Expression


@dataclass(frozen=True, slots=True)
class RuleLookup:
    """A left join of another group's rows by item names; `where` restricts the rows joined.

    `optional`: where a run does not have the group, the look-up finds nothing and the rule is checked all the same.
    """

    alias: str
    area: str
    table: str
    on: tuple[tuple[str, str], ...]  # (item here, item there)
    where: Expression | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One business rule: rows (or groups of rows) for which `check` is false are findings.

    `by` empty: the rule looks at each row. `by` given: at each group of rows with equal `by` items, and `check`
    uses aggregates. `order` given: at each row, and `check` may use prev(item) within `by`.
    An empty (NULL) result is not a finding.
    """

    id: str
    severity: str  # E | W | I
    kind: str  # 移行差異 | 現行潜在誤り | 仕様差
    title: str
    area: str
    table: str
    item: str
    department: str
    basis: str
    message: str  # Japanese; {item} or {alias.item} show values
    check: Expression
    where: Expression | None = None
    by: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    lookups: tuple[RuleLookup, ...] = ()
    look_at: str = ""  # what a clerk should look at, and where to put it right
    file: str = ""
    roles: tuple[str, ...] = ()  # of the town in the area; () = every role


@dataclass(frozen=True, slots=True)
class Total:
    """A control total: one figure counted from a group, compared with figures given by people."""

    id: str
    title: str
    area: str
    table: str
    value: Expression  # an aggregate: count() | sum(item) | count_distinct(item)
    by: tuple[str, ...] = ()
    where: Expression | None = None
    unit: str = "件"
    roles: tuple[str, ...] = ()
