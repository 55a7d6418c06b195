"""migration.database: which URLs open, what is said about the others, and the tables a layout becomes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from mappings.errors import InputError, MappingError, UserError
from mappings.layout import Group, Item, ItemType
from migration.database import open_engine, table_of

POSTGRES = os.environ.get("IKOU_TEST_POSTGRES", "")
ITEMS = (
    Item("宛名番号", "AtenaBango", ItemType.X, 15, primary_key=True),
    Item("氏名", "Shimei", ItemType.N, 40),
    Item("金額", "Kingaku", ItemType.SIGNED, 11),
    Item("長い番号", "NagaiBango", ItemType.INTEGER, 25),
    Item("持分", "Mochibun", ItemType.DECIMAL, 3, 2),
    Item("生年月日", "Seinengappi", ItemType.DATE, 10),
    Item("年度", "Nendo", ItemType.YEAR, 4),
    Item("画像", "Gazo", ItemType.BLOB, 0),
)
GROUP = Group("zei", "shotoku", "所得", "999", "1.0", ITEMS)


def ddl(group: Group, engine: sa.Engine, dialect: sa.Dialect) -> str:
    return " ".join(str(CreateTable(table_of(group, engine)).compile(dialect=dialect)).split())


@pytest.fixture
def file(tmp_path: Path) -> sa.Engine:
    return open_engine(f"sqlite:///{tmp_path / 'town.db'}")


@pytest.fixture
def server() -> sa.Engine:
    return sa.create_engine("postgresql+psycopg://nobody@localhost/nothing")  # never connected


def test_the_table_on_sqlite(file: sa.Engine) -> None:
    assert ddl(GROUP, file, sqlite.dialect()) == (
        'CREATE TABLE zei_shotoku ( "AtenaBango" VARCHAR(15) NOT NULL, "Shimei" VARCHAR(80), "Kingaku" BIGINT, '
        '"NagaiBango" TEXT, "Mochibun" TEXT, "Seinengappi" VARCHAR(10), "Nendo" VARCHAR(4), "Gazo" TEXT, '
        'PRIMARY KEY ("AtenaBango") )'
    )


def test_the_table_on_postgresql(server: sa.Engine) -> None:
    assert ddl(GROUP, server, postgresql.dialect()).replace(' COLLATE "C"', "") == (  # type: ignore[no-untyped-call]
        'CREATE TABLE zei_shotoku ( "AtenaBango" VARCHAR(15) NOT NULL, "Shimei" VARCHAR(80), "Kingaku" BIGINT, '
        '"NagaiBango" NUMERIC(25, 0), "Mochibun" NUMERIC(5, 2), "Seinengappi" VARCHAR(10), "Nendo" VARCHAR(4), '
        '"Gazo" TEXT, PRIMARY KEY ("AtenaBango") )'
    )


def test_names_postgresql_would_cut_are_said_all_at_once(server: sa.Engine, file: sa.Engine) -> None:
    long = replace(ITEMS[1], romaji="A" * 64)
    group = replace(GROUP, id="g" * 60, items=(ITEMS[0], long, replace(ITEMS[2], romaji="あ" * 22)))
    with pytest.raises(MappingError) as caught:
        table_of(group, server)
    assert len(caught.value.faults) == 3
    assert "「氏名」" in str(caught.value)
    assert "「金額」" in str(caught.value)
    assert table_of(group, file).name == group.sql_name


def test_two_items_of_one_romaji_name_are_refused(file: sa.Engine) -> None:
    group = replace(GROUP, items=(*ITEMS, Item("使命", "SHIMEI", ItemType.N, 5)))
    with pytest.raises(MappingError, match=r"「使命」.*項目「氏名」と同じ"):
        table_of(group, file)


def test_a_group_without_a_key_is_refused(file: sa.Engine) -> None:
    with pytest.raises(MappingError, match="主キーがありません"):
        table_of(replace(GROUP, items=ITEMS[1:]), file)


def test_the_environment_fills_in_the_url(tmp_path: Path) -> None:
    engine = open_engine("sqlite:///${FOLDER}/town.db", {"FOLDER": str(tmp_path)})
    assert engine.url.database == f"{tmp_path}/town.db"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://h/d", "「mysql」は使えません"),
        ("でたらめ", "接続先が読めません"),
        ("sqlite://", "ファイルを指定"),
        ("sqlite:////nowhere/at/all/town.db", "フォルダ /nowhere/at/all がありません"),
        ("postgresql://u:${NO_SUCH}@h/d", "環境変数 NO_SUCH がありません"),
        ("postgresql://u:himitsu@db.example/d", "パスワードが直接書かれています"),
        ("postgresql://u:himitsu@127.0.0.1:9/d", "接続できません"),
    ],
)
def test_what_cannot_be_opened_is_said_without_the_password(url: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        open_engine(url, {})
    assert "himitsu" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "town.db").write_text("これはデータベースではありません" * 100)
    with pytest.raises(UserError, match="SQLite のファイルではありません"):
        open_engine(f"sqlite:///{tmp_path / 'town.db'}")


@pytest.mark.postgres
@pytest.mark.skipif(not POSTGRES, reason="IKOU_TEST_POSTGRES is not set: no PostgreSQL to test on")
def test_wrong_user_and_unknown_database_are_told_apart() -> None:
    url = sa.make_url(POSTGRES)
    with pytest.raises(InputError, match="利用者名かパスワードが違います"):
        open_engine(url.set(password="x" + str(url.password)).render_as_string(hide_password=False))
    with pytest.raises(InputError, match="サーバーにありません"):
        open_engine(url.set(database="no_such_db").render_as_string(hide_password=False))
