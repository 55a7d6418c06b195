"""生活保護: every rule on rows that break it and on their legal neighbours, the role of a town, its sample."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from area_cases import Case, areas, keys_of_case
from cross_area_cases import elsewhere

from mappings.roles import in_role
from sample_data import Town

Row = dict[str, str]
LEGAL: dict[str, Row] = {
    "jumin.jumin": dict(宛名番号="A", 最新フラグ="1", 住民状態="1", 世帯番号="H"),
    "jumin.shien": dict(宛名番号="A", 支援措置番号="1", 措置状態="1"),
    "jutogai.atena": dict(宛名番号="J"),
    "kokuho.shikaku": dict(宛名番号="A", 資格番号="1", 最新フラグ="1"),
    "kaigo.shikaku": dict(被保険者番号="0000000001", 資格履歴番号="1", 宛名番号="A", 最新フラグ="1", 被保険者区分="1"),
    "kaigo.nintei": dict(被保険者番号="0000000001", 認定履歴番号="1", 最新フラグ="1"),
    "kaigo.fuka": dict(賦課年度="2026", 被保険者番号="0000000001", 生活保護受給フラグ="1"),
    "shogai.techo": dict(宛名番号="A", 手帳種別="1", 手帳履歴番号="1", 最新フラグ="1"),
    "seiho.setai": dict(
        ケース番号="3000001", 世帯主_宛名番号="A", 世帯番号="H", 保護状態="1", 申請年月日="2015-04-01",
        決定年月日="2015-04-13", 保護開始年月日="2015-04-01", 世帯認定区分="0", 口座_金融機関コード="0177",
        口座_支店コード="423", 口座_預金種別="1", 口座_口座番号="1234567", 口座_名義人カナ="オカガキ　タロウ",
    ),
    "seiho.setaiin": dict(
        ケース番号="3000001", 世帯員番号="1", 宛名番号="A", 生年月日="1960-05-05", 世帯主フラグ="1", 世帯員状態="1",
        保護開始年月日="2015-04-01", 世帯認定区分="0", 支援措置フラグ="0",
    ),
    "seiho.kasan": dict(
        ケース番号="3000001", 世帯員番号="1", 加算番号="1", 加算種類="1", 加算開始年月="2015-04",
        加算終了年月="2027-03", 加算額="10190",
    ),
    "seiho.fujo": dict(
        ケース番号="3000001", 決定番号="1", 扶助番号="1", 扶助種類="1", 適用開始年月日="2025-04-01",
        適用終了年月日="2026-03-31", 最低生活費="120000", 収入充当額="35000", 支給額="85000",
    ),
    "seiho.ken": dict(
        券番号="6000000001", ケース番号="3000001", 世帯員番号="1", 宛名番号="A", 券種="1", 対象年月="2026-08"
    ),
    "seiho.henkan": dict(
        債権番号="70000001", ケース番号="3000001", 債権根拠="1", 債権状態="1", 決定額="300000", 納付済額="120000",
        不納欠損額="0", 未納残額="180000",
    ),
    "seiho.shinsei": dict(
        受付番号="1", 申請者_宛名番号="A", 受付年月日="2026-04-01", 送付年月日="2026-04-06", 決定年月日="2026-05-01"
    ),
}  # fmt: skip
C = "3000001"
GONE = dict(世帯員状態="9", 対象外年月日="2026-05-31", 対象外理由="1")
CLOSED = dict(保護状態="9", 保護廃止年月日="2026-05-31", 廃止理由="1")
MOVED = CLOSED | dict(廃止理由="2")
SUSPENDED = dict(保護状態="2", 保護停止年月日="2026-08-01")


def n(number: str, **items: str) -> Row:
    """A member of the case with this number."""
    return dict(世帯員番号=number, **items)


def c(case: str, **items: str) -> Row:
    return dict(ケース番号=case, **items)


CASES = [
    Case("COM-01", (f"{C}|2",), {"jumin.jumin": [{}], "jutogai.atena": [{}], "setaiin": [
        {}, n("2", 宛名番号="X"), n("3", 宛名番号="J")]}),
    Case("COM-01-2", ("2",), {"jumin.jumin": [{}], "jutogai.atena": [{}], "shinsei": [
        {}, dict(受付番号="2", 申請者_宛名番号="X"), dict(受付番号="3", 申請者_宛名番号="J")]}),
    Case("COM-14", ("M",), {"setaiin": [{}, n("2"), c("M"), c("M", 世帯員番号="3"), c("L")]}),
    Case("COM-14-2", ("M",), {"fujo": [
        {}, dict(扶助番号="2"), dict(決定番号="2"), c("M"), c("M", 決定番号="3"), c("L")]}),
    Case("COM-17", (f"{C}|2", "300002|1"), {"setaiin": [
        n("1", 宛名番号="0010000019"), n("2", 宛名番号="10000019"), c("300002", 宛名番号="0010000019")]}),
    Case("COM-18", (f"{C}|1",), {"jumin.shien": [{}], "setaiin": [
        {}, n("2", 支援措置フラグ="1"), n("3", 宛名番号="B"), n("4", **GONE)]}),
    Case("COM-20", ("M", "L"), {"setai": [
        {}, c("M", 口座_口座番号="123456"), c("L", 口座_名義人カナ=""),
        c("K", 口座_金融機関コード="", 口座_支店コード="", 口座_預金種別="", 口座_口座番号="", 口座_名義人カナ="")]}),
    Case("SEI-01", (f"{C}|1", "M|1"), {"setaiin": [
        {}, c("M"), c("L", **GONE), c("L", 世帯員番号="2", 宛名番号="B")]}),
    Case("SEI-01-2", ("L", "M"), {"setaiin": [
        {}, n("2", 世帯主フラグ="0"), c("M", 世帯主フラグ="0"), c("L"), c("L", 世帯員番号="2")]}),
    Case("SEI-01-3", ("L", "M"), {
        "setai": [{}, c("M", 世帯主_宛名番号="B"), c("L")],
        "setaiin": [{}, c("M"), c("L", 世帯主フラグ="0")]}),
    Case("SEI-02", ("I", "K", "L", "M"), {"setai": [
        {}, c("P", **CLOSED), c("Q", 保護停止年月日="2020-01-01", 停止解除年月日="2020-03-01"),
        c("M", 決定年月日="2015-03-31"), c("L", 保護停止年月日="2015-03-31"), c("K", 停止解除年月日="2020-01-01"),
        c("I", 保護停止年月日="2020-01-01", 保護廃止年月日="2019-12-31")]}),
    Case("SEI-02-2", ("K", "L", "M"), {"setai": [
        {}, c("P", **CLOSED), c("Q", **SUSPENDED), c("R", 保護停止年月日="2020-01-01", 停止解除年月日="2020-03-01"),
        c("M", 保護停止年月日="2026-08-01"), c("L", 保護状態="9", 保護廃止年月日="2026-05-31"),
        c("K", 保護状態="2")]}),
    Case("SEI-02-3", (f"{C}|3|1", "M|1|1", "L|2|1"), {"fujo": [
        {}, dict(決定番号="2", 適用開始年月日="2026-04-01", 適用終了年月日=""),
        dict(決定番号="3", 適用開始年月日="2026-09-01", 適用終了年月日=""),
        dict(決定番号="3", 扶助番号="2", 扶助種類="2", 適用開始年月日="2026-09-01", 適用終了年月日=""),
        c("M", 適用終了年月日="2025-03-31"), c("L"), c("L", 決定番号="2", 適用開始年月日="2026-03-31")]}),
    Case("SEI-02-4", ("2", "3", "4"), {"shinsei": [
        {}, dict(受付番号="2", 送付年月日="2026-04-07"), dict(受付番号="3", 決定年月日="2026-05-02"),
        dict(受付番号="4", 送付年月日="2026-03-31"), dict(受付番号="5", 送付年月日="", 決定年月日="")]}),
    Case("SEI-02-5", (f"{C}|2", f"{C}|3", "M|1", "M|3"), {
        "setai": [{}, c("M", **CLOSED)],
        "setaiin": [
            {}, n("2", 保護開始年月日="2015-03-31"), n("3", 対象外年月日="2020-01-01"), n("4", **GONE), c("M"),
            c("M", 世帯員番号="2", **GONE), c("M", 世帯員番号="3", **(GONE | dict(対象外年月日="2026-06-01")))]}),
    Case("SEI-03", (f"{C}|2",), {
        "jumin.jumin": [{}, dict(宛名番号="B", 世帯番号="G")], "setai": [{}, c("M", 世帯認定区分="3")],
        "setaiin": [{}, n("2", 宛名番号="B"), n("3", 宛名番号="B", 世帯認定区分="2"), n("4", 宛名番号="B", **GONE),
                    c("M", 宛名番号="B")]}),
    Case("SEI-04", (f"{C}|2|1",), {"fujo": [
        {}, dict(決定番号="2", 支給額="120000"), dict(決定番号="3", 収入充当額="120000", 支給額="0")]}),
    Case("SEI-04-2", ("M|1|1", "M|2|1"), {
        "setai": [{}, c("M", **CLOSED)],
        "fujo": [dict(適用終了年月日=""), c("M", 適用終了年月日=""), c("M", 決定番号="2", 適用終了年月日="2026-06-01"),
                 c("M", 決定番号="3", 適用終了年月日="2026-05-31")]}),
    Case("SEI-05", (f"{C}|1",), {
        "kokuho.shikaku": [{}, dict(宛名番号="B", 喪失年月日="2015-04-01")], "setai": [{}, c("M", **SUSPENDED)],
        "setaiin": [{}, n("2", 宛名番号="B"), n("3", **GONE), c("M")]}),
    Case("SEI-05-2", (f"{C}|2", f"{C}|3"), {
        "jumin.jumin": [{}, dict(宛名番号="B", 国保資格有無="1"), dict(宛名番号="D", 後期高齢資格有無="1"),
                        dict(宛名番号="E", 国保資格有無="0", 後期高齢資格有無="0")],
        "setai": [{}, c("M", **SUSPENDED)],
        "setaiin": [{}, n("2", 宛名番号="B"), n("3", 宛名番号="D"), n("4", 宛名番号="E"), c("M", 宛名番号="B")]}),
    Case("SEI-05-3", (f"{C}|1",), {
        "setai": [{}, c("M", **SUSPENDED)],
        "kaigo.shikaku": [{}, dict(被保険者番号="2", 宛名番号="B")],
        "kaigo.fuka": [dict(生活保護受給フラグ="0"), dict(被保険者番号="2"), dict(賦課年度="2025", 被保険者番号="2")],
        "setaiin": [{}, n("2", 宛名番号="B"), n("3", 保護開始年月日="2026-04-02"), n("4", 宛名番号="D"), c("M")]}),
    Case("SEI-06", ("3",), {
        "setaiin": [{}, n("2", **GONE)],
        "ken": [{}, dict(券番号="2", 世帯員番号="2", 対象年月="2026-05"),
                dict(券番号="3", 世帯員番号="2", 対象年月="2026-06")]}),
    Case("SEI-06-2", ("2",), {"setaiin": [{}, n("2", 宛名番号="B")], "ken": [
        {}, dict(券番号="2", 世帯員番号="2"), dict(券番号="3", 世帯員番号="2", 宛名番号="B")]}),
    Case("SEI-06-3", ("2",), {"kaigo.shikaku": [{}], "kaigo.nintei": [{}], "ken": [
        dict(券種="3"), dict(券番号="2", 券種="3", 宛名番号="B"), dict(券番号="3", 宛名番号="B")]}),
    Case("SEI-07", (f"{C}|2|1", f"{C}|4|1"), {
        "setaiin": [n("1", 生年月日="2009-04-01"), n("2", 生年月日="2008-04-01"), n("3", 生年月日="2008-04-02"),
                    n("4", 生年月日="2015-04-02")],
        "kasan": [{}, n("2"), n("3"), n("4", 加算終了年月=""), n("4", 加算番号="2", 加算種類="2", 加算終了年月="")]}),
    Case("SEI-07-2", (f"{C}|2|1", f"{C}|3|1"), {
        "shogai.techo": [{}, dict(宛名番号="B", 返還年月日="2026-01-01")],
        "setaiin": [{}, n("2", 宛名番号="B"), n("3", 宛名番号="D")],
        "kasan": [dict(加算種類="2", 加算終了年月=""), n("2", 加算種類="2", 加算終了年月=""),
                  n("3", 加算種類="2", 加算終了年月=""), n("3", 加算番号="2", 加算種類="2"),
                  n("3", 加算番号="3", 加算終了年月="")]}),
    Case("SEI-07-3", (f"{C}|2|1",), {"kasan": [
        {}, n("2", 加算終了年月="2015-03"), n("3", 加算終了年月="2015-04"), n("4", 加算終了年月="")]}),
    Case("SEI-07-4", (f"{C}|2|1", f"{C}|2|2"), {"setaiin": [{}, n("2", **GONE)], "kasan": [
        dict(加算終了年月=""), n("2", 加算終了年月=""), n("2", 加算番号="2", 加算終了年月="2026-06"),
        n("2", 加算番号="3", 加算終了年月="2026-05")]}),
    Case("SEI-08", ("2",), {"henkan": [
        {}, dict(債権番号="2", 未納残額="300000"), dict(債権番号="3", 不納欠損額="180000", 未納残額="0")]}),
    Case("SEI-08-2", ("2", "3"), {"henkan": [
        {}, dict(債権番号="2", 債権状態="2"), dict(債権番号="3", 未納残額="0"),
        dict(債権番号="4", 債権状態="9", 未納残額="0")]}),
    Case("SEI-09", (f"{C}|2", f"{C}|3"), {
        "jumin.jumin": [{}, dict(宛名番号="B", 住民状態="3"), dict(宛名番号="D", 住民状態="2")],
        "setaiin": [{}, n("2", 宛名番号="B", 世帯認定区分="2"), n("3", 宛名番号="D"),
                    n("4", 宛名番号="D", 世帯認定区分="2"), n("5", 宛名番号="B", **GONE)]}),
    Case("SEI-09-2", ("M",), {
        "jumin.jumin": [{}, dict(宛名番号="B", 住民状態="2")],
        "setai": [{}, c("M", **MOVED), c("L", 世帯主_宛名番号="B", **MOVED), c("K", **CLOSED)]}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(case: Case) -> None:
    assert keys_of_case("seiho", case, LEGAL) == sorted(case.fires)


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in areas()["seiho"].rules} == {case.rule for case in CASES} | elsewhere("seiho")


def test_a_town_without_a_welfare_office_has_applications_and_who_is_helped_and_no_money() -> None:
    relay = in_role(areas()["seiho"], "relay")
    assert set(relay.left_out) == {"kasan", "fujo", "ken", "henkan"}
    assert {one.table for one in relay.rules} == {"setai", "setaiin", "shinsei"}
    assert [one.id for one in relay.totals] == ["hogosetai", "hogojinin", "shinsei"]


def test_who_is_helped_is_in_no_health_insurance_and_pays_the_first_step(clean_town: Town) -> None:
    """One truth: 国保, the 住民票 and 介護保険料 say the same of the same people."""
    helped = set(_active(clean_town)["宛名番号"])
    kokuho = clean_town.tables["kokuho"]["shikaku"].filter(
        (pl.col("喪失年月日") == "0000000") & (pl.col("削除フラグ") == "0")
    )
    assert not helped & set(kokuho["宛名番号"])
    insured = clean_town.tables["kaigo"]["hihokensha"].filter(
        (pl.col("喪失日") == "0000000") & (pl.col("削除フラグ") == "0")
    )
    numbers = insured.filter(pl.col("宛名番号").is_in(helped) & (pl.col("号区分") == "1"))["被保番号"]
    premiums = clean_town.tables["kaigo"]["fuka"].filter(pl.col("賦課年度") == "2026")
    of_helped = premiums.filter(pl.col("被保番号").is_in(numbers.implode()))
    assert of_helped.height > 2
    assert set(of_helped["生保区分"]) == {"1"}
    others = premiums.filter(~pl.col("被保番号").is_in(numbers.implode()))
    assert set(others["生保区分"]) == {"0"}


def test_a_case_is_a_household_of_the_register(clean_town: Town) -> None:
    juki = clean_town.tables["jumin"]["juki"].filter((pl.col("最新区分") == "1") & (pl.col("住民状態") == "10"))
    homes = dict(juki.select("宛名番号", "世帯番号").rows())
    cases = dict(_kept(clean_town.tables["seiho"]["case"]).select("ケース番号", "住基世帯番号").rows())
    active = _active(clean_town)
    assert {homes[person] == cases[case] for case, person in active.select("ケース番号", "宛名番号").rows()} == {True}
    assert 5 <= active.height <= 30


def test_a_delivered_decision_becomes_a_row_for_each_kind_of_help(
    tmp_path: Path, one_area: Callable[[Path, str], Town], ikou: Callable[..., object]
) -> None:
    made = one_area(tmp_path / "town", "seiho")
    assert getattr(ikou("run", "-w", made.folder, "--to", "convert"), "code", 2) in (0, 1)
    there = made.folder / "runs" / "R1" / "stages" / "convert" / "seiho"
    before = _kept(made.tables["seiho"]["kettei"]).row(0, named=True)
    rows = pl.read_parquet(there / "fujo.parquet").filter(pl.col("決定通知番号") == before["通知番号"])
    assert rows["扶助番号"].to_list()[:2] == ["1", "2"]
    assert rows["扶助種類"].to_list()[:2] == ["1", "2"]
    assert set(rows["決定番号"]) == {"1"}
    paid = [before[f"支給額{sign}"] for sign in "１２３４"]
    assert rows["支給額"].to_list() == [yen for yen in paid if yen]


def _active(clean_town: Town) -> pl.DataFrame:
    return _kept(clean_town.tables["seiho"]["setaiin"]).filter(pl.col("状態") == "1")


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("削除フラグ") == "0")
