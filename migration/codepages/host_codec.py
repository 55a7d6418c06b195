"""Single- and double-byte codes mixed by shift sequences → text, all values of a column at once.

The values are laid end to end as one row of bytes. Shift bytes never occur within a double-byte code, so each byte's
state is that of the last shift before it, and double-byte codes pair up from there; half a code before a shift is one
escape and spoils nothing behind it. A shift that changes nothing is passed over at the start of a value and an escape
elsewhere: the bytes before it were read in the wrong state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pyarrow as pa

from mappings.host_encodings import HostEncoding
from migration.cells import Bytes, Flags, Positions, as_series, binary_views, padded
from migration.codepages.glyphs import (
    DOUBLE,
    ESCAPED_BYTE,
    ESCAPES,
    LOSSY,
    MARK,
    NOTHING,
    Glyphs,
    GlyphTable,
    glyph_table,
)
from migration.codepages.shifts import Stretches, stretches
from migration.codepages.texts import CONTROL, FILLER, NUL, OPEN_SHIFT, Texts

_SLAB = 1 << 20  # bytes decoded at once
_FILLINGS = (0x00, 0xFF)
_OPEN, _FILLER = 3, 4
_RULES = pl.Series([None, CONTROL, NUL, OPEN_SHIFT, FILLER], dtype=pl.String)


@dataclass(frozen=True, slots=True)
class HostCodec:
    """A Codec over a host encoding. `start_double`: values begin in double-byte state; `shifts`: whether any may shift.

    What a fill byte (00, FF) repeated over a whole value means is "nothing": an empty text, noted, its bytes kept.
    """

    encoding: HostEncoding
    start_double: bool = False
    shifts: bool = True
    declared: tuple[int, ...] = ()  # fill bytes that are neither noted nor kept
    plain: str = ""
    bom: bytes = b""
    duplicates: str = ""

    @property
    def name(self) -> str:
        return self.encoding.name

    @property
    def title(self) -> str:
        return self.encoding.form.title

    @property
    def space(self) -> int:
        return self.encoding.form.space

    def double_only(self) -> HostCodec:
        """For fields of double-byte codes without shifts (PIC N)."""
        return replace(self, start_double=True, shifts=False)

    def continued(self) -> HostCodec:
        """For values that begin in double-byte state because the field before ended in it."""
        return replace(self, start_double=True)

    def keeps(self, value: bytes, text: str) -> bool:
        return True  # told by `lossy` of decode_all

    def decode_all(self, values: pa.Array) -> Texts:
        """Every value's text; total over any bytes."""
        parts = [_decode(data, ends, self) for data, ends in _slabs(values)]
        if not parts:
            return Texts(pl.Series([], dtype=pl.String), False, False)
        lossy = np.concatenate([part.lossy for part in parts])
        marks = np.concatenate([part.marks for part in parts])
        return Texts(
            pl.concat([part.series for part in parts]),
            any(part.escaped for part in parts),
            False,
            pl.Series(lossy) if lossy.any() else None,
            _RULES.gather(marks) if marks.any() else None,
        )

    def ends_open(self, values: pa.Array) -> Flags:
        """Which values (none empty) end in double-byte state."""
        parts = [stretches(data, ends, self).double[ends - 1] for data, ends in _slabs(values)]
        return np.concatenate(parts) if parts else np.zeros(0, np.bool_)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the values decoded; `marks` are places in _RULES."""

    series: pl.Series
    escaped: bool
    lossy: Flags
    marks: Bytes


def _slabs(values: pa.Array) -> Iterator[tuple[Bytes, Positions]]:
    """The values (none NULL) end to end with the end of each, about _SLAB bytes at a time."""
    whole = values.cast(pa.large_binary())
    _, places, buffer = whole.buffers()
    ends = np.frombuffer(places, np.int64)[whole.offset : whole.offset + len(whole) + 1]
    data = np.frombuffer(buffer, np.uint8) if buffer else np.zeros(0, np.uint8)
    first = 0
    while first < len(whole):
        last = max(first + 1, int(np.searchsorted(ends, ends[first] + _SLAB, "right")) - 1)
        yield data[ends[first] : ends[last]], ends[first + 1 : last + 1] - ends[first]
        first = last


def _decode(data: Bytes, ends: Positions, codec: HostCodec) -> _Part:
    table = glyph_table(codec.encoding)
    starts = np.concatenate(([0], ends[:-1])).astype(np.int64)
    state = stretches(data, ends, codec)
    glyphs = _glyphs(data, table, state)
    empty, declared = _fillings(data, starts, ends, codec.declared)
    for at in np.flatnonzero(empty).tolist():
        glyphs[starts[at] : ends[at]] = NOTHING
    flags = table.flags[glyphs]
    flagged = np.flatnonzero(flags)
    flags, owners = flags[flagged], np.searchsorted(ends, flagged, "right")
    lossy = empty & ~declared
    lossy[owners[(flags & LOSSY) != 0]] = True
    marks = np.zeros(len(ends), np.uint8)
    np.maximum.at(marks, owners, flags & MARK)
    if codec.shifts:
        filled = np.flatnonzero(ends > starts)
        marks[filled[state.double[ends[filled] - 1]]] = _OPEN
    marks[empty] = np.where(declared[empty], 0, _FILLER)
    return _Part(_texts(glyphs, starts, ends, table), bool((flags & ESCAPED_BYTE).any()), lossy, marks)


def _texts(glyphs: Glyphs, starts: Positions, ends: Positions, table: GlyphTable) -> pl.Series:
    """The UTF-8 of the glyphs of each value, one after the other."""
    size = table.length[glyphs]
    if (size == 1).all():  # digits and Latin letters
        letters = table.utf8[glyphs].astype(np.uint8)
        return as_series(binary_views(padded(letters.tobytes()), starts, ends - starts, text=True))
    behind = np.concatenate(([0], np.cumsum(size, dtype=np.int64)))
    kept = np.flatnonzero(size)
    utf8, size, place = table.utf8[glyphs[kept]], size[kept], behind[kept]
    letters = np.zeros(int(behind[-1]), np.uint8)
    for number in range(int(size.max(initial=0))):
        more = slice(None) if number == 0 else np.flatnonzero(size > number)
        letters[place[more] + number] = utf8[more] >> np.uint64(8 * number) & np.uint64(0xFF)
    lengths = behind[ends] - behind[starts]
    return as_series(binary_views(padded(letters.tobytes()), behind[starts], lengths, text=True))


def _glyphs(data: Bytes, table: GlyphTable, state: Stretches) -> Glyphs:
    """The glyph each byte begins: NOTHING for shifts and second bytes, an escape for what is no code."""
    glyphs = data.astype(np.int32)
    wide = state.double.copy()
    wide[state.shifted] = False
    single = np.flatnonzero(~wide & (table.length[glyphs] == 0))
    glyphs[single] = ESCAPES + glyphs[single]
    glyphs[state.shifted] = NOTHING
    if wide.any():
        odd = ((np.arange(len(data), dtype=np.int64) - state.begin) & 1).astype(np.bool_)
        second = wide & odd
        half = np.flatnonzero(wide & ~odd & ~np.append(second[1:], False))
        lead = np.flatnonzero(second) - 1
        codes = DOUBLE + (glyphs[lead] << 8) + data[lead + 1]
        unknown = table.length[codes] == 0
        glyphs[lead] = np.where(unknown, ESCAPES + data[lead].astype(np.int32), codes)
        glyphs[lead + 1] = np.where(unknown, ESCAPES + data[lead + 1].astype(np.int32), NOTHING)
        glyphs[half] = ESCAPES + data[half].astype(np.int32)
    glyphs[state.vain] = ESCAPES + data[state.vain].astype(np.int32)
    return glyphs


def _fillings(data: Bytes, starts: Positions, ends: Positions, declared: Sequence[int]) -> tuple[Flags, Flags]:
    """Values that are one fill byte all over, and those of a declared one."""
    found, known = np.zeros(len(ends), np.bool_), np.zeros(len(ends), np.bool_)
    filled = np.flatnonzero(ends > starts)
    for byte in _FILLINGS:
        at = filled[data[starts[filled]] == byte]
        same = [one for one in at.tolist() if (data[starts[one] : ends[one]] == byte).all()]
        found[same] = True
        known[same] = byte in declared
    return found, known
