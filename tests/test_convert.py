"""Convert: legacy Parquet before → standard frame, changes, findings, lineage, ledger after."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from mappings.area import Area
from mappings.expression import Call, Compare, IsEmpty, Literal, Name
from mappings.layout import Group, Item, ItemType
from mappings.legacy_source import (
    CodeEntry,
    CodeMap,
    ColumnMap,
    Filter,
    Gaiji,
    GroupMap,
    LegacyColumn,
    LegacyLookup,
    LegacyTable,
    Source,
    Split,
    Transform,
)
from migration import memory
from migration.convert import Converted, ConvertOptions, convert_group, map_group
from migration.converting import assembly, coded, trail
from migration.converting.trail import CHANGES_SCHEMA
from migration.converting.writing import FrameWriter
from validators.finding import RAW_SCHEMA

FILE_1 = 1 << 32
FILE_2 = 2 << 32


def item(name: str, key: bool = False) -> Item:
    return Item(name=name, romaji=name, type=ItemType.X, length=0, primary_key=key)


def area_of(*items: Item) -> Area:
    group = Group("juki", "person", "人", "001", "1", items)
    return Area("juki", "住基", 1, "住民課", ("001",), {"person": group}, {}, (), (), {})


def table(name: str, *columns: str, blanks: Sequence[str] = (), secret: Sequence[str] = ()) -> LegacyTable:
    made = tuple(LegacyColumn(column, secret=column in secret) for column in columns)
    return LegacyTable(name, name, (), "csv", "cp932", made, blanks=tuple(blanks))


def column(item: str, *sources: str, transforms: str = "", **more: Any) -> ColumnMap:
    steps = tuple(Transform(*step.split(":")) for step in transforms.split())
    return ColumnMap(item=item, sources=sources, transforms=steps, **more)


def codes(name: str, *entries: CodeEntry) -> CodeMap:
    return CodeMap(name, "", {entry.legacy: entry for entry in entries})


def source_of(
    tables: Sequence[LegacyTable], group: GroupMap, maps: Sequence[CodeMap] = (), gaiji: dict[str, str] | None = None
) -> Source:
    return Source(
        "juki",
        "v",
        "見本",
        {one.id: one for one in tables},
        {group.group: group},
        {one.name: one for one in maps},
        (),
        Gaiji(gaiji or {}),
    )


class Town:
    """A folder of extracts and what convert makes of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.legacy: dict[str, Path] = {}

    def extract(self, name: str, rows: Sequence[dict[str, str | None]], first: int = FILE_1 + 1) -> None:
        path = self.folder / f"{name}.parquet"
        frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
        ids = pl.Series("record_id", range(first, first + len(rows)), dtype=pl.Int64)
        zero = pl.lit(0, pl.Int64)
        frame.select(ids, zero.alias("byte_start"), zero.alias("byte_length"), pl.all()).write_parquet(path)
        self.legacy[name] = path

    def convert(self, area: Area, source: Source, **options: Any) -> Converted:
        self.made = convert_group(area, source, "person", self.legacy, self.folder, ConvertOptions(**options))
        assert all(row.closes for row in self.made.ledger), self.made.ledger
        return self.made

    def rows(self, name: str = "frame", *columns: str) -> list[tuple[Any, ...]]:
        frame = pl.read_parquet(self.made.files[name])
        return frame.select(columns or pl.all()).rows()


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_items_in_layout_order_with_every_change_recorded(town: Town) -> None:
    town.extract(
        "juki",
        [
            {"ATENA": "12", "KANA": "ﾀﾅｶ ﾀﾛｳ", "BIRTH": "3450301", "SEX": "1"},
            {"ATENA": "13", "KANA": "タナカ　ハナ", "BIRTH": None, "SEX": "2"},
        ],
    )
    group = GroupMap(
        "person",
        ("juki",),
        (
            column("性別", "SEX", codes="性別"),
            column("氏名フリガナ", "KANA", transforms="strip kana_full"),
            column("宛名番号", "ATENA", transforms="zero_pad:4"),
            column("生年月日", "BIRTH", transforms="era_date:birth"),
            column("備考", note="旧システムにない"),
            column("区分", default="0"),
        ),
    )
    sex = codes("性別", CodeEntry("1", "1", "男", True), CodeEntry("2", "3", "女", True))
    layout = area_of(*map(item, ("氏名フリガナ", "生年月日", "性別", "備考", "区分")), item("宛名番号", key=True))
    source = source_of([table("juki", "ATENA", "KANA", "BIRTH", "SEX")], group, [sex])

    made = town.convert(layout, source)

    assert pl.read_parquet(made.files["frame"]).columns == [
        "record_id", "氏名フリガナ", "生年月日", "性別", "備考", "区分", "宛名番号",
    ]  # fmt: skip
    assert town.rows() == [
        (FILE_1 + 1, "タナカ　タロウ", "1970-03-01", "1", None, "0", "0012"),
        (FILE_1 + 2, "タナカ　ハナ", None, "3", None, "0", "0013"),
    ]
    assert town.rows("changes") == [
        ("juki", "person", "0012", "氏名フリガナ", "strip kana_full", "ﾀﾅｶ ﾀﾛｳ", "タナカ　タロウ", FILE_1 + 1),
        ("juki", "person", "0012", "生年月日", "era_date:birth", "3450301", "1970-03-01", FILE_1 + 1),
        ("juki", "person", "0013", "性別", "性別", "2", "3", FILE_1 + 2),
        ("juki", "person", "0012", "区分", "default", None, "0", FILE_1 + 1),
        ("juki", "person", "0013", "区分", "default", None, "0", FILE_1 + 2),
        ("juki", "person", "0012", "宛名番号", "zero_pad:4", "12", "0012", FILE_1 + 1),
        ("juki", "person", "0013", "宛名番号", "zero_pad:4", "13", "0013", FILE_1 + 2),
    ]
    assert town.rows("findings") == []
    assert made.rows == 2
    assert made.blocked_codes == ()


KEY = item("宛名番号", key=True)
KEY_LINE = column("宛名番号", "ATENA")


def found(town: Town) -> list[tuple[Any, ...]]:
    return town.rows("findings", "key", "item", "rule", "severity", "legacy_value", "value", "record_id")


def messages(town: Town) -> list[str]:
    return [row[0] for row in town.rows("findings", "message")]


def test_first_non_empty_source_wins_and_a_different_one_is_a_finding(town: Town) -> None:
    town.extract(
        "juki",
        [
            {"ATENA": "1", "A": "3450301", "B": None},
            {"ATENA": "2", "A": None, "B": "3450302"},
            {"ATENA": "3", "A": "3450303", "B": "19700303"},
            {"ATENA": "4", "A": "3450304", "B": "3450309"},
            {"ATENA": "5", "A": None, "B": None},
        ],
    )
    group = GroupMap(
        "person", ("juki",), (KEY_LINE, column("届出日", "A", "B", combine="first", transforms="era_date:strict"))
    )
    town.convert(area_of(KEY, item("届出日")), source_of([table("juki", "ATENA", "A", "B")], group))

    assert town.rows("frame", "届出日") == [
        ("1970-03-01",), ("1970-03-02",), ("1970-03-03",), ("1970-03-04",), (None,),
    ]  # fmt: skip
    assert town.rows("changes", "key", "rule", "before", "after") == [
        ("1", "first:A era_date:strict", "3450301", "1970-03-01"),
        ("2", "first:B era_date:strict", "3450302", "1970-03-02"),
        ("3", "first:A era_date:strict", "3450303", "1970-03-03"),
        ("4", "first:A era_date:strict", "3450304", "1970-03-04"),
    ]
    assert found(town) == [("4", "届出日", "COM-25", "E", "3450304", "1970-03-04", FILE_1 + 4)]
    assert messages(town) == [
        "届出日: 元になる項目の値が食い違っています（A「3450304」、B「3450309」）。"
        "「1970-03-04」を採りました。どれが正しいか確かめてください。"
    ]
    assert pl.read_parquet(town.made.files["findings"]).schema == pl.Schema(RAW_SCHEMA)


def test_a_refused_source_of_several_is_told_with_its_own_text(town: Town) -> None:
    town.extract("juki", [{"ATENA": "1", "A": "x", "B": "3450302"}, {"ATENA": "2", "A": "x", "B": None}])
    line = column("届出日", "A", "B", combine="first", transforms="era_date:strict")
    group = GroupMap("person", ("juki",), (KEY_LINE, line))
    town.convert(area_of(KEY, item("届出日")), source_of([table("juki", "ATENA", "A", "B")], group))
    assert [row[2:6] for row in found(town)] == [("COM-12", "E", "x", "1970-03-02"), ("COM-12", "E", "x", "")]
    assert messages(town) == [
        "届出日: 旧データの「x」は日付として読めません。別の項目の値「1970-03-02」を採りました。",
        "届出日: 旧データの「x」は日付として読めません。項目は空にしました。",
    ]


def test_joined_sources(town: Town) -> None:
    town.extract(
        "juki",
        [
            {"ATENA": "1", "SEI": "田中", "MEI": "太郎"},
            {"ATENA": "2", "SEI": "田中", "MEI": None},
            {"ATENA": "3", "SEI": None, "MEI": None},
        ],
    )
    line = column("氏名", "SEI", "MEI", combine="join", transforms="join:space_full")
    group = GroupMap("person", ("juki",), (KEY_LINE, line))
    town.convert(area_of(KEY, item("氏名")), source_of([table("juki", "ATENA", "SEI", "MEI")], group))
    assert town.rows("frame", "氏名") == [("田中　太郎",), ("田中",), (None,)]
    assert town.rows("changes", "key", "rule", "before", "after") == [
        ("1", "join:space_full", "田中|太郎", "田中　太郎"),
        ("2", "join:space_full", "田中|", "田中"),
    ]


def test_unknown_and_unconfirmed_codes(town: Town) -> None:
    town.extract("juki", [{"ATENA": str(n), "SEX": sex} for n, sex in enumerate(["1", "9", "8", "8", None, "0"], 1)])
    sex = codes(
        "性別",
        CodeEntry("1", "1", "男", True),
        CodeEntry("8", "3", "未確認", False),
        CodeEntry("0", "", "なし", True),
    )
    group = GroupMap("person", ("juki",), (KEY_LINE, column("性別", "SEX", codes="性別")))
    made = town.convert(area_of(KEY, item("性別")), source_of([table("juki", "ATENA", "SEX")], group, [sex]))
    assert town.rows("frame", "性別") == [("1",), (None,), ("3",), ("3",), (None,), (None,)]
    assert found(town) == [
        ("2", "性別", "COM-16", "E", "9", "", FILE_1 + 2),
        ("3", "性別", "COM-16", "E", "8", "3", FILE_1 + 3),
        ("4", "性別", "COM-16", "E", "8", "3", FILE_1 + 4),
    ]
    assert messages(town)[0] == "性別: 旧データの「9」はコード変換表「性別」にない値です。項目は空にしました。"
    assert "未確認コード" in messages(town)[1]
    assert made.blocked_codes == (("性別", "8", 2),)


def test_a_value_that_cannot_be_converted_is_a_finding_and_an_empty_item(town: Town) -> None:
    town.extract(
        "juki",
        [
            {"ATENA": "1", "D": "昭和50年2月29日", "N": "0012"},
            {"ATENA": "2", "D": "9999999", "N": "1,234"},
            {"ATENA": "3", "D": "昭和64年1月8日", "N": "12a"},
        ],
    )
    lines = (KEY_LINE, column("届出日", "D", transforms="era_date:strict"), column("人数", "N", transforms="integer"))
    group = GroupMap("person", ("juki",), lines)
    town.convert(area_of(KEY, item("届出日"), item("人数")), source_of([table("juki", "ATENA", "D", "N")], group))
    assert town.rows("frame", "届出日", "人数") == [(None, "12"), (None, "1234"), ("1989-01-08", None)]
    assert found(town) == [
        ("1", "届出日", "COM-12", "E", "昭和50年2月29日", "", FILE_1 + 1),
        ("3", "届出日", "COM-12", "W", "昭和64年1月8日", "1989-01-08", FILE_1 + 3),
        ("3", "人数", "CNV-02", "E", "12a", "", FILE_1 + 3),
    ]
    assert ("2", "届出日", "era_date:strict", "9999999", None) in town.rows(
        "changes", "key", "item", "rule", "before", "after"
    )
    assert town.rows("findings", "department", "kind")[0] == ("住民課", "現行潜在誤り")


@pytest.mark.parametrize("steps", ["", "strip", "strip wide"])
def test_characters_that_must_not_pass(town: Town, steps: str) -> None:
    names = ["\ue000田", "\ue001田", "田\U0010ff83", "田〓", "田中"]
    town.extract("juki", [{"ATENA": str(n), "NAME": name} for n, name in enumerate(names, 1)])
    group = GroupMap("person", ("juki",), (KEY_LINE, column("氏名", "NAME", transforms=steps)))
    town.convert(
        area_of(KEY, item("氏名")),
        source_of([table("juki", "ATENA", "NAME")], group, gaiji={"\ue000": "𠮷"}),
    )
    assert town.rows("frame", "氏名") == [("𠮷田",), (None,), (None,), ("田〓",), ("田中",)]
    assert [row[:6] for row in found(town)] == [
        ("2", "氏名", "COM-09", "E", "\ue001田", ""),
        ("3", "氏名", "COM-09", "E", "田［83］", ""),
        ("4", "氏名", "COM-09", "W", "田〓", "田〓"),
    ]
    assert "U+E001" in messages(town)[0]
    assert town.rows("changes", "key", "rule", "before", "after") == [
        ("1", f"gaiji {steps}".strip(), "\ue000田", "𠮷田"),
        ("2", f"gaiji {steps}".strip(), "\ue001田", None),
        ("3", f"gaiji {steps}".strip(), "田\U0010ff83", None),
    ]


def test_empty_keys_are_rejected_and_later_rows_of_a_key_are_duplicates(town: Town) -> None:
    town.extract(
        "juki",
        [
            {"ATENA": "1", "NAME": "先"},
            {"ATENA": None, "NAME": "番号なし"},
            {"ATENA": "2", "NAME": "別"},
            {"ATENA": "01", "NAME": "後"},
        ],
    )
    lines = (column("宛名番号", "ATENA", transforms="strip_zeros"), column("氏名", "NAME"))
    group = GroupMap("person", ("juki",), lines)
    made = town.convert(area_of(KEY, item("氏名")), source_of([table("juki", "ATENA", "NAME")], group))
    assert town.rows("frame", "record_id", "氏名") == [(FILE_1 + 1, "先"), (FILE_1 + 3, "別")]
    ledger = made.ledger[0]
    assert (ledger.read, ledger.loaded, ledger.rejected, ledger.duplicate) == (4, 2, 1, 1)
    assert found(town) == [
        ("", "宛名番号", "CNV-01", "E", "", "", FILE_1 + 2),
        ("1", "宛名番号", "LAY-05", "E", "", "", FILE_1 + 4),
    ]
    assert messages(town) == [
        "主キーの宛名番号が空のため、この記録は標準の表に入れられません。元の記録を直してください。",
        "主キーが先の記録（ファイル1の1件目）と同じです。この記録（ファイル1の4件目）は入れませんでした。",
    ]


def test_filters_name_what_they_leave_out_and_tables_are_stacked(town: Town) -> None:
    rows = [{"ATENA": "1", "DEL": "0"}, {"ATENA": "2", "DEL": "1"}, {"ATENA": "3", "DEL": None}]
    town.extract("juki", rows)
    town.extract("joseki", [{"ATENA": "4", "DEL": "1"}, {"ATENA": "1", "DEL": "0"}], first=FILE_2 + 1)
    deleted = Filter("deleted", Compare("=", Name("DEL"), Literal("1")), "削除済み")
    group = GroupMap("person", ("juki", "joseki"), (KEY_LINE,), filters=(deleted,))
    tables = [table("juki", "ATENA", "DEL"), table("joseki", "ATENA", "DEL")]
    made = town.convert(area_of(KEY), source_of(tables, group))
    assert town.rows() == [(FILE_1 + 1, "1"), (FILE_1 + 3, "3")]
    assert [(r.source, r.read, r.loaded, r.filtered, r.duplicate) for r in made.ledger] == [
        ("juki/juki", 3, 2, 1, 0),
        ("juki/joseki", 2, 0, 1, 1),
    ]
    assert [(one.table, one.filter, one.reason, one.records) for one in made.filtered] == [
        ("juki", "deleted", "削除済み", 1),
        ("joseki", "deleted", "削除済み", 1),
    ]


@pytest.mark.parametrize("small", [0, 20_000])
def test_look_ups_with_one_no_and_many_matches(town: Town, small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By place and by join alike."""
    monkeypatch.setattr(assembly, "SMALL_TABLE", small)
    town.extract("juki", [{"ATENA": n, "T": t} for n, t in (("1", "a"), ("2", "b"), ("3", "z"), ("4", None))])
    towns = [("a", "赤町", "1"), ("b", "青町", "1"), ("b", "緑町", "1"), ("z", "廃止町", "0")]
    town.extract("cho", [{"T": t, "NAME": name, "LIVE": live} for t, name, live in towns], first=FILE_2 + 1)
    lookup = LegacyLookup("cho", "cho", (("T", "T"),), Compare("=", Name("LIVE"), Literal("1")))
    group = GroupMap("person", ("juki",), (KEY_LINE, column("町名", "cho.NAME")), lookups=(lookup,))
    tables = [table("juki", "ATENA", "T"), table("cho", "T", "NAME", "LIVE")]
    made = town.convert(area_of(KEY, item("町名")), source_of(tables, group))
    assert [(r.source, r.read, r.loaded, r.merged, r.filtered) for r in made.ledger] == [
        ("juki/juki", 4, 4, 0, 0),
        ("juki/cho", 4, 0, 2, 2),
    ]
    assert town.rows("frame", "宛名番号", "町名") == [("1", "赤町"), ("2", "青町"), ("3", None), ("4", None)]
    assert found(town) == [("2", "", "CNV-03", "E", "", "", FILE_1 + 2)]
    assert "「cho」に同じ見出しの記録が 2 件" in messages(town)[0]
    assert town.rows("lineage") == [("1", FILE_2 + 1, "lookup"), ("2", FILE_2 + 2, "lookup")]


@pytest.mark.parametrize("delivered", [True, False])
def test_a_look_up_table_without_records_leaves_its_items_empty(town: Town, delivered: bool) -> None:
    town.extract("juki", [{"ATENA": "1", "T": "a"}])
    if delivered:
        town.extract("cho", [{"T": None, "NAME": "x"}])
    lookup = LegacyLookup("cho", "cho", (("T", "T"),))
    gone = Filter("gone", Call("exists", (Name("cho"),)), "町あり")
    group = GroupMap("person", ("juki",), (KEY_LINE, column("町名", "cho.NAME")), (gone,), (lookup,))
    town.convert(area_of(KEY, item("町名")), source_of([table("juki", "ATENA", "T"), table("cho", "T", "NAME")], group))
    assert town.rows() == [(FILE_1 + 1, "1", None)]
    assert town.rows("lineage") == []


def split_map(keep_empty: bool = False) -> GroupMap:
    split = Split("期", {"額": ("G1", "G2"), "日": ("D1", "D2")}, keep_empty)
    lines = (KEY_LINE, column("期別", "期"), column("税額", "額", transforms="integer"), column("納期", "日"))
    return GroupMap("person", ("juki",), lines, split=split)


SPLIT_ROWS: list[dict[str, str | None]] = [
    {"ATENA": "1", "G1": "0100", "D1": "a", "G2": None, "D2": "b"},
    {"ATENA": "2", "G1": None, "D1": None, "G2": None, "D2": None},
    {"ATENA": "3", "G1": None, "D1": None, "G2": "300", "D2": None},
]
SPLIT_AREA = area_of(KEY, item("期別", key=True), item("税額"), item("納期"))
SPLIT_TABLE = table("juki", "ATENA", "G1", "D1", "G2", "D2")


def test_split_makes_a_row_of_every_set_with_a_value(town: Town) -> None:
    town.extract("juki", SPLIT_ROWS)
    made = town.convert(SPLIT_AREA, source_of([SPLIT_TABLE], split_map()))
    assert town.rows() == [
        (FILE_1 + 1, "1", "1", "100", "a"),
        (FILE_1 + 1, "1", "2", None, "b"),
        (FILE_1 + 3, "3", "2", "300", None),
    ]
    ledger = made.ledger[0]
    assert (ledger.read, ledger.split, ledger.loaded, ledger.filtered) == (3, 1, 3, 1)
    assert made.filtered[0].reason == "繰り返し項目（額・日）がすべて空"
    assert town.rows("changes", "key", "item", "before", "after") == [("1|1", "税額", "0100", "100")]


def test_split_can_keep_empty_sets(town: Town) -> None:
    town.extract("juki", SPLIT_ROWS)
    made = town.convert(SPLIT_AREA, source_of([SPLIT_TABLE], split_map(keep_empty=True)))
    assert [row[1:3] for row in town.rows()] == [(atena, n) for atena in "123" for n in "12"]
    assert (made.ledger[0].split, made.ledger[0].loaded, made.ledger[0].filtered) == (3, 6, 0)


def test_distinct_merges_rows_equal_on_all_mapped_columns_only(town: Town) -> None:
    rows = [("10", "山田", "a"), ("10", "山田", "b"), ("11", "佐藤", "c"), ("10", "山口", "d"), ("10", "山田", "e")]
    town.extract("juki", [{"SETAI": s, "NUSHI": n, "OTHER": o} for s, n, o in rows])
    lines = (column("宛名番号", "SETAI"), column("氏名", "NUSHI"))
    group = GroupMap("person", ("juki",), lines, distinct=("SETAI",))
    made = town.convert(area_of(KEY, item("氏名")), source_of([table("juki", "SETAI", "NUSHI", "OTHER")], group))
    assert town.rows("frame", "宛名番号", "氏名") == [("10", "山田"), ("11", "佐藤")]
    ledger = made.ledger[0]
    assert (ledger.read, ledger.loaded, ledger.merged, ledger.duplicate) == (5, 2, 2, 1)
    assert town.rows("lineage") == [("10", FILE_1 + 2, "merged"), ("10", FILE_1 + 5, "merged")]
    assert found(town) == [("10", "宛名番号", "LAY-05", "E", "", "", FILE_1 + 4)]


def test_blank_values_mean_nothing_everywhere_and_stay_in_the_changes(town: Town) -> None:
    town.extract("juki", [{"ATENA": "1", "D": "0000000", "E": "x"}, {"ATENA": "2", "D": "3450301", "E": "0000000"}])
    left = Filter("left", IsEmpty(Name("E")), "E なし")
    lines = (KEY_LINE, column("届出日", "D", transforms="strip era_date:strict"), column("備考", "D", default="なし"))
    group = GroupMap("person", ("juki",), lines, filters=(left,))
    source = source_of([table("juki", "ATENA", "D", "E", blanks=["0000000"])], group)
    made = town.convert(area_of(KEY, item("届出日"), item("備考")), source)
    assert town.rows("frame", "宛名番号", "届出日", "備考") == [("1", None, "なし")]
    assert made.ledger[0].filtered == 1
    assert town.rows("changes", "item", "rule", "before", "after") == [
        ("届出日", "blank", "0000000", None),
        ("備考", "default", "0000000", "なし"),
    ]


@pytest.mark.parametrize("asked", [False, True])
def test_individual_numbers_come_only_when_asked_for_and_are_never_told(town: Town, asked: bool) -> None:
    town.extract("juki", [{"ATENA": "1", "KOJIN": "12345678901x"}, {"ATENA": "2", "KOJIN": "123456789018"}])
    lines = (KEY_LINE, column("個人番号", "KOJIN", transforms="digits"))
    group = GroupMap("person", ("juki",), lines)
    source = source_of([table("juki", "ATENA", "KOJIN", secret=["KOJIN"])], group)
    town.convert(area_of(KEY, item("個人番号")), source, secret=asked)
    assert town.rows("frame", "個人番号") == ([(None,), ("123456789018",)] if asked else [(None,), (None,)])
    assert len(town.rows("findings")) == (1 if asked else 0)
    for name in ("findings", "changes"):
        assert "1234567890" not in str(town.rows(name))


def test_an_unstaged_secret_column_and_an_undelivered_table_are_empty(town: Town) -> None:
    town.extract("juki", [{"ATENA": "1"}])
    lines = (KEY_LINE, column("個人番号", "KOJIN"))
    group = GroupMap("person", ("juki", "joseki"), lines)
    tables = [table(name, "ATENA", "KOJIN", secret=["KOJIN"]) for name in ("juki", "joseki")]
    made = town.convert(area_of(KEY, item("個人番号")), source_of(tables, group))
    assert town.rows() == [(FILE_1 + 1, "1", None)]
    assert [(row.source, row.read) for row in made.ledger] == [("juki/juki", 1), ("juki/joseki", 0)]


def test_same_input_same_bytes(town: Town, tmp_path: Path) -> None:
    rows = [{"ATENA": str(n), "G1": str(n % 7), "D1": "x", "G2": None, "D2": None} for n in range(1, 5000)]
    town.extract("juki", rows)
    source = source_of([SPLIT_TABLE], split_map())
    first = {name: path.read_bytes() for name, path in town.convert(SPLIT_AREA, source).files.items()}
    second = {name: path.read_bytes() for name, path in town.convert(SPLIT_AREA, source).files.items()}
    assert first == second
    assert [row[1] for row in town.rows()] == [row["ATENA"] for row in rows]


def test_the_streaming_plan_of_a_mapping_holds_no_whole_column(town: Town) -> None:
    town.extract("juki", [{"ATENA": "1", "A": "3450301", "K": "ﾀ", "S": "1", "N": "1", "G1": "1", "G2": "2"}])
    town.extract("cho", [{"S": "1", "NAME": "x"}])
    lines = (
        column("宛名番号", "ATENA", transforms="strip narrow upper zero_pad:4"),
        column("日", "A", transforms="era_date:birth"),
        column("不詳", "A", transforms="era_unknown_text wide"),
        column("カナ", "K", transforms="strip kana_full"),
        column("性別", "S", codes="性別"),
        column("人数", "N", transforms="integer"),
        column("郵便", "N", transforms="hyphen_free digits strip_zeros"),
        column("姓", "K", transforms="before:space_full"),
        column("名", "K", transforms="after:space_full"),
        column("時刻", "N", transforms="time"),
        column("合流", "A", "N", combine="first", default="0"),
        column("結合", "A", "N", combine="join", transforms="join:hyphen"),
        column("町名", "cho.NAME"),
        column("額", "額", transforms="const:1"),
    )
    split = Split("期", {"額": ("G1", "G2")})
    filters = (Filter("f", IsEmpty(Name("ATENA")), "番号なし"),)
    lookups = (LegacyLookup("cho", "cho", (("S", "S"),)),)
    group = GroupMap("person", ("juki",), lines, filters=filters, lookups=lookups, split=split)
    tables = [table("juki", "ATENA", "A", "K", "S", "N", "G1", "G2", blanks=["0"]), table("cho", "S", "NAME")]
    sexes = codes("性別", CodeEntry("1", "1", "男", True))
    layout = area_of(*(item(line.item, key=line.item == "宛名番号") for line in lines))
    source = source_of(tables, group, [sexes], gaiji={"\ue000": "𠮷"})
    mapped = map_group(layout, source, "person", town.legacy, ConvertOptions())
    plan = mapped.frame(mapped.assembly.rows).show_graph(
        plan_stage="physical", engine="streaming", raw_output=True, show=False
    )
    assert plan is not None
    assert "record_id" in plan
    assert "columnar-function" not in plan
    nodes = {line.split("label=", 1)[1] for line in plan.splitlines() if "label=" in line}
    assert not [node for node in nodes if "in-memory-map" in node]


def test_changes_come_block_by_block_and_are_read_back_as_texts(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A block here is one row; names that repeat are encoded once in the file and come back as plain texts."""
    monkeypatch.setattr(memory, "CELLS", 1)
    town.extract("juki", [{"N": "1", "A": "3450301", "B": "0", "C": None}, {"N": "2", "A": "x", "B": "07", "C": "3"}])
    lines = (
        column("番号", "N", transforms="zero_pad:3"),
        column("日", "A", transforms="era_date"),
        column("人数", "B", "C", combine="first", transforms="integer"),
    )
    group = GroupMap("person", ("juki",), lines)
    layout = area_of(item("番号", key=True), item("日"), item("人数"))
    source = source_of([table("juki", "N", "A", "B", "C", blanks=["0"])], group)
    made = convert_group(layout, source, "person", town.legacy, town.folder, ConvertOptions())
    found = pl.read_parquet(made.files["changes"])
    assert dict(found.schema) == CHANGES_SCHEMA
    assert found.drop("record_id").rows() == [
        ("juki", "person", "001", "番号", "zero_pad:3", "1", "001"),
        ("juki", "person", "001", "日", "era_date", "3450301", "1970-03-01"),
        ("juki", "person", "001", "人数", "integer", "0", None),
        ("juki", "person", "002", "番号", "zero_pad:3", "2", "002"),
        ("juki", "person", "002", "日", "era_date", "x", None),
        ("juki", "person", "002", "人数", "first:B integer", "07", "7"),
    ]


def test_columns_that_repeat_are_taken_as_codes_and_others_as_texts(town: Town) -> None:
    town.extract("juki", [{"N": f"{n:06}", "A": "3450301"} for n in range(5000)])
    group = GroupMap("person", ("juki",), (column("番号", "N"), column("日", "A", transforms="era_date")))
    source = source_of([table("juki", "N", "A")], group)
    mapped = map_group(area_of(item("番号", key=True), item("日")), source, "person", town.legacy, ConvertOptions())
    assert [plan.code for plan in mapped.plans] == ["", "A#code"]
    assert mapped.frame(mapped.assembly.rows).collect_schema().dtypes()[1:] == [pl.String(), pl.Enum(["1970-03-01"])]


def test_no_more_columns_are_held_as_codes_than_memory_allows(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coded, "MEMORY", 2 * 4 * 5000)  # two columns of 5,000 codes of four bytes
    town.extract("juki", [{"N": f"{n:06}", "A": "1", "B": "2", "C": "3"} for n in range(5000)])
    lines = (column("番号", "N"), *(column(name, name) for name in "ABC"))
    source = source_of([table("juki", "N", "A", "B", "C")], GroupMap("person", ("juki",), lines))
    layout = area_of(item("番号", key=True), *(item(name) for name in "ABC"))
    mapped = map_group(layout, source, "person", town.legacy, ConvertOptions())
    assert [plan.code for plan in mapped.plans] == ["", "A#code", "B#code", ""]
    town.convert(layout, source)
    assert pl.read_parquet(town.folder / "person.parquet").select("A", "C").unique().rows() == [("1", "3")]


def test_codes_of_a_second_file_go_on_where_the_first_ended(town: Town) -> None:
    """Two tables of one group with other texts in another order; a text of both has one code."""
    town.extract("juki", [{"N": f"{n:06}", "A": "2" if n % 2 else "1"} for n in range(2000)])
    town.extract("old", [{"N": f"9{n:05}", "A": ("3", None, "2")[n % 3]} for n in range(2000)], (2 << 32) + 1)
    group = GroupMap("person", ("juki", "old"), (column("番号", "N"), column("日", "A", transforms="zero_pad:2")))
    source = source_of([table("juki", "N", "A"), table("old", "N", "A")], group)
    layout = area_of(item("番号", key=True), item("日"))
    mapped = map_group(layout, source, "person", town.legacy, ConvertOptions())
    assert [plan.code for plan in mapped.plans] == ["", "A#code"]
    town.convert(layout, source)
    made = pl.read_parquet(town.folder / "person.parquet")["日"].to_list()
    assert made == ["01", "02"] * 1000 + (["03", None, "02"] * 667)[:2000]


def test_an_error_on_the_way_leaves_no_file_that_looks_whole(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(trail.Trail, "changes", full)
    town.extract("juki", [{"N": "1"}])
    group = GroupMap("person", ("juki",), (column("番号", "N"),))
    with pytest.raises(OSError, match="no space left"):
        town.convert(area_of(item("番号", key=True)), source_of([table("juki", "N")], group))
    assert [path.name for path in town.folder.iterdir()] == ["juki.parquet"]


def test_a_writer_that_fails_is_told_to_the_one_who_makes_the_rows(tmp_path: Path) -> None:
    def write() -> None:
        with FrameWriter(tmp_path / "absent" / "a.parquet", {"a": pl.String()}, {}) as writer:
            for _ in range(10):
                writer.write(pl.DataFrame({"a": ["1"]}))

    with pytest.raises(OSError, match="No such file"):
        write()


def test_flags_worth_knowing_are_information(tmp_path: Path) -> None:
    """暦外日 and 不詳 reach people record by record; a sentinel is not told of."""
    area = area_of(item("番号", key=True), item("生年月日"))
    columns = (column("番号", "番号"), column("生年月日", "生年月日", transforms="era_date:birth"))
    t = table("t", "番号", "生年月日")
    source = Source("juki", "v", "v", {"t": t}, {"person": GroupMap("person", ("t",), columns)}, {}, (), Gaiji({}))
    rows = ["3500229", "3200000", "1051202", "0000000", "3500228", "350022■"]
    frame = pl.DataFrame({"番号": [str(n) for n in range(6)], "生年月日": rows})
    ids = pl.Series("record_id", range(6), dtype=pl.Int64) + FILE_1
    zero = pl.lit(0, pl.Int64)
    frame.select(ids, zero.alias("byte_start"), zero.alias("byte_length"), pl.all()).write_parquet(
        tmp_path / "t.parquet"
    )
    made = convert_group(area, source, "person", {"t": tmp_path / "t.parquet"}, tmp_path, ConvertOptions())
    findings = pl.read_parquet(made.files["findings"])
    told = findings.filter(pl.col("severity") == "I").select("key", "item", "rule", "kind", "value").rows()
    common = ("生年月日", "CNV-04", "現行潜在誤り")
    assert sorted(told) == [("0", *common, "1975-02-29"), ("1", *common, "1945-00-00"), ("2", *common, "1872-12-31")]
    assert "暦にない日付です（この項目では認められています）" in findings.filter(key="0")["message"][0]
