"""The condition language on frames: hand-written answers, and what rules report."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from mappings.errors import MappingError
from mappings.expression import Call, Literal
from mappings.layout import Group, Item, ItemType
from mappings.parsing import parse
from mappings.rule import Rule, RuleLookup
from validators.checked import Checked, CheckSettings
from validators.frames import check_frames
from validators.polars_expression import PolarsContext, to_polars


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("age('2010-04-01', '2025-03-30')", 14),
        ("age('2010-04-01', '2025-03-31')", 15),  # 年齢は誕生日の前日に加算
        ("age('2010-04-02', '2025-03-31')", 14),
        ("age('2010-04-02', '2025-04-01')", 15),
        ("age('2010-01-01', '2024-12-31')", 15),
        ("age('2004-02-29', '2025-02-27')", 20),
        ("age('2004-02-29', '2025-02-28')", 21),
        ("age('1927-02-29', '2025-02-28')", 98),  # 暦にない生年月日
        ("age('1945-00-00', '2025-04-01')", None),
        ("age('2025-04-03', '2025-04-01')", -1),
        ("months('2024-01-31', '2024-02-29')", 0),
        ("months('2024-01-31', '2025-01-31')", 12),
        ("months('2025-03-01', '2025-02-28')", -1),
        ("days('2024-02-28', '2024-03-01')", 2),
        ("days('1999-12-31', '2000-01-01')", 1),
        ("days('0000-01-01', '2000-01-01')", None),
        ("fiscal_year('2025-03-31')", 2024),
        ("fiscal_year('2025-04-01')", 2025),
        ("year('2025')", 2025),
        ("year('0000')", None),
        ("ymd('0000-01-01')", 101),
        ("ymd('9999-12-31')", 99991231),
        ("ymd('2025-02-00')", None),
        ("real_date('1900-02-29')", False),
        ("real_date('2000-02-29')", True),
        ("length('辻\U000e0101野')", 2),
        ("number('-012')", -12),
        ("number('１２')", None),
        ("matches('１２３', '[0-9]+')", False),
        ("matches('ab\n', 'ab')", False),
        ("matches('a.c', 'a.c')", True),
        ("floor(12345, 1000)", 12000),
        ("choose('1' = '2', 'あ', 'い')", "い"),
        ("concat('1', null, 2)", "12"),
        ("first('', null, 'x')", "x"),
        ("part('016373', 1, 2)", "01"),
        ("'007' = 7", True),
        ("'a' = 7", None),
        ("null = 1 or 1 = 1", True),
        ("null = 1 and 1 = 2", False),
        ("not (null = 1)", None),
        ("parameter('税額')", 10800),
        ("parameter('税額', '2024-03-31')", 7200),
        ("parameter('税額', '1980-01-01')", None),
        ("parameter('率') * 1000 = 75", True),
    ],
)
def test_answers(text: str, answer: object) -> None:
    parameters = {
        "税額": [("2000-01-01", "2024-03-31", "7200"), ("2024-04-01", "", "10800")],
        "率": [("", "", "0.075")],
    }
    context = PolarsContext("2025-04-01", parameters)
    assert pl.select(to_polars(parse(text), context)).item() == answer


@pytest.mark.parametrize(
    ("number", "kind", "right"),
    [
        ("123456789018", "kojin", True),
        ("123456789019", "kojin", False),
        ("12345678901", "kojin", False),
        ("7000012050002", "hojin", True),
        ("8700110005901", "hojin", True),
        ("8700110005902", "hojin", False),
        ("016373", "shichoson", True),
        ("016374", "shichoson", False),
        ("33120015", "m10w2-1", True),
        ("138016", "m10w2-1", True),
        ("138017", "m10w2-1", False),
        ("12345678903", "juminhyo", True),
        ("12345678904", "juminhyo", False),
        ("19", "m11w2-7", True),  # 1×2=2, 11−2=9
        ("000000000000019", "m11w2-7", True),
        ("18", "m11w2-7", False),
        ("60", "m11w2-7", True),  # 6×2=12, remainder 1 → 0
        ("１９", "m11w2-7", False),
    ],
)
def test_check_digits(number: str, kind: str, right: bool) -> None:
    tree = Call("check_digit", (Literal(number), Literal(kind)))
    assert pl.select(to_polars(tree, PolarsContext())).item() is right


PERSON = Group("a", "p", "人", "001", "1", (
    Item("番号", "no", ItemType.X, 5, primary_key=True),
    Item("履歴", "his", ItemType.INTEGER, 3, primary_key=True),
    Item("世帯", "hh", ItemType.X, 5),
    Item("続柄", "rel", ItemType.X, 2),
    Item("額", "v", ItemType.INTEGER, 9),
))  # fmt: skip
HOUSE = Group("b", "h", "世帯", "001", "1", (
    Item("番号", "no", ItemType.X, 5, primary_key=True),
    Item("住所", "adr", ItemType.N, 9),
    Item("状態", "st", ItemType.X, 1),
))  # fmt: skip
ROWS = pl.DataFrame(
    [
        (1, "1", "1", "10", "01", "100"),
        (2, "1", "2", "10", "02", "50"),
        (3, "2", "1", "10", "01", None),
        (4, "2", "3", "20", "20", "7"),
        (5, "3", "1", None, "01", "1"),
        (6, "4", "10", "40", None, "1"),
        (7, "4", "9", "40", "20", "1"),
    ],
    schema={"record_id": pl.Int64, **dict.fromkeys(("番号", "履歴", "世帯", "続柄", "額"), pl.String)},
    orient="row",
)
HOUSES = pl.DataFrame({"record_id": [1, 2], "番号": ["10", "20"], "住所": ["東", None], "状態": ["1", "9"]})
BASE = Rule("R-1", "W", "現行潜在誤り", "題", "a", "p", "", "", "根拠", "文", parse("1 = 1"))
SETTINGS = CheckSettings("2025-04-01", lambda a, g: {"p": PERSON, "h": HOUSE}.get(g), department="課")


def run(rule: Rule) -> Checked:
    frames = {("a", "p"): ROWS.lazy(), ("b", "h"): HOUSES.lazy()}
    return check_frames(PERSON, {}, [rule], lambda area, group: frames.get((area, group)), SETTINGS)


def findings(check: str, **more: object) -> list[tuple[object, ...]]:
    found = run(replace(BASE, check=parse(check), **more)).findings  # type: ignore[arg-type]
    return found.filter(pl.col("rule") == "R-1").select("key", "value", "message", "record_id").rows()


def test_a_row_rule_names_each_row() -> None:
    assert findings("額 < 100", item="額", message="{番号}の{額}円") == [("1|1", "100", "1の100円", 1)]


def test_an_empty_answer_is_no_finding() -> None:
    assert findings("額 >= 0") == []


def test_a_group_rule_gives_one_finding_per_group_with_the_groups_key() -> None:
    heads = "count_if(続柄 = '01') < 2"
    assert findings(heads, by=("世帯",), where=parse("世帯 is not empty"), message="{世帯}に世帯主が2人") == [
        ("10", "", "10に世帯主が2人", None)
    ]


def test_a_household_without_a_head_is_legal_when_the_rule_says_so() -> None:
    assert findings("count_if(続柄 = '01') <= 1", by=("世帯",), where=parse("世帯 in ('20', '40')")) == []


def test_consecutive_history_sorts_as_numbers() -> None:
    gaps = findings("履歴 = prev(履歴) + 1", by=("番号",), order=("履歴",), item="履歴")
    assert gaps == [("2|3", "3", "文", 4)]


def test_look_ups_show_what_they_found() -> None:
    lookup = RuleLookup("家", "b", "h", (("世帯", "番号"),))
    orphans = findings("exists(家)", lookups=(lookup,), where=parse("世帯 is not empty"), message="{世帯}: {家.住所}")
    assert orphans == [("4|10", "", "40: （空）", 6), ("4|9", "", "40: （空）", 7)]
    living = replace(lookup, where=parse("状態 = '1'"))
    assert [row[3] for row in findings("not exists(家)", lookups=(living,), message="{家.住所}")] == [1, 2, 3]


def test_an_optional_look_up_of_what_is_not_there_finds_nothing() -> None:
    """The other look-ups go on; what hangs on the missing one is missing too."""
    there = RuleLookup("家", "b", "h", (("世帯", "番号"),))
    absent = RuleLookup("無", "c", "x", (("世帯", "番号"),), parse("状態 = '1'"), optional=True)
    behind = RuleLookup("奥", "b", "h", (("無.世帯", "番号"),))
    check = "not exists(無) and not exists(奥) and first(無.額, 奥.住所, 家.住所) is empty"
    found = findings(check, lookups=(there, absent, behind), message="{世帯}: {無.額}{奥.住所}・{家.住所}")
    whole = findings("家.住所 is empty", lookups=(there,), message="{世帯}: （空）（空）・{家.住所}")
    assert found == whole != []


def test_slices_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lookup = RuleLookup("家", "b", "h", (("世帯", "番号"),))
    whole = findings("exists(家) and 額 > 10", lookups=(lookup,), message="{家.住所}{額}")
    monkeypatch.setattr("validators.rule_frames.SLICE", 2)
    assert findings("exists(家) and 額 > 10", lookups=(lookup,), message="{家.住所}{額}") == whole
    assert [row[0] for row in whole] == ["2|3", "3|1", "4|10", "4|9"]


def test_a_rule_that_compared_nothing_says_so() -> None:
    checked = run(replace(BASE, check=parse("額 > 0"), where=parse("番号 = 'x'")))
    assert checked.nothing_compared.filter(pl.col("rule") == "R-1")["note"].to_list() == ["比べる値が1件もありません。"]
    lookup = RuleLookup("無", "c", "x", (("世帯", "番号"),))
    checked = run(replace(BASE, check=parse("exists(無)"), lookups=(lookup,)))
    assert checked.nothing_compared.filter(pl.col("rule") == "R-1")["note"].to_list() == [
        "参照先の c.x がこの移行にないため、検査していません。"
    ]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"check": parse("額面 > 0")}, "項目「額面」が a.p にありません → 「額」ではありませんか"),
        ({"check": parse("家.住所 is empty")}, "参照の別名「家」がありません"),
        ({"check": parse("count() = 1")}, "by か order が要ります"),
        ({"check": parse("prev(額) = 1"), "by": ("番号",)}, "prev を使うには order が要ります"),
        (
            {"check": parse("count_distinct(額) = 1"), "by": ("番号",), "order": ("履歴",)},
            "count_distinct を使えません",
        ),
        ({"check": parse("parameter('無い') = 1")}, "パラメータ「無い」が定義されていません"),
        ({"check": parse("額 + 1")}, "条件（真か偽になる式）ではありません"),
    ],
)
def test_a_rule_that_makes_no_sense_is_a_mapping_error(more: dict[str, object], message: str) -> None:
    with pytest.raises(MappingError, match=message.replace("(", "\\(").replace(")", "\\)")):
        run(replace(BASE, **more))  # type: ignore[arg-type]
