"""What a town's role in an area leaves of it: an office that only passes papers on has fewer tables, rules, totals.

area.toml: `[roles.<role>]` with `groups` (the standard groups such a town has) and `reason` (why the others are not
its own). Rules and totals may name the `roles` they are for; without, they are for every role.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mappings.area import Area, RoleScope
from mappings.group_soundness import used_columns
from mappings.legacy_source import GroupMap, Ignored, Source

SCOPED = ("relay", "window")


def in_role(area: Area, role: str) -> Area:
    """The area as a town with that role has it: sources, rules and totals without what is not its own."""
    scope = area.roles.get(role) or RoleScope(tuple(area.groups), "")
    return replace(
        area,
        sources={vendor: _narrowed(source, scope) for vendor, source in area.sources.items()},
        rules=tuple(one for one in area.rules if one.table in scope.groups and (not one.roles or role in one.roles)),
        totals=tuple(one for one in area.totals if one.table in scope.groups and (not one.roles or role in one.roles)),
        left_out={name: scope.reason for name in area.groups if name not in scope.groups},
    )


def _narrowed(source: Source, scope: RoleScope) -> Source:
    """The groups kept and the legacy tables they read; columns only the others read are left behind with the reason.

    A table no group reads stays: it is ignored as a whole, with its own reason.
    """
    kept = {name: group for name, group in source.groups.items() if name in scope.groups}
    left = [group for name, group in source.groups.items() if name not in kept]
    gone = _tables(left) - _tables(kept.values())
    used = _columns(source, kept.values())
    lost = sorted(pair for pair in _columns(source, left) - used if pair[0] not in gone)
    ignored = [one for one in source.ignored if one.table not in gone]
    return replace(
        source,
        groups=kept,
        tables={name: table for name, table in source.tables.items() if name not in gone},
        ignored=(*ignored, *(Ignored(table, column, scope.reason) for table, column in lost)),
    )


def _tables(groups: Iterable[GroupMap]) -> set[str]:
    return {table for group in groups for table in (*group.tables, *(lookup.table for lookup in group.lookups))}


def _columns(source: Source, groups: Iterable[GroupMap]) -> set[tuple[str, str]]:
    return {pair for group in groups for pair in used_columns(source, group)}
