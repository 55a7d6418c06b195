"""Transforms: text before → text after, written out; laws for any text."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.legacy_source import ColumnMap, Transform
from migration.transforms import TRANSFORMS, transform_faults
from migration.transforms.memo import Memo
from migration.transforms.references import References
from migration.transforms.spec import Outcome, TransformSpec


def apply(name: str, *texts: str | None) -> list[str | None]:
    """The transform over a column, as convert runs it."""
    name, _, argument = name.partition(":")
    spec = TRANSFORMS[name]
    frame = pl.DataFrame({"x": pl.Series(texts, dtype=pl.String)}).lazy()
    if spec.native is not None:
        value = spec.native(pl.col("x"), argument)
    else:
        prepared = spec.prepared(References(), argument)
        assert prepared is not None
        value = Memo(prepared.outcome, spec.only, prepared.fast).value(pl.col("x"))
    return frame.select(value.alias("y")).collect(engine="streaming")["y"].to_list()


def one(name: str, text: str) -> str | None:
    return apply(name, text)[0]


def outcome(name: str, text: str) -> Outcome:
    name, _, argument = name.partition(":")
    spec = TRANSFORMS[name]
    prepared = spec.prepared(References(), argument)
    assert prepared is not None
    return prepared.outcome(text)


def fast_half(name: str) -> Callable[[pl.Series], pl.Series] | None:
    name, _, argument = name.partition(":")
    prepared = TRANSFORMS[name].prepared(References(), argument)
    return None if prepared is None else prepared.fast


@pytest.mark.parametrize(
    ("transform", "before", "after"),
    [
        ("strip", " 　田中　太郎　 ", "田中　太郎"),
        ("strip", "　 ", None),
        ("kana_full", "ﾀﾅｶ ﾀﾛｳ", "タナカ　タロウ"),
        ("kana_full", "ﾀﾞｲ ﾜﾞ", "ダイ　ヷ"),
        ("kana_full", "ﾎﾟｳﾞｬｰ･ﾞﾟ", "ポヴャー・゛゜"),
        ("kana_full", "ｼﾖｳ", "シヨウ"),
        ("wide", "Ab-1 (ｶ)", "Ａｂ－１　（カ）"),
        ("wide", "髙橋邉󠄗", "髙橋邉󠄗"),
        ("wide", "塚", "塚"),
        ("narrow", "０１２－３４ー５　Ａ", "012-34-5 A"),
        ("narrow", "コーポ１ー２ー３", "コーポ1-2-3"),
        ("narrow", "１ーー２", "1ーー2"),
        ("upper", "s45a", "S45A"),
        ("digits", " ０１２ ", "012"),
        ("digits", "12a", None),
        ("digits", "", None),
        ("zero_pad:5", "１２", "00012"),
        ("zero_pad:3", "12345", "12345"),
        ("zero_pad:3", "", None),
        ("strip_zeros", "0012", "12"),
        ("strip_zeros", "000", "0"),
        ("integer", "+0012", "12"),
        ("integer", "-012", "-12"),
        ("integer", "-0", "0"),
        ("integer", "1,234", "1234"),
        ("integer", "12,34", None),
        ("integer", "１２", "12"),
        ("integer", "1.5", None),
        ("hyphen_free", "〒811-4233"[1:], "8114233"),
        ("hyphen_free", "０９３（２８２）１２１１", "0932821211"),
        ("before:space_full", "田中　太郎", "田中"),
        ("before:space_full", "田中", "田中"),
        ("after:space_full", "田中　太郎　二", "太郎　二"),
        ("after:space_full", "田中　　太郎", "太郎"),
        ("after:space_full", "田中", None),
        ("before:hyphen", "811-4233", "811"),
        ("cut:3-5", "12345678", "345"),
        ("cut:9-", "20261001123045", "123045"),
        ("cut:2-2", "𠮷野家", "野"),
        ("cut:9-", "20261001", None),
        ("const:9", "x", "9"),
        ("ymd", "20240229", "2024-02-29"),
        ("ymd", "20230229", None),
        ("ymd", "00000000", None),
        ("yymm", "202404", "2024-04"),
        ("yymm", "50604", "2024-04"),
        ("yymm", "5.06.04", "2024-04"),
        ("yymm", "202413", None),
        ("year", "2024", "2024"),
        ("year", "506", "2024"),
        ("year", "令和元年度", "2019"),
        ("year", "平成３０年", "2018"),
        ("year", "0000", None),
        ("time", "093015", "09:30:15"),
        ("time", "0930", "09:30:00"),
        ("time", "９：３０", None),
        ("time", "246000", None),
    ],
)
def test_text(transform: str, before: str, after: str | None) -> None:
    assert one(transform, before) == after


ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
DATEISH = st.text("0123456789０５ーｰ元年月日昭和平成令大明治SsHR.-/ 　頃推定不詳春上旬一二十廿", max_size=14)


def arguments(spec: TransformSpec) -> tuple[str, ...]:
    """Arguments the transform takes, one of each kind."""
    free = {spec.argument.count: "3", spec.argument.places: "2-3", spec.argument.free: "x"}
    return spec.argument.choices or (free.get(True, ""),)


NAMES = [f"{spec.name}:{argument}" for spec in TRANSFORMS.values() for argument in arguments(spec)]


@pytest.mark.parametrize("name", NAMES)
@given(texts=st.lists(ANY | DATEISH | st.none(), max_size=8))
@settings(max_examples=25, deadline=None)
def test_total_and_null_stays_null(name: str, texts: list[str | None]) -> None:
    results = apply(name, *texts)
    assert len(results) == len(texts)
    assert all(result is None for text, result in zip(texts, results, strict=True) if text is None)


@pytest.mark.parametrize(
    "name",
    ["strip", "kana_full", "wide", "narrow", "upper", "digits", "strip_zeros", "zero_pad:4", "integer", "hyphen_free",
     "era_date:birth", "era_date:strict", "time", "year"],
)  # fmt: skip
@given(text=ANY | DATEISH)
@settings(max_examples=60, deadline=None)
def test_twice_is_once(name: str, text: str) -> None:
    once = one(name, text)
    assert once is None or one(name, once) == once


@pytest.mark.parametrize("name", [name for name in NAMES if fast_half(name)])
@given(texts=st.lists(ANY | DATEISH | st.from_regex("[+-]?[0-9０-９,ー-]{0,20}[ A]?", fullmatch=True) | st.none()))
@settings(max_examples=60, deadline=None)
def test_the_fast_half_decides_as_the_outcome_does(name: str, texts: list[str | None]) -> None:
    fast = fast_half(name)
    assert fast is not None
    for text, value in zip(texts, fast(pl.Series(texts, dtype=pl.String)).to_list(), strict=True):
        if value is not None:
            assert text is not None
            found = outcome(name, text)
            assert (found.value, found.fault, found.note) == (value, "", "")


@given(text=ANY)
@settings(max_examples=100, deadline=None)
def test_wide_and_kana_full_change_no_other_character(text: str) -> None:
    """What is not ASCII, half-width kana or a yen sign stays, code point by code point: no normalisation of names."""
    other = "".join(sign for sign in text if not (" " <= sign <= "~" or "｡" <= sign <= "ﾟ" or sign == "¥"))
    assert (one("wide", other) or "") == other
    assert (one("kana_full", other) or "") == other


def test_memo_remembers_what_it_met() -> None:
    answers = {"a": Outcome("A"), "b": Outcome(None, fault="だめ"), "c": Outcome("c", note="?")}
    memo = Memo(answers.__getitem__)
    frame = pl.DataFrame({"x": ["a", "b", None, "c", "a"]}).lazy()
    assert frame.select(memo.value(pl.col("x"))).collect()["x"].to_list() == ["A", None, None, "c", "A"]
    assert (set(memo.faults), set(memo.notes), memo.changing) == ({"b"}, {"c"}, True)


def test_a_memo_for_some_texts_leaves_the_others_alone() -> None:
    memo = Memo(lambda text: Outcome(text.replace("〓", "?") if text != "〓" else None), only="〓")
    frame = pl.DataFrame({"x": ["a〓", "〓", None, "b"]}).lazy()
    assert frame.select(memo.value(pl.col("x"))).collect()["x"].to_list() == ["a?", None, None, "b"]


def test_faults_of_a_column_map_name_the_line_and_what_can_be_used() -> None:
    def line(*steps: str, combine: str = "") -> ColumnMap:
        made = tuple(Transform(*step.split(":")) for step in steps)
        return ColumnMap("項目", ("A",), combine, made, line=7)

    columns = [line("stripp"), line("zero_pad"), line("zero_pad:x"), line("era_date:brith"), line("strip:1")]
    columns += [line("cut"), line("cut:5-3")]
    columns += [
        line("join:none"),
        line("strip", "join:none", combine="join"),
        line("join:none", "strip", combine="join"),
    ]
    problems = [str(fault) for fault in transform_faults("m.csv", columns)]
    assert problems == [
        "m.csv 7行 transform: 変換「stripp」はありません → 「strip」ではありませんか",
        "m.csv 7行 transform: zero_pad: 引数がありません → 桁数",
        "m.csv 7行 transform: zero_pad:x: 引数「x」は 1 以上の半角数字ではありません → 桁数",
        "m.csv 7行 transform: era_date:brith: 引数「brith」は使えません（birth、unknown、strict） → "
        "birth＝不詳・暦外日可、unknown＝不詳可、strict＝暦日だけ",
        "m.csv 7行 transform: strip:1: 引数「1」は要りません",
        "m.csv 7行 transform: cut: 引数がありません → 位置",
        "m.csv 7行 transform: cut:5-3: 引数「5-3」は 3-5 や 3- の形（何字目から何字目まで）ではありません → 位置",
        "m.csv 7行 transform: join:none は A+B の先頭の変換としてだけ使えます",
        "m.csv 7行 transform: join:none は A+B の先頭の変換としてだけ使えます",
    ]
