"""The gaiji of a town: the vendor's confirmed ones, the town's decisions and the added characters of MJ+, as one.

A decision holds for all areas of a vendor at once, and goes before what the vendor's table says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mappings.area import Area
from mappings.errors import Fault
from mappings.legacy_source import Gaiji, GaijiEntry
from migration.moji.decided import Decided
from migration.moji.identify import KINDS, Identified, by_codes, writable
from migration.moji.plus import Added

CONFIRMED, DECIDED, OPEN, ADDED = "確認済", "決定済", "未同定", "MJ+追加文字"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one private-use character."""

    state: str
    mj: str = ""
    text: str = ""
    how: str = ""  # what it was identified by
    entry: GaijiEntry | None = None
    decided: Decided | None = None


def registered(
    areas: Mapping[str, Area], vendors: Mapping[str, str], decided: Mapping[tuple[str, str], Decided], added: Added
) -> tuple[dict[str, Area], list[Fault]]:
    """Areas whose source in use has the characters completed; and the lines that contradict themselves."""
    done: dict[str, Area] = {}
    faults: list[Fault] = []
    for name, area in areas.items():
        vendor = vendors.get(name, "")
        source = area.sources.get(vendor)
        if source is None:
            done[name] = area
            continue
        characters, wrong = _characters(source.gaiji, vendor, decided, added)
        faults += wrong
        gaiji = replace(source.gaiji, characters=characters)
        done[name] = replace(area, sources={**area.sources, vendor: replace(source, gaiji=gaiji)})
    return done, list(dict.fromkeys(faults))


def standing(
    character: str, gaiji: Gaiji, vendor: str, decided: Mapping[tuple[str, str], Decided], added: Added
) -> Standing:
    """What one private-use character of a vendor is taken for."""
    entry = next((one for one in gaiji.entries if one.character == character), None)
    if found := decided.get((vendor, character)):
        return Standing(DECIDED, found.mj, _written(found, added), "職員の決定", entry, found)
    if entry is not None and entry.confirmed:
        seen = _seen(entry, added)
        text = writable(seen.mj, added) or entry.text
        return Standing(CONFIRMED, seen.mj, text, seen.how or "対応表の文字", entry)
    if character in added.names:
        return Standing(ADDED, added.names[character], character, ADDED, entry)
    return Standing(OPEN, entry=entry)


def _characters(
    gaiji: Gaiji, vendor: str, decided: Mapping[tuple[str, str], Decided], added: Added
) -> tuple[dict[str, str], list[Fault]]:
    faults = []
    characters = {sign: sign for sign in added.names} | dict(gaiji.characters)
    for entry in gaiji.entries:
        if not entry.confirmed:
            continue
        seen = _seen(entry, added)
        if seen.mj:
            characters[entry.character] = writable(seen.mj, added)
        elif any(getattr(entry, kind) for kind in (*KINDS, "mj")):
            problem = f"{code_text(entry.character)}: {seen.problem}"
            faults.append(Fault(gaiji.file, "", problem, "字形を見て正しい番号を1つに決めてください"))
    characters |= {sign: _written(found, added) for (of, sign), found in decided.items() if of == vendor}
    return dict(sorted(characters.items())), faults


def code_text(character: str) -> str:
    return f"U+{ord(character):04X}"


def _seen(entry: GaijiEntry, added: Added) -> Identified:
    codes = {kind: getattr(entry, kind) for kind in (*KINDS, "mj")}
    return by_codes(codes, entry.text, added)


def _written(found: Decided, added: Added) -> str:
    return writable(found.mj, added) or found.text
