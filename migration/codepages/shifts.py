"""Which bytes of values laid end to end are in which state: shifts, the stretches between them, shifts in vain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mappings.host_encodings import HostEncoding
from migration.cells import Bytes, Flags, Positions


class Shifting(Protocol):
    """How values begin, and whether any may shift."""

    @property
    def encoding(self) -> HostEncoding: ...

    @property
    def start_double(self) -> bool: ...

    @property
    def shifts(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Stretches:
    """Of every byte: whether it is in double-byte state (a shift is in its new one), and where its stretch began.

    `shifted`: bytes of shifts; `vain`: those of shifts into the state that held already.
    """

    double: Flags
    begin: Positions
    shifted: Positions
    vain: Positions


@dataclass(frozen=True, slots=True)
class _Shifts:
    """Shifts in the order of their places: first byte, number of bytes, whether to double-byte."""

    at: Positions
    width: Positions
    to_double: Flags

    def bytes(self) -> Positions:
        return np.concatenate((self.at, self.at[self.width == 2] + 1))


def stretches(data: Bytes, ends: Positions, rules: Shifting) -> Stretches:
    """The state of every byte of values that end at `ends`."""
    starts = np.concatenate(([0], ends[:-1])).astype(np.int64)
    starts = starts[ends > starts]
    shifts = _found(data, ends, rules)
    after = shifts.at + shifts.width
    places = np.concatenate((starts, shifts.at))
    order = np.argsort(places, kind="stable")  # a shift that begins a value comes behind the value's start
    lengths = np.diff(np.append(places[order], len(data)))
    states = np.concatenate((np.full(len(starts), rules.start_double), shifts.to_double))[order]
    begins = np.concatenate((starts, after))[order]
    double = np.repeat(states, lengths)
    vain = _vain(data, shifts, starts, double, rules)
    return Stretches(double, np.repeat(begins, lengths), shifts.bytes(), vain)


def _found(data: Bytes, ends: Positions, rules: Shifting) -> _Shifts:
    form = rules.encoding.form
    codes = [(code, True) for code in form.to_double] + [(code, False) for code in form.to_single]
    parts = [(_places(data, code, ends), len(code), to_double) for code, to_double in codes if rules.shifts]
    at = np.concatenate([np.zeros(0, np.int64), *(places for places, _, _ in parts)])
    width = np.concatenate([np.zeros(0, np.int64), *(np.full(len(places), size) for places, size, _ in parts)])
    to_double = np.concatenate([np.zeros(0, np.bool_), *(np.full(len(places), to) for places, _, to in parts)])
    order = np.argsort(at)
    return _Shifts(at[order], width[order].astype(np.int64), to_double[order])


def _places(data: Bytes, code: bytes, ends: Positions) -> Positions:
    """Where a shift sequence stands; one of two bytes lies within one value."""
    if len(code) == 1:
        return np.flatnonzero(data == code[0])
    first = np.flatnonzero(data[:-1] == code[0])
    both = first[data[first + 1] == code[1]]
    within: Positions = both[~np.isin(both + 1, ends)]
    return within


def _vain(data: Bytes, shifts: _Shifts, starts: Positions, double: Flags, rules: Shifting) -> Positions:
    """Bytes of shifts that change nothing, behind something that was read; two alike in a row count as one."""
    if not len(shifts.at):
        return shifts.at
    first = np.isin(shifts.at, starts)
    before = np.where(first, rules.start_double, double[np.maximum(shifts.at - 1, 0)])
    repeated = np.zeros(len(first), np.bool_)
    repeated[1:] = (shifts.at[:-1] + shifts.width[:-1] == shifts.at[1:]) & (
        shifts.to_double[:-1] == shifts.to_double[1:]
    )
    suspects = np.flatnonzero((before == shifts.to_double) & ~(repeated & ~first))
    if not len(suspects):
        return suspects
    written = (data != rules.encoding.form.space).astype(np.int64)
    written[shifts.bytes()] = 0
    count = np.concatenate(([0], np.cumsum(written)))
    at = shifts.at[suspects]
    start = starts[np.searchsorted(starts, at, "right") - 1]
    vain = suspects[count[at] > count[start]]
    return np.concatenate((shifts.at[vain], shifts.at[vain][shifts.width[vain] == 2] + 1))
