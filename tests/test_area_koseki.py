"""戸籍: every rule fires on what it is for and leaves its legal neighbours alone; the sample town tells one story."""

from __future__ import annotations

import polars as pl
import pytest
from area_cases import Row, areas, keys_found

from sample_data import town as making
from sample_data.areas import jumin, koseki

PERSON = dict(宛名番号="A", 最新フラグ="1", 住民状態="1", 氏名="佐藤　一郎", 氏_日本人="佐藤", 名_日本人="一郎",
              生年月日="1980-03-01", 性別="1", 本籍="岡垣町大字三吉１番地", 戸籍_筆頭者="佐藤　一郎")  # fmt: skip
HOME = dict(戸籍番号="K", 本籍="岡垣町大字三吉１番地", 筆頭者氏名="佐藤　一郎", 筆頭者_在籍番号="1", 戸籍状態="1",
            編製年月日="2005-05-05", 最終更新年月日="2010-01-10", 副本_最終送信年月日="2010-01-10")  # fmt: skip
MEMBER = dict(戸籍番号="K", 在籍番号="1", 宛名番号="A", 在籍状態="1", 氏="佐藤", 名="一郎", 氏_振り仮名="サトウ",
              名_振り仮名="イチロウ", 振り仮名_状態="1", 振り仮名_記載年月日="2025-06-02", 生年月日="1980-03-01",
              性別="1", 父_氏名="佐藤　太郎", 母_氏名="佐藤　花子", 父母との続柄="01", 配偶者区分="0",
              入籍年月日="2005-05-05")  # fmt: skip
EVENT = dict(戸籍番号="K", 在籍番号="1", 事項番号="1", 事項種別="01", 事件年月日="1980-03-01")
INDEX = dict(索引番号="1", 索引種別="1", 戸籍番号="K", 消除年月日="2010-01-10", 保存期限年月日="2160-01-10",
             画像_開始コマ="5", 画像_終了コマ="7", 画像_枚数="3")  # fmt: skip
TOLD = EVENT | dict(届出年月日="1980-03-03", 記載年月日="1980-03-03")
CONFIRMED = PERSON | dict(氏名_フリガナ確認状況="2", 氏名_フリガナ="サトウ　イチロウ", 氏_日本人_フリガナ="サトウ",
                          名_日本人_フリガナ="イチロウ")  # fmt: skip
IN_SLIP = dict(附票番号="F", 附票在籍番号="1", 戸籍番号="K", 戸籍_在籍番号="1", 在籍状態="1")
GONE = dict(在籍状態="2", 除籍年月日="2010-01-10", 除籍事由="01")


def a(base: Row, **items: str) -> Row:
    return base | items


J = "jumin.jumin"
CASES: list[tuple[str, tuple[str, ...], dict[str, list[Row]]]] = [
    ("COM-01", ("K|2",), {J: [PERSON], "zaiseki": [
        MEMBER, a(MEMBER, 在籍番号="2", 宛名番号="B"), a(MEMBER, 在籍番号="3", 宛名番号="")]}),
    ("COM-10", ("K|2",), {J: [PERSON, a(PERSON, 宛名番号="B", 氏_日本人="斎藤")], "zaiseki": [
        MEMBER, a(MEMBER, 在籍番号="2", 宛名番号="B"), a(MEMBER, 在籍番号="3", 宛名番号="B", **GONE),
        a(MEMBER, 在籍番号="4", 宛名番号="C")]}),
    ("COM-10-2", ("K|2", "K|3"), {J: [PERSON, a(PERSON, 宛名番号="B", 生年月日="1980-03-00")], "zaiseki": [
        MEMBER, a(MEMBER, 在籍番号="2", 生年月日="1980-03-02"), a(MEMBER, 在籍番号="3", 性別="2"),
        a(MEMBER, 在籍番号="4", 宛名番号="B", 生年月日="1980-03-00")]}),
    ("COM-21", ("K|2",), {J: [PERSON, a(PERSON, 宛名番号="B", 住民状態="3"), a(PERSON, 宛名番号="C", 住民状態="2")],
                          "zaiseki": [MEMBER, a(MEMBER, 在籍番号="2", 宛名番号="B"),
                                      a(MEMBER, 在籍番号="3", 宛名番号="C"),
                                      a(MEMBER, 在籍番号="4", 宛名番号="B", **GONE)]}),
    ("JUK-16", ("L|1", "M|1"), {
        J: [PERSON, a(PERSON, 宛名番号="B", 住民状態="2")],
        "koseki": [HOME, a(HOME, 戸籍番号="L", 本籍="岡垣町大字三吉２番地"),
                   a(HOME, 戸籍番号="M", 筆頭者氏名="別　人")],
        "zaiseki": [MEMBER, a(MEMBER, 戸籍番号="L"), a(MEMBER, 戸籍番号="M"), a(MEMBER, 戸籍番号="L", 在籍番号="2",
                    宛名番号="B"), a(MEMBER, 戸籍番号="M", 在籍番号="2", **GONE)]}),
    ("KOS-01", ("K", "L"), {"koseki": [
        HOME, a(HOME, 戸籍番号="L"), a(HOME, 戸籍番号="M", 戸籍状態="2"),
        a(HOME, 戸籍番号="N", 筆頭者氏名="佐藤　花子"), a(HOME, 戸籍番号="O", 本籍="岡垣町大字三吉２番地")]}),
    ("KOS-02", ("L",), {"koseki": [HOME, a(HOME, 戸籍番号="L")], "zaiseki": [
        a(MEMBER, **GONE), a(MEMBER, 戸籍番号="L", 在籍番号="2")]}),
    ("KOS-03", ("L",), {"koseki": [HOME, a(HOME, 戸籍番号="L"), a(HOME, 戸籍番号="M", 戸籍状態="2")], "zaiseki": [
        MEMBER, a(MEMBER, 在籍番号="2"), a(MEMBER, 戸籍番号="L", **GONE), a(MEMBER, 戸籍番号="M", **GONE)]}),
    ("KOS-03-2", ("L|1",), {"koseki": [HOME, a(HOME, 戸籍番号="L", 戸籍状態="2")], "zaiseki": [
        MEMBER, a(MEMBER, 戸籍番号="L"), a(MEMBER, 戸籍番号="L", 在籍番号="2", **GONE)]}),
    ("KOS-03-3", ("K|3", "K|4", "K|5"), {"zaiseki": [
        MEMBER, a(MEMBER, 在籍番号="2", **GONE), a(MEMBER, 在籍番号="3", 在籍状態="2"),
        a(MEMBER, 在籍番号="4", 除籍年月日="2010-01-10"), a(MEMBER, 在籍番号="5", **(GONE | {"除籍事由": ""}))]}),
    ("KOS-04", ("K|2", "K|3"), {"zaiseki": [
        MEMBER, a(MEMBER, 在籍番号="2", 入籍年月日="1980-02-28"),
        a(MEMBER, 在籍番号="3", **(GONE | {"除籍年月日": "2005-05-04"})),
        a(MEMBER, 在籍番号="4", 入籍年月日="1980-03-01", **(GONE | {"除籍年月日": "1980-03-01"})),
        a(MEMBER, 在籍番号="5", 生年月日="1980-00-00", 入籍年月日="1980-01-01")]}),
    ("KOS-04-2", ("K|1|2",), {"zaiseki": [MEMBER], "mibun": [
        EVENT, a(EVENT, 事項番号="2", 事項種別="02", 事件年月日="1979-03-01"),
        a(EVENT, 事項番号="3", 事件年月日="1980-00-00"), a(EVENT, 在籍番号="9", 事件年月日="1900-01-01")]}),
    ("KOS-04-3", ("K|1|2",), {"zaiseki": [a(MEMBER, **GONE), a(MEMBER, 在籍番号="2")], "mibun": [
        a(EVENT, 事件年月日="2010-01-10"), a(EVENT, 事項番号="2", 事件年月日="2010-01-11"),
        a(EVENT, 在籍番号="2", 事件年月日="2020-01-01")]}),
    ("KOS-05", ("L",), {"zaiseki": [
        a(MEMBER, 配偶者区分="1"), a(MEMBER, 在籍番号="2", 配偶者区分="2"), a(MEMBER, 戸籍番号="L", 配偶者区分="1"),
        a(MEMBER, 戸籍番号="L", 在籍番号="2", 配偶者区分="2", **GONE), a(MEMBER, 戸籍番号="M")]}),
    ("KOS-05-2", ("L",), {"zaiseki": [
        MEMBER, a(MEMBER, 在籍番号="2", 氏="鈴木", **GONE), a(MEMBER, 戸籍番号="L"),
        a(MEMBER, 戸籍番号="L", 在籍番号="2", 氏="鈴木")]}),
    ("KOS-06", ("K|2", "K|3"), {"zaiseki": [
        MEMBER, a(MEMBER, 在籍番号="2", 母_氏名=""), a(MEMBER, 在籍番号="3", 父母との続柄=""),
        a(MEMBER, 在籍番号="4", 父_氏名=""), a(MEMBER, 在籍番号="5", 母_氏名="", **GONE)]}),
    ("KOS-06-2", ("K|1", "K|2"), {"zaiseki": [
        MEMBER, a(MEMBER, 在籍番号="2", 名="二郎"), a(MEMBER, 在籍番号="3", 父母との続柄="02"),
        a(MEMBER, 在籍番号="4", 母_氏名="鈴木　桃子"), a(MEMBER, 在籍番号="5", 父_氏名="", 父母との続柄="21"),
        a(MEMBER, 在籍番号="6", 父_氏名="", 父母との続柄="21"), a(MEMBER, 戸籍番号="L"),
        a(MEMBER, 在籍番号="7", **GONE)]}),
    ("KOS-07", ("K|2", "K|3"), {"zaiseki": [
        MEMBER, a(MEMBER, 在籍番号="2", 振り仮名_記載年月日=""), a(MEMBER, 在籍番号="3", 振り仮名_状態="3"),
        a(MEMBER, 在籍番号="4", 振り仮名_状態="3", 振り仮名_記載年月日=""), a(MEMBER, 在籍番号="5", 振り仮名_状態="2"),
        a(MEMBER, 在籍番号="6", 振り仮名_記載年月日="", **GONE)]}),
    ("KOS-07-2", ("K|2",), {"zaiseki": [
        MEMBER, a(MEMBER, 在籍番号="2", 振り仮名_状態="3"), a(MEMBER, 在籍番号="3", 振り仮名_状態="3", **GONE)]}),
    ("KOS-08", ("2", "3"), {"joseki": [
        INDEX, a(INDEX, 索引番号="2", 画像_枚数="2"), a(INDEX, 索引番号="3", 画像_終了コマ="4"),
        a(INDEX, 索引番号="4", 画像_終了コマ="5", 画像_枚数="1")]}),
    ("KOS-08-2", ("L", "O"), {"joseki": [
        INDEX, a(INDEX, 索引番号="2", 戸籍番号="N", 索引種別="3"), a(INDEX, 索引番号="3", 戸籍番号="O", 索引種別="2")],
        "koseki": [a(HOME, 戸籍状態="2"), a(HOME, 戸籍番号="L", 戸籍状態="2"), a(HOME, 戸籍番号="M"),
                   a(HOME, 戸籍番号="N", 戸籍状態="3"), a(HOME, 戸籍番号="O", 戸籍状態="2")]}),
    ("KOS-09", ("L", "M"), {"koseki": [
        HOME, a(HOME, 戸籍番号="L", 副本_最終送信年月日="2010-01-09"), a(HOME, 戸籍番号="M", 副本_最終送信年月日=""),
        a(HOME, 戸籍番号="N", 副本_最終送信年月日="2010-01-11")]}),
    ("KOS-10", ("2",), {"joseki": [
        INDEX, a(INDEX, 索引番号="2", 保存期限年月日="2090-01-10"), a(INDEX, 索引番号="3", 保存期限年月日="")]}),
    ("COM-17", ("3000001",), {"koseki": [a(HOME, 戸籍番号="0003000001"), a(HOME, 戸籍番号="3000001")]}),
    ("COM-17-2", ("K|2",), {"zaiseki": [
        a(MEMBER, 宛名番号="0010000019"), a(MEMBER, 在籍番号="2", 宛名番号="10000019"),
        a(MEMBER, 在籍番号="3", 宛名番号="")]}),
    ("COM-22", ("K|1|2", "K|1|3", "K|1|4"), {"mibun": [
        TOLD, a(TOLD, 事項番号="2", 届出年月日="1980-02-28"), a(TOLD, 事項番号="3", 記載年月日="1980-03-02"),
        a(TOLD, 事項番号="4", 記載年月日="2026-10-02"), a(TOLD, 事項番号="5", 届出年月日=""),
        a(TOLD, 事項番号="6", 事件年月日="1980-00-00"), a(TOLD, 事項番号="7", 記載年月日="2026-10-01")]}),
    ("FUH-01", ("K|2", "K|3"), {"fuhyo.zaiseki": [IN_SLIP, a(IN_SLIP, 附票在籍番号="2", 戸籍_在籍番号="2",
                                                            在籍状態="2")],
        "zaiseki": [MEMBER, a(MEMBER, 在籍番号="2"), a(MEMBER, 在籍番号="3"), a(MEMBER, 在籍番号="4", **GONE)]}),
    ("FUH-01-2", ("L", "N"), {"fuhyo.fuhyo": [dict(附票番号="F", 戸籍番号="K")], "koseki": [
        HOME, a(HOME, 戸籍番号="L"), a(HOME, 戸籍番号="M", 戸籍状態="2", 全部消除年月日="2014-06-19"),
        a(HOME, 戸籍番号="N", 戸籍状態="2", 全部消除年月日="2014-06-20")]}),
    ("KOS-01-2", ("L|1",), {"zaiseki": [
        MEMBER, a(MEMBER, 戸籍番号="L", 入籍年月日="2010-01-10"), a(MEMBER, 戸籍番号="M", 宛名番号="B"),
        a(MEMBER, 戸籍番号="N", 宛名番号="B", **GONE), a(MEMBER, 戸籍番号="O", 宛名番号=""),
        a(MEMBER, 戸籍番号="P", 宛名番号="")]}),
    ("KOS-03-4", ("L", "M", "N"), {"koseki": [
        HOME, a(HOME, 戸籍番号="L", 全部消除年月日="2010-01-10"), a(HOME, 戸籍番号="M", 戸籍状態="2", 全部消除事由="1"),
        a(HOME, 戸籍番号="N", 戸籍状態="3", 全部消除事由="3", 全部消除年月日="2005-05-04"),
        a(HOME, 戸籍番号="O", 戸籍状態="2", 全部消除事由="1", 全部消除年月日="2010-01-10")]}),
    ("KOS-07-3", ("K|2",), {
        J: [CONFIRMED, a(CONFIRMED, 宛名番号="B", 氏名_フリガナ確認状況="0"),
            a(CONFIRMED, 宛名番号="C", 住民状態="2")],
        "zaiseki": [MEMBER, a(MEMBER, 在籍番号="2", 名_振り仮名="カズオ"),
                    a(MEMBER, 在籍番号="3", 名_振り仮名="カズオ", 宛名番号="B"),
                    a(MEMBER, 在籍番号="4", 名_振り仮名="カズオ", 宛名番号="C"),
                    a(MEMBER, 在籍番号="5", 名_振り仮名="カズオ", 振り仮名_状態="3")]}),
    ("KOS-08-3", ("2",), {"joseki": [
        a(INDEX, 画像_冊番号="1"), a(INDEX, 画像_冊番号="1", 索引番号="2", 画像_開始コマ="7", 画像_終了コマ="9"),
        a(INDEX, 画像_冊番号="1", 索引番号="3", 画像_開始コマ="10"), a(INDEX, 画像_冊番号="2", 索引番号="4")]}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fires", "rows"), CASES, ids=[case[0] for case in CASES])
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(
    rule: str, fires: tuple[str, ...], rows: dict[str, list[Row]]
) -> None:
    assert keys_found("koseki", rule, rows) == sorted(fires)


def test_every_rule_has_a_case_that_fires() -> None:
    assert {rule.id for rule in areas()["koseki"].rules} == {rule for rule, fires, _ in CASES if fires}


def test_external_characters_of_the_family_registers_are_told_by_their_number() -> None:
    entries = {entry.character: entry for entry in areas()["koseki"].sources["kyusys"].gaiji.entries}
    assert entries["\ue004"].koseki == "437660"  # 一点しんにょうの辻
    assert entries["\ue00b"].koseki == "173360"  # 槗
    assert entries["\ue001"].text == "邉\U000e0117"  # not in the list of 戸籍統一文字 of the table we carry


@pytest.fixture(scope="module")
def town() -> dict[str, dict[str, pl.DataFrame]]:
    kept = making.AREAS
    making.AREAS = (jumin.AREA, koseki.AREA)
    try:
        return making.draw_tables(500, 3, making._Nobody())
    finally:
        making.AREAS = kept


def test_every_japanese_resident_of_the_town_s_registers_is_in_exactly_one_as_the_resident_record_says(
    town: dict[str, dict[str, pl.DataFrame]],
) -> None:
    residents = town["jumin"]["juki"].filter(
        (pl.col("最新区分") == "1") & (pl.col("住民種別") == "0") & (pl.col("住民状態") == "10")
    )
    here = residents.filter(pl.col("本籍市町村コード") == "403831")
    there = town["koseki"]["meisai"].filter(pl.col("在籍区分") == "1").join(town["koseki"]["koseki"], on="戸籍番号")
    written = set(here.select("宛名番号", "本籍", "筆頭者", "生年月日").rows())
    assert 0.3 * residents.height < len(written) < 0.8 * residents.height  # the others have their 本籍 elsewhere
    assert written <= set(there.select("宛名番号", "本籍", "筆頭者", "生年月日").rows())
    numbered = there.filter(pl.col("宛名番号") != "")
    assert numbered["宛名番号"].is_duplicated().sum() == 0
    away = residents.filter(pl.col("本籍市町村コード") != "403831")
    assert set(away["宛名番号"]) & set(numbered["宛名番号"]) == set()


def test_people_of_the_registers_who_live_elsewhere_are_there_too(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    people = town["koseki"]["meisai"].filter(pl.col("在籍区分") == "1")
    living = set(town["jumin"]["juki"].filter(pl.col("住民状態") == "10", pl.col("最新区分") == "1")["宛名番号"])
    gone = people.filter(pl.col("宛名番号") != "", ~pl.col("宛名番号").is_in(sorted(living)))
    never = people.filter(pl.col("宛名番号") == "")
    assert gone.height > 20  # moved away
    assert never.height > 5  # never lived here


@pytest.mark.parametrize(("residents", "seed"), [(1_000, 2), (800, 5)])
def test_no_two_present_registers_have_the_same_home_and_first_person(residents: int, seed: int) -> None:
    kept = making.AREAS
    making.AREAS = (jumin.AREA, koseki.AREA)
    try:
        homes = making.draw_tables(residents, seed, making._Nobody())["koseki"]["koseki"]
    finally:
        making.AREAS = kept
    present = homes.filter(pl.col("戸籍状態") == "G")
    assert present.select("本籍", "筆頭者").is_duplicated().sum() == 0


def test_the_first_person_bears_the_surname_of_the_register(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    """戸籍法14条・16条: who keeps the surname is the 筆頭者; who is one already stays in the same 戸籍."""
    own = town["koseki"]
    firsts = own["meisai"].filter(pl.col("在籍連番") == "001").join(own["koseki"], on="戸籍番号")
    names = firsts.select(pl.concat_str("氏", pl.lit("\u3000"), "名") == pl.col("筆頭者"))
    assert names.to_series().all()
    weddings = own["jiko"].filter(pl.col("事項") == "02").select("戸籍番号", "在籍連番", "事件日")
    weddings = weddings.join(firsts.select("戸籍番号", "在籍連番", "入籍日"), on=["戸籍番号", "在籍連番"])
    assert weddings.filter(pl.col("事件日") != pl.col("入籍日")).height > 0  # married again, in the same 戸籍


def test_whoever_marries_leaves_one_register_and_enters_the_next_on_that_day(
    town: dict[str, dict[str, pl.DataFrame]],
) -> None:
    people = town["koseki"]["meisai"]
    left = people.filter((pl.col("除籍事由") == "02") & (pl.col("新戸籍番号") != ""))
    entered = people.filter((pl.col("入籍事由") == "02") & (pl.col("従前戸籍番号") != ""))
    assert left.height > 10
    assert set(left.select("宛名番号", "新戸籍番号", "除籍日").rows()) == set(
        entered.select("宛名番号", "戸籍番号", "入籍日").rows()
    )


def test_the_area_counts_its_totals_itself(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    counted = {name: count(town["koseki"]) for name, count in koseki.AREA.totals.items()}
    assert counted["kosekisu"][""] == counted["kosekisu"]["1"] + counted["kosekisu"]["2"]
    assert counted["sakuin"]["1"] == counted["kosekisu"]["2"]  # every closed one is in the index
    assert set(counted) == {total.id for total in areas()["koseki"].totals}
