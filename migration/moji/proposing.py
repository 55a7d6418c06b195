"""Candidates for one gaiji or character, each with the reason it is proposed. Candidates, not answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mappings.errors import InputError
from mappings.legacy_source import GaijiEntry
from migration.moji.asking import Town
from migration.moji.glyphs import Picture, mj_font_file
from migration.moji.identify import KINDS, by_code, identify, is_kanji, signs
from migration.moji.likeness import alike
from migration.moji.pictures import font_picture, read_picture
from migration.moji.table import SHRINK_TABLES, moji_table
from migration.transforms.moji import GAIJI_FONT, MJ_FONT


@dataclass(frozen=True, slots=True)
class Proposal:
    """One MJ character and why; `score` of a likeness, 0 without."""

    mj: str
    reason: str
    score: float = 0.0


def by_entry(entry: GaijiEntry, town: Town) -> list[Proposal]:
    """What the vendor's line says, confirmed or not: each code it has, its text, and characters named in its note."""
    found = []
    for kind, title in KINDS.items():
        if (code := getattr(entry, kind)) and (mj := by_code(kind, code)):
            found.append(Proposal(mj, f"対応表の{title} {code}"))
    if entry.mj:
        found.append(Proposal(entry.mj, "対応表のMJ文字図形名"))
    if entry.text:
        found += [Proposal(mj, "対応表の文字") for mj in _meant(entry.text, town)]
    for sign in dict.fromkeys(sign for sign in signs(entry.note) if is_kanji(sign)):
        found += [Proposal(mj, f"対応表の備考にある「{sign}」") for mj in _meant(sign, town) if "異体" in entry.note]
    return _distinct(found)


def by_character(text: str, town: Town) -> list[Proposal]:
    """The MJ characters an ordinary character may be: itself, its other glyphs, and those that shrink to it."""
    sign = next(iter(signs(text)), "")
    seen = identify(sign, town.added)
    table = moji_table()
    found = [Proposal(seen.mj, seen.how)] if seen.mj else []
    found += [Proposal(mj, "同じ符号位置の字形") for mj in table.of_base(sign[0])]
    for shrunk in table.shrunk(seen.mj):
        mj = table.by_text(shrunk.target)
        found += [Proposal(mj, f"縮退マップ：{SHRINK_TABLES[shrunk.table]}")] if mj else []
    return _distinct(found)


def by_picture(ink: Picture, town: Town, told: Callable[[int, int], None] | None) -> list[Proposal]:
    """The MJ glyphs a picture looks like; an InputError without the IPAmj明朝 font."""
    font = town_font(town)
    if font is None:
        raise InputError(
            "IPAmj明朝フォント（ipamjm.ttf）がこの端末にないため、字形から候補を出せません。"
            "フォントを入れるか、ikou.toml の [references] mj_font に場所を書いてください。"
        )
    return [Proposal(one.mj, "字形が似ている", one.score) for one in alike(ink, font, told=told)]


def town_font(town: Town) -> Path | None:
    """The IPAmj明朝 font file of this town or machine."""
    font = mj_font_file(town.references.text(MJ_FONT), town.workspace.root)
    return font if font is not None and font.is_file() else None


def picture_of(character: str, vendor: str, town: Town) -> Picture | None:
    """How the old system draws a gaiji: the picture beside gaiji.csv, else the glyph of the town's gaiji font."""
    for source in town.sources.values():
        entry = next((one for one in source.gaiji.entries if one.character == character), None)
        if source.vendor == vendor and entry is not None and entry.bitmap:
            folder = next(path.parent for path in source.files if path.name == "gaiji.csv")
            return read_picture(folder / entry.bitmap, character)
    if font := town.references.text(GAIJI_FONT):
        try:
            return font_picture(town.workspace.root / font, character)
        except InputError:
            return None  # this font has other gaiji
    return None


def _meant(text: str, town: Town) -> Iterable[str]:
    seen = identify(text, town.added) if len(signs(text)) == 1 else None
    return () if seen is None else (seen.mj,) if seen.mj else seen.candidates


def _distinct(found: Iterable[Proposal]) -> list[Proposal]:
    first: dict[str, Proposal] = {}
    for one in found:
        first.setdefault(one.mj, one)
    return list(first.values())
