"""Faults in 国民年金: one planter per line of faults.csv."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from sample_data.area import Frames
from sample_data.bench import Bench
from sample_data.births import known_births
from sample_data.forms import NO_DAY
from sample_data.planters import Planter, Value, cells, dropped

PERSON, KIND, RELIEF, EXTRA = "nenkin.hihokensha", "nenkin.shubetsu", "nenkin.menjo", "nenkin.fuka"
KOKUHO, JUKI = "kokuho.shikaku", "jumin.juki"
LATEST = pl.col("最新区分") == "1"
OPEN = LATEST & (pl.col("喪失日") == NO_DAY)
LOST = LATEST & (pl.col("喪失日") != NO_DAY)
PLAIN = ~pl.col("_granted") & ~pl.col("_extra")
FIRST = OPEN & (pl.col("種別") == "1") & PLAIN
GRANTED = pl.col("結果") == "A"
YOUNG = pl.col("免除種類").is_in(["G1", "Y1"])
YEARLY = GRANTED & pl.col("免除種類").str.contains("Z|Y")


def views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_granted, _extra: the person has 免除 or 付加; _more: rows of the person; _last: the last of them; _first: 第1号
    today; _kokuho: in 国保 today; _older: born by 1971; _known: the day of birth is known."""
    own = tables["nenkin"]
    granted, extra = (own[name]["宛名番号"].unique().to_list() for name in ("menjo", "fuka"))
    first = own["shubetsu"].filter(OPEN & (pl.col("種別") == "1"))["宛名番号"].to_list()
    at = pl.col("宛名番号")
    marks = {
        "_granted": at.is_in(granted), "_extra": at.is_in(extra), "_first": at.is_in(first),
        "_kokuho": at.is_in(_in_kokuho(tables)), "_older": at.is_in(_older(tables)),
        "_known": at.is_in(known_births(tables)),
    }  # fmt: skip
    rows = pl.len().over("宛名番号")
    last = pl.int_range(1, pl.len() + 1).over("宛名番号") == rows
    return {name: frame.with_columns(**marks, _more=rows > 1, _last=last) for name, frame in own.items()}


def _in_kokuho(tables: Mapping[str, Frames]) -> list[str]:
    if "kokuho" not in tables:
        return []
    living = LATEST & (pl.col("喪失年月日") == NO_DAY)
    return tables["kokuho"]["shikaku"].filter(living)["宛名番号"].to_list()


def _older(tables: Mapping[str, Frames]) -> list[str]:
    if "jumin" not in tables:
        return []
    born = LATEST & (pl.col("生年月日") < "3470101") & (pl.col("生年月日") > "3")
    return tables["jumin"]["juki"].filter(born & (pl.col("生年月日不詳区分") == "0"))["宛名番号"].to_list()


def _renamed(where: pl.Expr, new: Callable[[str], str]) -> Planter:
    """Another 宛名番号 in every table of the ledger."""

    def plant(bench: Bench, count: int) -> list[str]:
        keys = []
        for one in bench.pick(PERSON, where, count):
            number = one.record["宛名番号"]
            for table in (PERSON, KIND, RELIEF, EXTRA):
                for row in list(bench.matching(table, pl.col("宛名番号") == number)):
                    bench.change(row, 宛名番号=new(number))
            keys.append(new(number))
        return keys

    return plant


def _wrong_number(bench: Bench, count: int) -> list[str]:
    """The number of somebody else in the ledger, who is no resident any more."""
    keys = []
    strangers = bench.pick(PERSON, ~pl.col("_first") & PLAIN & (pl.col("生保区分") == "0"), count)
    for one, other in zip(bench.pick(PERSON, pl.col("_first") & PLAIN, count), strangers, strict=False):
        bench.change(one, 年金番号=other.record["年金番号"])
        keys.append(other.record["年金番号"].replace("-", ""))
    return keys


def _open_again(reason: str) -> Planter:
    return cells(
        KIND,
        LOST & (pl.col("喪失事由") == reason) & PLAIN & pl.col("_known"),
        喪失日=NO_DAY,
        喪失事由="",
        喪失届日=NO_DAY,
    )


def _column_of_juki(where: pl.Expr, **values: str) -> Planter:
    """The 年金 column of 住民票 says something else than the ledger."""

    def plant(bench: Bench, count: int) -> list[str]:
        keys = []
        for one in bench.pick(KIND, where, count):
            same = (pl.col("宛名番号") == one.record["宛名番号"]) & LATEST
            for row in list(bench.matching(JUKI, same)):
                bench.change(row, **values)
            keys.append(bench.key_of(KIND, one.record))
        return keys

    return plant


def _overlapping(bench: Bench, count: int) -> list[str]:
    """The kind before the last one ends long after the last began."""
    keys = []
    for last in bench.pick(KIND, OPEN & (pl.col("異動連番") == "002") & (pl.col("種別") == "3") & PLAIN, count):
        same = (pl.col("宛名番号") == last.record["宛名番号"]) & (pl.col("異動連番") == "001")
        for before in list(bench.matching(KIND, same)):
            bench.change(before, 喪失日="5080901")
        keys.append(bench.key_of(KIND, last.record))
    return keys


def _hired_in_kokuho(bench: Bench, count: int) -> list[str]:
    """第1号 in 国保 whose record says 厚生年金."""
    keys = []
    for one in bench.pick(KIND, FIRST & ~pl.col("_more") & pl.col("_kokuho"), count):
        bench.change(one, 種別="2", 取得事由="04")
        for row in list(bench.matching(PERSON, pl.col("宛名番号") == one.record["宛名番号"])):
            bench.change(row, 種別="2")
        same = (pl.col("宛名番号") == one.record["宛名番号"]) & LATEST
        for row in list(bench.matching(JUKI, same)):
            bench.change(row, 年金区分="0", 年金種別="", 年金取得日=NO_DAY)
        keys.append(bench.key_of(KIND, one.record))
    return keys


def _no_longer_hired(bench: Bench, count: int) -> list[str]:
    """Back from 厚生年金, and nobody wrote down 第1号: the last kind is missing everywhere."""
    keys = []
    for last in bench.pick(KIND, FIRST & (pl.col("異動連番") == "003"), count):
        mine = pl.col("宛名番号") == last.record["宛名番号"]
        bench.drop(last)
        for row in list(bench.matching(KIND, mine & (pl.col("異動連番") == "002"))):
            bench.change(row, 最新区分="1")
            keys.append(bench.key_of(KIND, row.record))
        for row in list(bench.matching(PERSON, mine)):
            bench.change(row, 種別="2")
        for row in list(bench.matching(JUKI, mine & LATEST)):
            bench.change(row, 年金区分="0", 年金種別="", 年金取得日=NO_DAY)
    return keys


def _other_number_in_juki(bench: Bench, count: int) -> list[str]:
    keys = []
    for one in bench.pick(PERSON, pl.col("_first") & PLAIN, count):
        for row in list(bench.matching(JUKI, (pl.col("宛名番号") == one.record["宛名番号"]) & LATEST)):
            bench.change(row, 基礎年金番号="0000-123456")
        keys.append(bench.key_of(PERSON, one.record))
    return keys


def _relief_and_extra(bench: Bench, count: int) -> list[str]:
    """付加 goes on although the payment is put off."""
    model = next(bench.matching(EXTRA, pl.lit(value=True))).record
    keys = []
    for one in bench.pick(RELIEF, YEARLY & pl.col("_last") & pl.col("_first") & ~pl.col("_extra"), count):
        number, month = one.record["宛名番号"], one.record["開始年月"]
        bench.add(EXTRA, model | {"宛名番号": number, "開始年月": month, "終了年月": "", "終了区分": ""})
        keys.append(bench.key_of(RELIEF, one.record))
    return keys


def _fund_and_extra(bench: Bench, count: int) -> list[str]:
    keys = []
    for one in bench.pick(EXTRA, pl.col("終了年月") == "", count):
        for row in list(bench.matching(PERSON, pl.col("宛名番号") == one.record["宛名番号"])):
            bench.change(row, 基金区分="1")
        keys.append(bench.key_of(EXTRA, one.record))
    return keys


def _no_reason(bench: Bench, count: int) -> list[str]:
    """法定免除 goes on after 生活保護 or the pension has ended."""
    keys = []
    for one in bench.pick(RELIEF, pl.col("免除種類") == "H1", count):
        for row in list(bench.matching(PERSON, pl.col("宛名番号") == one.record["宛名番号"])):
            bench.change(row, 生保区分="0", 障害年金区分="0")
        keys.append(bench.key_of(RELIEF, one.record))
    return keys


def _overlapping_relief(bench: Bench, count: int) -> list[str]:
    """The one before ends in the first month of the last."""
    keys = []
    for last in bench.pick(RELIEF, YEARLY & pl.col("_last") & pl.col("_more"), count):
        mine = pl.col("宛名番号") == last.record["宛名番号"]
        before = f"{int(last.record['申請連番']) - 1:03d}"
        for row in list(bench.matching(RELIEF, mine & (pl.col("申請連番") == before))):
            bench.change(row, 終了年月=last.record["開始年月"], 結果="A", 承認日=last.record["承認日"])
        keys.append(bench.key_of(RELIEF, last.record))
    return keys


def _year_before(column: str) -> Value:
    """The same day a year earlier; the era stays."""
    return lambda row: f"{int(row[column]) - 10_000:07d}"


PLANTERS: dict[str, Planter] = {
    "nenkin-COM-01": _renamed(pl.col("_first") & PLAIN, lambda number: "0099" + number[4:]),
    "nenkin-COM-14": dropped(KIND, (pl.col("異動連番") == "001") & pl.col("_more") & PLAIN, key="宛名番号"),
    "nenkin-COM-16": cells(RELIEF, YEARLY & pl.col("_last"), 免除種類="Q9"),
    "nenkin-COM-17": _renamed(pl.col("_first") & PLAIN, lambda number: number.lstrip("0")),
    "nenkin-COM-19": cells(PERSON, pl.col("_first") & PLAIN, 送付先宛名番号="0099000000"),
    "nenkin-COM-21": _open_again("52"),
    "nenkin-COM-22": cells(KIND, FIRST & (pl.col("取得届日") > "5"), 進達日="4300401"),
    "nenkin-JUK-16": _column_of_juki(FIRST, 年金種別="3"),
    "nenkin-JUK-16-2": _column_of_juki(
        LOST & (pl.col("喪失事由") == "51"), 年金区分="1", 年金種別="1", 年金取得日="4200401"
    ),
    "nenkin-JUK-16-3": _other_number_in_juki,
    "nenkin-NEN-01": _wrong_number,
    "nenkin-NEN-02": cells(
        KIND, FIRST & (pl.col("取得事由") == "01") & (pl.col("取得日") > "4040101"), 取得日=_year_before("取得日")
    ),
    "nenkin-NEN-02-2": _open_again("51"),
    "nenkin-NEN-03": cells(KIND, LOST & (pl.col("喪失事由") == "53") & PLAIN, 喪失日=lambda row: row["取得日"]),
    "nenkin-NEN-03-2": _overlapping,
    "nenkin-NEN-03-3": cells(PERSON, pl.col("_first") & PLAIN, 種別="3"),
    "nenkin-NEN-04": _hired_in_kokuho,
    "nenkin-NEN-04-2": _no_longer_hired,
    "nenkin-NEN-05": _overlapping_relief,
    "nenkin-NEN-05-2": cells(
        RELIEF, YEARLY & pl.col("_last"), 終了年月=lambda row: f"{int(row['免除年度']) + 2019 - 500}07"
    ),
    "nenkin-NEN-05-3": cells(RELIEF, YEARLY & pl.col("_older") & ~YOUNG, 免除種類="Y1"),
    "nenkin-NEN-05-4": cells(RELIEF, YEARLY, 承認日=NO_DAY),
    "nenkin-NEN-06": _relief_and_extra,
    "nenkin-NEN-06-2": _fund_and_extra,
    "nenkin-NEN-06-3": cells(EXTRA, pl.col("終了区分") == "S", 終了年月="", 終了区分=""),
    "nenkin-NEN-07": _no_reason,
    "nenkin-NEN-07-2": cells(RELIEF, pl.col("免除種類") == "S1", 多胎区分="1"),
    "nenkin-NEN-08": _open_again("53"),
    "nenkin-NEN-08-2": cells(PERSON, pl.col("_first") & PLAIN, 脱退請求日="5080401"),
    "nenkin-NEN-09": cells(RELIEF, pl.col("所得年度") != "", 所得年度=lambda row: f"{int(row['所得年度']) - 1}"),
}
