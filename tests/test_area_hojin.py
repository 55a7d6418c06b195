"""法人住民税: its rules on rows written by hand, and its part of the town."""

from __future__ import annotations

import polars as pl
import pytest
from area_cases import Case, areas, keys_of_case

from sample_data import Town
from sample_data.areas.hojin.years import Company, Declared, class_of, declarations, years_of
from sample_data.founding import ordinal

ONE = "0007000001"
KEY = dict(法人管理番号=ONE, 事業年度番号="1", 申告番号="1")
LEGAL = {
    "jumin.jumin": dict(宛名番号="0010000001", 個人履歴番号="1", 最新フラグ="1"),
    "jutogai.atena": dict(宛名番号="0800000001"),
    "kojin.gimusha": dict(指定番号="00000001", 法人番号="6290001007919", 名称="有限会社松本工業"),
    "hojin.hojin": dict(
        法人管理番号=ONE, 法人番号="6290001007919", 法人区分="1", 商号又は名称="有限会社松本工業", 本店区分="1",
        所在地="岡垣町大字山田４番地", 設立年月日="1986-12-06", 事務所開設年月日="1986-12-06", 法人状態="1",
        予定申告送付対象フラグ="0", 公表_商号又は名称="有限会社松本工業", 公表_所在地="岡垣町大字山田４番地",
    ),
    "hojin.jimusho": dict(法人管理番号=ONE, 事務所番号="1", 事務所名="本店", 設置年月日="1986-12-06"),
    "hojin.jigyonendo": dict(
        法人管理番号=ONE, 事業年度番号="1", 事業年度_開始年月日="2023-04-01", 事業年度_終了年月日="2024-03-31"
    ),
    "hojin.shinkoku": dict(
        **KEY, 申告区分="3", 申告年月日="2024-05-20", 申告期限="2024-05-31", 申告期限延長月数="0",
        法人税額_全体="1234500", 課税標準額="1234000", 法人税割税率="60", 法人税割額="74000", 年税額="124000",
        既納付額="0", 差引額="124000", 分割法人フラグ="0",
    ),
    "hojin.kintowari": dict(
        **KEY, 資本金等の額="10000000", 町内従業者数="50", 均等割区分="1", 均等割月数="12", 均等割額="50000"
    ),
    "hojin.bunkatsu": dict(
        **KEY, 従業者数_全体="10", 従業者数_町内="4", 法人税額_全体="1234567", 分割課税標準額="493000"
    ),
    "hojin.shuno": dict(
        **KEY, 調定年度="2024", 調定年月日="2024-05-20", 納期限="2024-05-31", 調定額="124000", 収納額="124000",
        不納欠損額="0", 還付充当済額="0", 未納額="0",
    ),
}  # fmt: skip
N2, N3, N4, N5, N6 = (f"000700000{n}" for n in range(2, 7))
OTHER = "3290001015838"  # another 法人番号 with its check digit


def firm(number: str, **items: str) -> dict[str, str]:
    return dict(法人管理番号=number, **items)


def year(serial: str, first: str, last: str) -> dict[str, str]:
    return dict(事業年度番号=serial, 事業年度_開始年月日=first, 事業年度_終了年月日=last)


CASES = [
    Case("COM-01", (N2,), {"jumin.jumin": [{}], "jutogai.atena": [{}], "hojin": [
        {}, firm(N2, 清算人_宛名番号="0099990000"), firm(N3, 清算人_宛名番号="0010000001"),
        firm(N4, 清算人_宛名番号="0800000001")]}),
    Case("COM-10", (N2,), {"kojin.gimusha": [{}], "hojin": [
        {}, firm(N2, 商号又は名称="株式会社別"), firm(N3, 法人番号=OTHER, 商号又は名称="株式会社別")]}),
    Case("COM-14", (f"{N2}|1",), {"shinkoku": [{}, dict(申告番号="2"), firm(N2, 申告番号="2")]}),
    Case("COM-14-2", (N2,), {"jigyonendo": [
        {}, dict(事業年度番号="2"), firm(N2, 事業年度番号="2"), firm(N2, 事業年度番号="3")]}),
    Case("COM-15", (f"{N2}|1",), {"jimusho": [
        dict(廃止年月日="1986-12-06"), firm(N2, 廃止年月日="1986-12-05"), firm(N3)]}),
    Case("COM-17", ("7000002",), {"hojin": [{}, firm("7000002")]}),
    Case("HOJ-01", (N2, N3), {"hojin": [
        {}, firm(N2, 法人番号="7290001007919"), firm(N3, 法人番号="290001007919"), firm(N4, 法人番号="")]}),
    Case("HOJ-01-2", (ONE, N2), {"hojin": [
        {}, firm(N2, 法人状態="2"), firm(N3, 法人状態="4"), firm(N4, 法人番号=OTHER)]}),
    Case("HOJ-01-3", (N2,), {"hojin": [{}, firm(N2, 法人番号=""), firm(N3, 法人番号="", 法人区分="3")]}),
    Case("HOJ-02", (f"{N2}|1", f"{N3}|1"), {"jigyonendo": [
        {}, firm(N2, 事業年度_終了年月日="2024-04-01"), firm(N3, 事業年度_終了年月日="2023-03-31"),
        firm(N4, 事業年度_終了年月日="2023-06-30")]}),
    Case("HOJ-02-2", (f"{N2}|2", f"{N3}|2"), {"jigyonendo": [
        {}, year("2", "2024-04-01", "2025-03-31"), firm(N2), firm(N2, **year("2", "2024-05-01", "2025-03-31")),
        firm(N3), firm(N3, **year("2", "2024-03-31", "2025-03-30"))]}),
    Case("HOJ-03", (f"{N2}|1|1", f"{N3}|1|1", f"{N6}|1|1"), {"kintowari": [
        {}, firm(N2, 町内従業者数="51"), firm(N3, 資本金等の額="10000001"),
        firm(N4, 資本金等の額="10000001", 均等割区分="3"),
        firm(N5, 資本金等の額="6000000000", 町内従業者数="51", 均等割区分="9"),
        firm(N6, 資本金等の額="6000000000", 町内従業者数="50", 均等割区分="9")]}),
    Case("HOJ-03-2", (f"{N2}|1|1", f"{N4}|1|1"), {
        "jigyonendo": [{}, *(firm(n) for n in (N2, N3, N4, N5))],
        "kintowari": [{}, firm(N2, 均等割額="50100"), firm(N3, 均等割月数="7", 均等割額="29100"),  # 29,166 yen
                      firm(N4, 均等割月数="7", 均等割額="29166"), firm(N5, 均等割区分="9", 均等割額="3000000")]}),
    Case("HOJ-03-3", (f"{N2}|1|1", f"{N3}|1|1", f"{N5}|1|1"), {
        "jigyonendo": [{}, firm(N2), firm(N3), firm(N4, 事業年度_終了年月日="2023-06-30"), firm(N5)],
        "shinkoku": [{}, firm(N2), firm(N3), firm(N4), firm(N5, 申告区分="2")],
        "kintowari": [{}, firm(N2, 均等割月数="13"), firm(N3, 均等割月数="0"), firm(N4, 均等割月数="3"),
                      firm(N5, 均等割月数="7")]}),
    Case("HOJ-04", (f"{N2}|1|1", f"{N4}|1|1"), {
        "jigyonendo": [{}, firm(N2), firm(N3, 事業年度_開始年月日="2019-09-30"),
                       firm(N4, 事業年度_開始年月日="2019-10-01")],
        "shinkoku": [{}, firm(N2, 法人税割税率="97"), firm(N3, 法人税割税率="97"), firm(N4, 法人税割税率="97")]}),
    Case("HOJ-04-2", (f"{N2}|1|1", f"{N3}|1|1"), {"shinkoku": [
        {}, firm(N2, 法人税割額="74040"), firm(N3, 法人税割額="74100"),
        firm(N4, 申告区分="2", 課税標準額="0", 法人税割額="37000")]}),
    Case("HOJ-05", (f"{N2}|1|1", f"{N5}|1|1"), {
        "jigyonendo": [{}, *(firm(n) for n in (N2, N3, N4, N5, N6))],
        "shinkoku": [{}, firm(N2, 申告期限="2024-06-30"), firm(N3, 申告期限="2024-06-30", 申告期限延長月数="1"),
                     firm(N4, 申告区分="2", 申告期限="2023-11-30"), firm(N5, 申告区分="2", 申告期限="2023-12-31"),
                     firm(N6, 申告区分="4", 申告期限="2025-01-31")]}),
    Case("HOJ-05-2", (f"{N2}|1|1",), {"shinkoku": [
        {}, dict(申告番号="2", 申告区分="4"), firm(N2, 申告区分="4"), firm(N3, 申告区分="6"),
        firm(N3, 申告番号="2", 申告区分="5")]}),
    Case("HOJ-05-3", (f"{N2}|1",), {
        "jigyonendo": [{}, firm(N2), firm(N3, 事業年度_終了年月日="2026-04-02"), firm(N4)],
        "shinkoku": [{}, firm(N2, 申告区分="2"), firm(N4, 申告区分="6")]}),
    Case("HOJ-06", (N2,), {"hojin": [
        dict(予定申告送付対象フラグ="1"), firm(N2, 予定申告送付対象フラグ="1", 法人状態="3"),
        firm(N3, 法人状態="3")]}),
    Case("HOJ-06-2", (N2, N3), {"hojin": [
        {}, firm(N2, 状態年月日="2025-04-01"), firm(N3, 法人状態="2"),
        firm(N4, 法人状態="2", 状態年月日="2025-04-01")]}),
    Case("HOJ-07", (f"{N2}|1|1", f"{N3}|1|1"), {"bunkatsu": [
        {}, firm(N2, 従業者数_町内="11"), firm(N3, 従業者数_町内="0"), firm(N4, 従業者数_町内="10")]}),
    Case("HOJ-07-2", (f"{N2}|1|1", f"{N3}|1|1"), {"bunkatsu": [
        {}, firm(N2, 分割課税標準額="494000"), firm(N3, 分割課税標準額="492000")]}),
    Case("HOJ-07-3", (f"{N2}|1|1",), {"shinkoku": [
        {}, firm(N2, 課税標準額="1235000"), firm(N3, 課税標準額="493000", 分割法人フラグ="1"),
        firm(N4, 課税標準額="0", 申告区分="2")]}),
    Case("HOJ-08", (f"{N2}|1",), {
        "hojin": [{}, firm(N2, 設立年月日="2023-04-02"), firm(N3, 設立年月日="2023-04-01")],
        "jigyonendo": [{}, firm(N2), firm(N3)]}),
    Case("HOJ-08-2", (N2,), {"hojin": [
        {}, firm(N2, 公表_商号又は名称="株式会社新"), firm(N3, 公表_商号又は名称="")]}),
    Case("HOJ-08-3", (N2,), {"hojin": [
        {}, firm(N2, 公表_所在地="芦屋町１番地"), firm(N3, 公表_所在地="芦屋町１番地", 本店区分="2")]}),
    Case("HOJ-08-4", (f"{N2}|1|1",), {
        "hojin": [{}, firm(N2, 事務所開設年月日="2024-04-01"), firm(N3, 事務所開設年月日="2024-03-31")],
        "jigyonendo": [{}, firm(N2), firm(N3)], "kintowari": [{}, firm(N2), firm(N3)]}),
    Case("HOJ-09", (f"{N2}|1|2", f"{N4}|1|1"), {"shinkoku": [
        {}, firm(N2, 申告区分="2", 年税額="62000"), firm(N2, 申告番号="2"),
        firm(N3, 申告区分="2", 年税額="62000"), firm(N3, 申告番号="2", 既納付額="62000"),
        firm(N4, 既納付額="100"), firm(N5, 申告区分="4", 既納付額="100")]}),
    Case("HOJ-09-2", (f"{N2}|1|1",), {"shinkoku": [
        {}, firm(N2, 差引額="124100"), firm(N3, 既納付額="200000", 差引額="-76000")]}),
    Case("HOJ-09-3", (f"{N2}|1|1",), {
        "shinkoku": [{}, firm(N2, 差引額="-76000"), firm(N3, 差引額="-76000")],
        "shuno": [{}, firm(N2, 調定額="76000"), firm(N3, 調定額="-76000")]}),
    Case("HOJ-09-4", (f"{N2}|1|1",), {"shinkoku": [{}, firm(N2)], "shuno": [{}]}),
    Case("SNO-01", (f"{N2}|1|1", f"{N5}|1|1"), {"shuno": [
        {}, firm(N2, 未納額="100"), firm(N3, 調定額="-76000", 収納額="0", 還付充当済額="76000"),
        firm(N4, 収納額="0", 不納欠損額="124000"), firm(N5, 調定額="-76000", 収納額="0", 未納額="76000")]}),
    Case("SNO-02", (f"{N2}|1|1",), {
        "shinkoku": [{}, firm(N2, 年税額="124100")], "kintowari": [{}, firm(N2)]}),
    Case("SNO-03", (f"{N2}|1|1",), {"shuno": [
        dict(納期限="2020-05-31"), firm(N2, 納期限="2021-10-01", 未納額="100"),
        firm(N3, 納期限="2021-10-02", 未納額="100"), firm(N4, 納期限="2020-05-31", 未納額="-100")]}),
    Case("SNO-04", (f"{N2}|1|1",), {"shuno": [
        {}, firm(N2, 調定年月日="2025-09-30", 未納額="-100"), firm(N3, 調定年月日="2025-10-01", 未納額="-100")]}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(case: Case) -> None:
    assert keys_of_case("hojin", case, LEGAL) == sorted(case.fires)


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in areas()["hojin"].rules} == {case.rule for case in CASES}


def test_no_group_item_column_rule_or_total_is_lost() -> None:
    area = areas()["hojin"]
    assert {group.id: len(group.items) for group in area.groups.values()} == {
        "hojin": 25, "jimusho": 10, "jigyonendo": 8, "shinkoku": 18, "kintowari": 11, "bunkatsu": 10, "shuno": 15
    }  # fmt: skip
    tables = area.sources["kyusys"].tables.values()
    assert {table.id: len(table.columns) for table in tables} == {
        "hojin": 27, "jimusho": 10, "jigyo": 8, "shinkoku": 25, "shuno": 15
    }  # fmt: skip
    assert len(area.totals) == 6


@pytest.mark.parametrize(
    ("capital", "staff", "expected"),
    [
        (10_000_000, 50, 1), (10_000_000, 51, 2), (10_000_001, 50, 3), (100_000_000, 51, 4), (100_000_001, 50, 5),
        (1_000_000_000, 51, 6), (1_000_000_001, 50, 7), (5_000_000_000, 51, 8), (5_000_000_001, 51, 9),
        (5_000_000_001, 50, 7),
    ],
)  # fmt: skip
def test_the_nine_classes_end_where_the_law_says(capital: int, staff: int, expected: int) -> None:
    assert class_of(capital, staff) == expected


def test_a_company_with_income_pays_half_of_the_year_before_and_has_it_taken_off() -> None:
    """12 people, year to March: 法人税 by hand from the figures of the sample, 6.0% of whole thousands."""
    found = _declared(Company(1, 10_000_000, 12, 12, False, ordinal("1990-04-01"), 0, 3, False))
    final, half, later = found[1], found[2], found[3]
    assert (final.kind, half.kind, later.kind) == ("確定", "予定", "確定")
    assert half.on_income == final.on_income // 2 // 100 * 100
    assert (half.per_head, later.before) == (25_000, half.total)


def test_an_office_opened_in_august_pays_for_the_whole_months_after() -> None:
    found = _declared(Company(5, 10_000_000, 4, 4, False, ordinal("2021-08-16"), 0, 3, True))
    assert (found[0].months, found[0].per_head) == (7, 29_100)
    assert found[1].months == 12


def _declared(company: Company) -> list[Declared]:
    as_of = ordinal("2026-10-01")
    return list(declarations(years_of(company, as_of), as_of))


def test_business_years_follow_each_other_and_their_taxes_reconcile(clean_town: Town) -> None:
    tables = {name: _kept(frame) for name, frame in clean_town.tables["hojin"].items()}
    assert tables["hojin"].height > 100
    assert set(tables["hojin"]["状態"]) == {"10", "20", "30", "40", "50"}
    assert set(tables["shinkoku"]["申告区分"]) == {"2", "3", "4", "5"}
    assert set(tables["shinkoku"]["税率"]) == {"60", "97"}
    money = tables["shuno"].select(pl.col("調定額", "収納額", "欠損額", "還付充当額", "未納額").cast(pl.Int64))
    rest = money["調定額"] - money["収納額"] - money["欠損額"] + money["還付充当額"]
    assert (rest == money["未納額"]).all()
    assert money["調定額"].sum() == tables["shinkoku"]["差引額"].cast(pl.Int64).sum()


def test_companies_are_those_that_employ_the_people_of_the_town(clean_town: Town) -> None:
    payers = set(clean_town.tables["kojin"]["gimusha"]["法人番号"]) - {""}
    here = set(clean_town.tables["hojin"]["hojin"]["法人番号"])
    assert len(here & payers) >= 10


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("削除フラグ") == "0")
