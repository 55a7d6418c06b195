"""Faults in 後期高齢者医療: one planter per line of faults.csv."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames
from sample_data.bench import Bench
from sample_data.births import known_births
from sample_data.forms import NO_DAY
from sample_data.planters import Planter, Value, cells

PERSON, SHARE, LEVY, BILL = "koki.hihokensha", "koki.futan", "koki.fuka", "koki.kiwari"
RECEIPT, KOKUHO, JUKI = "koki.shuno", "kokuho.shikaku", "jumin.juki"
LATEST = pl.col("最新区分") == "1"
ACTIVE = LATEST & (pl.col("喪失日") == NO_DAY) & (pl.col("住特区分") == "0")
LOST = LATEST & (pl.col("喪失日") != NO_DAY)
SINGLE = ~pl.col("_more")
BY_AGE = ACTIVE & SINGLE & (pl.col("取得事由") == "11")
DRAWN = (pl.col("特徴額") != "000000000") & (pl.col("中止年月") == "") & (pl.col("賦課年度") < "2026")
BILLED = (pl.col("普徴額") != "000000000") & (pl.col("月数") == "12")


def views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_more: rows of the person; _kokuho: left 国保 for 後期; _came: moved in; _levied: has premiums or shares;
    _known: the day of birth is known."""
    own = tables["koki"]
    left = pl.DataFrame({"宛名番号": []}, schema={"宛名番号": pl.String})
    if "kokuho" in tables:
        left = tables["kokuho"]["shikaku"].filter((pl.col("喪失事由") == "63") & LATEST)
    moved = own["hihokensha"].filter(LATEST & (pl.col("取得事由") == "12"))["被保番号"].to_list()
    levied = pl.concat([own[name]["被保番号"] for name in ("fuka", "futan")]).unique().to_list()
    people = own["hihokensha"].with_columns(
        _more=pl.len().over("宛名番号") > 1,
        _kokuho=pl.col("宛名番号").is_in(left["宛名番号"].to_list()),
        _levied=pl.col("被保番号").is_in(levied),
        _known=pl.col("宛名番号").is_in(known_births(tables)),
    )
    return {"hihokensha": people, "fuka": own["fuka"].with_columns(_came=pl.col("被保番号").is_in(moved))}


def _plus(column: str, amount: int) -> Value:
    return lambda row: f"{int(row[column]) + amount:09d}"


def _open_again(reason: str) -> Planter:
    return cells(PERSON, LOST & (pl.col("喪失事由") == reason), 喪失日=NO_DAY, 喪失事由="")


def _same_number(bench: Bench, count: int) -> list[str]:
    """The number of one person on another, who was lost before any premium of the delivery."""
    keys = []
    for one, other in zip(
        bench.pick(PERSON, ACTIVE & SINGLE, count), bench.pick(PERSON, LOST & ~pl.col("_levied"), count), strict=False
    ):
        bench.change(other, 被保番号=one.record["被保番号"])
        keys.append(one.record["被保番号"])
    return keys


def _still_in_kokuho(bench: Bench, count: int) -> list[str]:
    """Nobody took the person out of 国保 when 後期 began."""
    keys = []
    for one in bench.pick(PERSON, ACTIVE & SINGLE & pl.col("_kokuho"), count):
        same = (pl.col("宛名番号") == one.record["宛名番号"]) & (pl.col("喪失事由") == "63") & LATEST
        for row in list(bench.matching(KOKUHO, same)):
            bench.change(row, 喪失年月日=NO_DAY, 喪失事由="", 喪失届出日=NO_DAY, 喪失処理日=NO_DAY)
        keys.append(bench.key_of(PERSON, one.record))
    return keys


def _column_of_juki(where: pl.Expr, **values: str) -> Planter:
    """The 後期 column of 住民票 says something else than the 資格."""

    def plant(bench: Bench, count: int) -> list[str]:
        keys = []
        for one in bench.pick(PERSON, where, count):
            same = (pl.col("宛名番号") == one.record["宛名番号"]) & LATEST
            for row in list(bench.matching(JUKI, same)):
                bench.change(row, **values)
            keys.append(bench.key_of(PERSON, one.record))
        return keys

    return plant


def _receipt_gone(bench: Bench, count: int) -> list[str]:
    """The only receipt of an instalment has not come."""
    keys = []
    for one in bench.pick(RECEIPT, (pl.col("収納種別") != "H") & (pl.col("期別") == "04"), count):
        bench.drop(one)
        keys.append("|".join((one.record["賦課年度"], one.record["被保番号"], str(int(one.record["期別"])))))
    return keys


def _not_insured(bench: Bench, count: int) -> list[str]:
    """Somebody of 75 who is in none of the tables of 後期."""
    keys = []
    for one in bench.pick(PERSON, BY_AGE, count):
        for name in (PERSON, SHARE, LEVY, BILL, RECEIPT):
            for row in list(bench.matching(name, pl.col("被保番号") == one.record["被保番号"])):
                bench.drop(row)
        same = (pl.col("宛名番号") == one.record["宛名番号"]) & LATEST
        keys += [bench.key_of(JUKI, row.record) for row in bench.matching(JUKI, same)]
    return keys


def _ninth(planter: Planter) -> Planter:
    """Keys of the last instalment, not of the year."""
    return lambda bench, count: [f"{key}|9" for key in planter(bench, count)]


def _not_redrawn(bench: Bench, count: int) -> list[str]:
    """The instalments are those before a correction: the last is 500 yen too much."""
    keys = []
    for one in bench.pick(BILL, pl.col("期別額９") != "", count):
        bench.change(one, **{name: f"{int(one.record[name]) + 500:09d}" for name in ("期別額９", "未納額９")})
        keys.append(bench.key_of(BILL, one.record))
    return keys


def _out_of_date(bench: Bench, count: int) -> list[str]:
    """The first instalment of two years ago was never paid, and nothing was done about it."""
    paid = pl.col("収納額１").str.contains("[1-9]") & (pl.col("還付額１") == "000000000")
    keys = []
    for one in bench.pick(BILL, paid & (pl.col("賦課年度") == "2024"), count):
        unpaid = {"収納額１": "000000000", "未納額１": one.record["期別額１"]}
        bench.change(one, 時効更新日=NO_DAY, 督促日=NO_DAY, **unpaid)
        mine = (pl.col("賦課年度") == "2024") & (pl.col("被保番号") == one.record["被保番号"])
        for receipt in list(bench.matching(RECEIPT, mine & (pl.col("期別") == "01"))):
            bench.drop(receipt)
        keys.append(f"{bench.key_of(BILL, one.record)}|1")
    return keys


PLANTERS: dict[str, Planter] = {
    "koki-COM-01": cells(PERSON, ACTIVE & SINGLE, 宛名番号=lambda row: "0099" + row["宛名番号"][4:]),
    "koki-COM-14": cells(PERSON, ACTIVE & SINGLE, key="宛名番号", 資格連番="002"),
    "koki-COM-16": cells(PERSON, LOST & (pl.col("喪失事由") == "22"), 喪失事由="77"),
    "koki-COM-17": cells(PERSON, ACTIVE & SINGLE, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "koki-COM-21": _open_again("22"),
    "koki-JUK-16": _column_of_juki(BY_AGE, 後期取得日="5080401"),
    "koki-JUK-16-2": _column_of_juki(LOST & (pl.col("喪失事由") == "22"), 後期区分="1", 後期取得日="5080401"),
    "koki-KOK-01": cells(
        PERSON,
        BY_AGE & (pl.col("取得日") > "5020101"),
        取得事由="13",
        取得日=lambda row: f"{int(row['取得日']) - 10_000:07d}",
    ),
    "koki-KOK-01-jumin": _not_insured,
    "koki-KOK-01-2": cells(
        PERSON,
        BY_AGE & pl.col("_known") & ~pl.col("取得日").str.ends_with("01"),
        取得日=lambda row: f"{int(row['取得日']) - 1:07d}",
    ),
    "koki-KOK-02": _same_number,
    "koki-KOK-02-2": cells(PERSON, ACTIVE & SINGLE, 保険者番号="403832"),
    "koki-KOK-03": _still_in_kokuho,
    "koki-KOK-03-3": cells(
        PERSON,
        LOST & (pl.col("喪失事由") == "22") & ~pl.col("喪失日").str.ends_with("01"),
        喪失日=lambda row: f"{int(row['喪失日']) - 1:07d}",
    ),
    "koki-KOK-04": cells(LEVY, DRAWN, **{"依頼額６": "000000000", "収入額６": "000000000"}),
    "koki-KOK-04-2": _not_redrawn,
    "koki-KOK-04-3": cells(LEVY, BILLED, 普徴額=_plus("普徴額", 1_000)),
    "koki-KOK-04-5": cells(LEVY, DRAWN, 月数="11"),
    "koki-KOK-05": cells(LEVY, DRAWN & (pl.col("賦課年度") == "2024"), 決定日="5080920"),
    "koki-KOK-06": cells(PERSON, ACTIVE & SINGLE, 連携日="4200401"),
    "koki-KOK-07": cells(
        LEVY, pl.col("_came") & (pl.col("軽減区分") == "0") & (pl.col("所得区分") == "A"), 所得区分="C"
    ),
    "koki-KOK-08": cells(LEVY, DRAWN & (pl.col("軽減区分") == "7") & (pl.col("所得区分") == "A"), 軽減区分="5"),
    "koki-KOK-08-2": cells(LEVY, DRAWN & (pl.col("被扶軽減") == "0"), 被扶軽減="1"),
    "koki-KOK-08-3": cells(SHARE, pl.col("年度") == "508", 適用至="5090831"),
    "koki-KOK-08-5": cells(SHARE, (pl.col("割合") == "10") & (pl.col("年度") == "507"), 割合="30"),
    "koki-KOK-09": _open_again("21"),
    "koki-KOK-09-3": cells(PERSON, ACTIVE & SINGLE, 送付先宛名番号="0099000000"),
    "koki-KOK-10": _ninth(cells(BILL, pl.col("未納額９") == "000000000", **{"未納額９": "000002500"})),
    "koki-KOK-10-3": _receipt_gone,
    "koki-SNO-03": _out_of_date,
}
