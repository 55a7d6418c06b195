"""People under 支援措置: whose whereabouts are masked in every document, pack and answer."""

from __future__ import annotations

import csv
from collections.abc import Mapping

import polars as pl

from mappings.area import Area
from migration.workspace import Workspace
from validators.finding import key_text

PERSON = "宛名番号"


def protected_people(workspace: Workspace, run: str) -> frozenset[str]:
    """The 宛名番号 listed in the groups that shared/protected.csv names, as converted in `run`."""
    found: set[str] = set()
    for area, table, item in protected_places(workspace):
        path = workspace.run_folder(run) / "stages" / "convert" / area / f"{table}.parquet"
        if path.is_file():
            found |= set(pl.scan_parquet(path).select(item).unique().collect()[item].drop_nulls())
    return frozenset(found)


def with_their_rows(
    workspace: Workspace, run: str, areas: Mapping[str, Area], people: frozenset[str]
) -> frozenset[str]:
    """The people, and the keys of rows about them in groups whose key does not name the person (車両, 異動 …)."""
    found = set(people)
    for group in (group for area in areas.values() for group in area.groups.values()):
        path = workspace.run_folder(run) / "stages" / "convert" / group.area / f"{group.id}.parquet"
        names = [item.name for item in group.items if PERSON in item.name]
        if people and path.is_file() and names and not set(names) & set(group.key):
            about = pl.any_horizontal(pl.col(name).is_in(sorted(people)) for name in names)
            keys = pl.scan_parquet(path).filter(about).select(key_text(group.key).alias("key")).collect()
            found |= set(keys["key"])
    return frozenset(found)


def protected_places(workspace: Workspace) -> list[tuple[str, str, str]]:
    """(area, group, item) where the people under 支援措置 stand; the town's own list replaces the shipped one."""
    for folder in reversed(workspace.mapping_folders):
        path = folder / "shared" / "protected.csv"
        if path.is_file():
            with path.open(encoding="utf-8-sig", newline="") as file:
                return [(row["area"], row["table"], row["item"]) for row in csv.DictReader(file)]
    return []
