"""An address in the making, and the reading of what stands behind a town: 小字, 番地号, 方書."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from migration.addresses.address import DOUBTS, Address
from migration.addresses.folding import GAP, Folded, width
from migration.addresses.lots import read_lot, small_area
from migration.addresses.town_reading import UNREAD

_REST_UNREAD = tuple(DOUBTS)[2]
_FURTHER = re.compile("[・,、，~〜及]")  # more lots, which one item cannot hold
_BEHIND_TOWN = re.compile(f"[-の{GAP} ]*")
_BEHIND_LOT = re.compile(f"[-{GAP} ]*")


@dataclass(slots=True)
class Draft:
    """An address in the making. `begins`: where the piece of each part begins, in places of the folded text."""

    told: Folded
    parts: dict[str, str] = field(default_factory=dict)
    begins: list[tuple[int, str]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    note: str = ""
    rule: str = ""

    def piece(self, part: str, start: int, value: str) -> None:
        """A part written in the text, from a place on."""
        if value:
            self.parts[part] = value
        self.begins.append((start, part))

    def doubt(self, note: str, rule: str) -> None:
        """What cannot be told; '' = nothing."""
        if note:
            self.note, self.rule = note, rule

    def leave(self, start: int, note: str, rule: str) -> None:
        """Everything from a place on stays as it was written."""
        self.piece("残り", start, width(self.told.cut(start, len(self.told.canon))).strip())
        self.doubt(note, rule)

    def places(self, behind: int = 0) -> tuple[tuple[int, str], ...]:
        """`begins` counted in characters of the text, which stands `behind` other characters."""
        units, unit = self.told.units, self.told.unit
        if isinstance(units, str):
            return tuple((behind + unit(start), part) for start, part in self.begins)
        return tuple((behind + len("".join(units[: unit(start)])), part) for start, part in self.begins)

    def address(self, text: str) -> Address:
        """The finished address."""
        return Address(text, self.parts, self.places(), tuple(dict.fromkeys(self.flags)), self.note, self.rule)


def behind_town(draft: Draft, end: int, firm: bool) -> None:
    """小字, 番地号 and 方書 from the end of the town on. `firm`: the town ends there whatever follows."""
    told, canon = draft.told, draft.told.canon
    start = _end(_BEHIND_TOWN, canon, end)
    place = small_area(canon, start)
    if place > start:
        draft.piece("小字", end, width(told.cut(start, place)).strip())
        draft.flags.append("小字は一覧外")
        end = start = place
    lot = read_lot(canon, start)
    if lot.value:
        draft.piece("番地号", end, lot.value)
        end = lot.end
    else:
        draft.flags.append("番地なし")
    behind = _end(_BEHIND_LOT, canon, end)
    rest = width(told.cut(behind, len(canon))).strip()
    if not rest:
        return
    if _FURTHER.match(canon, behind) or not (lot.value or behind > end or firm):
        draft.piece("残り", end, rest)
        draft.doubt("番地号のあとを読めません" if lot.value else UNREAD, _REST_UNREAD)
    else:
        draft.piece("方書", end, rest)


def spaces(canon: str, place: int) -> int:
    """The next place that is no space."""
    while canon.startswith((" ", GAP), place):
        place += 1
    return place


def _end(pattern: re.Pattern[str], canon: str, place: int) -> int:
    found = pattern.match(canon, place)
    return found.end() if found else place
