"""介護保険: its rules, its maps on rows read by eye, and its part of the town."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from area_cases import Case, areas, keys_of_case
from cross_area_cases import elsewhere

from sample_data import Town

LEGAL = {
    "jumin.jumin": dict(宛名番号="0010000001", 個人履歴番号="1", 最新フラグ="1", 住民状態="1", 生年月日="1950-03-01"),
    "jutogai.atena": dict(宛名番号="0800000001"),
    "kaigo.shikaku": dict(
        被保険者番号="0000000001", 資格履歴番号="1", 最新フラグ="1", 保険者番号="403832", 宛名番号="0010000001",
        被保険者区分="1", 資格取得事由="1", 資格取得年月日="2015-02-28", 住所地特例フラグ="0",
    ),
    "kaigo.nintei": dict(
        被保険者番号="0000000001", 認定履歴番号="1", 最新フラグ="1", 申請区分="1", 申請年月日="2024-04-10",
        主治医意見書入手年月日="2024-04-24", 介護認定審査会年月日="2024-05-08", 認定年月日="2024-05-08",
        要介護状態区分="21", 認定有効期間_開始年月日="2024-04-10", 認定有効期間_終了年月日="2025-04-30",
        居宅サービス計画作成区分="1", 居宅介護支援事業所番号="4070500011",
    ),
    "kaigo.futan": dict(
        被保険者番号="0000000001", 負担割合履歴番号="1", 年度="2024", 負担割合="1", 適用開始年月日="2024-08-01",
        適用終了年月日="2025-07-31", 判定_合計所得金額="0", 給付額減額フラグ="0",
    ),
    "kaigo.fuka": dict(
        賦課年度="2024", 被保険者番号="0000000001", 通知書番号="0240000001", 所得段階="05", 課税区分="2",
        生活保護受給フラグ="0", 合計所得金額="0", 課税年金収入額="1000000", 段階判定額="1000000", 賦課月数="12",
        年間保険料額="70800", 特別徴収額="70800", 普通徴収額="0", 決定年月日="2024-07-15",
    ),
    "kaigo.tokucho": dict(賦課年度="2024", 被保険者番号="0000000001", 徴収番号="1", 徴収月="04", 依頼額="70800"),
}  # fmt: skip
N2, N3, N4, N5, N6 = (f"000000000{n}" for n in range(2, 7))
DEAD = dict(住民状態="3", 消除の異動年月日="2025-01-10")


def who(number: str, **items: str) -> dict[str, str]:
    return dict(被保険者番号=number, **items)


def six(number: str, *sums: str) -> list[dict[str, str]]:
    return [who(number, 徴収番号=str(n), 依頼額=yen) for n, yen in enumerate(sums, 1)]


CASES = [
    Case("COM-01", (f"{N2}|1",), {"jumin.jumin": [{}], "jutogai.atena": [{}], "shikaku": [
        {}, who(N2, 宛名番号="0099990000"), who(N3, 宛名番号="0800000001")]}),
    Case("COM-14", (N2,), {"shikaku": [
        {}, dict(資格履歴番号="2"), who(N2, 資格履歴番号="2"), who(N3)]}),
    Case("COM-14-2", (N2,), {"nintei": [{}, dict(認定履歴番号="2"), who(N2), who(N2, 認定履歴番号="3")]}),
    Case("COM-15", (f"{N2}|1", f"{N3}|1"), {"shikaku": [
        dict(資格喪失年月日="2015-02-28", 資格喪失事由="1"), who(N2, 資格喪失年月日="2015-02-27", 資格喪失事由="1"),
        who(N3, 資格喪失年月日="2020-01-01"), who(N4)]}),
    Case("COM-17", (f"{N2}|1",), {"shikaku": [{}, who(N2, 宛名番号="10000001")]}),
    Case("COM-21", (f"{N2}|1",), {
        "jumin.jumin": [{}, dict(宛名番号="B", **DEAD)],
        "shikaku": [{}, who(N2, 宛名番号="B"), who(N3, 宛名番号="B", 資格喪失年月日="2025-01-11")]}),
    Case("KAI-01", (f"{N2}|2", f"{N3}|1"), {"nintei": [
        {}, dict(認定履歴番号="2", 認定有効期間_開始年月日="2025-05-01", 認定有効期間_終了年月日="2026-04-30"),
        who(N2), who(N2, 認定履歴番号="2", 認定有効期間_開始年月日="2025-04-30", 認定有効期間_終了年月日="2026-04-30"),
        who(N3, 認定有効期間_終了年月日="2024-04-09"), who(N4, 認定有効期間_終了年月日="2024-04-10")]}),
    Case("KAI-01-2", (f"{N2}|2",), {"nintei": [
        {}, dict(認定履歴番号="2", 申請区分="2", 認定有効期間_開始年月日="2025-05-01"),
        who(N2), who(N2, 認定履歴番号="2", 申請区分="2", 認定有効期間_開始年月日="2025-05-02"),
        who(N3), who(N3, 認定履歴番号="2", 申請区分="1", 認定有効期間_開始年月日="2025-09-01"),
        who(N4, 申請区分="2")]}),
    Case("KAI-02", (f"{N2}|1", f"{N4}|1"), {"nintei": [
        {}, who(N2, 認定有効期間_終了年月日="2025-05-31"), who(N3, 申請区分="2", 認定有効期間_終了年月日="2028-04-30"),
        who(N4, 申請区分="2", 認定有効期間_終了年月日="2028-05-31")]}),
    Case("KAI-03", (f"{N2}|1",), {
        "jumin.jumin": [{}, dict(宛名番号="B", 生年月日="1950-03-00")],
        "shikaku": [{}, who(N2, 資格取得年月日="2015-02-27"), who(N3, 資格取得年月日="2000-01-01", 被保険者区分="2"),
                    who(N4, 資格取得年月日="2000-01-01", 宛名番号="B")]}),
    Case("KAI-03-2", (f"{N2}|1", f"{N3}|1"), {"jumin.jumin": [{}], "shikaku": [
        who(N4, 被保険者区分="2", 資格取得年月日="2010-01-01"), who(N2, 被保険者区分="2", 資格取得年月日="2015-02-28"),
        who(N3, 被保険者区分="3", 資格取得年月日="1990-02-27"),
        who(N5, 被保険者区分="3", 資格取得年月日="1990-02-28")]}),
    Case("KAI-03-3", (f"{N2}|1",), {
        "jumin.jumin": [dict(生年月日="1970-01-01")],
        "shikaku": [dict(被保険者区分="2"), who(N2, 被保険者区分="2"), who(N3)],
        "nintei": [dict(特定疾病="13"), who(N2), who(N3)]}),
    Case("KAI-04", (f"{N2}|1", "H000000005|1", "000000006|1"), {"shikaku": [
        {}, who(N2, 被保険者区分="3"), who("H000000004", 被保険者区分="3"), who("H000000005"), who("000000006")]}),
    Case("KAI-04-2", (N2,), {"shikaku": [
        {}, dict(資格履歴番号="2"), who(N2), who(N2, 資格履歴番号="2", 宛名番号="0010000002")]}),
    Case("KAI-05", (f"2024|{N2}", f"2025|{N4}"), {"fuka": [
        {}, who(N2, 賦課月数="7", 年間保険料額="41305"), who(N3, 賦課月数="7", 年間保険料額="41300"),
        who(N4, 賦課年度="2025", 所得段階="01", 年間保険料額="20110"),
        who(N5, 所得段階="13", 賦課月数="11", 年間保険料額="155740"), who(N6, 賦課年度="2020", 年間保険料額="1")]}),
    Case("KAI-06", (f"2024|{N2}", f"2025|{N3}"), {"fuka": [
        dict(所得段階="01", 段階判定額="800000"), who(N2, 所得段階="01", 段階判定額="800001"),
        who(N3, 賦課年度="2025", 所得段階="02", 段階判定額="809000"),
        who(N4, 賦課年度="2025", 所得段階="04", 段階判定額="809000"),
        who(N5, 所得段階="01", 段階判定額="900000", 生活保護受給フラグ="1"), who(N6, 所得段階="06", 段階判定額="1")]}),
    Case("KAI-06-2", (f"2024|{N2}", f"2024|{N3}"), {"fuka": [
        {}, who(N2, 課税区分="1"), who(N3, 所得段階="02", 課税区分="1", 生活保護受給フラグ="1"),
        who(N4, 所得段階="10", 課税区分="3"), who(N5, 所得段階="01", 課税区分="1", 生活保護受給フラグ="1")]}),
    Case("KAI-07", (f"2024|{N2}",), {
        "fuka": [{}, who(N2), who(N3, 特別徴収額="0")],
        "tokucho": [*six("0000000001", "30000", "40800"), *six(N2, "30000", "40000")]}),
    Case("KAI-07-2", (f"2024|{N2}",), {"fuka": [
        {}, who(N2, 普通徴収額="1000"), who(N3, 特別徴収額="70000", 普通徴収額="800")]}),
    Case("KAI-07-3", (f"2024|{N2}",), {"fuka": [
        dict(課税年金収入額="180000"), who(N2, 課税年金収入額="179999"), who(N3, 課税年金収入額="0", 特別徴収額="0")]}),
    Case("KAI-08", (f"2024|{N2}",), {"fuka": [
        {}, who(N2, 決定年月日="2026-07-31"), who(N3, 決定年月日="2026-07-30")]}),
    Case("KAI-09", (f"{N2}|1",), {
        "jumin.jumin": [{}, dict(宛名番号="B", 住民状態="2")],
        "shikaku": [{}, who(N2, 宛名番号="B"), who(N3, 宛名番号="B", 住所地特例フラグ="1"),
                    who(N4, 宛名番号="B", 資格喪失年月日="2025-01-01")]}),
    Case("KAI-10", (f"{N2}|1", f"{N3}|1"), {"futan": [
        {}, who(N2, 適用終了年月日="2025-08-01"), who(N3, 適用開始年月日="2024-07-31"),
        who(N4, 適用終了年月日="2024-12-31")]}),
    Case("KAI-10-2", (f"{N2}|2",), {"futan": [
        {}, dict(負担割合履歴番号="2", 適用開始年月日="2025-08-01"), who(N2),
        who(N2, 負担割合履歴番号="2", 適用開始年月日="2025-07-31")]}),
    Case("KAI-12", (f"{N2}|1",), {
        "shikaku": [{}, who(N2, 資格喪失年月日="2025-01-11", 資格喪失事由="2"),
                    who(N3, 資格喪失年月日="2025-04-30", 資格喪失事由="2"),
                    who(N4, 資格喪失年月日="2025-01-11", 資格喪失事由="4")],
        "nintei": [{}, who(N2), who(N3), who(N4)]}),
    Case("KAI-13", (f"{N2}|1", f"{N3}|1"), {"nintei": [
        {}, who(N2, 主治医意見書入手年月日=""), who(N3, 認定年月日="2024-05-07"),
        who(N4, 申請区分="5", 介護認定審査会年月日=""), who(N5, 要介護状態区分="01", 介護認定審査会年月日="")]}),
    Case("KAI-13-2", (f"{N2}|1", f"{N3}|1"), {"nintei": [
        {}, who(N2, 居宅介護支援事業所番号=""), who(N3, 居宅サービス計画作成区分="2"),
        who(N4, 居宅サービス計画作成区分="2", 居宅介護支援事業所番号=""), who(N5, 居宅サービス計画作成区分="")]}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(case: Case) -> None:
    assert keys_of_case("kaigo", case, LEGAL) == sorted(case.fires)


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in areas()["kaigo"].rules} == {case.rule for case in CASES} | elsewhere("kaigo")


def test_agreement_with_the_prefecture_is_not_claimed() -> None:
    """KAI-11 needs the ledger of the 国保連合会, which no delivery holds."""
    assert "KAI-11" not in {rule.id for rule in areas()["kaigo"].rules}


def test_first_insured_are_all_residents_of_65_and_who_went_to_a_facility(clean_town: Town) -> None:
    """By the rule of the law on the day before the birthday; born on 1961-10-02 is 65 on 2026-10-01."""
    insured = _kept(clean_town.tables["kaigo"]["hihokensha"])
    living = insured.filter((pl.col("喪失日") == "0000000") & (pl.col("号区分") == "1"))
    juki = clean_town.tables["jumin"]["juki"].filter((pl.col("最新区分") == "1") & (pl.col("住民状態") == "10"))
    exact = juki.filter((pl.col("住民種別") == "0") & ~pl.col("生年月日").str.contains("(00|29|3.)$"))
    old = exact.filter(pl.col("生年月日") <= "3361002")
    assert set(old["宛名番号"]) - set(living["宛名番号"]) == set()
    away = living.filter(pl.col("住特区分") == "1")
    assert set(living["宛名番号"]) - set(juki["宛名番号"]) == set(away["宛名番号"])
    assert old.height > 100


def test_nobody_has_two_certificates_for_one_day_and_second_insured_have_a_disease(clean_town: Town) -> None:
    rows = _kept(clean_town.tables["kaigo"]["nintei"])
    for _, periods in rows.sort("被保番号", "認定連番").group_by("被保番号", maintain_order=True):
        days = [_day(text) for pair in periods.select("有効期間自", "有効期間至").rows() for text in pair]
        assert days == sorted(days)
    second = _kept(clean_town.tables["kaigo"]["hihokensha"]).filter(pl.col("号区分") != "1")["被保番号"]
    assert set(rows.filter(pl.col("特定疾病") != "")["被保番号"]) == set(second)
    assert {number[0] for number in second} == {"0", "H"}


def test_a_delivered_row_becomes_the_row_a_clerk_expects(
    tmp_path: Path, one_area: Callable[[Path, str], Town], ikou: Callable[..., object]
) -> None:
    """One person of the smallest delivery, converted: 和暦, codes, amounts, the six slots of 特別徴収."""
    made = one_area(tmp_path / "town", "kaigo")
    assert getattr(ikou("run", "-w", made.folder, "--to", "convert"), "code", 2) in (0, 1)
    there = made.folder / "runs" / "R1" / "stages" / "convert" / "kaigo"
    before = _kept(made.tables["kaigo"]["fuka"]).filter(pl.col("特徴額") != "000000000").row(0, named=True)
    key = (pl.col("賦課年度") == before["賦課年度"]) & (pl.col("被保険者番号") == before["被保番号"])
    after = pl.read_parquet(there / "fuka.parquet").filter(key).row(0, named=True)
    assert after["年間保険料額"] == before["年額"].lstrip("0")
    assert after["課税区分"] == {"N": "1", "H": "2", "K": "3"}[before["課税区分"]]
    slots = pl.read_parquet(there / "tokucho.parquet").filter(key)
    assert slots["徴収番号"].to_list() == ["1", "2", "3", "4", "5", "6"]
    assert slots["徴収月"].to_list() == ["04", "06", "08", "10", "12", "02"]
    assert slots["依頼額"].cast(pl.Int64).sum() == int(before["特徴額"])
    assert slots["基礎年金番号"].to_list() == [before["年金番号"].replace("-", "")] * 6
    person = _kept(made.tables["kaigo"]["hihokensha"]).row(0, named=True)
    same = pl.col("被保険者番号") == person["被保番号"]
    made_of = pl.read_parquet(there / "shikaku.parquet").filter(same).row(0, named=True)
    assert made_of["資格取得年月日"] == _day(person["取得日"])
    assert made_of["被保険者区分"] == person["号区分"]
    assert made_of["資格喪失年月日"] == (_day(person["喪失日"]) if person["喪失日"] != "0000000" else None)


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("削除フラグ") == "0")


def _day(wareki: str) -> str:
    year = {"1": 1867, "2": 1911, "3": 1925, "4": 1988, "5": 2018}[wareki[0]] + int(wareki[1:3])
    return f"{year}-{wareki[3:5]}-{wareki[5:]}"
