"""What a town's own files say about characters, put into its areas: decisions, and the added characters of MJ+."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mappings.area import Area
from mappings.errors import MappingError
from mappings.layout import Group, ItemType
from migration.moji.decided import decisions
from migration.moji.plus import Added, ranges
from migration.moji.register import registered
from migration.transforms.moji import added_of
from migration.transforms.references import References
from migration.workspace import Workspace


def with_gaiji(workspace: Workspace, areas: Mapping[str, Area], references: References) -> dict[str, Area]:
    """The areas with every gaiji that is confirmed or decided; N items allow the added characters the town lists."""
    added = added_of(references)
    vendors = {name: setting.vendor for name, setting in workspace.areas.items()}
    done, faults = registered(areas, vendors, decisions(workspace.root), added)
    if faults:
        raise MappingError(faults)
    return {name: _allowing(area, added) for name, area in done.items()}


def _allowing(area: Area, added: Added) -> Area:
    if not added.names:
        return area
    allowed = ranges(added.names)
    groups = {name: _allowing_group(group, allowed) for name, group in area.groups.items()}
    return replace(area, groups=groups)


def _allowing_group(group: Group, allowed: tuple[tuple[str, str], ...]) -> Group:
    items = (replace(item, allowed=allowed) if item.type is ItemType.N else item for item in group.items)
    return replace(group, items=tuple(items))
