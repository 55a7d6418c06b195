"""Who is insured in 介護保険 and who is certified to need care: one row per spell of either.

第1号 from the eve of the 65th birthday (or from moving in, or from the beginning of the insurance in 2000), 第2号 only
those certified because of one of the 特定疾病, みなし第2号 those of 40 to 64 in 生活保護.
"""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.forms import padded
from sample_data.insurance import KAIGO_BEGAN, first_insured_from, moved_to_facility, with_eve_of_65
from sample_data.months import month_start

FIRST, SECOND, DEEMED = "第1号被保険者", "第2号被保険者", "みなし第2号（生活保護受給者）"
CHANGED = "区分の変更"
_BEFORE_65 = 600  # days that a former 第2号 was certified before


def insured_frame(ground: Ground) -> pl.DataFrame:
    """Spells by number and day: person, atena, number_text, kind, start, came, end (0 none), left, elsewhere
    (住所地特例), serial, latest, seiho, pension, household, resident."""
    people = _people(ground)
    first = _first(people, ground.as_of)
    spells = pl.concat([first, _former_second(first), _second(people, ground.as_of)], how="diagonal")
    spells = spells.with_columns(number_text=_number()).sort("number_text", "start")
    return spells.with_columns(
        serial=pl.int_range(1, pl.len() + 1).over("number_text"),
        latest=pl.col("start") == pl.col("start").max().over("number_text"),
    )


def certified_frame(spells: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """Certificates by person and day: a new one and renewals every twelve months, the level rising with them.

    Columns of the spell, and start, until, renewal, level (1–7), disease (第2号), serial, latest.
    """
    latest = spells.filter("latest").with_columns(last=pl.min_horizontal("last_day", as_of))
    needy = latest.filter(
        (pl.col("kind") == FIRST) & (pl.col("care") > 0) & (pl.col("care_from") <= pl.col("last") - 30)
    )
    needy = needy.filter(pl.col("care_from") >= pl.col("start"))
    spare = pl.col("care_from") - pl.col("start") - 31
    needy = needy.with_columns(renewals=pl.min_horizontal(pl.col("person") % 7, spare // 367).clip(0))
    steps = needy.with_columns(back=pl.int_ranges(0, pl.col("renewals") + 1)).explode("back")
    monthly = month_start(pl.col("care_from"), -12 * pl.col("back"))
    recent = pl.max_horizontal("care_from", pl.col("last") - 300)
    old = steps.with_columns(
        begins=pl.when(pl.col("renewals") == 0).then(recent).otherwise(monthly),
        renewal=pl.col("back") < pl.col("renewals"),
        level=(pl.col("care") - pl.col("back")).clip(1),
        disease=pl.lit(0, dtype=pl.Int64),
    )
    younger = spells.filter(pl.col("kind") != FIRST).with_columns(
        begins="start", renewal=False, level=pl.col("person") % 5 + 3, disease=pl.col("person") % 16 + 1
    )
    every = pl.concat([old, younger], how="diagonal").sort("number_text", "begins")
    return every.with_columns(until=_until()).with_columns(
        serial=pl.int_range(1, pl.len() + 1).over("number_text"),
        latest=pl.col("begins") == pl.col("begins").max().over("number_text"),
    )


def _until() -> pl.Expr:
    """The end of the twelfth month (of the last renewal the 24th), the day before the next, or the end of the spell."""
    last = pl.col("begins") == pl.col("begins").max().over("number_text")
    months = pl.when(last & pl.col("renewal")).then(24).otherwise(12)
    full = month_start(pl.col("begins"), months) - 1
    ended = pl.when((pl.col("end") > 0) & last & (pl.col("left") != CHANGED)).then("end").otherwise(full)
    following = pl.col("begins").shift(-1).over("number_text")
    return pl.min_horizontal(full, ended, following - 1)


def _people(ground: Ground) -> pl.DataFrame:
    """Everybody who ever was a resident; of a day of birth that is not known the last day of the year counts."""
    known = ground.persons.select("person", "birth_special")
    removed = ground.history.filter("latest").select("person", "removed_by")
    frame = ground.society.filter(pl.col("rows") > 0).join(known, on="person", how="left", maintain_order="left")
    frame = frame.join(removed, on="person", how="left", maintain_order="left")
    odd = pl.col("birth_special").is_not_null()
    return with_eve_of_65(frame.with_columns(odd=odd, removed_on=pl.col("removed_on").fill_null(0)))


def _first(people: pl.DataFrame, as_of: int) -> pl.DataFrame:
    start = first_insured_from()
    gone = pl.col("removed_on") > 0
    facility = moved_to_facility(as_of)
    there = (pl.col("removed_on") > start) | (~gone & (start <= as_of))
    spells = people.with_columns(start=start).filter(there)
    left = (
        pl.when(pl.col("removed_by") == "死亡").then(pl.lit("死亡"))
        .when(pl.col("removed_by").str.contains("転出")).then(pl.lit("転出")).otherwise(pl.lit("職権"))
    )  # fmt: skip
    ends = gone & ~facility
    return spells.with_columns(
        kind=pl.lit(FIRST),
        came=pl.when(pl.col("start") == pl.col("eve")).then(pl.lit("65歳到達"))
        .when(pl.col("start") == pl.col("became_resident")).then(pl.lit("転入")).otherwise(pl.lit("その他")),
        end=pl.when(ends).then(pl.col("removed_on") + 1).otherwise(0),
        left=pl.when(ends).then(left).otherwise(pl.lit("")),
        elsewhere=facility,
    )  # fmt: skip


def _former_second(first: pl.DataFrame) -> pl.DataFrame:
    """The spell before 65 of some who were certified already then."""
    turned = (pl.col("came") == "65歳到達") & (pl.col("care") == 0) & (pl.col("person") % 43 == 7) & ~pl.col("odd")
    long_here = pl.col("became_resident") < pl.col("eve") - _BEFORE_65 - 30
    some = first.filter(turned & long_here & (pl.col("eve") > KAIGO_BEGAN + 1_000))
    return some.with_columns(
        kind=pl.lit(SECOND), start=pl.col("eve") - _BEFORE_65, came=pl.lit("第2号の認定"),
        end=pl.col("eve"), left=pl.lit(CHANGED), elsewhere=pl.lit(value=False),
    )  # fmt: skip


def _second(people: pl.DataFrame, as_of: int) -> pl.DataFrame:
    of_age = pl.col("resident") & pl.col("age").is_between(43, 64.9) & ~pl.col("odd")
    able = people.filter(of_age & (pl.col("became_resident") < as_of - 200))
    poor = able.filter("seiho").filter((pl.col("person") % 5 == 0) | (pl.col("person") == pl.col("person").min()))
    ill = able.filter(~pl.col("seiho") & (pl.col("person") % 41 == 11))
    some = pl.concat([poor, ill])
    return some.with_columns(
        kind=pl.when("seiho").then(pl.lit(DEEMED)).otherwise(pl.lit(SECOND)),
        start=pl.max_horizontal("became_resident", as_of - 60 - pl.col("person") % 240),
        came=pl.lit("第2号の認定"), end=pl.lit(0, dtype=pl.Int64), left=pl.lit(""), elsewhere=pl.lit(value=False),
    )  # fmt: skip


def _number() -> pl.Expr:
    deemed = pl.lit("H") + padded(pl.col("person") + 1_000, 9)
    return pl.when(pl.col("kind") == DEEMED).then(deemed).otherwise(padded(pl.col("person") + 1_000_000, 10))
