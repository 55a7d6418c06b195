"""The tax on vehicles: who owns it on 1 April pays by kind and rate (地方税法 463条の15); reductions."""

from __future__ import annotations

import polars as pl

from sample_data.formats import codes
from sample_data.forms import NO_DAY, padded, wareki
from sample_data.founding import ordinal
from sample_data.records import logged

YEARS = (2024, 2025, 2026)
SLOTS = "１２３４５"
_NOBODY = "0000000000"
_GREEN = (75, 50, 25)  # 軽課: per cent taken off in the year after the first inspection
_HEAVY_YEARS = 13  # 重課: first inspected up to March of the year before so many years


def car_number() -> pl.Expr:
    """車両管理番号, 10 digits."""
    return padded(pl.col("number") + 1_000_000, 10)


def first_inspection() -> pl.Expr:
    """初度検査年月 YYYYMM."""
    day = (pl.col("inspected") - ordinal("1970-01-01")).cast(pl.Int32).cast(pl.Date)
    return day.dt.strftime("%Y%m")


def kazei_frame(cars: pl.DataFrame) -> pl.DataFrame:
    """課税: one row per year and vehicle registered on 1 April, plus `number` and `year` for further joins."""
    step = max(11, min(97, cars.height // 60))  # a small town has relatively more
    candidate = (pl.col("number") % step == 5) & (pl.col("passed_on") == 0) & ~pl.col("held")
    first = pl.col("number") == pl.col("number").filter(candidate).min().over("atena")
    marked = cars.with_columns(freed=(candidate & first).fill_null(False))  # one reduction per person
    return pl.concat([_one_year(marked, year) for year in YEARS]).sort("year", "number")


def genmen_frame(cars: pl.DataFrame, taxes: pl.DataFrame) -> pl.DataFrame:
    """減免: one row per vehicle with five slots of years; filled from the left."""
    freed = taxes.filter(pl.col("減免額") != "000000000")
    slots = freed.group_by("number", maintain_order=True).agg(
        years="課税年度", sums="減免額", last=pl.col("year").max()
    )
    own = slots.join(cars.select("number", "atena"), on="number", how="left", maintain_order="left").sort("number")
    columns: dict[str, pl.Expr] = {
        "車両管理番号": car_number(),
        "申請者宛名番号": pl.col("atena"),
        "障害者宛名番号": pl.col("atena"),
        "手帳種別": pl.lit(codes("keiji", "techo")["身体障害者手帳"]),
        "手帳番号": padded(pl.col("number") + 400_000, 6),
        "手帳交付年月日": wareki(ordinal("2015-04-01") + pl.col("number") % 1_000),
        "運転者区分": pl.lit(codes("keiji", "untensha")["本人"]),
    }
    for place, slot in enumerate(SLOTS):
        columns |= _slot(place, slot)
    logs = logged(pl.lit(ordinal("2026-05-01")) + pl.col("number") % 30, pl.col("number"))
    return own.select(**columns, **logs, 予備=pl.lit(""))


def _slot(place: int, slot: str) -> dict[str, pl.Expr]:
    year = pl.col("years").list.get(place, null_on_oob=True)
    filled = year.is_not_null()
    reason = codes("keiji", "genmen_jiyu")["身体障害者等"]
    applied = pl.concat_str(pl.lit("5"), padded(year.cast(pl.Int64) - 2018, 2), pl.lit("0510"))
    return {
        f"減免年度{slot}": year.fill_null(""),
        f"減免事由{slot}": pl.when(filled).then(pl.lit(reason)).otherwise(pl.lit("")),
        f"申請年月日{slot}": pl.when(filled).then(applied).otherwise(pl.lit(NO_DAY)),
        f"減免額{slot}": pl.col("sums").list.get(place, null_on_oob=True).fill_null(""),
    }


def _one_year(cars: pl.DataFrame, year: int) -> pl.DataFrame:
    day = ordinal(f"{year}-04-01")
    on_the_day = (pl.col("day") <= day) & ((pl.col("scrapped_on") == 0) | (pl.col("scrapped_on") > day))
    taxed = cars.filter(on_the_day).with_columns(**_rate(year)).with_columns(year=pl.lit(year))
    states, rates, kinds = codes("keiji", "kazei_jotai"), codes("keiji", "zeiritsu_kubun"), codes("keiji", "shashu")
    rate_code = {"standard": rates["標準税率"], "heavy": rates["重課"]}
    rate_code["old"] = next(code for meaning, code in rates.items() if meaning.startswith("旧税率"))
    rate_code |= {f"green{share}": rates[f"軽課{share}%"] for share in _GREEN}
    freed, held = pl.col("freed"), pl.col("held") & pl.lit(year == YEARS[-1])
    money = {"年税額": pl.col("sum"), "減免額": pl.when(freed).then("sum").otherwise(0)}
    money["調定額"] = pl.when(held).then(0).otherwise(money["年税額"] - money["減免額"])
    return taxed.select(
        "number", "year",
        課税年度=pl.lit(str(year)),
        車両管理番号=car_number(),
        通知書番号=padded(pl.lit(year % 100 * 10_000_000) + pl.col("number"), 10),
        納税義務者宛名番号=pl.when(pl.col("passed_on") > day).then("first_owner").otherwise("atena"),
        車種区分=pl.col("kind_meaning").replace_strict(kinds, return_dtype=pl.String),
        税率区分=pl.col("rate").replace_strict(rate_code, return_dtype=pl.String),
        **{name: padded(amount, 9) for name, amount in money.items()},
        納期限=wareki(pl.lit(ordinal(f"{year}-05-31"))),
        課税状態=pl.when(held).then(pl.lit(states["課税保留"])).when(freed).then(pl.lit(states["減免"]))
        .otherwise(pl.lit(states["課税"])),
        更正回数=pl.lit("00"),
        納付書区分=pl.lit("0"),
        **logged(pl.lit(ordinal(f"{year}-05-01")), pl.col("number")),
        予備=pl.lit(""),
    )  # fmt: skip


def _rate(year: int) -> dict[str, pl.Expr]:
    """The rate a car is taxed at, by first inspection and fuel, and the sum in yen. Only inspected cars have others."""
    month = pl.when(pl.col("inspected") > 0).then(first_inspection().cast(pl.Int64, strict=False)).otherwise(999_999)
    heavy = (month <= (year - _HEAVY_YEARS) * 100 + 3) & ~pl.col("electric") & ~pl.col("hybrid")
    has_old = pl.col("kind_old") != ""
    new = (month > (year - 1) * 100 + 3) & (month <= year * 100 + 3) & has_old
    hire = pl.col("kind_meaning") == "軽四輪乗用（営業用）"
    green = pl.when(new & pl.col("electric")).then(75).when(new & hire & pl.col("hybrid")).then(50)
    share = green.when(new & hire).then(25).otherwise(0)
    rate = (
        pl.when(share > 0)
        .then(pl.lit("green") + share.cast(pl.String))
        .when(has_old & heavy)
        .then(pl.lit("heavy"))
        .when(has_old & (month <= 201_503))
        .then(pl.lit("old"))
    )
    rate_name = rate.otherwise(pl.lit("standard"))
    amount = pl.when(rate_name == "heavy").then("kind_heavy").when(rate_name == "old").then("kind_old")
    for one in _GREEN:
        amount = amount.when(rate_name == f"green{one}").then(f"kind_green{one}")
    return {"rate": rate_name, "sum": amount.otherwise("kind_standard").cast(pl.Int64)}
