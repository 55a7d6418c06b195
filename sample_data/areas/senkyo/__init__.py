"""選挙人名簿管理."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.senkyo.faults import PLANTERS
from sample_data.areas.senkyo.tables import senkyo_tables
from sample_data.totals import by_value, grouped, summed, whole


def _views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_here: a resident; _moved_in: their 住民票 begins with a 転入; _plain: no marks, not drawn as a candidate;
    _two: more than one mark; _post: may vote by post; _off: the day they were struck off."""
    own = tables["senkyo"]
    juki = tables["jumin"]["juki"]
    here = juki.filter((pl.col("最新区分") == "1") & (pl.col("住民状態") == "10"))["宛名番号"].to_list()
    came = juki.filter((pl.col("履歴番号") == "001") & (pl.col("異動事由") == "01"))["宛名番号"].to_list()
    named = pl.concat([own["hyoji"]["名簿番号"], own["yotei"]["名簿番号"]]).unique().to_list()
    register = own["meibo"].with_columns(
        _here=pl.col("宛名番号").is_in(here),
        _moved_in=pl.col("宛名番号").is_in(came),
        _plain=~pl.col("名簿番号").is_in(named),
    )
    people = register.select("名簿番号", "_here", "_plain", _post=pl.col("郵便投票証番号") != "", _off="抹消日")
    return {
        "meibo": register,
        "jokyo": own["jokyo"].join(people, on="名簿番号", how="left", maintain_order="left"),
        "hyoji": own["hyoji"].with_columns(_two=pl.len().over("名簿番号") > 1),
    }


def _on_list(frames: Frames, table: str = "meibo") -> pl.DataFrame:
    return frames[table].filter(pl.col("登録状態") == "1")


def _public(frames: Frames) -> dict[str, int]:
    """By the day as the standard writes it; all days are in 令和."""
    day = pl.col("登録日")
    year = (day.str.slice(1, 2).cast(pl.Int64) + 2018).cast(pl.String)
    plain = pl.concat_str([year, day.str.slice(3, 2), day.str.slice(5, 2)], separator="-")
    return summed(frames["teiji"].with_columns(plain.alias("登録日")), "登録日", "登録者数")


AREA = SampleArea(
    "senkyo",
    senkyo_tables,
    keys={
        "meibo": ("名簿番号",),
        "hyoji": ("名簿番号", "#連番"),
        "tohyoku": ("投票区",),
        "kuiki": ("町字コード", "#区域番号"),
        "senkyo": ("選挙番号",),
        "jokyo": ("選挙番号", "名簿番号"),
        "zaigai": ("在外証番号",),
        "teiji": ("登録日", "性別"),
        "yotei": ("名簿年", "+1", "#候補番号"),
    },
    ids={
        "meibo": ("名簿番号", "宛名番号"),
        "hyoji": ("名簿番号",),
        "tohyoku": (),
        "kuiki": ("町字コード",),
        "senkyo": (),
        "jokyo": ("名簿番号",),
        "zaigai": ("在外証番号", "宛名番号"),
        "teiji": (),
        "yotei": ("名簿番号",),
    },
    totals={
        "toroku": lambda frames: grouped(_on_list(frames), "性別", "senkyo", "seibetsu"),
        "toroku_ku": lambda frames: by_value(_on_list(frames), "投票区"),
        "teiji": _public,
        "yukensha": lambda frames: by_value(frames["jokyo"], "選挙番号"),
        "tohyosha": lambda frames: by_value(frames["jokyo"].filter(pl.col("投票区分") != "0"), "選挙番号"),
        "zaigai": lambda frames: whole(_on_list(frames, "zaigai")),
    },
    planters=PLANTERS,
    views=_views,
)
