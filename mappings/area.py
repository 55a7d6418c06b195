"""A business area, put together: its layout, its rules, and the vendors known for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mappings.layout import CodeList, Group
from mappings.legacy_source import Source
from mappings.rule import Rule, Total


@dataclass(frozen=True, slots=True)
class RoleScope:
    """The groups a town has in an area where its role is not the owner's, and why not the others."""

    groups: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Area:
    """One business area: its layout, rules and the vendors known for it."""

    id: str
    title: str
    order: int
    department: str
    business_ids: tuple[str, ...]
    groups: Mapping[str, Group]  # in load order
    code_lists: Mapping[str, CodeList]
    rules: tuple[Rule, ...]
    totals: tuple[Total, ...]
    sources: Mapping[str, Source]
    layout_version: str = ""
    files: tuple[Path, ...] = ()  # every file read, for the identity of a run
    roles: Mapping[str, RoleScope] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)  # group → why this town's role leaves it out
