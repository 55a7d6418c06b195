"""Faults in 児童手当: one planter per line of faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.bench import Bench, Record
from sample_data.planters import Planter, cells

PERSON = "jite.jukyusha"
CHILD = "jite.jido"
AMOUNT = "jite.gaku"
PAID = "jite.shiharai"
NOBODY = "0099970000"
RECEIVING = (pl.col("資格状態") == "10") & (pl.col("差止区分") == "0") & (pl.col("支援措置区分") == "0")
ENDED = pl.col("資格状態") == "20"
CHILD_NOW = (pl.col("児童区分") == "1") & (pl.col("児童状態") == "1") & (pl.col("住所抑止") == "0")
GROWN_UP = (pl.col("児童区分") == "2") & (pl.col("児童状態") == "1")
GOING_ON = (pl.col("適用終了年月") == "00000") & (pl.col("適用開始年月") > "50609")
AUGUST = pl.col("支払年月") == "50808"


def _month(record: Record, name: str) -> str:
    """A month as findings show it."""
    text = record[name]
    return f"{int(text[1:3]) + (2018 if text[0] == '5' else 1988)}-{text[3:]}"


def _paid_key(record: Record) -> str:
    return f"{record['認定番号']}|{_month(record, '支払年月')}|{int(record['支払連番'])}"


def _payment(where: pl.Expr, **values: str) -> Planter:
    def plant(bench: Bench, count: int) -> list[str]:
        picked = bench.pick(PAID, where, count)
        for one in picked:
            bench.change(one, **values)
        return [_paid_key(one.record | values) for one in picked]

    return plant


def _second_recipient(bench: Bench, count: int) -> list[str]:
    """A child is entered with another recipient as well."""
    keys = []
    own, others = bench.pick(CHILD, CHILD_NOW & (pl.col("_children") == 1), count), bench.pick(PERSON, RECEIVING, count)
    for child, other in zip(own, others, strict=False):
        row = child.record | {"認定番号": other.record["認定番号"], "児童連番": "11"}
        bench.add(CHILD, row)
        keys.append(bench.key_of(CHILD, row))
        bench.partner(bench.key_of(CHILD, child.record))
    return keys


def _twice(bench: Bench, count: int) -> list[str]:
    keys = []
    for child in bench.pick(CHILD, CHILD_NOW, count):
        row = child.record | {"児童連番": "12"}
        bench.add(CHILD, row)
        keys.append(bench.key_of(CHILD, row))
        bench.partner(bench.key_of(CHILD, child.record))
    return keys


def _paid_after_the_end(bench: Bench, count: int) -> list[str]:
    """As after a batch that took ended recipients up again."""
    keys = []
    model = next(iter(bench.matching(PAID, AUGUST))).record
    for person in bench.pick(PERSON, ENDED & (pl.col("支給終了年月") < "50805"), count):
        row = model | {"認定番号": person.record["認定番号"], "支払連番": "02"}
        bench.add(PAID, row)
        keys.append(_paid_key(row))
    return keys


def _paid_while_suspended(bench: Bench, count: int) -> list[str]:
    keys = []
    model = next(iter(bench.matching(PAID, AUGUST))).record
    for person in bench.pick(PERSON, (pl.col("差止区分") == "1"), count):
        row = model | {"認定番号": person.record["認定番号"], "支払連番": "03"}
        bench.add(PAID, row)
        keys.append(_paid_key(row))
    return keys


def _forgotten_third_child(bench: Bench, count: int) -> list[str]:
    """The grown-up brother or sister was not taken over into the ranks: the first child paid for counts as first."""
    keys = []
    for grown in bench.pick(CHILD, GROWN_UP & (pl.col("_grown") == 1), count):
        same = pl.col("認定番号") == grown.record["認定番号"]
        for row in list(bench.matching(AMOUNT, same & GOING_ON)):
            rank = int(row.record["算定順位"]) - 1
            bench.change(row, 算定順位=f"{rank:02d}")
        keys.append(bench.key_of(CHILD, grown.record))
    return keys


def _first_row_lost(bench: Bench, count: int) -> list[str]:
    picked = bench.pick(AMOUNT, (pl.col("履歴連番") == "001") & (pl.col("適用終了年月") == "50609"), count)
    for row in picked:
        bench.drop(row)
    return [f"{row.record['認定番号']}|{int(row.record['児童連番'])}" for row in picked]


PLANTERS: dict[str, Planter] = {
    "jite-COM-01": cells(PERSON, ENDED, 宛名番号=NOBODY),
    "jite-COM-09": cells(PERSON, RECEIVING, 受給者氏名="山田　〓子"),
    "jite-COM-14": _first_row_lost,
    "jite-COM-16": cells(PERSON, RECEIVING, 受給区分="07"),
    "jite-COM-20": cells(PERSON, RECEIVING, 銀行番号="0189", 支店番号="001"),
    "jite-JID-01": _second_recipient,
    "jite-JID-02": cells(CHILD, CHILD_NOW & (pl.col("_children") == 1), 児童生年月日="4190510"),
    "jite-JID-02-3": cells(CHILD, GROWN_UP, 確認書受付日="0000000"),
    "jite-JID-02-4": _forgotten_third_child,
    "jite-JID-03": cells(AMOUNT, GOING_ON & (pl.col("単価区分") == "C"), 支給月額="015000"),
    "jite-JID-03-2": _payment(AUGUST, 支払金額="00001000"),
    "jite-JID-04": _paid_after_the_end,
    "jite-JID-06": cells(AMOUNT, GOING_ON & (pl.col("_children") == 1), 単価区分="E", 支給月額="005000"),
    "jite-COM-18-2": cells(PERSON, RECEIVING & (pl.col("支援措置区分") == "0"), 支援措置区分="1"),
    "jite-JID-08": cells(PERSON, RECEIVING, 口座名義カナ="ﾌｸｵｶ ﾀﾛｳ"),
    "jite-JID-10": _paid_while_suspended,
    "jite-JID-11": _twice,
    "jite-JUK-16": cells(PERSON, ENDED, 資格状態="10", 消滅事由="", 消滅日="0000000", 支給終了年月="00000"),
}  # fmt: skip
