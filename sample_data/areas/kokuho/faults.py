"""Faults in 国民健康保険: one planter per line of faults.csv."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames
from sample_data.bench import Bench
from sample_data.planters import Planter, cells

HOUSE, PERSON, LEVY, GRANT = "kokuho.setai", "kokuho.shikaku", "kokuho.fuka", "kokuho.keigen"
NO_DAY = "0000000"
ACTIVE = (pl.col("最新区分") == "1") & (pl.col("喪失年月日") == NO_DAY) & (pl.col("特例区分") == "0")
LOST = (pl.col("最新区分") == "1") & (pl.col("喪失年月日") != NO_DAY)
PLAIN = ACTIVE & ~pl.col("_head")
SPECIAL = pl.col("種別") == "1"


def views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_head: the person is head of a 国保世帯; _more: rows of the person; _granted: the person is named in 軽減."""
    own = tables["kokuho"]
    heads = own["setai"]["世帯主宛名番号"].unique().to_list()
    named = own["keigen"]["対象者宛名番号"].unique().to_list()
    people = own["shikaku"].with_columns(
        _head=pl.col("宛名番号").is_in(heads),
        _granted=pl.col("宛名番号").is_in(named),
        _more=pl.len().over("宛名番号") > 1,
        _size=pl.len().over("国保世帯番号"),
    )
    return {"shikaku": people}


def _overlapping(bench: Bench, count: int) -> list[str]:
    """The 資格 before the last one ends years after the last began."""
    keys = []
    for last in bench.pick(PERSON, (pl.col("最新区分") == "1") & (pl.col("資格連番") == "002"), count):
        same = (pl.col("宛名番号") == last.record["宛名番号"]) & (pl.col("資格連番") == "001")
        for before in list(bench.matching(PERSON, same)):
            bench.change(before, 喪失年月日="5080901")
        keys.append(bench.key_of(PERSON, last.record))
    return keys


def _same_branch(bench: Bench, count: int) -> list[str]:
    """Two people of one household with the same 枝番."""
    keys: list[str] = []
    for one in bench.pick(PERSON, PLAIN & (pl.col("_size") > 1), count * 8):
        home = pl.col("国保世帯番号") == one.record["国保世帯番号"]
        other = pl.col("宛名番号") != one.record["宛名番号"]
        for twin in list(bench.matching(PERSON, home & other & ACTIVE))[:1]:
            if len(keys) < count:
                bench.change(one, 枝番=twin.record["枝番"])
                keys.append(bench.key_of(PERSON, one.record))
                bench.partner(bench.key_of(PERSON, twin.record))
    return keys


def _stale_flag(bench: Bench, count: int) -> list[str]:
    """The 国保 column of 住民票 still says yes after the loss."""
    keys: list[str] = []
    for one in bench.pick(PERSON, LOST & (pl.col("喪失事由") == "61"), count):
        living = (pl.col("宛名番号") == one.record["宛名番号"]) & (pl.col("最新区分") == "1")
        for row in list(bench.matching("jumin.juki", living)):
            bench.change(row, 国保区分="1", 国保取得日=one.record["取得年月日"])
        keys.append(bench.key_of(PERSON, one.record))
    return keys


def _too_old(bench: Bench, count: int) -> list[str]:
    """Nobody took the person out of 国保 on the 75th birthday."""
    keys = []
    moved = LOST & (pl.col("喪失事由") == "63") & ~pl.col("_granted") & ~pl.col("_head") & (pl.col("取得年月日") < "4")
    for one in bench.pick(PERSON, moved, count):
        bench.change(one, 喪失年月日=NO_DAY, 喪失事由="", 喪失届出日=NO_DAY, 喪失処理日=NO_DAY)
        keys.append(bench.key_of(PERSON, one.record))
    return keys


PLANTERS: dict[str, Planter] = {
    "kokuho-COM-20": cells(HOUSE, (pl.col("納付区分") == "K") & (pl.col("状態") == "1"), 口座番号=""),
    "kokuho-COM-17": cells(HOUSE, pl.col("状態") == "9", 世帯主宛名番号=lambda row: row["世帯主宛名番号"].lstrip("0")),
    "kokuho-JUK-16": cells(
        PERSON,
        PLAIN & ~pl.col("_more") & (pl.col("取得年月日") < "5080801"),
        取得年月日="5080901",
        取得処理日="5080902",
    ),
    "kokuho-JUK-16-2": _stale_flag,
    "kokuho-KKH-01": cells(PERSON, LOST & ~pl.col("_more") & (pl.col("喪失事由") == "51"), 喪失年月日="3360401"),
    "kokuho-KKH-01-2": _overlapping,
    "kokuho-KKH-02": _too_old,
    "kokuho-KKH-05": _same_branch,
    "kokuho-KKH-06": cells(GRANT, SPECIAL, 開始年月日=NO_DAY),
    "kokuho-KKH-06-2": cells(GRANT, SPECIAL, 開始年月日="5020401", 終了年月日="5070331"),
    "kokuho-KKH-07": cells(LEVY, (pl.col("軽減区分") == "2") & (pl.col("未申告") == "0"), 軽減区分="1"),
    "kokuho-KKH-13": cells(PERSON, PLAIN & ~pl.col("_more"), 退職区分="1"),
    "kokuho-COM-16": cells(PERSON, LOST & (pl.col("喪失事由") == "52") & ~pl.col("_more"), 喪失事由="88"),
    "kokuho-SNO-02": cells(
        LEVY,
        pl.col("期別税額２") > "000001000",
        **{"期別税額２": "000000100", "収納額２": "000000100", "未納額２": "000000000"},
    ),
    "kokuho-SNO-02-2": cells(LEVY, pl.col("賦課年度") == "2023", 減免額="000001000"),
}
