"""What the changes of municipalities since 1970 say: e-Stat 廃置分合等情報, its 改正事由 read clause by clause.

A clause names municipalities as 名前(5-digit code). Those before the verb end, those after it begin or go on.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

_HALF = str.maketrans("（）", "()")
_COUNTY = re.compile("^..県(?=.+村$)|^[^郡]+郡(?=.+[町村]$)|^.+支庁(?=.)")
_NAMED = re.compile(r"([^、()]+?)\(([0-9]{5})\)")
_GONE_INTO = re.compile("(が合併し、|が統合し、|を分割し、|から分離し、)(.*)を新設")
_JOINED = re.compile("^(.*[0-9]\\))が(.*)に編入")
_RENAMED = re.compile("^(.*?[0-9]\\))[がの](.*)(施行|移行|変更)")
_MADE_OVER = re.compile("^(.*)を(.*)に再編")
_STATUS = re.compile("が(特例市|中核市|特例市から中核市)に移行$")


@dataclass(frozen=True, slots=True)
class Named:
    code: str  # 5 digits
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """On `day`, `ended` became `successors`; `begun` are new ones."""

    day: str
    ended: tuple[Named, ...]
    successors: tuple[Named, ...]
    begun: tuple[Named, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the source: a municipality a change concerns, with its place."""

    named: Named
    prefecture: str
    county: str


def read(path: Path) -> tuple[list[Listed], list[Change]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    places = [
        Listed(Named(row["標準地域コード"], row["市区町村"] or row["政令市・郡・支庁・振興局等"]), row["都道府県"],
               row["政令市・郡・支庁・振興局等"] if row["市区町村"] else "")
        for row in rows
    ]  # fmt: skip
    events = dict.fromkeys((row["廃置分合等施行年月日"], row["改正事由"]) for row in rows)
    changes = [
        change
        for day, reason in events
        for clause in re.split(r"[\n。]|　", reason.translate(_HALF))
        if (change := _change(day, clause.strip())) is not None
    ]
    return places, changes


def _change(day: str, clause: str) -> Change | None:
    if not clause or _STATUS.search(clause) or clause.endswith("の区の再編") or "の区の再編(" in clause:
        return None
    if found := _MADE_OVER.search(clause):
        return Change(day, _named(found[1]), _named(found[2]), _named(found[2]), clause)
    if "大字" in clause:
        olds = _named(clause.partition("が")[0])
        return Change(day, olds, tuple(one for one in _named(clause) if one not in olds), (), clause)
    if found := _GONE_INTO.search(clause):
        olds, news = _named(clause[: found.start()]), _named_or_same(found[2], clause)
        split_off = found[1].startswith("から分離")
        return Change(day, () if split_off else olds, news, news, clause)
    if found := _JOINED.search(clause):
        return Change(day, _named(found[1]), _named(found[2]), (), clause)
    if clause.endswith("の新設"):
        return Change(day, (), (), _named(clause), clause)
    if clause.endswith("の廃止"):
        return Change(day, _named(clause), (), (), clause)
    if found := _RENAMED.search(clause):
        olds, news = _named(found[1]), _named(found[2])[-1:]
        return Change(day, olds, news, news, clause)
    raise SystemExit(f"改正事由 not understood: {day} {clause}")


def _named(text: str) -> tuple[Named, ...]:
    """The municipalities with a code, without 郡 or 支庁 in front; 郡 and 支庁 themselves are left out."""
    found = (Named(code, _COUNTY.sub("", re.sub("^(と|及び)", "", name))) for name, code in _NAMED.findall(text))
    return tuple(one for one in found if one.name and not one.name.endswith(("郡", "支庁", "振興局")))


def _named_or_same(text: str, clause: str) -> tuple[Named, ...]:
    """The new ones; a new one without a code keeps the code of the one it is named after."""
    found = _named(text)
    if found:
        return found
    same = tuple(one for one in _named(clause) if one.name == text)
    if not same:
        raise SystemExit(f"a new municipality without a code: {clause}")
    return same
