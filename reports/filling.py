"""How full legacy columns and standard items are: rows seen, cells with a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.runbook import RunBook


@dataclass(frozen=True, slots=True)
class Filling:
    """(table, column) → (rows, filled). What was never read is unknown, not empty."""

    counts: Mapping[tuple[str, str], tuple[int, int]]

    def rate(self, place: tuple[str, str]) -> float | None:
        rows, filled = self.counts.get(place, (0, 0))
        return filled / rows if rows else None

    def cells(self, place: tuple[str, str]) -> int | None:
        return self.counts[place][1] if place in self.counts else None

    def rows(self, place: tuple[str, str]) -> int | None:
        return self.counts[place][0] if place in self.counts else None


def legacy_filling(book: RunBook, area: str) -> Filling:
    """Legacy columns of an area, from its profiles."""
    counts = {
        (table, column): (rows, filled)
        for (of, table), profile in book.profiles.items()
        if of == area
        for column, rows, filled in profile.select("column", "rows", "filled").rows()
    }
    return Filling(counts)


def standard_filling(book: RunBook, area: str) -> Filling:
    """Standard items of an area after conversion."""
    rows = book.fill.rows(named=True)
    return Filling({(row["table"], row["item"]): (row["rows"], row["filled"]) for row in rows if row["area"] == area})
