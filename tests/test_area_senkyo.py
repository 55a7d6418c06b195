"""選挙人名簿管理: its rules on rows written by hand, and its part of the town."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from area_cases import Case, areas, keys_of_case

from sample_data import Town
from sample_data.lists import read_lists
from sample_data.voters import ELECTIONS

LEGAL = {
    "jumin.jumin": dict(
        宛名番号="0010000001", 個人履歴番号="1", 最新フラグ="1", 住民状態="1", 住民種別="1", 氏名="岡垣　花子",
        世帯主氏名="岡垣　太郎", 住所_町字コード="0005000", 住所_番地号表記="１２番地", 異動事由="69",
        住民となった年月日="2000-04-01", 選挙人名簿登録有無="1",
    ),
    "jutogai.atena": dict(宛名番号="0800000001"),
    "jumin.shien": dict(宛名番号="0010000001", 支援措置番号="1", 措置状態="1"),
    "senkyo.meibo": dict(
        名簿登録番号="0000000001", 宛名番号="0010000001", 氏名="岡垣　花子", 生年月日="1970-04-02", 性別="2",
        世帯主氏名="岡垣　太郎", 住所_町字コード="0005000", 住所_地番本番="12", 住所_番地号表記="１２番地",
        投票区番号="001", 住民票作成年月日="2000-04-01", 登録基準年月日="2000-09-01", 登録年月日="2000-09-02",
        登録区分="1", 登録状態="1", 閲覧制限フラグ="0",
    ),
    "senkyo.hyoji": dict(
        名簿登録番号="0000000001", 処理番号="1", 抹消表示区分="1", 事由発生年月日="2026-07-01", 処理年月日="2026-07-02"
    ),
    "senkyo.tohyoku": dict(
        投票区番号="001", 投票区名="第１投票区", 投票所名="吉木公民館", 投票所所在地="岡垣町大字吉木１番地"
    ),
    "senkyo.kuiki": dict(
        町字コード="0005000", 区域番号="1", 町字="大字吉木", 地番_開始="1", 地番_終了="99999", 投票区番号="001"
    ),
    "senkyo.senkyo": dict(
        選挙番号="0007", 選挙種別="1", 選挙名="総選挙", 基準年月日="2026-01-26", 告示年月日="2026-01-27",
        選挙期日="2026-02-08", 名簿登録者数="2", 投票者数="1", 選挙状態="2",
    ),
    "senkyo.tohyo": dict(
        選挙番号="0007", 名簿登録番号="0000000001", 投票区番号="001", 入場券整理番号="000001", 投票区分="1",
        投票年月日="2026-02-08",
    ),
    "senkyo.zaigai": dict(
        在外選挙人証番号="0040000001", 宛名番号="0010000001", 氏名="岡垣　花子", 登録地区分="1", 登録状態="1",
        最終住所="大字吉木１２番地", 最終住所_町字コード="0005000", 投票区番号="001",
    ),
    "senkyo.teiji": dict(登録年月日="2026-09-01", 性別="2", 登録者数="1", 最新フラグ="1"),
    "senkyo.kohosha": dict(
        名簿年="2027", 候補者種別="1", 候補者番号="1", 名簿登録番号="0000000001", 抽出年月日="2026-09-15"
    ),
}  # fmt: skip
N2, N3, N4, N5, N6 = (f"000000000{n}" for n in range(2, 7))
B, C, D = "0010000002", "0010000003", "0010000004"
COMING = dict(選挙番号="0008", 選挙状態="1", 告示年月日="2026-10-20", 選挙期日="2026-10-25")
DEAD = dict(住民状態="3", 消除の事由="32", 消除の異動年月日="2026-09-20")
GONE = dict(住民状態="2", 消除の事由="30", 消除の異動年月日="2026-06-01")
OFF = dict(登録状態="2", 抹消年月日="2024-05-10")


def who(number: str, **items: str) -> dict[str, str]:
    return dict(名簿登録番号=number, **items)


def person(number: str, **items: str) -> dict[str, str]:
    return dict(宛名番号=number, **items)


def lot(number: str, start: str, end: str, **items: str) -> dict[str, str]:
    return dict(区域番号=number, 地番_開始=start, 地番_終了=end, **items)


def other(town: str, number: str, start: str, end: str) -> dict[str, str]:
    return lot(number, start, end, 町字コード=town)


CASES = [
    Case("COM-01", (N2,), {"jumin.jumin": [{}], "jutogai.atena": [{}], "meibo": [
        {}, who(N2, 宛名番号="0099990000"), who(N3, 宛名番号="0800000001")]}),
    Case("COM-01-2", ("0040000002",), {"jumin.jumin": [{}], "jutogai.atena": [{}], "zaigai": [
        {}, dict(在外選挙人証番号="0040000002", 宛名番号="0099990000"),
        dict(在外選挙人証番号="0040000003", 宛名番号="0800000001")]}),
    Case("COM-14", (N2, N3), {"hyoji": [
        {}, dict(処理番号="2"), who(N2, 処理番号="2"), who(N3), who(N3, 処理番号="3")]}),
    Case("COM-15", (f"{N2}|1", f"{N3}|1"), {"hyoji": [
        dict(解除年月日="2026-07-02"), who(N2, 解除年月日="2026-07-01"), who(N3, 満了年月日="2026-06-30"),
        who(N4, 満了年月日="2026-07-01")]}),
    Case("COM-17", (N2,), {"meibo": [{}, who(N2, 宛名番号="10000001")]}),
    Case("COM-18", ("0000000001",), {"jumin.shien": [{}, person(B, 措置状態="2"), person(C)], "meibo": [
        {}, who(N2, 宛名番号=B), who(N3, 宛名番号=C, 閲覧制限フラグ="1"), who(N4, **OFF)]}),
    Case("JUK-16", (N2,), {
        "jumin.jumin": [{}, person(B, 選挙人名簿登録有無="0"), person(C, 選挙人名簿登録有無="0", **GONE)],
        "meibo": [{}, who(N2, 宛名番号=B), who(N3, 宛名番号=C)]}),
    Case("JUK-16-2", (N2,), {
        "jumin.jumin": [{}, person(B), person(C, 選挙人名簿登録有無="0")],
        "meibo": [{}, who(N4, **OFF), who(N2, 宛名番号=B, **OFF), who(N3, 宛名番号=C, **OFF)]}),
    Case("SEN-01", (N2, N4), {"senkyo": [{}], "meibo": [
        who(N3, 生年月日="2008-09-02", 登録基準年月日="2026-09-01"),  # 18 on the day before the birthday
        who(N2, 生年月日="2008-09-03", 登録基準年月日="2026-09-01"),
        who(N4, 生年月日="1997-06-20", 登録基準年月日="2016-06-02"), who(N5, 生年月日="1996-06-03",
            登録基準年月日="2016-06-02"),
        who(N6, 生年月日="2008-02-09", 登録基準年月日="2026-01-26", 登録区分="2", 登録選挙番号="0007")]}),
    Case("SEN-02", (N2,), {"meibo": [
        dict(住民票作成年月日="2026-06-01", 登録基準年月日="2026-09-01"),
        who(N2, 住民票作成年月日="2026-06-02", 登録基準年月日="2026-09-01")]}),
    Case("SEN-02-2", (N2,), {"meibo": [
        dict(住民票作成年月日=""), who(N2, 住民票作成年月日="", 登録基準年月日="2026-09-01"),
        who(N3, 登録基準年月日="2026-09-01")]}),
    Case("SEN-02-3", (N2,), {
        "jumin.jumin": [dict(異動事由="10", 異動届出年月日="2026-06-01"),
                        person(B, 異動事由="10", 異動届出年月日="2026-06-10"),
                        person(C, 異動事由="10", 異動届出年月日="2026-09-20")],
        "meibo": [dict(登録基準年月日="2026-09-01", 登録年月日="2026-09-01"),
                  who(N2, 宛名番号=B, 登録基準年月日="2026-09-01", 登録年月日="2026-09-01"),
                  who(N3, 宛名番号=C, 登録基準年月日="2026-09-01", 登録年月日="2026-09-01")]}),  # back within 4 months
    Case("SEN-03", (N2, N5), {
        "jumin.jumin": [{}, person(B, **DEAD), person(C, **GONE), person(D, 住民状態="9", 消除の事由="35")],
        "meibo": [{}, who(N2, 宛名番号=B), who(N3, 宛名番号=C), who(N4, 宛名番号=B, **OFF), who(N5, 宛名番号=D)]}),
    Case("SEN-03-2", (N2, N4), {
        "jumin.jumin": [person("0010000001", **GONE), person(B, 住民状態="2", 消除の異動年月日="2026-05-31"),
                        person(C, 住民状態="2", 消除の異動年月日="2026-06-02"),
                        person(D, 住民状態="9", 消除の異動年月日="2025-01-01")],
        "meibo": [{}, who(N2, 宛名番号=B), who(N3, 宛名番号=C), who(N4, 宛名番号=D), who(N5, 宛名番号=D, **OFF)]}),
    Case("SEN-03-3", (N2, N3, N5), {"meibo": [
        {}, who(N2, 抹消年月日="2026-09-25"), who(N3, 登録状態="2"), who(N4, **OFF),
        who(N5, 登録状態="2", 抹消年月日="2000-09-01")]}),
    Case("SEN-03-4", (N2,), {
        "meibo": [{}, who(N2, **OFF), who(N3, **OFF)],
        "hyoji": [who(N2), who(N3, 抹消表示区分="4")]}),
    Case("SEN-03-5", (f"{N2}|1",), {"hyoji": [
        dict(抹消表示区分="4", 処理年月日="2026-11-02"), who(N2, 抹消表示区分="4", 処理年月日="2026-10-31"),
        who(N3, 抹消表示区分="3", 処理年月日="2026-07-02")]}),
    Case("SEN-04", (N2,), {
        "jumin.jumin": [{}, person(B, 住民種別="2")], "meibo": [{}, who(N2, 宛名番号=B), who(N3, 宛名番号=B, **OFF)]}),
    Case("SEN-05", (N2, N4), {
        "kuiki": [lot("1", "1", "1200"), lot("2", "1201", "99999", 投票区番号="002")],
        "meibo": [{}, who(N2, 住所_地番本番="1201"), who(N3, 住所_地番本番="1201", 投票区番号="002"),
                  who(N4, 住所_町字コード="0099000"), who(N5, 住所_地番本番="1201", **OFF)]}),
    Case("SEN-05-2", ("0005000|2",), {"kuiki": [
        lot("1", "1", "1200"), lot("2", "1200", "99999"), other("0006000", "1", "1", "99"),
        other("0006000", "2", "100", "99999")]}),
    Case("SEN-05-3", ("0005000|2",), {"kuiki": [
        lot("1", "1", "1200"), lot("2", "1202", "99999"), other("0006000", "1", "1", "99"),
        other("0006000", "2", "100", "99999")]}),
    Case("SEN-05-4", ("0006000", "0007000"), {"kuiki": [
        lot("1", "1", "1200"), lot("2", "1201", "99999"), other("0006000", "1", "2", "99999"),
        other("0007000", "1", "1", "500")]}),
    Case("SEN-05-5", ("002",), {"tohyoku": [
        {}, dict(投票区番号="002", 投票所名=""), dict(投票区番号="003", 投票所名="", 廃止年月日="2021-03-31")]}),
    Case("SEN-05-6", ("0006000|1",), {
        "tohyoku": [{}, dict(投票区番号="013", 廃止年月日="2021-03-31"),
                    dict(投票区番号="014", 廃止年月日="2027-03-31")],
        "kuiki": [{}, dict(町字コード="0006000", 投票区番号="013"), dict(町字コード="0007000", 投票区番号="014")]}),
    Case("SEN-05-7", (f"0008|{N2}",), {
        "senkyo": [{}, COMING], "meibo": [{}, who(N2), who(N3, **OFF)],
        "tohyo": [dict(選挙番号="0008"), who(N2, 選挙番号="0008", 投票区番号="002"), who(N2, 投票区番号="002"),
                  who(N3, 選挙番号="0008", 投票区番号="002")]}),
    Case("SEN-06", (N2,), {
        "jumin.jumin": [{}, person(B, 住民種別="2", 氏名="別"), person(C, 氏名="別", **GONE)],
        "meibo": [{}, who(N2, 氏名="旧姓　花子"), who(N3, 宛名番号=B), who(N4, 宛名番号=C)]}),
    Case("SEN-06-2", (N2, N3), {
        "jumin.jumin": [{}, person(B, 世帯主氏名="")],
        "meibo": [{}, who(N2, 世帯主氏名="前主　太郎"), who(N3, 宛名番号=B), who(N4, 宛名番号=B, 世帯主氏名="")]}),
    Case("SEN-06-3", (N2, N3), {
        "jumin.jumin": [{}, person(B, **GONE)],
        "meibo": [{}, who(N2, 住所_番地号表記="９番地"), who(N3, 住所_方書="旧ハイツ"),
                  who(N4, 宛名番号=B, 住所_番地号表記="９番地")]}),
    Case("SEN-07", (f"{N2}|1",), {"hyoji": [
        dict(抹消表示区分="2", 満了年月日="2026-10-01"), who(N2, 抹消表示区分="2", 満了年月日="2026-09-30"),
        who(N3, 抹消表示区分="2", 満了年月日="2026-09-30", 解除年月日="2026-10-01"),
        who(N4, 満了年月日="2026-08-01")]}),
    Case("SEN-07-2", (N2, N4), {
        "jumin.jumin": [{}, person(B, **GONE), person(C, **GONE), person(D, **GONE)],
        "meibo": [{}, who(N2, 宛名番号=B), who(N3, 宛名番号=C), who(N4, 宛名番号=D)],
        "hyoji": [who(N3), who(N4, 解除年月日="2026-08-01")]}),
    Case("SEN-07-3", (N2,), {
        "jumin.jumin": [{}, person(B), person(C, **GONE)],
        "meibo": [{}, who(N2, 宛名番号=B), who(N3, 宛名番号=C)],
        "hyoji": [dict(抹消表示区分="2"), who(N2), who(N3)]}),
    Case("SEN-08", ("1",), {
        "teiji": [{}, dict(性別="1", 登録者数="2"), dict(登録年月日="2026-06-01", 登録者数="9", 最新フラグ="0")],
        "meibo": [{}, who(N2, 登録年月日="2026-09-15"), who(N3, 性別="1"), who(N4, 性別="1", **OFF)]}),
    Case("SEN-08-2", ("0008",), {
        "senkyo": [{}, COMING], "tohyo": [{}, who(N2), dict(選挙番号="0008")]}),
    Case("SEN-08-3", ("0006",), {
        "senkyo": [{}, COMING, dict(選挙番号="0006", 投票者数="2")],
        "tohyo": [{}, who(N2, 投票区分="0"), dict(選挙番号="0006"), dict(選挙番号="0008")]}),
    Case("SEN-09", ("0040000002",), {"zaigai": [
        {}, dict(在外選挙人証番号="0040000002", 最終住所=""),
        dict(在外選挙人証番号="0040000003", 最終住所="", 登録地区分="2")]}),
    Case("SEN-09-2", ("0040000001",), {"meibo": [{}, who(N2, 宛名番号=B, **OFF)], "zaigai": [
        {}, dict(在外選挙人証番号="0040000002", 宛名番号=B), dict(在外選挙人証番号="0040000003", 登録状態="2")]}),
    Case("SEN-09-3", ("0040000001",), {
        "jumin.jumin": [{}, person(B, **GONE), person(C, 住民となった年月日="2026-06-02")],
        "zaigai": [{}, dict(在外選挙人証番号="0040000002", 宛名番号=B),
                   dict(在外選挙人証番号="0040000003", 宛名番号=C)]}),
    Case("SEN-09-4", ("0000000001", N2), {"meibo": [
        {}, who(N2), who(N3, **OFF), who(N4, 宛名番号=B)]}),
    Case("SEN-10", (f"0008|{N2}",), {
        "senkyo": [{}, COMING], "tohyo": [
            {}, dict(選挙番号="0008", 投票区分="0", 投票年月日=""), who(N2, 選挙番号="0008")]}),
    Case("SEN-10-2", (f"0007|{N2}", f"0007|{N3}"), {"senkyo": [{}], "tohyo": [
        {}, who(N2, 投票年月日="2026-02-09"), who(N3, 投票年月日="2025-07-20"),
        who(N4, 投票区分="2", 投票年月日="2026-01-28")]}),
    Case("SEN-11", (f"0007|{N2}", f"0007|{N3}"), {"senkyo": [{}], "tohyo": [
        {}, who(N2, 投票年月日="2026-02-07"), who(N3, 投票区分="2"), who(N4, 投票区分="2", 投票年月日="2026-02-07"),
        who(N5, 投票区分="3", 投票年月日="2026-02-08")]}),
    Case("SEN-11-2", (f"0007|{N2}",), {
        "meibo": [{}, who(N2), who(N3, 郵便等投票証明書番号="00000001")],
        "tohyo": [{}, who(N2, 投票区分="4"), who(N3, 投票区分="4")]}),
    Case("SEN-11-3", (f"0007|{N2}", f"0007|{N3}"), {"tohyo": [
        {}, who(N2, 投票年月日=""), who(N3, 投票区分="0"), who(N4, 投票区分="0", 投票年月日="")]}),
    Case("SEN-11-4", ("2027|1|2", "2027|1|3"), {
        "meibo": [{}, who(N2, **OFF), who(N3, 登録年月日="2026-09-16"), who(N4, 登録状態="2", 抹消年月日="2026-09-16")],
        "kohosha": [{}, who(N2, 候補者番号="2"), who(N3, 候補者番号="3"), who(N4, 候補者番号="4")]}),
    Case("SEN-11-5", (f"0007|{N2}",), {
        "meibo": [{}, who(N2, **OFF), who(N3, 登録状態="2", 抹消年月日="2026-02-09")],
        "tohyo": [{}, who(N2), who(N3)]}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(case: Case) -> None:
    assert keys_of_case("senkyo", case, LEGAL) == sorted(case.fires)


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in areas()["senkyo"].rules} == {case.rule for case in CASES}


def test_no_group_item_column_rule_or_total_is_lost() -> None:
    area = areas()["senkyo"]
    assert {group.id: len(group.items) for group in area.groups.values()} == {
        "meibo": 29, "hyoji": 11, "tohyoku": 9, "kuiki": 10, "senkyo": 13, "tohyo": 10, "zaigai": 22, "teiji": 9,
        "kohosha": 9,
    }  # fmt: skip
    tables = area.sources["kyusys"].tables.values()
    assert {table.id: len(table.columns) for table in tables} == {
        "meibo": 34, "hyoji": 12, "tohyoku": 10, "kuiki": 11, "senkyo": 14, "jokyo": 11, "zaigai": 24, "teiji": 10,
        "yotei": 10,
    }  # fmt: skip
    for table in tables:
        ends = [0, *(column.start + column.length for column in table.columns)]
        assert [column.start for column in table.columns] == ends[:-1]
        assert ends[-1] == table.record_length
    assert len(area.totals) == 6


def test_who_is_of_age_and_three_months_here_is_on_the_register(clean_town: Town) -> None:
    """定時登録 of 2026-09-01: 18 by the day before the birthday, a resident since 1 June."""
    juki = clean_town.tables["jumin"]["juki"]
    living = juki.filter((pl.col("最新区分") == "1") & (pl.col("住民状態") == "10") & (pl.col("住民種別") == "0"))
    came = juki.filter(pl.col("履歴番号") == "001").select("宛名番号", told="処理年月日")
    living = living.join(came, on="宛名番号")
    listed = set(_listed(clean_town)["宛名番号"])
    exact = living.filter(~pl.col("生年月日").str.contains("(00|29|3.)$"))
    grown = exact.filter((pl.col("生年月日") <= "4200902") & (pl.col("told") <= "5080601"))
    young = exact.filter(pl.col("生年月日") > "4200902")
    assert set(grown["宛名番号"]) - listed == set()
    assert set(young["宛名番号"]) & listed == set()
    assert grown.height > 300
    assert young.height > 30


def test_only_who_left_in_the_last_four_months_is_still_on_it(clean_town: Town) -> None:
    juki = clean_town.tables["jumin"]["juki"].filter(pl.col("最新区分") == "1")
    away = _listed(clean_town).join(juki.filter(pl.col("住民状態") != "10"), on="宛名番号")
    assert away.height > 0
    assert min(away["消除年月日"]) >= "5080601"
    assert set(away["消除事由"]) <= {"21", "22", "25"}


def test_the_resident_register_says_the_same_of_everybody(clean_town: Town) -> None:
    juki = clean_town.tables["jumin"]["juki"].filter((pl.col("最新区分") == "1") & (pl.col("住民状態") == "10"))
    marked = set(juki.filter(pl.col("選挙登録区分") == "1")["宛名番号"])
    assert marked == set(_listed(clean_town)["宛名番号"]) & set(juki["宛名番号"])


def test_ranges_name_every_town_and_cover_every_lot_once(clean_town: Town) -> None:
    ranges = _kept(clean_town.tables["senkyo"]["kuiki"])
    assert set(ranges["町字名"]) == {row["town"] for row in read_lists().towns}
    for _, rows in ranges.group_by("町字コード", maintain_order=True):
        bounds = [(int(first), int(last)) for first, last in rows.select("本番自", "本番至").rows()]
        assert (bounds[0][0], bounds[-1][1]) == (1, 99_999)
        assert [last + 1 for _, last in bounds[:-1]] == [first for first, _ in bounds[1:]]


def test_votes_lie_between_notice_and_election_day_and_nobody_has_voted_yet_in_the_coming_one(clean_town: Town) -> None:
    votes = _kept(clean_town.tables["senkyo"]["jokyo"])
    for one in ELECTIONS:
        rows = votes.filter(pl.col("選挙番号") == f"{one.number:04d}")
        days = {_day(text) for text in rows.filter(pl.col("投票区分") != "0")["投票日"]}
        assert rows.height > 300
        assert all(one.notice < day <= one.day for day in days)
        assert bool(days) is (one.number < len(ELECTIONS))


def _listed(clean_town: Town) -> pl.DataFrame:
    return _kept(clean_town.tables["senkyo"]["meibo"]).filter(pl.col("登録状態") == "1")


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("削除フラグ") == "0")


def _day(text: str) -> int:
    """A day of 令和 as an ordinal."""
    return date(2018 + int(text[1:3]), int(text[3:5]), int(text[5:7])).toordinal()
