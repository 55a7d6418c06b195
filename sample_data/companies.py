"""Companies: who employs the people of the town and who pays 法人住民税 in it. One truth for the areas of both taxes.

All follows from running numbers; the frame is the same for every area that asks.
"""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.forms import full_digits, half_kana, padded
from sample_data.founding import ordinal
from sample_data.lists import Lists

_TRADES = (
    ("建設", "ｹﾝｾﾂ"), ("工業", "ｺｳｷﾞｮｳ"), ("商事", "ｼｮｳｼﾞ"), ("運輸", "ｳﾝﾕ"), ("食品", "ｼｮｸﾋﾝ"), ("電機", "ﾃﾞﾝｷ"),
    ("設備", "ｾﾂﾋﾞ"), ("農産", "ﾉｳｻﾝ"), ("印刷", "ｲﾝｻﾂ"), ("不動産", "ﾌﾄﾞｳｻﾝ"), ("自動車", "ｼﾞﾄﾞｳｼｬ"), ("企画", "ｷｶｸ"),
)  # fmt: skip
_FORMS = (("株式会社", "ｶﾌﾞｼｷｶﾞｲｼｬ"), ("有限会社", "ﾕｳｹﾞﾝｶﾞｲｼｬ"), ("合同会社", "ｺﾞｳﾄﾞｳｶﾞｲｼｬ"))
_CAPITALS = (3, 3, 5, 10, 10, 10, 20, 30, 50, 120, 400, 2_000, 6_000)  # millions of yen
_STAFF = (2, 4, 6, 9, 14, 22, 35, 51, 80, 160)


def companies(ground: Ground, extra: int = 0) -> pl.DataFrame:
    """One row per company (`extra`: so many more at the end, which employ nobody of the town): number, name, kana,
    corporate_number, in_town, postcode, place (full address), phone, capital (yen), staff (in all), staff_here,
    founded, closed (ordinals, 0 none), closing_month."""
    count = max(24, int(ground.persons["resident"].sum()) // 20) + extra
    frame = pl.DataFrame({"number": pl.int_range(1, count + 1, eager=True)})
    number = pl.col("number")
    closed = pl.when(number % 15 == 3).then(ordinal("2021-09-30") + number * 13 % 1_300).otherwise(0)
    frame = frame.with_columns(
        corporate_number=corporate_number(number),
        in_town=number % 9 < 4,
        phone=pl.lit("093-28") + padded(number % 10, 1) + "-" + padded(number * 37 % 10_000, 4),
        capital=_nth(_CAPITALS, number * 7) * 1_000_000,
        staff=_nth(_STAFF, number * 3),
        founded=ordinal("1965-04-01") + number * 7_919 % 18_000,
        closed=closed,
        closing_month=_nth((3, 3, 3, 9, 12, 6, 3, 5), number),
    ).with_columns(staff_here=pl.when("in_town").then("staff").otherwise(pl.col("staff") * 3 // 5 + 1))
    return frame.with_columns(*_names(ground.lists, frame), *_places(ground.lists, frame))


def corporate_number(number: pl.Expr) -> pl.Expr:
    """法人番号: the check digit before twelve digits (法人番号の指定等に関する省令 2条). Invented."""
    base = 290_001_000_000 + number * 7_919
    total: pl.Expr = pl.lit(0, dtype=pl.Int64)
    for place in range(12):
        total = total + base // 10**place % 10 * (1 + place % 2)
    return (9 - total % 9).cast(pl.String) + padded(base, 12)


def _nth(values: tuple[int, ...], place: pl.Expr) -> pl.Expr:
    """The value at a running place, round and round."""
    return pl.lit(pl.Series([list(values)])).list.get(place % len(values))


def _names(lists: Lists, frame: pl.DataFrame) -> list[pl.Series]:
    """No two companies share form, family name and trade before the lists run out; old spellings do not occur."""
    families = [name for name in lists.surnames if all(ord(sign) < 0xE000 for sign in name.text)]
    names, readings = [], []
    for number in frame["number"].to_list():
        family, trade, form = families[number * 11 % len(families)], _TRADES[number % 12], _FORMS[number % 5 % 3]
        names.append(f"{form[0]}{family.text}{trade[0]}")
        readings.append(f"{form[1]} {half_kana(family.kana)}{trade[1]}")
    return [pl.Series("name", names), pl.Series("kana", readings)]


def _places(lists: Lists, frame: pl.DataFrame) -> list[pl.Expr]:
    towns = [f"福岡県遠賀郡岡垣町{row['town']}" for row in lists.towns]
    away = [row["municipality"] + row["town"] for row in lists.elsewhere]
    here, there = frame["number"] * 5 % len(towns), frame["number"] % len(away)
    lot = full_digits(pl.col("number") * 3 % 900 + 1) + "番地"
    place = pl.when("in_town").then(pl.Series(towns).gather(here)).otherwise(pl.Series(away).gather(there))
    codes = pl.Series([row["postcode"] for row in lists.elsewhere]).gather(there)
    postcode = pl.when("in_town").then(pl.lit("8114200")).otherwise(codes)
    return [(place + lot).alias("place"), postcode.alias("postcode")]
