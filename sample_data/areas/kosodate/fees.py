"""利用者負担: from April by the tax of the year before, from September by that of the year; and what was billed.

The amounts follow the dated parameters of the rules (月額, 階層, 副食費), so that both sides tell the same law.
"""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.kosodate.children import april
from sample_data.areas.kosodate.facilities import slashed
from sample_data.dated import figure
from sample_data.formats import codes
from sample_data.forms import padded
from sample_data.founding import ordinal
from sample_data.months import month_number, month_start
from sample_data.records import code, logged

YEARS = (2025, 2026)
_DAY = "2026-04-01"  # the day whose parameters hold for both years
_STEPS = "34567"
_DAYS = 25  # a month of 日割り


def fee_tables(ground: Ground, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """利用者負担 of every child and period, and the bills of those whose 保育所 bills through the town."""
    users = rows.unique("person", keep="first", maintain_order=True)
    due = pl.concat([_period(ground, users, year, half) for year in YEARS for half in (1, 2)])
    due = due.with_columns(**_rank()).with_columns(**_step()).with_columns(**_fee()).sort("person", "year", "half")
    return _due_table(due, ground.as_of), _bills(due, ground.as_of)


def _period(ground: Ground, users: pl.DataFrame, year: int, half: int) -> pl.DataFrame:
    """Who uses a facility in April–August or September–March: from and to (months), class, kind, tax."""
    first, last = (year * 12 + 3, year * 12 + 7) if half == 1 else (year * 12 + 8, year * 12 + 14)
    frame = users.with_columns(
        month=pl.max_horizontal(month_number(pl.col("start")), pl.lit(first)),
        to=pl.min_horizontal(month_number(pl.col("last")), pl.lit(last)),
        year=pl.lit(year, pl.Int64), half=pl.lit(half, pl.Int64), tax_year=pl.lit(year - (half == 1), pl.Int64),
    ).filter(pl.col("month") <= pl.col("to"))  # fmt: skip
    frame = frame.filter(pl.col("month") <= month_number(pl.lit(ground.as_of)))
    day = pl.max_horizontal("start", month_start(pl.lit(ordinal("2000-01-01")), pl.col("month") - 2000 * 12))
    kind = (
        pl.when("school").then(pl.lit("1号")).when(day < pl.col("three")).then(pl.lit("3号")).otherwise(pl.lit("2号"))
    )
    frame = frame.with_columns(
        kind=kind, age_class=(pl.lit(year) - pl.col("sy") - 1).clip(lower_bound=0),
        poor=ground.society["single_parent"].gather(frame["guardian"]),
        seiho=ground.society["seiho"].gather(frame["guardian"]),
    )  # fmt: skip
    taxes = _taxes(ground, year - (half == 1))
    for who in ("guardian", "other"):
        own = taxes.rename({"宛名番号": f"{who}_atena", "rate": f"{who}_rate", "taxed": f"{who}_taxed"})
        frame = frame.join(own, on=f"{who}_atena", how="left", maintain_order="left")
    elsewhere = pl.col("guardian") * 7_919 % 160 * 1_000  # taxed where the family lived before
    return frame.with_columns(
        guardian_rate=pl.col("guardian_rate").fill_null(elsewhere),
        guardian_taxed=pl.col("guardian_taxed").fill_null(elsewhere > 0),
        other_rate=pl.when(pl.col("other") > 0).then(pl.col("other_rate").fill_null(0)),
    )


def _taxes(ground: Ground, year: int) -> pl.DataFrame:
    """宛名番号, rate (町民税所得割 before 税額控除 and 定額減税), taxed (also 均等割 alone)."""
    ledger = ground.made["kojin"]["kazei"]
    latest = codes("kojin", "saishin")["該当する"]
    rows = ledger.filter((pl.col("相当年度") == f"5{year - 2018:02d}") & (pl.col("最新区分") == latest))
    made, adjusted, head = (pl.col(name).cast(pl.Int64) for name in ("町算出", "町調整", "町均等"))
    return rows.select("宛名番号", rate=made - adjusted, taxed=head > 0)


def _rank() -> dict[str, pl.Expr]:
    total = pl.col("guardian_rate") + pl.col("other_rate").fill_null(0)
    low = total < figure("副食費の免除の所得割_2号", _DAY)
    together = pl.int_range(1, pl.len() + 1).over("guardian", "year", "half", order_by=["birth", "person"])
    return {"total": total, "rank": pl.when(low).then("order").otherwise(together).cast(pl.Int64)}


def _step() -> dict[str, pl.Expr]:
    taxed = pl.col("guardian_taxed") | pl.col("other_taxed").fill_null(value=False)
    state = pl.when("seiho").then(pl.lit("生活保護")).when(taxed).then(pl.lit("市町村民税課税"))
    step: pl.Expr = pl.lit(8)
    for number in reversed(_STEPS):
        limit = figure(f"保育の階層の上限_{number}", _DAY)
        step = pl.when(pl.col("total") < limit).then(int(number)).otherwise(step)
    step = pl.when("seiho").then(1).when(taxed).then(step).otherwise(2)
    return {"state": state.otherwise(pl.lit("市町村民税非課税")), "step": step}


def _fee() -> dict[str, pl.Expr]:
    long, short = (
        {int(n): figure(f"保育料の月額_{name}_{n}", _DAY) for n in f"{_STEPS}8"} | {1: 0, 2: 0}
        for name in ("標準", "短")
    )
    table = [pl.col("step").replace_strict(sums, return_dtype=pl.Int64) for sums in (short, long)]
    whole = pl.when(pl.col("guardian") % 3 == 0).then(table[0]).otherwise(table[1])
    rank, limit = pl.col("rank"), figure("副食費の免除の所得割_1号", _DAY)
    eased = pl.col("poor") & (pl.col("total") < limit)
    alone = pl.when(rank == 1).then(figure("保育料の月額_要保護", _DAY)).otherwise(0)
    free = (pl.col("age_class") >= 3) | pl.col("school") | (pl.col("step") <= 2) | (rank >= 3)
    wide = pl.col("school") | pl.col("poor")
    border = pl.when(wide).then(limit).otherwise(figure("副食費の免除の所得割_2号", _DAY))
    return {
        "fee": pl.when(free).then(0).when(eased).then(alone).when(rank == 2).then(whole // 20 * 10).otherwise(whole),
        "no_meal": (pl.col("age_class") >= 3) & ((rank >= 3) | (pl.col("total") < border)),
    }


def _due_table(due: pl.DataFrame, as_of: int) -> pl.DataFrame:
    decided = pl.max_horizontal(
        pl.when(pl.col("half") == 1).then(april(pl.col("year"))).otherwise(april(pl.col("year")) + 140), "start"
    ).clip(upper_bound=as_of)
    amount = pl.when("school").then(pl.lit("")).when(pl.col("guardian") % 3 == 0).then(pl.lit("保育短時間"))
    words = due.with_columns(
        amount=amount.otherwise(pl.lit("保育標準時間")),
        step_name=pl.lit("第") + pl.col("step").cast(pl.String) + "階層",
        half_name=pl.when(pl.col("half") == 1).then(pl.lit("4月から8月")).otherwise(pl.lit("9月から3月")),
    )
    return words.select(
        認定番号="number",
        年度=pl.col("year").cast(pl.String),
        期区分=code("half_name", "kosodate", "ki"),
        変更番号=pl.lit("0"),
        最新区分=pl.lit("1"),
        決定番号=padded(pl.col("year") % 100 * 10 + pl.col("half"), 3) + padded(pl.col("person"), 7),
        適用開始年月=_month_text("month"),
        適用終了年月=_month_text("to"),
        クラス年齢=pl.col("age_class").cast(pl.String),
        認定区分=code("kind", "kosodate", "nintei_kubun"),
        必要量=code("amount", "kosodate", "hitsuyoryo"),
        判定年度=pl.col("tax_year").cast(pl.String),
        課税区分=code("state", "kosodate", "kazei_kubun"),
        要保護区分=_flag("poor"),
        保護者1番号="guardian_atena",
        保護者1所得割=pl.col("guardian_rate").cast(pl.String),
        保護者2番号="other_atena",
        保護者2所得割=pl.col("other_rate").cast(pl.String).fill_null(""),
        所得割合計=pl.col("total").cast(pl.String),
        階層=code("step_name", "kosodate", "kaiso"),
        第何子=pl.col("rank").cast(pl.String),
        保育料月額=pl.col("fee").cast(pl.String),
        副食免除=_flag("no_meal"),
        決定日=slashed(decided),
        印刷区分=pl.lit("0"),
        **logged(decided, pl.col("person")),
    )


def _bills(due: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """A bill a month up to the month before the day; one in forty is not paid, some were paid twice."""
    paying = due.filter((pl.col("nursery") == "保育所") & (pl.col("fee") > 0))
    closed = month_number(pl.lit(as_of)) - 1
    months = pl.int_ranges("month", pl.min_horizontal("to", closed) + 1)
    rows = paying.with_columns(now=months).explode("now").drop_nulls("now").sort("year", "person", "now")
    opening = month_start(pl.lit(ordinal("2000-01-01")), pl.col("now") - 2000 * 12)
    ending = month_start(opening, 1) - 1
    rows = rows.with_columns(
        opening=opening, ending=ending, days=pl.col("gone") - opening + 1, turn=pl.col("person") * 7 + pl.col("now")
    )
    part = (pl.col("gone") >= pl.col("opening")) & (pl.col("gone") < pl.col("ending"))
    days = pl.when(part).then((pl.col("days") * _DAYS // 31).clip(lower_bound=1))
    rows = rows.with_columns(
        days=days, due=pl.when(part).then(pl.col("fee") * days // (_DAYS * 10) * 10).otherwise("fee")
    )
    unpaid, twice = pl.col("turn") % 40 == 3, pl.col("turn") % 151 == 5
    got = pl.when(unpaid).then(0).when(twice).then(pl.col("due") * 2).otherwise("due")
    rows = rows.with_columns(got=got, back=pl.when(twice & ~unpaid).then("due").otherwise(0))
    return _bill_table(rows)


def _bill_table(rows: pl.DataFrame) -> pl.DataFrame:
    month = (pl.col("now") % 12 + 1).cast(pl.String)
    names = rows.with_columns(month_name=month + "月")
    paid = pl.when(pl.col("got") > 0).then("ending").otherwise(0)
    return names.select(
        年度=pl.col("year").cast(pl.String),
        認定番号="number",
        調定月=code("month_name", "kosodate", "tsuki"),
        通知書番号=padded(pl.col("year") % 100 * 100_000_000 + pl.col("person"), 10),
        日割日数=pl.col("days").cast(pl.String).fill_null(""),
        調定額=pl.col("due").cast(pl.String),
        納期限=slashed(pl.col("ending")),
        収納額=pl.col("got").cast(pl.String),
        収納日=slashed(paid),
        欠損額=pl.lit("0"),
        還付充当額=pl.col("back").cast(pl.String),
        未納額=(pl.col("due") - pl.col("got") + pl.col("back")).cast(pl.String),
        収納区分=pl.lit("1"),
        **logged(pl.col("ending"), pl.col("person")),
    )


def _month_text(column: str) -> pl.Expr:
    """2026/10 of a number of months."""
    month = pl.col(column)
    return (month // 12).cast(pl.String) + "/" + padded(month % 12 + 1, 2)


def _flag(column: str) -> pl.Expr:
    return pl.when(column).then(pl.lit("1")).otherwise(pl.lit("0"))
