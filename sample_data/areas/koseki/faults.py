"""Faults in 戸籍: one planter per line of faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.bench import Bench
from sample_data.planters import Planter, cells

HOME, PERSON, INDEX = "koseki.koseki", "koseki.meisai", "koseki.sakuin"
NO_DAY = "0000000"
LIVING, CLOSED = pl.col("戸籍状態") == "G", pl.col("戸籍状態") == "J"
THERE, GONE = pl.col("在籍区分") == "1", pl.col("在籍区分") == "2"
BORN = pl.col("生年月日").str.starts_with("34") & ~pl.col("生年月日").str.ends_with("00")


def _same_home(bench: Bench, count: int) -> list[str]:
    """A second 戸籍 with the 本籍 and the 筆頭者 of another one."""
    keys = []
    homes = ("本籍", "本籍地コード", "本籍町字", "本籍地番", "筆頭者", "筆頭者カナ")
    for one, other in zip(bench.pick(HOME, LIVING, count), bench.pick(HOME, LIVING, count), strict=False):
        bench.change(other, **{name: one.record[name] for name in homes})
        keys.append(bench.key_of(HOME, other.record))
        bench.partner(bench.key_of(HOME, one.record))
        for member in bench.matching(PERSON, pl.col("戸籍番号") == other.record["戸籍番号"]):
            bench.partner(bench.key_of(PERSON, member.record))
    return keys


PLANTERS: dict[str, Planter] = {
    "koseki-COM-01": cells(PERSON, THERE, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "koseki-COM-10-2": cells(PERSON, THERE & BORN, 生年月日="3200101"),
    "koseki-COM-16": cells(PERSON, GONE & (pl.col("除籍事由") == "02"), 除籍事由="88"),
    "koseki-KOS-01": _same_home,
    "koseki-KOS-02": cells(HOME, LIVING, 筆頭者連番="099"),
    "koseki-KOS-03": cells(HOME, CLOSED, 戸籍状態="G"),
    "koseki-KOS-04": cells(PERSON, GONE & (pl.col("除籍事由") == "01"), 入籍日="5080901"),
    "koseki-KOS-05": cells(PERSON, THERE & (pl.col("配偶区分") == "2"), key="戸籍番号", 配偶区分="0"),
    "koseki-KOS-06": cells(PERSON, THERE, 母=""),
    "koseki-KOS-07": cells(PERSON, THERE & (pl.col("振仮名区分") == "S"), 振仮名記載日=NO_DAY),
    "koseki-KOS-08": cells(INDEX, pl.col("種別") == "H", 枚数="009"),
    "koseki-KOS-09": cells(HOME, LIVING, 副本送信日="3640101"),
}
