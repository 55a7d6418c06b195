"""The gaiji register: found in the data, decided by people, applied to every area; documents with drawn glyphs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from mappings import loading
from mappings.errors import InputError
from mappings.layout import Item, ItemType
from mappings.legacy_source import Gaiji, GaijiEntry, LegacyColumn, LegacyTable
from migration.converting.guard import Guard
from migration.moji.decided import Decided, decide, decisions, history, moji_file
from migration.moji.inventory import gaiji_cells
from migration.moji.losses import loss_cells, loss_findings
from migration.moji.plus import Added, ranges
from migration.moji.register import registered, standing
from reports.document import Column, Document, Facts, Glyph, Kind, Section, table_of
from reports.excel import render_excel
from reports.html import render_html
from reports.profile import profile_table
from validators.layout import type_holds
from validators.polars_expression import PolarsContext, PolarsEngine

NOW = datetime(2026, 11, 23, 9, 0)
NO_ADDED = Added()


def decided(mj: str = "MJ025760", code: str = "U+E00C", text: str = "辻\U000e0102") -> Decided:
    return Decided("kyusys", code, mj, text, "山田", "戸籍の字形と見比べた, 二度")


def test_the_last_decision_counts_and_none_is_lost(tmp_path: Path) -> None:
    decide(tmp_path, decided("MJ014031", text="棃"), NOW)
    decide(tmp_path, decided(), NOW)
    assert [one.mj for one in history(tmp_path)] == ["MJ014031", "MJ025760"]
    assert decisions(tmp_path)["kyusys", "\ue00c"].text == "辻\U000e0102"
    decide(tmp_path, decided("", text=""), NOW)
    assert decisions(tmp_path) == {}
    assert len(history(tmp_path)) == 3


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda text: text.replace("MJ014031", "MJ014032"), 2),
        (lambda text: "\r\n".join([text.split("\r\n")[0], *text.split("\r\n")[2:]]), 2),
        (lambda text: text[:-20], 3),
        (lambda text: text.replace("code,mj", "code,moji"), 1),
    ],
)
def test_a_register_changed_by_hand_is_not_used(tmp_path: Path, spoil: Callable[[str], str], line: int) -> None:
    decide(tmp_path, decided("MJ014031", text="棃"), NOW)
    decide(tmp_path, decided(), NOW)
    path = moji_file(tmp_path)
    path.write_bytes(spoil(path.read_bytes().decode()).encode())
    with pytest.raises(InputError, match=f"moji.csv {line}行目: 記録のつながりが合いません"):
        decisions(tmp_path)
    with pytest.raises(InputError):
        decide(tmp_path, decided(), NOW)


def test_a_decision_holds_for_every_area_of_its_vendor_before_the_table() -> None:
    folders = (loading.shipped_folder(),)
    areas = {name: loading.load_area(name, folders) for name in ("jumin", "keiji")}
    vendors = dict.fromkeys(areas, "kyusys")
    given = {("kyusys", "\ue000"): decided(code="U+E000"), ("other", "\ue001"): decided(code="U+E001")}
    done, faults = registered(areas, vendors, given, Added({"\U00100000": "GJ000001"}))
    assert faults == []
    for name in areas:
        characters = done[name].sources["kyusys"].gaiji.characters
        assert (characters["\ue000"], characters["\ue001"]) == ("辻\U000e0102", "邉\U000e0117")
        assert characters["\U00100000"] == "\U00100000"
        assert "\ue00c" not in characters


@pytest.mark.parametrize(
    ("entry", "text", "how"),
    [
        (GaijiEntry("\ue000", juki="J+8FBB", confirmed=True), "辻\U000e0102", "住基ネット統一文字コード"),
        (GaijiEntry("\ue000", koseki="437750", confirmed=True), "辻", "戸籍統一文字番号"),
        (GaijiEntry("\ue000", text="𠮷", confirmed=True), "𠮷", "文字の符号"),
        (GaijiEntry("\ue000", juki="J+8FBB"), "", ""),  # not confirmed
    ],
)
def test_what_identifies_a_gaiji(entry: GaijiEntry, text: str, how: str) -> None:
    found = standing("\ue000", Gaiji({}, entries=(entry,)), "v", {}, NO_ADDED)
    assert (found.text, found.how) == (text, how)
    assert found.state == ("確認済" if text else "未同定")


def test_what_may_come_out_of_a_guard() -> None:
    guard = Guard({"\ue000": "𠮷", "\U00100000": "\U00100000"})
    assert guard("\ue000田\U00100000").value == "𠮷田\U00100000"
    assert guard("\ue001田").fault == "同定されていない外字 U+E001 があります"
    assert guard("\U00100001").value is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [("山〓", "〓"), ("山？田", "？"), ("？田", "？"), ("山\x0e田", "シフト符号 0E"), ("山\ufffd", "U+FFFD")],
)
def test_marks_of_a_loss_are_told_and_the_value_kept(text: str, shown: str) -> None:
    found = Guard({})(text)
    assert (found.value, found.note, found.rule) == (text, f"文字が失われた跡の記号 {shown} があります", "COM-09")


@pytest.mark.parametrize("text", ["お元気ですか？", "？", "ハイツ？"])
def test_a_question_is_no_loss(text: str) -> None:
    assert Guard({})(text).note == ""


def test_cells_of_a_table_with_gaiji() -> None:
    frame = pl.LazyFrame(
        {"record_id": [1, 2, 3], "a": ["\ue000\ue000", "山", None], "b": ["x", "\U000f0001y\ue000", "z"]}
    )
    assert gaiji_cells(frame, ["a", "b"]).rows() == [("a", "\ue000", 1), ("b", "\ue000", 2), ("b", "\U000f0001", 2)]


LEFT = ("record_id", "旧備考", "氏名", "番号")
STAGED = [
    (1, "山〓田", "山田", "1"),
    (2, "お元気ですか？", "山田", "2"),
    (3, "山？田\ue000", "山田", "3"),
    (4, "\U0010ff83\x0e", "山田", "4"),
    (5, None, "山田 ﾀﾛｳ", "5"),
    (6, "何もなし", "山□", "6"),
]


def losses() -> tuple[pl.DataFrame, pl.DataFrame]:
    """A small staged table's list of losses, and the findings when only 氏名 is moved."""
    frame = pl.LazyFrame(STAGED, schema=LEFT, orient="row")
    table = LegacyTable("juki", "住民", (), "csv", "cp932", tuple(LegacyColumn(name) for name in LEFT[1:]))
    cells = loss_cells(frame, profile_table(frame, table, {}, ()))
    return cells, loss_findings("jumin", "juki", cells, {"氏名"})


def test_every_record_in_which_a_character_was_lost_is_listed_before_mapping() -> None:
    assert losses()[0].rows() == [
        ("旧備考", "gaiji", 3),
        ("旧備考", "lost", 1),
        ("旧備考", "lost", 3),
        ("旧備考", "question", 2),
        ("旧備考", "shift", 4),
        ("旧備考", "undecodable", 4),
        ("氏名", "half", 5),
        ("氏名", "lost", 6),
    ]


def test_columns_left_behind_are_told_once_with_counts_by_kind() -> None:
    found = losses()[1]
    assert found.select("item", "rule", "severity").rows() == [("旧備考", "MOJ-03", "I"), ("氏名", "MOJ-04", "I")]
    assert found["message"].to_list() == [
        "移行しない項目「旧備考」に、外字か文字が失われた跡のある記録が 4 件あります"
        "（文字が失われた跡の記号 2、そのほかの ？ 1、単独のシフト符号 1、外字 1、文字に直せないバイト 1）。",
        "ほとんどが全角の項目「氏名」に、半角の文字を含む記録が 1 件あります。",
    ]


def test_clean_columns_are_not_read_again() -> None:
    figures = ("loss_marks", "shift_codes", "gaiji", "undecodable", "odd_width")
    clean = pl.DataFrame({"column": ["番号"], **{name: [0] for name in figures}})
    never = pl.LazyFrame({"record_id": [1]})  # without the column: reading it would fail
    assert loss_cells(never, clean).is_empty()


def test_added_characters_are_allowed_in_an_item_only_where_listed() -> None:
    listed = ranges({chr(code): "" for code in (0x100000, 0x100001, 0x100007)})
    assert listed == (("\U00100000", "\U00100001"), ("\U00100007", "\U00100007"))
    texts = pl.DataFrame({"t": ["\U00100001", "\U00100002", "\U00100007", "\U0010fffd", "\U000f0000", "\ue000", "山"]})
    item = Item("氏名", "shimei", ItemType.N, 10, allowed=listed)
    plain = Item("氏名", "shimei", ItemType.N, 10)
    holds = [
        texts.select(type_holds(one, pl.col("t"), PolarsEngine(PolarsContext({}))))["t"].to_list()
        for one in (item, plain)
    ]
    assert holds[0] == [True, False, True, False, False, False, True]
    assert holds[1] == [False, False, False, False, False, False, True]


def test_glyphs_are_drawn_in_page_and_workbook() -> None:
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
        "3a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
    )
    columns = (Column("glyph", "字形", Kind.GLYPH), Column("code", "番号", Kind.CODE))
    table = table_of(columns, [("MJ025760", "U+E000"), ("（字形なし）", "U+E001")], "調べました。")
    facts = Facts("見本町", "R1", "2026-10-01", "0" * 16)
    glyphs = {"MJ025760": Glyph("M0 0L5 5Z", 2048, png), "MJ000001": Glyph("M1 1Z", 2048, png)}
    document = Document("x", "外字一覧", facts, (Section("外字", table=table),), "1字", glyphs=glyphs)
    page = render_html(document)
    assert page.count("<symbol") == 1
    assert '<path d="M0 0L5 5Z"/>' in page
    assert '<use href="#g0"/></svg><span>MJ025760</span>' in page
    assert '<td class="g">（字形なし）</td>' in page
    assert render_excel(document).count(b"xl/media/image1.png") == 2  # in the parts and in the directory


@pytest.fixture
def with_gaiji(workspace: Path) -> Path:
    """The one-area town with gaiji F04C (U+E00C, not identified) in the names of its first two people."""
    path = workspace / "delivery" / "jutogai" / "jutogai.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    heads = next(csv.reader([lines[0].decode("cp932")]))
    place = heads.index("氏名")
    for number in (1, 2):
        cells = lines[number].split(b",")
        cells[place] = b"\xf0\x4c\x93\x63"
        lines[number] = b",".join(cells)
    path.write_bytes(b"".join(lines))
    return workspace


def test_a_decision_takes_effect_at_the_next_run_and_redoes_only_what_holds_the_character(
    ikou: Callable[..., Any], with_gaiji: Path
) -> None:
    town = with_gaiji
    ikou("run", "-w", town, "--to", "convert")
    before = json.loads(ikou("moji", "list", "-w", town, "--open", "--json").out)["gaiji"]
    assert [(row["code"], row["state"], row["persons"], row["records"]) for row in before] == [
        ("U+E00C", "未同定", 2, 2)
    ]
    assert before[0]["places"] == [{"area": "jutogai", "table": "jutogai", "column": "氏名", "records": 2}]
    findings = pl.read_parquet(town / "runs/R1/stages/convert/jutogai/atena.findings.parquet")
    assert findings.filter(pl.col("rule") == "COM-09").height == 2

    refused = ikou("moji", "decide", "U+E00C", "MJ037229", "--name", "山田", "--reason", "x", "-w", town)
    assert (refused.code, "MJ068077" in refused.err) == (2, True)
    stamps = {path: path.stat().st_mtime_ns for path in (town / "runs/R1/stages/extract").rglob("*.done.json")}
    ikou("moji", "decide", "U+E00C", "MJ025760", "--name", "山田", "--reason", "見比べた", "-w", town)
    ikou("run", "-w", town, "--to", "convert")
    assert stamps == {path: path.stat().st_mtime_ns for path in stamps}
    converted = pl.read_parquet(town / "runs/R1/stages/convert/jutogai/atena.parquet")
    names = [name for column in converted.columns for name in converted[column].cast(pl.String).to_list() if name]
    assert names.count("辻\U000e0102田") >= 2
    after = json.loads(ikou("moji", "list", "-w", town, "--json").out)["gaiji"]
    after = [row for row in after if row["code"] == "U+E00C"]
    assert (after[0]["state"], after[0]["mj"], after[0]["who"]) == ("決定済", "MJ025760", "山田")
    assert "moji decide" in (town / "audit.jsonl").read_text(encoding="utf-8")


def test_the_survey_of_a_run_names_the_records_with_gaiji(ikou: Callable[..., Any], with_gaiji: Path) -> None:
    ikou("run", "-w", with_gaiji)
    lost = pl.read_parquet(with_gaiji / "runs/R1/stages/profile/jutogai/jutogai.losses.parquet")
    met = lost.filter(kind="gaiji", column="氏名").select(pl.col("record_id") % 2**32)["record_id"].to_list()
    assert met[:2] == [1, 2]
    book = openpyxl.load_workbook(next((with_gaiji / "reports/R1").glob("現行データ調査報告書_*.xlsx")))
    rows = [row[:5] for row in book["記録ごと"].iter_rows(values_only=True) if row[2] == "外字（私用領域の文字）"]
    assert [row[1:] for row in rows if row[1] == "氏名"] == [
        ("氏名", "外字（私用領域の文字）", "jutogai/jutogai.csv", number) for number in met
    ]


def test_candidates_of_a_character_and_what_cannot_be_decided(ikou: Callable[..., Any], workspace: Path) -> None:
    found = json.loads(ikou("moji", "candidates", "辻", "-w", workspace, "--json").out)
    assert [row["mj"] for row in found["candidates"]][:2] == ["MJ025761", "MJ025760"]
    for wrong, said in (("A", "外字の番号ではありません"), ("U+0041", "外字の番号ではありません")):
        refused = ikou("moji", "decide", wrong, "MJ025760", "--name", "a", "--reason", "b", "-w", workspace)
        assert (refused.code, said in refused.err) == (2, True)
    taken_back = ikou("moji", "decide", "U+E00C", "-", "--name", "a", "--reason", "b", "-w", workspace)
    assert (taken_back.code, "決定はありません" in taken_back.err) == (2, True)
