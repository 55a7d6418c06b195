"""Who was what kind of insured in 国民年金 from when to when: one truth for 住民情報 (資格欄) and 国民年金.

第1号 and 第3号 from the eve of 20 to the eve of 60, 任意加入 after it; whoever dies or moves out is lost on the day
after. The ledger of the town holds those who are or recently were 第1号 or 第3号, and their times in 厚生年金.
"""

from __future__ import annotations

import polars as pl

from sample_data.founding import ordinal
from sample_data.insurance import in_kokuho
from sample_data.society import birthday, on_welfare

FIRST, SECOND, THIRD, VOLUNTARY = "第1号被保険者", "第2号被保険者", "第3号被保険者", "任意加入被保険者"
FOR_ALL = ordinal("1961-04-01")  # 国民皆年金
OF_AGE, HIRED, LEFT_WORK, KEPT = "20歳到達", "厚生年金の加入", "厚生年金の喪失", "被扶養配偶者になった"
_LONG = 4_000  # days of those who have changed in between
_REMEMBERED = 3_650  # days the ledger keeps who has been lost
_WORDS = ("kind", "began", "ended")


def pension_spells(history: pl.DataFrame, society: pl.DataFrame) -> pl.DataFrame:
    """person, kind, start, end (0 none), began, ended by person and day; no two on one day."""
    people = _people(history, society)
    first = pl.col("first")
    turn = first + 1_000 + pl.col("person") % 900
    back = turn + 700 + pl.col("person") % 800
    people = people.with_columns(turn=turn, back=back, came=_came())
    usual = pl.col("usual")
    long = (pl.min_horizontal("stop", "today") - first) > _LONG
    away = (usual == FIRST) & long & (pl.col("person") % 3 == 0)
    hired = (usual == SECOND) & long
    kept = (usual == THIRD) & long & (pl.col("person") % 2 == 0)
    parts = [
        _part(people.filter(~away & ~hired & ~kept), "usual", "first", "stop", "came", "over"),
        _part(people.filter(away | hired), FIRST, "first", "turn", "came", HIRED),
        _part(people.filter(kept), SECOND, "first", "turn", "came", KEPT),
        _part(people.filter(away), SECOND, "turn", "back", HIRED, LEFT_WORK),
        _part(people.filter(away), FIRST, "back", "stop", LEFT_WORK, "over"),
        _part(people.filter(hired), SECOND, "turn", "retired", HIRED, "why"),
        _part(people.filter(kept), THIRD, "turn", "stop", KEPT, "over"),
        _voluntary(people),
    ]
    return pl.concat(parts).sort("person", "start")


def on_paper(spells: pl.DataFrame) -> pl.DataFrame:
    """The spells that 住民票 names: not those of 厚生年金."""
    return spells.filter(pl.col("kind") != SECOND)


def _people(history: pl.DataFrame, society: pl.DataFrame) -> pl.DataFrame:
    """Who is in the ledger: person, first and stop (the day it ends, of those still in it one to come), usual, over."""
    left = history.filter("latest").select("person", "removed_by")
    known = society.filter(pl.col("rows") > 0).join(left, on="person", how="left", maintain_order="left")
    gone = pl.col("removed_on").fill_null(0)
    eves = {f"eve{years}": birthday(years) - 1 for years in (20, 60, 65)}
    known = known.with_columns(gone=gone, today=pl.col("last_day").max(), **eves)
    leaves = pl.when(gone > 0).then(gone + 1).otherwise(pl.col("today") + 40_000)
    known = known.with_columns(
        first=pl.max_horizontal("eve20", "became_resident", pl.lit(FOR_ALL)),
        stop=pl.min_horizontal("eve60", leaves),
        usual=_usual(),
    )
    full = pl.col("stop") == pl.col("eve60")
    known = known.with_columns(over=pl.when(full).then(pl.lit("60歳到達")).otherwise(_how()))
    worked = pl.col("eve65") - pl.col("person") % 900  # 厚生年金 does not end with 60
    known = known.with_columns(
        retired=pl.min_horizontal(worked, leaves),
        why=pl.when(worked < leaves).then(pl.lit(LEFT_WORK)).otherwise(_how()),
    )
    here = (pl.col("first") < pl.col("stop")) & (pl.col("first") <= pl.col("today"))
    long = (pl.min_horizontal("stop", "today") - pl.col("first")) > _LONG
    ledger = (pl.col("usual") != SECOND) | (long & (pl.col("person") % 5 == 0))
    return known.filter(here & ledger & (pl.col("stop") > pl.col("today") - _REMEMBERED))


def _usual() -> pl.Expr:
    """The kind by work and household; of those over 60 the kind they had."""
    kept = (pl.col("sex") == 2) & (pl.col("person") % 4 == 1)
    own = in_kokuho() | on_welfare()
    older = pl.when(own).then(pl.lit("1")).when(kept).then(pl.lit("3")).otherwise(pl.lit("2"))
    kind = pl.when(pl.col("nenkin") == "").then(older).otherwise("nenkin")
    return kind.replace_strict({"1": FIRST, "2": SECOND, "3": THIRD}, return_dtype=pl.String)


def _came() -> pl.Expr:
    of_age = pl.col("first") == pl.col("eve20")
    moved = pl.col("first") == pl.col("became_resident")
    return pl.when(of_age).then(pl.lit(OF_AGE)).when(moved).then(pl.lit("転入")).otherwise(pl.lit("その他"))


def _how() -> pl.Expr:
    left = pl.col("removed_by")
    return (
        pl.when(left == "死亡").then(pl.lit("死亡"))
        .when(left == "転出").then(pl.lit("転出"))
        .when(left.str.contains("国外")).then(pl.lit("国外転出"))
        .otherwise(pl.lit("その他"))
    )  # fmt: skip


def _voluntary(people: pl.DataFrame) -> pl.DataFrame:
    """Some who have not paid for 40 years go on until 65."""
    start = pl.col("eve60") + 20
    stays = pl.when(pl.col("gone") > 0).then(pl.col("gone") + 1).otherwise(pl.col("today") + 40_000)
    some = people.filter(
        (pl.col("usual") == FIRST) & (pl.col("over") == "60歳到達") & (pl.col("person") % 11 == 3)
        & (start <= pl.col("today")) & (start < stays)
    ).with_columns(start=start, until=pl.min_horizontal("eve65", stays))  # fmt: skip
    full = pl.col("until") == pl.col("eve65")
    some = some.with_columns(over=pl.when(full).then(pl.lit("65歳到達")).otherwise(_how()))
    return _part(some, VOLUNTARY, "start", "until", "任意加入の申出", "over")


def _part(people: pl.DataFrame, kind: str, start: str, end: str, began: str, ended: str) -> pl.DataFrame:
    """Spells of some people; words that are columns are taken from them. What is still to come has not ended."""
    over = pl.col(end) <= pl.col("today")
    words = {
        name: pl.col(word) if word in people.columns else pl.lit(word)
        for name, word in zip(_WORDS, (kind, began, ended), strict=True)
    }
    words["ended"] = pl.when(over).then(words["ended"]).otherwise(pl.lit(""))
    return people.select("person", start=start, end=pl.when(over).then(end).otherwise(0), **words).select(
        "person", "kind", "start", "end", "began", "ended"
    )
