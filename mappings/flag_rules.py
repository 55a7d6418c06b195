"""Which flags of a transform people are told of: flag_rules.csv of mappings/shared."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from mappings.legacy_source import Transform
from mappings.loading import shipped_folder


def flag_rules(step: Transform) -> Mapping[str, tuple[str, str]]:
    """The flags of a step that people are told of: flag → (rule, what it says). Of the others nothing is said."""
    return _flags(shipped_folder() / "shared" / "flag_rules.csv").get(str(step), {})


@cache
def _flags(path: Path) -> dict[str, dict[str, tuple[str, str]]]:
    found: dict[str, dict[str, tuple[str, str]]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["step"], {})[row["flag"]] = (row["rule"], row["message"])
    return found
