"""生活保護."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.seiho.faults import PLANTERS
from sample_data.areas.seiho.tables import seiho_tables
from sample_data.formats import codes, standard_codes
from sample_data.totals import grouped, summed, whole

_GOING = "0000000"


def _views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_ticketed: the person has a 医療券 or 介護券."""
    persons = tables["seiho"]["ken"]["宛名番号"].unique().implode()
    return {"setaiin": tables["seiho"]["setaiin"].with_columns(_ticketed=pl.col("宛名番号").is_in(persons))}


def _cases(frames: Frames) -> dict[str, int]:
    going = frames["case"].filter(pl.col("状態") != codes("seiho", "jotai")["廃止"])
    return grouped(going, "世帯類型", "seiho", "ruikei")


def _people(frames: Frames) -> dict[str, int]:
    return whole(frames["setaiin"].filter(pl.col("状態") == codes("seiho", "in_jotai")["保護の対象"]))


def _paid(frames: Frames) -> dict[str, int]:
    """Yen a month of the decisions that go on, by kind of 扶助."""
    now = frames["kettei"].filter(pl.col("適用至") == _GOING)
    slots = [now.select(種=f"扶助種{sign}", 額=f"支給額{sign}") for sign in "１２３４"]
    rows = pl.concat(slots).filter(pl.col("種") != "")
    known = standard_codes("seiho", "fujo")
    return summed(rows.with_columns(種=pl.col("種").replace_strict(known, return_dtype=pl.String)), "種", "額")


def _owed(frames: Frames) -> dict[str, int]:
    known = standard_codes("seiho", "konkyo")
    rows = frames["henkan"].with_columns(根拠=pl.col("根拠").replace_strict(known, return_dtype=pl.String))
    return summed(rows, "根拠", "残額")


AREA = SampleArea(
    "seiho",
    seiho_tables,
    keys={
        "case": ("ケース番号",),
        "setaiin": ("ケース番号", "#員番号"),
        "kettei": ("ケース番号", "#決定番号", "+1"),
        "ken": ("券番号",),
        "henkan": ("債権番号",),
        "shinsei": ("受付番号",),
    },
    ids={
        "case": ("ケース番号",),
        "setaiin": ("宛名番号",),
        "kettei": ("通知番号",),
        "ken": ("券番号", "宛名番号"),
        "henkan": ("債権番号",),
        "shinsei": ("受付番号",),
    },
    totals={
        "hogosetai": _cases,
        "hogojinin": _people,
        "shinsei": lambda frames: grouped(frames["shinsei"], "結果", "seiho", "shinsei_kekka"),
        "fujo": _paid,
        "ken": lambda frames: grouped(frames["ken"], "券種", "seiho", "kenshu"),
        "henkan": _owed,
    },
    planters=PLANTERS,
    views=_views,
)
