"""The status board: areas × stages of the newest run, what blocks, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import polars as pl

from mappings.errors import UserError
from mappings.model import Area
from migration.judging import RunResults, judge_run, read_results
from migration.run import newest_run
from migration.steps import TITLES
from migration.workspace import ROLES, Workspace
from reports.gate import FAIL, GateRow
from reports.gate import OPEN as UNDONE

BOARD_STAGES = ("extract", "profile", "convert", "validate", "load", "verify")
DONE, PART, OPEN = "済", "途中", "－"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One area: its stages (済/途中/－), open errors and unanswered doubts of the newest run, its sign-off."""

    area: str
    title: str
    department: str
    role: str
    stages: dict[str, str]
    errors: int
    doubts: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    run: str
    rows: tuple[BoardRow, ...]
    gate: tuple[GateRow, ...]
    todo: tuple[str, ...]


def board(workspace: Workspace, areas: dict[str, Area]) -> Board:
    """The board of the newest run; without any run, what to do first."""
    run = newest_run(workspace)
    results = _results(workspace, run)
    gate = tuple(judge_run(workspace, areas, results)) if results else ()
    rows = tuple(_row(workspace, areas, run, name, results) for name in workspace.areas)
    return Board(run, rows, gate, tuple(_todo(workspace, run, results, gate)))


def _results(workspace: Workspace, run: str) -> RunResults | None:
    try:
        return read_results(workspace, run) if run else None
    except UserError:
        return None


def _row(workspace: Workspace, areas: dict[str, Area], run: str, name: str, results: RunResults | None) -> BoardRow:
    setting = workspace.areas[name]
    area = areas.get(name)
    if area is None:
        return BoardRow(name, name, "", ROLES[setting.role], {}, 0, 0, setting.reason)
    source = area.sources[setting.vendor]
    units = {stage: set(source.tables if stage in ("extract", "profile") else source.groups) for stage in BOARD_STAGES}
    stages = {TITLES[stage]: _state(workspace, run, stage, name, units[stage]) for stage in BOARD_STAGES}
    mine = results.findings.filter(pl.col("area") == name) if results else pl.DataFrame()
    errors = mine.filter((pl.col("severity") == "E") & ~pl.col("settled")).height if results else 0
    doubts = mine.filter((pl.col("severity") == "W") & pl.col("answer").is_null()).height if results else 0
    return BoardRow(name, area.title, area.department, ROLES[setting.role], stages, errors, doubts, setting.reason)


def _state(workspace: Workspace, run: str, stage: str, area: str, expected: set[str]) -> str:
    folder = workspace.run_folder(run) / "stages" / stage / area
    done = {path.name.removesuffix(".done.json") for path in folder.glob("*.done.json")} if run else set()
    if expected and expected <= done:
        return DONE
    return PART if done else OPEN


def _todo(workspace: Workspace, run: str, results: RunResults | None, gate: Sequence[GateRow]) -> list[str]:
    if not workspace.delivery.is_dir():
        return [f"受渡データを {workspace.delivery.name}/ に置く"]
    if not run:
        return ["`ikou receive` で受渡データを確かめる", "`ikou run` でリハーサルを実行する"]
    if results is None:
        return [f"`ikou run --rehearsal {run}` で続きを実行する（止まったところから）"]
    blocking = [f"{row.title}: {row.todo}" for row in gate if row.result == FAIL and row.todo]
    blocking += [f"{row.title}: {row.todo}" for row in gate if row.result == UNDONE and row.todo]
    return blocking or ["移行判定会議に諮る（妨げるものはありません）"]


def as_json(found: Board) -> dict[str, object]:
    return asdict(found)
