"""償却資産, and what every owner pays a year: 課税標準額, 免税点, 軽減, 減免, four bills and what has been paid."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from sample_data.area import Ground
from sample_data.areas.kotei.objects import Numbers
from sample_data.areas.kotei.owners import COMPANY, RESIDENT

YEARS = range(2022, 2027)
_SHARE = (  # 減価率 by 耐用年数, per mille
    0, 0, 684, 536, 438, 369, 319, 280, 250, 226, 206, 189, 175, 162, 152, 142, 134, 127, 120, 114, 109,
)  # fmt: skip
_KINDS = ("構築物", "機械及び装置", "工具器具及び備品", "機械及び装置", "工具器具及び備品", "車両及び運搬具")
_NAMES = (
    ("駐車場舗装", "門・塀", "広告塔"), ("空調設備", "金属加工機械", "食品製造設備"),
    ("パソコン", "陳列棚", "厨房機器"),
    ("印刷機械", "太陽光発電設備", "建設機械"), ("応接家具", "レジスター", "測定機器"),
    ("フォークリフト", "構内運搬車", "大型特殊自動車"),
)  # fmt: skip
_LIVES = (15, 10, 5, 12, 6, 4)
_EXEMPT = {"land": 300_000, "house": 200_000, "asset": 1_500_000}


def assets_frame(ground: Ground, owners: pl.DataFrame) -> pl.DataFrame:
    """owner (from 0), serial, kind, title, pieces, bought (year), month, cost, life, special, and value_<year>."""
    business = ground.society.filter(pl.col("resident") & (pl.col("business") > 0))["atena"]
    traders = (pl.col("status") == RESIDENT) & pl.col("atena").is_in(business.implode()) & (pl.col("number") % 3 == 0)
    some = owners.filter((pl.col("kind") == COMPANY) | traders).select(owner=pl.col("number") - 1)
    rows = some.with_columns(serial=pl.int_ranges(1, 4 + pl.col("owner") % 9)).explode("serial")
    turn = (rows["owner"] * 31 + rows["serial"] * 17).to_numpy()
    place, life = turn % 6, np.array(_LIVES)[turn % 6]
    bought, cost = 1998 + turn * 7 % 28, (150 + turn * 41 % 5_000) * 1_000
    special = turn % 37 == 5
    values = {f"value_{year}": pl.Series(_value(cost, life, bought, year)) for year in YEARS}
    return rows.with_columns(
        kind=pl.Series(_KINDS).gather(place),
        title=pl.Series([name for names in _NAMES for name in names]).gather(place * 3 + turn // 6 % 3),
        pieces=pl.Series(1 + turn % 4), bought=pl.Series(bought), month=pl.Series(1 + turn % 12),
        cost=pl.Series(cost), life=pl.Series(life), special=pl.Series(special), **values,
    )  # fmt: skip


def _value(cost: Numbers, life: Numbers, bought: Numbers, year: int) -> Numbers:
    """定率: half of a year's share in the first year, five per cent of the cost at least; 0 before it was bought."""
    share = np.array(_SHARE)[life]
    value = cost * (2_000 - share) // 2_000
    for step in range(1, 30):
        value = np.where(step < year - bought, value * (1_000 - share) // 1_000, value)
    return np.where(bought < year, np.maximum(value, cost * 5 // 100), 0)


def taxed_value(year: int) -> pl.Expr:
    """課税標準額 of an asset: half under 特例."""
    return pl.when("special").then(pl.col(f"value_{year}") // 2).otherwise(f"value_{year}")


def tax_frame(year: int, owners: pl.DataFrame, sums: dict[str, Numbers], there: Numbers, as_of: int) -> pl.DataFrame:
    """Who has anything in the year: owner, year, land, house, asset and their _free, total, raw, relief, cut, tax,
    due_1 … paid_, lost_, back_, open_. `sums`: land, house, asset, relief by owner."""
    frame = pl.DataFrame({
        "owner": np.arange(len(there)), "year": np.full(len(there), year), "number": owners["number"],
        "seiho": owners["seiho"], **sums,
    }).filter(pl.Series(there > 0))  # fmt: skip
    frees = {f"{name}_free": (pl.col(name) > 0) & (pl.col(name) < least) for name, least in _EXEMPT.items()}
    frame = frame.with_columns(**frees)
    taxed = pl.sum_horizontal(pl.when(f"{name}_free").then(0).otherwise(name) for name in _EXEMPT)
    relief = pl.when("house_free").then(0).otherwise("relief")
    frame = frame.with_columns(total=taxed // 1_000 * 1_000).with_columns(raw=pl.col("total") * 14 // 1_000)
    frame = frame.with_columns(relief=pl.min_horizontal(relief, "raw"))
    frame = frame.with_columns(cut=pl.when("seiho").then(pl.col("raw") - pl.col("relief")).otherwise(0))
    frame = frame.with_columns(tax=(pl.col("raw") - pl.col("relief") - pl.col("cut")) // 100 * 100)
    return _billed(frame, year, as_of)


def due_days(year: int) -> list[int]:
    """納期限: the end of May and July, 25 December, the end of February; the next Monday after a weekend."""
    ends = [date(year, 5, 31), date(year, 7, 31), date(year, 12, 25), date(year + 1, 3, 1) - timedelta(days=1)]
    return [(day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)).toordinal() for day in ends]


def _billed(frame: pl.DataFrame, year: int, as_of: int) -> pl.DataFrame:
    """Bills in thousands, the rest in the first. Some owners are behind, some debts were written off."""
    quarter = pl.col("tax") // 4_000 * 1_000
    behind = pl.col("number") % 53 == 7
    for term, day in enumerate(due_days(year), start=1):
        bill = pl.col("tax") - 3 * quarter if term == 1 else quarter
        open_now = pl.lit(day > as_of) | (behind & pl.lit(term > 2 and year >= 2024))
        dropped = (pl.col("number") % 106 == 7) & pl.lit(year == 2022 and term > 2)
        twice = (pl.col("number") % 89 == 11) & pl.lit(year == 2025 and term == 1) & (bill > 0)
        more = pl.when(twice).then(1_000).otherwise(0)
        frame = frame.with_columns(
            bill.alias(f"due_{term}"),
            pl.when(open_now | dropped).then(0).otherwise(bill + more).alias(f"paid_{term}"),
            pl.when(dropped).then(bill).otherwise(0).alias(f"lost_{term}"),
            more.alias(f"back_{term}"),
        )
        rest = pl.col(f"due_{term}") - pl.col(f"paid_{term}") - pl.col(f"lost_{term}") + pl.col(f"back_{term}")
        frame = frame.with_columns(rest.alias(f"open_{term}"))
    return frame
