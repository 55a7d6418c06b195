"""Whose children are paid for, month by month: who counts, which child of the family it is, how much a month is.

Months are numbered year × 12 + month − 1. The law of 2024-10 pays up to the March after 18 (before: after 15), counts
brothers and sisters up to the March after 22 and pays 30,000 yen for the third child.
"""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.forms import to_date

REFORM = 2024 * 12 + 9
FIRST = 2024 * 12 + 5  # the old system has the months paid since 2024-06
NOW = 2026 * 12 + 9
UNDER_3, FROM_3, THIRD, SCHOOL, SPECIAL = "3歳未満", "3歳以上", "第3子以降", "中学生", "特例給付"
_WELL_OFF = 6_500_000  # yen of salary; above it the old law paid 特例給付
_GONE = ("転出", "国外への転出", "職権消除")
_OPEN = 9_999 * 12


def month_of(ordinal: pl.Expr) -> pl.Expr:
    day = to_date(ordinal)
    return (day.dt.year() * 12 + day.dt.month() - 1).cast(pl.Int64)


def families(ground: Ground) -> pl.DataFrame:
    """One row per child of a recipient, oldest first within the family: guardian, person, birth, start, school15,
    until (last month paid for), counts (last month counted), left (0 or the day the family moved away), why."""
    kids = pl.concat([_at_home(ground), _moved_away(ground)])
    year = _school_year(pl.col("birth"))
    began = month_of(pl.max_horizontal("birth", "arrived")) + 1
    cap = pl.when(pl.col("left") > 0).then(month_of(pl.col("left"))).otherwise(_OPEN)
    kids = kids.with_columns(
        school15=(year + 16) * 12 + 2,
        until=pl.min_horizontal((year + 19) * 12 + 2, cap),
        counts=pl.min_horizontal((year + 23) * 12 + 2, cap),
        began=began,
    )
    paused = pl.col("school15") < FIRST + 3  # grown out of the old law, taken in again by the new one
    kids = kids.with_columns(
        start=pl.when(paused).then(pl.max_horizontal("began", pl.lit(REFORM))).otherwise("began"),
        child=pl.col("until") >= FIRST,
    ).filter(pl.col("child") | (pl.col("counts") >= REFORM))
    paid = pl.col("child") & (pl.col("start") <= pl.col("until"))
    kids = kids.with_columns(paid=paid).filter(pl.col("paid").any().over("guardian"))
    large = (pl.len() >= 3).over("guardian")
    return kids.filter(pl.col("paid") | (large & (pl.col("began") <= NOW))).sort("guardian", "birth", "person")


def monthly(kids: pl.DataFrame, society: pl.DataFrame) -> pl.DataFrame:
    """One row per child and month paid for: guardian, person, month, kind, rank, amount."""
    months = pl.DataFrame({"month": range(FIRST, NOW + 1)}, schema={"month": pl.Int64})
    rows = kids.filter("paid").join(months, how="cross").filter(_paid_in_month())
    elder = kids.select("guardian", "counts", "began", elder="person", elder_birth="birth", old_until="until")
    pairs = rows.select("guardian", "person", "birth", "month").join(elder, on="guardian")
    limit = pl.when(pl.col("month") >= REFORM).then("counts").otherwise("old_until")
    older = (pl.col("elder_birth") < pl.col("birth")) | (
        (pl.col("elder_birth") == pl.col("birth")) & (pl.col("elder") < pl.col("person"))
    )
    counted = older & (pl.col("began") <= pl.col("month")) & (pl.col("month") <= limit)
    ranks = pairs.group_by("person", "month").agg(rank=counted.sum().cast(pl.Int64) + 1)
    rows = rows.join(ranks, on=["person", "month"], how="left", maintain_order="left")
    rich = society["salary"].gather(rows["guardian"]) > _WELL_OFF
    return _priced(rows.with_columns(rich=rich)).sort("guardian", "birth", "person", "month")


def _priced(rows: pl.DataFrame) -> pl.DataFrame:
    """The kind and the yen of a month; 3 years old means the month of the day before the third birthday."""
    old = pl.col("month") < REFORM
    third_year = month_of(pl.col("birth") - 1) + 36
    primary = (_school_year(pl.col("birth")) + 13) * 12 + 2
    kind = (
        pl.when(old & pl.col("rich"))
        .then(pl.lit(SPECIAL))
        .when(~old & (pl.col("rank") >= 3))
        .then(pl.lit(THIRD))
        .when(pl.col("month") <= third_year)
        .then(pl.lit(UNDER_3))
        .when(old & (pl.col("month") > primary))
        .then(pl.lit(SCHOOL))
        .when(old & (pl.col("rank") >= 3))
        .then(pl.lit(THIRD))
        .otherwise(pl.lit(FROM_3))
    )
    yen = {SPECIAL: 5_000, UNDER_3: 15_000, FROM_3: 10_000, SCHOOL: 10_000}
    amount = pl.when(pl.col("kind") == THIRD).then(pl.when(old).then(15_000).otherwise(30_000))
    priced = amount.otherwise(pl.col("kind").replace_strict(yen, default=0, return_dtype=pl.Int64))
    return rows.with_columns(kind=kind).with_columns(amount=priced.cast(pl.Int64))


def _paid_in_month() -> pl.Expr:
    until = pl.when(pl.col("month") < REFORM).then(pl.min_horizontal("until", "school15")).otherwise("until")
    return (pl.col("start") <= pl.col("month")) & (pl.col("month") <= until)


def _school_year(birth: pl.Expr) -> pl.Expr:
    """The fiscal year of birth as schools count it: 1 April still belongs to the year before."""
    day = to_date(birth - 1)
    return (day.dt.year() - (day.dt.month() < 4).cast(pl.Int32)).cast(pl.Int64)


def _at_home(ground: Ground) -> pl.DataFrame:
    """Children under 19 by guardian, and grown-up children still at home with that guardian."""
    people = ground.society
    young = people.filter(pl.col("guardian") > 0).select("person", "guardian", "birth", "became_resident")
    parents = ground.persons.select("person", "father", "mother", "household")
    home = people.select(guardian="person", home="household").filter(
        pl.col("guardian").is_in(young["guardian"].unique().implode())
    )
    grown = people.filter(pl.col("resident") & (pl.col("guardian") == 0)).join(parents.drop("household"), on="person")
    found = [
        grown.join(home, left_on=parent, right_on="guardian", how="inner").filter(pl.col("household") == pl.col("home"))
        .select("person", "birth", "became_resident", guardian=parent)
        for parent in ("father", "mother")
    ]  # fmt: skip
    kids = pl.concat([young, *(one.select(young.columns) for one in found)]).unique(
        "person", keep="first", maintain_order=True
    )
    since = people["became_resident"].gather(kids["guardian"])
    return kids.with_columns(since=since).select(
        "guardian", "person", "birth", arrived=pl.max_horizontal("became_resident", "since"),
        left=pl.lit(0, dtype=pl.Int64), why=pl.lit(""),
    )  # fmt: skip


def _moved_away(ground: Ground) -> pl.DataFrame:
    """Children who left the town with their father or mother on the same day, in the last five years."""
    gone = ground.persons.select("person", "birth", "became_resident", "father", "mother").join(
        ground.history.filter(pl.col("latest") & pl.col("removed_by").is_in(_GONE)).select(
            "person", "removed_on", "removed_by"
        ),
        on="person",
    )
    adults = gone.select(guardian="person", day="removed_on", since="became_resident", grown="birth")
    kids = gone.filter(pl.col("removed_on") > ground.as_of - 1_800)
    found = [
        kids.join(adults, left_on=parent, right_on="guardian", how="inner").with_columns(guardian=parent)
        for parent in ("father", "mother")
    ]
    both = (
        pl.concat(found)
        .filter(pl.col("day") == pl.col("removed_on"))
        .unique("person", keep="first", maintain_order=True)
    )
    both = both.filter(pl.col("removed_on") - pl.col("birth") < 18 * 365)
    return both.select(
        "guardian", "person", "birth", arrived=pl.max_horizontal("became_resident", "since"),
        left="removed_on", why="removed_by",
    )  # fmt: skip
