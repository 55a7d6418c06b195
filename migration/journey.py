"""What every stage of a run needs to know: the town, its areas, the delivery and the run's folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from mappings.area import Area
from mappings.layout import Group
from mappings.legacy_source import LegacyTable, Source
from mappings.loading import Parameter
from migration.progress import Progress, Silent
from migration.stages import Done
from migration.transforms.references import References
from migration.unpacking import is_unpacked
from migration.workspace import Workspace

Units = dict[tuple[str, str], Done]  # (area, table or group) → what was made


@dataclass(frozen=True, slots=True)
class Journey:
    """One run of one delivery. Nothing here changes while it goes on."""

    workspace: Workspace
    name: str
    areas: Mapping[str, Area]
    parameters: tuple[Parameter, ...]
    secret_items: frozenset[str]
    progress: Progress
    every_area: Mapping[str, Area] = field(default_factory=dict)  # also those this run was asked to leave out
    references: References = field(default_factory=References)

    @property
    def folder(self) -> Path:
        return self.workspace.run_folder(self.name)

    @property
    def stages(self) -> Path:
        return self.folder / "stages"

    @property
    def unpacked(self) -> Path:
        """Where tables lie that were taken out of workbooks, databases and image folders."""
        return self.stages / "receive" / "unpacked"

    def place(self, table: LegacyTable) -> Path:
        """The folder in which the files of a table lie by their paths."""
        return self.unpacked if is_unpacked(table) else self.workspace.delivery

    @property
    def output(self) -> Path:
        return self.workspace.root / "output" / self.name

    @property
    def reports(self) -> Path:
        return self.workspace.root / "reports" / self.name

    @property
    def database_url(self) -> str:
        """The database of `ikou.toml`, or an SQLite file in the run's folder."""
        return self.workspace.database or f"sqlite:///{self.folder / 'town.sqlite'}"

    def unwatched(self) -> Journey:
        """The same run without whoever watches it, as it travels to another process."""
        return replace(self, progress=Silent())

    def source(self, area: str) -> Source:
        """The vendor's format of an area, as `ikou.toml` names it (checked when the areas were loaded)."""
        return self.whole_town[area].sources[self.workspace.areas[area].vendor]

    @property
    def whole_town(self) -> Mapping[str, Area]:
        """Every area the town moves, also those this run leaves out."""
        return {**self.every_area, **self.areas}

    @property
    def left_out(self) -> frozenset[str]:
        return frozenset(self.every_area) - frozenset(self.areas)

    def tables(self) -> Iterator[tuple[str, LegacyTable]]:
        return ((area, table) for area, table in self.tables_of_town() if area in self.areas)

    def tables_of_town(self) -> Iterator[tuple[str, LegacyTable]]:
        for area in self.whole_town:
            for table in self.source(area).tables.values():
                yield area, table

    def groups(self) -> Iterator[tuple[Area, Group]]:
        """The groups that this town's vendors fill, in load order."""
        return self._groups(self.areas)

    def groups_expected(self) -> Iterator[tuple[Area, Group]]:
        """The groups of the whole town, so that a run of some areas never looks like a run of all."""
        return self._groups(self.whole_town)

    def _groups(self, areas: Mapping[str, Area]) -> Iterator[tuple[Area, Group]]:
        for area in areas.values():
            mapped = area.sources[self.workspace.areas[area.id].vendor].groups
            for group in area.groups.values():
                if group.id in mapped:
                    yield area, group

    def groups_by_name(self) -> dict[tuple[str, str], Group]:
        return {(area.id, group.id): group for area, group in self.groups()}


@dataclass(frozen=True, slots=True)
class Received:
    """The delivery as received: its files frame and the as-of date the rules look from."""

    done: Done
    files: pl.DataFrame
    as_of: str
