"""Extract: every record of a table's files becomes a row of text with its place, or a row of the quarantine.

Files are cut on bytes by a reader (READERS), decoded per cell (CODECS) in two threads, and streamed to Parquet; memory
does not grow with the file. The books close to the byte: records + quarantined + line ends, header and marks = file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from mappings.errors import InputError, MappingError, did_you_mean
from mappings.host_encodings import HostEncoding, host_codes
from mappings.legacy_source import LegacyTable
from migration.codepages.host_codec import HostCodec
from migration.decoding import column_codec
from migration.extract_findings import extract_findings
from migration.readers import READERS
from migration.readers.chunk import Block
from migration.readers.staging import Plan, stage_block
from migration.readers.tally import Tally, column_places
from reports.ledger import LedgerRow

ROW_GROUP = 20_000


@dataclass(frozen=True, slots=True)
class Extracted:
    """What extracting one table gave: `rows` records are staged, `rejected` lie in the quarantine."""

    rows: int
    rejected: int
    ledger: tuple[LedgerRow, ...]
    findings: pl.DataFrame


def extract_table(
    area: str, table: LegacyTable, files: pl.DataFrame, delivery: Path, out: Path, secret: bool = False
) -> Extracted:
    """Stage the `files` (rows of the receive frame) of one table into the folder `out`.

    Writes <table>.parquet, <table>.quarantine.parquet and, where codes do not round-trip, <table>.bytes.parquet.
    InputError for an unknown reader or encoding, a missing file, a table definition that cannot be.
    """
    check_table(table)
    tally = Tally(table, secret)
    places = [(number, path, _existing(delivery, path)) for number, path in _in_order(files)]
    staged = out / f"{table.id}.parquet"
    _write(lambda: (frame for place in places for frame in tally.read(*place)), staged, table)
    quarantine = pl.concat(tally.quarantined)
    quarantine.drop("rule").write_parquet(out / f"{table.id}.quarantine.parquet", compression="zstd")
    lossy = pl.concat(tally.lossy)
    if len(lossy):
        lossy.write_parquet(out / f"{table.id}.bytes.parquet", compression="zstd")
    findings = extract_findings(area, tally, quarantine, staged)
    rejected = sum(book.rejected for book in tally.books)
    rows = sum(book.records for book in tally.books) - rejected
    return Extracted(rows, rejected, tuple(_ledger(area, tally)), findings)


def check_table(table: LegacyTable) -> None:
    """InputError when the reader or an encoding of the table is unknown."""
    if table.reader not in READERS:
        known = "、".join(READERS)
        raise InputError(
            f"テーブル {table.id} の読み方「{table.reader}」は扱えません。使えるのは {known} です。"
            f"{did_you_mean(table.reader, READERS)}"
        )
    for column in (None, *table.columns):
        chosen = column_codec(table, column)
        if isinstance(chosen, HostCodec):
            _check_codes(chosen.encoding)


def read_record(file: Path, byte_start: int, byte_length: int) -> bytes:
    """The bytes of one record as they stand in the file, without its line end."""
    with file.open("rb") as stream:
        stream.seek(byte_start)
        return stream.read(byte_length)


def shown_record(file: Path, byte_start: int, byte_length: int, table: LegacyTable) -> Mapping[str, str | None]:
    """One record's fields decoded anew from the file, by declared column; secret columns are None.

    InputError when the bytes are no record of the table (the place is not one that extract told).
    """
    reader = READERS[table.reader]
    opened = reader.open(file, table)
    block = Block(byte_start, read_record(file, byte_start, byte_length), alone=True)
    staged = stage_block(block, reader, Plan(table, opened, column_places(table, opened), secret=False))
    if len(staged.frame) != 1:
        raise InputError(
            f"{file.name} の {byte_start} バイト目から {byte_length} バイトは、"
            f"テーブル {table.id} の1件として読めません。"
            "抽出のあとでファイルが差し替えられていないか確かめてください。"
        )
    fields: dict[str, str | None] = staged.frame.drop("index", "byte_start", "byte_length").row(0, named=True)
    return fields


def _check_codes(encoding: HostEncoding) -> None:
    try:
        host_codes(encoding)
    except MappingError as error:
        raise InputError(f"文字コード「{encoding.name}」の表を読めません。{error}") from None


def _in_order(files: pl.DataFrame) -> list[tuple[int, str]]:
    return [(int(number), str(path)) for number, path in files.sort("file_no").select("file_no", "path").rows()]


def _existing(delivery: Path, path: str) -> Path:
    file = delivery / path
    if not file.is_file():
        raise InputError(
            f"受渡データのファイル {path} がありません。受渡データを元に戻し、受入からやり直してください。"
        )
    return file


def _write(frames: Callable[[], Iterator[pl.DataFrame]], path: Path, table: LegacyTable) -> None:
    """Stream the frames to one Parquet file. What a frame raises is raised as it is, not as Polars wraps it."""
    schema = {
        "record_id": pl.Int64(),
        "byte_start": pl.Int64(),
        "byte_length": pl.Int64(),
        **{column.name: pl.String() for column in table.columns},
    }
    raised: list[Exception] = []

    def source(*_: object) -> Iterator[pl.DataFrame]:
        try:
            yield from frames()
        except Exception as error:
            raised.append(error)
            raise

    try:
        register_io_source(source, schema=schema).sink_parquet(
            path, compression="zstd", compression_level=1, statistics=False, row_group_size=ROW_GROUP
        )
    except Exception:
        if raised:
            raise raised[0] from None
        raise


def _ledger(area: str, tally: Tally) -> Iterator[LedgerRow]:
    name = f"{area}/{tally.table.id}"
    for book in tally.books:
        yield LedgerRow(
            stage="extract-bytes",
            source=name,
            target=book.path,
            read=book.size,
            loaded=book.record_bytes,
            filtered=book.around,
            rejected=book.rejected_bytes,
        )
    read = sum(book.records for book in tally.books)
    rejected = sum(book.rejected for book in tally.books)
    yield LedgerRow("extract", name, name, read=read, loaded=read - rejected, rejected=rejected)
