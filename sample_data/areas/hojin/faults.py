"""Faults in 法人住民税: one planter per line of faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.bench import Bench, Picked
from sample_data.planters import Planter, Value, cells, dropped, twins

FIRM, OFFICE, YEAR, PAPER, MONEY = (f"hojin.{name}" for name in ("hojin", "jimusho", "jigyo", "shinkoku", "shuno"))
NOBODY = "0099990000"
NO_DAY = "0000000"
ACTIVE = (pl.col("状態") == "10") & (pl.col("法人番号") != "")
FINAL = pl.col("申告区分") == "3"
PLAIN = FINAL & (pl.col("分割区分") == "0") & pl.col("_alone")
ONLY_HERE = pl.col("本店区分") == "1"
_TABLES = (FIRM, OFFICE, YEAR, PAPER, MONEY)


def _plus(column: str, amount: int) -> Value:
    return lambda row: str(int(row[column]) + amount)


def _other_digit(row: dict[str, str]) -> str:
    return row["法人番号"][:-1] + str((int(row["法人番号"][-1]) + 1) % 10)


def _rows(bench: Bench, table: str, one: Picked, *columns: str) -> list[Picked]:
    """The records of a table that agree with the picked one in these columns."""
    same = pl.all_horizontal(pl.col(name) == one.record[name] for name in columns)
    return list(bench.matching(table, same))


def _without_zeros(bench: Bench, count: int) -> list[str]:
    """The number of the company loses its leading zeros in every table."""
    keys = []
    for one in bench.pick(FIRM, ACTIVE, count):
        short = one.record["管理番号"].lstrip("0")
        for table in _TABLES:
            for row in _rows(bench, table, one, "管理番号"):
                bench.change(row, 管理番号=short)
        keys.append(short)
    return keys


def _papers_renumbered(bench: Bench, count: int) -> list[str]:
    """The only declaration of a year has the number 02: the first got lost."""
    keys = []
    for one in bench.pick(PAPER, PLAIN, count):
        for table in (PAPER, MONEY):
            for row in _rows(bench, table, one, "管理番号", "年度連番", "申告連番"):
                bench.change(row, 申告連番="02")
        keys.append(f"{one.record['管理番号']}|{int(one.record['年度連番'])}")
    return keys


def _not_declared(bench: Bench, count: int) -> list[str]:
    keys = []
    for one in bench.pick(PAPER, PLAIN & (pl.col("_ended") < "5080101"), count):
        bench.drop(one)
        for row in _rows(bench, MONEY, one, "管理番号", "年度連番", "申告連番"):
            bench.drop(row)
        keys.append(f"{one.record['管理番号']}|{int(one.record['年度連番'])}")
    return keys


def _founded_late(bench: Bench, count: int) -> list[str]:
    """The company is founded at the beginning of its second business year."""
    keys = []
    for one in bench.pick(YEAR, (pl.col("年度連番") == "002") & pl.col("_filed"), count):
        for firm in _rows(bench, FIRM, one, "管理番号"):
            bench.change(firm, 設立日=one.record["開始日"])
        keys.append(f"{one.record['管理番号']}|1")
    return keys


def _opened_late(bench: Bench, count: int) -> list[str]:
    """The office is opened after the end of the first business year declared."""
    keys = []
    for one in bench.pick(PAPER, PLAIN & (pl.col("年度連番") == "001"), count):
        later = next(row for row in _rows(bench, YEAR, one, "管理番号") if row.record["年度連番"] == "002")
        for firm in _rows(bench, FIRM, one, "管理番号"):
            bench.change(firm, 開設日=later.record["開始日"])
        keys.append(bench.key_of(PAPER, one.record))
    return keys


def _sum_off(bench: Bench, count: int) -> list[str]:
    """均等割 of another sum, in the whole of the tax and in what is charged and paid as well."""
    keys = []
    for one in bench.pick(PAPER, PLAIN & (pl.col("均等区分") == "1") & (pl.col("差引額") > "1"), count):
        more = {name: str(int(one.record[name]) + 5_000) for name in ("均等割額", "年税額", "差引額")}
        bench.change(one, **more)
        for row in _rows(bench, MONEY, one, "管理番号", "年度連番", "申告連番"):
            extra = {name: str(int(row.record[name]) + 5_000) for name in ("調定額", "未納額")}
            bench.change(row, **extra)
        keys.append(bench.key_of(PAPER, one.record))
    return keys


def _month_later(row: dict[str, str]) -> str:
    month = int(row["開始日"][3:5])
    return f"{row['開始日'][:3]}{month % 12 + 1:02d}01" if month < 12 else f"{row['開始日'][:3]}1215"


PLANTERS: dict[str, Planter] = {
    "hojin-COM-01": cells(FIRM, pl.col("状態") == "30", 清算人宛名番号=NOBODY),
    "hojin-COM-10": cells(FIRM, ACTIVE & pl.col("_employer"), 商号漢字="株式会社旧商号", 公表商号="株式会社旧商号"),
    "hojin-COM-14": _papers_renumbered,
    "hojin-COM-14-2": dropped(YEAR, (pl.col("年度連番") == "001") & pl.col("_filed"), key="管理番号"),
    "hojin-COM-15": cells(OFFICE, pl.col("廃止日") != NO_DAY, 廃止日="3390101"),
    "hojin-COM-16": cells(FIRM, ACTIVE, 法人区分="Z"),
    "hojin-COM-17": _without_zeros,
    "hojin-HOJ-01": cells(FIRM, ACTIVE, 法人番号=_other_digit),
    "hojin-HOJ-01-2": twins(FIRM, ACTIVE, ACTIVE, ("法人番号",)),
    "hojin-HOJ-01-3": cells(FIRM, ACTIVE, 法人番号=""),
    "hojin-HOJ-02": cells(YEAR, pl.col("_last") & ~pl.col("_filed"), 終了日=_plus("終了日", 10_000)),
    "hojin-HOJ-02-2": cells(YEAR, pl.col("_last") & ~pl.col("_filed"), 開始日=_month_later),
    "hojin-HOJ-03": cells(PAPER, PLAIN & (pl.col("均等区分") == "1"), 資本金等="15000000"),
    "hojin-HOJ-03-2": _sum_off,
    "hojin-HOJ-03-3": cells(PAPER, PLAIN, 均等月数="13"),
    "hojin-HOJ-04": cells(PAPER, PLAIN & (pl.col("課税標準") == "0") & (pl.col("税率") == "60"), 税率="97"),
    "hojin-HOJ-04-2": cells(PAPER, PLAIN & (pl.col("税割額") != "0"), 税割額=_plus("税割額", 50)),
    "hojin-HOJ-05": cells(PAPER, FINAL & (pl.col("延長月数") == "1"), 延長月数="0"),
    "hojin-HOJ-05-2": cells(PAPER, PLAIN & (pl.col("_ended") > "5060101"), 申告区分="4"),
    "hojin-HOJ-05-3": _not_declared,
    "hojin-HOJ-06": cells(FIRM, pl.col("状態").is_in(["40", "50", "30"]), 予定送付区分="1"),
    "hojin-HOJ-06-2": cells(FIRM, ACTIVE, 状態日="5070401"),
    "hojin-HOJ-07": cells(PAPER, FINAL & (pl.col("分割区分") == "1"), 全従業者数=_plus("町従業者数", -1)),
    "hojin-HOJ-07-2": cells(PAPER, FINAL & (pl.col("分割区分") == "1"), 法人税額=_plus("法人税額", 5_000_000)),
    "hojin-HOJ-07-3": cells(PAPER, PLAIN, 法人税額=_plus("法人税額", 50_000)),
    "hojin-HOJ-08": _founded_late,
    "hojin-HOJ-08-2": cells(FIRM, ACTIVE, 公表商号="株式会社新商号"),
    "hojin-HOJ-08-3": cells(FIRM, ACTIVE & ONLY_HERE, 公表所在地="福岡県遠賀郡芦屋町中ノ浜１番地"),
    "hojin-HOJ-08-4": _opened_late,
    "hojin-HOJ-09": cells(PAPER, FINAL & (pl.col("既納付額") != "0"), 既納付額="0"),
    "hojin-HOJ-09-2": cells(PAPER, PLAIN, 差引額=_plus("差引額", 100)),
    "hojin-HOJ-09-3": cells(MONEY, pl.col("調定額").str.starts_with("-"), 調定額=lambda row: row["調定額"][1:]),
    "hojin-HOJ-09-4": dropped(MONEY, pl.col("申告連番") == "01", key="row"),
    "hojin-SNO-01": cells(MONEY, (pl.col("未納額") == "0") & (pl.col("納期限") > "5060101"), 未納額="100"),
    "hojin-SNO-02": cells(PAPER, pl.col("申告区分") == "2", 税割額=_plus("税割額", 100)),
    "hojin-SNO-03": cells(MONEY, pl.col("欠損額") != "0", 欠損額="0", 未納額=lambda row: row["調定額"]),
    "hojin-SNO-04": cells(
        MONEY,
        (pl.col("還付充当額") != "0") & (pl.col("調定日") < "5070701"),
        還付充当額="0",
        未納額=lambda row: row["調定額"],
    ),
}
