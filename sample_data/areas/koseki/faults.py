"""Faults in 戸籍: one planter per line of faults.csv."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames
from sample_data.bench import Bench
from sample_data.planters import Planter, cells, dropped

HOME, PERSON, EVENT, INDEX = "koseki.koseki", "koseki.meisai", "koseki.jiko", "koseki.sakuin"
NO_DAY = "0000000"
LIVING, CLOSED = pl.col("戸籍状態") == "G", pl.col("戸籍状態") == "J"
THERE, GONE = pl.col("在籍区分") == "1", pl.col("在籍区分") == "2"
KNOWN = pl.col("宛名番号") != ""
BORN = pl.col("生年月日").str.starts_with("34") & ~pl.col("生年月日").str.ends_with("00")
LONG_AGO = "5080801"


def views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """koseki: _single, the number of the only person there, when that is a resident ('' else). meisai: _members there
    now, _open (the 戸籍 is a present one), _elder (a first son of the same parents is there), _there (the person is in
    some 戸籍 now), _told (the resident record has the reading of the 戸籍)."""
    own, juki = tables["koseki"], tables["jumin"]["juki"].filter(pl.col("最新区分") == "1")
    living = juki.filter(pl.col("住民状態") == "10")
    people = own["meisai"]
    alone = people.filter(THERE & (pl.len().over("戸籍番号", "在籍区分") == 1))
    alone = alone.filter(pl.col("宛名番号").is_in(living["宛名番号"].to_list()))
    opened = own["koseki"].filter(LIVING)["戸籍番号"].to_list()
    told = living.filter(pl.col("カナ確認区分") == "2")["宛名番号"].to_list()
    first_son = (THERE & (pl.col("続柄") == "11")).any().over("戸籍番号", "父", "母")
    return {
        "koseki": own["koseki"].join(
            alone.select("戸籍番号", _single="在籍連番"), on="戸籍番号", how="left", maintain_order="left"
        ).with_columns(pl.col("_single").fill_null("")),
        "meisai": people.with_columns(
            _members=THERE.sum().over("戸籍番号"),
            _open=pl.col("戸籍番号").is_in(opened),
            _elder=first_son,
            _there=KNOWN & THERE.any().over("宛名番号"),
            _told=pl.col("宛名番号").is_in(told),
        ),
    }  # fmt: skip


def _same_home(bench: Bench, count: int) -> list[str]:
    """A second 戸籍 with the 本籍 and the 筆頭者 of another one."""
    keys = []
    homes = ("本籍", "本籍地コード", "本籍町字", "本籍地番", "筆頭者", "筆頭者カナ")
    for one, other in zip(bench.pick(HOME, LIVING, count), bench.pick(HOME, LIVING, count), strict=False):
        bench.change(other, **{name: one.record[name] for name in homes})
        keys.append(bench.key_of(HOME, other.record))
        bench.partner(bench.key_of(HOME, one.record))
    return keys


def _second_home(bench: Bench, count: int) -> list[str]:
    """Whoever married is in the former 戸籍 still: the 除籍 was forgotten."""
    keys = []
    left = GONE & (pl.col("除籍事由") == "02") & (pl.col("新戸籍番号") != "") & pl.col("_open") & pl.col("_there")
    for gone in bench.pick(PERSON, left, count):
        bench.change(gone, 在籍区分="1", 除籍日=NO_DAY, 除籍事由="")
        later = next(bench.matching(PERSON, THERE & (pl.col("宛名番号") == gone.record["宛名番号"])))
        keys.append(bench.key_of(PERSON, later.record))
    return keys


def _short_number(bench: Bench, count: int) -> list[str]:
    """A 戸籍番号 loses its leading zeros in every table."""
    keys = []
    for home in bench.pick(HOME, LIVING, count):
        number = home.record["戸籍番号"]
        for table in (HOME, PERSON, EVENT, INDEX):
            for row in list(bench.matching(table, pl.col("戸籍番号") == number)):
                bench.change(row, 戸籍番号=number.lstrip("0"))
        keys.append(number.lstrip("0"))
    return keys


def _only_member(**values: str) -> Planter:
    """Changes a 戸籍 with one person, a resident; the person is found."""

    def plant(bench: Bench, count: int) -> list[str]:
        keys = []
        for home in bench.pick(HOME, LIVING & (pl.col("_single") != "") & (pl.col("編製日") < LONG_AGO), count):
            bench.change(home, **values)
            keys.append(f"{home.record['戸籍番号']}|{int(home.record['_single'])}")
        return keys

    return plant


def _two_first_sons(bench: Bench, count: int) -> list[str]:
    """Two sons of the same parents are both the first."""
    keys = []
    for one in bench.pick(PERSON, THERE & (pl.col("続柄") == "12") & pl.col("_elder"), count):
        bench.change(one, 続柄="11")
        keys.append(bench.key_of(PERSON, one.record))
        family = [pl.col(name) == one.record[name] for name in ("戸籍番号", "父", "母")]
        elder = next(bench.matching(PERSON, pl.all_horizontal(THERE, pl.col("続柄") == "11", *family)))
        bench.partner(bench.key_of(PERSON, elder.record))
    return keys


DEAD = GONE & (pl.col("除籍事由") == "01") & (pl.col("除籍日") < LONG_AGO)

PLANTERS: dict[str, Planter] = {
    "koseki-COM-01": cells(PERSON, THERE & KNOWN, 宛名番号=lambda row: "0098" + row["戸籍番号"][4:]),
    "koseki-COM-09": cells(PERSON, THERE, 父=lambda row: row["父"] + "\ue00c"),
    "koseki-COM-10": cells(PERSON, THERE & KNOWN, 名="別名"),
    "koseki-COM-10-2": cells(PERSON, THERE & KNOWN & BORN, 生年月日="3200101"),
    "koseki-COM-16": cells(PERSON, GONE & (pl.col("除籍事由") == "02"), 除籍事由="88"),
    "koseki-COM-17": _short_number,
    "koseki-COM-17-2": cells(PERSON, THERE & KNOWN, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "koseki-COM-21": cells(PERSON, DEAD & pl.col("_open"), 在籍区分="1", 除籍日=NO_DAY, 除籍事由=""),
    "koseki-COM-22": cells(EVENT, pl.col("事項") == "02", 記載日="4010401"),
    "koseki-JUK-16": _only_member(本籍="福岡県遠賀郡岡垣町大字三吉９９９９番地"),
    "koseki-KOS-01": _same_home,
    "koseki-KOS-01-2": _second_home,
    "koseki-KOS-02": cells(HOME, LIVING, 筆頭者連番="099"),
    "koseki-KOS-03": cells(HOME, CLOSED, 戸籍状態="G", 除籍事由="", 除籍日=NO_DAY),
    "koseki-KOS-03-2": _only_member(戸籍状態="J", 除籍事由="1", 除籍日="5080901"),
    "koseki-KOS-03-3": cells(PERSON, GONE, 除籍事由=""),
    "koseki-KOS-03-4": cells(HOME, CLOSED, 除籍日=NO_DAY),
    "koseki-KOS-04": cells(PERSON, DEAD, 入籍日="5080901"),
    "koseki-KOS-04-2": cells(EVENT, pl.col("事項") == "02", 事件日="3030401"),
    "koseki-KOS-04-3": cells(
        EVENT, (pl.col("事項") == "09") & (pl.col("事件日") < LONG_AGO), 事件日="5080915", 届出日="5080915",
        記載日="5080916",
    ),
    "koseki-KOS-05": cells(PERSON, THERE & (pl.col("配偶区分") == "2"), key="戸籍番号", 配偶区分="0"),
    "koseki-KOS-05-2": cells(PERSON, THERE & (pl.col("_members") > 1), key="戸籍番号", 氏="鬼龍院"),
    "koseki-KOS-06": cells(PERSON, THERE, 母=""),
    "koseki-KOS-06-2": _two_first_sons,
    "koseki-KOS-07": cells(PERSON, THERE & (pl.col("振仮名区分") == "S"), 振仮名記載日=NO_DAY),
    "koseki-KOS-07-2": cells(PERSON, THERE, 振仮名区分="M", 振仮名記載日=NO_DAY),
    "koseki-KOS-07-3": cells(PERSON, THERE & pl.col("_told"), 氏カナ=lambda row: row["氏カナ"] + "ｰ"),
    "koseki-KOS-08": cells(INDEX, pl.col("種別") == "H", 枚数="009"),
    "koseki-KOS-08-2": dropped(INDEX, pl.col("種別") == "J", key="戸籍番号"),
    "koseki-KOS-08-3": cells(
        INDEX, pl.col("開始コマ") != "00001", 開始コマ=lambda row: f"{int(row['開始コマ']) - 1:05d}",
        枚数=lambda row: f"{int(row['枚数']) + 1:03d}",
    ),
    "koseki-KOS-09": cells(HOME, LIVING, 副本送信日="3640101"),
    "koseki-KOS-10": cells(INDEX, pl.col("種別") == "K", 保存期限=lambda row: f"{int(row['保存期限'][:4]) - 70}0401"),
}  # fmt: skip
