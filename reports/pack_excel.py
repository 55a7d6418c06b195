"""確認票 as a workbook: choices to fill in, everything else locked. Same pack, same bytes."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from reports.excel import CREATED, FONT, VALUE_FONT
from reports.pack import Pack, Sheet

START, MARK = "はじめに", "ikou"
ANSWER_COLUMNS = (("回答", 20), ("理由・補足", 34))
HEAD_ROW = 3  # column titles, from 0
NAME_ROWS = (("回答者の氏名", 5), ("承認者の氏名（課長など。エラーの回答と承認に必要）", 6))
NAME_COLUMN = 2
GUIDE = (
    "1. 下の黄色い欄に、回答した人の氏名を書いてください。エラーの回答と業務の承認には、承認者の氏名も要ります。",
    "2. 「まとめて回答」のシートを上から見て、「回答」の欄で一つ選んでください。理由・補足は自由に書けます。",
    "3. 1件だけ扱いが違うときは、「1件ずつ回答」のシートのその行に回答してください。",
    "4. 「業務の承認」「判定項目」のシートに行があれば、確かめて選んでください。",
    "5. 分からないものは空のままで構いません。次回もう一度お尋ねします。",
    "6. 保存して、デジタル推進課（移行担当）に返してください。黄色以外の欄は変えられません。",
)


def render_pack(pack: Pack) -> bytes:
    """The workbook of one department."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    book.set_properties({"title": f"確認票 {pack.department}", "author": "ikou", "created": CREATED})
    styles = _styles(book)
    _start_sheet(book, styles, pack)
    for sheet in pack.sheets:
        _question_sheet(book, styles, pack, sheet)
    mark = book.add_worksheet(MARK)
    for row, text in enumerate((pack.id, pack.run, pack.department)):
        mark.write_string(row, 0, text)
    mark.protect()
    mark.very_hidden()
    book.close()
    return target.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": FONT, "font_size": 10, "valign": "top", "text_wrap": True}
    boxed = {**base, "border": 1, "border_color": "#999999"}
    return {
        "plain": book.add_format(base),
        "title": book.add_format({**base, "font_size": 16, "bold": True, "text_wrap": False}),
        "head": book.add_format({**boxed, "bold": True, "bg_color": "#D9E2EC", "valign": "vcenter"}),
        "text": book.add_format({**boxed, "font_name": VALUE_FONT}),
        "answer": book.add_format({**boxed, "bg_color": "#FFF8D6", "locked": False}),
    }


def _start_sheet(book: Any, styles: dict[str, Any], pack: Pack) -> None:
    sheet = book.add_worksheet(START)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 2)
    sheet.set_column(1, 1, 50)
    sheet.set_column(2, 2, 60)
    sheet.write_string(0, 1, f"確認票　{pack.department}", styles["title"])
    sheet.write_string(1, 1, f"{pack.municipality}　移行リハーサル {pack.run}　確認票番号 {pack.id}", styles["plain"])
    counts = "、".join(f"{part.name} {len(part.questions):,}行" for part in pack.sheets if part.questions)
    sheet.write_string(3, 1, f"お尋ねするもの: {counts or 'ありません'}", styles["plain"])
    for title, row in NAME_ROWS:
        sheet.write_string(row, 1, title, styles["head"])
        sheet.write_blank(row, NAME_COLUMN, None, styles["answer"])
    for number, line in enumerate(GUIDE):
        sheet.merge_range(8 + number, 1, 8 + number, 2, line, styles["plain"])
    _print_setup(sheet, pack)
    sheet.protect()


def _question_sheet(book: Any, styles: dict[str, Any], pack: Pack, part: Sheet) -> None:
    sheet = book.add_worksheet(part.name)
    columns = (*part.columns, *ANSWER_COLUMNS)
    for number, (_, width) in enumerate(columns):
        sheet.set_column(number, number, width)
    sheet.write_string(0, 0, f"{part.name}（{pack.department}）", styles["title"])
    sheet.write_string(1, 0, part.lead if part.questions else "このシートでお尋ねするものはありません。")
    for number, (title, _) in enumerate(columns):
        sheet.write_string(HEAD_ROW, number, title, styles["head"])
    for row, question in enumerate(part.questions, start=HEAD_ROW + 1):
        for number, text in enumerate((question.id, *question.texts)):
            sheet.write_string(row, number, text, styles["text"])
        for number in range(len(part.columns), len(columns)):
            sheet.write_blank(row, number, None, styles["answer"])
    last = HEAD_ROW + max(len(part.questions), 1)
    sheet.data_validation(
        HEAD_ROW + 1, len(part.columns), last, len(part.columns),
        {"validate": "list", "source": list(part.choices), "error_title": "回答", "error_message": "一覧から選んでください。"},
    )  # fmt: skip
    sheet.autofilter(HEAD_ROW, 0, last, len(columns) - 1)
    sheet.freeze_panes(HEAD_ROW + 1, 1)
    sheet.repeat_rows(HEAD_ROW)
    _print_setup(sheet, pack)
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})


def _print_setup(sheet: Any, pack: Pack) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L確認票 {pack.department}&R{pack.run}")
    sheet.set_footer(f"&L確認票番号 {pack.id}&R&P / &N")
