"""軽自動車税（種別割）."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames, Ground, SampleArea
from sample_data.areas.keiji.faults import PLANTERS
from sample_data.areas.keiji.tables import keiji_tables
from sample_data.areas.keiji.tax import SLOTS
from sample_data.totals import by_value, grouped, summed, whole


def _draw(ground: Ground) -> dict[str, pl.DataFrame]:
    return keiji_tables(ground.register, ground.persons, ground.history, ground.seed)


def _views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_taxes: how many years the vehicle is taxed in; _two: more than one change."""
    own = tables["keiji"]
    years = own["kazei"].group_by("車両管理番号").agg(_taxes=pl.len())
    cars = own["sharyo"].join(years, on="車両管理番号", how="left", maintain_order="left")
    return {
        "sharyo": cars.with_columns(pl.col("_taxes").fill_null(0)),
        "ido": own["ido"].with_columns(_two=pl.len().over("車両管理番号") > 1),
    }


def _on_the_road(frames: Frames) -> pl.DataFrame:
    return frames["sharyo"].filter(pl.col("車両状態").is_in(["1", "3"]))


def _reductions(frames: Frames) -> dict[str, int]:
    parts = [
        frames["genmen"].select(year=f"減免年度{slot}", sum=f"減免額{slot}").filter(pl.col("year") != "")
        for slot in SLOTS
    ]
    return summed(pl.concat(parts), "year", "sum")


AREA = SampleArea(
    "keiji",
    _draw,
    keys={
        "sharyo": ("車両管理番号",),
        "ido": ("車両管理番号", "#異動連番"),
        "kazei": ("課税年度", "車両管理番号"),
        "genmen": ("車両管理番号", "+1"),
    },
    ids={name: ("車両管理番号",) for name in ("sharyo", "ido", "kazei", "genmen")},
    totals={
        "daisu": lambda frames: whole(_on_the_road(frames)),
        "daisu_shashu": lambda frames: grouped(_on_the_road(frames), "車種区分", "keiji", "shashu"),
        "chotei": lambda frames: summed(frames["kazei"], "課税年度", "調定額"),
        "kazei_daisu": lambda frames: by_value(
            frames["kazei"].filter(pl.col("課税状態").is_in(["1", "2"])), "課税年度"
        ),
        "genmen": _reductions,
    },
    planters=PLANTERS,
    views=_views,
)
