"""What decoding gives: texts, and bytes that are no character as escapes (U+10FF00 + byte)."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

ESCAPE = 0x10FF00
ESCAPED = f"[{chr(ESCAPE)}-{chr(ESCAPE + 0xFF)}]"
CHARACTERS, FILLER, OPEN_SHIFT, NUL, CONTROL = "EXT-02", "EXT-18", "EXT-19", "EXT-06", "EXT-09"  # rules of cells


@dataclass(frozen=True, slots=True)
class Texts:
    """Decoded values, and whether any may hold an escape, or a character that has more than one code.

    `lossy` marks the values whose bytes cannot be had back from the text, where the codec knows; `notes` names the
    rule a value is doubtful by, else NULL.
    """

    series: pl.Series
    escaped: bool = True
    duplicated: bool = True
    lossy: pl.Series | None = None
    notes: pl.Series | None = None


def escaped_bytes(text: str) -> bytes:
    """The bytes behind the escapes of a text, in order."""
    return bytes(ord(char) - ESCAPE for char in text if ord(char) >= ESCAPE)


def escaped_text(value: bytes) -> str:
    """A value of which no byte could be read."""
    return "".join(chr(ESCAPE + byte) for byte in value)
