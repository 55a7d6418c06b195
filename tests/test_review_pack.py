"""確認票: what is asked, what is hidden, and the workbook itself."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import openpyxl
import polars as pl
import pytest

from mappings.area import Area
from mappings.layout import Group, Item, ItemType
from mappings.rule import Rule
from migration.decisions import ANSWERS
from reports.document import Facts
from reports.masking import PROTECTED_TEXT, SECRET_TEXT
from reports.pack import AREAS, CASES, CAUSES, CRITERIA, Asked, Pack, make_packs
from reports.pack_excel import render_pack
from reports.runbook import RunBook
from validators.finding import FINDING_SCHEMA


def area(name: str, title: str, department: str, look_at: str) -> Area:
    items = (Item("宛名番号", "atena", ItemType.X, 15, primary_key=True), Item("現住所", "jusho", ItemType.N, 100))
    group = Group(name, "person", "個人", "001", "1.0", items)
    rule = Rule("COM-21", "W", "移行差異", f"{title}の規則", name, "person", "", "", "", "", None, look_at=look_at)  # type: ignore[arg-type]
    return Area(name, title, 1, department, ("001",), {"person": group}, {}, (rule,), (), {})


def finding(number: int, **values: object) -> dict[str, object]:
    given = {"finding_id": f"f{number}", "content_hash": f"h{number}", "area": "jumin", "table": "person"}
    given |= {"key": f"000{number}", "item": "氏名", "rule": "COM-21", "severity": "W", "kind": "移行差異"}
    return {**dict.fromkeys(FINDING_SCHEMA, ""), "record": None, **given, **values}


def book(*findings: dict[str, object], **more: object) -> RunBook:
    areas = {
        "jumin": area("jumin", "住民基本台帳", "住民環境課", "住民票を見る"),
        "keiji": area("keiji", "軽自動車税", "税務課", "車両を見る"),
    }
    frame = pl.DataFrame(list(findings), schema=FINDING_SCHEMA)
    facts = Facts("岡垣町", "R1", "", "")
    return replace(RunBook(facts, areas, {}, secret_items=frozenset({"個人番号"}), findings=frame), **more)  # type: ignore[arg-type]


NOTHING = Asked((), (), ("承認する", "差し戻す"), "デジタル推進課")


def packs(*findings: dict[str, object], asked: Asked = NOTHING, **more: object) -> dict[str, Pack]:
    return {pack.department: pack for pack in make_packs(book(*findings, **more), asked)}


def rows(pack: Pack, sheet: str) -> list[tuple[str, ...]]:
    return [(q.id, *q.texts) for part in pack.sheets if part.name == sheet for q in part.questions]


def test_findings_of_one_cause_are_one_line_and_point_at_it() -> None:
    [pack] = packs(
        finding(1, message="あ"),
        finding(2, message="い"),
        finding(3, severity="E", message="う"),
        finding(4, severity="I", message="え"),
    ).values()
    assert [(row[0], row[1], row[6]) for row in rows(pack, CAUSES)] == [
        ("M0001", "エラー", "1件\n（1人）"),
        ("M0002", "疑義", "2件\n（2人）"),
    ]
    assert rows(pack, CAUSES)[1][7] == "あ\nい"
    assert [(row[0], row[2], row[4]) for row in rows(pack, CASES)] == [
        ("K000001", "M0001", "0003"),
        ("K000002", "M0002", "0001"),
        ("K000003", "M0002", "0002"),
    ]
    assert [q.hashes for q in pack.sheets[0].questions] == [("h3",), ("h1", "h2")]


def test_each_area_has_its_own_words_for_a_rule_of_the_same_id() -> None:
    found = packs(finding(1), finding(2, area="keiji"))
    assert [row[5] for row in rows(found["住民環境課"], CAUSES)] == ["住民基本台帳の規則（COM-21）"]
    assert [row[-1] for row in rows(found["住民環境課"], CAUSES)] == ["住民票を見る"]
    assert [row[-1] for row in rows(found["税務課"], CAUSES)] == ["車両を見る"]


def test_what_is_no_areas_is_for_those_who_run_the_move() -> None:
    found = packs(finding(1, area="", table="", key="", file="jumin/ido.csv", record=1234, rule="RCV-02"))
    [row] = rows(found["デジタル推進課"], CASES)
    assert row[3:5] == ("（受渡データ全体）", "jumin/ido.csv の 1,234件目")


def test_answered_findings_and_empty_sheets_are_left_out() -> None:
    findings = book(finding(1), finding(2)).findings.with_columns(
        pl.Series("answer", [None, "変換で補正"], pl.String), settled=pl.lit(False)
    )
    criteria = (("G-22", "切戻し", "演習が済んでいること", "c1", "デジタル推進課"),)
    areas = (("jumin", "住民基本台帳", "変換 3行", "a1", "住民環境課"),)
    asked = replace(NOTHING, areas=areas, criteria=criteria)
    found = {pack.department: pack for pack in make_packs(replace(book(), findings=findings), asked)}
    assert [sheet.name for sheet in found["住民環境課"].sheets] == [CAUSES, CASES, AREAS]
    assert [q.hashes for q in found["住民環境課"].sheets[1].questions] == [("h1",)]
    assert [sheet.name for sheet in found["デジタル推進課"].sheets] == [CRITERIA]


def test_secret_items_and_whereabouts_of_protected_people_are_never_in_a_pack() -> None:
    [pack] = packs(
        finding(1, item="個人番号", value="123456789018", message="123456789018 は桁が違います"),
        finding(2, item="現住所", value="西新宿２６番", legacy_value="西新宿２６番", message="西新宿２６番は町外です"),
        finding(3, item="現住所", value="東町１番", message="東町１番は町外です"),
        finding(2, item="主たる定置場", value="西新宿", message="定置場が西新宿です", content_hash="h9"),
        protected=frozenset({"0002"}),
    ).values()
    text = repr(pack)
    assert "123456789018" not in text
    assert "西新宿" not in text
    assert "東町１番は町外です" in text
    assert SECRET_TEXT in text
    assert text.count(PROTECTED_TEXT) >= 5
    with zipfile.ZipFile(io.BytesIO(render_pack(pack))) as file:
        inside = b"".join(file.read(name) for name in file.namelist()).decode("utf-8", "ignore")
    assert "西新宿" not in inside
    assert "123456789018" not in inside


@pytest.mark.parametrize("value", ["=1+1", "+81", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "0012", "1E5"])
def test_values_that_look_like_formulas_or_numbers_stay_text(value: str) -> None:
    [pack] = packs(finding(1, legacy_value=value, message=value)).values()
    sheet = openpyxl.load_workbook(io.BytesIO(render_pack(pack)))[CASES]
    assert (sheet["G5"].value, sheet["G5"].data_type, sheet["I5"].data_type) == (value, "s", "s")


def test_same_pack_same_bytes_and_another_question_another_number() -> None:
    first, second = (packs(finding(1))["住民環境課"] for _ in range(2))
    assert render_pack(first) == render_pack(second)
    assert first.id == second.id != packs(finding(2))["住民環境課"].id


def test_the_workbook_locks_all_but_answers_and_offers_the_choices() -> None:
    areas = (("jumin", "住民基本台帳", "変換 3行", "a1", "住民環境課"),)
    pack = packs(finding(1, message="長い文です。" * 30), asked=replace(NOTHING, areas=areas))["住民環境課"]
    made = openpyxl.load_workbook(io.BytesIO(render_pack(pack)))
    assert made.sheetnames == ["はじめに", CAUSES, CASES, AREAS, "ikou"]
    assert made["ikou"].sheet_state == "veryHidden"
    for sheet in made.worksheets:
        assert sheet.protection.sheet, sheet.title
    causes = made[CAUSES]
    unlocked = [cell.coordinate for row in causes.iter_rows() for cell in row if not cell.protection.locked]
    assert unlocked == ["J5", "K5"]
    [choice] = causes.data_validations.dataValidation
    assert (str(choice.sqref), choice.formula1) == ("J5", f'"{",".join(book().answers)}"')
    assert set(book().answers) == set(ANSWERS)
    assert [cell.coordinate for row in made["はじめに"].iter_rows() for cell in row if not cell.protection.locked] == [
        "C6",
        "C7",
    ]
    shown = [str(cell.value) for row in made["はじめに"].iter_rows() for cell in row if cell.value]
    assert any(
        line.endswith("保存して、デジタル推進課に返してください。黄色以外の欄は変えられません。") for line in shown
    )
    assert not any("判定項目" in line for line in shown)


def test_rows_are_high_enough_and_sheets_one_page_wide() -> None:
    [pack] = packs(finding(1, message="あ" * 210), finding(2, message="い", rule="COM-22")).values()
    sheet = openpyxl.load_workbook(io.BytesIO(render_pack(pack)))[CASES]
    lines = 210 * 2 / sheet.column_dimensions["I"].width
    assert sheet.row_dimensions[5].height > lines * 12  # ten points and the space between
    assert sheet.row_dimensions[6].height < 40
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == "$4:$4"
    for name in (CAUSES, CASES):
        columns = openpyxl.load_workbook(io.BytesIO(render_pack(pack)))[name].column_dimensions.values()
        assert sum(column.width for column in columns) <= 200  # 8 points on A4
