"""Columns whose texts repeat, as the dictionary codes their Parquet holds: what is made of a text is made once.

A code is a place in the `Texts` of its column; the codes of a row travel beside its texts through filters and joins.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from polars.io.plugins import register_io_source

PAYS = 6  # bytes a value takes in the staged Parquet, before compression, up to which its texts repeat enough
BATCH = 125_000


class Texts:
    """The distinct texts of one column in the order they were met. It only grows: a code stays what it is."""

    def __init__(self, texts: pl.Series | None = None) -> None:
        self.series = pl.Series([], dtype=pl.String) if texts is None else texts
        self._lock = threading.Lock()

    def codes(self, texts: pl.Series) -> pl.Series:
        """The code of every text, UInt32; null for null. The texts differ from each other."""
        with self._lock:
            found = self._found(texts)
            if found.null_count() > texts.null_count():
                fresh = texts.filter(found.is_null() & texts.is_not_null())
                self.series = pl.concat([self.series, fresh], rechunk=True)
                found = self._found(texts)
        return found

    def _found(self, texts: pl.Series) -> pl.Series:
        known = self.series
        if known.is_empty():
            return pl.Series([None] * len(texts), dtype=pl.UInt32)
        return texts.replace_strict(
            known, pl.arange(len(known), dtype=pl.UInt32, eager=True), default=None, return_dtype=pl.UInt32
        )


class Coded:
    """One column of texts that is at hand as codes: `code` is an expression over the rows."""

    def __init__(self, name: str, code: pl.Expr, texts: Texts) -> None:
        self._name, self._code, self._texts = name, code, texts

    @property
    def text(self) -> pl.Expr:
        return self.made(pl.col(self._name), pl.String())

    @property
    def missing(self) -> pl.Expr:
        return self.made(pl.col(self._name).is_null(), pl.Boolean()).fill_null(True)

    def made(self, expr: pl.Expr, kind: pl.DataType) -> pl.Expr:
        """What `expr`, over the column of this name, makes of each row's text; null where there is no text."""
        return self._code.map_batches(_PerText(self._texts, self._name, expr), return_dtype=kind, is_elementwise=True)


class _PerText:
    """The results of one expression by code. Two threads may do the same work; neither loses the other's."""

    def __init__(self, texts: Texts, name: str, expr: pl.Expr) -> None:
        self._texts, self._name, self._expr = texts, name, expr
        self._made: pl.Series | None = None

    def __call__(self, codes: pl.Series) -> pl.Series:
        made, texts = self._made, self._texts.series
        if made is None:
            self._made = made = self._of(texts)
        elif len(made) < len(texts):
            self._made = made = pl.concat([made, self._of(texts[len(made) :])], rechunk=True)
        return made.gather(codes)

    def _of(self, texts: pl.Series) -> pl.Series:
        return texts.alias(self._name).to_frame().select(self._expr.alias("made")).to_series()


def code_column(name: str) -> str:
    return f"{name}#code"


def repeating(path: Path, names: Sequence[str]) -> list[str]:
    """Those of the columns that the Parquet holds as dictionaries much smaller than the column."""
    metadata = pq.read_metadata(path)
    places = {metadata.schema.column(place).name: place for place in range(metadata.num_columns)}
    return [name for name in names if name in places and _repeats(metadata, places[name])]


def scan_codes(path: Path | None, columns: Mapping[str, Texts], blanks: Sequence[str]) -> pl.LazyFrame:
    """The codes of the columns, row by row as `pl.scan_parquet` reads the file; no file: no rows."""
    schema = {code_column(name): pl.UInt32() for name in columns}
    if path is None:
        return pl.LazyFrame(schema=schema)
    names = {code_column(name): name for name in columns}

    def batches(
        wanted: list[str] | None, predicate: pl.Expr | None, rows: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        chosen = {name: columns[name] for name in (names[code] for code in (wanted or names))}
        left = rows
        for frame in _batches(path, chosen, blanks):
            part = frame if left is None else frame.head(left)
            left = None if left is None else left - part.height
            yield part if predicate is None else part.filter(predicate)
            if left == 0:
                return

    return register_io_source(batches, schema=schema, is_pure=True)


def _repeats(metadata: pq.FileMetaData, place: int) -> bool:
    groups = [metadata.row_group(number).column(place) for number in range(metadata.num_row_groups)]
    size = sum(group.total_uncompressed_size for group in groups)
    return all(group.has_dictionary_page for group in groups) and size <= PAYS * metadata.num_rows


def _batches(path: Path, columns: Mapping[str, Texts], blanks: Sequence[str]) -> Iterator[pl.DataFrame]:
    with pq.ParquetFile(path, read_dictionary=list(columns)) as file:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number, columns=list(columns))
            frame = pl.DataFrame(
                [_codes(table.column(name), texts, blanks).alias(code_column(name)) for name, texts in columns.items()]
            )
            yield from frame.iter_slices(BATCH)


def _codes(column: pa.ChunkedArray, texts: Texts, blanks: Sequence[str]) -> pl.Series:
    """Chunks of one row group mostly share their dictionary: each is looked up once."""
    parts: list[pl.Series] = []
    last: tuple[pa.Array, pl.Series] | None = None
    for chunk in column.chunks:
        if last is None or not last[0].equals(chunk.dictionary):
            last = chunk.dictionary, texts.codes(_without(pl.Series(chunk.dictionary, dtype=pl.String), blanks))
        parts.append(last[1].gather(pl.Series(chunk.indices)))
    return pl.concat(parts, rechunk=True)


def _without(texts: pl.Series, blanks: Sequence[str]) -> pl.Series:
    return texts.set(texts.is_in(blanks), None) if blanks else texts
