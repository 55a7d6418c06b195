"""What a legacy date says, the town's rules for reading it, and how 不詳 is written in a DATE."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import lru_cache

from migration.transforms.eras import STANDARD_CODES, era_codes, outside

SYSTEMS, GIF, GIF_2021, NULL = "systems", "gif", "gif2021", "null"
_THIRDS = {"A1": "10", "A2": "20", "A3": "30"}


@dataclass(frozen=True, slots=True)
class DateRules:
    """What a town may settle: the writing of 不詳, its era codes, its own values for no date and for 不詳."""

    unknown: str = SYSTEMS
    codes: str = STANDARD_CODES
    sentinels: frozenset[str] = field(default_factory=frozenset)
    unknowns: frozenset[str] = field(default_factory=frozenset)


USUAL = DateRules()


@dataclass(frozen=True, slots=True)
class LegacyDate:
    """One legacy date as read. `month` and `day` are two characters: `00` 不詳, A1–D4 seasons, A1–A3 上中下旬."""

    year: int = 0
    month: str = "00"
    day: str = "00"
    blank: bool = False  # there is no date
    sentinel: bool = False  # … because the value stands for none
    vague: bool = False  # 頃, 推定, から…まで
    written: str = ""  # the original text when it states more than the encoded date can
    era: int = -1  # 0 明治 … 4 令和; -1 western
    count: int = 0  # the year of the era
    old_calendar: str = ""  # month and day as they were written, when converted from the old calendar
    timed: bool = False  # a time of day was written too
    note: str = ""
    fault: str = ""
    ambiguous: bool = False  # the fault is that it could be two dates

    @property
    def complete(self) -> bool:
        return self.year > 0 and self.month.isdigit() and self.day.isdigit() and "00" not in (self.month, self.day)

    @property
    def unknown(self) -> bool:
        return not (self.blank or self.fault) and (self.vague or not self.complete)

    @property
    def real(self) -> bool:
        """Whether the day is one of the calendar. To be asked of complete dates."""
        try:
            datetime.date(self.year, int(self.month), int(self.day))
        except ValueError:
            return False
        return True

    @property
    def outside_era(self) -> bool:
        """True when the date lies outside the days of the era it is written in (昭和64年1月8日)."""
        if self.era < 0 or self.year == 0:
            return False
        if self.old_calendar or not self.month.isdigit() or self.month == "00":
            return outside(self.era, self.year)
        if not self.complete:
            return outside(self.era, self.year, int(self.month))
        return outside(self.era, self.year, int(self.month), int(self.day))

    def text(self, encoding: str) -> str | None:
        """`YYYY-MM-DD` with 不詳 in the encoding (`SYSTEMS` …); None when the encoding leaves 不詳 out."""
        if not self.unknown:
            return f"{self.year:04}-{self.month}-{self.day}"
        if encoding == NULL:
            return None
        if encoding == SYSTEMS:
            month = f"A{self.month[1]}" if not self.month.isdigit() else self.month
            return f"{self.year:04}-{month}-{self.day}"
        month = self.month if self.month != "00" else "99"
        if encoding == GIF_2021 and not month.isdigit():
            month = f"{month[1]}0"
        day = "99" if self.day == "00" else _THIRDS.get(self.day, self.day)
        return f"{self.year or 9999:04}-{month}-{day}"


@lru_cache(maxsize=64)
def signs_of(codes: str) -> dict[str, int]:
    """Era by vendor sign, of a text that `era_codes` reads."""
    return era_codes(codes)
