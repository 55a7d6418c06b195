"""reports.totals: 合計照合, three figures for each total."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from mappings.area import Area
from mappings.expression import Call, Compare, Literal, Name
from mappings.rule import Total
from reports.totals import Stated, as_figure, count_total, reconcile
from validators.polars_expression import PolarsContext

COUNT = Total("people", "住民数", "zei", "t", Call("count", ()), by=("町",))
SUM = Total(
    "tax", "税額", "zei", "t", Call("sum", (Name("額"),)), where=Compare("=", Name("町"), Literal("野間")), unit="円"
)
SHARES = Total("share", "持分", "zei", "t", Call("sum", (Name("持分"),)))
ROWS = pl.LazyFrame(
    {"町": ["野間", "野間", None, "吉木"], "額": ["100", "-1", "7", None], "持分": ["0.50", "1.25", "3", None]}
)
CONTEXT = PolarsContext(decimals={"額": 0, "持分": 2})


def area(*totals: Total) -> Area:
    return Area("zei", "税", 1, "税務課", ("010",), {}, {}, (), totals, {})


def test_totals_are_counted_whole_and_by_group() -> None:
    assert count_total(COUNT, ROWS, CONTEXT) == {"": 4, "野間": 2, "吉木": 1, "（空）": 1}


def test_sums_are_exact() -> None:
    assert count_total(SUM, ROWS, CONTEXT) == {"": Decimal(99)}
    assert count_total(SHARES, ROWS, CONTEXT) == {"": Decimal("4.75")}


def rows(*stated: Stated, converted: str = "99", loaded: str | None = "99") -> list[tuple[str, ...]]:
    counts = {"tax": {"": Decimal(converted)}}
    in_table = {} if loaded is None else {"tax": {"": Decimal(loaded)}}
    frame, _ = reconcile(area(SUM), counts, in_table, stated)
    return frame.select("stated_by", "stated", "converted", "loaded", "difference", "result").rows()


def said(value: str, by: str = "", total: str = "tax") -> Stated:
    return Stated("zei", total, by, value, "税務課")


def test_three_equal_figures_agree() -> None:
    assert rows(said("99")) == [("税務課", "99", "99", "99", "0", "一致")]


def test_a_figure_nobody_stated_is_not_compared() -> None:
    assert rows() == [("", "", "99", "99", "0", "照合なし")]


def test_a_figure_not_counted_in_the_database_is_not_compared() -> None:
    assert rows(said("99"), loaded=None) == [("税務課", "99", "99", "", "0", "照合なし")]


@pytest.mark.parametrize(
    ("stated", "converted", "loaded", "difference"),
    [("100", "99", "99", "-1"), ("99", "98", "99", "0"), ("99", "99", "98", "-1")],
)
def test_any_unequal_figure_disagrees(stated: str, converted: str, loaded: str, difference: str) -> None:
    assert rows(said(stated), converted=converted, loaded=loaded) == [
        ("税務課", stated, converted, loaded, difference, "不一致")
    ]


def test_converted_and_loaded_disagree_even_when_nobody_stated_a_figure() -> None:
    assert rows(loaded="98") == [("", "", "99", "98", "-1", "不一致")]


def test_each_person_s_figure_is_a_line() -> None:
    other = Stated("zei", "tax", "", "98", "電算")
    assert [(row[0], row[-1]) for row in rows(said("99"), other)] == [("税務課", "一致"), ("電算", "不一致")]


def test_a_group_the_data_does_not_have_counts_nothing() -> None:
    frame, found = reconcile(
        area(COUNT), {"people": {"": Decimal(1), "野間": Decimal(1)}}, {"people": {"": Decimal(1), "野間": Decimal(1)}},
        [said("5", by="吉木", total="people")],
    )  # fmt: skip
    assert frame.filter(pl.col("by") == "吉木").select("converted", "loaded", "difference", "result").rows() == [
        ("0", "0", "-5", "不一致")
    ]
    assert found.select("rule", "key", "department").rows() == [("REC-02", "people|吉木", "税務課")]


def test_a_figure_that_is_no_number_and_an_unknown_total_are_said() -> None:
    _, found = reconcile(area(SUM), {}, {}, [said("約百"), said("1", total="taxes"), Stated("other", "x", "", "1", "")])
    assert found.select("rule", "value").sort("rule").rows() == [("REC-03", "1"), ("REC-04", "")]


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("1,234", 1234),
        ("１，２３４", 1234),
        ("－５", -5),
        ("12.50", Decimal("12.5")),
        ("", None),
        ("NaN", None),
        (" 7 ", 7),
        ("1 2", None),
    ],
)
def test_figures_as_people_type_them(text: str, figure: object) -> None:
    assert as_figure(text) == figure
