"""reports.diff: what differs between two tables, by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.errors import InputError
from reports.diff import Diff, diff


def frame(rows: Sequence[Mapping[str, object]]) -> pl.LazyFrame:
    return pl.LazyFrame(rows, infer_schema_length=None)


def test_a_changed_cell_a_missing_and_an_added_row() -> None:
    left = frame([{"番号": "1", "名": "甲"}, {"番号": "2", "名": "乙"}, {"番号": "3", "名": "丙"}])
    right = frame([{"番号": "4", "名": "丁"}, {"番号": "2", "名": "己"}, {"番号": "1", "名": "甲"}])
    answer = diff(left, right, ["番号"])
    assert answer.missing.rows() == [("3", "丙")]
    assert answer.added.rows() == [("4", "丁")]
    assert answer.cells.rows() == [("2", "名", "乙", "己")]
    assert answer.columns.rows() == [("名", 2, 1)]
    assert (answer.left_rows, answer.right_rows, answer.compared) == (3, 3, 2)
    assert not answer.same


def test_equal_tables_in_another_order_are_the_same() -> None:
    rows = [{"番号": str(number), "名": "甲"} for number in range(50)]
    answer = diff(frame(rows), frame(rows[::-1]), ["番号"])
    assert answer.same
    assert answer.compared == 50


def test_values_exchanged_between_rows_are_seen() -> None:
    left = frame([{"id": "1", "v": "甲"}, {"id": "2", "v": "乙"}])
    right = frame([{"id": "1", "v": "乙"}, {"id": "2", "v": "甲"}])
    assert diff(left, right, ["id"]).cells.rows() == [("1", "v", "甲", "乙"), ("2", "v", "乙", "甲")]


def test_values_exchanged_between_columns_are_seen() -> None:
    answer = diff(frame([{"id": "1", "a": "x", "b": "y"}]), frame([{"id": "1", "a": "y", "b": "x"}]), ["id"])
    assert answer.cells.rows() == [("1", "a", "x", "y"), ("1", "b", "y", "x")]


def test_leading_zeros_count() -> None:
    answer = diff(frame([{"id": "001", "code": "0123"}]), frame([{"id": "1", "code": "123"}]), ["id"])
    assert (answer.missing.rows(), answer.added.rows()) == ([("001", "0123")], [("1", "123")])


def test_empty_is_not_the_empty_text() -> None:
    left, right = (
        frame([{"id": "1", "v": None}, {"id": "2", "v": ""}]),
        frame([{"id": "1", "v": ""}, {"id": "2", "v": ""}]),
    )
    left = left.cast(pl.String)
    assert diff(left, right, ["id"]).cells.rows() == [("1", "v", None, "")]


def test_a_variation_selector_and_a_composed_letter_count() -> None:
    left, right = (
        frame([{"id": "1", "v": "葛"}, {"id": "2", "v": "が"}]),
        frame([{"id": "1", "v": "葛\U000e0100"}, {"id": "2", "v": "か\u3099"}]),
    )
    assert len(diff(left, right, ["id"]).cells) == 2


def test_types_meet_as_canonical_text() -> None:
    left = frame([{"id": 1, "day": date(2024, 1, 1), "money": Decimal("12.50"), "code": 123}])
    right = frame([{"id": "1", "day": "2024-01-01", "money": "12.5", "code": "0123"}])
    assert diff(left, right, ["id"]).cells.rows() == [("1", "code", "123", "0123")]


def test_big_integers_are_not_compared_as_floats() -> None:
    left, right = frame([{"id": "1", "n": 9007199254740993}]), frame([{"id": "1", "n": 9007199254740992.0}])
    assert len(diff(left, right, ["id"]).cells) == 1


def test_a_repeated_key_is_a_class_of_its_own() -> None:
    left = frame([{"id": "A", "v": "1"}, {"id": "A", "v": "2"}, {"id": "B", "v": "1"}])
    right = frame([{"id": "A", "v": "2"}, {"id": "B", "v": "1"}])
    answer = diff(left, right, ["id"])
    assert answer.duplicates.rows() == [("A", 2, 1, False)]
    assert (len(answer.missing), len(answer.added), len(answer.cells), answer.compared) == (0, 0, 0, 1)
    assert not answer.same


def test_equal_repeated_rows_are_the_same_in_any_order_but_not_in_another_number() -> None:
    one, two = {"id": "A", "v": "1"}, {"id": "A", "v": "2"}
    assert diff(frame([one, two]), frame([two, one]), ["id"]).same
    assert diff(frame([one, one]), frame([one, one, one]), ["id"]).duplicates.rows() == [("A", 2, 3, False)]
    assert not diff(frame([one, one, two]), frame([one, two, two]), ["id"]).same


def test_columns_of_one_side_only_are_told() -> None:
    answer = diff(frame([{"id": "1", "a": "x", "old": "1"}]), frame([{"id": "1", "a": "x", "new": "1"}]), ["id"])
    assert (answer.left_only, answer.right_only, answer.same) == (("old",), ("new",), False)


def test_ignored_columns_are_not_compared() -> None:
    answer = diff(
        frame([{"id": "1", "a": "x", "t": "1"}]), frame([{"id": "1", "a": "x", "t": "2"}]), ["id"], ignore=["t"]
    )
    assert answer.same


def test_columns_with_the_names_used_inside_are_plain_columns() -> None:
    row = {"id": "1", "key": "a", "row": "b", "position": "c", "l": "d", "item": "e", "left": "f"}
    answer = diff(frame([row]), frame([{**row, "item": "z", "position": "y"}]), ["id"])
    assert answer.cells.rows() == [("1", "position", "c", "y"), ("1", "item", "e", "z")]


def test_an_unknown_key_is_said_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="「宛名番号」ではありませんか"):
        diff(frame([{"宛名番号": "1"}]), frame([{"宛名番号": "1"}]), ["宛名番"])


def test_no_key_is_refused() -> None:
    with pytest.raises(InputError, match="--key"):
        diff(frame([{"id": "1"}]), frame([{"id": "1"}]), [])


VALUES = st.one_of(st.none(), st.sampled_from(["", "0", "00", "甲", "葛\U000e0100", "a|b", "\n"]))
ROWS = st.lists(
    st.fixed_dictionaries({"k": VALUES, "m": st.sampled_from(["1", "2"]), "a": VALUES, "b": VALUES}), max_size=8
)
KEY = ["k", "m"]
SCHEMA = dict.fromkeys(("k", "m", "a", "b"), pl.String)


def table(rows: list[dict[str, str | None]]) -> pl.LazyFrame:
    return pl.LazyFrame(rows, schema=SCHEMA)


def one_per_key(rows: list[dict[str, str | None]]) -> list[dict[str, str | None]]:
    return list({(row["k"], row["m"]): row for row in rows}.values())


@given(ROWS)
def test_law_nothing_differs_from_itself(rows: list[dict[str, str | None]]) -> None:
    assert diff(table(rows), table(rows[::-1]), KEY).same


@given(ROWS, ROWS)
def test_law_the_other_way_round_is_the_mirror(
    one: list[dict[str, str | None]], two: list[dict[str, str | None]]
) -> None:
    there, back = diff(table(one), table(two), KEY), diff(table(two), table(one), KEY)
    assert there.missing.equals(back.added)
    assert there.added.equals(back.missing)
    assert there.cells.rows() == [(*key, right, left) for *key, left, right in back.cells.rows()]
    assert there.duplicates.rows() == [(*key, right, left, same) for *key, left, right, same in back.duplicates.rows()]
    assert (there.same, there.compared) == (back.same, back.compared)


@given(ROWS.map(one_per_key), ROWS.map(one_per_key))
def test_law_the_left_with_its_diff_is_the_right(
    one: list[dict[str, str | None]], two: list[dict[str, str | None]]
) -> None:
    answer = diff(table(one), table(two), KEY)
    assert applied(one, answer) == {(row["k"], row["m"]): row for row in two}
    assert answer.same == (applied(one, answer) == {(row["k"], row["m"]): row for row in one})


def applied(rows: list[dict[str, str | None]], answer: Diff) -> dict[tuple[str | None, ...], dict[str, str | None]]:
    result: dict[tuple[str | None, ...], dict[str, str | None]] = {(row["k"], row["m"]): dict(row) for row in rows}
    for row in answer.missing.iter_rows(named=True):
        assert result.pop((row["k"], row["m"])) == row
    for row in answer.added.iter_rows(named=True):
        result[row["k"], row["m"]] = row
    for k, m, item, left, right in answer.cells.iter_rows():
        assert result[k, m][item] == left
        result[k, m][item] = right
    return result
