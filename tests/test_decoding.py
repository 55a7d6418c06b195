"""Bytes → text: exactly CP932, nothing lost, nothing guessed."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mappings.errors import UserError
from migration.cells import Cells, binary_views, padded
from migration.decoding import CODECS, ESCAPE, codec, decode_cells, escaped_bytes


def cells(*values: bytes) -> Cells:
    lengths = np.array([len(value) for value in values], np.int64)
    return Cells(padded(b"".join(values)), np.cumsum(lengths) - lengths, lengths)


def texts(*values: bytes, name: str = "cp932", padding: str = "") -> list[str | None]:
    return decode_cells(cells(*values), codec(name), padding).text.to_list()


def escape(*found: int) -> str:
    return "".join(chr(ESCAPE + byte) for byte in found)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x95\x5c", "表"),  # 5C as a trail byte
        (b"\x83\x5c\x8f\x5c", "ソ十"),
        (b"\x5c\x7e", "\\~"),  # and as itself
        (b"\xfb\xfc\x8b\xb4", "髙橋"),  # IBM extension
        (b"\xee\xe0\x8b\xb4", "髙橋"),  # the same character, NEC-selected
        (b"\xf0\x40", "\ue000"),
        (b"\xf9\xfc", "\ue757"),
        (b"\x81\x60", "～"),
        (b"\xc3\xb1", "ﾃｱ"),  # valid UTF-8 by chance, but CP932
        (b"\xa0", escape(0xA0)),
        (b"\x80", escape(0x80)),
        (b"a\xfd\xfe\xffb", "a" + escape(0xFD, 0xFE, 0xFF) + "b"),
        (b"\x8eR\x93c\x8b", "山田" + escape(0x8B)),  # half a character at the end of the field
        (b"\x81\xad", escape(0x81, 0xAD)),  # an unassigned double-byte code
        (b"\xfc\xfc", escape(0xFC, 0xFC)),
        (b"\x8b\x20", escape(0x8B) + " "),  # the second half was overwritten by a space
    ],
)
def test_cp932(raw: bytes, text: str) -> None:
    assert texts(raw) == [text]


def test_every_code_of_cp932_is_a_character_or_an_escape() -> None:
    """256 + 60 lead bytes x 256: the text tells the bytes, by itself or by its escapes."""
    leads = [*range(0x81, 0xA0), *range(0xE0, 0xFD)]
    values = [bytes((lead, trail)) for lead in leads for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD))]
    decoded = decode_cells(cells(*values), codec("cp932"))
    assert decoded.lossy is not None
    lossy = decoded.lossy.to_list()
    assert sum(lossy) == 398
    for value, text, kept in zip(values, decoded.text, lossy, strict=True):
        if not kept and not escaped_bytes(text):
            assert text.encode("cp932") == value
    user_defined = [text for value, text in zip(values, decoded.text, strict=True) if 0xF0 <= value[0] <= 0xF9]
    assert user_defined == [chr(0xE000 + number) for number in range(1880)]


def test_marks_tell_which_cells_are_bad_and_which_keep_their_bytes() -> None:
    decoded = decode_cells(cells(b"ok", b"\x8b", b"\xfb\xfc", b"\xee\xe0", b"\x8eR"), codec("cp932"))
    assert decoded.bad is not None
    assert decoded.bad.to_list() == [False, True, False, False, False]
    assert decoded.lossy is not None
    assert decoded.lossy.to_list() == [False, False, True, False, False]


def test_many_different_values_and_few_repeated_ones_decode_alike() -> None:
    many = [f"山田{number}".encode("cp932") for number in range(3000)]
    few = [b"\x8eR"] * 2000 + [b""]
    assert texts(*many) == [f"山田{number}" for number in range(3000)]
    assert texts(*few) == ["山"] * 2000 + [None]


def test_a_separator_within_a_value_stays() -> None:
    assert texts(b"\x8eR\x1e\x93c", b"\x8eR") == ["山\x1e田", "山"]


def test_padding_is_taken_off_the_end_only() -> None:
    assert texts("　山 田　 ".encode("cp932"), "　　".encode("cp932"), padding=" 　") == ["　山 田", None]
    assert texts("山　".encode("cp932")) == ["山　"]


def test_other_encodings() -> None:
    assert texts("髙橋𠮷".encode(), b"\xe3\x81", name="utf_8") == ["髙橋𠮷", escape(0xE3, 0x81)]
    assert texts("山田ソ".encode("euc_jp"), b"\xb3", name="EUC-JP") == ["山田ソ", escape(0xB3)]
    assert codec("UTF-8") is codec("utf8")


def test_an_unknown_encoding_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        UserError, match=r"文字コード「cp393」は扱えません。使えるのは cp932、utf_8、euc_jp、euc_jp_ms、ibm930、"
    ):
        codec("cp393")


WIDE = st.sampled_from("山田　ソ表一丁目髙①ⅰ∪°×Я").map(lambda letter: letter.encode("cp932"))
CODES = st.sampled_from(
    [b"\xf0\x40", b"\xed\x40", b"\x81\xca", b"\x85\x40", b"\x8b", b"A", b"\xb1", b" ", b"\x1e", b"\x81"]
)
VALUE = st.one_of(st.lists(WIDE, min_size=1, max_size=12), st.lists(WIDE | CODES, min_size=1, max_size=6)).map(b"".join)


@settings(deadline=None, max_examples=300)
@example([b" "], " 　", 1)
@given(st.lists(VALUE, min_size=1, max_size=20), st.sampled_from(["", " 　"]), st.integers(1, 3))
def test_a_value_is_read_alike_in_whatever_company(values: list[bytes], padding: str, times: int) -> None:
    """Alone, a value goes through Python's codec; among many, through tables and dictionaries too."""
    cp932 = codec("cp932")
    values = [value.rstrip(b" ") for value in values] if padding else values  # the reader has cut this byte off
    expected = [cp932.decode_all(pa.array([value], pa.binary())).series[0] for value in values] * times
    decoded = decode_cells(cells(*values * times), cp932, padding)
    assert decoded.text.to_list() == [text.rstrip(padding) or None if padding else text for text in expected]
    bad = [bool(escaped_bytes(text)) for text in expected]
    assert (decoded.bad.to_list() if decoded.bad is not None else [False] * len(bad)) == bad
    lossy = [not cp932.keeps(value, text) for value, text in zip(values * times, expected, strict=True)]
    assert (decoded.lossy.to_list() if decoded.lossy is not None else [False] * len(lossy)) == lossy


def test_padding_that_begins_within_a_character_is_told_from_it() -> None:
    assert texts(b"\x83\x81\x40\x81\x40", b"\x83\x81\x81\x40\x81\x40", padding=" 　") == ["メ@", "メ"]


def test_many_unreadable_values_are_read_like_one() -> None:
    values = [b"%d\x8b" % number for number in range(2000)] + [b"\xfc\xfc", b"\x8eR\x85\x40"]
    assert texts(*values) == [
        *(f"{number}{escape(0x8B)}" for number in range(2000)),
        escape(0xFC, 0xFC),
        f"山{escape(0x85)}@",
    ]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=20), max_size=30))
def test_views_are_the_bytes(values: list[bytes]) -> None:
    assert binary_views(*[getattr(cells(*values), name) for name in ("data", "starts", "lengths")]).to_pylist() == [
        value or None for value in values
    ]


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=40))
def test_the_escaped_bytes_are_bytes_of_the_value(value: bytes) -> None:
    for name in CODECS:
        text = codec(name).decode_all(pa.array([value], pa.binary())).series[0]
        rest = iter(value)
        assert all(byte in rest for byte in escaped_bytes(text)), name
