"""Read a SQL table as text frames, in bounded memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from mappings.errors import InputError
from mappings.layout import Group, ItemType
from migration.memory import rows_together

FLUSH_BYTES = 32 * 1024 * 1024


def read_table(group: Group, engine: sa.Engine, folder: Path) -> pl.LazyFrame:
    """The group's table as a lazy frame of texts named by item, staged in `folder`."""
    columns = [item.romaji for item in group.items]
    names = {item.romaji: item.name for item in group.items}
    return read_columns(group.sql_name, columns, engine, folder).rename(names)


def read_columns(table: str, columns: list[str], engine: sa.Engine, folder: Path) -> pl.LazyFrame:
    """Any table's columns as a lazy frame of texts, staged in `folder`; an InputError when there is no such table."""
    if not sa.inspect(engine).has_table(table):
        raise InputError(f"データベースに表「{table}」がありません。先に投入（load）を実行してください。")
    read = _read_sqlite if engine.dialect.name == "sqlite" else _read_postgres
    return read(table, columns, engine, folder)


def canonical(group: Group, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Numbers with decimals in one form: PostgreSQL gives 12.50 for 12.5."""
    decimals = [item.name for item in group.items if item.type is ItemType.DECIMAL]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(".", literal=True))
        .then(pl.col(name).str.strip_chars_end("0").str.strip_chars_end("."))
        .otherwise(pl.col(name))
        .alias(name)
        for name in decimals
    )


def _read_sqlite(table: str, columns: list[str], engine: sa.Engine, folder: Path) -> pl.LazyFrame:
    """ADBC guesses types from the first rows: a first row of texts, dropped again, makes every column text."""
    import pyarrow.parquet as pq
    from adbc_driver_sqlite import dbapi

    marks = ", ".join(f"'' AS \"{name}\"" for name in columns)
    texts = ", ".join(f'CAST("{name}" AS TEXT)' for name in columns)
    path = folder / "table.parquet"
    engine.dispose()  # as in load: never two SQLite libraries at one file
    with dbapi.connect(engine.url.database) as connection, connection.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": rows_together(len(columns))})
        cursor.execute(f'SELECT {marks} UNION ALL SELECT {texts} FROM "{table}"')
        reader = cursor.fetch_record_batch()
        with pq.ParquetWriter(path, reader.schema, compression="lz4") as writer:
            for batch in reader:
                writer.write_batch(batch)
    return pl.scan_parquet(path).slice(1)


def _read_postgres(table: str, columns: list[str], engine: sa.Engine, folder: Path) -> pl.LazyFrame:
    path = folder / "table.csv"
    listed = ", ".join(f'"{name}"' for name in columns)
    with engine.connect() as connection, path.open("wb") as file:
        driver: Any = connection.connection.driver_connection
        with (
            driver.cursor() as cursor,
            cursor.copy(f'COPY (SELECT {listed} FROM "{table}") TO STDOUT (FORMAT csv)') as copy,
        ):
            for data in copy:
                file.write(data)
    if not path.stat().st_size:
        return pl.LazyFrame(schema=dict.fromkeys(columns, pl.String))
    return pl.scan_csv(path, has_header=False, infer_schema=False, new_columns=columns)
