"""児童扶養手当: every rule on rows that break it and on their legal neighbours, sums by hand, the role of a town."""

from __future__ import annotations

import polars as pl
import pytest
from area_cases import areas, keys_found
from cross_area_cases import elsewhere

from mappings.roles import in_role
from sample_data.areas.jifu.money import awarded, income, periods

Row = dict[str, str]
LEGAL: dict[str, Row] = {
    "jumin.jumin": dict(宛名番号="A", 最新フラグ="1", 住民状態="1", 続柄コード1="02"),
    "jumin.shien": dict(宛名番号="A", 支援措置番号="1", 措置状態="1"),
    "jutogai.atena": dict(宛名番号="J"),
    "jifu.shikakusha": dict(
        認定番号="20000001", 宛名番号="A", 資格状態="1", 支給要件区分="1", 支給開始年月="2024-05", 証書番号="50000003",
        公的年金区分="0", 支援措置フラグ="0",
    ),
    "jifu.jido": dict(
        認定番号="20000001", 児童番号="1", 児童_宛名番号="A", 児童_生年月日="2015-05-05", 障害フラグ="0", 児童状態="1",
        施設入所等フラグ="0",
    ),
    "jifu.shintatsu": dict(
        認定番号="20000001", 進達番号="1", 届出種別="2", 受付年月日="2025-08-05", 進達年月日="2025-08-12",
        決定年月日="2025-09-20",
    ),
    "jifu.shotoku": dict(
        認定番号="20000001", 年度="2025", 判定所得額="1570000", 扶養親族等の数="1", 現況届区分="1"
    ),
    "jifu.tegaku": dict(
        認定番号="20000001", 履歴番号="1", 適用開始年月="2025-11", 判定年度="2025", 支給区分="2", 一部支給係数="256619",
        本体月額="33850", 加算月額="0", 手当月額="33850",
    ),
    "jifu.shiharai": dict(
        認定番号="20000001", 支払年月="2026-09", 支払番号="1", 支払年月日="2026-09-11", 対象年月1_月額="33850",
        対象年月2_月額="33850", 支払額="67700", 支払会計年度="2026", 支払状態="1",
    ),
}  # fmt: skip
N = "20000001"
LOST = dict(資格状態="9", 喪失年月日="2026-03-31", 喪失事由="4")


def r(**items: str) -> Row:
    return items


def n(number: str, **items: str) -> Row:
    return dict(認定番号=number, **items)


CASES: list[tuple[str, tuple[str, ...], dict[str, list[Row]]]] = [
    ("COM-01", ("M",), dict(shikakusha=[r(), n("M", 宛名番号="X"), n("L", 宛名番号="J")])),
    ("COM-01-2", (f"{N}|2",), dict(jido=[r(), r(児童番号="2", 児童_宛名番号="X"), r(児童番号="3", 児童_宛名番号="J")])),
    (
        "COM-17",
        ("1", "20000002"),
        dict(shikakusha=[r(宛名番号="0010000019"), n("1", 宛名番号="0010000019"), n("20000002", 宛名番号="10000019")]),
    ),
    (
        "COM-18",
        (N,),
        dict(shikakusha=[r(), n("M", 支援措置フラグ="1"), n("L", 宛名番号="B")], jumin__shien=[r()]),
    ),
    (
        "JFU-01",
        ("M", "L"),
        dict(shikakusha=[r(), n("M", 証書番号="9"), n("L", 証書番号="9"), n("K", 証書番号="9", **LOST)]),
    ),
    ("JFU-01-2", (N, "M"), dict(shikakusha=[r(), n("M"), n("L", 宛名番号="B"), n("K", **LOST)])),
    (
        "JFU-02",
        (f"{N}|2",),
        dict(
            jido=[
                r(児童_生年月日="2008-04-02"),
                r(児童番号="2", 児童_生年月日="2008-04-01"),
                r(児童番号="3", 児童_生年月日="2008-04-01", 障害フラグ="1"),
                r(児童番号="4", 児童_生年月日="2008-04-01", 児童状態="9"),
            ]
        ),
    ),
    (
        "JFU-02-2",
        (f"{N}|2",),
        dict(
            jido=[
                r(障害フラグ="1", 児童_生年月日="2006-10-03"),
                r(児童番号="2", 障害フラグ="1", 児童_生年月日="2006-10-02"),
                r(児童番号="3", 児童_生年月日="2000-01-01"),
            ]
        ),
    ),
    (
        "JFU-03",
        ("M",),
        dict(
            shikakusha=[
                r(),
                n("M", 宛名番号="B"),
                n("L", 宛名番号="B", 支給要件区分="3"),
                n("K", 宛名番号="B", **LOST),
            ],
            jumin__jumin=[r(), r(宛名番号="B", 続柄コード1="12")],
        ),
    ),
    (
        "JFU-04",
        (f"{N}|2", f"{N}|3"),
        dict(
            shotoku=[r(), n("M", 判定所得額="1069999"), n("L", 判定所得額="2460000")],
            tegaku=[
                r(),
                r(履歴番号="2", 支給区分="1"),
                r(履歴番号="3", 適用開始年月="2024-10", 支給区分="1"),
                n("M", 支給区分="1"),
                n("L", 支給区分="3"),
            ],
        ),
    ),
    (
        "JFU-05",
        (f"{N}|2", f"{N}|3"),
        dict(
            tegaku=[
                r(),
                r(履歴番号="2", 一部支給係数="243007"),
                r(履歴番号="3", 適用開始年月="2025-03"),
                r(履歴番号="4", 適用開始年月="2026-04", 一部支給係数="264029"),
                r(履歴番号="5", 支給区分="1", 一部支給係数=""),
            ]
        ),
    ),
    (
        "JFU-05-2",
        (f"{N}|2",),
        dict(
            shotoku=[r()], tegaku=[r(), r(履歴番号="2", 本体月額="33870"), r(履歴番号="3", 支給区分="1", 本体月額="1")]
        ),
    ),
    (
        "JFU-05-3",
        (f"{N}|2", f"{N}|4"),
        dict(
            tegaku=[
                r(支給区分="1", 本体月額="46690"),
                r(履歴番号="2", 支給区分="1", 本体月額="45500"),
                r(履歴番号="3", 支給区分="3", 本体月額="0", 手当月額="0"),
                r(履歴番号="4", 支給区分="3", 手当月額="10"),
            ]
        ),
    ),
    (
        "JFU-06",
        ("M",),
        dict(
            shikakusha=[
                r(支給開始年月="2021-11"),
                n("M", 支給開始年月="2021-10"),
                n("L", 支給開始年月="2015-01", 適用除外届提出年月日="2026-08-05"),
                n("K", 支給開始年月="2015-01", 資格状態="5"),
            ]
        ),
    ),
    (
        "JFU-06-2",
        ("M",),
        dict(
            shikakusha=[r(), n("M", 公的年金区分="1"), n("L", 公的年金区分="1"), n("K", 公的年金区分="2")],
            tegaku=[n("M", 支給区分="1"), n("L"), n("K", 支給区分="1")],
        ),
    ),
    (
        "JFU-07",
        (f"{N}|2026-08|1", f"{N}|2026-09|2", f"{N}|2026-09|3"),
        dict(
            shiharai=[
                r(),
                r(支払年月="2026-08", 支払年月日="2026-08-11"),
                r(支払番号="2", 支払額="33850"),
                r(支払番号="3", 支払会計年度="2025"),
                r(支払番号="4", 支払額="1", 支払状態="3"),
                r(支払年月="2026-03", 支払年月日="2026-03-11", 支払会計年度="2025"),
            ]
        ),
    ),
    (
        "JFU-07-2",
        ("K|2026-09|1", "M|2026-09|1"),
        dict(
            shikakusha=[
                r(),
                n("M", 資格状態="9", 喪失年月日="2025-03-31"),
                n("L", 資格状態="9", 喪失年月日="2026-07-31"),
                n("K", 資格状態="9", 喪失年月日="2026-06-30"),
            ],
            shiharai=[r(), n("M"), n("L"), n("K"), n("M", 支払番号="2", 支払状態="3")],
        ),
    ),
    (
        "JFU-08",
        (f"{N}|2", f"{N}|3"),
        dict(
            shintatsu=[
                r(),
                r(進達番号="2", 進達年月日="2025-08-04"),
                r(進達番号="3", 決定年月日="2025-08-11"),
                r(進達番号="4", 決定年月日=""),
            ]
        ),
    ),
    (
        "JFU-08-2",
        (f"{N}|2025",),
        dict(
            shikakusha=[r(), n("M", 資格状態="2")],
            shotoku=[r(現況届区分="2"), n("M", 現況届区分="2"), r(年度="2024", 現況届区分="2")],
        ),
    ),
    (
        "JFU-09",
        ("M",),
        dict(
            shikakusha=[r(), n("M", 宛名番号="B"), n("L", 宛名番号="B", **LOST)],
            jumin__jumin=[r(), r(宛名番号="B", 住民状態="2")],
        ),
    ),
    (
        "JFU-09-2",
        (f"{N}|2", f"{N}|3"),
        dict(
            jido=[
                r(),
                r(児童番号="2", 施設入所等フラグ="1"),
                r(児童番号="3", 児童_宛名番号="B"),
                r(児童番号="4", 児童_宛名番号="B", 児童状態="9"),
            ],
            jumin__jumin=[r(), r(宛名番号="B", 住民状態="2")],
        ),
    ),
    (
        "JFU-09-3",
        ("M", "K"),
        dict(shikakusha=[r(), n("M", 資格状態="9"), n("L", **LOST), n("K", 喪失年月日="2026-03-31")]),
    ),
]


@pytest.mark.parametrize(("rule", "fires", "rows"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(
    rule: str, fires: tuple[str, ...], rows: dict[str, list[Row]]
) -> None:
    named = {name.replace("__", ".") if "__" in name else f"jifu.{name}": given for name, given in rows.items()}
    named = {"jumin.jumin": [r()], "jutogai.atena": [r()]} | named
    whole = {place: [{**LEGAL[place], **row} for row in given] for place, given in named.items()}
    assert keys_found("jifu", rule, whole) == sorted(fires)


def test_every_rule_has_a_case() -> None:
    assert {one.id for one in areas()["jifu"].rules} == {rule for rule, _, _ in CASES} | elsewhere("jifu")


def test_a_town_that_only_passes_papers_on_has_no_money_of_the_area() -> None:
    relay = in_role(areas()["jifu"], "relay")
    assert set(relay.left_out) == {"shotoku", "tegaku", "shiharai"}
    assert {one.table for one in relay.rules} == {"shikakusha", "jido", "shintatsu"}
    assert [one.id for one in relay.totals] == ["jukyushasu", "jidosu", "shintatsu"]
    assert set(relay.sources["kyusys"].tables) == {"shikakusha", "jido", "shintatsu"}


def test_sums_by_hand() -> None:
    """One dependant in 2025-11: below 1,070,000 all; 500,000 above it 46,680 − 12,830; from 2,460,000 nothing."""
    rows = pl.DataFrame({"judged": [1_069_999, 1_570_000, 2_459_999, 2_460_000], "dependants": 1, "children": 2})
    one = rows.join(periods().filter(pl.col("first") == 2025 * 12 + 10), how="cross").with_columns(**awarded())
    assert one.select("kind", "base", "extra").rows() == [
        ("全部支給", 46_690, 11_030),
        ("一部支給", 33_850, 9_040),
        ("一部支給", 11_010, 5_520),
        ("全部支給停止", 0, 0),
    ]


def test_income_of_a_wage() -> None:
    """3,000,000 of wages: less 980,000 (給与所得控除) and 100,000."""
    found = pl.DataFrame({"s": [3_000_000, 0], "b": [0, 1_200_000]}).select(income(pl.col("s"), pl.col("b")))
    assert found.to_series().to_list() == [1_920_000, 1_200_000]
