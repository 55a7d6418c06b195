"""Convert: legacy Parquet before → standard frame, changes, findings, lineage, ledger after."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from mappings.expression import Compare, IsEmpty, Literal, Name
from mappings.model import (
    Area,
    CodeEntry,
    CodeMap,
    ColumnMap,
    Filter,
    Gaiji,
    Group,
    GroupMap,
    Item,
    ItemType,
    LegacyColumn,
    LegacyLookup,
    LegacyTable,
    Source,
    Split,
    Transform,
)
from migration.convert import Converted, ConvertOptions, convert_group, map_group
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
