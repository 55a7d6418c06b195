"""Which legacy column could be which standard item: by name and by what stands in it. A proposal, never a decision."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from mappings.area import Area
from mappings.layout import CodeList, Group, Item, ItemType
from migration.drafting.looking import Seen

LEAST, MOST = 0.45, 3
_SAME = (  # words old systems and the standard use for the same thing
    ("生年月日", "誕生日"), ("フリガナ", "カナ"), ("フリガナ", "かな"), ("氏名", "名前"), ("氏名", "漢字氏名"),
    ("区分", "種別"), ("区分", "コード"), ("区分", "ＣＤ"), ("番号", "ＮＯ"), ("番号", "No"), ("年月日", "日"),
    ("宛名番号", "個人コード"), ("宛名番号", "住民コード"), ("宛名番号", "個人番号コード"), ("郵便番号", "〒"),
)  # fmt: skip
_JOINTS = re.compile(r"[\s_＿・（）()－\-／/]")


@dataclass(frozen=True, slots=True)
class Match:
    """A column proposed for an item. `score` 0–1, and the reasons in Japanese."""

    item: str
    table: str
    column: str
    score: float
    reason: str


def matches(area: Area, seen: list[Seen]) -> dict[str, dict[str, list[Match]]]:
    """Group → item → the best columns, best first. A group's columns come from the table that fits it best."""
    found: dict[str, dict[str, list[Match]]] = {}
    for group in area.groups.values():
        tables = {one.table.id: _of_table(group, one, area.code_lists) for one in seen}
        if not tables:
            continue
        best = max(tables, key=lambda name: sum(many[0].score for many in tables[name].values() if many))
        found[group.id] = tables[best]
    return found


def _of_table(group: Group, seen: Seen, lists: Mapping[str, CodeList]) -> dict[str, list[Match]]:
    return {item.name: _of_item(item, seen, lists.get(item.code)) for item in group.items}


def _of_item(item: Item, seen: Seen, codes: CodeList | None) -> list[Match]:
    found = []
    for line in seen.profile.iter_rows(named=True):
        name = likeness(item.name, line["column"])
        fit, why = _fit(item, line, seen.days[line["column"]], codes)
        score = round(0.75 * name + 0.25 * fit, 2) if name > 0.3 else 0.0
        if score >= LEAST:
            filled = f"充足率 {100 * (line['fill_rate'] or 0):.1f}%"
            reason = f"名前の近さ {name:.2f}、{why}、{filled}"
            found.append(Match(item.name, seen.table.id, line["column"], score, reason))
    return sorted(found, key=lambda one: (-one.score, one.column))[:MOST]


def likeness(standard: str, legacy: str) -> float:
    """How near two names are, 0–1, the words of `_SAME` counting as one."""
    left, right = _JOINTS.sub("", standard), _JOINTS.sub("", legacy)
    tried = [difflib.SequenceMatcher(None, left, right).ratio()]
    for ours, theirs in _SAME:
        if theirs in right and ours in left:
            tried.append(difflib.SequenceMatcher(None, left, right.replace(theirs, ours)).ratio())
    inside = min(len(left), len(right)) >= 3 and (left in right or right in left)
    return max(*tried, 0.8 if inside else 0.0)


def _fit(item: Item, line: Mapping[str, object], days: float, codes: CodeList | None) -> tuple[float, str]:
    """How well the values suit the item, 0–1, and why."""
    filled = int(str(line["filled"] or 0))
    if not filled:
        return 0.5, "値がない"
    longest, distinct = int(str(line["max_length"] or 0)), int(str(line["distinct"] or 0))
    if item.type == ItemType.DATE:
        return days, "日付として読める" if days > 0.9 else "日付として読めない値がある"
    if codes is not None and not codes.free:
        fits = distinct <= max(2, 2 * len(codes.values))
        return (1.0, "値の種類がコード一覧ほど") if fits else (0.0, "値の種類が多すぎる")
    if item.type in (ItemType.INTEGER, ItemType.SIGNED, ItemType.DECIMAL, ItemType.YEAR):
        numbers = line["number_min"] is not None
        return (1.0, "数字だけ") if numbers else (0.2, "数字でない値がある")
    if item.length and longest > item.length:
        return 0.3, f"最長 {longest} 字で桁 {item.length} を超える"
    return 1.0, "桁に収まる"
