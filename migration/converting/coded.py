"""Columns whose texts repeat, as the dictionary codes their Parquet holds: what is made of a text is made once.

A code is a place in the `Texts` of its column; the codes of a row travel beside its texts through filters and joins.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from polars.io.plugins import register_io_source

PAYS = 6  # bytes a value takes in the staged Parquet, before compression, up to which its texts repeat enough
BATCH = 125_000
_NOTHING = "#nothing"


class Texts:
    """The distinct texts of one column in the order they were met. It only grows: a code stays what it is."""

    def __init__(self, texts: pl.Series | None = None) -> None:
        self.series = pl.Series([], dtype=pl.String) if texts is None else texts
        self._codes: dict[str | None, int] = {}
        self._lock = threading.Lock()

    def codes(self, texts: pl.Series) -> pl.Series:
        """The code of every text, UInt32."""
        given = texts.to_list()
        with self._lock:
            known, before = self._codes, len(self._codes)
            codes = [known.setdefault(text, len(known)) for text in given]
            if len(known) > before:
                fresh = pl.Series(list(islice(known, before, None)), dtype=pl.String)
                self.series = pl.concat([self.series, fresh], rechunk=True)
        return pl.Series(codes, dtype=pl.UInt32)


class Coded:
    """A column `name` whose texts are at hand as codes in the column `column`.

    `prepare`: the columns of the rows that are made of the texts, where the column is not simply the texts.
    """

    def __init__(self, name: str, column: str, texts: Texts, prepare: Sequence[pl.Expr] = ()) -> None:
        self.name, self.column, self._texts, self._prepare = name, column, texts, prepare

    def made(self, expr: pl.Expr, kind: pl.DataType) -> pl.Expr:
        """What `expr`, over what is made of the texts alone, makes of each row's text; null where there is none."""
        made = _PerText(self._texts, self._of, expr)
        return pl.col(self.column).map_batches(made, return_dtype=kind, is_elementwise=True)

    def _of(self, texts: pl.Series) -> pl.DataFrame:
        return texts.alias(self.name).to_frame().with_columns(self._prepare)


class _PerText:
    """The results of one expression by code. Two threads may do the same work; neither loses the other's."""

    def __init__(self, texts: Texts, frame: Callable[[pl.Series], pl.DataFrame], expr: pl.Expr) -> None:
        self._texts, self._frame, self._expr = texts, frame, expr
        self._made: pl.Series | None = None

    def __call__(self, codes: pl.Series) -> pl.Series:
        made, texts = self._made, self._texts.series
        if made is None:
            self._made = made = self._of(texts)
        elif len(made) < len(texts):
            self._made = made = pl.concat([made, self._of(texts[len(made) :])], rechunk=True)
        return made.gather(codes)

    def _of(self, texts: pl.Series) -> pl.Series:
        return self._frame(texts).select(self._expr.alias("made")).to_series()


def code_column(name: str) -> str:
    return f"{name}#code"


def repeating(path: Path, names: Sequence[str]) -> list[str]:
    """Those of the columns that the Parquet holds as dictionaries much smaller than the column."""
    metadata = pq.read_metadata(path)
    places = {metadata.schema.column(place).name: place for place in range(metadata.num_columns)}
    return [name for name in names if name in places and _repeats(metadata, places[name])]


def scan_codes(path: Path | None, columns: Mapping[str, Texts]) -> pl.LazyFrame:
    """The codes of the columns, row by row as `pl.scan_parquet` reads the file; no file: no rows.

    Polars asks for the first column where it needs none: that one is nothing and costs nothing.
    """
    schema = {_NOTHING: pl.Null(), **{code_column(name): pl.UInt32() for name in columns}}
    if path is None:
        return pl.LazyFrame(schema=schema)

    def batches(
        wanted: list[str] | None, predicate: pl.Expr | None, rows: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        chosen = schema if wanted is None else wanted
        texts = {name: known for name, known in columns.items() if code_column(name) in chosen}
        left = rows
        for frame in _batches(path, texts):
            part = frame.select(chosen) if left is None else frame.select(chosen).head(left)
            left = None if left is None else left - part.height
            yield part if predicate is None else part.filter(predicate)
            if left == 0:
                return

    return register_io_source(batches, schema=schema, is_pure=True)


def _repeats(metadata: pq.FileMetaData, place: int) -> bool:
    groups = [metadata.row_group(number).column(place) for number in range(metadata.num_row_groups)]
    size = sum(group.total_uncompressed_size for group in groups)
    return all(group.has_dictionary_page for group in groups) and size <= PAYS * metadata.num_rows


def _batches(path: Path, columns: Mapping[str, Texts]) -> Iterator[pl.DataFrame]:
    with pq.ParquetFile(path, read_dictionary=list(columns)) as file:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number, columns=list(columns))
            frame = pl.select(pl.repeat(None, table.num_rows, dtype=pl.Null).alias(_NOTHING)).with_columns(
                _codes(table.column(name), texts).alias(code_column(name)) for name, texts in columns.items()
            )
            yield from frame.iter_slices(BATCH)


def _codes(column: pa.ChunkedArray, texts: Texts) -> pl.Series:
    """Chunks of one row group mostly share their dictionary: each is looked up once."""
    parts: list[pl.Series] = []
    last: tuple[pa.Array, pl.Series] | None = None
    for chunk in column.chunks:
        if last is None or not last[0].equals(chunk.dictionary):
            last = chunk.dictionary, texts.codes(pl.Series(chunk.dictionary, dtype=pl.String))
        parts.append(last[1].gather(pl.Series(chunk.indices)))
    return pl.concat(parts, rechunk=True)
