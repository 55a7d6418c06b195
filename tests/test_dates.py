"""Legacy dates through the public transforms: text before → DATE, flags and findings after, written out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from mappings import loading
from mappings.errors import MappingError
from migration.cli import app
from migration.transforms import SETTINGS, TRANSFORMS
from migration.transforms.numerals import arabic
from migration.transforms.references import References
from migration.transforms.spec import Outcome
from validators.dates import unknown_date, written_date, ymd
from validators.polars_expression import PolarsContext, PolarsEngine

IMI = Path(__file__).parents[2] / "shared/data/corpora/imi-date"
NO_UNKNOWN = "不詳の日付ですが、この項目には不詳を入れられません"


def outcome(step: str, text: str, **town: str) -> Outcome:
    name, _, argument = step.partition(":")
    prepared = TRANSFORMS[name].prepared(References(town), argument)
    assert prepared is not None
    return prepared.outcome(text)


def value(step: str, text: str, **town: str) -> str | None:
    return outcome(step, text, **town).value


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("3450301", "1970-03-01"),
        ("S450301", "1970-03-01"),
        ("s450301", "1970-03-01"),
        ("ｓ４５０３０１", "1970-03-01"),
        ("S45.03.01", "1970-03-01"),
        ("s45.3.1", "1970-03-01"),
        ("Ｓ４５．３．１", "1970-03-01"),
        ("S.45.3.1", "1970-03-01"),
        ("S45-3-1", "1970-03-01"),
        ("S45/3/1", "1970-03-01"),
        ("Ｓ４５／３／１", "1970-03-01"),
        ("S45−3−1", "1970-03-01"),
        ("昭45.3.1", "1970-03-01"),
        ("昭45・3・1", "1970-03-01"),
        ("昭和450301", "1970-03-01"),
        ("3.45.3.1", "1970-03-01"),
        ("345.3.1", "1970-03-01"),
        ("03450301", "1970-03-01"),
        ("3 450301", "1970-03-01"),
        ("S 5. 3. 1", "1930-03-01"),
        ("S 5 3 1", "1930-03-01"),
        ("3 5 3 1", "1930-03-01"),
        ("1970 3 1", "1970-03-01"),
        ("1970 03 01", "1970-03-01"),
        ("昭和45年3月1日", "1970-03-01"),
        ("昭和45年 3月 1日", "1970-03-01"),
        ("昭和　４５年　３月　１日", "1970-03-01"),
        ("昭和45年03月01日", "1970-03-01"),
        ("昭和四十五年三月一日", "1970-03-01"),
        ("昭和四五年〇三月廿一日", "1970-03-21"),
        ("昭和四拾五年参月壱日", "1970-03-01"),
        ("昭和二○年一二月卅一日", "1945-12-31"),
        ("昭和45年3月1日生", "1970-03-01"),
        ("昭和45年（1970年）3月1日", "1970-03-01"),
        ("1970年(昭和45年)3月1日", "1970-03-01"),
        ("昭和45(1970)年3月1日", "1970-03-01"),
        ("令和元年５月１日", "2019-05-01"),
        ("令和1年5月1日", "2019-05-01"),
        ("令元.5.1", "2019-05-01"),
        ("㋿元年5月1日", "2019-05-01"),
        ("R元.5.1", "2019-05-01"),
        ("令和元ねん五がつ一にち", "2019-05-01"),
        ("５０１０５０１", "2019-05-01"),
        ("19700301", "1970-03-01"),
        ("019700301", "1970-03-01"),
        ("1970-03-01", "1970-03-01"),
        ("1970/03/01", "1970-03-01"),
        ("1970/3/1", "1970-03-01"),
        ("1970.3.1", "1970-03-01"),
        ("１９７０／３／１", "1970-03-01"),
        ("1970ー3ー1", "1970-03-01"),
        ("西暦1970年3月1日", "1970-03-01"),
        ("1970年3月1日（日）", "1970-03-01"),
        ("1970年3月1日 日曜日", "1970-03-01"),
        ("1970-03-01 (Sun)", "1970-03-01"),
        ("二〇二四年一月五日", "2024-01-05"),
        ("2024-01-05 00:00:00", "2024-01-05"),
        ("2024-01-05 00:00:00.000", "2024-01-05"),
        ("2024/1/5 0:00", "2024-01-05"),
        ("2024-01-05T00:00:00", "2024-01-05"),
        ("2024-01-05T00:00:00+09:00", "2024-01-05"),
        ("20240105000000", "2024-01-05"),
        ("\uf9a8和6年㋀㏤", "2024-01-05"),
        ("2024/01/05（金）00:00", "2024-01-05"),
        ("2024-01-05 00:00:00+09", "2024-01-05"),
        ("3450301.0", "1970-03-01"),
        ("'3450301", "1970-03-01"),
        ('"1970-03-01"', "1970-03-01"),
        ("（昭和45年3月1日）", "1970-03-01"),
        ("昭和64年1月7日", "1989-01-07"),
        ("平成元年1月8日", "1989-01-08"),
        ("平成31年4月30日", "2019-04-30"),
        ("明治6年1月1日", "1873-01-01"),
        ("明治33年1月1日", "1900-01-01"),
        ("20240229", "2024-02-29"),
    ],
)
def test_every_legacy_form_of_a_real_date(text: str, date: str) -> None:
    for allowed in ("birth", "unknown", "strict"):
        assert outcome(f"era_date:{allowed}", text) == Outcome(date)
    assert value("era_unknown_text", text) is None
    assert value("era_unknown_flag", text) == "0"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-01-05 12:34:56", "2024-01-05"),
        ("20240105123456", "2024-01-05"),
        ("令和6年1月5日午後3時20分", "2024-01-05"),
        ("令和6年1月5日 正午", "2024-01-05"),
        ("2024-01-05T12:00:00Z", "2024-01-05"),
    ],
)
def test_a_time_of_day_is_left_out_and_flagged(text: str, date: str) -> None:
    assert outcome("era_date", text) == Outcome(date, flags=("時刻あり",))


def test_doubts_about_weekday_and_zone_are_findings() -> None:
    assert outcome("era_date", "2024年1月5日（木）") == Outcome("2024-01-05", note="曜日が日付と合いません")
    late = outcome("era_date", "2024-01-05T15:00:00Z")
    assert (late.value, late.note) == ("2024-01-05", "時刻が日本時間ではなく、日本では別の日になります")


@pytest.mark.parametrize(
    "text",
    ["0", "000000", "0000000", "00000000", "0000/00/00", "0/0/0", "999999", "9999999", "99999999", "999999999",
     "9999-99-99", "9999/99/99", "9999-12-31", "99991231", "9999年12月31日", "2999-12-31", "29991231", "2999/12/31",
     "0001-01-01", "0001/1/1 0:00:00", "5991231", "4999999", "S99.12.31", "年　月　日", "  .  .  ", "    /  /  "],
)  # fmt: skip
def test_sentinels_mean_nothing_and_are_flagged(text: str) -> None:
    for step in ("era_date:birth", "era_date:strict"):
        assert outcome(step, text) == Outcome(None, flags=("番兵値",))
    assert value("era_unknown_text", text) is None
    assert value("era_unknown_flag", text) is None


@pytest.mark.parametrize("text", ["", " ", "　　", "\t"])
def test_blank_is_no_date_and_no_flag(text: str) -> None:
    assert outcome("era_date:strict", text) == Outcome(None)


@pytest.mark.parametrize("text", ["1900-01-01", "19000101", "1900/1/1", "1900年1月1日", "1900-01-01 00:00:00"])
def test_a_sentinel_that_may_be_a_day_is_a_finding_too(text: str) -> None:
    found = outcome("era_date:birth", text)
    assert (found.value, found.flags) == (None, ("番兵値",))
    assert found.note.startswith("1900-01-01 は日付がないことを表す値とみて空にしました")


def test_a_town_adds_sentinels_and_values_that_mean_unknown() -> None:
    town = {"date_sentinels": "18991230, 1990/01/01", "date_unknown_values": "8888888 9999999"}
    for text in ("18991230", "1990/01/01", "１９９０／０１／０１"):
        assert outcome("era_date", text, **town) == Outcome(None, flags=("番兵値",))
        assert outcome("era_date", text).value is not None
    assert outcome("era_date:birth", "9999999", **town) == Outcome("0000-00-00", flags=("不詳",))
    assert outcome("era_date", "8888888", **town).fault == NO_UNKNOWN
    prepared = TRANSFORMS["era_date"].prepared(References(town), "")
    assert prepared is not None
    assert prepared.fast is not None
    assert prepared.fast(pl.Series(["18991230", "19900101", "19900102"])).to_list() == [
        None,
        "1990-01-01",
        "1990-01-02",
    ]


@pytest.mark.parametrize(
    ("text", "date", "words"),
    [
        ("3200000", "1945-00-00", "昭和２０年月日不詳"),
        ("S200000", "1945-00-00", "昭和２０年月日不詳"),
        ("3209999", "1945-00-00", "昭和２０年月日不詳"),
        ("3201200", "1945-12-00", "昭和２０年１２月日不詳"),
        ("S20.12.0", "1945-12-00", "昭和２０年１２月日不詳"),
        ("S20.12", "1945-12-00", "昭和２０年１２月日不詳"),
        ("S2012", "1945-12-00", "昭和２０年１２月日不詳"),
        ("5010000", "2019-00-00", "令和元年月日不詳"),
        ("4300000", "2018-00-00", "平成３０年月日不詳"),
        ("S000000", "0000-00-00", "昭和年月日不詳"),
        ("19450000", "1945-00-00", "１９４５年月日不詳"),
        ("1945-12", "1945-12-00", "１９４５年１２月日不詳"),
        ("1945-00-00", "1945-00-00", "１９４５年月日不詳"),
        ("1945-A1-00", "1945-A1-00", "１９４５年春"),
        ("0000-00-00", "0000-00-00", "年月日不詳"),
        ("年月日不詳", "0000-00-00", "年月日不詳"),
        ("生年月日不詳", "0000-00-00", "生年月日不詳"),
        ("昭和年月日不詳", "0000-00-00", "昭和年月日不詳"),
        ("不明", "0000-00-00", "不明"),
        ("年不詳3月1日", "0000-00-00", "年不詳３月１日"),
        ("昭和２０年（以下不詳）", "1945-00-00", "昭和２０年（以下不詳）"),
        ("昭和20年月日不詳", "1945-00-00", "昭和２０年月日不詳"),
        ("昭和20年  月  日", "1945-00-00", "昭和２０年　　月　　日"),
        ("昭和20年12月日不詳", "1945-12-00", "昭和２０年１２月日不詳"),
        ("昭和20年12月不詳日", "1945-12-00", "昭和２０年１２月不詳日"),
        ("昭和20年春", "1945-A1-00", "昭和２０年春"),
        ("昭和20年初春", "1945-A1-00", "昭和２０年初春"),
        ("昭和20年冬頃", "1945-A4-00", "昭和２０年冬頃"),
        ("昭和20年12月上旬", "1945-12-A1", "昭和２０年１２月上旬"),
        ("昭和20年12月中旬頃", "1945-12-A2", "昭和２０年１２月中旬頃"),
        ("昭和20年12月下旬", "1945-12-A3", "昭和２０年１２月下旬"),
        ("昭和20年12月末頃", "1945-12-00", "昭和２０年１２月末頃"),
        ("昭和20年頃", "1945-00-00", "昭和２０年頃"),
        ("昭和20年3月ごろ", "1945-03-00", "昭和２０年３月ごろ"),
        ("昭和20年3月1日頃", "1945-03-01", "昭和２０年３月１日頃"),
        ("推定昭和20年3月1日", "1945-03-01", "推定昭和２０年３月１日"),
        ("推定昭和20年3月", "1945-03-00", "推定昭和２０年３月"),
        ("昭和20年3月1日（推定）", "1945-03-01", "昭和２０年３月１日（推定）"),
        ("昭和20年3月1日から10日頃までの間", "1945-03-00", "昭和２０年３月１日から１０日頃までの間"),
        ("推定昭和20年3月1日から10日までの間", "1945-03-00", "推定昭和２０年３月１日から１０日までの間"),
        ("昭和20年3月1日頃から10日頃までの間", "1945-03-00", "昭和２０年３月１日頃から１０日頃までの間"),
        ("昭和20年3月1日から同月10日頃までの間", "1945-03-00", "昭和２０年３月１日から同月１０日頃までの間"),
        ("昭和20年3月下旬から4月上旬頃までの間", "1945-00-00", "昭和２０年３月下旬から４月上旬頃までの間"),
        ("昭和20年夏から秋までの間", "1945-00-00", "昭和２０年夏から秋までの間"),
        ("昭和20年3月1日から昭和21年4月2日までの間", "0000-00-00", "昭和２０年３月１日から昭和２１年４月２日までの間"),
    ],
)
def test_what_is_not_known_is_encoded_and_kept_in_words(text: str, date: str, words: str) -> None:
    assert outcome("era_date:birth", text) == Outcome(date, flags=("不詳",))
    assert outcome("era_date:unknown", text) == Outcome(date, flags=("不詳",))
    assert outcome("era_date:strict", text) == Outcome(None, fault=NO_UNKNOWN, flags=("不詳",))
    assert value("era_unknown_text", text) == words
    assert value("era_unknown_flag", text) == "1"
    assert value("era_date:birth", text, unknown_dates="null") is None
    assert outcome("era_date:birth", text, unknown_dates="null").flags == ("不詳",)


@pytest.mark.parametrize(
    ("text", "gif", "gif2021"),
    [
        ("年月日不詳", "9999-99-99", "9999-99-99"),
        ("3200000", "1945-99-99", "1945-99-99"),
        ("昭和20年12月日不詳", "1945-12-99", "1945-12-99"),
        ("昭和20年春", "1945-A1-99", "1945-10-99"),
        ("昭和20年晩秋", "1945-D3-99", "1945-30-99"),
        ("昭和20年12月下旬", "1945-12-30", "1945-12-30"),
        ("昭和20年3月1日頃", "1945-03-01", "1945-03-01"),
        ("昭和20年3月1日", "1945-03-01", "1945-03-01"),
    ],
)
def test_the_encoding_of_what_is_not_known_is_the_towns(text: str, gif: str, gif2021: str) -> None:
    for profile, date in (("gif", gif), ("gif2021", gif2021)):
        assert value("era_date:birth", text, unknown_dates=profile) == date
        assert value("era_date:birth", date, unknown_dates=profile) == date


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("450301", "6桁の数字だけ"),
        ("202404", "6桁の数字だけ"),
        ("45123", "5桁の数字だけ"),
        ("45.3.1", "年が2桁以下で元号がない"),
        ("45/03/01", "年が2桁以下で元号がない"),
        ("12.3.4", "年が2桁以下で元号がない"),
        ("45年3月1日", "年が2桁以下で元号がない"),
        ("3/1/1970", "年が最後"),
        ("S50301", "年・月・日の切れ目"),
        ("6010101", "元号コード"),
        ("0450301", "世紀が決まりません"),
        ("昭和145年3月1日", "昭和145年はありません"),
        ("昭和45年（1971年）3月1日", "食い違って"),
        ("昭和0年3月1日", "昭和に 0 年はありません"),
        ("3501332", "13月はありません"),
        ("3501232", "32日はありません"),
        ("3200015", "月が分からないのに日"),
        ("昭和45年閏3月1日", "閏月がある"),
        ("0000-03-01", "年が 0000"),
        ("18000101", "1868〜2999 の外"),
        ("昭和20年3月10日から3月1日までの間", "期間の終わり"),
        ("abc", "日付として読めません"),
        ("昭和", "日付として読めません"),
        ("慶応3年1月1日", "日付として読めません"),
    ],
)
def test_what_says_no_one_date_is_a_finding_and_never_a_guess(text: str, fault: str) -> None:
    for allowed in ("birth", "strict"):
        found = outcome(f"era_date:{allowed}", text)
        assert found.value is None
        assert fault in found.fault
    assert value("era_unknown_text", text) is None
    assert value("era_unknown_flag", text) is None


def test_a_vendor_has_its_own_era_codes() -> None:
    codes = "明6大7昭8平9令A西0不X"
    assert value("era_date", "8450301", era_codes=codes) == "1970-03-01"
    assert value("era_date", "A060105", era_codes=codes) == "2024-01-05"
    assert value("era_date", "019700301", era_codes=codes) == "1970-03-01"
    assert outcome("era_date", "3450301", era_codes=codes).fault
    assert value("era_date:birth", "X000000", era_codes=codes) == "0000-00-00"
    assert "元号が不明" in outcome("era_date:birth", "X450301", era_codes=codes).fault
    assert "4桁ではない" in outcome("era_date", "0700301", era_codes=codes).fault
    with pytest.raises(MappingError, match="元号コードとして読めません"):
        outcome("era_date", "3450301", era_codes="12345")


def test_a_map_names_the_codes_of_one_column() -> None:
    step = "era_sign:明4大5昭6平7令8西0不9"
    for text, date in (("6450301", "1970-03-01"), ("８０６０１０５", "2024-01-05"), ("019700301", "1970-03-01")):
        assert value("era_date", str(value(step, text))) == date
    assert value(step, "9000000") == "不明000000"
    assert value("era_date:birth", "不明000000") == "0000-00-00"
    assert value(step, "S450301") == "S450301"
    assert "の形ではありません" in outcome("era_sign:4567", "6450301").fault


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("60", None, "1904-03-01"),
        ("59", "1900-02-28", "1904-02-29"),
        ("61", "1900-03-01", "1904-03-02"),
        ("25569", "1970-01-01", "1974-01-02"),
        ("45296", "2024-01-05", "2028-01-06"),
        ("４５２９６", "2024-01-05", "2028-01-06"),
        ("45296.0", "2024-01-05", "2028-01-06"),
        ("0", None, "1904-01-01"),
        ("2024/1/5", "2024-01-05", "2024-01-05"),
        ("R6.1.5", "2024-01-05", "2024-01-05"),
        ("3450301", "1970-03-01", "1970-03-01"),
        ("450301", None, None),
    ],
)
def test_excel_serials(text: str, before: str | None, after: str | None) -> None:
    assert value("excel_date", text) == value("excel_date:1900", text) == before
    assert value("excel_date:1904", text) == after


def test_excel_oddities_are_told() -> None:
    assert outcome("excel_date", "60").fault == "Excel の通し番号 60 は、暦にない 1900年2月29日 です"
    assert outcome("excel_date", "0") == Outcome(None, flags=("番兵値",))
    assert outcome("excel_date", "45296.75") == Outcome("2024-01-05", flags=("時刻あり",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1970-03-01", "昭和45年3月1日"),
        ("2019-05-01", "令和元年5月1日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("大正15年12月25日", "大正15年12月25日"),
        ("2151225", "大正15年12月25日"),
        ("1912-07-30", "大正元年7月30日"),
        ("明治45.7.30", "明治45年7月30日"),
        ("1872-12-31", "明治5年12月2日"),
        ("1870-11-27", "明治3年閏10月5日"),
        ("昭和50年2月29日", "昭和50年2月29日"),
        ("1975-02-29", "昭和50年2月29日"),
        ("1945-00-00", "1945年月日不詳"),
        ("3200000", "昭和20年月日不詳"),
        ("昭和20年3月1日頃", "昭和20年3月1日頃"),
        ("9999-12-31", None),
        ("abc", None),
    ],
)
def test_wareki_of_a_date_keeps_the_era_it_was_written_in(text: str, words: str | None) -> None:
    assert value("wareki", text) == words


def test_hard_case_18_the_day_of_a_change_belongs_to_both_eras() -> None:
    for text in ("大正15年12月25日", "昭和元年12月25日", "2151225", "3011225"):
        assert outcome("era_date:strict", text) == Outcome("1926-12-25")
    assert value("wareki", "大正15年12月25日") == "大正15年12月25日"
    assert value("wareki", "昭和元年12月25日") == "昭和元年12月25日"


def test_hard_case_19_the_last_day_of_meiji() -> None:
    for text in ("明治45年7月30日", "1450730", "M45.7.30", "大正元年7月30日"):
        assert outcome("era_date:strict", text) == Outcome("1912-07-30")


@pytest.mark.parametrize(
    ("text", "date", "era"),
    [
        ("昭和64年1月8日", "1989-01-08", "昭和"),
        ("3640108", "1989-01-08", "昭和"),
        ("平成31年5月1日", "2019-05-01", "平成"),
        ("平成36年1月5日", "2024-01-05", "平成"),
        ("昭和元年12月24日", "1926-12-24", "昭和"),
        ("大正元年7月29日", "1912-07-29", "大正"),
    ],
)
def test_hard_case_20_outside_the_era_is_converted_with_a_warning(text: str, date: str, era: str) -> None:
    note = f"{era}の期間から外れています"
    assert outcome("era_date:strict", text) == Outcome(date, note=note, flags=("元号範囲外",))


def test_hard_case_21_the_change_of_the_calendar() -> None:
    for text in ("明治5年12月2日", "1051202", "M5.12.2"):
        assert outcome("era_date:strict", text) == Outcome("1872-12-31", flags=("旧暦",))
    for text in ("明治5年12月3日", "明治5年12月31日", "1051203"):
        assert outcome("era_date:birth", text) == Outcome(
            None, fault="明治5年12月3日から31日は存在しません（翌日が明治6年1月1日）"
        )
    assert outcome("era_date:strict", "明治6年1月1日") == Outcome("1873-01-01")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("明治元年1月1日", "1868-01-25"),
        ("明治元年閏4月1日", "1868-05-22"),
        ("明治元年9月8日", "1868-10-23"),
        ("明治3年閏10月29日", "1870-12-21"),
        ("1041201", "1872-01-10"),
        ("明治5年1月1日", "1872-02-09"),
        ("明治5年11月9日", "1872-12-09"),
    ],
)
def test_days_of_the_old_calendar(text: str, date: str) -> None:
    """改元 on 明治元年9月8日 was 1868-10-23, 改暦の布告 of 明治5年11月9日 1872-12-09."""
    assert outcome("era_date:strict", text) == Outcome(date, flags=("旧暦",))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("明治2年閏4月1日", "明治2年に閏4月はありません（旧暦）"),
        ("明治元年1月30日", "旧暦の明治元年1月30日は存在しません"),
        ("明治3年13月1日", "明治3年に13月はありません（旧暦）"),
    ],
)
def test_days_the_old_calendar_never_had(text: str, fault: str) -> None:
    assert outcome("era_date:birth", text).fault == fault


def test_a_month_of_the_old_calendar_is_no_month_of_ours() -> None:
    assert outcome("era_date:birth", "明治3年5月日不詳") == Outcome("1870-00-00", flags=("不詳", "旧暦"))
    assert value("era_unknown_text", "1030500") == "明治３年５月日不詳"
    assert outcome("era_date:birth", "明治元年11月日不詳").value == "0000-00-00"


def test_hard_case_22_days_outside_the_calendar_only_for_births() -> None:
    for text in ("昭和50年2月29日", "3500229", "1975-02-29"):
        assert outcome("era_date:birth", text) == Outcome("1975-02-29", flags=("暦外日",))
        for allowed in ("strict", "unknown"):
            assert outcome(f"era_date:{allowed}", text) == Outcome(None, fault="暦にない日付です", flags=("暦外日",))


def test_hard_case_23_not_known_by_the_towns_profile() -> None:
    for text, date in (
        ("昭和20年春", "1945-A1-00"),
        ("昭和20年12月下旬", "1945-12-A3"),
        ("年月日不詳", "0000-00-00"),
    ):
        assert value("era_date:birth", text) == value("era_date:birth", text, unknown_dates="systems") == date
        assert value("era_unknown_flag", text) == value("era_unknown_flag:empty", text) == "1"
    assert value("era_unknown_text", "昭和20年12月下旬") == "昭和２０年１２月下旬"
    assert value("era_unknown_flag:empty", "昭和20年3月1日") is None


def test_hard_case_24_zeros_for_what_is_not_known() -> None:
    for text in ("3200000", "S200000"):
        assert outcome("era_date:birth", text) == Outcome("1945-00-00", flags=("不詳",))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("廿三番地", "23番地"),
        ("壱番", "1番"),
        ("一〇番", "10番"),
        ("一○番", "10番"),
        ("一O五番", "105番"),
        ("千二百三十四", "1234"),
        ("弐拾参", "23"),
        ("卅一", "31"),
        ("一万二千", "12000"),
        ("二十", "20"),
        ("令和○年", "令和○年"),
        ("OK", "OK"),
        ("ABC", "ABC"),
    ],
)
def test_hard_case_44_kanji_numerals(text: str, number: str) -> None:
    assert value("kanji_numbers", text) == arabic(text) == number


# IMI converts by year only: no day of change, no old calendar, no calendar at all. Where we say more, and what.
IMI_DIFFERS = {
    **{f"明{form}": "1868-01-25" for form in ("治元年1月1日", "元年1月1日", "1-1-1", "元-1-1")},
    "㍾1-1-1": "1868-01-25",
}


@pytest.mark.skipif(not IMI.is_dir(), reason="the IMI corpus is not here (../shared/data/corpora/imi-date)")
def test_the_imi_corpus() -> None:
    cases: list[dict[str, Any]] = [
        case["input"] | {"標準型日付": case["output"].get("標準型日付")}
        for file in sorted(IMI.glob("*.json"))
        for case in json.loads(file.read_text("utf-8"))
        if isinstance(case["input"], dict) and "表記" in case["input"] and "標準型日付" not in case["input"]
    ]
    asked = 0
    for case in cases:
        text = case["表記"][0] if isinstance(case["表記"], list) else case["表記"]
        found = outcome("era_date:strict", text)
        assert found.value == IMI_DIFFERS.get(text, case["標準型日付"]), text
        starts_inside = {"1868-01-25", "2019-12-31", "2020-01-31", "2019-04-30"}
        if found.value is not None and "-" not in text[:1] and text[0] in "令㋿大㍽昭㍼平㍻Rr":
            assert (found.flags == ("元号範囲外",)) == (found.value not in starts_inside), text
        asked += 1
    assert asked >= 45


ERAS = st.sampled_from(
    ["明治", "大正", "昭和", "平成", "令和", "M", "T", "s", "Ｈ", "昭", "3", "5", "西暦19", "", "㍻"]
)
NUMBER = st.integers(0, 99).map(str) | st.integers(0, 99).map("{:02}".format) | st.sampled_from(["元", "廿三", ""])
MARK = st.sampled_from(["年", "月", "日", ".", "/", "-", "ー", "　", " ", "", "日頃", "日不詳", "春", "月下旬", "から"])
WRITTEN = st.tuples(ERAS, NUMBER, MARK, NUMBER, MARK, NUMBER, MARK).map("".join)
STEPS = ["era_date:birth", "era_date:unknown", "era_date:strict", "excel_date", "wareki"]


@pytest.mark.parametrize("step", [*STEPS, "era_unknown_text", "era_unknown_flag", "era_sign:昭3", "kanji_numbers"])
@given(text=st.text(max_size=30) | WRITTEN, profile=st.sampled_from(["systems", "gif", "gif2021", "null"]))
@settings(max_examples=150, deadline=None)
def test_total_and_a_fault_has_no_value(step: str, text: str, profile: str) -> None:
    found = outcome(step, text, unknown_dates=profile)
    assert found.value is None or (found.value and not found.fault)


@pytest.mark.parametrize("step", STEPS[:3])
@given(text=WRITTEN, profile=st.sampled_from(["systems", "gif", "gif2021"]))
@settings(max_examples=300, deadline=None)
def test_a_date_read_twice_is_the_date(step: str, text: str, profile: str) -> None:
    """But for 1900-01-01 (明治33年1月1日), which written western stands for no date."""
    once = value(step, text, unknown_dates=profile)
    if once is not None and once != "1900-01-01":
        assert value(step, once, unknown_dates=profile) == once


@given(text=WRITTEN)
@settings(max_examples=300, deadline=None)
def test_unknown_date_text_and_flag_go_together(text: str) -> None:
    flagged = value("era_unknown_flag", text) == "1"
    assert flagged == (value("era_unknown_text", text) is not None)
    assert flagged == ("不詳" in outcome("era_date:birth", text).flags)


def test_the_command_prints_flags_and_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    texts = ["昭和50年2月29日", "昭和64年1月8日", "99999999", "450301"]
    result = CliRunner().invoke(app, ["transform", "era_date:birth", *texts])
    assert result.exit_code == 0
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(one["output"], one["flags"], one["severity"]) for one in told[:3]] == [
        ("1975-02-29", ["暦外日"], ""),
        ("1989-01-08", ["元号範囲外"], "W"),
        (None, ["番兵値"], ""),
    ]
    assert (told[3]["output"], told[3]["flags"], told[3]["rule"]) == (None, ["あいまい"], "COM-12")
    assert told[3]["severity"] == "E"


def test_the_shipped_maps_allow_what_the_layout_allows() -> None:
    """era_date of an item takes 不詳 and days outside the calendar exactly where the layout does."""
    asked = 0
    for area in loading.load_areas((loading.shipped_folder(),)).values():
        for source in area.sources.values():
            for group in source.groups.values():
                items = {item.name: item for item in area.groups[group.group].items}
                for column in group.columns:
                    item = items[column.item]
                    allowed = "birth" if item.noncalendar else "unknown" if item.unknown_date else "strict"
                    for step in column.transforms:
                        if step.name == "era_date":
                            assert (step.argument or "strict") == allowed, (group.file, column.line)
                            asked += 1
    assert asked > 50


@pytest.mark.parametrize("profile", ["systems", "gif", "gif2021"])
def test_every_encoding_of_what_is_not_known_is_legal_in_the_layout(profile: str) -> None:
    texts = ["年月日不詳", "3200000", "昭和20年12月日不詳", "昭和20年秋", "昭和20年12月上旬", "昭和20年3月1日頃"]
    dates = [value("era_date:birth", text, unknown_dates=profile) for text in texts]
    engine = PolarsEngine(PolarsContext())
    text = pl.col("date")
    legal = unknown_date(text, engine) | written_date(text, engine)
    told = pl.DataFrame({"date": dates}).select(legal.alias("legal"), ymd(text, engine).alias("ymd"))
    assert told["legal"].to_list() == [True] * len(texts)
    assert told["ymd"].to_list()[:3] == [None] * 3


def test_every_setting_of_dates_is_a_reference() -> None:
    assert {"unknown_dates", "era_codes", "date_sentinels", "date_unknown_values"} <= set(SETTINGS)
