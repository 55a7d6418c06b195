"""Columns whose texts repeat, as the dictionary codes their Parquet holds: what is made of a text is made once.

A code is a place in the `Texts` of its column; the codes of a row travel beside its texts through filters and joins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

PAYS = 6  # bytes a value takes in the staged Parquet, before compression, up to which its texts repeat enough
MEMORY = 1 << 29  # bytes of codes held at a time; columns beyond go as texts
NAMES_AT_MOST = 30_000  # distinct values of an item up to which each row group of its file holds all of them
_CODE_BYTES = 4
_THREADS = 2


class Texts:
    """The distinct texts of one column, by code."""

    def __init__(self, texts: pl.Series) -> None:
        self.series = texts

    def codes(self, texts: pl.Series) -> pl.Series:
        """The codes of distinct texts, UInt32; those not met before are added."""
        if not len(self.series):
            self.series = texts
            return _numbers(0, len(texts))
        known = pl.DataFrame({"text": self.series, "code": _numbers(0, len(self.series))})
        codes = texts.to_frame("text").join(known, on="text", how="left", maintain_order="left")["code"]
        fresh = codes.is_null().arg_true()
        if not len(fresh):
            return codes
        first = len(self.series)
        self.series = pl.concat([self.series, texts.gather(fresh)], rechunk=True)
        return codes.scatter(fresh, _numbers(first, len(self.series)))


class Coded:
    """A column `name` whose texts are at hand as codes in the column `column`.

    `prepare`: the columns of the rows that are made of the texts, where the column is not simply the texts.
    """

    def __init__(self, name: str, column: str, texts: Texts, prepare: Sequence[pl.Expr] = ()) -> None:
        self.name, self.column, self._texts, self._prepare = name, column, texts, prepare

    def made(self, expr: pl.Expr) -> PerText:
        """What `expr`, over what is made of the texts alone, makes of each text."""
        return PerText(self, expr)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The texts and what is prepared of them, by code."""
        return self._texts.series.alias(self.name).to_frame().with_columns(self._prepare)


class PerText:
    """One expression over the texts of a column, worked out when the first row asks for it."""

    def __init__(self, coded: Coded, expr: pl.Expr) -> None:
        self.coded, self._expr = coded, expr

    @cached_property
    def values(self) -> pl.Series:
        """The results by code."""
        return self.coded.frame.select(self._expr.alias("made")).to_series()

    def of_rows(self, kind: pl.DataType) -> pl.Expr:
        """The result of each row's text, of type `kind`; null where there is none."""
        return _gathered(self.coded.column, lambda: self.values, kind)

    def named(self) -> tuple[pl.Expr, pl.DataType]:
        """The texts made for each row and their type: an Enum, written at a third of the cost, unless they are many."""
        names = self.values.drop_nulls().unique(maintain_order=True)
        if len(names) > NAMES_AT_MOST:
            return self.of_rows(pl.String()), pl.String()
        kind = pl.Enum(names)
        told = kind.to_dtype_expr()  # once: each time the names go from Python to Rust
        values = pl.select(pl.lit(self.values).cast(told)).to_series()
        return _gathered(self.coded.column, lambda: values, told), kind


def code_column(name: str) -> str:
    return f"{name}#code"


def repeating(path: Path, names: Sequence[str]) -> list[str]:
    """Those of the columns that the Parquet holds as dictionaries much smaller than the column."""
    metadata = pq.read_metadata(path)
    places = {metadata.schema.column(place).name: place for place in range(metadata.num_columns)}
    return [name for name in names if name in places and _repeats(metadata, places[name])]


def read_codes(paths: Sequence[Path | None], names: Sequence[str]) -> tuple[dict[str, Texts], list[pl.DataFrame]]:
    """The texts of the columns over all files, and per file their codes, row by row; None: a file without rows.

    As many columns as MEMORY allows, in the order given.
    """
    rows = sum(pq.read_metadata(path).num_rows for path in paths if path is not None)
    chosen = names[: MEMORY // (_CODE_BYTES * max(rows, 1))]
    texts = {name: Texts(pl.Series([], dtype=pl.String)) for name in chosen}
    shares = [{name: texts[name] for name in chosen[at::_THREADS]} for at in range(_THREADS)]
    with ThreadPoolExecutor(_THREADS) as threads:
        parts = list(threads.map(partial(_codes_of_files, paths), shares))
    return texts, [pl.concat(files, how="horizontal") for files in zip(*parts, strict=True)]


def _codes_of_files(paths: Sequence[Path | None], texts: Mapping[str, Texts]) -> list[pl.DataFrame]:
    return [_codes_of_file(path, texts) for path in paths]


def _numbers(start: int, end: int) -> pl.Series:
    return pl.int_range(start, end, dtype=pl.UInt32, eager=True)


def _gathered(column: str, values: Callable[[], pl.Series], kind: pl.DataType | pl.DataTypeExpr) -> pl.Expr:
    return pl.col(column).map_batches(lambda codes: values().gather(codes), return_dtype=kind, is_elementwise=True)


def _repeats(metadata: pq.FileMetaData, place: int) -> bool:
    groups = [metadata.row_group(number).column(place) for number in range(metadata.num_row_groups)]
    size = sum(group.total_uncompressed_size for group in groups)
    return all(group.has_dictionary_page for group in groups) and size <= PAYS * metadata.num_rows


def _codes_of_file(path: Path | None, texts: Mapping[str, Texts]) -> pl.DataFrame:
    parts = [pl.DataFrame(schema={code_column(name): pl.UInt32 for name in texts})]
    if path is not None and texts:
        with pq.ParquetFile(path, read_dictionary=list(texts)) as file:
            parts += [_codes_of_group(file.read_row_group(at, list(texts)), texts) for at in range(file.num_row_groups)]
    return pl.concat(parts, rechunk=True)


def _codes_of_group(table: pa.Table, texts: Mapping[str, Texts]) -> pl.DataFrame:
    return pl.DataFrame([_codes(table.column(name), known).alias(code_column(name)) for name, known in texts.items()])


def _codes(column: pa.ChunkedArray, texts: Texts) -> pl.Series:
    """Chunks of one row group mostly share their dictionary: each is looked up once."""
    parts: list[pl.Series] = []
    last: tuple[pa.Array, pl.Series] | None = None
    for chunk in column.chunks:
        if last is None or not last[0].equals(chunk.dictionary):
            last = chunk.dictionary, texts.codes(pl.Series(chunk.dictionary, dtype=pl.String))
        parts.append(last[1].gather(pl.Series(chunk.indices)))
    return pl.concat(parts)
