"""固定資産税: host files, ten years of 年度別評価, five years of levies."""

from __future__ import annotations

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.kotei.faults import BYTES, PLANTERS
from sample_data.areas.kotei.tables import SLOTS, TERMS, kotei_tables
from sample_data.totals import grouped, summed


def _terms(frames: Frames, column: str) -> dict[str, int]:
    parts = [frames["fuka"].select("年度", 額=f"{column}{slot}") for slot in TERMS]
    return summed(pl.concat(parts), "年度", "額")


def _members(frames: Frames) -> dict[str, int]:
    return {"": sum(frames["kyoyu"].filter(pl.col(f"共有者{slot}") != "").height for slot in SLOTS)}


AREA = SampleArea(
    "kotei",
    kotei_tables,
    keys={
        "gimusha": ("義務者番号",),
        "tochi": ("土地番号",),
        "kaoku": ("家屋物件番号",),
        "shokyaku": ("義務者番号", "#資産番号"),
        "kyoyu": ("義務者番号",),
        "tochi_nendo": ("年度", "土地番号"),
        "kaoku_nendo": ("年度", "家屋物件番号"),
        "fuka": ("年度", "義務者番号"),
    },
    ids={
        "gimusha": ("義務者番号", "宛名番号"),
        "tochi": ("土地番号",),
        "kaoku": ("家屋物件番号",),
        "shokyaku": ("義務者番号",),
        "kyoyu": ("義務者番号",),
        "tochi_nendo": ("土地番号",),
        "kaoku_nendo": ("家屋物件番号",),
        "fuka": ("義務者番号",),
    },
    totals={
        "gimushasu": lambda frames: grouped(frames["gimusha"], "義務者区分", "kotei", "gimusha_kubun"),
        "hissu": lambda frames: grouped(
            frames["tochi"].filter(pl.col("消滅日") == "0000000"), "現況地目", "kotei", "chimoku"
        ),
        "munesu": lambda frames: grouped(
            frames["kaoku"].filter(pl.col("滅失日") == "0000000"), "種類", "kotei", "shurui"
        ),
        "tochi_hyoka": lambda frames: summed(frames["tochi_nendo"], "年度", "評価額"),
        "tochi_kazei": lambda frames: summed(frames["tochi_nendo"], "年度", "課税標準額"),
        "kaoku_hyoka": lambda frames: summed(frames["kaoku_nendo"], "年度", "評価額"),
        "kaoku_kazei": lambda frames: summed(frames["kaoku_nendo"], "年度", "課税標準額"),
        "kyoyusha": _members,
        "chotei": lambda frames: summed(frames["fuka"], "年度", "年税額"),
        "kibetsu": lambda frames: _terms(frames, "期別税額"),
        "shuno": lambda frames: _terms(frames, "収納額"),
        "mino": lambda frames: _terms(frames, "未納額"),
    },
    planters=PLANTERS,
    bytes=BYTES,
)
