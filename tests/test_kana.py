"""Kana names: repair with a log, the フリガナ rule, search keys. Before → after written out; laws for any text."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.transforms import TRANSFORMS
from migration.transforms.furigana import furigana
from migration.transforms.kana import kana_repair, repaired, restored
from migration.transforms.memo import Memo
from migration.transforms.reading_checks import small_kana
from migration.transforms.references import References
from migration.transforms.spec import Outcome

SIGNS = "アカガサハバパウヴワヷッンーｰ-－―一・ヽヾ゛゜ﾞﾟｱｶﾊｳﾜｯｮ\u3099\u309aあかゔゝオコォョ 　|A山髙邉\U000e0117"
KANA_TEXTS = st.text(st.sampled_from(SIGNS), max_size=12) | st.text(max_size=8)


def column(name: str, argument: str, texts: list[str]) -> list[str | None]:
    """The transform over a column, as convert runs it."""
    spec = TRANSFORMS[name]
    if spec.native is not None:
        value = spec.native(pl.col("x"), argument)
    else:
        prepared = spec.prepared(References(), argument)
        assert prepared is not None
        value = Memo(prepared.outcome, spec.only, prepared.fast).value(pl.col("x"))
    frame = pl.DataFrame({"x": pl.Series(texts, dtype=pl.String)}).lazy()
    return frame.select(value.alias("y")).collect(engine="streaming")["y"].to_list()


@pytest.mark.parametrize(
    ("before", "after", "flags", "doubtful"),
    [
        ("ﾀﾅｶ ﾀﾛｳ", "タナカ　タロウ", (), False),
        ("ジョ-ジ", "ジョージ", ("長音補正",), False),
        ("ｼﾞﾖｰｼﾞ", "ジヨージ", (), False),
        ("マ一ク", "マーク", ("長音補正",), False),
        ("マ―ク　リ－ド", "マーク　リード", ("長音補正",), False),
        ("スミス-ジョーンズ", "スミス-ジョーンズ", (), True),
        ("マ―ク・ト－マス", "マーク・トーマス", ("長音補正",), False),
        ("タロ一", "タロ一", (), True),
        ("マリ-", "マリ-", (), True),
        ("カツ-タ", "カツータ", ("長音補正",), False),
        ("カッ-タ", "カッ-タ", (), True),
        ("ｻﾜﾀ ﾞ ﾀﾛｳ", "サワダ　　タロウ", ("濁点補正",), False),
        ("ヤマタ゛", "ヤマダ", ("濁点補正",), False),
        ("ヤマタ\u3099", "ヤマダ", ("濁点補正",), False),
        ("ハ゜ク", "パク", ("濁点補正",), False),
        ("ウ゛ァン", "ヴァン", ("濁点補正",), False),
        ("ﾅﾞｶ", "ナ゛カ", (), True),
        ("ﾞｶ", "゛カ", (), True),
        ("ミスヾ", "ミスヾ", ("踊り字",), False),
        ("たろう", "たろう", (), False),
        ("塚　太郎", "塚　太郎", (), False),
    ],
)
def test_repair(before: str, after: str, flags: tuple[str, ...], doubtful: bool) -> None:
    found = kana_repair(before)
    assert (found.value, found.flags, bool(found.note)) == (after, flags, doubtful)
    assert (found.rule == "NAM-04") == doubtful
    assert column("kana_repair", "", [before]) == [after]


def test_repair_says_where_and_what() -> None:
    found = kana_repair("ｻﾜﾀ ﾞ ﾏ-ｸ")
    assert found.value == "サワダ　　マーク"
    assert dict(found.parts)["補正"] == "3文字目 ﾀ→ダ、5文字目 ﾞ→前の字へ、7文字目 -→ー"
    assert kana_repair("ﾀﾅｶ").parts == ()
    assert dict(kana_repair("ミスヾ　サヽキ").parts)["提案"] == "ミスズ　ササキ"


def test_repair_makes_katakana_of_hiragana_only_when_asked() -> None:
    assert kana_repair("やまた゛ たろう", "hiragana").value == "ヤマダ　タロウ"
    assert kana_repair("やまた゛ たろう", "hiragana").flags == ("ひらがな変換", "濁点補正")
    assert kana_repair("やまだ").flags == ()


@pytest.mark.parametrize(("before", "after"), [("ﾀﾞｲ ﾜﾞ", "ダイ　ヷ")])
def test_hard_case_16_voiced_wa(before: str, after: str) -> None:
    assert column("kana_full", "", [before]) == column("kana_repair", "", [before]) == [after]


def test_hard_case_17_the_space_stays_and_becomes_full_width() -> None:
    assert column("kana_full", "", ["ﾀﾅｶ ﾀﾛｳ"]) == column("kana_repair", "", ["ﾀﾅｶ ﾀﾛｳ"]) == ["タナカ　タロウ"]


def test_half_width_kana_as_an_independent_library_has_them() -> None:
    habachen = pytest.importorskip("habachen")
    texts = [chr(code) + mark for code in range(0xFF61, 0xFFA0) for mark in ("", "ﾞ", "ﾟ")] + ["￥−‐ｰ-", "カﾞ"]
    expected = [habachen.han_to_zen(text, ascii=False, digit=False, kana=True) for text in texts]
    assert column("kana_full", "", texts) == expected


@given(KANA_TEXTS, st.booleans())
def test_the_log_rebuilds_the_legacy_text(text: str, hiragana: bool) -> None:
    found = repaired(text, hiragana)
    assert restored(found.value, found.edits) == text


@given(KANA_TEXTS, st.booleans())
def test_a_repaired_text_stays(text: str, hiragana: bool) -> None:
    once = repaired(text, hiragana).value
    assert repaired(once, hiragana).value == once


@given(st.lists(KANA_TEXTS, max_size=5), st.sampled_from(["kana_repair", "furigana", "furigana:名"]))
def test_the_fast_half_agrees(texts: list[str], transform: str) -> None:
    name, _, argument = transform.partition(":")
    prepared = TRANSFORMS[name].prepared(References(), argument)
    assert prepared is not None
    assert prepared.fast is not None
    quick = prepared.fast(pl.Series(texts, dtype=pl.String)).to_list()
    for text, value in zip(texts, quick, strict=True):
        if value is not None:
            assert prepared.outcome(text) == Outcome(value)


@pytest.mark.parametrize("text", ["タナカ　タロウ", "ヲヂヅヴ", "キャッツ", "ヴァンアールスト", "ジョー"])
def test_furigana_that_may_stand(text: str) -> None:
    assert furigana(text) == Outcome(text)
    assert column("furigana", "", [text]) == [text]


@pytest.mark.parametrize(
    ("text", "argument", "flags", "severity"),
    [
        ("ﾀﾅｶ", "", ("半角カナ",), ""),
        ("たなか", "", ("ひらがな",), ""),
        ("マリー・アン", "", ("中点",), ""),
        ("サヽキ", "", ("踊り字",), ""),
        ("ＳＭＩＴＨ", "", ("英数字",), ""),
        ("タナ力", "", ("カナ以外",), ""),
        ("スミス－ジョン", "", ("カナ以外",), ""),
        ("タ\u3099", "", ("カナ以外",), ""),
        ("タ ロウ", "", ("空白",), ""),
        ("タナカ　タロウ", "氏", ("空白",), ""),
        ("タナカ　タロウ　ジ", "", ("空白",), ""),
        (" タナカ", "", ("空白",), ""),
        ("ミカヅキ　ミヱ", "", ("規則外カナ",), "I"),
        ("ヵヶヮヰヱヷヸヹヺ", "", ("規則外カナ", "語頭"), "I"),
        ("ータ", "", ("語頭",), "I"),
        ("タナカ　ンゴ", "", ("語頭",), "I"),
        ("ャマダ", "", ("語頭",), "I"),
        ("ャマ・ダ", "", ("中点", "語頭"), ""),
    ],
)
def test_furigana_that_is_told(text: str, argument: str, flags: tuple[str, ...], severity: str) -> None:
    found = furigana(text, argument)
    assert (found.value, found.flags, found.severity, found.rule) == (text, flags, severity, "NAM-02")
    assert found.note
    assert not found.fault


def test_furigana_names_the_kana_a_kanji_was_typed_for() -> None:
    assert "「力」（カナの「カ」の打ち間違いではありませんか）" in furigana("タナ力").note


@given(KANA_TEXTS, st.sampled_from(["", "氏", "名", "氏名"]))
def test_furigana_never_changes_the_value(text: str, argument: str) -> None:
    assert furigana(text, argument).value == text


@pytest.mark.parametrize(
    ("one", "other", "key"),
    [
        ("ヤマダ　ハナコ", "ﾔﾏﾀ ﾊﾅｺ", "ヤマタハナコ"),
        ("ヂン", "ジン", "シン"),
        ("チヅル", "ちずる", "チスル"),
        ("ワタナベ", "ハタナヘ", "ハタナヘ"),
        ("ヴァイオレット", "バイオレツト", "ハイオレツト"),
        ("ヴィオラ", "ビオラ", "ヒオラ"),
        ("ウ゛ィオラ", "ｳﾞｨｵﾗ", "ヒオラ"),
        ("ルヴ", "ルブ", "ルフ"),
        ("カヲル", "カオル", "カオル"),
        ("ショウコ", "シヨオコ", "シヨオコ"),
        ("コウウン", "コオオン", "コオオン"),
        ("ジョージ", "ジョ－ジ", "シヨシ"),
        ("パウロ", "ハ゜ウロ", "ハウロ"),
        ("オノ", "ヲノ", "オノ"),
    ],
)
def test_search_key_of_names_that_are_searched_alike(one: str, other: str, key: str) -> None:
    assert column("search_key", "", [one, other]) == [key, key]


def test_search_key_of_nothing_but_signs_is_empty() -> None:
    assert column("search_key", "", ["　ー", "タナカ"]) == [None, "タナカ"]


@given(st.lists(KANA_TEXTS, max_size=4))
def test_a_search_key_is_its_own_key(texts: list[str]) -> None:
    once = [key or "" for key in column("search_key", "", texts)]
    assert [key or "" for key in column("search_key", "", once)] == once


@pytest.mark.parametrize("repeats", [1, 50])
def test_search_key_of_repeating_and_other_columns(repeats: int) -> None:
    assert column("search_key", "", ["ガク", "ヴ"] * repeats) == ["カク", "フ"] * repeats


def test_small_kana_are_proposed_and_never_written() -> None:
    found = small_kana("ﾘﾖｳｺ")
    assert (found.value, found.flags, found.note) == ("ﾘﾖｳｺ", ("小書き要確認",), "")
    assert dict(found.parts)["提案"] == "リョウコ"
    assert dict(small_kana("シヨウジ　キヨシ").parts)["提案"] == "ショウジ　キョシ／ショウジ　キヨシ／シヨウジ　キョシ"
    assert small_kana("ショウジ　キヨシ") == Outcome("ショウジ　キヨシ")
    assert small_kana("タナカ") == Outcome("タナカ")


@given(KANA_TEXTS)
def test_small_kana_never_changes_the_value(text: str) -> None:
    assert small_kana(text).value == text
