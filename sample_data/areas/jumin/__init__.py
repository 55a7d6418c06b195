"""住民基本台帳: the simulated register as the old system keeps it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames, Ground, SampleArea
from sample_data.areas.jumin.faults import PLANTERS
from sample_data.areas.jumin.tables import jumin_tables
from sample_data.totals import grouped, whole

_LINKS = (
    ("jumin", "zairyu", "宛名番号"),
    ("jumin", "tsusho", "宛名番号"),
    ("jumin", "shien", "宛名番号"),
    ("inkan", "toroku", "宛名番号"),
    ("keiji", "sharyo", "納税義務者宛名番号"),
    ("keiji", "kazei", "納税義務者宛名番号"),
)
_INSURED = (
    ("kokuho", "shikaku", "宛名番号"),
    ("kokuho", "setai", "世帯主宛名番号"),
    ("koki", "hihokensha", "宛名番号"),
)
_CARED = (
    ("kaigo", "hihokensha", "宛名番号"),
    ("shogai", "shintai", "宛名番号"),
    ("shogai", "ryoiku", "宛名番号"),
    ("shogai", "seishin", "宛名番号"),
)
_TAXED = (("kojin", "kazei", "宛名番号"),)
_KEPT = tuple(("kojin", "fuyo", f"扶養番号{slot}") for slot in "１２３４５６７８")


def views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_size living members of the household, _dated: it knows every birth, _rows of the person, _alone: in no other
    table than those of 住民 (and of the insurances: _insured, whose rules look at birth, number and last row).
    _cared: the same of the areas of welfare; _taxed: of taxes, by number and last row; _kept: claimed by somebody as
    a dependent, for whom the year of birth counts."""
    own = tables["jumin"]
    living = (pl.col("最新区分") == "1") & (pl.col("住民状態") == "10")
    linked, insured, cared = (_named(tables, places) for places in (_LINKS, _INSURED, _CARED))
    juki = own["juki"].with_columns(
        _size=living.sum().over("世帯番号"),
        _rows=pl.len().over("宛名番号"),
        _dated=(pl.col("生年月日不詳区分") == "0").all().over("世帯番号"),
        _alone=~pl.col("宛名番号").is_in(sorted(linked)),
        _insured=pl.col("宛名番号").is_in(sorted(insured)),
        _kept=pl.col("宛名番号").is_in(sorted(_named(tables, _KEPT))),
        _taxed=pl.col("宛名番号").is_in(sorted(_named(tables, _TAXED))),
        _cared=pl.col("宛名番号").is_in(sorted(cared)),
    )
    residents = own["juki"].filter(living)["宛名番号"].to_list()
    return {
        "juki": juki,
        "zairyu": own["zairyu"].with_columns(_living=pl.col("宛名番号").is_in(residents)),
        "setai": own["setai"].with_columns(_members=pl.len().over("世帯番号")),
    }


def _named(tables: Mapping[str, Frames], places: tuple[tuple[str, str, str], ...]) -> set[str]:
    """The numbers that stand in these columns of the areas made."""
    found: set[str] = set()
    for area, name, column in places:
        if area in tables:
            found |= set(tables[area][name][column].to_list())
    return found


def _draw(ground: Ground) -> dict[str, pl.DataFrame]:
    return jumin_tables(ground.register, ground.persons, ground.history, ground.society)


def _living(frames: Frames) -> pl.DataFrame:
    juki = frames["juki"]
    return juki.filter((pl.col("最新区分") == "1") & (pl.col("住民状態") == "10"))


def _protected(frames: Frames) -> dict[str, int]:
    return {"": frames["shien"].filter(pl.col("措置状態") == "1")["宛名番号"].n_unique()}


AREA = SampleArea(
    "jumin",
    _draw,
    keys={
        "juki": ("宛名番号", "#履歴番号"),
        "setai": ("世帯番号",),
        "ido": ("異動番号",),
        "zairyu": ("宛名番号", "#連番"),
        "tsusho": ("宛名番号", "#連番"),
        "shien": ("宛名番号", "#措置番号"),
        "johyo": ("宛名番号", "#履歴番号"),
    },
    ids={
        "juki": ("宛名番号", "世帯番号"),
        "setai": ("世帯番号", "宛名番号"),
        "ido": ("宛名番号", "異動後世帯番号"),
        "zairyu": ("宛名番号",),
        "tsusho": ("宛名番号",),
        "shien": ("宛名番号", "申出者宛名番号"),
        "johyo": ("宛名番号", "世帯番号"),
    },
    totals={
        "jinko": lambda frames: whole(_living(frames)),
        "jinko_seibetsu": lambda frames: grouped(_living(frames), "性別", "jumin", "seibetsu"),
        "jinko_shubetsu": lambda frames: grouped(_living(frames), "住民種別", "jumin", "jumin_shubetsu"),
        "setaisu": lambda frames: {"": _living(frames)["世帯番号"].n_unique()},
        "johyo": lambda frames: grouped(frames["johyo"], "消除事由", "jumin", "ido_jiyu"),
        "shien": _protected,
    },
    planters=PLANTERS,
    views=views,
)
