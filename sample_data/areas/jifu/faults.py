"""Faults in 児童扶養手当: one planter per line of faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.bench import Bench
from sample_data.planters import Planter, cells, twins

PERSON = "jifu.shikakusha"
CHILD = "jifu.jido"
AWARD = "jifu.tegaku"
PAID = "jifu.shiharai"
NOBODY = "0099960000"
STANDING = pl.col("資格_状態").is_in(["1", "5"])
NOW = pl.col("適用終了") == "00000"
CHILD_NOW = pl.col("状態") == "1"


def _wrong_sum(bench: Bench, count: int) -> list[str]:
    picked = bench.pick(PAID, pl.col("支払年月").is_in(["50807", "50809"]), count)
    for one in picked:
        bench.change(one, 支払額="1000")
    return [f"{one.record['認定番号']}|2026-{one.record['支払年月'][3:]}|1" for one in picked]


PLANTERS: dict[str, Planter] = {
    "jifu-COM-01": cells(PERSON, STANDING, 宛名番号=NOBODY),
    "jifu-JFU-01": twins(PERSON, STANDING, STANDING, ("証書番号",)),
    "jifu-JFU-02": cells(CHILD, CHILD_NOW, 児童生年月日="4190510"),
    "jifu-JFU-04": cells(AWARD, NOW & (pl.col("支給区分") == "3"), 支給区分="1", 本体額="48050", 手当月額="48050"),
    "jifu-JFU-05-3": cells(AWARD, NOW & (pl.col("支給区分") == "1"), 本体額="46690"),
    "jifu-JFU-07": _wrong_sum,
    "jifu-JFU-08": cells("jifu.shintatsu", pl.col("届出種別") == "2", 進達日="5060401"),
    "jifu-JFU-09-3": cells(PERSON, STANDING, 資格_状態="9"),
}  # fmt: skip
