"""Single- and double-byte codes mixed by shift sequences → text, all values of a column at once.

The values are laid end to end as one row of bytes. Shift bytes never occur within a double-byte code, so each byte's
state is that of the last shift before it, and double-byte codes pair up from there; half a code before a shift is one
escape and spoils nothing behind it. A shift that changes nothing is passed over at the start of a value and an escape
elsewhere: the bytes before it were read in the wrong state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from mappings.host_encodings import HostEncoding, host_codes
from migration.cells import Bytes, Flags, Positions, as_series, binary_views, padded
from migration.codepages.texts import CONTROL, ESCAPE, FILLER, NUL, OPEN_SHIFT, Texts

_Glyphs: TypeAlias = npt.NDArray[np.int32]
_DOUBLE = 256  # glyph of the double-byte code 0000; below are the single bytes
_ESCAPES = _DOUBLE + (1 << 16)
_NOTHING = _ESCAPES + 256
_SLAB = 1 << 20  # bytes decoded at once
_FILLINGS = (0x00, 0xFF)


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
        table = glyph_table(self.encoding)
        parts = [_decode(data, ends, self, table) for data, ends in _slabs(values)]
        if not parts:
            return Texts(pl.Series([], dtype=pl.String), False, False)
        lossy = pl.concat([part.lossy for part in parts if part.lossy is not None])
        notes = pl.concat([part.notes for part in parts if part.notes is not None])
        series = pl.concat([part.series for part in parts])
        return Texts(series, any(part.escaped for part in parts), bool(lossy.any()), lossy, notes)

    def ends_open(self, values: pa.Array) -> Flags:
        """Which values end in double-byte state."""
        parts = [
            _state(data, ends, self)[0][ends - 1] if len(data) else np.full(len(ends), self.start_double)
            for data, ends in _slabs(values)
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.bool_)


@dataclass(frozen=True, slots=True)
class GlyphTable:
    """UTF-8 of every glyph in one number, its length (0: no such code), and whether another code has the same text."""

    utf8: npt.NDArray[np.uint64]
    length: npt.NDArray[np.uint8]
    lossy: Flags


@cache
def glyph_table(encoding: HostEncoding) -> GlyphTable:
    """The codes of an encoding as arrays; of codes with the same text the lowest is the one text goes back to."""
    utf8 = np.zeros(_NOTHING + 1, np.uint64)
    length = np.zeros(_NOTHING + 1, np.uint8)
    lossy = np.zeros(_NOTHING + 1, np.bool_)
    seen: set[str] = set()
    for code, text in sorted(host_codes(encoding).items(), key=lambda one: (len(one[0]), one[0])):
        glyph = code[0] if len(code) == 1 else _DOUBLE + int.from_bytes(code, "big")
        _enter(utf8, length, glyph, text)
        lossy[glyph] = text in seen
        seen.add(text)
    for byte in range(256):
        _enter(utf8, length, _ESCAPES + byte, chr(ESCAPE + byte))
    return GlyphTable(utf8, length, lossy)


def _enter(utf8: npt.NDArray[np.uint64], length: npt.NDArray[np.uint8], glyph: int, text: str) -> None:
    data = text.encode()
    utf8[glyph] = int.from_bytes(data, "little")
    length[glyph] = len(data)


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


def _decode(data: Bytes, ends: Positions, codec: HostCodec, table: GlyphTable) -> Texts:
    starts = np.concatenate(([0], ends[:-1])).astype(np.int64)
    glyphs, still_open = _glyphs(data, ends, codec, table)
    empty, known = _fillings(data, starts, ends, codec.declared)
    owner = np.repeat(np.arange(len(ends)), ends - starts)
    glyphs[empty[owner]] = _NOTHING
    kept = np.flatnonzero(glyphs != _NOTHING)
    chosen = glyphs[kept]
    size = table.length[chosen]
    letters = table.utf8[chosen].view(np.uint8).reshape(-1, 8)[np.arange(8) < size[:, None]]
    lengths = np.bincount(owner[kept], size, len(ends)).astype(np.int64)
    text_ends = np.cumsum(lengths)
    series = as_series(binary_views(padded(letters.tobytes()), text_ends - lengths, lengths, text=True))
    lossy = empty & ~known
    lossy[owner[kept[table.lossy[chosen]]]] = True
    marks = np.full(len(ends), "", dtype="U6")
    marks[still_open & ~empty] = OPEN_SHIFT
    marks[empty & ~known] = FILLER
    notes = _control(series, pl.Series(marks, dtype=pl.String))
    return Texts(series, bool((chosen >= _ESCAPES).any()), True, pl.Series(lossy), notes)


def _control(series: pl.Series, marks: pl.Series) -> pl.Series:
    """The rule of each value: what is marked already, else control characters in its text."""
    frame = pl.DataFrame({"text": series, "mark": marks})
    control = pl.col("text").str.contains("[\0-\x1f\x7f-\x9f]")
    found = pl.when(pl.col("text").str.contains("\0")).then(pl.lit(NUL)).when(control).then(pl.lit(CONTROL))
    return frame.select(pl.when(pl.col("mark") != "").then("mark").otherwise(found).alias("notes")).to_series()


def _fillings(data: Bytes, starts: Positions, ends: Positions, declared: Sequence[int]) -> tuple[Flags, Flags]:
    """Values that are one fill byte all over, and those of a declared one."""
    found, known = np.zeros(len(ends), np.bool_), np.zeros(len(ends), np.bool_)
    for byte in _FILLINGS:
        sums = np.concatenate(([0], np.cumsum(data == byte)))
        same = (sums[ends] - sums[starts] == ends - starts) & (ends > starts)
        found |= same
        known |= same & (byte in declared)
    return found, known


def _state(data: Bytes, ends: Positions, codec: HostCodec) -> tuple[Flags, Positions, Positions]:
    """Of every byte: whether it is double-byte, where its stretch began, and the shift it belongs to (0 none).

    A shift is 1 to double, -1 to single, on all its bytes; a stretch is what lies between shifts and ends of values.
    """
    count = len(data)
    shift = np.zeros(count, np.int64)
    event = np.zeros(count, np.bool_)
    event[np.concatenate(([0], ends[:-1]))[ends > np.concatenate(([0], ends[:-1]))]] = True
    form = codec.encoding.form
    sequences = [(code, 1) for code in form.to_double] + [(code, -1) for code in form.to_single]
    for code, direction in sequences if codec.shifts else ():
        for at in (_found(data, code, ends) + place for place in range(len(code))):
            shift[at] = direction
            event[at] = True
    last = np.maximum.accumulate(np.where(event, np.arange(count), 0))
    turned = shift[last]
    double = np.where(turned == 0, codec.start_double, turned == 1)
    return double, last, shift


def _found(data: Bytes, code: bytes, ends: Positions) -> Positions:
    """Where a shift sequence stands; one of two bytes lies within one value."""
    if len(code) == 1:
        return np.flatnonzero(data == code[0])
    both = np.flatnonzero((data[:-1] == code[0]) & (data[1:] == code[1]))
    return both[~np.isin(both + 1, ends)]


def _glyphs(data: Bytes, ends: Positions, codec: HostCodec, table: GlyphTable) -> tuple[_Glyphs, Flags]:
    """The glyph each byte begins (_NOTHING for shifts and second bytes); which values end in double-byte state."""
    count = len(data)
    if not count:
        return np.zeros(0, np.int32), np.full(len(ends), False)
    double, last, shift = _state(data, ends, codec)
    wide = double & (shift == 0)
    begin = last + (shift[last] != 0)
    second = wide & ((np.arange(count) - begin) % 2 == 1)
    lead = np.zeros(count, np.bool_)
    lead[:-1] = second[1:]
    glyphs = data.astype(np.int32)
    glyphs[lead] = _DOUBLE + (glyphs[lead] << 8) + data[1:][lead[:-1]]
    unknown = (shift == 0) & ~second & ((table.length[glyphs] == 0) | (wide & ~lead))
    unknown[1:] |= second[1:] & unknown[:-1]
    glyphs[second] = _NOTHING
    glyphs[shift != 0] = _NOTHING
    unknown |= _vain(data, ends, double, shift, codec)
    glyphs[unknown] = _ESCAPES + data[unknown].astype(np.int32)
    starts = np.concatenate(([0], ends[:-1]))
    filled = ends > starts
    still_open = np.zeros(len(ends), np.bool_)
    if codec.shifts:
        still_open[filled] = double[ends[filled] - 1]
    return glyphs, still_open


def _vain(data: Bytes, ends: Positions, double: Flags, shift: Positions, codec: HostCodec) -> Flags:
    """Bytes of shifts into the state that held already, unless nothing but spaces and shifts stand before them."""
    found = np.zeros(len(data), np.bool_)
    first = np.zeros(len(data), np.bool_)
    starts = np.concatenate(([0], ends[:-1]))
    first[starts[ends > starts]] = True
    before = np.concatenate(([codec.start_double], double[:-1]))
    before[first] = codec.start_double
    previous = np.concatenate(([0], shift[:-1]))
    previous[first] = 0
    suspects = np.flatnonzero((shift != 0) & (before == (shift == 1)) & (previous != shift))
    if not len(suspects):
        return found
    written = np.concatenate(([0], np.cumsum((shift == 0) & (data != codec.space))))
    start = starts[np.searchsorted(ends, suspects, "right")]
    for at in suspects[written[suspects] > written[start]].tolist():
        width = next(
            len(code)
            for code in (*codec.encoding.form.to_double, *codec.encoding.form.to_single)
            if data[at : at + len(code)].tobytes() == code
        )
        found[at : at + width] = True
    return found
