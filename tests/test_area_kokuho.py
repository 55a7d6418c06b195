"""国民健康保険: every rule fires on what it is for and leaves its legal neighbours alone; the sample town is clean."""

from __future__ import annotations

import polars as pl
import pytest
from area_cases import Row, areas, keys_found
from cross_area_cases import elsewhere

from sample_data.areas import kokuho
from sample_data.town import _Nobody, draw_tables

PERSON = dict(宛名番号="A", 最新フラグ="1", 住民状態="1", 生年月日="1980-03-01", 性別="1", 国保資格有無="1",
              国保資格取得年月日="2020-04-01")  # fmt: skip
HOUSE = dict(国保世帯番号="H", 被保険者記号="岡", 被保険者番号="1000001", 世帯番号="S", 世帯主_宛名番号="A",
             擬制世帯主フラグ="0", 世帯状態="1", 納付方法="2")  # fmt: skip
MEMBER = dict(宛名番号="A", 資格番号="1", 最新フラグ="1", 国保世帯番号="H", 被保険者記号="岡", 被保険者番号="1000001",
              枝番="01", 取得年月日="2020-04-01", 取得処理年月日="2020-04-02", 退職被保険者区分="0",
              特例区分="0")  # fmt: skip
LOST = dict(喪失事由="03", 喪失年月日="2024-05-01", 喪失処理年月日="2024-05-02")
LEVY = dict(賦課年度="2026", 通知書番号="1", 国保世帯番号="H", 被保険者数="2", 介護2号被保険者数="1",
            特定同一世帯所属者数="0", 給与所得者等数="1", 軽減判定所得="430000", 未申告フラグ="0", 軽減区分="7",
            特定世帯区分="0", 医療分_課税額="670000", 支援金分_課税額="260000", 介護分_課税額="170000",
            子ども分_課税額="30000", 減免額="0", 年税額="1130000")  # fmt: skip
SPECIAL = dict(国保世帯番号="H", 軽減番号="1", 軽減種別="1", 対象者_宛名番号="B", 開始年月日="2022-06-01",
               終了年月日="2027-05-31", 事由発生年月日="2022-06-10")  # fmt: skip
CARD = dict(宛名番号="A", 認定番号="1", 認定証区分="1", 発効期日="2026-08-01", 有効期限="2027-07-31")
PAID = dict(支給番号="1", 国保世帯番号="H", 対象者_宛名番号="A", 診療年月="2026-05", 自己負担額="90000",
            支給額="32400", 支給状態="3", 支給決定年月日="2026-08-01", 支払年月日="2026-08-20")  # fmt: skip
TERM = dict(賦課年度="2026", 通知書番号="1", 期別="1", 期別税額="1130000", 収納額="1130000", 未納額="0")


def a(base: Row, **items: str) -> Row:
    return base | items


J, JS = "jumin.jumin", "jumin.setai"
CASES: list[tuple[str, tuple[str, ...], dict[str, list[Row]]]] = [
    ("COM-01", ("C|1",), {J: [PERSON], "jutogai.atena": [{"宛名番号": "B"}],
                          "shikaku": [MEMBER, a(MEMBER, 宛名番号="B"), a(MEMBER, 宛名番号="C")]}),
    ("COM-01-2", ("K",), {J: [PERSON], "jutogai.atena": [],
                          "setai": [HOUSE, a(HOUSE, 国保世帯番号="K", 世帯主_宛名番号="C")]}),
    ("COM-14", ("B", "C"), {"shikaku": [
        a(MEMBER, 最新フラグ="0"), a(MEMBER, 資格番号="2"), a(MEMBER, 宛名番号="B", 資格番号="2"),
        a(MEMBER, 宛名番号="C", 最新フラグ="0")]}),
    ("COM-20", ("K", "L"), {"setai": [
        HOUSE, a(HOUSE, 国保世帯番号="K", 納付方法="1"),
        a(HOUSE, 国保世帯番号="L", 納付方法="1", 金融機関コード="0177", 支店コード="423", 預金種目="1",
          口座番号="123456", 口座名義人カナ="サトウ"),
        a(HOUSE, 国保世帯番号="M", 納付方法="1", 金融機関コード="0177", 支店コード="423", 預金種目="1",
          口座番号="0123456", 口座名義人カナ="サトウ")]}),
    ("COM-21", ("B|1",), {J: [PERSON, *(a(PERSON, 宛名番号=n, 住民状態="2") for n in "BCD")], "shikaku": [
        MEMBER, a(MEMBER, 宛名番号="B"), a(MEMBER, 宛名番号="C", 特例区分="1"), a(MEMBER, 宛名番号="D", **LOST)]}),
    ("COM-22", ("B|1", "C|1"), {"shikaku": [
        MEMBER, a(MEMBER, 宛名番号="B", 取得処理年月日="2020-03-31"), a(MEMBER, 宛名番号="C", 喪失年月日="2024-01-01"),
        a(MEMBER, 宛名番号="D", **LOST)]}),
    ("JUK-16", ("B|1", "C|1"), {
        J: [PERSON, a(PERSON, 宛名番号="B", 国保資格有無="0"), a(PERSON, 宛名番号="C", 国保資格取得年月日="2020-04-02"),
            a(PERSON, 宛名番号="D", 国保資格有無="0"), a(PERSON, 宛名番号="E", 国保資格有無="0", 住民状態="2")],
        "shikaku": [MEMBER, *(a(MEMBER, 宛名番号=n) for n in "BCE"), a(MEMBER, 宛名番号="D", **LOST)]}),
    ("JUK-16-2", ("B|1",), {J: [a(PERSON, 国保資格有無="0"), a(PERSON, 宛名番号="B"), a(PERSON, 宛名番号="C")],
                            "shikaku": [a(MEMBER, **LOST), a(MEMBER, 宛名番号="B", **LOST), a(MEMBER, 宛名番号="C")]}),
    ("KKH-01", ("B|1", "C|1"), {"shikaku": [
        a(MEMBER, **LOST), a(MEMBER, 宛名番号="B", 喪失年月日="2020-03-31", 喪失事由="01"),
        a(MEMBER, 宛名番号="C", 喪失年月日="2024-05-01"), a(MEMBER, 宛名番号="D")]}),
    ("KKH-01-2", ("B|2", "C|2"), {"shikaku": [
        a(MEMBER, **LOST), a(MEMBER, 資格番号="2", 取得年月日="2024-05-01"),
        a(MEMBER, 宛名番号="B", **LOST), a(MEMBER, 宛名番号="B", 資格番号="2", 取得年月日="2024-04-30"),
        a(MEMBER, 宛名番号="C"), a(MEMBER, 宛名番号="C", 資格番号="2", 取得年月日="2025-04-01")]}),
    ("KKH-01-3", ("B|1",), {J: [PERSON, a(PERSON, 宛名番号="B", 生年月日="2021-01-01"),
                                a(PERSON, 宛名番号="C", 生年月日="2021-00-00")],
                            "shikaku": [MEMBER, a(MEMBER, 宛名番号="B"), a(MEMBER, 宛名番号="C")]}),
    ("KKH-02", ("B|1",), {
        J: [a(PERSON, 生年月日="1951-10-02"), a(PERSON, 宛名番号="B", 生年月日="1951-10-01"),
            a(PERSON, 宛名番号="C", 生年月日="1951-00-00"), a(PERSON, 宛名番号="D", 生年月日="1940-01-01")],
        "shikaku": [MEMBER, a(MEMBER, 宛名番号="B"), a(MEMBER, 宛名番号="C"), a(MEMBER, 宛名番号="D", **LOST)]}),
    ("KKH-04", ("K",), {JS: [{"世帯番号": "S", "世帯主_宛名番号": "A"}, {"世帯番号": "T"}], "setai": [
        HOUSE, a(HOUSE, 国保世帯番号="K", 世帯主_宛名番号="B"), a(HOUSE, 国保世帯番号="L", 世帯番号="T"),
        a(HOUSE, 国保世帯番号="M", 世帯主_宛名番号="B", 世帯状態="2")]}),
    ("KKH-04-2", ("K", "L"), {"shikaku": [MEMBER], "setai": [
        HOUSE, a(HOUSE, 国保世帯番号="K", 世帯主_宛名番号="B"), a(HOUSE, 国保世帯番号="M", 世帯主_宛名番号="B",
        擬制世帯主フラグ="1"), a(HOUSE, 国保世帯番号="L"), a(HOUSE, 国保世帯番号="N", 世帯状態="2")]}),
    ("KKH-05", ("A|1", "B|1"), {"shikaku": [
        MEMBER, a(MEMBER, 宛名番号="B"), a(MEMBER, 宛名番号="C", 枝番="02"), a(MEMBER, 宛名番号="D", **LOST)]}),
    ("KKH-05-2", ("B|1",), {"setai": [HOUSE], "shikaku": [
        MEMBER, a(MEMBER, 宛名番号="B", 被保険者番号="9000001"),
        a(MEMBER, 宛名番号="C", 被保険者番号="9000001", **LOST)]}),
    ("KKH-06", ("H|2", "H|3"), {"keigen": [
        SPECIAL, a(SPECIAL, 軽減番号="2", 開始年月日=""), a(SPECIAL, 軽減番号="3", 軽減種別="2", 終了年月日=""),
        a(SPECIAL, 軽減番号="4", 軽減種別="5", 終了年月日="")]}),
    ("KKH-06-2", ("K|1",), {
        "shikaku": [a(MEMBER, 宛名番号="B", 喪失事由="06", 喪失年月日="2022-06-10"),
                    a(MEMBER, 宛名番号="B", 国保世帯番号="K", 喪失事由="06", 喪失年月日="2022-06-10")],
        "keigen": [SPECIAL, a(SPECIAL, 国保世帯番号="K", 開始年月日="2024-04-01"), a(SPECIAL, 国保世帯番号="L")]}),
    ("KKH-06-3", ("H|2", "H|4"), {"keigen": [
        SPECIAL, a(SPECIAL, 軽減番号="2", 終了年月日="2027-06-01"),
        a(SPECIAL, 軽減番号="3", 軽減種別="2", 終了年月日="2025-05-31"),
        a(SPECIAL, 軽減番号="4", 軽減種別="2", 終了年月日="2025-06-01")]}),
    ("KKH-06-4", ("2026|2", "2026|3"), {"keigen": [SPECIAL], "fuka": [
        a(LEVY, 特定世帯区分="1"), a(LEVY, 通知書番号="2", 国保世帯番号="K", 特定世帯区分="1"),
        a(LEVY, 通知書番号="3", 特定世帯区分="2"), a(LEVY, 通知書番号="4")]}),
    ("KKH-07", ("2025|6", "2026|2", "2026|5"), {"fuka": [
        LEVY, a(LEVY, 通知書番号="2", 軽減判定所得="430001"),
        a(LEVY, 通知書番号="3", 軽減判定所得="530000", 給与所得者等数="2"),
        a(LEVY, 通知書番号="4", 軽減判定所得="1050000", 軽減区分="5"),
        a(LEVY, 通知書番号="5", 軽減判定所得="1050001", 軽減区分="5"),
        a(LEVY, 通知書番号="6", 賦課年度="2025", 軽減判定所得="1050000", 軽減区分="5"),
        a(LEVY, 通知書番号="7", 軽減判定所得="1360000", 軽減区分="5", 特定同一世帯所属者数="1"),
        a(LEVY, 通知書番号="8", 軽減判定所得="1570000", 軽減区分="2"),
        a(LEVY, 通知書番号="9", 軽減判定所得="1570001", 軽減区分="0"),
        a(LEVY, 通知書番号="10", 軽減判定所得="0", 軽減区分="0", 未申告フラグ="1")]}),
    ("KKH-07-2", ("2026|2",), {"fuka": [
        a(LEVY, 未申告フラグ="1", 軽減区分="0"), a(LEVY, 通知書番号="2", 未申告フラグ="1")]}),
    ("KKH-08", ("H|2", "H|3"), {J: [PERSON, a(PERSON, 宛名番号="B", 生年月日="1955-01-01")], "keigen": [
        a(SPECIAL, 軽減種別="3", 対象者_宛名番号="A", 離職理由コード="11", 終了年月日="2024-03-31"),
        a(SPECIAL, 軽減番号="2", 軽減種別="3", 対象者_宛名番号="A", 終了年月日="2024-03-31"),
        a(SPECIAL, 軽減番号="3", 軽減種別="3", 離職理由コード="11", 終了年月日="2024-03-31")]}),
    ("KKH-08-2", ("H|2", "H|3"), {J: [PERSON, a(PERSON, 宛名番号="B", 性別="2")], "keigen": [
        a(SPECIAL, 軽減種別="4", 終了年月日="2022-09-30"), a(SPECIAL, 軽減番号="2", 軽減種別="4", 対象者_宛名番号="A",
        終了年月日="2022-09-30"), a(SPECIAL, 軽減番号="3", 軽減種別="4", 終了年月日="2022-12-31")]}),
    ("KKH-09", ("2025|1", "2026|2"), {"fuka": [
        LEVY, a(LEVY, 通知書番号="2", 医療分_課税額="670001"), a(LEVY, 賦課年度="2025"),
        a(LEVY, 賦課年度="2024", 医療分_課税額="650000", 支援金分_課税額="240000", 子ども分_課税額="0")]}),
    ("KKH-09-2", ("2026|2",), {"fuka": [
        LEVY, a(LEVY, 通知書番号="2", 介護2号被保険者数="0"),
        a(LEVY, 通知書番号="3", 介護2号被保険者数="0", 介護分_課税額="0")]}),
    ("KKH-10", ("A|2", "A|3", "A|4"), {J: [PERSON, a(PERSON, 宛名番号="B", 生年月日="1952-02-11")], "gendo": [
        CARD, a(CARD, 認定番号="2", 有効期限="2028-07-31"), a(CARD, 認定番号="3", 有効期限="2027-03-31"),
        a(CARD, 認定番号="4", 有効期限="2026-07-31"), a(CARD, 宛名番号="B", 有効期限="2027-02-10"),
        a(CARD, 認定番号="5", 認定証区分="3", 有効期限="")]}),
    ("KKH-10-2", ("B|1",), {
        J: [PERSON, *(a(PERSON, 宛名番号=n, 生年月日="1954-01-01") for n in "BC"),
            a(PERSON, 宛名番号="D", 生年月日="1956-09-20")],
        "shikaku": [MEMBER, a(MEMBER, 宛名番号="B"), a(MEMBER, 宛名番号="C", 高齢受給者_負担割合="2"),
                    a(MEMBER, 宛名番号="D")]}),
    ("KKH-11", ("A|1",), {J: [PERSON, a(PERSON, 宛名番号="B", 住民状態="2")], "shikaku": [
        a(MEMBER, 特例区分="1"), a(MEMBER, 宛名番号="B", 特例区分="1")]}),
    ("KKH-13", ("B|1",), {"shikaku": [
        MEMBER, a(MEMBER, 宛名番号="B", 退職被保険者区分="1"), a(MEMBER, 宛名番号="C", 退職被保険者区分="1", **LOST)]}),
    ("KKH-14", ("H", "L"), {J: [PERSON, a(PERSON, 宛名番号="B", 生年月日="1957-05-05")], "setai": [
        a(HOUSE, 納付方法="3"), a(HOUSE, 国保世帯番号="K", 納付方法="3", 世帯主_宛名番号="B"),
        a(HOUSE, 国保世帯番号="L", 納付方法="3", 世帯主_宛名番号="B", 擬制世帯主フラグ="1"),
        a(HOUSE, 国保世帯番号="M")]}),
    ("KKH-15", ("2",), {"kogaku": [
        PAID, a(PAID, 支給番号="2", 支給状態="2", 診療年月="2024-09"), a(PAID, 支給番号="3", 支給状態="1",
        診療年月="2024-10"), a(PAID, 支給番号="4", 支給状態="4", 診療年月="2020-01")]}),
    ("KKH-15-2", ("2", "3"), {"kogaku": [
        PAID, a(PAID, 支給番号="2", 支払年月日=""), a(PAID, 支給番号="3", 支給額="90001"),
        a(PAID, 支給番号="4", 支給状態="2", 支払年月日="")]}),
    ("SNO-01", ("2026|1|2",), {"kibetsu": [TERM, a(TERM, 期別="2", 収納額="1000000")]}),
    ("SNO-02", ("2026|2",), {"fuka": [LEVY, a(LEVY, 通知書番号="2")], "kibetsu": [
        a(TERM, 期別税額="1000000"), a(TERM, 期別="2", 期別税額="130000"), a(TERM, 通知書番号="2", 期別税額="1")]}),
    ("SNO-02-2", ("2026|2",), {"fuka": [LEVY, a(LEVY, 通知書番号="2", 減免額="1000"),
                                        a(LEVY, 通知書番号="3", 減免額="1000", 年税額="1129000")]}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fires", "rows"), CASES, ids=[case[0] for case in CASES])
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(
    rule: str, fires: tuple[str, ...], rows: dict[str, list[Row]]
) -> None:
    assert keys_found("kokuho", rule, rows) == sorted(fires)


def test_every_rule_has_a_case_that_fires() -> None:
    assert {rule.id for rule in areas()["kokuho"].rules} == {rule for rule, fires, _ in CASES if fires} | elsewhere(
        "kokuho"
    )


@pytest.fixture(scope="module")
def town() -> dict[str, dict[str, pl.DataFrame]]:
    return draw_tables(900, 3, _Nobody())


def test_whoever_has_a_resident_claim_is_insured_since_the_same_day(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    juki = town["jumin"]["juki"].filter((pl.col("最新区分") == "1") & (pl.col("国保区分") == "1"))
    rows = town["kokuho"]["shikaku"].filter((pl.col("喪失年月日") == "0000000") & (pl.col("特例区分") == "0"))
    claimed = set(juki.select("宛名番号", "国保取得日").rows())
    assert len(claimed) > 100
    assert set(rows.select("宛名番号", "取得年月日").rows()) == claimed


def test_the_sums_of_a_levy_are_what_the_rates_give(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    one = town["kokuho"]["fuka"].filter(
        (pl.col("賦課年度") == "2024") & (pl.col("人数") == "01") & (pl.col("介護人数") == "00")
        & (pl.col("判定所得") == "0") & (pl.col("軽減区分") == "1") & (pl.col("特定区分") == "0")
    ).row(0, named=True)  # fmt: skip
    # 7割: (24,000 + 18,000) × 0.3 = 12,600; (9,000 + 6,500) × 0.3 = 4,650 → 4,600
    assert (one["医療課税額"], one["支援課税額"], one["年税額"]) == ("000012600", "000004600", "000017200")
    assert sum(int(one[f"期別税額{slot}"]) for slot in "１２３４５６７８") == 17_200


def test_the_area_counts_its_totals_itself(town: dict[str, dict[str, pl.DataFrame]]) -> None:
    counted = {name: count(town["kokuho"]) for name, count in kokuho.AREA.totals.items()}
    assert counted["hihokenshasu"][""] > 150
    assert sum(value for by, value in counted["nenzeigaku"].items() if by) == counted["nenzeigaku"][""]
    assert set(counted) == {total.id for total in areas()["kokuho"].totals}
