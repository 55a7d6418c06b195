"""Which preschool children use what, from when to when: one row per child, and one per piece of time with one 認定 and
one facility.

教育・保育給付: 2号 and 3号 in 保育所, 認定こども園 and 小規模保育, 1号 in 幼稚園 and 認定こども園. 3号 ends on the
eve of the day on which a child turns three, which is the day before the birthday.
"""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.kosodate.facilities import CLOSED_ON, CLOSING, facility_of
from sample_data.families import families, school_birth_year
from sample_data.forms import EPOCH
from sample_data.founding import ordinal
from sample_data.months import month_start
from sample_data.society import birthday

KEPT_FROM = ordinal("2022-04-01")  # the old system keeps whose time ended since then
SEEKING = "求職活動"
_ELDEST = ordinal("2015-04-02")


def children(ground: Ground) -> pl.DataFrame:
    """person, atena, birth, birth_text, kana, guardian, other (the second parent at home, 0 none), arrived, gone (0 or
    the day of moving away), sy (fiscal year of birth as schools count), three, turn, order (among all at home)."""
    kids = families(ground, _ELDEST, KEPT_FROM)
    latest = ground.history.filter("latest").select("person", "atena", "birth_text", "kana")
    kids = kids.with_columns(
        order=pl.int_range(1, pl.len() + 1).over("guardian"),
        sy=school_birth_year(),
        three=birthday(3) - 1,
        turn=pl.col("person") * 7 % 20,
    )
    return kids.filter(pl.col("birth") >= _ELDEST).join(latest, on="person", how="left", maintain_order="left")


def april(year: pl.Expr) -> pl.Expr:
    """The ordinal of 1 April of a year."""
    return pl.date(year, 4, 1).cast(pl.Int32).cast(pl.Int64) + EPOCH


def using(kids: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """Children with 教育・保育給付: school (1号), start, until (the March before school), last (of the use), seeks."""
    taught = pl.col("turn").is_between(11, 16)
    turned = month_start(pl.col("three"), 1)
    early = pl.col("person") % 3 == 0
    entry = (
        pl.when(taught & early).then(pl.min_horizontal(turned, april(pl.col("sy") + 4)))
        .when(taught).then(april(pl.col("sy") + 4))
        .when(pl.col("person") % 4 == 0).then(month_start(pl.col("birth"), 7))
        .otherwise(april(pl.col("sy") + 1 + pl.col("person") % 4))
    )  # fmt: skip
    rows = kids.filter(pl.col("turn") < 17).with_columns(school=taught)
    rows = rows.with_columns(start=pl.max_horizontal(entry, month_start(pl.col("arrived"), 1)))
    rows = rows.with_columns(
        until=april(pl.col("sy") + 7) - 1, seeks=~pl.col("school") & (pl.col("person") % 11 == 3)
    ).with_columns(last=pl.when(pl.col("gone") > 0).then(pl.min_horizontal("until", "gone")).otherwise("until"))
    begun = (pl.col("start") <= as_of) & (pl.col("start") + 31 < pl.col("last"))
    return rows.filter(begun & (pl.col("last") >= KEPT_FROM))


def pieces(users: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """Pieces of the time of `using`: begin, end, kind (1号–3号), reason, facility; the last may end in the future."""
    working, class_three = month_start(pl.col("start"), 3), april(pl.col("sy") + 4)
    cuts = [
        pl.col("start"),
        pl.when(~pl.col("school")).then("three"),
        pl.when(pl.col("nursery") == "小規模保育").then(class_three),
        pl.when(pl.col("facility") == CLOSING).then(pl.lit(CLOSED_ON + 1)),
        pl.when("seeks").then(working),
    ]
    rows = users.with_columns(**facility_of()).with_columns(begin=pl.concat_list(cuts)).explode("begin")
    inside = pl.col("begin").is_between("start", "until")
    rows = rows.filter(inside).unique(["person", "begin"], maintain_order=True).sort("guardian", "person", "begin")
    following = pl.col("begin").shift(-1).over("person")
    rows = rows.with_columns(end=pl.coalesce(following - 1, "until"))
    small, closed = pl.col("nursery") == "小規模保育", pl.col("facility") == CLOSING
    leaves = (small & (pl.col("begin") >= class_three)) | (closed & (pl.col("begin") > CLOSED_ON))
    rows = rows.with_columns(
        facility=pl.when(leaves).then("later").otherwise("facility"),
        kind=pl.when("school").then(pl.lit("1号"))
        .when(pl.col("begin") < pl.col("three")).then(pl.lit("3号")).otherwise(pl.lit("2号")),
        reason=pl.when("school").then(pl.lit("")).when(pl.col("seeks") & (pl.col("begin") < working))
        .then(pl.lit(SEEKING)).otherwise(_reason()),
    )  # fmt: skip
    return _numbered(rows, as_of)


def _numbered(rows: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """With certificate (認定連番), its beginning and natural end, and use (利用連番), of the pieces that have begun."""
    changed = (pl.col("kind") != pl.col("kind").shift(1)) | (pl.col("reason") != pl.col("reason").shift(1))
    rows = rows.with_columns(certificate=changed.fill_null(value=True).cum_sum().over("person").cast(pl.Int64))
    rows = rows.with_columns(
        valid_from=pl.col("begin").min().over("person", "certificate"),
        valid_until=pl.col("end").max().over("person", "certificate"),
    )
    rows = rows.filter(pl.col("begin") <= pl.min_horizontal("last", pl.lit(as_of)))
    return rows.with_columns(use=pl.int_range(1, pl.len() + 1).over("person"), end=pl.min_horizontal("end", "last"))


def _reason() -> pl.Expr:
    turn = pl.col("guardian") % 17
    return (
        pl.when(turn == 5).then(pl.lit("疾病・障害")).when(turn == 9).then(pl.lit("介護・看護"))
        .when(turn == 13).then(pl.lit("就学")).otherwise(pl.lit("就労"))
    )  # fmt: skip
