"""The HTML page: escaped, self-contained, paged, the same bytes for the same document."""

from __future__ import annotations

import base64
import json
import re
import zlib
from html.parser import HTMLParser

import polars as pl
import pytest

import reports.html
from reports.document import Column, Document, Edition, Facts, Figure, Kind, Section, Table, Tone
from reports.html import render_html

FACTS = Facts("見本町", "R1", "2026-10-31", "0123456789abcdef" * 4, (("住民基本台帳", "6.1"),), "2026年11月23日 10:00")
COLUMNS = (
    Column("name", "氏名", Kind.VALUE),
    Column("count", "件数", Kind.NUMBER),
    Column("state", "判定", Kind.STATUS),
)


def page(table: Table, **changes: object) -> str:
    given: dict[str, object] = {
        "id": "x",
        "title": "見本の表",
        "facts": FACTS,
        "sections": (Section("一覧", "説明です。", table=table),),
        "headline": "結果です。",
        "tone": Tone.BAD,
    }
    return render_html(Document(**{**given, **changes}))  # type: ignore[arg-type]


def people(count: int) -> Table:
    frame = pl.DataFrame(
        {
            "name": [f"人{number:06}" for number in range(count)],
            "count": list(range(count)),
            "state": ["合格"] * count,
        },
        schema={"name": pl.String(), "count": pl.Int64(), "state": pl.String()},
    )
    return Table(COLUMNS, frame, "名簿を調べました。")


class Rows(HTMLParser):
    """Texts of the body cells, as a browser would show them."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.inside = self.body = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.body = self.body or tag == "tbody"
        if tag == "td" and self.body:
            self.inside = True
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self.body = self.body and tag != "tbody"
        self.inside = self.inside and tag != "td"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cells[-1] += data


def body_cells(html: str) -> list[str]:
    parser = Rows()
    parser.feed(html)
    return parser.cells


def test_values_are_escaped_and_shown_as_they_are() -> None:
    evil = '<script>alert("x")</script>&amp;\'=1+1'
    html = page(Table(COLUMNS, pl.DataFrame({"name": [evil], "count": [1234], "state": ["不合格"]}), ""))
    assert "<script>alert" not in html
    assert body_cells(html) == [evil, "1,234", "× 不合格"]


def test_titles_and_sentences_are_escaped() -> None:
    html = page(people(1), title="<b>表</b>", headline="A&B <i>", notes=("<u>注</u>",), actions=("<a>",))
    for bad in ("<b>表", "<i>", "<u>注", "<a>"):
        assert bad not in html
    assert "&lt;b&gt;表" in html
    assert '"\\00003Cb\\00003E表\\00003C\\00002Fb\\00003E"' in html  # in the running head of the style


def test_nothing_outside_the_page_is_asked_for() -> None:
    html = page(people(1000))
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:|//)", html)
    assert "@import" not in html
    assert "url(" not in html
    assert "default-src 'none'" in html


def test_a_status_has_a_sign_and_a_class() -> None:
    frame = pl.DataFrame({"name": ["a", "b"], "count": [1, 2], "state": ["合格", "差異"]})
    html = page(Table(COLUMNS, frame, ""))
    assert '<td class="s good">○ 合格</td>' in html
    assert '<td class="s bad">× 差異</td>' in html


def test_first_page_says_what_whose_and_when() -> None:
    html = page(people(1), actions=("まず見る", "次に押す"), subtitle="税務課", department="税務課")
    for text in (
        "見本町",
        "R1",
        "2026-10-31",
        "0123456789abcdef" * 4,
        "6.1",
        "2026年11月23日 10:00",
        "結果です。",
        "まず見る",
    ):
        assert text in html
    for box in ("作成", "確認", "承認"):
        assert f"<th>{box}</th>" in html
    assert "次にすること" in html


def test_an_empty_table_says_what_was_looked_at() -> None:
    html = page(people(0))
    assert "該当なし。名簿を調べました。" in html
    assert "<thead>" not in html


def test_small_tables_lie_in_the_page_without_data_or_paging() -> None:
    html = page(people(500))
    assert len(body_cells(html)) == 1500
    assert 'class="data"' not in html
    assert "全 500 件です" not in html


def test_large_tables_show_500_rows_and_hold_the_rest_compressed() -> None:
    html = page(people(100_000))
    assert len(body_cells(html)) == 1500
    assert "全 100,000 件です。" in html
    assert "この画面には先頭の 500 件だけを出しています。" in html
    data = re.search(r'class="data">([A-Za-z0-9+/=]+)</script>', html)
    assert data is not None
    columns = json.loads(zlib.decompress(base64.b64decode(data[1])))
    assert [len(column) for column in columns] == [100_000] * 3
    assert [column[99_999] for column in columns] == ["人099999", "99,999", "○ 合格"]
    assert len(html) < 2_000_000


def test_beyond_the_limit_the_page_says_where_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reports.html.EMBEDDED_ROWS == 200_000
    monkeypatch.setattr(reports.html, "EMBEDDED_ROWS", 600)
    html = page(people(601))
    assert "全 601 件です。" in html
    assert "この画面で見られるのは先頭の 600 件です。" in html
    assert "先頭の 600 件です" not in page(people(600))


def test_total_row_and_figures() -> None:
    table = Table(COLUMNS, people(2).frame, "", {"name": "合計", "count": 12345})
    section = Section("一覧", figures=(Figure("件数", 98765, "件", Tone.WARN),), table=table)
    html = page(table, sections=(section,))
    assert "<tfoot>" in html
    assert "12,345" in html
    assert "△ 98,765" in html


def test_the_vendor_edition_says_so_and_values_carry_a_warning() -> None:
    assert "取扱注意：個人情報あり" in page(people(1))
    vendor = page(people(1), edition=Edition.VENDOR)
    assert "ベンダ版" in vendor
    assert "取扱注意" not in vendor


def test_same_document_same_bytes() -> None:
    assert page(people(700)) == page(people(700))
