"""Laws of splitting addresses: total, nothing lost, the same again, and whatever was read before changes nothing."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.addresses.address import PARTS, joined
from migration.addresses.directory import Directory, directory
from migration.addresses.masters import read_towns
from migration.addresses.splitting import Splitter
from migration.transforms.numerals import arabic

HEADINGS = "lg_code,machiaza_id,pref,county,city,ward,oaza_cho,chome,koaza"
ROWS = """403831,0001000,福岡県,遠賀郡,岡垣町,,大字三吉,,
403831,0010000,福岡県,遠賀郡,岡垣町,,大字海老津,,
403831,0021001,福岡県,遠賀郡,岡垣町,,海老津,一丁目,
403831,0021002,福岡県,遠賀郡,岡垣町,,海老津,二丁目,
403831,0034000,福岡県,遠賀郡,岡垣町,,桜台,,
403831,0059001,福岡県,遠賀郡,岡垣町,,松ケ台,一丁目,
131016,0002002,東京都,,千代田区,,霞が関,二丁目,
131016,0056000,東京都,,千代田区,,紀尾井町,,
122157,0047000,千葉県,,旭市,,ハ,,
011029,0034007,北海道,,札幌市,北区,北二十四条西,七丁目,
011029,0035000,北海道,,札幌市,北区,北,,
261041,0101000,京都府,,京都市,中京区,上本能寺前町,,
033812,0003000,岩手県,胆沢郡,金ケ崎町,,西根,,
033812,0003291,岩手県,胆沢郡,金ケ崎町,,西根,,大谷
"""
WORDS = (
    *"0123456789０１９-－ー‐― 　のノ之ケヶがｶﾞ番号地一二十廿〇○OＡ・、（）〒甲ハ\n\x00\U000e0100葛",
    *("番地", "番地の", "丁目", "号室", "階", "番館", "大字", "字", "小字", "上る", "下ル", "東入", "第12地割", "線"),
    *("東京都", "千代田区", "霞が関", "紀尾井町", "福岡県", "遠賀郡", "岡垣町", "海老津", "三吉", "桜台", "松ヶ台"),
    *(
        "京都市",
        "中京区",
        "上本能寺前町",
        "旭市",
        "札幌市",
        "北区",
        "北24条西",
        "北",
        "西根",
        "大谷",
        "811-4200",
        "ビル",
    ),
)
texts = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
PREFIXES = ("福岡県遠賀郡岡垣町", "遠賀郡岡垣町", "福岡県岡垣町", "岡垣町", "")
TOWNS = ("大字三吉", "三吉", "海老津二丁目", "海老津２丁目", "桜台", "大字海老津")
LOTS = ("1", "１２３番地", "12番地の3", "十二番三号", "7-8-9", "甲12", "4番5号", "無番地")
BUILDINGS = ("", " コーポ三吉201号室", "　ﾊｲﾂ二番館１０１", "十五番館ビル", "ノースビルＡ―１", " 3階")
DROPPED = "大字番地号丁目の之ノ第〒-‐‑‒–—―−─━ー・ 　"


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    file = tmp_path_factory.mktemp("towns") / "mt_town.csv"
    file.write_text(f"{HEADINGS}\n{ROWS}", encoding="utf-8")
    return directory(read_towns(file), "403831")


@pytest.fixture(scope="module")
def splitter(towns: Directory) -> Splitter:
    return Splitter(towns)


@given(text=texts)
def test_every_character_belongs_to_one_part(splitter: Splitter, text: str) -> None:
    address = splitter.split(text)
    assert "".join(piece for _, piece in address.sources) == text
    assert {part for part, _ in address.sources} <= set(PARTS)


@given(text=texts)
def test_value_is_its_parts_joined_and_reads_the_same_again(splitter: Splitter, text: str) -> None:
    address = splitter.split(text)
    assert address.value == joined(address.parts)
    assert splitter.split(address.value).value == address.value


@given(text=texts)
def test_no_letter_is_lost(splitter: Splitter, text: str) -> None:
    """Letters other than numerals and the words an address is written with (番地, 大字 …) are all in the value.

    Where a town is spelled otherwise than in the list (and the flag says so), its ケ and ツ may be.
    """
    address = splitter.split(text)
    lost = Counter(_letters(text)) - Counter(_letters(address.value))
    assert not lost or ("町字表記ゆれ" in address.flags and set(lost) <= {"ケ", "ツ", "町", "丁"})


@given(text=texts)
def test_what_was_read_before_changes_nothing(towns: Directory, splitter: Splitter, text: str) -> None:
    assert splitter.split(text) == Splitter(towns).split(text)


@given(
    prefix=st.sampled_from(PREFIXES),
    town=st.sampled_from(TOWNS),
    lot=st.sampled_from(LOTS),
    building=st.sampled_from(BUILDINGS),
)
def test_an_address_only_gains(splitter: Splitter, prefix: str, town: str, lot: str, building: str) -> None:
    """Prefecture, county and 大字 may be added in front; numerals, letters and signs follow in their order."""
    text = prefix + town + lot + building
    address = splitter.split(text)
    assert address.note == ""
    written = _skeleton(text.removeprefix(prefix))
    assert _skeleton(address.value).endswith(written)
    assert address.parts["市区町村"] == "遠賀郡岡垣町"
    assert address.parts["番地号"]


def _letters(text: str) -> str:
    """The letters of a text, each with its voicing mark apart: a mark behind a full-width kana is not joined to it."""
    plain = "".join(_LIKE.get(sign, sign) for sign in unicodedata.normalize("NFKC", text))
    apart = unicodedata.normalize("NFKD", plain)
    return "".join(
        sign for sign in apart if (sign.isalpha() or sign in _VOICING) and sign not in DROPPED and sign not in _NUMERALS
    )


def _skeleton(text: str) -> str:
    plain = arabic(unicodedata.normalize("NFKC", text))
    return "".join(sign for sign in plain if sign not in DROPPED)


_NUMERALS = "〇零一二三四五六七八九十百千壱弐参廿卅拾O"
_LIKE = dict.fromkeys("ヶヵカがガ", "ケ")
_VOICING = "\u3099\u309a"
