"""How cells look: nothing invisible, separators, signs."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.cells import shown, shown_value, visible
from reports.document import STATUS_TONES, Column, Kind, Table, Tone, table_of


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("a\tb", "a〔タブ〕b"),
        ("a\rb\nc", "a〔改行CR〕b\nc"),
        ("\x01\x7f\x00", "〔制御01〕〔制御7F〕〔NUL〕"),
        ("\ue021田", "〔外字E021〕田"),
        ("山\U0010ff8f", "山〔バイト8F〕"),
        ("\U0010ffff", "〔バイトFF〕"),
        ("abc\u202egnp", "abc〔U+202E〕gnp"),
        ("邉󠄗 𠮷 髙﨑", "邉󠄗 𠮷 髙﨑"),
        ("", ""),
    ],
)
def test_invisible_characters_are_named_and_variants_stay(value: str, seen: str) -> None:
    assert visible(pl.Series([value])).to_list() == [seen]


def test_numbers_percent_status_and_null() -> None:
    columns = (
        Column("n", "数", Kind.NUMBER),
        Column("d", "額", Kind.NUMBER, decimals=2),
        Column("p", "率", Kind.PERCENT),
        Column("s", "判定", Kind.STATUS),
        Column("c", "番号", Kind.CODE),
    )
    frame = pl.DataFrame(
        {
            "n": [0, -1234567, None],
            "d": [1234.5, -0.05, None],
            "p": [0.0, 0.9876, None],
            "s": ["合格", "不合格", "ほか"],
            "c": ["0012", None, "=1+1"],
        }
    )
    assert shown(Table(columns, frame, "")).rows() == [
        ("0", "1,234.50", "0.0%", "○ 合格", "0012"),
        ("-1,234,567", "-0.05", "98.8%", "× 不合格", ""),
        ("", "", "", "ほか", "=1+1"),
    ]


def test_numbers_given_as_text_get_separators_and_other_words_stay() -> None:
    column = Column("n", "数", Kind.NUMBER)
    texts = ["1234567", "-1234.50", "10未満", "", "1234567890123456789"]
    table = table_of([column], [(1,)], "")
    frame = pl.DataFrame({"n": texts})
    seen = shown(Table(table.columns, frame, ""))["n"].to_list()
    assert seen == ["1,234,567", "-1,234.50", "10未満", "", "1234567890123456789"]


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_separated_numbers_are_those_of_python(number: int) -> None:
    assert shown_value(number, Column("n", "", Kind.NUMBER)) == f"{number:,}"


@given(st.text(max_size=40))
def test_shown_text_has_no_control_character_left(text: str) -> None:
    seen = shown_value(text, Column("t", ""))
    assert not any(ord(sign) < 0x20 and sign != "\n" for sign in seen)
    assert not any(0xE000 <= ord(sign) <= 0xF8FF for sign in seen)


def test_every_status_word_has_one_tone() -> None:
    assert STATUS_TONES["合格"] is Tone.GOOD
    assert STATUS_TONES["照合していません"] is Tone.WARN
    assert STATUS_TONES["対応なし"] is Tone.BAD
    assert STATUS_TONES["対象外"] is Tone.NONE
