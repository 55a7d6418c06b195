"""Where gaiji stand in the old system's data: found once per table, beside its profile; counted over a whole run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from mappings.area import Area
from mappings.legacy_source import Source
from migration.moji.decided import Decided
from migration.moji.plus import Added
from migration.moji.register import Standing, code_text, standing

PRIVATE = "[\ue000-\uf8ff\U000f0000-\U0010feff]"
CELLS: dict[str, pl.DataType] = {"column": pl.String(), "code": pl.String(), "record_id": pl.Int64()}
PERSON = "宛名番号"
ENDING = ".gaiji.parquet"


@dataclass(frozen=True, slots=True)
class Place:
    """One column in which a gaiji stands."""

    area: str
    table: str
    column: str
    records: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One gaiji of a vendor over all tables of a run. `persons` None: no table it stands in names people."""

    vendor: str
    character: str
    standing: Standing
    records: int
    persons: int | None
    places: tuple[Place, ...]

    @property
    def code(self) -> str:
        return code_text(self.character)

    @property
    def areas(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(place.area for place in self.places))


def gaiji_cells(frame: pl.LazyFrame, columns: Sequence[str]) -> pl.DataFrame:
    """CELLS: one row per column, record and gaiji of a staged table. `columns`: those known to hold any."""
    parts = [pl.DataFrame(schema=CELLS)]
    for column in columns:
        hit = frame.filter(pl.col(column).str.contains(PRIVATE)).select(
            pl.lit(column).alias("column"), pl.col(column).str.extract_all(PRIVATE).alias("code"), "record_id"
        )
        parts.append(
            hit.explode("code")
            .unique(maintain_order=True)
            .collect(engine="streaming")
            .select(pl.col(name).cast(kind) for name, kind in CELLS.items())
        )
    return pl.concat(parts).sort("column", "record_id", "code")


def inventory(
    stages: Path,
    sources: Mapping[str, Source],
    decided: Mapping[tuple[str, str], Decided],
    added: Added,
) -> list[Listed]:
    """Every gaiji met in the profiled tables of a run, by vendor and code. `sources`: area → its format."""
    cells = _cells(stages, sources)
    found = []
    for (vendor, character), some in cells.group_by(["vendor", "code"], maintain_order=True):
        places = some.group_by("area", "table", "column", maintain_order=True).agg(pl.col("record_id").n_unique())
        about = some["person"].drop_nulls()
        gaiji = next(s.gaiji for s in sources.values() if s.vendor == vendor and s.area == some["area"][0])
        found.append(
            Listed(
                str(vendor),
                str(character),
                standing(str(character), gaiji, str(vendor), decided, added),
                some.select(pl.struct("area", "table", "record_id").n_unique()).item(),
                about.n_unique() if len(about) else None,
                tuple(Place(*row) for row in places.rows()),
            )
        )
    return sorted(found, key=lambda one: (one.vendor, ord(one.character)))


def person_columns(source: Source) -> dict[str, str]:
    """Legacy table → its column that names the person: the one the standard item 宛名番号 is made from."""
    found: dict[str, str] = {}
    for group in source.groups.values():
        for column in group.columns:
            if column.item == PERSON and len(column.sources) == 1 and "." not in column.sources[0]:
                for table in group.tables:
                    if any(one.name == column.sources[0] for one in source.tables[table].columns):
                        found.setdefault(table, column.sources[0])
    return found


def vendors_of(areas: Mapping[str, Area], vendors: Mapping[str, str]) -> dict[str, Source]:
    """Area → the format in use."""
    return {name: area.sources[vendors[name]] for name, area in areas.items() if vendors.get(name) in area.sources}


def _cells(stages: Path, sources: Mapping[str, Source]) -> pl.DataFrame:
    """CELLS with vendor, area, table and person."""
    texts = dict.fromkeys(("vendor", "area", "table", "column", "code", "person"), pl.String())
    parts = [pl.DataFrame(schema={**texts, "record_id": pl.Int64()})]
    for area, source in sources.items():
        people = person_columns(source)
        for table in source.tables:
            path = stages / "profile" / area / f"{table}{ENDING}"
            if not path.is_file():
                continue
            cells = pl.read_parquet(path)
            if cells.is_empty():
                continue
            cells = _with_person(cells, stages / "extract" / area / f"{table}.parquet", people.get(table))
            parts.append(
                cells.with_columns(vendor=pl.lit(source.vendor), area=pl.lit(area), table=pl.lit(table)).select(
                    *texts, "record_id"
                )
            )
    return pl.concat(parts)


def _with_person(cells: pl.DataFrame, staged: Path, column: str | None) -> pl.DataFrame:
    if column is None or not staged.is_file():
        return cells.with_columns(pl.lit(None, pl.String).alias("person"))
    people = pl.scan_parquet(staged).select("record_id", pl.col(column).alias("person"))
    return cells.lazy().join(people, on="record_id", how="left", maintain_order="left").collect(engine="streaming")


def used_characters(facts: Iterable[Mapping[str, object]]) -> frozenset[str]:
    """The gaiji that some profiled tables hold, from the facts of their units."""
    found: set[str] = set()
    for one in facts:
        codes = one.get("gaiji", [])
        found |= set(codes) if isinstance(codes, list) else set()
    return frozenset(found)
