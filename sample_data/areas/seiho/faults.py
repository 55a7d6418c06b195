"""Faults in 生活保護: one planter per line of faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.bench import Bench
from sample_data.planters import Planter, Value, cells, dropped

CASE = "seiho.case"
MEMBER = "seiho.setaiin"
DECISION = "seiho.kettei"
TICKET = "seiho.ken"
PAPER = "seiho.shinsei"
NOBODY = "0099970000"
ACTIVE = pl.col("状態") == "1"
FREE = ACTIVE & ~pl.col("_ticketed")
ANY_PAPER = pl.col("受付番号") > ""
PAST = pl.col("適用至") != "0000000"
LAST_APRIL = pl.col("適用自") == "5080401"
INSURED = (pl.col("最新区分") == "1") & (pl.col("喪失年月日") == "0000000") & (pl.col("特例区分") == "0")


def _overlaps(bench: Bench, count: int) -> list[str]:
    """The decision of April begins in March: every kind of help of it overlaps the one before."""
    keys = []
    for one in bench.pick(DECISION, LAST_APRIL & (pl.col("決定番号") > "001"), count):
        bench.change(one, 適用自="5080301")
        slots = [number for number, sign in enumerate("１２３４", 1) if one.record[f"扶助種{sign}"] in ("11", "12")]
        first, *others = (bench.key_of(DECISION, one.record)[:-1] + str(number) for number in slots)
        keys.append(first)
        bench.partner(*others)
    return keys


def _other_household(bench: Bench, count: int) -> list[str]:
    """The case is joined to another household of the 住民票: its members do not live there."""
    keys = []
    everybody = list(bench.matching(CASE, ACTIVE))
    for one in bench.pick(CASE, ACTIVE, count):
        other = next(case.record for case in everybody if case.index != one.index)
        bench.change(one, 住基世帯番号=other["住基世帯番号"])
        own = bench.matching(MEMBER, ACTIVE & (pl.col("ケース番号") == one.record["ケース番号"]))
        first, *rest = (bench.key_of(MEMBER, member.record) for member in own)
        keys.append(first)
        bench.partner(*rest)
    return keys


def _still_insured(bench: Bench, count: int) -> list[str]:
    """Somebody of 国保 comes to a case, and 国保 does not hear of it."""
    cases, people = bench.pick(CASE, ACTIVE, count), bench.pick("kokuho.shikaku", INSURED, count)
    pairs = zip(cases, people, strict=False)
    return [_joins(bench, case.record["ケース番号"], person.record["宛名番号"]) for case, person in pairs]


def _in_two_cases(bench: Bench, count: int) -> list[str]:
    """The head of a case is taken into another one as well."""
    keys = []
    heads = list(bench.matching(MEMBER, ACTIVE & (pl.col("世帯主区分") == "1")))
    for one in bench.pick(CASE, ACTIVE, count):
        head = next(head for head in heads if head.record["ケース番号"] != one.record["ケース番号"])
        keys.append(_joins(bench, one.record["ケース番号"], head.record["宛名番号"]))
        bench.partner(bench.key_of(MEMBER, head.record))
    return keys


def _joins(bench: Bench, case: str, person: str) -> str:
    """Adds a person to a case whose household of the 住民票 is another; the key of the new member."""
    there = [member.record for member in bench.matching(MEMBER, pl.col("ケース番号") == case)]
    record = there[0] | {
        "員番号": f"{len(there) + 1:02d}", "宛名番号": person, "続柄": "90", "世帯主区分": "0", "状態": "1",
        "開始日": "5080901", "除外日": "0000000", "除外理由": "", "世帯認定": "3", "支援措置": "0",
        **{f"加算{name}{sign}": "" for name in ("種", "自", "至", "額") for sign in "１２３"},
    }  # fmt: skip
    bench.add(MEMBER, record)
    return bench.key_of(MEMBER, record)


def _ticket_afterwards(bench: Bench, count: int) -> list[str]:
    """A 医療券 of the month after a person was taken off the case."""
    keys: list[str] = []
    model = next(bench.matching(TICKET, pl.col("券種") == "1")).record
    for one in bench.pick(MEMBER, (pl.col("状態") == "9") & (pl.col("除外日") > "5010501"), count):
        record = one.record
        month = _next_month(record["除外日"])
        number = f"69{len(keys):04d}{record['ケース番号'][3:]}"
        owner = {name: record[name] for name in ("ケース番号", "員番号", "宛名番号")}
        bench.add(TICKET, model | owner | {"券番号": number, "対象年月": month, "交付日": month + "01"})
        keys.append(number)
    return keys


def _too_old(bench: Bench, count: int) -> list[str]:
    """児童養育加算 goes on after the March after 18."""
    keys = []
    for one in bench.pick(MEMBER, ACTIVE & (pl.col("加算種１") == "KA"), count):
        bench.change(one, **{"加算至１": "54903"})
        keys.append(bench.key_of(MEMBER, one.record) + "|1")
    return keys


def _next_month(day: str) -> str:
    """Era, year and month after that of a day of 令和."""
    era, year, month = day[0], int(day[1:3]), int(day[3:5])
    return f"{era}{year + month // 12:02d}{month % 12 + 1:02d}"


def _more(column: str) -> Value:
    """A thousand yen more, as wide as before."""
    return lambda row: str(int(row[column]) + 1_000).zfill(len(row[column]))


PLANTERS: dict[str, Planter] = {
    "seiho-SEI-06": _ticket_afterwards,
    "seiho-SEI-07": _too_old,
    "seiho-SEI-01": _in_two_cases,
    "seiho-COM-01-2": cells(PAPER, ANY_PAPER, 申請者宛名番号=NOBODY),
    "seiho-COM-17": cells(MEMBER, FREE, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "seiho-SEI-02-2": cells(CASE, ACTIVE, 停止日="5080801"),
    "seiho-SEI-03": _other_household,
    "seiho-SEI-05": _still_insured,
    "seiho-COM-14-2": dropped(DECISION, pl.col("決定番号") == "002", key="ケース番号"),
    "seiho-COM-16": cells(DECISION, PAST, key="", **{"扶助種１": "99"}),
    "seiho-SEI-02-3": _overlaps,
    "seiho-SEI-02-4": cells(PAPER, ANY_PAPER, 送付日=lambda row: row["決定日"]),
    "seiho-SEI-04": cells(DECISION, PAST, key="", **{"支給額１": _more("支給額１")}),
    "seiho-SEI-08": cells("seiho.henkan", pl.col("決定額") > "", 残額=_more("残額")),
}
