"""介護保険."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.kaigo.faults import PLANTERS
from sample_data.areas.kaigo.premiums import SLOTS
from sample_data.areas.kaigo.tables import kaigo_tables
from sample_data.totals import grouped, summed

_TODAY = "5081001"


def _views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_certified: the person has a certificate; _second: the certificate is of somebody who is 第2号 today."""
    certified = tables["kaigo"]["nintei"]["被保番号"].unique(maintain_order=True).to_list()
    insured = tables["kaigo"]["hihokensha"]
    second = insured.filter((pl.col("最新区分") == "1") & (pl.col("号区分") != "1"))["被保番号"].to_list()
    return {
        "hihokensha": insured.with_columns(_certified=pl.col("被保番号").is_in(certified)),
        "nintei": tables["kaigo"]["nintei"].with_columns(_second=pl.col("被保番号").is_in(second)),
    }


def _insured(frames: Frames) -> dict[str, int]:
    return grouped(frames["hihokensha"].filter(pl.col("喪失日") == "0000000"), "号区分", "kaigo", "go_kubun")


def _certified(frames: Frames) -> dict[str, int]:
    """Days of 平成 and 令和 compare as text."""
    valid = (pl.col("有効期間自") <= _TODAY) & (pl.col("有効期間至") >= _TODAY) & (pl.col("最新区分") == "1")
    return grouped(frames["nintei"].filter(valid), "介護度", "kaigo", "kaigodo")


def _drawn(frames: Frames) -> dict[str, int]:
    parts = [frames["fuka"].select("賦課年度", 額=f"依頼額{slot}").filter(pl.col("額") != "") for slot in SLOTS]
    return summed(pl.concat(parts), "賦課年度", "額")


AREA = SampleArea(
    "kaigo",
    kaigo_tables,
    keys={
        "hihokensha": ("被保番号", "#資格連番"),
        "nintei": ("被保番号", "#認定連番"),
        "futan": ("被保番号", "#割合連番"),
        "fuka": ("賦課年度", "被保番号"),
    },
    ids={
        "hihokensha": ("被保番号", "宛名番号"),
        "nintei": ("被保番号",),
        "futan": ("被保番号",),
        "fuka": ("被保番号",),
    },
    totals={
        "hihokenshasu": _insured,
        "nintei": _certified,
        "hokenryo": lambda frames: summed(frames["fuka"], "賦課年度", "年額"),
        "tokucho": _drawn,
    },
    planters=PLANTERS,
    views=_views,
)
