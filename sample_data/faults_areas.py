"""Faults in 印鑑登録, 軽自動車税 and 住登外者宛名: one planter per line of data/faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.bench import Bench, Record
from sample_data.keiji_tax import SLOTS
from sample_data.planters import Planter, cells, dropped, key_of, twins

SEAL, IMAGE, CAR, TAX, FREE, OUTSIDE = (
    "inkan.toroku", "inkan.inei_index", "keiji.sharyo", "keiji.kazei", "keiji.genmen", "jutogai.jutogai",
)  # fmt: skip
ACTIVE = pl.col("登録状態") == "A"
ENDED = pl.col("登録状態") == "D"
NOBODY = "0099990000"
FAMILY_CAR = pl.col("車種区分") == "13"
ON_ROAD = (pl.col("車両状態") == "1") & (pl.col("所有権留保") == "0")
UNTAXED = pl.col("_taxes") == 0
PLATE = ("標識地名", "標識分類", "標識かな", "標識一連")
UNFREED = (pl.col("減免額") == "000000000") & (pl.col("課税状態") == "1")
STANDARD = (pl.col("税率区分") == "1") & UNFREED
SINCE_2024 = pl.col("減免年度１") == "2024"
LEADER = pl.col("代表区分") == "1"


def _seal_of_a_child(bench: Bench, count: int) -> list[str]:
    child = (
        (pl.col("最新区分") == "1") & (pl.col("住民状態") == "10") & (pl.col("生年月日") > "5010601") & pl.col("_alone")
    )
    children = bench.pick("jumin.juki", child & (pl.col("生年月日").str.len_chars() == 7), count)
    seals = bench.pick(SEAL, ACTIVE, count)
    for seal, one in zip(seals, children, strict=False):
        bench.change(seal, 宛名番号=one.record["宛名番号"], 登録氏名区分="7")
    return [key_of(SEAL, seal.record) for seal in seals]


def _revived(bench: Bench, count: int) -> list[str]:
    """A registration of somebody gone is active again; its row in 廃止履歴 is missing."""
    seals = bench.pick(SEAL, ENDED & pl.col("廃止事由").is_in(["02", "03"]), count)
    for seal in seals:
        bench.change(seal, 登録状態="A", カード状態="1", 廃止年月日="0000000", 廃止事由="")
        for row in list(bench.matching("inkan.haishi", pl.col("登録番号") == seal.record["登録番号"])):
            bench.drop(row)
    return [key_of(SEAL, seal.record) for seal in seals]


def _ended_but_active(bench: Bench, count: int) -> list[str]:
    keys = []
    model = next(iter(bench.matching("inkan.haishi", pl.col("廃止事由") == "05"))).record
    for seal in bench.pick(SEAL, ACTIVE, count):
        row = model | {name: seal.record[name] for name in ("登録番号", "宛名番号")} | {"廃止連番": "01"}
        bench.add("inkan.haishi", row | {"廃止年月日": "R080401", "処理年月日": "R080401"})
        keys.append(key_of("inkan.haishi", row))
    return keys


def _second_seal(bench: Bench, count: int) -> list[str]:
    owners, seals = bench.pick(SEAL, ACTIVE, count), bench.pick(SEAL, ACTIVE, count)
    for seal, owner in zip(seals, owners, strict=False):
        bench.change(seal, 宛名番号=owner.record["宛名番号"], 登録氏名区分="7", 登録年月日="5080401")
        bench.partner(key_of(SEAL, owner.record))
    return [key_of(SEAL, seal.record) for seal in seals]


def _short_number(bench: Bench, count: int) -> list[str]:
    keys = []
    for seal in bench.pick(SEAL, ACTIVE, count):
        short = seal.record["登録番号"].lstrip("0")
        for row in list(bench.matching(IMAGE, pl.col("登録番号") == seal.record["登録番号"])):
            bench.change(row, 登録番号=short)
        bench.change(seal, 登録番号=short)
        keys.append(short)
    return keys


def _no_image(bench: Bench, count: int) -> list[str]:
    seals = bench.pick(SEAL, ACTIVE, count)
    for seal in seals:
        for row in list(bench.matching(IMAGE, pl.col("登録番号") == seal.record["登録番号"])):
            bench.drop(row)
    return [key_of(SEAL, seal.record) for seal in seals]


def _same_image(bench: Bench, count: int) -> list[str]:
    keys = []
    for one, other in zip(bench.pick(SEAL, ACTIVE, count), bench.pick(SEAL, ACTIVE, count), strict=False):
        model = next(bench.matching(IMAGE, pl.col("登録番号") == one.record["登録番号"]))
        copy = next(bench.matching(IMAGE, pl.col("登録番号") == other.record["登録番号"]))
        bench.change(copy, ハッシュ値=model.record["ハッシュ値"])
        keys.append(key_of(IMAGE, copy.record))
        bench.partner(key_of(IMAGE, model.record))
    return keys


def _image(bench: Bench, count: int, where: pl.Expr, **values: str) -> list[str]:
    keys = []
    for seal in bench.pick(SEAL, where, count):
        row = next(bench.matching(IMAGE, pl.col("登録番号") == seal.record["登録番号"]))
        bench.change(row, **values)
        keys.append(key_of(IMAGE, row.record))
    return keys


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
            keys.append(key_of(TAX, fit[0].record))
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
    return [key_of(CAR, car.record) for car in cars]


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


def _taken_number(bench: Bench, count: int) -> list[str]:
    people = bench.pick(
        "jumin.juki", (pl.col("最新区分") == "1") & (pl.col("住民状態") == "10") & pl.col("_alone"), count
    )
    outsiders = bench.pick(OUTSIDE, LEADER, count)
    for one, person in zip(outsiders, people, strict=False):
        bench.change(one, 宛名番号=person.record["宛名番号"])
    return [person.record["宛名番号"] for person in people]


def _rate(rate: str, sum_: str = "") -> Planter:
    """A car at the standard rate is given another rate code and, if stated, another sum."""
    money = {"年税額": sum_, "調定額": sum_} if sum_ else {}
    return cells(TAX, STANDARD & FAMILY_CAR & (pl.col("課税年度") == "2026"), 税率区分=rate, **money)


def _wrong_sum(rate: str) -> Planter:
    only = (pl.col("税率区分") == rate) & FAMILY_CAR & UNFREED
    return cells(TAX, only, 年税額="000099900", 調定額="000099900")


INKAN: dict[str, Planter] = {
    "inkan-COM-01": cells(SEAL, ACTIVE, 宛名番号=lambda row: "0099" + row["登録番号"][2:]),
    "inkan-COM-17": cells(SEAL, ENDED, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "inkan-COM-22": cells(SEAL, ACTIVE, 登録年月日="5081130"),
    "inkan-INK-01": _seal_of_a_child,
    "inkan-INK-02": _revived,
    "inkan-INK-02-2": _ended_but_active,
    "inkan-INK-03": _second_seal,
    "inkan-INK-04": _short_number,
    "inkan-INK-04-2": cells(SEAL, ACTIVE, カード状態="2"),
    "inkan-INK-05": _no_image,
    "inkan-INK-05-2": lambda bench, count: _image(bench, count, ACTIVE, ファイル長="00000000"),
    "inkan-INK-05-3": lambda bench, count: [
        key.split("|")[0] for key in _image(bench, count, ENDED, 最新区分="0")
    ],
    "inkan-INK-06": _same_image,
    "inkan-INK-07": lambda bench, count: _image(bench, count, ACTIVE, 縦="0300"),
    "inkan-INK-08": cells(SEAL, ACTIVE & (pl.col("登録氏名区分") == "2"), 登録氏名="鬼龍院"),
    "inkan-INK-09": cells(SEAL, ACTIVE, 登録年月日="3300401"),
    "inkan-INK-09-2": cells(SEAL, ENDED, 廃止年月日="3400401"),
    "inkan-INK-09-3": cells(SEAL, ENDED, 廃止事由=""),
    "inkan-INK-11": cells(SEAL, pl.col("登録状態") == "S", コンビニ交付停止="0"),
}  # fmt: skip
KEIJI: dict[str, Planter] = {
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
    "keiji-KEI-08": _owned_by_the_dead,
    "keiji-KEI-08-2": cells(CAR, ON_ROAD & UNTAXED, 所有権留保="1"),
    "keiji-KEI-09": cells(TAX, STANDARD, 調定額="000000100"),
    "keiji-KEI-09-2": cells(TAX, STANDARD, 課税状態="3"),
}
JUTOGAI: dict[str, Planter] = {
    "jutogai-COM-01": cells(OUTSIDE, pl.col("代表区分") == "2", 名寄先番号="0888888888"),
    "jutogai-COM-01-2": cells(OUTSIDE, LEADER, 名寄先番号="0800000900"),
    "jutogai-COM-03": _taken_number,
    "jutogai-COM-08": twins(
        OUTSIDE,
        LEADER,
        LEADER,
        ("氏名", "氏", "名", "カナ氏", "カナ名", "生年月日", "性別", "市町村名", "町字名", "番地"),
    ),
    "jutogai-COM-08-2": cells(OUTSIDE, LEADER, 氏名="", 氏="", 名=""),
    "jutogai-COM-17": cells(OUTSIDE, LEADER, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "jutogai-COM-22": cells(OUTSIDE, LEADER, 更新日時="20270105 101500"),
    "jutogai-COM-23": cells(OUTSIDE, LEADER, 郵便番号="123"),
    "jutogai-COM-23-2": cells(OUTSIDE, LEADER, 登録業務=""),
}
