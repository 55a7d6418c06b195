"""All municipalities there are, with the towns of those a list covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from migration.addresses.masters import Municipality
from migration.addresses.municipality_index import MunicipalityIndex
from migration.transforms.municipalities import Municipalities, today


@dataclass(frozen=True)
class Directory:
    """What addresses are split by. `own`: the municipality whose addresses may leave its name out."""

    index: MunicipalityIndex
    own: Municipality | None


def directory(
    listed: Sequence[Municipality], own_code: str = "", municipalities: Municipalities | None = None
) -> Directory:
    """The municipalities of a list and all others. The only one of a list is the town's own, unless a code says so.

    `municipalities`: with the abolished ones a town lists; today's only when left out.
    """
    covered = [_with_code(one) for one in listed]
    names = {(one.prefecture, one.name) for one in covered}
    others = [
        Municipality(one.code, one.prefecture, one.county + one.name, bool(one.until))
        for one in sorted((municipalities or today()).every(), key=lambda one: bool(one.until))
        if one.name
    ]
    known: dict[tuple[str, str], Municipality] = {}
    for one in others:
        if (one.prefecture, one.name) not in names:
            known.setdefault((one.prefecture, one.name), one)
    everything = [*covered, *known.values()]
    if own_code:
        own = next((one for one in everything if one.code == own_code and not one.abolished), None)
    else:
        own = covered[0] if len(covered) == 1 else None
    return Directory(MunicipalityIndex(everything), own)


def _with_code(one: Municipality) -> Municipality:
    if one.code:
        return one
    found = today().by_name(one.prefecture, one.name)
    return replace(one, code=found[0].code) if len(found) == 1 else one
