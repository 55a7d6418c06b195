"""Fills the RunBook, from which the documents are made, out of the run's folder."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from mappings import loading
from migration.journey import Journey, Units
from migration.judging import RunResults, judge_run, read_results
from migration.moji.losses import with_losses
from migration.moji.register_book import with_characters
from migration.protection import protected_people, with_their_rows
from migration.stages import identity_of
from migration.steps import code_maps_by_column
from migration.transforms import TRANSFORMS
from migration.workspace import ROLES
from reports.document import Facts
from reports.documents.corrections import listed_changes, summarize_changes
from reports.gate import with_settled
from reports.runbook import (
    CODE_COUNT_SCHEMA,
    COMPARISON_SCHEMA,
    COVERAGE_SCHEMA,
    FILE_SCHEMA,
    FILL_SCHEMA,
    RunBook,
)

LISTED_CHANGES = 100  # of every item and rule
BATCH_ROWS = 500_000


def fill_run_book(journey: Journey, units: dict[str, Units], now: datetime) -> RunBook:
    """Everything the documents of this run are made from."""
    results = read_results(journey.workspace, journey.name)
    people = protected_people(journey.workspace, journey.name)
    changes = pl.scan_parquet(journey.folder / "changes.parquet")
    summary = summarize_changes(changes).collect(engine="streaming")
    book = RunBook(
        facts=_facts(journey, results, now),
        areas=journey.areas,
        vendors={area: journey.workspace.areas[area].vendor for area in journey.areas},
        secret_items=journey.secret_items,
        protected=with_their_rows(journey.workspace, journey.name, journey.areas, people),
        files=_files(journey, units["extract"]),
        ledger=results.ledger,
        findings=results.findings,
        changes=_listed(changes),
        changes_summary=summary,
        differences=results.differences,
        comparisons=_comparisons(journey, results, summary),
        totals=results.totals,
        profiles={unit: pl.read_parquet(done.file(".parquet")) for unit, done in units["profile"].items()},
        code_counts=_code_counts(journey, units["extract"]),
        fill=_fill(units["convert"]),
        coverage=_coverage(units),
        gate=tuple(judge_run(journey.workspace, dict(journey.whole_town), results)),
        area_titles=_titles_of_others(journey),
        roles={area: (ROLES[setting.role], setting.reason) for area, setting in journey.workspace.areas.items()},
        transform_words={name: spec.manual for name, spec in TRANSFORMS.items()},
    )
    return with_characters(with_losses(book, units["profile"]), journey)


def _listed(changes: pl.LazyFrame) -> pl.DataFrame:
    """The first changes of every item and rule, found batch by batch: all rows at once take gigabytes."""
    batches = changes.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True)
    parts = [listed_changes(batch.lazy(), LISTED_CHANGES).collect() for batch in batches]
    whole = pl.concat(parts) if parts else changes.collect()
    return listed_changes(whole.lazy(), LISTED_CHANGES).collect()


def _titles_of_others(journey: Journey) -> dict[str, str]:
    """Titles of the areas that are not part of this run."""
    others = [area for area in journey.workspace.areas if area not in journey.areas]
    known = [area for area in others if area in loading.area_ids(journey.workspace.mapping_folders)]
    return {area: loading.load_area(area, journey.workspace.mapping_folders).title for area in known}


def _facts(journey: Journey, results: RunResults, now: datetime) -> Facts:
    received = pl.read_parquet(journey.stages / "receive" / "files.parquet")
    newest = max((day for day in received["as_of"].to_list() if day), default="")
    content = identity_of(*results.findings["content_hash"].to_list(), results.ledger.write_csv())
    return Facts(
        municipality=journey.workspace.name,
        run=journey.name,
        as_of=journey.workspace.as_of or newest,
        identity=content[:16],
        layouts=tuple((area.title, area.layout_version) for area in journey.areas.values()),
        created=now.strftime("%Y年%m月%d日 %H:%M"),
    )


def _files(journey: Journey, extracted: Units) -> pl.DataFrame:
    received = pl.read_parquet(journey.stages / "receive" / "files.parquet")
    counts = [
        pl.scan_parquet(done.file(".parquet"))
        .group_by((pl.col("record_id") // (1 << 32)).alias("file_no"))
        .agg(pl.len().cast(pl.Int64).alias("records"))
        .collect()
        for done in extracted.values()
    ]
    counted = pl.concat([pl.DataFrame(schema={"file_no": pl.Int64(), "records": pl.Int64()}), *counts])
    joined = received.with_columns(pl.col("file_no").cast(pl.Int64)).join(counted, on="file_no", how="left")
    return joined.select([pl.col(name).cast(kind) for name, kind in FILE_SCHEMA.items()]).sort("file_no")


def _comparisons(journey: Journey, results: RunResults, summary: pl.DataFrame) -> pl.DataFrame:
    """One row per item of every group: cells compared, equal to the old ones, changed by rule, unexplained."""
    place = ["area", "table", "item"]
    items = [(area.id, group.id, item.name) for area, group in journey.groups() for item in group.items]
    frame = pl.DataFrame(items, schema=dict.fromkeys(place, pl.String()), orient="row")
    changed = summary.group_by(place).agg(pl.col("cells").sum().alias("by_rule"))
    differing = with_settled(results.differences, results.findings)
    differing = differing.group_by(place).agg(decided=pl.col("settled").sum(), unexplained=(~pl.col("settled")).sum())
    rows = results.units.select("area", "table", pl.col("compared"))
    joined = frame.join(rows, on=["area", "table"], how="left", maintain_order="left")
    for part in (changed, differing):
        joined = joined.join(part, on=place, how="left", maintain_order="left")
    joined = joined.with_columns(pl.col("compared", "by_rule", "decided", "unexplained").fill_null(0).cast(pl.Int64))
    differing_cells = pl.col("decided") + pl.col("unexplained")
    by_rule = pl.min_horizontal("by_rule", pl.col("compared") - differing_cells)
    joined = joined.with_columns(by_rule=pl.when(pl.col("compared") == 0).then(0).otherwise(by_rule))
    equal = pl.max_horizontal(pl.col("compared") - pl.col("by_rule") - differing_cells, 0)
    return joined.with_columns(equal=equal).select([pl.col(n).cast(k) for n, k in COMPARISON_SCHEMA.items()])


def _code_counts(journey: Journey, extracted: Units) -> pl.DataFrame:
    frames = [pl.DataFrame(schema=CODE_COUNT_SCHEMA)]
    for (area, table), done in extracted.items():
        maps = code_maps_by_column(journey.source(area), table)
        frame = pl.scan_parquet(done.file(".parquet"))
        for column, code_map in maps.items():
            counted = frame.group_by(pl.col(column).fill_null("").alias("legacy")).agg(
                pl.len().cast(pl.Int64).alias("count")
            )
            named = counted.with_columns(area=pl.lit(area), map=pl.lit(code_map.name))
            frames.append(named.select(*CODE_COUNT_SCHEMA).collect(engine="streaming"))
    summed = pl.concat(frames).group_by("area", "map", "legacy").agg(pl.col("count").sum())
    return summed.sort("area", "map", "legacy").select(*CODE_COUNT_SCHEMA)


def _fill(converted: Units) -> pl.DataFrame:
    frames = [pl.DataFrame(schema=FILL_SCHEMA)]
    for (area, table), done in converted.items():
        frame = pl.scan_parquet(done.file(".parquet"))
        items = [name for name in frame.collect_schema().names() if name != "record_id"]
        counts = frame.select(pl.len().alias("record_id"), *[pl.col(name).count() for name in items])
        row = counts.collect(engine="streaming").row(0, named=True)
        rows = [(area, table, item, row["record_id"], row[item]) for item in items]
        frames.append(pl.DataFrame(rows, schema=FILL_SCHEMA, orient="row"))
    return pl.concat(frames)


def _coverage(units: dict[str, Units]) -> pl.DataFrame:
    paths = [done.file(".coverage.parquet") for done in units["validate"].values()]
    frames = [pl.read_parquet(path).select(*COVERAGE_SCHEMA) for path in paths]
    return pl.concat([pl.DataFrame(schema=COVERAGE_SCHEMA), *frames])
