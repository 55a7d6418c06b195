"""Which MJ glyphs a picture looks like: directions of strokes in an 8 × 8 grid, compared with every glyph of IPAmj明朝.

What most glyphs share counts little, what tells them apart much: the figures are compared by how rarely they occur.

It proposes; a person decides. Glyphs of one code point (邉 has sixteen) differ less than fonts do.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from migration.moji.glyphs import GlyphFont, Picture, open_font
from migration.moji.table import moji_table

Vector = npt.NDArray[np.float32]
SIDE, GRID, DIRECTIONS = 32, 8, 4
LENGTH = GRID * GRID * (DIRECTIONS + 1)
PIXELS = 64
EVENED = 0.5  # how far rows and columns give way to strokes: 0 not at all, 1 the same number of strokes in each
COMMON = 0.03  # of the greatest variation: figures that vary less are taken for noise
VERSION = 3  # of the features: another one, another index


@dataclass(frozen=True, slots=True)
class Likeness:
    """One proposal; `score` is 1 for the same picture."""

    mj: str
    score: float


def alike(ink: Picture, font: Path, count: int = 10, told: Callable[[int, int], None] | None = None) -> list[Likeness]:
    """The MJ characters most like a picture, best first; only those that can be written."""
    names, index = _index(font, told)
    scores = index.scores(features(ink))
    best = np.argsort(-scores, kind="stable")[: count * 3]
    found = [Likeness(names[place], round(float(scores[place]), 4)) for place in best]
    table = moji_table()
    return [one for one in found if (known := table.character(one.mj)) and known.text][:count]


@dataclass(frozen=True, slots=True)
class Index:
    """Every glyph's features less the mean one, weighed so that what seldom varies counts as what often does."""

    mean: Vector
    weights: Vector
    vectors: Vector  # a row of zeros where nothing is drawn

    def scores(self, picture: Vector) -> Vector:
        """How like a picture's features every glyph is; 1 for the same."""
        return np.asarray(self.vectors @ _unit(np.dot(picture - self.mean, self.weights)), np.float32)


def index_of(glyphs: Vector) -> Index:
    """The index of glyphs given by their features, a row each."""
    drawn = np.asarray(glyphs.any(axis=1))
    mean = glyphs[drawn].mean(axis=0)
    apart = np.where(drawn[:, None], glyphs - mean, 0)
    varying, axes = np.linalg.eigh(apart.T @ apart / drawn.sum())
    weights = axes / np.sqrt(np.maximum(varying, 0) + COMMON * varying.max() + 1e-9)
    return Index(mean, weights, _unit(np.dot(apart, weights)))


def _unit(vectors: npt.NDArray[np.floating]) -> Vector:
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9), np.float32)


def features(ink: Picture) -> Vector:
    """A picture as LENGTH numbers of length 1, independent of its size and place."""
    image = _fitted(ink)
    down, right = np.gradient(image)
    strength = np.hypot(down, right)
    angle = np.mod(np.arctan2(down, right), np.pi) / np.pi * DIRECTIONS
    lower = np.floor(angle).astype(int) % DIRECTIONS
    share = angle - np.floor(angle)
    planes = [image]
    for direction in range(DIRECTIONS):
        here = np.where(lower == direction, 1 - share, 0) + np.where((lower + 1) % DIRECTIONS == direction, share, 0)
        planes.append(strength * here)
    block = SIDE // GRID
    pooled = np.stack(planes).reshape(-1, GRID, block, GRID, block).mean(axis=(2, 4))
    pooled[0] -= pooled[0].mean()
    pooled[1:] = np.sqrt(pooled[1:])
    pooled[0] /= np.linalg.norm(pooled[0]) + 1e-6
    pooled[1:] /= np.linalg.norm(pooled[1:]) + 1e-6
    vector = pooled.reshape(-1).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def _fitted(ink: Picture) -> npt.NDArray[np.float64]:
    """The drawn part, centred in a square of SIDE with its proportions kept."""
    rows, columns = np.flatnonzero(ink.max(axis=1) > 64), np.flatnonzero(ink.max(axis=0) > 64)
    part = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / 255 if rows.size else np.zeros((1, 1))
    longest = max(part.shape)
    height, width = (max(1, round(length / longest * SIDE)) for length in part.shape)
    small = _resampling(part.shape[0], height) @ part @ _resampling(part.shape[1], width).T
    small = _evened(_evened(small).T).T
    square = np.zeros((SIDE, SIDE))
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    square[top : top + height, left : left + width] = small
    return _softened(_softened(square))


def _softened(image: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Each cell the mean of its nine: steps of coarse pictures are no strokes."""
    padded = np.pad(image, 1)
    return np.asarray(np.mean([padded[y : y + SIDE, x : x + SIDE] for y in range(3) for x in range(3)], axis=0))


def _evened(image: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rows with many strokes made higher, others lower: every font puts the strokes of a character elsewhere."""
    rows = len(image)
    strokes = np.abs(np.diff(np.pad(image, ((0, 0), (1, 1))), axis=1)).sum(axis=1)
    share = EVENED * strokes / (strokes.sum() + 1e-9) + (1 - EVENED) / rows
    reached = np.concatenate(([0], np.cumsum(share)))
    edges = np.interp(np.linspace(0, 1, rows + 1), reached / reached[-1], np.arange(rows + 1))
    return np.asarray(_shares(edges, rows) @ image)


@lru_cache(4096)
def _resampling(old: int, new: int) -> npt.NDArray[np.float64]:
    return _shares(np.linspace(0, old, new + 1), old)


def _shares(edges: npt.NDArray[np.float64], old: int) -> npt.NDArray[np.float64]:
    """new × old weights: the share of each old cell in each new one between two edges, one cell wide at least."""
    first, last = edges[:-1], edges[1:]
    middle, half = (first + last) / 2, np.maximum((last - first) / 2, 0.5)
    cells = np.arange(old)
    upper = np.minimum(cells[None] + 1, (middle + half)[:, None])
    weights = np.clip(upper - np.maximum(cells[None], (middle - half)[:, None]), 0, None)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


@lru_cache(2)
def _index(font: Path, told: Callable[[int, int], None] | None) -> tuple[list[str], Index]:
    """MJ codes and the index of their glyphs; the features are made once per font and kept in the user's cache."""
    names = list(moji_table().every())
    stored = _cache(font)
    if stored is not None and stored.is_file():
        kept = np.load(stored)
        if kept.shape == (len(names), LENGTH):
            return names, index_of(kept.astype(np.float32))
    vectors = _made(open_font(font), names, told)
    if stored is not None:
        _keep(stored, vectors)
    return names, index_of(vectors)


def _made(font: GlyphFont, names: list[str], told: Callable[[int, int], None] | None) -> Vector:
    vectors = np.zeros((len(names), LENGTH), np.float32)
    for place, name in enumerate(names):
        if told and place % 1000 == 0:
            told(place, len(names))
        glyph = font.by_name(name.lower())
        ink = font.picture(glyph, PIXELS) if glyph else None
        if ink is not None:
            vectors[place] = features(ink)
    return vectors


def _cache(font: Path) -> Path | None:
    """Where the index of a font lies; None where nothing can be kept."""
    with font.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(home) / "ikou" / f"mj-{VERSION}-{digest}.npy"


def _keep(path: Path, vectors: Vector) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npy", delete=False) as file:
            np.save(file, vectors.astype(np.float16))
        os.replace(file.name, path)
    except OSError:
        return  # it only takes longer the next time
