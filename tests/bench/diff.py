"""Keyed diff of two Parquet files of 30 columns, beside decoding both once, and beside datacompy.

    python tests/bench/diff.py [--rows 1000000] [--dir FOLDER] [--rounds 3] [--datacompy]

The residents of the bench of convert: dates, codes, kana, names, amounts. 0.1 % of the rows have a changed cell, 0.01 %
are missing, 0.01 % added, the right side is in another order. --datacompy makes a virtual environment under the folder
for it (it pins an older Polars) and compares with its PolarsCompare.
Bars: ≤ 3 × decoding both files; datacompy takes ≥ 6 × our time and ≥ 5 × our memory.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from measure import measure, script, table

MAKE = "make"
WITHIN = "within.txt"
DATACOMPY = """
import sys
import time
import polars as pl
import datacompy
start = time.perf_counter()
left, right = (pl.read_parquet(f"{sys.argv[1]}/{side}.parquet") for side in ("left", "right"))
answer = datacompy.PolarsCompare(left, right, join_columns=["key"])
print(answer.df1_unq_rows.height, answer.df2_unq_rows.height, answer.all_mismatch().height)
with open(f"{sys.argv[1]}/within.txt", "a") as file:
    print("datacompy PolarsCompare", time.perf_counter() - start, file=file, sep=chr(9))
"""


def make(rows: int, folder: Path) -> None:
    from convert import make as make_residents

    make_residents(folder, rows)
    left = pl.read_parquet(folder / "juki.parquet").drop("record_id").rename({"宛名番号": "key"})
    place = pl.int_range(left.height, eager=True)
    changed = pl.when(place % 1000 == 1).then(pl.lit("変更")).otherwise(pl.col("氏名")).alias("氏名")
    added = left.filter(place % 10_000 == 2).with_columns(key="9" + pl.col("key").str.zfill(14))
    right = pl.concat([left.with_columns(changed).filter(place % 10_000 != 3), added])
    left.write_parquet(folder / "left.parquet", row_group_size=100_000)
    right.sample(fraction=1, shuffle=True, seed=1).write_parquet(folder / "right.parquet", row_group_size=100_000)


def decode(folder: Path) -> None:
    for side in ("left", "right"):
        for _ in pl.scan_parquet(folder / f"{side}.parquet").collect_batches(chunk_size=100_000):
            pass


def ours(folder: Path) -> None:
    from reports.diff import diff

    left, right = (pl.scan_parquet(folder / f"{side}.parquet") for side in ("left", "right"))
    answer = diff(left, right, ["key"])
    tens, thousands = (len(range(start, answer.left_rows, step)) for start, step in ((3, 10_000), (1, 1000)))
    if (len(answer.missing), len(answer.cells)) != (tens, thousands):
        raise SystemExit(f"wrong answer: {len(answer.missing)} missing, {len(answer.cells)} cells")


def datacompy(folder: Path) -> list[str]:
    """The command line that compares with datacompy, in an environment made for it."""
    environment = folder / "datacompy"
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "datacompy"], check=True)
    return [str(python), "-c", DATACOMPY, str(folder)]


def within(name: str, folder: Path) -> None:
    """Do it; what it took after its imports goes to a file, a line a round."""
    import reports.diff  # noqa: F401

    start = time.perf_counter()
    CONTENDERS[name](folder)
    with (folder / WITHIN).open("a") as file:
        print(name, time.perf_counter() - start, file=file, sep="\t")


def after_imports(folder: Path) -> str:
    """The least seconds of each contender within its process, and their ratios to ours."""
    lines = [line.split("\t") for line in (folder / WITHIN).read_text().splitlines()]
    least = {name: min(float(took) for one, took in lines if one == name) for name, _ in lines}
    told = [f"{name} {took:.2f} s = {took / least['ikou diff']:.2f} x ikou diff" for name, took in least.items()]
    return "after the imports: " + ", ".join(told)


CONTENDERS = {"decode both files": decode, "ikou diff": ours}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", type=Path)
    parser.add_argument("--datacompy", action="store_true")
    parser.add_argument("--contender", choices=(*CONTENDERS, MAKE))
    options = parser.parse_args()
    if options.contender == MAKE:
        return make(options.rows, options.dir)
    if options.contender:
        return within(options.contender, options.dir)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.dir or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        making = script(__file__, "--contender", MAKE, "--rows", str(options.rows), "--dir", str(folder))
        subprocess.run(making, check=True)  # apart: a child's peak memory starts from its parent's
        commands: dict[str, Sequence[str]] = {
            name: script(__file__, "--contender", name, "--dir", str(folder)) for name in CONTENDERS
        }
        if options.datacompy:
            commands["datacompy PolarsCompare"] = datacompy(folder)
        (folder / WITHIN).unlink(missing_ok=True)
        figures = measure(commands, options.rounds)
        print(table(f"{options.rows:,} rows × 30 a side, whole processes", figures, "decode both files", options.rows))
        print(after_imports(folder))


if __name__ == "__main__":
    main()
