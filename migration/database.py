"""The database of a run: its URL, its engine, and the tables the layout asks for.

Only SQLite files and PostgreSQL. Texts are VARCHAR: X holds n characters, N holds 2n code points, because a character
of the standard may be a base and a variation selector. 9 and S9 up to 18 digits are BIGINT; longer ones and 9V are
NUMERIC on PostgreSQL and TEXT on SQLite (whose NUMERIC is a float). DATE, TIME and YEAR stay text: 0000-01-01 and the
encodings of 不詳日 are no SQL dates. Only the primary key is NOT NULL: a missing 必須 item is a finding, not a failed
load.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from mappings.errors import Fault, InputError, MappingError
from mappings.layout import Group, Item, ItemType

BIGINT_DIGITS = 18
IDENTIFIER_BYTES = 63  # PostgreSQL cuts longer names without an error
STAGING = "__new"
LOCAL_HOSTS = ("", "localhost", "127.0.0.1", "::1")
USABLE = "sqlite:///ファイル名 か postgresql://利用者名@ホスト/データベース名"

INTEGERS = (ItemType.INTEGER, ItemType.SIGNED)
FIXED_TEXT = {ItemType.DATE: 10, ItemType.TIME: 8, ItemType.YEAR: 4}


def open_engine(url: str, environment: Mapping[str, str] = os.environ) -> sa.Engine:
    """An engine that has been reached once. `${NAME}` in the URL is taken from the environment.

    A password written in the URL itself is refused unless the server is this machine. Messages never hold the password.
    """
    parsed = _parsed(url, environment)
    if parsed.get_backend_name() == "sqlite":
        _check_sqlite_path(parsed)
    try:
        engine = sa.create_engine(parsed)
    except (NoSuchModuleError, ImportError) as error:
        raise InputError(
            f"データベース {shown_url(parsed)} に接続するための部品がありません（{type(error).__name__}）。"
        ) from None
    with database_errors(engine), engine.connect() as connection:
        connection.execute(sa.text("SELECT 1 FROM sqlite_master LIMIT 1" if _is_sqlite(engine) else "SELECT 1"))
    return engine


@contextmanager
def opened(url: str) -> Iterator[sa.Engine]:
    """`open_engine`, closed at the end. An InputError where the file turns out to be damaged."""
    engine = open_engine(url)
    try:
        yield engine
    except Exception as error:  # of any driver, or of Great Expectations, which tells it in its own
        if "database disk image is malformed" not in str(error):
            raise
        raise InputError(f"データベース {shown_url(engine.url)}: {DAMAGED}") from None
    finally:
        engine.dispose()


def shown_url(url: sa.URL) -> str:
    """The URL as it may be shown: without its password and options."""
    return url.set(password=None, query={}).render_as_string(hide_password=True)


def table_of(group: Group, engine: sa.Engine, name: str = "") -> sa.Table:
    """The SQL table of a group with its primary key; `name` overrides the table name."""
    require_names(group, engine)
    columns = [_column(item, engine) for item in group.items]
    return sa.Table(name or group.sql_name, sa.MetaData(), *columns)


def require_names(group: Group, engine: sa.Engine) -> None:
    """A MappingError naming every item the database cannot hold under its own name, or a group without a key."""
    faults = [*_key_faults(group), *_same_names(group)]
    if not _is_sqlite(engine):
        faults += _long_names(group)
    if faults:
        raise MappingError(faults)


def text_limit(item: Item) -> int:
    """How many code points the column of a text item holds; 0 = any number."""
    if item.type in FIXED_TEXT:
        return max(item.length, FIXED_TEXT[item.type])
    if item.type is ItemType.N:
        return 2 * item.length
    return item.length if item.type is ItemType.X else 0


def is_number(item: Item) -> bool:
    return item.type in INTEGERS or item.type is ItemType.DECIMAL


def number_pattern(item: Item) -> str:
    """What the text of a number must look like for its column to hold it unchanged."""
    if item.type is ItemType.DECIMAL:
        whole, scale = (f"1,{item.length}", f"1,{item.scale}") if item.length else ("1,", "1,")
        fraction = f"(\\.[0-9]{{{scale}}})?" if item.scale or not item.length else ""
        return f"^-?[0-9]{{{whole}}}{fraction}$"
    return f"^-?[0-9]{{1,{max(item.length, BIGINT_DIGITS)}}}$"


def is_bigint(item: Item) -> bool:
    return item.type in INTEGERS and item.length <= BIGINT_DIGITS


@contextmanager
def database_errors(engine: sa.Engine) -> Iterator[None]:
    """Turns what a person can put right in the database into an InputError; everything else passes."""
    try:
        yield
    except UnicodeDecodeError:
        raise InputError(f"データベース {shown_url(engine.url)}: {NO_TEXT}") from None
    except _driver_errors() as error:
        advice = _advice(str(getattr(error, "orig", None) or error))
        if advice is None:
            raise
        raise InputError(f"データベース {shown_url(engine.url)}: {advice}") from None


def _parsed(url: str, environment: Mapping[str, str]) -> sa.URL:
    missing = [name for name in re.findall(r"\$\{([^}]*)\}", url) if name not in environment]
    if missing:
        raise InputError(
            f"データベースの接続先に書かれた環境変数 {'、'.join(missing)} がありません。設定してから実行してください。"
        )
    try:
        literal = sa.make_url(re.sub(r"\$\{[^}]*\}", "", url))
        parsed = sa.make_url(re.sub(r"\$\{([^}]*)\}", lambda match: environment[match[1]], url))
    except (ArgumentError, ValueError):
        raise InputError(f"データベースの接続先が読めません。{USABLE} の形で書いてください。") from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise InputError(f"データベース「{parsed.drivername}」は使えません。使えるのは {USABLE} です。")
    if literal.password and parsed.host not in LOCAL_HOSTS and parsed.get_backend_name() == "postgresql":
        raise InputError(
            f"データベース {shown_url(parsed)} の接続先にパスワードが直接書かれています。"
            "環境変数に入れて、接続先には ${環境変数名} と書いてください（ファイルにパスワードを残さないためです）。"
        )
    return parsed.set(drivername="postgresql+psycopg") if parsed.get_backend_name() == "postgresql" else parsed


def _check_sqlite_path(url: sa.URL) -> None:
    if not url.database or url.database == ":memory:":
        raise InputError("SQLite はファイルを指定してください（例: sqlite:///runs/移行.db）。")
    folder = Path(url.database).resolve().parent
    if not folder.is_dir():
        raise InputError(f"SQLite ファイルを置くフォルダ {folder} がありません。フォルダを作ってから実行してください。")


def _column(item: Item, engine: sa.Engine) -> sa.Column[Any]:
    return sa.Column(item.romaji, _type(item, engine), primary_key=item.primary_key, nullable=not item.primary_key)


def _type(item: Item, engine: sa.Engine) -> sa.types.TypeEngine[Any]:
    if is_bigint(item):
        return sa.BigInteger()
    if is_number(item):
        if _is_sqlite(engine):
            return sa.Text()
        return sa.Numeric(item.length + item.scale, item.scale) if item.length else sa.Numeric()
    collation = None if _is_sqlite(engine) else "C"  # one order and one equality, whatever the server's language
    limit = text_limit(item)
    return sa.String(limit, collation=collation) if limit else sa.Text(collation=collation)


def _key_faults(group: Group) -> list[Fault]:
    if group.key:
        return []
    return [
        Fault(
            f"{group.area}/{group.id}",
            "",
            "標準レイアウトに主キーがありません",
            "グループ_主キー に ○ を付けてください",
        )
    ]


def _same_names(group: Group) -> list[Fault]:
    first: dict[str, str] = {}
    faults = []
    for item in group.items:
        other = first.setdefault(item.romaji.casefold(), item.name)
        if other != item.name:
            faults.append(_item_fault(group, item, f"ローマ字「{item.romaji}」が項目「{other}」と同じです"))
    return faults


def _long_names(group: Group) -> list[Fault]:
    faults = []
    if len(group.sql_name.encode()) > IDENTIFIER_BYTES - len(STAGING):
        limit = IDENTIFIER_BYTES - len(STAGING)
        faults.append(Fault(f"{group.area}/{group.id}", "", f"表の名前が PostgreSQL の上限（{limit}バイト）を超えます"))
    for item in group.items:
        size = len(item.romaji.encode())
        if size > IDENTIFIER_BYTES:
            problem = f"ローマ字「{item.romaji}」が {size} バイトで、PostgreSQL の上限 {IDENTIFIER_BYTES} を超えます"
            faults.append(_item_fault(group, item, problem))
    return faults


def _item_fault(group: Group, item: Item, problem: str) -> Fault:
    return Fault(f"{group.area}/{group.id}", f"項目「{item.name}」", problem, "ローマ字名を短い別の名前にしてください")


def _is_sqlite(engine: sa.Engine) -> bool:
    return engine.dialect.name == "sqlite"


def _driver_errors() -> tuple[type[Exception], ...]:
    import psycopg
    from adbc_driver_manager import dbapi

    return (DBAPIError, psycopg.Error, dbapi.Error)


DAMAGED = (
    "ファイルが壊れています。移行先のデータベースなら、"
    "消すか名前を変えてから `ikou run` をもう一度実行してください（投入からやり直します）。"
)
NO_TEXT = "名前か値に UTF-8 として読めない文字があります。壊れていないかを確かめてください。"
ADVICE = (
    ("could not decode to utf-8", NO_TEXT),
    ("malformed", DAMAGED),
    ("unsupported file format", DAMAGED),
    ("readonly database", "書き込みが禁止されています。ファイルとフォルダの書き込み権限を確かめてください。"),
    ("unable to open database", "ファイルを開けません。場所と権限を確かめてください。"),
    ("not a database", "SQLite のファイルではありません。接続先のファイル名を確かめてください。"),
    ("database is locked", "ほかのプログラムが使っています。閉じてから、もう一度実行してください。"),
    ("disk is full", "ディスクの空きがありません。空きを作ってから、もう一度実行してください。"),
    ("No space left", "ディスクの空きがありません。空きを作ってから、もう一度実行してください。"),
    ("password authentication failed", "利用者名かパスワードが違います。環境変数の値を確かめてください。"),
    ("no password supplied", "パスワードが必要です。環境変数に入れ、接続先に ${環境変数名} と書いてください。"),
    ("does not exist", "指定したデータベースか利用者が、サーバーにありません。"),
    ("permission denied", "この利用者には権限がありません。データベースの管理者に確認してください。"),
    ("depend on it", "置き換える表を使っているビューなどがあります。先に外してから、もう一度実行してください。"),
    ("lock timeout", "ほかの処理が表を使っています。終わってから、もう一度実行してください。"),
    ("connection", "サーバーに接続できません。ホスト名とポート、サーバーが動いているかを確かめてください。"),
    ("resolve", "サーバーの名前が見つかりません。ホスト名を確かめてください。"),
)


def _advice(text: str) -> str | None:
    return next((advice for sign, advice in ADVICE if sign.casefold() in text.casefold()), None)
