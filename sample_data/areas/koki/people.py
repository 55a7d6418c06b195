"""Who is insured in 後期高齢者医療, from the one truth of insurance, and who is left out of it (生活保護)."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.identity import elderly_number
from sample_data.insurance import MOVED, in_kokuho, koki_spells, moved_to_facility, off_welfare_spells


def insured_frame(ground: Ground) -> pl.DataFrame:
    """Spells by person and day: of koki_spells, and atena, number, serial, latest, elsewhere (住所地特例) with its day
    `moved_on`, dependent (元被扶養者), send_to (宛名番号 or ''), told (day of the last message to the 広域連合),
    household, head (of the household today, 0 none), salary, pension, business."""
    latest = ground.history.filter("latest").select("person", "removed_by", "processed", "kana")
    people = ground.society.select(
        "person", "atena", "household", "age", "resident", "salary", "pension", "business",
        removed_on=pl.col("removed_on").fill_null(0),
    ).join(latest, on="person", how="left", maintain_order="left")  # fmt: skip
    heads = [home.head for home in ground.register.households]
    spells = koki_spells(ground.history, ground.society).join(people, on="person", how="left", maintain_order="left")
    elsewhere = (pl.col("ended") == MOVED) & moved_to_facility(ground.as_of)
    spells = spells.with_columns(
        head=pl.when("resident").then(pl.Series(heads, dtype=pl.Int64).gather(spells["household"])).otherwise(0),
        elsewhere=elsewhere,
        moved_on=pl.when(elsewhere).then("end").otherwise(0),
        number=elderly_number(pl.col("person")),
    )
    kept = pl.col("elsewhere")
    spells = spells.with_columns(
        end=pl.when(kept).then(0).otherwise("end"), ended=pl.when(kept).then(pl.lit("")).otherwise("ended")
    ).sort("person", "start")
    return spells.with_columns(
        serial=pl.col("start").cum_count().over("person"),
        latest=pl.col("start") == pl.col("start").max().over("person"),
        dependent=(pl.col("began") == "年齢到達") & ~in_kokuho() & (pl.col("person") % 4 == 1),
        send_to=_send_to(ground.persons["atena"], spells),
        told=pl.min_horizontal(pl.max_horizontal("start", "end", "processed") + 1, pl.lit(ground.as_of)),
    )


def left_out_frame(ground: Ground) -> pl.DataFrame:
    """適用除外: person, atena, start, end (0 none), serial."""
    atena = ground.society.select("person", "atena")
    spells = off_welfare_spells(ground.history, ground.society).join(atena, on="person", maintain_order="left")
    return spells.with_columns(serial=pl.col("start").cum_count().over("person"))


def _send_to(atena: pl.Series, spells: pl.DataFrame) -> pl.Expr:
    """The head of the household gets the letters of some who live with them."""
    wanted = (pl.col("head") > 0) & (pl.col("head") != pl.col("person")) & (pl.col("person") % 20 == 3)
    return pl.when(wanted).then(atena.gather(spells["head"])).otherwise(pl.lit(""))
