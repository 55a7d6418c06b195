"""子ども・子育て支援."""

from __future__ import annotations

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.kosodate.faults import PLANTERS, views
from sample_data.areas.kosodate.tables import kosodate_tables
from sample_data.totals import grouped, summed, whole

_TODAY = "2026/10/01"


def _valid(frames: Frames) -> dict[str, int]:
    """Days written YYYY/MM/DD compare as text."""
    now = (pl.col("有効期間自") <= _TODAY) & (pl.col("有効期間至") >= _TODAY) & (pl.col("取消日") == "")
    return grouped(frames["nintei"].filter(now), "認定区分", "kosodate", "nintei_kubun")


def _using(frames: Frames) -> dict[str, int]:
    using = frames["riyo"].filter(pl.col("利用状況") == "1")
    counts = using.group_by("広域区分", maintain_order=True).len().rows()
    return whole(using) | dict(counts)


AREA = SampleArea(
    "kosodate",
    kosodate_tables,
    keys={
        "nintei": ("認定番号", "#認定連番"),
        "riyo": ("認定番号", "#利用連番"),
        "futan": ("認定番号", "年度", "期区分", "#変更番号"),
        "chotei": ("年度", "認定番号", "調定月"),
        "shisetsu": ("施設番号",),
        "mushoka": ("無償化番号",),
    },
    ids={
        "nintei": ("認定番号",),
        "riyo": ("認定番号",),
        "futan": ("決定番号",),
        "chotei": ("通知書番号",),
        "shisetsu": ("施設番号",),
        "mushoka": ("無償化番号",),
    },
    totals={
        "nintei": _valid,
        "riyo": _using,
        "choteigaku": lambda frames: summed(frames["chotei"], "年度", "調定額"),
        "minogaku": lambda frames: summed(frames["chotei"], "年度", "未納額"),
        "shisetsu": lambda frames: grouped(
            frames["shisetsu"].filter(pl.col("廃止日") == ""), "種別", "kosodate", "shubetsu"
        ),
        "shisetsuto": lambda frames: grouped(
            frames["mushoka"].filter(pl.col("認定種別") != "N"), "認定種別", "kosodate", "mushoka_shubetsu"
        ),
        "nyujito": lambda frames: whole(frames["mushoka"].filter(pl.col("認定種別") == "N")),
    },
    planters=PLANTERS,
    views=views,
)
