"""保険料 as the 広域連合 has decided it, and how the town draws it: 特別徴収 in six months, the rest by bill."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.dated import figure
from sample_data.forms import padded, wareki
from sample_data.founding import ordinal
from sample_data.identity import pension_number
from sample_data.insurance import MOVED
from sample_data.months import month_number
from sample_data.records import code, logged

YEARS = (2024, 2025, 2026)
SLOTS = "１２３４５６"
_MONTHS = (4, 6, 8, 10, 12, 14)  # of 特別徴収; 14: February of the next year
_CHILD = {2026: (1_400, 26)}  # 子ども分: per person, and 1/10,000 of income
_COLLECTED = 3  # of the six months of the last year
_LEAST = 180_000  # 年金 from which 特別徴収 is made
_DEDUCTION, _OLD, _BASE = 1_100_000, 150_000, 430_000


def premium_frame(spells: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """One row per year and person: columns of the spell and year, months, people, earners, judged, relief, tax_base,
    known (所得把握区分), halved (元被扶養者), capita, less, share, over, medical, child, total, drawn, stop, count,
    day."""
    return pl.concat([_one_year(spells, ground, year) for year in YEARS])


def _one_year(spells: pl.DataFrame, ground: Ground, year: int) -> pl.DataFrame:
    april = year * 12 + 3
    begins = pl.max_horizontal(month_number(pl.col("start")), pl.lit(april))
    end = pl.when(pl.col("end") > 0).then(month_number(pl.col("end"))).otherwise(april + 12)
    rows = spells.with_columns(year=pl.lit(year), begins=begins, until=end.clip(upper_bound=april + 12))
    rows = rows.with_columns(months=pl.col("until") - pl.col("begins")).filter(pl.col("months") > 0)
    rows = rows.unique("person", keep="last", maintain_order=True)  # who came back within the year: the last spell
    rows = _judged(rows, ground, f"{year}-04-01").with_columns(**_amounts(year))
    rows = rows.with_columns(medical=_monthly("capita", "less", "share", "over"), child=_child(year))
    rows = rows.with_columns(total=pl.col("medical") + pl.col("child"))
    day = pl.max_horizontal(pl.col("start") + 20, pl.lit(ordinal(f"{year}-07-15"))).clip(upper_bound=ground.as_of)
    return rows.with_columns(day=day, **_drawing(year))


def _judged(rows: pl.DataFrame, ground: Ground, day: str) -> pl.DataFrame:
    """people, earners, judged, relief: by household, the income of a head outside counted in."""
    money = ground.society.select(head="person", head_business="business", head_pension="pension", head_salary="salary")
    home = pl.when(pl.col("household") > 0).then("household").otherwise(-pl.col("person"))
    pension = (pl.col("pension") - _DEDUCTION).clip(0)
    rows = rows.with_columns(home=home, income=pl.col("business") + pension).join(
        money, on="head", how="left", maintain_order="left"
    )
    inside = (pl.col("head") == pl.col("person")).any().over("home")
    outside = (pl.col("head") > 0) & ~inside
    head = pl.col("head_business") + (pl.col("head_salary") - 650_000).clip(0)
    head = head + (pl.col("head_pension") - _DEDUCTION - _OLD).clip(0)
    earns = (pl.col("head_pension") > _DEDUCTION + _OLD) | (pl.col("head_salary") > 550_000)
    mine = (pl.col("business") + (pension - _OLD).clip(0)).sum().over("home")
    earners = (pl.col("pension") > _DEDUCTION + _OLD).sum().over("home").cast(pl.Int64)
    rows = rows.with_columns(
        people=pl.len().over("home").cast(pl.Int64),
        judged=mine + pl.when(outside).then(head).otherwise(0),
        earners=earners + pl.when(outside & earns).then(1).otherwise(0),
        tax_base=(pl.col("income") - _BASE).clip(0),
        known=pl.when((pl.col("began") == "転入") & (pl.col("start") > ground.as_of - 60))
        .then(pl.lit("前住所地へ照会中"))
        .when((pl.col("person") % 61 == 8) & (pl.col("began") != "転入"))
        .then(pl.lit("未申告（所得不明）")).otherwise(pl.lit("把握済み")),
    )  # fmt: skip
    return rows.with_columns(relief=_relief(day))


def _relief(day: str) -> pl.Expr:
    """軽減 in tenths of the 均等割."""
    extra = (pl.col("earners") - 1).clip(0) * figure("後期の軽減の給与所得者等の加算額", day)
    over = pl.col("judged") - figure("後期の軽減の基礎額", day) - extra
    return (
        pl.when(pl.col("known") != "把握済み").then(0)
        .when(over <= 0).then(7)
        .when(over <= pl.col("people") * figure("後期の5割軽減の1人の額", day)).then(5)
        .when(over <= pl.col("people") * figure("後期の2割軽減の1人の額", day)).then(2)
        .otherwise(0)
    )  # fmt: skip


def _amounts(year: int) -> dict[str, pl.Expr]:
    """Yearly amounts; 元被扶養者 pay half of the 均等割 for two years (or less by the household) and no 所得割."""
    day = f"{year}-04-01"
    capita, rate = figure("後期の均等割額", day), figure("後期の所得割率", day)
    dependent, relief, months = pl.col("dependent"), pl.col("relief"), pl.col("months")
    first = month_number(pl.col("start")) + figure("後期の元被扶養者の軽減の月数", day)
    halved = pl.when(dependent).then((pl.min_horizontal(first, "until") - pl.col("begins")).clip(0)).otherwise(0)
    tenths = relief * (months - halved) + pl.max_horizontal(relief, pl.lit(5)) * halved
    less = capita * tenths // (months * 10)
    share = pl.when(dependent).then(0).otherwise(pl.col("tax_base") * rate // 10_000)
    over = (capita - less + share - figure("後期の賦課限度額_医療分", day)).clip(0)
    return {
        "halved": halved > 0,
        "capita": pl.lit(capita, dtype=pl.Int64),
        "less": less.cast(pl.Int64),
        "share": share.cast(pl.Int64),
        "over": over.cast(pl.Int64),
    }


def _monthly(capita: str, less: str, share: str, over: str) -> pl.Expr:
    yearly = pl.col(capita) - pl.col(less) + pl.col(share) - pl.col(over)
    return yearly * pl.col("months") // 120 * 10


def _child(year: int) -> pl.Expr:
    capita, rate = _CHILD.get(year, (0, 0))
    income = pl.when("dependent").then(0).otherwise(pl.col("tax_base") * rate // 10_000)
    yearly = capita * (10 - pl.col("relief")) // 10 + income
    return (yearly * pl.col("months") // 120 * 10).cast(pl.Int64)


def _drawing(year: int) -> dict[str, pl.Expr]:
    """drawn: 特別徴収 at all; stop: the month number it ended in, 0 not; count: how many of the six months it goes on.

    Whoever died or moved within the year has paid so far; some have asked to pay by bank instead.
    """
    long = (pl.col("start") < ordinal(f"{year - 1}-10-01")) & (pl.col("pension") >= _LEAST)
    april = year * 12 + 3
    ended = pl.col("until") < april + 12
    count = (pl.col("until") - april + 1) // 2
    drawn = long & (pl.col("person") % 9 != 4) & (pl.col("total") >= 6_000)
    return {
        "drawn": drawn,
        "stop": pl.when(drawn & ended).then("until").otherwise(0),
        "count": pl.when(ended).then(count).otherwise(6).cast(pl.Int64),
    }


def premium_table(rows: pl.DataFrame) -> pl.DataFrame:
    """The old system's table, the six months of 特別徴収 side by side."""
    drawn, total, stopped = pl.col("drawn"), pl.col("total"), pl.col("stop") > 0
    why = pl.when(pl.col("ended") == MOVED).then(pl.lit("転出")).when(pl.col("ended") == "死亡").then(pl.lit("死亡"))
    rows = rows.with_columns(why=pl.when(stopped).then(why.otherwise(pl.lit("その他"))).otherwise(pl.lit("")))
    month = pl.col("stop") // 12 * 100 + pl.col("stop") % 12 + 1
    slots: dict[str, pl.Expr] = {}
    for place, slot in enumerate(SLOTS):
        slots |= _slot(place, slot)
    return rows.select(
        賦課年度=pl.col("year").cast(pl.String),
        被保番号="number",
        通知書番号=padded(pl.col("year") % 100 * 10_000_000 + pl.col("person"), 10),
        更正回数=pl.lit("00"),
        所得区分=code("known", "koki", "shotoku"),
        総所得=padded(pl.col("income"), 12),
        基準所得=padded(pl.col("tax_base"), 12),
        世帯人数=padded(pl.col("people"), 2),
        給与等人数=padded(pl.col("earners"), 2),
        判定所得=padded(pl.col("judged"), 12),
        軽減区分=pl.col("relief").cast(pl.String),
        被扶軽減=pl.when("halved").then(pl.lit("1")).otherwise(pl.lit("0")),
        月数=padded(pl.col("months"), 2),
        均等割=padded(pl.col("capita"), 9),
        均等割軽減=padded(pl.col("less"), 9),
        所得割=padded(pl.col("share"), 9),
        限度超過=padded(pl.col("over"), 9),
        医療分=padded(pl.col("medical"), 9),
        子ども分=padded(pl.col("child"), 9),
        減免額=padded(pl.lit(0), 9),
        年額=padded(total, 9),
        特徴額=padded(pl.when(drawn).then(total).otherwise(0), 9),
        普徴額=padded(pl.when(drawn).then(0).otherwise(total), 9),
        中止年月=pl.when(stopped).then(month.cast(pl.String)).otherwise(pl.lit("")),
        中止事由=code("why", "koki", "chushi"),
        決定日=wareki(pl.col("day")),
        年金番号=pl.when(drawn).then(pension_number(pl.col("person"))).otherwise(pl.lit("")),
        **slots,
        帳票区分=pl.lit("0"),
        **logged(pl.col("day"), pl.col("person")),
    )


def _slot(place: int, slot: str) -> dict[str, pl.Expr]:
    """Equal parts in hundreds of yen, what is left over in the first month (April)."""
    each = pl.col("total") // pl.col("count") // 100 * 100
    amount = pl.col("total") - each * (pl.col("count") - 1) if place == 0 else each
    month = _MONTHS[place]
    there = pl.col("drawn") & (pl.col("count") > place)
    still_open = (pl.col("year") == YEARS[-1]) & pl.lit(place >= _COLLECTED)
    text = (pl.col("year") + (month > 12)) * 100 + (month - 1) % 12 + 1
    paid = pl.when(still_open).then(pl.lit("")).otherwise(padded(amount, 9))
    return {
        f"特徴年月{slot}": pl.when(there).then(text.cast(pl.String)).otherwise(pl.lit("")),
        f"依頼額{slot}": pl.when(there).then(padded(amount, 9)).otherwise(pl.lit("")),
        f"収入額{slot}": pl.when(there).then(paid).otherwise(pl.lit("")),
    }
