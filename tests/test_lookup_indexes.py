"""migration.lookup_indexes: what rules look up by something else than a key gets an index, before anything is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from mappings.layout import Group, Item, ItemType
from mappings.parsing import parse
from mappings.rule import Rule, RuleLookup
from migration.database import open_engine, table_of
from migration.lookup_indexes import index_lookups

YEARS = Group(
    "zei", "shiryo", "資料", "999", "1.0",
    (
        Item("年度", "nendo", ItemType.X, 4, primary_key=True),
        Item("資料番号", "bango", ItemType.X, 10, primary_key=True),
        Item("宛名番号", "atena", ItemType.X, 15),
    ),
)  # fmt: skip
GROUPS = {("zei", "shiryo"): YEARS}


def rule(*on: tuple[str, str], table: str = "shiryo") -> Rule:
    lookup = RuleLookup("s", "zei", table, on)
    return Rule("ZEI-01", "E", "", "", "zei", "zeigaku", "", "", "", "", parse("exists(s)"), lookups=(lookup,))


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    engine = open_engine(f"sqlite:///{tmp_path / 'town.db'}")
    table_of(YEARS, engine).create(engine)
    return engine


def indexed(engine: sa.Engine) -> list[list[str | None]]:
    return [index["column_names"] for index in sa.inspect(engine).get_indexes(YEARS.sql_name)]


def test_a_lookup_that_is_no_key_gets_an_index_and_uses_it(engine: sa.Engine) -> None:
    index_lookups([rule(("課税年度", "年度"), ("宛名番号", "宛名番号"))], GROUPS, engine)
    assert indexed(engine) == [["nendo", "atena"]]
    with engine.connect() as connection:
        query = "EXPLAIN QUERY PLAN SELECT 1 FROM zei_shiryo a LEFT JOIN zei_shiryo b USING (nendo, atena)"
        plan = str(connection.execute(sa.text(query)).all())
    assert "(nendo=? AND atena=?)" in plan


def test_what_a_reference_points_at_gets_an_index(engine: sa.Engine) -> None:
    item = Item("相手の宛名番号", "aite", ItemType.X, 15, foreign_key="shiryo.宛名番号")
    pointing = replace(YEARS, id="meisai", items=(*YEARS.items[:2], item))
    index_lookups([], {**GROUPS, ("zei", "meisai"): pointing}, engine)
    assert indexed(engine) == [["atena"]]


def test_keys_and_tables_that_are_not_there_need_none(engine: sa.Engine) -> None:
    key, first = (("a", "資料番号"), ("b", "年度")), (("a", "年度"),)
    index_lookups([rule(*key), rule(*first), rule(("a", "宛名番号"), table="fuyo")], GROUPS, engine)
    assert indexed(engine) == []


def test_once_is_enough(engine: sa.Engine) -> None:
    for _ in range(2):
        index_lookups([rule(("a", "宛名番号"))], GROUPS, engine)
    assert indexed(engine) == [["atena"]]
