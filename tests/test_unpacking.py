"""Workbooks, databases, image folders: rows come out as a person sees them, or a message says why not."""

from __future__ import annotations

import csv
import os
import sqlite3
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import sqlalchemy as sa

from mappings.errors import InputError
from mappings.legacy_source import LegacyColumn, LegacyTable
from migration.extract import extract_table
from migration.receive import receive
from migration.unpacking import as_read, unpack
from migration.unpacking.database import database_rows

POSTGRES = os.environ.get("IKOU_TEST_POSTGRES", "")


def table(reader: str, files: tuple[str, ...], names: tuple[str, ...], **more: object) -> LegacyTable:
    columns = tuple(LegacyColumn(name) for name in names)
    return LegacyTable(more.pop("id", "t"), "表", files, reader, "", columns, **more)  # type: ignore[arg-type]


def rows_of(source: Path, legacy: LegacyTable, out: Path) -> list[tuple[str, ...]]:
    taken = unpack(source, source.name, [legacy], out)[0]
    with taken.file.open(encoding="utf-8", newline="") as stream:
        return [tuple(row) for row in csv.reader(stream)]


def workbook(path: Path, fill: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.Workbook()
    fill(book)
    book.save(path)
    return path


def handbooks(book: openpyxl.Workbook) -> None:
    """A title, headings in two merged rows, then cells of every kind."""
    sheet = book.active
    sheet.title = "手帳"
    sheet["A1"] = "身体障害者手帳 一覧"
    for place, text in {
        "A3": "宛名番号",
        "B3": "手帳",
        "B4": "番号",
        "C4": "交付日",
        "D3": "等級",
        "E3": "世帯",
    }.items():
        sheet[place] = text
    for merged in ("A3:A4", "B3:C3", "D3:D4", "E3:E4", "E5:E6"):
        sheet.merge_cells(merged)
    sheet["A5"], sheet["B5"], sheet["C5"], sheet["D5"], sheet["E5"] = 12345, "00123", date(2020, 4, 1), 1.0, "あ"
    sheet["A5"].number_format = "0000000000"
    sheet["A6"], sheet["B6"], sheet["C6"], sheet["D6"] = "0000067890", 124.5, datetime(2021, 5, 2, 13, 4, 5), True
    sheet["A8"] = "0000000001"


HANDBOOK = ("宛名番号", "手帳_番号", "手帳_交付日", "等級", "世帯")


def test_a_sheet_as_a_person_sees_it(tmp_path: Path) -> None:
    source = workbook(tmp_path / "techo.xlsx", handbooks)
    legacy = table("excel", ("techo.xlsx",), HANDBOOK, part="手帳", header_rows=2)
    assert rows_of(source, legacy, tmp_path / "out") == [
        HANDBOOK,
        ("0000012345", "00123", "2020-04-01", "1", "あ"),
        ("0000067890", "124.5", "2021-05-02 13:04:05", "1", "あ"),
        ("",),
        ("0000000001", "", "", "", ""),
    ]


def test_several_sheets_are_several_tables_and_the_manifest_may_name_each(tmp_path: Path) -> None:
    def two(book: openpyxl.Workbook) -> None:
        for name, rows in {"一": [["番号"], ["01"], ["02"]], "二": [["番号"], ["03"]]}.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)

    folder = tmp_path / "delivery"
    folder.mkdir()
    workbook(folder / "b.xlsx", two)
    (folder / "manifest.csv").write_text(
        "file,area,table,as_of,records,bytes,sha256\nb.xlsx#一,a,one,2026-10-01,2,,\nb.xlsx#二,a,two,2026-10-01,9,,\n",
        encoding="utf-8",
    )
    tables = [
        ("a", table("excel", ("b.xlsx",), ("番号",), part=part, id=name))
        for name, part in (("one", "一"), ("two", "二"))
    ]
    received = receive(folder, tables, tmp_path / "unpacked")
    assert received.files.select("file_no", "path", "table", "records").rows() == [
        (1, "b.xlsx#一", "one", 2),
        (2, "b.xlsx#二", "two", 1),
    ]
    told = received.findings.filter(pl.col("rule") != "RCV-17")
    assert told.select("rule", "table").rows() == [("RCV-08", "two")]  # 9 declared, 1 there


def test_an_unpacked_sheet_is_extracted_like_any_table_and_its_books_close(tmp_path: Path) -> None:
    workbook(tmp_path / "techo.xlsx", handbooks)
    legacy = table("excel", ("techo.xlsx",), HANDBOOK, part="手帳", header_rows=2, key=("宛名番号",))
    taken = unpack(tmp_path / "techo.xlsx", "techo.xlsx", [legacy], tmp_path / "unpacked")[0]
    files = pl.DataFrame({"file_no": [1], "path": [taken.path]})
    (tmp_path / "out").mkdir()
    made = extract_table("a", as_read(legacy), files, tmp_path / "unpacked", tmp_path / "out")
    frame = pl.read_parquet(tmp_path / "out" / "t.parquet")
    assert frame["手帳_番号"].to_list() == ["00123", "124.5", None, None][: len(frame)]
    assert all(row.closes for row in made.ledger)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.write_bytes(b"PK\x03\x04 no"), "Excel ブック（.xlsx）として読めません"),
        (lambda path: workbook(path, lambda book: None), "シート「手帳」がありません"),
        (
            lambda path: workbook(path, lambda book: book.create_sheet("手帳").append(["別の見出し"])),
            "見出しの行が見つかりません",
        ),
        (
            lambda path: workbook(path, lambda book: (handbooks(book), book["手帳"].__setitem__("B8", "=A8"))),
            "B8 は計算結果のない数式です",
        ),
    ],
    ids=["no workbook", "no sheet", "no headings", "formula"],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, damage: Callable[[Path], object], words: str) -> None:
    path = tmp_path / "techo.xlsx"
    damage(path)
    legacy = table("excel", ("techo.xlsx",), HANDBOOK, part="手帳", header_rows=2)
    with pytest.raises(InputError, match=words):
        unpack(path, path.name, [legacy], tmp_path / "out")


def vaccinations(connection: sa.Connection) -> None:
    connection.execute(
        sa.text("create table yobo (bango varchar(10) primary key, hi date, ryo numeric(5,2), biko varchar(20))")
    )
    rows = [("0002", date(2025, 4, 1), 0.5, None), ("0001", None, 1, '高熱、"再診"\n翌日')]
    for number, day, amount, note in rows:
        connection.execute(
            sa.text("insert into yobo values (:a, :b, :c, :d)"), {"a": number, "b": day, "c": amount, "d": note}
        )
    connection.commit()


COLUMNS = ("bango", "hi", "ryo", "biko")


def test_a_table_of_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "kenko.sqlite"
    with sa.create_engine(f"sqlite:///{path}").connect() as connection:
        vaccinations(connection)
    legacy = table("database", ("kenko.sqlite",), COLUMNS, part="yobo", key=("bango",))
    assert rows_of(path, legacy, tmp_path / "out") == [
        COLUMNS,
        ("0001", "", "1.00", '高熱、"再診"\n翌日'),
        ("0002", "2025-04-01", "0.50", ""),
    ]
    with pytest.raises(InputError, match=r"表「yubo」がありません.*yobo"):
        unpack(path, path.name, [table("database", (path.name,), COLUMNS, part="yubo")], tmp_path / "out")


@pytest.mark.parametrize(
    ("encoding", "name", "broken"),
    [("", "花子".encode(), b"\xe8\x8a"), ("cp932", "花子".encode("cp932"), b"\x89\xff")],
)
def test_text_sqlite_keeps_in_its_own_way(tmp_path: Path, encoding: str, name: bytes, broken: bytes) -> None:
    """One undecodable byte costs one cell, with its bytes to be seen; a database may hold another encoding."""
    path = tmp_path / "kenko.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("create table yobo (bango text primary key, namae text, ryo real, inei blob)")
        for number, text in (("1", name), ("2", broken)):
            connection.execute(
                "insert into yobo values (?, cast(? as text), 0.00001, ?)", (number, sqlite3.Binary(text), b"\x00\xff")
            )
    legacy = replace(table("database", (path.name,), ("bango", "namae"), part="yobo"), encoding=encoding)
    first, second = rows_of(path, legacy, tmp_path / "out")[1:]
    assert first == ("1", "花子", "0.00001", "00ff")
    escapes = "".join(chr(0x10FF00 + byte) for byte in broken)
    assert second == ("2", escapes, "0.00001", "00ff")


@pytest.mark.postgres
@pytest.mark.skipif(not POSTGRES, reason="IKOU_TEST_POSTGRES is not set: no PostgreSQL to test on")
def test_a_table_of_postgresql_by_a_connection_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = sa.make_url(POSTGRES)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        connection.execute(sa.text("drop table if exists yobo"))
        vaccinations(connection)
    monkeypatch.setenv("KENKO_PASSWORD", url.password or "")
    place = tmp_path / "kenko.toml"
    bare = url.set(password=None).render_as_string()
    place.write_text(f'url = "{bare}"\npassword_env = "KENKO_PASSWORD"\n', encoding="utf-8")
    legacy = table("database", ("kenko.toml",), COLUMNS, part="yobo", key=("bango",))
    found = rows_of(place, legacy, tmp_path / "out")
    assert [row[0] for row in found] == ["bango", "0001", "0002"]
    assert found[2] == ("0002", "2025-04-01", "0.50", "")
    monkeypatch.delenv("KENKO_PASSWORD")
    with pytest.raises(InputError, match="環境変数 KENKO_PASSWORD がありません"):
        unpack(place, place.name, [legacy], tmp_path / "other")
    with engine.connect() as connection:
        connection.execute(sa.text("drop table yobo"))
        connection.commit()


@pytest.mark.postgres
@pytest.mark.skipif(not POSTGRES, reason="IKOU_TEST_POSTGRES is not set: no PostgreSQL to test on")
def test_postgresql_hands_rows_over_by_a_cursor_of_the_server(tmp_path: Path) -> None:
    """Never the whole table: what the session asks for last is the next ten thousand rows."""
    engine = sa.create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.execute(sa.text("drop table if exists yobo_big"))
        connection.execute(
            sa.text("create table yobo_big as select n::text as n, time '08:30' as jikoku, 1e-5::float8 as ryo,"
                    " '\\x00ff'::bytea as inei, n % 2 = 0 as hai from generate_series(100001, 150000) n")
        )  # fmt: skip
    place = tmp_path / "kenko.toml"
    place.write_text(f'url = "{engine.url.render_as_string(hide_password=False)}"\n', encoding="utf-8")
    rows = database_rows(place, table("database", ("kenko.toml",), ("n",), part="yobo_big", key=("n",)))
    assert next(rows) == ("n", "jikoku", "ryo", "inei", "hai")
    assert next(rows) == ("100001", "08:30:00", "0.00001", "00ff", "0")
    assert len(list(islice(rows, 20_000))) == 20_000
    with engine.begin() as connection:
        asked = connection.execute(sa.text("select query from pg_stat_activity where query like 'FETCH FORWARD%'"))
        assert [query.split()[2] for query in asked.scalars()] == ["10000"]
    assert sum(1 for _ in rows) == 29_999
    with engine.begin() as connection:
        connection.execute(sa.text("drop table yobo_big"))


@pytest.mark.postgres
@pytest.mark.skipif(not POSTGRES, reason="IKOU_TEST_POSTGRES is not set: no PostgreSQL to test on")
def test_text_of_a_postgresql_that_knows_no_encoding(tmp_path: Path) -> None:
    """SQL_ASCII: text in UTF-8 is read, other text is refused with a word about it."""
    engine = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    place = engine.url.set(database="ikou_sql_ascii")
    with engine.connect() as connection:
        connection.execute(sa.text("drop database if exists ikou_sql_ascii"))
        connection.execute(
            sa.text(
                "create database ikou_sql_ascii encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'"
            )
        )
    known = {"client_encoding": "utf8"}
    there = sa.create_engine(place, isolation_level="AUTOCOMMIT", connect_args=known)
    with there.connect() as connection:
        connection.execute(sa.text("create table yobo (bango text primary key, namae varchar(20))"))
        connection.execute(sa.text("insert into yobo values ('1', '花子')"))
        file = tmp_path / "kenko.toml"
        file.write_text(f'url = "{place.render_as_string(hide_password=False)}"\n', encoding="utf-8")
        legacy = table("database", ("kenko.toml",), ("bango", "namae"), part="yobo")
        assert rows_of(file, legacy, tmp_path / "out") == [("bango", "namae"), ("1", "花子")]
        connection.execute(sa.text("insert into yobo values ('2', E'\\x89\\xd4')"))
    with pytest.raises(InputError, match=r"データベースを読めません.*UTF8.*文字コード"):
        unpack(file, file.name, [legacy], tmp_path / "other")
    there.dispose()
    with engine.connect() as connection:
        connection.execute(sa.text("drop database ikou_sql_ascii"))


def test_a_database_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "kenko.toml"
    legacy = table("database", ("kenko.toml",), COLUMNS, part="yobo")
    for text, words in (
        ("url = ", "接続先のファイルとして読めません"),
        ('url = "postgresql+psycopg://ikou@127.0.0.1:1/none"', "データベースを読めません"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=words):
            unpack(path, path.name, [legacy], tmp_path / "out")


def test_a_big_table_is_not_held_in_memory(tmp_path: Path) -> None:
    """Rows come out as they are fetched: the first one is there before the last one was asked for."""
    path = tmp_path / "big.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("create table big (n text)")
        connection.executemany("insert into big values (?)", ((str(n),) for n in range(50_000)))
    rows = database_rows(path, table("database", (path.name,), ("n",), part="big"))
    assert next(rows) == ("n",)
    assert next(rows) == ("0",)
    assert sum(1 for _ in rows) == 49_999


def bmp(width: int, height: int) -> bytes:
    size = 54 + (width * 3 + 3) // 4 * 4 * height
    head = b"BM" + size.to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    info = (40).to_bytes(4, "little") + width.to_bytes(4, "little") + height.to_bytes(4, "little")
    return (head + info).ljust(size, b"\0")


def png(width: int, height: int) -> bytes:
    head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\1\0\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + head + zlib.crc32(head).to_bytes(4, "big")


def test_images_are_rows_with_hash_and_measures(tmp_path: Path) -> None:
    folder = tmp_path / "inei"
    folder.mkdir()
    (folder / "0002.bmp").write_bytes(bmp(8, 4))
    (folder / "0001.png").write_bytes(png(64, 32))
    (folder / "0003.bmp").write_bytes(b"")
    legacy = table("images", ("inei",), ("ファイル名",), part="")
    found = rows_of(folder, legacy, tmp_path / "out")
    assert [(row[0], row[1], *row[3:]) for row in found[1:]] == [
        ("0001.png", "33", "PNG", "64", "32"),
        ("0002.bmp", "150", "BMP", "8", "4"),
        ("0003.bmp", "0", "", "", ""),
    ]
    assert found[3][2] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of nothing
    before = unpack(folder, "inei", [legacy], tmp_path / "out")[0].sha256
    (folder / "0002.bmp").write_bytes(bmp(8, 5))
    assert unpack(folder, "inei", [legacy], tmp_path / "out")[0].sha256 != before
