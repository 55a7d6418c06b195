"""Faults in the series of doses: a record twice, a dose twice, too soon, too many, one missing."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from sample_data.bench import Bench, Picked, Record
from sample_data.formats import standard_codes
from sample_data.planters import Planter
from sample_data.records import TOWN_CODE

SHOT, PERSON, PREGNANCY = "kenko.sesshu", "kenko.kojin", "kenko.ninshin"
_GIVEN = (pl.col("判定区分") == "1") & (pl.col("自治体コード") == TOWN_CODE)
_ROUTINE = pl.col("接種日") > "20130501"
_EARLY_IN_MONTH = pl.col("接種日").str.slice(6) <= "20"


def _dose(vaccine: str, number: str) -> pl.Expr:
    return (pl.col("種別コード") == vaccine) & (pl.col("回数") == number) & (pl.col("判定区分") == "1")


def _later(day: str, days: int) -> str:
    """Within the month."""
    return f"{day[:6]}{int(day[6:]) + days:02d}"


def _kind(record: Record) -> str:
    return standard_codes("kenko", "wakuchin")[record["種別コード"]]


def _twice(where: pl.Expr, changed: Callable[[Record], Record], key: Callable[[Record], str]) -> Planter:
    """A record once more under a new serial number."""

    def plant(bench: Bench, count: int) -> list[str]:
        keys = []
        for shot in bench.pick(SHOT, _GIVEN & where, count):
            record = shot.record | {"接種連番": "0500"} | changed(shot.record)
            bench.add(SHOT, record)
            keys.append(key(record))
        return keys

    return plant


def _iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def _too_soon(bench: Bench, count: int) -> list[str]:
    """The second dose three days after the first."""
    keys = []
    for first in bench.pick(SHOT, _GIVEN & _dose("PCV", "1") & pl.col("_goes_on") & _EARLY_IN_MONTH & _ROUTINE, count):
        second = _of_same(bench, first, "2")
        bench.change(second, 接種日=_later(first.record["接種日"], 3))
        keys.append(bench.key_of(SHOT, second.record))
    return keys


def _gap(bench: Bench, count: int) -> list[str]:
    """The first dose is not in the old system either: its count of records says so."""
    keys = []
    for first in bench.pick(SHOT, _GIVEN & _dose("DPT", "1") & pl.col("_goes_on"), count):
        mine = pl.col("宛名番号") == first.record["宛名番号"]
        person = next(bench.matching(PERSON, mine))
        bench.drop(first)
        bench.change(person, 接種件数=str(int(person.record["接種件数"]) - 1))
        keys.append(bench.key_of(SHOT, _of_same(bench, first, "2").record))
    return keys


def _of_same(bench: Bench, shot: Picked, dose: str) -> Picked:
    mine = pl.col("宛名番号") == shot.record["宛名番号"]
    return next(bench.matching(SHOT, mine & _dose(shot.record["種別コード"], dose)))


def _too_late(bench: Bench, count: int) -> list[str]:
    """The second 麻しん風しん at the age of school."""
    keys = []
    for shot in bench.pick(SHOT, _GIVEN & _dose("MR", "2") & (pl.col("接種日") < "20230101"), count):
        shifted = {name: str(int(shot.record[name]) + 20_000) for name in ("接種日", "取込日")}
        bench.change(shot, **{name: day.replace("0229", "0228") for name, day in shifted.items()})
        keys.append(bench.key_of(SHOT, shot.record))
    return keys


def _first_pregnancy_lost(bench: Bench, count: int) -> list[str]:
    picked = bench.pick(PREGNANCY, pl.col("_many") & (pl.col("届出連番") == "001"), count)
    for one in picked:
        bench.drop(one)
    return [one.record["宛名番号"] for one in picked]


SERIES: dict[str, Planter] = {
    "kenko-COM-14": _first_pregnancy_lost,
    "kenko-KEN-02": _twice(
        _dose("COV_R", "2"),
        lambda record: {"取込元": "S"},
        lambda record: f"{record['宛名番号']}|{_kind(record)}|2|{_iso(record['接種日'])}",
    ),
    "kenko-KEN-02-2": _twice(
        _dose("JE", "1") & _EARLY_IN_MONTH,
        lambda record: {"接種日": _later(record["接種日"], 2)},
        lambda record: f"{record['宛名番号']}|{_kind(record)}|1",
    ),
    "kenko-KEN-03": _too_soon,
    "kenko-KEN-03-2": _too_late,
    "kenko-KEN-03-3": _twice(
        _dose("PPV65", "1") & (pl.col("接種日") < "20250801"),
        lambda record: {
            "回数": "2",
            "接種日": str(int(record["接種日"]) + 10_000).replace("0229", "0228"),
            "取込日": str(int(record["取込日"]) + 10_000).replace("0229", "0228"),
        },
        lambda record: f"{record['宛名番号']}|{_kind(record)}",
    ),
    "kenko-KEN-04": _gap,
}
