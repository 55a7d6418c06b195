"""What differs between two tables, row by key and cell by cell. Frames in, frames out.

Duplicate keys come first: a key that stands twice on a side identifies nothing, so its rows are compared as a set and
listed apart. The others meet by a 64-bit row hash (the sum of one seeded hash per column); only rows without a partner
are read again, and only they are compared cell by cell. Polars hashes hold within one process: they are never stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import polars as pl

from mappings.errors import InputError, did_you_mean

CELL_ITEM, CELL_LEFT, CELL_RIGHT = "item", "left", "right"


@dataclass(frozen=True, slots=True)
class Diff:
    """The answer. Key columns keep their names and are text, like every value; NULL is a value of its own."""

    key: tuple[str, ...]
    missing: pl.DataFrame  # whole rows (compared columns) that only the left has, by key
    added: pl.DataFrame  # whole rows that only the right has
    cells: pl.DataFrame  # key…, item, left, right
    duplicates: pl.DataFrame  # key…, left_rows, right_rows, same: keys standing more than once on a side
    columns: pl.DataFrame  # item, compared, differing
    left_rows: int
    right_rows: int
    compared: int  # rows of the left and right that met under one key
    left_only: tuple[str, ...] = ()  # columns the other side does not have
    right_only: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Nothing differs. Two empty tables are the same; whether that is a pass is for the caller to say."""
        whole = not (self.left_only or self.right_only or len(self.missing) or len(self.added) or len(self.cells))
        return whole and bool(self.duplicates["same"].all())


def diff(left: pl.LazyFrame, right: pl.LazyFrame, key: Sequence[str], ignore: Sequence[str] = ()) -> Diff:
    """Compare `left` with `right` by `key`; columns in `ignore` are left out. An InputError when a key is not a column.

    Columns of one type on both sides are compared as they are, others as canonical text: 1 equals '1', never '0001'.
    """
    key = tuple(key)
    left_types, right_types = left.collect_schema(), right.collect_schema()
    _require_key(key, left_types, right_types)
    items = [name for name in left_types if name in right_types and name not in key and name not in ignore]
    sides = _Side(left, key, items), _Side(right, key, items)
    hashes = [side.hashes() for side in sides]
    repeated = _repeated(sides, hashes)
    rows = [side.rows_at(_lonely(mine, other)) for side, mine, other in zip(sides, hashes, hashes[::-1], strict=True)]
    mine, other = (_without(frame, repeated, key) for frame in rows)
    missing, added, cells = _compared(mine, other, key, items)
    left_rows, right_rows = len(hashes[0]), len(hashes[1])
    compared = left_rows - len(missing) - int(repeated["left_rows"].sum())
    return Diff(
        key=key,
        missing=missing,
        added=added,
        cells=cells,
        duplicates=repeated,
        columns=_counts(items, compared, cells),
        left_rows=left_rows,
        right_rows=right_rows,
        compared=compared,
        left_only=tuple(n for n in left_types if n not in right_types and n not in ignore),
        right_only=tuple(n for n in right_types if n not in left_types and n not in ignore),
    )


@dataclass(frozen=True, slots=True)
class _Side:
    frame: pl.LazyFrame
    key: tuple[str, ...]
    items: Sequence[str]

    def text(self) -> pl.LazyFrame:
        """Key and items as canonical text."""
        types = self.frame.collect_schema()
        return self.frame.select(_as_text(name, types[name]) for name in (*self.key, *self.items))

    def hashes(self) -> pl.DataFrame:
        """key_hash and row_hash of every row, in order."""
        keys = [pl.col(name).hash(seed) for seed, name in enumerate(self.key)]
        others = [pl.col(name).hash(seed) for seed, name in enumerate(self.items, start=len(keys))]
        key_hash = reduce(add, keys)
        row_hash = reduce(add, others, key_hash)
        return self.text().select(key=key_hash, row=row_hash).collect(engine="streaming")

    def rows_at(self, positions: pl.Series) -> pl.DataFrame:
        """The rows at these positions (from 0), as text."""
        if positions.is_empty():
            return self.text().head(0).collect()
        wanted = pl.LazyFrame({"position": positions.cast(pl.get_index_type())})
        numbered = self.text().with_row_index("position")
        return numbered.join(wanted, on="position", how="semi").drop("position").collect(engine="streaming")


def _require_key(key: tuple[str, ...], left: pl.Schema, right: pl.Schema) -> None:
    if not key:
        raise InputError("照合のキーがありません。--key で、行を1つに決める項目名を示してください。")
    for side, schema in (("左", left), ("右", right)):
        for name in key:
            if name not in schema:
                advice = did_you_mean(name, schema)
                raise InputError(f"キー「{name}」が{side}側の項目にありません。{advice}")


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.String:
        return column
    if isinstance(kind, pl.Decimal):
        text = column.cast(pl.String)
        return text.str.strip_chars_end("0").str.strip_chars_end(".") if kind.scale else text
    return column.cast(pl.String)


def _lonely(mine: pl.DataFrame, other: pl.DataFrame) -> pl.Series:
    """Positions of the rows whose hash the other side does not have."""
    rows = mine.lazy().select("row").with_row_index("position")
    return rows.join(other.lazy().select("row"), on="row", how="anti").select("position").collect()["position"].sort()


def _repeated(sides: tuple[_Side, _Side], hashes: list[pl.DataFrame]) -> pl.DataFrame:
    """Keys standing more than once on a side, with the rows on each side and whether the two sets of rows are equal."""
    key = list(sides[0].key)
    suspects = [frame["key"].filter(frame["key"].is_duplicated()).unique() for frame in hashes]
    wanted = pl.concat(suspects).unique()
    frames = []
    for side, frame in zip(sides, hashes, strict=True):
        position = pl.Series(frame["key"].is_in(wanted.implode())).arg_true() if len(wanted) else wanted.cast(pl.UInt32)
        frames.append(side.rows_at(position))
    counts = [frame.group_by(key).len(name) for frame, name in zip(frames, ("left_rows", "right_rows"), strict=True)]
    both = counts[0].join(counts[1], on=key, how="full", coalesce=True, nulls_equal=True)
    both = both.with_columns(pl.col("left_rows", "right_rows").fill_null(0).cast(pl.Int64))
    both = both.filter((pl.col("left_rows") > 1) | (pl.col("right_rows") > 1))
    return _with_sameness(both, frames, key).sort(key, nulls_last=False)


def _with_sameness(both: pl.DataFrame, frames: list[pl.DataFrame], key: list[str]) -> pl.DataFrame:
    """`same`: every row of the key stands as often on the left as on the right."""
    columns = frames[0].columns
    counted = [frame.group_by(columns).len(name) for frame, name in zip(frames, ("l", "r"), strict=True)]
    met = counted[0].join(counted[1], on=columns, how="full", coalesce=True, nulls_equal=True)
    unequal = met.filter(pl.col("l").ne_missing(pl.col("r"))).select(key).unique().with_columns(same=pl.lit(False))
    return both.join(unequal, on=key, how="left", nulls_equal=True).with_columns(pl.col("same").fill_null(True))


def _without(rows: pl.DataFrame, repeated: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    return rows.join(repeated, on=key, how="anti", nulls_equal=True) if len(repeated) else rows


def _compared(
    mine: pl.DataFrame, other: pl.DataFrame, key: tuple[str, ...], items: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """missing, added, cells of rows that have no equal partner."""
    by = list(key)
    missing = mine.join(other, on=by, how="anti", nulls_equal=True).sort(by)
    added = other.join(mine, on=by, how="anti", nulls_equal=True).sort(by)
    met = mine.join(other, on=by, how="inner", nulls_equal=True, suffix="\0").sort(by)
    empty = pl.DataFrame(schema={**dict.fromkeys((*by, CELL_ITEM, CELL_LEFT, CELL_RIGHT), pl.String)})
    parts = [
        met.filter(pl.col(name).ne_missing(pl.col(name + "\0"))).select(
            *by, pl.lit(name).alias(CELL_ITEM), pl.col(name).alias(CELL_LEFT), pl.col(name + "\0").alias(CELL_RIGHT)
        )
        for name in items
    ]
    return missing, added, pl.concat([empty, *parts]).sort(by, maintain_order=True)


def _counts(items: Sequence[str], compared: int, cells: pl.DataFrame) -> pl.DataFrame:
    differing = cells.group_by(CELL_ITEM).len("differing")
    order = pl.DataFrame({CELL_ITEM: list(items)}, schema={CELL_ITEM: pl.String})
    counts = order.join(differing, on=CELL_ITEM, how="left", maintain_order="left")
    return counts.select(CELL_ITEM, compared=pl.lit(compared, pl.Int64), differing=pl.col("differing").fill_null(0))
