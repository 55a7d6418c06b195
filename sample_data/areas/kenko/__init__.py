"""健康管理."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames, SampleArea
from sample_data.areas.kenko.faults import PLANTERS
from sample_data.areas.kenko.tables import kenko_tables
from sample_data.formats import codes, standard_codes
from sample_data.totals import by_value, grouped


def _by_state(frames: Frames) -> dict[str, int]:
    """What the old system says it holds of each person, by the state of the person."""
    rows = frames["kojin"].with_columns(pl.col("接種件数").cast(pl.Int64))
    known = standard_codes("kenko", "jotai")
    sums = rows.group_by("状態区分", maintain_order=True).agg(pl.col("接種件数").sum()).rows()
    return {"": int(rows["接種件数"].sum())} | {known[state]: number for state, number in sums}


def _views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_man: of a man; _many: of a woman with several 妊娠届出; _siblings: the guardian brought several children;
    _goes_on: of a dose that a second one of the same vaccine follows."""
    made, juki = tables["kenko"], tables["jumin"]["juki"]
    man = pl.col("宛名番号").is_in(
        juki.filter(pl.col("性別") == codes("jumin", "seibetsu")["男"])["宛名番号"].implode()
    )
    given = pl.col("判定区分") == "1"
    second = ((pl.col("回数") == "2") & given).any().over("宛名番号", "種別コード")
    return {
        "kojin": made["kojin"].with_columns(_man=man),
        "gan": made["gan"].with_columns(_man=man),
        "ninshin": made["ninshin"].with_columns(_many=pl.len().over("宛名番号") > 1),
        "nyuyoji": made["nyuyoji"].with_columns(
            _siblings=(pl.col("保護者番号") != "") & (pl.col("宛名番号").n_unique().over("保護者番号") > 1)
        ),
        "sesshu": made["sesshu"].with_columns(_goes_on=second),
    }


AREA = SampleArea(
    "kenko",
    kenko_tables,
    keys={
        "kojin": ("宛名番号",),
        "shubetsu": ("種別コード@wakuchin", "回数"),
        "lot": ("種別コード@wakuchin", "ロット番号"),
        "kikan": ("機関コード",),
        "kijun": ("健診コード@kenshin",),
        "sesshu": ("宛名番号", "#接種連番"),
        "ninshin": ("宛名番号", "#届出連番"),
        "nyuyoji": ("宛名番号", "健診コード@kenshin", "#受診連番"),
        "seijin": ("宛名番号", "年度", "#受診連番"),
        "gan": ("宛名番号", "年度", "検診コード@kenshin", "#検診連番"),
    },
    ids={
        **{name: ("宛名番号",) for name in ("kojin", "sesshu", "ninshin", "nyuyoji", "seijin", "gan")},
        **{name: () for name in ("shubetsu", "lot", "kijun")},
        "kikan": ("機関コード",),
    },
    totals={
        "taishosha": lambda frames: grouped(frames["kojin"], "状態区分", "kenko", "jotai"),
        "sesshu": lambda frames: by_value(frames["sesshu"], "年度"),
        "sesshu_shubetsu": lambda frames: grouped(frames["sesshu"], "種別コード", "kenko", "wakuchin"),
        "sesshu_jotai": _by_state,
        "sesshu_hozon": lambda frames: {"": frames["sesshu"].filter(pl.col("保存期限") != "").height},
        "ninshin": lambda frames: by_value(frames["ninshin"], "年度"),
        "nyuyoji": lambda frames: grouped(frames["nyuyoji"], "健診コード", "kenko", "kenshin"),
        "seijin": lambda frames: by_value(frames["seijin"], "年度"),
        "gan": lambda frames: grouped(frames["gan"], "検診コード", "kenko", "kenshin"),
        "seimitsu": lambda frames: grouped(
            frames["gan"].filter(pl.col("判定") == codes("kenko", "gan_hantei")["要精密検査"]),
            "検診コード", "kenko", "kenshin",
        ),
    },
    planters=PLANTERS,
    views=_views,
)  # fmt: skip
