"""Transforms: text before → text after, written out; laws for any text."""

from __future__ import annotations

import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.model import ColumnMap, Transform
from migration.transforms import TRANSFORMS, transform_faults
from migration.transforms.compact_dates import compact_dates
from migration.transforms.memo import Memo
from migration.transforms.spec import Outcome


def apply(name: str, *texts: str | None) -> list[str | None]:
    """The transform over a column, as convert runs it."""
    name, _, argument = name.partition(":")
    spec = TRANSFORMS[name]
    frame = pl.DataFrame({"x": pl.Series(texts, dtype=pl.String)}).lazy()
    if spec.native is not None:
        value = spec.native(pl.col("x"), argument)
    else:
        assert spec.outcome is not None
        asked, fast = spec.outcome, spec.fast
        quick = (lambda column: fast(column, argument)) if fast else None
        value = Memo(lambda text: asked(text, argument), spec.only, quick).value(pl.col("x"))
    return frame.select(value.alias("y")).collect(engine="streaming")["y"].to_list()


def one(name: str, text: str) -> str | None:
    return apply(name, text)[0]


def outcome(name: str, text: str) -> Outcome:
    name, _, argument = name.partition(":")
    spec = TRANSFORMS[name]
    assert spec.outcome is not None
    return spec.outcome(text, argument)


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


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("3450301", "1970-03-01"),
        ("S450301", "1970-03-01"),
        ("s450301", "1970-03-01"),
        ("S45.03.01", "1970-03-01"),
        ("Ｓ４５．３．１", "1970-03-01"),
        ("昭45.3.1", "1970-03-01"),
        ("昭和45年3月1日", "1970-03-01"),
        ("昭和四十五年三月一日", "1970-03-01"),
        ("昭和四五年〇三月廿一日", "1970-03-21"),
        ("令和元年５月１日", "2019-05-01"),
        ("５０１０５０１", "2019-05-01"),
        ("19700301", "1970-03-01"),
        ("1970-03-01", "1970-03-01"),
        ("1970/03/01", "1970-03-01"),
        ("1970.3.1", "1970-03-01"),
        ("大正15年12月25日", "1926-12-25"),
        ("昭和元年12月25日", "1926-12-25"),
        ("2151225", "1926-12-25"),
        ("3011225", "1926-12-25"),
        ("明治45年7月30日", "1912-07-30"),
        ("1450730", "1912-07-30"),
        ("大正元年7月30日", "1912-07-30"),
        ("昭和64年1月7日", "1989-01-07"),
        ("平成元年1月8日", "1989-01-08"),
        ("明治6年1月1日", "1873-01-01"),
        ("20240229", "2024-02-29"),
    ],
)
def test_every_legacy_form_of_a_real_date(text: str, date: str) -> None:
    for allowed in ("birth", "unknown", "strict"):
        assert outcome(f"era_date:{allowed}", text) == Outcome(date)
        assert one(f"era_date:{allowed}", text) == date
    assert one("era_unknown_text", text) is None


@pytest.mark.parametrize("text", ["0", "0000000", "00000000", "9999999", "99999999", "9999-99-99", " ", "　　", ""])
def test_sentinels_mean_nothing(text: str) -> None:
    assert outcome("era_date:birth", text) == Outcome(None)
    assert outcome("era_date:strict", text) == Outcome(None)
    assert one("era_unknown_text", text) is None


@pytest.mark.parametrize(
    ("text", "date", "note"),
    [
        ("昭和64年1月8日", "1989-01-08", "昭和の期間から外れています"),
        ("3640108", "1989-01-08", "昭和の期間から外れています"),
        ("平成31年5月1日", "2019-05-01", "平成の期間から外れています"),
        ("昭和元年12月24日", "1926-12-24", "昭和の期間から外れています"),
        ("明治5年12月2日", "1872-12-31", "旧暦の日付です（改暦の前日まで）"),
    ],
)
def test_doubtful_dates_are_converted_and_noted(text: str, date: str, note: str) -> None:
    assert outcome("era_date:strict", text) == Outcome(date, note=note)
    assert one("era_date:strict", text) == date


@pytest.mark.parametrize(
    ("text", "date", "unknown_text"),
    [
        ("3200000", "1945-00-00", "昭和２０年月日不詳"),
        ("S200000", "1945-00-00", "昭和２０年月日不詳"),
        ("3209999", "1945-00-00", "昭和２０年月日不詳"),
        ("3201200", "1945-12-00", "昭和２０年１２月日不詳"),
        ("5010000", "2019-00-00", "令和元年月日不詳"),
        ("19450000", "1945-00-00", "１９４５年月日不詳"),
        ("1945-00-00", "1945-00-00", "１９４５年月日不詳"),
        ("1945-A1-00", "1945-A1-00", "１９４５年春"),
        ("0000-00-00", "0000-00-00", "年月日不詳"),
        ("年月日不詳", "0000-00-00", "年月日不詳"),
        ("不明", "0000-00-00", "不明"),
        ("昭和２０年（以下不詳）", "1945-00-00", "昭和２０年（以下不詳）"),
        ("昭和20年月日不詳", "1945-00-00", "昭和２０年月日不詳"),
        ("昭和20年12月日不詳", "1945-12-00", "昭和２０年１２月日不詳"),
        ("昭和20年春", "1945-A1-00", "昭和２０年春"),
        ("昭和20年12月下旬", "1945-12-A3", "昭和２０年１２月下旬"),
        ("昭和20年3月1日頃", "1945-03-01", "昭和２０年３月１日頃"),
        ("推定昭和20年3月", "1945-03-00", "推定昭和２０年３月"),
    ],
)
def test_what_is_not_known_is_encoded_and_kept_in_words(text: str, date: str, unknown_text: str) -> None:
    assert outcome("era_date:birth", text) == Outcome(date)
    assert outcome("era_date:unknown", text) == Outcome(date)
    assert outcome("era_date:strict", text).fault == "不詳の日付ですが、この項目には不詳を入れられません"
    assert one("era_unknown_text", text) == unknown_text


def test_days_outside_the_calendar_only_for_births() -> None:
    assert outcome("era_date:birth", "昭和50年2月29日") == Outcome("1975-02-29")
    assert outcome("era_date:birth", "3500229") == Outcome("1975-02-29")
    for allowed in ("strict", "unknown"):
        assert outcome(f"era_date:{allowed}", "昭和50年2月29日") == Outcome(None, fault="暦にない日付です")
    assert outcome("era_date:birth", "3501332").fault == "13月はありません"
    assert outcome("era_date:birth", "3501232").fault == "32日はありません"


@pytest.mark.parametrize(
    "text",
    [
        "明治5年12月3日",
        "明治4年1月1日",
        "昭和0年3月1日",
        "6010101",
        "450301",
        "25569",
        "abc",
        "昭和",
        "3200015",
        "18000101",
    ],
)
def test_what_says_no_date_is_a_fault(text: str) -> None:
    found = outcome("era_date:birth", text)
    assert found.value is None
    assert found.fault
    assert one("era_date:birth", text) is None


def test_the_fast_path_and_the_reader_agree_on_every_day() -> None:
    """Every EYYMMDD and YYYYMMDD: where the fast path answers, the reader gives the same; and it answers real days."""
    texts = [f"{era}{year:02}{month:02}{day:02}" for era in range(1, 6) for year in (0, 1, 15, 31, 45, 64, 99)
             for month in range(14) for day in range(33)]  # fmt: skip
    start = datetime.date(1872, 12, 1)
    texts += [(start + datetime.timedelta(n * 7)).strftime("%Y%m%d") for n in range(12_000)]
    texts += ["18721231", "18730101", "20991231", "21000101", "19750229", "+3450301", " 3450301", "-3450301"]
    quick = compact_dates(pl.Series(texts)).to_list()
    asked = {text: outcome("era_date:strict", text) for text in texts}
    for text, value in zip(texts, quick, strict=True):
        if value is not None:
            assert asked[text] == Outcome(value), text
        else:
            plain = asked[text].value is not None and not asked[text].note
            assert not plain or text in ("18721231", "21000101", " 3450301") or text < "18730101" or text > "21", text


ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
DATEISH = st.text("0123456789０５ーｰ元年月日昭和平成令大明治SsHR.-/ 　頃推定不詳春上旬一二十廿", max_size=14)
NAMES = [
    f"{spec.name}:{argument}"
    for spec in TRANSFORMS.values()
    for argument in (spec.argument.choices or ("3" if spec.argument.count else "x" if spec.argument.free else "",))
]


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


@pytest.mark.parametrize("name", [name for name in NAMES if TRANSFORMS[name.partition(":")[0]].fast])
@given(texts=st.lists(ANY | DATEISH | st.from_regex("[+-]?[0-9０-９,ー-]{0,20}[ A]?", fullmatch=True) | st.none()))
@settings(max_examples=60, deadline=None)
def test_the_fast_half_decides_as_the_outcome_does(name: str, texts: list[str | None]) -> None:
    name, _, argument = name.partition(":")
    fast = TRANSFORMS[name].fast
    assert fast is not None
    for text, value in zip(texts, fast(pl.Series(texts, dtype=pl.String), argument).to_list(), strict=True):
        assert value is None or (text is not None and outcome(f"{name}:{argument}", text) == Outcome(value))


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
        "m.csv 7行 transform: join:none は A+B の先頭の変換としてだけ使えます",
        "m.csv 7行 transform: join:none は A+B の先頭の変換としてだけ使えます",
    ]
