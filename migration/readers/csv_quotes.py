"""Quotes of a damaged CSV: which of them are ordinary characters, and which lines cannot be read.

Only called for blocks in which some quote does not stand at the edge of a field. A quote inside an unquoted field is
an ordinary character, and so is a single quote inside a quoted field of one line ("a"b","c"). A line whose quoted field
does not end before a delimiter or line end is broken: all its quotes are ordinary, the line ends at its first line end,
and the record is rejected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

LONGEST_RECORD = 1 << 22
QUOTE = 0x22
_ANY_QUOTE = re.compile(rb'"')


@dataclass(frozen=True, slots=True)
class Damage:
    """Positions in the block: quotes that mean nothing, starts of broken lines, start of an unfinished record."""

    literal: tuple[int, ...]
    strays: tuple[int, ...]
    broken: tuple[int, ...]
    open_from: int  # start of a record that the block does not end; len(data) when there is none


def repair(data: bytes, delimiter: str, final: bool) -> Damage:
    """Walk the lines that hold quotes. `final`: no more bytes follow, so an open record is a broken one."""
    field, record, opened = _patterns(delimiter)
    loose = _loose_line(delimiter)
    literal: list[int] = []
    strays: list[int] = []
    broken: list[int] = []
    cursor = 0
    while (quote := data.find(b'"', cursor)) >= 0:
        start = _line_start(data, cursor, quote)
        whole = record.match(data, start)
        if whole is not None:
            inside = _literal_quotes(data, start, whole.end(), field)
            literal += inside
            strays += inside[:1]
            cursor = _after_line_end(data, whole.end())
            continue
        if not final and len(data) - start < LONGEST_RECORD and opened.match(data, start):
            return Damage(tuple(literal), tuple(strays), tuple(broken), start)
        end = _line_end(data, start)
        if loose.fullmatch(data, start, end):
            inside = _loose_quotes(data, start, end, delimiter)
            literal += inside
            strays += inside[:1]
            cursor = _after_line_end(data, end)
            continue
        literal += [at for at in range(start, end) if data[at] == QUOTE]
        broken.append(start)
        cursor = _after_line_end(data, end)
    return Damage(tuple(literal), tuple(strays), tuple(broken), len(data))


@cache
def _patterns(delimiter: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes], re.Pattern[bytes]]:
    mark = re.escape(delimiter.encode())
    edge = rb"(?=" + mark + rb"|[\r\n]|\Z)"
    quoted = rb'"(?:[^"]++|"")*+"' + edge
    bare = rb'(?!")(?:(?!' + mark + rb")[^\r\n])*+"
    field = rb"(?:" + quoted + rb"|" + bare + rb")"
    record = field + rb"(?:" + mark + field + rb")*+" + rb"(?=[\r\n]|\Z)"
    opened = rb"(?:" + field + mark + rb')*+"(?:[^"]++|"")*+"?\Z'
    return re.compile(field), re.compile(record), re.compile(opened)


@cache
def _loose_line(delimiter: str) -> re.Pattern[bytes]:
    """A whole line whose quoted fields may hold single quotes: ones with neither an edge nor another quote beside."""
    field, mark = _loose_field(delimiter).pattern, re.escape(delimiter.encode())
    return re.compile(field + rb"(?:" + mark + field + rb")*+")


@cache
def _loose_field(delimiter: str) -> re.Pattern[bytes]:
    mark = re.escape(delimiter.encode())
    quoted = rb'"(?:[^"\r\n]|""|' + _single_quote(mark) + rb')*+"(?=' + mark + rb"|[\r\n]|\Z)"
    bare = rb'(?!")(?:(?!""|' + mark + rb")[^\r\n])*+"
    return re.compile(rb"(?:" + quoted + rb"|" + bare + rb")")


def _single_quote(mark: bytes) -> bytes:
    return rb'(?<!["\r\n' + mark + rb'])"(?!["\r\n' + mark + rb"]|\Z)"


def _loose_quotes(data: bytes, start: int, end: int, delimiter: str) -> list[int]:
    """The quotes of a loose line that are characters: all in an unquoted field, single ones in a quoted field."""
    single = re.compile(_single_quote(re.escape(delimiter.encode())))
    found: list[int] = []
    at = start
    while at < end:
        match = _loose_field(delimiter).match(data, at, end)
        stop = match.end() if match else end
        quoted = data[at] == QUOTE
        quotes = single.finditer(data, at + 1, stop) if quoted else _ANY_QUOTE.finditer(data, at, stop)
        found += [quote.start() for quote in quotes]
        at = stop + 1
    return found


def _literal_quotes(data: bytes, start: int, end: int, field: re.Pattern[bytes]) -> list[int]:
    found: list[int] = []
    at = start
    while at < end:
        match = field.match(data, at)
        stop = match.end() if match else end
        if data[at] != QUOTE:
            found += [place for place in range(at, stop) if data[place] == QUOTE]
        at = stop + 1
    return found


def _line_start(data: bytes, floor: int, quote: int) -> int:
    return max(data.rfind(b"\n", floor, quote), data.rfind(b"\r", floor, quote), floor - 1) + 1


def _line_end(data: bytes, start: int) -> int:
    ends = [at for at in (data.find(b"\n", start), data.find(b"\r", start)) if at >= 0]
    return min(ends, default=len(data))


def _after_line_end(data: bytes, end: int) -> int:
    return end + (2 if data[end : end + 2] == b"\r\n" else 1)
