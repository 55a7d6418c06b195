"""The shipped areas: they load, they are sound, and nothing of them got lost."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest

from mappings.area import Area
from mappings.checking import check_areas
from mappings.layout import Status
from mappings.legacy_source import GroupMap, Source
from mappings.loading import load_areas, parameters, secret_items, shipped_folder
from mappings.rule import Rule
from migration.transforms import TRANSFORMS

OBSERVED = Path(__file__).parents[2] / "shared/data/layouts/observed/001_jumin_columns_memuro.csv"
ADDRESS = re.compile("住所_(都道府県|市区郡町村名|町字|番地号表記|方書|郵便番号)|相手方_|定置場|本籍")

ITEMS = {
    "jumin": {
        "jumin": 136, "setai": 9, "ido": 18, "zairyu": 18, "kyuuji_tsusho": 16, "shien": 21, "johyo": 13
    },
    "inkan": {"toroku": 18, "inei": 13, "gazo": 6, "haishi": 11},
    "keiji": {"sharyo": 25, "ido": 13, "kazei": 16, "genmen": 15},
    "jutogai": {"atena": 29},
    "kaigo": {"shikaku": 18, "nintei": 20, "futan": 12, "fuka": 18, "tokucho": 10},
    "shogai": {"techo": 18, "jukyusha": 17, "kettei": 13, "jiritsu": 14},
}  # fmt: skip
COLUMNS = {
    "jumin": {
        "juki": 97, "setai": 15, "ido": 18, "zairyu": 18, "tsusho": 16, "shien": 22, "johyo": 13
    },
    "inkan": {"toroku": 19, "inei_index": 14, "inei_gazo": 6, "haishi": 12},
    "keiji": {"sharyo": 31, "ido": 14, "kazei": 17, "genmen": 31},
    "jutogai": {"jutogai": 30},
    "kaigo": {"hihokensha": 20, "nintei": 21, "futan": 12, "fuka": 38},
    "shogai": {
        "shintai": 19, "ryoiku": 19, "seishin": 19, "jukyusha": 18, "kettei": 13, "jiritsu": 14
    },
}  # fmt: skip
RULES = {"jumin": 56, "inkan": 23, "keiji": 30, "jutogai": 12, "kaigo": 30, "shogai": 23}
TOTALS = {"jumin": 6, "inkan": 5, "keiji": 5, "jutogai": 2, "kaigo": 4, "shogai": 4}


@cache
def areas() -> dict[str, Area]:
    return load_areas([shipped_folder()])


def source(area: str) -> Source:
    return areas()[area].sources["kyusys"]


def test_all_shipped_areas_are_sound() -> None:
    folders = [shipped_folder()]
    names = {one.name for one in parameters(folders)}
    faults = check_areas(areas(), set(TRANSFORMS), secret_items(folders), names, elsewhere=set(areas()))
    assert [str(fault) for fault in faults] == []


@pytest.mark.parametrize("area", ITEMS)
def test_no_group_item_column_rule_or_total_is_lost(area: str) -> None:
    this = areas()[area]
    assert {group.id: len(group.items) for group in this.groups.values()} == ITEMS[area]
    assert {table.id: len(table.columns) for table in source(area).tables.values()} == COLUMNS[area]
    assert (len(this.rules), len(this.totals)) == (RULES[area], TOTALS[area])


def test_item_status_says_where_it_comes_from() -> None:
    counts = {
        (area, status.value): sum(
            item.status is status for group in areas()[area].groups.values() for item in group.items
        )
        for area in ITEMS
        for status in Status
    }
    assert counts["jutogai", "official"] == 29
    assert counts["jumin", "official"] == counts["inkan", "official"] == counts["keiji", "official"] == 0
    assert (counts["jumin", "observed"], counts["jumin", "reference"]) == (131, 100)


def test_every_observed_column_of_the_resident_table_has_its_item() -> None:
    if not OBSERVED.is_file():
        pytest.skip("the observed column names are not on this machine")
    with OBSERVED.open(encoding="utf-8-sig", newline="") as file:
        seen = [row[1] for row in csv.reader(file)][1:]
    items = {item.name: item for item in areas()["jumin"].groups["jumin"].items}
    assert len(seen) == 122
    assert [name for name in seen if name not in items or items[name].status is not Status.OBSERVED] == []


@pytest.mark.parametrize("area", ["jumin", "inkan", "keiji"])
def test_items_without_an_official_workbook_have_no_number_but_a_source(area: str) -> None:
    items = [item for group in areas()[area].groups.values() for item in group.items]
    assert [item.name for item in items if item.id] == []
    assert [item.name for item in items if not item.source] == []


@pytest.mark.parametrize("area", ITEMS)
def test_every_feature_of_a_map_is_declared_with_a_reason(area: str) -> None:
    for group in source(area).groups.values():
        assert [one.reason for one in group.filters if len(one.reason) < 10] == []
        assert [line.item for line in group.columns if not line.sources and not line.default and not line.note] == []
    assert [one.column for one in source(area).ignored if len(one.reason) < 5] == []


def test_the_maps_use_what_the_business_has() -> None:
    maps = {(area, group.group): group for area in ITEMS for group in source(area).groups.values()}
    assert maps["jumin", "setai"].distinct[0] == "世帯番号"
    assert maps["keiji", "genmen"].split is not None
    assert line(maps["jumin", "jumin"], "異動届出年月日") == ("first", ("転居用届出日", "出生用届出日"))
    assert line(maps["keiji", "sharyo"], "標識番号") == ("join", ("標識地名", "標識分類", "標識かな", "標識一連"))
    assert {lookup.alias for lookup in maps["jumin", "jumin"].lookups} == {"n", "z", "k", "t", "r"}


def line(group: GroupMap, item: str) -> tuple[str, tuple[str, ...]]:
    found = next(one for one in group.columns if one.item == item)
    return found.combine, found.sources


def test_individual_numbers_are_marked_secret() -> None:
    marked = {
        (area, table.id, column.name)
        for area in ITEMS
        for table in source(area).tables.values()
        for column in table.columns
        if column.secret
    }
    assert marked == {("jumin", "juki", "個人番号"), ("jutogai", "jutogai", "個人番号")}


def test_fixed_length_columns_fill_their_records_without_gap() -> None:
    for table in source("keiji").tables.values():
        ends = [0, *(column.start + column.length for column in table.columns)]
        assert [column.start for column in table.columns] == ends[:-1]
        assert ends[-1] == table.record_length
    assert {table.id: table.newline for table in source("keiji").tables.values()} == {
        "sharyo": "", "ido": "crlf", "kazei": "crlf", "genmen": ""
    }  # fmt: skip


def test_the_same_package_has_the_same_external_characters_everywhere() -> None:
    tables = [given for area in ITEMS if (given := source(area).gaiji.characters)]  # areas without names have none
    assert all(table == tables[0] for table in tables)
    assert tables[0]["\ue000"] == "\U00020bb7"
    assert "\ue00c" not in tables[0]  # waiting for identification


@pytest.mark.parametrize(
    "rule", [rule for area in ITEMS for rule in areas()[area].rules], ids=lambda r: f"{r.area}-{r.id}"
)
def test_a_clerk_learns_what_is_wrong_and_where_to_put_it_right(rule: Rule) -> None:
    assert re.fullmatch("[A-Z]{3}-[0-9]{2}(-[0-9]+)?", rule.id)
    assert "" not in (rule.title, rule.basis, rule.department)
    assert len(rule.look_at) >= 20
    assert "{" in rule.message
    assert not ADDRESS.search(" ".join(re.findall("{([^}]*)}", rule.message)))


def test_findings_about_groups_of_rows_do_not_carry_addresses_or_numbers_in_their_key() -> None:
    grouped = [rule for area in ITEMS for rule in areas()[area].rules if rule.by and not rule.order]
    assert [rule.id for rule in grouped if ADDRESS.search(" ".join(rule.by)) or "住民票コード" in rule.by] == []


def test_unverified_practice_is_marked() -> None:
    quiet = [rule.id for rule in areas()["keiji"].rules if rule.id.startswith("KEI") and "[K]" not in rule.basis]
    assert quiet == []
