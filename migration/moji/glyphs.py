"""Glyphs of fonts: found by MJ name, by code point or sequence; as SVG path, as picture. FreeType does the work."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import freetype
import numpy as np
import numpy.typing as npt

from mappings.errors import InputError, shown_path
from reports.document import Glyph

Picture = npt.NDArray[np.uint8]  # rows × columns, 0 paper … 255 ink

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
FILE_NAME = "ipamjm.ttf"
ASCENT = 0.88  # of the em square of a Japanese font


class GlyphFont:
    """One font file. Glyph 0 (nothing drawn for a code) is never taken for a character."""

    def __init__(self, path: Path) -> None:
        self._face = freetype.Face(str(path))

    def by_name(self, name: str) -> int:
        """Glyph number by its name in the font (IPAmj明朝: mj025760); 0."""
        return int(self._face.get_name_index(name.encode()))

    def by_text(self, text: str) -> int:
        """Glyph number of a character, with its selector if it has one; 0, also where the font ignores the selector."""
        if len(text) == 1:
            return int(self._face.get_char_index(text))
        if len(text) == 2:
            return int(freetype.FT_Face_GetCharVariantIndex(self._face._FT_Face, ord(text[0]), ord(text[1])))
        return 0

    def drawn(self, glyph: int, pixels: int = 64) -> Glyph | None:
        """The glyph for documents; None for glyph 0 and for glyphs without outline or picture."""
        if not glyph:
            return None
        picture = self.picture(glyph, pixels)
        if picture is None:
            return None
        if not self._face.is_scalable:
            return drawn_picture(picture)
        self._face.load_glyph(glyph, freetype.FT_LOAD_NO_SCALE | freetype.FT_LOAD_NO_HINTING)
        size = int(self._face.units_per_EM)
        ascender = round(size * ASCENT)
        return Glyph(_outline_path(self._face.glyph.outline, ascender), size, png(picture))

    def picture(self, glyph: int, pixels: int) -> Picture | None:
        """The glyph's ink in its em square of `pixels`, of a bitmap font as it is; None when nothing is drawn."""
        if self._face.is_scalable:
            self._face.set_pixel_sizes(0, pixels)
        elif self._face.available_sizes:
            self._face.select_size(0)
        self._face.load_glyph(glyph, freetype.FT_LOAD_RENDER | freetype.FT_LOAD_NO_HINTING)
        slot = self._face.glyph
        ink = _ink(slot.bitmap)
        if not ink.size or not ink.any():
            return None
        if not self._face.is_scalable:
            return ink
        return _in_square(ink, slot.bitmap_left, round(pixels * ASCENT) - slot.bitmap_top, pixels)

    @property
    def glyphs(self) -> int:
        """How many glyphs the font has."""
        return int(self._face.num_glyphs)


@cache
def open_font(path: Path) -> GlyphFont:
    """The font of a file, opened once; an InputError when it is none."""
    try:
        return GlyphFont(path)
    except freetype.FT_Exception:
        raise InputError(f"{shown_path(path)} はフォントとして読めません。") from None


def mj_font_file(wanted: str, root: Path) -> Path | None:
    """The IPAmj明朝 font: the one named in `[references] mj_font`, else one installed here; None when there is none."""
    if wanted:
        return root / wanted
    return next((found for folder in FOLDERS if folder.is_dir() for found in sorted(folder.rglob(FILE_NAME))), None)


def drawn_picture(ink: Picture) -> Glyph:
    """A picture for documents, in a square: its pixels as they are."""
    square = _in_square(ink, 0, 0, max(ink.shape))
    return Glyph(_pixel_path(square), len(square), png(square))


def png(ink: Picture) -> bytes:
    """A grey PNG, ink black on white."""
    rows = b"".join(b"\0" + (255 - row).astype(np.uint8).tobytes() for row in ink)
    height, width = ink.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    body = b"".join(_chunk(kind, data) for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + body


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _ink(bitmap: Any) -> Picture:
    rows, width, pitch = bitmap.rows, bitmap.width, abs(bitmap.pitch)
    data = np.array(bitmap.buffer, dtype=np.uint8).reshape(rows, pitch) if rows else np.zeros((0, 0), np.uint8)
    if bitmap.pixel_mode == freetype.FT_PIXEL_MODE_MONO:
        return np.unpackbits(data, axis=1)[:, :width] * np.uint8(255)
    return data[:, :width]


def _in_square(ink: Picture, left: int, top: int, pixels: int) -> Picture:
    """The ink at its place in a square; the square grows where the ink is larger."""
    size = max(pixels, *ink.shape)
    square = np.zeros((size, size), np.uint8)
    y = min(max(top, 0), size - ink.shape[0])
    x = min(max(left, 0), size - ink.shape[1])
    square[y : y + ink.shape[0], x : x + ink.shape[1]] = ink
    return square


def _outline_path(outline: Any, ascender: int) -> str:
    parts: list[str] = []

    def place(point: Any) -> str:
        return f"{point.x:g} {ascender - point.y:g}"

    outline.decompose(
        None,
        move_to=lambda to, _: parts.append(f"{'Z' if parts else ''}M{place(to)}"),
        line_to=lambda to, _: parts.append(f"L{place(to)}"),
        conic_to=lambda by, to, _: parts.append(f"Q{place(by)} {place(to)}"),
        cubic_to=lambda one, two, to, _: parts.append(f"C{place(one)} {place(two)} {place(to)}"),
    )
    return "".join(parts) + ("Z" if parts else "")


def _pixel_path(ink: Picture) -> str:
    """Runs of ink as rectangles, for glyphs that are pictures."""
    parts = []
    for y, row in enumerate(ink > 127):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
        parts += [
            f"M{start} {y}h{stop - start}v1h-{stop - start}Z"
            for start, stop in zip(edges[::2], edges[1::2], strict=True)
        ]
    return "".join(parts)
