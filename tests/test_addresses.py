"""Addresses split by a list of 町字: hard cases, spellings, what is left alone; all through the public transform."""

from __future__ import annotations

import json
import tarfile
import zipfile
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from mappings.errors import InputError
from migration.cli import app
from migration.transforms import TRANSFORMS
from migration.transforms.memo import Memo
from migration.transforms.references import References
from migration.transforms.spec import Outcome

OLD = (
    "lg_code,machiaza_id,machiaza_type,pref,county,city,ward,oaza_cho,chome,chome_number,koaza,rsdt_addr_flg,ablt_date"
)
PLACES = {
    "千代田区": ("131016", "東京都", "", "千代田区", ""),
    "金ケ崎町": ("033812", "岩手県", "胆沢郡", "金ケ崎町", ""),
    "調布市": ("132080", "東京都", "", "調布市", ""),
    "旭市": ("122157", "千葉県", "", "旭市", ""),
    "横芝光町": ("124109", "千葉県", "山武郡", "横芝光町", ""),
    "会津若松市": ("072028", "福島県", "", "会津若松市", ""),
    "札幌市北区": ("011029", "北海道", "", "札幌市", "北区"),
    "札幌市西区": ("011070", "北海道", "", "札幌市", "西区"),
    "京都市上京区": ("261025", "京都府", "", "京都市", "上京区"),
    "京都市中京区": ("261041", "京都府", "", "京都市", "中京区"),
    "長岡市": ("152021", "新潟県", "", "長岡市", ""),
    "渋谷区": ("131130", "東京都", "", "渋谷区", ""),
    "岡垣町": ("403831", "福岡県", "遠賀郡", "岡垣町", ""),
    "府中市": ("132063", "東京都", "", "府中市", ""),
    "福山市": ("342076", "広島県", "", "福山市", ""),
}
TOWNS = [  # 市区町村, 町字ID, 大字・町, 丁目, 小字
    ("千代田区", "0002002", "霞が関", "二丁目", ""),
    ("千代田区", "0056000", "紀尾井町", "", ""),
    ("千代田区", "0003001", "永田町", "一丁目", ""),
    ("金ケ崎町", "0003000", "西根", "", ""),
    ("金ケ崎町", "0003291", "西根", "", "大谷"),
    ("調布市", "0016003", "国領町", "三丁目", ""),
    ("旭市", "0047000", "ハ", "", ""),
    ("横芝光町", "0021000", "横芝", "", ""),
    ("会津若松市", "0084000", "大戸町大字高川", "", ""),
    ("札幌市北区", "0034007", "北二十四条西", "七丁目", ""),
    ("札幌市西区", "0040001", "西", "一丁目", ""),
    ("札幌市西区", "0040002", "西", "二丁目", ""),
    ("京都市上京区", "0160000", "主計町", "", ""),
    ("京都市中京区", "0101000", "上本能寺前町", "", ""),
    ("京都市中京区", "0102000", "河原町", "", ""),
    ("長岡市", "0200003", "東坂之上町", "三丁目", ""),
    ("長岡市", "0201000", "東町", "", ""),
    ("渋谷区", "0010001", "千駄ヶ谷", "一丁目", ""),
    ("岡垣町", "0001000", "大字三吉", "", ""),
    ("岡垣町", "0010000", "大字海老津", "", ""),
    ("岡垣町", "0021001", "海老津", "一丁目", ""),
    ("岡垣町", "0021002", "海老津", "二丁目", ""),
    ("岡垣町", "0034000", "桜台", "", ""),
    ("岡垣町", "0059001", "松ケ台", "一丁目", ""),
    ("府中市", "0020002", "宮西町", "二丁目", ""),
    ("福山市", "0300000", "駅家町", "", ""),
]


def table(towns: list[tuple[str, str, str, str, str]]) -> str:
    lines = [OLD]
    for place, number, oaza, chome, koaza in towns:
        code, prefecture, county, city, ward = PLACES[place]
        kind = "3" if koaza else "2" if chome else "1"
        lines.append(f"{code},{number},{kind},{prefecture},{county},{city},{ward},{oaza},{chome},,{koaza},0,")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("towns")
    (folder / "mt_town_all.csv").write_text("\ufeff" + table(TOWNS), encoding="utf-8")
    own = [town for town in TOWNS if town[0] == "岡垣町"]
    (folder / "mt_town_own.csv").write_text(table(own), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def nation(folder: Path) -> References:
    return References({"towns": "mt_town_all.csv"}, folder)


@pytest.fixture(scope="module")
def own(folder: Path) -> References:
    return References({"towns": "mt_town_own.csv"}, folder)


def address(text: str, references: References, part: str = "") -> Outcome:
    prepared = TRANSFORMS["address"].prepared(references, part)
    assert prepared is not None
    return prepared.outcome(text)


def parts(text: str, references: References) -> dict[str, str]:
    return dict(address(text, references).parts)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("大字三吉１２３番地の４", "福岡県遠賀郡岡垣町大字三吉123-4"),
        ("三吉123番4", "福岡県遠賀郡岡垣町大字三吉123-4"),
        ("字三吉百二十三番地", "福岡県遠賀郡岡垣町大字三吉123"),
        ("岡垣町三吉甲１番地", "福岡県遠賀郡岡垣町大字三吉甲1"),
        ("遠賀郡岡垣町大字三吉無番地", "福岡県遠賀郡岡垣町大字三吉無番地"),
        ("海老津二丁目3番4号　コーポ海老津 ２０１号室", "福岡県遠賀郡岡垣町海老津二丁目3-4 コーポ海老津 201号室"),
        ("海老津２丁目３ー４", "福岡県遠賀郡岡垣町海老津二丁目3-4"),
        ("大字海老津2-3-4", "福岡県遠賀郡岡垣町大字海老津2-3-4"),
        ("松ヶ台1-2", "福岡県遠賀郡岡垣町松ケ台一丁目2"),
        ("松が台一の二", "福岡県遠賀郡岡垣町松ケ台一丁目2"),
        ("福岡県　遠賀郡　岡垣町　桜台　12番地", "福岡県遠賀郡岡垣町桜台12"),
        ("桜臺12番地メゾンノア", "福岡県遠賀郡岡垣町桜台12 メゾンノア"),
        ("桜台12番地ノースコーポＡ―１", "福岡県遠賀郡岡垣町桜台12 ノースコーポA-1"),
        ("桜台15番5十五番館ビル", "福岡県遠賀郡岡垣町桜台15-5 十五番館ビル"),
        ("桜台5番1番館", "福岡県遠賀郡岡垣町桜台5 1番館"),
        ("〒811-4200 桜台1", "〒811-4200 福岡県遠賀郡岡垣町桜台1"),
        ("8114200福岡県岡垣町桜台1", "〒811-4200 福岡県遠賀郡岡垣町桜台1"),
    ],
)
def test_the_towns_own_addresses(text: str, value: str, own: References) -> None:
    found = address(text, own)
    assert (found.value, found.note) == (value, "")
    assert address(value, own).value == value


@pytest.mark.parametrize(
    ("text", "rule", "note", "rest"),
    [
        ("海老津1-5", "ADR-01", "大字海老津と海老津一丁目のどちらか決められません", "海老津1-5"),
        ("岡垣町海老津3丁目1", "ADR-01", "3丁目が町字の一覧にありません", "海老津3丁目1"),
        ("岡垣町松ケ台", "ADR-01", "丁目がわかりません", "松ケ台"),
        ("岡垣町松ケ台3番地", "ADR-01", "丁目がわかりません", "松ケ台3番地"),
        ("岡垣町桜台2丁目3", "ADR-01", "この町字に丁目はありません", "桜台2丁目3"),
        ("岡垣町桜台東1", "ADR-01", "町字のあとを読めません", "桜台東1"),
        ("岡垣町西桜台1", "ADR-01", "町字が一覧にありません", "西桜台1"),
        ("アメリカ合衆国", "ADR-02", "市区町村がわかりません", "アメリカ合衆国"),
        ("桜台1・2番地", "ADR-03", "番地号のあとを読めません", "・2番地"),
    ],
)
def test_what_cannot_be_told_stays_as_it_was(text: str, rule: str, note: str, rest: str, own: References) -> None:
    found = address(text, own)
    assert (found.rule, found.note) == (rule, note)
    assert dict(found.parts)["残り"] == rest


def test_namesakes_are_not_chosen_between(own: References) -> None:
    found = address("府中市1-2", own)
    assert (found.value, found.rule) == ("府中市1-2", "ADR-02")
    assert "東京都府中市" in found.note
    assert "広島県府中市" in found.note


def test_a_namesake_is_told_by_its_town(nation: References) -> None:
    assert address("府中市宮西町2丁目24番地", nation).value == "東京都府中市宮西町二丁目24"


def test_elsewhere_is_split_as_far_as_municipalities_go(own: References) -> None:
    found = address("大阪府豊中市中桜塚３－１－１", own)
    wanted = {"都道府県": "大阪府", "市区町村": "豊中市", "市区町村コード": "272035", "残り": "中桜塚3-1-1"}
    assert (dict(found.parts), found.flags, found.note) == (wanted, ("町字未確認",), "")


def test_an_abolished_municipality_is_kept_where_the_town_lists_it(folder: Path) -> None:
    text = "code,prefecture,county,name,since,until,successors\n112046,埼玉県,,浦和市,,2001-05-01,111007\n"
    (folder / "old.csv").write_text(text, encoding="utf-8")
    found = address("埼玉県浦和市常盤六丁目4番4号", References({"old_municipalities": "old.csv"}, folder))
    assert dict(found.parts)["市区町村コード"] == "112046"
    assert found.flags == ("廃止市区町村", "町字未確認")


def test_a_postal_code_contradicts(nation: References) -> None:
    found = address("1000014千代田区霞が関2-1", nation)
    assert (found.rule, found.note) == ("ADR-04", "郵便番号 1000014 は永田町のもので、霞が関二丁目と合いません")
    assert address("1000013千代田区霞が関2-1", nation).note == ""


def test_a_part_tells_only_its_own_doubts(own: References) -> None:
    assert address("海老津1-5", own, "町字").note
    assert address("海老津1-5", own, "町字").value is None
    assert not address("桜台1・2番地", own, "町字").note
    assert address("桜台1・2番地", own, "番地号").note
    assert address("桜台1-2", own, "方書").value is None


def test_a_column_has_the_part_and_its_notes(own: References) -> None:
    texts = pl.Series("住所", ["桜台1", "海老津1-5", None, "桜台1", "大字三吉2番地 ビル", "桜台1・2番地"])
    memos = {}
    for part in ("町字", "方書"):
        prepared = TRANSFORMS["address"].prepared(own, part)
        assert prepared is not None
        memos[part] = Memo(prepared.outcome, fast=prepared.fast)
    found = texts.to_frame().select(memo.value(pl.col("住所")).alias(part) for part, memo in memos.items())
    assert found["町字"].to_list() == ["桜台", None, None, "桜台", "大字三吉", "桜台"]
    assert found["方書"].to_list() == [None, None, None, None, "ビル", None]
    assert list(memos["町字"].notes) == ["海老津1-5"]
    assert not memos["方書"].notes


def test_one_name_with_two_numbers_has_no_number(folder: Path) -> None:
    twice = [("府中市", "0001000", "本町", "", ""), ("府中市", "0002000", "本町", "", "")]
    (folder / "twice.csv").write_text(table(twice), encoding="utf-8")
    found = address("府中市本町1", References({"towns": "twice.csv"}, folder))
    assert dict(found.parts)["町字"] == "本町"
    assert "町字ID" not in dict(found.parts)
    assert "0001000、0002000" in found.note


def test_names_that_fold_alike_are_told_by_their_spelling(folder: Path) -> None:
    alike = [("府中市", "0001000", "竜ケ丘", "", ""), ("府中市", "0002000", "龍が丘", "", "")]
    (folder / "alike.csv").write_text(table(alike), encoding="utf-8")
    references = References({"towns": "alike.csv"}, folder)
    assert address("府中市龍が丘1", references, "町字ID").value == "0002000"
    assert address("府中市竜ケ丘1", references, "町字ID").value == "0001000"
    assert "竜ケ丘、龍が丘" in address("府中市龍ヶ丘1", references).note


def test_abolished_rows_are_left_out_and_zips_are_read(folder: Path) -> None:
    text = table([("府中市", "0001000", "本町", "", "")]) + "132063,0002000,1,東京都,,府中市,,旧町,,,,0,2001-01-01\n"
    with zipfile.ZipFile(folder / "mt_town.zip", "w") as archive:
        archive.writestr("mt_town_city132063.csv", text)
    references = References({"towns": "mt_town.zip"}, folder)
    assert address("府中市本町1", references, "町字").value == "本町"
    assert address("東京都府中市旧町1", references).note == "町字が一覧にありません"


def test_lists_of_other_forms(folder: Path) -> None:
    headings = "都道府県コード,都道府県名,市区町村コード,市区町村名,大字町丁目名,小字・通称名"
    latest = f"{headings}\n13,東京都,13206,府中市,宮西町二丁目,\n"
    (folder / "latest.csv").write_text(latest, encoding="utf-8")
    found = parts("府中市宮西町2-3", References({"towns": "latest.csv"}, folder))
    assert (found["町字"], found["市区町村コード"]) == ("宮西町二丁目", "132063")
    content = folder / "府中市.json"
    content.write_text(json.dumps([{"town": "宮西町二丁目", "koaza": ""}]), encoding="utf-8")
    with tarfile.open(folder / "nation.tar.gz", "w:gz") as archive:
        archive.add(content, "api/ja/東京都/府中市.json")
    assert parts("府中市宮西町2-3", References({"towns": "nation.tar.gz"}, folder))["町字"] == "宮西町二丁目"


def test_a_file_that_is_no_list_is_said(folder: Path) -> None:
    (folder / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="見出しに lg_code、pref、city、oaza_cho がありません"):
        address("桜台1", References({"towns": "other.csv"}, folder))
    (folder / "sjis.csv").write_bytes(OLD.encode() + "\n1,岡垣町".encode("cp932"))
    with pytest.raises(InputError, match="町字の一覧として読めません"):
        address("桜台1", References({"towns": "sjis.csv"}, folder))


def test_command_shows_parts_and_flags(folder: Path) -> None:
    command = ["transform", "address:町字", "岡垣町桜台１番地", "--set", f"towns={folder / 'mt_town_own.csv'}"]
    shown = json.loads(CliRunner().invoke(app, command).stdout)
    assert (shown["output"], shown["parts"]["町字ID"], shown["flags"]) == ("桜台", "0034000", ["都道府県補完"])
