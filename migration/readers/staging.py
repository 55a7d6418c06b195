"""One block of records → frames: the text of every declared column, what could not be read, what is doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from mappings.legacy_source import LegacyColumn, LegacyTable
from migration.cells import Cells, Positions, as_series
from migration.decoding import Decoded, escaped_bytes
from migration.readers.chunk import Block, Cut, Opened, Reader
from migration.readers.fields import POSITIONED, decode_field
from validators.finding import key_text

PLACE = {"index": pl.Int64, "byte_start": pl.Int64, "byte_length": pl.Int64}
QUARANTINE = {**PLACE, "column": pl.String, "rule": pl.String, "reason": pl.String, "bytes": pl.String}
KEPT = {"index": pl.Int64, "column": pl.String, "bytes": pl.String}
LONGEST_KEPT = 4096  # bytes of a rejected record copied to the quarantine; its place tells where the rest is
_NO_NOTES = pl.DataFrame(schema={"index": pl.Int64, "item": pl.String, "rule": pl.String})
_NOTHING_KEPT = pl.DataFrame(schema=KEPT)
_NO_REJECTS = pl.DataFrame(schema=QUARANTINE)
WITHHELD = "個人番号を含みうるため中身は写していません"


@dataclass(frozen=True, slots=True)
class Plan:
    """How the columns of one file become the columns of the table: declared column → number in the file (-1: none)."""

    table: LegacyTable
    opened: Opened
    places: Mapping[str, int]
    secret: bool

    @property
    def withheld(self) -> bool:
        """Whether whole records must not be copied, not even where the secret columns themselves are read."""
        return any(column.secret for column in self.table.columns)

    @property
    def key(self) -> tuple[str, ...]:
        """The key columns when all of them are read, else none."""
        hidden = {column.name for column in self.table.columns if column.secret}
        return self.table.key if self.secret or not hidden.intersection(self.table.key) else ()


@dataclass(frozen=True, slots=True)
class Staged:
    """A block as frames. `index` counts records within the block from 0; places are bytes of the file."""

    frame: pl.DataFrame  # PLACE, then the declared columns
    quarantine: pl.DataFrame
    kept: pl.DataFrame
    notes: pl.DataFrame  # index, item, rule
    hashes: pl.DataFrame  # record, key (rows as in `frame`): 64-bit hashes, good only within this process
    records: int
    loaded_bytes: int
    rejected_bytes: int
    overhead: int
    blank_lines: int


def stage_block(block: Block, reader: Reader, plan: Plan) -> Staged:
    """Cut and decode one block. Runs in several threads at once; nothing is shared."""
    cut = reader.cut(block, plan.table, plan.opened)
    columns, quarantine, kept = [], [_rejected(cut, block, plan)], [_NOTHING_KEPT]
    notes = [_notes(cut, plan)]
    for column in plan.table.columns:
        text, bad, lossy, doubtful = _column(cut, block, column, plan)
        columns.append(text)
        quarantine += bad
        kept += lossy
        notes += doubtful
    place = pl.DataFrame({"index": cut.index, "byte_start": cut.starts + block.offset, "byte_length": cut.lengths})
    frame = place.hstack(columns)
    return Staged(
        frame=frame,
        quarantine=pl.concat(quarantine).sort("index", maintain_order=True),  # wherever the file was cut
        kept=pl.concat(kept),
        notes=pl.concat(notes),
        hashes=_hashes(cut, frame, plan.key),
        records=cut.records,
        loaded_bytes=int(cut.lengths.sum()),
        rejected_bytes=sum(reject.length for reject in cut.rejects),
        overhead=cut.overhead,
        blank_lines=cut.blank_lines,
    )


def _column(
    cut: Cut, block: Block, column: LegacyColumn, plan: Plan
) -> tuple[pl.Series, list[pl.DataFrame], list[pl.DataFrame], list[pl.DataFrame]]:
    """The text of a column, and rows of the quarantine, of the kept bytes and of the notes."""
    place = plan.places[column.name]
    if place < 0 or (column.secret and not plan.secret):
        return pl.Series(column.name, [None], pl.String).new_from_index(0, len(cut.index)), [], [], []
    cells = cut.cells[place]
    fixed = plan.table.reader in POSITIONED
    decoded = decode_field(cut.cells, place, column, plan.table)
    text = _blanked(decoded.text.rename(column.name), plan.table, fixed and len(cut.notes) > 0)
    bad = _undecodable(cut, block, column.name, decoded, cells)
    if column.secret:
        reason = pl.lit(f"{decoded.what}。{WITHHELD}")
        withheld = [rows.with_columns(reason=reason, bytes=pl.lit("")) for rows in bad]
        return text, withheld, [], _doubtful(cut, column.name, decoded)
    return text, bad, _lossy(cut, column.name, decoded, cells), _doubtful(cut, column.name, decoded)


def _blanked(text: pl.Series, table: LegacyTable, low_values: bool) -> pl.Series:
    """Cells that mean nothing become NULL: the declared blanks and, where asked, cells of NULs only."""
    if low_values:
        text = text.set(text.str.contains("^\0+$").fill_null(False), None)
    if table.blanks:
        text = text.set(text.is_in(table.blanks).fill_null(False), None)
    return text


def _undecodable(cut: Cut, block: Block, name: str, decoded: Decoded, cells: Cells) -> list[pl.DataFrame]:
    if decoded.bad is None:
        return []
    at = np.flatnonzero(decoded.bad.to_numpy())
    rows = {
        "index": cut.index[at],
        "byte_start": _in_file(cells.starts[at], cut, block, at),
        "byte_length": cells.lengths[at],
        "column": [name] * len(at),
        "rule": [decoded.rule] * len(at),
        "reason": [f"{decoded.what} {escaped_bytes(text).hex(' ').upper()}" for text in decoded.text.gather(at)],
        "bytes": [value.hex() for value in cells.raw(at)],
    }
    return [pl.DataFrame(rows, schema=QUARANTINE)]


def _in_file(starts: Positions, cut: Cut, block: Block, at: Positions) -> Positions:
    """Places in the file; an unescaped cell lies behind the block, so its record's place is told instead."""
    return np.where(starts < len(block.data), starts, cut.starts[at]) + block.offset


def _lossy(cut: Cut, name: str, decoded: Decoded, cells: Cells) -> list[pl.DataFrame]:
    if decoded.lossy is None:
        return []
    at = np.flatnonzero(decoded.lossy.to_numpy())
    raw = [value.hex() for value in cells.raw(at)]
    return [pl.DataFrame({"index": cut.index[at], "column": [name] * len(at), "bytes": raw}, schema=KEPT)]


def _doubtful(cut: Cut, name: str, decoded: Decoded) -> list[pl.DataFrame]:
    if decoded.notes is None:
        return []
    notes = pl.DataFrame({"index": cut.index, "rule": decoded.notes}).filter(pl.col("rule").is_not_null())
    return [notes.select("index", pl.lit(name).alias("item"), "rule")]


def _rejected(cut: Cut, block: Block, plan: Plan) -> pl.DataFrame:
    if not cut.rejects:
        return _NO_REJECTS
    rows = []
    for reject in cut.rejects:
        raw = block.data[reject.start : reject.start + min(reject.length, LONGEST_KEPT)]
        rows.append(
            {
                "index": reject.index,
                "byte_start": block.offset + reject.start,
                "byte_length": reject.length,
                "column": "",
                "rule": reject.rule,
                "reason": reject.detail + (f"。{WITHHELD}" if plan.withheld else ""),
                "bytes": "" if plan.withheld else raw.hex(),
            }
        )
    return pl.DataFrame(rows, schema=QUARANTINE)


def _notes(cut: Cut, plan: Plan) -> pl.DataFrame:
    """index, item, rule of doubtful cells; rejected records are told as such already."""
    if not len(cut.notes):
        return _NO_NOTES
    names = {place: name for name, place in plan.places.items() if place >= 0}
    hidden = {column.name for column in plan.table.columns if column.secret and not plan.secret}
    rejected = [reject.index for reject in cut.rejects]
    items = [names.get(place, "") for place in cut.notes["column"]]
    notes = cut.notes.select("index", item=pl.Series(items, dtype=pl.String), rule="rule")
    return notes.filter(~pl.col("index").is_in(rejected) & ~pl.col("item").is_in(hidden))


def _hashes(cut: Cut, frame: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    whole = as_series(Cells(cut.data, cut.starts, cut.lengths).views()).hash()
    keys = pl.lit(None, pl.UInt64)
    if key:
        keys = pl.when(pl.any_horizontal(pl.col(key).is_not_null())).then(key_text(key).hash())
    return frame.select(pl.lit(whole).alias("record"), keys.alias("key"))
