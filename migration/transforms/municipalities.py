"""全国地方公共団体コード: today's municipalities and those abolished since 1970, by code and by name.

`migration/transforms/data/municipalities.csv` (see SOURCE.md there): one line for each period of a name under a code.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path


TABLE = Path(__file__).with_name("data") / "municipalities.csv"


@dataclass(frozen=True, slots=True)
class Municipality:
    """One name under one code. `county`: 郡, 島 or 政令指定都市; `name` is '' for a prefecture.

    `since` '' = before 1970; `until` (the first day it is no more) '' = there today. Days are YYYY-MM-DD.
    """

    code: str  # 6 digits
    prefecture: str
    county: str
    name: str
    since: str
    until: str
    successors: tuple[str, ...]

    @property
    def full_name(self) -> str:
        return f"{self.prefecture}{self.county}{self.name}"


def by_code(code: str, on: str = "") -> Municipality | None:
    """The municipality of a 6-digit code today, or on a day (YYYY-MM-DD)."""
    return next((one for one in every_by_code(code) if _there(one, on)), None)


def every_by_code(code: str) -> tuple[Municipality, ...]:
    """Every name a code ever stood for, the oldest first."""
    return _by_code().get(code, ())


def by_name(prefecture: str, name: str, on: str = "") -> tuple[Municipality, ...]:
    """Those of a name, with or without its 郡 or 政令指定都市 in front; `prefecture` '' = anywhere."""
    return tuple(
        one for one in _by_name().get(name, ()) if (not prefecture or one.prefecture == prefecture) and _there(one, on)
    )


def every() -> tuple[Municipality, ...]:
    """Every line of the table, prefectures too."""
    return _all()


def successors(code: str, on: str = "") -> tuple[Municipality, ...]:
    """What an abolished code became, followed up to today (or to a day); several where its area was divided."""
    found: dict[str, Municipality] = {}
    waiting, seen = [code], set[str]()
    while waiting:
        code = waiting.pop(0)
        there = by_code(code, on)
        if there is not None:
            found[code] = there
        elif code not in seen:
            waiting += every_by_code(code)[-1].successors if every_by_code(code) else ()
        seen.add(code)
    return tuple(found.values())


def check_digit(five: str) -> str:
    """The 6th digit of 5 digits: the last digit of 11 − (Σ d·(6,5,4,3,2) mod 11)."""
    rest = 11 - sum(int(sign) * weight for sign, weight in zip(five, (6, 5, 4, 3, 2), strict=True)) % 11
    return str(rest % 10)


def _there(one: Municipality, on: str) -> bool:
    return not one.until if not on else one.since <= on and (not one.until or on < one.until)


@cache
def _all() -> tuple[Municipality, ...]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        return tuple(
            Municipality(
                line["code"],
                line["prefecture"],
                line["county"],
                line["name"],
                line["since"],
                line["until"],
                tuple(filter(None, line["successors"].split("/"))),
            )
            for line in lines
        )


@cache
def _by_code() -> dict[str, tuple[Municipality, ...]]:
    found: dict[str, list[Municipality]] = {}
    for one in sorted(_all(), key=lambda one: (one.until or "9999", one.since)):
        found.setdefault(one.code, []).append(one)
    return {code: tuple(those) for code, those in found.items()}


@cache
def _by_name() -> dict[str, tuple[Municipality, ...]]:
    found: dict[str, list[Municipality]] = {}
    for one in _all():
        for name in dict.fromkeys((one.name or one.prefecture, one.county + one.name)):
            if name:
                found.setdefault(name, []).append(one)
    return {name: tuple(those) for name, those in found.items()}
