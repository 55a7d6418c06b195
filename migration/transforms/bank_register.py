"""Banks and branches by date: from when to when they were listed, and where they went.

`migration/transforms/data/banks.parquet` (see SOURCE there) holds what the lists of 2016-04 to 2026-08 say; a town's
own `bank_successors` file says the rest and comes first.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from mappings.errors import Fault, MappingError

TABLE = Path(__file__).with_name("data") / "banks.parquet"
COLUMNS = ("bank", "branch", "from", "new_bank", "new_branch", "note")
OWN = "町の承継先の一覧"
MOST_STEPS = 20  # of a chain of successors


@dataclass(frozen=True, slots=True)
class Listed:
    """One name of a bank (`branch` '') or branch while the lists had it.

    `gone`: the day of the first list without it, '' while it is listed. `successor`: 'bank' or 'bank-branch', ''
    unknown; `matched` of `of` branches were found again there under their names.
    """

    bank: str
    branch: str
    name: str
    kana: str
    first: str
    last: str
    gone: str
    successor: str
    matched: int
    of: int


@dataclass(frozen=True, slots=True)
class Successor:
    """A line of a town's own list: from `day` on, `code` is `new`."""

    day: str
    code: str  # 'bank' or 'bank-branch'
    new: str


Successors = Mapping[str, Successor]


def listed(code: str) -> tuple[Listed, ...]:
    """Every name of 'bank' or 'bank-branch', the oldest first; () when no list has it."""
    return _table().get(code, ())


def first_day() -> str:
    return _days()[0]


def last_day() -> str:
    return _days()[1]


def there(code: str, on: str) -> Listed | None:
    """What a code stood for in the list of a day, or the first list after `on` when that is before all of them."""
    day = max(on or last_day(), first_day())
    return next((one for one in listed(code) if one.first <= day and (not one.gone or day < one.gone)), None)


def newest(code: str, on: str, own: Successors) -> tuple[str, str]:
    """Where a code that is gone on a day went, followed to one that is there; and how that is known. '' = unknown."""
    seen: list[str] = []
    known = ""
    while code not in seen and len(seen) < MOST_STEPS:
        seen.append(code)
        step = _own_step(code, on, own) or (("", "") if there(code, on) else _derived(code))
        if not step[0]:
            is_known = bool(known) and (there(code, on) is not None or known == OWN)
            return (code, known) if is_known else ("", "")
        code, known = step[0], known or step[1]
    return "", ""


def read_successors(path: Path) -> Successors:
    """A town's list: bank,branch,from,new_bank,new_branch,note (`branch` '' = the bank and all its branches)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        missing = [name for name in COLUMNS[:5] if name not in (lines.fieldnames or ())]
        if missing:
            fault = Fault(str(path), "1行", f"列 {'、'.join(missing)} がありません", f"列は {','.join(COLUMNS)} です")
            raise MappingError([fault])
        found = [
            Successor(
                line["from"] or "", _code(line["bank"], line["branch"]), _code(line["new_bank"], line["new_branch"])
            )
            for line in lines
        ]
    return {one.code: one for one in found}


def _own_step(code: str, on: str, own: Successors) -> tuple[str, str] | None:
    """By the town's list; a branch of a bank listed as a whole keeps its code where the name is the same there."""
    line = own.get(code)
    if line is not None and (not on or line.day <= on):
        return line.new, OWN
    bank, _, branch = code.partition("-")
    whole = own.get(bank) if branch else None
    if whole is None or (on and whole.day > on):
        return None
    there_now = there(f"{whole.new}-{branch}", on)
    names = {one.name for one in listed(code)}
    return (f"{whole.new}-{branch}", OWN) if there_now is not None and there_now.name in names else None


def _derived(code: str) -> tuple[str, str]:
    entries = listed(code)
    if not entries or not entries[-1].successor:
        return "", ""
    last = entries[-1]
    return last.successor, "同じ店名" if last.branch else f"店名が同じ {last.matched}/{last.of} 店"


def _code(bank: str | None, branch: str | None) -> str:
    bank, branch = (bank or "").strip().rjust(4, "0"), (branch or "").strip()
    return f"{bank}-{branch.rjust(3, '0')}" if branch else bank


@cache
def _table() -> dict[str, tuple[Listed, ...]]:
    found: dict[str, list[Listed]] = {}
    for row in pl.read_parquet(TABLE).sort("bank", "branch", "first").iter_rows():
        one = Listed(*row)
        found.setdefault(f"{one.bank}-{one.branch}" if one.branch else one.bank, []).append(one)
    return {code: tuple(those) for code, those in found.items()}


@cache
def _days() -> tuple[str, str]:
    frame = pl.read_parquet(TABLE, columns=["first", "last"])
    return str(frame["first"].min()), str(frame["last"].max())
