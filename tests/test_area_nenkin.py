"""国民年金: its rules, its maps on rows read by eye, and its part of the one truth of pensions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from area_cases import Case, areas, keys_of_case

from mappings.roles import in_role
from sample_data import Town

LEGAL = {
    "jumin.jumin": dict(
        宛名番号="0010000001", 個人履歴番号="1", 最新フラグ="1", 住民状態="1", 住民種別="1", 性別="2",
        生年月日="1990-03-01", 年金資格有無="1", 年金資格種別="1", 年金資格取得年月日="2010-02-28",
    ),
    "jutogai.atena": dict(宛名番号="0800000001"),
    "kokuho.shikaku": dict(宛名番号="0010000001", 資格番号="1", 最新フラグ="1", 取得年月日="2010-01-01"),
    "nenkin.hihokensha": dict(
        宛名番号="0010000001", 基礎年金番号="4100000001", 最新_種別="1", 生活保護受給フラグ="0", 障害年金受給フラグ="0",
        国民年金基金加入フラグ="0",
    ),
    "nenkin.shubetsu": dict(
        宛名番号="0010000001", 異動履歴番号="1", 最新フラグ="1", 種別="1", 取得事由="1", 取得年月日="2010-02-28",
        取得届出年月日="2010-03-05", 進達年月日="2010-03-10",
    ),
    "nenkin.menjo": dict(
        宛名番号="0010000001", 申請履歴番号="1", 免除区分="01", 免除年度="2024", 申請年月日="2024-07-20",
        審査結果="1", 承認年月日="2024-09-10", 承認期間_開始年月="2024-07", 承認期間_終了年月="2025-06",
        所得情報_年度="2024", 所得情報_所得金額="500000", 所得情報_扶養親族等数="0", 多胎フラグ="0",
        継続審査希望フラグ="0",
    ),
    "nenkin.fuka": dict(
        宛名番号="0010000001", 付加履歴番号="1", 申出年月日="2025-07-01", 納付期間_開始年月="2025-07"
    ),
}  # fmt: skip
BIRTH = dict(免除区分="08", 免除年度="", 承認期間_開始年月="2024-04", 承認期間_終了年月="2024-07",
             出産年月日="2024-05-10", 所得情報_年度="", 所得情報_扶養親族等数="")  # fmt: skip
J, K = "jumin.jumin", "kokuho.shikaku"


def who(number: str, **items: str) -> dict[str, str]:
    return dict(宛名番号=number, **items)


def people(*numbers: str, **same: str) -> list[dict[str, str]]:
    return [who(number, **same) for number in numbers]


OVER = dict(喪失年月日="2024-01-01", 喪失事由="1")

CASES = [
    Case("COM-01", ("Z",), {J: [{}], "jutogai.atena": [{}], "hihokensha": [{}, *people("0800000001", "Z")]}),
    Case("COM-14", ("B", "C"), {"shubetsu": [
        dict(最新フラグ="0"), dict(異動履歴番号="2"), who("B", 異動履歴番号="2"), who("C", 最新フラグ="0")]}),
    Case("COM-17", ("10000002",), {"hihokensha": [{}, who("10000002")]}),
    Case("COM-19", ("B",), {J: [{}], "jutogai.atena": [{}], "hihokensha": [
        {}, who("B", 送付先_宛名番号="Z"), who("C", 送付先_宛名番号="0010000001"),
        who("D", 送付先_宛名番号="0800000001")]}),
    Case("COM-21", ("B|1",), {J: [{}, *people("B", "C", 住民状態="3")], "shubetsu": [
        {}, who("B"), who("C", **OVER)]}),
    Case("COM-22", ("B|1", "C|1", "D|1"), {"shubetsu": [
        {}, who("B", 進達年月日="2010-03-04"), who("C", 進達年月日="2026-10-02"),
        who("D", 喪失届出年月日="2024-01-05", 進達年月日="2024-01-04"), who("E", 進達年月日="")]}),
    Case("JUK-16", ("B|1", "C|1", "D|1"), {
        J: [{}, who("B", 年金資格有無="0"), who("C", 年金資格取得年月日="2010-03-01"), who("D", 年金資格種別="3"),
            who("E", 年金資格種別="2"), who("F", 年金資格種別="3"), who("G", 年金資格有無="0", 住民状態="2"),
            who("H", 年金資格有無="0")],
        "shubetsu": [{}, *people("B", "C", "D", "G"), who("E", 種別="4"), who("F", 種別="3"), who("H", 種別="2")]}),
    Case("JUK-16-2", ("B|1", "C|1"), {
        J: [{}, *people("B", "C"), *people("D", "E", 年金資格有無="0")],
        "shubetsu": [{}, who("B", **OVER), who("C", 種別="2"), who("D", **OVER), who("E", 種別="2")]}),
    Case("JUK-16-3", ("B",), {
        J: [dict(基礎年金番号="4100000001"), who("B", 基礎年金番号="4100000009"), who("C")],
        "hihokensha": [{}, *people("B", "C")]}),
    Case("NEN-01", ("4100000002",), {"hihokensha": [
        {}, *people("B", "C", 基礎年金番号="4100000002"), who("D", 基礎年金番号="4100000003")]}),
    Case("NEN-01-2", ("B",), {"hihokensha": [{}, who("B", 基礎年金番号="410000001")]}),
    Case("NEN-02", ("B|1", "C|1"), {
        J: [{}, *people("B", "C", "D", "E"), who("F", 生年月日="1990-00-00")],
        "shubetsu": [{}, who("B", 取得年月日="2010-02-27"), who("C", 種別="3", 取得年月日="2050-02-28"),
                     who("D", 種別="3", 取得年月日="2050-02-27"), who("E", 種別="2", 取得年月日="2008-04-01"),
                     who("F", 取得年月日="2008-04-01")]}),
    Case("NEN-02-2", ("B|1", "C|1"), {
        J: [{}, *people("B", "C", "D", "E", 生年月日="1960-03-01")],
        "shubetsu": [{}, who("B"), who("C", 喪失年月日="2020-05-01", 喪失事由="3"),
                     who("D", 喪失年月日="2020-02-29", 喪失事由="1"),
                     who("E", 喪失年月日="2015-05-01", 喪失事由="5")]}),
    Case("NEN-02-3", ("B|1", "C|1", "E|1"), {
        J: [{}, *people("A", "B", "C", "D", 生年月日="1960-03-01"), who("E", 生年月日="1965-04-02"),
            who("F", 住民状態="2")],
        "shubetsu": [{}, *(who(n, 種別="4", 取得年月日=day) for n, day in (
            ("A", "2020-02-29"), ("B", "2020-02-28"), ("C", "2030-02-28"), ("D", "2030-02-27"), ("E", "2030-04-01"),
            ("F", "2015-01-01")))]}),
    Case("NEN-03", ("B|1", "C|1"), {"shubetsu": [
        {}, who("B", 喪失年月日="2010-02-28", 喪失事由="3"), who("C", 喪失年月日="2024-01-01"),
        who("D", 喪失年月日="2010-03-01", 喪失事由="3")]}),
    Case("NEN-03-2", ("B|2", "C|2"), {"shubetsu": [
        OVER, dict(異動履歴番号="2", 取得年月日="2024-01-01"), who("B"), who("B", 異動履歴番号="2"),
        who("C", **OVER), who("C", 異動履歴番号="2", 取得年月日="2023-12-31")]}),
    Case("NEN-03-3", ("B",), {
        "shubetsu": [{}, who("B", 種別="3"), who("C", 種別="3", 最新フラグ="0"), who("C", 異動履歴番号="2")],
        "hihokensha": [{}, *people("B", "C")]}),
    Case("NEN-04", ("B|1",), {
        K: [{}, who("B"), who("C", 喪失年月日="2015-04-01")],
        "shubetsu": [{}, *people("B", "C", 種別="2")]}),
    Case("NEN-04-2", ("B|1",), {
        J: [{}, who("B"), who("C", 生年月日="1960-01-01"), who("D", 住民状態="2"), who("E")],
        "shubetsu": [{}, *people("B", "C", "D", 種別="2", 喪失年月日="2024-01-01", 喪失事由="6"),
                     who("E", 種別="2", 喪失年月日="2024-01-01", 喪失事由="6", 最新フラグ="0"),
                     who("E", 異動履歴番号="2")]}),
    Case("NEN-05", ("B|2", "C|2"), {"menjo": [
        {}, dict(申請履歴番号="2", 承認期間_開始年月="2025-07"), who("B"),
        who("B", 申請履歴番号="2", 承認期間_開始年月="2025-06"), who("C", 承認期間_終了年月=""),
        who("C", 申請履歴番号="2", 承認期間_開始年月="2025-07"), who("D"),
        who("D", 申請履歴番号="2", 審査結果="2")]}),
    Case("NEN-05-2", ("B|1", "C|1", "E|1"), {"menjo": [
        {}, who("B", 承認期間_終了年月="2025-07"), who("C", 承認期間_開始年月="2024-06"),
        who("D", 免除区分="06", 承認期間_開始年月="2024-04", 承認期間_終了年月="2025-03"),
        who("E", 免除区分="06", 承認期間_開始年月="2024-07", 承認期間_終了年月="2025-04"),
        who("F", 承認期間_開始年月="2024-12", 承認期間_終了年月="2025-01"),
        who("G", 承認期間_終了年月="2026-06", 審査結果="2"), who("H", **BIRTH)]}),
    Case("NEN-05-3", ("B|1",), {
        J: [{}, who("B", 生年月日="1974-07-02"), who("C", 生年月日="1974-07-03"), who("D", 生年月日="1960-01-01")],
        "menjo": [*people("0010000001", "B", "C", 免除区分="05"), who("D")]}),
    Case("NEN-05-4", ("B|1", "C|1", "D|1"), {"menjo": [
        {}, who("B", 承認年月日=""), who("C", 承認年月日="2024-07-19"), who("D", 承認年月日="2026-10-02"),
        who("E", 審査結果="0", 承認年月日="")]}),
    Case("NEN-06", ("B|1", "C|1"), {
        "fuka": [{}, who("B", 納付期間_開始年月="2025-06"), who("C"),
                 who("D", 納付期間_開始年月="2020-01", 納付期間_終了年月="2024-06"),
                 who("E", 納付期間_開始年月="2020-01")],
        "menjo": [{}, who("B"), who("C", 免除区分="07", 承認期間_終了年月=""), who("D"), who("E", **BIRTH),
                  who("F")]}),
    Case("NEN-06-2", ("B|1",), {
        "hihokensha": [{}, *people("B", "C", 国民年金基金加入フラグ="1")],
        "fuka": [{}, who("B"), who("C", 納付期間_終了年月="2026-01")]}),
    Case("NEN-06-3", ("B|1", "C|1"), {
        "shubetsu": [{}, who("B", **OVER), who("C", 種別="3"), who("D", 種別="4"), who("E", **OVER)],
        "fuka": [{}, *people("B", "C", "D"), who("E", 納付期間_終了年月="2023-12")]}),
    Case("NEN-07", ("B|1",), {
        "hihokensha": [dict(生活保護受給フラグ="1"), who("B"), who("C", 障害年金受給フラグ="1"), who("D")],
        "menjo": [*people("0010000001", "B", "C", 免除区分="07", 承認期間_終了年月=""),
                  who("D", 免除区分="07", 承認期間_終了年月="2024-12")]}),
    Case("NEN-07-2", ("B|1", "C|1", "D|1", "E|1"), {
        J: [{}, *people("B", "C", "E", "F", "G"), who("D", 性別="1")],
        "menjo": [BIRTH, who("B", **(BIRTH | dict(承認期間_終了年月="2024-08"))),
                  who("C", **(BIRTH | dict(多胎フラグ="1"))), who("D", **BIRTH),
                  who("E", **(BIRTH | dict(出産年月日="2024-03-31"))),
                  who("F", **(BIRTH | dict(多胎フラグ="1", 承認期間_開始年月="2024-02"))), who("G")]}),
    Case("NEN-08", ("B|1", "C|1"), {
        J: [{}, who("B", 住民状態="2"), who("C", 住民状態="9"), who("D", 住民状態="3"), who("E", 住民状態="2")],
        "shubetsu": [{}, *people("B", "C", "D"), who("E", **OVER)]}),
    Case("NEN-08-2", ("B", "C", "D"), {
        J: [who(n, 住民種別=kind, 住民状態=state) for n, kind, state in (
            ("A", "2", "2"), ("B", "1", "2"), ("C", "2", "1"), ("D", "2", "2"))],
        "shubetsu": [who("A", **OVER), who("B", **OVER), who("C", **OVER), who("D")],
        "hihokensha": [*people(*"ABCD", 脱退一時金請求年月日="2024-03-01"), who("E")]}),
    Case("NEN-09", ("B|1", "C|1", "D|1"), {"menjo": [
        {}, who("B", 所得情報_年度="2023"), who("C", 所得情報_年度=""), who("D", 所得情報_扶養親族等数=""),
        who("E", **BIRTH)]}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(case: Case) -> None:
    assert keys_of_case("nenkin", case, LEGAL) == sorted(case.fires)


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in areas()["nenkin"].rules} == {case.rule for case in CASES}


def test_no_group_column_rule_or_total_is_lost() -> None:
    area = areas()["nenkin"]
    assert {group.id: len(group.items) for group in area.groups.values()} == {
        "hihokensha": 11, "shubetsu": 14, "menjo": 19, "fuka": 9
    }  # fmt: skip
    assert {table.id: len(table.columns) for table in area.sources["kyusys"].tables.values()} == {
        "hihokensha": 15, "shubetsu": 15, "menjo": 20, "fuka": 10
    }  # fmt: skip
    assert len(area.totals) == 5


def test_a_town_that_only_takes_papers_has_no_relief() -> None:
    """What was granted is kept by 日本年金機構."""
    window = in_role(areas()["nenkin"], "window")
    assert set(window.left_out) == {"menjo", "fuka"}
    assert {rule.table for rule in window.rules} == {"hihokensha", "shubetsu"}
    assert {total.id for total in window.totals} == {"hihokenshasu", "shutoku"}


def test_residents_of_20_to_59_in_kokuho_are_first_insured(larger_town: Town) -> None:
    """Of age on the eve of the birthday: born on 2006-10-02 is 20 on 2026-10-01, born on 1966-10-02 is 60."""
    kinds = _kept(larger_town.tables["nenkin"]["shubetsu"]).filter(
        (pl.col("最新区分") == "1") & (pl.col("喪失日") == "0000000")
    )
    kokuho = _kept(larger_town.tables["kokuho"]["shikaku"])
    living = kokuho.filter(
        (pl.col("最新区分") == "1") & (pl.col("喪失年月日") == "0000000") & (pl.col("特例区分") == "0")
    )
    juki = larger_town.tables["jumin"]["juki"].filter((pl.col("最新区分") == "1") & (pl.col("住民種別") == "0"))
    born = juki.filter(~pl.col("生年月日").str.contains("(00|29|3.)$") & (pl.col("生年月日") > "3411002"))
    of_age = born.filter(pl.col("生年月日") <= "4181002")
    insured = set(living["宛名番号"]) & set(of_age["宛名番号"])
    assert insured == insured & set(kinds.filter(pl.col("種別") == "1")["宛名番号"])
    assert len(insured) > 80
    first = set(kinds.filter(pl.col("種別") == "1")["宛名番号"]) & set(juki["宛名番号"])
    assert not first & set(juki.filter(pl.col("生年月日") > "4181002")["宛名番号"])


def test_the_resident_card_names_the_kind_and_the_day_of_the_ledger(larger_town: Town) -> None:
    juki = larger_town.tables["jumin"]["juki"].filter((pl.col("最新区分") == "1") & (pl.col("住民状態") == "10"))
    named = juki.filter(pl.col("年金区分") == "1").select("宛名番号", "年金種別", "年金取得日", "基礎年金番号")
    rows = _kept(larger_town.tables["nenkin"]["shubetsu"]).filter(
        (pl.col("喪失日") == "0000000") & (pl.col("種別") != "2")
    )
    kinds = {"1": "1", "3": "3", "N": "2"}
    ledger = rows.select("宛名番号", pl.col("種別").replace_strict(kinds, return_dtype=pl.String), "取得日")
    assert sorted(named.select("宛名番号", "年金種別", "年金取得日").rows()) == sorted(ledger.rows())
    numbers = named.join(_kept(larger_town.tables["nenkin"]["hihokensha"]), on="宛名番号")
    assert numbers["基礎年金番号"].to_list() == numbers["年金番号"].to_list()


def test_nobody_has_two_kinds_on_one_day_nor_relief_twice_in_one_month(larger_town: Town) -> None:
    for _, rows in _kept(larger_town.tables["nenkin"]["shubetsu"]).group_by("宛名番号"):
        days = [day for pair in rows.sort("異動連番").select("取得日", "喪失日").rows() for day in pair]
        assert [_day(day) for day in days[:-1]] == sorted(_day(day) for day in days[:-1])
    granted = _kept(larger_town.tables["nenkin"]["menjo"]).filter(pl.col("結果") == "A")
    for _, rows in granted.group_by("宛名番号"):
        months = [
            month or "999999" for pair in rows.sort("申請連番").select("開始年月", "終了年月").rows() for month in pair
        ]
        assert months == sorted(months)
    assert set(granted["免除種類"]) >= {"Z1", "Y1", "G1", "H1"}


def test_a_delivered_row_becomes_the_row_a_clerk_expects(
    tmp_path: Path, one_area: Callable[[Path, str], Town], ikou: Callable[..., object]
) -> None:
    """One person of the smallest delivery, converted: 和暦, codes, years and months."""
    made = one_area(tmp_path / "town", "nenkin")
    assert getattr(ikou("run", "-w", made.folder, "--to", "convert"), "code", 2) in (0, 1)
    there = made.folder / "runs" / "R1" / "stages" / "convert" / "nenkin"
    before = _kept(made.tables["nenkin"]["menjo"]).filter(pl.col("免除年度") != "").row(0, named=True)
    same = (pl.col("宛名番号") == before["宛名番号"]) & (pl.col("申請履歴番号") == before["申請連番"].lstrip("0"))
    after = pl.read_parquet(there / "menjo.parquet").filter(same).row(0, named=True)
    assert after["免除年度"] == str(int(before["免除年度"]) - 500 + 2018)
    assert after["承認期間_開始年月"] == f"{before['開始年月'][:4]}-{before['開始年月'][4:]}"
    assert after["申請年月日"] == _day(before["申請日"])
    assert after["所得情報_所得金額"] == str(int(before["所得額"]))
    kind = _kept(made.tables["nenkin"]["shubetsu"]).row(0, named=True)
    row = pl.read_parquet(there / "shubetsu.parquet").filter(pl.col("宛名番号") == kind["宛名番号"]).row(0, named=True)
    assert row["取得年月日"] == _day(kind["取得日"])
    assert row["種別"] == {"1": "1", "2": "2", "3": "3", "N": "4"}[kind["種別"]]
    person = _kept(made.tables["nenkin"]["hihokensha"]).row(0, named=True)
    insured = pl.read_parquet(there / "hihokensha.parquet").filter(pl.col("宛名番号") == person["宛名番号"])
    assert insured["基礎年金番号"].to_list() == [person["年金番号"].replace("-", "")]


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("削除フラグ") == "0")


def _day(wareki: str) -> str:
    year = {"1": 1867, "2": 1911, "3": 1925, "4": 1988, "5": 2018}[wareki[0]] + int(wareki[1:3])
    return f"{year}-{wareki[3:5]}-{wareki[5:]}"
