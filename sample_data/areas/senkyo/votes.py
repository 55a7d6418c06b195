"""選挙 and 投票状況: who was on the list of each election and how they voted; the coming one has only its list."""

from __future__ import annotations

import numpy as np
import polars as pl

from sample_data.area import Ground
from sample_data.formats import codes
from sample_data.forms import padded, wareki
from sample_data.records import logged
from sample_data.voters import ELECTIONS, Election

_YEAR = 365.2425
_NONE, _AT_POLLS, _BEFORE, _ABSENT, _BY_POST = "投票なし", "当日投票", "期日前投票", "不在者投票", "郵便等投票"


def votes_table(people: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """投票状況 of all elections, and `voted`. `people` are in the order of the register."""
    dice = ground.dice("senkyo")
    slim = people.select(
        "number", "person", "district", "birth", "entered", "struck", "left", "by_post", "braille", "suspended"
    )
    return pl.concat([_votes(slim, one, ground.as_of, dice) for one in ELECTIONS])


def elections_table(votes: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """選挙: with the numbers on the list and of those who voted."""
    counts = votes.group_by("選挙番号").agg(listed=pl.len(), voted=pl.col("voted").sum()).sort("選挙番号")
    frame = pl.DataFrame(ELECTIONS, schema=list(Election._fields), orient="row")
    frame = frame.with_columns(選挙番号=padded(pl.col("number"), 4)).join(
        counts, on="選挙番号", how="left", maintain_order="left"
    )
    states = codes("senkyo", "senkyo_jotai")
    done = pl.col("day") <= as_of
    return frame.select(
        "選挙番号",
        選挙種別=pl.col("kind").replace_strict(codes("senkyo", "senkyo_shubetsu"), return_dtype=pl.String),
        選挙名="title",
        基準日=wareki(pl.col("base")),
        登録日=wareki(pl.col("base")),
        告示日=wareki(pl.col("notice")),
        選挙期日=wareki(pl.col("day")),
        名簿登録者数=padded(pl.col("listed").fill_null(0), 6),
        投票者数=pl.when(done).then(padded(pl.col("voted").fill_null(0), 6)).otherwise(pl.lit("")),
        選挙状態=pl.when(done).then(pl.lit(states["執行済"])).otherwise(pl.lit(states["準備中"])),
        **logged(pl.min_horizontal("day", pl.lit(as_of)), pl.col("number")),
        予備=pl.lit(""),
    )


def _votes(people: pl.DataFrame, one: Election, as_of: int, dice: np.random.Generator) -> pl.DataFrame:
    listed = min(one.base, as_of)
    on_list = (pl.col("entered") <= listed) & ((pl.col("struck") == 0) | (pl.col("struck") > listed))
    rows = people.filter(on_list)
    rows = rows.with_columns(
        come=pl.Series(dice.random(rows.height)), how=pl.Series(dice.random(rows.height)),
        age=(one.day - pl.col("birth")) / _YEAR,
    )  # fmt: skip
    here = ((pl.col("left") == 0) | (pl.col("left") > one.day)) & ~pl.col("suspended")
    turnout = 0.22 + pl.col("age").clip(18, 75) * 0.0058
    voted = here & (pl.col("come") < turnout) & pl.lit(one.day <= as_of)
    word = (
        pl.when(~voted).then(pl.lit(_NONE)).when("by_post").then(pl.lit(_BY_POST))
        .when(pl.col("how") < 0.42).then(pl.lit(_BEFORE)).when(pl.col("how") < 0.44).then(pl.lit(_ABSENT))
        .otherwise(pl.lit(_AT_POLLS))
    )  # fmt: skip
    earlier = one.notice + 1 + (pl.col("come") * 10_000).cast(pl.Int64) % (one.day - one.notice - 1)
    day = pl.when(~voted).then(0).when(word == _AT_POLLS).then(one.day).otherwise(earlier)
    helped = pl.when(voted & pl.col("braille")).then(pl.lit("2")).otherwise(pl.lit("0"))
    return rows.select(
        選挙番号=pl.lit(f"{one.number:04d}"),
        名簿番号="number",
        投票区=padded(pl.col("district"), 3),
        整理番号=padded(pl.int_range(1, pl.len() + 1), 6),
        投票区分=word.replace_strict(codes("senkyo", "tohyo_kubun"), return_dtype=pl.String),
        投票日=wareki(day),
        代理点字=helped,
        **logged(pl.lit(min(one.day, as_of)), pl.col("person")),
        予備=pl.lit(""),
        voted=voted,
    )
