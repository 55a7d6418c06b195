"""Laws of convert for any table: the ledger closes, nothing is lost, order and bytes do not depend on chance."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from pathlib import Path
from unittest import mock

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from mappings.area import Area
from mappings.expression import Compare, Literal, Name
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
from migration.convert import Converted, ConvertOptions, convert_group
from migration.converting import coded

COLUMNS = ("ATENA", "NAME", "DATE", "SEX", "NUM", "G1", "G2")
FIRST = 1 << 32

cell = st.one_of(
    st.none(),
    st.sampled_from(
        ["1", "2", "01", "9", "ｶﾞ ﾀ", "3450301", "昭和50年2月29日", "0000000", "\ue000", "\ue001", "〓", "x"]
    ),
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=5),
)
key = st.one_of(st.none(), st.sampled_from(["1", "2", "3", "4", "5", "6"]))
row = st.tuples(key, *[cell] * (len(COLUMNS) - 1))
tables = st.tuples(st.lists(row, max_size=12), st.lists(row, max_size=6))


def line(item: str, *sources: str, transforms: str = "", combine: str = "", codes: str = "") -> ColumnMap:
    steps = tuple(Transform(*step.split(":")) for step in transforms.split())
    return ColumnMap(item, sources, combine, steps, codes)


MARKS = ("Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sm", "Zs", "Cc")
LINES = (
    line("宛名番号", "ATENA", transforms="zero_pad:3"),
    line("氏名", "NAME", transforms="strip kana_full"),
    line("日付", "DATE", transforms="era_date:birth"),
    line("性別", "SEX", codes="性別"),
    line("人数", "NUM", transforms="integer"),
    line("合流", "NUM", "DATE", combine="first"),
    line("参照", "look.NAME"),
)
SPLIT_LINES = (*LINES, line("番号", "N"), line("額", "額"))
LEFT_OUT = Filter("nine", Compare("=", Name("SEX"), Literal("9")), "九")
LOOK = LegacyLookup("look", "second", (("ATENA", "ATENA"),))


def group_map(split: bool, distinct: bool) -> GroupMap:
    return GroupMap(
        "g",
        ("first", "second"),
        SPLIT_LINES if split else LINES,
        (LEFT_OUT,),
        (LOOK,),
        Split("N", {"額": ("G1", "G2")}) if split else None,
        ("ATENA",) if distinct else (),
    )


def convert(
    data: tuple[list[tuple[str | None, ...]], ...], group: GroupMap, folder: Path, blanks: tuple[str, ...] = ()
) -> Converted:
    keys = ("宛名番号", "番号")
    items = tuple(Item(one.item, one.item, ItemType.X, 0, primary_key=one.item in keys) for one in group.columns)
    area = Area("a", "", 1, "課", (), {"g": Group("a", "g", "", "", "", items)}, {}, (), (), {})
    legacy = {}
    for number, (name, rows) in enumerate(zip(("first", "second"), data, strict=True), start=1):
        frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
        ids = pl.Series("record_id", range(FIRST * number + 1, FIRST * number + 1 + len(rows)), dtype=pl.Int64)
        legacy[name] = folder / f"{name}.parquet"
        frame.insert_column(0, ids).write_parquet(legacy[name], row_group_size=5)
    layout = tuple(LegacyColumn(name) for name in COLUMNS)
    made = {name: LegacyTable(name, "", (), "csv", "cp932", layout, blanks=blanks) for name in ("first", "second")}
    sexes = {"1": CodeEntry("1", "A", "", True), "2": CodeEntry("2", "B", "", False)}
    source = Source("a", "v", "", made, {"g": group}, {"性別": CodeMap("性別", "", sexes)}, (), Gaiji({"\ue000": "𠮷"}))
    return convert_group(area, source, "g", legacy, folder, ConvertOptions())


@given(data=tables, split=st.booleans(), distinct=st.booleans())
@settings(max_examples=25, deadline=None)
def test_the_ledger_closes_and_counts_what_is_there(
    data: tuple[list[tuple[str | None, ...]], ...], split: bool, distinct: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        made = convert(data, group_map(split, distinct), Path(name))
        frame = pl.read_parquet(made.files["frame"])
        findings = pl.read_parquet(made.files["findings"])
        lineage = pl.read_parquet(made.files["lineage"])
    assert all(ledger.closes for ledger in made.ledger)
    assert [ledger.read for ledger in made.ledger] == [len(rows) for rows in data]
    assert frame.height == sum(ledger.loaded for ledger in made.ledger)
    assert sum(one.records for one in made.filtered) == sum(ledger.filtered for ledger in made.ledger)
    assert sum(ledger.duplicate for ledger in made.ledger) == findings.filter(rule="LAY-05").height
    assert sum(ledger.rejected for ledger in made.ledger) == findings.filter(rule="CNV-01").height
    assert sum(ledger.merged for ledger in made.ledger) == lineage.filter(role="merged").height
    keys = frame.select("宛名番号", *(["番号"] if split else []))
    assert keys.is_unique().all()
    assert keys.null_count().sum_horizontal().sum() == 0
    assert frame["record_id"].is_sorted()


def means_nothing(text: str, item: str) -> bool:
    """Blanks and zeros; for a date also marks without digits (年月日, //) and nines."""
    if item != "日付":
        return not text.strip(" 　0")
    marks = [
        sign in "年月日0〇ー" or unicodedata.category(sign) in MARKS for sign in unicodedata.normalize("NFKC", text)
    ]
    return all(marks) or bool(re.fullmatch("9{4,9}", text))


@given(data=tables)
@example(data=([("1", None, "／", None, None, None, None)], []))
@settings(max_examples=25, deadline=None)
def test_output_and_changes_give_back_every_legacy_cell(data: tuple[list[tuple[str | None, ...]], ...]) -> None:
    """A cell of the frame is the legacy cell, or its change says what the legacy cell was."""
    with tempfile.TemporaryDirectory() as name:
        made = convert(data, group_map(False, False), Path(name))
        frame = pl.read_parquet(made.files["frame"])
        changes = pl.read_parquet(made.files["changes"])
        findings = pl.read_parquet(made.files["findings"])
    before = {(change["record_id"], change["item"]): change for change in changes.to_dicts()}
    emptied = {(one["record_id"], one["item"]) for one in findings.to_dicts() if one["severity"] == "E"}
    for row in frame.to_dicts():
        file, record = row["record_id"] >> 32, row["record_id"] & 0xFFFFFFFF
        legacy = dict(zip(COLUMNS, data[file - 1][record - 1], strict=True))
        for one in LINES[:5]:
            change = before.get((row["record_id"], one.item))
            value = row[one.item]
            assert (change["before"] if change else value) == legacy[one.sources[0]]
            assert change is None or change["after"] == value
            if value is None and not means_nothing(legacy[one.sources[0]] or "", one.item):
                assert (row["record_id"], one.item) in emptied


@given(data=tables, split=st.booleans())
@settings(max_examples=10, deadline=None)
def test_private_characters_and_undecodable_bytes_never_reach_the_frame(
    data: tuple[list[tuple[str | None, ...]], ...], split: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        made = convert(data, group_map(split, False), Path(name))
        frame = pl.read_parquet(made.files["frame"]).drop("record_id")
    for column in frame.get_columns():
        assert not column.str.contains("[\ue000-\uf8ff\U000f0000-\U0010ffff]").any()


@given(data=tables, split=st.booleans(), distinct=st.booleans(), blanks=st.sampled_from([(), ("0000000", "x")]))
@settings(max_examples=25, deadline=None)
def test_what_comes_out_is_the_same_from_codes_and_from_texts(
    data: tuple[list[tuple[str | None, ...]], ...], split: bool, distinct: bool, blanks: tuple[str, ...]
) -> None:
    """Every column is taken as codes where it can be and written by name; then as texts; then none is."""
    made = []
    for pays, names in ((1_000_000, 30_000), (1_000_000, 1), (-1, 30_000)):
        limits = mock.patch.multiple(coded, PAYS=pays, NAMES_AT_MOST=names)
        with limits, tempfile.TemporaryDirectory() as name:
            result = convert(data, group_map(split, distinct), Path(name), blanks)
            frames = {part: pl.read_parquet(path) for part, path in result.files.items()}
            made.append((result.ledger, result.blocked_codes, result.filtered, frames))
    by_name, *others = made
    for other in others:
        assert by_name[:3] == other[:3]
        for part, frame in by_name[3].items():
            assert_frame_equal(frame, other[3][part])
