"""COBOL copybooks: columns with their places; every clause that is not understood is told with its line."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.errors import MappingError
from mappings.legacy_source import LegacyColumn, LegacyTable
from mappings.position_soundness import position_faults
from migration.copybook import definition, read_copybook
from migration.extract import extract_table
from sample_data.host_writing import host_bytes

TOCHI = """\
000100* 土地課税台帳
000200 01  TOCHI-REC.
000300     03  宛名番号            PIC 9(15)      COMP-3.                  TOCHI001
000400     03  氏名カナ            PIC X(10).
000500     03  氏名                PIC N(5).
000600     03  区分                PIC X.
000700         88  宅地            VALUE '1' '2'.
000800     03  年税額              OCCURS 3 TIMES INDEXED BY I.
000900         05  年度            PIC 9(4).
001000         05  税額            PIC S9(9)      COMP-3.
001100     03  地積                PIC S9(5)V9(2).
001200     03  持分   USAGE COMP.
001300         05  分子            PIC 9(4).
001400         05  分母            PIC S9(9).
001500     03  FILLER              PIC X(3).
001600     03  日付                PIC 9(7).
001700     03  日付R REDEFINES 日付.
001800         05  元号            PIC 9.
001900         05  年月日          PIC 9(6).
002000     03  FILLER              PIC X(02) VALUE "A.B".
"""
COLUMNS = [
    ("宛名番号", 0, 8, "packed", 15, 0),
    ("氏名カナ", 8, 10, "text", 0, 0),
    ("氏名", 18, 10, "dbcs", 0, 0),
    ("区分", 28, 1, "text", 0, 0),
    ("年度_1", 29, 4, "text", 0, 0),
    ("税額_1", 33, 5, "packed", 0, 0),
    ("年度_2", 38, 4, "text", 0, 0),
    ("税額_2", 42, 5, "packed", 0, 0),
    ("年度_3", 47, 4, "text", 0, 0),
    ("税額_3", 51, 5, "packed", 0, 0),
    ("地積", 56, 7, "zoned", 0, 2),
    ("分子", 63, 2, "binary", 4, 0),
    ("分母", 65, 4, "binary", 0, 0),
    ("FILLER_1", 69, 3, "text", 0, 0),
    ("日付", 72, 7, "text", 0, 0),
    ("FILLER_2", 79, 2, "text", 0, 0),
]


def rows(columns: tuple[LegacyColumn, ...]) -> list[tuple[str, int, int, str, int, int]]:
    return [(one.name, one.start, one.length, one.kind, one.digits, one.decimals) for one in columns]


def faults(text: str) -> list[str]:
    with pytest.raises(MappingError) as raised:
        read_copybook(text, "a.cpy")
    return [f"{fault.place} {fault.problem}" for fault in raised.value.faults]


def test_a_record_is_laid_out_in_bytes() -> None:
    layout = read_copybook(TOCHI, "a.cpy")
    assert (layout.name, layout.length) == ("TOCHI-REC", 81)
    assert rows(layout.columns) == COLUMNS
    assert rows(layout.others) == [("元号", 72, 1, "text", 0, 0), ("年月日", 73, 6, "text", 0, 0)]
    table = LegacyTable("t", "表", ("f",), "host", "ibm930", layout.columns, record_length=layout.length)
    assert list(position_faults("f", table)) == []


def test_the_free_form_says_the_same() -> None:
    free = "\n".join(line[7:72] for line in TOCHI.replace("TOCHI001", "").splitlines() if line[6] != "*")
    free = free.replace("REDEFINES 日付.", "REDEFINES 日付. *> 日付の内訳. ここまで")
    assert read_copybook(free, "a.cpy") == read_copybook(TOCHI, "a.cpy")


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("PIC X(3)", (3, "text", 0, 0)),
        ("PIC XXX", (3, "text", 0, 0)),
        ("PIC A(4)", (4, "text", 0, 0)),
        ("PIC 9(4)", (4, "text", 0, 0)),
        ("PIC S9(4)", (4, "zoned", 0, 0)),
        ("PIC 9(3)V99", (5, "zoned", 0, 2)),
        ("PIC SV9(3)", (3, "zoned", 0, 3)),
        ("PIC S9(4) SIGN IS LEADING SEPARATE CHARACTER", (5, "zoned", 0, 0)),
        ("PIC ZZZ,ZZ9.99-", (11, "text", 0, 0)),
        ("PIC 9(3)CR", (5, "text", 0, 0)),
        ("PICTURE IS 9(8) USAGE IS PACKED-DECIMAL", (5, "packed", 8, 0)),
        ("PIC S9(7)V9(2) COMP-3 VALUE ZERO", (5, "packed", 0, 2)),
        ("PIC S9(4) COMP", (2, "binary", 0, 0)),
        ("PIC 9(5) BINARY", (4, "binary", 5, 0)),
        ("PIC S9(10) COMP-4", (8, "binary", 0, 0)),
        ("PIC 9(9) COMP-5", (4, "unsigned", 0, 0)),
        ("PIC N(4)", (8, "dbcs", 0, 0)),
        ("PIC G(4) DISPLAY-1", (8, "dbcs", 0, 0)),
        ("PIC X(2) JUSTIFIED RIGHT VALUE SPACES", (2, "text", 0, 0)),
    ],
)
def test_pictures(clause: str, expected: tuple[int, str, int, int]) -> None:
    [column] = read_copybook(f"01 R.\n  03 A {clause}.\n", "a.cpy").columns
    assert (column.length, column.kind, column.digits, column.decimals) == expected


def test_occurrences_within_occurrences_and_repeated_names() -> None:
    text = "01 R.\n 03 A OCCURS 2.\n  05 B PIC X OCCURS 2.\n  05 C PIC X.\n 03 G.\n  05 C PIC X.\n 03 C PIC X."
    names = [column.name for column in read_copybook(text, "a.cpy").columns]
    assert names == ["B_1_1", "B_1_2", "C_1", "B_2_1", "B_2_2", "C_2", "C", "C_3"]


def test_items_without_a_record() -> None:
    layout = read_copybook("05 A PIC X.\n05 B PIC 9(3) COMP-3.", "a.cpy")
    assert (layout.name, layout.length) == ("RECORD", 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03 A PIC X OCCURS 1 TO 9 DEPENDING ON N.", "2行 03 A: OCCURS … DEPENDING ON は扱えません"),
        ("03 A PIC S9(4) COMP SYNC.", "2行 03 A: SYNC は読めません（境界合わせのすき間は処理系によって違います）"),
        ("03 A COMP-1.", "2行 03 A: COMP-1 は読めません（浮動小数点数です）"),
        ("03 A PIC 9(3)PP.", "2行 A: PIC 9(3)PP の P（位取り）は扱えません"),
        ("03 A PIC X(3) COMP-3.", "2行 A: PIC X(3) に COMP-3 は付きません"),
        ("03 A PIC 9(19) COMP.", "2行 A: PIC 9(19) COMP は 19 桁で、読めません"),
        ("03 A PIC Q(3).", "2行 A: PIC Q(3) を読めません"),
        ("03 A.", "2行 A: PIC がありません"),
        ("COPY OTHER.", "2行 COPY OTHER: 「COPY OTHER」は項目の定義ではありません（COPY などは展開してください）"),
        ("66 A RENAMES B.", "2行 66 A: レベル番号 66 は扱えません"),
        ("03 A PIC X.\n01 S.\n03 B PIC X.", "3行 2つ目のレコード S があります。レコードごとに分けてください"),
        ("03 A PIC X.\n03 B REDEFINES Z PIC X.", "3行 B: REDEFINES する項目 Z が同じ集団にありません"),
        ("03 A PIC X.\n03 B REDEFINES A PIC XX.", "3行 B: REDEFINES する項目 A より長くなっています"),
        ("03 A PIC X.\n 05 B PIC X.", "3行 PIC のある項目 A の下に項目があります"),
        ("03 A PIC X GLOBALLY.", "2行 03 A: 「GLOBALLY」は読めません"),
        ("² A PIC X.", "2行 ² A: 「² A PIC」は項目の定義ではありません"),
        ("03 A PIC X OCCURS ² TIMES.", "2行 03 A: OCCURS の回数「²」を読めません"),
    ],
)
def test_what_is_not_understood_is_told_with_its_line(text: str, expected: str) -> None:
    assert any(fault.startswith(expected) for fault in faults(f"01 R.\n{text}\n"))


def test_all_faults_come_at_once() -> None:
    assert len(faults("01 R.\n03 A COMP-1.\n03 B PIC Q.\n03 C PIC X SYNC.\n")) >= 2
    assert faults("") == [" 項目がありません"]


@given(st.text(max_size=80))
def test_any_text_is_a_layout_or_faults(text: str) -> None:
    try:
        found = len(read_copybook(text, "a.cpy").columns)
    except MappingError as error:
        found = len(error.faults)
    assert found


def test_a_file_written_by_the_copybook_is_read_by_its_definition(tmp_path: Path) -> None:
    layout = read_copybook(TOCHI, "a.cpy")
    made = definition(layout, "tochi", "ibm930")
    settings = tomllib.loads(made.stanza)["tables"]["tochi"]
    columns = tuple(
        LegacyColumn(
            row["name"], int(row["start"]), int(row["length"]), row["kind"] or "text",
            int(row["digits"] or 0), int(row["decimals"] or 0),
        )
        for row in csv.DictReader(made.columns.splitlines())
    )  # fmt: skip
    assert columns == tuple(replace(column, note="") for column in layout.columns)
    table = LegacyTable(
        "tochi", settings["title"], ("f.dat",), settings["reader"], settings["encoding"], columns,
        record_length=settings["record_length"],
    )  # fmt: skip
    values = (
        "000000000012345", "ﾔﾏﾀﾞ", "山田太郎", "1", "2024", "1200", "2023", "-5", "2022", "0",
        "-12.30", "0001", "3", None, "5060401", None,
    )  # fmt: skip
    frame = pl.DataFrame([values], schema={column.name: pl.String for column in columns}, orient="row")
    (tmp_path / "f.dat").write_bytes(host_bytes(frame, table))
    files = pl.DataFrame({"file_no": [1], "path": ["f.dat"]}, schema={"file_no": pl.Int64, "path": pl.String})
    extracted = extract_table("kotei", table, files, tmp_path, tmp_path)
    assert extracted.findings.is_empty()
    assert pl.read_parquet(tmp_path / "tochi.parquet").row(0)[3:] == values
    assert made.ignored == (
        "tochi,FILLER_1,使っていない領域（登録集の FILLER）\ntochi,FILLER_2,使っていない領域（登録集の FILLER）\n"
    )


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "migration", "mapping", "copybook", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_writes_columns_and_shows_the_rest(tmp_path: Path) -> None:
    book = tmp_path / "TOCHI.cpy"
    book.write_bytes(TOCHI.encode("cp932"))
    out = tmp_path / "vendor"
    done = run(str(book), "--table", "tochi", "--out", str(out), "--records", "rdw", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["columns"], told["redefines"], told["record_length"]) == (16, 2, 81)
    assert tomllib.loads(told["source_toml"])["tables"]["tochi"]["records"] == "rdw"
    first = (out / "columns" / "tochi.csv").read_text(encoding="utf-8").splitlines()[:2]
    assert first == [
        "name,start,length,kind,digits,decimals,encoding,secret,note",
        "宛名番号,0,8,packed,15,,,,PIC 9(15) COMP-3",
    ]
    again = run(str(book), "--table", "tochi", "--out", str(out))
    assert again.returncode == 2
    assert "上書きはしません" in again.stderr


def test_the_command_tells_faults(tmp_path: Path) -> None:
    book = tmp_path / "a.cpy"
    book.write_text("01 R.\n03 A COMP-1.\n", encoding="utf-8")
    done = run(str(book), "--table", "a")
    assert done.returncode == 2
    assert "2行" in done.stderr
    assert run(str(book), "--table", "土地").returncode == 2
    assert run(str(tmp_path / "none"), "--table", "a").returncode == 2
