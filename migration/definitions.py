"""The definitions a command looks at: the town's when there is a workspace, else the shipped ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mappings import loading
from mappings.area import Area
from mappings.errors import Fault, InputError
from mappings.legacy_source import Source
from migration.extract import check_table
from migration.transforms import transform_faults
from migration.unpacking import as_read
from migration.workspace import Workspace, open_workspace


@dataclass(frozen=True, slots=True)
class Definitions:
    """Folders of definitions (shipped first), and the layout version and the vendor chosen per area.

    An area comes with the vendor the town has and with those the town itself describes: nobody there has to look after
    the maps of a shipped vendor that is not theirs.
    """

    folders: tuple[Path, ...]
    versions: Mapping[str, str] = field(default_factory=dict)
    vendors: Mapping[str, str] = field(default_factory=dict)

    def load(self, areas: Sequence[str] | None = None) -> dict[str, Area]:
        """The areas asked for, or all; raises MappingError with every fault."""
        loaded = loading.load_areas(self.folders, areas or None, self.versions)
        return {name: self._of_town(area) for name, area in loaded.items()}

    def load_one(self, area: str, version: str = "") -> Area:
        return self._of_town(loading.load_area(area, self.folders, version or self.versions.get(area, "")))

    def _of_town(self, area: Area) -> Area:
        chosen = self.vendors.get(area.id, "")
        if chosen not in area.sources:
            return area
        kept = {name: one for name, one in area.sources.items() if name == chosen or self._own(one)}
        return replace(area, sources=kept)

    def _own(self, source: Source) -> bool:
        return any(file.is_relative_to(folder) for file in source.files for folder in self.folders[1:])


def execution_faults(areas: Iterable[Area]) -> list[Fault]:
    """What the engine cannot carry out although the files fit together: readers, encodings, transform arguments."""
    faults: list[Fault] = []
    for area in areas:
        for source in area.sources.values():
            for table in source.tables.values():
                try:
                    check_table(as_read(table))
                except InputError as error:
                    file = f"{area.id}/legacy/{source.vendor}/source.toml"
                    faults.append(Fault(file, f"[tables.{table.id}]", str(error)))
            for group in source.groups.values():
                faults += transform_faults(group.file, group.columns)
    return faults


def definitions(workspace: Path | None) -> Definitions:
    """Of the workspace at or above a folder (default: here); the shipped ones when there is none and none was asked."""
    try:
        town = open_workspace(workspace)
    except InputError:
        if workspace is not None:
            raise
        return Definitions((loading.shipped_folder(),))
    return town_definitions(town)


def town_definitions(town: Workspace) -> Definitions:
    """Of a workspace."""
    vendors = {name: setting.vendor for name, setting in town.areas.items()}
    return Definitions(town.mapping_folders, town.layouts, vendors)
