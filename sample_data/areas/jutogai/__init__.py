"""住登外者宛名番号管理."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground, SampleArea
from sample_data.areas.jutogai.faults import PLANTERS
from sample_data.areas.jutogai.tables import jutogai_tables
from sample_data.totals import grouped, whole


def _draw(ground: Ground) -> dict[str, pl.DataFrame]:
    people = int(ground.persons["resident"].sum()) * 15 // 31
    return jutogai_tables(ground.lists, people, ground.seed, ground.as_of)


AREA = SampleArea(
    "jutogai",
    _draw,
    keys={"jutogai": ("宛名番号",)},
    ids={"jutogai": ("宛名番号", "名寄先番号")},
    totals={
        "atena": lambda frames: whole(frames["jutogai"]),
        "atena_gyomu": lambda frames: grouped(frames["jutogai"], "登録業務", "jutogai", "toroku_gyomu"),
    },
    planters=PLANTERS,
)
