"""Codecs of Python's, corrected so that nothing is lost and nothing is let through silently.

CP932 here is Microsoft's: user-defined F040-F9FC become U+E000-U+E757; 80, A0 and FD-FF, which Python's codec lets
through silently, are refused. 398 CP932 codes are duplicates that do not encode back to the same bytes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from migration.cells import as_series, binary_views, joined, padded
from migration.codepages.texts import ESCAPE, ESCAPED, Texts
from migration.double_byte import OTHER, CodeTable

CP932_REFUSED = {0x80: 0x80, 0xF8F0: 0xA0, 0xF8F1: 0xFD, 0xF8F2: 0xFE, 0xF8F3: 0xFF}  # character → byte
_SEPARATOR = "\x1e"
_PIECE = 1024
_ESCAPE_LEAD = chr(ESCAPE).encode()[:2]  # every escape begins with these bytes in UTF-8


@dataclass(frozen=True, slots=True)
class PythonCodec:
    """A codec of Python's, corrected: `refused` are characters Python yields for bytes that are none, or others."""

    name: str
    title: str
    python: str
    plain: str = "ascii"
    refused: Mapping[int, str] = field(default_factory=dict, hash=False)  # code point → escape, or the right character
    repeated: Callable[[], str] = str  # gives `duplicates`; tables are read when they are needed
    bom: bytes = b""
    space: int = 0x20
    errors: str = "ikou-escape"
    rewritten: tuple[tuple[bytes, bytes], ...] = ()  # codes read as other codes
    back: Callable[[str], bytes] | None = None  # encoding, where Python's is not the inverse

    @property
    def duplicates(self) -> str:
        """Regex class of the characters that have more than one code; '' when there are none."""
        return self.repeated()

    def decode_all(self, values: pa.Array) -> Texts:
        """All values are decoded as one text, with a separator no value and no escape can swallow."""
        text = self._decode(joined(values, ord(_SEPARATOR)))
        data = text.encode()
        ends = np.append(np.flatnonzero(np.frombuffer(data, np.uint8) == ord(_SEPARATOR)), len(data))
        if len(ends) != len(values):  # a value holds the separator
            return Texts(pl.Series([self._decode(value) for value in values.to_pylist()], dtype=pl.String))
        starts = np.concatenate(([0], ends[:-1] + 1))
        series = as_series(binary_views(padded(data), starts, ends - starts, text=True))
        return Texts(series, _ESCAPE_LEAD in data, self._duplicated(text))

    def keeps(self, value: bytes, text: str) -> bool:
        plain = re.sub(ESCAPED, "", text)
        return plain != text or self.encode(plain) == value

    def encode(self, text: str) -> bytes:
        """The bytes a text has, in one code of each character; '?' for one that has none."""
        return self.back(text) if self.back else text.encode(self.python, "replace")

    def table(self) -> CodeTable | None:
        """Its characters of one byte and of two, where they stand for themselves wherever they begin."""
        return None if self.plain == "utf8" else _table(self)

    def _decode(self, data: bytes) -> str:
        for old, new in self.rewritten:
            data = data.replace(old, new)
        try:
            text = data.decode(self.python)
        except UnicodeDecodeError:
            text = "".join(piece.decode(self.python, self.errors) for piece in _pieces(data))
        if any(chr(point) in text for point in self.refused):
            return text.translate(self.refused)
        return text

    def _duplicated(self, text: str) -> bool:
        if not self.duplicates:
            return False
        units = np.frombuffer(text.encode("utf-16-le"), np.uint16)
        return bool(_units(self.duplicates).take(units, mode="clip").any())


@cache
def _table(codec: PythonCodec) -> CodeTable:
    pairs = [bytes((lead, trail)) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF)]
    wide_space = int.from_bytes(codec.encode("　"), "little")
    return CodeTable(_utf8(codec, pairs, (3,)), _utf8(codec, [bytes((n,)) for n in range(256)], (1, 3)), wide_space)


def _utf8(codec: PythonCodec, codes: Sequence[bytes], sizes: Container[int]) -> npt.NDArray[np.uint32]:
    """The UTF-8 by code, of the characters that have one of the sizes in it and encode back to the same code."""
    utf8 = np.full(1 << 8 * len(codes[0]), OTHER, np.uint32)
    places = len(codes[0]) * np.arange(len(codes))
    values = binary_views(padded(b"".join(codes)), places, np.full(len(codes), len(codes[0])))
    texts = codec.decode_all(values).series
    for code, text in zip(codes, texts, strict=True):
        letter = text.encode()
        if len(text) == 1 and len(letter) in sizes and codec.encode(text) == code:
            utf8[int.from_bytes(code, "little")] = int.from_bytes(letter, "little")
    return utf8


@cache
def _units(characters: str) -> npt.NDArray[np.bool_]:
    """Which UTF-16 units are among the characters of a regex class."""
    table = np.zeros(1 << 16, np.bool_)
    table[[ord(character) for character in characters[1:-1]]] = True
    return table


def _pieces(data: bytes) -> Iterator[bytes]:
    """Joined values some at a time: every error costs a copy of what is decoded at once."""
    start = 0
    while start < len(data):
        end = data.find(_SEPARATOR.encode(), start + _PIECE) + 1 or len(data)
        yield data[start:end]
        start = end


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    end = error.end
    if error.encoding == "cp932" and _is_pair(error.object[error.start : error.start + 2]):
        end = error.start + 2
    return "".join(chr(ESCAPE + byte) for byte in error.object[error.start : end]), end


def _is_pair(pair: bytes) -> bool:
    """Two bytes that form an unassigned double-byte code; a trail below 80 is taken for a character of its own."""
    return len(pair) == 2 and (0x81 <= pair[0] <= 0x9F or 0xE0 <= pair[0] <= 0xFC) and 0x80 <= pair[1] <= 0xFC


@cache
def cp932_duplicates() -> str:
    """Regex class of the characters that have more than one code in CP932."""
    found = set()
    for lead in (0x81, 0x87, 0xED, 0xEE, 0xFA, 0xFB, 0xFC):
        for trail in range(0x40, 0xFD):
            code = bytes((lead, trail))
            try:
                text = code.decode("cp932")
            except UnicodeDecodeError:
                continue
            if len(text) == 1 and text.encode("cp932") != code:
                found.add(text)
    return "[" + "".join(sorted(found)) + "]"


codecs.register_error("ikou-escape", _escape)
