"""確認票 as a workbook: choices to fill in, everything else locked. Same pack, same bytes.

Rows are as high as their texts need (no program may have to work that out), sheets as wide as a landscape A4 page can
show in letters of eight points.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from math import ceil
from typing import Any

import xlsxwriter

from reports.excel import CREATED, FONT, VALUE_FONT
from reports.pack import AREAS, CASES, CAUSES, CRITERIA, MEANINGS, Pack, Sheet

START, MARK = "はじめに", "ikou"
ANSWER_COLUMNS = (("回答", 17), ("理由・補足", 22))
HEAD_ROW = 3  # column titles, from 0
NAME_ROWS = (("回答した人の氏名", 5), ("承認した人の氏名（課長など）", 6))
NAME_COLUMN = 2
START_WIDTHS = (2, 40, 92)
LINE, LONGEST = 13.5, 405.0  # points; Excel's highest row is 409
CAREFUL = "取扱注意：個人情報あり"
_GUIDES = {
    CAUSES: "「まとめて回答」のシートを上から見て、「回答」の欄で一つ選んでください。理由・補足は自由に書けます。",
    CASES: "1件だけ扱いが違うときは、「1件ずつ回答」のシートのその行に回答してください（そちらを優先します）。",
    AREAS: "「業務の承認」のシートで、移行の結果を確かめて選んでください。",
    CRITERIA: "「判定項目」のシートで、確認できたものを選んでください。",
}


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
        "line": book.add_format({**base, "text_wrap": False}),
        "title": book.add_format({**base, "font_size": 16, "bold": True, "text_wrap": False, "valign": "vcenter"}),
        "head": book.add_format({**boxed, "bold": True, "bg_color": "#D9E2EC", "valign": "vcenter"}),
        "text": book.add_format({**boxed, "font_name": VALUE_FONT, "num_format": "@"}),
        "answer": book.add_format({**boxed, "bg_color": "#FFF8D6", "locked": False, "num_format": "@"}),
    }


def _guide(pack: Pack) -> list[str]:
    lines = ["黄色い欄に、回答した人の氏名を書いてください。"]
    lines[0] += "「エラー」の回答と「承認する」には、別の人（課長など）の承認と、その氏名も要ります。"
    lines += [_GUIDES[sheet.name] for sheet in pack.sheets]
    lines.append("分からないものは空のままで構いません。次回もう一度お尋ねします。")
    lines.append(f"保存して、{pack.return_to or '移行の担当課'}に返してください。黄色以外の欄は変えられません。")
    return [f"{number}. {line}" for number, line in enumerate(lines, start=1)]


def _start_sheet(book: Any, styles: dict[str, Any], pack: Pack) -> None:
    sheet = book.add_worksheet(START)
    sheet.hide_gridlines(2)
    for number, width in enumerate(START_WIDTHS):
        sheet.set_column(number, number, width)
    sheet.set_row(0, 26)
    sheet.write_string(0, 1, f"確認票　{pack.department}", styles["title"])
    about = f"{pack.municipality}　移行リハーサル {pack.run}　確認票番号 {pack.id}　{CAREFUL}"
    sheet.write_string(1, 1, about, styles["line"])
    counts = "、".join(f"{part.name} {len(part.questions):,}行" for part in pack.sheets)
    sheet.write_string(3, 1, f"お尋ねするもの: {counts}", styles["line"])
    for title, row in NAME_ROWS:
        sheet.set_row(row, 24)
        sheet.write_string(row, 1, title, styles["head"])
        sheet.write_blank(row, NAME_COLUMN, None, styles["answer"])
    row = 8
    for line in _guide(pack):
        sheet.set_row(row, _height([line], [sum(START_WIDTHS[1:])]))
        sheet.merge_range(row, 1, row, 2, line, styles["plain"])
        row += 1
    _meanings(sheet, styles, pack, row + 1)
    _print_setup(sheet, pack)
    sheet.protect()


def _meanings(sheet: Any, styles: dict[str, Any], pack: Pack, row: int) -> None:
    """What each answer means: only those that can be chosen in this pack."""
    sheet.write_string(row, 1, "回答", styles["head"])
    sheet.write_string(row, 2, "意味", styles["head"])
    for choice in dict.fromkeys(choice for part in pack.sheets for choice in part.choices):
        row += 1
        meaning = MEANINGS.get(choice, "")
        sheet.set_row(row, _height([meaning], [START_WIDTHS[2]]))
        sheet.write_string(row, 1, choice, styles["text"])
        sheet.write_string(row, 2, meaning, styles["text"])


def _question_sheet(book: Any, styles: dict[str, Any], pack: Pack, part: Sheet) -> None:
    sheet = book.add_worksheet(part.name)
    columns = (*part.columns, *ANSWER_COLUMNS)
    widths = [width for _, width in columns]
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, f"{part.name}（{pack.department}）", styles["title"])
    sheet.write_string(1, 0, part.lead, styles["line"])
    titles = [title for title, _ in columns]
    sheet.set_row(HEAD_ROW, _height(titles, widths))
    for number, title in enumerate(titles):
        sheet.write_string(HEAD_ROW, number, title, styles["head"])
    for row, question in enumerate(part.questions, start=HEAD_ROW + 1):
        texts = (question.id, *question.texts)
        sheet.set_row(row, _height(texts, widths))
        for number, text in enumerate(texts):
            sheet.write_string(row, number, text, styles["text"])
        for number in range(len(part.columns), len(columns)):
            sheet.write_blank(row, number, None, styles["answer"])
    _ways_to_fill(sheet, part, len(columns))
    _print_setup(sheet, pack)
    sheet.repeat_rows(HEAD_ROW)
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})


def _ways_to_fill(sheet: Any, part: Sheet, columns: int) -> None:
    """The choice of answers, the filter, and titles that stay in sight."""
    last, answer = HEAD_ROW + len(part.questions), len(part.columns)
    told = {"error_title": "回答", "error_message": "一覧から選んでください。"}
    sheet.data_validation(
        HEAD_ROW + 1, answer, last, answer, {"validate": "list", "source": list(part.choices), **told}
    )
    sheet.autofilter(HEAD_ROW, 0, last, columns - 1)
    sheet.freeze_panes(HEAD_ROW + 1, 1)


def _height(texts: Sequence[str], widths: Sequence[int]) -> float:
    """Points that the longest of the texts needs in its column."""
    lines = [_lines(text, width) for text, width in zip(texts, widths, strict=False)]
    return min(LONGEST, max(lines, default=1) * LINE + 4)


def _lines(text: str, width: int) -> int:
    """Lines of a wrapped text; `width` in half-width characters. A tenth is lost where words do not break."""
    return sum(max(1, ceil(_half_widths(line) * 1.1 / max(width - 1, 1))) for line in text.split("\n"))


def _half_widths(text: str) -> int:
    return sum(1 if ord(sign) < 0x100 or 0xFF61 <= ord(sign) <= 0xFF9F else 2 for sign in text)


def _print_setup(sheet: Any, pack: Pack) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.3, right=0.3, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L確認票 {_plain(pack.department)}　{CAREFUL}&R{_plain(pack.run)}")
    sheet.set_footer(f"&L確認票番号 {pack.id}&R&P / &N")


def _plain(text: str) -> str:
    """A text that a header prints as it is: & begins a print code there."""
    return text.replace("&", "&&")
