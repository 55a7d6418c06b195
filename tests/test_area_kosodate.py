"""子ども・子育て支援: its rules, its layout, and its part of the town."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from area_cases import Case, areas, keys_of_case
from cross_area_cases import elsewhere

from sample_data import Town

LEGAL = {
    "jumin.jumin": dict(
        宛名番号="0010000001", 個人履歴番号="1", 最新フラグ="1", 住民状態="1", 世帯番号="0050000001",
        生年月日="1990-03-01",
    ),
    "jumin.shien": dict(宛名番号="0010000001", 支援措置番号="1", 措置状態="1"),
    "jutogai.atena": dict(宛名番号="0800000001"),
    "kojin.zeigaku": dict(
        課税年度="2025", 宛名番号="0010000001", 更正回数="0", 最新フラグ="1", 町民税_算出所得割額="52500",
        町民税_調整控除額="1500", 町民税_所得割額="40000",
    ),
    "kosodate.nintei": dict(
        認定番号="2800000001", 認定履歴番号="1", 最新フラグ="1", 児童_宛名番号="0010000009", 児童_生年月日="2022-05-20",
        保護者_宛名番号="0010000001", 申請年月日="2025-02-01", 認定年月日="2025-03-01", 認定区分="2",
        保育を必要とする事由="01", 保育必要量="1", 認定期間_開始年月日="2025-05-19", 認定期間_終了年月日="2029-03-31",
        支援措置フラグ="0",
    ),
    "kosodate.riyo": dict(
        認定番号="2800000001", 利用履歴番号="1", 最新フラグ="1", 認定履歴番号="1", 施設番号="4038310000017",
        利用開始年月日="2025-05-19", 利用状態="1", 広域利用フラグ="0",
    ),
    "kosodate.futan": dict(
        認定番号="2800000001", 年度="2025", 期区分="2", 変更番号="0", 最新フラグ="1", 適用開始年月="2025-09",
        適用終了年月="2026-03", クラス年齢="2", 認定区分="2", 保育必要量="1", 判定_課税年度="2025", 世帯課税区分="3",
        要保護世帯等フラグ="0", 保護者1_宛名番号="0010000001", 保護者1_所得割額="51000", 保護者2_宛名番号="0010000002",
        保護者2_所得割額="10000", 所得割合計額="61000", 階層="4", 多子_順位="1", 保育料月額="30000",
        副食費徴収免除フラグ="0",
    ),
    "kosodate.chotei": dict(
        年度="2025", 認定番号="2800000001", 調定月="09", 調定額="30000", 収納額="30000", 不納欠損額="0", 還付充当額="0",
        未納額="0",
    ),
    "kosodate.shisetsu": dict(
        施設番号="4038310000017", 施設名="見本中央保育所", 施設種別="1", 確認年月日="2015-04-01"
    ),
    "kosodate.shisetsuto": dict(
        認定番号="2900000011", 認定種別="2", 児童_宛名番号="0010000009", 児童_生年月日="2021-05-20",
        認定期間_開始年月日="2025-04-01", 認定期間_終了年月日="2028-03-31",
    ),
    "kosodate.nyujito": dict(
        認定番号="2900000021", 児童_宛名番号="0010000009", 児童_生年月日="2025-05-20", 認定期間_開始年月日="2026-04-01",
        認定期間_終了年月日="2028-05-18",
    ),
}  # fmt: skip
N1, N2, N3, N4, N5, N6, N7 = (f"280000000{n}" for n in range(1, 8))
CHILD = "0010000009"
DEAD, AWAY = dict(住民状態="3"), dict(住民状態="2", 消除の異動年月日="2026-01-10")
THIRD = dict(認定区分="3", 認定期間_開始年月日="2024-04-01", 認定期間_終了年月日="2025-05-18")


def no(number: str, **items: str) -> dict[str, str]:
    return dict(認定番号=number, **items)


def due(number: str, half: str = "2") -> str:
    return f"{number}|2025|{half}|0"


def places(*rows: dict[str, str]) -> list[dict[str, str]]:
    return [{}, *rows]


INDEPENDENT = [{}, dict(宛名番号=CHILD)]

CASES = [
    Case("COM-01", (f"{N2}|1",), {"jumin.jumin": [{}], "jutogai.atena": [{}], "nintei": [
        {}, no(N2, 保護者_宛名番号="0099990000"), no(N3, 保護者_宛名番号="0800000001")]}),
    Case("COM-01-2", (f"{N2}|1",), {"jumin.jumin": INDEPENDENT, "jutogai.atena": [{}], "nintei": [
        {}, no(N2, 児童_宛名番号="0099990000"), no(N3, 児童_宛名番号="0800000001")]}),
    Case("COM-14", (N2,), {"nintei": [{}, dict(認定履歴番号="2"), no(N2, 認定履歴番号="2"), no(N3)]}),
    Case("COM-14-2", (N2,), {"riyo": [{}, dict(利用履歴番号="2"), no(N2), no(N2, 利用履歴番号="3")]}),
    Case("COM-15", (f"{N2}|1", f"{N3}|1"), {"nintei": [
        {}, no(N2, 認定期間_終了年月日="2025-05-18"), no(N3, 取消年月日="2026-01-01"),
        no(N4, 取消年月日="2026-01-01", 取消事由="1")]}),
    Case("COM-15-2", (f"{N2}|1", f"{N3}|1", f"{N4}|1"), {"riyo": [
        {}, no(N2, 利用状態="2"), no(N3, 利用終了年月日="2026-03-31", 利用状態="2"),
        no(N4, 利用終了年月日="2025-05-18", 利用状態="2", 利用終了事由="2"),
        no(N5, 利用終了年月日="2026-03-31", 利用状態="2", 利用終了事由="1")]}),
    Case("COM-17", (f"{N2}|1",), {"nintei": [{}, no(N2, 児童_宛名番号="10000009")]}),
    Case("COM-17-2", ("28000002|1",), {"nintei": [{}, no("28000002")]}),
    Case("COM-18", (f"{N1}|1", f"{N3}|1"), {
        "jumin.shien": [{}, dict(宛名番号="B", 措置状態="2"), dict(宛名番号="C")],
        "nintei": [{}, no(N2, 支援措置フラグ="1"), no(N3, 保護者_宛名番号="X", 児童_宛名番号="C"),
                   no(N4, 保護者_宛名番号="B")]}),
    Case("COM-21", (f"{N2}|1", f"{N3}|1"), {
        "jumin.jumin": [*INDEPENDENT, dict(宛名番号="D", **DEAD)],
        "nintei": [{}, no(N2, 保護者_宛名番号="D"), no(N3, 児童_宛名番号="D"),
                   no(N4, 児童_宛名番号="D", 取消年月日="2026-01-01"),
                   no(N5, 児童_宛名番号="D", 認定期間_終了年月日="2026-09-30")]}),
    Case("KOD-01", (f"{N2}|1",), {"nintei": [
        {}, no(N2, 認定期間_開始年月日="2025-05-18"), no(N3, 認定期間_開始年月日="2025-05-18", 認定区分="3"),
        no(N4, 認定区分="1")]}),
    Case("KOD-01-2", (f"{N2}|1",), {"nintei": [
        THIRD, no(N2, **THIRD | dict(認定期間_終了年月日="2025-05-19")), no(N3)]}),
    Case("KOD-01-3", (f"{N2}|2",), {"nintei": [
        THIRD, dict(認定履歴番号="2"), no(N2, **THIRD),
        no(N2, 認定履歴番号="2", 認定期間_開始年月日="2025-06-01"), no(N3, **THIRD, 取消年月日="2025-01-01"),
        no(N3, 認定履歴番号="2", 認定期間_開始年月日="2026-04-01"), no(N4)]}),
    Case("KOD-02", (f"{N2}|2",), {"nintei": [
        THIRD, dict(認定履歴番号="2"), no(N2, **THIRD), no(N2, 認定履歴番号="2", 認定期間_開始年月日="2025-05-18"),
        no(N3, 取消年月日="2025-12-31"), no(N3, 認定履歴番号="2", 認定期間_開始年月日="2026-01-01")]}),
    Case("KOD-02-2", (f"{N2}|1", f"{N3}|1", f"{N4}|1", f"{N5}|1"), {
        "nintei": [{}, no(N2), no(N3), no(N4, 取消年月日="2026-01-10"), no(N6, 取消年月日="2026-01-10")],
        "riyo": [{}, no(N2, 利用開始年月日="2025-05-18"), no(N3, 利用終了年月日="2029-04-30"), no(N4), no(N5),
                 no(N6, 利用終了年月日="2026-01-10")]}),
    Case("KOD-02-3", (f"{N2}|2", f"{N3}|2"), {"riyo": [
        dict(利用終了年月日="2026-03-31"), dict(利用履歴番号="2", 利用開始年月日="2026-04-01"),
        no(N2, 利用終了年月日="2026-04-01"), no(N2, 利用履歴番号="2", 利用開始年月日="2026-04-01"),
        no(N3), no(N3, 利用履歴番号="2", 利用開始年月日="2026-04-01")]}),
    Case("KOD-02-4", (f"{N2}|1",), {"nintei": [
        {}, no(N2, 保育を必要とする事由="06"),
        no(N3, 保育を必要とする事由="06", 認定期間_開始年月日="2026-04-01", 認定期間_終了年月日="2026-06-30"),
        no(N4, 保育を必要とする事由="06", 認定期間_開始年月日="2026-04-15", 認定期間_終了年月日="2026-07-31")]}),
    Case("KOD-03", (f"{N2}|1", f"{N3}|1"), {"nintei": [
        {}, no(N2, 保育必要量=""), no(N3, **THIRD, 保育を必要とする事由=""),
        no(N4, 認定区分="1", 保育必要量="", 保育を必要とする事由="")]}),
    Case("KOD-03-2", (f"{N2}|1",), {"nintei": [
        {}, no(N2, 認定区分="1"), no(N4, 認定区分="1", 保育必要量="", 保育を必要とする事由="")]}),
    Case("KOD-04", (due(N2), due(N3, "1")), {"futan": [
        {}, no(N2, 判定_課税年度="2024"), no(N3, 期区分="1"), no(N4, 期区分="1", 判定_課税年度="2024")]}),
    Case("KOD-04-2", (due(N2), due(N3)), {
        "kojin.zeigaku": [{}, dict(宛名番号="0010000002", 町民税_算出所得割額="10000", 町民税_調整控除額="0"),
                          dict(最新フラグ="0", 更正回数="1", 町民税_算出所得割額="1")],
        "futan": [{}, no(N2, 保護者1_所得割額="40000"), no(N3, 保護者2_所得割額="9000"),
                  no(N4, 保護者2_宛名番号="", 保護者2_所得割額=""),
                  no(N5, 保護者2_宛名番号="0099", 保護者2_所得割額="7"),
                  no(N6, 判定_課税年度="2024", 保護者1_所得割額="1")]}),
    Case("KOD-04-3", (due(N2), due(N3), due(N4)), {"futan": [
        {}, no(N2, 階層="3"), no(N3, 世帯課税区分="2"), no(N4, 所得割合計額="397000", 階層="7"),
        no(N5, 所得割合計額="48600"), no(N6, 所得割合計額="48599", 階層="3"), no(N7, 世帯課税区分="1", 階層="1")]}),
    Case("KOD-04-4", (due(N2),), {"futan": [
        {}, no(N2, 所得割合計額="51000"), no(N3, 保護者2_所得割額="", 所得割合計額="51000")]}),
    Case("KOD-05", (due(N2), due(N3)), {"futan": [
        {}, no(N2, 保育料月額="29600"), no(N3, 保育必要量="2"), no(N4, 保育必要量="2", 保育料月額="29600"),
        no(N5, 多子_順位="2", 保育料月額="15000"), no(N6, クラス年齢="3", 保育料月額="0"),
        no(N7, 要保護世帯等フラグ="1", 保育料月額="9000")]}),
    Case("KOD-05-2", (due(N2),), {"futan": [
        {}, no(N2, 多子_順位="2"), no(N3, 多子_順位="2", 保育料月額="15000"), no(N4, 多子_順位="3", 保育料月額="0"),
        no(N5, 多子_順位="2", 保育必要量="2", 階層="5", 保育料月額="21950")]}),
    Case("KOD-05-3", (due(N2), due(N3), due(N4)), {"futan": [
        {}, no(N2, クラス年齢="3"), no(N3, 階層="2"), no(N4, 多子_順位="3"), no(N5, クラス年齢="5", 保育料月額="0"),
        no(N6, 認定区分="1", 保育料月額="0")]}),
    Case("KOD-05-4", (due(N2), due(N3)), {"futan": [
        {}, no(N2, 要保護世帯等フラグ="1"), no(N3, 要保護世帯等フラグ="1", 多子_順位="2", 保育料月額="4500"),
        no(N4, 要保護世帯等フラグ="1", 保育料月額="9000"), no(N5, 要保護世帯等フラグ="1", 所得割合計額="77101"),
        no(N6, 要保護世帯等フラグ="1", 多子_順位="2", 保育料月額="0")]}),
    Case("KOD-05-5", ("0010000003|2025-09",), {"futan": [
        {}, no(N2, 多子_順位="2"), no(N3, 保護者1_宛名番号="0010000003"), no(N4, 保護者1_宛名番号="0010000003"),
        no(N5, 保護者1_宛名番号="0010000004"), no(N6, 保護者1_宛名番号="0010000004", 適用開始年月="2025-10")]}),
    Case("KOD-05-6", (due(N2), due(N3), due(N4)), {"futan": [
        dict(クラス年齢="3"), no(N2, クラス年齢="3", 多子_順位="3"), no(N3, クラス年齢="4", 認定区分="1"),
        no(N4, クラス年齢="3", 副食費徴収免除フラグ="1"),
        no(N5, クラス年齢="4", 認定区分="1", 副食費徴収免除フラグ="1"),
        no(N6, クラス年齢="3", 所得割合計額="57699", 副食費徴収免除フラグ="1"),
        no(N7, クラス年齢="3", 要保護世帯等フラグ="1", 副食費徴収免除フラグ="1")]}),
    Case("KOD-06", (f"{N2}|1",), {"shisetsu": [{}], "riyo": [{}, no(N2, 施設番号="4038319999999")]}),
    Case("KOD-06-2", (f"{N2}|1", f"{N4}|1"), {
        "shisetsu": places(dict(施設番号="C", 廃止年月日="2026-03-31"), dict(施設番号="P", 休止年月日="2026-04-01"),
                           dict(施設番号="R", 休止年月日="2024-04-01", 再開年月日="2025-04-01")),
        "riyo": [{}, no(N2, 施設番号="C"), no(N3, 施設番号="C", 利用終了年月日="2026-03-31"), no(N4, 施設番号="P"),
                 no(N5, 施設番号="P", 利用終了年月日="2026-03-31"), no(N6, 施設番号="R")]}),
    Case("KOD-06-3", (f"{N2}|1", f"{N3}|1", f"{N5}|1"), {
        "shisetsu": places(dict(施設番号="K", 施設種別="2"), dict(施設番号="Y", 施設種別="3"),
                           dict(施設番号="S", 施設種別="4")),
        "nintei": [{}, no(N2, 認定区分="1"), no(N3), no(N4, 認定区分="1"), no(N5), no(N6), no(N7, **THIRD)],
        "riyo": [{}, no(N2), no(N3, 施設番号="Y"), no(N4, 施設番号="K"), no(N5, 施設番号="S"),
                 no(N6, 施設番号="S", 利用終了年月日="2026-03-31", 利用状態="2"), no(N7, 施設番号="S")]}),
    Case("KOD-07", (f"{N2}|1",), {
        "jumin.jumin": [*INDEPENDENT, dict(宛名番号="B", 世帯番号="0050000002"),
                        dict(宛名番号="C", 世帯番号="0050000002", **AWAY)],
        "nintei": [{}, no(N2, 保護者_宛名番号="B"), no(N3, 保護者_宛名番号="C"),
                   no(N4, 保護者_宛名番号="B", 認定期間_終了年月日="2026-03-31")]}),
    Case("KOD-07-2", (f"{N2}|1",), {
        "jumin.jumin": [*INDEPENDENT, dict(宛名番号="B", **AWAY)],
        "nintei": [{}, no(N2, 児童_宛名番号="B"), no(N3, 児童_宛名番号="B", 取消年月日="2026-01-10")]}),
    Case("KOD-08", ("2900000011", "2900000013"), {
        "nintei": [{}, no(N2, 児童_宛名番号="B", 認定区分="1"), no(N3, 児童_宛名番号="C")],
        "riyo": [{}, no(N2), no(N3, 利用状態="2", 利用終了年月日="2026-03-31")],
        "shisetsuto": [{}, no("2900000012", 児童_宛名番号="B"), no("2900000013", 児童_宛名番号="B", 認定種別="1"),
                       no("2900000014", 児童_宛名番号="C"), no("2900000015", 児童_宛名番号="D"),
                       no("2900000016", 認定期間_終了年月日="2026-03-31")]}),
    Case("KOD-08-2", ("2900000021",), {
        "nintei": [{}], "riyo": [{}],
        "nyujito": [{}, no("2900000022", 児童_宛名番号="B"), no("2900000023", 取消年月日="2026-08-01")]}),
    Case("KOD-08-3", ("2900000012", "2900000013", "2900000014"), {"shisetsuto": [
        {}, no("2900000012", 児童_生年月日="2022-04-02"), no("2900000013", 認定種別="3"),
        no("2900000014", 認定種別="1", 認定期間_開始年月日="2024-05-18"),
        no("2900000015", 児童_生年月日="2022-04-01", 認定期間_開始年月日="2025-04-01"),
        no("2900000016", 認定種別="3", 認定期間_開始年月日="2023-04-01", 認定期間_終了年月日="2025-03-31"),
        no("2900000017", 認定種別="1", 認定期間_開始年月日="2024-05-19")]}),
    Case("KOD-08-4", ("2900000022", "2900000023", "2900000024"), {"nyujito": [
        {}, no("2900000022", 認定期間_開始年月日="2026-03-01"), no("2900000023", 認定期間_終了年月日="2028-05-19"),
        no("2900000024", 児童_生年月日="2025-10-02"), no("2900000025", 児童_生年月日="2025-10-01")]}),
    Case("KOD-09", (f"2025|{N2}|09", f"2025|{N4}|06"), {
        "futan": [{}, no(N2, 保育料月額="15000"), no(N3, 保育料月額="15000"), no(N4, 期区分="1", 保育料月額="61000"),
                  no(N5, 期区分="1", 保育料月額="30000"), no(N5, 保育料月額="61000")],
        "chotei": [{}, no(N2), no(N3, 日割日数="10"), no(N4, 調定月="06"), no(N5, 調定月="08")]}),
    Case("KOD-09-2", (f"2025|{N1}|08", f"2025|{N2}|03"), {
        "futan": [{}], "chotei": [{}, dict(調定月="08"), dict(調定月="03"), no(N2, 調定月="03")]}),
    Case("SNO-01", (f"2025|{N2}|09", f"2025|{N3}|09"), {"chotei": [
        {}, no(N2, 未納額="30000"), no(N3, 収納額="60000"), no(N4, 収納額="0", 未納額="30000"),
        no(N5, 収納額="60000", 還付充当額="30000"), no(N6, 収納額="0", 不納欠損額="30000")]}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(case: Case) -> None:
    assert keys_of_case("kosodate", case, LEGAL) == sorted(case.fires)


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in areas()["kosodate"].rules} == {case.rule for case in CASES} | elsewhere("kosodate")


def test_no_group_item_column_rule_or_total_is_lost() -> None:
    area = areas()["kosodate"]
    assert {group.id: len(group.items) for group in area.groups.values()} == {
        "nintei": 20, "riyo": 13, "futan": 27, "chotei": 15, "shisetsu": 15, "shisetsuto": 14, "nyujito": 12
    }  # fmt: skip
    assert {table.id: len(table.columns) for table in area.sources["kyusys"].tables.values()} == {
        "nintei": 22, "riyo": 14, "futan": 28, "chotei": 16, "shisetsu": 16, "mushoka": 14
    }  # fmt: skip
    assert len(area.totals) == 7


def test_the_files_are_utf8_with_a_mark(clean_town: Town) -> None:
    for name in clean_town.tables["kosodate"]:
        content = (clean_town.folder / "delivery" / "kosodate" / f"{name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert "削除フラグ" in content.decode("utf-8-sig").splitlines()[0]


def test_third_certificates_end_on_the_eve_of_the_day_before_the_third_birthday(clean_town: Town) -> None:
    """年齢計算ニ関スル法律: three on the day before the birthday; 3号 until the day before that."""
    rows = _kept(clean_town.tables["kosodate"]["nintei"]).filter(
        (pl.col("認定区分") == "K3") & (pl.col("必要事由") != "06")
    )
    born = pl.format(
        "{}-{}", pl.col("児童生年月日").str.slice(1, 2).cast(pl.Int64) + 2021, pl.col("児童生年月日").str.slice(3)
    )
    japanese = rows.filter(
        pl.col("児童生年月日").str.contains("^5.{6}$") & ~pl.col("児童生年月日").str.ends_with("0229")
    )
    birthdays = japanese.select(born.str.to_date("%Y-%m%d")).to_series()
    ends = japanese["有効期間至"].str.to_date("%Y/%m/%d")
    assert japanese.height > 5
    assert set((birthdays - ends).dt.total_days()) == {2}


def test_nobody_is_billed_for_a_class_of_three_or_older(clean_town: Town) -> None:
    due = _kept(clean_town.tables["kosodate"]["futan"]).with_columns(pl.col("クラス年齢", "保育料月額").cast(pl.Int64))
    assert set(due.filter(pl.col("クラス年齢") >= 3)["保育料月額"]) == {0}
    assert due.filter(pl.col("保育料月額") > 0).height > 5


def test_a_delivered_row_becomes_the_row_a_clerk_expects(
    tmp_path: Path, one_area: Callable[[Path, str], Town], ikou: Callable[..., object]
) -> None:
    made = one_area(tmp_path / "town", "kosodate")
    assert getattr(ikou("run", "-w", made.folder, "--to", "convert"), "code", 2) in (0, 1)
    there = made.folder / "runs" / "R1" / "stages" / "convert" / "kosodate"
    before = _kept(made.tables["kosodate"]["nintei"]).filter(pl.col("認定区分") == "K2").row(0, named=True)
    key = (pl.col("認定番号") == before["認定番号"]) & (pl.col("認定履歴番号") == str(int(before["認定連番"])))
    after = pl.read_parquet(there / "nintei.parquet").filter(key).row(0, named=True)
    assert after["認定区分"] == "2"
    assert after["認定期間_終了年月日"] == before["有効期間至"].replace("/", "-")
    assert after["保育必要量"] == {"S": "1", "T": "2"}[before["必要量"]]
    other = _kept(made.tables["kosodate"]["mushoka"])
    assert pl.read_parquet(there / "nyujito.parquet").height == other.filter(pl.col("認定種別") == "N").height
    assert pl.read_parquet(there / "shisetsuto.parquet").height == other.filter(pl.col("認定種別") != "N").height


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("削除フラグ") == "0")
