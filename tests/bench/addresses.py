"""Distinct addresses split a second of one core, beside a plain Polars string operation on the same column.

    python tests/bench/addresses.py [--rows N] [--dir FOLDER] [--nation FILE]

CPU seconds of this process (user and system), the contenders one after the other within a round, the best of the
rounds. `--nation` takes a nation-wide list of 町字 (geolonia) and measures with it too, the list's reading included.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

import sample_data
from migration.transforms import TRANSFORMS
from migration.transforms.memo import Memo
from migration.transforms.references import References
from sample_data.town import TOWN_LIST

ROUNDS = 3
BUILDINGS = ("　コーポ海老津{}号室", " ハイツ二番館{}", "メゾン岡垣{}", "", "", "", "", "")
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")


def drawn(rows: int, towns: list[str]) -> pl.Series:
    """Distinct addresses of the town as old systems write them: with and without names, five ways of lots."""
    draw = random.Random(1)
    texts = []
    for number in range(rows):
        town, lot = draw.choice(towns), draw.randrange(1, 3000)
        where = draw.choice(("福岡県遠賀郡岡垣町", "岡垣町", "", ""))
        written = draw.choice(("{}番地{}", "{}番地の{}", "{}-{}", "{}番{}号", "{}番{}")).format(lot, number)
        text = where + town + written + draw.choice(BUILDINGS).format(draw.randrange(101, 999))
        texts.append(text.translate(WIDE) if number % 2 else text)
    return pl.Series(texts, dtype=pl.String)


def plain(texts: pl.Series) -> pl.Series:
    """The measure: one regex replacement on every text."""
    return texts.str.replace_all("([0-9０-９]+)番地の?", "${1}-")


def one_part(texts: pl.Series, settings: dict[str, str]) -> pl.Series:
    """町字 alone."""
    return parts(texts, settings, ("町字",))


def five_parts(texts: pl.Series, settings: dict[str, str]) -> pl.Series:
    """Five items of one column: each text is split once."""
    return parts(texts, settings, ("市区町村コード", "町字ID", "町字", "番地号", "方書"))


def parts(texts: pl.Series, settings: dict[str, str], names: tuple[str, ...]) -> pl.Series:
    """The parts as convert makes them."""
    references = References(settings)
    columns = []
    for name in names:
        prepared = TRANSFORMS["address"].prepared(references, name)
        assert prepared is not None
        columns.append(Memo(prepared.outcome, fast=prepared.fast).value(pl.col("text")).alias(name))
    return texts.to_frame("text").select(columns).to_series()


def best(work: dict[str, Callable[[], object]]) -> dict[str, float]:
    """CPU seconds of each piece of work, the least of the rounds."""
    seconds: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, run in work.items():
            start = time.process_time()
            run()
            seconds[name] = min(time.process_time() - start, seconds.get(name, float("inf")))
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--dir", type=Path, default=None)
    parser.add_argument("--nation", type=Path, default=None)
    options = parser.parse_args()
    folder = options.dir or Path(tempfile.mkdtemp())
    listed = Path(sample_data.__file__).with_name("data") / TOWN_LIST
    towns = pl.read_csv(listed, infer_schema=False).select(pl.concat_str("oaza_cho", "chome", ignore_nulls=True))
    texts = drawn(options.rows, towns.to_series().to_list())
    texts.to_frame("text").write_parquet(folder / "addresses.parquet")
    own = {"towns": str(listed)}
    work: dict[str, Callable[[], object]] = {
        "Polars str.replace_all": lambda: plain(texts),
        "address:町字, the town's list": lambda: one_part(texts, own),
        "five parts, the town's list": lambda: five_parts(texts, own),
    }
    if options.nation:
        nation = {"towns": str(options.nation), "municipality": "403831"}
        work["address:町字, the nation's list"] = lambda: one_part(texts, nation)
    seconds = best(work)
    base = seconds["Polars str.replace_all"]
    print(f"{texts.n_unique():,} distinct addresses\n{'':36}{'CPU s':>9}{'a second':>12}{'x Polars':>10}")
    for name, spent in seconds.items():
        print(f"{name:36}{spent:9.2f}{options.rows / spent:12,.0f}{spent / base:10.1f}")


if __name__ == "__main__":
    main()
