"""What `ikou moji` and the documents ask of a town: its gaiji as they stand now, whatever the run did with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mappings.errors import InputError
from mappings.legacy_source import Source
from migration.moji.decided import Decided, decisions
from migration.moji.identify import identify, is_kanji, shown_sign, signs, unwritable, writable
from migration.moji.inventory import Listed, inventory, vendors_of
from migration.moji.plus import Added
from migration.moji.register import code_text
from migration.moji.table import moji_table
from migration.transforms.moji import added_of
from migration.transforms.references import References
from migration.workspace import Workspace, load_areas


@dataclass(frozen=True, slots=True)
class Town:
    """A town's formats, decisions and lists, as far as characters go."""

    workspace: Workspace
    sources: dict[str, Source]  # area → the format in use
    decided: dict[tuple[str, str], Decided]
    added: Added
    references: References

    @property
    def vendors(self) -> list[str]:
        return sorted({source.vendor for source in self.sources.values()})

    def listed(self, run: str) -> list[Listed]:
        """The gaiji in the data of a run."""
        return inventory(self.workspace.run_folder(run) / "stages", self.sources, self.decided, self.added)


def town_of(workspace: Workspace) -> Town:
    """Everything read; an InputError or MappingError when it cannot be."""
    vendors = {name: setting.vendor for name, setting in workspace.areas.items()}
    references = References(workspace.references, workspace.root)
    sources = vendors_of(load_areas(workspace), vendors)
    return Town(workspace, sources, decisions(workspace.root), added_of(references), references)


def private_character(text: str) -> str:
    """The private-use character named as U+E000, E000 or by itself; '' for anything else."""
    if len(text) == 1:
        code = ord(text)
    else:
        try:
            code = int(text.upper().removeprefix("U+"), 16)
        except ValueError:
            return ""
    return chr(code) if 0xE000 <= code <= 0xF8FF or 0xF0000 <= code < 0x10FF00 else ""


def chosen_vendor(town: Town, wanted: str) -> str:
    """The vendor whose code is meant; an InputError when that is not clear."""
    if wanted and wanted not in town.vendors:
        raise InputError(f"書式「{wanted}」は使われていません（{'、'.join(town.vendors)}）。")
    if not wanted and len(town.vendors) != 1:
        raise InputError(f"外字の番号は書式ごとに違います。--vendor で選んでください（{'、'.join(town.vendors)}）。")
    return wanted or town.vendors[0]


def identified(town: Town, wanted: str) -> tuple[str, str]:
    """(MJ or GJ code, how it is written) of what a person chose: a code, or the character itself."""
    if wanted[:2].upper() in ("MJ", "GJ") and wanted[2:].isdigit():
        code = wanted.upper()
        text = writable(code, town.added)
        if not text:
            raise InputError(unwritable(code) + "。")
        return code, text
    found = signs(wanted)
    if len(found) != 1 or not (is_kanji(found[0]) or found[0] in town.added.names):
        raise InputError(f"「{wanted}」は MJ文字図形名（例 MJ025760）でも漢字1文字でもありません。")
    seen = identify(found[0], town.added)
    if not seen.mj:
        several = f"（候補 {'・'.join(seen.candidates)}）" if seen.candidates else ""
        raise InputError(f"{seen.problem}{several}。MJ文字図形名で選んでください。")
    return seen.mj, writable(seen.mj, town.added)


def described(mj: str, added: Added) -> dict[str, object]:
    """One MJ or GJ character for people: how it is written, its codes, strokes and readings."""
    text = writable(mj, added)
    character = moji_table().character(mj)
    row: dict[str, object] = {"mj": mj, "text": text, "code_points": [code_text(sign) for sign in text]}
    if character is None:
        return row
    return row | {
        "shown": shown_sign(text) if text else "",
        "strokes": character.strokes,
        "readings": character.readings or "",
        "juki": character.juki or "",
        "koseki": character.koseki or "",
        "touki": character.touki or "",
        "x0213": character.x0213 or "",
        "note": unwritable(mj) if not text else "",
    }


def listed_json(rows: Sequence[Listed]) -> list[dict[str, object]]:
    return [
        {
            "vendor": row.vendor,
            "code": row.code,
            "state": row.standing.state,
            "mj": row.standing.mj,
            "text": row.standing.text,
            "how": row.standing.how,
            "persons": row.persons,
            "records": row.records,
            "areas": list(row.areas),
            "places": [
                {"area": place.area, "table": place.table, "column": place.column, "records": place.records}
                for place in row.places
            ],
            "who": row.standing.decided.who if row.standing.decided else "",
            "at": row.standing.decided.at if row.standing.decided else "",
            "reason": row.standing.decided.reason if row.standing.decided else "",
        }
        for row in rows
    ]
