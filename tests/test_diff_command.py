"""`ikou diff` as a command: files, folders, databases; what it says and how it ends."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner, Result

from mappings import loading
from mappings.errors import InputError
from migration.commands.diff import diff

app = typer.Typer()
app.command()(diff)

LEFT = "番号,名,金額\n1,甲,0100\n2,乙,\n3,丙,5\n"
RIGHT = "番号,名,金額\n4,丁,1\n2,己,\n1,甲,0100\n"


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("left.csv").write_text(LEFT, encoding="utf-8")
    Path("right.csv").write_text(RIGHT, encoding="utf-8")
    return tmp_path


def test_two_files_that_differ(folder: Path) -> None:
    result = run("left.csv", "right.csv", "--key", "番号")
    assert result.exit_code == 1
    assert "値が違う [2] 名: 「乙」 → 「己」" in result.stdout
    assert "右にない行 [3]" in result.stdout
    assert "左にない行 [4]" in result.stdout


def test_the_same_in_another_order_encoding_and_quoting(folder: Path) -> None:
    rows = LEFT.splitlines()
    text = "\r\n".join([rows[0], rows[3], '"2","乙",""', rows[1]]) + "\r\n"
    Path("right.csv").write_bytes(text.encode("cp932"))
    Path("left.csv").write_bytes(LEFT.encode("cp932"))
    assert run("left.csv", "right.csv", "--key", "番号", "--encoding", "cp932").exit_code == 0


def test_a_byte_order_mark_is_no_part_of_the_first_column(folder: Path) -> None:
    Path("right.csv").write_text(LEFT, encoding="utf-8-sig")
    assert run("left.csv", "right.csv", "--key", "番号").exit_code == 0


def test_json(folder: Path) -> None:
    result = run("left.csv", "right.csv", "--key", "番号", "--json")
    assert json.loads(result.stdout) == {
        "result": "差異",
        "tables": [
            {
                "table": "",
                "result": "差異",
                "key": ["番号"],
                "left_rows": 3,
                "right_rows": 3,
                "compared": 2,
                "missing": 1,
                "added": 1,
                "cells": 1,
                "duplicate_keys": 0,
                "left_only_columns": [],
                "right_only_columns": [],
                "columns": [{"item": "名", "compared": 2, "differing": 1}],
            }
        ],
    }


def test_a_parquet_file_against_a_database_table(folder: Path) -> None:
    engine = sa.create_engine("sqlite:///town.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (番号 INTEGER, 名 TEXT, 金額 TEXT)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1, '甲', '0100'), (2, '乙', NULL), (3, '丙', '5')")
    engine.dispose()
    pl.read_csv("left.csv", infer_schema=False).write_parquet("left.parquet")
    assert run("left.parquet", "sqlite:///town.db#t", "--key", "番号").exit_code == 0
    assert run("right.csv", "sqlite:///town.db#t", "--key", "番号").exit_code == 1
    with pytest.raises(InputError, match="表「T1」がありません"):
        run("left.parquet", "sqlite:///town.db#T1", "--key", "番号")


def test_folders_are_compared_file_by_file(folder: Path) -> None:
    for side in ("a", "b"):
        Path(side).mkdir()
        Path(side, "same.csv").write_text(LEFT, encoding="utf-8")
    Path("a", "only.csv").write_text(LEFT, encoding="utf-8")
    result = run("a", "b", "--key", "番号", "--json")
    found = [(one["table"], one["result"], one.get("only")) for one in json.loads(result.stdout)["tables"]]
    assert found == [("only", "差異", "左"), ("same", "一致", None)]
    assert result.exit_code == 1


def test_all_differences_are_written_and_formulas_are_defused(folder: Path) -> None:
    Path("right.csv").write_text(LEFT.replace("丙", "=1+1"), encoding="utf-8")
    run("left.csv", "right.csv", "--key", "番号", "--out", "all.csv")
    written = Path("all.csv").read_bytes().decode("utf-8-sig")
    assert written == 'table,kind,key,item,left,right\r\n"",値が違う,3,名,丙,\'=1+1\r\n'
    run("left.csv", "right.csv", "--key", "番号", "--out", "all.parquet")
    assert pl.read_parquet("all.parquet")["right"].to_list() == ["=1+1"]


def test_my_number_is_not_shown(folder: Path) -> None:
    Path("left.csv").write_text("番号,個人番号\n1,123456789018\n", encoding="utf-8")
    Path("right.csv").write_text("番号,個人番号\n1,123456789026\n", encoding="utf-8")
    result = run("left.csv", "right.csv", "--key", "番号", "--out", "all.csv")
    assert result.exit_code == 1
    assert "1234567890" not in result.stdout + Path("all.csv").read_text()
    with pytest.raises(InputError, match="キーにできません"):
        run("left.csv", "right.csv", "--key", "個人番号")


@pytest.mark.parametrize(
    ("left", "right", "more", "said"),
    [
        ("left.csv", "none.csv", ["-k", "番号"], "none.csv がありません"),
        ("left.csv", "right.csv", [], "--key"),
        ("left.csv", "right.csv", ["-k", "番"], "「番号」ではありませんか"),
        ("left.csv", "text.txt", ["-k", "番号"], "照合できない種類"),
        ("left.csv", "cp932.csv", ["-k", "番号"], "--encoding cp932"),
        ("left.csv", "ragged.csv", ["-k", "番号"], "表として読めません"),
        ("left.csv", "right.csv", ["-k", "番号", "--out", "x.xlsx"], "--out"),
        ("left.csv", "right.csv", ["-k", "番号", "--out", "no/x.csv"], "書けません"),
        ("left.csv", "right.csv", ["-k", "番号", "--encoding", "cp93"], "「cp932」ではありませんか"),
        ("empty.csv", "empty.csv", ["-k", "番号"], "0件の照合"),
        ("nothing", "nothing", ["-k", "番号"], "照合できるファイル"),
    ],
)
def test_what_cannot_be_compared_is_said(folder: Path, left: str, right: str, more: list[str], said: str) -> None:
    Path("text.txt").write_text(LEFT, encoding="utf-8")
    Path("cp932.csv").write_bytes(LEFT.encode("cp932"))
    Path("ragged.csv").write_text(LEFT + "5,6,7,8,9\n", encoding="utf-8")
    Path("empty.csv").write_text("番号,名\n", encoding="utf-8")
    Path("nothing").mkdir()
    with pytest.raises(InputError, match=said):
        run(left, right, *more)


SETTINGS = """
[municipality]
code = "403849"
name = "見本町"
[areas.jumin]
role = "owner"
vendor = "VENDOR"
"""


def test_runs_are_compared_by_the_keys_of_their_layouts(folder: Path) -> None:
    """The frames of two rehearsals; record_id and the files beside the frames do not count."""
    vendor = sorted(path.name for path in (loading.shipped_folder() / "jumin" / "legacy").iterdir())[0]
    Path("ikou.toml").write_text(SETTINGS.replace("VENDOR", vendor), encoding="utf-8")
    for name, record, household in (("R1", 1, "甲"), ("R2", 9, "乙")):
        convert = Path("runs", name, "stages", "convert", "jumin")
        convert.mkdir(parents=True)
        frame = pl.DataFrame({"record_id": [record], "世帯番号": ["001"], "世帯主": [household]})
        frame.write_parquet(convert / "setai.parquet")
        frame.write_parquet(convert / "setai.changes.parquet")
    result = run("runs/R1", "runs/R2", "--json")
    (table,) = json.loads(result.stdout)["tables"]
    assert (table["key"], table["columns"]) == (["世帯番号"], [{"item": "世帯主", "compared": 1, "differing": 1}])
    assert result.exit_code == 1
    assert run("runs/R1", "runs/R1").exit_code == 0


@pytest.mark.parametrize(
    ("at", "byte"), [(18, 9), (200, ord("=")), (200, 0xF9)], ids=["version", "table of tables", "no UTF-8"]
)
def test_a_damaged_database_is_told(at: int, byte: int, tmp_path: Path, ikou: Callable[..., object]) -> None:
    path = tmp_path / "machi.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (key TEXT, a TEXT)")
    data = path.read_bytes()
    place = at if at == 18 else data.index(b"key TEXT") + 4
    path.write_bytes(data[:place] + bytes([byte]) * 2 + data[place + 2 :])
    (tmp_path / "a.csv").write_text("key,a\n1,1\n", encoding="utf-8")
    said = ikou("diff", tmp_path / "a.csv", f"sqlite:///{path}#t", "--key", "key")
    assert said.code == 2
    assert "machi.db: " in said.err
    assert re.search("壊れて(います|いないか)|SQLite のファイルではありません", said.err)


def test_a_parquet_file_that_makes_polars_panic_is_told(tmp_path: Path, ikou: Callable[..., object]) -> None:
    frame = pl.DataFrame({"key": [str(number) for number in range(500)], "a": ["値"] * 500})
    frame.write_parquet(tmp_path / "a.parquet")
    data = (tmp_path / "a.parquet").read_bytes()
    told = set()
    for at in range(4, len(data) - 8, 7):
        (tmp_path / "b.parquet").write_bytes(data[:at] + b"\0\0" + data[at:])
        said = ikou("diff", tmp_path / "a.parquet", tmp_path / "b.parquet", "--key", "key")
        assert said.code in (0, 1, 2), at
        told.add("が表として読めません" in said.err)
    assert True in told
