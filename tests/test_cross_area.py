"""Rules that hold two areas against each other, and the same truth in all areas of the town."""

from __future__ import annotations

import pytest
from area_cases import areas, keys_found, rule_of
from cross_area_cases import CASES, LEGAL, Case


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.area}-{case.rule}")
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(case: Case) -> None:
    rows = {place: [LEGAL[place] | row for row in given] for place, given in case.rows.items()}
    assert keys_found(case.area, case.rule, rows) == sorted(case.fires)


def test_a_person_is_told_once_about_different_accounts_and_no_area_must_be_there() -> None:
    """COM-20 of 住民情報 is a list (I); what a town has not got says nothing."""
    rule = rule_of("jumin", "COM-20")
    assert rule.severity == "I"
    assert all(lookup.optional for lookup in rule.lookups)
    assert {lookup.area for lookup in rule.lookups} >= {"jite", "jifu", "seiho", "kokuho"}


def test_every_area_with_a_mark_of_protection_is_held_against_the_register_both_ways() -> None:
    """COM-18: who has a measure has the mark, and who has the mark has a measure."""
    marked = {
        area.id
        for area in areas().values()
        for group in area.groups.values()
        if any(item.name == "支援措置フラグ" for item in group.items)
    }
    for area in sorted(marked):
        own = [rule for rule in areas()[area].rules if rule.item == "支援措置フラグ"]
        checks = [rule for rule in own if any(one.table == "shien" for one in rule.lookups)]
        assert len([rule for rule in checks if rule.severity == "E"]) >= 2, area
