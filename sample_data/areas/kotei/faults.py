"""Faults in 固定資産税: one planter per line of faults.csv."""

from __future__ import annotations

from typing import Any

import polars as pl

from sample_data.bench import Bench, Record
from sample_data.faults_bytes import BytePlanter, Clean, Damaged, NoRecordLeftError, fixed_cell
from sample_data.formats import Table
from sample_data.planters import Planter, Value, cells, dropped, twins

OWNER, LAND, HOUSE, ASSET = "kotei.gimusha", "kotei.tochi", "kotei.kaoku", "kotei.shokyaku"
SHARE, LAND_YEAR, HOUSE_YEAR, LEVY = "kotei.kyoyu", "kotei.tochi_nendo", "kotei.kaoku_nendo", "kotei.fuka"
PERSON = (pl.col("義務者区分") == "K") & (pl.col("住民区分") == "1")
ALIVE = pl.col("消滅日") == "0000000"
FIELD = ALIVE & pl.col("現況地目").is_in(["11", "12"])
STANDS = pl.col("滅失日") == "0000000"
DWELLING = STANDS & (pl.col("種類") == "H01") & (pl.col("非課税区分") == "00")
OLD = (pl.col("新築軽減区分") == "0") & (pl.col("改修軽減区分") == "0")
NOW = pl.col("年度") == "2026"
TAXED = (pl.col("非課税区分") == "00") & (pl.col("異動区分") == "0")
HOME = TAXED & (pl.col("調整区分") == "J")
BILLED = (pl.col("年度") == "2024") & (pl.col("期別税額２") != "0") & (pl.col("未納額３") == "0")
LOST_DAY = "5071115"
_FLAG, _WITHDRAWN = 15, 0xF1  # 削除フラグ in the records of kyoyu


def _more(column: str, yen: int) -> Value:
    return lambda record: str(int(record[column]) + yen)


def _raised(column: str, more: int) -> dict[str, Any]:
    """The column, with more in it."""
    return {column: _more(column, more)}


def _nobody(column: str) -> Value:
    return lambda record: "0099" + record[column][4:]


def _other_digit(record: Record) -> str:
    """The check digit counts modulo 9: a 9 for a 0 would stay right."""
    number = record["法人番号"]
    return number[:-1] + str((int(number[-1]) + 1) % 9)


def _rated_twice(record: Record) -> str:
    """The 補正率 applied a second time."""
    return str(int(record["評価額"]) * int(record["減点補正率"].replace(".", "")) // 100)


def _still_taxed(table: str, where: pl.Expr, key: str, **gone: str) -> Planter:
    """Gone since last November, and this year's row is still there."""

    def plant(bench: Bench, count: int) -> list[str]:
        picked = bench.pick(table, where, count)
        for one in picked:
            bench.change(one, **gone)
        return [f"2026|{one.record[key]}" for one in picked]

    return plant


def _same_house_number(bench: Bench, count: int) -> list[str]:
    """The second house on a site becomes 棟番 1 like the first."""
    picked = bench.pick(HOUSE, STANDS & (pl.col("棟番") == "2"), count)
    for one in picked:
        bench.change(one, 棟番="1")
        bench.partner(f"{int(one.record['家屋物件番号']) - 1:08d}")
    return [one.record["家屋物件番号"] for one in picked]


def _printed(bench: Bench, count: int) -> list[str]:
    """A protected person joined a group whose names are printed on the bills."""
    shared = (pl.col("義務者区分") == "Y") & (pl.col("共有印字区分") == "1")
    protected = bench.matching("jumin.shien", pl.col("措置状態") == "1")
    hidden = (row.record["宛名番号"] for row in protected if row.record["宛名番号"] not in bench.taken)
    keys = []
    for number, one in zip(hidden, bench.pick(OWNER, shared, count), strict=False):
        group = next(bench.matching(SHARE, pl.col("義務者番号") == one.record["義務者番号"]))
        bench.change(group, **{"共有者０２": number})
        bench.taken.add(number)
        keys.append(f"{one.record['義務者番号']}|2")
    return keys


def _no_levy(bench: Bench, count: int) -> list[str]:
    """A levy of this year is lost; what was assessed is left over, parcel by parcel."""
    keys = []
    for one in bench.pick(LEVY, NOW & (pl.col("土地課標") != "0"), count):
        bench.drop(one)
        mine = NOW & (pl.col("義務者番号") == one.record["義務者番号"])
        first, *others = [row.record["土地番号"] for row in bench.matching(LAND_YEAR, mine)]
        keys.append(f"2026|{first}")
        bench.partner(*(f"2026|{number}" for number in others))
    return keys


def _term(number: str, where: pl.Expr, **values: str) -> Planter:
    """Columns of one of the four bills; the key is the bill's, or with no number the levy's."""

    def plant(bench: Bench, count: int) -> list[str]:
        picked = bench.pick(LEVY, where, count)
        for one in picked:
            bench.change(one, **values)
        return [bench.key_of(LEVY, one.record) + number for one in picked]

    return plant


def _short_record(content: bytes, table: Table, clean: Clean) -> Damaged:
    """A withdrawn record of varying length that ends within its fixed part; the others stay whole."""
    at, record = 0, 1
    while content[at + 4 + _FLAG] != _WITHDRAWN:
        at, record = at + int.from_bytes(content[at : at + 2], "big"), record + 1
        if at >= len(content):
            raise NoRecordLeftError(table.file)
    size = int.from_bytes(content[at : at + 2], "big")
    short = (_FLAG + 5).to_bytes(2, "big") + content[at + 2 : at + _FLAG + 5]
    return Damaged(content[:at] + short + content[at + size :], record)


PLANTERS: dict[str, Planter] = {
    "kotei-KOT-03-4": _printed,
    "kotei-COM-18": cells(OWNER, PERSON & (pl.col("支援区分") == "1"), 支援区分="0"),
    "kotei-COM-15": cells(LAND, (pl.col("消滅日") != "0000000") & (pl.col("異動日") == "0000000"), 取得日="5080801"),
    "kotei-COM-01": cells(OWNER, PERSON, 宛名番号=_nobody("宛名番号")),
    "kotei-COM-06": cells(OWNER, pl.col("義務者区分") == "H", 法人番号=_other_digit),
    "kotei-COM-16": cells(LAND, ALIVE & (pl.col("現況地目") == "31"), 現況地目="99"),
    "kotei-COM-17": cells(OWNER, PERSON, 宛名番号=lambda record: record["宛名番号"].lstrip("0")),
    "kotei-COM-19": cells(OWNER, pl.col("相続代表番号") != "", 相続代表番号=_nobody("相続代表番号")),
    "kotei-KOT-01": twins(LAND, FIELD, FIELD, ("所在コード", "所在地名", "地番本番", "地番枝番")),
    "kotei-KOT-01-2": _still_taxed(LAND, FIELD, "土地番号", 消滅日=LOST_DAY, 消滅事由="X1"),
    "kotei-KOT-01-3": _still_taxed(
        HOUSE, STANDS & (pl.col("種類") == "H21"), "家屋物件番号", 滅失日=LOST_DAY, 滅失事由="Z1"
    ),
    "kotei-KOT-01-4": _same_house_number,
    "kotei-KOT-02": cells(
        OWNER, pl.col("住民区分") == "4", 相続代表番号="", 相続代表届日="0000000", 現所有者申告日="0000000"
    ),
    "kotei-KOT-02-2": cells(OWNER, PERSON, 住民区分="4"),
    "kotei-KOT-03-2": cells(SHARE, pl.col("人数") == "2", **{"代表区分０２": "1"}),
    "kotei-KOT-03-3": dropped(SHARE, pl.col("人数") == "2", key="義務者番号"),
    "kotei-KOT-03": cells(SHARE, pl.col("人数") == "2", **_raised("持分分子０２", 1)),
    "kotei-KOT-04": cells(LAND, ALIVE & (pl.col("住戸数") == "1") & (pl.col("一般住地積") != "0.00"), 住戸数="2"),
    "kotei-KOT-04-2": cells(HOUSE, DWELLING & OLD, key="敷地番号", 種類="H11", 居住戸数="0"),
    "kotei-KOT-04-3": cells(
        LAND, ALIVE & (pl.col("住戸数") == "1"), 住宅用地区分="0", 住戸数="0", 小規模地積="0.00", 一般住地積="0.00"
    ),
    "kotei-KOT-05": cells(LAND, FIELD, 現況地積="0.00"),
    "kotei-KOT-05-2": cells(LAND, FIELD, 登記地積=""),
    "kotei-KOT-05-4": cells(HOUSE, DWELLING & OLD, 居住床面積="9999.99"),
    "kotei-KOT-06": cells(HOUSE, DWELLING & OLD & (pl.col("構造") == "W"), 地上階="12"),
    "kotei-KOT-06-2": cells(HOUSE_YEAR, NOW & TAXED & (pl.col("減点補正率") < "0.50"), 減点補正率="0.15"),
    "kotei-KOT-06-3": cells(HOUSE_YEAR, NOW & TAXED & (pl.col("減点補正率") < "0.90"), 評価額=_rated_twice),
    "kotei-KOT-06-4": cells(HOUSE_YEAR, NOW & TAXED, 評価額=_more("評価額", 500_000)),
    "kotei-KOT-07": cells(
        HOUSE, DWELLING & (pl.col("新築軽減区分") == "1") & (pl.col("軽減終了年度") < "2020"), 軽減終了年度="2020"
    ),
    "kotei-KOT-07-3": cells(HOUSE_YEAR, NOW & TAXED & (pl.col("軽減税額") == "0"), 軽減税額="12000"),
    "kotei-KOT-07-4": cells(HOUSE_YEAR, TAXED & (pl.col("軽減税額") > "0"), 軽減税額="0"),
    "kotei-KOT-08": cells(LEVY, NOW, 合計課標=_more("合計課標", 500)),
    "kotei-KOT-08-2": cells(LEVY, NOW & (pl.col("減免税額") == "0"), 算出税額=_more("算出税額", 1_400)),
    "kotei-KOT-08-3": cells(LEVY, NOW, 年税額=_more("年税額", 50)),
    "kotei-KOT-09": cells(LAND_YEAR, HOME & (pl.col("年度") == "2022"), 前年課標=_more("前年課標", 70_000)),
    "kotei-KOT-09-2": cells(
        LAND_YEAR, HOME & (pl.col("年度") == "2021"), 課税標準額=lambda record: str(int(record["本則課標"]) + 1_000)
    ),
    "kotei-KOT-10": cells(LEVY, (pl.col("土地課標") != "0") & (pl.col("土地免税") == "0"), 土地免税="1"),
    "kotei-KOT-11": cells(ASSET, pl.col("特例区分") == "0", 評価額="1"),
    "kotei-KOT-12": cells(LAND_YEAR, (pl.col("年度") == "2021") & (pl.col("非課税区分") != "00"), 課税標準額="1000"),
    "kotei-KOT-13": cells(LAND_YEAR, NOW & pl.col("課税地目").is_in(["13", "14"]), 調整区分="N"),
    "kotei-KOT-14": cells(LEVY, NOW & (pl.col("土地課標") != "0"), 土地課標=_more("土地課標", 1_000_000)),
    "kotei-KOT-14-4": _no_levy,
    "kotei-KOT-16": cells(LAND_YEAR, NOW & TAXED, 基準年度="2021"),
    "kotei-KOT-16-3": cells(LAND, ALIVE & (pl.col("評価方式") == "R"), 路線番号=""),
    "kotei-SNO-01": _term("|2", BILLED, **{"収納額２": "0"}),
    "kotei-SNO-02": _term("", BILLED, **{"期別税額４": "0", "収納額４": "0"}),
}
BYTES: dict[str, tuple[str, BytePlanter]] = {
    "kotei-EXT-17": ("tochi", fixed_cell("登記地積", b"\x00\x12\xab\xcd\x00\x0f")),
    "kotei-EXT-19": ("tochi", fixed_cell("画地メモ漢字", b"\x0e\x45\x6d\x43\x60" + b"\x43\x60" * 13)),
    "kotei-EXT-03": ("kyoyu", _short_record),
}
