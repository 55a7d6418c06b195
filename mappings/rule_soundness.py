"""Soundness of rules and control totals."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from mappings.area import Area
from mappings.errors import Fault, did_you_mean
from mappings.expression import FUNCTIONS, Expression
from mappings.rule import Rule, RuleLookup, Total
from mappings.scope import Known, Scope, ungrouped
from mappings.trees import calls, is_aggregate


def rule_faults(area: Area, rule: Rule, known: Known) -> Iterator[Fault]:
    """Everything wrong with one rule."""
    place = f"[[rule]] {rule.id}"
    if rule.table not in area.groups:
        problem = f"グループ「{rule.table}」がありません"
        yield Fault(rule.file, f"{place} table", problem, did_you_mean(rule.table, area.groups))
        return
    items = [item.name for item in area.groups[rule.table].items]
    lookups: dict[str, Collection[str] | None] = {}
    for lookup in rule.lookups:
        yield from _lookup_faults(rule, lookup, known, Scope(items, dict(lookups), known.parameters))
        lookups[lookup.alias] = None if _elsewhere(known, lookup) else _items(known, lookup)
    scope = Scope(items, lookups, known.parameters)
    for key, values in (("item", [rule.item] if rule.item else []), ("by", rule.by), ("order", rule.order)):
        yield from scope.name_faults(rule.file, f"{place} {key}", *values)
    allowed = [kind for kind, given in (("aggregate", rule.by), ("window", rule.order)) if given]
    yield from scope.faults(rule.file, f"{place} check", rule.check, allowed)
    yield from scope.faults(rule.file, f"{place} where", rule.where)
    yield from _grouping_faults(rule)
    yield from _message_faults(rule, scope, known.secret)


def total_faults(area: Area, total: Total, known: Known) -> Iterator[Fault]:
    """Everything wrong with one control total."""
    file, place = f"{area.id}/rules.toml", f"[[total]] {total.id}"
    if total.table not in area.groups:
        problem = f"グループ「{total.table}」がありません"
        yield Fault(file, f"{place} table", problem, did_you_mean(total.table, area.groups))
        return
    scope = Scope([item.name for item in area.groups[total.table].items], {}, known.parameters)
    yield from scope.faults(file, f"{place} value", total.value, ["aggregate"])
    yield from scope.faults(file, f"{place} where", total.where)
    yield from scope.name_faults(file, f"{place} by", *total.by)
    if not is_aggregate(total.value) or ungrouped(total.value, total.by):
        yield Fault(file, f"{place} value", "合計が集計になっていません", "count() や sum(項目) の形で書いてください")


def _lookup_faults(rule: Rule, lookup: RuleLookup, known: Known, scope: Scope) -> Iterator[Fault]:
    place = f"[[rule]] {rule.id} [[lookup]] {lookup.alias}"
    if lookup.alias in scope.lookups:
        yield Fault(rule.file, place, "同じ別名の参照が2つあります", "別名を分けてください")
    other = known.areas.get(lookup.area)
    if not known.has_area(lookup.area):
        yield Fault(rule.file, place, f"業務「{lookup.area}」がありません", did_you_mean(lookup.area, known.areas))
    if other is None:
        return
    if lookup.table not in other.groups:
        problem = f"業務「{lookup.area}」にグループ「{lookup.table}」がありません"
        yield Fault(rule.file, place, problem, did_you_mean(lookup.table, other.groups))
        return
    there = Scope(_items(known, lookup), {}, known.parameters)
    yield from scope.name_faults(rule.file, f"{place} on", *(here for here, _ in lookup.on))
    yield from there.name_faults(rule.file, f"{place} on", *(target for _, target in lookup.on))
    yield from there.faults(rule.file, f"{place} where", lookup.where)


def _elsewhere(known: Known, lookup: RuleLookup) -> bool:
    return lookup.area not in known.areas and known.has_area(lookup.area)


def _items(known: Known, lookup: RuleLookup) -> list[str]:
    area = known.areas.get(lookup.area)
    group = area.groups.get(lookup.table) if area else None
    return [item.name for item in group.items] if group else []


def _grouping_faults(rule: Rule) -> Iterator[Fault]:
    place = f"[[rule]] {rule.id} check"
    if rule.by and not rule.order:
        if not is_aggregate(rule.check):
            advice = "集計（count など）を使うか、by を消してください"
            yield Fault(rule.file, place, "by があるのに集計がありません", advice)
        told = {lookup.alias for lookup in rule.lookups if {here for here, _ in lookup.on} <= set(rule.by)}
        for name in ungrouped(rule.check, rule.by, told):
            problem = f"「{name}」は by にないので1つに決まりません"
            yield Fault(rule.file, place, problem, "by に加えるか、集計にしてください")
    if rule.order and not (_has_window(rule.check) or is_aggregate(rule.check)):
        yield Fault(rule.file, place, "order があるのに prev も集計もありません", "order を消してください")


def _has_window(tree: Expression) -> bool:
    return any(FUNCTIONS[call.function].window for call in calls(tree))


def _message_faults(rule: Rule, scope: Scope, secret: Collection[str] | None) -> Iterator[Fault]:
    place = f"[[rule]] {rule.id} message"
    for name in re.findall(r"\{([^{}]*)\}", rule.message):
        yield from scope.name_faults(rule.file, place, name)
        if name.rpartition(".")[2] in (secret or ()):
            yield Fault(rule.file, place, f"「{name}」は個人番号なので文面に出せません", "文面から外してください")
