"""移行項目対応表, コード変換表, 移行除外項目一覧, 移行対象データ一覧表, 現行データ調査報告書 from one small mapping."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from mappings.area import Area
from mappings.layout import CodeList, Group, Item, ItemType, Requirement
from mappings.legacy_source import (
    CodeEntry,
    CodeMap,
    ColumnMap,
    Filter,
    GroupMap,
    Ignored,
    LegacyColumn,
    LegacyLookup,
    LegacyTable,
    Source,
    Split,
    Transform,
)
from mappings.parsing import parse
from reports.cells import shown
from reports.document import Document, Edition, Facts, Tone
from reports.documents import DOCUMENTS
from reports.mapping_lines import column_lines, item_lines
from reports.profile import profile_table
from reports.runbook import CODE_COUNT_SCHEMA, FILE_SCHEMA, FILL_SCHEMA, LOSS_SCHEMA, LOSS_SUMMARY_SCHEMA, RunBook

FACTS = Facts("見本町", "R1", "2026-10-31", "ab" * 32)


def columns(*names: str) -> tuple[LegacyColumn, ...]:
    return tuple(LegacyColumn(name, secret=name == "個人番号") for name in names)


def table(id: str, title: str, *names: str) -> LegacyTable:
    return LegacyTable(id, title, (f"ju/{id}.csv",), "csv", "cp932", columns(*names), key=("番号",))


def item(name: str, **more: object) -> Item:
    return Item(name, "R", ItemType.X, 10, **more)  # type: ignore[arg-type]


GROUP = Group(
    "ju",
    "person",
    "住民情報",
    "001",
    "6.1",
    (
        item("宛名番号", primary_key=True),
        item("氏名", requirement=Requirement.REQUIRED),
        item("届出日"),
        item("性別"),
        item("国名"),
        item("区分"),
        item("通知日"),
        item("未定"),
    ),
)
PERSON = table(
    "juki", "住民", "番号", "氏名", "転居届", "出生届", "性別", "国コード", "削除", "メモ", "迷子", "個人番号"
)
COUNTRY = table("kuni", "国", "番号", "国名")
OLD = table("old", "古い表", "番号", "控え")
MAP = GroupMap(
    "person",
    ("juki",),
    (
        ColumnMap("宛名番号", ("番号",), transforms=(Transform("strip"), Transform("pad", "15"))),
        ColumnMap("氏名", ("氏名",), transforms=(Transform("strip"),)),
        ColumnMap("届出日", ("転居届", "出生届"), combine="first", note="先にある方"),
        ColumnMap("性別", ("性別",), codes="sei"),
        ColumnMap("国名", ("k.国名",)),
        ColumnMap("区分", default="1", note="すべて住民"),
        ColumnMap("通知日", note="現行になし"),
    ),
    filters=(Filter("取消", parse("削除 = '1'"), "取り消された行"),),
    lookups=(LegacyLookup("k", "kuni", (("国コード", "番号"),)),),
)
CODES = CodeMap(
    "sei",
    "001",
    {
        "M": CodeEntry("M", "1", "おとこ", True, "住民課 佐藤"),
        "F": CodeEntry("F", "2", "おんな", False),
        "U": CodeEntry("U", "3", "不明", False),
    },
)
SOURCE = Source(
    "ju",
    "old",
    "現行システム",
    {"juki": PERSON, "kuni": COUNTRY, "old": OLD},
    {"person": MAP},
    {"sei": CODES},
    (Ignored("juki", "メモ", "自由記入"), Ignored("old", "*", "使っていない表")),
)
LIST = CodeList("001", "性別", {"1": "男", "2": "女", "3": "不詳", "9": "その他"})
AREA = Area("ju", "住民の業務", 1, "住民課", ("001",), {"person": GROUP}, {"001": LIST}, (), (), {"old": SOURCE}, "6.1")

STAGED = pl.DataFrame(
    {
        **{name: ["x"] * 40 for name in ("番号", "氏名", "転居届", "国コード", "削除", "迷子", "個人番号")},
        "出生届": ["y"] * 10 + [None] * 30,
        "性別": ["M"] * 20 + ["F"] * 15 + ["Z"] * 5,
        "メモ": ["秘密のメモ"] * 3 + ["\ue000■"] + [None] * 36,
    }
)


def book(**parts: object) -> RunBook:
    profile = profile_table(STAGED.lazy(), PERSON, {"性別": CODES}, {"個人番号"})
    counts = [("ju", "sei", "M", 20), ("ju", "sei", "F", 15), ("ju", "sei", "Z", 5), ("ju", "sei", "", 3)]
    given: dict[str, object] = {
        "facts": FACTS,
        "areas": {"ju": AREA},
        "vendors": {"ju": "old"},
        "profiles": {("ju", "juki"): profile},
        "code_counts": pl.DataFrame(counts, schema=CODE_COUNT_SCHEMA, orient="row"),
        "fill": pl.DataFrame([("ju", "person", "氏名", 40, 39)], schema=FILL_SCHEMA, orient="row"),
        "transform_words": {"strip": "空白を取る", "pad": "0で埋める"},
    }
    return RunBook(**{**given, **parts})  # type: ignore[arg-type]


def made(id: str, run: RunBook | None = None, edition: Edition = Edition.DEPARTMENT) -> Document:
    kind = next(kind for kind in DOCUMENTS if kind.id == id)
    result = kind.build(run or book(), edition)
    return result if isinstance(result, Document) else next(iter(result))


def rows(document: Document, section: str) -> list[tuple[str, ...]]:
    table = next(one.table for one in document.sections if one.title == section)
    assert table is not None
    return [tuple(row) for row in shown(table).iter_rows()]


def test_every_item_says_where_it_comes_from() -> None:
    found = {row[2]: row for row in rows(made("mapping_table"), "標準データ項目から見た対応")}
    assert list(found) == [one.name for one in GROUP.items]
    assert found["宛名番号"][3:9] == ("X(10)", "主キー", "○ 対応あり", "住民．番号", "空白を取る → 0で埋める（15）", "")
    assert found["氏名"][4] == "必須"
    assert found["氏名"][11:] == ("100.0%", "97.5%")
    assert found["届出日"][6] == "住民．転居届\n住民．出生届\n（先に値のあるもの）"
    assert found["性別"][8] == "sei"
    assert found["国名"][6] == "国．国名"
    assert found["区分"][5:10] == ("○ 固定値", "", "", "", "1")
    assert (found["通知日"][5], found["通知日"][10]) == ("－ 空で作成", "現行になし")
    assert found["未定"][5] == "× 対応なし"


def test_every_legacy_column_says_where_it_goes_or_why_not() -> None:
    found = {(row[0], row[2]): row[3:] for row in rows(made("mapping_table"), "現行の項目から見た対応")}
    assert found[("住民", "出生届")] == ("○ 対応あり", "住民情報．届出日", "", "25.0%", "10")
    assert found[("国", "国名")][:2] == ("○ 対応あり", "住民情報．国名")
    assert found[("住民", "メモ")] == ("－ 除外", "", "自由記入", "10.0%", "4")
    assert found[("住民", "国コード")][0] == "－ 参照のみ"
    assert found[("住民", "削除")][0] == "－ 参照のみ"
    assert found[("住民", "迷子")][0] == "× 対応なし"
    assert found[("古い表", "控え")][:3] == ("－ 除外", "", "使っていない表")
    assert len(found) == 14


def test_what_is_undecided_is_counted_and_red() -> None:
    document = made("mapping_table")
    assert document.headline == "決まっていない対応があります（標準項目 1、現行の項目 2）。"
    assert document.tone is Tone.BAD
    assert document.file_name == "移行項目対応表_住民の業務"


def test_filters_and_lookups_are_told_in_words() -> None:
    found = rows(made("mapping_table"), "絞り込み・結び付け・分割")
    assert found[0] == ("住民情報", "移行しない行", "取消", "削除 = '1'", "取り消された行")
    assert found[1][:4] == ("住民情報", "結び付け", "k", "国：国コード ＝ 番号")


def test_split_columns_go_where_their_new_column_goes() -> None:
    split = Split("連番", {"届": ("転居届", "出生届")})
    lines = (ColumnMap("届出日", ("届",)),)
    source = replace(SOURCE, groups={"person": replace(MAP, columns=lines, split=split)})
    sources = {line.item.name: line.sources for line in item_lines(AREA, source)}
    assert sources["届出日"] == (("juki", "転居届"), ("juki", "出生届"))
    goes = {line.column: line.verdict for line in column_lines(AREA, source) if line.table == "juki"}
    assert goes["出生届"] == "対応あり"


def test_an_area_without_a_legacy_format_is_not_fine() -> None:
    document = made("mapping_table", book(vendors={}))
    assert document.headline == "現行の書式が登録されていないため、対応がまだありません。"
    assert document.tone is Tone.BAD


def test_codes_in_the_data_that_are_missing_or_unconfirmed_come_first() -> None:
    document = made("code_table")
    assert document.headline == "決まっていないコードがデータにあります（表にない 1 種類、未確認 1 種類）。"
    first = rows(document, "先に決めるもの")
    assert [(row[2], row[6], row[8]) for row in first] == [("Z", "× 表にない", "5"), ("F", "△ 未確認", "15")]
    assert rows(document, "コード変換表")[0] == (
        ("sei", "001 性別", "M", "おとこ", "1", "男", "○ 確認済", "住民課 佐藤", "20", "")
    )
    assert rows(document, "行き先になっていない標準コード") == [("sei", "001 性別", "9", "その他")]


def test_vendors_are_not_told_small_counts_of_codes() -> None:
    found = {row[2]: row for row in rows(made("code_table", edition=Edition.VENDOR), "コード変換表")}
    assert found["Z"][8:] == ("", "変換表に加えてください（件数 10未満）")
    assert found["M"][8] == "20"


def test_codes_never_counted_are_not_called_checked() -> None:
    confirmed = replace(CODES, entries={"M": CODES.entries["M"]})
    area = replace(AREA, sources={"old": replace(SOURCE, codes={"sei": confirmed})})
    run = book(areas={"ju": area}, code_counts=pl.DataFrame(schema=CODE_COUNT_SCHEMA))
    document = made("code_table", run)
    assert document.tone is Tone.WARN
    assert document.notes == ("データの件数はまだ数えていません。",)


def test_exclusions_tell_reasons_and_how_much_is_left_behind() -> None:
    document = made("exclusions")
    assert rows(document, "移行しない項目")[0][:6] == ("住民", "メモ", "自由記入", "40", "4", "10.0%")
    assert rows(document, "移行しない行") == [("住民情報", "取消", "削除 = '1'", "取り消された行", "")]
    assert document.headline == "移行しない項目 3（うち値があるもの 1）、移行しない行の条件 1。"


def test_targets_tell_what_arrived_and_what_is_not_ours() -> None:
    file = {
        "file_no": 1,
        "path": "ju/juki.csv",
        "area": "ju",
        "table": "juki",
        "bytes": 9,
        "sha256": "",
        "as_of": "2026-10-31",
    }
    files = pl.DataFrame([{**file, "declared_records": 40, "records": 40}], schema=FILE_SCHEMA)
    roles = {"ju": ("実施主体", ""), "kaigo": ("対象外", "広域連合が行う")}
    document = made("target_list", book(files=files, roles=roles, area_titles={"kaigo": "介護保険"}))
    found = {row[2]: row[4:] for row in rows(document, "現行のデータ")}
    assert found["住民"] == ("2026-10-31", "1", "40", "○ 対応あり", "住民情報", "")
    assert found["国"][2:] == ("", "－ 参照のみ", "", "まだ受け取っていません")
    assert found["古い表"][3:] == ("－ 除外", "", "使っていない表")
    assert rows(document, "業務")[1] == ("介護保険", "", "対象外", "－ 対象外", "広域連合が行う")
    assert document.tone is Tone.WARN


def test_the_survey_points_at_what_is_strange() -> None:
    document = made("survey")
    strange = {row[1]: row for row in rows(document, "気になる項目")}
    assert strange["メモ"][10] == "外字 1 件、〓・□・？などの記号 1 件"
    assert strange["性別"][10] == "コード変換表にない値 5 件"
    assert strange["性別"][8] == "M（20）、F（15）、Z（5）"
    assert rows(document, "コード変換表にない値") == [("住民", "性別", "Z", "5")]
    everything = {row[1]: row for row in rows(document, "全項目")}
    assert everything["個人番号"][8] == ""
    assert everything["出生届"][2:6] == ("40", "10", "25.0%", "1")


def test_the_survey_for_vendors_has_no_values_but_codes_and_no_small_counts() -> None:
    document = made("survey", edition=Edition.VENDOR)
    found = {row[1]: row for row in rows(document, "全項目")}
    assert found["氏名"][8] == ""
    assert found["性別"][8] == "M（20）、F（15）"
    assert found["メモ"][3] == "10未満"
    assert found["メモ"][10] == "外字 10 件未満、〓・□・？などの記号 10 件未満"
    assert rows(document, "コード変換表にない値") == []


LOSSES = [("メモ", "gaiji", 250), ("メモ", "lost", 1), ("氏名", "half", 12)]


def lossy() -> RunBook:
    """A town in which three kinds of records were found; of the first only 200 are to be listed."""
    listed = [
        ("ju", "juki", column, kind, "ju/juki.csv", number + 1)
        for column, kind, count in LOSSES
        for number in range(min(count, 200))
    ]
    return book(
        losses=pl.DataFrame(listed, schema=LOSS_SCHEMA, orient="row"),
        losses_summary=pl.DataFrame(
            [("ju", "juki", *line) for line in LOSSES], schema=LOSS_SUMMARY_SCHEMA, orient="row"
        ),
    )


def test_the_survey_lists_the_records_in_which_a_character_was_lost() -> None:
    document = made("survey", lossy())
    assert [(row[1], row[2][:4], row[3]) for row in rows(document, "文字の失われた跡・半角の混じり")] == [
        ("メモ", "外字（私", "250"),
        ("メモ", "文字が失", "1"),
        ("氏名", "ほとんど", "12"),
    ]
    listed = rows(document, "文字の失われた跡・半角の混じり（記録ごと）")
    assert len(listed) == 213
    assert listed[0] == ("住民", "メモ", "外字（私用領域の文字）", "ju/juki.csv", "1")
    assert listed[200][2:] == ("文字が失われた跡の記号（〓・■・□・U+FFFD、漢字の隣の？）", "ju/juki.csv", "1")
    section = next(one for one in document.sections if one.title.endswith("（記録ごと）"))
    assert section.paragraphs == (
        "件数が多いため、項目と種類ごとに初めの 200 件だけを載せています。"
        "すべての記録は、実行記録の stages/profile/ju/ にある「テーブル名.losses.parquet」にあります。",
    )


def test_vendors_are_not_told_which_records_when_they_are_few() -> None:
    document = made("survey", lossy(), Edition.VENDOR)
    assert [row[3] for row in rows(document, "文字の失われた跡・半角の混じり")] == ["250", "10未満", "12"]
    listed = rows(document, "文字の失われた跡・半角の混じり（記録ごと）")
    assert {row[2][:4] for row in listed} == {"外字（私", "ほとんど"}


@pytest.mark.parametrize("edition", list(Edition))
def test_an_area_never_profiled_was_not_looked_at(edition: Edition) -> None:
    document = made("survey", book(profiles={}), edition)
    assert document.headline == "調べていません。調査の記録がありません。"
    assert document.tone is Tone.WARN
