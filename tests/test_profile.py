"""What is in a legacy column, counted by hand."""

import polars as pl
import pytest

from mappings.legacy_source import CodeEntry, CodeMap, LegacyColumn, LegacyTable
from reports.character_classes import kinds, pattern_text
from reports.profile import PROFILE_SCHEMA, profile_table

SEX = CodeMap("sex", "001", {code: CodeEntry(code, code, code, True) for code in ("1", "2")})


def profile(
    values: list[str | None], codes: CodeMap | None = None, secret: bool = False, vendor: bool = False
) -> dict[str, object]:
    table = LegacyTable("t", "表", (), "csv", "cp932", (LegacyColumn("列"),))
    frame = pl.LazyFrame(
        {"record_id": range(len(values)), "列": values}, schema={"record_id": pl.Int64, "列": pl.String}
    )
    found = profile_table(frame, table, {"列": codes} if codes else {}, ["列"] if secret else [], vendor)
    assert found.schema == pl.Schema(PROFILE_SCHEMA)
    return found.row(0, named=True)


def counted(*pairs: tuple[str, int]) -> list[dict[str, object]]:
    return [{"value": value, "count": count} for value, count in pairs]


@pytest.mark.parametrize(
    ("text", "length", "pattern", "classes"),
    [
        ("12-A", 4, "99-A", {"ascii", "half_width"}),
        ("山田　ﾀﾛ", 5, "漢漢全半半", {"half_kana", "full_width", "half_width"}),
        ("邉\U000e0117々", 2, "漢漢", {"full_width"}),
        ("か〇Ａ", 3, "仮漢全", {"full_width"}),
        ("\ue000\U00100000", 2, "外外", {"gaiji"}),
        ("■？", 2, "失失", {"loss_marks"}),
        ("a\U0010ff8b", 2, "A×", {"undecodable", "half_width"}),
        ("1\t", 2, "9制", {"ascii", "control", "half_width"}),
        ("山\x0e", 2, "漢制", {"full_width", "control", "shift_codes"}),
        ("", 0, "", {"ascii"}),
    ],
)
def test_kinds_of_characters(text: str, length: int, pattern: str, classes: set[str]) -> None:
    row = kinds(pl.Series(["x", text, "山"])).row(1, named=True)
    assert (row.pop("length"), pattern_text(row.pop("pattern"))) == (length, pattern)
    assert {name for name, found in row.items() if found} == classes


def test_fill_lengths_values_and_patterns() -> None:
    row = profile(["12", "12", "3", None])
    assert (row["rows"], row["filled"], row["fill_rate"], row["distinct"]) == (4, 3, 0.75, 2)
    assert (row["min_length"], row["max_length"]) == (1, 2)
    assert row["top_values"] == counted(("12", 2), ("3", 1))
    assert row["lengths"] == counted(("2", 2), ("1", 1))
    assert row["patterns"] == counted(("99", 2), ("9", 1))
    assert (row["number_min"], row["number_max"]) == ("3", "12")
    assert row["ascii"] == 3


def test_figures_count_records_not_values() -> None:
    row = profile(["\ue000川"] * 3 + ["〓", "ｱ", "ｱ"])
    assert (row["gaiji"], row["loss_marks"], row["half_kana"], row["ascii"]) == (3, 1, 2, 0)


@pytest.mark.parametrize(
    ("values", "records"),
    [
        (["山田"] * 9 + ["山田 太郎"], 1),
        (["山田"] * 8 + ["ﾔﾏﾀﾞ", "A"], 2),
        (["山田"] * 7 + ["1"] * 3, 0),  # three of ten: not a full-width column
        ([None, None], 0),
    ],
)
def test_half_width_is_counted_where_full_width_is_the_rule(values: list[str | None], records: int) -> None:
    assert profile(values)["odd_width"] == records


@pytest.mark.parametrize(
    ("values", "days"),
    [
        (["19891231", "2001-02-03", "1950/01/01"], ("1950-01-01", "2001-02-03")),
        (["20010101"] * 19 + ["00000000"], ("2001-01-01", "2001-01-01")),
        (["20010101"] * 18 + ["00000000"] * 2, (None, None)),
        (["20010231", "20010230"], (None, None)),
    ],
)
def test_days_are_recognised_when_nearly_all_are(values: list[str], days: tuple[str | None, str | None]) -> None:
    row = profile(list(values))
    assert (row["date_min"], row["date_max"]) == days


def test_numbers_need_every_value() -> None:
    assert profile(["-5", "+7"])["number_max"] == "7"
    assert profile(["5", "x"])["number_max"] is None
    assert profile(["９"])["number_max"] is None


def test_codes_the_map_does_not_have() -> None:
    row = profile(["1", "9", "9", "A", None], SEX)
    assert row["unknown_codes"] == counted(("9", 2), ("A", 1))
    assert row["unknown_records"] == 3
    assert profile(["1"], SEX)["unknown_records"] == 0
    assert profile(["1"])["unknown_records"] is None


def test_personal_columns_show_patterns_only() -> None:
    row = profile(["090-1234", "090-9999"], secret=True)
    assert row["patterns"] == counted(("999-9999", 2))
    assert (row["top_values"], row["shown"], row["number_max"]) == ([], False, None)
    assert "090" not in str(row)


def test_the_vendor_edition_leaves_out_small_counts_and_extremes() -> None:
    row = profile(["1"] * 10 + ["2"] * 9 + ["333"], SEX, vendor=True)
    assert row["top_values"] == counted(("1", 10))
    assert row["lengths"] == counted(("1", 19))
    assert row["patterns"] == counted(("9", 19))
    assert (row["unknown_codes"], row["unknown_records"]) == ([], 1)
    assert row["number_max"] is None


@pytest.mark.parametrize("values", [[], [None, None]])
def test_a_column_with_nothing_in_it(values: list[str | None]) -> None:
    row = profile(values, SEX)
    assert (row["rows"], row["filled"], row["distinct"]) == (len(values), 0, 0)
    assert row["fill_rate"] == (0.0 if values else None)
    assert (row["min_length"], row["top_values"], row["date_min"]) == (None, [], None)
