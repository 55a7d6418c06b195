"""免除・猶予 asked for from July to June (students: from April to March), 法定免除, 産前産後, and 付加."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.forms import padded, wareki
from sample_data.founding import YEAR, ordinal
from sample_data.insurance import in_kokuho
from sample_data.months import month_number, month_start
from sample_data.pensions import FIRST, VOLUNTARY
from sample_data.records import code, logged

YEARS = (2022, 2023, 2024, 2025, 2026)
_BIRTHS = ordinal("2019-04-01")  # 産前産後 since
_STEPS = ("全額免除", "4分の3免除", "半額免除", "4分の1免除")
_TAKEN_IN = 6  # one in so many of the others has asked in a year


def exemption_frame(spells: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Rows by person and month: of the spell, and sort (words), year (0 none), asked, from, until (months; 0 open),
    state (words), born (day of a birth), income, dependents."""
    first = spells.filter(pl.col("kind") == FIRST)
    parts = [_legal(first), _births(first, ground.as_of)]
    taken = pl.concat([part.select("person") for part in parts])
    others = first.filter(~pl.col("seiho") & ~pl.col("invalid")).join(taken, on="person", how="anti")
    parts += [_asked(others, year, ground.as_of) for year in YEARS]
    rows = pl.concat(parts, how="diagonal").sort("person", "from")
    return rows.with_columns(number=pl.col("from").cum_count().over("person"))


def _legal(first: pl.DataFrame) -> pl.DataFrame:
    """法定免除 of those on 生活保護 or a pension for disability, as long as the insurance lasts."""
    some = first.filter("latest", (pl.col("end") == 0), pl.col("seiho") | pl.col("invalid"))
    since = pl.max_horizontal("start", pl.when("seiho").then("start").otherwise("disabled_from"))
    return some.with_columns(
        sort=pl.lit("法定免除"), year=pl.lit(0), asked=since, until=pl.lit(0, dtype=pl.Int64), state=pl.lit("承認"),
        born=pl.lit(0, dtype=pl.Int64), **{"from": month_number(since)},
    )  # fmt: skip


def _births(first: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """The mothers whose 国保 is relieved as well: four months from the month before."""
    age = (as_of - pl.col("birth")) / YEAR
    born = pl.lit(as_of - 120) - pl.col("person") % 500
    able = (pl.col("sex") == 2) & age.is_between(24, 38) & (pl.col("person") % 6 == 1) & in_kokuho()
    some = first.filter(able & pl.col("latest") & (pl.col("end") == 0) & (pl.col("start") + 900 < as_of))
    some = some.filter(~pl.col("seiho") & ~pl.col("invalid")).with_columns(born=born)
    return some.filter(pl.col("born") > _BIRTHS).with_columns(
        sort=pl.lit("産前産後免除"), year=pl.lit(0), asked=pl.col("born") - 20, state=pl.lit("承認"),
        until=month_number(pl.col("born")) + 2, **{"from": month_number(pl.col("born")) - 1},
    )  # fmt: skip


def _asked(first: pl.DataFrame, year: int, as_of: int) -> pl.DataFrame:
    """What some ask for in a year: students by age, the young 納付猶予, the others by income."""
    student = (ordinal(f"{year}-04-01") - pl.col("birth")) / YEAR < 22
    begins = pl.when(student).then(year * 12 + 3).otherwise(year * 12 + 6)
    rows = first.with_columns(student=student, begins=begins, year=pl.lit(year))
    last = pl.when(pl.col("end") > 0).then(month_number(pl.col("end")) - 1).otherwise(pl.col("begins") + 11)
    rows = rows.with_columns(
        **{"from": pl.max_horizontal("begins", month_number(pl.col("start")))},
        until=pl.min_horizontal("begins", last - 11) + 11,
    )
    wanted = pl.when("student").then(pl.col("person") % 3 > 0).otherwise(pl.col("person") % _TAKEN_IN == 1)
    rows = rows.filter(wanted & (pl.col("from") <= pl.col("until")) & (pl.col("begins") <= year * 12 + 6))
    asked = month_start(pl.lit(0) + ordinal("1970-01-01"), pl.col("from") - 1970 * 12) + 20 + pl.col("person") % 40
    rows = rows.with_columns(asked=asked).filter(pl.col("asked") <= as_of)
    state = (
        pl.when(pl.col("asked") + 60 > as_of).then(pl.lit("審査中"))
        .when((pl.col("person") + year) % 19 == 4).then(pl.lit("却下"))
        .otherwise(pl.lit("承認"))
    )  # fmt: skip
    return rows.with_columns(sort=_sort(year), state=state, born=pl.lit(0, dtype=pl.Int64)).drop("student", "begins")


def _sort(year: int) -> pl.Expr:
    young = (ordinal(f"{year}-07-01") - pl.col("birth")) / YEAR < 45
    income = pl.col("business")
    step = pl.when(income < 1_200_000).then(0).when(income < 1_900_000).then(1).when(income < 2_600_000).then(2)
    steps = step.otherwise(3).replace_strict(dict(enumerate(_STEPS)), return_dtype=pl.String)
    return (
        pl.when("student").then(pl.lit("学生納付特例"))
        .when(young & (pl.col("person") % 5 == 1)).then(pl.lit("納付猶予"))
        .otherwise(steps)
    )  # fmt: skip


def exemption_table(rows: pl.DataFrame, as_of: int) -> pl.DataFrame:
    granted = pl.col("state") == "承認"
    yearly = pl.col("year") > 0
    decided = pl.when(granted).then(pl.min_horizontal(pl.col("asked") + 50, pl.lit(as_of))).otherwise(0)
    era = pl.when(yearly).then(pl.lit("5") + padded(pl.col("year") - 2018, 2)).otherwise(pl.lit(""))
    forwarded = pl.min_horizontal(pl.col("asked") + 7, pl.lit(as_of))
    return rows.select(
        宛名番号="atena",
        申請連番=padded(pl.col("number"), 3),
        免除種類=code("sort", "nenkin", "menjo"),
        免除年度=era,
        申請日=wareki(pl.col("asked")),
        進達日=wareki(forwarded),
        結果=code("state", "nenkin", "kekka"),
        承認日=wareki(decided),
        開始年月=_month("from"),
        終了年月=_month("until"),
        所得年度=era,
        所得額=pl.when(yearly).then(padded(pl.col("business"), 12)).otherwise(pl.lit("")),
        扶養人数=pl.when(yearly).then(padded(pl.col("person") % 3, 2)).otherwise(pl.lit("")),
        出産日=wareki(pl.col("born")),
        多胎区分=pl.lit("0"),
        継続区分=pl.when(pl.col("sort") == "全額免除").then(pl.lit("1")).otherwise(pl.lit("0")),
        却下理由控=pl.lit(""),
        **logged(forwarded, pl.col("person")),
    )


def extra_frame(spells: pl.DataFrame, exempted: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """付加 of some who have asked for nothing: of the spell, and from, until (months, 0 open), asked, why (words)."""
    able = pl.col("kind").is_in([FIRST, VOLUNTARY]) & pl.col("latest") & ~pl.col("fund")
    some = spells.filter(able & (pl.col("start") + 120 < ground.as_of)).join(
        exempted.select("person"), on="person", how="anti"
    )
    some = some.filter((pl.col("person") % 9 == 6) | ((pl.col("kind") == VOLUNTARY) & (pl.col("person") % 2 == 0)))
    ended = pl.col("end") > 0
    asked = pl.max_horizontal(pl.col("start") + 20, pl.lit(ground.as_of - 3_000) + pl.col("person") % 2_000)
    some = some.with_columns(asked=asked).filter(~ended | (pl.col("asked") + 62 < pl.col("end")))
    given_up = ~ended & (pl.col("person") % 5 == 0) & (pl.col("asked") + 800 < ground.as_of)
    until = pl.when(ended).then(month_number(pl.col("end")) - 1).when(given_up).then(month_number(pl.col("asked")) + 20)
    why = pl.when(ended).then(pl.lit("資格の喪失")).when(given_up).then(pl.lit("辞退の申出")).otherwise(pl.lit(""))
    some = some.filter(pl.col("asked") + 40 < ground.as_of)
    some = some.with_columns(until=until.otherwise(0), why=why, **{"from": month_number(pl.col("asked"))})
    return pl.concat([some, _before_relief(spells, exempted)], how="diagonal").sort("person")


def _before_relief(spells: pl.DataFrame, exempted: pl.DataFrame) -> pl.DataFrame:
    """付加 of some until the month before they first asked for relief."""
    first = exempted.group_by("person", maintain_order=True).agg(relieved=pl.col("from").min())
    mine = (pl.col("kind") == FIRST) & pl.col("latest") & ~pl.col("fund") & (pl.col("person") % 4 == 3)
    some = spells.filter(mine).join(first, on="person", how="inner")
    begins = month_number(pl.col("start")) + 1
    return some.filter(begins + 12 < pl.col("relieved")).with_columns(
        asked=pl.col("start") + 25, until=pl.col("relieved") - 1, why=pl.lit("免除の承認"), **{"from": begins}
    )


def extra_table(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        宛名番号="atena",
        付加連番=pl.lit("001"),
        申出日=wareki(pl.col("asked")),
        開始年月=_month("from"),
        終了年月=_month("until"),
        終了区分=code("why", "nenkin", "fuka_shuryo"),
        受付番号=padded(pl.col("person") * 7 % 100_000, 6),
        **logged(pl.col("asked"), pl.col("person")),
    )


def _month(column: str) -> pl.Expr:
    """YYYYMM of a month number, '' for 0."""
    text = (pl.col(column) // 12 * 100 + pl.col(column) % 12 + 1).cast(pl.String)
    return pl.when(pl.col(column) > 0).then(text).otherwise(pl.lit(""))
