"""One table of any database SQLAlchemy speaks to, as rows of text, with bounded memory."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchTableError, SQLAlchemyError

from mappings.errors import InputError, did_you_mean
from mappings.legacy_source import LegacyTable
from migration.decoding import codec
from migration.python_codec import PythonCodec

Decode = Callable[[bytes], str]

_SQLITE = b"SQLite format 3\x00"
_AHEAD = 10_000  # rows fetched at a time
_KEYS = ("url", "password_env")
_REMEMBERED = 100_000  # texts that are no ASCII


def is_connection(source: Path) -> bool:
    """Whether the file only says where the database is (TOML), rather than being one (SQLite)."""
    with source.open("rb") as stream:
        return stream.read(len(_SQLITE)) != _SQLITE and source.suffix == ".toml"


def database_rows(source: Path, table: LegacyTable) -> Iterator[tuple[str, ...]]:
    """The columns' names, then all rows, ordered by the key of the table as declared, else of the database.

    `source` is an SQLite file, or a TOML file with `url` and, where one is needed, `password_env` (the environment
    variable that holds the password). What SQLite keeps as text is decoded by the table's `encoding` (UTF-8 when
    there is none); other databases know their own. InputError when it cannot be reached or has no such table.
    """
    engine = _engine(_url(source))
    try:
        with engine.connect() as connection:
            found = _reflected(connection, source, table)
            order = [found.c[name] for name in table.key if name in found.c] or list(found.primary_key)
            if connection.dialect.name == "sqlite":
                _driver(connection).text_factory = _decoder(table)
            result = connection.execution_options(yield_per=_AHEAD).execute(sa.select(found).order_by(*order))
            yield tuple(result.keys())
            for row in result:
                yield tuple(value if value.__class__ is str else _text(value) for value in row)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise InputError(
            f"{source.name} のデータベースを読めません（{reason}）。"
            "動いているか、接続先・利用者・パスワードの環境変数・文字コードが正しいかを確かめてください。"
        ) from None
    finally:
        engine.dispose()


def _engine(url: sa.URL) -> sa.Engine:
    """Text comes in UTF-8 whatever the database keeps it in; one that knows no encoding must hold UTF-8."""
    client = {"client_encoding": "utf8"} if url.get_driver_name() == "psycopg" else {}
    return sa.create_engine(url, execution_options={"stream_results": True}, connect_args=client)


def _url(source: Path) -> sa.URL:
    if not is_connection(source):
        return sa.make_url(f"sqlite:///file:{source.resolve()}?mode=ro&uri=true")
    try:
        said = tomllib.loads(source.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        said = {}
    if not isinstance(said.get("url"), str) or set(said) - set(_KEYS):
        raise InputError(
            f"{source.name} は接続先のファイルとして読めません。"
            'url = "postgresql+psycopg://利用者@サーバー/データベース" と、要るなら password_env = "環境変数の名前" を'
            "書いてください。"
        )
    try:
        url = sa.make_url(said["url"])
    except ArgumentError:
        raise InputError(f"{source.name} の url をデータベースの場所として読めません。") from None
    variable = said.get("password_env", "")
    if not variable:
        return url
    if variable not in os.environ:
        raise InputError(
            f"{source.name} のパスワードを入れる環境変数 {variable} がありません。設定してから実行してください。"
        )
    return url.set(password=os.environ[variable])


def _reflected(connection: sa.Connection, source: Path, table: LegacyTable) -> sa.Table:
    schema, _, name = (table.part or table.id).rpartition(".")
    try:
        return sa.Table(name, sa.MetaData(), schema=schema or None, autoload_with=connection)
    except NoSuchTableError:
        known = [*sa.inspect(connection).get_table_names(schema=schema or None)]
        raise InputError(
            f"{source.name} のデータベースに表「{table.part or table.id}」がありません。{did_you_mean(name, known)}"
        ) from None


def _driver(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection


def _decoder(table: LegacyTable) -> Decode:
    """Bytes of a text → text; one that cannot be decoded has escapes, as in the other readers."""
    chosen = codec(table.encoding or "utf-8")
    if isinstance(chosen, PythonCodec) and chosen.plain == "utf8":
        return partial(str, encoding=chosen.python, errors=chosen.errors)

    @lru_cache(_REMEMBERED)
    def with_care(raw: bytes) -> str:
        return str(chosen.decode_all(pa.array([raw], pa.binary())).series[0])

    def decode(raw: bytes) -> str:
        return raw.decode("ascii") if chosen.plain and raw.isascii() else with_care(raw)

    return decode


def _text(value: Any) -> str:
    """A value as text: days and times in ISO form, numbers in full, bytes as hexadecimal digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds" if not value.microsecond else "microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _clock(value)
    if isinstance(value, Decimal | float):
        return format(Decimal(str(value)), "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value)


def _clock(value: timedelta) -> str:
    """A time of day that a driver hands over as a span (TIME of MySQL): 08:30:00."""
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
