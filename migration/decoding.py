"""Bytes of one cell → text, losing nothing: what cannot be decoded becomes U+10FF00 + byte, and is told.

CP932 here is Microsoft's: user-defined F040-F9FC become U+E000-U+E757; 80, A0 and FD-FF, which Python's codec lets
through silently, are refused. 398 CP932 codes are duplicates that do not encode back to the same bytes; cells that
hold one keep their bytes (`needs_bytes`).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from mappings.errors import InputError, did_you_mean
from mappings.host_encodings import shipped_encodings
from mappings.model import LegacyColumn, LegacyTable
from migration.cells import Cells, as_series, binary_views, joined, padded
from migration.codepages.euc_ms import (
    EUC_MS_DIFFERENCES,
    EUC_MS_ERRORS,
    EUC_MS_REWRITTEN,
    euc_ms_duplicates,
    euc_ms_encode,
)
from migration.codepages.host_codec import HostCodec
from migration.codepages.texts import ESCAPE, ESCAPED, Texts, escaped_bytes

__all__ = ["CODECS", "ESCAPE", "Codec", "Decoded", "Texts", "codec", "column_codec", "decode_cells", "escaped_bytes"]
_SEPARATOR = "\x1e"
_ESCAPE_LEAD = chr(ESCAPE).encode()[:2]  # every escape begins with these bytes in UTF-8
_SAMPLE = 1024
_INLINE = 12  # bytes of the longest cell that lies in its Arrow view
_HIGH = np.uint64(0x8080808080808080)


class Codec(Protocol):
    """A character encoding. Further ones (host code pages) join by a row in CODECS."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def plain(self) -> str:
        """'ascii': bytes below 80 are ASCII; 'utf8': the bytes are UTF-8 already; '': every cell is decoded."""
        ...

    @property
    def space(self) -> int:
        """The padding byte; it is never part of another character."""
        ...

    @property
    def bom(self) -> bytes: ...

    def decode_all(self, values: pa.Array) -> Texts:
        """Each value's text (none NULL); bytes that are no character become escapes."""
        ...

    def keeps(self, value: bytes, text: str) -> bool:
        """Whether the bytes can be had back from the text (escapes counted as kept)."""
        ...

    @property
    def duplicates(self) -> str:
        """Regex class of the characters that have more than one code; '' when there are none."""
        ...


@dataclass(frozen=True, slots=True)
class PythonCodec:
    """A codec of Python's, corrected: `refused` are characters Python yields for bytes that are none, or others."""

    name: str
    title: str
    python: str
    plain: str = "ascii"
    refused: Mapping[int, str] = field(default_factory=dict)  # code point → escaped byte, or the right character
    duplicates: str = ""
    bom: bytes = b""
    space: int = 0x20
    errors: str = "ikou-escape"
    rewritten: tuple[tuple[bytes, bytes], ...] = ()  # codes read as other codes
    back: Callable[[str], bytes] | None = None  # encoding, where Python's is not the inverse

    def decode_all(self, values: pa.Array) -> Texts:
        """All values are decoded as one text, with a separator no value and no escape can swallow."""
        text = self._decode(joined(values, ord(_SEPARATOR)))
        data = text.encode()
        ends = np.append(np.flatnonzero(np.frombuffer(data, np.uint8) == ord(_SEPARATOR)), len(data))
        if len(ends) != len(values):  # a value holds the separator
            return Texts(pl.Series([self._decode(value) for value in values.to_pylist()], dtype=pl.String))
        starts = np.concatenate(([0], ends[:-1] + 1))
        series = as_series(binary_views(padded(data), starts, ends - starts, text=True))
        units = np.frombuffer(text.encode("utf-16-le"), np.uint16)
        duplicated = bool(self.duplicates) and bool(_units(self.duplicates).take(units, mode="clip").any())
        return Texts(series, _ESCAPE_LEAD in data, duplicated)

    def keeps(self, value: bytes, text: str) -> bool:
        plain = re.sub(ESCAPED, "", text)
        back = self.back(plain) if self.back else plain.encode(self.python, "replace")
        return plain != text or back == value

    def _decode(self, data: bytes) -> str:
        for old, new in self.rewritten:
            data = data.replace(old, new)
        text = data.decode(self.python, self.errors)
        if any(chr(point) in text for point in self.refused):
            return text.translate(self.refused)
        return text


@dataclass(frozen=True, slots=True)
class Decoded:
    """The cells of one column as text. `bad` marks cells with escapes, `lossy` those whose bytes must be kept.

    `rule` and `what` say what is wrong with bad cells; `notes` names the rule a cell is doubtful by, else NULL.
    """

    text: pl.Series
    bad: pl.Series | None = None
    lossy: pl.Series | None = None
    notes: pl.Series | None = None
    rule: str = "EXT-02"
    what: str = "読めないバイト"


def codec(name: str) -> Codec:
    """The codec of that name. InputError naming the known ones for any other."""
    plain = name.lower().replace("-", "_")
    found = CODECS.get(_ALIASES.get(plain, plain))
    if found is None:
        known = "、".join(CODECS)
        hint = did_you_mean(name, CODECS)
        raise InputError(f"文字コード「{name}」は扱えません。使えるのは {known} です。{hint}")
    return found


def column_codec(table: LegacyTable, column: LegacyColumn | None = None) -> Codec:
    """The codec of a column (None: of the table), the vendor's own host encodings included. InputError when unknown."""
    name = (column.encoding if column else "") or table.encoding
    own = {encoding.name: encoding for encoding in table.encodings}
    if name in own:
        return HostCodec(own[name])
    return codec(name)


def decode_cells(cells: Cells, codec: Codec, padding: str = "") -> Decoded:
    """Cells → String series, empty ones NULL. Plain ASCII is not decoded at all; other columns once per distinct value.

    `padding` are characters taken off the end after decoding (what is left empty is NULL); the padding byte of the
    codec is expected to be off already.
    """
    if not codec.plain:
        return _decode_distinct(cells.views(), codec, padding)
    views = cells.views()
    if not len(views):
        return Decoded(pl.Series([], dtype=pl.String))
    if _is_ascii(cells, views):
        return Decoded(as_series(pa.Array.from_buffers(pa.string_view(), len(views), views.buffers())))
    if codec.plain == "utf8":
        try:
            return Decoded(as_series(views).cast(pl.String))
        except pl.exceptions.PolarsError:
            pass
    return _decode_distinct(views, codec, padding)


def _is_ascii(cells: Cells, views: pa.Array) -> bool:
    """Whether all bytes are below 80: seen from the views, and in the data for what a view does not hold."""
    words = np.frombuffer(views.buffers()[1], np.uint64)
    if np.bitwise_or.reduce(words[0::2]) >> np.uint64(32) & _HIGH:
        return False
    inline = cells.lengths <= _INLINE
    if inline.all():
        return not np.bitwise_or.reduce(words[1::2]) & _HIGH
    if np.bitwise_or.reduce(words[1::2][inline]) & _HIGH:
        return False
    starts, last = cells.starts[~inline], cells.lengths[~inline] - 8
    eight = np.ndarray((len(cells.data) - 7,), "V8", cells.data.data, strides=(1,))
    for at in range(4, int(last.max()) + 8, 8):
        if np.bitwise_or.reduce(eight[starts + np.minimum(at, last)].view(np.uint64)) & _HIGH:
            return False
    return True


def _decode_distinct(views: pa.Array, codec: Codec, padding: str) -> Decoded:
    """Decode each distinct value once and deal the texts out again."""
    if views.null_count == 0 and len(views[:_SAMPLE].dictionary_encode().dictionary) > _SAMPLE * 0.8:
        raw, place = views, None
    else:
        coded = views.dictionary_encode()
        raw, place = coded.dictionary, as_series(coded.indices)
    decoded = codec.decode_all(raw) if len(raw) else Texts(pl.Series([], dtype=pl.String), False, False)
    texts = decoded.series
    bad = texts.str.contains(ESCAPED) if decoded.escaped else None
    lossy = decoded.lossy
    if lossy is None and decoded.duplicated:
        lossy = _lossy(raw, texts, codec)
    if padding:
        texts = texts.str.strip_chars_end(padding)
        texts = texts.set(texts == "", None)
    return Decoded(
        texts if place is None else texts.gather(place),
        _dealt(bad, place),
        _dealt(lossy, place),
        _noted(decoded.notes, place),
    )


def _dealt(marks: pl.Series | None, place: pl.Series | None) -> pl.Series | None:
    if marks is None or not marks.any():
        return None
    return marks if place is None else marks.gather(place).fill_null(False)


def _noted(notes: pl.Series | None, place: pl.Series | None) -> pl.Series | None:
    if notes is None or notes.null_count() == len(notes):
        return None
    return notes if place is None else notes.gather(place)


def _lossy(raw: pa.Array, texts: pl.Series, codec: Codec) -> pl.Series:
    suspects = np.flatnonzero(texts.str.contains(codec.duplicates).to_numpy())
    marks = np.zeros(len(texts), np.bool_)
    marks[suspects] = [not codec.keeps(raw[at].as_py(), texts[at]) for at in suspects.tolist()]
    return pl.Series(marks)


@cache
def _units(characters: str) -> npt.NDArray[np.bool_]:
    """Which UTF-16 units are among the characters of a regex class."""
    table = np.zeros(1 << 16, np.bool_)
    table[[ord(character) for character in characters[1:-1]]] = True
    return table


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


def _duplicate_characters() -> str:
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

_CP932_REFUSED = {0x80: 0x80, 0xF8F0: 0xA0, 0xF8F1: 0xFD, 0xF8F2: 0xFE, 0xF8F3: 0xFF}
CODECS: dict[str, Codec] = {
    "cp932": PythonCodec(
        "cp932",
        "シフトJIS (CP932)",
        "cp932",
        refused={source: chr(ESCAPE + byte) for source, byte in _CP932_REFUSED.items()},
        duplicates=_duplicate_characters(),
    ),
    "utf_8": PythonCodec("utf_8", "UTF-8", "utf-8", plain="utf8", bom=codecs.BOM_UTF8),
    "euc_jp": PythonCodec("euc_jp", "EUC-JP", "euc_jp"),
    "euc_jp_ms": PythonCodec(
        "euc_jp_ms",
        "EUC-JP（Windows の文字）",
        "euc_jp",
        refused=EUC_MS_DIFFERENCES,
        duplicates=euc_ms_duplicates(),
        errors=EUC_MS_ERRORS,
        rewritten=EUC_MS_REWRITTEN,
        back=euc_ms_encode,
    ),
    **{name: HostCodec(encoding) for name, encoding in shipped_encodings().items()},
}
_ALIASES = {"utf8": "utf_8", "utf_8_sig": "utf_8", "ms932": "cp932", "windows_31j": "cp932"}
_ALIASES |= {"eucjp": "euc_jp", "eucjp_ms": "euc_jp_ms", "cp51932": "euc_jp_ms"}
