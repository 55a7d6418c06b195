"""What differs between two tables, row by key and cell by cell. Frames in, frames out.

Duplicate keys come first: a key that stands twice on a side identifies nothing, so its rows are compared as a set and
listed apart. The others meet by a 64-bit row hash (the sum of one seeded hash per column); only rows without a partner
are read again, and only they are compared cell by cell. Polars hashes hold within one process: they are never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from mappings.errors import InputError, did_you_mean

CELL_ITEM, CELL_LEFT, CELL_RIGHT = "item", "left", "right"
RESERVED = frozenset((CELL_ITEM, CELL_LEFT, CELL_RIGHT, "left_rows", "right_rows", "same"))
Hashes = npt.NDArray[np.uint64]
_Answer = TypeVar("_Answer")
_BUCKETS = 1 << 18
_OTHER, _LEFT, _RIGHT = "\0other", "\0left", "\0right"  # never a column's name


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
    """Compare `left` with `right` by `key`; columns in `ignore` are left out. An InputError when a key is no column.

    Columns of one type on both sides are compared as they are, others as canonical text: 1 equals '1', never '0001'.
    """
    key = tuple(key)
    left_types, right_types = left.collect_schema(), right.collect_schema()
    _require_key(key, left_types, right_types)
    items = [name for name in left_types if name in right_types and name not in key and name not in ignore]
    retyped = frozenset(name for name in (*key, *items) if left_types[name] != right_types[name])
    sides = _Side(left, key, items, retyped), _Side(right, key, items, retyped)
    hashes = _worked_out(side.hashes() for side in sides)
    repeated = _repeated(sides, hashes)
    lonely = _lonely(*hashes)
    rows = _worked_out(side.rows_of(lonely) for side in sides)
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
        left_only=tuple(name for name in left_types if name not in right_types and name not in ignore),
        right_only=tuple(name for name in right_types if name not in left_types and name not in ignore),
    )


@dataclass(frozen=True, slots=True)
class _Side:
    frame: pl.LazyFrame
    key: tuple[str, ...]
    items: Sequence[str]
    retyped: frozenset[str]  # columns of another type on the other side: hashed as text

    def hashes(self) -> pl.LazyFrame:
        """key (a hash of the key) and row (a hash of the whole row) of every row, in order."""
        items = [self._comparable(name).hash(seed) for seed, name in enumerate(self.items, len(self.key))]
        row = pl.sum_horizontal([*self._key_hashes(), *items])
        return self.frame.select(key=pl.sum_horizontal(self._key_hashes()), row=row)

    def rows_of(self, keys: pl.Series) -> pl.LazyFrame:
        """The key and items, as text, of the rows whose key has one of these hashes.

        Nothing else is asked for, so that Parquet makes texts of the other columns only in the rows that are wanted.
        """
        types = self.frame.collect_schema()
        texts = [_as_text(name, types[name]) for name in (*self.key, *self.items)]
        if keys.is_empty():
            return self.frame.head(0).select(texts)
        return self.frame.filter(pl.sum_horizontal(self._key_hashes()).is_in(keys.implode())).select(texts)

    def _key_hashes(self) -> list[pl.Expr]:
        return [self._comparable(name).hash(seed) for seed, name in enumerate(self.key)]

    def _comparable(self, name: str) -> pl.Expr:
        return _as_text(name, self.frame.collect_schema()[name]) if name in self.retyped else pl.col(name)


def _worked_out(frames: Iterable[pl.LazyFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Left and right, one after the other: each uses every processor, and two at once would hold twice as much."""
    left, right = (frame.collect(engine="streaming") for frame in frames)
    return left, right


def _side_by_side(work: Callable[[Hashes], _Answer], sides: Iterable[pl.Series]) -> tuple[_Answer, _Answer]:
    """What a thread each makes of the hashes of left and right; numpy lets both go on."""
    with ThreadPoolExecutor(2) as threads:
        left, right = threads.map(lambda hashes: work(hashes.to_numpy()), sides)
    return left, right


def _require_key(key: tuple[str, ...], left: pl.Schema, right: pl.Schema) -> None:
    if not key:
        raise InputError("照合のキーがありません。--key で、行を1つに決める項目名を示してください。")
    for side, schema in (("左", left), ("右", right)):
        for name in key:
            if name not in schema:
                raise InputError(f"キー「{name}」が{side}側の項目にありません。{did_you_mean(name, schema)}")
        for name, kind in schema.items():
            if kind.is_nested() or kind == pl.Binary:
                raise InputError(f"{side}側の項目「{name}」は表の形でない値（{kind}）なので照合できません。")
    taken = set(key) & RESERVED
    if taken:
        raise InputError(
            f"キーの名前「{'、'.join(sorted(taken))}」は結果の列名と同じです。名前を変えてから照合してください。"
        )


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    text = pl.col(name) if kind == pl.String else pl.col(name).cast(pl.String)
    if isinstance(kind, pl.Decimal) and kind.scale:
        return text.str.strip_chars_end("0").str.strip_chars_end(".")
    return text


def _lonely(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """The hashes of the keys of rows, on either side, that the other side does not have.

    Two keys of one hash do no harm: both sides then give both rows, and equal ones are not told.
    """
    mine, other = (frame[places] for places, frame in zip(_unbalanced(left, right), (left, right), strict=True))
    alone = mine.join(other, on="row", how="anti"), other.join(mine, on="row", how="anti")
    return pl.concat(alone)["key"].unique()


def _unbalanced(left: pl.DataFrame, right: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Positions on each side that are worth a look: hashes in buckets whose sums (mod 2^64) are not equal.

    Two equal sets have equal sums in every bucket; that unequal ones do is as unlikely as two equal hashes.
    """
    rows = left["row"], right["row"]
    sums = _side_by_side(_sums, rows)
    unequal = sums[0] != sums[1]
    return _side_by_side(lambda hashes: pl.Series(np.flatnonzero(unequal[_bucket(hashes)])), rows)


def _bucket(hashes: Hashes) -> npt.NDArray[np.intp]:
    return (hashes & np.uint64(_BUCKETS - 1)).astype(np.intp)


def _sums(hashes: Hashes) -> Hashes:
    sums = np.zeros(_BUCKETS, np.uint64)
    np.add.at(sums, _bucket(hashes), hashes)
    return sums


def _repeated(sides: tuple[_Side, _Side], hashes: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    """Keys standing more than once on a side, with the rows on each side and whether the two sets of rows are equal."""
    key = list(sides[0].key)
    wanted = pl.concat(_side_by_side(_twice, (frame["key"] for frame in hashes))).unique()
    frames = _worked_out(side.rows_of(wanted) for side in sides)
    counts = [frame.group_by(key).len(name) for frame, name in zip(frames, ("left_rows", "right_rows"), strict=True)]
    both = counts[0].join(counts[1], on=key, how="full", coalesce=True, nulls_equal=True)
    both = both.with_columns(pl.col("left_rows", "right_rows").fill_null(0).cast(pl.Int64))
    both = both.filter((pl.col("left_rows") > 1) | (pl.col("right_rows") > 1))
    return _with_sameness(both, frames, key).sort(key, nulls_last=False)


def _twice(hashes: Hashes) -> pl.Series:
    """The values that stand more than once."""
    ordered = np.sort(hashes)
    return pl.Series(ordered[1:][ordered[1:] == ordered[:-1]]).unique()


def _with_sameness(both: pl.DataFrame, frames: Sequence[pl.DataFrame], key: list[str]) -> pl.DataFrame:
    """`same`: every row of the key stands as often on the left as on the right."""
    columns = frames[0].columns
    counted = [frame.group_by(columns).len(name) for frame, name in zip(frames, (_LEFT, _RIGHT), strict=True)]
    met = counted[0].join(counted[1], on=columns, how="full", coalesce=True, nulls_equal=True)
    unequal = met.filter(pl.col(_LEFT).ne_missing(pl.col(_RIGHT))).select(key).unique().with_columns(same=pl.lit(False))
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
    met = mine.join(other, on=by, how="inner", nulls_equal=True, suffix=_OTHER).sort(by)
    empty = pl.DataFrame(schema={**dict.fromkeys((*by, CELL_ITEM, CELL_LEFT, CELL_RIGHT), pl.String)})
    parts = [
        met.filter(pl.col(name).ne_missing(pl.col(name + _OTHER))).select(
            *by, pl.lit(name).alias(CELL_ITEM), pl.col(name).alias(CELL_LEFT), pl.col(name + _OTHER).alias(CELL_RIGHT)
        )
        for name in items
    ]
    return missing, added, pl.concat([empty, *parts]).sort(by, maintain_order=True)


def _counts(items: Sequence[str], compared: int, cells: pl.DataFrame) -> pl.DataFrame:
    differing = cells.group_by(CELL_ITEM).len("differing")
    order = pl.DataFrame({CELL_ITEM: list(items)}, schema={CELL_ITEM: pl.String})
    counts = order.join(differing, on=CELL_ITEM, how="left", maintain_order="left")
    return counts.select(CELL_ITEM, compared=pl.lit(compared, pl.Int64), differing=pl.col("differing").fill_null(0))
