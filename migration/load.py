"""Load: a converted group into its SQL table, all or previous.

Everything happens in one transaction: a table beside the old one is filled, counted and put in its place. Killed at any
point, the database still holds the previous table. Rows a column cannot hold are found beforehand, left out and named:
nothing is cut or emptied on the way in.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.schema import CreateTable, DropTable

from mappings.errors import InputError
from mappings.layout import Group
from migration.database import STAGING, database_errors, is_bigint, table_of
from migration.unloadable import LoadOptions, Screen, screen_keys
from reports.ledger import LedgerRow

SQLITE_CACHE_KIB = 64 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one group: rows in the table, its ledger line, and a finding for each row left out."""

    rows: int
    ledger: LedgerRow
    findings: pl.DataFrame  # RAW_SCHEMA, LOD-nn
    seconds: float


def load_group(group: Group, frame: Path, engine: sa.Engine, options: LoadOptions | None = None) -> Loaded:
    """Replace the table of `group` by the rows of the standard frame; on failure the previous table stays."""
    options = options or LoadOptions()
    start = time.perf_counter()
    screen = Screen(group, options, screen_keys(group, frame))
    chunks = _chunks(group, frame, screen)
    fill = _fill_sqlite if engine.dialect.name == "sqlite" else _fill_postgres
    with database_errors(engine):
        rows = fill(group, chunks, engine, lambda: screen.kept)
    ledger = LedgerRow(
        stage="load",
        source=f"{group.area}/{group.id}",
        target=group.sql_name,
        read=screen.read,
        loaded=rows,
        rejected=screen.rejected,
        duplicate=screen.duplicate,
    )
    return Loaded(rows, ledger, screen.findings(), time.perf_counter() - start)


def _chunks(group: Group, frame: Path, screen: Screen) -> Iterator[pl.DataFrame]:
    """The loadable rows as text, columns named as in SQL."""
    names = {item.name: item.romaji for item in group.items}
    for chunk in pl.scan_parquet(frame).select("record_id", *names).collect_batches(chunk_size=screen.chunk_rows):
        yield screen.loadable(chunk).select(*names).rename(names)


def _fill_sqlite(group: Group, chunks: Iterator[pl.DataFrame], engine: sa.Engine, kept: Callable[[], int]) -> int:
    """One ADBC append in one transaction; an unfinished one is rolled back by SQLite itself."""
    import pyarrow as pa
    from adbc_driver_sqlite import dbapi

    integers = [item.romaji for item in group.items if is_bigint(item)]
    schema = pa.schema([(i.romaji, pa.int64() if i.romaji in integers else pa.large_string()) for i in group.items])
    source = _Watched(chunk.with_columns(pl.col(integers).cast(pl.Int64)).to_arrow().cast(schema) for chunk in chunks)
    batches = pa.RecordBatchReader.from_batches(schema, (batch for table in source for batch in table.to_batches()))
    name, staging = group.sql_name, group.sql_name + STAGING
    create = str(CreateTable(table_of(group, engine, staging)).compile(engine))
    engine.dispose()  # ADBC brings an SQLite of its own, and file locks do not hold between two of them in one process
    with dbapi.connect(engine.url.database, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}")
        cursor.execute("PRAGMA legacy_alter_table = ON")  # views on the table survive the exchange
        connection.adbc_connection.set_autocommit(False)
        cursor.execute(f'DROP TABLE IF EXISTS "{staging}"')
        cursor.execute(create)
        with source.telling():
            cursor.adbc_ingest(staging, batches, mode="append")
        cursor.execute(f'SELECT count(*) FROM "{staging}"')
        rows = _checked(group, int(cursor.fetchall()[0][0]), kept())
        cursor.execute(f'DROP TABLE IF EXISTS "{name}"')
        cursor.execute(f'ALTER TABLE "{staging}" RENAME TO "{name}"')
        connection.adbc_connection.commit()
    return rows


class _Watched:
    """Items whose source may fail while a driver reads them: the driver hides the reason, `telling` brings it back."""

    def __init__(self, items: Iterator[Any]) -> None:
        self.items = items
        self.failure: Exception | None = None

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from self.items
        except Exception as failure:
            self.failure = failure
            raise

    @contextmanager
    def telling(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise self.failure or error from None


def _fill_postgres(group: Group, chunks: Iterator[pl.DataFrame], engine: sa.Engine, kept: Callable[[], int]) -> int:
    """One COPY (frozen: the table is made in the same transaction); the key is built after it, faster than by row."""
    name, staging = group.sql_name, group.sql_name + STAGING
    table = table_of(group, engine, staging)
    key = ", ".join(f'"{item.romaji}"' for item in group.items if item.primary_key)
    with engine.begin() as connection:
        connection.execute(DropTable(table, if_exists=True))
        connection.execute(CreateTable(_without_key(table)))
        _copy(connection, staging, chunks)
        counted = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        rows = _checked(group, counted, kept())
        connection.exec_driver_sql(f'ALTER TABLE "{staging}" ADD CONSTRAINT "{name}__pk" PRIMARY KEY ({key})')
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"')
        connection.exec_driver_sql(f'ALTER TABLE "{staging}" RENAME TO "{name}"')
        connection.exec_driver_sql(f'ALTER TABLE "{name}" RENAME CONSTRAINT "{name}__pk" TO "{name}_pkey"')
    return rows


def _without_key(table: sa.Table) -> sa.Table:
    columns: list[sa.Column[Any]] = [sa.Column(c.name, c.type, nullable=c.nullable) for c in table.columns]
    return sa.Table(table.name, sa.MetaData(), *columns)


def _copy(connection: sa.Connection, table: str, chunks: Iterator[pl.DataFrame]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT csv, FREEZE)') as copy:
        for data in _ahead(_csv(chunk) for chunk in chunks):
            copy.write(data)


def _csv(chunk: pl.DataFrame) -> bytes:
    """CSV as COPY reads it: an empty field is NULL, a quoted empty one is ''."""
    buffer = io.BytesIO()
    chunk.write_csv(buffer, include_header=False)
    return buffer.getvalue()


def _ahead(items: Iterator[bytes]) -> Iterator[bytes]:
    """The items, the next one being made while the present one is sent."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item


def _checked(group: Group, rows: int, expected: int) -> int:
    if rows != expected:
        raise InputError(
            f"{group.area}/{group.id} の投入件数が合いません（送った {expected} 件、表にある {rows} 件）。"
            "元の表に戻しました。データベースの記録を確かめて、もう一度実行してください。"
        )
    return rows
