"""How many rows are held at a time, and giving back what is not used any more."""

from __future__ import annotations

import ctypes

ROWS = 100_000
CELLS = 4_000_000  # of a frame in memory, several times over


def rows_together(columns: int) -> int:
    """Rows of a frame of so many columns that are held at a time: wide tables take no more memory."""
    return max(min(ROWS, CELLS // max(columns, 1)), 1)


def give_back() -> None:
    """What C libraries have freed goes back to the system, where the C library can do that (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
