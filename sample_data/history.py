"""Thirty years of the town, day by day: births, marriages, moves, deaths, and the days the law changed everybody's row.

Each year every resident draws at most one event of their own (by sex and age); the events are done in the order of
their days, and one that is no longer possible by then (the person has left) does not happen.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from datetime import date
from itertools import accumulate

from sample_data import events
from sample_data.events import Event
from sample_data.events_foreign import naturalize
from sample_data.founding import YEAR, found_town, ordinal
from sample_data.lists import Lists
from sample_data.progress import Progress
from sample_data.register import Register

START = "1996-04-01"  # the day the old system took over the register
AS_OF = "2026-10-01"
YEARS = range(1996, 2027)

MASS: tuple[tuple[str, Event], ...] = (
    ("2002-08-05", events.give_resident_codes),
    ("2012-07-09", events.register_foreigners),
    ("2015-10-05", events.give_personal_numbers),
    ("2025-06-02", events.check_readings),
)


def live(lists: Lists, residents: int, seed: int, progress: Progress | None = None) -> Register:
    """The register on AS_OF with exactly `residents` residents and all its rows."""
    start, end = ordinal(START), ordinal(AS_OF)
    register = Register(lists, random.Random(f"{seed}:history"), end)
    found_town(register, max(1, int(residents * 0.99)), start)
    rates = _rates()
    for year in YEARS:
        first, last = max(start + 1, date(year, 1, 1).toordinal()), min(end, date(year, 12, 31).toordinal())
        _live_year(register, rates, first, last, residents)
        if progress:
            progress.unit(f"{year}年の異動")
    events.settle_population(register, residents, end)
    return register


def _live_year(register: Register, rates: dict[tuple[int, int], _Draw], first: int, last: int, target: int) -> None:
    """All events of one year. The arrivals make up for what the year takes and for what the town still lacks."""
    rng = register.rng
    span = last - first + 1
    agenda: list[tuple[int, int, Event]] = []
    for person in register.people:
        if not person.resident:
            continue
        sums, kinds = rates[person.sex, min(104, int((first - person.birth) / YEAR))]
        draw = rng.random()
        if draw < sums[-1] * span / YEAR:
            agenda.append((first + rng.randrange(span), person.number, kinds[bisect_right(sums, draw * YEAR / span)]))
    arrivals = max(0, int((0.024 * target + 0.5 * (target - register.population)) * span / YEAR))
    agenda.extend((first + rng.randrange(span), 0, events.arrive) for _ in range(arrivals))
    agenda.extend((ordinal(day), 0, event) for day, event in MASS if first <= ordinal(day) <= last)
    for day, number, event in sorted(agenda, key=lambda entry: entry[:2]):
        person = register.people[number]
        if number == 0 or (person.resident and person.rows and day > person.processed - 20):
            event(register, person, day)


_Draw = tuple[list[float], list[Event]]


def _rates() -> dict[tuple[int, int], _Draw]:
    """(sex, age) → summed yearly chances and the events they lead to."""
    table: dict[tuple[int, int], _Draw] = {}
    for sex in (1, 2):
        for age in range(-1, 105):
            chances = _chances(sex, max(0, age))
            table[sex, age] = (list(accumulate(chances.values())), list(chances))
    return table


def _chances(sex: int, age: int) -> dict[Event, float]:
    death = min(0.6, (1.0 if sex == 1 else 0.55) * 0.000025 * math.exp(0.098 * age) + 0.0002)
    young = 18 <= age < 30
    return {
        events.die: death,
        events.bear: _between(sex == 2, age, 20, 42) * (0.21 if 25 <= age < 35 else 0.07),
        events.marry: _between(sex == 1, age, 20, 48) * (0.085 if 24 <= age < 36 else 0.02),
        events.divorce: _between(sex == 2, age, 22, 60) * 0.007,
        events.leave: 0.075 if young else 0.008,
        events.leave_together: (0.045 if age < 45 else 0.006) if age >= 20 else 0.0,
        events.move: (0.035 if age < 40 else 0.006) if age >= 20 else 0.0,
        events.split: 0.02 if 20 <= age < 40 else 0.0,
        events.join_child: 0.015 if age >= 75 else 0.0,
        events.cede: 0.02 if age >= 75 else 0.0,
        events.correct: 0.1,
        events.announce_removal: 0.0004 if age >= 20 else 0.0,
        naturalize: 0.012 if 25 <= age < 70 else 0.0,  # comes to something for foreigners only
    }


def _between(sex: bool, age: int, low: int, high: int) -> int:
    return 1 if sex and low <= age < high else 0
