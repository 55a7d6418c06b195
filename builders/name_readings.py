"""名乗り learned from names with their readings: what one character must sound like for the rest to be readable."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from builders.packages import fetched
from migration.transforms.readings import INSERTED, LONGEST_UNIT, Readings, folded, katakana

SUPPORT = 1.0  # names (shared out among the explanations of each) that a learned reading needs
LONGEST = 4  # kana of a learned reading
ROUNDS = 3
_NEVER_FIRST = "ンッャュョー"
_FOLDER = "japanese_personal_name_dataset/dataset/"
_GIVEN = ("first_name_man_org", "first_name_woman_org", "first_name_man_opti", "first_name_woman_opti")


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A 氏 or a 名 with its reading in katakana."""

    text: str
    kana: str


def named(folder: Path) -> tuple[list[Named], list[Named]]:
    """(氏, 名) of the dataset, each once, in order."""
    (wheel,) = fetched("japanese-personal-name-dataset", folder)
    with zipfile.ZipFile(wheel) as archive:
        uji = {Named(row[0], katakana(row[2])) for row in _rows(archive, "last_name_org")}
        rows = [row for name in _GIVEN for row in _rows(archive, name)]
    na = {Named(text, katakana(row[0])) for row in rows for text in row[2:] if text}
    return sorted(uji), sorted(na)


def learned(uji: Sequence[Named], na: Sequence[Named], known: Readings) -> dict[str, set[str]]:
    """Readings of characters, and of whole names of at most `LONGEST_UNIT` characters nothing else explains."""
    found: dict[str, set[str]] = {}
    rest: list[Named] = []
    for names, surname in ((na, False), (uji, True)):
        for _ in range(ROUNDS):
            table = known.with_more(found)
            fitting = {one: _fitting(table, one, surname) for one in names}
            rest_here = [one for one, fits in fitting.items() if fits is not None]
            if not _add(found, (fits for fits in fitting.values() if fits)):
                break
        rest += rest_here
    table = known.with_more(found)
    for one in rest:
        text = table.spelt(one.text)
        if 2 <= len(text) <= LONGEST_UNIT:
            found.setdefault(text, set()).add(folded(one.kana))
    return found


def _add(found: dict[str, set[str]], explained: Iterable[set[Named]]) -> bool:
    """Take what enough names ask for; whether there was anything new."""
    support: Counter[Named] = Counter()
    for fits in explained:
        for one in fits:
            support[one] += 1 / len(fits)  # type: ignore[assignment]
    taken = [one for one, names in support.items() if names >= SUPPORT - 1e-9 and one.kana[0] not in _NEVER_FIRST]
    for one in taken:
        found.setdefault(one.text, set()).add(one.kana)
    return bool(taken)


def _fitting(table: Readings, one: Named, surname: bool) -> set[Named] | None:
    """What a single character could sound like so that the name can be read; None when it can be read already."""
    text, sounds = table.spelt(one.text), folded(one.kana)
    ahead = table.places(text, sounds, surname)
    if len(sounds) in ahead[-1]:
        return None
    behind = _places_behind(table, text, sounds, surname)
    return {
        Named(text[place], sounds[start:end])
        for place in range(len(text))
        for start in ahead[place]
        for end in behind[place + 1]
        if 0 < end - start <= LONGEST
    }


def _places_behind(table: Readings, text: str, sounds: str, surname: bool) -> list[set[int]]:
    """For every character: from which kana on the rest can be read."""
    places: list[set[int]] = [set() for _ in range(len(text) + 1)]
    places[-1].add(len(sounds))
    for start in range(len(text) - 1, -1, -1):
        for size in range(1, min(LONGEST_UNIT, len(text) - start) + 1):
            forms = table.forms(text[start : start + size], start > 0)
            for end in places[start + size]:
                places[start] |= {place for place in range(max(0, end - 9), end) if sounds[place:end] in forms}
        if surname and start:
            places[start] |= {place - 1 for place in places[start] if place and sounds[place - 1] in INSERTED}
    return places


def _rows(archive: zipfile.ZipFile, name: str) -> list[list[str]]:
    with archive.open(f"{_FOLDER}{name}.csv") as file:
        return list(csv.reader(io.TextIOWrapper(file, encoding="utf-8")))
