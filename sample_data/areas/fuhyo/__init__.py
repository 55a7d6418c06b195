"""戸籍の附票."""

from __future__ import annotations

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.fuhyo.faults import PLANTERS, views
from sample_data.areas.fuhyo.tables import fuhyo_tables
from sample_data.totals import grouped, whole


def _there(frames: Frames) -> pl.DataFrame:
    return frames["zaisekisha"].filter(pl.col("在籍区分") == "1")


AREA = SampleArea(
    "fuhyo",
    fuhyo_tables,
    keys={
        "fuhyo": ("附票番号",),
        "zaisekisha": ("附票番号", "#在籍連番"),
        "jusho": ("附票番号", "#在籍連番", "#住所連番"),
    },
    ids={
        "fuhyo": ("附票番号", "戸籍番号"),
        "zaisekisha": ("附票番号", "戸籍番号", "宛名番号"),
        "jusho": ("附票番号",),
    },
    totals={
        "fuhyosu": lambda frames: grouped(frames["fuhyo"], "附票状態", "fuhyo", "fuhyo_jotai"),
        "honsekijinko": lambda frames: whole(_there(frames)),
        "jusho": lambda frames: grouped(frames["jusho"], "住所区分", "fuhyo", "jusho_kubun"),
        "yokushi": lambda frames: whole(frames["zaisekisha"].filter(pl.col("抑止区分") == "1")),
        "zaigai": lambda frames: whole(_there(frames).filter(pl.col("在外選挙区分") == "1")),
    },
    planters=PLANTERS,
    views=views,
)
