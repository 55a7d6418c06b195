"""Business rules of an area tried on rows written by hand: on frames and on loaded tables, which must agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl
import sqlalchemy as sa

from mappings.area import Area
from mappings.layout import Group
from mappings.loading import load_areas, parameters, shipped_folder
from mappings.rule import Rule
from validators.checked import CheckSettings
from validators.rule_frames import check_rule
from validators.rule_sql import check_rule_sql
from validators.sql_expression import column_type
from validators.tables import Database

AS_OF = "2026-10-01"
Row = dict[str, str]
Rows = Mapping[str, Sequence[Row]]  # 'group' of the area, or 'area.group' → rows


@dataclass(frozen=True, slots=True)
class Case:
    """A rule, the keys it must find, and rows by group, each laid over the legal row of its group."""

    rule: str
    fires: tuple[str, ...]
    rows: Rows = field(default_factory=dict)


@cache
def areas() -> dict[str, Area]:
    return load_areas([shipped_folder()])


def rule_of(area: str, rule: str) -> Rule:
    return next(one for one in areas()[area].rules if one.id == rule)


def keys_found(area: str, rule: str, rows: Rows) -> list[str]:
    """The keys of the findings, the same on frames and in a database."""
    whole = {name if "." in name else f"{area}.{name}": given for name, given in rows.items()}
    wanted = rule_of(area, rule)
    group = areas()[area].groups[wanted.table]
    findings = check_rule(wanted, group, lambda a, name: _frame(whole, areas()[a].groups[name]), _settings()).findings
    assert set(findings["message"].str.contains("[{}]")) <= {False}
    found = sorted(findings["key"])
    assert _in_database(wanted, group, whole) == found
    return found


def keys_of_case(area: str, case: Case, legal: Mapping[str, Row]) -> list[str]:
    """`keys_found` for a case; `legal`: 'area.group' → a row no rule finds anything in."""
    places = {name: name if "." in name else f"{area}.{name}" for name in case.rows}
    rows = {place: [legal[place] | row for row in case.rows[name]] for name, place in places.items()}
    return keys_found(area, case.rule, rows)


def _in_database(rule: Rule, group: Group, rows: Rows) -> list[str]:
    needed = {(group.area, rule.table), *((one.area or group.area, one.table) for one in rule.lookups)}
    engine = sa.create_engine("sqlite://")
    for area, name in needed:
        _load(engine, areas()[area].groups[name], rows)
    outcome = check_rule_sql(rule, group, Database(engine), _settings())
    return sorted(outcome.findings["key"])


def _load(engine: sa.Engine, group: Group, rows: Rows) -> None:
    columns = [sa.Column(item.romaji, column_type(item, "sqlite")) for item in group.items]
    table = sa.Table(group.sql_name, sa.MetaData(), *columns)
    with engine.begin() as connection:
        table.create(connection)
        for row in _frame(rows, group).drop("record_id").collect().rows():
            connection.execute(table.insert().values(dict(zip(table.columns.keys(), row, strict=True))))


def _settings() -> CheckSettings:
    dated: dict[str, list[tuple[str, str, str]]] = {}
    for one in parameters([shipped_folder()]):
        dated.setdefault(one.name, []).append((one.start, one.end, one.value))
    return CheckSettings(AS_OF, groups=lambda area, name: areas()[area].groups[name], parameters=dated)


def _frame(rows: Rows, group: Group) -> pl.LazyFrame:
    names = [item.name for item in group.items]
    given = rows.get(f"{group.area}.{group.id}", [])
    unknown = {name for row in given for name in row} - set(names)
    assert not unknown, f"{group.area}.{group.id} has no {unknown}"
    columns: dict[str, Any] = {name: [row.get(name) or None for row in given] for name in names}
    schema: dict[str, Any] = {"record_id": pl.Int64, **dict.fromkeys(names, pl.String)}
    return pl.LazyFrame({"record_id": list(range(1, len(given) + 1)), **columns}, schema=schema)
