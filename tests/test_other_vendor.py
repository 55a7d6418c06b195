"""The same town as another vendor keeps it: other tables, codes, encodings and signs, and the same standard rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from migration.run import Plan, run
from migration.setting_up import draft_settings
from migration.workspace import open_workspace
from sample_data import make_town
from sample_data.formats import VENDOR
from sample_data.retelling import areas_of

OTHER = "tasys"
AREAS = tuple(areas_of(OTHER))
RESIDENTS = 300
EXCEPT: dict[tuple[str, str], dict[str, str]] = {}  # (area, group) → item → why the two vendors cannot agree


@pytest.fixture(scope="module")
def told(once: Callable[..., Path]) -> dict[str, Path]:
    """Vendor → a workspace of the clean town, converted."""

    def made(vendor: str) -> Callable[[Path], None]:
        def make(folder: Path) -> None:
            town = make_town(folder, RESIDENTS, 2, "none", vendor=vendor)
            settings = draft_settings(town.code, town.name, town.as_of, town.vendors)
            (folder / "ikou.toml").write_text(settings, encoding="utf-8")
            run(open_workspace(folder), Plan("R1", AREAS, last="convert"), datetime.now)

        return make

    return {vendor: once(f"told-{vendor}", made(vendor)) for vendor in (VENDOR, OTHER)}


def rows(folder: Path, area: str, group: str, leave: tuple[str, ...]) -> pl.DataFrame:
    frame = pl.read_parquet(folder / f"runs/R1/stages/convert/{area}/{group}.parquet").drop("record_id", *leave)
    return frame.sort(frame.columns)


@pytest.mark.parametrize("area", AREAS)
def test_both_vendors_make_the_same_standard_rows(told: dict[str, Path], area: str) -> None:
    place = told[VENDOR] / f"runs/R1/stages/convert/{area}"
    groups = [path.stem for path in sorted(place.glob("*.parquet")) if "." not in path.stem]
    assert groups
    for group in groups:
        leave = tuple(EXCEPT.get((area, group), {}))
        one, other = (rows(told[vendor], area, group, leave) for vendor in (VENDOR, OTHER))
        assert one.height == other.height, group
        different = [name for name in one.columns if not one[name].equals(other[name])]
        assert not different, (group, different)
