"""期割 of those who pay by bill (July to March), and every receipt and refund behind it."""

from __future__ import annotations

from datetime import date

import polars as pl

from sample_data.areas.koki.premiums import YEARS
from sample_data.forms import NO_DAY, padded, wareki
from sample_data.founding import ordinal
from sample_data.months import month_number
from sample_data.records import logged

SLOTS = "１２３４５６７８９"
_DAYS = ((7, 31), (8, 31), (9, 30), (10, 31), (11, 30), (12, 25), (1, 31), (2, 28), (3, 31))


def instalment_table(premiums: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """One row per year and person with nine instalments; those before the decision are empty.

    One in eleven is behind: what is older than two years is written off or acknowledged. One in 37 has paid twice once.
    """
    rows = premiums.filter(~pl.col("drawn") & (pl.col("total") > 0)).with_columns(
        first=(month_number(pl.col("day")) - (pl.col("year") * 12 + 6)).clip(0, 8),
        behind=pl.col("person") % 11 == 5,
        lost=(pl.col("person") % 3 == 0) & (pl.col("year") == YEARS[0]),
    )
    old = pl.col("behind") & (pl.col("year") == YEARS[0])
    each = pl.col("total") // (9 - pl.col("first")) // 100 * 100
    slots: dict[str, pl.Expr] = {}
    for place, slot in enumerate(SLOTS):
        slots |= _slot(place, slot, each, as_of)
    reminded = pl.col("behind") & (pl.col("year") < YEARS[-1])
    return rows.select(
        賦課年度=pl.col("year").cast(pl.String),
        被保番号="number",
        督促日=wareki(pl.when(reminded).then(_due(8) + 20).otherwise(0)),
        時効更新日=wareki(pl.when(old & ~pl.col("lost")).then(ordinal("2025-12-01")).otherwise(0)),
        **slots,
        滞納メモ=pl.lit(""),
        **logged(pl.col("day"), pl.col("person")),
    )


def _due(place: int) -> pl.Expr:
    month, day = _DAYS[place]
    days = {year: date(year + (month < 4), month, day).toordinal() for year in YEARS}
    return pl.col("year").replace_strict(days, return_dtype=pl.Int64)


def _slot(place: int, slot: str, each: pl.Expr, as_of: int) -> dict[str, pl.Expr]:
    """Hundreds of yen; what is left over in the first instalment."""
    there, last = pl.col("first") <= place, 9 - pl.col("first")
    amount = pl.when(pl.col("first") == place).then(pl.col("total") - each * (last - 1)).otherwise(each)
    due = _due(place) < as_of
    lost = pl.col("behind") & pl.col("lost") & due
    paid = due & ~pl.col("behind")
    twice = paid & (_due(place) < as_of - 60) & (pl.col("person") % 37 == 5) & (pl.col("first") == place)
    received = pl.when(twice).then(amount * 2).when(paid).then(amount).otherwise(0)
    back = pl.when(twice).then(amount).otherwise(0)
    gone = pl.when(lost).then(amount).otherwise(0)
    values = {
        "期別額": amount,
        "収納額": received,
        "還付額": back,
        "欠損額": gone,
        "未納額": amount - received + back - gone,
    }
    texts = {f"{name}{slot}": padded(value, 9) for name, value in values.items()}
    cells = {f"納期限{slot}": wareki(_due(place))} | texts
    return {name: pl.when(there).then(value).otherwise(pl.lit("")) for name, value in cells.items()}


def receipt_table(instalments: pl.DataFrame) -> pl.DataFrame:
    """One row per payment and refund."""
    parts = [_of_slot(instalments, place, slot) for place, slot in enumerate(SLOTS)]
    rows = pl.concat(parts).sort("year", "number", "place", "kind")
    serial = padded(pl.int_range(1, pl.len() + 1).cast(pl.Int64), 8)
    day = pl.col("day")
    return rows.select(
        収納番号=pl.col("year") + serial,
        賦課年度="year",
        被保番号="number",
        期別=padded(pl.col("place"), 2),
        収納種別="kind",
        領収日=pl.when(pl.col("kind") == "H").then(pl.lit(NO_DAY)).otherwise(wareki(day)),
        収納日=wareki(day + 4),
        金額=padded(pl.col("sum"), 9),
        消込区分=pl.lit("1"),
        **logged(day + 4, pl.col("sum")),
    )


def _of_slot(instalments: pl.DataFrame, place: int, slot: str) -> pl.DataFrame:
    month, _ = _DAYS[place]
    paid = instalments.select(
        year="賦課年度", number="被保番号", sum=pl.col(f"収納額{slot}"), back=pl.col(f"還付額{slot}")
    ).filter(pl.col("sum").str.contains("[1-9]"))
    paid = paid.with_columns(pl.col("sum", "back").cast(pl.Int64), place=pl.lit(place + 1))
    first = pl.date(pl.col("year").cast(pl.Int32) + (month < 4), month, 5).cast(pl.Int32).cast(pl.Int64) + 719_163
    way = pl.col("number").str.slice(6, 1).cast(pl.Int64) % 3
    kinds = pl.when(way == 0).then(pl.lit("K")).when(way == 1).then(pl.lit("C")).otherwise(pl.lit("N"))
    normal = paid.select("year", "number", "place", sum=pl.col("sum") - pl.col("back"), kind=kinds, day=first + 12)
    double = paid.filter(pl.col("back") > 0).select(
        "year", "number", "place", sum="back", kind=pl.lit("N"), day=first + 14
    )
    refund = double.with_columns(kind=pl.lit("H"), day=pl.col("day") + 30)
    return pl.concat([normal, double, refund])
