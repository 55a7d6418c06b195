"""Beginnings of texts already read, up to the town: a town's addresses begin in few ways, and end in many.

What stands before the lot is read once, where what follows cannot change it: the town's name is followed by a digit,
and no longer name of the list goes on with one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from migration.addresses.address import Address
from migration.addresses.drafting import Draft, behind_town
from migration.addresses.folding import fold
from migration.addresses.plain_tails import read_tail
from migration.addresses.town_reading import has_street

KEPT = 100_000
_DIGIT = "0-9０-９"
_HEAD = re.compile(f"[^{_DIGIT}〒]{{2,}}(?:[{_DIGIT}]+丁目)?(?=[{_DIGIT}]+(?:[^丁{_DIGIT}]|$))")


@dataclass(frozen=True, slots=True)
class Head:
    """What the beginning of a text says: parts, where their pieces begin, flags, and whether the town ends firmly."""

    parts: dict[str, str]
    begins: tuple[tuple[int, str], ...]
    flags: tuple[str, ...]
    firm: bool


class Heads:
    """The beginnings read so far."""

    def __init__(self) -> None:
        self._known: dict[str, Head] = {}

    def address(self, text: str) -> Address | None:
        """The address of a text whose beginning was read before; None when it was not."""
        found = _HEAD.match(text)
        if found is None or (head := self._known.get(found[0])) is None:
            return None
        size = found.end()
        if tail := read_tail(text, size):
            parts = head.parts | ({"番地号": tail.lot, "方書": tail.name} if tail.name else {"番地号": tail.lot})
            places = ((size, "番地号"), (tail.end, "方書")) if tail.name else ((size, "番地号"),)
            return Address(text, parts, head.begins + places, head.flags)
        told = fold(text[size:])
        if has_street(told.canon):
            return None
        draft = Draft(told, head.parts.copy(), [], [*head.flags])
        behind_town(draft, 0, head.firm)
        begins = head.begins + draft.places(size)
        return Address(text, draft.parts, begins, tuple(draft.flags), draft.note, draft.rule)

    def remember(self, text: str, size: int, draft: Draft, firm: bool) -> None:
        """The beginning of `size` characters, as drafted so far; not when it ends elsewhere than at a lot."""
        found = _HEAD.match(text)
        if found is None or found.end() != size or not isinstance(draft.told.units, str):
            return
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[found[0]] = Head(draft.parts.copy(), draft.places(), tuple(dict.fromkeys(draft.flags)), firm)
