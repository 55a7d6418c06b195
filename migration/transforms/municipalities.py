"""全国地方公共団体コード: the municipalities of today, and those abolished that a town lists, by code and by name.

`data/municipalities.csv` (see SOURCE-registers.md there) holds today's. No package carries the abolished ones: a town
that has old codes in its data gives a list made from e-Stat's 廃置分合等情報 (setting `old_municipalities`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from mappings.errors import Fault, MappingError, shown_path
from migration.transforms.references import Setting

TABLE = Path(__file__).with_name("data") / "municipalities.csv"
HEADINGS = ("code", "prefecture", "county", "name", "since", "until", "successors")
OLD = Setting(
    "old_municipalities",
    "廃止された市区町村の一覧（CSV: "
    + ",".join(HEADINGS)
    + "。successors は / で区切る。e-Stat 廃置分合等情報から作る）",
    file=True,
)


@dataclass(frozen=True, slots=True)
class Municipality:
    """One name under one code. `county`: 郡, 島 or 政令指定都市; `name` is '' for a prefecture.

    `since` '' = not told; `until` (the first day it is no more) '' = there today. Days are YYYY-MM-DD.
    """

    code: str  # 6 digits
    prefecture: str
    county: str
    name: str
    since: str = ""
    until: str = ""
    successors: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.prefecture}{self.county}{self.name}"


class Municipalities:
    """Today's municipalities and the abolished ones given."""

    def __init__(self, old: Iterable[Municipality] = ()) -> None:
        self._all = (*old, *_today())
        self._by_code: dict[str, list[Municipality]] = {}
        self._by_name: dict[str, list[Municipality]] = {}
        for one in sorted(self._all, key=lambda one: (one.until or "9999", one.since)):
            self._by_code.setdefault(one.code, []).append(one)
        for one in self._all:
            for name in dict.fromkeys((one.name or one.prefecture, one.county + one.name)):
                self._by_name.setdefault(name, []).append(one)

    def every(self) -> tuple[Municipality, ...]:
        """Every one, prefectures too."""
        return self._all

    def by_code(self, code: str, on: str = "") -> Municipality | None:
        """The municipality of a 6-digit code today, or on a day (YYYY-MM-DD)."""
        return next((one for one in self.every_by_code(code) if _there(one, on)), None)

    def every_by_code(self, code: str) -> tuple[Municipality, ...]:
        """Every name a code ever stood for, the oldest first."""
        return tuple(self._by_code.get(code, ()))

    def by_name(self, prefecture: str, name: str, on: str = "") -> tuple[Municipality, ...]:
        """Those of a name, with or without its 郡 or 政令指定都市 in front; `prefecture` '' = anywhere."""
        found = self._by_name.get(name, ())
        return tuple(one for one in found if (not prefecture or one.prefecture == prefecture) and _there(one, on))

    def successors(self, code: str, on: str = "") -> tuple[Municipality, ...]:
        """What an abolished code became, followed up to today (or to a day); several where its area was divided."""
        found: dict[str, Municipality] = {}
        waiting, seen = [code], set[str]()
        while waiting:
            code = waiting.pop(0)
            there = self.by_code(code, on)
            if there is not None:
                found[code] = there
            elif code not in seen:
                waiting += self.every_by_code(code)[-1].successors if self.every_by_code(code) else ()
            seen.add(code)
        return tuple(found.values())


@cache
def today() -> Municipalities:
    """Today's municipalities only."""
    return Municipalities()


def read_old(path: Path) -> Municipalities:
    """Today's and those of a town's own list. MappingError with every line that is no municipality that has ended."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    faults = [
        Fault(shown_path(path), f"{number}行", "廃止された市区町村の行ではありません", OLD.manual)
        for number, line in enumerate(lines, start=2)
        if len(line.get("code") or "") != 6 or not line.get("until")
    ]
    if faults or not lines:
        raise MappingError(faults or [Fault(shown_path(path), "", "行がありません", OLD.manual)])
    return Municipalities(
        Municipality(
            line["code"],
            line.get("prefecture") or "",
            line.get("county") or "",
            line.get("name") or "",
            line.get("since") or "",
            line["until"],
            tuple(filter(None, (line.get("successors") or "").split("/"))),
        )
        for line in lines
    )


def check_digit(five: str) -> str:
    """The 6th digit of 5 digits: the last digit of 11 − (Σ d·(6,5,4,3,2) mod 11)."""
    rest = 11 - sum(int(sign) * weight for sign, weight in zip(five, (6, 5, 4, 3, 2), strict=True)) % 11
    return str(rest % 10)


def _there(one: Municipality, on: str) -> bool:
    return not one.until if not on else one.since <= on and (not one.until or on < one.until)


@cache
def _today() -> tuple[Municipality, ...]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = islice(csv.reader(file), 1, None)
        return tuple(Municipality(code, prefecture, county, name) for code, prefecture, county, name in lines)
