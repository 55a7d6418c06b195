"""児童扶養手当: who gets all, a part or nothing, and how much (児童扶養手当法5条・9条, 2024-11 and every April)."""

from __future__ import annotations

import polars as pl

FULL, PART, NOTHING = "全部支給", "一部支給", "全部支給停止"
_STEP = 380_000  # a dependant more
_LIMIT_FULL, _LIMIT_PART = 690_000, 2_080_000
_PERIODS = (  # first month, last month, year of income, full, more for a child, ratio, ratio of the latter (10^-7)
    ((2024, 11), (2025, 3), 2024, 45_500, 10_750, 250_000, 38_561),
    ((2025, 4), (2025, 10), 2024, 46_690, 11_030, 256_619, 39_568),
    ((2025, 11), (2026, 3), 2025, 46_690, 11_030, 256_619, 39_568),
    ((2026, 4), (2026, 10), 2025, 48_050, 11_350, 264_029, 40_719),
)
NAMES = ("first", "last", "year", "full", "more", "ratio", "ratio_more")


def periods() -> pl.DataFrame:
    """One row per span of months with the same law and the same year of income; months as year × 12 + month − 1."""
    rows = [(_month(first), _month(last), *rest) for first, last, *rest in _PERIODS]
    return pl.DataFrame(rows, schema=dict.fromkeys(NAMES, pl.Int64), orient="row")


def income(salary: pl.Expr, business: pl.Expr) -> pl.Expr:
    """所得 of a wage (less the deduction for wages and 100,000) or of a business, in yen."""
    deducted = (
        pl.when(salary <= 1_800_000)
        .then(salary * 4 // 10 - 100_000)
        .when(salary <= 3_600_000)
        .then(salary * 3 // 10 + 80_000)
        .when(salary <= 6_600_000)
        .then(salary * 2 // 10 + 440_000)
        .otherwise(salary // 10 + 1_100_000)
    )
    wage = pl.when(salary > 0).then(salary - deducted - 100_000).otherwise(0)
    return pl.max_horizontal(wage + business, pl.lit(0))


def awarded() -> dict[str, pl.Expr]:
    """kind, base, extra and month's sum from judged, dependants, children and the columns of a period."""
    over = pl.col("judged") - _LIMIT_FULL - _STEP * pl.col("dependants")
    kind = (
        pl.when(over < 0)
        .then(pl.lit(FULL))
        .when(pl.col("judged") < _LIMIT_PART + _STEP * pl.col("dependants"))
        .then(pl.lit(PART))
        .otherwise(pl.lit(NOTHING))
    )
    others = pl.max_horizontal(pl.col("children") - 1, pl.lit(0))
    base = pl.when(kind == FULL).then("full").when(kind == PART).then(_reduced("full", "ratio", over)).otherwise(0)
    each = pl.when(kind == FULL).then("more").when(kind == PART).then(_reduced("more", "ratio_more", over)).otherwise(0)
    return {"kind": kind, "base": base, "extra": others * each, "paid": base + others * each}


def _reduced(full: str, ratio: str, over: pl.Expr) -> pl.Expr:
    """The full sum less 10 yen and less the income above the limit times the ratio, rounded to 10 yen."""
    return pl.col(full) - 10 - (over * pl.col(ratio) + 50_000_000) // 100_000_000 * 10


def _month(month: tuple[int, int]) -> int:
    return month[0] * 12 + month[1] - 1
