"""What one area of the synthetic town is: its legacy tables, the totals its sender states, and its faults.

`sample_data.areas` lists them; an area is made after those before it in the list and may look at their tables.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl

from sample_data.lists import Lists
from sample_data.register import Register

if TYPE_CHECKING:
    from sample_data.faults_bytes import BytePlanter
    from sample_data.planters import Planter

Frames: TypeAlias = Mapping[str, pl.DataFrame]
Count: TypeAlias = Callable[[Frames], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Ground:
    """What areas draw from. Row n of `persons` and `society` is person n (row 0 nobody)."""

    lists: Lists
    register: Register
    persons: pl.DataFrame  # sample_data.residents.persons_frame
    history: pl.DataFrame  # sample_data.residents.history_frame
    society: pl.DataFrame  # sample_data.society
    seed: int
    made: Mapping[str, Frames] = field(default_factory=dict)  # area → legacy tables made before

    @property
    def as_of(self) -> int:
        return self.register.as_of

    def dice(self, area: str) -> np.random.Generator:
        """Dice of an area's own: another area drawing more or less does not change it."""
        return np.random.default_rng([self.seed, zlib.crc32(area.encode())])


def no_views(_: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """No helper columns."""
    return {}


@dataclass(frozen=True, slots=True)
class SampleArea:
    """`keys`: legacy table → columns of the standard row's key ('#': without leading zeros, '+': constant,
    'column@codes': the standard code).

    `ids`: legacy table → columns whose numbers a fault reserves, so that no other fault touches the same person or
    thing. `views`: tables with helper columns ('_…') for planters. `totals`: one function for each [[total]].
    `planters`, `bytes`: fault id of the area's faults.csv → planter (bytes: with the legacy table). `parts`: legacy
    table → the column whose values tell its files apart (one file a year).
    """

    id: str
    draw: Callable[[Ground], dict[str, pl.DataFrame]]
    keys: Mapping[str, tuple[str, ...]]
    ids: Mapping[str, tuple[str, ...]]
    totals: Mapping[str, Count] = field(default_factory=dict)
    planters: Mapping[str, Planter] = field(default_factory=dict)
    bytes: Mapping[str, tuple[str, BytePlanter]] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    views: Callable[[Mapping[str, Frames]], dict[str, pl.DataFrame]] = no_views
