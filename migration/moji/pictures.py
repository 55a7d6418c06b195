"""Pictures of gaiji as vendors hand them over: BMP and PNG files, or a glyph of a font (TTF, TTE, BDF)."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np

from mappings.errors import InputError, shown_path
from migration.moji.glyphs import Picture, open_font

LARGEST = 1024  # pixels a side
PIXELS = 96  # of a glyph drawn from a font
_PNG = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_FONTS = (".ttf", ".tte", ".ttc", ".otf", ".bdf", ".pcf")


def read_picture(path: Path, character: str = "") -> Picture:
    """The ink of a picture file; of a font, the glyph of `character`, or its only glyph."""
    if not path.is_file():
        raise InputError(f"{shown_path(path)} がありません。")
    if path.suffix.lower() in _FONTS:
        return _only_picture(path, character)
    data = path.read_bytes()
    try:
        if data[:2] == b"BM":
            grey = _bmp(data)
        elif data[:8] == _PNG:
            grey = _png(data)
        else:
            raise ValueError("BMP でも PNG でもありません")
    except (ValueError, IndexError, KeyError, struct.error, zlib.error) as error:
        raise InputError(f"{shown_path(path)} は読めない画像です（{error}）。BMP か PNG で渡してください。") from None
    ink = np.asarray(255 - grey, np.uint8)
    border = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
    ink = np.asarray(255 - ink, np.uint8) if border.mean() > 127 else ink  # white on black
    if not ink.any():
        raise InputError(f"{shown_path(path)} には何も描かれていません。")
    return ink


def font_picture(path: Path, character: str, pixels: int = PIXELS) -> Picture:
    """The ink of a character's glyph; an InputError when the font has none."""
    if not path.is_file():
        raise InputError(f"{shown_path(path)} がありません。")
    font = open_font(path)
    glyph = font.by_text(character)
    ink = font.picture(glyph, pixels) if glyph else None
    if ink is None:
        raise InputError(f"{shown_path(path)} に U+{ord(character):04X} の字形がありません。")
    return ink


def _only_picture(path: Path, character: str) -> Picture:
    """The glyph of a character; of a font made for one character alone that one, whatever its code."""
    font = open_font(path)
    drawn = [ink for glyph in range(2) if (ink := font.picture(glyph, PIXELS)) is not None] if font.glyphs <= 2 else []
    return drawn[-1] if drawn else font_picture(path, character)


def _bmp(data: bytes) -> Picture:
    offset, head, width, height, planes, bits, packed = struct.unpack_from("<IIiiHHI", data, 10)
    if planes != 1 or packed not in (0, 3) or bits not in (1, 4, 8, 24, 32):
        raise ValueError("圧縮された BMP です")
    rows = abs(height)
    _check_size(width, rows)
    pitch = (width * bits + 31) // 32 * 4
    lines = np.frombuffer(data, np.uint8, rows * pitch, offset).reshape(rows, pitch)
    if bits <= 8:
        count = struct.unpack_from("<I", data, 46)[0] or 1 << bits
        palette = np.frombuffer(data, np.uint8, count * 4, 14 + head).reshape(count, 4)[:, 2::-1]
        grey = _grey(palette)[_indexes(lines, bits, width)]
    else:
        grey = _grey(lines[:, : width * bits // 8].reshape(rows, width, bits // 8)[..., 2::-1])
    return grey[::-1] if height > 0 else grey


def _png(data: bytes) -> Picture:
    chunks: dict[bytes, bytes] = {}
    at = 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        chunks[kind] = chunks.get(kind, b"") + data[at + 8 : at + 8 + length]
        at += length + 12
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if interlaced or bits == 16:
        raise ValueError("インターレースか16ビットの PNG です")
    _check_size(width, height)
    channels = _CHANNELS[colour]
    pitch = (width * channels * bits + 7) // 8
    lines = _unfiltered(zlib.decompress(chunks[b"IDAT"]), height, pitch, max(1, channels * bits // 8))
    if colour == 3:
        return _grey(np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3))[_indexes(lines, bits, width)]
    if bits < 8:
        scale = 255 // ((1 << bits) - 1)
        return np.asarray(_indexes(lines, bits, width) * scale, np.uint8)
    pixels = lines.reshape(height, width, channels)
    grey = _grey(pixels[..., :3]) if channels >= 3 else pixels[..., 0]
    if colour in (4, 6):  # what is transparent is paper
        alpha = pixels[..., -1].astype(np.uint16)
        return np.asarray((grey * alpha + 255 * (255 - alpha)) // 255, np.uint8)
    return grey


def _unfiltered(data: bytes, height: int, pitch: int, step: int) -> Picture:
    lines = np.frombuffer(data, np.uint8, height * (pitch + 1)).reshape(height, pitch + 1)
    made = np.zeros((height + 1, pitch + step), np.int32)  # a row above and a pixel before, of zeros
    for y in range(height):
        kind, line = int(lines[y, 0]), lines[y, 1:]
        above, row = made[y], made[y + 1]
        if kind in (0, 2):
            row[step:] = (line + (above[step:] if kind else 0)) & 255
            continue
        for x in range(pitch):
            left, up, corner = int(row[x]), int(above[x + step]), int(above[x])
            row[x + step] = (int(line[x]) + _predicted(kind, left, up, corner)) & 255
    return made[1:, step:].astype(np.uint8)


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 1:
        return left
    if kind == 3:
        return (left + up) // 2
    if kind != 4:
        raise ValueError("PNG の形が崩れています")
    guess = left + up - corner
    return min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]


def _indexes(lines: Picture, bits: int, width: int) -> Picture:
    """Values of 1, 2, 4 or 8 bits packed from the left, one per pixel."""
    if bits == 8:
        return lines[:, :width]
    each = np.unpackbits(lines, axis=1).reshape(lines.shape[0], -1, bits)
    weights = (1 << np.arange(bits - 1, -1, -1)).astype(np.uint8)
    return np.asarray((each * weights).sum(axis=2)[:, :width], np.uint8)


def _grey(colours: Picture) -> Picture:
    return np.asarray(colours.astype(np.uint16).sum(axis=-1) // 3, np.uint8)


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise ValueError(f"{width}×{height} 画素は扱えません")
