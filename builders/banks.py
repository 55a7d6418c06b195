"""migration/transforms/data/banks.parquet: banks and branches with the builds they were listed in, from zengin-code.

Each build of the package is the list of one day. A row is one name of a bank (`branch` '') or branch over a run of
builds. Where it went is told only as far as the lists show it (`builders.bank_successors`).
`python -m builders.banks [FOLDER of downloads]`
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import polars as pl

from builders.bank_successors import Build, successors
from builders.packages import fetched

TARGET = Path(__file__).parents[1] / "migration/transforms/data/banks.parquet"
COLUMNS = ("bank", "branch", "name", "kana", "first", "last", "gone", "successor", "matched", "of")
_DATA = "zengin_code/source-data/data"


def main(folder: Path) -> None:
    builds = sorted((_build(path) for path in fetched("zengin-code", folder)), key=lambda build: build.day)
    moved = successors(builds)
    nowhere = ("", 0, 0)
    rows = [(*row, *(moved.get((row[0], row[1], row[5]), nowhere) if row[6] else nowhere)) for row in _runs(builds)]
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row").with_columns(pl.col("matched", "of").cast(pl.Int32))
    frame = frame.sort("bank", "branch", "first")
    frame.write_parquet(TARGET, compression="zstd", compression_level=19, row_group_size=1 << 20)
    gone = frame.filter(pl.col("gone") != "")
    print(f"{TARGET.name}: {frame.height:,} rows, {TARGET.stat().st_size:,} bytes, builds {len(builds)}")
    for what, some in (("banks", gone.filter(branch="")), ("branches", gone.filter(pl.col("branch") != ""))):
        known = some.filter(pl.col("successor") != "").height
        print(f"{what} gone or renamed {some.height:,}, successor known {known:,}")


def _build(path: Path) -> Build:
    with zipfile.ZipFile(path) as archive:
        day = archive.read(f"{_DATA}/updated_at").decode().strip()
        units: dict[tuple[str, str], tuple[str, str]] = {}
        for bank in json.loads(archive.read(f"{_DATA}/banks.json")).values():
            units[bank["code"], ""] = bank["name"], bank["kana"]
        for name in archive.namelist():
            if name.startswith(f"{_DATA}/branches/") and (Path(name).stem, "") in units:  # files of gone banks stay
                for branch in json.loads(archive.read(name)).values():
                    units[Path(name).stem, branch["code"]] = branch["name"], branch["kana"]
    return Build(f"{day[:4]}-{day[4:6]}-{day[6:8]}", units)


def _runs(builds: list[Build]) -> list[tuple[str, ...]]:
    """(bank, branch, name, kana, first, last, gone): `gone` is the first build without it, '' while it is listed."""
    rows: list[tuple[str, ...]] = []
    open_runs: dict[tuple[str, str], tuple[str, str, str]] = {}
    last_day = ""
    for build in builds:
        for key, (name, kana, first) in list(open_runs.items()):
            if build.units.get(key) != (name, kana):
                rows.append((*key, name, kana, first, last_day, build.day))
                del open_runs[key]
        for key, (name, kana) in build.units.items():
            open_runs.setdefault(key, (name, kana, build.day))
        last_day = build.day
    return rows + [(*key, name, kana, first, last_day, "") for key, (name, kana, first) in open_runs.items()]


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "downloads"))
