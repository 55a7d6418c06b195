"""Faults in 障害者福祉: one planter per line of faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.planters import Planter, cells

BODY, MIND, CHILD = "shogai.shintai", "shogai.seishin", "shogai.ryoiku"
CARD, DECISION, MEDICAL = "shogai.jukyusha", "shogai.kettei", "shogai.jiritsu"
LATEST = pl.col("最新") == "1"
HELD = LATEST & (pl.col("返還日") == "")

PLANTERS: dict[str, Planter] = {
    "shogai-SHO-02": cells(
        CHILD, pl.col("手帳番号").str.starts_with("0"), 手帳番号=lambda row: row["手帳番号"].lstrip("0")
    ),
    "shogai-COM-01": cells(BODY, HELD, 宛名番号=lambda row: "0099" + row["手帳番号"]),
    "shogai-COM-16": cells(BODY, HELD, 等級="9級"),
    "shogai-COM-17": cells(BODY, HELD, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "shogai-SHO-01": cells(MIND, LATEST, 等級="4級"),
    "shogai-SHO-03": cells(BODY, HELD, 生年月日="3300404"),
    "shogai-SHO-04": cells(MIND, HELD, 交付日="5040401", 有効期限="5060331"),
    "shogai-SHO-05": cells(DECISION, pl.col("異動区分") != "終", 決定至="5300331"),
    "shogai-SHO-05-2": cells(DECISION, pl.col("異動区分") == "変", 異動区分="新"),
    "shogai-SHO-06": cells(CARD, pl.col("所得区分") == "一般1", 上限月額="37200"),
    "shogai-SHO-09": cells(BODY, LATEST & (pl.col("返還事由") == "死亡"), 返還日="", 返還事由=""),
    "shogai-SHO-09-2": cells(CHILD, pl.col("総合判定") == "Ｂ", 総合判定="Ａ"),
}
