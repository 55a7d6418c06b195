"""法人住民税."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.hojin.faults import PLANTERS
from sample_data.areas.hojin.tables import hojin_tables
from sample_data.totals import grouped, summed

_KEY = ("管理番号", "#年度連番", "#申告連番")


def _views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_employer: also a 特別徴収義務者; _last: the business year that runs; _filed: declared; _alone: the only one of
    its business year; _ended: when that ended; _serial: of the business year, as a number."""
    own = tables["hojin"]
    payers = tables["kojin"]["gimusha"]["法人番号"].to_list() if "kojin" in tables else []
    year = ["管理番号", "年度連番"]
    filed = own["shinkoku"].select(*year, _filed=pl.lit(True)).unique(maintain_order=True)
    ends = own["jigyo"].select(*year, _ended="終了日")
    papers = own["shinkoku"].with_columns(_alone=pl.len().over(year) == 1).join(
        ends, on=year, how="left", maintain_order="left"
    )  # fmt: skip
    return {
        "hojin": own["hojin"].with_columns(_employer=pl.col("法人番号").is_in(payers)),
        "jigyo": own["jigyo"].join(filed, on=year, how="left", maintain_order="left").with_columns(
            _filed=pl.col("_filed").fill_null(False),
            _last=pl.col("年度連番") == pl.col("年度連番").max().over("管理番号"),
        ),
        "shinkoku": papers,
    }  # fmt: skip


def _per_head(frames: Frames) -> dict[str, int]:
    return summed(frames["shinkoku"], "均等区分", "均等割額")


AREA = SampleArea(
    "hojin",
    hojin_tables,
    keys={
        "hojin": ("管理番号",),
        "jimusho": ("管理番号", "#事務所番号"),
        "jigyo": ("管理番号", "#年度連番"),
        "shinkoku": _KEY,
        "shuno": _KEY,
    },
    ids={"hojin": ("管理番号", "法人番号", "清算人宛名番号")}
    | {name: ("管理番号",) for name in ("jimusho", "jigyo", "shinkoku", "shuno")},
    totals={
        "hojinsu": lambda frames: grouped(frames["hojin"], "状態", "hojin", "jotai"),
        "shinkokusu": lambda frames: grouped(frames["shinkoku"], "申告区分", "hojin", "shinkoku_kubun"),
        "kintowari": _per_head,
        "chotei": lambda frames: summed(frames["shuno"], "調定年度", "調定額"),
        "shuno": lambda frames: summed(frames["shuno"], "調定年度", "収納額"),
        "mino": lambda frames: summed(frames["shuno"], "調定年度", "未納額"),
    },
    planters=PLANTERS,
    views=_views,
)
