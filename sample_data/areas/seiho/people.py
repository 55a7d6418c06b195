"""Who is and was on 生活保護: the households of `on_welfare`, so that insurance, premiums and taxes tell one story."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.formats import codes
from sample_data.founding import ordinal
from sample_data.insurance import stays
from sample_data.society import on_welfare

PROTECTED, SUSPENDED, ENDED = "保護中", "停止中", "廃止"
DIED, LEFT, HOUSE = "死亡", "転出", "転居・世帯の変更"
_FLOOR = ordinal("1985-04-01")
_KEPT = 3_650  # days a closed case is kept
_LONG_AGO = 2_700  # most cases began before the oldest year of taxes and premiums in the delivery
_SUSPENDED_FOR = 40


def members_frame(ground: Ground) -> pl.DataFrame:
    """One row per case and person, the present head (世帯主) first.

    Of the case: household, begin, closed (0 goes on), state, suspended_on (0 none). Of the person in it: person,
    start, stop (0 goes on), serial, why (why no longer), relation; and atena, name, kana, birth, birth_text, care,
    care_from, disability, grade, single_parent, household_text, protected.
    """
    found = stays(ground.history, ground.society).filter(on_welfare()).select("household", "person", "start", "end")
    goes_on = (pl.col("end") == 0).any().over("household")
    rows = found.with_columns(closed=pl.when(goes_on).then(0).otherwise(pl.col("end").max().over("household")))
    last = pl.when(pl.col("closed") > 0).then("closed").otherwise(pl.lit(ground.as_of))
    long_ago = last - _LONG_AGO - pl.col("household") * 37 % 4_600
    rows = rows.with_columns(begin=pl.max_horizontal(pl.col("start").min().over("household"), long_ago, pl.lit(_FLOOR)))
    kept = (pl.col("closed") == 0) | (pl.col("closed") > pl.max_horizontal("begin", pl.lit(ground.as_of - _KEPT)))
    there = (pl.col("end") == 0) | (pl.col("end") > pl.col("begin"))
    rows = rows.filter(kept & there).join(_people(ground), on="person", how="left", maintain_order="left")
    rows = rows.with_columns(
        start=pl.max_horizontal("start", "begin"),
        gone=pl.when(pl.col("end") == 0).then(0).otherwise(-pl.col("end")),
    ).rename({"end": "stop"})
    present = pl.when(pl.col("stop") == 0).then(0).otherwise(1)
    rows = rows.sort("household", present, "gone", pl.col("leader") != pl.col("person"), "birth", "person")
    rows = rows.with_columns(serial=pl.int_range(1, pl.len() + 1).over("household"))
    suspended = (pl.col("household") % 13 == 5) & (pl.col("closed") == 0)
    return rows.with_columns(
        state=pl.when(pl.col("closed") > 0).then(pl.lit(ENDED)).when(suspended).then(pl.lit(SUSPENDED))
        .otherwise(pl.lit(PROTECTED)),
        suspended_on=pl.when(suspended).then(ground.as_of - _SUSPENDED_FOR).otherwise(0),
        relation=_relation(),
        why=_why(),
    )  # fmt: skip


def _people(ground: Ground) -> pl.DataFrame:
    latest = ground.history.filter("latest").select(
        "person", "name", "kana", "birth_text", "household_text", "removed_by", word="relation", lives_in="household"
    )
    measures = ground.made["jumin"]["shien"]
    active = measures.filter(pl.col("措置状態") == codes("jumin", "shien_jotai")["実施中"])["宛名番号"].unique()
    society = ground.society.select(
        "person", "atena", "birth", "care", "care_from", "disability", "grade", "single_parent", leader="head"
    )
    return society.join(latest, on="person", how="inner").with_columns(
        protected=pl.col("atena").is_in(active.implode())
    )


def _relation() -> pl.Expr:
    """As the 住民票 has it, while it is still that of this household."""
    here = (pl.col("lives_in") == pl.col("household")) & (pl.col("stop") == 0)
    known = {"妻": "配偶者", "夫": "配偶者", "子": "子", "父": "親", "母": "親"}
    word = pl.col("word").replace_strict(known, default="その他", return_dtype=pl.String)
    return pl.when(pl.col("serial") == 1).then(pl.lit("世帯主")).when(here).then(word).otherwise(pl.lit("その他"))


def _why() -> pl.Expr:
    """Why a person is no longer on it."""
    last = pl.col("lives_in") == pl.col("household")
    died, away = pl.col("removed_by") == "死亡", pl.col("removed_by").str.contains("転出")
    return (
        pl.when(pl.col("stop") == 0).then(pl.lit("")).when(last & died).then(pl.lit(DIED))
        .when(last & away).then(pl.lit(LEFT)).otherwise(pl.lit(HOUSE))
    )  # fmt: skip
