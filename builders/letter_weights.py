"""Shares of half-width kana and of lower-case letters in Japanese records, each kind in parts of a million.

Kana: the readings of 1,999 surnames (`migration/transforms/data/surnames.parquet`), each once. Latin letters: the
well-known shares of English text (R. Lewand, Cryptological Mathematics, 2000).

python -m builders.letter_weights
"""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from pathlib import Path

import polars as pl

ROOT = Path(__file__).parent.parent
READINGS = ROOT / "migration" / "transforms" / "data" / "surnames.parquet"
OUT = ROOT / "migration" / "codepages" / "letter_weights.csv"
KANA = [chr(point) for point in range(0xFF66, 0xFFA0)]
LATIN = (
    "e12.70 t9.06 a8.17 o7.51 i6.97 n6.75 s6.33 h6.09 r5.99 d4.25 l4.03 c2.78 u2.76 m2.41 w2.36 f2.23 g2.02 y1.97"
    " p1.93 b1.49 v0.98 k0.77 j0.15 x0.15 q0.10 z0.07"
)


def main() -> None:
    """Write letter_weights.csv."""
    counts = Counter(_half("".join(pl.read_parquet(READINGS)["readings"].str.split(" ").explode())))
    whole = sum(counts[letter] + 1 for letter in KANA)
    rows = [(letter, round((counts[letter] + 1) / whole * 1e6)) for letter in KANA]
    rows += [(word[0], round(float(word[1:]) * 1e4)) for word in sorted(LATIN.split())]
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("letter", "parts_per_million"))
        writer.writerows(rows)


def _half(text: str) -> str:
    halves = {unicodedata.normalize("NFKC", letter): letter for letter in KANA}
    halves |= {"\u3099": "ﾞ", "\u309a": "ﾟ"}
    return "".join(halves.get(sign, "") for sign in unicodedata.normalize("NFD", text))


if __name__ == "__main__":
    main()
