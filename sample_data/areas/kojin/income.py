"""Who is taxed in a year, what they earned the year before, and what may be deducted (amounts in yen).

A year frame has one row per person: everybody of 18 or more who lived in the town on 1 January (賦課期日), and
outsiders the town taxes. Residents come from the society frame, seen at their age of that day.
"""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.formats import codes
from sample_data.founding import YEAR, ordinal
from sample_data.society import at_age

YEARS = tuple(range(2020, 2027))
YOUNG, GROWING, STUDENT = "年少扶養（16歳未満）", "一般扶養", "特定扶養（19歳以上23歳未満）"
SPOUSE, OLD_SPOUSE = "控除対象配偶者", "老人控除対象配偶者"
_LOSS = 2022  # the year some businesses made a loss
_OUTSIDERS = 9_000_000  # persons of outsiders are numbered from here: nobody among the residents


def taxed_people(ground: Ground, year: int) -> pl.DataFrame:
    """person, atena, household, outsider, birth, age, seiho, handicap (0 1 2), spouse, single_parent, salary, pension,
    business (before loss), rent, donor; *_income by kind; carried (繰越控除), to_carry; total (合計所得金額)."""
    people = pl.concat([_residents(ground, year), _outsiders(ground, year)], how="diagonal_relaxed")
    people = people.with_columns(pl.col("spouse", "handicap", "rent").fill_null(0), pl.col("seiho").fill_null(False))
    return people.with_columns(**_incomes(year)).with_columns(
        total=pl.max_horizontal(
            pl.sum_horizontal("salary_income", "pension_income", "business_income", "rent"), pl.lit(0, pl.Int64)
        )
    )


def dependents(ground: Ground, year: int) -> pl.DataFrame:
    """guardian, atena, kind of the children somebody cares for on 31 December before."""
    born, day = pl.col("birth"), ordinal(f"{year}-01-01")
    kind = (
        pl.when(born >= ordinal(f"{year - 16}-01-02"))
        .then(pl.lit(YOUNG))
        .when(born >= ordinal(f"{year - 19}-01-02"))
        .then(pl.lit(GROWING))
        .otherwise(pl.lit(STUDENT))
    )
    cared = ground.society.filter((pl.col("guardian") > 0) & (born < day))
    return cared.select("guardian", "atena", kind=kind)


def _residents(ground: Ground, year: int) -> pl.DataFrame:
    day = ordinal(f"{year}-01-01")
    spouses = pl.Series([one.spouse if one.married else 0 for one in ground.register.people])
    had = (pl.col("disability") != "") & (pl.col("disabled_from") <= day)
    present = ground.society.with_columns(spouse=spouses.gather(ground.society["person"])).filter(
        (pl.col("became_resident") <= day) & (pl.col("rows") > 0) & (pl.col("resident") | (pl.col("last_day") > day))
    )
    return (
        at_age(present, (day - pl.col("birth")) / YEAR)
        .filter(pl.col("age") >= 18)
        .select(
            "person", "atena", "household", "birth", "age", "seiho", "spouse", "single_parent", "salary", "pension",
            "business",
            outsider=pl.lit(False),
            handicap=pl.when(had & (pl.col("grade") <= 2)).then(2).when(had).then(1).otherwise(0),
            rent=pl.when(pl.col("landowner") & (pl.col("person") % 6 == 0)).then(360_000).otherwise(0),
        )
    )  # fmt: skip


def _outsiders(ground: Ground, year: int) -> pl.DataFrame:
    """住登外課税: those the outsiders' register keeps for this tax, each for three years."""
    frame = ground.made["jutogai"]["jutogai"]
    ours = (pl.col("登録業務") == codes("jutogai", "toroku_gyomu")["個人住民税"]) & (
        pl.col("代表区分") == codes("jutogai", "daihyo")["代表宛名"]
    )
    number = pl.col("person") - _OUTSIDERS
    return (
        frame.with_row_index("person", offset=_OUTSIDERS)
        .with_columns(pl.col("person").cast(pl.Int64))
        .filter(ours & ((number + year) % 7 < 3))
        .select(
            "person",
            atena="宛名番号",
            outsider=pl.lit(True),
            age=pl.lit(45.0),
            single_parent=pl.lit(False),
            salary=(2_900 + number * 7 % 41 * 50) * 1_000,
            pension=pl.lit(0, pl.Int64),
            business=pl.lit(0, pl.Int64),
        )
    )


def _incomes(year: int) -> dict[str, pl.Expr]:
    """What the law leaves of each kind of income; three years of a business loss are carried (地方税法 313条8項)."""
    salary, pension, back = pl.col("salary"), pl.col("pension"), YEARS[-1] - year
    paid = pl.when(salary > 0).then(salary - back * 24_000).otherwise(0)
    more = 100_000 if year == 2020 else 0  # 給与所得控除 was higher before 令和3年度
    least = 650_000 if year >= 2026 else 550_000
    after = (
        pl.when(paid <= 1_900_000)
        .then(paid - least)
        .when(paid <= 3_600_000)
        .then(paid // 4_000 * 2_800 - 80_000)
        .when(paid <= 6_600_000)
        .then(paid // 4_000 * 3_200 - 440_000)
        .otherwise(paid * 9 // 10 - 1_100_000)
    )
    then = pl.col("age") - (year - _LOSS)
    unlucky = (pl.col("business") > 0) & (pl.col("person") % 20 == 7) & then.is_between(25, 60)  # in business all along
    lost = {_LOSS: -900_000}.get(year)
    own = pl.col("business") - back * 10_000
    business = pl.when(pl.col("business") <= 0).then(0).when(unlucky & pl.lit(lost is not None)).then(lost or 0)
    used, kept = {2023: (300_000, 600_000), 2024: (300_000, 300_000), 2025: (300_000, 0)}.get(year, (0, 0))
    if lost is not None:
        kept = -lost
    return {
        "paid": paid,
        "salary_income": pl.max_horizontal(after - more, pl.lit(0)) * (paid > 0),
        "pension_income": pl.max_horizontal(pension - 1_100_000 - more, pl.lit(0)),
        "business_income": business.otherwise(pl.max_horizontal(own, pl.lit(500_000))),
        "carried": pl.when(unlucky).then(used).otherwise(0),
        "to_carry": pl.when(unlucky).then(kept).otherwise(0),
        "donor": ~unlucky & (pl.col("person") % 11 == 3),
    }
