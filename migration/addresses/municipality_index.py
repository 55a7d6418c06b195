"""Municipalities found at the beginning of a folded text: with or without prefecture, county and ward."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from migration.addresses.folding import folded
from migration.addresses.masters import Municipality
from migration.addresses.town_index import lengths_of

_COUNTY = re.compile("(.+?[郡島])(.+[町村])")
_SPACED = re.compile("([^ 0-9]{1,7}[郡市]) +")
_WARD = re.compile("(.+?市)(.+区)")


class Beginning(NamedTuple):
    """What a text may begin with, and how far that goes. Several municipalities: the wards of a city, or namesakes."""

    municipalities: tuple[Municipality, ...]
    prefecture_end: int  # where the prefecture ends, 0 when it is not written
    end: int
    omitted: tuple[str, ...]  # flags on what had to be filled in


class MunicipalityIndex:
    """Look-up of municipalities and prefectures."""

    def __init__(self, municipalities: Iterable[Municipality]) -> None:
        self._keys: dict[str, list[Municipality]] = {}
        self._prefectures: dict[str, str] = {}
        for one in municipalities:
            self._prefectures[folded(one.prefecture)] = one.prefecture
            for key in _names(folded(one.name)):
                self._keys.setdefault(key, []).append(one)
        self._short = {key[:-1]: name for key, name in self._prefectures.items() if key.endswith(("都", "府", "県"))}
        self._prefecture_lengths = sorted({len(key) for key in self._prefectures})
        self._short_lengths = sorted({len(key) for key in self._short})
        self._lengths = lengths_of(self._keys)

    def prefecture(self, canon: str, place: int) -> tuple[str, int]:
        """The prefecture written at a place, and where it ends; ('', place) when there is none."""
        for length in self._prefecture_lengths:
            found = self._prefectures.get(canon[place : place + length])
            if found is not None and place + length <= len(canon):
                return found, place + length
        return "", place

    def at(self, canon: str, place: int) -> Iterator[Beginning]:
        """Everything the text may begin with at `place`; what is written most fully comes first."""
        prefecture, end = self.prefecture(canon, place)
        if prefecture:
            yield from self._named(canon, _after_space(canon, end), prefecture, end, ())
            return
        yield from self._named(canon, place, "", place, ("都道府県補完",))
        for length in self._short_lengths:
            found = self._short.get(canon[place : place + length])
            if found is not None and place + length <= len(canon):
                yield from self._named(canon, place + length, found, place + length, ("都道府県補完",))

    def _named(
        self, canon: str, place: int, prefecture: str, prefecture_end: int, omitted: tuple[str, ...]
    ) -> Iterator[Beginning]:
        for found, end in self._written(canon, place):
            fitting = tuple(one for one in found if not prefecture or one.prefecture == prefecture)
            if fitting:
                yield Beginning(fitting, prefecture_end, end, omitted)

    def _written(self, canon: str, place: int) -> Iterator[tuple[list[Municipality], int]]:
        """Names at a place and where they end, the longest first; a space may stand behind a county or city."""
        spaced = _SPACED.match(canon, place)
        for length in self._lengths.get(canon[place : place + 1], ()):
            if spaced is not None:
                end = spaced.end() + length - len(spaced[1])
                found = self._keys.get(spaced[1] + canon[spaced.end() : end])
                if found is not None and spaced.end() < end <= len(canon):
                    yield found, end
            end = place + length
            found = self._keys.get(canon[place:end])
            if found is not None and end <= len(canon):
                yield found, end


def _names(name: str) -> list[str]:
    """A municipality with and without its county; a ward also by its city alone."""
    if county := _COUNTY.fullmatch(name):
        return [name, county[2]]
    if ward := _WARD.fullmatch(name):
        return [name, ward[1]]
    return [name]


def _after_space(canon: str, place: int) -> int:
    while canon[place : place + 1] == " ":
        place += 1
    return place
