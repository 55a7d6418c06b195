"""固定資産税: its rules on rows read by eye, its part of the town, and host files read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from area_cases import Case, areas, keys_of_case
from cross_area_cases import elsewhere

from mappings.legacy_source import LegacyTable
from sample_data import Town
from sample_data.formats import tables
from sample_data.writer import table_bytes

O1, O2, O3, O4, O5 = (f"0100000{n}" for n in range(1, 6))
L1, L2, L3, L4, L5, L6 = (f"0200000{n}" for n in range(1, 7))
H1, H2, H3, H4, H5, H6 = (f"0500000{n}" for n in range(1, 7))
A, B, C = "0010000001", "0010000002", "0800000001"
LEGAL = {
    "jumin.jumin": dict(宛名番号=A, 個人履歴番号="1", 最新フラグ="1", 住民状態="1"),
    "jumin.shien": dict(宛名番号=A, 措置状態="1"),
    "jutogai.atena": dict(宛名番号=C),
    "kotei.gimusha": dict(
        義務者番号=O1, 宛名番号=A, 納税義務者区分="1", 氏名_名称="岡垣　一郎", 住民区分="1", 支援措置フラグ="0",
        共有者氏名印字フラグ="0",
    ),
    "kotei.tochi": dict(
        土地番号=L1, 義務者番号=O1, 所在_大字コード="0001", 地番_本番="12", 地番_枝番="3", 地番_枝番2="0",
        登記地目="20", 登記地積="330.00", 現況地目="20", 現況地積="330.00", 評価方式="2", 標準地番号="000101",
        住宅用地区分="1", 住戸数="1", 小規模住宅用地地積="200.00", 一般住宅用地地積="130.00", 非課税区分="00",
        取得年月日="1990-05-01",
    ),
    "kotei.kaoku": dict(
        家屋物件番号=H1, 義務者番号=O1, 敷地_土地番号=L1, 棟番号="1", 家屋の種類="01", 家屋の構造="1", 地上階数="2",
        地下階数="0", 建築年月日="2015-06-10", 現況床面積="110.00", 居住部分床面積="110.00", 居住戸数="1",
        新築軽減区分="1", 新築軽減_開始年度="2016", 新築軽減_終了年度="2018", 改修軽減区分="0", 非課税区分="00",
    ),
    "kotei.shokyaku": dict(
        義務者番号=O1, 資産番号="1", 資産の種類="2", 取得年月="2020-04", 取得価額="1000000", 耐用年数="10",
        評価額="300000", 課税標準額="300000", 課税標準特例フラグ="0",
    ),
    "kotei.kyoyu": dict(
        義務者番号=O1, 共有者番号="1", 共有者_宛名番号=A, 持分_分子="1", 持分_分母="2", 代表者フラグ="1"
    ),
    "kotei.tochi_nendo": dict(
        賦課年度="2025", 土地番号=L1, 義務者番号=O1, 課税地目="20", 課税地積="330.00", 評価基準年度="2024",
        評価額="6000000", 本則課税標準額="1200000", 前年度課税標準額="1000000", 課税標準額="1060000",
        負担調整区分="1", 年度異動区分="0", 非課税区分="00",
    ),
    "kotei.kaoku_nendo": dict(
        賦課年度="2025", 家屋物件番号=H1, 義務者番号=O1, 評価基準年度="2024", 再建築費評点数="9000001",
        経年減点補正率="0.55", 評価額="4950000", 課税標準額="4950000", 軽減税額="0", 年度異動区分="0",
        非課税区分="00",
    ),
    "kotei.fuka": dict(
        賦課年度="2025", 義務者番号=O1, 土地_課税標準額="1060900", 家屋_課税標準額="4950000",
        償却資産_課税標準額="0", 土地_免税点未満フラグ="0", 家屋_免税点未満フラグ="0",
        償却資産_免税点未満フラグ="0", 課税標準額_合計="6010000", 算出税額="84140", 軽減税額="0", 減免税額="0",
        年税額="84100",
    ),
    "kotei.kibetsu": dict(
        賦課年度="2025", 義務者番号=O1, 期別番号="1", 期別税額="24100", 収納額="24100", 不納欠損額="0",
        還付充当額="0", 未納額="0",
    ),
}  # fmt: skip


def owner(number: str, **items: str) -> dict[str, str]:
    return dict(義務者番号=number, **items)


def land(number: str, **items: str) -> dict[str, str]:
    return dict(土地番号=number, **items)


def house(number: str, **items: str) -> dict[str, str]:
    return dict(家屋物件番号=number, **items)


def term(number: str, yen: str, **items: str) -> dict[str, str]:
    return dict(期別番号=number, 期別税額=yen, **items)


DEAD = dict(宛名番号=B, 住民状態="3", 消除の異動年月日="2024-05-01")
CASES = [
    Case("COM-01", (O2,), {"jumin.jumin": [{}], "jutogai.atena": [{}], "gimusha": [
        {}, owner(O2, 宛名番号="0099990000"), owner(O3, 宛名番号=C), owner(O4, 納税義務者区分="2", 宛名番号="")]}),
    Case("COM-01-2", (f"{O1}|2",), {"jumin.jumin": [{}], "jutogai.atena": [{}], "kyoyu": [
        {}, dict(共有者番号="2", 共有者_宛名番号="0099990000"), dict(共有者番号="3", 共有者_宛名番号=C)]}),
    Case("COM-06", (O2, O3), {"gimusha": [
        {}, owner(O2, 納税義務者区分="2", 法人番号="7000012050003"), owner(O3, 納税義務者区分="2"),
        owner(O4, 納税義務者区分="2", 法人番号="7000012050002")]}),
    Case("COM-15", (L2, L3), {"tochi": [
        {}, land(L2, 消滅年月日="1980-01-10", 消滅事由="1"), land(L3, 消滅年月日="2020-01-10"),
        land(L4, 消滅年月日="2020-01-10", 消滅事由="1")]}),
    Case("COM-15-2", (H2,), {"kaoku": [
        {}, house(H2, 滅失年月日="2015-06-09", 滅失事由="1"), house(H3, 滅失年月日="2020-01-10", 滅失事由="1"),
        house(H4, 建築年月日="", 滅失年月日="1970-01-10", 滅失事由="1")]}),
    Case("COM-17", (O2,), {"gimusha": [{}, owner(O2, 宛名番号="10000001"), owner(O3, 宛名番号="")]}),
    Case("COM-18", (O1,), {"jumin.shien": [{}, dict(宛名番号=B, 措置状態="2")], "gimusha": [
        {}, owner(O2, 支援措置フラグ="1"), owner(O3, 宛名番号=B)]}),
    Case("COM-19", (O2, O3), {"jumin.jumin": [{}], "jutogai.atena": [{}], "gimusha": [
        {}, owner(O2, 相続人代表者_宛名番号="0099990000"), owner(O3, 納税管理人_宛名番号="0099990000"),
        owner(O4, 相続人代表者_宛名番号=A), owner(O5, 納税管理人_宛名番号=C)]}),
    Case("COM-19-2", (O2,), {"jumin.jumin": [{}, DEAD], "gimusha": [
        {}, owner(O2, 相続人代表者_宛名番号=B), owner(O3, 相続人代表者_宛名番号=A)]}),
    Case("KOT-01", (L1, L2), {"tochi": [
        {}, land(L2), land(L3, 地番_枝番="4"), land(L4, 所在_大字コード="0002"),
        land(L5, 消滅年月日="2020-01-10", 消滅事由="1")]}),
    Case("KOT-01-2", (f"2025|{L2}",), {
        "tochi": [{}, land(L2, 消滅年月日="2024-12-31"), land(L3, 消滅年月日="2025-01-01")],
        "tochi_nendo": [{}, land(L2), land(L2, 賦課年度="2024"), land(L3)]}),
    Case("KOT-01-3", (f"2025|{H2}",), {
        "kaoku": [{}, house(H2, 滅失年月日="2024-12-31"), house(H3, 滅失年月日="2025-01-01")],
        "kaoku_nendo": [{}, house(H2), house(H3)]}),
    Case("KOT-01-4", (H1, H2), {"kaoku": [
        {}, house(H2), house(H3, 棟番号="2"), house(H4, 敷地_土地番号=L2), house(H5, 滅失年月日="2020-01-10")]}),
    Case("KOT-02", (O2,), {"jumin.jumin": [{}, DEAD], "gimusha": [
        {}, owner(O2, 宛名番号=B), owner(O3, 宛名番号=B, 相続人代表者_宛名番号=A),
        owner(O4, 宛名番号=B, 現所有者_申告年月日="2024-08-01"), owner(O5, 宛名番号=B, 納税義務者区分="3")]}),
    Case("KOT-02-2", (O2, O3), {"jumin.jumin": [{}, DEAD], "gimusha": [
        {}, owner(O2, 宛名番号=B), owner(O3, 住民区分="3"), owner(O4, 宛名番号=B, 住民区分="4"),
        owner(O5, 宛名番号=C, 住民区分="2")]}),
    Case("KOT-03", (O2, O4), {"kyoyu": [
        {}, dict(共有者番号="2"), owner(O2), owner(O2, 共有者番号="2", 持分_分子="2"),
        *(owner(O3, 共有者番号=n, 持分_分子=part, 持分_分母="4") for n, part in (("1", "2"), ("2", "1"), ("3", "1"))),
        owner(O4), owner(O4, 共有者番号="2", 持分_分母="3")]}),
    Case("KOT-03-2", (O2, O3), {"kyoyu": [
        {}, dict(共有者番号="2", 代表者フラグ="0"), owner(O2), owner(O2, 共有者番号="2"),
        owner(O3, 代表者フラグ="0")]}),
    Case("KOT-03-3", (O2,), {"kyoyu": [owner(O3)], "gimusha": [
        {}, owner(O2, 納税義務者区分="3"), owner(O3, 納税義務者区分="3")]}),
    Case("KOT-03-4", (f"{O2}|1",), {
        "jumin.shien": [{}, dict(宛名番号=B, 措置状態="2")], "gimusha": [{}, owner(O2, 共有者氏名印字フラグ="1")],
        "kyoyu": [{}, owner(O2), owner(O2, 共有者番号="2", 共有者_宛名番号=B)]}),
    Case("KOT-03-5", (f"{O2}|1",), {
        "gimusha": [{}, owner(O2)], "kyoyu": [
            {}, owner(O2, 共有者_宛名番号=B), owner(O2, 共有者番号="2", 共有者_宛名番号=C, 代表者フラグ="0")]}),
    Case("KOT-04", (L2, L3, L4), {"tochi": [
        {}, land(L2, 小規模住宅用地地積="200.01", 一般住宅用地地積="129.99"), land(L3, 住戸数="2"),
        land(L4, 一般住宅用地地積="130.01"), land(L5, 住戸数="2", 小規模住宅用地地積="330.00", 一般住宅用地地積="0"),
        land(L6, 住宅用地区分="0", 住戸数="0")]}),
    Case("KOT-04-2", (L2, L3, L5), {
        "kaoku": [{}, house(H2, 敷地_土地番号=L2, 家屋の種類="11"),
                  house(H3, 敷地_土地番号=L3, 滅失年月日="2025-12-31"),
                  house(H4, 敷地_土地番号=L4, 滅失年月日="2026-01-02"),
                  house(H5, 敷地_土地番号=L5, 建築年月日="2026-02-01")],
        "tochi": [{}, land(L2), land(L3), land(L4), land(L5), land(L6, 住宅用地区分="0")]}),
    Case("KOT-04-3", (L1,), {
        "kaoku": [{}, house(H2, 敷地_土地番号=L2, 家屋の種類="21")],
        "tochi": [dict(住宅用地区分="0"), land(L2, 住宅用地区分="0"), land(L3)]}),
    Case("KOT-04-4", (L2,), {
        "tochi": [{}, land(L2)], "kaoku": [
            {}, house(H2, 敷地_土地番号=L2, 居住戸数="2"), house(H3, 棟番号="2", 家屋の種類="21", 居住戸数="0")]}),
    Case("KOT-05", (L2,), {"tochi": [{}, land(L2, 現況地積="0"), land(L3, 現況地積="0", 消滅年月日="2020-01-10")]}),
    Case("KOT-05-2", (L2,), {"tochi": [{}, land(L2, 登記地積=""), land(L3, 登記地積="", 非課税区分="01")]}),
    Case("KOT-05-3", (L2, L3), {"tochi": [
        {}, land(L2, 現況地積="660.01"), land(L3, 現況地積="164.99"), land(L4, 現況地積="660.00"),
        land(L5, 登記地積="")]}),
    Case("KOT-05-4", (H2, H3), {"kaoku": [
        {}, house(H2, 現況床面積="0", 居住部分床面積="0"), house(H3, 居住部分床面積="110.01")]}),
    Case("KOT-06", (H2, H3), {"kaoku": [
        {}, house(H2, 建築年月日="2026-10-02"), house(H3, 地上階数="4"), house(H4, 地上階数="4", 家屋の構造="4"),
        house(H5, 建築年月日="")]}),
    Case("KOT-06-2", (f"2025|{H2}", f"2025|{H3}"), {"kaoku_nendo": [
        {}, house(H2, 経年減点補正率="0.19"), house(H3, 経年減点補正率="1.01"), house(H4, 経年減点補正率="0.20")]}),
    Case("KOT-06-3", (f"2025|{H2}",), {"kaoku_nendo": [
        {}, house(H2, 賦課年度="2024"), house(H2, 評価額="2722500"), house(H3, 賦課年度="2024", 評価額="4700000"),
        house(H3, 評価額="4700000"),
        house(H4, 非課税区分="03", 評価額="0")]}),
    Case("KOT-06-4", (f"2025|{H2}",), {"kaoku_nendo": [
        dict(賦課年度="2024"), {}, house(H2, 賦課年度="2024", 評価額="4900000"), house(H2),
        house(H3, 賦課年度="2024", 評価額="4900000"), house(H3, 年度異動区分="5")]}),
    Case("KOT-07", (H2, H4), {"kaoku": [
        {}, house(H2, 新築軽減_終了年度="2020"), house(H3, 新築軽減区分="3", 新築軽減_終了年度="2020"),
        house(H4, 新築軽減区分="4", 新築軽減_終了年度="2020"), house(H5, 新築軽減区分="0", 新築軽減_終了年度="")]}),
    Case("KOT-07-2", (H2,), {"kaoku": [
        {}, house(H2, 建築年月日="2014-12-20"), house(H3, 建築年月日="2016-01-01"), house(H4, 新築軽減区分="0")]}),
    Case("KOT-07-3", (f"2019|{H1}",), {
        "kaoku": [{}, house(H2, 改修軽減区分="1", 改修軽減_年度="2025")],
        "kaoku_nendo": [dict(賦課年度="2018", 軽減税額="9"), dict(賦課年度="2019", 軽減税額="9"), {},
                        house(H2, 軽減税額="9")]}),
    Case("KOT-07-4", (f"2018|{H1}",), {
        "kaoku": [{}], "kaoku_nendo": [dict(賦課年度="2017", 軽減税額="9"), dict(賦課年度="2018"), {}]}),
    Case("KOT-08", (f"2025|{O2}",), {"fuka": [
        {}, owner(O2, 課税標準額_合計="6010900"), owner(O3, 土地_免税点未満フラグ="1", 課税標準額_合計="4950000")]}),
    Case("KOT-08-2", (f"2025|{O2}",), {"fuka": [{}, owner(O2, 算出税額="84141")]}),
    Case("KOT-08-3", (f"2025|{O2}",), {"fuka": [
        {}, owner(O2, 年税額="84140"), owner(O3, 軽減税額="100", 年税額="84000"),
        owner(O4, 減免税額="84140", 年税額="0")]}),
    Case("KOT-09", (f"2025|{L2}",), {"tochi_nendo": [
        dict(賦課年度="2024", 課税標準額="1000000"), {}, land(L2, 賦課年度="2024", 課税標準額="990000"), land(L2),
        land(L3, 賦課年度="2024", 課税標準額="990000"), land(L3, 年度異動区分="1"),
        land(L4, 賦課年度="2023", 課税標準額="990000"), land(L4)]}),
    Case("KOT-09-2", (f"2025|{L2}", f"2021|{L3}"), {"tochi_nendo": [
        {}, land(L2, 課税標準額="1060001"), land(L3, 賦課年度="2021", 課税標準額="1000001"),
        land(L4, 賦課年度="2021", 課税標準額="1000000"), land(L5, 前年度課税標準額="0", 課税標準額="240000"),
        land(L6, 負担調整区分="3", 課税標準額="9000000")]}),
    Case("KOT-09-3", (f"2025|{L2}", f"2022|{L4}"), {"tochi_nendo": [
        {}, land(L2, 負担調整区分="2", 課税標準額="4200001"),
        land(L3, 負担調整区分="2", 前年度課税標準額="3000000", 課税標準額="3300000"),
        land(L4, 賦課年度="2022", 負担調整区分="2", 前年度課税標準額="3000000", 課税標準額="3300000"),
        land(L5, 賦課年度="2022", 負担調整区分="2", 前年度課税標準額="3000000", 課税標準額="3150000")]}),
    Case("KOT-10", (f"2025|{O2}", f"2025|{O3}"), {"fuka": [
        {}, owner(O2, 土地_免税点未満フラグ="1"), owner(O3, 土地_課税標準額="299999"),
        owner(O4, 土地_課税標準額="0"), owner(O5, 土地_課税標準額="299999", 土地_免税点未満フラグ="1")]}),
    Case("KOT-10-2", (f"2025|{O2}",), {"fuka": [
        {}, owner(O2, 家屋_課税標準額="199999"), owner(O3, 家屋_課税標準額="200000")]}),
    Case("KOT-10-3", (f"2025|{O2}",), {"fuka": [
        {}, owner(O2, 償却資産_課税標準額="1499999"), owner(O3, 償却資産_課税標準額="1500000")]}),
    Case("KOT-11", (f"{O1}|2", f"{O1}|3"), {"shokyaku": [
        {}, dict(資産番号="2", 評価額="1000001"), dict(資産番号="3", 評価額="49999"),
        dict(資産番号="4", 評価額="50000")]}),
    Case("KOT-11-2", (f"{O1}|2", f"{O1}|3"), {"shokyaku": [
        {}, dict(資産番号="2", 取得年月="2026-11"), dict(資産番号="3", 耐用年数="1"),
        dict(資産番号="4", 耐用年数="60")]}),
    Case("KOT-11-3", (f"{O1}|2", f"{O1}|3"), {"shokyaku": [
        {}, dict(資産番号="2", 課税標準額="150000"), dict(資産番号="3", 課税標準特例フラグ="1"),
        dict(資産番号="4", 課税標準特例フラグ="1", 課税標準額="150000")]}),
    Case("KOT-12", (f"2025|{L2}",), {"tochi_nendo": [
        {}, land(L2, 非課税区分="01"), land(L3, 非課税区分="01", 課税標準額="0")]}),
    Case("KOT-12-2", (f"2025|{O2}", f"2025|{O3}"), {"fuka": [
        {}, owner(O2, 減免税額="100"), owner(O3, 減免事由="1"), owner(O4, 減免税額="84140", 減免事由="1")]}),
    Case("KOT-12-3", (f"2025|{H2}",), {"kaoku_nendo": [
        {}, house(H2, 非課税区分="03"), house(H3, 非課税区分="03", 課税標準額="0")]}),
    Case("KOT-13", (f"2025|{L2}", f"2025|{L3}"), {"tochi_nendo": [
        {}, land(L2, 課税地目="12", 負担調整区分="3"), land(L3, 課税地目="13", 負担調整区分="2", 課税標準額="4200001"),
        land(L4, 課税地目="13", 負担調整区分="2", 課税標準額="4200000"), land(L5, 課税地目="10", 負担調整区分="3")]}),
    Case("KOT-14", (f"2025|{O2}",), {
        "fuka": [dict(土地_課税標準額="2120000"), owner(O2)],
        "tochi_nendo": [{}, land(L2), land(L3, 義務者番号=O2), land(L4, 義務者番号=O3)]}),
    Case("KOT-14-2", (f"2025|{O2}",), {
        "fuka": [{}, owner(O2)], "kaoku_nendo": [{}, house(H2, 義務者番号=O2, 課税標準額="4950001"),
                                                 house(H3, 義務者番号=O3)]}),
    Case("KOT-14-3", (O2,), {
        "fuka": [dict(償却資産_課税標準額="1"), dict(賦課年度="2026", 償却資産_課税標準額="300000"),
                 owner(O2, 賦課年度="2026")],
        "shokyaku": [{}, owner(O2), owner(O3)]}),
    Case("KOT-14-4", (f"2025|{L2}",), {"fuka": [{}], "tochi_nendo": [
        {}, land(L2, 義務者番号=O2), land(L3, 義務者番号=O2, 賦課年度="2021")]}),
    Case("KOT-16", (f"2025|{L2}",), {"tochi_nendo": [
        {}, land(L2, 評価基準年度="2021"), land(L3, 賦課年度="2023", 評価基準年度="2021")]}),
    Case("KOT-16-2", (f"2025|{L2}",), {"tochi_nendo": [
        dict(賦課年度="2024", 評価額="6100000"), {}, land(L2, 賦課年度="2024", 評価額="5900000"), land(L2),
        land(L3, 賦課年度="2023", 評価基準年度="2021", 評価額="5900000"), land(L3, 賦課年度="2024"),
        land(L4, 賦課年度="2024", 評価額="5900000"), land(L4, 年度異動区分="2")]}),
    Case("KOT-16-3", (L2, L3), {"tochi": [
        {}, land(L2, 評価方式="1"), land(L3, 標準地番号=""), land(L4, 評価方式="1", 路線番号="001001"),
        land(L5, 標準地番号="", 非課税区分="01")]}),
    Case("SNO-01", (f"2025|{O1}|2",), {"kibetsu": [
        {}, term("2", "20000", 収納額="0"), term("3", "20000", 収納額="0", 未納額="20000"),
        term("4", "20000", 収納額="0", 不納欠損額="20000"), owner(O2, 収納額="25100", 還付充当額="1000")]}),
    Case("SNO-02", (f"2025|{O2}",), {
        "fuka": [{}, owner(O2)],
        "kibetsu": [{}, *(term(n, "20000") for n in "234"), owner(O2), *(owner(O2) | term(n, "20000") for n in "23")]}),
    Case("SNO-02-2", (f"2025|{O1}|2",), {"kibetsu": [{}, term("2", "20100"), term("3", "20000")]}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(case: Case) -> None:
    assert keys_of_case("kotei", case, LEGAL) == sorted(case.fires)


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in areas()["kotei"].rules} == {case.rule for case in CASES} | elsewhere("kotei")


def test_the_insurance_that_has_no_asset_levy_is_not_compared_with() -> None:
    """KOT-15 needs a levy of 国保 on assets, which the town does not have."""
    assert "KOT-15" not in {rule.id for rule in areas()["kotei"].rules}


def test_sizes_follow_the_town(clean_town: Town) -> None:
    """For each resident 1.48 parcels and 0.6 houses, ten years of both, five of levies."""
    frames = {name: _kept(frame) for name, frame in clean_town.tables["kotei"].items()}
    assert (frames["tochi"].height, frames["kaoku"].height) == (888, 360)
    assert frames["tochi_nendo"]["年度"].unique().sort().to_list() == [str(year) for year in range(2017, 2027)]
    assert frames["fuka"]["年度"].unique().sort().to_list() == ["2022", "2023", "2024", "2025", "2026"]
    assert max(frame.width for name, frame in frames.items() if name.endswith("nendo")) <= 30


def test_owners_live_here_elsewhere_have_moved_or_died_or_are_companies(clean_town: Town) -> None:
    owners = _kept(clean_town.tables["kotei"]["gimusha"])
    people = owners.filter(pl.col("義務者区分") == "K")
    juki = _latest(clean_town)
    outside = set(clean_town.tables["jutogai"]["jutogai"]["宛名番号"])
    state = dict(juki.select("宛名番号", "住民状態").rows())
    for number, kind in people.select("宛名番号", "住民区分").rows():
        assert (number in outside) if kind == "2" else number in state
    dead = people.filter(pl.col("住民区分") == "4")
    assert dead.filter((pl.col("相続代表番号") == "") & (pl.col("現所有者申告日") == "0000000")).is_empty()
    assert owners.filter(pl.col("義務者区分") == "H")["宛名番号"].unique().to_list() == [""]
    assert {"1", "2", "3", "4"} == set(people["住民区分"])


def test_the_tax_of_one_owner_worked_out_by_hand(clean_town: Town) -> None:
    """From the parcels and houses of 2026 to the bill, with other arithmetic than the sample's."""
    frames = {name: _kept(frame) for name, frame in clean_town.tables["kotei"].items()}
    levies = frames["fuka"].filter((pl.col("年度") == "2026") & (pl.col("減免税額") == "0"))
    for levy in levies.head(40).iter_rows(named=True):
        mine = (pl.col("年度") == "2026") & (pl.col("義務者番号") == levy["義務者番号"])
        land = sum(map(int, frames["tochi_nendo"].filter(mine)["課税標準額"]))
        homes = frames["kaoku_nendo"].filter(mine)
        house, relief = sum(map(int, homes["課税標準額"])), sum(map(int, homes["軽減税額"]))
        asset = sum(map(int, frames["shokyaku"].filter(義務者番号=levy["義務者番号"])["課税標準額"]))
        taxed = sum(yen for yen, least in ((land, 300_000), (house, 200_000), (asset, 1_500_000)) if yen >= least)
        whole = taxed - taxed % 1_000
        tax = whole * 14 // 1_000 - (relief if house >= 200_000 else 0)
        assert int(levy["年税額"]) == max(0, tax - tax % 100)
        assert sum(int(levy[f"期別税額{slot}"]) for slot in "１２３４") == int(levy["年税額"])


def test_records_of_varying_length_end_behind_the_last_co_owner(clean_town: Town) -> None:
    """RDW of 4 bytes, 39 bytes of the group, 16 for each co-owner (共有者 10, 持分 5, 代表 1)."""
    frame = clean_town.tables["kotei"]["kyoyu"].head(3)
    table = _layout("kyoyu")
    content = (clean_town.folder / "delivery" / "kotei" / "kyoyu.dat").read_bytes()
    at = 0
    for members in frame["人数"].to_list():
        size = int.from_bytes(content[at : at + 2], "big")
        assert size == 4 + 39 + 16 * int(members)
        at += size
    assert table.records == "rdw"
    assert table.shortest == 39 + 2 * 16


def test_amounts_are_packed_and_numbers_zoned(clean_town: Town) -> None:
    frame = clean_town.tables["kotei"]["tochi_nendo"].head(1)
    first = table_bytes(frame, tables("kotei")["tochi_nendo"])
    assert first[:4].hex() == "f2f0f1f7"
    value = next(column for column in _layout("tochi_nendo").columns if column.name == "評価額")
    assert first[value.start : value.start + 7].hex() == frame["評価額"][0].zfill(13) + "c"


def test_a_delivered_row_becomes_the_row_a_clerk_expects(
    tmp_path: Path, one_area: Callable[[Path, str], Town], ikou: Callable[..., object]
) -> None:
    """A parcel, a group of co-owners and a levy of the smallest delivery, read from their bytes and converted."""
    made = one_area(tmp_path / "town", "kotei")
    assert getattr(ikou("run", "-w", made.folder, "--to", "convert"), "code", 2) in (0, 1)
    there = made.folder / "runs" / "R1" / "stages" / "convert" / "kotei"
    before = _kept(made.tables["kotei"]["tochi"]).row(0, named=True)
    after = pl.read_parquet(there / "tochi.parquet").filter(土地番号=before["土地番号"]).row(0, named=True)
    assert (after["現況地積"], after["地番_本番"]) == (before["現況地積"], before["地番本番"])
    assert after["所在"] == before["所在地名"]
    assert after["取得年月日"] == _day(before["取得日"])
    group = _kept(made.tables["kotei"]["kyoyu"]).row(0, named=True)
    members = pl.read_parquet(there / "kyoyu.parquet").filter(義務者番号=group["義務者番号"])
    assert members.height == int(group["人数"])
    assert members["共有者_宛名番号"].to_list() == [group[f"共有者０{n}"] for n in "１２"[: members.height]]
    assert members["持分_分子"].cast(pl.Int64).sum() == int(group["持分分母"])
    levy = _kept(made.tables["kotei"]["fuka"]).row(0, named=True)
    key = (pl.col("賦課年度") == levy["年度"]) & (pl.col("義務者番号") == levy["義務者番号"])
    bills = pl.read_parquet(there / "kibetsu.parquet").filter(key)
    assert bills["期別番号"].to_list() == ["1", "2", "3", "4"]
    assert bills["期別税額"].to_list() == [levy[f"期別税額{slot}"] for slot in "１２３４"]
    assert pl.read_parquet(there / "fuka.parquet").filter(key)["年税額"].to_list() == [levy["年税額"]]


def _layout(table: str) -> LegacyTable:
    return areas()["kotei"].sources["kyusys"].tables[table]


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("削除フラグ") == "0")


def _latest(clean_town: Town) -> pl.DataFrame:
    return _kept(clean_town.tables["jumin"]["juki"]).filter(pl.col("最新区分") == "1")


def _day(wareki: str) -> str:
    year = {"1": 1867, "2": 1911, "3": 1925, "4": 1988, "5": 2018}[wareki[0]] + int(wareki[1:3])
    return f"{year}-{wareki[3:5]}-{wareki[5:]}"
