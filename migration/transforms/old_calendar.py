"""The calendar of 明治元年 to 明治5年12月2日 (天保暦): its months and what days of ours they are.

The lengths of the 61 months are those of the printed almanacs (P. Y. Tsuchihashi, Japanese Chronological Tables, as
carried by Time4J in `tsuchihashi.data`). The tests compute them anew from the moon and the sun at Kyoto.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache

END = datetime.date(1873, 1, 1)  # 明治6年1月1日, the day after 明治5年12月2日
LAST_YEAR = 1872
_FIRST = datetime.date(1868, 1, 25)  # 明治元年1月1日 (慶応4年1月1日)
_LONG, _LEAP_AFTER = "大", {1868: 4, 1870: 10}  # year → the month a leap month follows
_LENGTHS = {
    1868: "小大大小小大小小大小大大小",
    1869: "大大大小小大小小大小大大",
    1870: "小大大小大小大小大小小大小",
    1871: "大大小大大小大小大小小大",
    1872: "小大小大大小大大小大小大",
}


@dataclass(frozen=True, slots=True)
class OldDay:
    """A day of the old calendar; `year` 1868 is 明治元年."""

    year: int
    month: int
    leap: bool
    day: int


def month_span(year: int, month: int, leap: bool = False) -> tuple[datetime.date, datetime.date] | None:
    """First and last day of a month; None when there was no such month. 12月 of 明治5年 has two days."""
    return _months().get((year, month, leap))


def western(old: OldDay) -> datetime.date | None:
    """The day of our calendar; None when the old day never was."""
    span = month_span(old.year, old.month, old.leap)
    if span is None or old.day < 1:
        return None
    day = span[0] + datetime.timedelta(old.day - 1)
    return day if day <= span[1] else None


def of_day(day: datetime.date) -> OldDay:
    """The old day of a day from 1868-01-25 to 1872-12-31."""
    for (year, month, leap), (first, last) in _months().items():
        if first <= day <= last:
            return OldDay(year, month, leap, (day - first).days + 1)
    raise ValueError(f"{day} is not a day of 明治元年 to 5年")


@cache
def _months() -> dict[tuple[int, int, bool], tuple[datetime.date, datetime.date]]:
    spans = {}
    first = _FIRST
    for year, lengths in _LENGTHS.items():
        leap_after = _LEAP_AFTER.get(year, 99)
        for place, length in enumerate(lengths, start=1):
            leap = place == leap_after + 1
            month = place - 1 if place > leap_after else place
            next_first = first + datetime.timedelta(30 if length == _LONG else 29)
            spans[year, month, leap] = (first, min(next_first, END) - datetime.timedelta(1))
            first = next_first
    return spans
