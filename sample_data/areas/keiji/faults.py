"""Faults in 軽自動車税: one planter per line of faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.areas.keiji.tax import SLOTS
from sample_data.bench import Bench, Record
from sample_data.planters import Planter, cells, dropped, twins

CAR = "keiji.sharyo"
TAX = "keiji.kazei"
FREE = "keiji.genmen"
NOBODY = "0099990000"
FAMILY_CAR = pl.col("車種区分") == "13"
ON_ROAD = (pl.col("車両状態") == "1") & (pl.col("所有権留保") == "0")
UNTAXED = pl.col("_taxes") == 0
PLATE = ("標識地名", "標識分類", "標識かな", "標識一連")
UNFREED = (pl.col("減免額") == "000000000") & (pl.col("課税状態") == "1")
STANDARD = (pl.col("税率区分") == "1") & UNFREED
THIS_YEAR = pl.col("課税年度") == "2026"
SINCE_2024 = pl.col("減免年度１") == "2024"


def _other_payer(bench: Bench, count: int, *, known: bool) -> list[str]:
    """The tax goes to another resident; or, for a car passed on later, to a number nobody has."""
    passed = pl.col("名義変更年月日") != "0000000"
    cars = bench.pick(CAR, ON_ROAD & (pl.col("_taxes") > 0) & (passed if not known else ~passed), count * 6)
    strangers = bench.pick("jumin.juki", (pl.col("最新区分") == "1") & (pl.col("住民状態") == "10"), count)
    keys: list[str] = []
    for car in cars:
        taxes = list(bench.matching(TAX, pl.col("車両管理番号") == car.record["車両管理番号"]))
        owner = car.record["納税義務者宛名番号"]
        fit = [tax for tax in taxes if (tax.record["納税義務者宛名番号"] == owner) is known]
        if fit and len(keys) < count:
            bench.change(fit[0], 納税義務者宛名番号=strangers[len(keys)].record["宛名番号"] if known else NOBODY)
            keys.append(bench.key_of(TAX, fit[0].record))
    return keys


def _taxed_after_scrapping(bench: Bench, count: int) -> list[str]:
    passed = pl.col("名義変更年月日") != "0000000"
    cars = bench.pick(CAR, ON_ROAD & (pl.col("_taxes") == 1) & ~passed & (pl.col("登録年月日") < "5080301"), count)
    for car in cars:
        bench.change(car, 車両状態="2", 廃車年月日="5080320", 廃車事由="01")
    return [f"2026|{car.record['車両管理番号']}" for car in cars]


def _owned_by_the_dead(bench: Bench, count: int) -> list[str]:
    dead = bench.pick(
        "jumin.juki", (pl.col("最新区分") == "1") & (pl.col("住民状態") == "30") & pl.col("_alone"), count
    )
    cars = bench.pick(CAR, ON_ROAD & UNTAXED, count)
    for car, person in zip(cars, dead, strict=False):
        number = person.record["宛名番号"]
        bench.change(car, 所有者宛名番号=number, 納税義務者宛名番号=number)
    return [bench.key_of(CAR, car.record) for car in cars]


def _unrecorded(bench: Bench, count: int) -> list[str]:
    """A reduction in the tax without its record."""
    picked = bench.pick(FREE, SINCE_2024, count)
    for one in picked:
        bench.drop(one)
        bench.partner(*(f"{one.record[f'減免年度{slot}']}|{one.record['車両管理番号']}" for slot in _later(one.record)))
    return [f"2024|{one.record['車両管理番号']}" for one in picked]


def _without_certificate(bench: Bench, count: int) -> list[str]:
    """The number of the certificate is missing; it is the same for every year of the reduction."""
    picked = bench.pick(FREE, pl.col("減免事由１") == "01", count)
    for one in picked:
        bench.change(one, 手帳番号="")
        bench.partner(*_rows_of(one.record)[1:])
    return [_rows_of(one.record)[0] for one in picked]


def _two_cars_freed(bench: Bench, count: int) -> list[str]:
    """One disabled person with reductions for two cars in the same years."""
    cars, others = bench.pick(FREE, SINCE_2024, count), bench.pick(FREE, SINCE_2024, count)
    pairs = list(zip(cars, others, strict=False))
    for one, other in pairs:
        bench.change(other, 障害者宛名番号=one.record["障害者宛名番号"])
        shared = min(len(_rows_of(one.record)), len(_rows_of(other.record)))  # years, both from 2024
        bench.partner(*_rows_of(other.record)[1:shared], *_rows_of(one.record)[:shared])
    return [_rows_of(other.record)[0] for _, other in pairs]


def _rows_of(record: Record) -> list[str]:
    """Keys of the standard rows of one record of 減免: one for each year filled, numbered from 1."""
    return [f"{record['車両管理番号']}|{number}" for number in range(1, len(_later(record)) + 2)]


def _later(record: Record) -> list[str]:
    """The slots after the first that hold a year."""
    return [slot for slot in SLOTS[1:] if record[f"減免年度{slot}"]]


def _rate(rate: str, sum_: str = "") -> Planter:
    """A car at the standard rate is given another rate code and, if stated, another sum."""
    money = {"年税額": sum_, "調定額": sum_} if sum_ else {}
    return cells(TAX, STANDARD & FAMILY_CAR & (pl.col("課税年度") == "2026"), 税率区分=rate, **money)


def _wrong_sum(rate: str) -> Planter:
    only = (pl.col("税率区分") == rate) & FAMILY_CAR & UNFREED
    return cells(TAX, only, 年税額="000099900", 調定額="000099900")


PLANTERS: dict[str, Planter] = {
    "keiji-COM-01": cells(CAR, ON_ROAD & UNTAXED, 納税義務者宛名番号=NOBODY),
    "keiji-COM-01-2": lambda bench, count: _other_payer(bench, count, known=False),
    "keiji-COM-14": dropped(
        "keiji.ido", (pl.col("異動連番") == "001") & (pl.col("異動事由") == "01") & pl.col("_two"), key="車両管理番号"
    ),
    "keiji-COM-17": cells(CAR, ON_ROAD & UNTAXED, 納税義務者宛名番号=lambda row: row["納税義務者宛名番号"].lstrip("0")),
    "keiji-COM-22": cells("keiji.ido", pl.col("異動事由") == "01", 処理年月日="4010401"),
    "keiji-KEI-01": twins(CAR, ON_ROAD & FAMILY_CAR, ON_ROAD & FAMILY_CAR, PLATE),
    "keiji-KEI-01-2": cells(CAR, ON_ROAD & FAMILY_CAR, 標識かな=""),
    "keiji-KEI-02": cells(CAR, (pl.col("車両状態") == "2") & UNTAXED, 廃車年月日="4120401"),
    "keiji-KEI-02-2": cells(CAR, ON_ROAD & UNTAXED, 車両状態="2"),
    "keiji-KEI-03": _taxed_after_scrapping,
    "keiji-KEI-03-2": lambda bench, count: _other_payer(bench, count, known=True),
    "keiji-KEI-04": _rate("1", "000010900"),
    "keiji-KEI-04-2": _wrong_sum("2"),
    "keiji-KEI-04-3": _wrong_sum("3"),
    "keiji-KEI-04-4": _rate("4"),
    "keiji-KEI-04-5": _rate("5"),
    "keiji-KEI-04-6": _rate("6"),
    "keiji-KEI-04-7": _rate("3", "000012900"),
    "keiji-KEI-05": cells(CAR, ON_ROAD & FAMILY_CAR, 初度検査年月=""),
    "keiji-KEI-06": twins(CAR, ON_ROAD, ON_ROAD, ("車台番号",)),
    "keiji-KEI-06-2": cells(CAR, ON_ROAD & FAMILY_CAR, 車台番号=""),
    "keiji-KEI-07": _two_cars_freed,
    "keiji-KEI-07-2": _without_certificate,
    "keiji-KEI-07-3": cells(FREE, pl.col("減免事由１") == "01", **{"減免額１": "000000100"}),
    "keiji-KEI-07-4": _unrecorded,
    "keiji-SNO-06": twins(TAX, STANDARD & THIS_YEAR, STANDARD & THIS_YEAR, ("通知書番号",)),
    "keiji-KEI-08": _owned_by_the_dead,
    "keiji-KEI-08-2": cells(CAR, ON_ROAD & UNTAXED, 所有権留保="1"),
    "keiji-KEI-09": cells(TAX, STANDARD, 調定額="000000100"),
    "keiji-KEI-09-2": cells(TAX, STANDARD, 課税状態="3"),
}
