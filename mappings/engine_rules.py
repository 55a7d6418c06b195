"""The rules the engine itself checks (RCV, EXT, CNV …): their words and weight are data in shared/engine_rules.csv."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "shared" / "engine_rules.csv"


@dataclass(frozen=True, slots=True)
class EngineRule:
    """One rule of the engine. `look_at` is the advice that ends every message of the rule."""

    id: str
    stage: str
    title: str
    severity: str
    kind: str
    department: str
    look_at: str

    def finding(self, message: str, **columns: object) -> Mapping[str, object]:
        """A row for `validators.finding.raw_findings`: the message, then the advice."""
        words = {"rule": self.id, "severity": self.severity, "kind": self.kind, "department": self.department}
        return {**words, "message": f"{message} {self.look_at}".strip(), **columns}


@cache
def engine_rules() -> Mapping[str, EngineRule]:
    """Every engine rule by id."""
    with _FILE.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: EngineRule(**row) for row in csv.DictReader(stream)}


def engine_rule(rule: str) -> EngineRule:
    """The rule of that id; one without a row is an error of the move."""
    return engine_rules().get(rule) or EngineRule(rule, "", "", "E", "移行差異", "", "")
