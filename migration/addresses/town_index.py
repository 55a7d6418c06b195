"""The towns (町字) of one municipality, found at a place of a folded text: longest first, by first character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from migration.addresses.folding import folded

_CHOME = re.compile("(.*[^一二三四五六七八九十百])([一二三四五六七八九十百]+|[0-9０-９]+)(丁目?)")
_NUMBER = re.compile("([0-9]+)丁目?")
_ANY_DIGIT = re.compile("[0-9]")
_OAZA = ("大字", "字")
_LOOSE = re.compile("[のケツ ]|(?<!大)字")
_ENDINGS = ("町", "村")


class Town(NamedTuple):
    """One 町字: `name` as the list spells it, its 町字ID ('' when the list has none), and what it is made of."""

    name: str
    id: str
    oaza: str  # 大字・町, with the 丁目 where it has no number
    chome: int  # 0: none
    koaza: str


def town_of(oaza: str, chome: str = "", koaza: str = "", number: str = "") -> Town:
    """The town of a row of a list. A 丁目 written within the name is told apart from it."""
    name = oaza + chome + koaza
    base, count = oaza, _NUMBER.fullmatch(folded(chome)) if chome else None
    if not chome and (found := _CHOME.fullmatch(oaza)):
        base, count = found[1], _NUMBER.fullmatch(folded(found[2] + found[3]))
    if count is None or koaza:
        return Town(name, number, oaza + chome, 0, koaza)
    return Town(name, number, base, int(count[1]), "")


@dataclass(slots=True)
class Entry:
    """What one spelling may be: towns spelled so, towns spelled so but for 大字, and numbered 丁目 of that name."""

    exact: list[Town] = field(default_factory=list)
    bare: list[Town] = field(default_factory=list)
    chomes: dict[int, list[Town]] = field(default_factory=dict)

    @property
    def whole(self) -> list[Town]:
        """The towns without 丁目."""
        return self.exact or self.bare

    @property
    def numbered(self) -> Town:
        """One of the towns with a 丁目; only where there are some."""
        return next(iter(self.chomes.values()))[0]


@dataclass(frozen=True, slots=True)
class _Keys:
    entries: dict[str, Entry]
    lengths: dict[str, tuple[int, ...]]  # first character → lengths of keys, longest first

    def at(self, text: str, place: int) -> Iterator[tuple[Entry, int]]:
        for length in self.lengths.get(text[place : place + 1], ()):
            end = place + length
            key = text[place:end]
            entry = self.entries.get(key)
            if (
                entry is not None
                and len(key) == length
                and not (key[-1].isdecimal() and text[end : end + 1].isdecimal())
            ):
                yield entry, end


class TownIndex:
    """Look-up of the towns of one municipality."""

    def __init__(self, towns: Iterable[Town]) -> None:
        self._towns = tuple(towns)

    def __bool__(self) -> bool:
        return bool(self._towns)

    def at(self, canon: str, place: int) -> Iterator[tuple[Entry, int]]:
        """Entries that the folded text goes on with at `place`, and where they end; longest first."""
        return self._keys.at(canon, place)

    def goes_on(self, key: str) -> bool:
        """Whether a longer spelling of the list goes on behind this one with a digit."""
        return key in self._before_digits

    @cached_property
    def _before_digits(self) -> frozenset[str]:
        return frozenset(key[: found.start()] for key in self._keys.entries for found in _ANY_DIGIT.finditer(key))

    def loosely(self, canon: str, place: int) -> list[tuple[Entry, int]]:
        """The same for texts that leave out の, ケ, ツ, 字 or the 町 at the end, add spaces, or write 丁 as 町."""
        if _LOOSE.match(canon, place):
            return []
        kept = [spot for spot in range(place, len(canon)) if not _LOOSE.match(canon, spot)]
        text = "".join(canon[spot] for spot in kept).replace("丁", "町")
        kept.append(len(canon))
        return [(entry, kept[end]) for entry, end in self._loose_keys.at(text, 0)]

    @cached_property
    def _keys(self) -> _Keys:
        entries: dict[str, Entry] = {}
        for town in self._towns:
            for place, key in enumerate(_spellings(town)):
                entry = entries.setdefault(key, Entry())
                _add(
                    entry.chomes.setdefault(town.chome, []) if town.chome else entry.bare if place else entry.exact,
                    town,
                )
        return _Keys(entries, lengths_of(entries))

    @cached_property
    def _loose_keys(self) -> _Keys:
        entries: dict[str, Entry] = {}
        for town in self._towns:
            for key in _spellings(town):
                loose = _LOOSE.sub("", key).replace("丁", "町")
                shorter = [loose[:-1]] if loose.endswith(_ENDINGS) and len(loose) > 2 else []
                for one in (loose, *shorter):
                    if one:
                        entry = entries.setdefault(one, Entry())
                        _add(entry.chomes.setdefault(town.chome, []) if town.chome else entry.bare, town)
        return _Keys(entries, lengths_of(entries))


def _spellings(town: Town) -> list[str]:
    """The folded spellings of a town: its own first, then without 大字, and with or without 字 before a 小字."""
    oaza, koaza = folded(town.oaza), folded(town.koaza)
    heads = [oaza, *(oaza[len(word) :] for word in _OAZA if oaza.startswith(word) and oaza != word)]
    if "大字" in oaza[1:]:
        heads += [head.replace("大字", "") for head in heads[:]]
    if not koaza:
        return [head.replace("第", "") if "地割" in head else head for head in heads]
    small = koaza[1:] if koaza.startswith("字") and len(koaza) > 1 else koaza
    return [head + word + small for head in heads for word in ("", "字")]


def _add(towns: list[Town], town: Town) -> None:
    if town not in towns:
        towns.append(town)


def lengths_of(keys: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """First character → the lengths of the keys that begin with it, longest first."""
    lengths: dict[str, set[int]] = {}
    for key in keys:
        lengths.setdefault(key[0], set()).add(len(key))
    return {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}
