"""Parcels and houses of the town: what they are, whose, since when and until when. Numbers only, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sample_data.founding import ordinal

Numbers = npt.NDArray[np.int64]
PARCELS, HOUSES = 1.48, 0.6  # for each resident
KINDS = ("宅地", "田", "畑", "山林", "雑種地", "介在田", "介在畑", "原野", "公衆用道路", "墓地")
_SHARES = (0.12, 0.33, 0.22, 0.15, 0.08, 0.02, 0.03, 0.02, 0.02, 0.01)
PLOT, PADDY, DRY, FOREST, ROUGH, PADDY_AMID, DRY_AMID, WASTE, ROAD, GRAVE = range(10)
HOUSE, FLATS, MIXED, SHOP, OFFICE, WORKS, STORE = range(7)
HOUSE_KINDS = ("居宅", "共同住宅", "併用住宅", "店舗", "事務所", "工場", "倉庫・物置")
WOOD, STEEL, LIGHT, CONCRETE = range(4)
FRAMES = ("木造", "鉄骨造", "軽量鉄骨造", "鉄筋コンクリート造")
_YEAR = 365.2425


@dataclass(frozen=True, slots=True)
class Houses:
    """One element a house. Areas in hundredths of ㎡, days as ordinals (0 none), `owner` from 0."""

    site: Numbers
    owner: Numbers
    rented: npt.NDArray[np.bool_]  # the land under it is another's
    kind: Numbers
    frame: Numbers
    stories: Numbers
    built: Numbers
    lost: Numbers
    floor: Numbers
    living: Numbers
    units: Numbers
    points: Numbers  # for each ㎡, when built
    relief: Numbers  # 新築軽減区分 0–4
    relief_years: Numbers
    repaired: Numbers  # 改修軽減: the year, 0 none
    exempt: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Parcels:
    """One element a parcel; those with a house come first."""

    owner: Numbers
    seller: Numbers  # the owner before `passed`
    passed: Numbers
    acquired: Numbers
    kind: Numbers
    before: Numbers  # kind before `turned`
    turned: Numbers
    split: Numbers
    merged: Numbers
    area: Numbers
    registered: Numbers
    town: Numbers
    lot: Numbers
    branch: Numbers
    plot_price: Numbers  # yen a ㎡ of 宅地


def make_houses(dice: np.random.Generator, count: int, owners: Numbers) -> Houses:
    """`owners`: owner numbers in the order sites are given out."""
    number = np.arange(count)
    annex = number % 8 == 7
    site = np.cumsum(~annex) - 1
    rented = (number % 23 == 5) & (number % 8 < 6)
    owner = owners[(site + rented) % len(owners)]
    kind = _house_kinds(number, annex)
    units = np.where(kind == FLATS, 4 + number % 11, np.where(kind <= MIXED, 1, 0))
    floor = _floors(dice, kind, units)
    living = np.where(kind == MIXED, floor * 6 // 10, np.where(kind < MIXED, floor, 0))
    built = _built(dice, number, annex)
    lost = _day(dice, count, "2016-06-01", "2026-08-31") * (
        (number % 29 == 11) & (built < ordinal("1995-01-01")) & (number % 8 < 6)
    )
    frame = _frames(number, kind)
    stories = np.where(frame == CONCRETE, 3 + number % 3, 1 + number % 2)
    relief, years = _relief(number, kind, frame, floor, units, built)
    repaired = np.where((number % 307 == 5) & (kind == HOUSE) & (built < ordinal("2000-01-01")), 2019 + number % 7, 0)
    return Houses(
        site=site, owner=owner, rented=rented, kind=kind, frame=frame, stories=stories, built=built, lost=lost,
        floor=floor, living=living, units=units, points=_points(number, frame, kind), relief=relief,
        relief_years=years, repaired=repaired * (lost == 0), exempt=number % 397 == 9,
    )  # fmt: skip


def make_parcels(
    dice: np.random.Generator, count: int, houses: Houses, owners: Numbers, dead: npt.NDArray[np.bool_], towns: int
) -> Parcels:
    """Sites of houses, then fields, forests and other land. The dead buy nothing."""
    sites, number = int(houses.site[-1]) + 1, np.arange(count)
    other = number >= sites
    drawn = dice.choice(len(KINDS), count, p=_SHARES)
    kind = np.where(other, drawn, PLOT)
    owner = np.where(other, dice.integers(0, len(owners), count), owners[number % len(owners)])
    passed = _day(dice, count, "2016-03-01", "2026-06-30") * ((number % 41 == 7) & ~dead[owner])
    split = _day(dice, count, "2017-02-01", "2025-11-30") * (other & (number % 211 == 5))
    merged = _day(dice, count, "2016-06-01", "2026-06-30") * (other & (number % 251 == 9) & (split == 0))
    turned = _day(dice, count, "2017-02-01", "2025-11-30") * (
        (kind == ROUGH) & (number % 5 == 3) & (split == 0) & (merged == 0)
    )
    passed *= (split == 0) & ((merged == 0) | (passed < merged))
    old = dice.integers(ordinal("1962-01-10"), ordinal("2012-12-20"), count)
    area = _parcel_areas(dice, number, kind, houses, sites)
    odd = number % 13 == 5
    town = dice.integers(0, towns, count)
    place = _running(town)
    return Parcels(
        owner=owner, seller=dice.integers(0, len(owners), count), passed=passed,
        acquired=np.where(split > 0, split, np.where(passed > 0, passed, old)), kind=kind,
        before=np.where(turned > 0, DRY, kind), turned=turned, split=split, merged=merged, area=area,
        registered=np.where(odd, area * (94 + number % 11) // 100, area), town=town, lot=place // 6 + 1,
        branch=place % 6, plot_price=(6 + town * 29 % 37) * 1_000,
    )  # fmt: skip


def _day(dice: np.random.Generator, count: int, first: str, last: str) -> Numbers:
    """Days that are never the 賦課期日 (1 January)."""
    days = dice.integers(ordinal(first), ordinal(last), count)
    starts = np.array([ordinal(f"{year}-01-01") for year in range(1950, 2028)])
    return np.asarray(np.where(np.isin(days, starts), days + 3, days))


def _house_kinds(number: Numbers, annex: npt.NDArray[np.bool_]) -> Numbers:
    kind = np.full(len(number), HOUSE)
    kind[number % 19 == 2] = MIXED
    kind[number % 17 == 4] = FLATS
    business = number % 11 == 3
    kind[business] = (SHOP + number // 11 % 3)[business]
    kind[annex] = STORE
    return kind


def _floors(dice: np.random.Generator, kind: Numbers, units: Numbers) -> Numbers:
    """Hundredths of ㎡."""
    least = np.array([6_500, 0, 9_000, 9_000, 8_000, 15_000, 1_000])[kind]
    more = np.array([9_500, 0, 9_000, 40_000, 30_000, 90_000, 2_500])[kind]
    drawn = least + (dice.random(len(kind)) * more).astype(np.int64)
    return np.asarray(np.where(kind == FLATS, units * 4_620, drawn))


def _built(dice: np.random.Generator, number: Numbers, annex: npt.NDArray[np.bool_]) -> Numbers:
    old = _day(dice, len(number), "1958-03-01", "2012-11-30")
    new = _day(dice, len(number), "2013-02-01", "2025-11-30")
    return np.asarray(np.where((number % 10 < 2) & ~annex, new, old))


def _frames(number: Numbers, kind: Numbers) -> Numbers:
    frame = np.where(number % 6 == 1, LIGHT, WOOD)
    frame[kind >= SHOP] = STEEL
    frame[kind == STORE] = LIGHT
    flats = kind == FLATS
    frame[flats] = np.where(number % 3 == 0, CONCRETE, LIGHT)[flats]
    return frame


def _points(number: Numbers, frame: Numbers, kind: Numbers) -> Numbers:
    base = np.array([92_000, 98_000, 84_000, 128_000])[frame] + number % 17 * 900
    return np.asarray(np.where(kind == STORE, base * 4 // 10, base))


def _relief(
    number: Numbers, kind: Numbers, frame: Numbers, floor: Numbers, units: Numbers, built: Numbers
) -> tuple[Numbers, Numbers]:
    """新築軽減 of dwellings of 50 (40) to 280 ㎡ built since 2013, and for how many years."""
    size = floor // np.maximum(units, 1)
    fits = (kind < SHOP) & (size >= np.where(kind == FLATS, 4_000, 5_000)) & (size <= 28_000)
    fits &= built >= ordinal("2013-02-01")
    high, durable = frame == CONCRETE, (kind == HOUSE) & (number % 4 == 0)
    relief = np.where(high, 2, np.where(durable, 3, 1)) * fits
    return relief, np.array([0, 3, 5, 5, 7])[relief]


def _parcel_areas(dice: np.random.Generator, number: Numbers, kind: Numbers, houses: Houses, sites: int) -> Numbers:
    least = np.array([8_000, 30_000, 20_000, 60_000, 10_000, 20_000, 15_000, 20_000, 3_000, 2_000])[kind]
    drawn = least + (dice.random(len(number)) * 5 * least).astype(np.int64)
    ground = np.zeros(len(number), np.int64)
    np.maximum.at(ground, houses.site, houses.floor)
    spread = (dice.random(len(number)) * 25_000).astype(np.int64)
    return np.asarray(np.where(number < sites, 12_000 + ground + spread, drawn))


def _running(town: Numbers) -> Numbers:
    """0, 1, 2 … within each town."""
    order = np.argsort(town, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(town[order]) > 0])
    lengths = np.diff(np.r_[starts, len(town)])
    place = np.empty(len(town), np.int64)
    place[order] = np.arange(len(town)) - np.repeat(starts, lengths)
    return place
