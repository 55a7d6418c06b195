"""Extract to Parquet against `iconv`, which only changes the encoding: seconds, ratio, peak memory.

python tests/bench/extract.py [--rows N] [--dir FOLDER] [--rounds N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from extract_data import tables, write
from measure import measure, script, table

from migration.extract import extract_table


def main() -> None:
    arguments = _arguments()
    if arguments.only:
        _extract(Path(arguments.dir), arguments.only)
        return
    if arguments.dir:
        _compare(Path(arguments.dir), arguments.rows, arguments.rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        _compare(Path(folder), arguments.rows, arguments.rounds)


def _compare(folder: Path, rows: int, rounds: int) -> None:
    write(folder, rows)
    for legacy in tables():
        file = folder / legacy.files[0]
        contenders = {
            "iconv": ["iconv", "-c", "-f", "CP932", "-t", "UTF-8", str(file), "-o", "/dev/null"],
            "extract": script(__file__, "--only", legacy.id, "--dir", str(folder)),
        }
        megabytes = file.stat().st_size / 1e6
        title = f"{legacy.title}: {rows:,} rows x {len(legacy.columns)} columns, {megabytes:.0f} MB"
        print(table(title, measure(contenders, rounds), "iconv", rows), flush=True)


def _extract(folder: Path, name: str) -> None:
    legacy = next(entry for entry in tables() if entry.id == name)
    files = pl.DataFrame({"file_no": [1], "path": [legacy.files[0]]})
    out = folder / "out"
    out.mkdir(exist_ok=True)
    extracted = extract_table("bench", legacy, files, folder, out)
    if not all(line.closes for line in extracted.ledger):
        raise SystemExit("the books do not close")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--dir", default="")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="run one extract and measure nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
