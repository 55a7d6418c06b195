"""The books: every source record ends in exactly one place, or the run fails."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line of the ledger: what came from `source` towards `target` in one stage.

    Counts are records, or bytes for the stage extract-bytes.
    """

    stage: str
    source: str
    target: str
    read: int
    loaded: int
    merged: int = 0
    split: int = 0
    filtered: int = 0
    rejected: int = 0
    duplicate: int = 0

    @property
    def closes(self) -> bool:
        out = self.loaded + self.merged + self.filtered + self.rejected + self.duplicate
        return self.read + self.split == out
