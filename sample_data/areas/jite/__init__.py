"""児童手当."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames, Ground, SampleArea
from sample_data.areas.jite.faults import PLANTERS
from sample_data.areas.jite.tables import jite_tables
from sample_data.formats import codes
from sample_data.totals import whole


def _draw(ground: Ground) -> dict[str, pl.DataFrame]:
    return jite_tables(ground)


def _views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_children: how many children are paid for now; _grown: how many only count; _own: the recipient's number."""
    own = tables["jite"]
    now = pl.col("児童状態") == "1"
    counts = (
        own["jido"]
        .group_by("認定番号")
        .agg(_children=(now & (pl.col("児童区分") == "1")).sum(), _grown=(now & (pl.col("児童区分") == "2")).sum())
    )
    people = own["jukyusha"].join(counts, on="認定番号", how="left", maintain_order="left")
    states = people.select("認定番号", _state="資格状態", _children="_children", _grown="_grown")
    return {
        "jukyusha": people.with_columns(pl.col("_children", "_grown").fill_null(0)),
        **{
            name: own[name].join(states, on="認定番号", how="left", maintain_order="left")
            for name in ("jido", "gaku", "shiharai")
        },
    }


def _receiving(frames: Frames) -> pl.DataFrame:
    return frames["jukyusha"].filter(pl.col("資格状態") == codes("jite", "shikaku_jotai")["受給中"])


def _children(frames: Frames) -> pl.DataFrame:
    rows = frames["jido"]
    return rows.filter((pl.col("児童区分") == "1") & (pl.col("児童状態") == codes("jite", "jido_jotai")["対象"]))


def _paid(frames: Frames) -> dict[str, int]:
    """Yen paid by fiscal year; the year is written with its era in the old system."""
    done = frames["shiharai"].filter(pl.col("支払結果") == codes("jite", "shiharai_kekka")["支払済"])
    rows = done.select(
        year=(pl.col("会計年度").str.slice(1).cast(pl.Int64) + 2018).cast(pl.String),
        yen=pl.col("支払金額").cast(pl.Int64),
    )
    return {"": int(rows["yen"].sum())} | dict(
        rows.group_by("year", maintain_order=True).agg(pl.col("yen").sum()).rows()
    )


def _sum(column: pl.Series) -> dict[str, int]:
    return {"": int(column.cast(pl.Int64).sum())}


AREA = SampleArea(
    "jite",
    _draw,
    keys={
        "jukyusha": ("認定番号",),
        "jido": ("認定番号", "#児童連番"),
        "gaku": ("認定番号", "#児童連番", "#履歴連番"),
        "shiharai": ("認定番号", "支払年月", "#支払連番"),
    },
    ids={
        "jukyusha": ("認定番号", "宛名番号"),
        "jido": ("認定番号", "児童宛名番号"),
        "gaku": ("認定番号",),
        "shiharai": ("認定番号",),
    },
    totals={
        "jukyushasu": lambda frames: whole(_receiving(frames)),
        "jidosu": lambda frames: whole(_children(frames)),
        "tashisu": lambda frames: whole(
            frames["jido"].filter((pl.col("児童区分") == "2") & (pl.col("児童状態") == "1"))
        ),
        "getsugaku": lambda frames: _sum(_receiving(frames)["現在月額"]),
        "getsugaku_jido": lambda frames: _sum(frames["gaku"].filter(pl.col("適用終了年月") == "00000")["支給月額"]),
        "shiharaigaku": _paid,
    },
    planters=PLANTERS,
    views=_views,
)
