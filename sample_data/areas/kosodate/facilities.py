"""施設・事業所: an invented list, and which child goes where."""

from __future__ import annotations

import polars as pl

from sample_data.forms import western
from sample_data.founding import ordinal
from sample_data.records import TOWN_CODE, code, logged

_NEXT_TOWN = "403849"
CLOSED_ON = ordinal("2024-03-31")
_PAUSED_ON = ordinal("2021-04-01")
_SINCE = ordinal("2015-04-01")
_LIST = (  # name, kind, public, places for 1号, 2号, 3号
    ("見本中央保育所", "保育所", True, 0, 70, 50),
    ("見本西保育所", "保育所", True, 0, 60, 40),
    ("見本東保育所", "保育所", True, 0, 40, 30),
    ("見本しおかぜ保育園", "保育所", False, 0, 90, 60),
    ("見本まつば保育園", "保育所", False, 0, 70, 50),
    ("見本こばと保育園", "保育所", False, 0, 60, 40),
    ("認定こども園見本たいよう", "認定こども園", False, 60, 60, 40),
    ("認定こども園見本ひかり", "認定こども園", False, 45, 60, 40),
    ("認定こども園見本みどり", "認定こども園", False, 45, 40, 30),
    ("見本幼稚園", "幼稚園", False, 140, 0, 0),
    ("見本第二幼稚園", "幼稚園", False, 105, 0, 0),
    ("小規模保育見本ひよこ", "小規模保育", False, 0, 0, 19),
    ("小規模保育見本つぼみ", "小規模保育", False, 0, 0, 12),
    ("隣町なぎさ保育園", "保育所", False, 0, 60, 30),
    ("見本はまゆう保育園", "保育所", False, 0, 30, 15),
)
CLOSING, ELSEWHERE, _PAUSED = 3, 14, 15  # places in the list, from 1


def facility_number(place: pl.Expr) -> pl.Expr:
    """施設番号, 13 digits."""
    return (4_038_310_000_000 + place * 10 + place * 7 % 10).cast(pl.String)


def facility_of() -> dict[str, pl.Expr]:
    """facility, nursery (its kind), later (where children of 小規模保育 and of the closed one go afterwards)."""
    person, ten = pl.col("person"), pl.col("person") % 10
    day_care = (
        pl.when(ten == 9).then(ELSEWHERE)
        .when((ten == 8) & (pl.col("start") < pl.col("three"))).then(12 + person // 10 % 2)
        .when(ten >= 6).then(7 + person // 10 % 3)
        .when((ten == 2) & (pl.col("start") > CLOSED_ON)).then(1)
        .otherwise(ten + 1)
    )  # fmt: skip
    taught = pl.when(person % 2 == 0).then(7 + person // 2 % 3).otherwise(10 + person // 2 % 2)
    place = pl.when("school").then(taught).otherwise(day_care).cast(pl.Int64)
    kinds = {number: row[1] for number, row in enumerate(_LIST, start=1)}
    return {
        "facility": place,
        "nursery": place.replace_strict(kinds, return_dtype=pl.String),
        "later": (person // 10 % 2 + 4).cast(pl.Int64),
    }


def facility_table() -> pl.DataFrame:
    frame = pl.DataFrame(_LIST, schema=["name", "kind", "public", "first", "second", "third"], orient="row")
    frame = frame.with_columns(place=pl.int_range(1, pl.len() + 1))
    place = pl.col("place")
    closed = pl.when(place == CLOSING).then(CLOSED_ON).otherwise(0)
    paused = pl.when(place == _PAUSED).then(_PAUSED_ON).otherwise(0)
    owner = pl.when("public").then(pl.lit("公立")).otherwise(pl.lit("私立"))
    return frame.with_columns(owner=owner).select(
        施設番号=facility_number(place),
        施設名="name",
        種別=code("kind", "kosodate", "shubetsu"),
        公私=code("owner", "kosodate", "koshi"),
        団体コード=pl.when(place == ELSEWHERE).then(pl.lit(_NEXT_TOWN)).otherwise(pl.lit(TOWN_CODE)),
        定員1号=pl.col("first").cast(pl.String),
        定員2号=pl.col("second").cast(pl.String),
        定員3号=pl.col("third").cast(pl.String),
        確認日=slashed(pl.lit(_SINCE)),
        休止日=slashed(paused),
        再開日=pl.lit(""),
        廃止日=slashed(closed),
        表示順=place.cast(pl.String),
        **logged(pl.max_horizontal(pl.lit(_SINCE), closed, paused), place),
    )


def slashed(day: pl.Expr) -> pl.Expr:
    """2026/10/01; '' where there is no day."""
    return western(day).str.replace(r"^(\d{4})(\d{2})(\d{2})$", "${1}/${2}/${3}")
