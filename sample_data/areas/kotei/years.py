"""年度別評価: what parcels and houses are worth and taxed on, year by year (評価替え every three years, 負担調整)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sample_data.areas.kotei.objects import (
    DRY,
    DRY_AMID,
    FOREST,
    GRAVE,
    HOUSE,
    PADDY,
    PADDY_AMID,
    PLOT,
    ROAD,
    ROUGH,
    SHOP,
    WASTE,
    WOOD,
    Houses,
    Numbers,
    Parcels,
)  # fmt: skip
from sample_data.founding import ordinal

YEARS = range(2017, 2027)
DWELLING, TRADE, FARM, REST = range(4)  # 負担調整区分
CLASSES = ("住宅用地", "商業地等", "農地", "その他の土地")
SAME, TURNED, SPLIT, USED = "異動なし", "地目変更", "分合筆", "用途変更"
_LAND_LEVEL = {2015: 1_040, 2018: 1_000, 2021: 985, 2024: 1_010}  # per mille of today's price
_COST_LEVEL = {2015: 960, 2018: 1_000, 2021: 1_030, 2024: 1_110}  # 再建築費評点補正
_BELOW = {PADDY: 95, DRY: 60, FOREST: 25, WASTE: 20}  # yen a ㎡ of kinds that have no price of 宅地
_RISE = {2021: 0}  # per mille of the full amount that the tax base may rise a year
_TRADE_RISE = {2021: 0, 2022: 25}
Flags = npt.NDArray[np.bool_]


def base_year(year: int) -> int:
    """基準年度 of a year."""
    return year - (year + 1) % 3


@dataclass(slots=True)
class Land:
    """The state of all parcels in one year."""

    there: Flags
    owner: Numbers
    kind: Numbers
    small: Numbers
    general: Numbers
    value: Numbers
    full: Numbers  # 本則課税標準額
    before: Numbers  # 前年度課税標準額
    taxed: Numbers
    group: Numbers
    change: Numbers  # index of CHANGES
    price: Numbers
    units: Numbers


CHANGES = (SAME, TURNED, SPLIT, USED)


def land_years(parcels: Parcels, houses: Houses, dice: np.random.Generator) -> Iterator[tuple[int, Land]]:
    """Each year with what every parcel is worth; the tax base grows out of the year before."""
    level = 55 + dice.integers(0, 46, len(parcels.owner))
    last: Land | None = None
    for year in YEARS:
        now = _land(parcels, houses, year)
        _changed(now, last, parcels, year)
        fresh = (now.change > 0) if last is not None else np.ones(len(level), np.bool_)
        compared = now.full * np.where(now.group == TRADE, np.clip(level, 55, 68), level) // 100
        now.before = np.where(fresh, compared, last.taxed if last is not None else 0)
        now.taxed = _adjusted(now, year)
        last = now
        yield year, now


def _land(parcels: Parcels, houses: Houses, year: int) -> Land:
    first = ordinal(f"{year}-01-01")
    stands = (houses.kind < SHOP) & exists(houses, year)
    size = len(parcels.owner)
    units = np.bincount(houses.site, houses.units * stands, size).astype(np.int64)
    floor = np.bincount(houses.site, houses.floor * stands, size).astype(np.int64)
    kind = np.where(parcels.turned >= first, parcels.before, parcels.kind)
    small = np.where(units > 0, np.minimum(parcels.area, 20_000 * units), 0)
    general = np.where(units > 0, np.clip(np.minimum(parcels.area, 10 * floor) - small, 0, None), 0)
    price = _prices(parcels, kind, year)
    value = price * parcels.area // 100
    group = np.select(
        [units > 0, np.isin(kind, (PADDY, DRY)), np.isin(kind, (FOREST, WASTE, ROAD, GRAVE))],
        [DWELLING, FARM, REST],
        TRADE,
    )
    rest = parcels.area - small - general
    reduced = value * small // parcels.area // 6 + value * general // parcels.area // 3 + value * rest // parcels.area
    there = (parcels.split < first) & ((parcels.merged == 0) | (parcels.merged >= first))
    none = np.zeros(size, np.int64)
    return Land(
        there=there, owner=np.where(parcels.passed >= first, parcels.seller, parcels.owner), kind=kind, small=small,
        general=general, value=value, full=np.where(units > 0, reduced, value), before=none, taxed=none, group=group,
        change=none, price=price, units=units,
    )  # fmt: skip


def _prices(parcels: Parcels, kind: Numbers, year: int) -> Numbers:
    share = np.select([kind == PLOT, kind == ROUGH, np.isin(kind, (PADDY_AMID, DRY_AMID))], [100, 50, 60], 0)
    plot = parcels.plot_price * share // 100 * _LAND_LEVEL[base_year(year)] // 1_000
    if year == 2020:  # a fall of prices between the years of 評価替え
        plot = np.where(parcels.town % 5 == 2, plot * 99 // 100, plot)
    below = np.select([kind == number for number in _BELOW], list(_BELOW.values()), 0)
    return np.asarray(plot + below)


def _changed(now: Land, last: Land | None, parcels: Parcels, year: int) -> None:
    """Sets what sets the tax base anew: other kind, split, or another use."""
    first, previous = ordinal(f"{year}-01-01"), ordinal(f"{year - 1}-01-01")
    split = (parcels.split >= previous) & (parcels.split < first)
    if last is None:
        now.change = np.where(split, 2, 0)
        return
    used = (now.group != last.group) | (now.units != last.units) | (now.general != last.general)
    now.change = np.select([now.kind != last.kind, split, used], [1, 2, 3], 0)


def _adjusted(now: Land, year: int) -> Numbers:
    """負担調整措置: the tax base climbs to the full amount; nothing climbs in 2021 (令和3年度の特例)."""
    full, before, rise = now.full, now.before, _RISE.get(year, 50)
    climbing = np.clip(before + full * rise // 1_000, full * 20 // 100, full)
    home = np.where(before >= full, full, climbing)
    steps = np.select(
        [before * 10 >= full * 9, before * 10 >= full * 8, before * 10 >= full * 7], [1_025, 1_050, 1_075], 1_100
    )
    farm = np.minimum(full, before * steps // 1_000)
    trade_rise = _TRADE_RISE.get(year, 50)
    low = np.clip(before + full * trade_rise // 1_000, full * 20 // 100, full * 60 // 100)
    trade = np.select([before * 10 > full * 7, before * 10 >= full * 6], [full * 7 // 10, before], low)
    taxed = np.select([now.group == DWELLING, now.group == TRADE, now.group == FARM], [home, trade, farm], home)
    return np.asarray(np.minimum(taxed, np.maximum(before, 0)) if year == 2021 else taxed)


def exists(houses: Houses, year: int) -> Flags:
    """Stands on 1 January of the year."""
    first = ordinal(f"{year}-01-01")
    return np.asarray((houses.built < first) & ((houses.lost == 0) | (houses.lost >= first)))


@dataclass(slots=True)
class Worth:
    """The state of all houses in one year."""

    there: Flags
    owner: Numbers
    points: Numbers
    rate: Numbers  # 経年減点補正率 in hundredths
    value: Numbers
    taxed: Numbers
    relief: Numbers
    new: Flags


def house_years(houses: Houses, parcels: Parcels) -> Iterator[tuple[int, Worth]]:
    """Each year with what every house is worth; never more than the year before (据置)."""
    built = _years_of(houses.built)
    last: Worth | None = None
    for year in YEARS:
        now = _worth(houses, parcels, built, year)
        if last is not None:
            now.value = np.where(last.there & now.there, np.minimum(now.value, last.value), now.value)
        now.taxed = np.where(houses.exempt, 0, now.value)
        now.relief = _reliefs(houses, now.taxed, built, year)
        last = now
        yield year, now


def _worth(houses: Houses, parcels: Parcels, built: Numbers, year: int) -> Worth:
    base = base_year(year)
    counted = np.maximum(base, built + 1)
    age = np.maximum(counted - built, 1)
    wooden = np.maximum(20, 80 - 5 * (age - 1) // 2)
    solid = np.maximum(20, 96 - 3 * (age - 1) // 2)
    rate = np.where(houses.frame == WOOD, wooden, solid)
    points = houses.points * houses.floor // 100 * _COST_LEVEL[base] // 1_000
    seller = parcels.seller[houses.site]
    sold = (parcels.passed[houses.site] >= ordinal(f"{year}-01-01")) & ~houses.rented
    none = np.zeros(len(built), np.int64)
    return Worth(
        there=exists(houses, year), owner=np.where(sold, seller, houses.owner), points=points, rate=rate,
        value=points * rate // 100, taxed=none, relief=none, new=built + 1 == year,
    )  # fmt: skip


def _reliefs(houses: Houses, taxed: Numbers, built: Numbers, year: int) -> Numbers:
    """Half the tax of up to 120 ㎡ a dwelling: 新築軽減 in its years, 改修軽減 in one."""
    inside = (houses.relief > 0) & (year > built) & (year <= built + houses.relief_years)
    inside |= (houses.repaired == year) & (houses.kind == HOUSE)
    part = taxed * np.minimum(12_000 * houses.units, houses.living) // houses.floor
    return np.where(inside, part * 14 // 2_000, 0)


def _years_of(days: Numbers) -> Numbers:
    epoch = ordinal("1970-01-01")
    return np.asarray((days - epoch).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970)
