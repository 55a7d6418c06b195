"""Convert: the legacy records of one group → its standard frame, every changed cell, every finding, the ledger.

Nothing is dropped unsaid: a record is loaded, merged, filtered by a named filter, rejected (empty key) or a duplicate
of a named record; a cell is converted, or empty with a finding that keeps the legacy value.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from mappings.area import Area
from mappings.legacy_source import Source
from mappings.loading import Parameter
from migration.converting.assembly import Assembly, assemble
from migration.converting.findings import findings
from migration.converting.items import ItemPlan, plan_item
from migration.converting.sieve import FilteredCount, Sieve, sieve
from migration.converting.telling import Telling
from migration.converting.trail import CHANGES_SCHEMA, LINEAGE_SCHEMA, Trail, lineage
from migration.converting.writing import FrameWriter, sink
from migration.memory import rows_together
from migration.transforms.references import References
from reports.ledger import LedgerRow
from validators.finding import RAW_SCHEMA
from validators.polars_expression import PolarsContext

ENDINGS = {"frame": "", "changes": ".changes", "lineage": ".lineage", "findings": ".findings"}


@dataclass(frozen=True, slots=True)
class ConvertOptions:
    """`secret_items` stay empty unless `secret`; `as_of` is YYYY-MM-DD, for conditions that look from a day."""

    as_of: str = ""
    secret_items: frozenset[str] = frozenset()
    secret: bool = False
    parameters: Sequence[Parameter] = ()
    references: References = field(default_factory=References)


@dataclass(frozen=True, slots=True)
class Converted:
    """What came of one group. `blocked_codes`: (code map, legacy code, cells) used but not confirmed."""

    ledger: tuple[LedgerRow, ...]
    rows: int
    blocked_codes: tuple[tuple[str, str, int], ...]
    filtered: tuple[FilteredCount, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)  # by part: sieve, rows, lineage, findings


@dataclass(frozen=True, slots=True)
class Mapped:
    """A group ready to be computed: its rows and one plan per item, in layout order."""

    assembly: Assembly
    plans: tuple[ItemPlan, ...]

    def frame(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows of the standard frame, values that repeat as Enum (read back as the texts they are)."""
        return rows.select("record_id", *[plan.written()[0].alias(plan.item.name) for plan in self.plans])

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """What the file of the frame is read back with."""
        return {"record_id": pl.Int64(), **{plan.item.name: pl.String() for plan in self.plans}}


def convert_group(
    area: Area, source: Source, group_id: str, legacy: Mapping[str, Path], out: Path, options: ConvertOptions
) -> Converted:
    """Write `<group>.parquet`, `.changes`, `.lineage` and `.findings.parquet` below `out`.

    `legacy`: legacy table id → extract Parquet; a table that was not delivered is not in it.
    """
    seconds: dict[str, float] = {}
    with _timed(seconds, "sieve"):
        mapped = map_group(area, source, group_id, legacy, options)
        sieved = sieve(mapped.assembly, source.groups[group_id], mapped.plans)
    kept = sieved.kept(mapped.assembly.rows)
    secret = options.secret_items | _secret_items(source, group_id)
    telling = Telling(area, group_id, mapped.assembly, sieved, mapped.plans, secret)
    files = {name: out / f"{group_id}{ending}.parquet" for name, ending in ENDINGS.items()}
    with _timed(seconds, "rows"):  # first: what the memos met decides which findings there are
        _write_rows(mapped, telling, kept, files)
        if len(sieved.rejected):  # their cells have findings too
            mapped.frame(sieved.refused(mapped.assembly.rows)).select(pl.all().count()).collect(engine="streaming")
    with _timed(seconds, "lineage"):
        sink(lineage(telling, kept), files["lineage"], LINEAGE_SCHEMA)
    with _timed(seconds, "findings"):
        sink(findings(telling), files["findings"], RAW_SCHEMA)
        blocked = _blocked(sieved, mapped.assembly, mapped.plans)
    loaded = sum(row.loaded for row in sieved.ledger)
    ledger = (*sieved.ledger, *_lookup_ledger(source, group_id, legacy, files["lineage"]))
    ledger = tuple(replace(row, source=f"{area.id}/{row.source}", target=f"{area.id}/{row.target}") for row in ledger)
    return Converted(ledger, loaded, blocked, sieved.filtered, files, seconds)


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
    plans = [
        plan_item(item, lines.get(item.name), source, assembly, options.references, item.name in hidden)
        for item in items
    ]
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


def _lookup_ledger(source: Source, group_id: str, legacy: Mapping[str, Path], lineage_file: Path) -> list[LedgerRow]:
    """Tables that are only looked up, never a group's own: records behind a row are merged, the others left out."""
    own = {name for group in source.groups.values() for name in group.tables}
    tables = {lookup.table for lookup in source.groups[group_id].lookups} - own
    used = pl.scan_parquet(lineage_file).filter(pl.col("role") == "lookup").select("record_id").unique()
    rows = []
    for name in sorted(tables & legacy.keys()):
        records = pl.scan_parquet(legacy[name]).select("record_id")
        read = int(records.select(pl.len()).collect().item())
        merged = int(records.join(used, on="record_id", how="semi").select(pl.len()).collect(engine="streaming").item())
        rows.append(LedgerRow("convert", name, group_id, read, 0, merged=merged, filtered=read - merged))
    return rows


def _write_rows(mapped: Mapped, told: Telling, kept: pl.LazyFrame, files: Mapping[str, Path]) -> None:
    """The frame and every changed cell, in one pass over the rows, block by block."""
    trail = Trail(told)
    written = {plan.item.name: plan.written() for plan in mapped.plans}
    schema = {"record_id": pl.Int64(), **{name: kind for name, (_, kind) in written.items()}}
    made = [pl.col("record_id"), *[value.alias(name) for name, (value, _) in written.items()], *trail.beside]
    roots = dict.fromkeys(name for expr in made for name in expr.meta.root_names())
    with (
        FrameWriter(files["frame"], schema, mapped.schema, statistics=True) as frame,
        FrameWriter(files["changes"], trail.schema, CHANGES_SCHEMA) as changes,
        closing(_blocks(kept.select(*roots), rows_together(len(schema)))) as blocks,
    ):
        for legacy in blocks:
            batch = legacy.select(made)  # not in the plan above: it would hold many blocks of texts, not of codes
            frame.write(batch.select(*schema))
            changes.write(trail.changes(batch))


def _blocks(rows: pl.LazyFrame, size: int) -> Generator[pl.DataFrame]:
    """The rows `size` at a time. A caller that stops early waits for the rest: left running, the query would run into
    the end of the program and abort it."""
    batches = rows.collect_batches(chunk_size=size, maintain_order=True)
    try:
        yield from batches
    finally:
        for _ in batches:
            pass


@contextmanager
def _timed(seconds: dict[str, float], part: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[part] = time.perf_counter() - start


def _blocked(sieved: Sieve, assembly: Assembly, plans: Sequence[ItemPlan]) -> tuple[tuple[str, str, int], ...]:
    """Unconfirmed codes in rows that go to the target, by code map and code."""
    counts: dict[tuple[str, str], int] = {}
    for plan in plans:
        for check in plan.checks:
            if check.codes is None or not check.memo.notes:
                continue
            codes = sieved.kept(assembly.rows).select(check.input.alias("code"))
            found = codes.filter(pl.col("code").is_in(list(check.memo.notes))).group_by("code").len()
            for code, count in found.collect(engine="streaming").rows():
                name = (check.codes.name, code)
                counts[name] = counts.get(name, 0) + count
    return tuple((name, code, counts[name, code]) for name, code in sorted(counts))
