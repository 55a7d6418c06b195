"""戸籍の附票: every rule fires on what it is for and leaves its legal neighbours alone; one story in three books."""

from __future__ import annotations

import polars as pl
import pytest
from area_cases import Row, areas, keys_found

from sample_data import town as making
from sample_data.areas import fuhyo, jumin, jutogai, koseki, senkyo
from sample_data.areas.fuhyo.tables import day_of

HOUSE = dict(住所_都道府県="福岡県", 住所_市区郡町村名="遠賀郡岡垣町", 住所_町字="大字三吉", 住所_番地号表記="１番地")
PERSON = dict(市区町村コード="403831", 宛名番号="A", 最新フラグ="1", 住民状態="1", 本籍="岡垣町大字三吉１番地",
              戸籍_筆頭者="佐藤　一郎", 住民票コード="10000000006", 住所を定めた年月日="2005-05-05",
              **HOUSE)  # fmt: skip
SLIP = dict(附票番号="F", 戸籍番号="K", 本籍="岡垣町大字三吉１番地", 筆頭者氏名="佐藤　一郎", 附票状態="1",
            作成年月日="2005-05-05")  # fmt: skip
MEMBER = dict(附票番号="F", 附票在籍番号="1", 戸籍番号="K", 戸籍_在籍番号="1", 宛名番号="A", 住民票コード="10000000006",
              氏名="佐藤　一郎", 氏="佐藤", 名="一郎", 生年月日="1980-03-01", 性別="1", 在籍状態="1",
              記載年月日="2005-05-05", 発行抑止フラグ="0", 在外選挙人名簿登録フラグ="0")  # fmt: skip
PLACE = dict(附票番号="F", 附票在籍番号="1", 住所履歴番号="1", 最新フラグ="1", 住所区分="1",
             住所_市区町村コード="403831", 住所を定めた年月日="2005-05-05", 記載年月日="2005-05-10",
             **HOUSE)  # fmt: skip
HOME = dict(戸籍番号="K", 本籍="岡垣町大字三吉１番地", 筆頭者氏名="佐藤　一郎", 戸籍状態="1")
FAMILY = dict(戸籍番号="K", 在籍番号="1", 在籍状態="1", 氏="佐藤", 名="一郎", 生年月日="1980-03-01", 性別="1")
GONE = dict(在籍状態="2", 消除年月日="2010-01-10", 消除事由="01")
CLOSED = dict(附票状態="2", 除附票事由="1", 除附票年月日="2020-01-10")
STOP = dict(発行抑止フラグ="1", 発行抑止_開始年月日="2026-04-01", 発行抑止_終了年月日="2027-03-31")
SHIEN = dict(宛名番号="A", 支援措置番号="1", 措置状態="1", 抑止_戸籍の附票の写し="1")
ABROAD = dict(住所区分="2", 住所空欄理由="1", 住所_都道府県="", 住所_市区郡町村名="", 住所_町字="", 住所_番地号表記="")
VOTER = dict(在外選挙人名簿登録フラグ="1", 在外選挙人名簿_登録市区町村コード="403831",
             在外選挙人名簿_登録年月日="2020-04-01")  # fmt: skip
LISTED = dict(在外選挙人証番号="Z", 宛名番号="A", 登録状態="1", 登録年月日="2020-04-01")


def a(base: Row, **items: str) -> Row:
    return base | items


def m(number: int, **items: str) -> Row:
    """The member of that number, otherwise like the first."""
    return MEMBER | {"附票在籍番号": str(number)} | items


def at(person: int, number: int = 1, **items: str) -> Row:
    """An address of a member."""
    return PLACE | {"附票在籍番号": str(person), "住所履歴番号": str(number)} | items


J, K, KZ, S, Z = "jumin.jumin", "koseki.koseki", "koseki.zaiseki", "jumin.shien", "senkyo.zaigai"
CASES: list[tuple[str, tuple[str, ...], dict[str, list[Row]]]] = [
    ("COM-01", ("F|2",), {J: [PERSON], "zaiseki": [MEMBER, m(2, 宛名番号="B"), m(3, 宛名番号="")]}),
    ("COM-14", ("F|2", "F|3", "F|4"), {"jusho": [
        at(1), at(1, 2), at(2, 2), at(3), at(3, 3), at(4), at(4, 1)]}),
    ("COM-14-2", ("F|2", "F|3", "F|4"), {"jusho": [
        at(1, 最新フラグ="0"), at(1, 2), at(2, 最新フラグ="0"), at(3), at(3, 2), at(4), at(4, 2, 最新フラグ="0")]}),
    ("COM-17", ("4000001",), {"fuhyo": [a(SLIP, 附票番号="0004000001"), a(SLIP, 附票番号="4000001")]}),
    ("COM-17-2", ("F|2",), {"zaiseki": [
        a(MEMBER, 宛名番号="0010000019"), m(2, 宛名番号="10000019"), m(3, 宛名番号="")]}),
    ("COM-21", ("F|2",), {J: [PERSON, a(PERSON, 宛名番号="B", 住民状態="3")], "zaiseki": [
        MEMBER, m(2, 宛名番号="B"), m(3, 宛名番号="B", **GONE), m(4, 宛名番号="")]}),
    ("COM-22", ("F|2|1", "F|3|1"), {"jusho": [
        at(1), at(2, 記載年月日="2005-05-04"), at(3, 記載年月日="2026-10-02"), at(4, 住所を定めた年月日="2005-00-00"),
        at(5, 住所を定めた年月日="2026-10-01", 記載年月日="2026-10-01")]}),
    ("COM-23", ("F|2|1", "F|3|1", "F|4|1"), {"jusho": [
        at(1), at(2, 住所_市区町村コード="40383"), at(3, 住所_市区町村コード="403830"), at(4, 住所_市区町村コード=""),
        at(5, 住所_市区町村コード="", **ABROAD)]}),
    ("JUK-16", ("F|2", "F|3"), {"fuhyo": [SLIP], J: [
        PERSON, a(PERSON, 宛名番号="B", 本籍="岡垣町大字三吉２番地"), a(PERSON, 宛名番号="C", 戸籍_筆頭者="別　人"),
        a(PERSON, 宛名番号="D", 本籍="岡垣町大字三吉２番地", 住民状態="2")],
        "zaiseki": [MEMBER, m(2, 宛名番号="B"), m(3, 宛名番号="C"), m(4, 宛名番号="D"), m(5, 宛名番号="B", **GONE)]}),
    ("FUH-01", ("F|2", "F|3"), {KZ: [FAMILY, a(FAMILY, 在籍番号="2", 在籍状態="2")], "zaiseki": [
        MEMBER, m(2, 戸籍_在籍番号="2"), m(3, 戸籍_在籍番号="3"), m(4, 戸籍_在籍番号="2", **GONE)]}),
    ("FUH-01-2", ("F|2", "F|3", "F|4"), {KZ: [FAMILY], "zaiseki": [
        MEMBER, m(2, 氏="斉藤"), m(3, 生年月日="1980-03-02"), m(4, 性別="2"), m(5, 戸籍_在籍番号="9", 氏="斉藤")]}),
    ("FUH-01-3", ("F|3", "F|4", "F|5"), {"zaiseki": [
        MEMBER, m(2, **GONE), m(3, **(GONE | {"消除年月日": ""})), m(4, 消除年月日="2010-01-10"),
        m(5, **(GONE | {"消除年月日": "2005-05-04"}))]}),
    ("FUH-01-4", ("G|1",), {"fuhyo": [SLIP, a(SLIP, 附票番号="G", **CLOSED)], "zaiseki": [
        MEMBER, a(MEMBER, 附票番号="G"), m(2, 附票番号="G", **GONE)]}),
    ("FUH-02", ("G", "H"), {K: [HOME], "fuhyo": [
        SLIP, a(SLIP, 附票番号="G", 本籍="岡垣町大字三吉２番地"), a(SLIP, 附票番号="H", 筆頭者氏名="佐藤　花子"),
        a(SLIP, 附票番号="I", 戸籍番号="X", 本籍="岡垣町大字三吉２番地")]}),
    ("FUH-02-2", ("G", "H"), {K: [HOME, a(HOME, 戸籍番号="L", 戸籍状態="2")], "fuhyo": [
        SLIP, a(SLIP, 附票番号="G", **CLOSED), a(SLIP, 附票番号="H", 戸籍番号="L"),
        a(SLIP, 附票番号="I", 戸籍番号="L", **CLOSED)]}),
    ("FUH-03", ("F|2", "F|3"), {J: [PERSON, a(PERSON, 宛名番号="B", 住民状態="2")], "zaiseki": [
        MEMBER, m(2), m(3), m(4, 宛名番号="B"), m(5, **GONE), m(6)], "jusho": [
        at(1), at(2, 住所_番地号表記="２番地"), at(3, 住所_方書="三吉荘１号"), at(4, 住所_番地号表記="２番地"),
        at(5, 住所_番地号表記="２番地"), at(6, 住所_番地号表記="２番地", 最新フラグ="0"), at(6, 2)]}),
    ("FUH-03-2", ("F|2", "F|3"), {J: [PERSON, a(PERSON, 宛名番号="B", 住民状態="2")], "zaiseki": [
        MEMBER, m(2), m(3), m(4, 宛名番号="B")], "jusho": [
        at(1), at(2, 住所を定めた年月日="2005-05-10"), at(3, 住所を定めた年月日=""),
        at(4, 住所を定めた年月日="2005-05-10")]}),
    ("FUH-03-3", ("F|2", "F|3"), {"zaiseki": [MEMBER, m(2), m(3), m(4)], "jusho": [
        at(1), at(2, 最新フラグ="0"), at(4, **ABROAD)]}),
    ("FUH-04", ("F|1|3", "F|1|4"), {"jusho": [
        at(1, 1), at(1, 2, 住所を定めた年月日="2005-05-06"), at(1, 3, 住所を定めた年月日="2005-05-06"),
        at(1, 4, 住所を定めた年月日="2004-01-01"), at(2, 1, 住所を定めた年月日="2000-01-01")]}),
    ("FUH-05", ("F|2|1", "F|3|1", "F|4|1"), {"jusho": [
        at(1), at(2, **(ABROAD | {"住所空欄理由": ""})), at(3, 住所_番地号表記=""), at(4, 住所空欄理由="2"),
        at(5, **ABROAD)]}),
    ("FUH-05-2", ("F|2",), {J: [
        PERSON, a(PERSON, 宛名番号="B", 住民状態="2", 消除の事由="21", 消除の異動年月日="2020-04-01")],
        "zaiseki": [MEMBER, m(2, 宛名番号="B"), m(3, 宛名番号="B"), m(4, 宛名番号="B"), m(5, 宛名番号="B", **GONE)],
        "jusho": [at(1), at(2), at(3, 住所を定めた年月日="2020-04-01"), at(4, **ABROAD), at(5)]}),
    ("FUH-06", ("F|2", "F|3", "F|4"), {"zaiseki": [
        MEMBER, m(2, 住民票コード=""), m(3, 住民票コード="1000000000"), m(4, 住民票コード="10000000005"),
        m(5, 住民票コード=""), m(6, 住民票コード="", **GONE)],
        "jusho": [at(1), at(2), at(3), at(4), at(5, **ABROAD), at(6)]}),
    ("FUH-06-2", ("F|2",), {J: [PERSON, a(PERSON, 宛名番号="B", 住民票コード="")], "zaiseki": [
        MEMBER, m(2, 住民票コード="10000000010"), m(3, 住民票コード=""), m(4, 宛名番号="B"), m(5, 宛名番号="")]}),
    ("FUH-07", ("F|2", "G|1"), {S: [
        SHIEN, a(SHIEN, 宛名番号="B", 措置状態="2"), a(SHIEN, 宛名番号="C", 抑止_戸籍の附票の写し="0")],
        "zaiseki": [a(MEMBER, **STOP), m(2), m(3, 宛名番号="B"), m(4, 宛名番号="C"), m(5, 宛名番号=""),
                    a(MEMBER, 附票番号="G", **GONE)]}),
    ("FUH-07-2", ("F|2",), {S: [SHIEN], J: [
        PERSON, a(PERSON, 宛名番号="B"), a(PERSON, 宛名番号="C", 住民状態="2")],
        "zaiseki": [a(MEMBER, **STOP), m(2, 宛名番号="B", **STOP), m(3, 宛名番号="C", **STOP),
                    m(4, 宛名番号="", **STOP), m(5, 宛名番号="B")]}),
    ("FUH-07-3", ("F|2", "F|3", "F|4"), {"zaiseki": [
        a(MEMBER, **STOP), m(2, **(STOP | {"発行抑止_終了年月日": ""})),
        m(3, **(STOP | {"発行抑止_終了年月日": "2026-09-30"})),
        m(4, **(STOP | {"発行抑止_開始年月日": "2027-04-01"})),
        m(5, **(STOP | {"発行抑止_終了年月日": "2026-10-01"})), m(6)]}),
    ("FUH-08", ("G",), {"fuhyo": [
        a(SLIP, **CLOSED, 保存期限年月日="2170-01-10"), a(SLIP, 附票番号="G", **CLOSED, 保存期限年月日="2025-01-10"),
        a(SLIP, 附票番号="H", **CLOSED), a(SLIP, 附票番号="I")]}),
    ("FUH-08-2", ("H", "I", "L"), {"fuhyo": [
        SLIP, a(SLIP, 附票番号="G", **CLOSED), a(SLIP, 附票番号="H", 除附票年月日="2020-01-10"),
        a(SLIP, 附票番号="I", **(CLOSED | {"除附票年月日": ""})),
        a(SLIP, 附票番号="L", **(CLOSED | {"除附票年月日": "2005-05-04"}))]}),
    ("FUH-09", ("F|2",), {"zaiseki": [a(MEMBER, **VOTER), m(2, **VOTER), m(3, **VOTER), m(4)], "jusho": [
        at(1, **ABROAD), at(2), at(3, 住所を定めた年月日="2026-06-02"), at(4)]}),
    ("FUH-09-2", ("F|2", "F|3", "F|4", "F|5"), {"zaiseki": [
        a(MEMBER, **VOTER), m(2, **(VOTER | {"在外選挙人名簿_登録年月日": ""})),
        m(3, **(VOTER | {"在外選挙人名簿_登録市区町村コード": ""})), m(4, 在外選挙人名簿_登録年月日="2020-04-01"),
        m(5, 生年月日="2005-04-01", **VOTER), m(6)]}),
    ("FUH-09-3", ("F|2",), {Z: [LISTED, a(LISTED, 在外選挙人証番号="Y", 宛名番号="B", 登録状態="2")],
                            J: [PERSON, a(PERSON, 宛名番号="B")], "zaiseki": [
        a(MEMBER, **VOTER), m(2, 宛名番号="B", **VOTER), m(3, 宛名番号="B"), m(4, 宛名番号="B", **VOTER) | GONE,
        m(5, 宛名番号="B", **(VOTER | {"在外選挙人名簿_登録市区町村コード": "401099"}))]}),
    ("FUH-09-4", ("F|2", "F|3"), {Z: [LISTED, a(LISTED, 在外選挙人証番号="Y", 宛名番号="B", 登録状態="2")], "zaiseki": [
        a(MEMBER, **VOTER), m(2), m(3, **(VOTER | {"在外選挙人名簿_登録年月日": "2020-04-02"})), m(4, 宛名番号="B"),
        m(5, **GONE)]}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fires", "rows"), CASES, ids=[case[0] for case in CASES])
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(
    rule: str, fires: tuple[str, ...], rows: dict[str, list[Row]]
) -> None:
    assert keys_found("fuhyo", rule, rows) == sorted(fires)


def test_every_rule_has_a_case_that_fires() -> None:
    assert {rule.id for rule in areas()["fuhyo"].rules} == {rule for rule, fires, _ in CASES if fires}


def test_nothing_of_the_area_gets_lost() -> None:
    area = areas()["fuhyo"]
    assert {group.id: len(group.items) for group in area.groups.values()} == {"fuhyo": 20, "zaiseki": 27, "jusho": 20}
    tables = area.sources["kyusys"].tables
    assert {name: len(table.columns) for name, table in tables.items()} == {"fuhyo": 21, "zaisekisha": 27, "jusho": 22}
    assert len(area.totals) == 5


@pytest.fixture(scope="module")
def town() -> dict[str, dict[str, pl.DataFrame]]:
    kept = making.AREAS
    making.AREAS = (jumin.AREA, jutogai.AREA, koseki.AREA, senkyo.AREA, fuhyo.AREA)
    try:
        return making.draw_tables(500, 3, making._Nobody())
    finally:
        making.AREAS = kept


def test_the_people_of_a_slip_are_those_of_the_family_register(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    people, slips = town["fuhyo"]["zaisekisha"], town["fuhyo"]["fuhyo"]
    there = people.filter(pl.col("在籍区分") == "1").select("戸籍番号", "戸籍在籍連番", "生年月日", "性別")
    family = town["koseki"]["meisai"].filter(pl.col("在籍区分") == "1")
    assert set(there.rows()) == set(family.select("戸籍番号", "在籍連番", "生年月日", "性別").rows())
    homes = town["koseki"]["koseki"]
    known = homes.join(slips, on=["戸籍番号", "本籍", "筆頭者"], how="semi")
    assert known.height == slips.height
    thrown_away = homes.join(slips, on="戸籍番号", how="anti")
    assert thrown_away.height > 5
    assert set(thrown_away["戸籍状態"]) == {"J"}
    assert thrown_away.filter(pl.col("除籍日").str.starts_with("5")).height == 0  # all closed before 2014-06-20


def test_the_last_address_of_a_resident_is_that_of_the_resident_record(
    town: dict[str, dict[str, pl.DataFrame]],
) -> None:
    living = town["jumin"]["juki"].filter(pl.col("最新区分") == "1", pl.col("住民状態") == "10")
    people = town["fuhyo"]["zaisekisha"].filter(pl.col("在籍区分") == "1").join(living, on="宛名番号", how="semi")
    last = town["fuhyo"]["jusho"].filter(pl.col("最新区分") == "1")
    columns = ("県名", "市町村名", "町字名", "番地", "方書")
    found = people.join(last, on=["附票番号", "在籍連番"], how="left").select("宛名番号", *columns, "住定日")
    assert found.height > 150
    assert set(found.rows()) <= set(living.select("宛名番号", *columns, "住定年月日").rows())


def test_addresses_follow_each_other_and_go_on_after_leaving(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    rows = town["fuhyo"]["jusho"].with_columns(day=day_of(pl.col("住定日")), written=day_of(pl.col("記載日")))
    steps = rows.select(pl.col("day").diff().over("附票番号", "在籍連番")).to_series().drop_nulls()
    assert (steps > 0).all()
    assert (rows["day"] <= rows["written"]).all()
    assert rows.filter(pl.col("市町村コード") == "403831").height > 300
    assert rows.filter(~pl.col("市町村コード").is_in(["403831", ""])).height > 100
    assert set(rows.filter(pl.col("住所区分") != "00")["空欄理由"]) == {"K", "S"}  # abroad, removed


def test_who_is_protected_is_protected_in_every_slip(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    measures = town["jumin"]["shien"].filter((pl.col("措置状態") == "1") & (pl.col("附票抑止") == "1"))
    people = town["fuhyo"]["zaisekisha"]
    stopped = people.filter(pl.col("抑止区分") == "1")
    known = people.join(measures, on="宛名番号", how="semi")
    assert known.height > 0
    assert set(known["抑止区分"]) == {"1"}
    assert set(stopped.filter(pl.col("宛名番号") != "")["宛名番号"]) <= set(measures["宛名番号"])


def test_the_area_counts_its_totals_itself(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    counted = {name: count(town["fuhyo"]) for name, count in fuhyo.AREA.totals.items()}
    assert counted["honsekijinko"] == koseki.AREA.totals["honsekijinko"](town["koseki"])
    assert set(counted) == {total.id for total in areas()["fuhyo"].totals}
