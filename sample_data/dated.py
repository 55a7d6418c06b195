"""Dated figures of the law and the town (mappings/shared/parameters.csv), so that the sample follows the same years."""

from __future__ import annotations

from functools import cache

from mappings.loading import parameters, shipped_folder


def figure(name: str, day: str) -> int:
    """The value of a parameter on a day (YYYY-MM-DD)."""
    for start, end, value in _all()[name]:
        if (not start or start <= day) and (not end or day <= end):
            return int(value)
    raise LookupError(f"parameters.csv has no {name!r} for {day}")


@cache
def _all() -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in parameters([shipped_folder()]):
        found.setdefault(one.name, []).append((one.start, one.end, one.value))
    return found
