"""Pictures of gaiji: read from files, drawn from fonts, compared with glyphs."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from mappings.errors import InputError
from migration.moji.glyphs import Picture, drawn_picture, mj_font_file, open_font, png
from migration.moji.likeness import features, index_of
from migration.moji.pictures import font_picture, read_picture

CROSS = np.zeros((16, 16), np.uint8)
CROSS[7:9, 2:14] = 255
CROSS[2:14, 7:9] = 255
CROSS[3, 3] = 255  # so that turning it over shows
BDF = """STARTFONT 2.1
FONT -x-gaiji-medium-r-normal--8-80-75-75-c-80-iso10646-1
SIZE 8 75 75
FONTBOUNDINGBOX 8 8 0 0
CHARS 1
STARTCHAR uniE000
ENCODING 57344
SWIDTH 1000 0
DWIDTH 8 0
BBX 8 8 0 0
BITMAP
00
7E
42
42
42
42
7E
00
ENDCHAR
ENDFONT
"""


def bmp(ink: Picture, bits: int, down: bool = False, white_on_black: bool = False) -> bytes:
    """An uncompressed Windows bitmap of a picture that is all 0 or 255."""
    paper = (ink == 0) ^ white_on_black
    rows = paper if down else paper[::-1]
    if bits == 1:
        lines = [np.packbits(row).tobytes() for row in rows]
    elif bits == 8:
        lines = [row.astype(np.uint8).tobytes() for row in rows]
    else:
        lines = [np.repeat(row.astype(np.uint8) * 255, bits // 8).tobytes() for row in rows]
    data = b"".join(line + b"\0" * (-len(line) % 4) for line in lines)
    colours = b"\0\0\0\0\xff\xff\xff\0" if bits <= 8 else b""
    height = len(ink) * (-1 if down else 1)
    head = struct.pack("<IiiHHIIiiII", 40, ink.shape[1], height, 1, bits, 0, len(data), 0, 0, len(colours) // 4, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(colours) + len(data), 0, 0, 54 + len(colours)) + head + colours + data


def filtered_png(ink: Picture, kind: int) -> bytes:
    """The picture as grey PNG with every row under one filter."""
    grey = (255 - ink).astype(int)
    above, lines = np.zeros(ink.shape[1], int), b""
    for row in grey:
        left = np.concatenate(([0], row[:-1]))
        corner = np.concatenate(([0], above[:-1]))
        guess = [paeth(a, b, c) for a, b, c in zip(left, above, corner, strict=True)]
        taken = (0, left, above, (left + above) // 2, np.array(guess))[kind]
        lines += bytes([kind]) + ((row - taken) % 256).astype(np.uint8).tobytes()
        above = row
    whole = png(ink)
    start = whole.index(b"IDAT") - 4
    data = zlib.compress(lines)
    chunk = struct.pack(">I", len(data)) + b"IDAT" + data + struct.pack(">I", zlib.crc32(b"IDAT" + data))
    return whole[:start] + chunk + whole[-12:]


def paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    away = [abs(guess - left), abs(guess - up), abs(guess - corner)]
    return (left, up, corner)[away.index(min(away))]


@pytest.mark.parametrize("bits", [1, 8, 24, 32])
@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("white_on_black", [False, True])
def test_a_bitmap_is_read_as_it_was_drawn(tmp_path: Path, bits: int, down: bool, white_on_black: bool) -> None:
    path = tmp_path / "gaiji.bmp"
    path.write_bytes(bmp(CROSS, bits, down, white_on_black))
    assert np.array_equal(read_picture(path), CROSS)


@pytest.mark.parametrize("kind", range(5))
def test_a_png_is_read_under_every_filter(tmp_path: Path, kind: int) -> None:
    path = tmp_path / "gaiji.png"
    path.write_bytes(filtered_png(CROSS, kind))
    assert np.array_equal(read_picture(path), CROSS)


def test_a_glyph_of_a_bdf_font(tmp_path: Path) -> None:
    path = tmp_path / "gaiji.bdf"
    path.write_text(BDF, encoding="ascii")
    rows, columns = np.nonzero(read_picture(path, "\ue000"))
    assert (len(rows), rows.max() - rows.min(), columns.max() - columns.min()) == (20, 5, 5)
    with pytest.raises(InputError, match="に U\\+E001 の字形がありません"):
        font_picture(path, "\ue001")
    assert np.array_equal(read_picture(path, "\ue001"), read_picture(path, "\ue000"))  # a picture of one character


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"GIF89a", "BMP でも PNG でもありません"),
        (b"BM" + b"\0" * 60, "読めない画像"),
        (png(CROSS)[:40], "読めない画像"),
    ],
)
def test_what_is_no_picture(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "x.bmp"
    path.write_bytes(data)
    with pytest.raises(InputError, match=told):
        read_picture(path)


def test_an_empty_picture_and_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(png(np.zeros((4, 4), np.uint8)))
    with pytest.raises(InputError, match="何も描かれていません"):
        read_picture(path)
    with pytest.raises(InputError, match="がありません"):
        read_picture(tmp_path / "none.png")


def test_a_picture_drawn_for_documents_covers_its_ink() -> None:
    glyph = drawn_picture(np.array([[0, 255, 255], [255, 0, 0]], np.uint8))
    assert (glyph.path, glyph.size) == ("M1 0h2v1h-2ZM0 1h1v1h-1Z", 3)


def test_likeness_does_not_depend_on_size_and_place() -> None:
    larger = np.kron(CROSS, np.ones((3, 3), np.uint8))
    moved = np.pad(CROSS, ((5, 0), (0, 9)))
    other = np.zeros((16, 16), np.uint8)
    other[2:14, 2:4] = other[2:14, 12:14] = other[2:4, 2:14] = 255
    same = features(CROSS)
    assert features(larger) @ same > 0.99
    assert features(moved) @ same > 0.999
    assert features(other) @ same < 0.8


def test_the_index_goes_by_what_tells_glyphs_apart() -> None:
    """The first figure is great and nearly the same everywhere, as a frame is; the others are small and differ."""
    glyphs = np.array([[9, 1, 0], [9, -1, 0], [9.1, 0, 1], [8.9, 0, -1], [0, 0, 0]], np.float32)
    index = index_of(glyphs)
    assert [int(index.scores(glyph).argmax()) for glyph in glyphs[:4]] == [0, 1, 2, 3]
    assert np.allclose([index.scores(glyph).max() for glyph in glyphs[:4]], 1)
    assert int(index.scores(np.array([9, 0.5, 0.1], np.float32)).argmax()) == 0
    assert np.all(index.vectors[4] == 0)


def test_likeness_allows_for_strokes_that_another_font_puts_elsewhere() -> None:
    one, other = np.zeros((24, 24), np.uint8), np.zeros((24, 24), np.uint8)
    for stroke in (0, 6, 12, 22):
        one[stroke : stroke + 2] = 255
    for stroke in (0, 9, 15, 22):
        other[stroke : stroke + 2] = 255
    assert features(one) @ features(other) > 0.65  # 0.51 where the rows stay as they are


@pytest.mark.parametrize(
    ("name", "text"),
    [("mj025760", "辻\U000e0102"), ("mj025761", "辻"), ("mj030194", "\ufa10"), ("mj026197", "邉\U000e0117")],
)
def test_the_font_agrees_with_the_list(name: str, text: str) -> None:
    path = mj_font_file("", Path())
    if path is None:
        pytest.skip("ipamjm.ttf is not on this machine")
    font = open_font(path)
    assert font.by_name(name) == font.by_text(text) != 0
    drawn = font.drawn(font.by_name(name))
    assert drawn is not None
    assert drawn.path.startswith("M")
    assert font.by_name("mj999999") == font.by_text("辻\U000e0100") == 0
