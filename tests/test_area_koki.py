"""後期高齢者医療: its rules, its maps on rows read by eye, its roles, its part of the one truth of insurance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from area_cases import Case, areas, keys_of_case

from mappings.roles import in_role
from migration.transforms.check_digits import is_right
from sample_data import Town

LEGAL = {
    "jumin.jumin": dict(
        宛名番号="0010000001", 個人履歴番号="1", 最新フラグ="1", 住民状態="1", 生年月日="1948-03-01",
        処理年月日="2020-04-02", 後期高齢資格有無="1", 後期高齢資格取得年月日="2023-03-01",
    ),
    "jutogai.atena": dict(宛名番号="0800000001"),
    "kokuho.shikaku": dict(宛名番号="0010000001", 資格番号="1", 最新フラグ="1", 取得年月日="2010-01-01"),
    "koki.shikaku": dict(
        宛名番号="0010000001", 資格履歴番号="1", 最新フラグ="1", 被保険者番号="10000013", 保険者番号="39403837",
        資格取得事由="1", 資格取得年月日="2023-03-01", 住所地特例フラグ="0", 元被扶養者フラグ="0",
        広域連合_最終連携年月日="2023-03-02",
    ),
    "koki.futan": dict(
        被保険者番号="10000013", 負担割合履歴番号="1", 年度="2026", 負担割合="1", 適用開始年月日="2026-08-01",
        適用終了年月日="2027-07-31", 判定_課税所得金額="0", 判定_収入金額="1000000", 基準収入額適用フラグ="0",
    ),
    "koki.fuka": dict(
        賦課年度="2025", 被保険者番号="10000013", 所得把握区分="1", 世帯の被保険者数="2", 世帯の給与所得者等数="2",
        軽減判定所得="530000", 軽減区分="7", 元被扶養者軽減フラグ="0", 賦課月数="12", 均等割額="60004",
        均等割軽減額="42002", 所得割額="1000", 限度超過額="0", 医療分_保険料額="19000", 子ども分_保険料額="0",
        減免額="0", 年間保険料額="19000", 特別徴収額="19000", 普通徴収額="0", 決定年月日="2025-07-15",
    ),
    "koki.tokucho": dict(
        賦課年度="2025", 被保険者番号="10000013", 徴収番号="1", 徴収年月="2025-04", 依頼額="19000"
    ),
    "koki.kibetsu": dict(
        賦課年度="2025", 被保険者番号="10000013", 期別="1", 納期限="2025-07-31", 期別保険料額="19000",
        収納額="19000", 還付充当額="0", 不納欠損額="0", 未納額="0",
    ),
    "koki.shuno": dict(
        収納番号="1", 賦課年度="2025", 被保険者番号="10000013", 期別="1", 収納区分="1", 収納年月日="2025-07-20",
        金額="19000",
    ),
}  # fmt: skip
N2, N3, N4, N5, N6 = (f"1000002{n}" for n in range(2, 7))
B = "0010000002"
J, K = "jumin.jumin", "kokuho.shikaku"


def who(number: str, **items: str) -> dict[str, str]:
    """Another person: of 資格 by 宛名番号."""
    return dict(宛名番号=number, **items)


def no(number: str, **items: str) -> dict[str, str]:
    return dict(被保険者番号=number, **items)


CASES = [
    Case("COM-01", ("Z|1",), {J: [{}], "jutogai.atena": [{}], "shikaku": [{}, who("0800000001"), who("Z")]}),
    Case("COM-14", ("B", "C"), {"shikaku": [
        dict(最新フラグ="0"), dict(資格履歴番号="2"), who("B", 資格履歴番号="2"), who("C", 最新フラグ="0")]}),
    Case("COM-15", ("B|1", "C|1"), {"shikaku": [
        {}, who("B", 資格喪失年月日="2023-03-01", 資格喪失事由="1"), who("C", 資格喪失年月日="2024-01-01"),
        who("D", 資格喪失年月日="2023-03-02", 資格喪失事由="2")]}),
    Case("COM-15-2", ("B|2", "C|2"), {"shikaku": [
        dict(資格喪失年月日="2024-01-01"), dict(資格履歴番号="2", 資格取得年月日="2024-01-01"),
        who("B"), who("B", 資格履歴番号="2", 資格取得年月日="2024-01-01"),
        who("C", 資格喪失年月日="2024-01-02"), who("C", 資格履歴番号="2", 資格取得年月日="2024-01-01")]}),
    Case("COM-17", ("10000002|1",), {"shikaku": [{}, who("10000002")]}),
    Case("COM-21", (f"{B}|1",), {J: [{}, who(B, 住民状態="3"), who("C", 住民状態="3")], "shikaku": [
        {}, who(B), who("C", 資格喪失年月日="2024-01-01", 資格喪失事由="2")]}),
    Case("JUK-16", ("B|1", "C|1"), {
        J: [{}, who("B", 後期高齢資格有無="0"), who("C", 後期高齢資格取得年月日="2023-02-28"),
            who("D", 後期高齢資格有無="0", 住民状態="2")],
        "shikaku": [{}, *(who(n) for n in "BCD")]}),
    Case("JUK-16-2", ("B|1",), {J: [{}, who("B"), who("C", 後期高齢資格有無="0")], "shikaku": [
        {}, who("B", 資格喪失年月日="2024-01-01"), who("C", 資格喪失年月日="2024-01-01")]}),
    Case("KOK-01", ("B|1", "C|1"), {
        J: [{}, who("B"), who("C"), who("D"), who("E", 生年月日="1948-00-00")],
        "shikaku": [{}, who("B", 資格取得年月日="2023-02-28"),
                    who("C", 資格取得年月日="2020-05-01", 障害認定年月日="2020-06-01"),
                    who("D", 資格取得年月日="2020-05-01", 障害認定年月日="2020-05-01"),
                    who("E", 資格取得年月日="2020-05-01")]}),
    Case("KOK-01-2", ("B|1", "C|1"), {
        J: [{}, *(who(n) for n in "BCD"), *(who(n, 生年月日="1948-02-29") for n in "EF")],
        "shikaku": [{}, who("B", 資格取得年月日="2023-02-28"), who("C", 資格取得年月日="2023-03-02"),
                    who("D", 資格取得年月日="2025-01-01", 資格取得事由="2"), who("E", 資格取得年月日="2023-03-01")]}),
    Case("KOK-01-3", ("B|1", "C|1"), {J: [{}, *(who(n) for n in "BCDE")], "shikaku": [
        dict(障害認定年月日="2013-02-28"), who("B", 障害認定年月日="2013-02-27"),
        who("C", 障害認定年月日="2023-03-01"), who("D", 障害認定年月日="2023-02-28"), who("E")]}),
    Case("KOK-02", (N2,), {"shikaku": [
        dict(最新フラグ="0"), dict(資格履歴番号="2"), who("B", 被保険者番号=N2), who("C", 被保険者番号=N2)]}),
    Case("KOK-02-2", ("B|1", "C|1"), {"shikaku": [
        {}, who("B", 保険者番号="403832"), who("C", 保険者番号="40403837")]}),
    Case("KOK-03", ("B|1",), {
        K: [who("B"), who("C", 喪失年月日="2023-03-01"), who("D"), dict(最新フラグ="0")],
        "shikaku": [{}, who("B"), who("C"), who("D", 資格喪失年月日="2024-01-01")]}),
    Case("KOK-03-2", ("B|1",), {
        K: [dict(喪失年月日="2023-03-01", 喪失事由="06"), who("B", 喪失年月日="2023-02-28", 喪失事由="06"),
            who("C", 喪失年月日="2015-01-01", 喪失事由="03"), who("D", 喪失年月日="2020-01-01", 喪失事由="06")],
        "shikaku": [{}, who("B"), who("C"), who("D", 資格取得事由="2")]}),
    Case("KOK-03-3", ("B|1", "C|1"), {
        J: [who(n, 住民状態="3", 消除の異動年月日=day) for n, day in (
            ("A", "2024-01-31"), ("B", "2024-01-31"), ("C", "2024-01-31"), ("D", "2024-01-00"))],
        "shikaku": [who("A", 資格喪失年月日="2024-02-01", 資格喪失事由="2"),
                    who("B", 資格喪失年月日="2024-01-31", 資格喪失事由="2"),
                    who("C", 資格喪失年月日="2024-02-02", 資格喪失事由="2"),
                    who("D", 資格喪失年月日="2024-02-20", 資格喪失事由="2")]}),
    Case("KOK-04", (f"2025|{N2}",), {
        "fuka": [{}, no(N2)],
        "tokucho": [dict(依頼額="9000"), dict(徴収番号="2", 依頼額="10000"), no(N2, 依頼額="18000")]}),
    Case("KOK-04-2", (f"2025|{N2}",), {
        "fuka": [dict(普通徴収額="19000"), no(N2, 普通徴収額="19000")],
        "kibetsu": [dict(期別保険料額="9000"), dict(期別="2", 期別保険料額="10000"), no(N2, 期別保険料額="18000")]}),
    Case("KOK-04-3", (f"2025|{N2}",), {"fuka": [
        {}, no(N2, 普通徴収額="1000"), no(N3, 特別徴収額="18000", 普通徴収額="1000")]}),
    Case("KOK-04-4", (f"2025|{N2}",), {
        "fuka": [dict(普通徴収額="19000"), no(N2, 普通徴収額="19000"), no(N3)], "kibetsu": [{}]}),
    Case("KOK-04-5", (f"2025|{N2}", f"2025|{N3}", f"2025|{N4}"), {"fuka": [
        {}, no(N2, 医療分_保険料額="19002", 年間保険料額="19002"), no(N3, 賦課月数="11"), no(N4, 減免額="500"),
        no(N5, 賦課月数="7", 医療分_保険料額="11080", 年間保険料額="11080"),
        no(N6, 子ども分_保険料額="400", 年間保険料額="19400")]}),
    Case("KOK-04-6", (f"2025|{N2}", f"2025|{N4}"), {"fuka": [
        {}, no(N2, 医療分_保険料額="800010"), no(N3, 医療分_保険料額="800000"), no(N4, 子ども分_保険料額="10"),
        no(N5, 賦課年度="2026", 医療分_保険料額="850000", 子ども分_保険料額="21000")]}),
    Case("KOK-05", (f"2024|{N2}",), {"fuka": [
        {}, no(N2, 賦課年度="2024", 決定年月日="2026-07-31"), no(N3, 賦課年度="2024", 決定年月日="2026-07-30")]}),
    Case("KOK-06", ("B|1",), {
        J: [dict(処理年月日="2023-03-02"), *(who(n, 処理年月日="2023-03-03") for n in "BC")],
        "shikaku": [{}, who("B"), who("C", 資格喪失年月日="2023-03-02")]}),
    Case("KOK-07", (f"2025|{N2}",), {
        "shikaku": [no(N2, 宛名番号="B", 資格取得事由="2"), no(N3, 宛名番号="C", 資格取得事由="2"), {}],
        "fuka": [dict(所得把握区分="3", 軽減区分="0"), no(N2, 所得把握区分="3", 軽減区分="0"),
                 no(N3, 所得把握区分="2", 軽減区分="0")]}),
    Case("KOK-08", (f"2025|{N2}", f"2025|{N3}", f"2026|{N5}"), {"fuka": [
        {}, no(N2, 軽減判定所得="530001"), no(N3, 軽減区分="5"), no(N4, 軽減判定所得="1140000", 軽減区分="5"),
        no(N5, 賦課年度="2026", 軽減判定所得="1150000", 軽減区分="2"),
        no(N6, 軽減区分="0", 所得把握区分="3")]}),
    Case("KOK-08-2", (f"2025|{N2}", f"2025|{N3}"), {
        "shikaku": [dict(元被扶養者フラグ="1", 資格取得年月日="2023-05-01"), no(N2, 宛名番号="B"),
                    no(N3, 宛名番号="C", 元被扶養者フラグ="1", 資格取得年月日="2023-04-30"), no(N4, 宛名番号="D")],
        "fuka": [dict(元被扶養者軽減フラグ="1"), no(N2, 元被扶養者軽減フラグ="1"), no(N3, 元被扶養者軽減フラグ="1"),
                 no(N4)]}),
    Case("KOK-08-3", (f"{N2}|1", f"{N3}|1"), {"futan": [
        {}, no(N2, 適用終了年月日="2027-08-01"), no(N3, 適用開始年月日="2026-07-31"),
        no(N4, 適用終了年月日="2026-12-31")]}),
    Case("KOK-08-4", (f"{N2}|2",), {"futan": [
        {}, dict(負担割合履歴番号="2", 適用開始年月日="2027-08-01"), no(N2),
        no(N2, 負担割合履歴番号="2", 適用開始年月日="2027-07-31")]}),
    Case("KOK-08-5", (f"{N2}|1", f"{N4}|1"), {"futan": [
        {}, no(N2, 負担割合="2", 判定_課税所得金額="279999"), no(N3, 負担割合="2", 判定_課税所得金額="280000"),
        no(N4, 負担割合="3", 判定_課税所得金額="1449999"), no(N5, 負担割合="3", 判定_課税所得金額="1450000"),
        no(N6, 判定_課税所得金額="9000000")]}),
    Case("KOK-08-6", ("B|1",), {
        "futan": [{}, no(N2, 年度="2025", 適用開始年月日="2025-08-01", 適用終了年月日="2026-07-31")],
        "shikaku": [{}, no(N2, 宛名番号="B"), no(N3, 宛名番号="C", 資格喪失年月日="2026-09-01")]}),
    Case("KOK-09", ("B|1",), {J: [{}, *(who(n, 住民状態="2") for n in "BCD")], "shikaku": [
        {}, who("B"), who("C", 住所地特例フラグ="1"), who("D", 資格喪失年月日="2024-01-01")]}),
    Case("KOK-09-2", ("B|1", "C|1"), {
        J: [{}, who("B"), who("C", 住民状態="2"), who("D", 住民状態="2")],
        "shikaku": [{}, who("B", 住所地特例フラグ="1", 住所地特例_適用年月日="2024-01-01"),
                    who("C", 住所地特例フラグ="1"),
                    who("D", 住所地特例フラグ="1", 住所地特例_適用年月日="2024-01-01")]}),
    Case("KOK-09-3", ("B|1",), {J: [{}], "jutogai.atena": [{}], "shikaku": [
        {}, who("B", 送付先_宛名番号="Z"), who("C", 送付先_宛名番号="0010000001"),
        who("D", 送付先_宛名番号="0800000001")]}),
    Case("KOK-09-4", ("2025|10000013|3",), {
        "fuka": [dict(特別徴収中止年月="2025-08", 特別徴収中止事由="1"), no(N2)],
        "tokucho": [{}, dict(徴収番号="2", 徴収年月="2025-06"), dict(徴収番号="3", 徴収年月="2025-08"),
                    dict(徴収番号="4", 徴収年月="2025-10", 依頼額="0"), no(N2, 徴収番号="6", 徴収年月="2026-02")]}),
    Case("KOK-10", (f"2025|{N2}|1",), {"kibetsu": [
        {}, no(N2, 未納額="19000"), no(N3, 収納額="38000", 還付充当額="19000"),
        no(N4, 収納額="4000", 不納欠損額="10000", 未納額="5000"), no(N5, 収納額="20000", 未納額="-1000")]}),
    Case("KOK-10-2", (f"2025|{N2}|1", f"2025|{N3}|1"), {
        "kibetsu": [{}, no(N2), no(N3, 収納額="38000"), no(N4, 収納額="38000", 還付充当額="19000")],
        "shuno": [{}, no(N2, 収納番号="2", 金額="18000"), no(N3, 収納番号="3", 金額="38000"),
                  no(N3, 収納番号="4", 収納区分="4"), no(N4, 収納番号="5", 金額="38000"),
                  no(N4, 収納番号="6", 収納区分="5")]}),
    Case("KOK-10-3", (f"2025|{N2}|1",), {
        "kibetsu": [{}, no(N2), no(N3, 収納額="0", 未納額="19000")], "shuno": [{}]}),
    Case("SNO-03", (f"2024|{N2}|1",), {"kibetsu": [
        dict(未納額="100"), no(N2, 賦課年度="2024", 納期限="2024-07-31", 未納額="100"),
        no(N3, 賦課年度="2024", 納期限="2024-07-31", 未納額="100", 時効更新年月日="2025-01-10"),
        no(N4, 賦課年度="2024", 納期限="2024-07-31", 未納額="100", 督促状発布年月日="2024-10-02"),
        no(N5, 賦課年度="2024", 納期限="2024-07-31")]}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(case: Case) -> None:
    assert keys_of_case("koki", case, LEGAL) == sorted(case.fires)


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in areas()["koki"].rules} == {case.rule for case in CASES}


def test_no_group_column_rule_or_total_is_lost() -> None:
    area = areas()["koki"]
    assert {group.id: len(group.items) for group in area.groups.values()} == {
        "shikaku": 22, "jogai": 8, "futan": 13, "fuka": 29, "tokucho": 10, "kibetsu": 14, "shuno": 11
    }  # fmt: skip
    tables = area.sources["kyusys"].tables.values()
    assert {table.id: len(table.columns) for table in tables} == {
        "hihokensha": 25, "jogai": 8, "futan": 14, "fuka": 49, "kiwari": 62, "shuno": 12
    }  # fmt: skip
    assert len(area.totals) == 9


def test_a_town_that_only_collects_has_no_shares_and_no_rule_about_them() -> None:
    """The 広域連合 is the insurer: 負担割合 is its own, and a missing one is no fault of such a town."""
    relay, window = (in_role(areas()["koki"], role) for role in ("relay", "window"))
    assert set(relay.left_out) == {"futan"}
    assert {rule.table for rule in relay.rules} == set(areas()["koki"].groups) - {"futan", "jogai"}
    assert "KOK-08-6" not in {rule.id for rule in relay.rules}
    assert {rule.table for rule in window.rules} == {"shikaku"}


def test_everybody_of_75_is_insured_or_on_welfare_from_the_birthday_on(larger_town: Town) -> None:
    """Born on 1951-10-01 is 75 on 2026-10-01, born a day later is not (the eve counts for 介護保険 only)."""
    insured = _living(larger_town)
    juki = larger_town.tables["jumin"]["juki"].filter((pl.col("最新区分") == "1") & (pl.col("住民状態") == "10"))
    exact = juki.filter((pl.col("住民種別") == "0") & ~pl.col("生年月日").str.contains("(00|29|3.)$"))
    old = exact.filter(pl.col("生年月日") <= "3261001")
    left_out = _kept(larger_town.tables["koki"]["jogai"]).filter(pl.col("終了日") == "0000000")
    assert set(old["宛名番号"]) <= set(insured["宛名番号"]) | set(left_out["宛名番号"])
    young = insured.join(exact.filter(pl.col("生年月日") > "3261001"), on="宛名番号", how="semi")
    assert set(young["取得事由"]) == {"13"}
    assert old.height > 100


def test_who_comes_to_koki_leaves_kokuho_on_that_very_day(larger_town: Town) -> None:
    """Also those of 65 to 74 who come with a severe disability."""
    koki = _kept(larger_town.tables["koki"]["hihokensha"]).filter(pl.col("資格連番") == "001")
    kokuho = _kept(larger_town.tables["kokuho"]["shikaku"])
    both = koki.join(kokuho, on="宛名番号", suffix="_国保")
    assert set(both["喪失年月日"]) & {"0000000"} == set()
    moved = both.filter(pl.col("喪失事由_国保") == "63")
    assert moved["喪失年月日"].to_list() == moved["取得日"].to_list()
    assert moved.height > 10
    assert moved.filter(pl.col("取得事由") == "13").height > 0


def test_numbers_carry_their_check_digit_and_belong_to_one_person(larger_town: Town) -> None:
    rows = _kept(larger_town.tables["koki"]["hihokensha"])
    assert all(is_right(number, "m10w2-1") for number in rows["被保番号"])
    assert rows["被保番号"].n_unique() == rows["宛名番号"].n_unique()


def test_what_is_collected_is_what_the_union_has_decided(larger_town: Town) -> None:
    levies, bills = (_kept(larger_town.tables["koki"][name]) for name in ("fuka", "kiwari"))
    asked = sum(_sum(levies, f"依頼額{slot}") for slot in "１２３４５６")
    billed = sum(_sum(bills, f"期別額{slot}") for slot in "１２３４５６７８９")
    assert asked + billed == _sum(levies, "年額") > 0
    stopped = levies.filter(pl.col("中止年月") != "")
    assert stopped.height > 3
    for row in stopped.rows(named=True):
        assert max(row[f"特徴年月{slot}"] for slot in "１２３４５６") < row["中止年月"]


def test_a_delivered_row_becomes_the_row_a_clerk_expects(
    tmp_path: Path, one_area: Callable[[Path, str], Town], ikou: Callable[..., object]
) -> None:
    """One person of the smallest delivery, converted: 和暦, codes, 特別徴収 by months, instalments."""
    made = one_area(tmp_path / "town", "koki")
    assert getattr(ikou("run", "-w", made.folder, "--to", "convert"), "code", 2) in (0, 1)
    there = made.folder / "runs" / "R1" / "stages" / "convert" / "koki"
    before = _kept(made.tables["koki"]["fuka"]).filter(pl.col("特徴年月６") != "").row(0, named=True)
    key = (pl.col("賦課年度") == before["賦課年度"]) & (pl.col("被保険者番号") == before["被保番号"])
    after = pl.read_parquet(there / "fuka.parquet").filter(key).row(0, named=True)
    assert after["年間保険料額"] == before["年額"].lstrip("0")
    assert after["所得把握区分"] == {"A": "1", "B": "2", "C": "3"}[before["所得区分"]]
    months = pl.read_parquet(there / "tokucho.parquet").filter(key)
    year = int(before["賦課年度"])
    expected = [*(f"{year}-{month}" for month in ("04", "06", "08", "10", "12")), f"{year + 1}-02"]
    assert months["徴収年月"].to_list() == expected
    assert months["依頼額"].cast(pl.Int64).sum() == int(before["特徴額"])
    bill = _kept(made.tables["koki"]["kiwari"]).row(0, named=True)
    same = (pl.col("賦課年度") == bill["賦課年度"]) & (pl.col("被保険者番号") == bill["被保番号"])
    parts = pl.read_parquet(there / "kibetsu.parquet").filter(same)
    slots = [slot for slot in "１２３４５６７８９" if bill[f"期別額{slot}"]]
    assert parts["期別"].to_list() == [str("１２３４５６７８９".index(slot) + 1) for slot in slots]
    assert parts["期別保険料額"].to_list() == [str(int(bill[f"期別額{slot}"])) for slot in slots]
    person = _kept(made.tables["koki"]["hihokensha"]).row(0, named=True)
    rows = pl.read_parquet(there / "shikaku.parquet").filter(pl.col("宛名番号") == person["宛名番号"])
    assert rows["資格取得年月日"][0] == _day(person["取得日"])
    assert rows["資格取得事由"][0] == {"11": "1", "12": "2", "13": "3", "14": "4", "15": "5"}[person["取得事由"]]


def _living(larger_town: Town) -> pl.DataFrame:
    rows = _kept(larger_town.tables["koki"]["hihokensha"])
    return rows.filter((pl.col("喪失日") == "0000000") & (pl.col("最新区分") == "1"))


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("削除フラグ") == "0")


def _sum(frame: pl.DataFrame, column: str) -> int:
    return int(frame[column].filter(frame[column] != "").cast(pl.Int64).sum())


def _day(wareki: str) -> str:
    year = {"1": 1867, "2": 1911, "3": 1925, "4": 1988, "5": 2018}[wareki[0]] + int(wareki[1:3])
    return f"{year}-{wareki[3:5]}-{wareki[5:]}"
