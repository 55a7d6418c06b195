"""在外選挙人名簿: who moved abroad and asked for it, and a few whose 本籍 is here and who never lived here."""

from __future__ import annotations

import polars as pl

from sample_data.areas.senkyo.districts import DISTRICTS
from sample_data.formats import codes
from sample_data.forms import NO_DAY, padded, wareki
from sample_data.founding import ordinal
from sample_data.records import logged
from sample_data.voters import on_list_abroad

_BEGAN = ordinal("2000-05-01")
_AT_DEPARTURE = ordinal("2018-06-01")  # since then one can ask on leaving (出国時申請)
_PLACES = (
    ("大韓民国ソウル特別市", "在大韓民国大使館"), ("アメリカ合衆国ハワイ州", "在ホノルル総領事館"),
    ("タイ王国バンコク都", "在タイ大使館"), ("ドイツ連邦共和国ベルリン市", "在ドイツ大使館"),
)  # fmt: skip
_STRANGERS = 8


def abroad(people: pl.DataFrame, strangers: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """One row per person on the list: who they are as text, `listed` and `off` (days, 0 none), sex, district.

    `people`: those once on the register; `strangers`: the old system's 住登外者."""
    away = people.filter(on_list_abroad() & (pl.col("left") >= _BEGAN))
    at_once = pl.col("left") >= _AT_DEPARTURE
    off = (pl.col("person") % 4 == 0) & ~pl.col("at_departure")
    away = (
        away.with_columns(
            at_departure=at_once, at_home=pl.lit(True), place=pl.col("town_name") + pl.col("lot_text"),
            listed=pl.when(at_once).then(pl.col("told") + 20).otherwise(pl.col("left") + 150),
        )
        .filter(pl.col("listed") <= as_of)
        .with_columns(off=pl.when(off).then(pl.min_horizontal(pl.col("listed") + 1_500, as_of - 10)).otherwise(0))
    )  # fmt: skip
    both = [frame.select(_COLUMNS) for frame in (away, _strangers(strangers))]
    return pl.concat(both)


_COLUMNS = (
    "person", "atena", "kana", "name", "birth_text", "sex", "at_departure", "at_home", "code", "place", "left",
    "told", "listed", "off", "district",
)  # fmt: skip


def _strangers(strangers: pl.DataFrame) -> pl.DataFrame:
    """People of 住登外者 whose 本籍 is in the town; their day of birth is known."""
    known = (pl.col("代表区分") == pl.col("代表区分").first()) & ~pl.col("生年月日").str.ends_with("00")
    few = strangers.filter(known & (pl.int_range(pl.len()) % 11 == 4)).head(_STRANGERS)
    number = pl.int_range(pl.len())
    return few.select(
        person=number + 9_000_000,
        atena="宛名番号",
        kana=pl.concat_str("カナ氏", pl.lit(" "), "カナ名"),
        name="氏名",
        birth_text="生年月日",
        sex=pl.col("性別").cast(pl.Int64),
        at_departure=pl.lit(False),
        at_home=pl.lit(False),
        code=pl.lit(""),
        place=pl.lit(""),
        left=pl.lit(0, dtype=pl.Int64),
        told=pl.lit(0, dtype=pl.Int64),
        listed=ordinal("2010-04-01") + number * 400,
        off=pl.lit(0, dtype=pl.Int64),
        district=number % DISTRICTS + 1,
    )


def list_abroad(listed: pl.DataFrame) -> pl.DataFrame:
    """在外選挙人 as the old system keeps them."""
    kind, why, state = (codes("senkyo", name) for name in ("zaigai_shinsei", "zaigai_massho", "toroku_jotai"))
    where = codes("senkyo", "torokuchi")
    turn = listed.select(pl.col("person") % len(_PLACES)).to_series()
    country, office = (pl.Series([row[side] for row in _PLACES]).gather(turn) for side in (0, 1))
    off, at_once = pl.col("off") > 0, pl.col("at_departure")
    return listed.with_columns(country=country, office=office).select(
        在外証番号=padded(pl.col("person") + 40_000_000, 10),
        宛名番号="atena",
        カナ氏名="kana",
        氏名="name",
        生年月日="birth_text",
        性別=pl.col("sex").cast(pl.String),
        登録地区分=_either(pl.col("at_home"), where["最終住所地"], where["本籍地"]),
        申請区分=_either(at_once, kind["出国時申請"], kind["在外公館申請"]),
        最終町字="code",
        最終住所="place",
        国外住所="country",
        在外公館=pl.when(at_once).then(pl.lit("")).otherwise("office"),
        国外転出日=pl.when("at_home").then(wareki(pl.col("left"))).otherwise(pl.lit(NO_DAY)),
        申請日=wareki(pl.when(at_once).then("told").otherwise(pl.col("listed") - 50)),
        登録日=wareki(pl.col("listed")),
        投票区=padded(pl.col("district"), 3),
        登録状態=_either(off, state["抹消"], state["登録中"]),
        抹消日=wareki(pl.col("off")),
        抹消事由=_either(off, why["死亡"], ""),
        メモ=pl.lit(""),
        **logged(pl.max_horizontal("listed", "off"), pl.col("person")),
        予備=pl.lit(""),
    )


def _either(condition: pl.Expr, yes: str, no: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(yes)).otherwise(pl.lit(no))
