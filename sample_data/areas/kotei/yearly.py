"""The yearly tables of the old system, stacked from one frame a year, and the levies that follow from them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sample_data.area import Ground
from sample_data.areas.kotei.levy import YEARS as LEVY_YEARS
from sample_data.areas.kotei.levy import tax_frame, taxed_value
from sample_data.areas.kotei.objects import GRAVE, KINDS, ROAD, Houses, Numbers, Parcels
from sample_data.areas.kotei.years import CHANGES, CLASSES, Flags, Land, Worth, house_years, land_years
from sample_data.formats import codes
from sample_data.forms import padded

NUMBER = 1_000_000  # 義務者番号 of owner 0, less one
PARCEL, HOUSE = 2_000_000, 5_000_000


@dataclass(slots=True)
class _Sums:
    """Amounts by owner and year, and how many things an owner has in the year."""

    size: int
    amounts: dict[int, dict[str, Numbers]] = field(default_factory=lambda: {year: {} for year in LEVY_YEARS})
    things: dict[int, Numbers] = field(default_factory=dict)

    def add(self, year: int, where: Flags, owner: Numbers, **amounts: Numbers) -> None:
        """Only for the years that are levied."""
        if year not in self.amounts:
            return
        for name, amount in amounts.items():
            self.amounts[year][name] = np.bincount(owner[where], amount[where], self.size).astype(np.int64)
        found = np.bincount(owner[where], minlength=self.size)
        self.things[year] = self.things.get(year, np.zeros(self.size, np.int64)) + found


def yearly_tables(
    ground: Ground, parcels: Parcels, houses: Houses, owners: pl.DataFrame, assets: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """tochi_nendo, kaoku_nendo, `levies` (…kotei.levy.tax_frame) and `today` (住宅用地 of this year)."""
    sums, land_rows, house_rows = _Sums(owners.height), [], []
    for year, land in land_years(parcels, houses, ground.dice("kotei-years")):
        land_rows.append(_land_rows(year, land, parcels))
        sums.add(year, land.there, land.owner, land=land.taxed * ~_untaxed(land))
    for year, worth in house_years(houses, parcels):
        house_rows.append(_house_rows(year, worth, houses))
        sums.add(year, worth.there, worth.owner, house=worth.taxed, relief=worth.relief)
    for year in LEVY_YEARS:
        values = assets.select(taxed_value(year)).to_series().to_numpy()
        sums.add(year, values > 0, assets["owner"].to_numpy(), asset=values)
    levies = [tax_frame(year, owners, sums.amounts[year], sums.things[year], ground.as_of) for year in LEVY_YEARS]
    return {
        "tochi_nendo": _land_columns(pl.concat(land_rows)),
        "kaoku_nendo": _house_columns(pl.concat(house_rows)),
        "levies": pl.concat(levies),
        "today": pl.DataFrame({"small": land.small, "general": land.general, "units": land.units}),
    }


def _untaxed(land: Land) -> Flags:
    return np.isin(land.kind, (ROAD, GRAVE))


def _land_rows(year: int, land: Land, parcels: Parcels) -> pl.DataFrame:
    free = _untaxed(land)
    level = np.where(land.full > 0, land.before * 1_000 // np.maximum(land.full, 1), 0)
    columns = {
        "number": np.arange(1, len(free) + 1), "owner": land.owner, "kind": land.kind, "area": parcels.area,
        "small": land.small, "general": land.general, "price": land.price, "value": np.where(free, 0, land.value),
        "full": np.where(free, 0, land.full), "before": np.where(free, 0, land.before),
        "level": np.where(free, 0, level), "taxed": np.where(free, 0, land.taxed), "group": land.group,
        "change": land.change,
    }  # fmt: skip
    return pl.DataFrame(columns).filter(pl.Series(land.there)).with_columns(year=pl.lit(year))


def _house_rows(year: int, worth: Worth, houses: Houses) -> pl.DataFrame:
    columns = {
        "number": np.arange(1, len(worth.owner) + 1), "owner": worth.owner, "points": worth.points,
        "rate": worth.rate, "value": worth.value, "taxed": worth.taxed, "relief": worth.relief, "new": worth.new,
        "exempt": houses.exempt,
    }  # fmt: skip
    return pl.DataFrame(columns).filter(pl.Series(worth.there)).with_columns(year=pl.lit(year))


def _land_columns(rows: pl.DataFrame) -> pl.DataFrame:
    kinds, groups, changes = codes("kotei", "chimoku"), codes("kotei", "chosei"), codes("kotei", "nendo_ido")
    exempt = codes("kotei", "hikazei")
    return rows.select(
        年度=_year(),
        土地番号=padded(pl.col("number") + PARCEL, 8),
        義務者番号=padded(pl.col("owner") + NUMBER + 1, 8),
        課税地目=_one_of("kind", [kinds[name] for name in KINDS]),
        課税地積=decimal("area"),
        小規模地積=decimal("small"),
        一般住地積=decimal("general"),
        基準年度=_base(),
        単位評点=_text("price"),
        評価額=_text("value"),
        本則課標=_text("full"),
        前年課標=_text("before"),
        負担水準=decimal("level", 1),
        課税標準額=_text("taxed"),
        調整区分=_one_of("group", [groups[name] for name in CLASSES]),
        異動区分=_one_of("change", [changes[name] for name in CHANGES]),
        非課税区分=pl.when(pl.col("kind") == ROAD).then(pl.lit(exempt["公衆用道路"]))
        .when(pl.col("kind") == GRAVE).then(pl.lit(exempt["墓地"])).otherwise(pl.lit(exempt["課税"])),
        **_batch(),
    )  # fmt: skip


def _house_columns(rows: pl.DataFrame) -> pl.DataFrame:
    changes, exempt = codes("kotei", "nendo_ido"), codes("kotei", "hikazei")
    return rows.select(
        年度=_year(),
        家屋物件番号=padded(pl.col("number") + HOUSE, 8),
        義務者番号=padded(pl.col("owner") + NUMBER + 1, 8),
        基準年度=_base(),
        再建築評点=_text("points"),
        減点補正率=decimal("rate"),
        評価額=_text("value"),
        課税標準額=_text("taxed"),
        軽減税額=_text("relief"),
        異動区分=pl.when("new").then(pl.lit(changes["新規・増築"])).otherwise(pl.lit(changes["異動なし"])),
        非課税区分=pl.when("exempt").then(pl.lit(exempt["宗教法人"])).otherwise(pl.lit(exempt["課税"])),
        **_batch(),
    )


def _batch() -> dict[str, pl.Expr]:
    """What the yearly batch of March writes on every row."""
    return {"処理日": _year() + pl.lit("0315"), "操作者": pl.lit("BATCH012"), "削除フラグ": pl.lit("0")}


def _year() -> pl.Expr:
    return pl.col("year").cast(pl.String)


def _base() -> pl.Expr:
    return (pl.col("year") - (pl.col("year") + 1) % 3).cast(pl.String)


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)


def _one_of(column: str, texts: list[str]) -> pl.Expr:
    """The text at the place the column names."""
    chosen: pl.Expr = pl.lit(texts[-1])
    for place, text in enumerate(texts[:-1]):
        chosen = pl.when(pl.col(column) == place).then(pl.lit(text)).otherwise(chosen)
    return chosen


def decimal(column: str, places: int = 2) -> pl.Expr:
    """An integer of hundredths (tenths) as a number with a point."""
    scale = 10**places
    whole, part = pl.col(column) // scale, padded(pl.col(column) % scale, places)
    return pl.concat_str(whole.cast(pl.String), pl.lit("."), part)
