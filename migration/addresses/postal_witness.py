"""The postal code in front of an address as a second witness: what it says against the address that was read."""

from __future__ import annotations

from migration.addresses.folding import folded
from migration.addresses.masters import Municipality
from migration.addresses.town_index import Town
from migration.transforms.postal import PostalTown, towns_of


def contradiction(postal: str, municipality: Municipality, town: Town) -> str:
    """Why a code cannot stand for a town, in Japanese; '' when it can, or when nobody knows the code."""
    there = towns_of(postal)
    if not there or not municipality.code:
        return ""
    here = [one for one in there if one.municipality == municipality.code]
    if not here:
        return f"郵便番号 {postal} は{municipality.name}のものではありません"
    if any(one.kind != "town" or _same(one, town) for one in here):
        return ""
    names = "、".join(dict.fromkeys(one.town for one in here))
    return f"郵便番号 {postal} は{names}のもので、{town.name}と合いません"


def _same(one: PostalTown, town: Town) -> bool:
    """Whether the names can mean one town: one begins with the other, 大字 and spelling aside."""
    written, listed = _plain(one.town), _plain(town.name)
    return listed.startswith(written) or written.startswith(_plain(town.oaza))


def _plain(name: str) -> str:
    return folded(name).removeprefix("大字").removeprefix("字")
