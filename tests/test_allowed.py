"""What the standard forbids being an error (mappings/shared/allowed.csv): one test a line that nothing is said."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import cross_area_cases
import polars as pl
import pytest
import test_area_jite
import test_area_kaigo
import test_area_seiho
import test_business_rules
from area_cases import AS_OF, Row, areas
from test_transforms import outcome
from write_docs import shared

from mappings.loading import parameters, shipped_folder
from validators.checked import CheckSettings
from validators.rule_frames import check_rule

LINES = shared("allowed.csv")
LEGAL: Mapping[str, Row] = (
    cross_area_cases.LEGAL
    | {place: row for place, row in test_area_jite.LEGAL.items() if place.startswith("jite")}
    | {place: row for place, row in test_area_seiho.LEGAL.items() if place.startswith("seiho")}
    | test_business_rules.LEGAL
)
OWN: Mapping[str, Mapping[str, Row]] = {"kaigo": test_area_kaigo.LEGAL}  # legal rows that belong together
HEAVIER = {"": ("E", "W", "I"), "I": ("E", "W"), "W": ("E",)}


@pytest.mark.parametrize("line", LINES, ids=[line["id"] for line in LINES])
def test_nothing_is_said_about_what_is_allowed(line: dict[str, str]) -> None:
    """Against a legal row: no finding that the legal row has not, heavier than the line admits."""
    said = _said(line["area"], line["table"], line["rules"], line["rows"])
    usual = _said(line["area"], line["table"], line["rules"], "")
    assert [one for one in said - usual if one[1] in HEAVIER[line["weight"]]] == []


@pytest.mark.parametrize("line", [line for line in LINES if line["transform"]], ids=lambda line: line["id"])
def test_what_is_allowed_is_converted_without_a_fault(line: dict[str, str]) -> None:
    found = outcome(line["transform"], line["text"])
    assert (found.value, found.fault or "", found.note or "") == (line["result"], "", "")


def test_every_line_has_its_reason() -> None:
    assert len(LINES) >= 30
    assert all(line["what"] and line["basis"] for line in LINES)
    assert len({line["id"] for line in LINES}) == len(LINES)


def test_what_is_not_checked_has_a_reason_and_no_rule() -> None:
    known = {rule.id[:6] for area in areas().values() for rule in area.rules}
    for row in shared("not_checked.csv"):
        assert row["reason"]
        assert row["id"] not in known


def test_there_are_enough_rules_in_every_area() -> None:
    counts = {area.id: len(area.rules) for area in areas().values()}
    assert min(counts.values()) >= 8
    assert sum(counts.values()) >= 230


def _rows(text: str) -> list[Row]:
    """Rows are parted by '|', cells by ';': what differs from the legal row."""
    return [dict(cell.split("=", 1) for cell in row.split(";") if cell) for row in text.split("|")]


@cache
def _said(area: str, table: str, rules: str, text: str) -> set[tuple[str, str, str]]:
    """(rule, severity, key) of every finding about these rows, all other groups having their legal row.

    A line may name the `rules` it is about, where its rows are not whole enough for all of them.
    """
    asked = [one for one in rules.split(";") if one]
    legal = {**LEGAL, **OWN.get(area, {})}
    place = f"{area}.{table}"
    given = {name: [row] for name, row in legal.items()} | {place: [legal[place] | row for row in _rows(text)]}
    found = set()
    for rule in areas()[area].rules:
        if rule.table == table and (not asked or rule.id in asked):
            outcome = check_rule(rule, areas()[area].groups[table], lambda a, name: _frame(given, a, name), _settings())
            found |= {(rule.id, rule.severity, key) for key in outcome.findings["key"]}
    return found


def _frame(given: Mapping[str, list[Row]], area: str, name: str) -> pl.LazyFrame:
    items = [item.name for item in areas()[area].groups[name].items]
    rows = given.get(f"{area}.{name}", [])
    assert not {cell for row in rows for cell in row} - set(items)
    columns = {item: [row.get(item) or None for row in rows] for item in items}
    schema = {"record_id": pl.Int64(), **dict.fromkeys(items, pl.String())}
    return pl.LazyFrame({"record_id": list(range(1, len(rows) + 1)), **columns}, schema=schema)


def _settings() -> CheckSettings:
    dated: dict[str, list[tuple[str, str, str]]] = {}
    for one in parameters([shipped_folder()]):
        dated.setdefault(one.name, []).append((one.start, one.end, one.value))
    return CheckSettings(AS_OF, groups=lambda area, name: areas()[area].groups.get(name), parameters=dated)
