"""The workbook: texts stay texts, print set-up, split sheets, the same bytes for the same document."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import polars as pl
import pytest

import reports.excel
from reports.document import Column, Document, Facts, Figure, Kind, Section, Table, Tone
from reports.excel import HEAD_ROWS, render_excel

FACTS = Facts("見本町", "R&1", "2026-10-31", "0123456789abcdef" * 4, (), "")
COLUMNS = (
    Column("name", "氏名", Kind.VALUE, 20),
    Column("code", "番号", Kind.CODE),
    Column("count", "件数", Kind.NUMBER),
    Column("rate", "率", Kind.PERCENT),
    Column("state", "判定", Kind.STATUS),
)


def document(*sections: Section, **changes: object) -> Document:
    given: dict[str, object] = {
        "id": "x",
        "title": "見本の表",
        "facts": FACTS,
        "sections": sections,
        "headline": "結果です。",
        "tone": Tone.BAD,
        "actions": ("まず見る",),
    }
    return Document(**{**given, **changes})  # type: ignore[arg-type]


def table(rows: list[tuple[object, ...]], total: dict[str, object] | None = None) -> Table:
    kinds = (pl.String(), pl.String(), pl.Int64(), pl.Float64(), pl.String())
    schema = dict(zip((column.name for column in COLUMNS), kinds, strict=True))
    return Table(COLUMNS, pl.DataFrame(rows, schema=schema, orient="row"), "名簿を調べました。", total)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def texts(sheet: object) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", ["=1+1", "+81", "-1", "@SUM(A1)", "0012", "http://a.b", "1E5", "{=A1}", "'x"])
def test_texts_stay_texts(value: str) -> None:
    book = opened(render_excel(document(Section("一覧", table=table([(value, value, 1, 0.5, "合格")])))))
    for cell in (book["一覧"].cell(HEAD_ROWS + 1, 1), book["一覧"].cell(HEAD_ROWS + 1, 2)):
        assert (cell.value, cell.data_type, cell.hyperlink) == (value, "s", None)


def test_numbers_are_numbers_and_words_among_them_stay_words() -> None:
    frame = pl.DataFrame({"n": ["1234", "10未満", "", None]})
    given = Table((Column("n", "件数", Kind.NUMBER),), frame, "")
    sheet = opened(render_excel(document(Section("一覧", table=given))))["一覧"]
    assert [sheet.cell(HEAD_ROWS + row, 1).value for row in range(1, 5)] == [1234, "10未満", None, None]
    assert sheet.cell(HEAD_ROWS + 1, 1).number_format == "#,##0"


def test_control_characters_are_made_visible() -> None:
    book = opened(render_excel(document(Section("一覧", table=table([("a\tb\x01", "\ue021", 1, 0.5, "合格")])))))
    row = [cell.value for cell in book["一覧"][HEAD_ROWS + 1]]
    assert row[:2] == ["a〔タブ〕b〔制御01〕", "〔外字E021〕"]


def test_a_status_has_sign_and_fill() -> None:
    sheet = opened(render_excel(document(Section("一覧", table=table([("a", "1", 1, 0.5, "不合格")])))))["一覧"]
    cell = sheet.cell(HEAD_ROWS + 1, 5)
    assert cell.value == "× 不合格"
    assert cell.font.bold
    assert cell.fill.fgColor.rgb == "FFF9D5D5"


def test_print_set_up() -> None:
    sheet = opened(render_excel(document(Section("一覧", table=table([("a", "1", 1, 0.5, "合格")])))))["一覧"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == f"${HEAD_ROWS}:${HEAD_ROWS}"
    assert sheet.freeze_panes == f"A{HEAD_ROWS + 1}"
    assert sheet.auto_filter.ref == f"A{HEAD_ROWS}:E{HEAD_ROWS + 1}"


def test_every_page_says_what_it_is_and_its_number() -> None:
    content = render_excel(document(Section("一覧", table=table([("a", "1", 1, 0.5, "合格")]))))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
    head = "<oddHeader>&amp;L&amp;9 見本の表　一覧&amp;R&amp;9 見本町</oddHeader>"
    foot = "<oddFooter>&amp;L&amp;8 R&amp;&amp;1　識別番号 0123456789abcdef&amp;R&amp;9 &amp;P / &amp;N 頁</oddFooter>"
    assert head + foot in sheet


def test_cover_has_boxes_facts_result_actions_and_contents() -> None:
    figures = (Figure("件数", 12345, "件", Tone.WARN),)
    made = document(Section("まとめ", figures=figures), Section("一覧", table=table([("a", "1", 1, 0.5, "合格")])))
    cover = opened(render_excel(made))["表紙"]
    said = texts(cover)
    for text in ("作成", "確認", "承認", "見本町", "R&1", "2026-10-31", "× 結果です。", "次にすること", "1. まず見る"):
        assert text in said
    assert "12345" in said
    assert "受渡データに記載なし" not in said
    assert "一覧" in said


def test_an_empty_table_says_what_was_looked_at() -> None:
    sheet = opened(render_excel(document(Section("一覧", table=table([])))))["一覧"]
    assert sheet.cell(HEAD_ROWS + 1, 1).value == "該当なし。名簿を調べました。"
    assert sheet.auto_filter.ref is None


def test_total_row_follows_the_last_row() -> None:
    made = document(Section("一覧", table=table([("a", "1", 1, 0.5, "合格")], {"name": "合計", "count": 7})))
    sheet = opened(render_excel(made))["一覧"]
    assert (sheet.cell(HEAD_ROWS + 2, 1).value, sheet.cell(HEAD_ROWS + 2, 3).value) == ("合計", 7)


def test_long_tables_are_split_over_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports.excel, "SHEET_ROWS", 10)
    rows: list[tuple[object, ...]] = [(f"人{number}", "1", number, 0.5, "合格") for number in range(25)]
    made = document(Section("一覧", table=table(rows, {"name": "合計", "count": 300})))
    book = opened(render_excel(made))
    assert book.sheetnames == ["表紙", "一覧(1)", "一覧(2)", "一覧(3)"]
    assert book["一覧(3)"].cell(HEAD_ROWS + 1, 1).value == "人20"
    assert book["一覧(3)"].cell(HEAD_ROWS + 6, 1).value == "合計"
    assert book["一覧(1)"].cell(HEAD_ROWS + 11, 1).value is None
    assert "（2／3 枚目）" in book["一覧(2)"].cell(1, 1).value


def test_sheet_names_are_legal_and_different() -> None:
    empty = table([])
    names = ("移行差異：原因ごとの[まとめ]", "移行差異：原因ごとの[まとめ]", "あ" * 40, "あ" * 40, "a/b*c?")
    book = opened(render_excel(document(*(Section(name, table=empty) for name in names))))
    assert book.sheetnames[1:3] == ["移行差異：原因ごとの・まとめ・", "移行差異：原因ごとの・まとめ・_2"]
    assert book.sheetnames[3:] == ["あ" * 31, "あ" * 29 + "_2", "a・b・c・"]


def test_rows_are_high_enough_for_long_names() -> None:
    rows: list[tuple[object, ...]] = [("長" * 100, "1", 1, 0.5, "合格"), ("短い", "1", 1, 0.5, "合格")]
    sheet = opened(render_excel(document(Section("一覧", table=table(rows)))))["一覧"]
    assert sheet.row_dimensions[HEAD_ROWS + 1].height >= 10 * 12  # 200 half-width in a column of 20: 10 lines
    assert sheet.row_dimensions[HEAD_ROWS + 2].height is None


def test_same_document_same_bytes_and_no_clock() -> None:
    made = document(Section("一覧", table=table([("邉󠄗", "1", 1, 0.5, "合格")])))
    first, second = render_excel(made), render_excel(made)
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 31, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")
        assert "邉󠄗".encode() in parts.read("xl/worksheets/sheet2.xml")
