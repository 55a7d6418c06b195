"""障害者福祉."""

from __future__ import annotations

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.shogai.faults import PLANTERS
from sample_data.areas.shogai.tables import shogai_tables
from sample_data.totals import grouped

_BOOKS = {"shintai": "1", "ryoiku": "2", "seishin": "3"}


def _held(frames: Frames) -> dict[str, int]:
    """手帳 in hand by kind, each counted on its own sheet."""
    held = (pl.col("最新") == "1") & (pl.col("返還日") == "")
    counts = {kind: frames[name].filter(held).height for name, kind in _BOOKS.items()}
    return {"": sum(counts.values())} | {kind: count for kind, count in counts.items() if count}


AREA = SampleArea(
    "shogai",
    shogai_tables,
    keys={
        "shintai": ("宛名番号", "+1", "#連番"),
        "ryoiku": ("宛名番号", "+2", "#連番"),
        "seishin": ("宛名番号", "+3", "#連番"),
        "jukyusha": ("受給者証番号", "#交付番号"),
        "kettei": ("受給者証番号", "#決定番号"),
        "jiritsu": ("受給者_番号", "#受給者_連番"),
    },
    ids={
        **{name: ("宛名番号",) for name in _BOOKS},
        "jukyusha": ("受給者証番号", "宛名番号"),
        "kettei": ("受給者証番号",),
        "jiritsu": ("受給者_番号", "受給者_宛名番号"),
    },
    totals={
        "techo": _held,
        "jukyushasho": lambda frames: grouped(frames["jukyusha"], "証区分", "shogai", "sho_kubun"),
        "kettei": lambda frames: grouped(frames["kettei"], "サービス", "shogai", "service"),
        "jiritsu": lambda frames: grouped(frames["jiritsu"], "医療_種類", "shogai", "iryo"),
    },
    planters=PLANTERS,
)
