"""就学."""

from __future__ import annotations

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.shugaku.faults import PLANTERS, views
from sample_data.areas.shugaku.tables import shugaku_tables
from sample_data.totals import by_value, grouped, summed

_LATEST = pl.col("簿_最新") == "1"


def _by_grade(frames: Frames) -> dict[str, int]:
    there = pl.col("簿_状態").is_in(["10", "20", "30", "40", "80"])
    return grouped(frames["gakureibo"].filter(_LATEST & there), "簿_学年", "shugaku", "gakunen")


AREA = SampleArea(
    "shugaku",
    shugaku_tables,
    keys={
        "gakureibo": ("児童生徒_宛名番号", "簿_連番"),
        "gakko": ("学校番号",),
        "kuiki": ("町字_番号",),
        "kyoka": ("許可番号",),
        "enjo": ("年度", "宛名番号"),
        "shikyu": ("対象_年度", "対象_宛名番号", "対象_番号"),
    },
    ids={
        "gakureibo": ("受付番号", "児童生徒_宛名番号"),
        "gakko": ("学校番号",),
        "kuiki": ("町字_番号",),
        "kyoka": ("許可番号",),
        "enjo": ("認定番号",),
        "shikyu": ("対象_宛名番号",),
    },
    totals={
        "zaigaku": lambda frames: by_value(
            frames["gakureibo"].filter(_LATEST & (pl.col("簿_状態") == "10")), "学校_在籍校"
        ),
        "gakunen": _by_grade,
        "kyoka": lambda frames: grouped(frames["kyoka"], "区分", "shugaku", "kyoka"),
        "enjo": lambda frames: by_value(frames["enjo"].filter(pl.col("認定区分") != "否"), "年度"),
        "shikyugaku": lambda frames: summed(frames["shikyu"], "対象_年度", "支給_額"),
        "shikyuzumi": lambda frames: summed(frames["enjo"], "年度", "支給済額"),
    },
    planters=PLANTERS,
    views=views,
)
