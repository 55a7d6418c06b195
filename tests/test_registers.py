"""Registers: postal codes, municipalities, banks by date, ゆうちょ, telephone numbers."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.errors import MappingError
from migration.transforms import TRANSFORMS
from migration.transforms import municipalities as towns
from migration.transforms.bank_register import listed, newest, there
from migration.transforms.postal import known_codes, towns_of
from migration.transforms.references import References
from migration.transforms.spec import Outcome, Prepared

CODES = Path(__file__).parents[2] / "shared/data/towns/local_government_codes.json"


def prepared(name: str, references: References | None = None) -> Prepared:
    name, _, argument = name.partition(":")
    found = TRANSFORMS[name].prepared(references or References(), argument)
    assert found is not None
    return found


def ask(name: str, text: str, **settings_given: str) -> Outcome:
    return prepared(name, References(settings_given)).outcome(text)


def test_hard_case_38_a_code_for_the_rest_of_a_town_is_a_doubt() -> None:
    found = ask("postal_code", "〒０６０－００００")
    assert found.value == "0600000"
    assert found.note == "「以下に掲載がない場合」の番号です。町域が決まりません"
    assert found.flags == ("以下に掲載がない場合",)
    assert dict(found.parts)["市区町村"] == "北海道札幌市中央区"
    good = ask("postal_code", "602-0847")
    assert (good.value, good.note, dict(good.parts)["町域"]) == ("6020847", "", "大宮町")
    assert not any("オオミヤ" in value for _, value in good.parts)


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ("811-4233", "8114233", ""),
        ("８１１４２３３", "8114233", ""),
        ("100-8111", "1008111", ""),
        ("9999999", "9999999", "この郵便番号は今の一覧にありません（古い番号か打ち間違い）"),
        ("600000", "600000", "郵便番号が6桁です。先頭の0が落ちた疑いがあります（引数 pad で補えます）"),
        ("811", "811", "郵便番号が3桁しかありません。1998年より前の番号なら住所から引き直してください"),
        ("", None, ""),
    ],
)
def test_postal_codes(text: str, value: str | None, note: str) -> None:
    found = ask("postal_code", text)
    assert (found.value, found.note, found.fault) == (value, note, "")


def test_postal_codes_that_are_none() -> None:
    assert ask("postal_code", "81142333").fault == "郵便番号は7桁の数字です"
    assert ask("postal_code", "8.11E+06").value is None
    assert ask("postal_code:pad", "640941").value == "0640941"


def test_towns_of_a_postal_code() -> None:
    (town,) = towns_of("8114233")
    assert (town.municipality, town.town, town.kind, town.chome) == ("403831", "野間", "town", True)
    assert [(one.municipality, one.kind) for one in towns_of("4980000")] == [("232351", "whole"), ("243035", "whole")]
    assert towns_of("1008111")[0].office == "宮内庁"
    assert towns_of("811423") == towns_of("８１１４２３３") == towns_of("") == ()
    assert known_codes().len() == 142_920


@pytest.mark.parametrize(
    ("text", "value", "flags"),
    [
        ("403831", "403831", ()),
        ("40383", "403831", ("検査数字を補完",)),
        ("４０３８３", "403831", ("検査数字を補完",)),
        ("13102", "131024", ("検査数字を補完",)),
        ("220001", "220001", ()),
    ],
)
def test_municipality_codes(text: str, value: str, flags: tuple[str, ...]) -> None:
    found = ask("municipality_code", text)
    assert (found.value, found.flags, found.note) == (value, flags, "")


def test_municipality_codes_that_are_doubtful_or_wrong() -> None:
    assert ask("municipality_code", "403832").fault == "市区町村コードの検査数字が合いません"
    doubt = ask("municipality_code", "11002")  # 011002 札幌市 that lost its 0; there is no 11002
    assert doubt.value == "11002"
    assert doubt.note == "先頭の0が落ちた疑いがあります（011002 北海道札幌市。引数 pad で補えます）"
    assert ask("municipality_code:pad", "1101").value == "011011"
    assert ask("municipality_code", "99").fault == "2桁の市区町村コードは一覧のどれにも当たりません"


OLD = """code,prefecture,county,name,since,until,successors
193411,山梨県,西八代郡,上九一色村,,2006-03-01,192015/194301
403652,福岡県,宗像郡,大島村,,2005-03-28,402206
"""


def test_abolished_municipalities_are_known_from_a_towns_list(tmp_path: Path) -> None:
    unknown = ask("municipality_code", "193411")
    assert unknown.note == "市区町村コードの一覧にない番号です"
    own = tmp_path / "old.csv"
    own.write_text(OLD, encoding="utf-8")
    asked = prepared("municipality_code", References({"old_municipalities": str(own)}, tmp_path))
    told = asked.outcome("193411")
    assert (told.value, told.flags, told.note) == ("193411", ("廃止された市区町村",), "")
    gone = dict(told.parts)
    assert gone["廃止日"] == "2006-03-01"
    assert gone["承継先"] == "山梨県甲府市／山梨県南都留郡富士河口湖町"
    known = towns.read_old(own)
    assert [one.name for one in known.successors("403652")] == ["宗像市"]
    then = known.by_code("403652", "2005-03-27")
    assert then is not None
    assert then.name == "大島村"
    assert known.by_code("403652", "2005-03-28") is None
    own.write_text("code,prefecture\n1,2\n", encoding="utf-8")
    with pytest.raises(MappingError, match="廃止された市区町村の行ではありません"):
        towns.read_old(own)


def test_municipalities_by_code_and_name() -> None:
    now = towns.today()
    okagaki = now.by_code("403831")
    assert okagaki is not None
    assert okagaki.full_name == "福岡県遠賀郡岡垣町"
    assert now.by_name("福岡県", "遠賀郡岡垣町") == now.by_name("", "岡垣町") == (okagaki,)
    assert [one.name for one in now.by_name("静岡県", "浜松市")] == ["浜松市"]
    assert now.by_code("403652") is None


@pytest.mark.skipif(not CODES.exists(), reason="../shared is not here")
def test_every_code_of_the_reference_list_is_there_under_its_name() -> None:
    """local_government_codes.json: the codes of 2024-01-01, the day 浜松 has three wards instead of seven."""
    entries = json.loads(CODES.read_text(encoding="utf-8"))
    assert len(entries) > 1_900
    spelled_otherwise = set()
    for entry in entries:
        known = towns.today().by_code(entry["code"])
        assert known is not None, entry
        if entry["name"] not in (known.full_name, known.prefecture + known.name):
            spelled_otherwise.add((entry["name"], known.name))
    assert spelled_otherwise == {("高知県梼原町", "檮原町"), ("福岡県須恵町", "須惠町")}


def test_hard_case_41_a_bank_that_is_gone_names_its_successor_and_when() -> None:
    found = ask("bank_code", "0118")
    assert found.value == "0118"
    assert found.note == (
        "金融機関 0118（みちのく）は 2024-10-29 から 2025-01-27 の間になくなりました。"
        "承継先は 0117（青森みちのく。店名が同じ 94/94 店）です"
    )
    assert found.flags == ("統廃合",)
    assert ask("bank_code", "0118", bank_as_of="2020-01-01") == Outcome("0118", parts=(("金融機関名", "みちのく"),))
    assert dict(ask("bank_code", "0117", bank_as_of="2020-01-01").parts)["金融機関名"] == "青森"
    assert ask("bank_code:successor", "0118").value == "0117"
    assert ask("bank_branch:successor", "0118-010").value == "0117-010"
    assert ask("bank_branch:支店名", "0118-010").value == "弘前営業部"


def test_what_the_lists_do_not_show_is_asked_not_invented() -> None:
    found = ask("bank_code", "0533")
    assert found.note.endswith(
        "承継先は一覧からは分かりません。金融機関に確かめて、設定 bank_successors の CSV に書いてください"
    )
    assert "承継先" not in dict(found.parts)
    never = ask("bank_code", "9999")
    assert (never.value, never.severity) == ("9999", "E")
    assert never.note == "金融機関 9999 は 2016-04-17 から 2026-08-24 までのどの一覧にもありません"
    assert ask("bank_branch", "0001-999").severity == "E"


def test_a_towns_own_list_of_successors_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "successors.csv"
    own.write_text("bank,branch,from,new_bank,new_branch,note\n0533,,2026-01-01,0143,,合併\n0001,001,2026-05-01,0001,004,\n",
                   encoding="utf-8")  # fmt: skip
    references = References({"bank_successors": str(own)}, tmp_path)
    found = prepared("bank_code", references).outcome("0533")
    assert found.note.endswith("承継先は 0143（八十二長野。町の承継先の一覧）です") or "承継先は 0143（" in found.note
    assert prepared("bank_branch:successor", references).outcome("0001-001").value == "0001-004"
    early = References({"bank_successors": str(own), "bank_as_of": "2026-04-30"}, tmp_path)
    assert prepared("bank_branch", early).outcome("0001-001").note == ""
    own.write_text("bank,new\n0533,0143\n", encoding="utf-8")
    with pytest.raises(MappingError, match="列 branch、from、new_bank、new_branch がありません"):
        prepared("bank_code", References({"bank_successors": str(own)}, tmp_path))


def test_successors_are_followed_to_what_is_there() -> None:
    """柏崎農協 5720 → えちご中越農協 5666 (2023); 0118-011 → 0118-220 (2023) → 0117-220 (2025)."""
    assert newest("5720", "", {}) == ("5666", "店名が同じ 4/5 店")
    assert newest("0118-011", "", {}) == ("0117-220", "同じ店名")
    assert newest("0001", "", {}) == ("", "")
    assert [one.name for one in listed("0117")] == ["青森", "青森みちのく"]
    now = there("0117", "")
    assert now is not None
    assert now.name == "青森みちのく"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("bank_account", "0001-001-1-1234567", "0001-001-1-1234567"),
        ("bank_account", "１－１－普通－123", "0001-001-1-0000123"),
        ("bank_account:口座番号", "0001-001-1-12345", "0012345"),
        ("bank_account:支店コード", "0001-001-1-12345", "001"),
        ("bank_account", "000100111234567", "0001-001-1-1234567"),
        ("bank_account", "---", None),
        ("bank_branch", "0001001", "0001-001"),
        ("account_number", "0000123", "0000123"),
        ("yucho", "10120-12345671", "9900-018-1-1234567"),
        ("yucho", "記号１０１２０　番号１２３４５６７１", "9900-018-1-1234567"),
        ("yucho", "10120-2-12345671", "9900-018-1-1234567"),
        ("yucho", "1012012345671", "9900-018-1-1234567"),
        ("yucho", "10120-21", "9900-018-1-0000002"),
        ("yucho", "00120-8-123456", "9900-019-2-0123456"),
        ("yucho:支店コード", "00120-8-123456", "019"),
        ("yucho:番号", "018-1234567", "12345671"),
        ("yucho:番号", "019-0123456", "123456"),
    ],
)
def test_accounts(name: str, text: str, value: str | None) -> None:
    found = ask(name, text)
    assert (found.value, found.fault, found.note) == (value, "", "")


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("bank_account", "0001-001--1234567", "種目がありません"),
        ("bank_account", "0001-001-3-12345678",
         "預金種目は 1（普通）、2（当座）、4（貯蓄）、9（その他） のどれかです／口座番号は7桁の数字です"),
        ("bank_branch", "0001", "金融機関コードと支店コードの両方が要ります"),
        ("bank_code", "12345", "金融機関コードは4桁の数字です"),
        ("yucho", "10120-12345672", "記号が1で始まるゆうちょの番号は、末尾が1です"),
        ("yucho", "20120-12345671", "ゆうちょの記号は0か1で始まります（0なら番号は7桁まで）"),
        ("yucho", "1012", "ゆうちょの記号は5桁、番号は8桁までです"),
    ],
)  # fmt: skip
def test_accounts_that_are_wrong(name: str, text: str, fault: str) -> None:
    found = ask(name, text)
    assert (found.value, found.fault) == (None, fault)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("03(3581)2211", "03-3581-2211"),
        ("0166231111", "0166-23-1111"),
        ("11-1234", "0166-11-1234"),
        ("０４９９２２０００１", "04992-2-0001"),
        ("01267-2-2111", "01267-2-2111"),
        ("093 282 1211", "093-282-1211"),
        ("0932-82-1211", "093-282-1211"),
        ("+81-93-282-1211", "093-282-1211"),
        ("TEL：093-282-1211", "093-282-1211"),
        ("09012345678", "090-1234-5678"),
        ("0120444113", "0120-444-113"),
        ("08001234567", "0800-123-4567"),
        ("05012345678", "050-1234-5678"),
        ("なし", None),
        ("　－", None),
    ],
)
def test_hard_case_39_telephone_numbers(text: str, value: str | None) -> None:
    found = ask("phone", text, area_code="0166")
    assert (found.value, found.note, found.fault) == (value, "", "")


def test_hard_case_39_a_local_number_is_flagged_and_without_a_setting_a_doubt() -> None:
    assert ask("phone", "11-1234", area_code="０１６６").flags == ("市外局番を補完",)
    assert ask("phone", "11-1234").note == "市外局番がありません。設定 area_code で補えます"
    assert ask("phone", "11-1234").value == "11-1234"


@pytest.mark.parametrize("text", ["080-0000-0000", "０８０－００００－００００", "080-0123-4567"])
def test_hard_case_40_a_mobile_number_does_not_become_toll_free(text: str) -> None:
    found = ask("phone", text)
    assert found.value is not None
    assert found.value.startswith("080-0")
    assert not found.value.startswith("0800-")
    assert found.note


@pytest.mark.parametrize(
    ("text", "value", "note", "part"),
    [
        ("093-282-1211(代表)", "093-282-1211", "「代表」が付いています", ("注記", "代表")),
        ("093-282-1211（内線123）", "093-282-1211", "内線（123）が付いています", ("内線", "123")),
        ("093-282-1211、090-1234-5678", "093-282-1211",
         "電話番号が2つ入っています。項目を分けてください（phone:2・phone:3）", ("電話番号2", "090-1234-5678")),
        ("932821211", "932821211", "先頭の0が落ちた疑いがあります（引数 pad で補えます）", None),
        ("012345", "012345", "6桁の番号は電話番号の決まりに合いません", None),
    ],
)  # fmt: skip
def test_telephone_numbers_with_more_or_less(text: str, value: str, note: str, part: tuple[str, str] | None) -> None:
    found = ask("phone", text)
    assert (found.value, found.note) == (value, note)
    assert part is None or part in found.parts
    assert ask("phone:2", "093-282-1211、090-1234-5678").value == "090-1234-5678"
    assert ask("phone:pad", "932821211").value == "093-282-1211"


ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
NUMBERISH = st.text("0123456789０５ーｰ-－ 　.,E+/()、内線記号番", max_size=18)
SHAPED = st.from_regex(
    "0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}|[0-9]{3}-[0-9]{4}|[0-9]{4,15}|[0-9]{4}-[0-9]{3}", fullmatch=True
)
LAWFUL = ["phone", "phone:pad", "postal_code", "postal_code:pad", "municipality_code", "municipality_code:pad",
          "bank_code", "bank_branch", "bank_account", "yucho"]  # fmt: skip


@pytest.mark.parametrize("name", LAWFUL)
@given(text=ANY | NUMBERISH | SHAPED | st.sampled_from(known_codes().to_list()[::997]))
@settings(max_examples=60, deadline=None)
def test_total_twice_is_once_and_fast_is_the_same(name: str, text: str) -> None:
    made = prepared(name, References({"area_code": "0166"}))
    found = made.outcome(text)
    assert found.value != ""
    assert not (found.fault and found.value)
    assert found.value is None or made.outcome(found.value).value == found.value
    quick = made.fast(pl.Series([text], dtype=pl.String))[0] if made.fast else None
    assert quick is None or (quick, found.fault, found.note, found.flags) == (found.value, "", "", ())


def test_columns_of_usual_codes_are_answered_at_once() -> None:
    """A fast half that answers nothing would keep the laws and be of no use."""
    postal = prepared("postal_code").fast
    phones = prepared("phone").fast
    codes = prepared("municipality_code").fast
    assert postal is not None
    assert phones is not None
    assert codes is not None
    assert postal(pl.Series(["811-4233", "8114233", "0600000", None])).to_list() == ["8114233", "8114233", None, None]
    numbers = ["093-282-1211", "090-1234-5678", "0932-82-1211", "080-0000-0000"]
    assert phones(pl.Series(numbers)).to_list() == ["093-282-1211", "090-1234-5678", None, None]
    assert codes(pl.Series(["403831", "40383", "403652"])).to_list() == ["403831", None, None]
