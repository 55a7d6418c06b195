"""Which 町字 a folded text goes on with, by the list of one municipality. What is not certain is said, not guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from migration.addresses.folding import GAP
from migration.addresses.lots import LETTERS
from migration.addresses.town_index import Entry, Town, TownIndex

UNKNOWN = "町字が一覧にありません"
UNREAD = "町字のあとを読めません"
_CHOME = re.compile("第?([0-9]+)(?:丁目|丁(?![目町]))")
_BARE_CHOME = re.compile(f"[-{GAP}]?([0-9]+)(?:[-のー](?=[0-9])|(?= |$|{GAP}))")
_BLOCK = re.compile("[0-9]+[-のー][0-9]+")  # two more numbers behind the first: 3-8-15
_CLEAN = re.compile(f"[-の]?[{GAP}0-9]|$| |[{LETTERS}][-の]?[0-9]|小?字|無番|番外|番地|[(]|第[0-9]")
_STREET = re.compile("(?:[上下]ケ?[るル]|[東西]入[るル]?|入[るル]|[東西南北]側)")
_STREET_SIGNS = re.compile("[るル入側]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. `towns` empty: `problem` says why. `street`: where the 通り名 stands, when it does."""

    towns: tuple[Town, ...]
    start: int
    end: int
    problem: str = ""
    street: tuple[int, int] | None = None
    firm: bool = False  # the town ends for certain, whatever follows
    settled: bool = False  # a digit behind it, whatever more, changes nothing
    flag: str = ""  # how it was read when not as the list spells it


def read_town(index: TownIndex, canon: str, place: int) -> Reading:
    """The town at a place of a folded text, behind a 通り名 when there is one."""
    street = _last_street(canon, place)
    if street:
        found = _at(index, canon, street)
        if found.towns:
            return Reading(found.towns, found.start, found.end, "", (place, street), found.firm, flag=found.flag)
    found = _at(index, canon, place)
    return found if found.towns else _loosely(index, canon, place, found)


def has_street(canon: str) -> bool:
    """Whether a direction of a Kyoto-like street stands anywhere in it."""
    return bool(_STREET_SIGNS.search(canon) and _STREET.search(canon))


def _last_street(canon: str, place: int) -> int:
    """Where the last word of a Kyoto-like street direction ends (上る, 東入 …); 0 when there is none."""
    if not _STREET_SIGNS.search(canon, place):
        return 0
    end = 0
    for found in _STREET.finditer(canon, place):
        end = found.end()
    return end


def _at(index: TownIndex, canon: str, place: int) -> Reading:
    problem = ""
    for start, written in _starts(canon, place):
        for entry, end in index.at(canon, start):
            found = _entry(index, entry, canon, (start, end), written)
            if found.towns:
                return found
            problem = problem or found.problem
    return Reading((), place, place, problem or UNKNOWN)


def _starts(canon: str, place: int) -> tuple[tuple[int, bool], ...]:
    """The place itself, and behind a 大字 or 字 written there."""
    for word in ("大字", "字"):
        if canon.startswith(word, place):
            behind = place + len(word)
            return (place, True), (behind + (canon[behind : behind + 1] == " "), True)
    return ((place, False),)


def _entry(index: TownIndex, entry: Entry, canon: str, span: tuple[int, int], oaza_written: bool) -> Reading:
    start, end = span
    place = end + 1 if canon.startswith((" ", GAP), end) else end
    if entry.chomes and (found := _CHOME.match(canon, place)):
        towns = entry.chomes.get(int(found[1]))
        if towns:
            settled = not index.goes_on(canon[start : found.end()])
            return Reading(tuple(towns), start, found.end(), firm=True, settled=settled)
        return Reading((), start, end, f"{found[1]}丁目が町字の一覧にありません")
    whole = entry.whole
    if entry.chomes and not (oaza_written and whole and whole[0].oaza != entry.numbered.oaza):
        return _bare_chome(entry, canon, start, end, place)
    if not _CLEAN.match(canon, end):
        if whole and (street := _last_street(canon, end)):
            return Reading(tuple(whole), start, street, "", (end, street), firm=True)
        return Reading((), start, end, UNREAD)
    if _CHOME.match(canon, place):
        return Reading((), start, end, "この町字に丁目はありません")
    settled = not entry.chomes and not index.goes_on(canon[start:end])
    return Reading(tuple(whole), start, end, settled=settled)


def _bare_chome(entry: Entry, canon: str, start: int, end: int, place: int) -> Reading:
    """A name with numbered 丁目, followed by no 丁目: 東坂之上町3, 西池袋5-15-7."""
    found = _BARE_CHOME.match(canon, place)
    towns = entry.chomes.get(int(found[1])) if found else None
    if not entry.whole:
        if found and towns:
            return Reading(tuple(towns), start, found.end(), firm=True)
        return Reading((), start, end, "丁目がわかりません")
    if found and towns and entry.exact and _BLOCK.match(canon, found.end()):
        return Reading(tuple(towns), start, found.end(), firm=True, flag="丁目とみなした")
    if found and towns:
        names = "と".join((entry.whole[0].name, towns[0].name))
        return Reading((), start, end, f"{names}のどちらか決められません")
    if not _CLEAN.match(canon, end):
        return Reading((), start, end, UNREAD)
    return Reading(tuple(entry.whole), start, end)


def _loosely(index: TownIndex, canon: str, place: int, strict: Reading) -> Reading:
    """Spellings that leave signs out, when nothing else is found and only one town can be meant."""
    if strict.problem not in (UNKNOWN, UNREAD):
        return strict
    for start, written in reversed(_starts(canon, place)):
        for entry, end in index.loosely(canon, start):
            found = _entry(index, entry, canon, (start, end), written)
            if found.towns:
                return Reading(found.towns, start, found.end, "", found.street, found.firm, flag="町字表記ゆれ")
    return strict
