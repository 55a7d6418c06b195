"""Faults in 介護保険: one planter per line of faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.bench import Bench
from sample_data.planters import Planter, Value, cells, dropped, twins

INSURED = "kaigo.hihokensha"
CERTIFICATE = "kaigo.nintei"
SHARE = "kaigo.futan"
PREMIUM = "kaigo.fuka"
OPEN = (pl.col("喪失日") == "0000000") & (pl.col("号区分") == "1")
RENEWED = (pl.col("申請種別") == "B") & (pl.col("最新区分") == "1")
IN_REIWA = pl.col("有効期間自") > "5030101"
PAID_BY_BILL = (pl.col("特徴額") == "000000000") & (pl.col("生保区分") == "0")
NOW = pl.col("賦課年度") == "2026"
DRAWN = pl.col("特徴額") != "000000000"


def _plus(column: str, amount: int) -> Value:
    return lambda row: f"{int(row[column]) + amount:09d}"


def _year_before(column: str) -> Value:
    """The same day a year earlier; the era stays."""
    return lambda row: f"{int(row[column]) - 10_000:07d}"


def _open_again(reason: str) -> Planter:
    return cells(
        INSURED,
        (pl.col("喪失事由") == reason) & (pl.col("住特区分") == "0"),
        喪失日="0000000",
        喪失事由="",
        喪失届日="0000000",
    )


def _goes_on_after_death(bench: Bench, count: int) -> list[str]:
    keys = []
    for person in bench.pick(INSURED, (pl.col("喪失事由") == "22") & pl.col("_certified"), count):
        mine = (pl.col("被保番号") == person.record["被保番号"]) & (pl.col("最新区分") == "1")
        row = next(bench.matching(CERTIFICATE, mine))
        bench.change(row, 有効期間至=f"{int(person.record['喪失日'][:3]) + 1}0331")
        keys.append(bench.key_of(CERTIFICATE, row.record))
    return keys


PLANTERS: dict[str, Planter] = {
    "kaigo-COM-01": cells(INSURED, OPEN, 宛名番号=lambda row: "0099" + row["被保番号"][4:]),
    "kaigo-COM-14-2": dropped(CERTIFICATE, (pl.col("認定連番") == "001") & (pl.col("最新区分") == "0"), key="被保番号"),
    "kaigo-COM-16": cells(CERTIFICATE, RENEWED, 介護度="K9"),
    "kaigo-COM-17": cells(INSURED, OPEN, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "kaigo-COM-21": _open_again("22"),
    "kaigo-KAI-01": cells(CERTIFICATE, RENEWED & IN_REIWA, 有効期間自=_year_before("有効期間自")),
    "kaigo-KAI-01-2": cells(CERTIFICATE, RENEWED & IN_REIWA, 有効期間自=lambda row: row["有効期間自"][:5] + "15"),
    "kaigo-KAI-02": cells(CERTIFICATE, RENEWED & (pl.col("有効期間至") > "5081001"), 有効期間至="5330331"),
    "kaigo-KAI-03": cells(
        INSURED, OPEN & (pl.col("取得事由") == "11") & (pl.col("取得日") > "5020501"), 取得日=_year_before("取得日")
    ),
    "kaigo-KAI-03-3": cells(CERTIFICATE, (pl.col("特定疾病") != "") & pl.col("_second"), 特定疾病=""),
    "kaigo-KAI-04": cells(INSURED, (pl.col("号区分") == "2") & (pl.col("喪失日") == "0000000"), 号区分="3"),
    "kaigo-KAI-05": cells(PREMIUM, PAID_BY_BILL, 年額=_plus("年額", 6), 普徴額=_plus("普徴額", 6)),
    "kaigo-KAI-06": cells(PREMIUM, (pl.col("段階") == "1") & (pl.col("生保区分") == "0"), 段階="2"),
    "kaigo-KAI-07": cells(PREMIUM, DRAWN, **{"依頼額６": "000000000"}),
    "kaigo-KAI-07-2": cells(PREMIUM, DRAWN, 普徴額="000001000"),
    "kaigo-KAI-08": cells(PREMIUM, PAID_BY_BILL & (pl.col("賦課年度") == "2024"), 決定日="5080920"),
    "kaigo-KAI-09": _open_again("21"),
    "kaigo-KAI-10": cells(SHARE, pl.col("年度") == "508", 適用至="5090831"),
    "kaigo-KAI-12": _goes_on_after_death,
    "kaigo-COM-26": cells(INSURED, OPEN, 喪失事由="29", 喪失届日="5080801"),
    "kaigo-SNO-06": twins(PREMIUM, NOW & PAID_BY_BILL, NOW & PAID_BY_BILL, ("通知書番号",)),
    "kaigo-KAI-13": cells(CERTIFICATE, RENEWED, 意見書日="0000000"),
}
