"""The old system's tables of 被保険者 and 種別異動; 免除 and 付加 are in `relief`."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.nenkin.relief import exemption_frame, exemption_table, extra_frame, extra_table
from sample_data.forms import padded, wareki
from sample_data.identity import pension_number
from sample_data.pensions import FIRST, pension_spells
from sample_data.records import code, logged


def nenkin_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    spells = numbered(pension_spells(ground.history, ground.society), ground)
    exempted = exemption_frame(spells, ground)
    extra = extra_frame(spells, exempted, ground)
    return {
        "hihokensha": _insured(spells),
        "shubetsu": _kinds(spells, ground.as_of),
        "menjo": exemption_table(exempted, ground.as_of),
        "fuka": extra_table(extra),
    }


def numbered(spells: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """The spells with serial, latest and what the society knows: atena, birth, sex, country, household, head, seiho,
    invalid (障害年金), fund (国民年金基金), business, work, kana, removed_on."""
    kana = ground.history.filter("latest").select("person", "kana")
    people = ground.society.select(
        "person", "atena", "birth", "sex", "country", "household", "resident", "seiho", "disability", "grade",
        "disabled_from", "business", "work", removed_on=pl.col("removed_on").fill_null(0),
    ).join(kana, on="person", how="left", maintain_order="left")  # fmt: skip
    heads = [home.head for home in ground.register.households]
    found = spells.join(people, on="person", how="left", maintain_order="left")
    found = found.with_columns(
        serial=pl.col("start").cum_count().over("person"),
        latest=pl.col("start") == pl.col("start").max().over("person"),
        head=pl.when("resident").then(pl.Series(heads, dtype=pl.Int64).gather(found["household"])).otherwise(0),
        invalid=(pl.col("disability") != "") & (pl.col("grade") <= 2),
        fund=pl.col("person") % 47 == 9,
    )
    return found.with_columns(send_to=_send_to(ground.persons["atena"], found))


def _send_to(atena: pl.Series, spells: pl.DataFrame) -> pl.Expr:
    """The letters of some young people go to the head of the household."""
    wanted = (pl.col("head") > 0) & (pl.col("head") != pl.col("person")) & (pl.col("person") % 25 == 3)
    return pl.when(wanted).then(atena.gather(spells["head"])).otherwise(pl.lit(""))


def _insured(spells: pl.DataFrame) -> pl.DataFrame:
    people = spells.filter("latest")
    living = (pl.col("end") == 0) & (pl.col("kind") == FIRST)
    away = (pl.col("country") >= 0) & pl.col("ended").str.contains("転出") & (pl.col("person") % 2 == 0)
    return people.select(
        宛名番号="atena",
        年金番号=pension_number(pl.col("person")),
        カナ控="kana",
        種別=code("kind", "nenkin", "shubetsu"),
        生保区分=_flag(living & pl.col("seiho")),
        障害年金区分=_flag(living & pl.col("invalid")),
        基金区分=_flag(living & pl.col("fund")),
        脱退請求日=wareki(pl.when(away).then(pl.col("end") + 40).otherwise(0)),
        送付先宛名番号="send_to",
        手帳番号=pl.lit(""),
        メモ=pl.lit(""),
        **{"予備１": pl.lit("")},
        **logged(pl.max_horizontal("start", "end"), pl.col("person")),
    )


def _kinds(spells: pl.DataFrame, as_of: int) -> pl.DataFrame:
    start, end = pl.col("start"), pl.col("end")
    came = pl.min_horizontal(start + pl.col("person") % 13, pl.lit(as_of))
    left = pl.when(end > 0).then(pl.min_horizontal(end + pl.col("person") % 11, pl.lit(as_of))).otherwise(0)
    known = pl.max_horizontal(came, left)
    return spells.select(
        宛名番号="atena",
        異動連番=padded(pl.col("serial"), 3),
        最新区分=_flag(pl.col("latest")),
        種別=code("kind", "nenkin", "shubetsu"),
        取得事由=code("began", "nenkin", "shutoku"),
        取得日=wareki(start),
        取得届日=wareki(came),
        喪失事由=code("ended", "nenkin", "soshitsu"),
        喪失日=wareki(end),
        喪失届日=wareki(left),
        進達日=wareki(pl.min_horizontal(known + 5, pl.lit(as_of))),
        進達番号=padded(known % 100_000, 6),
        **logged(known, pl.col("person")),
    )


def _flag(holds: pl.Expr) -> pl.Expr:
    return pl.when(holds).then(pl.lit("1")).otherwise(pl.lit("0"))
