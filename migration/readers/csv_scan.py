"""The structure of CSV bytes: where delimiters, line ends and quotes stand, and the records they make."""

from __future__ import annotations

import numpy as np

from migration.cells import Bytes, Flags, Positions
from migration.readers.csv_quotes import LONGEST_RECORD, Damage, repair

QUOTE = 0x22
_CR, _LF, _COMMA = 0x0D, 0x0A, 0x2C


def scan_block(data: bytes, mark: str, final: bool) -> Scan:
    """The structure of `data`, which begins at a record. `final`: no more bytes follow."""
    scan = Scan(data, mark, None)
    if not len(scan.quotes):
        return scan
    unclosed = len(scan.quotes) % 2 == 1
    if sound(data, mark, scan.quotes) and not (final and unclosed):
        return scan
    return Scan(data, mark, repair(data, mark, final))


def sound(data: bytes, mark: str, quotes: Positions) -> bool:
    """Whether every quote stands at the edge of a field (or is doubled inside one)."""
    raw = np.frombuffer(data, np.uint8)
    opening, closing = quotes[0::2], quotes[1::2]
    before = raw[np.maximum(opening - 1, 0)]
    after = raw[np.minimum(closing + 1, len(raw) - 1)]
    starts = (before == ord(mark)) | (before == _LF) | (before == _CR) | (opening == 0)
    starts[1:] |= opening[1:] == closing[: len(opening) - 1] + 1
    ends = (after == ord(mark)) | (after == _LF) | (after == _CR) | (after == QUOTE) | (closing == len(raw) - 1)
    return bool(starts.all() and ends.all())


def last_record_end(data: bytes, mark: str) -> int:
    """Where the last whole record of `data` ends (0: none ends here). More bytes may follow."""
    quotes = np.flatnonzero(np.frombuffer(data, np.uint8) == QUOTE)
    if not len(quotes):
        return data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, len(data) - 1) + 1
    end = data.rfind(b"\n")
    while end >= 0 and np.searchsorted(quotes, end) % 2:
        end = data.rfind(b"\n", 0, end)
    if end >= 0 and len(data) - end <= LONGEST_RECORD and sound(data, mark, quotes):
        return end + 1
    scan = scan_block(data, mark, final=False)
    if len(data) - scan.last_end(data) > LONGEST_RECORD and not scan.damaged:
        scan = Scan(data, mark, repair(data, mark, final=False))
    return scan.last_end(data)


class Scan:
    """Delimiters and line ends outside quotes (`places`, in order), the quotes that count, control characters."""

    def __init__(self, data: bytes, mark: str, damage: Damage | None) -> None:
        raw = np.frombuffer(data, np.uint8)
        places = np.flatnonzero(_signs(raw, ord(mark)))
        kinds = raw[places]
        self.damaged = damage is not None
        self.damage = damage or Damage((), (), (), len(data))
        quotes = np.flatnonzero(kinds == QUOTE)
        if self.damage.literal:
            quotes = quotes[~np.isin(places[quotes], np.asarray(self.damage.literal, np.int64))]
        self.quotes: Positions = places[quotes]
        kept = (kinds == ord(mark)) | (kinds == _LF) | (kinds == _CR)
        self.control: Positions = places[np.flatnonzero((kinds < 0x20) & ~kept)]
        kept[_returns_before_line_feeds(places, kinds)] = False
        kept[_between(quotes, len(kinds))] = False
        self.places: Positions = places[kept]
        self.line_end: Flags = kinds[kept] != ord(mark)

    def last_end(self, data: bytes) -> int:
        """Where the last whole record ends; a CR as the very last byte may be half a line end."""
        limit = len(data) - 1 if data.endswith(b"\r") else len(data)
        ends = self.places[self.line_end]
        ends = ends[ends < min(self.damage.open_from, limit)]
        return int(ends[-1]) + 1 if len(ends) else 0

    def doubled(self) -> Positions:
        """The first of each pair of doubled quotes."""
        closing = self.quotes[1::2]
        following = self.quotes[2::2]
        pairs: Positions = closing[: len(following)][following == closing[: len(following)] + 1]
        return pairs


def _signs(raw: Bytes, mark: int) -> Flags:
    """Where delimiters, quotes and control characters may stand. One comparison where few other bytes pass it too."""
    if mark <= _COMMA:
        low: Flags = raw <= _COMMA
        if np.count_nonzero(low) * 4 < len(raw):
            return low
    found: Flags = (raw == mark) | (raw < 0x20) | (raw == QUOTE)
    return found


def _between(quotes: Positions, size: int) -> Positions:
    """The numbers between an opening quote and its closing one; the last may stay open to the end."""
    opening, closing = quotes[0::2], quotes[1::2]
    if len(closing) < len(opening):
        closing = np.append(closing, size)
    inner = closing - opening - 1
    before = np.cumsum(inner) - inner
    return np.repeat(opening + 1 - before, inner) + np.arange(inner.sum())


def _returns_before_line_feeds(places: Positions, kinds: Bytes) -> Positions:
    """Which places are the CR of a CRLF: one line end, placed at its LF."""
    returns = np.flatnonzero(kinds[:-1] == _CR)
    found: Positions = returns[(kinds[returns + 1] == _LF) & (places[returns + 1] == places[returns] + 1)]
    return found


class Records:
    """The lines of a block as records: bounds, number of cells, and which separators are theirs."""

    def __init__(self, data: bytes, scan: Scan, width: int) -> None:
        places, line_end, size = scan.places, scan.line_end, len(data)
        if size and (not len(places) or not line_end[-1] or places[-1] != size - 1):
            places, line_end = np.append(places, size), np.append(line_end, True)
            self.overhead = 0
        else:
            self.overhead = 1 if size else 0
        last = np.flatnonzero(line_end)
        crlf = _after_return(data, places[last])
        self.places = places
        self.first: Positions = np.concatenate(([0], last[:-1] + 1)) if len(last) else last
        self.count: Positions = last - self.first + 1
        self.start: Positions = np.concatenate(([0], places[last[:-1]] + 1)) if len(last) else last
        self.end: Positions = places[last] - crlf
        self.overhead += max(len(last) - 1, 0) + int(crlf.sum())
        blank = (self.count == 1) & (self.end == self.start) if width != 1 else np.zeros(len(last), np.bool_)
        self.blank_lines = int(blank.sum())
        if self.blank_lines:
            kept = ~blank
            self.first, self.count = self.first[kept], self.count[kept]
            self.start, self.end = self.start[kept], self.end[kept]

    def at(self, place: Positions) -> tuple[Positions, Positions]:
        """The record and cell number of bytes."""
        record = np.searchsorted(self.start, place, "right") - 1
        return record, np.searchsorted(self.places, place) - self.first[record]


def _after_return(data: bytes, ends: Positions) -> Flags:
    """Which line ends are the LF of a CRLF."""
    if not len(ends):
        return np.zeros(0, np.bool_)
    raw = np.frombuffer(data, np.uint8)
    line_feed = (raw.take(ends, mode="clip") == _LF) & (ends < len(raw)) & (ends > 0)
    found: Flags = line_feed & (raw.take(ends - 1, mode="clip") == _CR)
    return found
