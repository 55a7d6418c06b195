"""就学援助: who was granted it in a year, by the income of the household, and what was paid.

要保護 (生活保護) get the school trip only; the rest comes from 教育扶助.
"""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.shugaku.schools import april, serial
from sample_data.dated import figure
from sample_data.forms import padded
from sample_data.founding import ordinal
from sample_data.records import code, logged

YEARS = tuple(range(2021, 2027))
_NEED, _NEED_EACH = 1_100_000, 370_000  # 需要額 of a household and of each person in it, yen a year
_FEES = {"学用品費・通学用品費": (11_630, 22_730), "学校給食費": (49_500, 57_200), "校外活動費": (1_600, 2_310)}
_TRIP = {6: 22_690, 9: 60_910}
_OPEN_FEES = ("学校給食費", "校外活動費", "修学旅行費")  # paid at the end of the school year


def aid_tables(ground: Ground, kids: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """認定 and 支給 of six years."""
    homes = _households(ground)
    here = kids.filter(pl.col("gone") == 0).join(homes, on="guardian", how="inner", maintain_order="left")
    granted = pl.concat([_one_year(here, year) for year in YEARS]).sort("year", "person")
    paid = pl.concat([_paid(granted, year, ground.as_of) for year in YEARS])
    paid = paid.sort("year", "person", "place").with_columns(
        serial=pl.int_range(1, pl.len() + 1).over("year", "person")
    )
    sums = paid.group_by("year", "person").agg(paid=pl.col("yen").sum())
    granted = granted.join(sums, on=["year", "person"], how="left", maintain_order="left")
    granted = granted.with_columns(pl.col("paid").fill_null(0), place=pl.int_range(1, pl.len() + 1).over("year"))
    return _granted_table(granted), _paid_table(paid)


def _households(ground: Ground) -> pl.DataFrame:
    """guardian, seiho, members, income of the household (給与 less 30 per cent, 営業)."""
    living = ground.society.filter("resident")
    earned = pl.col("salary") * 7 // 10 + pl.col("business") + pl.col("pension") // 2
    homes = living.group_by("household").agg(members=pl.len().cast(pl.Int64), income=earned.sum())
    guardians = living.select("household", "seiho", guardian="person")
    return guardians.join(homes, on="household", how="left", maintain_order="left").drop("household")


def _one_year(kids: pl.DataFrame, year: int) -> pl.DataFrame:
    """Who asked for it in a year: kind, why, asked, start, until, income, need."""
    grade, begun = year - pl.col("sy") - 6, pl.max_horizontal(april(pl.lit(year)), "arrived")
    rows = kids.with_columns(grade=grade, year=pl.lit(year, pl.Int64), start=begun, until=april(pl.lit(year + 1)) - 1)
    at_school = pl.col("grade").is_between(1, 9) & (
        pl.col("start") + 30 <= pl.min_horizontal("until", ordinal("2026-10-01"))
    )
    rows = rows.filter(at_school).with_columns(
        need=_NEED + _NEED_EACH * pl.col("members"),
        income=pl.col("income") * (94 + (pl.col("guardian") + year) % 9) // 100 // 1_000 * 1_000,
    )
    poor = pl.col("income") * 100 <= pl.col("need") * figure("就学援助の所得の倍率", f"{year}-04-01")
    asks = pl.col("seiho") | (poor & (pl.col("guardian") % 10 < 9)) | (~poor & (pl.col("guardian") % 19 == 3))
    kind = pl.when("seiho").then(pl.lit("要保護")).when(poor).then(pl.lit("準要保護")).otherwise(pl.lit("否認定"))
    why = pl.when("seiho").then(pl.lit("生活保護")).when(poor).then(pl.lit("所得が基準以下")).otherwise(pl.lit(""))
    return rows.filter(asks).with_columns(kind=kind, why=why)


def _paid(granted: pl.DataFrame, year: int, as_of: int) -> pl.DataFrame:
    """One row for each 費目 of a year that has been paid."""
    mine = granted.filter((pl.col("year") == year) & (pl.col("kind") != "否認定"))
    grade, small = pl.col("grade"), pl.col("grade") <= 6
    partly = pl.col("kind") == "準要保護"
    parts: list[tuple[str, pl.Expr, pl.Expr]] = [
        (name, partly, pl.when(small).then(low).otherwise(high)) for name, (low, high) in _FEES.items()
    ]
    entry = [figure(f"就学援助の入学準備金_{stage}", f"{year}-04-01") for stage in ("小", "中")]
    parts += [
        ("新入学児童生徒学用品費等", partly & grade.is_in([1, 7]), pl.when(small).then(entry[0]).otherwise(entry[1])),
        ("修学旅行費", grade.is_in([6, 9]), pl.when(small).then(_TRIP[6]).otherwise(_TRIP[9])),
    ]
    found = []
    for place, (name, who, yen) in enumerate(parts):
        late = name in _OPEN_FEES
        day = ordinal(f"{year + 1}-03-19") if late else ordinal(f"{year}-07-25")
        if day <= as_of:
            rows = mine.filter(who).with_columns(item=pl.lit(name), yen=yen.cast(pl.Int64), place=pl.lit(place))
            found.append(rows.with_columns(day=pl.max_horizontal(pl.lit(day), "start")))
    return pl.concat(found)


def _granted_table(rows: pl.DataFrame) -> pl.DataFrame:
    refused = pl.col("kind") == "否認定"
    return rows.with_columns(level=grade_name(), asked=pl.col("start") + 10).select(
        年度=pl.col("year").cast(pl.String),
        宛名番号="atena",
        認定番号=padded(pl.col("year") % 100 * 10_000 + pl.col("place"), 6),
        保護者番号="guardian_atena",
        学年=code("level", "shugaku", "gakunen"),
        申請日=serial(pl.col("asked")),
        認定区分=code("kind", "shugaku", "nintei"),
        認定理由=code("why", "shugaku", "nintei_riyu"),
        認定自=serial(pl.when(refused).then(0).otherwise("start")),
        認定至=serial(pl.when(refused).then(0).otherwise("until")),
        世帯人数=pl.col("members").cast(pl.String),
        世帯所得=pl.col("income").cast(pl.String),
        需要額=pl.col("need").cast(pl.String),
        支給済額=pl.col("paid").cast(pl.String),
        担当者=pl.lit("学務係"),
        **logged(pl.col("asked"), pl.col("person")),
    )


def _paid_table(rows: pl.DataFrame) -> pl.DataFrame:
    stage = pl.when(pl.col("grade") <= 6).then(pl.lit("小学校")).otherwise(pl.lit("中学校"))
    meal = pl.col("item") == "学校給食費"
    way = pl.when(meal).then(pl.lit("校長への委任払い")).otherwise(pl.lit("保護者の口座"))
    return rows.with_columns(stage=stage, way=way).select(
        対象_年度=pl.col("year").cast(pl.String),
        対象_宛名番号="atena",
        対象_番号=pl.col("serial").cast(pl.String),
        支給_種別=code("stage", "shugaku", "shubetsu"),
        支給_費目=code("item", "shugaku", "himoku"),
        支給_額=pl.col("yen").cast(pl.String),
        支給_日=serial(pl.col("day")),
        支給_方法=code("way", "shugaku", "hoho"),
        **logged(pl.col("day"), pl.col("person")),
    )


def era_year(column: str) -> pl.Expr:
    """508 of 2026, 430 of 2018: 元号1桁＋2桁."""
    year = pl.col(column)
    return (
        pl.when(year >= 2019).then(pl.lit("5") + padded(year - 2018, 2)).otherwise(pl.lit("4") + padded(year - 1988, 2))
    )


def grade_name() -> pl.Expr:
    """The meaning of a grade in the code map."""
    grade = pl.col("grade")
    small = pl.format("小学{}年", grade)
    return (
        pl.when(grade == 0).then(pl.lit("就学予定者")).when(grade <= 6).then(small)
        .otherwise(pl.format("中学{}年", grade - 6))
    )  # fmt: skip
