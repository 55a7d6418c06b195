"""Parquet files of convert: whole plans, and frames as they come."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import TracebackType

import polars as pl
from polars.io.plugins import register_io_source

from migration.memory import rows_together

_WAITING = 2  # frames between the one who makes them and the one who writes
_SECONDS = 0.5  # after which a full queue is asked whether anyone still reads it


def sink(
    frames: Sequence[pl.LazyFrame], path: Path, schema: Mapping[str, pl.DataType], statistics: bool = False
) -> None:
    """The frames one after the other as one Parquet; its columns are read back as `schema` says (as they are: {}).

    `statistics`: of use where rows are looked up by record.
    """
    frame = pl.concat(frames, parallel=False) if frames else pl.LazyFrame(schema=dict(schema))
    frame.sink_parquet(
        path,
        compression="zstd",
        compression_level=1,
        row_group_size=rows_together(len(frame.collect_schema())),
        maintain_order=True,
        statistics=statistics,
        metadata=_types(schema) if schema else None,
        engine="streaming",
    )


class FrameWriter:
    """Writes frames of one schema to a Parquet file while the next are made. An error in the block leaves no file."""

    def __init__(
        self,
        path: Path,
        given: Mapping[str, pl.DataType],
        schema: Mapping[str, pl.DataType],
        statistics: bool = False,
    ) -> None:
        """`given`: the types of the frames; `schema`: those the file is read back with. `statistics`: as of `sink`."""
        self._path, self._schema, self._statistics = path, schema, statistics
        self._frames: queue.Queue[pl.DataFrame | None] = queue.Queue(_WAITING)
        self._plan = register_io_source(self._taken, schema=dict(given))
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> FrameWriter:
        self._thread.start()
        return self

    def write(self, frame: pl.DataFrame) -> None:
        self._put(frame)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._put(None)
        self._thread.join()
        if kind is not None:
            self._path.unlink(missing_ok=True)
        elif self._failed is not None:
            raise self._failed

    def _put(self, frame: pl.DataFrame | None) -> None:
        while self._thread.is_alive():
            try:
                return self._frames.put(frame, timeout=_SECONDS)
            except queue.Full:
                continue
        if frame is not None and self._failed is not None:
            raise self._failed

    def _run(self) -> None:
        try:
            sink([self._plan], self._path, self._schema, self._statistics)
        except BaseException as error:
            self._failed = error

    def _taken(
        self, wanted: list[str] | None, predicate: pl.Expr | None, rows: int | None, size: int | None
    ) -> Iterator[pl.DataFrame]:
        while (frame := self._frames.get()) is not None:
            yield frame


def _types(schema: Mapping[str, pl.DataType]) -> dict[str, str]:
    """The Parquet metadata that names the column types: Enum columns are read back as the texts they hold."""
    empty = BytesIO()
    pl.DataFrame(schema=dict(schema)).write_parquet(empty)
    return dict(pl.read_parquet_metadata(empty.getvalue()))
