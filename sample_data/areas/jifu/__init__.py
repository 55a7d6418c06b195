"""児童扶養手当."""

from __future__ import annotations

import polars as pl

from sample_data.area import Frames, Ground, SampleArea
from sample_data.areas.jifu.faults import PLANTERS
from sample_data.areas.jifu.tables import jifu_tables
from sample_data.formats import codes
from sample_data.totals import grouped, whole


def _draw(ground: Ground) -> dict[str, pl.DataFrame]:
    return jifu_tables(ground)


def _paid(frames: Frames) -> dict[str, int]:
    """Yen paid by fiscal year; the year is written with its era in the old list."""
    done = frames["shiharai"].filter(pl.col("支払結果") == codes("jifu", "shiharai")["支払済"])
    rows = done.select(
        year=(pl.col("会計年度").str.slice(1).cast(pl.Int64) + 2018).cast(pl.String),
        yen=pl.col("支払額").cast(pl.Int64),
    )
    return {"": int(rows["yen"].sum())} | dict(
        rows.group_by("year", maintain_order=True).agg(pl.col("yen").sum()).rows()
    )


AREA = SampleArea(
    "jifu",
    _draw,
    keys={
        "shikakusha": ("認定番号",),
        "jido": ("認定番号", "#児童番号"),
        "shintatsu": ("認定番号", "#進達番号"),
        "shotoku": ("認定番号", "年度"),
        "tegaku": ("認定番号", "#履歴"),
        "shiharai": ("認定番号", "支払年月", "#支払番号"),
    },
    ids={
        "shikakusha": ("認定番号",),
        "jido": ("児童宛名番号",),
        "shintatsu": ("文書番号",),
        **{name: ("認定番号",) for name in ("shotoku", "tegaku", "shiharai")},
    },
    totals={
        "jukyushasu": lambda frames: whole(
            frames["shikakusha"].filter(pl.col("資格_状態") != codes("jifu", "shikaku_jotai")["喪失"])
        ),
        "jidosu": lambda frames: whole(frames["jido"].filter(pl.col("状態") == codes("jifu", "jido_jotai")["対象"])),
        "shintatsu": lambda frames: grouped(frames["shintatsu"], "届出種別", "jifu", "todokede"),
        "shikyu_kubun": lambda frames: grouped(
            frames["tegaku"].filter(pl.col("適用終了") == "00000"), "支給区分", "jifu", "shikyu"
        ),
        "shiharaigaku": _paid,
    },
    planters=PLANTERS,
)
