"""What the engine's own findings are called and whose: engine_rules.csv of mappings/shared."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mappings import shipped_folder


@dataclass(frozen=True, slots=True)
class EngineRule:
    """A finding the engine itself makes. An empty department means the area's."""

    id: str
    stage: str = ""
    severity: str = "E"
    kind: str = "移行差異"
    department: str = ""
    look_at: str = ""


def engine_rule(rule: str) -> EngineRule:
    """The row of a rule id; a rule without a row is an error of the move."""
    return _rules(shipped_folder() / "shared" / "engine_rules.csv").get(rule, EngineRule(rule))


def convert_rules() -> list[str]:
    """The ids of what transforms and convert itself find."""
    rules = _rules(shipped_folder() / "shared" / "engine_rules.csv")
    return [rule.id for rule in rules.values() if rule.stage == "convert"]


@cache
def _rules(path: Path) -> dict[str, EngineRule]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            row["id"]: EngineRule(*(row[part] for part in ("id", "stage", "severity", "kind", "department", "look_at")))
            for row in csv.DictReader(file)
        }
