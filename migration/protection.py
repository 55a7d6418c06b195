"""People under 支援措置: whose whereabouts are masked in every document, pack and answer."""

from __future__ import annotations

import csv

import polars as pl

from migration.workspace import Workspace


def protected_people(workspace: Workspace, run: str) -> frozenset[str]:
    """The 宛名番号 listed in the groups that shared/protected.csv names, as converted in `run`."""
    found: set[str] = set()
    for area, table, item in _places(workspace):
        path = workspace.run_folder(run) / "stages" / "convert" / area / f"{table}.parquet"
        if path.is_file():
            found |= set(pl.scan_parquet(path).select(item).unique().collect()[item].drop_nulls())
    return frozenset(found)


def _places(workspace: Workspace) -> list[tuple[str, str, str]]:
    for folder in reversed(workspace.mapping_folders):
        path = folder / "shared" / "protected.csv"
        if path.is_file():
            with path.open(encoding="utf-8-sig", newline="") as file:
                return [(row["area"], row["table"], row["item"]) for row in csv.DictReader(file)]
    return []
