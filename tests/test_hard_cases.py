"""The 45 hard cases of Japanese data, by their number: one row a case and input, as `ikou transform` answers it.

docs/japanese/hard-cases.md says what each number is. What a row cannot show stands in a test below the table.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_addresses import TOWNS, table
from test_codepages import HOSTS, maker, texts
from test_codepages import table as code_table
from typer.testing import CliRunner

from mappings.area import Area
from mappings.layout import Group, Item, ItemType
from mappings.legacy_source import ColumnMap, Gaiji, GroupMap, LegacyColumn, LegacyTable, Source
from mappings.legacy_source import Transform as Step
from migration.cli import app
from migration.convert import ConvertOptions, convert_group
from migration.decoding import codec
from migration.moji.table import moji_table
from migration.transforms.chain import Told, through
from migration.transforms.references import References

LISTED = ("市区町村コード", "町字ID", "町字", "番地号", "方書")
VS = {f"{place:02X}": chr(0xE0100 + place) for place in range(32)}  # the last two digits of U+E01xx
TSUJI_1, TSUJI_2 = "辻" + VS["02"], "辻" + VS["03"]


@dataclass(frozen=True)
class Case:
    """One input of a hard case. `said`: each must stand in the flags, the rule, the message or the parts."""

    number: int
    steps: str
    text: str
    value: str | None
    said: Sequence[str] = ()
    given: dict[str, str] = field(default_factory=dict)
    silent: bool = False  # neither finding nor flag


def one(text: str) -> dict[str, str]:
    return {"shrink_apply": text}


CASES = [
    Case(1, "mj", "髙橋", "MJ028902 MJ014497", silent=True),
    Case(1, "shrink:x0213", "髙橋", "高橋", ["縮退"], one("one")),
    Case(4, "mj", TSUJI_2, "MJ025761", silent=True),
    Case(4, "mj", TSUJI_1, "MJ025760", silent=True),
    Case(5, "mj", "𠮷髙邉" + VS["0F"], "MJ032129 MJ028902 MJ026190", silent=True),
    Case(6, "mj", "𡖂", "U+21582", ["MOJ-02", "W", "文字情報基盤にありません"]),
    Case(9, "mj", "辻" + VS["00"], "MJ025760"),
    Case(9, "ivs", "辻" + VS["00"], TSUJI_1, ["異体字の並びを統一"]),
    Case(10, "moji_code:juki", "J+8FBB", TSUJI_1),
    Case(10, "moji_code:juki mj", "J+8FBB", "MJ025760"),
    Case(10, "mj", "辻", "MJ025761"),  # the bare code would change the glyph
    Case(11, "mj", "\ufa10", "MJ030194", silent=True),
    Case(11, "mj", "塚\ufe00", "MJ030194", silent=True),
    Case(11, "ivs", "塚\ufe00", "\ufa10"),
    Case(12, "shrink:x0208", "邉" + VS["17"], "邉", ["縮退"], one("one")),
    Case(12, "shrink:joyo", "邉" + VS["17"], "邉" + VS["17"], ["要確認", "辺", "親字正字"], one("one")),
    Case(13, "shrink:x0208", "濵", "濵", ["要確認", "浜（戸籍統一文字情報_親字正字）", "濱（国税庁"], one("one")),
    Case(14, "moji_code:mj", "MJ037229", None, ["MOJ-02", "E", "MJ068077"]),
    Case(14, "moji_code:mj", "MJ040579", None, ["E", "MJ040580"]),
    Case(14, "moji_code:mj", "MJ042077", None, ["E", "MJ068085"]),
    Case(14, "moji_code:mj", "MJ059043", None, ["E", "MJ068101", "MJ059042"]),
    Case(15, "mj", "\U0010de92", "GJ009999", ["MJ+追加文字"], {"mj_plus": "plus.csv"}),
    Case(15, "mj", "\U0010de92", "U+10DE92", ["W", "MJ+追加文字", "mj_plus"]),
    Case(15, "ivs", "\U0010de92橋", "\U0010de92橋"),
    Case(16, "kana_full", "ﾀﾞｲ ﾜﾞ", "ダイ　ヷ"),  # the space as in case 17
    Case(17, "kana_full", "ﾀﾅｶ ﾀﾛｳ", "タナカ　タロウ"),
    Case(17, "kana_repair", "ﾀﾅｶ ﾀﾛｳ", "タナカ　タロウ"),
    Case(18, "era_date:strict", "大正15年12月25日", "1926-12-25"),
    Case(18, "era_date:strict", "昭和元年12月25日", "1926-12-25"),
    Case(18, "wareki", "大正15年12月25日", "大正15年12月25日"),
    Case(18, "wareki", "昭和元年12月25日", "昭和元年12月25日"),
    Case(19, "era_date:strict", "明治45年7月30日", "1912-07-30"),
    Case(20, "era_date:strict", "昭和64年1月8日", "1989-01-08", ["元号範囲外", "W"]),
    Case(20, "era_date:strict", "平成31年5月1日", "2019-05-01", ["元号範囲外", "W"]),
    Case(21, "era_date:birth", "明治5年12月3日", None, ["E", "存在しません"]),
    Case(21, "era_date:strict", "明治5年12月2日", "1872-12-31", ["旧暦"]),
    Case(22, "era_date:birth", "昭和50年2月29日", "1975-02-29", ["暦外日"]),
    Case(22, "era_date:strict", "昭和50年2月29日", None, ["E", "暦にない日付"]),
    Case(23, "era_date:birth", "昭和20年春", "1945-A1-00", ["不詳"]),
    Case(23, "era_date:birth", "昭和20年12月下旬", "1945-12-A3", ["不詳"]),
    Case(23, "era_date:birth", "年月日不詳", "0000-00-00", ["不詳"]),
    Case(23, "era_date:birth", "昭和20年春", "1945-A1-99", given={"unknown_dates": "gif"}),
    Case(23, "era_unknown_flag", "昭和20年春", "1"),
    Case(23, "era_unknown_flag", "昭和20年12月下旬", "1"),
    Case(23, "era_unknown_flag", "年月日不詳", "1"),
    Case(23, "era_unknown_text", "昭和20年春", "昭和２０年春"),
    Case(23, "era_unknown_text", "昭和20年12月下旬", "昭和２０年１２月下旬"),
    Case(23, "era_unknown_text", "年月日不詳", "年月日不詳"),
    Case(24, "era_date:birth", "3200000", "1945-00-00", ["不詳"]),
    Case(24, "era_date:birth", "S200000", "1945-00-00", ["不詳"]),
    Case(38, "postal_code", "〒０６０－００００", "0600000", ["W", "以下に掲載がない場合"]),
    Case(38, "postal_code", "602-0847", "6020847"),
    Case(39, "phone", "03(3581)2211", "03-3581-2211"),
    Case(39, "phone", "0166231111", "0166-23-1111"),
    Case(39, "phone", "11-1234", "0166-11-1234", ["市外局番を補完"], {"area_code": "0166"}),
    Case(40, "phone", "080-0000-0000", "080-0000-0000", ["W"]),
    Case(41, "bank_code", "0118", "0118", ["統廃合", "2024-10-29", "承継先は 0117"]),
    Case(41, "bank_code", "0118", "0118", given={"bank_as_of": "2024-06-30"}),
    Case(42, "individual_number", "123456789018", "*" * 12, silent=True),
    Case(42, "individual_number", "123456789012", None, ["E", "検査数字"]),
    Case(43, "reading_checked", "ｻｻｷ|佐々木", "ｻｻｷ", silent=True),
    Case(43, "reading_checked", "ｲﾉｳｴ|井上", "ｲﾉｳｴ", silent=True),
    Case(43, "reading_checked", "ﾊｯﾄﾘ|服部", "ﾊｯﾄﾘ", silent=True),
    Case(43, "reading_checked", "ｲｶﾞﾗｼ|五十嵐", "ｲｶﾞﾗｼ", silent=True),
    Case(43, "reading_checked", "ﾔﾏﾀﾞ|田中", "ﾔﾏﾀﾞ", ["NAM-03", "W", "読み要確認"]),
    Case(44, "kanji_numbers", "廿三番地", "23番地"),
    Case(44, "kanji_numbers", "壱番", "1番"),
    Case(44, "kanji_numbers", "令和○年 Ｏ脚 OK", "令和○年 Ｏ脚 OK"),
    Case(45, "shrink:x0213", "㈱①Ⅲ", "㈱①Ⅲ", silent=True),
    Case(45, "shrink:x0208", "㈱①Ⅲ", "㈱①Ⅲ", ["要確認", "（株）", "ＩＩＩ"]),
    Case(45, "shrink:x0208", "㈱①Ⅲ", "（株）１ＩＩＩ", ["縮退", "（株）", "ＩＩＩ"], one("one")),
]

ADDRESSES = [  # number, text, then the parts of LISTED
    (25, "東京都千代田区霞が関二丁目1番6号", "131016", "0002002", "霞が関二丁目", "1-6", ""),
    (26, "千代田区紀尾井町1-2", "131016", "0056000", "紀尾井町", "1-2", ""),
    (27, "岩手県胆沢郡金ｹ崎町西根大谷120", "033812", "0003291", "西根大谷", "120", ""),
    (28, "東京都調布市国領町３－８－１５都営くすのきアパート２号棟１階", "132080", "0016003", "国領町三丁目", "8-15",
     "都営くすのきアパート2号棟1階"),
    (29, "千葉県旭市ハの７４-2", "122157", "0047000", "ハ", "74-2", ""),
    (30, "横芝光町横芝字真砂４８２番地の２", "124109", "0021000", "横芝", "482-2", ""),
    (31, "福島県会津若松市大戸町大字高川甲1324", "072028", "0084000", "大戸町大字高川", "甲1324", ""),
    (32, "北海道札幌市北区北２４条西７丁目１番１０号", "011029", "0034007", "北二十四条西七丁目", "1-10", ""),
    (33, "京都市中京区寺町通御池上る上本能寺前町488", "261041", "0101000", "上本能寺前町", "488", ""),
    (34, "長岡市東坂之上町3", "152021", "0200003", "東坂之上町三丁目", "", ""),
    (35, "渋谷区千駄ヶ谷1-2-3", "131130", "0010001", "千駄ヶ谷一丁目", "2-3", ""),
    (35, "渋谷区千駄ケ谷1-2-3", "131130", "0010001", "千駄ヶ谷一丁目", "2-3", ""),
    (36, "京都市上京区主計町1番1号おはようビル301号室", "261025", "0160000", "主計町", "1-1", "おはようビル301号室"),
    (37, "札幌市西区西１－５－１番館", "011070", "0040001", "西一丁目", "5", "1番館"),
    (37, "札幌市西区西２－５ハイツ二番館１０１", "011070", "0040002", "西二丁目", "5", "ハイツ二番館101"),
    (44, "旭市ハ廿三番地", "122157", "0047000", "ハ", "23", ""),
    (44, "千代田区紀尾井町壱番", "131016", "0056000", "紀尾井町", "1", ""),
    (44, "千代田区紀尾井町一〇番", "131016", "0056000", "紀尾井町", "10", ""),
    (44, "千代田区紀尾井町一○番", "131016", "0056000", "紀尾井町", "10", ""),
    (44, "千代田区紀尾井町１Ｏ番地2ハイツＯ〇", "131016", "0056000", "紀尾井町", "10-2", "ハイツO〇"),
    (45, "千代田区紀尾井町1-2㈱①ビルⅢ", "131016", "0056000", "紀尾井町", "1-2", "㈱①ビルⅢ"),
]  # fmt: skip

BYTES = [  # number, encoding, bytes, text
    (1, "cp932", "FBFC8BB4", "髙橋"),
    (1, "cp932", "EEE08BB4", "髙橋"),
    (2, "cp932", "F040", "\ue000"),
    (3, "cp932", "A0", "\U0010ffa0"),
    (3, "cp932", "FD", "\U0010fffd"),
    (4, "jef", "28C4D429", TSUJI_2),
    (4, "jef", "2867A529", TSUJI_1),
    (5, "jef", "2845FB6EA4EEB529", "𠮷髙邉" + VS["0F"]),
    (6, "jef", "2848D329", "𡖂"),
    (7, "ibm930", "8162", "ｱa"),
    (7, "ibm939", "8162", "aｲ"),
    (8, "keis78", "0A42B3C20A41", "蠣"),
    (8, "keis83", "0A42B3C20A41", "蛎"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    (folder / "towns.csv").write_text(table(TOWNS), encoding="utf-8")
    (folder / "plus.csv").write_text("GJ図形名,PUP,基底文字\nGJ009999,U+10DE92,高\n", encoding="utf-8")
    return folder


def told(steps: str, text: str, folder: Path, **given: str) -> Told:
    """As `ikou transform` tells it."""
    chain = [Step(*step.split(":", 1)) for step in steps.split()]
    return next(through(chain, [text], References(given, folder)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number:02}-{case.steps}-{case.text}")
def test_case(case: Case, folder: Path) -> None:
    found = told(case.steps, case.text, folder, **case.given)
    assert found.value == case.value
    heard = [*found.flags, found.rule, found.severity, found.message, *(f"{name} {part}" for name, part in found.parts)]
    for word in case.said:
        assert any(word in said for said in heard), (word, heard)
    assert not case.silent or not (found.flags or found.message), heard


@pytest.mark.parametrize(("number", "text", "parts"), [(number, text, parts) for number, text, *parts in ADDRESSES])
def test_address(number: int, text: str, parts: list[str], folder: Path) -> None:
    found = told("address", text, folder, towns="towns.csv")
    assert [dict(found.parts).get(name, "") for name in LISTED] == parts, number
    assert found.message == ""


@pytest.mark.parametrize(("number", "encoding", "raw", "text"), BYTES)
def test_bytes(number: int, encoding: str, raw: str, text: str, tmp_path: Path) -> None:
    assert texts(_codec(encoding, tmp_path), raw) == [text], number


def _codec(encoding: str, folder: Path) -> object:
    if encoding in ("cp932", "ibm930", "ibm939"):
        return codec(encoding)
    if not HOSTS.is_dir():
        pytest.skip("../shared/data/hosts is not here")
    if encoding == "jef":
        return maker("jef", "fujitsu_ebcdik", "fujitsu_jef")
    of_1978 = [code_table(folder, "code,unicode,note", "B3C2,8823,蠣")] if encoding == "keis78" else []
    return maker("keis", "hitachi_ebcdik", "hitachi_keis83", *of_1978)


def test_all_numbers_are_here() -> None:
    numbers = {case.number for case in CASES} | {row[0] for row in ADDRESSES} | {row[0] for row in BYTES}
    assert sorted(numbers) == list(range(1, 46))


@pytest.mark.parametrize(
    ("text", "value", "rule"), [("髙橋", "髙橋", ""), ("\ue000橋", None, "COM-09"), ("\U0010ffa0橋", None, "COM-09")]
)
def test_cases_1_to_3_in_a_run(text: str, value: str | None, rule: str, tmp_path: Path) -> None:
    """Two codes of one character are no finding; a gaiji and a byte that is none never reach output."""
    frame, findings = converted(text, tmp_path)
    assert frame["氏名"].to_list() == [value]
    assert findings["rule"].to_list() == ([rule] if rule else [])
    assert findings["severity"].to_list() == (["E"] if rule else [])


def test_case_15_in_a_run_is_not_told_as_any_gaiji(tmp_path: Path) -> None:
    _, findings = converted("\U0010de92", tmp_path)
    assert "MJ+ 追加文字の符号" in findings["message"][0]


def converted(text: str, folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Frame and findings of one record whose 氏名 is the text."""
    items = tuple(Item(name, name, ItemType.X, 0, primary_key=name == "番号") for name in ("番号", "氏名"))
    area = Area("a", "試験", 1, "課", ("001",), {"g": Group("a", "g", "人", "001", "1", items)}, {}, (), (), {})
    columns = tuple(ColumnMap(item=name, sources=(name,)) for name in ("番号", "氏名"))
    legacy = LegacyTable("t", "t", (), "csv", "cp932", tuple(map(LegacyColumn, ("番号", "氏名"))))
    source = Source("a", "v", "v", {"t": legacy}, {"g": GroupMap("g", ("t",), columns)}, {}, (), Gaiji({}))
    frame = pl.DataFrame(
        {"record_id": [1 << 32 | 1], "byte_start": [0], "byte_length": [0], "番号": ["1"], "氏名": [text]}
    )
    frame.write_parquet(folder / "t.parquet")
    made = convert_group(area, source, "g", {"t": folder / "t.parquet"}, folder, ConvertOptions())
    return pl.read_parquet(made.files["frame"]), pl.read_parquet(made.files["findings"])


def test_case_12_the_target_is_the_one_of_jis() -> None:
    known = moji_table().character("MJ026190")
    assert known is not None
    assert (known.text, known.x0213) == ("邉", "1-78-21")


def test_case_33_keeps_the_street(folder: Path) -> None:
    found = told("address", "京都市中京区寺町通御池上る上本能寺前町488", folder, towns="towns.csv")
    assert dict(found.parts)["通り名"] == "寺町通御池上る"
    assert found.value == "京都府京都市中京区寺町通御池上る上本能寺前町488"


def test_case_30_keeps_the_small_area_no_list_has(folder: Path) -> None:
    found = told("address", "横芝光町横芝字真砂４８２番地の２", folder, towns="towns.csv")
    assert dict(found.parts)["小字"] == "字真砂"
    assert found.flags == ("都道府県補完", "小字は一覧外")


def test_case_38_no_kana_is_taken_from_the_list(folder: Path) -> None:
    assert "オオミヤ" not in json.dumps(asdict(told("postal_code", "602-0847", folder)), ensure_ascii=False)


@given(st.sampled_from(["080-0000-0000", "０８０－００００－００００", "08000000000", "080-0123-4567"]))
def test_case_40_no_mobile_number_becomes_toll_free(text: str) -> None:
    value = told("phone", text, Path()).value
    assert value is not None
    assert value.startswith("080")
    assert not value.startswith("0800-")


@pytest.mark.parametrize("text", ["123456789018", "123456789012"])
def test_case_42_the_number_is_nowhere_in_the_answer(text: str) -> None:
    shown = CliRunner().invoke(app, ["transform", "individual_number", text])
    assert shown.exit_code == 0
    assert text not in shown.output
    assert "************" in shown.output
