"""Where banks and branches went, as far as two lists in a row show it: branches of the same name that appear anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise

ENOUGH = 0.5  # of the branches of a bank that is gone must appear anew at one and the same bank
Unit = tuple[str, str]  # bank, branch; branch '' = the bank itself
Moved = tuple[str, int, int]  # successor ('bank' or 'bank-branch'), branches found again there, of


@dataclass(frozen=True, slots=True)
class Build:
    """The list of one day."""

    day: str
    units: dict[Unit, tuple[str, str]]  # name, kana


def successors(builds: list[Build]) -> dict[tuple[str, str, str], Moved]:
    """(bank, branch, last day listed) → where it went. A bank keeps its code: a new name alone is no move."""
    found: dict[tuple[str, str, str], Moved] = {}
    for before, after in pairwise(builds):
        gone = {key for key in before.units if key not in after.units}
        new = {key for key in after.units if key not in before.units}
        banks = _banks(before, after, gone, new)
        for bank, moved in banks.items():
            found[bank, "", before.day] = moved
        for bank, branch in gone:
            if branch and (place := _branch(bank, branch, before, after, new, banks)):
                found[bank, branch, before.day] = (place, 1, 1)
    return found


def _banks(before: Build, after: Build, gone: set[Unit], new: set[Unit]) -> dict[str, Moved]:
    """For each bank that is gone, the bank where more than half of its branches appear anew under their names."""
    appeared: dict[tuple[str, str], set[str]] = defaultdict(set)
    for bank, branch in new:
        if branch:
            appeared[after.units[bank, branch]].add(bank)
    found = {}
    for bank in {bank for bank, branch in gone if not branch}:
        names = {before.units[key] for key in gone if key[0] == bank and key[1]}
        takers = Counter(taker for name in names for taker in appeared.get(name, ()))
        best = takers.most_common(2)
        if len(names) < 2 or not best:
            continue
        (taker, count), *others = best
        if count > len(names) * ENOUGH and (not others or others[0][1] * 2 <= count):
            found[bank] = (taker, count, len(names))
    return found


def _branch(bank: str, branch: str, before: Build, after: Build, new: set[Unit], banks: dict[str, Moved]) -> str:
    """The one branch of the same name that appears anew at the bank, or at the bank that took it over."""
    taker = banks[bank][0] if bank in banks else bank if (bank, "") in after.units else ""
    same = [key for key in new if key[0] == taker and key[1] and after.units[key] == before.units[bank, branch]]
    return "-".join(same[0]) if len(same) == 1 else ""
