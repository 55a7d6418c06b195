"""個人住民税: seven years, one file a year."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.kojin.faults import BYTES, PLANTERS
from sample_data.areas.kojin.income import YEARS
from sample_data.areas.kojin.papers import SLOTS
from sample_data.areas.kojin.tables import kojin_tables
from sample_data.totals import by_value, grouped, summed

_WESTERN = {f"5{year - 2018:02d}": str(year) for year in YEARS}
_BY_YEAR = ("kazei", "shiryo", "fuyo", "tokucho", "nentoku")


def _western(frame: pl.DataFrame) -> pl.DataFrame:
    """With _year, 相当年度 in western years."""
    return frame.with_columns(_year=pl.col("相当年度").replace_strict(_WESTERN, return_dtype=pl.String))


def _views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_year and _eight (指定番号 of eight digits) for the keys; ledger: _rows of the person and year, _last year of
    the person, _arrived (住民年月日), _papers (none: null); payers: _idle, nobody is or was paid through them."""
    own = {name: _western(tables["kojin"][name]) for name in _BY_YEAR} | {"gimusha": tables["kojin"]["gimusha"]}
    for name in ("tokucho", "shiryo", "gimusha"):
        own[name] = own[name].with_columns(_eight="000" + pl.col("指定番号"))
    busy = pl.concat([own["tokucho"]["指定番号"], own["shiryo"]["指定番号"]]).unique()
    own["gimusha"] = own["gimusha"].with_columns(_idle=~pl.col("指定番号").is_in(busy.implode()))
    now = tables["jumin"]["juki"].filter(pl.col("最新区分") == "1").select("宛名番号", _arrived="住民年月日")
    papers = own["shiryo"].group_by("相当年度", "宛名番号").agg(_papers=pl.len())
    own["kazei"] = (
        own["kazei"]
        .with_columns(
            _rows=pl.len().over("相当年度", "宛名番号"),
            _last=pl.col("相当年度") == pl.col("相当年度").max().over("宛名番号"),
        )
        .join(papers, on=["相当年度", "宛名番号"], how="left", maintain_order="left")
        .join(now, on="宛名番号", how="left", maintain_order="left")
    )
    return own


def _latest(frames: Frames) -> pl.DataFrame:
    return _western(frames["kazei"]).filter(pl.col("最新区分") == "1")


def _supported(frames: Frames) -> dict[str, int]:
    """Slots of dependents that are filled, by year."""
    slots = [frames["fuyo"].select("相当年度", number=f"扶養番号{slot}") for slot in SLOTS]
    return by_value(_western(pl.concat(slots).filter(pl.col("number") != "")), "_year")


AREA = SampleArea(
    "kojin",
    kojin_tables,
    keys={
        "kazei": ("_year", "宛名番号", "#更正回数"),
        "shiryo": ("_year", "資料番号"),
        "fuyo": ("_year", "扶養主番号", "+1"),
        "gimusha": ("_eight",),
        "tokucho": ("_year", "宛名番号", "_eight"),
        "nentoku": ("_year", "宛名番号"),
    },
    ids={
        "kazei": ("宛名番号",),
        "shiryo": ("宛名番号",),
        "fuyo": ("扶養主番号",),
        "gimusha": ("指定番号", "法人番号"),
        "tokucho": ("宛名番号",),
        "nentoku": ("宛名番号",),
    },
    totals={
        "taishosha": lambda frames: by_value(_latest(frames), "_year"),
        "kazei_kubun": lambda frames: grouped(_latest(frames), "課税区分", "kojin", "kazei_kubun"),
        "chotei": lambda frames: summed(_latest(frames), "_year", "年税額"),
        "shotoku": lambda frames: summed(_latest(frames), "_year", "合計所得"),
        "shiryo": lambda frames: by_value(_western(frames["shiryo"]), "_year"),
        "fuyo": _supported,
        "tokucho": lambda frames: summed(_western(frames["tokucho"]), "_year", "特徴年額"),
        "nentoku": lambda frames: summed(_western(frames["nentoku"]), "_year", "年特計"),
        "gimusha": lambda frames: grouped(frames["gimusha"], "状態", "kojin", "gimusha_jotai"),
    },
    planters=PLANTERS,
    bytes=BYTES,
    views=_views,
    parts=dict.fromkeys(_BY_YEAR, "相当年度"),
)
