"""国民健康保険 as the old system keeps it: households, 資格, five years of 賦課, 軽減, 限度額認定, 高額療養費."""

from __future__ import annotations

import polars as pl

from sample_data.accounts import account_columns
from sample_data.area import Ground
from sample_data.areas.kokuho.benefits import gendo_frame, keigen_frame, kogaku_frame
from sample_data.areas.kokuho.levy import fuka_frame, heads_of, specials
from sample_data.formats import codes
from sample_data.forms import padded, wareki
from sample_data.founding import YEAR
from sample_data.identity import household_number
from sample_data.insurance import kokuho_spells
from sample_data.records import code, logged
from sample_data.society import birthday

SIGN = "岡"


def kokuho_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    spells = numbered(kokuho_spells(ground.history, ground.society), ground)
    heads = heads_of(spells, ground)
    special = specials(spells, ground)
    return {
        "setai": _households(spells, heads, ground),
        "shikaku": _qualifications(spells, ground.as_of),
        "fuka": fuka_frame(spells, heads, special, ground),
        "keigen": keigen_frame(spells, special, ground),
        "gendo": gendo_frame(spells, ground),
        "kogaku": kogaku_frame(spells, ground),
    }


def numbered(spells: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """The spells with 宛名番号, 国保世帯番号, 番号, 枝番 (in order of coming into the household), 資格連番, money."""
    people = ground.society.select("person", "atena", "sex", "salary", "business", "pension", "koki_from", "last_day")
    first = pl.col("start").min().over("household", "person")
    rank = first * 1_000_000 + pl.col("person")
    return (
        spells.join(people, on="person", how="left", maintain_order="left")
        .sort("person", "start")
        .with_columns(
            serial=pl.col("start").cum_count().over("person"),
            latest=pl.col("start") == pl.col("start").max().over("person"),
            branch=rank.rank("dense").over("household").cast(pl.Int64),
            house=insured_household(),
            symbol=insured_symbol(),
            living=pl.col("end") == 0,
        )
    )


def insured_household() -> pl.Expr:
    """国保世帯番号 of a `household`."""
    return padded(pl.lit(24_0000_0000) + pl.col("household") * 10 + pl.col("household") % 7, 10)


def insured_symbol() -> pl.Expr:
    """番号 of a `household`: seven digits."""
    return padded(pl.lit(1_000_000) + pl.col("household") * 37 % 8_999_993, 7)


def _households(spells: pl.DataFrame, heads: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """One row per household that ever had somebody in 国保. One in thirty has got another number since."""
    states, ways = codes("kokuho", "setai_jotai"), codes("kokuho", "nofu")
    kana = ground.history.filter("latest").select(head="person", head_kana="kana")
    born = ground.society.select(head="person", birth="birth")
    homes = spells.group_by("household").agg(
        pl.col("start").min(), pl.col("living").any(), pl.col("end").max(), pl.col("house", "symbol").first()
    )
    homes = homes.join(heads, on="household", how="left").join(kana, on="head", how="left")
    homes = homes.join(born, on="head", how="left").sort("household")
    age = (ground.as_of - pl.col("birth")) / YEAR
    living, turn = pl.col("living"), pl.col("household") % 20
    pensioner = living & ~pl.col("proxy") & age.is_between(65.5, 74) & (turn < 12)
    by_bank = ~pensioner & (turn % 4 < 2)
    changed = (pl.col("household") // 4 % 30 == 5) & (pl.col("start") + 800 < ground.as_of) & living
    return homes.select(
        国保世帯番号="house",
        記号=pl.lit(SIGN),
        番号="symbol",
        世帯番号=household_number(pl.col("household")),
        世帯主宛名番号="head_atena",
        擬主区分=pl.when("proxy").then(pl.lit("1")).otherwise(pl.lit("0")),
        状態=pl.when(living).then(pl.lit(states["適用中"])).otherwise(pl.lit(states["喪失"])),
        開始年月日=wareki(pl.col("start")),
        終了年月日=wareki(pl.when(living).then(0).otherwise("end")),
        旧番号=pl.when(changed).then(padded(pl.lit(9_000_000) + pl.col("household"), 7)).otherwise(pl.lit("")),
        番号変更日=wareki(pl.when(changed).then(pl.col("start") + 700).otherwise(0)),
        納付区分=pl.when(pensioner).then(pl.lit(ways["年金特別徴収"])).when(by_bank).then(pl.lit(ways["口座振替"]))
        .otherwise(pl.lit(ways["納付書"])),
        **account_columns(pl.col("head"), by_bank, pl.col("head_kana")),
        送付先宛名番号=pl.lit(""),
        短期証区分=pl.lit("0"),
        世帯主カナ="head_kana",
        **logged(pl.col("start"), pl.col("household")),
    )  # fmt: skip


def _qualifications(spells: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """資格: a row for each time in a household; people of 70 and more have a share to pay (高齢受給者)."""
    shares, kinds = codes("kokuho", "wariai"), codes("kokuho", "tokurei")
    old_from = _month_after(birthday(70))
    until = pl.when(pl.col("end") > 0).then("end").otherwise(as_of + 1)
    old = old_from < until
    rich = pl.col("business") + pl.col("pension") > 5_000_000
    entered = pl.min_horizontal(pl.col("start") + pl.col("person") % 13, pl.lit(as_of))
    left = pl.when(pl.col("end") > 0).then(pl.min_horizontal(pl.col("end") + pl.col("person") % 11, as_of)).otherwise(0)
    return spells.select(
        宛名番号="atena",
        資格連番=padded(pl.col("serial"), 3),
        最新区分=pl.when("latest").then(pl.lit("1")).otherwise(pl.lit("0")),
        国保世帯番号="house",
        記号=pl.lit(SIGN),
        番号="symbol",
        枝番=padded(pl.col("branch"), 2),
        取得事由=code("began", "kokuho", "shutoku"),
        取得年月日=wareki(pl.col("start")),
        取得届出日=wareki(entered),
        取得処理日=wareki(entered),
        喪失事由=code("ended", "kokuho", "soshitsu"),
        喪失年月日=wareki(pl.col("end")),
        喪失届出日=wareki(left),
        喪失処理日=wareki(left),
        退職区分=pl.lit("0"),
        特例区分=pl.when("student").then(pl.lit(kinds["修学中"])).otherwise(pl.lit(kinds["なし"])),
        高齢割合=pl.when(old & rich).then(pl.lit(shares["3割"])).when(old).then(pl.lit(shares["2割"]))
        .otherwise(pl.lit("")),
        高齢該当日=wareki(pl.when(old).then(pl.max_horizontal(old_from, "start")).otherwise(0)),
        証発行回数=pl.lit("01"),
        **logged(pl.max_horizontal(entered, left), pl.col("person")),
    )  # fmt: skip


def _month_after(day: pl.Expr) -> pl.Expr:
    """The first day of the next month (of the same month when the day is its first)."""
    date = (day - 1 - _EPOCH).cast(pl.Int32).cast(pl.Date)
    return date.dt.offset_by("1mo").dt.month_start().cast(pl.Int32).cast(pl.Int64) + _EPOCH


_EPOCH = 719_163  # ordinal of 1970-01-01
