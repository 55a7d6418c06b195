"""就学: its rules, its layout, and its part of the town."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from area_cases import Case, areas, keys_of_case
from cross_area_cases import elsewhere

from sample_data import Town

LEGAL = {
    "jumin.jumin": dict(
        宛名番号="0010000001", 個人履歴番号="1", 最新フラグ="1", 住民状態="1", 住民種別="1", 世帯番号="0050000001",
        生年月日="2018-05-20", 住所_町字コード="0015001", 住所_町字="旭台一丁目",
    ),
    "jumin.shien": dict(宛名番号="0010000001", 支援措置番号="1", 措置状態="1"),
    "jutogai.atena": dict(宛名番号="0800000001"),
    "shugaku.gakureibo": dict(
        宛名番号="0010000001", 学齢簿履歴番号="1", 最新フラグ="1", 外国人フラグ="0", 生年月日="2018-05-20",
        学年度="2026", 学年="02", 学校種別="1", 編製年月日="2024-10-01", 就学状態="1", 保護者_宛名番号="0010000002",
        保護者_続柄="1", 指定_学校コード="101", 在籍_学校コード="101", 学級区分="1", 入学年月日="2025-04-01",
        猶予免除区分="0", 受付番号="１０００１０", 支援措置フラグ="0",
    ),
    "shugaku.gakko": dict(学校コード="101", 学校名="見本東小学校", 学校種別="1", 設置区分="1"),
    "shugaku.kuiki": dict(町字コード="0015001", 学校種別="1", 適用開始年月日="2000-04-01", 学校コード="101"),
    "shugaku.kyoka": dict(
        許可番号="100001", 宛名番号="0010000001", 許可区分="1", 学校コード="102", 許可理由="02",
        許可期間_開始年月日="2025-04-01", 許可期間_終了年月日="2031-03-31",
    ),
    "shugaku.enjo": dict(
        年度="2025", 宛名番号="0010000001", 学年="01", 認定区分="2", 認定理由="2", 認定_開始年月日="2025-04-01",
        認定_終了年月日="2026-03-31", 世帯人数="4", 世帯所得額="3000000", 需要額="2500000", 支給済額="68690",
    ),
    "shugaku.shikyu": dict(
        年度="2025", 宛名番号="0010000001", 支給番号="1", 学校種別="1", 費目="02", 支給額="57060",
        支給年月日="2025-07-25",
    ),
}  # fmt: skip
P1 = "0010000001"
OTHER = [dict(学校コード="102", 学校名="見本西小学校"), dict(学校コード="105", 閉校年月日="2022-03-31"),
         dict(学校コード="301", 設置区分="2"), dict(学校コード="501", 設置区分="5")]  # fmt: skip
SCHOOLS = [{}, *OTHER]
AWAY = dict(住民状態="2", 消除の異動年月日="2026-08-01")


def no(number: str, **items: str) -> dict[str, str]:
    return dict(宛名番号=number, **items)


CASES = [
    Case("COM-01", ("X|1",), {"jumin.jumin": [{}], "jutogai.atena": [{}], "gakureibo": [
        {}, no("X"), no("0800000001")]}),
    Case("COM-14", ("B",), {"gakureibo": [{}, dict(学齢簿履歴番号="2"), no("B", 学齢簿履歴番号="2"), no("C")]}),
    Case("COM-14-2", ("B", "C"), {"gakureibo": [
        dict(最新フラグ="0"), dict(学齢簿履歴番号="2"), no("B", 最新フラグ="0"),
        no("C"), no("C", 学齢簿履歴番号="2")]}),
    Case("COM-15", ("2",), {"kyoka": [
        {}, dict(許可番号="2", 許可期間_終了年月日="2025-03-31"),
        dict(許可番号="3", 許可期間_終了年月日="2025-04-01")]}),
    Case("COM-17", ("10000001|1",), {"gakureibo": [{}, no("10000001")]}),
    Case("SHU-01", ("B|1", "C|1"), {"gakureibo": [
        {}, no("B", 学年="03"), no("C", 生年月日="2018-04-01"), no("D", 生年月日="2018-04-02"),
        no("E", 生年月日="2018-04-01", 学年="03"), no("F", 学年="01", 猶予免除区分="1"), no("G", 学年="00")]}),
    Case("SHU-01-2", ("B|1", "C|1"), {"gakureibo": [
        {}, no("B", 学校種別="2"), no("C", 学年="07"), no("D", 学年="07", 学校種別="2"), no("E", 学年="00")]}),
    Case("SHU-01-3", ("B|1",), {"gakureibo": [
        {}, no("B", 学年度="2025"), no("C", 学年度="2025", 就学状態="5"), no("D", 学年度="2025", 最新フラグ="0")]}),
    Case("SHU-02", ("B|1",), {"gakureibo": [{}, no("B", 学年=""), no("C", 学年="", 最新フラグ="0")]}),
    Case("SHU-03-2", ("B|1",), {"gakureibo": [
        {}, no("B", 外国人フラグ="1"), no("C", 外国人フラグ="1", 就学希望年月日="2024-11-01"),
        no("D", 外国人フラグ="1", 就学状態="9")]}),
    Case("SHU-04", ("B|1",), {
        "jumin.jumin": [{}, no("B"), no("C", 住所_町字コード="0015002"), no("D", 住所_町字コード=""), no("E")],
        "kuiki": [{}, dict(町字コード="0015002", 学校コード="105", 適用終了年月日="2022-03-31"),
                  dict(町字コード="0015002", 学校コード="102", 適用開始年月日="2022-04-01"),
                  dict(学校種別="2", 学校コード="201")],
        "gakureibo": [{}, *(no(who, 指定_学校コード="102") for who in "BCD"),
                      no("E", 指定_学校コード="201", 学校種別="2")]}),
    Case("SHU-04-2", ("B|1", "C|1", "D|1"), {
        "kyoka": [{}, no("C", 許可番号="2", 許可期間_終了年月日="2026-03-31"), no("D", 許可番号="3", 学校コード="103")],
        "gakureibo": [dict(在籍_学校コード="102"), no("B", 在籍_学校コード="102"), no("C", 在籍_学校コード="102"),
                      no("D", 在籍_学校コード="102"), no("E"), no("F", 在籍_学校コード="301", 就学状態="2")]}),
    Case("SHU-04-3", ("B|1",), {
        "jumin.jumin": [{}, no("B", 住所_町字コード="0099000"), no("C", 住所_町字コード="0099000", **AWAY)],
        "kuiki": [{}], "gakureibo": [{}, no("B"), no("C")]}),
    Case("SHU-05", ("B|1",), {"gakureibo": [
        {}, no("B", 保護者_宛名番号=""), no("C", 保護者_宛名番号="", 就学状態="5")]}),
    Case("SHU-05-2", ("B|1",), {
        "jumin.jumin": [{}, no("0010000002"), no("B", 世帯番号="0050000009"), no("C", 世帯番号="0050000009", **AWAY)],
        "gakureibo": [{}, no("B"), no("C")]}),
    Case("SHU-05-3", ("B|1",), {
        "jumin.jumin": [{}, no("0010000002"), no("D", 住民状態="3")],
        "gakureibo": [{}, no("B", 保護者_宛名番号="D"), no("C", 保護者_宛名番号="D", 就学状態="5")]}),
    Case("SHU-06", ("B|1",), {
        "jumin.jumin": [{}, no("B", **AWAY), no("C", **AWAY), no("D", **AWAY)],
        "kyoka": [no("C", 許可区分="2", 学校コード="101")],
        "gakureibo": [{}, no("B"), no("C", 就学状態="3"), no("D", 就学状態="6")]}),
    Case("SHU-06-2", ("B|1", "C|1"), {"gakureibo": [
        {}, no("B", 卒業年月日="2025-03-31"), no("C", 卒業年月日="2031-03-31", 異動年月日="2026-08-01"),
        no("D", 卒業年月日="2025-04-01"), no("E", 異動年月日="2026-08-01")]}),
    Case("SHU-06-3", ("B|1", "C|1"), {"gakureibo": [
        {}, no("B", 卒業年月日="2026-03-31"), no("C", 異動年月日="2026-08-01"), no("D", 卒業年月日="2031-03-31"),
        no("E", 卒業年月日="2026-03-31", 就学状態="5")]}),
    Case("SHU-07", ("2025|B",), {"enjo": [
        {}, no("B", 世帯所得額="3250001"), no("C", 世帯所得額="3250000"), no("D", 世帯所得額="9000000", 認定区分="9"),
        no("E", 世帯所得額="9000000", 認定理由="3")]}),
    Case("SHU-07-2", ("2025|B|1", "2025|C|1"), {
        "enjo": [{}, no("B", 認定区分="9"), no("C", 年度="2024"), no("D", 認定区分="1")],
        "shikyu": [{}, no("B"), no("C"), no("D")]}),
    Case("SHU-07-3", ("B|1",), {"shikyu": [
        {}, no("B"), no("B", 年度="2024"), no("C"), no("C", 年度="2031", 学校種別="2"), no("D"),
        no("D", 支給番号="2", 費目="01")]}),
    Case("SHU-07-4", ("2023|C|1", "2025|B|1"), {"shikyu": [
        {}, no("B", 支給額="54060"), no("C", 年度="2023"), no("D", 年度="2023", 支給額="54060"),
        no("E", 支給額="63000", 学校種別="2"), no("F", 支給額="1", 費目="01")]}),
    Case("SHU-07-5", ("2025|B|68690", "2025|D|11630"), {
        "enjo": [{}, no("B"), no("C", 支給済額="0"), no("D", 支給済額="11630")],
        "shikyu": [{}, dict(支給番号="2", 費目="01", 支給額="11630"), no("B"),
                   no("D", 年度="2024", 支給額="11630")]}),
    Case("SHU-07-6", ("2025|B",), {"gakureibo": [{}], "enjo": [{}, no("B")]}),
    Case("SHU-07-7", ("2025|B", "2025|C"), {"enjo": [
        {}, no("B", 認定_終了年月日="2026-04-01"), no("C", 認定_開始年月日=""), no("D", 認定_開始年月日="2025-09-10"),
        no("E", 認定区分="9", 認定_開始年月日="", 認定_終了年月日="")]}),
    Case("SHU-08", ("B|1", "C|1"), {"gakko": SCHOOLS, "gakureibo": [
        {}, no("B", 在籍_学校コード="999"), no("C", 指定_学校コード="999"), no("D", 在籍_学校コード=""),
        no("E", 在籍_学校コード="105")]}),
    Case("SHU-08-2", ("B|1",), {"gakko": SCHOOLS, "gakureibo": [
        {}, no("B", 在籍_学校コード="105"), no("C", 在籍_学校コード="105", 就学状態="5"),
        no("D", 在籍_学校コード="105", 最新フラグ="0")]}),
    Case("SHU-08-3", ("B|1", "C|1", "D|1"), {"gakureibo": [
        {}, no("B", 猶予免除区分="1"), no("C", 就学状態="8"),
        no("D", 猶予免除区分="1", 就学状態="8", 猶予免除_開始年月日="2025-04-01", 猶予免除_終了年月日="2026-03-31"),
        no("E", 猶予免除区分="1", 就学状態="8", 猶予免除_開始年月日="2026-04-01", 猶予免除_終了年月日="2027-03-31"),
        no("F", 猶予免除区分="2", 就学状態="8", 猶予免除_開始年月日="2025-04-01")]}),
    Case("SHU-09", (f"{P1}|1", "C|1"), {
        "jumin.shien": [{}, no("D"), no("E", 措置状態="2")],
        "gakureibo": [{}, no("B"), no("C", 保護者_宛名番号="D"), no("D", 支援措置フラグ="1"), no("E")]}),
    Case("SHU-09-2", ("B|1", "C|1"), {"gakureibo": [
        {}, no("B", 受付番号="ＤＶ　閲覧注意"), no("C", 受付番号="１２３４５"), no("D", 受付番号="支援措置"),
        no("E", 受付番号="")]}),
    Case("SHU-10", ("B|1", "C|1"), {
        "gakko": SCHOOLS,
        "kyoka": [no("B", 許可区分="3", 学校コード="101"), no("D", 許可番号="2", 許可区分="3", 学校コード="301")],
        "gakureibo": [{}, no("B", 就学状態="2"), no("C", 就学状態="2", 在籍_学校コード="301"),
                      no("D", 就学状態="2", 在籍_学校コード="301")]}),
    Case("SHU-10-2", ("B|1", "C|1"), {
        "gakko": SCHOOLS,
        "kyoka": [no("B", 許可区分="2", 学校コード="101"), no("D", 許可番号="2", 許可区分="2", 学校コード="501")],
        "gakureibo": [{}, no("B", 就学状態="3"), no("C", 就学状態="3", 在籍_学校コード="501"),
                      no("D", 就学状態="3", 在籍_学校コード="501")]}),
    Case("SHU-10-3", ("B|1",), {"gakko": SCHOOLS, "gakureibo": [
        {}, no("B", 在籍_学校コード="301"), no("C", 在籍_学校コード="301", 就学状態="2")]}),
    Case("SHU-10-4", ("B|1",), {"gakureibo": [
        {}, no("B", 就学状態="4"), no("C", 就学状態="4", 在籍_学校コード="")]}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(case: Case) -> None:
    assert keys_of_case("shugaku", case, LEGAL) == sorted(case.fires)


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in areas()["shugaku"].rules} == {case.rule for case in CASES} | elsewhere("shugaku")


def test_no_group_item_column_rule_or_total_is_lost() -> None:
    area = areas()["shugaku"]
    assert {group.id: len(group.items) for group in area.groups.values()} == {
        "gakureibo": 28, "gakko": 10, "kuiki": 9, "kyoka": 11, "enjo": 17, "shikyu": 11
    }  # fmt: skip
    assert {table.id: len(table.columns) for table in area.sources["kyusys"].tables.values()} == {
        "gakureibo": 29, "gakko": 11, "kuiki": 9, "kyoka": 12, "enjo": 18, "shikyu": 11
    }  # fmt: skip
    assert len(area.totals) == 6


def test_the_workbook_has_two_rows_of_headings_and_dates_as_serial_numbers(clean_town: Town) -> None:
    sheet = openpyxl.load_workbook(clean_town.folder / "delivery/shugaku/gakureibo.xlsx")["学齢簿"]
    above, below = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=4))
    place = below.index("生年月日")
    assert above[place - 2] == "児童生徒"
    first = sheet.cell(5, place + 1).value
    assert isinstance(first, int)
    expected = _kept(clean_town.tables["shugaku"]["gakureibo"])["児童生徒_生年月日"][0]
    assert str(first) == expected


def test_all_japanese_residents_of_school_age_are_in_the_register(clean_town: Town) -> None:
    """学校教育法 17条: born between 2011-04-02 and 2020-04-01 for 小学1年 to 中学3年 of 令和8年度."""
    juki = clean_town.tables["jumin"]["juki"].filter((pl.col("最新区分") == "1") & (pl.col("住民状態") == "10"))
    japanese = juki.filter(
        (pl.col("住民種別") == "0") & pl.col("生年月日").is_between(pl.lit("4230402"), pl.lit("5020401"))
    )
    register = _kept(clean_town.tables["shugaku"]["gakureibo"]).filter(pl.col("簿_最新") == "1")
    assert japanese.height > 30
    assert set(japanese["宛名番号"]) - set(register["児童生徒_宛名番号"]) == set()


def test_a_delivered_row_becomes_the_row_a_clerk_expects(
    tmp_path: Path, one_area: Callable[[Path, str], Town], ikou: Callable[..., object]
) -> None:
    made = one_area(tmp_path / "town", "shugaku")
    assert getattr(ikou("run", "-w", made.folder, "--to", "convert"), "code", 2) in (0, 1)
    there = made.folder / "runs" / "R1" / "stages" / "convert" / "shugaku"
    before = _kept(made.tables["shugaku"]["gakureibo"]).filter(pl.col("簿_状態") == "10").row(0, named=True)
    key = (pl.col("宛名番号") == before["児童生徒_宛名番号"]) & (pl.col("学齢簿履歴番号") == before["簿_連番"])
    after = pl.read_parquet(there / "gakureibo.parquet").filter(key).row(0, named=True)
    assert after["生年月日"] == str(date(1899, 12, 30) + timedelta(int(before["児童生徒_生年月日"])))
    assert after["学年度"] == "2026"
    assert int(after["学年"]) == int(before["簿_学年"][1]) + (6 if before["簿_学年"][0] == "2" else 0)
    districts = pl.read_parquet(there / "kuiki.parquet").filter(pl.col("町字コード") == "0015001")
    assert districts["学校種別"].to_list()[-2:] == ["1", "2"]


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("削除フラグ") == "0")
