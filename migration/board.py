"""The status board: areas × stages of the newest run, what blocks, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import polars as pl

from mappings import loading
from mappings.area import Area
from mappings.errors import UserError
from migration.judging import RunResults, has_books, judge_run, read_results
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
    elsewhere: tuple[int, int] = (0, 0)  # open errors and unanswered doubts of no area (the delivery as a whole)


def board(workspace: Workspace, areas: dict[str, Area]) -> Board:
    """The board of the newest run; without any run, what to do first."""
    run = newest_run(workspace)
    results = _results(workspace, run)
    gate = tuple(judge_run(workspace, areas, results)) if results else ()
    rows = tuple(_row(workspace, areas, run, name, results) for name in workspace.areas)
    of_none = _open(results, ~pl.col("area").is_in(list(workspace.areas)))
    return Board(run, rows, gate, tuple(_todo(workspace, run, results, gate)), of_none)


def _results(workspace: Workspace, run: str) -> RunResults | None:
    return read_results(workspace, run) if run and has_books(workspace, run) else None


def _row(workspace: Workspace, areas: dict[str, Area], run: str, name: str, results: RunResults | None) -> BoardRow:
    setting = workspace.areas[name]
    area = areas.get(name)
    if area is None:
        return BoardRow(name, _title(workspace, name), "", ROLES[setting.role], {}, 0, 0, setting.reason)
    source = area.sources[setting.vendor]
    units = {stage: set(source.tables if stage in ("extract", "profile") else source.groups) for stage in BOARD_STAGES}
    stages = {TITLES[stage]: _state(workspace, run, stage, name, units[stage]) for stage in BOARD_STAGES}
    counts = _open(results, pl.col("area") == name)
    return BoardRow(name, area.title, area.department, ROLES[setting.role], stages, *counts, setting.reason)


def _open(results: RunResults | None, which: pl.Expr) -> tuple[int, int]:
    """(open errors, unanswered doubts)."""
    if results is None:
        return 0, 0
    mine = results.findings.filter(which)
    errors = mine.filter((pl.col("severity") == "E") & ~pl.col("settled")).height
    return errors, mine.filter((pl.col("severity") == "W") & pl.col("answer").is_null()).height


def _title(workspace: Workspace, name: str) -> str:
    """What an area that is not moved is called: its own title where its definition is there, else its id."""
    try:
        return loading.load_areas(workspace.mapping_folders, (name,))[name].title
    except UserError:
        return name


def _state(workspace: Workspace, run: str, stage: str, area: str, expected: set[str]) -> str:
    folder = workspace.run_folder(run) / "stages" / stage / area
    done = {path.name.removesuffix(".done.json") for path in folder.glob("*.done.json")} if run else set()
    if expected and expected <= done:
        return DONE
    return PART if done else OPEN


def _todo(workspace: Workspace, run: str, results: RunResults | None, gate: Sequence[GateRow]) -> list[str]:
    """What to do next, most urgent first."""
    if not workspace.delivery.is_dir() or not any(workspace.delivery.iterdir()):
        place = workspace.delivery
        shown = place.relative_to(workspace.root) if place.is_relative_to(workspace.root) else place
        return [f"受渡データを {shown} に置く（manifest.csv と、業務ごとのファイル）"]
    if not run:
        return ["`ikou receive` で受渡データを確かめる", "`ikou run` でリハーサルを実行する"]
    if results is None:
        return [f"`ikou run --rehearsal {run}` で続きを実行する（止まったところから）"]
    blocking = [row for wanted in (FAIL, UNDONE) for row in gate if row.result == wanted and row.todo]
    ask = ["`ikou review export` で確認票を書き出し、各課に渡す。返ってきたら `ikou review import ファイル` で取り込む"]
    told = [f"{row.title}: {row.todo}" for row in blocking]
    return [*(ask if blocking else ()), *told] or ["移行判定会議に諮る（`ikou gate` で妨げるものはありません）"]


def as_json(found: Board) -> dict[str, object]:
    return asdict(found)
