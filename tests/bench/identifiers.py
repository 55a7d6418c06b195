"""Number transforms on columns: CPU seconds as ratios to one plain Polars string operation on the same column.

`python tests/bench/identifiers.py [--rows N]`. Contenders take turns, the best of three rounds counts. «usual» columns
repeat their values as a town's do and are right; «old» ones hold a tenth of numbers spelled otherwise or wrong.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Callable

import numpy as np
import polars as pl

from migration.transforms import TRANSFORMS
from migration.transforms.check_digits import digit_of
from migration.transforms.memo import Memo
from migration.transforms.postal import known_codes
from migration.transforms.references import References

ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--dir", help="not used: the data is made in memory")
    rows = parser.parse_args().rows
    random = np.random.default_rng(20261123)
    print(f"{rows:,} rows; CPU seconds, best of {ROUNDS}\n{'':36}{'s':>8}{'Mrow/s':>9}{'x plain op':>12}")
    for name, column, only_usual in columns(rows, random):
        contenders: dict[str, Callable[[], object]] = {"plain op (replace_all)": plain(column)}
        contenders[f"{name} usual"] = transform(name, column)
        if not only_usual:
            contenders[f"{name} old"] = transform(name, old(column, random))
        show(measure(contenders), rows)


def columns(rows: int, random: np.random.Generator) -> list[tuple[str, pl.Series, bool]]:
    """Transform, a column of right numbers, and whether it is measured on that alone."""
    postal = known_codes().sample(400, seed=1)
    phones = pl.Series(
        [f"093-282-{number:04}" for number in range(6_000)] + [f"090-{n:04}-{n:04}" for n in range(1_000, 9_000)]
    )
    return [
        ("individual_number", distinct("kojin", 11, rows, random), False),
        ("corporate_number", chosen(distinct("hojin", 12, 3_000, random), rows, random), False),
        ("serial_number", distinct("m11w2-7", 9, rows, random), False),
        ("insurer_number", chosen(distinct("m10w2-1", 7, 200, random), rows, random), False),
        ("postal_code", chosen(postal, rows, random), False),
        ("phone", chosen(phones, rows, random), False),
        ("municipality_code", chosen(pl.Series(["403831", "131016", "011011"]), rows, random), False),
        ("account_number", chosen(numbered(7, 40_000, random), rows, random), False),
        ("bank_code", chosen(pl.Series(["0001", "0177", "9900", "0118"]), rows, random), True),
        ("bank_branch", chosen(pl.Series(["0001-001", "0177-001", "9900-018", "0118-010"]), rows, random), True),
    ]


def distinct(kind: str, digits: int, rows: int, random: np.random.Generator) -> pl.Series:
    """`rows` numbers with right check digits, 50,000 different ones at most (what a town of 31,000 has)."""
    bodies = random.integers(10 ** (digits - 1), 10**digits, min(rows, 50_000)).astype(str).tolist()
    made = [digit_of(body, kind) + body if kind == "hojin" else body + digit_of(body, kind) for body in bodies]
    return chosen(pl.Series(made), rows, random)


def numbered(digits: int, count: int, random: np.random.Generator) -> pl.Series:
    return pl.Series(random.integers(0, 10**digits, count)).cast(pl.String).str.pad_start(digits, "0")


def chosen(values: pl.Series, rows: int, random: np.random.Generator) -> pl.Series:
    return values.gather(random.integers(0, len(values), rows))


def old(column: pl.Series, random: np.random.Generator) -> pl.Series:
    """A tenth of the numbers full width, or without their first sign."""
    spoiled = pl.Series(random.random(len(column)) < 0.05)
    wide = column.str.replace_many(list("0123456789"), list("０１２３４５６７８９"))
    shorter = pl.Series(random.random(len(column)) < 0.05)
    return wide.zip_with(spoiled, column.str.slice(1).zip_with(shorter, column))


def plain(column: pl.Series) -> Callable[[], object]:
    return lambda: column.str.replace_all("-", "", literal=True)


def transform(name: str, column: pl.Series) -> Callable[[], object]:
    """As convert runs it: the fast half, the rest once per distinct text."""
    prepared = TRANSFORMS[name].prepared(References({"area_code": "093"}), "")
    assert prepared is not None
    outcome, fast = prepared.outcome, prepared.fast
    frame = pl.DataFrame({"x": column}).lazy()
    return lambda: frame.select(Memo(outcome, "", fast).value(pl.col("x"))).collect(engine="streaming")


def measure(contenders: dict[str, Callable[[], object]]) -> dict[str, float]:
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(ROUNDS):
        for name, run in contenders.items():
            start = _cpu()
            run()
            best[name] = min(best[name], _cpu() - start)
    return best


def show(seconds: dict[str, float], rows: int) -> None:
    reference = next(iter(seconds.values()))
    for name, spent in seconds.items():
        print(f"{name:36}{spent:8.3f}{rows / max(spent, 1e-9) / 1e6:9.2f}{spent / max(reference, 1e-9):12.1f}")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
