"""国民健康保険."""

from __future__ import annotations

import polars as pl

from sample_data.area import Frames, Ground, SampleArea
from sample_data.areas.kokuho.faults import PLANTERS, views
from sample_data.areas.kokuho.levy import SLOTS
from sample_data.areas.kokuho.tables import kokuho_tables
from sample_data.forms import NO_DAY
from sample_data.totals import grouped, summed, whole


def _draw(ground: Ground) -> dict[str, pl.DataFrame]:
    return kokuho_tables(ground)


def _insured(frames: Frames) -> pl.DataFrame:
    return frames["shikaku"].filter((pl.col("最新区分") == "1") & (pl.col("喪失年月日") == NO_DAY))


def _unpaid(frames: Frames) -> dict[str, int]:
    parts = [frames["fuka"].select(year="賦課年度", sum=f"未納額{slot}") for slot in SLOTS]
    return summed(pl.concat(parts), "year", "sum")


def _granted(frames: Frames) -> dict[str, int]:
    paid = frames["kogaku"].filter(pl.col("状態") == "2")
    return {"": int(paid["支給額"].cast(pl.Int64).sum())}


AREA = SampleArea(
    "kokuho",
    _draw,
    keys={
        "setai": ("国保世帯番号",),
        "shikaku": ("宛名番号", "#資格連番"),
        "fuka": ("賦課年度", "通知書番号"),
        "keigen": ("国保世帯番号", "#連番"),
        "gendo": ("宛名番号", "#連番"),
        "kogaku": ("支給番号",),
    },
    ids={
        "setai": ("国保世帯番号", "世帯主宛名番号"),
        "shikaku": ("国保世帯番号", "宛名番号"),
        "fuka": ("国保世帯番号",),
        "keigen": ("国保世帯番号",),
        "gendo": ("宛名番号",),
        "kogaku": ("国保世帯番号",),
    },
    totals={
        "hihokenshasu": lambda frames: whole(_insured(frames)),
        "setaisu": lambda frames: whole(frames["setai"].filter(pl.col("状態") == "1")),
        "nenzeigaku": lambda frames: summed(frames["fuka"], "賦課年度", "年税額"),
        "keigen_setai": lambda frames: grouped(frames["fuka"], "軽減区分", "kokuho", "keigen"),
        "minogaku": _unpaid,
        "kogaku": _granted,
    },
    planters=PLANTERS,
    views=views,
)
