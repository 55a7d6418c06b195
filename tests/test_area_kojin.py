"""個人住民税: every rule fires on what it is for and leaves its legal neighbours alone; the sample town is clean."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from area_cases import Row, areas, keys_found
from cross_area_cases import elsewhere

from sample_data.areas import kojin
from sample_data.companies import corporate_number
from sample_data.town import _Nobody, draw_tables, make_town

YEAR = dict(課税年度="2026", 宛名番号="A")
ROW = YEAR | dict(更正回数="0", 最新フラグ="1")
PERSON = dict(宛名番号="A", 最新フラグ="1", 住民状態="1", 生年月日="1980-03-01", 住民となった年月日="2020-04-01")
OUTSIDER = dict(宛名番号="J", 代表宛名フラグ="0")
TAXED = ROW | dict(賦課期日住所区分="1", 課税区分="1", 未申告フラグ="0", 障害者区分="0", 寡婦ひとり親区分="0",
                   未成年者フラグ="0", 生活保護フラグ="0")  # fmt: skip
INCOME = ROW | dict(
    給与収入額="4000000", 給与所得額="2760000", 公的年金等所得額="0", 営業等所得額="0", 不動産所得額="0",
    合計所得金額="2760000", 繰越控除額="0", 翌年度繰越損失額="0", 社会保険料控除額="588000", 生命保険料控除額="28000",
    配偶者控除額="330000", 扶養控除額="330000", 障害者控除額="0", 寡婦ひとり親控除額="0", 基礎控除額="430000",
    所得控除合計額="1706000", 課税標準額="1054000", 配偶者区分="1", 扶養人数_一般="1", 扶養人数_特定="0",
    扶養人数_年少="0",
)  # fmt: skip
# 1,054,000 × 6% = 63,240 − 1,500 − 12,000 → 49,700; × 4% = 42,160 − 1,000 − 8,000 → 33,100
TAX = ROW | dict(
    町民税_算出所得割額="63240", 町民税_調整控除額="1500", 町民税_税額控除額="12000", 町民税_定額減税額="0",
    町民税_所得割額="49700", 町民税_均等割額="3000", 県民税_算出所得割額="42160", 県民税_調整控除額="1000",
    県民税_税額控除額="8000", 県民税_定額減税額="0", 県民税_所得割額="33100", 県民税_均等割額="1500",
    森林環境税額="1000", 年税額="88300", 給与特徴税額="88300", 年金特徴税額="0", 普通徴収税額="0",
    **{f"普通徴収_第{term}期": "0" for term in "１２３４"},
)  # fmt: skip
PAPER = YEAR | dict(資料番号="1", 資料区分="1", 指定番号="00000103", 支払金額="4000000", 合算対象フラグ="1")
KIN = dict(課税年度="2026", 扶養主_宛名番号="A", 扶養番号="1", 被扶養者_宛名番号="C", 扶養区分="3")
PAYER = dict(指定番号="00000103", 法人番号="6290001007919", 人格区分="1", 名称="株式会社岡垣", 郵便番号="8114200",
             義務者状態="1")  # fmt: skip
_REST = ("八月", "九月", "十月", "十一月", "十二月", "一月", "二月", "三月", "四月", "五月")
PAY = YEAR | dict(指定番号="00000103", 月割額_六月="8000", 月割額_七月="7300", 特別徴収税額="88300",
                  **{f"月割額_{month}": "7300" for month in _REST})  # fmt: skip
PENSION = YEAR | dict(
    年金支給額="2000000", 徴収開始区分="2", 仮徴収額_四月="2100", 仮徴収額_六月="2000", 仮徴収額_八月="2000",
    本徴収額_十月="2300", 本徴収額_十二月="2200", 本徴収額_二月="2200", 年金特別徴収税額="12800",
    公的年金等に係る年税額="12800",
)  # fmt: skip
J, Q = "jumin.jumin", "jutogai.atena"


def a(base: Row, **items: str) -> Row:
    return base | items


CASES: list[tuple[str, tuple[str, ...], dict[str, list[Row]]]] = [
    ("COM-01", ("2026|Z|0",), {J: [PERSON], Q: [OUTSIDER], "taishosha": [
        TAXED, a(TAXED, 宛名番号="J"), a(TAXED, 宛名番号="Z")]}),
    ("COM-14", ("2025|A", "2026|B"), {"taishosha": [
        a(TAXED, 最新フラグ="0"), a(TAXED, 更正回数="1"), a(TAXED, 宛名番号="B", 更正回数="1"),
        a(TAXED, 課税年度="2025"), a(TAXED, 課税年度="2025", 更正回数="2"), a(TAXED, 宛名番号="C")]}),
    ("COM-17", ("2026|10000019|0",), {"taishosha": [
        a(TAXED, 宛名番号="0010000019"), a(TAXED, 宛名番号="10000019")]}),
    ("KOJ-01", ("2026|B", "2026|C"), {"taishosha": [
        a(TAXED, 最新フラグ="0"), a(TAXED, 更正回数="1"), a(TAXED, 宛名番号="B"), a(TAXED, 宛名番号="B", 更正回数="1"),
        a(TAXED, 宛名番号="C", 最新フラグ="0"), a(TAXED, 課税年度="2025", 宛名番号="B")]}),
    ("KOJ-01-2", ("2026|K|0",), {Q: [OUTSIDER, a(OUTSIDER, 宛名番号="K", 代表宛名フラグ="1")], "taishosha": [
        TAXED, a(TAXED, 宛名番号="J", 賦課期日住所区分="2"), a(TAXED, 宛名番号="K", 賦課期日住所区分="2")]}),
    ("KOJ-02", ("2020|A|0", "2026|B|0", "2026|C|0"), {
        J: [PERSON, a(PERSON, 宛名番号="B", 消除の異動年月日="2026-01-01"),
            a(PERSON, 宛名番号="C", 住民となった年月日="2026-01-02"),
            a(PERSON, 宛名番号="D", 住民となった年月日="2026-01-01", 消除の異動年月日="2026-01-02")],
        "taishosha": [TAXED, a(TAXED, 課税年度="2020"), *(a(TAXED, 宛名番号=n) for n in "BCD"),
                      a(TAXED, 宛名番号="C", 課税年度="2020", 賦課期日住所区分="2")]}),
    ("KOJ-02-2", ("2026|A|0",), {Q: [OUTSIDER], "taishosha": [
        a(TAXED, 賦課期日住所区分="2"), a(TAXED, 宛名番号="J", 賦課期日住所区分="2"), a(TAXED, 宛名番号="B")]}),
    ("KOJ-03", ("2026|B|0",), {"zeigaku": [
        TAX, a(TAX, 宛名番号="B", 給与特徴税額="88200"),
        a(TAX, 宛名番号="C", 給与特徴税額="8300", 年金特徴税額="30000", 普通徴収税額="50000")]}),
    ("KOJ-03-2", ("2026|B|00000103",), {"tsukiwari": [
        PAY, a(PAY, 宛名番号="B", 月割額_十二月="0"), a(PAY, 宛名番号="C", 月割額_五月="0", 特別徴収税額="81000")]}),
    ("KOJ-03-3", ("2026|B", "2026|C"), {
        "zeigaku": [TAX, *(a(TAX, 宛名番号=n) for n in "BCD"), a(TAX, 宛名番号="E", 給与特徴税額="0"),
                    a(TAX, 宛名番号="F", 最新フラグ="0")],
        "tsukiwari": [PAY, a(PAY, 宛名番号="C", 特別徴収税額="88200"), a(PAY, 宛名番号="D", 特別徴収税額="40000"),
                      a(PAY, 宛名番号="D", 指定番号="00000106", 特別徴収税額="48300")]}),
    ("KOJ-03-4", ("2026|B|00000103", "2026|C|00000103"), {"tsukiwari": [
        PAY, a(PAY, 宛名番号="B", 月割額_七月="7000"), a(PAY, 宛名番号="C", 月割額_三月="7400"),
        a(PAY, 宛名番号="D", 月割額_六月="0", 月割額_七月="8000"),
        a(PAY, 宛名番号="E", 月割額_三月="0", 異動事由="1")]}),
    ("KOJ-03-5", ("2026|B|0",), {"zeigaku": [
        TAX, a(TAX, 宛名番号="B") | {"普通徴収_第２期": "100"},
        a(TAX, 宛名番号="C", 普通徴収税額="9000") | {"普通徴収_第１期": "6000", "普通徴収_第４期": "3000"}]}),
    ("KOJ-03-6", ("2025|A", "2026|B"), {
        "zeigaku": [a(TAX, 年金特徴税額="12800"), a(TAX, 宛名番号="B", 年金特徴税額="12800"),
                    a(TAX, 課税年度="2025", 年金特徴税額="12900")],
        "nentoku": [PENSION, a(PENSION, 宛名番号="B", 本徴収額_二月="0"), a(PENSION, 課税年度="2025")]}),
    ("KOJ-04", ("00A00103", "103"), {"gimusha": [PAYER, a(PAYER, 指定番号="00A00103"), a(PAYER, 指定番号="103")]}),
    ("KOJ-04-2", ("00000103", "00000106"), {"gimusha": [
        PAYER, a(PAYER, 指定番号="00000106"), a(PAYER, 指定番号="00000109", 義務者状態="3"),
        a(PAYER, 指定番号="00000112", 郵便番号="8070825")]}),
    ("KOJ-04-3", ("00000106", "00000109"), {"gimusha": [
        PAYER, a(PAYER, 指定番号="00000106", 法人番号="6290001007918"), a(PAYER, 指定番号="00000109", 法人番号=""),
        a(PAYER, 指定番号="00000112", 法人番号="", 人格区分="2")]}),
    ("KOJ-05", ("2026|A|00000106", "2026|A|00000109"), {
        "gimusha": [PAYER, a(PAYER, 指定番号="00000106", 義務者状態="3", 廃止年月日="2025-03-31"),
                    a(PAYER, 指定番号="00000109", 義務者状態="3", 廃止年月日="2026-06-30"),
                    a(PAYER, 指定番号="00000112", 義務者状態="3", 廃止年月日="2026-07-01")],
        "tsukiwari": [PAY, *(a(PAY, 指定番号=f"000001{n}") for n in ("06", "09", "12")),
                      a(PAY, 指定番号="00000106", 宛名番号="B", 異動事由="1")]}),
    ("KOJ-06", ("2026|2", "2026|3"), {"taishosha": [TAXED, a(TAXED, 宛名番号="C", 最新フラグ="0")], "shiryo": [
        PAPER, a(PAPER, 資料番号="2", 宛名番号="B"), a(PAPER, 資料番号="3", 宛名番号="C"),
        a(PAPER, 資料番号="4", 宛名番号="B", 合算対象フラグ="0")]}),
    ("KOJ-06-2", ("2026|B", "2026|C"), {
        "shotoku": [INCOME, *(a(INCOME, 宛名番号=n) for n in "BCD"), a(INCOME, 宛名番号="E", 給与収入額="0"),
                    a(INCOME, 宛名番号="F", 最新フラグ="0")],
        "shiryo": [PAPER, a(PAPER, 資料番号="2", 宛名番号="C", 支払金額="3000000"),
                   a(PAPER, 資料番号="3", 宛名番号="D", 支払金額="3000000"),
                   a(PAPER, 資料番号="4", 宛名番号="D", 支払金額="1000000", 指定番号="00000106"),
                   a(PAPER, 資料番号="5", 宛名番号="A", 資料区分="3")]}),
    ("KOJ-07", ("2026|A|1", "2026|B|2"), {"fuyo": [
        KIN, a(KIN, 扶養主_宛名番号="B", 扶養番号="2"), a(KIN, 扶養主_宛名番号="B", 課税年度="2025"),
        a(KIN, 扶養番号="2", 被扶養者_宛名番号="D")]}),
    ("KOJ-07-2", ("2026|A|1", "2026|A|4", "2026|A|6"), {
        J: [a(PERSON, 宛名番号="C", 生年月日="2010-01-02"), a(PERSON, 宛名番号="D", 生年月日="2010-01-01"),
            a(PERSON, 宛名番号="E", 生年月日="1956-01-01"), a(PERSON, 宛名番号="F", 生年月日="1956-01-02"),
            a(PERSON, 宛名番号="G", 生年月日="2005-05-05"), a(PERSON, 宛名番号="H", 生年月日="2010-00-00")],
        "fuyo": [KIN, a(KIN, 扶養番号="2", 被扶養者_宛名番号="D"),
                 a(KIN, 扶養番号="3", 被扶養者_宛名番号="C", 扶養区分="7"),
                 a(KIN, 扶養番号="4", 被扶養者_宛名番号="F", 扶養区分="5"),
                 a(KIN, 扶養番号="5", 被扶養者_宛名番号="E", 扶養区分="2"),
                 a(KIN, 扶養番号="6", 被扶養者_宛名番号="E", 扶養区分="1"),
                 a(KIN, 扶養番号="7", 被扶養者_宛名番号="G", 扶養区分="4"),
                 a(KIN, 扶養番号="8", 被扶養者_宛名番号="H", 扶養区分="4"),
                 a(KIN, 扶養番号="9", 被扶養者_宛名番号="Z", 扶養区分="4")]}),
    ("KOJ-07-3", ("2026|A|1", "2026|B|1"), {"fuyo": [
        a(KIN, 被扶養者_宛名番号="B", 扶養区分="1"), a(KIN, 扶養主_宛名番号="B", 被扶養者_宛名番号="A", 扶養区分="2"),
        a(KIN, 扶養主_宛名番号="C", 被扶養者_宛名番号="D", 扶養区分="1")]}),
    ("KOJ-07-4", ("2026|B",), {
        "shotoku": [INCOME, a(INCOME, 宛名番号="B", 扶養人数_年少="1"), a(INCOME, 宛名番号="C", 扶養人数_一般="0")],
        "fuyo": [KIN, a(KIN, 扶養番号="2", 被扶養者_宛名番号="D", 扶養区分="1"), a(KIN, 扶養主_宛名番号="B"),
                 a(KIN, 扶養主_宛名番号="C", 扶養区分="2")]}),
    ("KOJ-08", ("2026|B|0",), {"shotoku": [
        INCOME, a(INCOME, 宛名番号="B", 給与所得額="2761000"),
        a(INCOME, 宛名番号="C", 給与所得額="0", 営業等所得額="-900000", 合計所得金額="0"),
        a(INCOME, 宛名番号="D", 給与所得額="2860000", 不動産所得額="-100000")]}),
    ("KOJ-08-2", ("2026|B|0",), {"shotoku": [INCOME, a(INCOME, 宛名番号="B", 生命保険料控除額="0")]}),
    ("KOJ-08-3", ("2026|B|0", "2026|D|0"), {"shotoku": [
        INCOME, a(INCOME, 宛名番号="B", 課税標準額="1054900"),
        a(INCOME, 宛名番号="C", 合計所得金額="1", 課税標準額="0"),
        a(INCOME, 宛名番号="D", 繰越控除額="300000"),
        a(INCOME, 宛名番号="E", 繰越控除額="300000", 課税標準額="754000")]}),
    ("KOJ-08-4", ("2026|B|0", "2026|C|0"), {"zeigaku": [
        TAX, a(TAX, 宛名番号="B", 町民税_所得割額="49740"), a(TAX, 宛名番号="C", 県民税_税額控除額="0")]}),
    ("KOJ-08-5", ("2026|B|0", "2026|C|0"), {
        "shotoku": [INCOME, *(a(INCOME, 宛名番号=n) for n in "BD"), a(INCOME, 宛名番号="C", 課税標準額="1055000")],
        "zeigaku": [TAX, a(TAX, 宛名番号="B", 町民税_算出所得割額="84320"), a(TAX, 宛名番号="C"),
                    a(TAX, 宛名番号="D", 町民税_算出所得割額="0")]}),
    ("KOJ-08-6", ("2023|A|0", "2026|B|0"), {"zeigaku": [
        TAX, a(TAX, 課税年度="2023"), a(TAX, 宛名番号="B", 森林環境税額="0"),
        a(TAX, 課税年度="2022", 町民税_均等割額="3500", 県民税_均等割額="2000", 森林環境税額="0"),
        a(TAX, 宛名番号="C", 町民税_均等割額="0", 県民税_均等割額="0", 森林環境税額="0")]}),
    ("KOJ-08-7", ("2026|B|0",), {"zeigaku": [TAX, a(TAX, 宛名番号="B", 年税額="87300")]}),
    ("KOJ-09", ("2024|B|0", "2026|A|0"), {
        "shotoku": [INCOME, a(INCOME, 課税年度="2024"), a(INCOME, 課税年度="2024", 宛名番号="B", 配偶者区分="")],
        "zeigaku": [a(TAX, 町民税_定額減税額="6000", 県民税_定額減税額="4000"),
                    a(TAX, 課税年度="2024", 町民税_定額減税額="18000", 県民税_定額減税額="12000"),
                    a(TAX, 課税年度="2024", 宛名番号="B", 町民税_定額減税額="18000", 県民税_定額減税額="12000")]}),
    ("KOJ-10", ("2026|B", "2026|C"), {
        J: [a(PERSON, 生年月日="1961-04-02"), a(PERSON, 宛名番号="B", 生年月日="1961-04-03"),
            a(PERSON, 宛名番号="C", 生年月日="1950-01-01"), a(PERSON, 宛名番号="D", 生年月日="1961-00-00")],
        "nentoku": [PENSION, a(PENSION, 宛名番号="B"), a(PENSION, 宛名番号="C", 年金支給額="179999"),
                    a(PENSION, 宛名番号="D")]}),
    ("KOJ-10-2", ("2026|B", "2026|C"), {"nentoku": [
        PENSION, a(PENSION, 課税年度="2025", 公的年金等に係る年税額="12300"),
        *(a(PENSION, 宛名番号=n, 課税年度="2025", 公的年金等に係る年税額="12300", 徴収開始区分="1") for n in "BCD"),
        a(PENSION, 宛名番号="B", 仮徴収額_六月="2600", 仮徴収額_八月="2600"),
        a(PENSION, 宛名番号="C", 仮徴収額_八月="1900"), a(PENSION, 宛名番号="D", 徴収開始区分="1", 仮徴収額_六月="0"),
        a(PENSION, 宛名番号="E", 仮徴収額_六月="9900"),
        a(PENSION, 宛名番号="F", 課税年度="2024"), a(PENSION, 宛名番号="F", 仮徴収額_六月="9900")]}),
    ("KOJ-11", ("2026|B|0",), {"shotoku": [
        a(INCOME, 課税年度="2025", 翌年度繰越損失額="900000"),
        a(INCOME, 繰越控除額="300000", 翌年度繰越損失額="600000"),
        a(INCOME, 宛名番号="B", 課税年度="2025", 翌年度繰越損失額="300000"),
        a(INCOME, 宛名番号="B", 繰越控除額="300001"),
        a(INCOME, 宛名番号="C", 繰越控除額="300000"), a(INCOME, 宛名番号="D", 課税年度="2025"),
        a(INCOME, 宛名番号="D", 翌年度繰越損失額="900000")]}),
    ("KOJ-12", ("2026|B|0",), {"taishosha": [
        TAXED, a(TAXED, 宛名番号="B", 生活保護フラグ="1"), a(TAXED, 宛名番号="C", 生活保護フラグ="1", 課税区分="3")]}),
    ("KOJ-12-2", ("2026|B|0", "2026|C|0"), {
        "zeigaku": [TAX, a(TAX, 宛名番号="B"), *(a(TAX, 宛名番号=n, 年税額="0") for n in "CD")],
        "taishosha": [TAXED, a(TAXED, 宛名番号="B", 課税区分="3"), a(TAXED, 宛名番号="C", 課税区分="2"),
                      a(TAXED, 宛名番号="D", 課税区分="3")]}),
    ("KOJ-12-3", ("2026|A|0", "2026|B|0"), {
        "shotoku": [*(a(INCOME, 宛名番号=n, 合計所得金額="1350000") for n in "ABCE"),
                    a(INCOME, 宛名番号="D", 合計所得金額="1350001")],
        "taishosha": [a(TAXED, 障害者区分="1"), a(TAXED, 宛名番号="B", 寡婦ひとり親区分="2"), a(TAXED, 宛名番号="C"),
                      a(TAXED, 宛名番号="D", 障害者区分="2"),
                      a(TAXED, 宛名番号="E", 未成年者フラグ="1", 課税区分="3")]}),
    ("KOJ-12-4", ("2026|A|0",), {
        "shotoku": [INCOME, a(INCOME, 宛名番号="B", 合計所得金額="0"), a(INCOME, 宛名番号="C")],
        "taishosha": [a(TAXED, 未申告フラグ="1"), a(TAXED, 宛名番号="B", 未申告フラグ="1"), a(TAXED, 宛名番号="C")]}),
    ("KOJ-13", ("2026|B|0", "2026|C|0"), {
        J: [PERSON, *(a(PERSON, 宛名番号=n, 住民状態="3", 消除の異動年月日="2026-05-01") for n in "BDE"),
            a(PERSON, 宛名番号="C", 住民状態="2", 消除の事由="31", 消除の異動年月日="2026-05-01"),
            a(PERSON, 宛名番号="F", 住民状態="2", 消除の事由="30", 消除の異動年月日="2026-05-01")],
        "taishosha": [TAXED, *(a(TAXED, 宛名番号=n) for n in "BCF"), a(TAXED, 宛名番号="D", 相続人代表者_宛名番号="A"),
                      a(TAXED, 宛名番号="E", 課税区分="3"), a(TAXED, 宛名番号="B", 課税年度="2025")]}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fires", "rows"), CASES, ids=[case[0] for case in CASES])
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(
    rule: str, fires: tuple[str, ...], rows: dict[str, list[Row]]
) -> None:
    assert keys_found("kojin", rule, rows) == sorted(fires)


def test_every_rule_has_a_case_that_fires() -> None:
    assert {rule.id for rule in areas()["kojin"].rules} == {rule for rule, fires, _ in CASES if fires} | elsewhere(
        "kojin"
    )


@pytest.fixture(scope="module")
def town() -> dict[str, dict[str, pl.DataFrame]]:
    return draw_tables(900, 3, _Nobody())


def test_a_salary_is_taxed_by_the_law_of_its_year(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    """Worked out by hand from the income and the deductions of one plain employee of 令和8年度."""
    plain = town["kojin"]["kazei"].filter(
        (pl.col("相当年度") == "508") & (pl.col("徴収方法") == "T") & (pl.col("配偶控除") == "0")
        & (pl.col("扶養控除") == "0") & (pl.col("町税控") == "0") & (pl.col("障害控除") == "0")
    ).row(0, named=True)  # fmt: skip
    yen = {name: int(value) for name, value in plain.items() if name in ("給与所得", "不動産所得", "控除計")}
    base = (yen["給与所得"] + yen["不動産所得"] - yen["控除計"]) // 1_000 * 1_000
    town_rate, prefecture_rate = (base * 6 // 100 - 1_500) // 100 * 100, (base * 4 // 100 - 1_000) // 100 * 100
    assert int(plain["年税額"]) == town_rate + prefecture_rate + 3_000 + 1_500 + 1_000
    assert plain["年税額"] == plain["給特税額"]


def test_only_who_lived_here_on_1_january_is_taxed_as_a_resident(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    juki = town["jumin"]["juki"].filter(pl.col("最新区分") == "1").select("宛名番号", "住民年月日")
    ledger = town["kojin"]["kazei"].join(juki, on="宛名番号", how="left")
    residents = ledger.filter((pl.col("相当年度") == "508") & (pl.col("住民区分") == "J"))
    assert residents.height > 500
    assert residents.filter(pl.col("住民年月日") > "5080101").is_empty()


def test_the_area_counts_its_totals_itself(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    counted = {name: count(town["kojin"]) for name, count in kojin.AREA.totals.items()}
    assert set(counted) == {total.id for total in areas()["kojin"].totals}
    assert set(counted["chotei"]) == {"", *map(str, range(2020, 2027))}
    assert sum(value for by, value in counted["chotei"].items() if by) == counted["chotei"][""]


def test_each_year_is_a_file_of_its_own(tmp_path: Any) -> None:
    made = make_town(tmp_path / "town", 120, 1, "none")
    files = sorted(path.name for path in (made.folder / "delivery" / "kojin").glob("kazei*"))
    assert files == [f"kazei_50{year}.csv" for year in range(2, 9)]
    for number, name in enumerate(files, start=2):
        frame = pl.read_csv(made.folder / "delivery/kojin" / name, infer_schema=False, encoding="cp932")
        assert set(frame["相当年度"]) == {f"50{number}"}
    manifest = pl.read_csv(made.folder / "delivery/manifest.csv", infer_schema=False).filter(pl.col("area") == "kojin")
    ledger = manifest.filter(pl.col("table") == "kazei")
    assert ledger["file"].to_list() == [f"kojin/{name}" for name in files]
    assert ledger["records"].cast(pl.Int64).sum() == made.tables["kojin"]["kazei"].height


def test_a_corporate_number_begins_with_its_check_digit() -> None:
    """290001007919 from the right, weights 1 and 2 by turns: 9+2+9+14+0+0+1+0+0+0+9+4 = 48; 9 − 48 mod 9 = 6."""
    assert pl.select(corporate_number(pl.lit(1, pl.Int64))).item() == "6290001007919"
