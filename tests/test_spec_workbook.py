"""The Digital Agency's workbook: the real one, a small one in its form, damaged ones, and files that are none."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from mappings.definition_files import Reading
from mappings.errors import MappingError
from mappings.layout import Item, ItemType, Requirement, Status
from mappings.layout_files import read_codes, read_group
from mappings.standard_writing import standard_groups, write_standard
from mappings.workbook import Workbook, read_workbook

OFFICIAL = Path(__file__).parents[2] / "shared/data/layouts/official"
REAL = OFFICIAL / "031_jutogaisha_item_definition.xlsx"
SHEET = "任意の名前"
TOP = ["データ項目ID", "", "データ項目", "データ項目\n（ローマ字）", "グループ", "", "", "クラス分類", "", ""]
TOP += ["データ型", "桁数", "コード", "繰り返し", "データ出力条件", "項目定義", "項目説明", "標準仕様書関連箇所"]
TOP += ["実装類型", "サンプル値", "備考"]
BELOW = ["", "", "", "", "名称", "主キー", "外部キー", "LV1", "LV2", "LV3"]
BLANK = [None] * 5
ROWS = (
    [1, "番号", "bango", "人", "○", None, "人", None, None, "X", 15, None, None, "必須", "定義", None, "A1", "○", "1"],
    [2, "生年月日", "seinengappi", "人", *BLANK, "DATE", 10, "", None, "任意"],
    [3, "生年月日_不詳表記", "seinengappi_fushohyoki", "人", *BLANK, "Ｎ", 72, "", None, "条件付き必須"],
    [4, "死亡日", "shibobi", "人", *BLANK, "DATE", 10, "", None, None, None, "・不詳日を許容する"],
    [5, "届出日", "todokedebi", "人", *BLANK, "DATE", 10, "", None, None, None, "・不詳日は許容しない"],
    [6, "性別", "seibetsu", "人", *BLANK, "X", 1, 1],
    [7, "面積", "menseki", "土地", "○", *BLANK[1:], "9V", "5,2", "", 999],
    [8, "旗", "hata", "土地", *BLANK, 9, 1, "002"],
)


def make(path: Path) -> Path:
    """A small workbook in the official form: two heading rows, merged cells, split ids, `e` marks."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    sheet["B1"] = "■項目定義書"
    for row, texts in ((5, TOP), (6, BELOW)):
        for column, text in enumerate(texts, start=2):
            sheet.cell(row, column, text or None)
    for area in ("B5:C6", "D5:D6", "E5:E6", *(f"{letter}5:{letter}6" for letter in "LMNOPQRSTUV")):
        sheet.merge_cells(area)
    for number, cells in enumerate(ROWS, start=7):
        sheet.cell(number, 2, "001")
        for column, value in enumerate(cells, start=3):
            sheet.cell(number, column, value)
        sheet.cell(number, 3).number_format = "00000"
        sheet.cell(number, 23, "e")
    for column in [1, *range(4, 24)]:
        sheet.cell(15, column, "e")
    sheet.cell(16, 4, "表の外の覚え書き")
    codes = book.create_sheet("別の名前")
    for row, texts in (
        (4, ["コードID", "コード名", "コード値", "コード値の内容", "備考"]),
        (6, [1, "性別", "1", "男", None]),
        (7, [None, None, 2, "女", None]),
        (8, ["002", "旗", "0", "無", None]),
    ):
        for column, value in enumerate(texts, start=1):
            codes.cell(row, column, value)
    codes["A6"].number_format = "000"
    codes.merge_cells("A4:A5")
    book.create_sheet("凡例")["A1"] = "データ型"
    book.save(path)
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return make(tmp_path / "001_試験_基本データリスト【第1.0版】.xlsx")


def by_name(items: tuple[Item, ...]) -> dict[str, Item]:
    return {item.name: item for item in items}


def test_the_small_workbook_is_read(small: Path) -> None:
    book = read_workbook(small)
    assert book.business_ids == ("001",)
    assert [(name, len(items)) for name, items in book.groups.items()] == [("人", 6), ("土地", 2)]
    people, land = by_name(book.groups["人"]), by_name(book.groups["土地"])
    number = people["番号"]
    assert (number.id, number.romaji, number.type, number.length) == ("00100001", "bango", ItemType.X, 15)
    assert (number.primary_key, number.mandatory, number.requirement) == (True, True, Requirement.REQUIRED)
    assert (number.classes, number.definition, number.sample) == (("人", "", ""), "定義", "1")
    assert (number.status, number.spec_reference) == (Status.OFFICIAL, "A1")
    assert people["生年月日_不詳表記"].type is ItemType.N
    assert people["性別"].code == "001"
    assert (land["面積"].type, land["面積"].length, land["面積"].scale) == (ItemType.DECIMAL, 5, 2)
    assert (land["面積"].repeat, land["面積"].id) == (999, "00100007")
    assert (land["旗"].type, land["旗"].code) == (ItemType.INTEGER, "002")
    assert book.code_lists["001"].values == {"1": "男", "2": "女"}
    assert book.code_lists["002"].status is Status.OFFICIAL


def test_unknown_dates_are_told_by_words_and_by_pairs(small: Path) -> None:
    people = by_name(read_workbook(small).groups["人"])
    assert [name for name, item in people.items() if item.unknown_date] == ["生年月日", "死亡日"]


def test_what_was_not_read_is_said(small: Path) -> None:
    book = openpyxl.load_workbook(small)
    book[SHEET]["X5"] = "改定区分"
    book[SHEET]["N12"] = 77
    book.save(small)
    notes = "\n".join(read_workbook(small).notes)
    assert "シート「凡例」は項目の表でもコードの表でもないため読んでいません" in notes
    assert f"シート「{SHEET}」の列「改定区分」は読んでいません" in notes
    assert "人の「性別」のコード一覧 077 がこのブックにありません" in notes


Damage = Callable[[openpyxl.Workbook], None]


def put(cell: str, value: object, sheet: str = SHEET) -> Damage:
    def act(book: openpyxl.Workbook) -> None:
        book[sheet][cell] = value

    return act


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (put("L5", "型"), f"シート「{SHEET}」: 見出し「データ型」の列がありません"),
        (put("B5", "ID"), f"シート「{SHEET}」: 見出し「データ項目ID」の列がありません"),
        (put("F6", "名前"), f"シート「{SHEET}」: 見出し「グループ_名称」の列がありません"),
        (
            put("L8", "DATA"),
            f"シート「{SHEET}」 L8 データ型: データ型「DATA」は使えません → 「DATE」ではありませんか",
        ),
        (
            put("C8", 1),
            f"シート「{SHEET}」 B8 データ項目ID: 「00100001」がシート「{SHEET}」 B7 データ項目IDにもあります",
        ),
        (put("C8", "二"), f"シート「{SHEET}」 B8 データ項目ID: 「0010000二」は8桁の数字ではありません"),
        (
            put("D8", "番号"),
            f"シート「{SHEET}」 D8 データ項目: データ項目「番号」がシート「{SHEET}」 D7 データ項目にもあります",
        ),
        (put("E8", "Seinen"), f"シート「{SHEET}」 E8 データ項目（ローマ字）: ローマ字「Seinen」は使えません"),
        (put("F8", None), f"シート「{SHEET}」 F8 グループ_名称: グループの名称がありません"),
        (put("M8", "十"), f"シート「{SHEET}」 M8 桁数: 桁数「十」を読めません"),
        (put("P8", "条件必須"), f"シート「{SHEET}」 P8 データ出力条件: 「条件必須」は使えません → 「条件付き必須」"),
        (put("C7", "2", "別の名前"), "シート「別の名前」 C8 コード値"),
        (put("C4", "値", "別の名前"), "シート「別の名前」: 見出し「コード値」の列がありません"),
    ],
)
def test_damage_is_told_with_sheet_and_cell(small: Path, damage: Damage, expected: str) -> None:
    book = openpyxl.load_workbook(small)
    damage(book)
    if "C8 コード値" in expected:
        book["別の名前"]["A8"], book["別の名前"]["C8"] = None, 2
        expected += ": コード001の値「2」が2回あります"
    book.save(small)
    with pytest.raises(MappingError) as caught:
        read_workbook(small)
    assert expected in str(caught.value)


def test_every_damage_is_told_at_once(small: Path) -> None:
    book = openpyxl.load_workbook(small)
    for cell, value in (("L7", "?"), ("M8", "十"), ("P9", "要")):
        book[SHEET][cell] = value
    book.save(small)
    with pytest.raises(MappingError) as caught:
        read_workbook(small)
    assert [fault.place.split()[1] for fault in caught.value.faults] == ["L7", "M8", "P9"]


def _old_excel(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def _protected(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("001.xlsx", b"x")


def _hollow(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def _other_table(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "住所録"
    book.save(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda path: path.write_bytes(b""), "ファイルが空です"),
        (lambda path: path.write_text("ID,項目"), "Excelブックではありません（中身が別の形式です）"),
        (_old_excel, "古い形式（.xls）のブックです"),
        (_protected, "パスワードがかかっています"),
        (_zip, "Excelブックではありません（別の内容のzipです）"),
        (_hollow, "Excelブックとして読めません"),
        (_cut, "ブックが途中で切れているか壊れています"),
        (_other_table, "見出し「データ項目ID」「データ項目」「データ型」が並ぶシートがありません"),
        (_folder, "ファイルを開けません"),
        (Path.unlink, "ファイルを開けません"),
    ],
)
def test_a_file_that_is_no_official_workbook_is_told(
    small: Path, spoil: Callable[[Path], object], expected: str
) -> None:
    spoil(small)
    with pytest.raises(MappingError) as caught:
        read_workbook(small)
    assert expected in str(caught.value)
    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].advice


def test_what_is_written_is_read_back_the_same(small: Path, tmp_path: Path) -> None:
    book = read_workbook(small)
    groups = standard_groups(book, "shiken", "1.0", {}, {"人": "hito"})
    assert list(groups) == ["hito", "g00100007"]
    files = write_standard(book, tmp_path / "out", "出典", groups)
    assert [file.name for file in files] == ["hito.csv", "g00100007.csv", "codes.csv"]
    reading = Reading((tmp_path,))
    read = read_group(reading, tmp_path / "out/hito.csv", "shiken", "", "1.0")
    assert reading.faults == []
    assert read is not None
    assert [_without_source(item) for item in read.items] == [_without_source(item) for item in groups["hito"].items]
    assert {item.source for item in read.items} == {"出典"}
    assert read_codes(reading, tmp_path / "out/codes.csv") == book.code_lists
    before = [file.read_bytes() for file in files]
    assert [file.read_bytes() for file in write_standard(book, tmp_path / "out", "出典", groups)] == before


def test_a_new_version_keeps_ids_and_what_the_workbook_cannot_say(small: Path) -> None:
    from dataclasses import replace

    book = read_workbook(small)
    old = standard_groups(book, "shiken", "1.0", {}, {"人": "hito"})
    items = tuple(replace(item, noncalendar=item.name == "生年月日") for item in old["hito"].items)
    renamed = Workbook({"住民": book.groups["人"], "土地": book.groups["土地"]}, book.code_lists)
    new = standard_groups(renamed, "shiken", "2.0", {**old, "hito": replace(old["hito"], items=items)})
    assert [(group.id, group.name) for group in new.values()] == [("hito", "住民"), ("g00100007", "土地")]
    assert [item.name for item in new["hito"].items if item.noncalendar] == ["生年月日"]


def _without_source(item: Item) -> Item:
    from dataclasses import replace

    return replace(item, source="")


@pytest.mark.skipif(not REAL.exists(), reason="国の公式ブックが手元にない環境")
def test_the_real_workbook_is_read_whole() -> None:
    book = read_workbook(REAL)
    items = book.groups["住登外者宛名基本情報"]
    with (OFFICIAL / "031_items.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    assert len(items) == len(expected) == 29
    for item, row in zip(items, expected, strict=True):
        assert _as_row(item) == {
            heading: value
            for heading, value in row.items()
            if heading not in ("業務コード", "項目番号", "グループ_名称")
        }
    assert {row["グループ_名称"] for row in expected} == {"住登外者宛名基本情報"}
    with (OFFICIAL / "031_codes.csv").open(encoding="utf-8", newline="") as file:
        codes = {
            (row["コードID"].zfill(3), row["コード名"], row["コード値"], row["コード値の内容"])
            for row in csv.DictReader(file)
        }
    found = {(one.id, one.name, value, text) for one in book.code_lists.values() for value, text in one.values.items()}
    assert found == codes
    assert [item.name for item in items if item.unknown_date] == ["生年月日"]


def _as_row(item: Item) -> dict[str, str]:
    length = f"{item.length},{item.scale}" if item.scale else str(item.length)
    code = str(int(item.code)) if item.code == "001" else item.code
    kind = "Ｎ" if item.type is ItemType.N else item.type.value
    first, second, third = item.classes
    return {
        "データ項目ID": item.id,
        "データ項目": item.name,
        "データ項目（ローマ字）": item.romaji,
        "グループ_主キー": "○" if item.primary_key else "",
        "グループ_外部キー": item.foreign_key,
        "クラス分類_LV1": first,
        "クラス分類_LV2": second,
        "クラス分類_LV3": third,
        "データ型": kind,
        "桁数": length,
        "コード": code,
        "繰り返し": str(item.repeat or ""),
        "データ出力条件": item.requirement.value,
        "項目定義": item.definition,
        "項目説明": item.description,
        "標準仕様書関連箇所": item.spec_reference,
        "実装類型": "○" if item.mandatory else "",
        "サンプル値": item.sample,
        "備考": item.note,
    }


@pytest.mark.skipif(not REAL.exists(), reason="国の公式ブックが手元にない環境")
def test_the_shipped_layout_is_the_official_one() -> None:
    from dataclasses import replace

    from mappings import loading

    shipped = loading.load_area("jutogai", [loading.shipped_folder()])
    official = read_workbook(REAL)
    for item, ours in zip(official.groups["住登外者宛名基本情報"], shipped.groups["atena"].items, strict=True):
        assert replace(ours, source="", noncalendar=False) == replace(item, source="")
    assert shipped.code_lists == official.code_lists
