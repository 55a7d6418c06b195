"""Reconcile and report: the run's books from what the stages left, and the documents from the books."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from migration import books
from migration.control_totals import count_totals
from migration.hands import peak_megabytes
from migration.journey import Journey, Received, Units
from migration.judging import BOOKS_READ, books_hashes, unit_rows
from migration.run_book import fill_run_book
from migration.stages import Done, Made, code_version, identity_of, ledger_rows, perform, write_whole
from migration.steps import TITLES
from reports.documents import build_documents
from reports.excel import render_excel
from reports.html import render_html
from reports.index import render_index

RECORDS = (*BOOKS_READ, "changes.parquet")


def reconcile_step(journey: Journey, received: Received, units: dict[str, Units], engine: sa.Engine) -> Done:
    """ledger.csv, totals.csv, units.csv, findings, changes and differences of the whole run."""
    journey.progress.stage(TITLES["reconcile"], 1)
    journey.progress.unit("ledger, totals, findings")
    every = [received.done, *(done for stage in units.values() for done in stage.values())]
    totals, findings = count_totals(journey, received, units, engine)
    parts = [f"{done.stage}/{done.area}/{done.name}={done.result}" for done in every]
    identity = identity_of(code_version(), totals.write_csv(), repr(units_expected(journey)), *parts)

    def work(_: Path) -> Made:
        open_lines = books.write_ledger(journey.folder, ledger_rows(every))
        _write_csv(journey.folder / "totals.csv", totals)
        _write_csv(journey.folder / "units.csv", unit_rows(journey, units))
        books.write_changes(journey.folder)
        books.write_differences(journey.folder)
        written = books.write_findings(journey.folder, pl.concat([findings, open_lines]))
        return Made(facts={"folded": written.folded}, beside=tuple(journey.folder / name for name in RECORDS))

    return perform(journey.stages, "reconcile", "", "books", identity, work)


def units_expected(journey: Journey) -> list[tuple[str, str]]:
    return [(area.id, group.id) for area, group in journey.groups_expected()]


def report_step(journey: Journey, units: dict[str, Units], now: datetime) -> int:
    """Every document as HTML and Excel, and the index; the number of documents."""
    book = fill_run_book(journey, units, now)
    journey.progress.stage(TITLES["report"], 1)
    documents = []
    for document in build_documents(book):
        journey.progress.unit(document.file_name)
        write_whole(journey.reports / f"{document.file_name}.html", render_html(document).encode())
        write_whole(journey.reports / f"{document.file_name}.xlsx", render_excel(document))
        documents.append(document)
    write_whole(journey.reports / "index.html", render_index(book, documents).encode())
    return len(documents)


def write_record(journey: Journey, units: dict[str, Units], closed: Done | None) -> None:
    """run.json: what was done, how long it took, and the hashes of what came out."""
    every = [*(done for stage in units.values() for done in stage.values()), *([closed] if closed else [])]
    data = {
        "run": journey.name,
        "municipality": journey.workspace.code,
        "code": code_version(),
        "results": books_hashes(closed.files) if closed else {},
        "seconds": _seconds(every),
        "peak_megabytes": peak_megabytes(),
        "units": [_unit_record(done) for done in every],
    }
    write_whole(journey.folder / "run.json", json.dumps(data, ensure_ascii=False, indent=1).encode())


def _seconds(units: Iterable[Done]) -> dict[str, dict[str, float]]:
    """Stage → area → seconds of work, also of what an earlier start of the run did; two processes count as both."""
    found: dict[str, dict[str, float]] = {}
    for unit in units:
        areas = found.setdefault(unit.stage, {})
        areas[unit.area] = round(areas.get(unit.area, 0.0) + unit.seconds, 3)
    return found


def _unit_record(done: Done) -> dict[str, object]:
    return {
        "stage": done.stage,
        "area": done.area,
        "name": done.name,
        "identity": done.identity,
        "seconds": round(done.seconds, 3),
        "files": dict(done.files),
    }


def _write_csv(path: Path, frame: pl.DataFrame) -> None:
    buffer = io.BytesIO()
    frame.write_csv(buffer)
    write_whole(path, buffer.getvalue())
