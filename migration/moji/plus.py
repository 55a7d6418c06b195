"""MJ+ (行政事務標準文字): characters added to MJ, from a list the town supplies. Kept opaque, never shrunk silently.

No list is shipped: none has an open licence. A line names the character (GJ000001), its private-use code of plane 16
and, where known, the ordinary character it is a form of.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mappings.errors import Fault, MappingError, shown_path

FIRST, LAST = 0x100000, 0x10FEFF  # above it stand bytes that could not be decoded
HEADINGS = {"name": ("GJ図形名", "name", "gj"), "code": ("PUP", "code", "pup"), "base": ("基底文字", "base")}


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """The added characters: private-use character → name, and → ordinary character where the list has one."""

    names: Mapping[str, str] = field(default_factory=dict)
    bases: Mapping[str, str] = field(default_factory=dict)

    def by_name(self, name: str) -> str:
        """The character of a GJ name; ''."""
        return next((sign for sign, known in self.names.items() if known == name), "")


NONE = Added()


def read_added(path: Path) -> Added:
    """The list as supplied; a MappingError with every line that cannot be."""
    faults: list[Fault] = []
    names: dict[str, str] = {}
    bases: dict[str, str] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = {
            key: next((h for h in known if h in (reader.fieldnames or ())), "") for key, known in HEADINGS.items()
        }
        if not (columns["name"] and columns["code"]):
            advice = "見出しは GJ図形名,PUP,基底文字 です"
            raise MappingError([Fault(shown_path(path), "1行", "見出しに GJ図形名 か PUP がありません", advice)])
        for row in reader:
            sign, problem = _sign(row[columns["name"]] or "", row[columns["code"]] or "")
            if not problem and sign in names:
                problem = f"{row[columns['code']]} が2回あります"
            if problem:
                faults.append(Fault(shown_path(path), f"{reader.line_num}行", problem, "配布元の表と比べてください"))
                continue
            names[sign] = (row[columns["name"]] or "").strip()
            if base := (row.get(columns["base"]) or "").strip():
                bases[sign] = base
    if faults:
        raise MappingError(faults)
    return Added(names, bases)


def is_added(sign: str) -> bool:
    """Whether a character stands where MJ+ has its additions, listed or not."""
    return len(sign) == 1 and FIRST <= ord(sign) <= LAST


def ranges(signs: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The characters as ranges of neighbours (first, last)."""
    found: list[list[int]] = []
    for code in sorted(map(ord, signs)):
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return tuple((chr(first), chr(last)) for first, last in found)


def _sign(name: str, code: str) -> tuple[str, str]:
    """(character, what is wrong)."""
    if not re.fullmatch("GJ[0-9]{6}", name.strip()):
        return "", f"「{name}」は GJ図形名（GJ と数字6桁）ではありません"
    found = re.fullmatch(r"(?:U\+)?([0-9A-Fa-f]{5,6})", code.strip())
    if found is None or not FIRST <= int(found[1], 16) <= LAST:
        return "", f"「{code}」は第16面の私用領域（U+100000～U+10FEFF）の符号ではありません"
    return chr(int(found[1], 16)), ""
