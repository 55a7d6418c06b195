"""Extract against `iconv`, which only changes the encoding: seconds, ratio, CPU seconds, peak memory.

python tests/bench/extract.py [--rows N] [--dir FOLDER] [--rounds N]

`frames`: the file read into checked, trimmed text columns with places, hashes, notes and quarantine; no Parquet, no
findings. `extract`: the whole stage, to zstd Parquet, with findings and ledger. Both as whole processes and, below,
without interpreter start and imports.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from extract_data import tables, write
from measure import measure, script, table

from mappings.legacy_source import LegacyTable
from migration.extract import extract_table
from migration.readers.tally import Tally

PARTS = ("frames", "extract")


def main() -> None:
    arguments = _arguments()
    if arguments.only:
        _contend(Path(arguments.dir), arguments.only, arguments.part)
        return
    if arguments.dir:
        _compare(Path(arguments.dir), arguments.rows, arguments.rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        _compare(Path(folder), arguments.rows, arguments.rounds)


def _compare(folder: Path, rows: int, rounds: int) -> None:
    write(folder, rows)
    for old in folder.glob("*.json"):
        old.unlink()  # figures of an earlier run
    for legacy in tables():
        file = folder / legacy.files[0]
        contenders = {
            "iconv": ["iconv", "-c", "-f", "CP932", "-t", "UTF-8", str(file), "-o", "/dev/null"],
            **{part: script(__file__, "--only", legacy.id, "--part", part, "--dir", str(folder)) for part in PARTS},
        }
        megabytes = file.stat().st_size / 1e6
        title = f"{legacy.title}: {rows:,} rows x {len(legacy.columns)} columns, {megabytes:.0f} MB"
        figures = measure(contenders, rounds)
        print(table(f"{title}, whole processes", figures, "iconv", rows))
        for part in PARTS:
            took = json.loads(_record(folder, legacy.id, part).read_text())
            wall, cpu = took["wall"] / figures["iconv"].seconds, took["cpu"] / figures["iconv"].cpu
            told = f"{took['wall']:.2f} s = {wall:.2f} x iconv, {took['cpu']:.2f} CPU s = {cpu:.2f} x iconv"
            print(f"{part} after the imports: {told}", flush=True)


def _contend(folder: Path, name: str, part: str) -> None:
    """Do one part; the least it took within the process, over the rounds, stands in a file."""
    legacy = next(entry for entry in tables() if entry.id == name)
    start, used = time.perf_counter(), time.process_time()
    (_extract if part == "extract" else _frames)(folder, legacy)
    took = {"wall": time.perf_counter() - start, "cpu": time.process_time() - used}
    record = _record(folder, name, part)
    before = json.loads(record.read_text()) if record.exists() else took
    record.write_text(json.dumps({clock: min(took[clock], before[clock]) for clock in took}))


def _record(folder: Path, name: str, part: str) -> Path:
    return folder / f"{name}.{part}.json"


def _frames(folder: Path, legacy: LegacyTable) -> None:
    tally = Tally(legacy, secret=False)
    if not sum(len(frame) for frame in tally.read(1, legacy.files[0], folder / legacy.files[0])):
        raise SystemExit("no rows")


def _extract(folder: Path, legacy: LegacyTable) -> None:
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
    parser.add_argument("--only", default="", help="read this one table and compare nothing")
    parser.add_argument("--part", default="extract", choices=PARTS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
