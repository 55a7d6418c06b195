"""What the gate looks at, gathered from the run's folder and the people's decisions."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from mappings.area import Area
from mappings.errors import InputError, shown_path
from migration.decisions import CONFIRMATION, SETTLING, SIGN_OFF, read_decisions, with_answers
from migration.journey import Journey, Units
from migration.protection import protected_places
from migration.stages import BOOKS, as_written, identity_of, read_record
from migration.workspace import Workspace
from reports.gate import Criterion, Evidence, GateRow, judge

BOOKS_READ = ("ledger.csv", "findings.parquet", "differences.parquet", "totals.csv", "units.csv")
UNIT_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("area", "table"), pl.String()),
    **dict.fromkeys(("rows", "loaded", "compared", "cells"), pl.Int64()),
}


@dataclass(frozen=True, slots=True)
class RunResults:
    """The books of a finished run. `findings` carry the answers that hold for their content."""

    name: str
    findings: pl.DataFrame
    ledger: pl.DataFrame
    totals: pl.DataFrame
    differences: pl.DataFrame
    units: pl.DataFrame
    decisions: pl.DataFrame


def unit_rows(journey: Journey, units: dict[str, Units]) -> pl.DataFrame:
    """One row for each group that should be there, with what became of it; a group nobody delivered has zeros."""
    rows = []
    for area, group in journey.groups_expected():
        place = (area.id, group.id)
        converted, loaded, verified = (units[stage].get(place) for stage in ("convert", "load", "verify"))
        rows.append(
            {
                "area": area.id,
                "table": group.id,
                "rows": converted.facts["rows"] if converted else 0,
                "loaded": loaded.facts["rows"] if loaded else 0,
                "compared": verified.facts["compared"] if verified else 0,
                "cells": verified.facts["cells"] if verified else 0,
            }
        )
    return pl.DataFrame(rows, schema=UNIT_SCHEMA)


def has_books(workspace: Workspace, run: str) -> bool:
    """Whether the run got as far as its books, and nothing was worked on since."""
    return (workspace.run_folder(run) / "stages" / BOOKS).is_file()


def read_results(workspace: Workspace, run: str) -> RunResults:
    """The books of `run`; an InputError when it has not got that far."""
    folder = workspace.run_folder(run)
    if not has_books(workspace, run):
        raise InputError(
            f"リハーサル「{run or '（なし）'}」はまだ最後まで実行されていません。`ikou run` を実行してください。"
        )
    _require_as_written(folder)
    decisions = read_decisions(workspace.root)
    return RunResults(
        name=run,
        findings=with_answers(pl.read_parquet(folder / "findings.parquet"), decisions),
        ledger=read_ledger(folder),
        totals=pl.read_csv(folder / "totals.csv", infer_schema=False, empty_string_is_null=False),
        differences=pl.read_parquet(folder / "differences.parquet"),
        units=pl.read_csv(folder / "units.csv", schema=UNIT_SCHEMA),
        decisions=decisions,
    )


def books_hashes(files: Mapping[str, str]) -> dict[str, str]:
    """Name of a book → its SHA-256, from the files of the record of the books."""
    return {Path(name).name: digest for name, digest in files.items()}


def _require_as_written(folder: Path) -> None:
    """An InputError when the books judged by are not those that the run wrote."""
    record = read_record(folder / "stages" / BOOKS)
    results = books_hashes(record["files"]) if record else {}
    for name in BOOKS_READ:
        if not as_written(folder / name, results.get(name, "")):
            raise InputError(
                f"{shown_path(folder / name)} が、`ikou run` の書いた中身と違います"
                "（消えたか、書き換えられたか、壊れています）。これでは判定できません。"
                "`ikou run` をもう一度実行すると、作り直します。"
            )


def read_ledger(folder: Path) -> pl.DataFrame:
    """ledger.csv with counts as numbers and `closes` as a truth value."""
    frame = pl.read_csv(folder / "ledger.csv", infer_schema=False)
    counts = [name for name in frame.columns if name not in ("stage", "source", "target", "closes")]
    return frame.with_columns(pl.col(counts).cast(pl.Int64), pl.col("closes") == "○")


def criteria(workspace: Workspace) -> tuple[Criterion, ...]:
    """The criteria of gate.csv; the town's own file replaces the shipped one."""
    for folder in reversed(workspace.mapping_folders):
        path = folder / "shared" / "gate.csv"
        if path.is_file():
            with path.open(encoding="utf-8-sig", newline="") as file:
                return tuple(Criterion(**row) for row in csv.DictReader(file))
    raise FileNotFoundError("gate.csv")


def coordinator(known: Sequence[Criterion]) -> str:
    """The department that runs the move: the one that confirms most criteria; '' when none does."""
    names = Counter(criterion.department for criterion in known if criterion.department)
    return names.most_common(1)[0][0] if names else ""


def with_departments(findings: pl.DataFrame, areas: Mapping[str, Area], of_none: str) -> pl.DataFrame:
    """Findings with a department each. What names none (files and records that cannot be read) is for `of_none`.

    Where no department runs the move it is the area's.
    """
    owners = {name: area.department for name, area in areas.items()}
    of_area = pl.col("area").replace_strict(owners, default="", return_dtype=pl.String)
    own = pl.col("department").fill_null("")
    someone = pl.lit(of_none) if of_none else of_area
    return findings.with_columns(pl.when(own == "").then(someone).otherwise(own).alias("department"))


def judge_run(workspace: Workspace, areas: dict[str, Area], results: RunResults) -> list[GateRow]:
    """移行判定 for one run."""
    accepted = results.decisions.filter(pl.col("answer").is_in(sorted(SETTLING)))
    signed = set(accepted.filter(pl.col("kind") == SIGN_OFF)["content_hash"])
    confirmed = set(accepted.filter(pl.col("kind") == CONFIRMATION)["content_hash"])
    known = criteria(workspace)
    evidence = Evidence(
        findings=with_departments(results.findings, areas, coordinator(known)),
        ledger=results.ledger,
        totals=results.totals,
        differences=results.differences,
        units=results.units,
        area_titles={area.id: (area.title, area.department) for area in areas.values()},
        signed=frozenset(area for area in areas if area_hash(results, area) in signed),
        confirmed=frozenset(c.id for c in known if confirmation_hash(results.name, c) in confirmed),
        protected=tuple((area, table) for area, table, _ in protected_places(workspace) if workspace.moves(area)),
        table_titles={(a.id, g.id): f"{a.title}「{g.name}」" for a in areas.values() for g in a.groups.values()},
    )
    return judge(known, evidence)


def area_hash(results: RunResults, area: str) -> str:
    """What a sign-off of an area is bound to: its counts, totals, differences and findings, not the run's name."""
    ledger = results.ledger.filter(
        pl.col("source").str.starts_with(f"{area}/") | pl.col("target").str.starts_with(f"{area}/")
    )
    parts = [ledger.write_csv()]
    for frame in (results.totals, results.units):
        parts.append(frame.filter(pl.col("area") == area).write_csv())
    for frame in (results.differences, results.findings):
        parts += frame.filter(pl.col("area") == area)["content_hash"].sort().to_list()
    return identity_of("area", area, *parts)


def confirmation_hash(run: str, criterion: Criterion) -> str:
    """What a confirmation is bound to: this rehearsal and the wording of the criterion."""
    return identity_of("confirmation", run, criterion.id, criterion.standard)
