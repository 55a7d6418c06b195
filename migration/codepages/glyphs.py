"""The codes of a host encoding as arrays: a glyph is a number for a single byte, a double-byte code, or an escape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mappings.host_encodings import HostEncoding, host_codes
from migration.cells import Bytes
from migration.codepages.texts import ESCAPE

Glyphs: TypeAlias = npt.NDArray[np.int32]
DOUBLE = 256  # glyph of the double-byte code 0000; below are the single bytes
ESCAPES = DOUBLE + (1 << 16)  # of the unreadable byte 00
NOTHING = ESCAPES + 256
MARK, LOSSY, ESCAPED_BYTE = 0x03, 0x10, 0x20  # flags; MARK: 1 a control character, 2 NUL
_CONTROL, _NUL = 1, 2


@dataclass(frozen=True, slots=True)
class GlyphTable:
    """UTF-8 of every glyph in one number (first byte lowest), its length in bytes (0: no such code), and its flags."""

    utf8: npt.NDArray[np.uint64]
    length: Bytes
    flags: Bytes


@cache
def glyph_table(encoding: HostEncoding) -> GlyphTable:
    """The codes of an encoding; of codes with the same text the lowest is the one the text goes back to."""
    size = NOTHING + 1
    table = GlyphTable(np.zeros(size, np.uint64), np.zeros(size, np.uint8), np.zeros(size, np.uint8))
    seen: set[str] = set()
    for code, text in sorted(host_codes(encoding).items(), key=lambda one: (len(one[0]), one[0])):
        glyph = code[0] if len(code) == 1 else DOUBLE + int.from_bytes(code, "big")
        _enter(table, glyph, text)
        control = ord(text[0]) < 0x20 or 0x7F <= ord(text[0]) <= 0x9F
        table.flags[glyph] = (_NUL if text == "\0" else _CONTROL if control else 0) | (LOSSY if text in seen else 0)
        seen.add(text)
    for byte in range(256):
        _enter(table, ESCAPES + byte, chr(ESCAPE + byte))
        table.flags[ESCAPES + byte] = ESCAPED_BYTE
    return table


def _enter(table: GlyphTable, glyph: int, text: str) -> None:
    data = text.encode()
    table.utf8[glyph] = int.from_bytes(data, "little")
    table.length[glyph] = len(data)
