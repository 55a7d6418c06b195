"""学校 and 通学区域: an invented list of schools, and the districts of the 町字 of the town."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.formats import codes, standard_codes
from sample_data.forms import EPOCH
from sample_data.founding import ordinal
from sample_data.records import code, logged

MERGED_ON = ordinal("2022-03-31")
_SINCE = ordinal("2000-04-01")
_EXCEL = ordinal("1899-12-30")  # day 0 of Excel's serial numbers
_SCHOOLS = (  # number, name, kind, owner, merged into
    ("101", "見本東小学校", "小学校", "町立", ""),
    ("102", "見本西小学校", "小学校", "町立", ""),
    ("103", "見本南小学校", "小学校", "町立", ""),
    ("104", "見本海辺小学校", "小学校", "町立", ""),
    ("105", "見本北小学校", "小学校", "町立", "102"),
    ("201", "見本中学校", "中学校", "町立", ""),
    ("202", "見本東中学校", "中学校", "町立", ""),
    ("301", "見本大学附属小学校", "小学校", "国立", ""),
    ("302", "見本大学附属中学校", "中学校", "国立", ""),
    ("303", "見本学園中学校", "中学校", "私立", ""),
    ("401", "見本特別支援学校", "特別支援学校", "県立", ""),
    ("501", "隣町小学校", "小学校", "他の市町村立", ""),
    ("502", "隣町中学校", "中学校", "他の市町村立", ""),
)
_MERGED = "105"


def serial(day: pl.Expr) -> pl.Expr:
    """A day as Excel keeps it (a serial number); '' where there is no day."""
    return pl.when(day > 0).then((day - _EXCEL).cast(pl.String)).otherwise(pl.lit(""))


def april(year: pl.Expr) -> pl.Expr:
    """The ordinal of 1 April of a year."""
    return pl.date(year, 4, 1).cast(pl.Int32).cast(pl.Int64) + EPOCH


def elementary(town: pl.Expr) -> pl.Expr:
    return (town % 4 + 101).cast(pl.String)


def lower_secondary(town: pl.Expr) -> pl.Expr:
    return (town % 2 + 201).cast(pl.String)


def was_merged(town: pl.Expr) -> pl.Expr:
    """Districts whose 小学校 was closed and merged."""
    return town % 8 == 1


def school_table() -> pl.DataFrame:
    frame = pl.DataFrame(_SCHOOLS, schema=["number", "name", "kind", "owner", "into"], orient="row")
    closed = pl.when(pl.col("number") == _MERGED).then(MERGED_ON).otherwise(0)
    return frame.select(
        学校番号="number",
        学校名="name",
        種別=code("kind", "shugaku", "shubetsu"),
        設置者=code("owner", "shugaku", "setchi"),
        開校日=serial(pl.lit(_SINCE)),
        閉校日=serial(closed),
        統合先="into",
        電話=pl.lit("093-28") + pl.col("number").str.slice(2) + "-0" + pl.col("number"),
        **logged(pl.max_horizontal(pl.lit(_SINCE), closed), pl.col("number").cast(pl.Int64)),
    )


def district_table(ground: Ground) -> pl.DataFrame:
    """A row for each 町字; two where the school was merged."""
    legacy, standard = codes("jumin", "machiaza"), standard_codes("jumin", "machiaza")
    names = [row["town"] for row in ground.lists.towns]
    frame = pl.DataFrame({"name": names, "code": [standard[legacy[name]] for name in names]})
    town = pl.col("town")
    frame = frame.with_columns(town=pl.int_range(0, pl.len(), dtype=pl.Int64))
    now = frame.with_columns(
        school=elementary(town), start=pl.when(was_merged(town)).then(MERGED_ON + 1).otherwise(_SINCE), end=pl.lit(0)
    )
    before = frame.filter(was_merged(town)).with_columns(
        school=pl.lit(_MERGED), start=pl.lit(_SINCE), end=pl.lit(MERGED_ON)
    )
    return pl.concat([before, now]).sort("town", "start").select(
        町字_番号="code",
        町字_名="name",
        区域校_小="school",
        区域校_中=lower_secondary(town),
        適用_開始=serial(pl.col("start")),
        適用_終了=serial(pl.col("end")),
        **logged(pl.max_horizontal("start", "end"), town),
    )  # fmt: skip
