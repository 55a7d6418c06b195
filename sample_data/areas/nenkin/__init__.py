"""国民年金."""

from __future__ import annotations

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.nenkin.faults import PLANTERS, views
from sample_data.areas.nenkin.tables import nenkin_tables
from sample_data.forms import NO_DAY
from sample_data.totals import grouped, whole


def _insured(frames: Frames) -> dict[str, int]:
    rows = frames["shubetsu"].filter((pl.col("最新区分") == "1") & (pl.col("喪失日") == NO_DAY))
    return grouped(rows, "種別", "nenkin", "shubetsu")


AREA = SampleArea(
    "nenkin",
    nenkin_tables,
    keys={
        "hihokensha": ("宛名番号",),
        "shubetsu": ("宛名番号", "#異動連番"),
        "menjo": ("宛名番号", "#申請連番"),
        "fuka": ("宛名番号", "#付加連番"),
    },
    ids={name: ("宛名番号",) for name in ("hihokensha", "shubetsu", "menjo", "fuka")},
    totals={
        "hihokenshasu": _insured,
        "shutoku": lambda frames: grouped(frames["shubetsu"], "取得事由", "nenkin", "shutoku"),
        "menjo": lambda frames: grouped(frames["menjo"].filter(pl.col("結果") == "A"), "免除種類", "nenkin", "menjo"),
        "shinsachu": lambda frames: whole(frames["menjo"].filter(pl.col("結果") == "S")),
        "fuka": lambda frames: whole(frames["fuka"].filter(pl.col("終了年月") == "")),
    },
    planters=PLANTERS,
    views=views,
)
