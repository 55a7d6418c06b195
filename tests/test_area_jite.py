"""児童手当: every rule on rows that break it and on their legal neighbours, the months paid, a clean town."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import polars as pl
import pytest

from mappings.loading import load_areas, parameters, shipped_folder
from mappings.model import Area, Group
from sample_data.areas.jite.children import NOW, REFORM, monthly
from sample_data.areas.jite.money import month_text
from validators.checked import CheckSettings
from validators.rule_frames import check_rule

AS_OF = "2026-10-01"
Row = dict[str, str]
SHIEN = dict(宛名番号="A", 支援措置番号="1", 措置状態="1")
LEGAL: dict[str, Row] = {
    "jumin.jumin": dict(
        宛名番号="A", 最新フラグ="1", 住民種別="1", 住民状態="1", 世帯番号="S", 氏名="佐藤　一郎",
        氏名_フリガナ="サトウ　イチロウ", 生年月日="2015-05-05", 児童手当資格区分="1",
    ),
    "jumin.shien": SHIEN,
    "jutogai.atena": dict(宛名番号="J"),
    "jite.jukyusha": dict(
        認定番号="N", 宛名番号="A", 氏名="佐藤　一郎", 受給者状態="1", 公務員区分="0", 差止フラグ="0",
        支援措置フラグ="0", 口座_金融機関コード="0177", 口座_口座番号="1234567", 口座_名義人カナ="サトウ　イチロウ",
    ),
    "jite.jido": dict(
        認定番号="N", 児童番号="1", 児童_宛名番号="C", 受給者_宛名番号="A", 児童_生年月日="2015-05-05", 児童状態="1",
        同居別居区分="1", 児童住所_出力抑止フラグ="0",
    ),
    "jite.tashi": dict(
        認定番号="N", 対象者番号="3", 対象者_宛名番号="E", 対象者_生年月日="2006-05-05", 対象者状態="1",
        確認書提出年月日="2025-03-20", 確認書期限年月="2029-03",
    ),
    "jite.gaku": dict(
        認定番号="N", 児童番号="1", 履歴番号="1", 適用開始年月="2024-10", 支給区分="2", 第何子="1", 月額="10000",
    ),
    "jite.shiharai": dict(
        認定番号="N", 支払年月="2026-08", 支払番号="1", 支払年月日="2026-08-10", 支払区分="1", 支払状態="1",
        対象期間_開始年月="2026-06", 対象期間_終了年月="2026-07", 延児童数_3歳未満="0", 延児童数_3歳以上="2",
        延児童数_第3子以降="0", 延児童数_特例給付="0", 支払額="20000", 支払会計年度="2026",
    ),
    "jite.genkyo": dict(認定番号="N", 現況番号="1", 現況年度="2026", 提出区分="0"),
}  # fmt: skip
GONE = dict(受給者状態="2", 支給終了年月="2026-03")
OVER = dict(児童状態="9")


def r(**items: str) -> Row:
    return items


CASES: list[tuple[str, tuple[str, ...], dict[str, list[Row]]]] = [
    ("COM-01", ("M",), dict(jukyusha=[r(), r(認定番号="M", 宛名番号="X"), r(認定番号="L", 宛名番号="J")])),
    ("COM-01-2", ("N|2",), dict(jido=[r(児童_宛名番号="A"), r(児童番号="2"), r(児童番号="3", 児童_宛名番号="J")])),
    ("COM-10", ("M",), dict(jukyusha=[r(), r(認定番号="M", 氏名="佐籐　一郎"), r(認定番号="L", 氏名="別", **GONE)])),
    (
        "COM-10-2",
        ("N|2",),
        dict(
            jido=[
                r(児童_宛名番号="A"),
                r(児童番号="2", 児童_宛名番号="A", 児童_生年月日="2015-05-06"),
                r(児童番号="3", 児童_生年月日="2000-01-01"),
            ]
        ),
    ),
    (
        "COM-14",
        ("N|2", "N|3"),
        dict(
            gaku=[r(履歴番号="2"), r(), r(児童番号="2", 履歴番号="2"), r(児童番号="3"), r(児童番号="3", 履歴番号="3")]
        ),
    ),
    ("COM-15", ("N|1|2",), dict(gaku=[r(適用終了年月="2024-10"), r(履歴番号="2", 適用終了年月="2024-09")])),
    (
        "COM-15-2",
        ("N|2|2", "N|3|2"),
        dict(
            gaku=[
                r(適用終了年月="2025-03"),
                r(履歴番号="2", 適用開始年月="2025-04"),
                r(児童番号="2", 適用終了年月="2025-04"),
                r(児童番号="2", 履歴番号="2", 適用開始年月="2025-04"),
                r(児童番号="3", 適用終了年月="2025-04"),
                r(児童番号="3", 履歴番号="2", 適用開始年月="2025-01"),
            ]
        ),
    ),
    ("COM-17", ("M",), dict(jukyusha=[r(宛名番号="0010000019"), r(認定番号="M", 宛名番号="10000019")])),
    (
        "COM-18",
        ("N",),
        dict(jukyusha=[r(), r(認定番号="M", 支援措置フラグ="1"), r(認定番号="L", 宛名番号="B")], jumin__shien=[r()]),
    ),
    (
        "COM-21",
        ("M",),
        dict(
            jukyusha=[r(), r(認定番号="M", 宛名番号="B"), r(認定番号="L", 宛名番号="B", **GONE)],
            jumin__jumin=[r(), r(宛名番号="B", 住民状態="3")],
        ),
    ),
    (
        "JUK-16",
        ("M",),
        dict(
            jukyusha=[r(), r(認定番号="M", 宛名番号="B"), r(認定番号="L", 宛名番号="B", **GONE)],
            jumin__jumin=[r(), r(宛名番号="B", 児童手当資格区分="0")],
        ),
    ),
    (
        "JUK-16-2",
        ("M",),
        dict(
            jukyusha=[
                r(),
                r(認定番号="L", **GONE),
                r(認定番号="M", 宛名番号="B", **GONE),
                r(認定番号="K", 宛名番号="C", **GONE),
            ],
            jumin__jumin=[r(), r(宛名番号="B"), r(宛名番号="C", 児童手当資格区分="0")],
        ),
    ),
    (
        "JID-01",
        ("M|1", "N|1"),
        dict(
            jido=[
                r(),
                r(認定番号="M"),
                r(認定番号="L", **OVER),
                r(児童番号="2", 児童_宛名番号="D"),
                r(児童番号="3", 児童_宛名番号="D"),
            ]
        ),
    ),
    (
        "JID-02",
        ("N|2",),
        dict(
            jido=[
                r(児童_生年月日="2008-04-02"),
                r(児童番号="2", 児童_生年月日="2008-04-01"),
                r(児童番号="3", 児童_生年月日="2007-01-01", **OVER),
            ]
        ),
    ),
    (
        "JID-02-2",
        ("N|1|2", "N|2|2"),
        dict(
            jido=[r(児童_生年月日="2008-04-01"), r(児童番号="2", 児童_生年月日="2009-04-01")],
            gaku=[
                r(適用開始年月="2026-03"),
                r(履歴番号="2", 適用開始年月="2026-04"),
                r(児童番号="2"),
                r(児童番号="2", 履歴番号="2", 適用開始年月="2024-09"),
            ],
        ),
    ),
    (
        "JID-02-3",
        ("N|4", "N|5"),
        dict(
            tashi=[
                r(),
                r(対象者番号="4", 確認書提出年月日=""),
                r(対象者番号="5", 確認書期限年月="2026-03"),
                r(対象者番号="6", 確認書提出年月日="", 対象者状態="9"),
            ]
        ),
    ),
    (
        "JID-02-4",
        ("M|3",),
        dict(
            tashi=[r(), r(認定番号="M"), r(認定番号="L", 対象者状態="9")],
            gaku=[r(第何子="2"), r(認定番号="M"), r(認定番号="L"), r(適用終了年月="2025-03", 第何子="1", 児童番号="9")],
        ),
    ),
    (
        "JID-02-5",
        ("N|4",),
        dict(
            tashi=[
                r(対象者_生年月日="2004-04-02"),
                r(対象者番号="4", 対象者_生年月日="2004-04-01"),
                r(対象者番号="5", 対象者_生年月日="2000-01-01", 対象者状態="9"),
            ]
        ),
    ),
    (
        "JID-03",
        ("N|1|2", "N|1|5", "N|1|6"),
        dict(
            gaku=[
                r(支給区分="3", 月額="30000"),
                r(履歴番号="2", 支給区分="3", 月額="15000"),
                r(履歴番号="3", 支給区分="3", 月額="15000", 適用開始年月="2024-09"),
                r(履歴番号="4", 支給区分="1", 月額="15000"),
                r(履歴番号="5", 支給区分="2", 月額="15000"),
                r(履歴番号="6", 支給区分="5", 月額="10000", 適用開始年月="2024-06"),
            ]
        ),
    ),
    (
        "JID-03-2",
        ("N|2026-08|2",),
        dict(
            shiharai=[
                r(延児童数_第3子以降="2", 支払額="80000"),
                r(支払番号="2", 延児童数_第3子以降="2", 支払額="50000"),
                r(支払番号="3", 支払額="1", 支払区分="2"),
                r(
                    支払番号="4",
                    対象期間_開始年月="2024-06",
                    延児童数_第3子以降="4",
                    延児童数_特例給付="4",
                    支払額="100000",
                ),
            ]
        ),
    ),
    (
        "JID-03-3",
        ("M", "L"),
        dict(
            gaku=[
                r(第何子="2"),
                r(児童番号="2", 第何子="3"),
                r(認定番号="M"),
                r(認定番号="M", 児童番号="2"),
                r(認定番号="L"),
                r(認定番号="L", 児童番号="2", 第何子="3"),
                r(認定番号="L", 児童番号="3", 第何子="2", 適用終了年月="2025-03"),
            ]
        ),
    ),
    (
        "JID-04",
        ("M|2026-08|1",),
        dict(
            jukyusha=[r(), r(認定番号="M", **GONE), r(認定番号="L", 受給者状態="2", 支給終了年月="2026-06")],
            shiharai=[r(), r(認定番号="M"), r(認定番号="L"), r(認定番号="M", 支払番号="2", 支払状態="2")],
        ),
    ),
    (
        "JID-04-2",
        ("M|1|1",),
        dict(
            jukyusha=[r(), r(認定番号="M", **GONE)],
            gaku=[r(), r(認定番号="M"), r(認定番号="M", 履歴番号="2", 適用終了年月="2026-03")],
        ),
    ),
    (
        "JID-05",
        ("N|2",),
        dict(
            jido=[r(児童_宛名番号="B"), r(児童番号="2"), r(児童番号="3", 同居別居区分="2"), r(児童番号="4", **OVER)],
            jumin__jumin=[r(), r(宛名番号="B"), r(宛名番号="C", 世帯番号="T")],
        ),
    ),
    (
        "JID-05-2",
        ("N|2",),
        dict(
            jido=[
                r(),
                r(児童番号="2", 同居別居区分="2"),
                r(児童番号="3", 同居別居区分="3", 別居監護申立年月日="2025-04-01"),
            ]
        ),
    ),
    (
        "JID-05-3",
        ("M",),
        dict(jukyusha=[r(), r(認定番号="M", 公務員区分="1"), r(認定番号="L", 公務員区分="1", **GONE)]),
    ),
    (
        "JID-06",
        ("N|1|2", "N|1|4"),
        dict(
            gaku=[
                r(支給区分="5", 適用開始年月="2024-06", 適用終了年月="2024-09"),
                r(履歴番号="2", 支給区分="5", 適用開始年月="2024-06"),
                r(履歴番号="3"),
                r(履歴番号="4", 支給区分="4", 適用開始年月="2024-06", 適用終了年月="2024-10"),
            ]
        ),
    ),
    (
        "JID-07",
        ("N|2026-07|1", "N|2026-08|2", "N|2026-08|3"),
        dict(
            shiharai=[
                r(),
                r(支払年月="2026-07", 支払年月日="2026-07-10"),
                r(支払番号="2", 支払会計年度="2025"),
                r(支払番号="3", 支払年月日="2026-09-01"),
                r(支払年月="2026-07", 支払番号="4", 支払区分="2"),
                r(支払年月="2026-02", 支払年月日="2026-02-10", 支払会計年度="2025"),
            ]
        ),
    ),
    (
        "JID-08",
        ("M",),
        dict(
            jukyusha=[
                r(),
                r(認定番号="M", 口座_名義人カナ="サトウ　ハナコ"),
                r(認定番号="L", 口座_名義人カナ="サトウ　ハナコ", **GONE),
            ]
        ),
    ),
    (
        "JID-08-2",
        ("M",),
        dict(jukyusha=[r(), r(認定番号="M", 口座_口座番号=""), r(認定番号="L", 口座_口座番号="", 差止フラグ="1")]),
    ),
    (
        "JID-09",
        ("N|2",),
        dict(
            jido=[
                r(),
                r(児童番号="2", 児童_宛名番号="A"),
                r(児童番号="3", 児童_宛名番号="A", 児童住所_出力抑止フラグ="1"),
            ],
            jumin__shien=[r()],
        ),
    ),
    (
        "JID-10",
        ("M|2026-08|1",),
        dict(
            jukyusha=[r(), r(認定番号="M", 差止フラグ="1", 差止開始年月="2026-06")],
            shiharai=[r(), r(認定番号="M"), r(認定番号="M", 支払年月="2026-06", 対象期間_終了年月="2026-05")],
        ),
    ),
    (
        "JID-10-2",
        ("N|2",),
        dict(
            jukyusha=[r(), r(認定番号="M", 差止フラグ="1")],
            genkyo=[
                r(),
                r(現況番号="2", 提出区分="2"),
                r(認定番号="M", 提出区分="2"),
                r(現況番号="3", 現況年度="2025", 提出区分="2"),
            ],
        ),
    ),
    ("JID-11", ("N|1", "N|2"), dict(jido=[r(), r(児童番号="2"), r(認定番号="M"), r(児童番号="3", **OVER)])),
]


@cache
def areas() -> dict[str, Area]:
    return load_areas([shipped_folder()], ("jumin", "jutogai", "jite"))


@cache
def dated() -> Mapping[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in parameters([shipped_folder()]):
        found.setdefault(one.name, []).append((one.start, one.end, one.value))
    return found


@pytest.mark.parametrize(("rule", "fires", "rows"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_rule_names_the_wrong_rows_and_leaves_their_legal_neighbours_alone(
    rule: str, fires: tuple[str, ...], rows: dict[str, list[Row]]
) -> None:
    named = {name.replace("__", ".") if "__" in name else f"jite.{name}": given for name, given in rows.items()}
    named = {"jumin.jumin": [r()], "jutogai.atena": [r()]} | named
    one = next(one for one in areas()["jite"].rules if one.id == rule)
    settings = CheckSettings(AS_OF, groups=lambda area, name: areas()[area].groups[name], parameters=dated())
    found = check_rule(
        one, areas()["jite"].groups[one.table], lambda area, name: frame(areas()[area].groups[name], named), settings
    ).findings
    assert sorted(found["key"]) == sorted(fires)
    assert not found["message"].str.contains("[{}]").any()


def test_every_rule_has_a_case() -> None:
    assert {one.id for one in areas()["jite"].rules} == {rule for rule, _, _ in CASES}


def frame(group: Group, rows: Mapping[str, list[Row]]) -> pl.LazyFrame:
    place = f"{group.area}.{group.id}"
    full = [{**LEGAL[place], **row} for row in rows.get(place, [])]
    names = [item.name for item in group.items]
    assert not {name for row in full for name in row} - set(names)
    columns: dict[str, Any] = {name: [row.get(name) or None for row in full] for name in names}
    schema: dict[str, Any] = {"record_id": pl.Int64, **dict.fromkeys(names, pl.String)}
    return pl.LazyFrame({"record_id": list(range(1, len(full) + 1)), **columns}, schema=schema)


def test_three_children_across_the_reform() -> None:
    """Born 2006-06 (over 18 in March 2025), 2013-06, 2022-06: the law of 2024-10 counts the eldest until 22."""
    kids = pl.DataFrame(
        {
            "guardian": [1, 1, 1],
            "person": [2, 3, 4],
            "birth": [date(year, 6, 10).toordinal() for year in (2006, 2013, 2022)],
            "began": [2006 * 12 + 6, 2013 * 12 + 6, 2022 * 12 + 6],
            "start": [REFORM, 2013 * 12 + 6, 2022 * 12 + 6],
            "school15": [2022 * 12 + 2, 2029 * 12 + 2, 2038 * 12 + 2],
            "until": [2025 * 12 + 2, 2032 * 12 + 2, 2041 * 12 + 2],
            "counts": [2029 * 12 + 2, 2036 * 12 + 2, 2045 * 12 + 2],
            "paid": [True, True, True],
        }
    )
    society = pl.DataFrame({"salary": [0, 0, 0, 0, 0]})
    paid = monthly(kids, society)
    amounts = {
        month: paid.filter(pl.col("month") == month).sort("person")["amount"].to_list()
        for month in (REFORM - 1, REFORM, 2025 * 12 + 5, NOW)
    }
    assert amounts == {
        REFORM - 1: [10_000, 15_000],  # the eldest is over 15; third child under 3: 15,000
        REFORM: [10_000, 10_000, 30_000],
        2025 * 12 + 5: [10_000, 30_000],  # the eldest is over 18 and still counts
        NOW: [10_000, 30_000],
    }


def test_months_are_written_with_their_era() -> None:
    months = pl.DataFrame({"m": [2019 * 12 + 3, 2019 * 12 + 4, 2026 * 12 + 9, 0]})
    assert months.select(month_text(pl.col("m"))).to_series().to_list() == ["43104", "50105", "50810", "00000"]
