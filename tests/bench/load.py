"""Load 1 M × 30 into SQLite and PostgreSQL, beside the barest way to put the same rows there.

    python tests/bench/load.py [--rows 1000000] [--dir FOLDER] [--rounds 3]

PostgreSQL is the server of IKOU_TEST_POSTGRES; without it only SQLite is measured. Bars: load_group ≤ 1.3 × a bare COPY
of a ready CSV file, and ≤ 1.3 × the faster of two bare bulk inserts on SQLite, all with the same primary key.
"""

from __future__ import annotations

import argparse
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import polars as pl
import sqlalchemy as sa
from measure import measure, script, table
from sqlalchemy.schema import CreateTable

from mappings.layout import Group, Item, ItemType
from migration.database import open_engine, table_of
from migration.load import load_group
from migration.verify import verify_group

POSTGRES = os.environ.get("IKOU_TEST_POSTGRES", "")
KINDS = ((ItemType.X, 9, 8), (ItemType.N, 8, 40), (ItemType.INTEGER, 6, 10), (ItemType.DATE, 6, 10))
CHUNK = 100_000
MAKE = "make the rows"


def group() -> Group:
    items = [Item("宛名番号", "key", ItemType.X, 15, primary_key=True)]
    for kind, columns, length in KINDS:
        items += [Item(f"{kind}{n}", f"{kind.lower()}_{n}", kind, length) for n in range(columns)]
    return Group("bench", "load", "計測", "999", "1.0", tuple(items))


def make(rows: int, folder: Path) -> None:
    """The frame, and the same rows as CSV for the bare COPY."""
    place = pl.int_range(rows, eager=True)
    mixed = (place * 2654435761) % 4294967291
    values: dict[ItemType, Callable[[int], pl.Series]] = {
        ItemType.X: lambda n: ((mixed + n) % 10**8).cast(pl.String).str.zfill(8),
        ItemType.N: lambda n: "福岡県遠賀郡岡垣町野間" + ((mixed // (n + 1)) % 4000).cast(pl.String) + "番地",
        ItemType.INTEGER: lambda n: ((mixed * (n + 1)) % 10**9).cast(pl.String).set(place % 7 == n, None),
        ItemType.DATE: lambda n: _days(mixed, n),
    }
    frame = {"record_id": place + (1 << 32) + 1, "宛名番号": place.cast(pl.String).str.zfill(15)}
    for kind, columns, _ in KINDS:
        frame |= {f"{kind}{n}": values[kind](n) for n in range(columns)}
    table = pl.DataFrame(frame)
    table.write_parquet(folder / "load.parquet", row_group_size=CHUNK)
    table.drop("record_id").write_csv(folder / "load.csv", include_header=False)


def _days(mixed: pl.Series, n: int) -> pl.Series:
    return ((mixed // (n + 3)) % 36500).cast(pl.Int32).cast(pl.Date).cast(pl.String)


def sqlite_load(folder: Path) -> None:
    load_group(group(), folder / "load.parquet", open_engine(f"sqlite:///{folder / 'load.db'}"))


def sqlite_verify(folder: Path) -> None:
    """On the table that `sqlite load_group` left."""
    if not verify_group(group(), folder / "load.parquet", open_engine(f"sqlite:///{folder / 'load.db'}")).rows:
        raise SystemExit("nothing compared")


def sqlite_adbc(folder: Path) -> None:
    from adbc_driver_sqlite import dbapi

    path = folder / "adbc.db"
    path.unlink(missing_ok=True)
    integers = [item.romaji for item in group().items if item.type is ItemType.INTEGER]
    with dbapi.connect(str(path)) as connection, connection.cursor() as cursor:
        cursor.execute(_create("sqlite://"))
        for chunk in _chunks(folder):
            cursor.adbc_ingest(
                "bench_load", chunk.with_columns(pl.col(integers).cast(pl.Int64)).to_arrow(), mode="append"
            )
        connection.commit()


def sqlite_executemany(folder: Path) -> None:
    path = folder / "executemany.db"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute(_create("sqlite://"))
        marks = ", ".join("?" * len(group().items))
        for chunk in _chunks(folder):
            connection.executemany(f"INSERT INTO bench_load VALUES ({marks})", chunk.rows())


def postgres_load(folder: Path) -> None:
    load_group(group(), folder / "load.parquet", open_engine(POSTGRES))


def postgres_verify(folder: Path) -> None:
    """On the table that `postgres load_group` left."""
    if not verify_group(group(), folder / "load.parquet", open_engine(POSTGRES)).rows:
        raise SystemExit("nothing compared")


def postgres_copy(folder: Path) -> None:
    import psycopg

    create = _create(POSTGRES)
    address = sa.make_url(POSTGRES).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute(re.sub(r",\s*PRIMARY KEY \([^)]*\)", "", create).replace("bench_load", "bench_bare").encode())
        with (folder / "load.csv").open("rb") as file, cursor.copy("COPY bench_bare FROM STDIN (FORMAT csv)") as copy:
            while data := file.read(1 << 22):
                copy.write(data)
        cursor.execute('ALTER TABLE bench_bare ADD PRIMARY KEY ("key")')


CONTENDERS: dict[str, Callable[[Path], None]] = {
    "sqlite bare ADBC append": sqlite_adbc,
    "sqlite bare executemany": sqlite_executemany,
    "sqlite load_group": sqlite_load,
    "sqlite verify_group": sqlite_verify,
    "postgres bare COPY of a CSV": postgres_copy,
    "postgres load_group": postgres_load,
    "postgres verify_group": postgres_verify,
}


def _create(url: str) -> str:
    engine = sa.create_engine(url)
    return str(CreateTable(table_of(group(), engine)).compile(engine))


def _chunks(folder: Path) -> Iterable[pl.DataFrame]:
    names = {item.name: item.romaji for item in group().items}
    return pl.scan_parquet(folder / "load.parquet").select(*names).rename(names).collect_batches(chunk_size=CHUNK)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", type=Path)
    parser.add_argument("--contender", choices=(*CONTENDERS, MAKE))
    options = parser.parse_args()
    if options.contender == MAKE:
        return make(options.rows, options.dir)
    if options.contender:
        return CONTENDERS[options.contender](options.dir)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.dir or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        making = script(__file__, "--contender", MAKE, "--rows", str(options.rows), "--dir", str(folder))
        subprocess.run(making, check=True)  # apart: a child's peak memory starts from its parent's
        for server, reference in (("sqlite", "sqlite bare ADBC append"), ("postgres", "postgres bare COPY of a CSV")):
            if server == "postgres" and not POSTGRES:
                print("PostgreSQL not measured: IKOU_TEST_POSTGRES is not set", file=sys.stderr)
                continue
            names = [name for name in CONTENDERS if name.startswith(server)]
            commands: dict[str, Sequence[str]] = {
                name: script(__file__, "--contender", name, "--dir", str(folder)) for name in names
            }
            print(table(f"{options.rows:,} rows × 30", measure(commands, options.rounds), reference, options.rows))


if __name__ == "__main__":
    main()
