"""印鑑登録."""

from __future__ import annotations

import polars as pl

from sample_data.area import Frames, Ground, SampleArea
from sample_data.areas.inkan.faults import PLANTERS
from sample_data.areas.inkan.tables import inkan_tables
from sample_data.totals import grouped, whole


def _draw(ground: Ground) -> dict[str, pl.DataFrame]:
    return inkan_tables(ground.register, ground.persons, ground.history, ground.seed)


def _registered(frames: Frames) -> pl.DataFrame:
    return frames["toroku"].filter(pl.col("登録状態").is_in(["A", "S"]))


AREA = SampleArea(
    "inkan",
    _draw,
    keys={
        "toroku": ("登録番号",),
        "inei_index": ("登録番号", "#印影連番"),
        "inei_gazo": ("ファイル名",),
        "haishi": ("登録番号", "#廃止連番"),
    },
    ids={
        "toroku": ("登録番号", "宛名番号"),
        "inei_index": ("登録番号",),
        "inei_gazo": ("ファイル名",),
        "haishi": ("登録番号",),
    },
    totals={
        "torokushasu": lambda frames: {"": _registered(frames)["宛名番号"].n_unique()},
        "toroku_jotai": lambda frames: grouped(frames["toroku"], "登録状態", "inkan", "toroku_jotai"),
        "inei": lambda frames: whole(frames["inei_index"]),
        "inei_gazo": lambda frames: whole(frames["inei_gazo"]),
        "haishi": lambda frames: grouped(frames["haishi"], "廃止事由", "inkan", "haishi_jiyu"),
    },
    planters=PLANTERS,
)
