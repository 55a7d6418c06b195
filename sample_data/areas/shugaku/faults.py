"""Faults in 就学: one planter per line of faults.csv."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames
from sample_data.bench import Bench, Record
from sample_data.planters import Planter, Value, cells, dropped

REGISTER, PERMIT = "shugaku.gakureibo", "shugaku.kyoka"
GRANT, PAID = "shugaku.enjo", "shugaku.shikyu"
_TODAY, _MARCH = "46296", "46112"  # 2026-10-01 and 2026-03-31, counted by Excel
LATEST = pl.col("簿_最新") == "1"
HERE = LATEST & (pl.col("簿_状態") == "10") & (pl.col("学校_指定校") == pl.col("学校_在籍校"))
LONG = pl.col("異動_入学日") < "46000"
GRANTED = (pl.col("認定区分") == "準") & (pl.col("支給済額") != "0")


def views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_rows: rows of the child; _helped: the child has had 就学援助."""
    own = tables["shugaku"]
    helped = own["enjo"]["宛名番号"].implode()
    register = own["gakureibo"]
    return {
        "gakureibo": register.with_columns(
            _rows=pl.len().over("児童生徒_宛名番号"), _helped=pl.col("児童生徒_宛名番号").is_in(helped)
        )
    }


def _grade(more: int) -> Value:
    return lambda row: str(int(row["簿_学年"]) + more)


def _expired(bench: Bench, count: int) -> list[str]:
    """The permit of a child ran out last March."""
    keys = []
    valid = (pl.col("区分") == "指定校変更") & (pl.col("期間至") > _TODAY) & (pl.col("期間自") < "46000")
    for one in bench.pick(PERMIT, valid, count):
        bench.change(one, 期間至=_MARCH)
        child = LATEST & (pl.col("児童生徒_宛名番号") == one.record["宛名番号"])
        keys.append(bench.key_of(REGISTER, next(bench.matching(REGISTER, child)).record))
    return keys


def _not_registered(bench: Bench, count: int) -> list[str]:
    """A resident of school age has no row; the finding is at the resident."""
    keys = []
    alone = HERE & (pl.col("_rows") == 1) & ~pl.col("_helped") & (pl.col("児童生徒_国籍") == "日")
    for one in bench.pick(REGISTER, alone, count):
        bench.drop(one)
        resident = (pl.col("最新区分") == "1") & (pl.col("宛名番号") == one.record["児童生徒_宛名番号"])
        keys.append(bench.key_of("jumin.juki", next(bench.matching("jumin.juki", resident)).record))
    return keys


def _refused(bench: Bench, count: int) -> list[str]:
    """Paid although the request was refused: all payments of the year are found."""
    keys = []
    for one in bench.pick(GRANT, GRANTED, count):
        bench.change(one, 認定区分="否", 認定理由="")
        first, *others = (bench.key_of(PAID, row.record) for row in bench.matching(PAID, _payments(one.record)))
        keys.append(first)
        bench.partner(*others)
    return keys


def _lost_payment(bench: Bench, count: int) -> list[str]:
    keys = []
    for one in bench.pick(GRANT, GRANTED, count):
        bench.drop(next(bench.matching(PAID, _payments(one.record))))
        keys.append("|".join(one.record[name] for name in ("年度", "宛名番号", "支給済額")))
    return keys


def _payments(record: Record) -> pl.Expr:
    return (pl.col("対象_年度") == record["年度"]) & (pl.col("対象_宛名番号") == record["宛名番号"])


def _paid_twice(bench: Bench, count: int) -> list[str]:
    keys = []
    for one in bench.pick(PAID, pl.col("支給_費目") == "入学準備金", count):
        bench.add(PAID, one.record | {"対象_番号": "9"})
        keys.append(f"{one.record['対象_宛名番号']}|{1 if one.record['支給_種別'] == '小' else 2}")
    return keys


PLANTERS: dict[str, Planter] = {
    "shugaku-SHU-04-2": _expired,
    "shugaku-SHU-03": _not_registered,
    "shugaku-SHU-06": cells(REGISTER, LATEST & (pl.col("簿_状態") == "60"), 簿_状態="10", 異動_異動日="", 異動_事由=""),
    "shugaku-SHU-10-3": cells(REGISTER, HERE & (pl.col("簿_種別") == "中"), 学校_在籍校="303"),
    "shugaku-SHU-07-3": _paid_twice,
    "shugaku-SHU-07-2": _refused,
    "shugaku-SHU-07-5": _lost_payment,
    "shugaku-SHU-07": cells(
        GRANT,
        (pl.col("認定区分") == "準") & (pl.col("認定理由") == "2"),
        世帯所得=lambda row: str(int(row["需要額"]) * 2),
    ),
    "shugaku-COM-14": dropped(REGISTER, (pl.col("簿_連番") == "1") & (pl.col("_rows") > 1), key="児童生徒_宛名番号"),
    "shugaku-COM-16": cells(REGISTER, HERE, 簿_学年="99"),
    "shugaku-COM-17": cells(
        REGISTER,
        LATEST & (pl.col("簿_状態") == "40"),
        児童生徒_宛名番号=lambda row: row["児童生徒_宛名番号"].lstrip("0"),
    ),
    "shugaku-SHU-01": cells(
        REGISTER, HERE & pl.col("簿_学年").is_between(pl.lit("11"), pl.lit("15")), 簿_学年=_grade(1)
    ),
    "shugaku-SHU-01-3": cells(
        REGISTER, HERE & pl.col("簿_学年").is_between(pl.lit("12"), pl.lit("16")), 簿_学年=_grade(-1), 簿_年度="507"
    ),
    "shugaku-SHU-04": cells(
        REGISTER, HERE & pl.col("学校_指定校").is_in(["101", "102", "104"]), 学校_指定校="103", 学校_在籍校="103"
    ),
    "shugaku-SHU-05": cells(REGISTER, HERE, 保護者_宛名番号="", 保護者_続柄=""),
    "shugaku-SHU-06-3": cells(REGISTER, HERE & LONG, 異動_卒業日=_MARCH, 異動_事由="卒業"),
    "shugaku-SHU-08": cells(REGISTER, HERE, 学校_在籍校="999"),
    "shugaku-SHU-08-2": cells(REGISTER, HERE & (pl.col("学校_指定校") == "102"), 学校_在籍校="105"),
    "shugaku-SHU-09": cells(REGISTER, LATEST & (pl.col("受付番号") == "支援措置"), 受付番号="100999"),
    "shugaku-SHU-09-2": cells(REGISTER, HERE & pl.col("受付番号").str.contains("^[0-9]"), 受付番号="ＤＶ　閲覧注意"),
}
