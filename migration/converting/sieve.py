"""Which rows stand in the target, and where every other legacy record went: the ledger of one group.

One streaming pass takes a census (identity, table, hashes of key and sources: about 30 bytes a row); everything that
is dropped is named there. The rows themselves are read again, without the dropped ones, by `Sieve.kept`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from mappings.legacy_source import GroupMap
from migration.converting.assembly import FILTER, TABLE, Assembly
from migration.converting.items import ItemPlan, key_of
from reports.ledger import LedgerRow

_KEY = "#key"
_EMPTY = "#empty"
_SAME = ("#same1", "#same2")  # two hashes: together 128 bits over all mapped sources


@dataclass(frozen=True, slots=True)
class FilteredCount:
    """How many records of one legacy table one named filter left out."""

    table: str
    filter: str
    reason: str
    records: int


@dataclass(frozen=True, slots=True)
class Sieve:
    """The dropped rows (identity columns and TABLE) by fate. `duplicates` has `#first`: record_id of the row kept."""

    identity: tuple[str, ...]
    merged: pl.DataFrame
    rejected: pl.DataFrame
    duplicates: pl.DataFrame
    ledger: tuple[LedgerRow, ...]
    filtered: tuple[FilteredCount, ...]

    def kept(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows that stand in the target, in order."""
        dropped = pl.concat([one.select(self.identity) for one in (self.merged, self.rejected, self.duplicates)])
        return self._without(rows, dropped)

    def told(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows whose cells may have findings: those kept, and those rejected for an empty key."""
        return self._without(rows, pl.concat([one.select(self.identity) for one in (self.merged, self.duplicates)]))

    def refused(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows rejected for an empty key, in order."""
        return rows.join(
            self.rejected.select(self.identity).lazy(), on=self.identity, how="semi", maintain_order="left"
        )

    def _without(self, rows: pl.LazyFrame, dropped: pl.DataFrame) -> pl.LazyFrame:
        if dropped.is_empty():
            return rows
        return rows.join(dropped.lazy(), on=self.identity, how="anti", maintain_order="left")


def sieve(assembly: Assembly, group: GroupMap, plans: Sequence[ItemPlan]) -> Sieve:
    """Count every legacy record into exactly one place."""
    keys = [plan for plan in plans if plan.item.primary_key]
    census = assembly.rows.select(*assembly.identity, TABLE, *_key_columns(keys), *_same_columns(group, plans)).collect(
        engine="streaming"
    )
    merged = _merged(census, assembly, bool(group.distinct))
    rest = census.join(merged, on=assembly.identity, how="anti", maintain_order="left") if len(merged) else census
    rejected = rest.filter(pl.col(_EMPTY)).select(*assembly.identity, TABLE)
    rest = rest.filter(~pl.col(_EMPTY))
    duplicates = _duplicates(rest, assembly, keys)
    records = _records(assembly)
    filtered = (*_filtered(records, assembly, group), *_without_sets(records, assembly, group))
    fates = (merged, rejected, duplicates)
    ledger = tuple(
        _ledger_row(place, name, group.group, (records, census, filtered, *fates))
        for place, name in enumerate(assembly.tables)
    )
    return Sieve(assembly.identity, *fates, ledger, filtered)


def _key_columns(keys: Sequence[ItemPlan]) -> list[pl.Expr]:
    """The hash of the key, and whether a part of it is empty; no key: never a duplicate, never empty."""
    if not keys:
        return [pl.lit(None, pl.UInt64).alias(_KEY), pl.lit(False).alias(_EMPTY)]
    empty = pl.any_horizontal([plan.value.is_null() for plan in keys])
    return [key_of(keys).hash().alias(_KEY), empty.alias(_EMPTY)]


def _same_columns(group: GroupMap, plans: Sequence[ItemPlan]) -> list[pl.Expr]:
    if not group.distinct:
        return []
    names = sorted({*group.distinct, *(name for column in group.columns for name in column.sources)})
    row = pl.struct(names)
    return [row.hash(seed=seed).alias(name) for seed, name in enumerate(_SAME, start=1)]


def _merged(census: pl.DataFrame, assembly: Assembly, distinct: bool) -> pl.DataFrame:
    """Rows equal to an earlier one on all mapped sources, with `#first`."""
    if not distinct:
        return census.head(0).select(*assembly.identity, TABLE, pl.col("record_id").alias("#first"))
    first = census.select(*assembly.identity, TABLE, pl.col("record_id").first().over(_SAME).alias("#first"))
    return first.filter(~census.select(pl.struct(_SAME).is_first_distinct()).to_series())


def _duplicates(rest: pl.DataFrame, assembly: Assembly, keys: Sequence[ItemPlan]) -> pl.DataFrame:
    """Later rows with the key of an earlier one; equal hashes are looked at again with the keys themselves."""
    suspects = rest.filter(pl.col(_KEY).is_duplicated()) if keys else rest.head(0)
    if suspects.is_empty():
        return suspects.select(*assembly.identity, TABLE, pl.col("record_id").alias("#first"))
    names = [*assembly.identity]
    exact = (
        assembly.rows.join(suspects.select(names).lazy(), on=names, how="semi", maintain_order="left")
        .select(*names, TABLE, key_of(keys).alias("#key text"))
        .collect(engine="streaming")
    )
    first = exact.with_columns(pl.col("record_id").first().over("#key text").alias("#first"))
    later = ~first["#key text"].is_first_distinct()
    return first.filter(later).drop("#key text")


def _records(assembly: Assembly) -> pl.DataFrame:
    """Legacy records read, by table and filter."""
    counted = assembly.records.group_by(TABLE, FILTER).agg(pl.len().alias("records"))
    return counted.collect(engine="streaming")


def _filtered(records: pl.DataFrame, assembly: Assembly, group: GroupMap) -> list[FilteredCount]:
    counted = records.drop_nulls(FILTER).sort(TABLE, FILTER)
    return [
        FilteredCount(assembly.tables[table], group.filters[place].id, group.filters[place].reason, count)
        for table, place, count in counted.select(TABLE, FILTER, "records").iter_rows()
    ]


def _without_sets(records: pl.DataFrame, assembly: Assembly, group: GroupMap) -> list[FilteredCount]:
    """Records whose repeated columns are all empty make no row."""
    if group.split is None or group.split.keep_empty:
        return []
    reason = "繰り返し項目（" + "・".join(group.split.columns) + "）がすべて空"
    passed = records.filter(pl.col(FILTER).is_null())
    standing = assembly.rows.group_by(TABLE).agg(pl.col("record_id").n_unique().alias("standing"))
    both = passed.join(standing.collect(engine="streaming"), on=TABLE, how="left").sort(TABLE)
    lost = both.select(TABLE, pl.col("records") - pl.col("standing").fill_null(0))
    return [FilteredCount(assembly.tables[table], "split", reason, count) for table, count in lost.rows() if count]


def _ledger_row(
    place: int,
    table: str,
    group: str,
    counted: tuple[pl.DataFrame, pl.DataFrame, tuple[FilteredCount, ...], pl.DataFrame, pl.DataFrame, pl.DataFrame],
) -> LedgerRow:
    records, census, filtered, merged, rejected, duplicates = counted
    here = pl.col(TABLE) == place
    read = int(records.filter(here)["records"].sum())
    left_out = sum(one.records for one in filtered if one.table == table)
    rows = census.filter(here).height
    gone = [frame.filter(here).height for frame in (merged, rejected, duplicates)]
    return LedgerRow(
        stage="convert",
        source=table,
        target=group,
        read=read,
        loaded=rows - sum(gone),
        merged=gone[0],
        split=rows - (read - left_out),
        filtered=left_out,
        rejected=gone[1],
        duplicate=gone[2],
    )
