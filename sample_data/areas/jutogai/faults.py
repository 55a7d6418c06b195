"""Faults in 住登外者宛名: one planter per line of faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.bench import Bench
from sample_data.planters import Planter, cells, twins

OUTSIDE = "jutogai.jutogai"
LEADER = pl.col("代表区分") == "1"
UNTAXED = pl.col("登録業務") != "01"  # in no ledger of 個人住民税


def _taken_number(bench: Bench, count: int) -> list[str]:
    people = bench.pick(
        "jumin.juki", (pl.col("最新区分") == "1") & (pl.col("住民状態") == "10") & pl.col("_alone"), count
    )
    outsiders = bench.pick(OUTSIDE, LEADER & UNTAXED, count)
    for one, person in zip(outsiders, people, strict=False):
        bench.change(one, 宛名番号=person.record["宛名番号"])
    return [person.record["宛名番号"] for person in people]


PLANTERS: dict[str, Planter] = {
    "jutogai-COM-01": cells(OUTSIDE, pl.col("代表区分") == "2", 名寄先番号="0888888888"),
    "jutogai-COM-01-2": cells(OUTSIDE, LEADER, 名寄先番号="0800000900"),
    "jutogai-COM-03": _taken_number,
    "jutogai-COM-08": twins(
        OUTSIDE,
        LEADER,
        LEADER,
        ("氏名", "氏", "名", "カナ氏", "カナ名", "生年月日", "性別", "市町村名", "町字名", "番地"),
    ),
    "jutogai-COM-08-2": cells(OUTSIDE, LEADER, 氏名="", 氏="", 名=""),
    "jutogai-COM-17": cells(OUTSIDE, LEADER & UNTAXED, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "jutogai-COM-22": cells(OUTSIDE, LEADER, 更新日時="20270105 101500"),
    "jutogai-COM-23": cells(OUTSIDE, LEADER, 郵便番号="123"),
    "jutogai-COM-23-2": cells(OUTSIDE, LEADER, 登録業務=""),
}
