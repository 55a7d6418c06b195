"""One table of any database SQLAlchemy speaks to, as rows of text, with bounded memory."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchTableError, SQLAlchemyError

from mappings.errors import InputError, did_you_mean
from mappings.model import LegacyTable

_SQLITE = b"SQLite format 3\x00"
_AHEAD = 10_000  # rows fetched at a time
_KEYS = ("url", "password_env")


def is_connection(source: Path) -> bool:
    """Whether the file only says where the database is (TOML), rather than being one (SQLite)."""
    with source.open("rb") as stream:
        return stream.read(len(_SQLITE)) != _SQLITE and source.suffix == ".toml"


def database_rows(source: Path, table: LegacyTable) -> Iterator[tuple[str, ...]]:
    """The columns' names, then all rows, ordered by the key of the table as declared, else of the database.

    `source` is an SQLite file, or a TOML file with `url` and, where one is needed, `password_env` (the environment
    variable that holds the password). InputError when it cannot be reached or has no such table.
    """
    engine = sa.create_engine(_url(source), execution_options={"stream_results": True})
    try:
        with engine.connect() as connection:
            found = _reflected(connection, source, table)
            order = [found.c[name] for name in table.key if name in found.c] or list(found.primary_key)
            result = connection.execution_options(yield_per=_AHEAD).execute(sa.select(found).order_by(*order))
            yield tuple(result.keys())
            for row in result:
                yield tuple(map(_text, row))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise InputError(
            f"{source.name} のデータベースを読めません（{reason}）。"
            "動いているか、接続先・利用者・パスワードの環境変数が正しいかを確かめてください。"
        ) from None
    finally:
        engine.dispose()


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
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)
