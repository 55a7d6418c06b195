"""Who is on the 選挙人名簿, from when to when: one truth for the register of voters and the 資格欄 of 住民情報.

A Japanese resident is entered on the first day of registration (定時: March, June, September, December; or before an
election) on which they are of age and three months have passed since their 住民票 was made, for arrivals since they
said so at the counter. The dead are struck off at once, those who moved away when four months are over.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import polars as pl

from sample_data.dated import figure
from sample_data.forms import EPOCH, to_date, wareki
from sample_data.founding import ordinal
from sample_data.society import birthday

REGULAR, FOR_ELECTION = "定時登録", "選挙時登録"
DEAD, GONE, ABROAD = "死亡による抹消", "転出後4か月による抹消", "在外選挙人名簿への移替えによる抹消"
_ARRIVALS = ("転入", "国外からの転入")
_NEW_AGE = ordinal("2016-06-19")
_LATER = 4_000_000  # after every day


class Election(NamedTuple):
    """One election: number, kind (a word of the code map), title, and its days as ordinals."""

    number: int
    kind: str
    title: str
    base: int  # 基準日・登録日
    notice: int  # 公示・告示日
    day: int  # 選挙期日


_HOUSE, _COUNCILLORS = "衆議院議員選挙", "参議院議員選挙"
_CALLED = (
    (_HOUSE, "第４９回衆議院議員総選挙", "2021-10-18", "2021-10-19", "2021-10-31"),
    (_COUNCILLORS, "第２６回参議院議員通常選挙", "2022-06-21", "2022-06-22", "2022-07-10"),
    ("県議会議員選挙", "福岡県議会議員一般選挙", "2023-03-30", "2023-03-31", "2023-04-09"),
    (_HOUSE, "第５０回衆議院議員総選挙", "2024-10-14", "2024-10-15", "2024-10-27"),
    ("県知事選挙", "福岡県知事選挙", "2025-03-05", "2025-03-06", "2025-03-23"),
    (_COUNCILLORS, "第２７回参議院議員通常選挙", "2025-07-02", "2025-07-03", "2025-07-20"),
    (_HOUSE, "第５１回衆議院議員総選挙", "2026-01-26", "2026-01-27", "2026-02-08"),
    ("町長選挙", "岡垣町長選挙（見本）", "2026-10-19", "2026-10-20", "2026-10-25"),
)
ELECTIONS = tuple(
    Election(number, kind, title, *(ordinal(day) for day in days))
    for number, (kind, title, *days) in enumerate(_CALLED, start=1)
)


def regular_days(since: int, until: int) -> list[int]:
    """The first of March, June, September and December between two days."""
    years = range(date.fromordinal(since).year, date.fromordinal(until).year + 1)
    days = [date(year, month, 1).toordinal() for year in years for month in (3, 6, 9, 12)]
    return [day for day in days if since <= day <= until]


def voters(history: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """One row per person ever entered: person, basis (the day the three months run from), base, entered (ordinals),
    kind, election (0 none), left (the day they were no longer residents, 0 none), told (when the town knew),
    struck (the day of 抹消, 0 none), why (a word of the code map, '')."""
    people = _people(history)
    months = figure("選挙人名簿の住所の月数", date.fromordinal(as_of).isoformat())
    settled = months_later(pl.col("basis"), months)
    people = people.with_columns(settled=settled).with_columns(ready=pl.max_horizontal("settled", _of_age()))
    days = pl.DataFrame({"base": regular_days(ordinal("1900-01-01"), as_of)})
    entered = people.sort("ready", "person").join_asof(
        days, left_on="ready", right_on="base", strategy="forward", check_sortedness=False
    )
    entered = entered.with_columns(pl.col("base").fill_null(_LATER), election=pl.lit(0))
    for one in ELECTIONS:
        entered = _before_election(entered, one, as_of)
    stays = (pl.col("left") == 0) | (pl.col("left") > pl.col("base"))
    entered = entered.filter((pl.col("base") <= as_of) & stays)
    return _struck(entered, as_of).sort("person")


def months_later(day: pl.Expr, months: int) -> pl.Expr:
    """The same day of the month so many months later (the last day of a shorter month), as an ordinal."""
    return to_date(day).dt.offset_by(f"{months}mo").cast(pl.Int32).cast(pl.Int64) + EPOCH


def _people(history: pl.DataFrame) -> pl.DataFrame:
    """Japanese people: birth, when their 住民票 was made or they said they had arrived, when and how they left."""
    first = pl.col("history") == 1
    rows = history.filter(pl.col("country") < 0)
    day = to_date(pl.col("birth"))
    year_end = pl.date(day.dt.year(), 12, 31).cast(pl.Int32).cast(pl.Int64) + EPOCH
    odd = pl.col("birth_text") != wareki(pl.col("birth"))  # a day that is unknown or in no calendar
    began = rows.filter(first).select(
        "person",
        birth=pl.when(odd).then(year_end).otherwise("birth"),
        basis=pl.when(pl.col("event").is_in(_ARRIVALS)).then("processed").otherwise("became_resident"),
    )  # fmt: skip
    ended = rows.filter("latest").select("person", "removed_by", left="removed_on", told="processed")
    return began.join(ended, on="person", how="left", maintain_order="left")


def _of_age() -> pl.Expr:
    """The day before the 20th birthday; since 2016-06-19 before the 18th."""
    grown = birthday(20) - 1
    return pl.when(grown < _NEW_AGE).then(grown).otherwise(pl.max_horizontal(birthday(18) - 1, pl.lit(_NEW_AGE)))


def _before_election(entered: pl.DataFrame, one: Election, as_of: int) -> pl.DataFrame:
    """Who would have had to wait for the next regular day is entered for the election; age counts on its day."""
    young = birthday(18) - 1 <= one.day
    earlier = young & (pl.col("settled") <= one.base) & (pl.col("base") > one.base) & pl.lit(one.base <= as_of)
    return entered.with_columns(
        base=pl.when(earlier).then(one.base).otherwise("base"),
        election=pl.when(earlier).then(one.number).otherwise("election"),
    )


def _struck(entered: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """抹消: the dead when the town knew, those gone the day after four months (or later, when it knew later)."""
    months = figure("転出者を抹消する月数", date.fromordinal(as_of).isoformat())
    dead = pl.col("removed_by") == "死亡"
    to_list_abroad = on_list_abroad() & (pl.col("left") >= ordinal("2018-06-01"))
    later = pl.max_horizontal(months_later(pl.col("left"), months) + 1, "told")
    day = pl.when(dead).then("told").when(to_list_abroad).then(pl.col("told") + 20).otherwise(later)
    struck = pl.when((pl.col("left") > 0) & (day <= as_of)).then(day).otherwise(0)
    why = pl.when(dead).then(pl.lit(DEAD)).when(to_list_abroad).then(pl.lit(ABROAD)).otherwise(pl.lit(GONE))
    old_day = pl.col("base") < ordinal("2017-06-01")  # 登録日 was the second of the month
    regular = pl.col("election") == 0
    return entered.select(
        "person", "basis", "base", "election", "left", "told", "removed_by", struck=struck,
        entered=pl.when(old_day & regular).then(pl.col("base") + 1).otherwise("base"),
        kind=pl.when(regular).then(pl.lit(REGULAR)).otherwise(pl.lit(FOR_ELECTION)),
        why=pl.when(struck > 0).then(why).otherwise(pl.lit("")),
    )  # fmt: skip


def on_list_abroad() -> pl.Expr:
    """Whether who moved abroad asked to be on the 在外選挙人名簿."""
    return pl.col("removed_by") == "国外への転出"
