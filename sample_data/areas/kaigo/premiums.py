"""保険料 of 第1号: the step from income and taxes of the household, months, rounding, and how it is collected."""

from __future__ import annotations

import polars as pl

from sample_data.areas.kaigo.people import FIRST
from sample_data.formats import codes
from sample_data.forms import padded, wareki
from sample_data.founding import ordinal
from sample_data.identity import pension_number
from sample_data.months import month_number
from sample_data.records import code, logged

YEARS = (2024, 2025, 2026)
SLOTS = "１２３４５６"
_MONTHS = ("4月", "6月", "8月", "10月", "12月", "2月")
_YEARLY = (20_100, 34_300, 48_400, 63_700, 70_800, 84_900, 92_000)  # the steps there are in the sample town
_DEDUCTION, _TAXED_FROM = 1_100_000, 1_550_000
_COLLECTED = 3  # of the six months of the last year
_LIMITS = {2024: 800_000, 2025: 809_000, 2026: 809_000}
_LEAST = 180_000  # 年金 from which 特別徴収 is made


def premium_table(spells: pl.DataFrame, society: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """One row per year and 第1号 with the six slots of 特別徴収."""
    taxed = society.filter(pl.col("resident") & _pays_tax()).select("household").unique().with_columns(house=True)
    insured = spells.filter(pl.col("kind") == FIRST).join(taxed, on="household", how="left", maintain_order="left")
    insured = insured.with_columns(house=pl.col("house").fill_null(value=False) & pl.col("resident"))
    return pl.concat([_one_year(insured, year, as_of) for year in YEARS])


def _pays_tax() -> pl.Expr:
    return (pl.col("salary") >= _DEDUCTION) | (pl.col("business") > 0) | (pl.col("pension") >= _TAXED_FROM)


def _one_year(insured: pl.DataFrame, year: int, as_of: int) -> pl.DataFrame:
    april = year * 12 + 3
    begins = pl.max_horizontal(month_number(pl.col("start")), pl.lit(april))
    until = (
        pl.when(pl.col("end") > 0).then(month_number(pl.col("end"))).otherwise(april + 12).clip(upper_bound=april + 12)
    )
    rows = insured.with_columns(months=until - begins, **_step(year)).filter(pl.col("months") > 0)
    amounts = pl.Series(_YEARLY).gather(rows["step"] - 1)
    early = pl.col("start") < ordinal(f"{year - 1}-10-01")
    drawn = early & (pl.col("months") == 12) & (pl.col("pension") >= _LEAST) & ~pl.col("seiho")
    rows = rows.with_columns(sum=amounts * rows["months"] // 120 * 10, drawn=drawn)
    return _columns(rows, year, as_of)


def _step(year: int) -> dict[str, pl.Expr]:
    """The step (段階) and 課税区分; nobody in the sample town earns more than step 7."""
    own, house, pension = pl.col("pension") >= _TAXED_FROM, pl.col("house"), pl.col("pension")
    few = pension <= _LIMITS[year]
    step = (
        pl.when("seiho").then(1)
        .when(own & (pension - _DEDUCTION < 1_200_000)).then(6).when(own).then(7)
        .when(house & few).then(4).when(house).then(5)
        .when(few).then(1).when(pension <= 1_200_000).then(2).otherwise(3)
    )  # fmt: skip
    tax = pl.when(own).then(pl.lit("本人課税")).when(house & ~pl.col("seiho")).then(pl.lit("本人非課税・世帯課税"))
    return {"step": step, "tax": tax.otherwise(pl.lit("世帯非課税"))}


def _columns(rows: pl.DataFrame, year: int, as_of: int) -> pl.DataFrame:
    decided = pl.max_horizontal(pl.col("start") + 20, pl.lit(ordinal(f"{year}-07-15"))).clip(upper_bound=as_of)
    drawn, total = pl.col("drawn"), pl.col("sum")
    slots: dict[str, pl.Expr] = {}
    for place, slot in enumerate(SLOTS):
        slots |= _slot(place, slot, year == YEARS[-1])
    return rows.select(
        賦課年度=pl.lit(str(year)),
        被保番号="number_text",
        通知書番号=padded(year % 100 * 10_000_000 + pl.col("person"), 10),
        更正回数=pl.lit("00"),
        段階=pl.col("step").cast(pl.String),
        課税区分=code("tax", "kaigo", "kazei_kubun"),
        生保区分=pl.when("seiho").then(pl.lit("1")).otherwise(pl.lit("0")),
        合計所得=padded((pl.col("pension") - _DEDUCTION).clip(0), 12),
        年金収入=padded(pl.col("pension"), 12),
        判定額=padded(pl.col("pension"), 12),
        月数=padded(pl.col("months"), 2),
        年額=padded(total, 9),
        特徴額=padded(pl.when(drawn).then(total).otherwise(0), 9),
        普徴額=padded(pl.when(drawn).then(0).otherwise(total), 9),
        決定日=wareki(decided),
        年金番号=pl.when(drawn).then(pension_number(pl.col("person"))).otherwise(pl.lit("")),
        **slots,
        帳票区分=pl.lit("0"),
        **logged(decided, pl.col("person")),
    )


def _slot(place: int, slot: str, open_year: bool) -> dict[str, pl.Expr]:
    """4, 6, 8 (仮徴収) a sixth each, the rest in 10, 12, 2; hundreds of yen, what is left over in October."""
    sixth = pl.col("sum") // 600 * 100
    rest = pl.col("sum") - 3 * sixth
    late = rest // 300 * 100
    amount = sixth if place < 3 else rest - 2 * late if place == 3 else late
    drawn, still_open = pl.col("drawn"), open_year and place >= _COLLECTED
    paid = pl.lit("") if still_open else padded(amount, 9)
    month = codes("kaigo", "tokucho_tsuki")[_MONTHS[place]]
    return {
        f"特徴月{slot}": pl.when(drawn).then(pl.lit(month)).otherwise(pl.lit("")),
        f"依頼額{slot}": pl.when(drawn).then(padded(amount, 9)).otherwise(pl.lit("")),
        f"収入額{slot}": pl.when(drawn).then(paid).otherwise(pl.lit("")),
    }
