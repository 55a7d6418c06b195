"""Numbers: check digits, lost zeros, spreadsheet damage, masked 個人番号, laws for any text."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from migration.cli import app
from migration.transforms import TRANSFORMS
from migration.transforms.check_digits import digit_of, is_right, surely_right
from migration.transforms.identifiers import IDENTIFIERS
from migration.transforms.references import References
from migration.transforms.spec import Outcome, Prepared
from migration.transforms.spreadsheets import DATE_FAULT, ERROR_FAULT, EXPONENT_FAULT, recovered
from validators.check_digits import KINDS
from validators.check_digits import is_right as is_right_in
from validators.polars_expression import PolarsContext, PolarsEngine

EVEN_PADDED = "先頭に0を補っても検査数字が合いません"
SERIAL_DAY = "表計算ソフトの日付の通し番号かもしれません"
PERHAPS_LOST = "先頭の0が落ちた疑いがあります（引数 pad で補えます）"
O_AND_0 = "英字のO・Iと数字の0・1が入れ替わっていないか確かめてください"


def prepared(name: str, **settings_given: str) -> Prepared:
    name, _, argument = name.partition(":")
    found = TRANSFORMS[name].prepared(References(settings_given), argument)
    assert found is not None
    return found


def ask(name: str, text: str, **settings_given: str) -> Outcome:
    return prepared(name, **settings_given).outcome(text)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("individual_number", "983205673214", "983205673214"),
        ("individual_number", "１２３４−５６７８−９０１８", "123456789018"),
        ("individual_number", "1234 5678 9018", "123456789018"),
        ("corporate_number", "7000012050002", "7000012050002"),
        ("corporate_number", "8700110005901", "8700110005901"),
        ("corporate_number", "7.000012050002E+12", "7000012050002"),
        ("insurer_number", "33120015", "33120015"),
        ("insurer_number", "39131016", "39131016"),
        ("insurer_number", "138016", "138016"),
        ("insurer_number", "１３８０１６", "138016"),
        ("payer_number", "01130012", "01130012"),
        ("payer_number", "1130012.0", "1130012"),
        ("payer_number:pad", "1130012.0", "01130012"),
        ("recipient_number", "", None),
        ("care_number", "Ｈ０００００１２３４", "H000001234"),
        ("care_number:pad", "12345", "0000012345"),
        ("care_insurer", "403831", "403831"),
        ("pension_number", "1234-567890", "1234567890"),
        ("pension_number:hyphen", "１２３４５６７８９０", "1234-567890"),
        ("pension_number:hyphen+pad", "34567890", "0034-567890"),
        ("property_number", "1234567890123", "1234567890123"),
        ("property_number", "'0234567890123", "0234567890123"),
        ("property_number", '="0234567890123"', "0234567890123"),
        ("residence_card", "ａｂ１２３４５６７８ｃｄ", "AB12345678CD"),
        ("serial_number", "0000012345", "0000012345"),
        ("branch_number", "１", "01"),
        ("branch_number", "00", "00"),
        ("insured_symbol", "　岡垣　", "岡垣"),
        ("insured_symbol:half", "　０１Ａ", "01A"),
        ("insured_number", "01-1234-1", "01-1234-01"),
        ("insured_number:番号", "記号01 番号1234（枝番）01", "1234"),
        ("insured_number:枝番", "01・1234", None),
        ("account_number", "123", "0000123"),
        ("account_type", "普通", "1"),
        ("account_type", "０２", "2"),
        ("vehicle_number", "北九州５００あ１２３４", "北九州 500 あ 12-34"),
        ("vehicle_number:一連番号", "北九州 50A あ・・・5", "5"),
        ("vehicle_number", "岡垣町　い　1234", "岡垣町 い 1234"),
        ("vehicle_number:地域名", "岡垣町い1234", "岡垣町"),
    ],
)
def test_right_numbers_are_spelled_one_way(name: str, before: str, after: str | None) -> None:
    found = ask(name, before)
    assert (found.value, found.fault) == (after, "")
    quick = prepared(name).fast
    assert quick is None or quick(pl.Series([before]))[0] in (after, None)


@pytest.mark.parametrize(
    ("name", "text", "rule", "fault"),
    [
        ("corporate_number", "7000012050003", "NUM-01", "法人番号の検査数字が合いません"),
        ("corporate_number", "700001205000", "NUM-03", f"法人番号は13桁ですが12桁です。{EVEN_PADDED}"),
        ("corporate_number", "7.00E+12", "NUM-02", f"法人番号: {EXPONENT_FAULT}"),
        ("insurer_number", "2-Mar", "NUM-02", f"保険者番号: {DATE_FAULT}"),
        ("insurer_number", "44256", "NUM-03", f"保険者番号は8・6桁ですが5桁です。{EVEN_PADDED}。{SERIAL_DAY}"),
        ("pension_number", "34567890", "NUM-03", f"基礎年金番号は10桁ですが8桁です。{PERHAPS_LOST}"),
        ("pension_number", "12345678901", "NUM-03", "基礎年金番号は10桁ですが11桁です"),
        ("property_number", "#######", "NUM-02", f"不動産番号: {ERROR_FAULT}"),
        ("care_number", "X000001234", "NUM-03", "介護保険の被保険者番号に使えない文字があります"),
        ("residence_card", "AB1234567CD", "NUM-03", "在留カード番号は英字2・数字8・英字2の12桁です"),
        ("residence_card", "AB1234567OCD", "NUM-03", f"在留カード番号は英字2・数字8・英字2の12桁です。{O_AND_0}"),
        ("serial_number", "1234567890123456", "NUM-03", "宛名番号・世帯番号は英数字15桁までです"),
        ("branch_number", "123", "NUM-03", "枝番は2桁の数字です"),
        ("account_type", "3", "COM-20", "預金種目は 1（普通）、2（当座）、4（貯蓄）、9（その他） のどれかです"),
    ],
)
def test_wrong_numbers_say_what_is_wrong(name: str, text: str, rule: str, fault: str) -> None:
    found = ask(name, text)
    assert (found.value, found.fault, found.rule or TRANSFORMS[name].rule) == (None, fault, rule)


def test_lost_zeros_are_proposed_and_filled_only_when_asked() -> None:
    doubt = ask("insurer_number", "1130012")
    assert (doubt.value, doubt.rule) == ("1130012", "NUM-03")
    assert doubt.note == (
        "保険者番号は8・6桁ですが7桁です。先頭の0が1つ落ちた疑いがあります。"
        "補うと検査数字が合います（引数 pad で補えます）"
    )
    assert ask("insurer_number:pad", "1130012") == Outcome("01130012", flags=("先頭の0を補完",))
    assert ask("serial_number:10", "12345").note == "先頭の0が5つ落ちた疑いがあります（zero_pad:10 で補えます）"
    assert ask("serial_number:10", "12345").value == "12345"


def test_a_wrong_check_digit_of_an_old_serial_number_is_no_error() -> None:
    """1234567: 6·2+5·3+4·4+3·5+2·6+1·7 = 77, 77 mod 11 = 0 → 0, not 7. 1234560 is right."""
    assert ask("serial_number", "1234560") == Outcome("1234560")
    assert ask("serial_number", "1234567") == Outcome("1234567", flags=("検査数字不一致",))


def test_remainder_one_is_a_setting() -> None:
    """Body 6: 6·2 = 12, remainder 1. The text of the standard does not say what it gives: 0 as elsewhere, or unused."""
    assert ask("serial_number", "60") == Outcome("60")
    found = ask("serial_number", "60", serial_remainder_one="unused")
    assert found == Outcome("60", flags=("検査数字不一致",))


@pytest.mark.parametrize(
    ("text", "value"), [("123456789018", "123456789018"), ("123456789012", None), ("1.23456789018E+11", "123456789018")]
)
def test_hard_case_42_individual_numbers_are_checked(text: str, value: str | None) -> None:
    assert ask("individual_number", text).value == value


@pytest.mark.parametrize(
    "text", ["123456789018", "123456789012", "12345678901", "1.29E+11", "1234567890188", "O23456789018"]
)
def test_hard_case_42_individual_numbers_are_never_shown(text: str) -> None:
    found = ask("individual_number", text)
    assert text not in found.fault + found.note + found.rule
    assert not any(run in found.fault + found.note for run in ("123456", "567890"))
    shown = CliRunner().invoke(app, ["transform", "individual_number", text])
    assert shown.exit_code == 0
    line = json.loads(shown.stdout)
    assert line["input"] == "************"
    assert line["output"] == ("************" if found.value else None)
    assert text not in shown.stdout
    chained = CliRunner().invoke(app, ["transform", "strip individual_number digits", text])
    assert text not in chained.stdout


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("1,234,567", "1234567"), ("12.0", "12"), ("1.5E+1", "15"), ("1.50E+1", "15"), ("1.2E+11", None),
        ("Mar-02", None), ("2026/3/4", None), ("3月2日", None), ("2026-03-04", None), ("#N/A", None), ("12.5", "12.5"),
    ],
)  # fmt: skip
def test_spreadsheet_damage(text: str, after: str | None) -> None:
    found = recovered(text)
    assert (found.text if not found.fault else None) == after


@pytest.mark.parametrize("kind", KINDS)
@given(
    numbers=st.lists(
        st.one_of(
            st.from_regex("[0-9]{1,18}", fullmatch=True), st.sampled_from(["", "+12345678901", "１２", "-1", "a1"])
        ),
        max_size=20,
    )
)
@settings(max_examples=40, deadline=None)
def test_one_meaning_of_every_check_digit(kind: str, numbers: list[str]) -> None:
    """Texts at hand, whole columns and the rules' engine agree; every body has exactly one right digit."""
    bodies = [number for number in numbers if number.isdigit() and number.isascii()]
    length = {"kojin": 11, "juminhyo": 10, "hojin": 12, "shichoson": 5}.get(kind)
    if length:
        bodies = [body[:length].rjust(length, "0") for body in bodies]
    bodies = [body[:17] for body in bodies]
    made = [digit_of(body, kind) + body if kind == "hojin" else body + digit_of(body, kind) for body in bodies]
    texts = pl.Series([*numbers, *made], dtype=pl.String)
    plain = [is_right(text, kind) for text in texts]
    frame = pl.DataFrame({"x": texts})
    rule = frame.select(is_right_in(pl.col("x"), kind, PolarsEngine(PolarsContext()))).to_series()
    assert plain == rule.to_list() == surely_right(texts, kind).to_list()
    assert all(plain[len(numbers) :])


ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
NUMBERISH = st.text("0123456789０５ーｰ-－ 　.,E+/()'\"=年月日#HO一", max_size=18)
DIGITS = st.from_regex("[0-9]{3,14}", fullmatch=True)
LAWFUL = [spec.name for spec in IDENTIFIERS] + [
    "digits", "strip_zeros", "zero_pad:4", "integer", "hyphen_free", "account_number", "account_type",
    "branch_number", "insured_symbol", "insured_number", "vehicle_number", "serial_number:10", "insurer_number:pad",
    "pension_number:hyphen",
]  # fmt: skip


@pytest.mark.parametrize("name", LAWFUL)
@given(text=ANY | NUMBERISH | DIGITS)
@settings(max_examples=60, deadline=None)
def test_total_and_twice_is_once(name: str, text: str) -> None:
    made = prepared(name)
    found = made.outcome(text)
    assert found.value != ""
    assert not (found.fault and found.value)
    assert found.value is None or made.outcome(found.value).value == found.value
    quick = made.fast(pl.Series([text], dtype=pl.String))[0] if made.fast else None
    assert quick is None or (quick, found.fault, found.note, found.flags) == (found.value, "", "", ())


@pytest.mark.parametrize("name", ["strip_zeros", "hyphen_free", "zero_pad:4"])
@pytest.mark.parametrize("text", ["0 0", "0 0a", "0ｰ−ー11ー(", "0 )", "1(ｰ2　a", "ー0", "０ーｰ2"])
def test_texts_that_once_needed_a_second_pass(name: str, text: str) -> None:
    once = ask(name, text).value
    assert once is not None
    assert ask(name, once).value == once


@given(text=st.from_regex("[1-9][0-9]{0,12}", fullmatch=True), width=st.integers(1, 15))
@settings(max_examples=60, deadline=None)
def test_padding_loses_nothing(text: str, width: int) -> None:
    padded = ask(f"zero_pad:{width}", text).value
    assert padded is not None
    assert len(padded) == max(width, len(text))
    assert ask("strip_zeros", padded).value == text
