"""A folder of images (印影) as rows: name, size, hash, format and measures of every file in it."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path

from mappings.legacy_source import LegacyTable

HEADINGS = ("ファイル名", "バイト数", "SHA256", "形式", "幅", "高さ")
_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257


def image_rows(source: Path, _: LegacyTable) -> Iterator[tuple[str, ...]]:
    """One row per file of the folder, by name. 形式 is told from the first bytes: '' when they are of no image."""
    yield HEADINGS
    for file in sorted(source.iterdir()):
        if file.is_file() and not file.name.startswith("."):
            data = file.read_bytes()
            kind, width, height = _measured(data)
            digest = hashlib.sha256(data).hexdigest()
            yield file.name, str(len(data)), digest, kind, str(width or ""), str(height or "")


def folder_hash(folder: Path) -> str:
    """One hash for names and contents of a folder's files."""
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.is_file() and not file.name.startswith("."):
            digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _measured(data: bytes) -> tuple[str, int, int]:
    try:
        if data[:2] == b"BM":
            width, height = struct.unpack_from("<ii", data, 18)
            return "BMP", width, abs(height)
        if data[:8] == b"\x89PNG\r\n\x1a\n":
            width, height = struct.unpack_from(">II", data, 16)
            return "PNG", width, height
        if data[:4] in (b"II*\0", b"MM\0*"):
            return ("TIFF", *_tiff(data, "<" if data[:1] == b"I" else ">"))
    except struct.error:
        return "", 0, 0
    return ("JPEG", 0, 0) if data[:3] == b"\xff\xd8\xff" else ("", 0, 0)


def _tiff(data: bytes, order: str) -> tuple[int, int]:
    """Width and height of the first picture of a TIFF file."""
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, at)
    found = {}
    for number in range(count):
        tag, kind = struct.unpack_from(f"{order}HH", data, at + 2 + 12 * number)
        (found[tag],) = struct.unpack_from(f"{order}{'H' if kind == 3 else 'I'}", data, at + 10 + 12 * number)
    return found.get(_TIFF_WIDTH, 0), found.get(_TIFF_HEIGHT, 0)
