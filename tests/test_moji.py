"""Characters: which MJ character a text or code is, sequences in one form, shrinking. Hard cases by their number."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.errors import MappingError
from migration.moji.identify import by_code, by_codes, identify, signs, writable
from migration.moji.plus import read_added
from migration.moji.shrink import candidates, contains
from migration.moji.table import SHRINK_TABLES, moji_table
from migration.transforms import TRANSFORMS
from migration.transforms.references import References
from migration.transforms.spec import Outcome

CORPORA = Path(__file__).parents[2] / "shared/data/corpora"
VS = {f"E01{n:02X}": chr(0xE0100 + n) for n in range(32)}
TSUJI_1, TSUJI_2 = "辻" + VS["E0102"], "辻" + VS["E0103"]
TABLE = moji_table()
KANJI = st.sampled_from(
    [*"髙﨑𠮷邉邊辺斎齋辻葛祇榊濵桒栁𣘺槗曻塚舘圡兠冨寳舩鷗高橋𡖂①㈱ⅢA1ｱあ　", "\ufa10", "\U0010de92"]
)
SELECTORS = st.sampled_from(["", *VS.values(), "\ufe00"])
NAMES = st.lists(st.tuples(KANJI, SELECTORS).map("".join), max_size=6).map("".join)


def asked(name: str, text: str, argument: str = "", **given_settings: str) -> Outcome:
    made = TRANSFORMS[name].prepared(References(given_settings), argument)
    assert made is not None
    return made.outcome(text)


def rows(name: str) -> Iterator[dict[str, str]]:
    if not (CORPORA / name).is_file():
        pytest.skip(f"{name} is not here")
    with (CORPORA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def points(text: str | None) -> str:
    return " ".join(f"U+{ord(sign):04X}" for sign in text or "")


def test_every_sample_character_agrees_with_the_list() -> None:
    found = list(rows("mj_samples.csv"))
    assert len(found) == 227
    for row in found:
        known = TABLE.character(row["MJ"])
        assert known is not None
        assert (known.ucs or "", known.x0213 or "") == (text_of(row["UCS"]), row["X0213"]), row["MJ"]
        assert (points(known.implemented), points(known.svs)) == (row["impl_UCS"], row["SVS"]), row["MJ"]
        assert points(known.ivs) == row["IVS"], row["MJ"]
        assert (known.koseki or "", known.juki or "", known.touki or "") == (row["koseki"], row["juki"], row["touki"])
        assert str("" if known.unified is None else known.unified) == row["X0213_houssetsu_kbn"], row["MJ"]


def test_every_sample_character_shrinks_as_listed() -> None:
    for row in rows("mj_samples.csv"):
        listed = {part.strip() for part in row["shrink"].split(" / ") if part.strip()}
        assert {text.split("(")[0] + ":" + text.split(":")[1].split("h")[0].split("#")[0] for text in listed} == {
            f"{one.target}:{SHRINK_TABLES[one.table]}" for one in TABLE.shrunk(row["MJ"])
        }, row["MJ"]


def test_every_sample_code_names_its_character() -> None:
    for row in rows("mj_samples.csv"):
        for kind in ("juki", "koseki", "touki"):
            assert not row[kind] or by_code(kind, row[kind]) == row["MJ"]
        if written := writable(row["MJ"]):
            assert identify(written).mj == row["MJ"]


def test_no_adobe_sequence_is_taken_for_another_character() -> None:
    told = {row["aj1_ivs"]: row["MJ"] for row in rows("aj1_ivs_to_mj_from_jef4j.csv")}
    ours = {sequence: mj for sequence in told if (mj := TABLE.adobe(sequence))}
    assert [sequence for sequence, mj in ours.items() if mj != told[sequence]] == []
    assert len(ours) == 2540  # of 3,531: the registers do not settle the others, which stay doubts


def text_of(code_points: str) -> str:
    return "".join(chr(int(one[2:], 16)) for one in code_points.split())


@pytest.mark.parametrize("raw", [b"\xfb\xfc\x8b\xb4", b"\xee\xe0\x8b\xb4"])
def test_hard_case_01_two_bytes_of_one_character(raw: bytes) -> None:
    text = raw.decode("cp932")
    assert asked("mj", text).value == "MJ028902 MJ014497"
    assert asked("shrink", text, "x0213", shrink_apply="one").value == "高橋"


def test_hard_case_09_adobe_sequences_become_those_of_moji_joho() -> None:
    assert asked("ivs", "辻" + VS["E0100"]).value == TSUJI_1
    assert asked("ivs", "辻" + VS["E0101"]).value == TSUJI_2
    assert asked("mj", "辻" + VS["E0100"]).value == "MJ025760"


def test_hard_case_10_the_resident_network_code_names_the_one_dot_glyph() -> None:
    assert asked("moji_code", "J+8FBB", "juki").value == TSUJI_1
    assert asked("juki_text", "辻").value == TSUJI_1
    assert asked("mj", "辻").value == "MJ025761"


def test_hard_case_11_compatibility_ideograph_and_its_variant_are_one() -> None:
    assert asked("mj", "\ufa10").value == asked("mj", "塚\ufe00").value == "MJ030194"
    assert asked("ivs", "塚\ufe00").value == "\ufa10"
    assert unicodedata.normalize("NFC", "\ufa10") == "塚"  # what must never happen to a name


def test_hard_case_12_the_everyday_form_is_only_a_candidate() -> None:
    sign = "邉" + VS["E0117"]
    assert asked("shrink", sign, "x0208", shrink_apply="one").value == "邉"
    everyday = asked("shrink", sign, "joyo", shrink_apply="one")
    assert everyday.value == sign
    assert everyday.parts == ((sign, "辺（邉を経て戸籍統一文字情報_親字正字）"),)
    assert "要確認" in everyday.note


def test_hard_case_13_two_registers_two_candidates() -> None:
    found = asked("shrink", "濵", "x0208", shrink_apply="one")
    assert found.value == "濵"
    assert found.parts == (("濵", "浜（戸籍統一文字情報_親字正字）・濱（国税庁JIS縮退マップ）"),)
    assert (found.rule, found.flags) == ("MOJ-01", ("縮退要確認",))


@pytest.mark.parametrize(
    ("mj", "instead"),
    [
        ("MJ037229", ["MJ068077"]),
        ("MJ040579", ["MJ040580"]),
        ("MJ042077", ["MJ068085"]),
        ("MJ059043", ["MJ068101", "MJ059042"]),
    ],
)
def test_hard_case_14_a_withdrawn_character_names_its_successor(mj: str, instead: list[str]) -> None:
    found = asked("moji_code", mj, "mj")
    assert found.value is None
    assert all(one in found.fault for one in instead)


def test_hard_case_15_added_characters_are_kept_and_said_so(tmp_path: Path) -> None:
    path = tmp_path / "plus.csv"
    path.write_text("GJ図形名,PUP,基底文字\nGJ009999,U+10DE92,高\n", encoding="utf-8")
    found = asked("mj", "\U0010de92橋", mj_plus=str(path))
    assert (found.value, found.flags) == ("GJ009999 MJ014497", ("MJ+追加文字",))
    shrunk = asked("shrink", "\U0010de92", "x0208", mj_plus=str(path), shrink_apply="one")
    assert (shrunk.value, shrunk.parts) == ("\U0010de92", (("\U0010de92", "高（MJ+追加文字の基底文字）"),))
    assert asked("moji_code", "GJ009999", "mj", mj_plus=str(path)).value == "\U0010de92"


def test_hard_case_45_signs_outside_x0208_are_kept_or_spelt_out() -> None:
    assert asked("shrink", "㈱①Ⅲ", "x0213").note == ""
    assert asked("shrink", "㈱①Ⅲ", "x0208").value == "㈱①Ⅲ"
    assert asked("shrink", "㈱①Ⅲ", "x0208", shrink_apply="one").value == "（株）１ＩＩＩ"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("GJ1,U+100000,", "GJ図形名（GJ と数字6桁）ではありません"),
        ("GJ000001,U+E000,", "第16面の私用領域"),
        ("GJ000001,U+10FF83,", "第16面の私用領域"),
        ("GJ000001,U+100000,\nGJ000002,U+100000,", "U+100000 が2回あります"),
    ],
)
def test_a_list_of_added_characters_that_cannot_be(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "plus.csv"
    path.write_text(f"GJ図形名,PUP,基底文字\n{line}\n", encoding="utf-8")
    with pytest.raises(MappingError, match=re.escape(told)):
        read_added(path)


def test_codes_go_before_the_bare_character_and_must_agree() -> None:
    assert by_codes({"juki": "J+8FBB"}, "辻").mj == "MJ025760"
    assert by_codes({"koseki": "437750"}, "辻").mj == "MJ025761"
    assert "食い違います" in by_codes({"juki": "J+8FBB", "koseki": "437750"}).problem
    assert "食い違います" in by_codes({"juki": "J+8FBB"}, TSUJI_2).problem
    assert by_codes({"touki": "99999999"}).problem == "登記統一文字番号 99999999 は文字情報一覧表にありません"


def test_what_is_not_in_the_list_is_a_doubt_with_candidates() -> None:
    assert asked("mj", "𡖂").rule == "MOJ-02"
    unknown = asked("ivs", "辻" + VS["E0105"])
    assert unknown.value == "辻" + VS["E0105"]
    assert "候補 MJ025760・MJ025761" in unknown.note


def test_bare_and_explicit_forms() -> None:
    assert asked("ivs", TSUJI_2, "short").value == "辻"
    assert asked("ivs", TSUJI_1, "short").value == TSUJI_1
    assert asked("ivs", "辻", "explicit").value == TSUJI_2
    assert asked("ivs", TSUJI_2).value == TSUJI_2


def test_one_candidate_is_not_taken_unless_the_town_says_so() -> None:
    found = asked("shrink", "髙橋", "x0208")
    assert (found.value, found.rule) == ("髙橋", "MOJ-01")
    assert asked("shrink", "髙橋", "x0208", shrink_apply="one").value == "高橋"


def test_the_most_trusted_table_stands_first() -> None:
    assert next(one.target for one in candidates("邉" + VS["E0118"], "x0208")) == "邉"
    assert [table for one in candidates("髙", "x0208") for table in one.tables] == [
        "JIS包摂規準UCS統合規則",
        "戸籍統一文字情報_親字正字",
    ]


@pytest.mark.parametrize(
    ("sign", "x0213", "x0208"),
    [("﨑", True, False), ("髙", False, False), ("𠮟", True, False), ("～", True, True), ("①", True, False)],
)
def test_what_is_in_the_sets(sign: str, x0213: bool, x0208: bool) -> None:
    assert (contains("x0213", sign), contains("x0208", sign)) == (x0213, x0208)


@settings(max_examples=60, deadline=None)
@given(NAMES, st.sampled_from(["", "short", "explicit"]))
def test_one_form_is_reached_at_once_and_keeps_every_character(text: str, form: str) -> None:
    once = asked("ivs", text, form).value or ""
    assert (asked("ivs", once, form).value or "") == once
    assert len(signs(once)) == len(signs(text))
    assert [identify(sign).mj for sign in signs(once)] == [identify(sign).mj for sign in signs(text)]


@settings(max_examples=60, deadline=None)
@given(NAMES, st.sampled_from(["x0213", "x0208", "joyo"]), st.sampled_from(["ask", "one"]))
def test_shrinking_ends_and_loses_nothing(text: str, name: str, apply: str) -> None:
    found = asked("shrink", text, name, shrink_apply=apply)
    once = found.value or ""
    assert (asked("shrink", once, name, shrink_apply=apply).value or "") == once
    assert found.fault == ""
    assert bool(text) == bool(once)
    if apply == "ask" or name == "joyo":
        assert once == text
    outside = [sign for sign in signs(text) if not contains(name, sign)]
    assert {sign for sign, _ in found.parts} == set(outside)  # each one is said, changed or not
    assert once == text or "縮退" in found.flags


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=5))
def test_every_text_has_an_answer(text: str) -> None:
    for name, argument in (("mj", ""), ("ivs", ""), ("moji_code", "juki"), ("shrink", "x0213"), ("juki_text", "")):
        asked(name, text, argument)
    assert "".join(signs(text)) == text
