"""Faults in 個人住民税: one planter per line of faults.csv."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from sample_data.bench import Bench, Record
from sample_data.faults_bytes import BytePlanter, cell
from sample_data.planters import Planter, cells, twins

TAX, PAPER, FAMILY = "kojin.kazei", "kojin.shiryo", "kojin.fuyo"
PAYER, PAY, PENSION = "kojin.gimusha", "kojin.tokucho", "kojin.nentoku"
NOBODY, NO_TAX = "0099990000", "0099980000"
NOW = pl.col("相当年度") == "508"
HOLDS = (pl.col("最新区分") == "1") & (pl.col("_rows") == 1)
RESIDENT = pl.col("住民区分") == "J"
FREE = HOLDS & RESIDENT & (pl.col("課税区分") == "30") & pl.col("_papers").is_null()  # no tax, no income, no papers
TAXED = HOLDS & RESIDENT & (pl.col("課税区分") != "30")
BILLED = TAXED & (pl.col("徴収方法") == "F")
OPEN = pl.col("状態") == "0"
CHILD = NOW & (pl.col("扶養区分１") == "F0")


def _second_tax(bench: Bench, count: int) -> list[str]:
    """A second assessment that holds, as when two numbers of a person were joined."""
    picked = bench.pick(TAX, FREE & NOW, count)
    for one in picked:
        bench.add(TAX, one.record | {"更正回数": "01"})
    return [f"2026|{one.record['宛名番号']}" for one in picked]


def _before_arrival(bench: Bench, count: int) -> list[str]:
    """Taxed in a year on whose first day the person had not come yet."""
    picked = bench.pick(TAX, FREE & (pl.col("_arrived") > "5030201"), count)
    for one in picked:
        bench.add(TAX, one.record | {"相当年度": "502"})
    return [f"2020|{one.record['宛名番号']}|0" for one in picked]


def _lost(table: str, where: pl.Expr) -> Planter:
    """A record was left out; found by year and person."""

    def plant(bench: Bench, count: int) -> list[str]:
        picked = bench.pick(table, where, count)
        for one in picked:
            bench.drop(one)
        return [f"{one.record['_year']}|{one.record['宛名番号']}" for one in picked]

    return plant


def _slot_lost(bench: Bench, count: int) -> list[str]:
    """The second dependent of a row is gone."""
    picked = bench.pick(FAMILY, pl.col("扶養番号２") != "", count)
    for one in picked:
        last = max(slot for slot in "２３４５６７８" if one.record[f"扶養番号{slot}"])
        bench.change(one, **{f"{name}{last}": "" for name in ("扶養番号", "扶養区分", "障害", "同居")})
    return [f"{one.record['_year']}|{one.record['扶養主番号']}" for one in picked]


def _each_others_spouse(bench: Bench, count: int) -> list[str]:
    """The spouse claims the one who claims the spouse."""
    picked = bench.pick(FAMILY, NOW & (pl.col("扶養区分１") == "H1"), count)
    for one in picked:
        both = {"扶養主番号": one.record["扶養番号１"], "扶養番号１": one.record["扶養主番号"], "扶養数": "01"}
        empty = {f"{name}{slot}": "" for name in ("扶養番号", "扶養区分", "障害", "同居") for slot in "２３４５６７８"}
        bench.add(FAMILY, one.record | both | empty)
        bench.partner(bench.key_of(FAMILY, one.record))
    return [f"2026|{one.record['扶養番号１']}|1" for one in picked]


def _bad_number(bench: Bench, count: int) -> list[str]:
    picked = bench.pick(PAYER, pl.col("_idle"), count)
    for one in picked:
        bench.change(one, 指定番号="A" + one.record["指定番号"][1:])
    return [f"000A{one.record['指定番号'][1:]}" for one in picked]


def _closed_payer(bench: Bench, count: int) -> list[str]:
    """Somebody's employer of this year has been closed for long."""
    closed = next(bench.matching(PAYER, pl.col("廃止日") != "0000000")).record
    picked = bench.pick(PAY, NOW & (pl.col("異動区分") == ""), count)
    for one in picked:
        bench.change(one, 指定番号=closed["指定番号"])
    return [f"2026|{one.record['宛名番号']}|{closed['_eight']}" for one in picked]


def _raised(yen: int, *columns: str) -> dict[str, Any]:
    """Columns that say so many yen more."""
    return {column: _more(column, yen) for column in columns}


def _more(column: str, yen: int) -> Callable[[Record], str]:
    return lambda record: str(int(record[column]) + yen)


def _other_digit(text: str) -> str:
    return text[:-1] + str((int(text[-1]) + 1) % 9)


PLANTERS: dict[str, Planter] = {
    "kojin-COM-01": cells(TAX, FREE, 宛名番号=NOBODY),
    "kojin-COM-14": _lost(TAX, (pl.col("_rows") == 2) & (pl.col("更正回数") == "00")),
    "kojin-COM-17": cells(TAX, FREE, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "kojin-KOJ-01": _second_tax,
    "kojin-KOJ-02": _before_arrival,
    "kojin-KOJ-02-2": cells(TAX, FREE, 住民区分="G"),
    "kojin-KOJ-03": cells(TAX, BILLED, **_raised(100, "普徴税額", "期別１")),
    "kojin-KOJ-03-2": cells(PAY, pl.col("異動区分") == "", **{"１２月額": "0"}),
    "kojin-KOJ-03-3": _lost(PAY, NOW),
    "kojin-KOJ-03-5": cells(TAX, BILLED, **{"期別４": "100"}),
    "kojin-KOJ-03-6": cells(PENSION, NOW, **{"本２月": "1"}),
    "kojin-KOJ-04": _bad_number,
    "kojin-KOJ-04-2": twins(PAYER, OPEN, OPEN, ("法人番号", "名称漢字", "名称カナ", "郵便")),
    "kojin-KOJ-04-3": cells(PAYER, OPEN, 法人番号=lambda row: _other_digit(row["法人番号"])),
    "kojin-KOJ-05": _closed_payer,
    "kojin-KOJ-06": cells(PAPER, pl.col("資料区分") == "12", 宛名番号=NO_TAX),
    "kojin-KOJ-06-2": _lost(PAPER, NOW & (pl.col("資料区分") == "11")),
    "kojin-KOJ-07": twins(FAMILY, CHILD, CHILD, ("扶養番号１",)),
    "kojin-KOJ-07-2": cells(FAMILY, CHILD, **{"扶養区分１": "F1"}),
    "kojin-KOJ-07-3": _each_others_spouse,
    "kojin-KOJ-07-4": _slot_lost,
    "kojin-KOJ-08": cells(TAX, TAXED & (pl.col("給与収入") != "0"), **_raised(1_000, "給与所得")),
    "kojin-KOJ-08-2": cells(TAX, FREE, 控除計="1"),
    "kojin-KOJ-08-3": cells(TAX, FREE, 課税標準="1000"),
    "kojin-KOJ-08-6": cells(TAX, TAXED & NOW, 森林税="0"),
    "kojin-KOJ-08-7": cells(TAX, FREE, 県所得割="100", 県算出="100"),
    "kojin-KOJ-09": cells(TAX, TAXED & NOW & (pl.col("町算出") != "0"), 町定減="6000"),
    "kojin-KOJ-10-2": cells(PENSION, pl.col("開始種別") == "K", **_raised(600, "仮６月")),
    "kojin-KOJ-12": cells(TAX, TAXED, 本人該当=lambda row: row["本人該当"][:3] + "1"),
    "kojin-KOJ-12-2": cells(TAX, TAXED, 課税区分="30"),
    "kojin-KOJ-13": cells(TAX, TAXED & (pl.col("代表相続人") != "") & pl.col("_last"), 代表相続人=""),
}  # fmt: skip
BYTES: dict[str, tuple[str, BytePlanter]] = {
    "kojin-EXT-02": ("shiryo", cell("支払者名", "岡垣工業".encode("cp932")[:-1])),
}
