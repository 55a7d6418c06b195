"""Convert: the legacy records of one group → its standard frame, every changed cell, every finding, the ledger.

Nothing is dropped unsaid: a record is loaded, merged, filtered by a named filter, rejected (empty key) or a duplicate
of a named record; a cell is converted, or empty with a finding that keeps the legacy value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from mappings import Parameter
from mappings.model import Area, Source
from migration.converting.assembly import Assembly, assemble
from migration.converting.findings import Telling, findings
from migration.converting.items import ItemPlan, key_of, plan_item
from migration.converting.sieve import FilteredCount, Sieve, sieve
from migration.converting.trail import CHANGES_SCHEMA, LINEAGE_SCHEMA, changes, lineage
from reports.ledger import LedgerRow
from validators.finding import RAW_SCHEMA
from validators.polars_expression import PolarsContext

ROW_GROUP = 250_000


@dataclass(frozen=True, slots=True)
class ConvertOptions:
    """`secret_items` stay empty unless `secret`; `as_of` is YYYY-MM-DD, for conditions that look from a day."""

    as_of: str = ""
    secret_items: frozenset[str] = frozenset()
    secret: bool = False
    parameters: Sequence[Parameter] = ()


@dataclass(frozen=True, slots=True)
class Converted:
    """What came of one group. `blocked_codes`: (code map, legacy code, cells) used but not confirmed."""

    ledger: tuple[LedgerRow, ...]
    rows: int
    blocked_codes: tuple[tuple[str, str, int], ...]
    filtered: tuple[FilteredCount, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A group ready to be computed: its rows and one plan per item, in layout order."""

    assembly: Assembly
    plans: tuple[ItemPlan, ...]

    def frame(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows.select("record_id", *[plan.value.alias(plan.item.name) for plan in self.plans])


def convert_group(
    area: Area, source: Source, group_id: str, legacy: Mapping[str, Path], out: Path, options: ConvertOptions
) -> Converted:
    """Write `<group>.parquet`, `.changes`, `.lineage` and `.findings.parquet` below `out`.

    `legacy`: legacy table id → extract Parquet; a table that was not delivered is not in it.
    """
    mapped = map_group(area, source, group_id, legacy, options)
    assembly, plans = mapped.assembly, mapped.plans
    sieved = sieve(assembly, source.groups[group_id], plans)
    kept = sieved.kept(assembly.rows)
    files = {
        name: out / f"{group_id}{ending}.parquet"
        for name, ending in (("frame", ""), ("changes", ".changes"), ("lineage", ".lineage"), ("findings", ".findings"))
    }
    _sink([mapped.frame(kept)], files["frame"], {})
    secret = options.secret_items | _secret_items(source, group_id)
    _sink(changes(kept, (area.id, group_id), plans, secret), files["changes"], CHANGES_SCHEMA)
    shown_key = key_of([plan for plan in plans if plan.item.name not in secret])
    _sink(lineage(assembly, sieved, kept, shown_key), files["lineage"], LINEAGE_SCHEMA)
    telling = Telling(area, group_id, assembly, sieved, plans, secret)
    _sink(findings(telling), files["findings"], RAW_SCHEMA)
    loaded = sum(row.loaded for row in sieved.ledger)
    return Converted(sieved.ledger, loaded, _blocked(sieved, assembly, plans), sieved.filtered, files)


def map_group(area: Area, source: Source, group_id: str, legacy: Mapping[str, Path], options: ConvertOptions) -> Mapped:
    """The assembly and item plans of a group; nothing is computed but the look-up tables."""
    dated: dict[str, list[tuple[str, str, str]]] = {}
    for one in options.parameters:
        dated.setdefault(one.name, []).append((one.start, one.end, one.value))
    group = source.groups[group_id]
    assembly = assemble(source, group, legacy, PolarsContext(as_of=options.as_of, parameters=dated))
    lines = {column.item: column for column in group.columns}
    hidden = frozenset() if options.secret else options.secret_items | _secret_items(source, group_id)
    items = area.groups[group_id].items
    plans = [plan_item(item, lines.get(item.name), source, assembly, item.name in hidden) for item in items]
    return Mapped(assembly, tuple(plans))


def _secret_items(source: Source, group_id: str) -> frozenset[str]:
    """Items made from a secret legacy column, whatever they are called."""
    group = source.groups[group_id]
    secret = {c.name for name in group.tables for c in source.tables[name].columns if c.secret}
    for lookup in group.lookups:
        secret |= {f"{lookup.alias}.{c.name}" for c in source.tables[lookup.table].columns if c.secret}
    if group.split:
        secret |= {new for new, old in group.split.columns.items() if secret & {*old}}
    return frozenset(column.item for column in group.columns if secret & {*column.sources})


def _sink(frames: Sequence[pl.LazyFrame], path: Path, schema: Mapping[str, pl.DataType]) -> None:
    frame = pl.concat(frames, parallel=False) if frames else pl.LazyFrame(schema=dict(schema))
    frame.sink_parquet(
        path, compression="zstd", compression_level=1, row_group_size=ROW_GROUP, maintain_order=True, engine="streaming"
    )


def _blocked(sieved: Sieve, assembly: Assembly, plans: Sequence[ItemPlan]) -> tuple[tuple[str, str, int], ...]:
    """Unconfirmed codes in rows that go to the target, by code map and code."""
    counts: dict[tuple[str, str], int] = {}
    for plan in plans:
        for check in plan.checks:
            if check.codes is None or check.memo is None or not check.memo.notes:
                continue
            codes = sieved.kept(assembly.rows).select(check.input.alias("code"))
            found = codes.filter(pl.col("code").is_in(list(check.memo.notes))).group_by("code").len()
            for code, count in found.collect(engine="streaming").rows():
                name = (check.codes.name, code)
                counts[name] = counts.get(name, 0) + count
    return tuple((name, code, counts[name, code]) for name, code in sorted(counts))
