"""Dates of a column → YYYY-MM-DD, against plain Polars string operations on the same column in the same run.

python tests/bench/dates.py [--rows N] [--rounds N] [--dir DIR]

`era_date:birth` runs as convert runs it: the fast half on the whole column, the reader once per distinct text. Columns
of ordinary repetition have the births of a hundred years (36,500 days); `distinct` columns have every day of 1873 to
2099 once and again in random order, so that nothing is left to remember. Seconds are CPU seconds of this process (all
threads), the least of the rounds; the operations take turns.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from migration.transforms import TRANSFORMS
from migration.transforms.dates import read_date
from migration.transforms.eras import ERAS, wareki
from migration.transforms.memo import Memo
from migration.transforms.references import References

Operation = Callable[[pl.Series], pl.Series]


def columns(rows: int) -> dict[str, pl.Series]:
    """Columns by name: forms of random days."""
    rng = np.random.default_rng(7)
    births = [date(1925, 1, 1) + timedelta(number) for number in range(36_500)]
    every = [date(1873, 1, 1) + timedelta(number) for number in range(82_900)]
    forms: dict[str, tuple[Callable[[date], str], list[date]]] = {
        "EYYMMDD": (coded, births),
        "EYYMMDD distinct": (coded, every),
        "YYYYMMDD": (lambda day: day.strftime("%Y%m%d"), births),
        "YYYYMMDD distinct": (lambda day: day.strftime("%Y%m%d"), every),
        "YYYY-MM-DD": (date.isoformat, births),
        "SYYMMDD": (lambda day: "MTSHR"[int(coded(day)[0]) - 1] + coded(day)[1:], births),
        "S45.03.01": (dotted, births),
        "昭和45年3月1日": (wareki, births),
        "Ｓ４５．３．１": (wide, births),
    }
    made = {
        name: pl.Series([form(day) for day in days]).gather(rng.integers(0, len(days), rows))
        for name, (form, days) in forms.items()
    }
    odd = pl.Series(["3200000", "昭和20年春", "99999999", "0000000", "3500229", "450301", "年月日不詳", "S45.3.1"])
    usual, rare = made["EYYMMDD"], odd.gather(rng.integers(0, len(odd), rows))
    pick = pl.Series(rng.random(rows) < 0.03)
    made["EYYMMDD, 3 % odd"] = pl.select(pl.when(pick).then(rare).otherwise(usual)).to_series()
    return made


def coded(day: date) -> str:
    text = wareki(day)
    year, rest = text[2:].split("年")
    month, number = rest.removesuffix("日").split("月")
    return f"{ERAS.index(text[:2]) + 1}{1 if year == '元' else int(year):02}{int(month):02}{int(number):02}"


def dotted(day: date) -> str:
    text = coded(day)
    return f"{'MTSHR'[int(text[0]) - 1]}{text[1:3]}.{text[3:5]}.{text[5:]}"


def wide(day: date) -> str:
    return dotted(day).replace(".0", ".").translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def converted(texts: pl.Series) -> pl.Series:
    prepared = TRANSFORMS["era_date"].prepared(References(), "birth")
    assert prepared is not None
    read_date.cache_clear()
    memo = Memo(prepared.outcome, fast=prepared.fast)
    return run(texts, memo.value(pl.col("text")))


def run(texts: pl.Series, made: pl.Expr) -> pl.Series:
    return texts.to_frame("text").lazy().select(made.alias("made")).collect(engine="streaming").to_series()


def cpu(operation: Operation, texts: pl.Series) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    operation(texts)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dir", type=Path, help="not used: nothing is written")
    options = parser.parse_args()
    operations: dict[str, Operation] = {
        "era_date": converted,
        "slice": lambda texts: run(texts, pl.col("text").str.slice(0, 4)),
        "replace_all": lambda texts: run(texts, pl.col("text").str.replace_all("1", "-", literal=True)),
        "to_date": lambda texts: run(texts, pl.col("text").str.to_date("%Y%m%d", strict=False)),
    }
    print(f"{options.rows:,} rows, CPU seconds, least of {options.rounds}")
    print(f"{'':20}{'era_date':>10}{'M/s':>8}{'slice':>10}{'x':>7}{'replace_all':>13}{'x':>7}{'to_date':>10}{'x':>7}")
    for name, texts in columns(options.rows).items():
        least = dict.fromkeys(operations, float("inf"))
        for _ in range(options.rounds):
            for title, operation in operations.items():
                least[title] = min(least[title], cpu(operation, texts))
        ours, cut, replaced, parsed = least.values()
        speed = options.rows / ours / 1e6
        print(
            f"{name:20}{ours:10.3f}{speed:8.1f}{cut:10.3f}{ours / cut:7.2f}"
            f"{replaced:13.3f}{ours / replaced:7.2f}{parsed:10.3f}{ours / parsed:7.2f}"
        )


if __name__ == "__main__":
    main()
