"""Who is in which 戸籍 of the town from when to when, worked out from the history of the residents.

Moving out changes nothing; death, marriage and divorce do. A 本籍 elsewhere is another municipality's business.
"""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.family_registers import family_registers

_ENTRY = {"改製": "改製", "出生": "出生", "婚姻": "婚姻", "離婚": "離婚", "帰化・国籍取得": "帰化"}
MOVED = "転籍"


def membership(ground: Ground) -> pl.DataFrame:
    """One row per person and 戸籍, in the order of 在籍番号: person, register, member (from 1), first (筆頭者), start,
    came, end (0 still there), left, surname, checked, before and after (the 戸籍 before and after, -1 none here)."""
    places = family_registers(ground.register).select("register", "here", "first")
    rows = _spells(ground.history).join(places, on="register", how="left", maintain_order="left")
    away = places.filter(~pl.col("here"))["register"].to_list()
    rows = rows.filter("here").with_columns(
        first=pl.col("first") == pl.col("person"),
        **{name: pl.when(pl.col(name).is_in(away)).then(-1).otherwise(name) for name in ("before", "after")},
    )
    ordered = rows.sort(
        ["register", "first", "start", "birth", "person"], descending=[False, True, False, False, False]
    )
    return ordered.with_columns(member=pl.int_range(1, pl.len() + 1).over("register"))


def remarried(ground: Ground, members: pl.DataFrame) -> pl.DataFrame:
    """筆頭者 who marry or part and stay in their 戸籍: their rows of `members`, what (婚姻, 離婚), day and spouse."""
    weddings = ground.history.filter(pl.col("event") == "婚姻").select("person", what="event", day="event_date")
    wed = members.filter("first").join(weddings, on="person", how="inner").filter(pl.col("start") < pl.col("day"))
    parted = members.filter(pl.col("left") == "離婚").select("register", what="left", day="end", mate="person")
    left = members.filter("first").join(parted, on="register", how="inner").with_columns(spouse="mate").drop("mate")
    both = pl.concat([wed.drop("spouse"), left], how="diagonal")
    return both.filter((pl.col("end") == 0) | (pl.col("end") > pl.col("day")))


def _spells(history: pl.DataFrame) -> pl.DataFrame:
    japanese = history.filter(pl.col("country") < 0).sort("person", "history")
    changed = (pl.col("register") != pl.col("register").shift(1)) | (pl.col("person") != pl.col("person").shift(1))
    spells = japanese.group_by("person", spell=changed.fill_null(True).cum_sum(), maintain_order=True).agg(
        pl.col("register", "birth", "birth_text", "sex", "given", "given_kana", "atena").first(),
        event=pl.col("event").first(),
        start=pl.col("event_date").first(),
        surname=pl.col("surname").last(),
        checked=pl.col("kana_checked").last(),
        dead=pl.col("removed_by").last() == "死亡",
        removed=pl.col("removed_on").last(),
    )
    weddings = japanese.filter(pl.col("event") == "婚姻").select("register", start="event_date", wedding=pl.lit(True))
    spells = spells.join(weddings.unique(), on=["register", "start"], how="left", maintain_order="left").with_columns(
        came=pl.when("wedding").then(pl.lit("婚姻")).otherwise(
            pl.col("event").replace_strict(_ENTRY, default=MOVED, return_dtype=pl.String)),
    )  # fmt: skip
    following = {
        name: pl.col(name).shift(-1).over("person", order_by="spell") for name in ("start", "came", "register")
    }
    return spells.with_columns(
        end=pl.coalesce(following["start"], pl.when("dead").then("removed")).fill_null(0),
        left=pl.coalesce(following["came"], pl.when("dead").then(pl.lit("死亡"))).fill_null(""),
        before=pl.col("register").shift(1).over("person", order_by="spell").fill_null(-1),
        after=following["register"].fill_null(-1),
    )
