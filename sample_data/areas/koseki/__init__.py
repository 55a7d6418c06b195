"""戸籍."""

from __future__ import annotations

import polars as pl

from sample_data.area import SampleArea
from sample_data.areas.koseki.faults import PLANTERS, views
from sample_data.areas.koseki.tables import koseki_tables
from sample_data.totals import grouped, whole

AREA = SampleArea(
    "koseki",
    koseki_tables,
    keys={
        "koseki": ("戸籍番号",),
        "meisai": ("戸籍番号", "#在籍連番"),
        "jiko": ("戸籍番号", "#在籍連番", "#事項連番"),
        "sakuin": ("索引番号",),
    },
    ids={
        "koseki": ("戸籍番号",),
        "meisai": ("戸籍番号", "宛名番号"),
        "jiko": ("戸籍番号",),
        "sakuin": ("戸籍番号",),
    },
    totals={
        "kosekisu": lambda frames: grouped(frames["koseki"], "戸籍状態", "koseki", "koseki_jotai"),
        "honsekijinko": lambda frames: whole(frames["meisai"].filter(pl.col("在籍区分") == "1")),
        "mibun": lambda frames: grouped(frames["jiko"], "事項", "koseki", "jiko"),
        "sakuin": lambda frames: grouped(frames["sakuin"], "種別", "koseki", "joseki_shubetsu"),
        "gazo": lambda frames: {"": int(frames["sakuin"]["枚数"].cast(pl.Int64).sum())},
    },
    planters=PLANTERS,
    views=views,
)
