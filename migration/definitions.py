"""The definitions a command looks at: the town's when there is a workspace, else the shipped ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import mappings
from mappings.errors import Fault, InputError
from mappings.model import Area
from migration.extract import check_table
from migration.transforms import transform_faults
from migration.unpacking import as_read
from migration.workspace import open_workspace


@dataclass(frozen=True, slots=True)
class Definitions:
    """Folders of definitions (shipped first) and the layout versions chosen per area."""

    folders: tuple[Path, ...]
    versions: Mapping[str, str] = field(default_factory=dict)

    def load(self, areas: Sequence[str] | None = None) -> dict[str, Area]:
        """The areas asked for, or all; raises MappingError with every fault."""
        return mappings.load_areas(self.folders, areas or None, self.versions)

    def load_one(self, area: str, version: str = "") -> Area:
        return mappings.load_area(area, self.folders, version or self.versions.get(area, ""))


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
        return Definitions((mappings.shipped_folder(),))
    return Definitions(town.mapping_folders, town.layouts)
