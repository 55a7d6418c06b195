"""健康管理: every rule where it fires and where its legal neighbour does not; the database; what stays of the dead."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from area_cases import Case, areas, keys_of_case
from cross_area_cases import elsewhere

from sample_data import Town

A, B, C, D, E = (f"001000000{n}" for n in range(1, 6))
OUT = "0800000001"
LEGAL = {
    "jumin.jumin": dict(
        宛名番号=A, 個人履歴番号="1", 最新フラグ="1", 住民状態="1", 性別="2", 生年月日="2023-04-01"
    ),
    "jumin.shien": dict(宛名番号=A, 措置状態="1"),
    "jutogai.atena": dict(宛名番号=OUT, 性別="2", 生年月日="1950-04-01"),
    "kenko.taishosha": dict(
        宛名番号=A, 対象者状態="1", 支援措置フラグ="0", 勧奨停止フラグ="0", 接種記録件数="1"
    ),
    "kenko.shubetsu": dict(
        ワクチン種別="02", 接種回数="1", 種別名称="小児用肺炎球菌", 対象開始月齢="2", 対象終了月齢="60", 規定回数="4",
        毎年度接種フラグ="0", 定期接種開始年月日="2013-04-01",
    ),
    "kenko.lot": dict(ワクチン種別="02", ロット番号="PN23A001", 有効期限年月日="2024-06-30"),
    "kenko.kikan": dict(実施機関番号="4012700001", 機関種別="1", 利用開始年月日="1990-04-01"),
    "kenko.kijun": dict(
        健診種別="11", 健診種別名称="4か月児", 対象性別="0", 対象開始月齢="3", 対象終了月齢="7",
        身長下限="48", 身長上限="78", 体重下限="3500", 体重上限="11000",
    ),
    "kenko.sesshu": dict(
        宛名番号=A, 接種履歴番号="1", 接種年度="2023", ワクチン種別="02", 接種回数="1", 接種年月日="2023-06-05",
        接種区分="1", 接種判定="1", 実施機関番号="4012700001", ロット番号="PN23A001", 登録元="2",
        登録年月日="2023-07-10",
    ),
    "kenko.ninshin": dict(
        宛名番号=A, 妊娠届出番号="1", 届出年度="2022", 届出年月日="2022-08-25", 母子健康手帳番号="20220001",
        妊娠週数="9", 分娩予定年月日="2023-03-30", 妊娠の転帰="2", 転帰年月日="2023-04-01",
    ),
    "kenko.nyuyoji": dict(
        宛名番号=A, 健診種別="11", 受診番号="1", 受診年度="2023", 受診年月日="2023-08-10", 保護者宛名番号=E,
        身長="62.3", 体重="6500",
    ),
    "kenko.seijin": dict(
        宛名番号=A, 受診年度="2023", 受診番号="1", 受診年月日="2023-08-10", 身長="160.0", 体重="60.0", BMI="23.4",
        収縮期血圧="120", 拡張期血圧="70", HbA1c="5.6", HDLコレステロール="60",
    ),
    "kenko.gan": dict(
        宛名番号=A, 検診年度="2025", 検診種別="24", 受診番号="1", 受診年月日="2025-08-10", がん検診判定="1",
    ),
}  # fmt: skip
DEAD = dict(住民状態="3", 消除の異動年月日="2024-02-10")
GROWN = dict(生年月日="1980-04-01")
DOSES = [dict(接種回数=str(n), 最小接種間隔日数="" if n == 1 else "27") for n in (1, 2, 3, 4)]
YEARLY = dict(ワクチン種別="16", 毎年度接種フラグ="1", 規定回数="1", 対象開始月齢="720", 対象終了月齢="")
BREAST = dict(健診種別="24", 健診種別名称="乳がん", 対象性別="2", 対象開始月齢="480", 対象終了月齢="")
THREE = dict(健診種別="14", 健診種別名称="3歳児", 対象開始月齢="36", 対象終了月齢="48")


def of(number: str, **items: str) -> dict[str, str]:
    return dict(宛名番号=number, **items)


def shot(serial: int, **items: str) -> dict[str, str]:
    return dict(接種履歴番号=str(serial), **items)


def dose(number: int, day: str, **items: str) -> dict[str, str]:
    """The record of this serial number is the dose of that number."""
    return dict(接種履歴番号=str(number), 接種回数=str(number), 接種年月日=day, **items)


CASES = [
    Case("COM-01", (C,), {
        "jumin.jumin": [{}], "jutogai.atena": [{}], "taishosha": [{}, of(OUT, 対象者状態="4"), of(C)]}),
    Case("COM-14", (B,), {"ninshin": [{}, dict(妊娠届出番号="2"), of(B, 妊娠届出番号="2"), of(C)]}),
    Case("COM-15", ("2",), {"kikan": [
        {}, dict(実施機関番号="2", 利用終了年月日="1990-03-31"), dict(実施機関番号="3", 利用終了年月日="1990-04-01")]}),
    Case("COM-17", ("10000002",), {"taishosha": [{}, of("10000002")]}),
    Case("COM-18", (A,), {
        "jumin.shien": [{}, of(B), of(C, 措置状態="2")],
        "taishosha": [{}, of(B, 支援措置フラグ="1"), of(C), of(D)]}),
    Case("COM-21", (B,), {
        "jumin.jumin": [{}, of(B, **DEAD), of(C, 住民状態="2")],
        "taishosha": [{}, of(B), of(C, 対象者状態="2"), of(OUT, 対象者状態="4")]}),
    Case("COM-21-2", (A,), {
        "jumin.jumin": [{}, of(B, **DEAD)], "taishosha": [dict(対象者状態="3"), of(B, 対象者状態="3"), of(C)]}),
    Case("COM-22", (f"{A}|2", f"{A}|3"), {"sesshu": [
        {}, shot(2, 登録年月日="2023-06-04"), shot(3, 登録年月日="2026-10-02"), shot(4, 登録年月日="2023-06-05")]}),
    Case("KEN-01", (f"{A}|2", f"{OUT}|1"), {
        "jumin.jumin": [{}, of(B, 生年月日="2024-00-00")], "jutogai.atena": [{}],
        "sesshu": [dict(接種年月日="2023-04-01"), shot(2, 接種年月日="2023-03-31"), of(OUT, 接種年月日="1949-04-01"),
                   of(B, 接種年月日="2023-01-01")]}),
    Case("KEN-01-2", (f"{B}|2",), {
        "jumin.jumin": [{}, of(B, **DEAD)],
        "sesshu": [dict(接種年月日="2025-01-01"), of(B, 接種年月日="2024-02-10"),
                   of(B, 接種履歴番号="2", 接種年月日="2024-02-11"),
                   of(B, 接種履歴番号="3", 接種年月日="2024-02-11", 接種判定="2"), of(OUT)]}),
    Case("KEN-01-3", (f"{A}|2",), {"sesshu": [
        dict(接種年月日="2026-10-01"), shot(2, 接種年月日="2026-10-02")]}),
    Case("KEN-01-4", (f"{A}|11|2", f"{B}|11|1"), {
        "jumin.jumin": [{}, of(B, **DEAD)], "jutogai.atena": [{}],
        "nyuyoji": [{}, dict(受診番号="2", 受診年月日="2023-03-31"), of(B, 受診年月日="2024-02-11"),
                    of(B, 受診番号="2", 受診年月日="2024-02-10"), of(OUT)]}),
    Case("KEN-01-5", (f"{A}|2023|2", f"{B}|2023|1"), {
        "jumin.jumin": [GROWN, of(B, **GROWN, **DEAD)], "jutogai.atena": [{}],
        "seijin": [{}, dict(受診番号="2", 受診年月日="2026-10-02"), of(B, 受診年月日="2024-03-01"), of(OUT)]}),
    Case("KEN-01-6", (f"{A}|2025|24|2", f"{B}|2025|24|1"), {
        "jumin.jumin": [GROWN, of(B, **GROWN, **DEAD)], "jutogai.atena": [{}],
        "gan": [{}, dict(受診番号="2", 受診年月日="2052-08-10"), of(B), of(OUT)]}),
    Case("KEN-02", (f"{A}|02|1|2023-06-05",), {"sesshu": [
        {}, shot(2, 登録元="3"), of(B), of(B, 接種履歴番号="2", 接種判定="2"),
        of(C), of(C, 接種履歴番号="2", ワクチン種別="03"), of(D), of(D, 接種履歴番号="2", 接種年月日="2023-06-06")]}),
    Case("KEN-02-2", (f"{D}|02|1",), {"shubetsu": [{}, YEARLY], "sesshu": [
        {}, shot(2), of(D), of(D, 接種履歴番号="2", 接種年月日="2023-06-06"),
        of(E, ワクチン種別="16"), of(E, 接種履歴番号="2", ワクチン種別="16", 接種年月日="2024-06-06")]}),
    Case("KEN-03", (f"{B}|2",), {"shubetsu": [*DOSES, YEARLY], "sesshu": [
        {}, dose(2, "2023-07-02"), of(B), of(B, **dose(2, "2023-07-01")), of(C), of(C, **dose(2, "2023-06-05")),
        of(D), of(D, **dose(2, "2023-06-08", 接種判定="2")), of(D, **dose(3, "2023-07-20")),
        of(E, ワクチン種別="16"), of(E, 接種履歴番号="2", ワクチン種別="16", 接種年月日="2023-06-08")]}),
    Case("KEN-03-2", (f"{A}|2", f"{A}|3", f"{OUT}|1"), {
        "jumin.jumin": [{}, of(B, 生年月日="2023-00-00")], "jutogai.atena": [dict(生年月日="1970-04-01")],
        "shubetsu": [{}, YEARLY],
        "sesshu": [dict(接種年月日="2023-06-01"), shot(2, 接種年月日="2023-05-31"), shot(3, 接種年月日="2028-04-01"),
                   shot(4, 接種年月日="2023-05-31", 接種区分="5"), shot(5, 接種年月日="2023-05-31", 接種判定="2"),
                   of(B, 接種年月日="2023-05-31"), of(OUT, ワクチン種別="16")]}),
    Case("KEN-03-3", (f"{B}|02",), {
        "shubetsu": [dict(規定回数="2"), dict(接種回数="2", 規定回数="2"), YEARLY],
        "sesshu": [dose(1, "2023-06-05"), dose(2, "2023-07-05"), shot(3, 接種回数="2", 接種年月日="2023-07-05"),
                   *(of(B, **dose(n, f"2023-0{n + 5}-05")) for n in (1, 2, 3)),
                   *(of(C, 接種履歴番号=str(n), ワクチン種別="16", 接種年月日=f"202{n}-11-01") for n in (1, 2, 3))]}),
    Case("KEN-04", (f"{B}|2", f"{C}|3"), {"shubetsu": [*DOSES, YEARLY], "sesshu": [
        dose(1, "2023-06-05"), dose(2, "2023-07-05"), of(B, **dose(2, "2023-07-05")),
        of(C, **dose(1, "2023-06-05")), of(C, **dose(3, "2023-08-05")),
        of(D), of(D, 接種履歴番号="2"), of(E, ワクチン種別="16")]}),
    Case("KEN-04-2", (f"{A}|2",), {"kikan": [{}], "sesshu": [
        {}, shot(2, 実施機関番号="4012709999"), shot(3, 実施機関番号="")]}),
    Case("KEN-04-3", (f"{A}|2", f"{A}|4"), {"lot": [{}], "sesshu": [
        {}, shot(2, ロット番号="PN23AO01"), shot(3, ロット番号=""), shot(4, ワクチン種別="03")]}),
    Case("KEN-04-4", (f"{A}|2",), {"lot": [{}], "sesshu": [
        dict(接種年月日="2024-06-30"), shot(2, 接種年月日="2024-07-01"),
        shot(3, 接種年月日="2024-07-01", ロット番号="X"), shot(4, 接種年月日="2024-07-01", 接種判定="2")]}),
    Case("KEN-04-5", (f"{A}|2", f"{A}|3"), {
        "kikan": [dict(利用終了年月日="2023-06-30")],
        "sesshu": [dict(接種年月日="2023-06-30"), shot(2, 接種年月日="2023-07-01"), shot(3, 接種年月日="1990-03-31"),
                   shot(4, 実施機関番号="9", 接種年月日="2024-01-01")]}),
    Case("KEN-04-6", (f"{A}|2", f"{A}|3"), {"sesshu": [
        {}, shot(2, ロット番号=""), shot(3, 登録元="3", 実施機関番号=""), shot(4, 登録元="4", ロット番号=""),
        shot(5, ロット番号="", 接種判定="2")]}),
    Case("KEN-05", (B, C), {
        "taishosha": [{}, of(B, 対象者状態="3", 接種記録件数="2"), of(C, 対象者状態="2"), of(D, 接種記録件数="0"),
                      of(E, 対象者状態="3", 接種記録件数="1")],
        "sesshu": [{}, of(B), of(E, 接種年月日="1999-06-05"), of(E, 接種履歴番号="2")]}),
    Case("KEN-05-2", (f"{A}|1", f"{B}|2", f"{C}|1"), {
        "jumin.jumin": [{}, of(B, **DEAD), of(C, 住民状態="2"), of(D, 住民状態="3", 消除の異動年月日="2024-02-00")],
        "sesshu": [dict(保存期間満了年月日="2028-06-05"), of(B, 保存期間満了年月日="2029-02-10"),
                   of(B, 接種履歴番号="2", 保存期間満了年月日="2029-02-09"), of(C, 保存期間満了年月日="2028-06-05"),
                   of(D, 保存期間満了年月日="2028-06-05"), shot(3)]}),
    Case("KEN-06", ("20220001",), {"ninshin": [{}, of(B), of(C, 母子健康手帳番号="20220002")]}),
    Case("KEN-06-2", (f"{B}|1", f"{C}|1", f"{D}|1"), {
        "jumin.jumin": [GROWN, of(B, **GROWN | dict(性別="1")), of(C, 生年月日="2010-08-27"),
                        of(D, 生年月日="1960-08-25"), of(E, 生年月日="2010-08-26")],
        "jutogai.atena": [dict(生年月日="1990-04-01")],
        "ninshin": [{}, of(B), of(C), of(D), of(E), of(OUT)]}),
    Case("KEN-06-3", (f"{B}|1", f"{C}|1"), {"ninshin": [
        {}, of(B, 分娩予定年月日="2024-03-30"), of(C, 妊娠週数="19"), of(D, 分娩予定年月日="2023-04-13")]}),
    Case("KEN-06-4", (f"{B}|1", f"{C}|1", f"{D}|1"), {"ninshin": [
        {}, of(B, 転帰年月日=""), of(C, 転帰年月日="2022-11-23"), of(D, 転帰年月日="2023-04-28"),
        of(E, 転帰年月日="2022-11-24"), of(OUT, 妊娠の転帰="3", 転帰年月日="2022-09-20")]}),
    Case("KEN-06-5", (f"{B}|1",), {"ninshin": [
        {}, of(B, 妊娠の転帰="1", 分娩予定年月日="2026-08-01"), of(C, 妊娠の転帰="1", 分娩予定年月日="2026-08-02")]}),
    Case("KEN-07", (f"{A}|11|2", f"{A}|11|3"), {
        "jumin.jumin": [{}, of(B, 生年月日="2023-00-00")], "jutogai.atena": [], "kijun": [{}],
        "nyuyoji": [dict(受診年月日="2023-07-01"), dict(受診番号="2", 受診年月日="2023-06-30"),
                    dict(受診番号="3", 受診年月日="2023-11-01"), dict(受診番号="4", 受診年月日="2023-10-31"),
                    of(B)]}),
    Case("KEN-07-2", (f"{E}|2023-08-10",), {
        "jumin.jumin": [{}, of(B, 生年月日="2020-04-01")], "jutogai.atena": [], "kijun": [{}, THREE],
        "nyuyoji": [
            dict(健診種別="14"), of(B),
            dict(受診番号="2", 受診年月日="2023-08-20"), of(B, 健診種別="14", 受診年月日="2023-08-20"),
            dict(受診番号="3", 受診年月日="2023-09-01"), of(B, 受診番号="3", 受診年月日="2023-09-01"),
            dict(受診番号="4", 受診年月日="2024-09-01"), dict(受診番号="5", 受診年月日="2024-09-01")]}),
    Case("KEN-08", (f"{B}|2025|24|1", f"{OUT}|2025|24|1"), {
        "jumin.jumin": [GROWN, of(B, 生年月日="1986-08-12"), of(C, 生年月日="1986-08-10")],
        "jutogai.atena": [dict(生年月日="1990-04-01")], "kijun": [BREAST],
        "gan": [{}, of(B), of(C), of(OUT), of(D)]}),
    Case("KEN-08-2", (f"{B}|2025|24|1",), {
        "jumin.jumin": [{}, of(B, 性別="1")], "jutogai.atena": [{}],
        "kijun": [BREAST, BREAST | dict(健診種別="21", 対象性別="0")],
        "gan": [{}, of(B), of(B, 検診種別="21"), of(OUT)]}),
    Case("KEN-08-3", (f"{B}|2025|24|1",), {"gan": [
        {}, of(B, がん検診判定="2"), of(C, がん検診判定="2", 精密検査結果="8"),
        of(D, がん検診判定="2", 受診年月日="2025-10-02")]}),
    Case("KEN-08-4", (f"{B}|2025|24|1", f"{C}|2025|24|1"), {"gan": [
        {}, of(B, 精密検査結果="1"), of(C, がん検診判定="2", 精密検査結果="1", 精密検査受診年月日="2025-08-09"),
        of(D, がん検診判定="2", 精密検査結果="1", 精密検査受診年月日="2025-08-10"),
        of(E, がん検診判定="2", 精密検査結果="8")]}),
    Case("KEN-09", (f"{B}|11|1", f"{C}|11|1"), {"kijun": [{}], "nyuyoji": [
        {}, of(B, 体重="6"), of(C, 身長="78.1"), of(D, 身長="78.0", 体重="11000"), of(E, 身長="", 体重="")]}),
    Case("KEN-09-2", (f"{B}|14|1",), {"nyuyoji": [
        {}, dict(健診種別="14", 受診年月日="2026-05-01", 身長="94.1"),
        of(B), of(B, 健診種別="14", 受診年月日="2026-05-01", 身長="62.2"),
        of(C), of(C, 健診種別="14", 受診年月日="2026-05-01", 身長=""), of(D, 健診種別="14", 身長="10.0")]}),
    Case("KEN-09-3", (f"{B}|2023|1", f"{C}|2023|1"), {"seijin": [
        {}, of(B, 身長="60.0", 体重="160.0"), of(C, 体重="250.1"), of(D, 身長="100.0", 体重="20.0"),
        of(E, 身長="", 体重="")]}),
    Case("KEN-09-4", (f"{B}|2023|1", f"{C}|2023|1"), {"seijin": [
        {}, of(B, 収縮期血圧="70", 拡張期血圧="120"), of(C, 拡張期血圧="7"), of(D, 収縮期血圧="", 拡張期血圧="")]}),
    Case("KEN-09-5", (f"{B}|2023|1",), {"seijin": [
        {}, of(B, BMI="23.6"), of(C, BMI="23.5"), of(D, BMI="")]}),
    Case("KEN-09-6", (f"{B}|2023|1", f"{C}|2023|1"), {"seijin": [
        {}, of(B, HbA1c="56.0"), of(C, HDLコレステロール="4"), of(D, HbA1c="", HDLコレステロール="")]}),
    Case("KEN-10", (A, f"{OUT}"), {"jutogai.atena": [{}, of("0800000002")], "taishosha": [
        dict(対象者状態="4", 住登外理由="1"), of(OUT, 対象者状態="4"), of("0800000002", 対象者状態="4", 住登外理由="2"),
        of(B)]}),
    Case("KEN-11", (f"{A}|2", f"{A}|3", f"{A}|4"), {"sesshu": [
        dict(ワクチン種別="18", 接種区分="3", 接種年月日="2024-03-31"), shot(2, ワクチン種別="18", 接種区分="2"),
        shot(3, ワクチン種別="19", 接種区分="3"), shot(4, ワクチン種別="18", 接種区分="3", 接種年月日="2024-04-01"),
        shot(5, ワクチン種別="19", 接種区分="2", 接種年月日="2024-11-01"), shot(6)]}),
    Case("KEN-11-2", (f"{A}|2", f"{A}|5"), {
        "shubetsu": [{}, dict(ワクチン種別="12", 定期接種開始年月日=""),
                     dict(ワクチン種別="07", 定期接種終了年月日="2012-08-31", 定期接種開始年月日="1964-04-01")],
        "sesshu": [dict(接種年月日="2013-04-01"), shot(2, 接種年月日="2013-03-31"),
                   shot(3, 接種年月日="2013-03-31", 接種区分="5"), shot(4, 接種回数="9"), shot(5, ワクチン種別="12"),
                   shot(6, ワクチン種別="12", 接種区分="4"), shot(7, ワクチン種別="07", 接種年月日="2012-08-31")]}),
    Case("KEN-11-3", (f"{A}|2", f"{A}|3"), {"sesshu": [
        {}, shot(2, 接種区分="2"), shot(3, ワクチン種別="16"), shot(4, ワクチン種別="16", 接種区分="2"),
        shot(5, ワクチン種別="16", 接種区分="4")]}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(case: Case) -> None:
    assert keys_of_case("kenko", case, LEGAL) == sorted(case.fires)


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in areas()["kenko"].rules} == {case.rule for case in CASES} | elsewhere("kenko")


def test_no_group_item_or_column_is_lost() -> None:
    area = areas()["kenko"]
    assert {group.id: len(group.items) for group in area.groups.values()} == {
        "taishosha": 11, "shubetsu": 13, "lot": 7, "kikan": 9, "kijun": 12, "sesshu": 21, "ninshin": 16,
        "nyuyoji": 17, "seijin": 22, "gan": 15,
    }  # fmt: skip
    tables = area.sources["kyusys"].tables
    assert {table.id: len(table.columns) for table in tables.values()} == {
        "kojin": 15, "shubetsu": 14, "lot": 7, "kikan": 9, "kijun": 12, "sesshu": 24, "ninshin": 18, "nyuyoji": 20,
        "seijin": 24, "gan": 17,
    }  # fmt: skip
    assert {table.reader for table in tables.values()} == {"database"}
    assert len(area.totals) == 10


def test_nothing_but_withdrawn_records_is_left_out() -> None:
    """接種記録 of the dead and of those who moved away are kept: no filter looks at a state or at a date."""
    groups = areas()["kenko"].sources["kyusys"].groups.values()
    assert {one.id for group in groups for one in group.filters} == {"論理削除"}


def test_the_database_holds_the_tables_as_they_were_drawn(clean_town: Town) -> None:
    """Read with another library: every row, NULL for nothing, zeros at the head kept."""
    with sqlite3.connect(clean_town.folder / "delivery" / "kenko" / "kenko.sqlite") as connection:
        names = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
        shots = connection.execute('select * from "T_YOBO_SESSHU" order by "宛名番号", "接種連番"').fetchall()
    assert len(names) == 10
    drawn = clean_town.tables["kenko"]["sesshu"]
    assert sorted(tuple(cell or "" for cell in row) for row in shots) == sorted(drawn.rows())
    assert {None} <= {row[10] for row in shots}
    assert {len(row[0]) for row in shots} == {10}


def test_nobody_is_vaccinated_before_birth_after_death_or_after_moving_away(clean_town: Town) -> None:
    juki = clean_town.tables["jumin"]["juki"].filter((pl.col("最新区分") == "1") & (pl.col("住民種別") == "0"))
    people = {row["宛名番号"]: row for row in juki.iter_rows(named=True)}
    checked = 0
    for shot_row in clean_town.tables["kenko"]["sesshu"].iter_rows(named=True):
        person = people.get(shot_row["宛名番号"])
        if person is None or person["生年月日不詳区分"] == "1" or person["生年月日"][3:] > "1231":
            continue
        given = shot_row["接種日"]
        assert _western(person["生年月日"]) <= given
        assert person["消除年月日"] == "0000000" or given <= _western(person["消除年月日"])
        checked += 1
    assert checked > 3_000


def test_doses_of_a_vaccine_are_counted_without_a_gap_and_in_time(clean_town: Town) -> None:
    given = _kept(clean_town.tables["kenko"]["sesshu"]).filter(pl.col("判定区分") == "1")
    yearly = ["FLU65", "COV_T"]
    series = given.filter(~pl.col("種別コード").is_in(yearly)).sort("宛名番号", "種別コード", "接種日")
    for _, doses in series.group_by("宛名番号", "種別コード", maintain_order=True):
        assert doses["回数"].to_list() == [str(n) for n in range(1, doses.height + 1)]
        days = [date.fromisoformat(day) for day in doses["接種日"]]
        assert all((later - earlier).days >= 20 for earlier, later in pairwise(days))
    assert given["種別コード"].n_unique() == 20
    autumns = given.filter(pl.col("種別コード").is_in(yearly)).group_by("宛名番号", "種別コード", "年度").len()
    assert autumns["len"].max() == 1


def test_the_ledger_of_persons_counts_the_records_of_the_dead_and_of_those_who_left(clean_town: Town) -> None:
    persons = _kept(clean_town.tables["kenko"]["kojin"])
    counted = dict(_kept(clean_town.tables["kenko"]["sesshu"]).group_by("宛名番号").len().rows())
    assert {row["宛名番号"]: int(row["接種件数"]) for row in persons.iter_rows(named=True)} == {
        number: counted.get(number, 0) for number in persons["宛名番号"]
    }
    gone = persons.filter(pl.col("状態区分").is_in(["20", "30"]) & (pl.col("接種件数") != "0"))
    assert set(gone["状態区分"]) == {"20", "30"}
    dead = persons.filter(pl.col("状態区分") == "30")["宛名番号"].to_list()
    shots = _kept(clean_town.tables["kenko"]["sesshu"])
    kept = shots.filter(pl.col("保存期限") != "")
    assert set(kept["宛名番号"]) == set(dead) & set(shots["宛名番号"])


def test_a_delivered_row_becomes_the_row_a_clerk_expects(
    tmp_path: Path, one_area: Callable[[Path, str], Town], ikou: Callable[..., object]
) -> None:
    made = one_area(tmp_path / "town", "kenko")
    assert getattr(ikou("run", "-w", made.folder, "--to", "convert"), "code", 2) in (0, 1)
    there = made.folder / "runs" / "R1" / "stages" / "convert" / "kenko"
    before = _kept(made.tables["kenko"]["sesshu"]).filter(pl.col("種別コード") == "FLU65").row(0, named=True)
    key = (pl.col("宛名番号") == before["宛名番号"]) & (pl.col("接種履歴番号") == before["接種連番"].lstrip("0"))
    after = pl.read_parquet(there / "sesshu.parquet").filter(key).row(0, named=True)
    assert after["接種年月日"] == date.fromisoformat(before["接種日"]).isoformat()
    assert (after["ワクチン種別"], after["接種区分"], after["接種量"]) == ("16", "2", "0.50")
    assert after["登録元"] == {"S": "2", "K": "5"}[before["取込元"]]
    health = _kept(made.tables["kenko"]["seijin"]).row(0, named=True)
    same = (pl.col("宛名番号") == health["宛名番号"]) & (pl.col("受診年度") == health["年度"])
    came = pl.read_parquet(there / "seijin.parquet").filter(same).row(0, named=True)
    assert (came["身長"], came["BMI"], came["HbA1c"]) == (health["身長"], health["BMI"], health["HBA1C"])
    arrived = pl.read_parquet(there / "sesshu.parquet")
    assert arrived.height == _kept(made.tables["kenko"]["sesshu"]).height


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("削除フラグ") == "0")


def _western(wareki: str) -> str:
    year = {"1": 1867, "2": 1911, "3": 1925, "4": 1988, "5": 2018}[wareki[0]] + int(wareki[1:3])
    return f"{year}{wareki[3:]}"
