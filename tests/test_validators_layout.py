"""What the layout demands, item type by item type: bad values are found, legal oddities stay quiet."""

from __future__ import annotations

import polars as pl
import pytest

from mappings.layout import CodeList, Group, Item, ItemType, Requirement
from validators.checked import Checked, CheckSettings
from validators.failing_rows import NamedCheck, failing_rows
from validators.frames import check_frames
from validators.layout import layout_rules

KEY = Item("番号", "no", ItemType.X, 15, primary_key=True)
BIRTH = Item("生年月日", "birth", ItemType.DATE, 10, unknown_date=True, noncalendar=True)
DAY = Item("異動日", "day", ItemType.DATE, 10)
UNKNOWN = Item("届出日", "day", ItemType.DATE, 10, unknown_date=True)


def check(*items: Item, rows: list[tuple[str | None, ...]], codes: dict[str, CodeList] | None = None) -> Checked:
    group = Group("a", "g", "表", "001", "1", items)
    frame = pl.DataFrame(rows, schema=dict.fromkeys((i.name for i in items), pl.String), orient="row")
    numbered = frame.with_row_index("record_id", 1).cast({"record_id": pl.Int64})
    settings = CheckSettings("2025-04-01", lambda area, name: group, department="課")
    return check_frames(group, codes or {}, (), lambda area, name: numbered.lazy() if name == "g" else None, settings)


def rules_failing(item: Item, value: str | None, codes: dict[str, CodeList] | None = None) -> list[str]:
    findings = check(KEY, item, rows=[("1", value)], codes=codes).findings
    return findings.filter(pl.col("item") == item.name)["rule"].to_list()


X, N = Item("記号", "x", ItemType.X, 5), Item("氏名", "n", ItemType.N, 3)
NUMBER, SIGNED = Item("額", "v", ItemType.INTEGER, 3), Item("差額", "v", ItemType.SIGNED, 3)
DECIMAL, YEAR = Item("率", "v", ItemType.DECIMAL, 2, scale=2), Item("年度", "v", ItemType.YEAR, 4)
TIME, CODED = Item("時刻", "v", ItemType.TIME, 8), Item("性別", "v", ItemType.X, 1, code="1")
CODES = {"1": CodeList("1", "性別", {"1": "男", "2": "女"}), "999": CodeList("999", "固有", {}, free=True)}


@pytest.mark.parametrize(
    ("item", "value", "rule"),
    [
        (X, "１２", "LAY-02"),
        (X, "a\tb", "LAY-02"),
        (X, "", "LAY-02"),
        (X, "123456", "LAY-03"),
        (N, "山 田", "LAY-02"),
        (N, "ﾔﾏﾀﾞ", "LAY-02"),
        (N, "山\n", "LAY-02"),
        (N, "\ue000", "LAY-02"),
        (N, "\U000f0000", "LAY-02"),
        (N, "山\ufffd", "LAY-02"),
        (N, "山田太郎", "LAY-03"),
        (N, "辻\U000e0101" * 4, "LAY-03"),
        (NUMBER, "-1", "LAY-02"),
        (NUMBER, "1.5", "LAY-02"),
        (NUMBER, "1000", "LAY-03"),
        (SIGNED, "+1", "LAY-02"),
        (SIGNED, "--1", "LAY-02"),
        (SIGNED, "-", "LAY-02"),
        (SIGNED, "-1000", "LAY-03"),
        (DECIMAL, "-1.5", "LAY-02"),
        (DECIMAL, ".5", "LAY-02"),
        (DECIMAL, "100", "LAY-03"),
        (DECIMAL, "1.234", "LAY-03"),
        (YEAR, "25", "LAY-02"),
        (YEAR, "令和７", "LAY-02"),
        (TIME, "24:00", "LAY-02"),
        (TIME, "9:00", "LAY-02"),
        (TIME, "12:00:60", "LAY-02"),
        (CODED, "3", "LAY-04"),
        (DAY, "2025-02-29", "LAY-02"),
        (DAY, "2025-04-31", "LAY-02"),
        (DAY, "1900-02-29", "LAY-02"),
        (DAY, "2025-4-1", "LAY-02"),
        (DAY, "2025/04/01", "LAY-02"),
        (DAY, "20250401", "LAY-02"),
        (DAY, "+2025-04-01", "LAY-02"),
        (DAY, "2025-04-01\n", "LAY-02"),
        (DAY, "２０２５-04-01", "LAY-02"),
        (DAY, "0000-00-00", "LAY-02"),
        (DAY, "1945-00-00", "LAY-02"),
        (DAY, "0000-04-01", "LAY-02"),
        (UNKNOWN, "2025-02-29", "LAY-02"),
        (UNKNOWN, "1945-A5-00", "LAY-02"),
        (UNKNOWN, "1945-A1-A1", "LAY-02"),
        (UNKNOWN, "1945-13-00", "LAY-02"),
        (UNKNOWN, "0000-04-00", "LAY-02"),
        (BIRTH, "1945-02-32", "LAY-02"),
        (BIRTH, "1945-00-10", "LAY-02"),
        (BIRTH, "明治45年", "LAY-02"),
    ],
)
def test_bad_value(item: Item, value: str, rule: str) -> None:
    assert rule in rules_failing(item, value, CODES)


@pytest.mark.parametrize(
    ("item", "value"),
    [
        (X, "A-1 z"),
        (N, "山　田"),
        (N, "辻\U000e0101" * 3),
        (N, "塚\ufe00葛\U000e0100城"),
        (N, "𠮷野家"),
        (N, "ー々〆"),
        (NUMBER, "0"),
        (SIGNED, "-999"),
        (DECIMAL, "99.99"),
        (DECIMAL, "0"),
        (YEAR, "0000"),
        (YEAR, "9999"),
        (TIME, "00:00"),
        (TIME, "23:59:59"),
        (CODED, "2"),
        (Item("固有", "v", ItemType.X, 5, code="999"), "zz"),
        (Item("未定義", "v", ItemType.X, 5, code="404"), "zz"),
        (DAY, "2024-02-29"),
        (DAY, "2000-02-29"),
        (DAY, "0000-01-01"),
        (DAY, "9999-12-31"),
        (DAY, "1912-07-30"),  # 明治45年7月30日
        (DAY, "1926-12-25"),  # 大正15年12月25日
        (UNKNOWN, "0000-00-00"),
        (UNKNOWN, "1945-00-00"),
        (UNKNOWN, "1945-08-00"),
        (UNKNOWN, "1945-A1-00"),  # 昭和20年春
        (UNKNOWN, "1945-12-A3"),  # 昭和20年12月下旬
        (BIRTH, "1927-02-29"),  # no leap year
        (BIRTH, "1930-04-31"),
        (BIRTH, "0000-00-00"),
    ],
)
def test_legal_value(item: Item, value: str) -> None:
    assert rules_failing(item, value, CODES) == []
    assert rules_failing(item, None, CODES) == []


def test_known_bad_frame_fails_every_rule() -> None:
    required = Item("氏名", "n", ItemType.N, 3, requirement=Requirement.REQUIRED)
    conditional = Item("備考", "n2", ItemType.N, 3, requirement=Requirement.CONDITIONAL)
    parent = Item("親", "p", ItemType.X, 15, foreign_key="g.番号")
    rows = [
        ("1", "山", None, "1", "9", "1"),
        ("1", None, None, "1000", "1", "2"),
        (None, "ｱ", None, "5", None, None),
    ]
    checked = check(KEY, required, conditional, NUMBER, CODED, parent, rows=rows, codes=CODES)
    shown = checked.findings.select("rule", "key", "item", "value", "record_id", "severity", "department").rows()
    assert shown == [
        ("LAY-01", "1", "氏名", "", 2, "E", "課"),
        ("LAY-02", "", "氏名", "ｱ", 3, "E", "課"),
        ("LAY-03", "1", "額", "1000", 2, "E", "課"),
        ("LAY-04", "1", "性別", "9", 1, "E", "課"),
        ("LAY-05", "1", "", "1", 1, "E", "課"),
        ("LAY-05", "1", "", "1", 2, "E", "課"),
        ("LAY-05", "", "番号", "", 3, "E", "課"),
        ("LAY-06", "1", "親", "2", 2, "E", "課"),
    ]
    messages = set(checked.findings["message"])
    assert "[E0001 必須] 「氏名」が空です。必ず値が要る項目です。" in messages
    assert "[E0003 桁] 「額」が3桁を超えています。" in messages
    assert "[E0004 相関] 「性別」の値がコード一覧「性別」（1）にありません。" in messages


def test_a_foreign_key_without_a_stated_target_gives_no_rule() -> None:
    official = Item("親", "p", ItemType.X, 15, foreign_key="○")
    group = Group("a", "g", "表", "001", "1", (KEY, official))
    assert [rule.id for rule in layout_rules(group, {}) if rule.item == "親"] == ["LAY-02", "LAY-03"]


def test_a_reference_out_of_the_run_is_not_green() -> None:
    absent = Item("親", "p", ItemType.X, 15, foreign_key="b.h.番号")
    nothing = check(KEY, absent, rows=[("1", "1")]).nothing_compared
    assert nothing.filter(pl.col("rule") == "LAY-06")["note"].to_list() == [
        "参照先の b.h がこの移行に含まれていないため、親 を検査していません。"
    ]


def test_repeated_key_over_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("validators.layout_frames.SLICE_CELLS", 6)  # two rows of record_id and two items
    findings = check(KEY, N, rows=[("1", "ア"), ("2", "a"), ("3", "ア"), ("2", None), ("4", "b")]).findings
    assert findings.select("rule", "record_id").rows() == [
        ("LAY-02", 2), ("LAY-02", 5), ("LAY-05", 2), ("LAY-05", 4)
    ]  # fmt: skip


def test_a_check_pandera_cannot_run_is_an_exception() -> None:
    broken = NamedCheck("LAY-02", lambda frame: frame.select(pl.col("no such column")))
    with pytest.raises(RuntimeError, match="pandera could not run"):
        failing_rows(pl.DataFrame({"a": ["1"]}), {"a": [broken]})
