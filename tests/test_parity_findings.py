"""check_frames and check_database find the same things in the same rows, on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from mappings.layout import CodeList, Group, Item, ItemType, Requirement
from mappings.parsing import parse
from mappings.rule import Rule, RuleLookup
from validators.checked import Checked, CheckSettings
from validators.database import check_database
from validators.expectations import Asked, BrokenExpectation, count, require_all_listed
from validators.frames import check_frames

POSTGRES = os.environ.get("IKOU_TEST_POSTGRES", "")
REQUIRED = Requirement.REQUIRED

PERSON = Group("a", "person", "個人", "001", "1.0", (
    Item("宛名番号", "atena_no", ItemType.X, 5, primary_key=True, requirement=REQUIRED),
    Item("履歴番号", "rireki_no", ItemType.INTEGER, 3, primary_key=True),
    Item("氏名", "shimei", ItemType.N, 4, requirement=REQUIRED),
    Item("生年月日", "birth", ItemType.DATE, 10, unknown_date=True, noncalendar=True),
    Item("異動日", "ido", ItemType.DATE, 10, requirement=REQUIRED),
    Item("性別", "sei", ItemType.X, 2, code="201"),
    Item("区分", "kubun", ItemType.INTEGER, 2, code="202"),
    Item("税率", "ritsu", ItemType.DECIMAL, 3, scale=2),
    Item("差額", "sagaku", ItemType.SIGNED, 4),
    Item("長い番号", "nagai", ItemType.INTEGER, 20),
    Item("年", "nen", ItemType.YEAR, 4),
    Item("時刻", "jikoku", ItemType.TIME, 8),
    Item("世帯番号", "setai_no", ItemType.X, 5, foreign_key="household.世帯番号"),
    Item("世帯枝番", "setai_eda", ItemType.X, 5, foreign_key="a.household.枝番"),
    Item("個人番号", "kojin", ItemType.X, 12),
))  # fmt: skip
HOUSEHOLD = Group("a", "household", "世帯", "001", "1.0", (
    Item("世帯番号", "setai_no", ItemType.X, 5, primary_key=True),
    Item("枝番", "eda", ItemType.INTEGER, 3),
    Item("主", "nushi", ItemType.N, 4),
    Item("状態", "jotai", ItemType.X, 1),
))  # fmt: skip
GROUPS = {("a", "person"): PERSON, ("a", "household"): HOUSEHOLD}
CODES = {
    "201": CodeList("201", "性別", {"1": "男", "2": "女", "99": "不明"}),
    "202": CodeList("202", "区分", {"1": "甲", "2": "乙", "03": "丙"}),
}
SETTINGS = CheckSettings(
    "2025-04-01",
    lambda area, group: GROUPS.get((area, group)),
    {"上限": [("", "", "100")]},
    department="住民課",
    secret_items=frozenset({"個人番号"}),
)


def rule(number: int, check: str, **more: object) -> Rule:
    base = Rule(
        f"T-{number:02}", "W", "現行潜在誤り", "題", "a", "person", "", "課", "根拠", "{氏名}の{異動日}", parse(check)
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


SETAI = RuleLookup("世帯", "", "household", (("世帯番号", "世帯番号"),))
RULES = (
    rule(1, "ymd(異動日) >= ymd(生年月日)", item="異動日", message="{異動日}が{生年月日}より前（{税率}）"),
    rule(2, "exists(世帯)", item="世帯番号", lookups=(SETAI,), where=parse("世帯番号 is not empty")),
    rule(3, "世帯.主 = 氏名", lookups=(SETAI,), message="主 {世帯.主}（枝番 {世帯.枝番}）と {氏名}"),
    rule(
        4, "count() = 1", by=("世帯番号",), item="世帯番号", message="{世帯番号}に{氏名}ほか", where=parse("性別 = '1'")
    ),
    rule(
        5, "履歴番号 = prev(履歴番号) + 1", by=("宛名番号",), order=("履歴番号",), item="履歴番号", message="{履歴番号}"
    ),
    rule(6, "check_digit(個人番号, 'kojin')", item="個人番号", message="個人番号 {個人番号} が違う"),
    rule(7, "税率 <= 1 and 差額 < parameter('上限')", item="税率", message="{税率}と{差額}"),
    rule(
        8,
        "count_if(exists(世帯)) = count() and max(世帯.枝番) < 5",
        by=("性別",),
        lookups=(SETAI,),
        message="{性別}: {世帯.状態}",
    ),
    rule(
        9,
        "世帯.状態 = '1'",
        lookups=(replace(SETAI, where=parse("状態 in ('1', '2') and 枝番 > 0")),),
        message="{世帯.状態}",
    ),
    rule(
        10,
        "二.世帯番号 <> 世帯.世帯番号",
        lookups=(SETAI, RuleLookup("二", "a", "household", (("世帯.枝番", "枝番"),))),
        message="{二.世帯番号}",
    ),
    rule(11, "exists(無)", lookups=(RuleLookup("無", "x", "nothing", (("宛名番号", "宛名番号"),)),)),
    rule(12, "contains(氏名, '%') or matches(時刻, '[0-9]{2}:[0-9]{2}') or 氏名 = '{:a'", message="100%: {時刻}"),
    rule(13, "age(生年月日, 異動日) >= 15", where=parse("生年月日 < '0000'")),
    rule(14, "sum(差額) >= 0 and min(税率) < 10", by=("性別", "区分"), item="差額", message="{性別}{区分}{税率}"),
    rule(15, "count() < 3", by=("宛名番号",), order=("異動日",), item="異動日", message="{異動日}"),
    rule(
        17,
        "not exists(世帯) or exists(無) or 無.主 is not empty",
        lookups=(SETAI, RuleLookup("無", "x", "nothing", (("世帯.主", "宛名番号"),), optional=True)),
        message="{無.主}と{世帯.主}",
    ),
    rule(16, "exists(甲)", lookups=(RuleLookup("甲", "", "household", (("世帯枝番", "枝番"),)),), message="{甲.主}"),
)


def people(seed: int, size: int) -> pl.DataFrame:
    """Rows a database can hold: odd texts and dates of every kind, numbers that are numbers."""
    pick = random.Random(seed)
    values: dict[str, Sequence[str | None]] = {
        "宛名番号": ["1", "2", "3", "4", "12345", "123456", "あ", "1 2", None],
        "履歴番号": ["1", "2", "3", "-1", "1000", None],
        "氏名": [
            "山田",
            "山田太郎",
            "山田太郎丸",
            "辻\U000e0102" * 4,
            "葛\ufe00" * 5,
            "山 田",
            "ｶﾅ",
            "\ue000",
            "山\n田",
            None,
        ],
        "生年月日": [
            "1912-07-30",
            "2001-02-29",
            "1945-00-00",
            "1945-A1-00",
            "1945-A5-00",
            "1945-12-A3",
            "0000-00-00",
            "0000-01-01",
            "9999-12-31",
            "1945-13-01",
            "19450101",
            "２０００-01-01",
            "2000-01-01",
            "0000-05-00",
            None,
        ],
        "異動日": [
            "2025-04-01",
            "2025-02-30",
            "1945-00-00",
            "1940-01-01",
            "9999-12-31",
            "2024-02-29",
            "1900-02-29",
            None,
        ],
        "性別": ["1", "2", "99", "9", "１", "100", None],
        "区分": ["1", "2", "3", "100", None],
        "税率": ["0", "1.5", "0.25", "999.99", "10", None],
        "差額": ["0", "-5", "-9999", "12345", "99", None],
        "長い番号": ["12345678901234567890", "5", None],
        "年": ["2025", "0000", "25", "２０２５", None],
        "時刻": ["00:00", "23:59:59", "24:00", "1:00", "12:30:", None],
        "世帯番号": ["10", "20", "30", None],
        "世帯枝番": ["1", "3", "01", None],
        "個人番号": ["123456789018", "123456789012", "12345", None],
    }
    columns = {name: [pick.choice(choices) for _ in range(size)] for name, choices in values.items()}
    return (
        pl.DataFrame(columns, schema=dict.fromkeys(values, pl.String))
        .with_row_index("record_id", 1)
        .cast({"record_id": pl.Int64})
    )


HOUSEHOLDS = pl.DataFrame(
    {
        "record_id": [1, 2, 3, 4],
        "世帯番号": ["10", "20", "20", "40"],
        "枝番": ["1", "3", "9", None],
        "主": ["山田", "山田太郎", None, "川"],
        "状態": ["1", "2", "3", None],
    }
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[sa.Engine, str | None]]:
    """An engine and a schema of its own."""
    if request.param == "sqlite":
        engine = sa.create_engine(f"sqlite:///{tmp_path / 'town.sqlite'}")
        yield engine, None
        engine.dispose()
        return
    if not POSTGRES:
        pytest.skip("IKOU_TEST_POSTGRES is not set")
    engine, schema = sa.create_engine(POSTGRES), f"h4_{uuid.uuid4().hex[:12]}"
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(schema))
    yield engine, schema
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(schema, cascade=True))
    engine.dispose()


def load(group: Group, frame: pl.DataFrame, place: tuple[sa.Engine, str | None]) -> None:
    engine, schema = place
    columns = [sa.Column(item.romaji, _type(item, engine)) for item in group.items]
    table = sa.Table(group.sql_name, sa.MetaData(), *columns, schema=schema)
    names = [item.romaji for item in group.items]
    with engine.begin() as connection:
        table.create(connection)
        rows = frame.select(item.name for item in group.items).rows()
        if rows:
            connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in rows])


def _type(item: Item, engine: sa.Engine) -> sa.types.TypeEngine[object]:
    if item.type in (ItemType.INTEGER, ItemType.SIGNED) and item.length <= 18:
        return sa.BigInteger()
    if item.type in (ItemType.INTEGER, ItemType.DECIMAL) and engine.dialect.name != "sqlite":
        return sa.Numeric(item.length + item.scale, item.scale)
    return sa.Text()


def from_frames(frame: pl.DataFrame) -> Checked:
    frames = {("a", "person"): frame.lazy(), ("a", "household"): HOUSEHOLDS.lazy()}
    return check_frames(PERSON, CODES, RULES, lambda area, group: frames.get((area, group)), SETTINGS)


def from_database(place: tuple[sa.Engine, str | None], rules: Sequence[Rule] = RULES) -> Checked:
    engine, schema = place
    return check_database(PERSON, CODES, rules, engine, SETTINGS, schema)


def found(checked: Checked) -> set[tuple[object, ...]]:
    return set(checked.findings.drop("record_id").rows())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_same_findings(seed: int, place: tuple[sa.Engine, str | None]) -> None:
    frame = people(seed, 150)
    load(PERSON, frame, place)
    load(HOUSEHOLD, HOUSEHOLDS, place)
    expected, actual = from_frames(frame), from_database(place)
    assert found(actual) == found(expected)
    assert actual.coverage.sort("rule").rows() == expected.coverage.sort("rule").rows()
    silent = {"T-11", "T-13"}  # look up a group that is not there; examine no row
    assert {row[4] for row in found(expected)} == {
        *(one.id for one in RULES if one.id not in silent), *(f"LAY-0{i}" for i in range(1, 7))
    }  # fmt: skip
    assert set(actual.nothing_compared["rule"]) == silent


def test_no_rows_is_no_pass(place: tuple[sa.Engine, str | None]) -> None:
    load(PERSON, people(1, 0), place)
    load(HOUSEHOLD, HOUSEHOLDS, place)
    expected, actual = from_frames(people(1, 0)), from_database(place)
    assert found(actual) == found(expected) == set()
    assert (
        set(actual.nothing_compared["rule"]) == set(expected.nothing_compared["rule"]) == set(expected.coverage["rule"])
    )
    assert "" not in actual.nothing_compared["note"].to_list()


def test_secret_items_stay_hidden(place: tuple[sa.Engine, str | None]) -> None:
    frame = people(4, 80)
    load(PERSON, frame, place)
    load(HOUSEHOLD, HOUSEHOLDS, place)
    for checked in (from_frames(frame), from_database(place)):
        hidden = checked.findings.filter(pl.col("rule") == "T-06")
        assert set(hidden["value"]) == {"（表示しません）"}
        assert set(hidden["message"]) == {"個人番号 （表示しません） が違う"}
        assert "123456789012" not in checked.findings.write_csv()


def test_a_broken_expectation_is_an_exception(place: tuple[sa.Engine, str | None]) -> None:
    load(PERSON, people(1, 10), place)
    engine, schema = place
    broken = Asked("列がない", "expect_column_values_to_not_be_null", {"column": "no_such_column"})
    with pytest.raises(BrokenExpectation, match="列がない: no answer"):
        count([broken], engine, PERSON.sql_name, schema)


def test_other_rows_listed_than_counted_is_an_exception() -> None:
    require_all_listed("数えたとおり", 3, 3)
    with pytest.raises(BrokenExpectation, match="数え漏れ: 2 found, Great Expectations counts 3"):
        require_all_listed("数え漏れ", 2, 3)


def test_more_failures_than_any_cap(place: tuple[sa.Engine, str | None]) -> None:
    frame = people(1, 1).select(pl.all().repeat_by(1500).explode()).with_columns(
        宛名番号=pl.int_range(1, 1501).cast(pl.String), 氏名=pl.lit(None, pl.String), 性別=pl.lit("x")
    )  # fmt: skip
    load(PERSON, frame, place)
    load(HOUSEHOLD, HOUSEHOLDS, place)
    checked = from_database(place, ())
    count = checked.findings.group_by("rule", "item").len().filter(pl.col("item").is_in(["氏名", "性別"]))
    assert sorted(count.rows()) == [("LAY-01", "氏名", 1500), ("LAY-04", "性別", 1500)]


def test_no_lock_is_left_behind(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    load(PERSON, people(1, 1).select(pl.all().repeat_by(500).explode()), (engine, None))
    load(HOUSEHOLD, HOUSEHOLDS, (engine, None))
    from_database((engine, None))
    other = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}", connect_args={"timeout": 0})
    with other.begin() as connection:
        connection.execute(sa.text("DROP TABLE a_person"))
    assert sa.inspect(engine).get_table_names() == ["a_household"]
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"]


def test_missing_table(place: tuple[sa.Engine, str | None]) -> None:
    with pytest.raises(LookupError, match="a_person"):
        from_database(place)
