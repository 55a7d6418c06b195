"""Verify: read a table back from the database and compare it, cell by cell, with what should stand there.

The rows are read as text in chunks into a temporary Parquet file beside the frame; the diff needs no order, so none is
asked of the database. Nothing compared is never a pass.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from mappings.layout import Group
from migration.database import database_errors
from migration.differences import Loss, differences_of
from migration.read_back import canonical, read_table
from migration.unloadable import LoadOptions, loadable_rows
from reports.diff import Diff, diff
from validators.finding import raw_findings


@dataclass(frozen=True, slots=True)
class Verified:
    """What the comparison says. `differences` has the columns of the public differences file, `legacy` still empty."""

    findings: pl.DataFrame  # RAW_SCHEMA, VER-nn
    differences: pl.DataFrame
    rows: int  # compared
    cells: int
    expected: int
    actual: int


def verify_group(
    group: Group,
    frame: Path,
    engine: sa.Engine,
    left_out: pl.DataFrame | None = None,
    options: LoadOptions | None = None,
) -> Verified:
    """Expected (`frame`) × actual (the table). `left_out`: the findings of the load, which explain missing rows."""
    options = options or LoadOptions()
    expected = loadable_rows(group, frame, left_out).drop("record_id")
    folder = frame.parent / f".{group.id}.readback"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        with database_errors(engine):
            actual = read_table(group, engine, folder)
        answer = diff(canonical(group, expected), canonical(group, actual), group.key)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    losses = Loss(group, options, raw_findings() if left_out is None else left_out)
    findings, differences = differences_of(answer, losses)
    return _verified(answer, findings, differences)


def _verified(answer: Diff, findings: pl.DataFrame, differences: pl.DataFrame) -> Verified:
    cells = answer.compared * (len(answer.columns) + len(answer.key))
    return Verified(findings, differences, answer.compared, cells, answer.left_rows, answer.right_rows)
