"""Faults in 健康管理: one planter per line of faults.csv."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from sample_data.areas.kenko.faults_series import SERIES
from sample_data.bench import Bench, Record
from sample_data.planters import Planter, Value, cells, doubled
from sample_data.records import TOWN_CODE

PERSON, SHOT, PREGNANCY = "kenko.kojin", "kenko.sesshu", "kenko.ninshin"
CHILD, HEALTH, CANCER = "kenko.nyuyoji", "kenko.seijin", "kenko.gan"
STATE = pl.col("状態区分")
HERE = (pl.col("判定区分") == "1") & (pl.col("自治体コード") == TOWN_CODE)
BORN = (pl.col("転帰区分") == "1") & ~pl.col("_many")


def _shot(vaccine: str, *wheres: pl.Expr) -> pl.Expr:
    return pl.all_horizontal(HERE, pl.col("種別コード") == vaccine, *wheres)


def _years(column: str, years: int) -> Value:
    """The same day some years later or earlier; a 29 February becomes the 28th."""
    return lambda row: _shifted(row[column], years)


def _shifted(day: str, years: int) -> str:
    return f"{int(day[:4]) + years}{day[4:].replace('0229', '0228')}"


def _after_death(row: Record) -> str:
    """A year after the death, which was five years before the end of the retention."""
    return _shifted(row["保存期限"], -4)


def _same_book(bench: Bench, count: int) -> list[str]:
    keys = []
    for one, other in zip(bench.pick(PREGNANCY, BORN, count), bench.pick(PREGNANCY, BORN, count), strict=False):
        bench.change(other, 手帳番号=one.record["手帳番号"])
        keys.append(one.record["手帳番号"])
    return keys


def _husband(bench: Bench, count: int) -> list[str]:
    keys = []
    men = bench.pick(PERSON, pl.col("_man") & (STATE == "10"), count)
    for one, man in zip(bench.pick(PREGNANCY, BORN, count), men, strict=False):
        bench.change(one, 宛名番号=man.record["宛名番号"])
        keys.append(f"{man.record['宛名番号']}|1")
    return keys


def _swapped(bench: Bench, count: int) -> list[str]:
    """The check at three of a child and the one at four months of a sibling, each under the other's number."""
    keys: list[str] = []
    for one in bench.pick(CHILD, (pl.col("健診コード") == "N36") & pl.col("_siblings"), count * 20):
        same = (pl.col("保護者番号") == one.record["保護者番号"]) & (pl.col("健診コード") == "N04")
        other = (pl.col("宛名番号") != one.record["宛名番号"]) & (pl.col("受診日") < one.record["受診日"])
        found = next(bench.matching(CHILD, same & other), None)
        if found is None or len(keys) == count:
            continue
        day = date.fromisoformat(one.record["受診日"])
        bench.change(one, 宛名番号=found.record["宛名番号"], 受診連番="02")
        bench.change(found, 宛名番号=one.record["宛名番号"], 受診連番="02", 受診日=one.record["受診日"])
        keys.append(f"{one.record['保護者番号']}|{day.isoformat()}")
    return keys


def _all_lost(bench: Bench, count: int) -> list[str]:
    """No vaccination of somebody who died or moved away was extracted."""
    keys = []
    for person in bench.pick(PERSON, STATE.is_in(["20", "30"]) & (pl.col("接種件数") != "0"), count):
        for shot in bench.matching(SHOT, pl.col("宛名番号") == person.record["宛名番号"]):
            bench.drop(shot)
        keys.append(person.record["宛名番号"])
    return keys


def _expired_lot(bench: Bench, count: int) -> list[str]:
    keys = []
    for shot in bench.pick(SHOT, _shot("FLU65", pl.col("接種日") > "20230101"), count):
        old = (pl.col("種別コード") == "FLU65") & (pl.col("有効期限") < shot.record["接種日"])
        bench.change(shot, ロット番号=next(bench.matching("kenko.lot", old)).record["ロット番号"])
        keys.append(bench.key_of(SHOT, shot.record))
    return keys


def _too_early(row: Record) -> str:
    day = date.fromisoformat(row["接種日"]) - timedelta(days=3650)
    return day.strftime("%Y%m%d")


YOUNG_CERVIX = (pl.col("検診コード") == "G05") & (pl.col("クーポン") == "1") & (pl.col("判定") == "A")
RESULT = (pl.col("判定") == "C") & (pl.col("精検結果") != "")
NOBODY: dict[str, Value] = {"接種件数": "0", "最終接種日": ""}
PLANTERS: dict[str, Planter] = {
    "kenko-COM-01": doubled(PERSON, STATE == "10", 宛名番号=lambda row: "0099" + row["宛名番号"][4:], **NOBODY),
    "kenko-COM-16": cells(CANCER, pl.col("検診コード") == "G03", 検査方法="Z9"),
    "kenko-COM-17": doubled(PERSON, STATE == "10", 宛名番号=lambda row: row["宛名番号"].lstrip("0"), **NOBODY),
    "kenko-COM-18": cells(PERSON, pl.col("支援区分") == "1", 支援区分="0"),
    "kenko-COM-21": cells(PERSON, STATE == "20", 状態区分="10"),
    "kenko-COM-21-2": cells(PERSON, STATE == "10", 状態区分="30"),
    "kenko-COM-22": cells(SHOT, _shot("VAR"), 取込日=_years("取込日", -1)),
    "kenko-KEN-01": cells(SHOT, _shot("BCG"), 接種日=_too_early),
    "kenko-KEN-01-2": cells(
        SHOT, _shot("FLU65", pl.col("保存期限") > "20260101", pl.col("保存期限") < "20300901"),
        接種日=_after_death, 取込日=_after_death,
    ),
    "kenko-KEN-01-3": cells(
        SHOT, _shot("FLU65", pl.col("接種日") > "20251001"), 接種日=lambda row: "2052" + row["接種日"][4:]
    ),
    "kenko-KEN-01-6": cells(CANCER, pl.col("年度") == "2025", 受診日=lambda row: "2052" + row["受診日"][4:]),
    "kenko-KEN-04-2": cells(SHOT, _shot("JE"), 機関コード="4012709999"),
    "kenko-KEN-04-3": cells(
        SHOT, _shot("MR", pl.col("ロット番号").str.contains("0")),
        ロット番号=lambda row: row["ロット番号"].replace("0", "O"),
    ),
    "kenko-KEN-04-4": _expired_lot,
    "kenko-KEN-04-6": cells(SHOT, _shot("DT", pl.col("取込元") == "S"), ロット番号=""),
    "kenko-KEN-05": _all_lost,
    "kenko-KEN-05-2": cells(SHOT, _shot("MR", pl.col("保存期限") == ""), 保存期限=_years("接種日", 5)),
    "kenko-KEN-06": _same_book,
    "kenko-KEN-06-2": _husband,
    "kenko-KEN-06-3": cells(PREGNANCY, BORN, 予定日=_years("予定日", 1)),
    "kenko-KEN-06-5": cells(PREGNANCY, BORN & (pl.col("年度") < "2025"), 転帰区分="0", 転帰日=""),
    "kenko-KEN-07": cells(CHILD, pl.col("健診コード") == "N36", 受診日=_years("受診日", -1)),
    "kenko-KEN-07-2": _swapped,
    "kenko-KEN-08": cells(CANCER, YOUNG_CERVIX, 検診コード="G01", 検査方法="X1"),
    "kenko-KEN-08-2": cells(CANCER, pl.col("_man") & (pl.col("検診コード") == "G01"), 検診コード="G05", 検査方法="P1"),
    "kenko-KEN-08-3": cells(CANCER, RESULT & (pl.col("年度") < "2025"), 精検結果="", 精検受診日="", 精検機関=""),
    "kenko-KEN-08-4": cells(
        CANCER, RESULT & (pl.col("精検受診日") != ""), 精検受診日=_years("精検受診日", -1)
    ),
    "kenko-KEN-09": cells(CHILD, pl.col("健診コード") == "N18", 体重=lambda row: str(int(row["体重"]) // 1_000)),
    "kenko-KEN-09-3": cells(
        HEALTH, pl.col("年度") > "2019", 身長=lambda row: row["体重"], 体重=lambda row: row["身長"]
    ),
    "kenko-KEN-09-4": cells(
        HEALTH, pl.col("年度") > "2019", 最高血圧=lambda row: row["最低血圧"], 最低血圧=lambda row: row["最高血圧"]
    ),
    "kenko-KEN-09-6": cells(
        HEALTH, pl.col("年度") > "2019", HBA1C=lambda row: row["HBA1C"].replace(".", "") + ".0"
    ),
    "kenko-KEN-10": cells(PERSON, STATE == "10", 状態区分="40", 住登外理由="S"),
    "kenko-KEN-11": cells(SHOT, _shot("COV_T"), 接種区分="R"),
    "kenko-KEN-11-2": cells(SHOT, _shot("MUMPS"), 接種区分="A"),
    "kenko-KEN-11-3": cells(SHOT, _shot("FLU65", pl.col("年度") > "2020"), 接種区分="A"),
    **SERIES,
}  # fmt: skip
