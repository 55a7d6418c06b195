"""The bytes of one column → text, by the column's kind: text in its code page, or a number as COBOL stores it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pyarrow as pa

from mappings.legacy_source import LegacyColumn, LegacyTable
from mappings.source_files import NUMBER_KINDS
from migration.cells import Cells, Flags, padded
from migration.codepages.host_codec import HostCodec
from migration.codepages.numbers import TITLES, decode_numbers
from migration.codepages.texts import ESCAPE, OPEN_SHIFT
from migration.decoding import Decoded, column_codec, decode_cells

POSITIONED = ("fixed", "host")
_PADDING = " 　"
_FILL_BYTES = {"low": 0x00, "high": 0xFF}


def decode_field(cells: Sequence[Cells], place: int, column: LegacyColumn, table: LegacyTable) -> Decoded:
    """The texts of one column; `cells` are all columns of the block, of which it is the one at `place`."""
    own = cells[place]
    chosen = column_codec(table, column)
    if table.reader not in POSITIONED:
        return decode_cells(own, chosen)
    if column.kind in NUMBER_KINDS:
        return _number(own, column, table)
    if not isinstance(chosen, HostCodec):
        return decode_cells(own, chosen, _PADDING)
    chosen = replace(chosen, declared=tuple(_FILL_BYTES[name] for name in table.fillings if name in _FILL_BYTES))
    if column.kind == "dbcs":
        return decode_cells(own, chosen.double_only(), _PADDING)
    if column.kind == "continued":
        decoded = _continued(own, chosen, _open_before(cells, column, table))
    else:
        decoded = decode_cells(own, chosen, _PADDING)
    return _without_open(decoded) if _goes_on(column, table) else decoded


def shown_bytes(raw: bytes, column: LegacyColumn, table: LegacyTable) -> str:
    """A cell as far as it can be read, the other bytes as 〔8B〕."""
    cells = Cells(padded(raw), np.zeros(1, np.int64), np.array([len(raw)], np.int64))
    alone = replace(table, columns=(replace(column, kind="text" if column.kind == "continued" else column.kind),))
    text = decode_field([cells], 0, alone.columns[0], alone).text[0] or ""
    return "".join(f"〔{ord(sign) - ESCAPE:02X}〕" if ord(sign) >= ESCAPE else sign for sign in text)


def _number(cells: Cells, column: LegacyColumn, table: LegacyTable) -> Decoded:
    ascii_signs = column_codec(table, column).space == 0x20
    text, bad, kept, notes = decode_numbers(cells, column, ascii_signs, table.fillings)
    return Decoded(
        text,
        pl.Series(bad) if bad.any() else None,
        pl.Series(kept) if kept.any() else None,
        notes,
        rule="EXT-17",
        what=f"{TITLES[column.kind]}として読めないバイト",
    )


def _continued(cells: Cells, chosen: HostCodec, opened: Flags) -> Decoded:
    """Cells of which some begin in double-byte state."""
    plain = decode_cells(cells, chosen, _PADDING)
    at = np.flatnonzero(opened)
    if not len(at):
        return plain
    some = decode_cells(Cells(cells.data, cells.starts[at], cells.lengths[at]), chosen.continued(), _PADDING)
    return Decoded(
        plain.text.scatter(at, some.text),
        _mixed(plain.bad, some.bad, at, len(opened), False),
        _mixed(plain.lossy, some.lossy, at, len(opened), False),
        _mixed(plain.notes, some.notes, at, len(opened), None),
    )


def _mixed(
    all_cells: pl.Series | None, some: pl.Series | None, at: np.ndarray, count: int, default: bool | None
) -> pl.Series | None:
    if all_cells is None and some is None:
        return None
    kind = pl.String if default is None else pl.Boolean
    base = all_cells if all_cells is not None else pl.Series([default], dtype=kind).new_from_index(0, count)
    new = some if some is not None else pl.Series([default], dtype=kind).new_from_index(0, len(at))
    return base.scatter(at, new)


def _open_before(cells: Sequence[Cells], column: LegacyColumn, table: LegacyTable) -> Flags:
    """Of each record: whether the column just before ends in double-byte state."""
    before = next((one for one in table.columns if one.start + one.length == column.start), None)
    count = len(cells[0].starts)
    none = np.zeros(count, np.bool_)
    if before is None or before.kind not in ("text", "continued"):
        return none
    chosen = column_codec(table, before)
    if not isinstance(chosen, HostCodec):
        return none
    opened = _open_before(cells, before, table) if before.kind == "continued" else none
    own = cells[table.columns.index(before)]
    ends = opened.copy()
    for codec, flags in ((chosen, ~opened), (chosen.continued(), opened)):
        at = np.flatnonzero(flags & (own.lengths > 0))
        values: pa.Array = Cells(own.data, own.starts[at], own.lengths[at]).views()
        ends[at] = codec.ends_open(values)
    return ends


def _goes_on(column: LegacyColumn, table: LegacyTable) -> bool:
    """Whether the column's text goes on in the next one, so that an open shift is no doubt."""
    return any(one.kind == "continued" and one.start == column.start + column.length for one in table.columns)


def _without_open(decoded: Decoded) -> Decoded:
    if decoded.notes is None:
        return decoded
    notes = decoded.notes.set((decoded.notes == OPEN_SHIFT).fill_null(False), None)
    return replace(decoded, notes=notes if notes.null_count() < len(notes) else None)
