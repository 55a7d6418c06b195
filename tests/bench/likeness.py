"""How often the right character is among the first 1, 5 and 10 that look like a bitmap drawn from another font.

    python tests/bench/likeness.py ipamjm.ttf other.ttf … [--count 600]

For every other font: characters at random that it and the list of MJ have, drawn in black and white in 64, 32 and 24
pixels. Right is the code point; which glyph of it (邉 has sixteen) stays a person's choice.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import freetype
import numpy as np

from migration.moji.glyphs import Picture
from migration.moji.likeness import alike
from migration.moji.table import moji_table

SIZES = (64, 32, 24)
FIRST = (1, 5, 10)
_MONO = freetype.FT_LOAD_RENDER | freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_TARGET_MONO


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("mj", type=Path)
    asked.add_argument("others", type=Path, nargs="+")
    asked.add_argument("--count", type=int, default=600)
    asked.add_argument("--seed", type=int, default=7)
    given = asked.parse_args()
    table = moji_table()
    known = {found.text[0] for name in table.every() if (found := table.character(name)) and found.text}
    for path in given.others:
        face = freetype.Face(str(path))
        characters = sorted(sign for sign in known if face.get_char_index(sign))
        chosen = random.Random(given.seed).sample(characters, given.count)
        for pixels in SIZES:
            places = [_place(given.mj, _bitmap(face, sign, pixels), sign) for sign in chosen]
            rates = "/".join(f"{np.mean([place < first for place in places]):.3f}" for first in FIRST)
            print(f"{path.name} {pixels}px {rates}", flush=True)


def _bitmap(face: freetype.Face, sign: str, pixels: int) -> Picture:
    face.set_pixel_sizes(0, pixels)
    face.load_glyph(face.get_char_index(sign), _MONO)
    bitmap = face.glyph.bitmap
    rows = np.array(bitmap.buffer, np.uint8).reshape(bitmap.rows, abs(bitmap.pitch))
    return np.asarray(np.unpackbits(rows, axis=1)[:, : bitmap.width] * np.uint8(255))


def _place(font: Path, ink: Picture, sign: str) -> int:
    table = moji_table()
    found = [known.text[0] for one in alike(ink, font, max(FIRST)) if (known := table.character(one.mj))]
    return found.index(sign) if sign in found else max(FIRST)


if __name__ == "__main__":
    main()
