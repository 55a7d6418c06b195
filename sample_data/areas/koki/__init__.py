"""後期高齢者医療."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.koki import collection, premiums
from sample_data.areas.koki.faults import PLANTERS, views
from sample_data.areas.koki.tables import koki_tables
from sample_data.forms import NO_DAY
from sample_data.totals import grouped, summed, whole

_TODAY = "5081001"


def _insured(frames: Frames) -> pl.DataFrame:
    return frames["hihokensha"].filter((pl.col("最新区分") == "1") & (pl.col("喪失日") == NO_DAY))


def _shares(frames: Frames) -> dict[str, int]:
    """Days of 令和 compare as text."""
    valid = (pl.col("適用自") <= _TODAY) & (pl.col("適用至") >= _TODAY)
    return grouped(frames["futan"].filter(valid), "割合", "koki", "wariai")


def _relief(frames: Frames) -> dict[str, int]:
    return whole(frames["fuka"]) | dict(frames["fuka"].group_by("軽減区分", maintain_order=True).len().rows())


def _slots(table: pl.DataFrame, name: str, slots: Sequence[str]) -> dict[str, int]:
    parts = [table.select("賦課年度", 額=f"{name}{slot}").filter(pl.col("額") != "") for slot in slots]
    return summed(pl.concat(parts), "賦課年度", "額")


AREA = SampleArea(
    "koki",
    koki_tables,
    keys={
        "hihokensha": ("宛名番号", "#資格連番"),
        "jogai": ("宛名番号", "#除外連番"),
        "futan": ("被保番号", "#割合連番"),
        "fuka": ("賦課年度", "被保番号"),
        "kiwari": ("賦課年度", "被保番号"),
        "shuno": ("収納番号",),
    },
    ids={
        "hihokensha": ("宛名番号", "被保番号"),
        "jogai": ("宛名番号",),
        "futan": ("被保番号",),
        "fuka": ("被保番号",),
        "kiwari": ("被保番号",),
        "shuno": ("被保番号",),
    },
    totals={
        "hihokenshasu": lambda frames: grouped(_insured(frames), "取得事由", "koki", "shutoku"),
        "shogai": lambda frames: whole(_insured(frames).filter(pl.col("障害認定日") != NO_DAY)),
        "futan": _shares,
        "hokenryo": lambda frames: summed(frames["fuka"], "賦課年度", "年額"),
        "keigen": _relief,
        "tokucho": lambda frames: _slots(frames["fuka"], "依頼額", premiums.SLOTS),
        "kibetsu": lambda frames: _slots(frames["kiwari"], "期別額", collection.SLOTS),
        "minogaku": lambda frames: _slots(frames["kiwari"], "未納額", collection.SLOTS),
        "shuno": lambda frames: grouped(frames["shuno"], "収納種別", "koki", "shuno"),
    },
    planters=PLANTERS,
    views=views,
)
