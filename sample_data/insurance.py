"""Who was in which health insurance from when to when, worked out from the history of the residents.

One truth for 住民情報 (資格欄), 国民健康保険, 後期高齢者医療 and 介護保険. Whole households are in 国保 or not;
whoever comes to 後期 leaves 国保 on that day; who dies or moves out leaves on the day after.
"""

from __future__ import annotations

import polars as pl

from sample_data.forms import EPOCH, wareki, western
from sample_data.founding import ordinal
from sample_data.society import birthday, on_welfare

FOR_ALL = ordinal("1961-04-01")  # 国民皆保険
KOKI_BEGAN = ordinal("2008-04-01")
KAIGO_BEGAN = ordinal("2000-04-01")
OTHER, MOVED, WELFARE, HOUSE = "社会保険", "転出", "生活保護", "世帯変更"


def stays(history: pl.DataFrame, society: pl.DataFrame) -> pl.DataFrame:
    """A row for every time a person spent in one household: person, household, start, end (0: still there), how the
    first began (`came`) and the last ended (`left`), birth, koki_from, and whether it is the person's first or last."""
    first = pl.col("history") == 1
    rows = history.select(
        "person", "history", "household", "removed_on", "removed_by", "event", "birth",
        start=pl.when(first).then(pl.min_horizontal("became_resident", "event_date")).otherwise("event_date"),
    ).sort("person", "history")  # fmt: skip
    changed = (pl.col("household") != pl.col("household").shift(1)).fill_null(True) | (pl.col("history") == 1)
    rows = rows.with_columns(stay=changed.cum_sum())
    joined = rows.group_by("stay", maintain_order=True).agg(
        pl.col("person", "household", "birth", "start").first(),
        came=pl.col("event").first(),
        left=pl.col("removed_by").last(),
        gone=pl.col("removed_on").last(),
    )
    following = pl.col("start").shift(-1).over("person").fill_null(0)
    last = following == 0
    koki = society.select("person", "koki_from", "last_day")
    return (
        joined.join(koki, on="person", how="left", maintain_order="left")
        .with_columns(
            end=pl.when(last).then("gone").otherwise(following),
            first=pl.col("start").cum_count().over("person") == 1,
            last=last,
        )
        .filter((pl.col("end") == 0) | (pl.col("end") > pl.col("start")))
        .drop("stay", "gone")
    )


def kokuho_spells(history: pl.DataFrame, society: pl.DataFrame) -> pl.DataFrame:
    """person, household, start, end (the day of 喪失, 0 none), began and ended (words of the code maps), student."""
    all_stays = stays(history, society)
    mine = in_kokuho() & ~on_welfare()
    before, after = pl.col("household").shift(1).over("person"), pl.col("household").shift(-1).over("person")
    neighbours = all_stays.with_columns(
        mine=mine,
        was=mine.shift(1).over("person").fill_null(False),
        was_welfare=(before % 97 == 3).fill_null(False),
        stays_in=mine.shift(-1).over("person").fill_null(False),
        next_welfare=(after % 97 == 3).fill_null(False),
    )
    spells = neighbours.filter(pl.col("mine")).with_columns(start=pl.max_horizontal("start", pl.lit(FOR_ALL)))
    ended = _ended()
    spells = spells.with_columns(began=_began(), ended=ended).with_columns(end=_day_of_loss(), student=_student())
    kept = (pl.col("end") == 0) | (pl.col("end") > pl.col("start"))
    away = pl.col("student")
    return spells.filter((pl.col("koki_from") > pl.col("start")) & kept).select(
        "person", "household", "birth", "start", "student",
        "began",
        end=pl.when(away).then(0).otherwise("end"),
        ended=pl.when(away).then(pl.lit("")).otherwise("ended"),
    )  # fmt: skip


def koki_spells(history: pl.DataFrame, society: pl.DataFrame) -> pl.DataFrame:
    """person, birth, start, end (0 none), began, ended: moving house within the town changes nothing."""
    found = stays(history, society).filter(~on_welfare() & (pl.col("koki_from") <= pl.col("last_day")))
    removed = pl.col("last") & (pl.col("end") > 0)
    found = found.with_columns(start=pl.max_horizontal("start", "koki_from"))
    found = found.filter((pl.col("end") == 0) | (pl.col("end") + removed.cast(pl.Int64) > pl.col("start")))
    apart = (pl.col("start") != pl.col("end").shift(1).over("person")).fill_null(True)
    found = found.with_columns(spell=apart.cum_sum().over("person"))
    reached = pl.col("start") == pl.col("koki_from")
    early = birthday(75) > pl.col("start")
    merged = found.group_by("person", "spell", maintain_order=True).agg(
        pl.col("birth", "start", "koki_from", "came", "first").first(), pl.col("end", "left", "last").last()
    )
    return merged.select(
        "person", "birth", "start",
        early=early,
        end=pl.when(removed).then(pl.col("end") + 1).otherwise("end"),
        began=pl.when(reached & early).then(pl.lit("障害認定"))
        .when(reached & (pl.col("start") == KOKI_BEGAN)).then(pl.lit("制度開始"))
        .when(reached).then(pl.lit("年齢到達")).when("first").then(pl.lit("転入")).otherwise(pl.lit("生活保護廃止")),
        ended=pl.when(removed).then(_removal()).when(pl.col("end") > 0).then(pl.lit("生活保護開始"))
        .otherwise(pl.lit("")),
    )  # fmt: skip


def off_welfare_spells(history: pl.DataFrame, society: pl.DataFrame) -> pl.DataFrame:
    """適用除外 of 後期: person, start, end (0 none) of the stays on 生活保護 of those who would be in 後期."""
    found = stays(history, society).filter(on_welfare() & (pl.col("koki_from") <= pl.col("last_day")))
    found = found.with_columns(start=pl.max_horizontal("start", "koki_from"))
    return found.filter((pl.col("end") == 0) | (pl.col("end") > pl.col("start"))).select("person", "start", "end")


def moved_to_facility(as_of: int) -> pl.Expr:
    """Old people who moved into a facility elsewhere and keep their insurance (住所地特例); not long ago."""
    recent = pl.col("removed_on") > as_of - 1_500
    return (pl.col("removed_by") == "転出") & (pl.col("age") >= 75) & (pl.col("person") % 6 == 1) & recent


def with_eve_of_65(frame: pl.DataFrame) -> pl.DataFrame:
    """`birth` (of a day that is not known, `odd`, the last of the year) and `eve`, the day 第1号 begins."""
    year = (pl.col("birth") - EPOCH).cast(pl.Int32).cast(pl.Date).dt.year()
    whole = pl.date(year, 12, 31).cast(pl.Int32).cast(pl.Int64) + EPOCH
    return frame.with_columns(birth=pl.when("odd").then(whole).otherwise("birth")).with_columns(eve=birthday(65) - 1)


def first_insured_from() -> pl.Expr:
    """The day of 第1号 of 介護保険: the eve of 65, moving in, or the beginning of the insurance."""
    return pl.max_horizontal("eve", "became_resident", pl.lit(KAIGO_BEGAN))


def first_insured_spells(history: pl.DataFrame) -> pl.DataFrame:
    """person, start, end (0) of 第1号 of 介護保険."""
    written = pl.when(pl.col("country") < 0).then(wareki(pl.col("birth"))).otherwise(western(pl.col("birth")))
    people = history.filter("latest").with_columns(odd=pl.col("birth_text") != written)
    return with_eve_of_65(people).select("person", start=first_insured_from(), end=pl.lit(0, dtype=pl.Int64))


def covered(days: pl.DataFrame, spells: pl.DataFrame) -> pl.Series:
    """For every row (person, day): the start of the spell that covers the day, 0 for none."""
    rows = days.with_row_index("row").sort("day")
    starts = spells.select("person", "start", "end").sort("start")
    found = rows.join_asof(starts, left_on="day", right_on="start", by="person", check_sortedness=False).sort("row")
    inside = pl.col("start").is_not_null() & ((pl.col("end") == 0) | (pl.col("day") < pl.col("end")))
    return found.select(since=pl.when(inside).then("start").otherwise(0)).to_series()


def in_kokuho() -> pl.Expr:
    """Whether the `household` is one of those in 国保."""
    return pl.col("household") % 4 == 0


def _began() -> pl.Expr:
    came = pl.col("came")
    return (
        pl.when("was").then(pl.lit(HOUSE))
        .when(pl.col("first") & (came == "出生")).then(pl.lit("出生"))
        .when("first").then(pl.lit("転入"))
        .when("was_welfare").then(pl.lit("生活保護廃止"))
        .otherwise(pl.lit("社会保険離脱"))
    )  # fmt: skip


def _ended() -> pl.Expr:
    """How the spell ends: 後期 when that comes first, else as the stay ends."""
    removed = pl.col("last") & (pl.col("end") > 0)
    to_koki = (pl.col("koki_from") <= pl.col("last_day")) & (
        (pl.col("end") == 0) | (pl.col("koki_from") < pl.col("end") + removed.cast(pl.Int64))
    )
    return (
        pl.when(to_koki).then(pl.lit("後期高齢者医療加入"))
        .when(removed).then(_removal())
        .when(pl.col("end") == 0).then(pl.lit(""))
        .when("stays_in").then(pl.lit(HOUSE))
        .when("next_welfare").then(pl.lit("生活保護開始"))
        .otherwise(pl.lit("社会保険加入"))
    )  # fmt: skip


def _removal() -> pl.Expr:
    left = pl.col("left")
    return pl.when(left == "死亡").then(pl.lit("死亡")).when(left.str.contains("転出")).then(pl.lit(MOVED)).otherwise(
        pl.lit("職権消除")
    )  # fmt: skip


def _day_of_loss() -> pl.Expr:
    """後期, 生活保護 and a change of household count from the day itself, everything else from the day after."""
    return (
        pl.when(pl.col("ended") == "後期高齢者医療加入").then("koki_from")
        .when(pl.col("ended").is_in(["", HOUSE, "生活保護開始"])).then("end")
        .otherwise(pl.col("end") + 1)
    )  # fmt: skip


def _student() -> pl.Expr:
    """マル学: who left for a school elsewhere keeps the insurance of the family."""
    age = (pl.col("end") - pl.col("birth")) / 365.2425
    recent = pl.col("end") > ordinal("2021-03-01")
    return (pl.col("ended") == MOVED) & age.is_between(18, 23) & recent
