"""Differences of layouts and maps, and which maps and rules they touch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mappings.area import Area
from mappings.layout import CodeList, Group, Item, ItemType
from mappings.layout_diff import ItemChange, LayoutDiff, Touched, diff_codes, diff_layouts, touched
from mappings.legacy_source import (
    CodeEntry,
    CodeMap,
    ColumnMap,
    Filter,
    Gaiji,
    GroupMap,
    Ignored,
    LegacyColumn,
    LegacyLookup,
    LegacyTable,
    Source,
    Split,
    Transform,
)
from mappings.map_diff import MapChange, diff_rules, diff_sources
from mappings.parsing import parse
from mappings.rule import Rule, RuleLookup, Total

NUMBER = Item("番号", "bango", ItemType.X, 15, id="00100001", primary_key=True)
NAME = Item("氏名", "shimei", ItemType.N, 100, id="00100002")
SEX = Item("性別", "seibetsu", ItemType.X, 1, code="001")
HOME = Item("世帯番号", "setaibango", ItemType.X, 15, primary_key=True)


def group(name: str, *items: Item) -> Group:
    return Group("juki", name, name, "001", "1", items)


def rule(identity: str, check: str, **more: object) -> Rule:
    plain = Rule(identity, "E", "移行差異", identity, "juki", "hito", "", "課", "", "", parse(check), file="rules.toml")
    return replace(plain, **more)  # type: ignore[arg-type]


HITO, SETAI = group("hito", NUMBER, NAME, SEX, HOME), group("setai", HOME)
LOOKUP = RuleLookup("s", "juki", "setai", (("世帯番号", "世帯番号"),))
RULES = (
    rule("R-name", "氏名 is not empty"),
    rule("R-by", "count() = 1", by=("氏名",)),
    rule("R-item", "番号 is not empty", item="氏名"),
    rule("R-home", "exists(s)", lookups=(LOOKUP,)),
    rule("R-other", "性別 is not empty", where=parse("番号 is not empty")),
)
SOURCE = Source(
    area="juki",
    vendor="old",
    title="旧",
    tables={
        "t": LegacyTable("t", "表", ("*.csv",), "csv", "cp932", (LegacyColumn("NO"), LegacyColumn("SEX")), ("NO",))
    },
    groups={
        "hito": GroupMap(
            "hito",
            ("t",),
            (
                ColumnMap("番号", ("NO",), line=2),
                ColumnMap("氏名", ("NM",), line=3),
                ColumnMap("性別", ("SEX",), line=4),
            ),
            file="hito.csv",
        )
    },
    codes={"sei": CodeMap("sei", "001", {"9": CodeEntry("9", "3", "不明", True)}, "sei.csv")},
    ignored=(Ignored("t", "MEMO", "作業用"),),
)
AREA = Area(
    id="juki",
    title="住民",
    order=1,
    department="課",
    business_ids=("001",),
    groups={"setai": SETAI, "hito": HITO},
    code_lists={"001": CodeList("001", "性別", {"1": "男", "2": "女", "3": "不明"})},
    rules=RULES,
    totals=(Total("T", "男", "juki", "hito", parse("count_if(性別 = '1')")),),
    sources={"old": SOURCE},
)


def layout(*items: Item) -> LayoutDiff:
    return diff_layouts({"hito": HITO, "setai": SETAI}, {"hito": group("hito", *items), "setai": SETAI})


def test_equal_layouts_have_no_difference() -> None:
    assert layout(NUMBER, NAME, SEX, HOME).empty
    assert diff_codes(AREA.code_lists, AREA.code_lists) == ()


def test_groups_that_come_and_go() -> None:
    found = diff_layouts({"hito": HITO, "setai": SETAI}, {"hito": HITO, "zei": group("zei", NUMBER)})
    assert (found.added_groups, found.removed_groups, found.items) == (("zei",), ("setai",), ())
    assert not found.empty


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (replace(NAME, length=120), [ItemChange("hito", "氏名", "変更", "桁数", "100", "120")]),
        (replace(NAME, name="名称"), [ItemChange("hito", "氏名", "名称変更", "データ項目", "氏名", "名称")]),
        (replace(NAME, id="", mandatory=True), [
            ItemChange("hito", "氏名", "変更", "実装類型", "", "○"),
            ItemChange("hito", "氏名", "変更", "データ項目ID", "00100002", ""),
        ]),
        (replace(NAME, name="名", romaji="na", id="00100009"), [
            ItemChange("hito", "氏名", "削除"),
            ItemChange("hito", "名", "追加", after="N 100 任意"),
        ]),
    ],
)  # fmt: skip
def test_an_item_is_known_by_id_then_name_then_romaji(after: Item, expected: list[ItemChange]) -> None:
    assert list(layout(NUMBER, after, SEX, HOME).items) == expected


def test_a_renamed_item_is_not_taken_for_one_that_took_its_name() -> None:
    moved = layout(replace(NUMBER, name="氏名"), replace(NAME, name="番号"), SEX, HOME)
    assert [(one.item, one.after) for one in moved.items if one.kind == "名称変更"] == [
        ("番号", "氏名"),
        ("氏名", "番号"),
    ]


def where(diff: LayoutDiff) -> list[tuple[str, str]]:
    return [(one.file, one.place) for one in touched(diff, AREA)]


def test_a_removed_item_touches_its_map_line_and_every_rule_naming_it() -> None:
    assert where(layout(NUMBER, SEX, HOME)) == [
        ("hito.csv", "3行"),
        ("rules.toml", "[[rule]] R-name"),
        ("rules.toml", "[[rule]] R-by"),
        ("rules.toml", "[[rule]] R-item"),
    ]


def test_a_change_of_words_only_touches_the_map_line() -> None:
    assert where(layout(NUMBER, replace(NAME, definition="氏と名"), SEX, HOME)) == [("hito.csv", "3行")]


def test_an_item_of_a_looked_up_group_touches_the_rules_looking_there() -> None:
    diff = diff_layouts({"setai": SETAI}, {"setai": group("setai", replace(HOME, name="世帯の番号"))})
    assert where(diff) == [("rules.toml", "[[rule]] R-home")]


def test_a_removed_code_list_value_and_item_touch_maps_rules_and_totals() -> None:
    without_sex = layout(NUMBER, NAME, HOME)
    assert where(without_sex) == [
        ("hito.csv", "4行"),
        ("rules.toml", "[[rule]] R-other"),
        ("juki/rules.toml", "[[total]] T"),
    ]
    new = {"001": CodeList("001", "性別", {"1": "男", "2": "女性", "4": "他"})}
    codes = diff_codes(AREA.code_lists, new)
    assert [(one.item, one.kind) for one in codes] == [("2", "変更"), ("3", "削除"), ("4", "追加")]
    found = touched(LayoutDiff((), (), (), codes), AREA)
    assert [(one.file, one.place) for one in found] == [("sei.csv", "9")]
    assert "値「3」が削除になります" in found[0].effect


def test_a_removed_group_touches_its_map_its_rules_and_those_of_other_areas() -> None:
    diff = LayoutDiff((), ("setai",), ())
    other = replace(AREA, id="zei", rules=(replace(RULES[3], id="Z", area="zei", file="zei.toml"),), sources={})
    effect = "グループがなくなります。移す先を決め直してください"
    assert touched(diff, AREA, [other]) == [
        Touched("rules.toml", "[[rule]] R-home", "R-home", effect),
        Touched("zei.toml", "[[rule]] Z", "R-home", effect),
    ]


def changed_map(**more: object) -> Source:
    return replace(SOURCE, groups={"hito": replace(SOURCE.groups["hito"], **more)})  # type: ignore[arg-type]


READ = "*.csv、キー NO、区切り ,"
PAD = Transform("digits", "15")
UNSURE = CodeMap("sei", "001", {"9": CodeEntry("9", "3", "不明", False)}, "sei.csv")
COLUMNS = SOURCE.groups["hito"].columns


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (changed_map(columns=tuple(reversed(COLUMNS))), []),
        (changed_map(columns=tuple(replace(one, line=9, note="x") for one in COLUMNS)), []),
        (
            changed_map(columns=(replace(COLUMNS[0], transforms=(PAD,), default="0"), *COLUMNS[1:])),
            [MapChange("項目対応", "hito", "番号", "NO", "NO、変換 digits:15、既定値 0")],
        ),
        (
            changed_map(columns=(replace(COLUMNS[0], sources=("A", "B"), combine="first"), *COLUMNS[1:])),
            [MapChange("項目対応", "hito", "番号", "NO", "A|B")],
        ),
        (changed_map(columns=COLUMNS[:2]), [MapChange("項目対応", "hito", "性別", "SEX", "")]),
        (
            changed_map(filters=(Filter("F", parse("SEX='9'"), "試験"),)),
            [MapChange("条件", "hito", "除外条件 F", "", "SEX = '9'（試験）")],
        ),
        (
            changed_map(lookups=(LegacyLookup("x", "t", (("NO", "NO"),), parse("SEX is empty")),)),
            [MapChange("条件", "hito", "参照 x", "", "t NO=NO（SEX is empty）")],
        ),
        (
            changed_map(split=Split("期", {"税": ("A", "B")}, True)),
            [MapChange("条件", "hito", "行の分割", "", "期: 税←A/B（空も残す）")],
        ),
        (
            replace(SOURCE, codes={"sei": UNSURE}),
            [MapChange("コード変換", "sei", "9", "3 確認済み", "3 未確認")],
        ),
        (replace(SOURCE, ignored=()), [MapChange("除外", "t", "MEMO", "作業用", "")]),
        (
            replace(SOURCE, tables={"t": replace(SOURCE.tables["t"], encoding="utf-8")}),
            [MapChange("現行テーブル", "t", "読み方", f"csv、cp932、{READ}", f"csv、utf-8、{READ}")],
        ),
        (
            replace(SOURCE, tables={"t": replace(SOURCE.tables["t"], columns=(LegacyColumn("NO", secret=True),))}),
            [
                MapChange("現行の列", "t", "NO", "text", "text 個人番号"),
                MapChange("現行の列", "t", "SEX", "text", ""),
            ],
        ),
        (replace(SOURCE, gaiji=Gaiji({"\ue000": "𠮷"})), [MapChange("外字", "外字", "U+E000", "", "𠮷")]),
    ],
)  # fmt: skip
def test_maps_are_compared_by_meaning(after: Source, expected: list[MapChange]) -> None:
    assert diff_sources(SOURCE, after) == expected


def test_rules_are_compared_field_by_field() -> None:
    new = replace(AREA, rules=(replace(RULES[0], severity="W", check=parse("氏名 <> ''")), *RULES[1:]), totals=())
    assert diff_rules(AREA, new) == [
        MapChange("規則", "R-name", "条件", "氏名 is not empty", "氏名 <> ''"),
        MapChange("規則", "R-name", "重さと種類", "E 移行差異", "W 移行差異"),
        MapChange("規則", "合計 T", "男", "hito: count_if(性別 = '1') 件", ""),
    ]
