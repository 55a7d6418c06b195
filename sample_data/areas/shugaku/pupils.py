"""Who stands in the 学齢簿: one row for each child and stage (小学校, 中学校), children to enter next April among them.

Grades follow from births between 2 April and 1 April. Foreign children are there when their parents wished it.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from sample_data.area import Ground
from sample_data.areas.shugaku.schools import MERGED_ON, april, elementary, lower_secondary, was_merged
from sample_data.families import families, school_birth_year
from sample_data.forms import EPOCH
from sample_data.founding import ordinal
from sample_data.records import address_frame

_ELDEST, _KEPT_FROM = ordinal("2008-04-02"), ordinal("2016-04-01")
IN_TOWN, OTHER_OWNER, OUTSIDE = "町立の学校に在学", "国立・私立・県立の学校に在学", "区域外就学"
COMING, LEFT, MOVED, DEFERRED = "就学予定", "卒業", "転出", "猶予・免除"


def pupils(ground: Ground) -> pl.DataFrame:
    """person, atena, kana, birth, foreign, sy, guardian, guardian_atena, father, arrived, gone, town."""
    kids = pl.concat([families(ground, _ELDEST, _KEPT_FROM), _alone(ground)]).filter(pl.col("birth") >= _ELDEST)
    latest = ground.history.filter("latest").select(
        "person", "atena", "kana", "residence", foreign=pl.col("country") >= 0
    )
    kids = kids.join(latest, on="person", how="left", maintain_order="left")
    town = address_frame(ground.register)["town"].cast(pl.Int64)
    numbers, sexes = ground.persons["atena"], ground.persons["sex"]
    kids = kids.with_columns(
        sy=school_birth_year(),
        town=town.gather(kids["residence"]),
        guardian_atena=numbers.gather(kids["guardian"]),
        father=sexes.gather(kids["guardian"]) == 1,
    )
    return kids.filter(~pl.col("foreign") | (pl.col("person") % 3 > 0))


def _alone(ground: Ground) -> pl.DataFrame:
    """Children at home with nobody who has the care of them: they are to go to school all the same."""
    return ground.society.filter(pl.col("resident") & (pl.col("guardian") == 0)).select(
        "person", "guardian", "birth", other=pl.lit(0, dtype=pl.Int64),
        arrived=pl.max_horizontal("birth", "became_resident"), gone=pl.lit(0, dtype=pl.Int64),
    )  # fmt: skip


def entries(kids: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """Rows of the 学齢簿: stage, number (連番), latest, enters, leaves, ends, year, grade, state, designated, attends,
    permit ('' none)."""
    today = date.fromordinal(as_of).year
    stages = [
        kids.with_columns(stage=pl.lit(name), enters=april(pl.col("sy") + first), leaves=april(pl.col("sy") + last) - 1)
        for name, first, last in (("小学校", 7, 13), ("中学校", 13, 16))
    ]
    rows = pl.concat(stages)
    coming = (pl.col("stage") == "小学校") & (pl.col("sy") + 7 == today + 1) & (pl.col("gone") == 0)
    there = (pl.col("enters") <= as_of) & (pl.col("arrived") <= pl.col("leaves"))
    stayed = (pl.col("gone") == 0) | (pl.col("gone") > pl.max_horizontal("enters", "arrived"))
    rows = rows.with_columns(coming=coming).filter(coming | (there & stayed)).sort("person", "enters")
    gone = (pl.col("gone") > 0) & (pl.col("gone") <= pl.col("leaves"))
    ends = pl.when(gone).then("gone").when(pl.col("leaves") < as_of).then("leaves").otherwise(0)
    rows = rows.with_columns(
        number=pl.int_range(1, pl.len() + 1).over("person"),
        latest=pl.col("enters") == pl.col("enters").max().over("person"),
        ends=ends,
        enters=pl.max_horizontal("enters", "arrived"),
        moved=gone,
    )
    seen = (pl.when(pl.col("ends") > 0).then("ends").otherwise(as_of) - EPOCH).cast(pl.Int32).cast(pl.Date)
    year = (seen.dt.year() - (seen.dt.month() < 4).cast(pl.Int32)).cast(pl.Int64)
    rows = rows.with_columns(year=year, grade=pl.when("coming").then(0).otherwise(year - pl.col("sy") - 6))
    return rows.with_columns(**_school()).with_columns(**_state())


def _school() -> dict[str, pl.Expr]:
    """The designated school by the district, the one attended, and why they differ."""
    town, person, small = pl.col("town"), pl.col("person"), pl.col("stage") == "小学校"
    old = small & was_merged(town) & (pl.col("ends") > 0) & (pl.col("ends") <= MERGED_ON)
    own = pl.when(old).then(pl.lit("105")).when(small).then(elementary(town)).otherwise(lower_secondary(town))
    private = pl.when(small).then(person % 60 == 7).otherwise(person % 16 == 5)
    special, outside, changed = person % 90 == 11, person % 110 == 13, person % 14 == 9
    other = pl.when(small).then(pl.when(own == "102").then(pl.lit("101")).otherwise(pl.lit("102"))).otherwise(
        pl.when(own == "201").then(pl.lit("202")).otherwise(pl.lit("201"))
    )  # fmt: skip
    attends = (
        pl.when("coming").then(pl.lit(""))
        .when(private & small).then(pl.lit("301")).when(private & (person % 2 == 0)).then(pl.lit("302"))
        .when(private).then(pl.lit("303")).when(special).then(pl.lit("401"))
        .when(outside & small).then(pl.lit("501")).when(outside).then(pl.lit("502"))
        .when(changed).then(other).otherwise(own)
    )  # fmt: skip
    permit = (
        pl.when("coming").then(pl.lit("")).when(private | special).then(pl.lit("国立・私立等への就学"))
        .when(outside).then(pl.lit("区域外就学")).when(changed).then(pl.lit("指定校の変更")).otherwise(pl.lit(""))
    )  # fmt: skip
    return {"designated": own, "attends": attends, "permit": permit}


def _state() -> dict[str, pl.Expr]:
    deferred = ~pl.col("coming") & (pl.col("ends") == 0) & (pl.col("person") % 500 == 123) & (pl.col("permit") == "")
    state = (
        pl.when("coming").then(pl.lit(COMING)).when("moved").then(pl.lit(MOVED))
        .when(pl.col("ends") > 0).then(pl.lit(LEFT)).when(deferred).then(pl.lit(DEFERRED))
        .when(pl.col("permit") == "国立・私立等への就学").then(pl.lit(OTHER_OWNER))
        .when(pl.col("permit") == "区域外就学").then(pl.lit(OUTSIDE)).otherwise(pl.lit(IN_TOWN))
    )  # fmt: skip
    return {"state": state, "deferred": deferred}
