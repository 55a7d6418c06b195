"""Cells of one column → text, losing nothing: what cannot be decoded becomes U+10FF00 + byte, and is told.

Plain ASCII is not decoded at all, text of two-byte characters by table, the rest by its codec. Cells with a character
that has more than one code keep their bytes where these cannot be had back from the text.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
import pyarrow as pa

from mappings.errors import InputError, did_you_mean
from mappings.host_encodings import shipped_encodings
from mappings.legacy_source import LegacyColumn, LegacyTable
from migration.cells import Cells, Positions, as_series
from migration.codepages.euc_ms import (
    EUC_MS_DIFFERENCES,
    EUC_MS_ERRORS,
    EUC_MS_REWRITTEN,
    euc_ms_duplicates,
    euc_ms_encode,
)
from migration.codepages.host_codec import HostCodec
from migration.codepages.texts import ESCAPE, ESCAPED, Texts, escaped_bytes
from migration.python_codec import CP932_REFUSED, PythonCodec, cp932_duplicates

__all__ = ["CODECS", "ESCAPE", "Codec", "Decoded", "Texts", "codec", "column_codec", "decode_cells", "escaped_bytes"]
_SAMPLE = 1024
_REPEATING = 0.8  # share of distinct values in the sample above which each value is decoded by itself


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

    def dealt(self, place: pl.Series) -> Decoded:
        """These texts at the places of a dictionary's codes."""
        return Decoded(
            self.text[place],
            None if self.bad is None else self.bad.gather(place).fill_null(False),
            None if self.lossy is None else self.lossy.gather(place).fill_null(False),
            None if self.notes is None else self.notes.gather(place),
        )

    def among(self, texts: pl.Series, at: Positions) -> Decoded:
        """These texts in place of those of `texts` at some places, in which alone there is anything to mark."""
        bad, lossy = _spread(self.bad, at, len(texts)), _spread(self.lossy, at, len(texts))
        return Decoded(texts.scatter(pl.Series(at), self.text), bad, lossy)


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
    table = codec.table() if isinstance(codec, PythonCodec) else None
    if table is not None and padding and (found := table.read_padded(cells)):
        texts, others = found
        left = Cells(cells.data, cells.starts[others], cells.lengths[others])
        return _completed(texts, others, left.views().cast(pa.large_binary()), codec, padding)
    views = cells.views()
    if not codec.plain:
        return _decode_distinct(views, codec, padding)
    if not len(views):
        return Decoded(pl.Series([], dtype=pl.String))
    if cells.ascii(views):
        return Decoded(as_series(pa.Array.from_buffers(pa.string_view(), len(views), views.buffers())))
    if codec.plain == "utf8":
        try:
            return Decoded(as_series(views).cast(pl.String))
        except pl.exceptions.PolarsError:
            pass
    return _decode_distinct(views, codec, padding)


def _decode_distinct(views: pa.Array, codec: Codec, padding: str) -> Decoded:
    """Decode the values; where they repeat, each distinct one once, and deal the texts out again."""
    sample = views[:_SAMPLE].dictionary_encode()
    if views.null_count == 0 and len(sample.dictionary) > len(sample) * _REPEATING:
        return _decode_values(views.cast(pa.large_binary()), codec, padding)
    coded = views.dictionary_encode()
    if not len(coded.dictionary):
        return Decoded(pl.Series([None], dtype=pl.String).new_from_index(0, len(views)))
    return _decode_values(coded.dictionary.cast(pa.large_binary()), codec, padding).dealt(as_series(coded.indices))


def _decode_values(values: pa.Array, codec: Codec, padding: str) -> Decoded:
    """Each value's text (none NULL): by table where most of the first are in it, the others by the codec."""
    table = codec.table() if isinstance(codec, PythonCodec) else None
    found = table.read(values, bool(padding)) if table is not None else None
    if found is None:
        return _decode_by_codec(values, codec, padding)
    texts, others = found
    at = pa.Array.from_buffers(pa.int64(), len(others), [None, pa.py_buffer(others)])
    return _completed(texts, others, values.take(at), codec, padding)


def _completed(texts: Cells, others: Positions, left: pa.Array, codec: Codec, padding: str) -> Decoded:
    """What was read by table, and the values `left` at the places of the others by the codec."""
    if not len(others):
        return Decoded(texts.texts())
    return _decode_by_codec(left, codec, padding).among(texts.texts(), others)


def _decode_by_codec(values: pa.Array, codec: Codec, padding: str) -> Decoded:
    decoded = codec.decode_all(values)
    texts = decoded.series
    bad = texts.str.contains(ESCAPED) if decoded.escaped else None
    lossy = decoded.lossy
    if lossy is None and decoded.duplicated:
        lossy = _lossy(values, texts, codec)
    if padding:
        texts = texts.str.strip_chars_end(padding)
        texts = texts.set(texts == "", None)
    return Decoded(texts, _some(bad), _some(lossy), _noted(decoded.notes))


def _some(marks: pl.Series | None) -> pl.Series | None:
    return marks if marks is not None and marks.any() else None


def _noted(notes: pl.Series | None) -> pl.Series | None:
    return None if notes is None or notes.null_count() == len(notes) else notes


def _spread(marks: pl.Series | None, at: Positions, size: int) -> pl.Series | None:
    if marks is None:
        return None
    spread = np.zeros(size, np.bool_)
    spread[at] = marks.to_numpy()
    return pl.Series(spread)


def _lossy(raw: pa.Array, texts: pl.Series, codec: Codec) -> pl.Series:
    suspects = np.flatnonzero(texts.str.contains(codec.duplicates).to_numpy())
    marks = np.zeros(len(texts), np.bool_)
    marks[suspects] = [not codec.keeps(raw[at].as_py(), texts[at]) for at in suspects.tolist()]
    return pl.Series(marks)


CODECS: dict[str, Codec] = {
    "cp932": PythonCodec(
        "cp932",
        "シフトJIS (CP932)",
        "cp932",
        refused={source: chr(ESCAPE + byte) for source, byte in CP932_REFUSED.items()},
        repeated=cp932_duplicates,
    ),
    "utf_8": PythonCodec("utf_8", "UTF-8", "utf-8", plain="utf8", bom=codecs.BOM_UTF8),
    "euc_jp": PythonCodec("euc_jp", "EUC-JP", "euc_jp"),
    "euc_jp_ms": PythonCodec(
        "euc_jp_ms",
        "EUC-JP（Windows の文字）",
        "euc_jp",
        refused=EUC_MS_DIFFERENCES,
        repeated=euc_ms_duplicates,
        errors=EUC_MS_ERRORS,
        rewritten=EUC_MS_REWRITTEN,
        back=euc_ms_encode,
    ),
    **{name: HostCodec(encoding) for name, encoding in shipped_encodings().items()},
}
_ALIASES = {"utf8": "utf_8", "utf_8_sig": "utf_8", "ms932": "cp932", "windows_31j": "cp932"}
_ALIASES |= {"eucjp": "euc_jp", "eucjp_ms": "euc_jp_ms", "cp51932": "euc_jp_ms"}
