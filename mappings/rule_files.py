"""rules.toml → Rule, Total."""

from __future__ import annotations

from pathlib import Path

from mappings.definition_files import Reading
from mappings.errors import shown_path
from mappings.expression import Literal
from mappings.fields import Fields
from mappings.rule import Rule, RuleLookup, Total

SEVERITIES = ("E", "W", "I")
KINDS = ("移行差異", "現行潜在誤り", "仕様差")


def read_rules(reading: Reading, path: Path, area: str, department: str) -> tuple[tuple[Rule, ...], tuple[Total, ...]]:
    """Rules and control totals of one area; `department` is the default of a rule."""
    values = reading.toml(path)
    if values is None:
        return (), ()
    top = Fields(reading, path, "", values)
    rules = tuple(_rule(fields, area, department) for fields in top.tables("rule"))
    totals = tuple(_total(fields, area) for fields in top.tables("total"))
    top.close()
    _check_ids(reading, path, "rule", [rule.id for rule in rules])
    _check_ids(reading, path, "total", [total.id for total in totals])
    return rules, totals


def _rule(fields: Fields, area: str, department: str) -> Rule:
    rule = Rule(
        id=fields.text("id"),
        severity=fields.text("severity", known=SEVERITIES),
        kind=fields.text("kind", known=KINDS),
        title=fields.text("title"),
        area=area,
        table=fields.text("table"),
        item=fields.text("item", ""),
        department=fields.text("department", department),
        basis=fields.text("basis", ""),
        message=fields.text("message"),
        check=fields.condition("check", needed=True) or Literal(None),
        where=fields.condition("where"),
        by=fields.texts("by"),
        order=fields.texts("order"),
        lookups=tuple(_lookup(lookup, area) for lookup in fields.tables("lookup")),
        look_at=fields.text("look_at", ""),
        file=shown_path(fields.file),
        roles=fields.texts("roles"),
    )
    fields.close()
    return rule


def _lookup(fields: Fields, area: str) -> RuleLookup:
    lookup = RuleLookup(
        alias=fields.text("alias"),
        area=fields.text("area", area),
        table=fields.text("table"),
        on=fields.pairs("on"),
        where=fields.condition("where"),
        optional=fields.flag("optional", False),
    )
    fields.close()
    return lookup


def _total(fields: Fields, area: str) -> Total:
    total = Total(
        id=fields.text("id"),
        title=fields.text("title"),
        area=area,
        table=fields.text("table"),
        value=fields.condition("value", needed=True) or Literal(None),
        by=fields.texts("by"),
        where=fields.condition("where"),
        unit=fields.text("unit", "件"),
        roles=fields.texts("roles"),
    )
    fields.text("area", area)
    fields.close()
    return total


def _check_ids(reading: Reading, path: Path, kind: str, ids: list[str]) -> None:
    for repeated in sorted({one for one in ids if one and ids.count(one) > 1}):
        advice = "番号は業務の中で1つずつにしてください"
        reading.fault(path, f"[[{kind}]] {repeated}", f"番号「{repeated}」が{ids.count(repeated)}回あります", advice)
