"""The lists the town is drawn from: names, 町字, buildings, other municipalities. Indexes into them travel."""

from __future__ import annotations

import bisect
import csv
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Name:
    text: str
    kana: str  # full width


@dataclass(frozen=True)
class Lists:
    """Everything read once. `surnames` ends with the spellings that need the vendor's external characters."""

    surnames: tuple[Name, ...]
    surname_weights: tuple[int, ...]
    given: tuple[Name, ...]
    given_by_decade: dict[tuple[int, int], tuple[int, ...]]  # (sex, decade) → indexes
    foreign: tuple[dict[str, str], ...]
    towns: tuple[dict[str, str], ...]
    town_weights: tuple[int, ...]
    buildings: tuple[str, ...]
    elsewhere: tuple[dict[str, str], ...]
    _sums: list[int] = field(default_factory=list)

    def surname(self, rng: random.Random) -> int:
        sums = self._sums or _fill(self._sums, self.surname_weights)
        return bisect.bisect_right(sums, rng.random() * sums[-1])

    def given_name(self, rng: random.Random, sex: int, year: int) -> int:
        decade = min(max(year // 10, 190), 202)
        return rng.choice(self.given_by_decade[sex, decade])

    def foreigner(self, rng: random.Random) -> int:
        return rng.randrange(len(self.foreign))


def read_rows(name: str | Path) -> list[dict[str, str]]:
    """One of our own CSV files as dictionaries: a file of data/, or any by its path."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_lists(external: Sequence[tuple[str, str]] = ()) -> Lists:
    """The lists; `external` are (plain character, private-use character) of the vendor's confirmed gaiji.

    Surnames that hold the plain character are added once more, rare, in the vendor's spelling.
    """
    return _read_lists(tuple(external))


@cache
def _read_lists(external: tuple[tuple[str, str], ...]) -> Lists:
    names = [(Name(row["surname"], row["kana"]), int(row["weight"])) for row in read_rows("surnames.csv")]
    for plain, private in external:
        rare = [Name(name.text.replace(plain, private), name.kana) for name, _ in names if plain in name.text]
        names.extend((name, 2) for name in rare[:3])
    given = read_rows("given_names.csv")
    towns = read_rows("town.csv")
    return Lists(
        surnames=tuple(name for name, _ in names),
        surname_weights=tuple(weight for _, weight in names),
        given=tuple(Name(row["name"], row["kana"]) for row in given),
        given_by_decade={(sex, d): _of_decade(given, sex, d) for sex in (1, 2) for d in range(190, 203)},
        foreign=tuple(read_rows("foreign_names.csv")),
        towns=tuple(towns),
        town_weights=tuple(int(row["weight"]) for row in towns),
        buildings=tuple(row["building"] for row in read_rows("buildings.csv")),
        elsewhere=tuple(read_rows("elsewhere.csv")),
    )


def _of_decade(given: Sequence[dict[str, str]], sex: int, decade: int) -> tuple[int, ...]:
    middle = decade * 10 + 5
    return tuple(
        index
        for index, row in enumerate(given)
        if int(row["sex"]) == sex and int(row["from"]) <= middle <= int(row["to"])
    )


def _fill(sums: list[int], weights: Sequence[int]) -> list[int]:
    sums.extend(itertools.accumulate(weights))
    return sums
