"""What a review pack of a run is made from: its open findings, its areas to sign off, its criteria to confirm."""

from __future__ import annotations

import polars as pl

from migration.decisions import SETTLING, SIGN_OFFS
from migration.journey import Journey
from migration.judging import RunResults, area_hash, confirmation_hash, coordinator, criteria, with_departments
from migration.protection import protected_people, with_their_rows
from reports.document import Facts
from reports.pack import Asked
from reports.runbook import RunBook


def review_book(journey: Journey, results: RunResults) -> RunBook:
    """The part of a RunBook that packs need; every finding is some department's."""
    owner = coordinator(criteria(journey.workspace))
    people = protected_people(journey.workspace, journey.name)
    return RunBook(
        facts=Facts(journey.workspace.name, journey.name, "", ""),
        areas=journey.areas,
        vendors={area: journey.workspace.areas[area].vendor for area in journey.areas},
        secret_items=journey.secret_items,
        protected=with_their_rows(journey.workspace, journey.name, journey.areas, people),
        findings=with_departments(results.findings, journey.areas, owner),
    )


def asked_of(journey: Journey, results: RunResults) -> Asked:
    """Sign-offs and confirmations that are still missing."""
    done = set(results.decisions.filter(pl.col("answer").is_in(sorted(SETTLING)))["content_hash"])
    known = criteria(journey.workspace)
    areas = [
        (area.id, area.title, _words(results, area.id), area_hash(results, area.id), area.department)
        for area in journey.areas.values()
    ]
    confirmations = [
        (c.id, c.title, c.standard, confirmation_hash(journey.name, c), c.department)
        for c in known
        if c.check == "confirmation"
    ]
    return Asked(
        areas=tuple(row for row in areas if row[3] not in done),
        criteria=tuple(row for row in confirmations if row[3] not in done),
        choices=tuple(SIGN_OFFS),
        coordinator=coordinator(known),
    )


def current_hashes(journey: Journey, results: RunResults) -> frozenset[str]:
    """Everything an answer may be given for today."""
    contents = set(results.findings["content_hash"])
    contents |= {area_hash(results, area) for area in journey.areas}
    contents |= {confirmation_hash(journey.name, c) for c in criteria(journey.workspace)}
    return frozenset(contents)


def _words(results: RunResults, area: str) -> str:
    """The results of an area in one sentence, as the person signs for them."""
    units = results.units.filter(pl.col("area") == area)
    totals = results.totals.filter(pl.col("area") == area)
    findings = results.findings.filter(pl.col("area") == area)
    same = totals.filter(pl.col("result") == "一致").height
    open_errors = findings.filter((pl.col("severity") == "E") & ~pl.col("settled")).height
    differences = results.differences.filter(pl.col("area") == area).height
    return (
        f"変換 {units['rows'].sum():,}行、投入 {units['loaded'].sum():,}行、照合 {units['compared'].sum():,}行、"
        f"説明できない差異 {differences:,}件、合計照合 {totals.height:,}件のうち一致 {same:,}件、"
        f"指摘 {findings.height:,}件（未解決のエラー {open_errors:,}件）"
    )
