"""障害者福祉: its rules on rows written by hand, and the workbook read back with its leading zeros."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from area_cases import Row, areas, keys_found
from cross_area_cases import elsewhere

from sample_data import Town

A, B, C, D, E = "0010000001", "0010000002", "0010000003", "0010000004", "0010000005"
PERSON = dict(宛名番号=A, 個人履歴番号="1", 最新フラグ="1", 住民状態="1", 生年月日="1980-03-01")
BOOK = dict(
    宛名番号=A, 手帳種別="1", 手帳履歴番号="1", 最新フラグ="1", 手帳番号="100001", 等級="2", 交付年月日="2020-05-01",
    手帳記載_生年月日="1980-03-01",
)  # fmt: skip
CHILD = BOOK | dict(手帳種別="2", 手帳番号="010001", 等級="A1", 総合判定="A")
MIND = BOOK | dict(手帳種別="3", 手帳番号="2000001", 交付年月日="2025-05-01", 有効期限="2027-04-30")
CARD = dict(
    受給者証番号="2200000001", 交付番号="1", 最新フラグ="1", 宛名番号=A, 受給者証区分="1", 所得区分="3",
    負担上限月額="9300", 有効期間_開始年月日="2024-04-01", 有効期間_終了年月日="2025-03-31", 障害支援区分="3",
    障害支援区分_開始年月日="2024-04-01", 障害支援区分_終了年月日="2027-03-31",
)  # fmt: skip
ORDER = dict(
    受給者証番号="2200000001", 決定番号="1", 交付番号="1", サービス種類="11", 異動区分="1",
    支給決定期間_開始年月日="2024-04-01", 支給決定期間_終了年月日="2025-03-31",
)  # fmt: skip
MEDICINE = dict(
    受給者番号="3000001", 認定番号="1", 宛名番号=A, 医療の種類="3", 有効期間_開始年月日="2024-04-01",
    有効期間_終了年月日="2025-03-31",
)  # fmt: skip
J, N2, N3, N4 = "jumin.jumin", "2200000002", "2200000003", "2200000004"
HERE = {J: [PERSON], "jutogai.atena": [dict(宛名番号=C)]}
LATER = dict(交付番号="2", 有効期間_開始年月日="2025-04-01", 有効期間_終了年月日="2026-03-31")

CASES: list[tuple[str, tuple[str, ...], dict[str, list[Row]]]] = [
    ("COM-01", (f"{B}|1|1",), HERE | {"techo": [BOOK, BOOK | dict(宛名番号=B), BOOK | dict(宛名番号=C)]}),
    ("COM-01-2", (f"{N2}|1",), HERE | {"jukyusha": [CARD, CARD | dict(受給者証番号=N2, 宛名番号=B)]}),
    ("COM-01-3", ("3000002|1",), HERE | {"jiritsu": [MEDICINE, MEDICINE | dict(受給者番号="3000002", 宛名番号=B)]}),
    ("COM-14", (f"{B}|1",), {"techo": [
        BOOK, BOOK | dict(手帳履歴番号="2"), BOOK | dict(宛名番号=B),
        BOOK | dict(宛名番号=B, 手帳履歴番号="3"), MIND]}),
    ("COM-17", ("10000002|1|1",), {"techo": [BOOK, BOOK | dict(宛名番号="10000002")]}),
    ("SHO-01", (f"{B}|1|1", f"{C}|3|1", f"{D}|2|1"), {"techo": [
        BOOK | dict(等級="6"), BOOK | dict(宛名番号=B, 等級="A1"), MIND | dict(宛名番号=C, 等級="4"), MIND, CHILD,
        CHILD | dict(宛名番号=D, 等級="1")]}),
    ("SHO-02", (f"{B}|2|1", f"{C}|2|1"), {"techo": [
        CHILD, CHILD | dict(宛名番号=B, 手帳番号="10001"), CHILD | dict(宛名番号=C, 交付年月日="2019-03-31"),
        CHILD | dict(宛名番号=D, 交付年月日="2019-03-31", 手帳番号="10001"), BOOK | dict(宛名番号=E, 手帳番号="1")]}),
    ("SHO-02-2", ("1|100002",), {"techo": [
        BOOK, BOOK | dict(手帳履歴番号="2"), BOOK | dict(宛名番号=B, 手帳番号="100002"),
        BOOK | dict(宛名番号=C, 手帳番号="100002"), CHILD | dict(宛名番号=D, 手帳番号="100001")]}),
    ("SHO-03", (f"{B}|1|1",), {J: [PERSON, PERSON | dict(宛名番号=B, 生年月日="1980-03-02")], "techo": [
        BOOK, BOOK | dict(宛名番号=B), BOOK | dict(宛名番号=B, 手帳種別="2", 手帳記載_生年月日="")]}),
    ("SHO-04", (f"{B}|3|1",), {"techo": [
        MIND | dict(有効期限="2026-10-01"), MIND | dict(宛名番号=B, 有効期限="2026-09-30"),
        MIND | dict(宛名番号=C, 有効期限="2020-01-01", 返還年月日="2020-01-10"),
        MIND | dict(宛名番号=D, 有効期限="2020-01-01", 最新フラグ="0"), BOOK]}),
    ("SHO-04-2", (f"{B}|3|1",), {"techo": [
        MIND, MIND | dict(宛名番号=B, 有効期限="2027-06-01"), MIND | dict(宛名番号=C, 有効期限="2027-05-01")]}),
    ("SHO-04-3", ("3000002|1",), {"jiritsu": [
        MEDICINE, MEDICINE | dict(受給者番号="3000002", 有効期間_終了年月日="2025-04-01")]}),
    ("SHO-05", (f"{N2}|1",), {"jukyusha": [CARD, CARD | dict(受給者証番号=N2)], "kettei": [
        ORDER, ORDER | dict(受給者証番号=N2, 支給決定期間_終了年月日="2025-04-01"),
        ORDER | dict(受給者証番号=N3)]}),
    ("SHO-05-2", (f"{N2}|2", f"{N3}|1"), {"kettei": [
        ORDER, ORDER | dict(決定番号="2", 異動区分="2"), ORDER | dict(決定番号="3", 異動区分="3"),
        ORDER | dict(決定番号="4"), ORDER | dict(受給者証番号=N2), ORDER | dict(受給者証番号=N2, 決定番号="2"),
        ORDER | dict(受給者証番号=N3, 異動区分="2")]}),
    ("SHO-05-3", (f"{N2}|2",), {"jukyusha": [
        CARD, CARD | LATER, CARD | dict(受給者証番号=N2),
        CARD | LATER | dict(受給者証番号=N2, 有効期間_開始年月日="2025-03-31")]}),
    ("SHO-06", (f"{N2}|1", f"{N3}|1"), {"jukyusha": [
        CARD, CARD | dict(受給者証番号=N2, 負担上限月額="37200"), CARD | dict(受給者証番号=N3, 所得区分="1"),
        CARD | dict(受給者証番号=N4, 受給者証区分="2", 負担上限月額="4600")]}),
    ("SHO-07", (f"{N2}|1",), {"jukyusha": [
        CARD, CARD | dict(受給者証番号=N2, 障害支援区分_終了年月日="2027-04-01"),
        CARD | dict(受給者証番号=N3, 障害支援区分="", 障害支援区分_終了年月日="2030-01-01")]}),
    ("SHO-07-2", (f"{N2}|1",), {
        "jukyusha": [CARD, *(CARD | dict(受給者証番号=n, 障害支援区分="") for n in (N2, N3))],
        "kettei": [ORDER, ORDER | dict(受給者証番号=N2), ORDER | dict(受給者証番号=N3, サービス種類="46")]}),
    ("SHO-08", (f"{N2}|1",), {J: [PERSON, PERSON | dict(宛名番号=B, 生年月日="2010-01-01")], "jukyusha": [
        CARD, CARD | dict(受給者証番号=N2, 受給者証区分="2"),
        CARD | dict(受給者証番号=N3, 受給者証区分="2", 宛名番号=B)]}),
    ("SHO-08-2", (f"{N2}|1",), {
        J: [PERSON, PERSON | dict(宛名番号=B, 生年月日="1950-01-01")],
        "jukyusha": [CARD, *(CARD | dict(受給者証番号=n, 宛名番号=B) for n in (N2, N3))],
        "kettei": [ORDER, ORDER | dict(受給者証番号=N2), ORDER | dict(受給者証番号=N3, サービス種類="15")]}),
    ("SHO-09", (f"{B}|1|1",), {J: [PERSON, PERSON | dict(宛名番号=B, 住民状態="3")], "techo": [
        BOOK, BOOK | dict(宛名番号=B), BOOK | dict(宛名番号=B, 手帳種別="3", 返還年月日="2025-01-01")]}),
    ("SHO-09-2", (f"{B}|2|1",), {"techo": [CHILD, CHILD | dict(宛名番号=B, 総合判定="B"), BOOK]}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fires", "rows"), CASES, ids=[one[0] for one in CASES])
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(
    rule: str, fires: tuple[str, ...], rows: dict[str, list[Row]]
) -> None:
    assert keys_found("shogai", rule, rows) == sorted(fires)


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in areas()["shogai"].rules} == {one[0] for one in CASES} | elsewhere("shogai")


def test_the_workbook_keeps_leading_zeros_and_three_sheets_become_one_group(
    tmp_path: Path, one_area: Callable[[Path, str], Town], ikou: Callable[..., object]
) -> None:
    made = one_area(tmp_path / "town", "shogai")
    assert getattr(ikou("run", "-w", made.folder, "--to", "convert"), "code", 2) in (0, 1)
    after = pl.read_parquet(made.folder / "runs" / "R1" / "stages" / "convert" / "shogai" / "techo.parquet")
    before = made.tables["shogai"]
    kept = {name: before[name].filter(pl.col("削除フラグ") == "0") for name in ("shintai", "ryoiku", "seishin")}
    assert after.height == sum(frame.height for frame in kept.values())
    for kind, frame in zip("123", kept.values(), strict=True):
        same = after.filter(pl.col("手帳種別") == kind)
        assert same["手帳番号"].to_list() == frame["手帳番号"].to_list()
        assert same["宛名番号"].to_list() == frame["宛名番号"].to_list()
    assert after["宛名番号"].str.len_chars().unique().to_list() == [10]
