"""source.toml and columns/*.csv of host files: what they say, and every fault with its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mappings.definition_files import Reading
from mappings.legacy_source import LegacyColumn, LegacyTable, Source
from mappings.position_soundness import other_kinds, position_faults, record_faults
from mappings.source_files import read_source
from migration.definition_text import definition_text

SOURCE = """\
title = "汎用機"

[encodings.kanji]
form = "keis"
tables = ["tables/one.csv", "tables/two.csv"]

[tables.tochi]
files = ["kotei/tochi*.dat"]
reader = "host"
encoding = "kanji"
record_length = 20
records = "rdw"
shortest = 8
fillings = ["low"]
key = ["番号"]
"""
COLUMNS = """\
name,start,length,kind,digits,decimals,encoding,secret,note
番号,0,8,packed,15,,,,
氏名,8,10,,,,ibm930,,
率,18,2,binary,,3,,,
"""
FOLDER = "kotei/legacy/host"


def written(root: Path, source: str = SOURCE, columns: str = COLUMNS) -> Path:
    folder = root / FOLDER
    (folder / "columns").mkdir(parents=True)
    (folder / "tables").mkdir()
    (folder / "source.toml").write_text(source, encoding="utf-8")
    (folder / "columns" / "tochi.csv").write_text(columns, encoding="utf-8")
    ones = "\n".join(f"{0x81 + number:02X},{0xFF71 + number:04X}" for number in range(40))
    twos = "\n".join(f"B0{0xA1 + number:02X},{0x4E9C + number:04X}" for number in range(40))
    (folder / "tables" / "one.csv").write_text(ones, encoding="utf-8")
    (folder / "tables" / "two.csv").write_text(twos, encoding="utf-8")
    return folder


def read(root: Path) -> tuple[Source, list[str]]:
    reading = Reading((root,))
    source = read_source(reading, "kotei", "host")
    assert source is not None
    return source, [f"{fault.place}: {fault.problem}" for fault in reading.faults]


def test_a_host_table_is_read_as_written(tmp_path: Path) -> None:
    written(tmp_path)
    source, faults = read(tmp_path)
    assert faults == []
    table = source.tables["tochi"]
    assert (table.reader, table.records, table.shortest, table.fillings) == ("host", "rdw", 8, ("low",))
    assert table.columns == (
        LegacyColumn("番号", 0, 8, "packed", digits=15),
        LegacyColumn("氏名", 8, 10, encoding="ibm930"),
        LegacyColumn("率", 18, 2, "binary", decimals=3),
    )
    [encoding] = table.encodings
    assert (encoding.name, encoding.form.title) == ("kanji", "KEIS（78・83・90）")


def test_another_table_of_codes_is_another_definition(tmp_path: Path) -> None:
    """The same codes elsewhere are the same; one changed code is not."""
    first = definition_text(read(written(tmp_path / "a").parents[2])[0].tables["tochi"])
    folder = written(tmp_path / "b")
    assert definition_text(read(tmp_path / "b")[0].tables["tochi"]) == first
    (folder / "tables" / "two.csv").write_text("B0A1,4E9D", encoding="utf-8")
    assert definition_text(read(tmp_path / "b")[0].tables["tochi"]) != first


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('form = "keis"', 'form = "kies"', "[encodings.kanji] form: 「kies」は使えません"),
        ('"tables/two.csv"', '"tables/too.csv"', "[encodings.kanji] tables: 文字の表 tables/too.csv がありません"),
        ('"tables/two.csv"', '"../two.csv"', "[encodings.kanji] tables: 「../two.csv」は使えません"),
        ('tables = ["tables/one.csv", "tables/two.csv"]\n', "",
         "[encodings.kanji] tables: KEIS（78・83・90） の文字の表が書かれていません"),
        ('form = "keis"', 'form = "keis"\nshift = 1', "[encodings.kanji] shift: この項目は使えません"),
        ('records = "rdw"', 'records = "vb"', "[tables.tochi] records: 「vb」は使えません"),
        ('["low"]', '["lou"]', "[tables.tochi] fillings: 「lou」は使えません"),
        ("record_length = 20\n", "", "[tables.tochi] record_length: 書かれていません"),
    ],
)  # fmt: skip
def test_a_fault_in_source_toml_is_told(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in SOURCE
    written(tmp_path, SOURCE.replace(old, new))
    assert expected in read(tmp_path)[1]


def test_a_fault_in_the_columns_is_told(tmp_path: Path) -> None:
    written(tmp_path, columns=COLUMNS.replace("packed,15", "paked,x"))
    assert read(tmp_path)[1] == ["2行 digits: 「x」は桁数ではありません", "2行 kind: 「paked」は使えません"]


HOST = LegacyTable("t", "表", ("f",), "host", "ibm930", (), record_length=20)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (
            LegacyColumn("値", 0, 3, digits=2),
            "digits・decimals は数値（zoned、packed、binary、unsigned）の列だけに書けます",
        ),
        (LegacyColumn("値", 0, 3, "packed", digits=2, decimals=1), "digits と decimals の両方が書かれています"),
        (LegacyColumn("値", 0, 3, "packed", digits=6), "3 バイトには 5 桁しか入りません"),
        (LegacyColumn("値", 0, 9, "binary"), "2進数の長さ 9 バイトは読めません"),
        (LegacyColumn("値", 0, 20, "packed"), "39 桁の数は読めません"),
        (LegacyColumn("値", 0, 3, "dbcs"), "2バイト文字の列の長さ 3 が奇数です"),
        (LegacyColumn("値", 0, 3, "continued"), "continued の列のすぐ前に列がありません"),
    ],
)
def test_kinds_that_do_not_fit_are_told(column: LegacyColumn, expected: str) -> None:
    problems = [fault.problem for fault in position_faults("f", replace(HOST, columns=(column,)))]
    assert problems == [expected]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"reader": "fixed", "records": "rdw"}, "可変長の読み方は host だけです"),
        ({"records": "rdw", "newline": "nl"}, "可変長レコード（RDW）に改行はありません"),
        ({"shortest": 5}, "固定長では使えません"),
        ({"records": "rdw", "shortest": 21}, "shortest 21 が record_length 20 より長くなっています"),
    ],
)
def test_records_that_cannot_be_are_told(change: dict[str, str], expected: str) -> None:
    table = LegacyTable(**{**{name: getattr(HOST, name) for name in HOST.__dataclass_fields__}, **change})
    assert [fault.problem for fault in record_faults("f", "", table)] == [expected]


def test_text_files_have_no_kinds() -> None:
    csv = replace(HOST, reader="csv", columns=(LegacyColumn("値", kind="packed"),))
    assert [fault.problem for fault in other_kinds("f", csv)] == ["kind「packed」は固定長と汎用機の列だけに書けます"]
