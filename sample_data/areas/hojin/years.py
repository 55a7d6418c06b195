"""法人住民税 year by year: business years, what was declared for each, 均等割 and 法人税割 (地方税法 312条・314条の4).

Plain rows of whole numbers: some ten for each of 700 companies.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise

from sample_data.dated import figure
from sample_data.founding import ordinal

PROVISIONAL, FINAL, AMENDED, CORRECTED = "予定", "確定", "修正", "更正"
FIRST_YEAR = 2020
_DUTY = 200_000  # 法人税 of the year before above which a 予定申告 is due
_CLASSES = ((10_000_000, 1, 2), (100_000_000, 3, 4), (1_000_000_000, 5, 6), (5_000_000_000, 7, 8))


@dataclass(frozen=True, slots=True)
class Company:
    """What the tax of a company follows from. Days are ordinals, 0 none."""

    number: int
    capital: int
    staff: int  # in all
    staff_here: int
    split: bool  # offices elsewhere too
    opened: int  # the office in the town
    closed: int
    closing_month: int
    idle: bool  # no business: no income


@dataclass(frozen=True, slots=True)
class Year:
    """One 事業年度. `last` is its last day; `short`: after a change of the closing month."""

    company: Company
    serial: int
    first: int
    last: int
    short: bool


@dataclass(frozen=True, slots=True)
class Declared:
    """One 申告 with its sums in yen; `before`: what was paid or declared before."""

    year: Year
    serial: int
    kind: str
    filed: int
    due: int
    extension: int
    income_tax: int
    base: int
    rate: int
    on_income: int
    class_: int
    months: int
    per_head: int
    before: int

    @property
    def total(self) -> int:
        return self.on_income + self.per_head


def years_of(company: Company, as_of: int) -> list[Year]:
    """Business years in which the company had an office here, up to the one that runs."""
    ends = _ends(company)
    found: list[Year] = []
    for before, (end, short) in pairwise(ends):
        first, last = before[0] + 1, end
        if company.closed and first > company.closed:
            break
        if company.closed and last > company.closed:
            last = company.closed
        if first <= as_of and last >= company.opened:
            found.append(Year(company, len(found) + 1, first, last, short))
    return found


def declarations(years: list[Year], as_of: int) -> Iterator[Declared]:
    """What was declared by the day: 予定 where the year before had income, 確定, now and then 修正 or 更正."""
    before: Declared | None = None
    for year in years:
        found = [one for one in _of_year(year, before) if one.filed <= as_of]
        yield from found
        before = next((one for one in found if one.kind == FINAL), None)


def class_of(capital: int, staff: int) -> int:
    """均等割の区分 1 to 9."""
    for limit, few, many in _CLASSES:
        if capital <= limit:
            return many if staff > 50 else few
    return 9 if staff > 50 else 7


@cache
def yearly(class_: int) -> int:
    """均等割 of a whole year."""
    return figure(f"法人住民税の均等割{class_}", "2026-10-01")


def _of_year(year: Year, before: Declared | None) -> Iterator[Declared]:
    serial, paid = 1, 0
    months = _months(year.first, year.last)
    if before and before.income_tax > _DUTY and months == before.months == 12:
        half = _provisional(year, before)
        serial, paid = 2, half.total
        yield half
    final = _final(year, serial, paid)
    yield final
    if year.company.number % 23 == 4 and date.fromordinal(year.last).year == 2023 and final.income_tax:
        yield _again(final, AMENDED, 110)
    if year.company.number % 29 in (11, 12) and date.fromordinal(year.last).year == 2022 and final.income_tax:
        yield _again(final, CORRECTED, 80)


def _provisional(year: Year, before: Declared) -> Declared:
    """予定申告: half of the year before, due eight months after the beginning."""
    due = _month_end(year.first, 7)
    half = before.on_income * 6 // 12 // 100 * 100
    class_ = class_of(year.company.capital, year.company.staff_here)
    return Declared(
        year, 1, PROVISIONAL, due - year.company.number % 15, due, 0, 0, 0, _rate(year), half, class_, 6,
        yearly(class_) * 6 // 12 // 100 * 100, 0,
    )  # fmt: skip


def _final(year: Year, serial: int, paid: int) -> Declared:
    company = year.company
    extension = 1 if company.number % 5 == 2 else 0
    due = _month_end(year.last, 2 + extension)
    months = max(1, _months(max(year.first, company.opened), year.last))
    class_ = class_of(company.capital, company.staff_here)
    one = Declared(
        year, serial, FINAL, due - company.number % 20, due, extension, _income_tax(year), 0, _rate(year), 0, class_,
        months, yearly(class_) * months // 12 // 100 * 100, paid,
    )  # fmt: skip
    return _taxed(one)


def _again(final: Declared, kind: str, share: int) -> Declared:
    """修正 or 更正 a year and a half later, with so many per cent of the 法人税."""
    later = final.due + 500
    tax = final.income_tax * share // 100 // 100 * 100
    changed = replace(
        final, serial=final.serial + 1, kind=kind, filed=later, due=later, income_tax=tax, before=final.total
    )
    return _taxed(changed)


def _taxed(one: Declared) -> Declared:
    """課税標準 to a thousand yen, divided by the staff where there are offices elsewhere; 法人税割 to a hundred."""
    company = one.year.company
    share = one.income_tax // company.staff * company.staff_here if company.split else one.income_tax
    base = share // 1_000 * 1_000
    return replace(one, base=base, on_income=base * one.rate // 1_000 // 100 * 100)


def _income_tax(year: Year) -> int:
    """法人税額 in all: nothing for two in seven years and for who does no business."""
    company, turn = year.company, (year.company.number * 31 + date.fromordinal(year.last).year * 17) % 7
    if company.idle or turn < 2:
        return 0
    whole = company.staff * 41_000 * turn + company.number * 13 % 977 * 100
    return whole * _months(year.first, year.last) // 12 // 100 * 100


def _rate(year: Year) -> int:
    return figure("法人住民税の法人税割の税率", date.fromordinal(year.first).isoformat())


def _ends(company: Company) -> list[tuple[int, bool]]:
    """Last days of the business years since 2019; one company in forty changed its closing month in 2023."""
    month, found = company.closing_month, []
    changed = company.number % 41 == 6
    later = 12 if month < 12 else 6
    for year in range(FIRST_YEAR - 1, 2028):
        if not changed or year < 2023 or (year == 2023 and later > month):
            found.append((_last_day(year, month), False))
        if changed and year >= 2023:
            found.append((_last_day(year, later), year == 2023))
    return found


def _last_day(year: int, month: int) -> int:
    return date(year, month, calendar.monthrange(year, month)[1]).toordinal()


def _month_end(day: int, later: int) -> int:
    """The last day of the month so many months after the month of a day."""
    there = date.fromordinal(day)
    turn = there.year * 12 + there.month - 1 + later
    return _last_day(turn // 12, turn % 12 + 1)


def _months(first: int, last: int) -> int:
    """Whole months from a day to the end of another."""
    start, end = date.fromordinal(first), date.fromordinal(last + 1)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


OPENED_LATE = tuple(ordinal(f"{year}-08-16") for year in (2021, 2022, 2023))
