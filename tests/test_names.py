"""氏 and 名, and whether the kana read as the kanji: before → after written out; laws for any text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.area import Area
from mappings.errors import MappingError
from mappings.layout import Group, Item, ItemType
from mappings.legacy_source import ColumnMap, Gaiji, GroupMap, LegacyColumn, LegacyTable, Source, Transform
from migration.convert import ConvertOptions, convert_group
from migration.transforms import TRANSFORMS, transform_faults
from migration.transforms.names import name, split
from migration.transforms.readings import readings
from migration.transforms.references import References
from migration.transforms.spec import Outcome


def reading_checked(text: str, references: References = References()) -> Outcome:
    prepared = TRANSFORMS["reading_checked"].prepared(references, "")
    assert prepared is not None
    return prepared.outcome(text)


NAME_TEXTS = st.text(st.sampled_from("山田髙邉\U000e0117太郎アｱＡa（）()〔〕・、 　ー旧姓"), max_size=10) | st.text(
    max_size=8
)


@pytest.mark.parametrize(
    ("text", "uji", "na", "flags"),
    [
        ("山田　太郎", "山田", "太郎", ()),
        ("山田 太郎", "山田", "太郎", ()),
        ("ヤマダ　タロウ", "ヤマダ", "タロウ", ()),
        ("　山田　太郎　", "山田", "太郎", ("前後の空白",)),
        ("山田　　太郎", "山田", "太郎", ("空白の連続",)),
        ("渡邉󠄗　花子", "渡邉󠄗", "花子", ()),
        ("塚本　隆", "塚本", "隆", ()),
        ("金・山　太郎", "金・山", "太郎", ("中点",)),
    ],
)
def test_a_name_of_two_parts(text: str, uji: str, na: str, flags: tuple[str, ...]) -> None:
    found = name(text, "氏")
    assert (found.value, found.flags, found.note, found.fault) == (uji, flags, "", "")
    assert name(text, "名").value == na
    assert name(text, "氏名").value == f"{uji}　{na}"
    assert dict(found.parts) == {"氏": uji, "名": na}


def test_a_name_without_a_space_is_kept_whole_and_a_cut_is_only_proposed() -> None:
    found = name("五十嵐一郎", "氏")
    assert (found.value, found.rule, found.severity) == ("五十嵐一郎", "NAM-01", "W")
    assert dict(found.parts)["提案"] == "五十嵐　一郎"
    without = name("五十嵐一郎", "名")
    assert (without.value, without.severity) == (None, "W")
    assert without.fault == "氏と名の間に空白がないので分けられません"


def test_proposals_know_variant_characters() -> None:
    assert dict(name("渡邉󠄗花子", "氏").parts)["提案"] == "渡邉󠄗　花子"
    assert "提案" not in dict(name("龘龘", "氏").parts)


def test_several_gaps_are_doubted_and_the_widest_taken() -> None:
    found = name("山　田　　太　郎", "氏")
    assert (found.value, found.flags) == ("山　田", ("空白の連続", "区切り複数"))
    assert found.note
    assert name("山田　太郎 次郎", "名").value == "太郎 次郎"
    assert dict(name("山田　太郎 次郎", "名").parts)["提案"] == "山田　太郎次郎／山田太郎　次郎"


@pytest.mark.parametrize("text", ["ＳＭＩＴＨ　ＪＯＨＮ", "SMITH JOHN", "Ｏ’ＮＥＩＬ，Ａ", "JOÃO SILVA"])
def test_names_in_latin_letters_are_not_split(text: str) -> None:
    for argument in ("氏", "名"):
        found = name(text, argument)
        assert (found.value, found.flags, found.severity) == (None, ("外国人氏名",), "W")
        assert "英字氏名の項目に" in found.fault
    assert name(text, "氏名").value == text


def test_latin_among_other_letters_is_told() -> None:
    assert name("スミスJOHN", "氏").flags == ("外国人氏名", "英字まじり")


@pytest.mark.parametrize(
    ("text", "uji", "na", "besides"),
    [
        ("山田（佐藤）　花子", "山田", "花子", "佐藤"),
        ("山田　花子（旧姓　佐藤）", "山田", "花子", "旧姓　佐藤"),
        ("山田　花子〔ＹＡＭＡＤＡ〕", "山田", "花子", "ＹＡＭＡＤＡ"),
        ("山田（佐藤）花子", "山田", "花子", "佐藤"),
    ],
)
def test_what_stands_in_brackets_is_told_and_kept_apart(text: str, uji: str, na: str, besides: str) -> None:
    found = name(text, "氏")
    assert (found.value, name(text, "名").value) == (uji, na)
    assert dict(found.parts)["併記"] == besides
    assert "併記名" in found.flags
    assert besides in found.note


def test_a_former_name_and_an_open_bracket() -> None:
    assert "旧氏の併記" in name("山田　花子（旧姓　佐藤）", "氏").flags
    assert "かっこが閉じていません" in name("山田（佐藤　花子", "氏").note


@given(NAME_TEXTS)
def test_every_sign_of_a_name_is_in_a_part_or_told(text: str) -> None:
    found = split(text)
    if found.uji is None:
        assert found.doubts or not text.strip(" 　")
        return
    parts = Counter("".join(part for part in (found.uji, found.na, *found.besides) if part))
    lost = Counter(text) - parts
    assert not parts - Counter(text)
    assert set(lost) <= set(" 　（）()〔〕［］[]「」【】｛｝〈〉")


@given(st.lists(NAME_TEXTS, max_size=4), st.sampled_from(["氏", "名", "氏名"]))
def test_the_fast_half_agrees(texts: list[str], argument: str) -> None:
    prepared = TRANSFORMS["name"].prepared(References(), argument)
    assert prepared is not None
    assert prepared.fast is not None
    for text, value in zip(texts, prepared.fast(pl.Series(texts, dtype=pl.String)).to_list(), strict=True):
        if value is not None:
            asked = prepared.outcome(text)
            assert (asked.value, asked.note, asked.fault) == (value, "", "")


@pytest.mark.parametrize(
    ("kanji", "kana", "plausible"),
    [
        ("佐々木", "ｻｻｷ", True),
        ("井上", "ｲﾉｳｴ", True),
        ("服部", "ﾊｯﾄﾘ", True),
        ("五十嵐", "ｲｶﾞﾗｼ", True),
        ("五十嵐", "ｲｶﾗｼ", True),
        ("田中", "ﾔﾏﾀﾞ", False),
    ],
)
def test_hard_case_43_kana_that_read_as_the_kanji(kanji: str, kana: str, plausible: bool) -> None:
    found = reading_checked(f"{kana}|{kanji}")
    assert found.value == kana
    assert (found.note == "") == plausible
    if not plausible:
        assert (found.rule, found.flags) == ("NAM-03", ("読み要確認",))


@pytest.mark.parametrize(
    ("kanji", "kana"),
    [
        ("髙橋　一郎", "タカハシ　イチロウ"),
        ("渡邉󠄗　花子", "ワタナベ　ハナコ"),
        ("濵﨑　翔太", "ハマサキ　ショウタ"),
        ("齋藤　さくら", "サイトウ　サクラ"),
        ("𠮷田　大輔", "ヨシダ　ダイスケ"),
        ("長谷川　千鶴", "ハセガワ　チヅル"),
        ("山之内　一", "ヤマノウチ　ハジメ"),
        ("三ヶ島　結衣", "ミカジマ　ユイ"),
        ("大野　薫", "オオノ　カオル"),
        ("大野　薫", "オウノ　カヲル"),
        ("ジョージ　サム", "ジョージ　サム"),
    ],
)
def test_readings_of_real_names(kanji: str, kana: str) -> None:
    assert reading_checked(f"{kana}|{kanji}") == Outcome(kana)


def test_lost_small_kana_are_proposed_from_the_kanji_and_never_written() -> None:
    found = reading_checked("ｻﾄｳ ｼﾖｳﾀ|佐藤　翔太")
    assert (found.value, found.rule, found.flags) == ("ｻﾄｳ ｼﾖｳﾀ", "NAM-05", ("小書き",))
    assert dict(found.parts)["提案"] == "サトウ　ショウタ"
    assert reading_checked("ｷﾖｼ|清") == Outcome("ｷﾖｼ")


def test_both_readings_possible_is_a_flag() -> None:
    found = reading_checked("サトウ　イツキ|佐藤　一希")
    assert (found.value, found.note, found.flags) == ("サトウ　イツキ", "", ("小書き要確認",))
    assert dict(found.parts)["提案"] == "サトウ　イッキ"


def test_exchanged_kana() -> None:
    found = reading_checked("ハナコ　タナカ|田中　花子")
    assert (found.rule, found.flags) == ("NAM-03", ("氏名逆順",))
    assert dict(found.parts)["提案"] == "タナカ　ハナコ"


@pytest.mark.parametrize(
    ("kanji", "kana", "proposal"),
    [("田中花子", "タナカ　ハナコ", "田中　花子"), ("田中　花子", "タナカハナコ", "タナカ　ハナコ")],
)
def test_kanji_and_kana_split_differently(kanji: str, kana: str, proposal: str) -> None:
    found = reading_checked(f"{kana}|{kanji}")
    assert (found.value, found.rule, found.flags) == (kana, "NAM-01", ("区切り不一致",))
    assert dict(found.parts)["提案"] == proposal


@pytest.mark.parametrize("text", ["タナカ|", "スミス　ジョン|ＳＭＩＴＨ　ＪＯＨＮ", "タナカ|\ue000中", "キム|김"])
def test_what_cannot_be_judged_makes_no_finding(text: str) -> None:
    found = reading_checked(text)
    assert (found.value, found.note, found.fault) == (text.partition("|")[0], "", "")


@given(
    KANA_AND_KANJI := st.text(st.sampled_from("アカシヨウー 　ﾞ|山田中々ヶ髙\U000e0117（）A"), max_size=12)
    | st.text(max_size=8)
)
def test_the_kana_come_back_as_they_were(text: str) -> None:
    found = reading_checked(text)
    assert (found.value or "") == text.partition("|")[0]
    assert found.fault == ""


def test_a_town_adds_readings_it_has_confirmed(tmp_path: Path) -> None:
    assert reading_checked("ﾀｶﾅｼ ﾊﾅｺ|小鳥遊　花子").rule == "NAM-03"
    (tmp_path / "yomi.csv").write_text("text,kana\n小鳥遊,ﾀｶﾅｼ\n勘解由小路,かでのこうじ\n", encoding="utf-8-sig")
    town = References({"readings": "yomi.csv"}, tmp_path)
    assert reading_checked("ﾀｶﾅｼ ﾊﾅｺ|小鳥遊　花子", town) == Outcome("ﾀｶﾅｼ ﾊﾅｺ")
    assert reading_checked("カデノコウジ　ハナコ|勘解由小路　花子", town) == Outcome("カデノコウジ　ハナコ")


def test_a_list_of_readings_without_its_headings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "yomi.csv").write_text("字,読み\n小鳥遊,タカナシ\n", encoding="utf-8")
    with pytest.raises(MappingError, match="text,kana"):
        reading_checked("タカナシ|小鳥遊", References({"readings": "yomi.csv"}, tmp_path))


def test_variants_are_read_as_their_base() -> None:
    assert readings().spelt("髙邉󠄗濵齋々澤廣") == "高辺浜斎斎沢広"


def _convert(
    folder: Path, transforms: str, rows: list[tuple[str | None, str | None]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Frame and findings of one group: 番号, フリガナ = カナ+氏名 through the transforms."""
    items = tuple(Item(one, one, ItemType.X, 0, primary_key=one == "番号") for one in ("番号", "フリガナ"))
    area = Area("a", "試験", 1, "課", ("001",), {"g": Group("a", "g", "人", "001", "1", items)}, {}, (), (), {})
    steps = tuple(Transform(*step.split(":")) for step in transforms.split())
    columns = (
        ColumnMap(item="番号", sources=("番号",)),
        ColumnMap(item="フリガナ", sources=("カナ", "氏名"), transforms=steps, combine="join"),
    )
    assert transform_faults("x", columns) == []
    group = GroupMap("g", ("t",), columns)
    legacy = LegacyTable("t", "t", (), "csv", "cp932", tuple(map(LegacyColumn, ("番号", "カナ", "氏名"))))
    source = Source("a", "v", "v", {"t": legacy}, {"g": group}, {}, (), Gaiji({}))
    schema = {"番号": pl.String, "カナ": pl.String, "氏名": pl.String}
    frame = pl.DataFrame([(str(n), *row) for n, row in enumerate(rows)], schema=schema, orient="row")
    ids = pl.Series("record_id", range(1, len(rows) + 1), dtype=pl.Int64) + (1 << 32)
    zero = pl.lit(0, pl.Int64)
    frame.select(ids, zero.alias("byte_start"), zero.alias("byte_length"), pl.all()).write_parquet(folder / "t.parquet")
    made = convert_group(area, source, "g", {"t": folder / "t.parquet"}, folder, ConvertOptions())
    return pl.read_parquet(made.files["frame"]), pl.read_parquet(made.files["findings"])


def test_a_map_line_looks_at_the_name_beside_the_kana(tmp_path: Path) -> None:
    rows = [("ﾀﾅｶ ﾀﾛｳ", "田中　太郎"), ("ﾔﾏﾀﾞ ﾀﾛｳ", "田中　太郎"), ("ﾀﾅｶ", None), (None, "田中"), ("ﾀﾅｶ", "\ue000")]
    frame, findings = _convert(tmp_path, "strip kana_repair reading_checked", rows)
    assert frame["フリガナ"].to_list() == ["タナカ　タロウ", "ヤマダ　タロウ", "タナカ", None, "タナカ"]
    told = findings.select("key", "rule", "severity", "kind", "legacy_value", "value").rows()
    assert told == [("1", "NAM-03", "W", "現行潜在誤り", "ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ　タロウ")]
    said = "旧データの「ﾔﾏﾀﾞ ﾀﾛｳ」は「田中」を「ヤマダ」と読む例が見当たりません"
    assert findings["message"][0] == f"フリガナ: {said}。値「ヤマダ　タロウ」は残しました。"


def test_a_gaiji_in_the_name_beside_does_not_empty_the_kana_when_it_stands_alone(tmp_path: Path) -> None:
    frame, findings = _convert(tmp_path, "reading_checked", [("タナカ", "\ue000中"), ("\ue000", "田中")])
    assert frame["フリガナ"].to_list() == ["タナカ", None]
    assert findings.select("key", "rule").rows() == [("1", "COM-09")]


@pytest.mark.parametrize("sign", ["\ue000", "\U00100001", "\U0010ff83"])
def test_a_gaiji_in_a_name_that_is_split_is_seen(tmp_path: Path, sign: str) -> None:
    frame, findings = _convert(tmp_path, "join:none name:氏", [(f"山{sign}　太郎", None), ("山田　太郎", None)])
    assert frame["フリガナ"].to_list() == [None, "山田"]
    assert findings.select("key", "rule").rows() == [("0", "COM-09")]


def test_a_map_line_with_one_source_cannot_look_beside() -> None:
    step = (Transform("reading_checked", ""),)
    (fault,) = transform_faults("x.csv", [ColumnMap(item="フリガナ", sources=("カナ",), transforms=step)])
    assert "A+B" in fault.problem
