"""audit.jsonl and decisions.jsonl: what was written stays, and what was changed is told with its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from mappings.errors import InputError
from migration import audit
from migration.decisions import CONFIRMATION, Decision, decisions_file, read_decisions, record

Call = Callable[..., object]
NOON = datetime(2026, 10, 1, 12)


def noted(root: Path, count: int) -> Path:
    for number in range(1, count + 1):
        audit.note(root, "run", {"run": f"R{number}"}, NOON)
    return audit.audit_file(root)


def decided(root: Path, count: int) -> Path:
    for number in range(1, count + 1):
        words = ("answer", "理由", "係長", "課長", f"R{number}")
        record(root, [Decision(CONFIRMATION, f"{number:064}", f"G-{number}", "", "税務課", *words)], NOON)
    return decisions_file(root)


def read(path: Path) -> object:
    return audit.read_audit(path.parent) if path.name == "audit.jsonl" else read_decisions(path.parent.parent)


SPOILT: dict[str, tuple[Callable[[list[str]], list[str]], int]] = {
    "a word changed": (lambda lines: [lines[0], lines[1].replace("R2", "R9"), *lines[2:]], 2),
    "a line removed": (lambda lines: [lines[0], *lines[2:]], 2),
    "the first line removed": (lambda lines: lines[1:], 1),
    "lines exchanged": (lambda lines: [lines[0], lines[2], lines[1], lines[3]], 2),
    "a line twice": (lambda lines: [*lines[:3], lines[2], lines[3]], 4),
    "a line of one's own": (lambda lines: [*lines[:2], '{"run": "R8"}\n', *lines[2:]], 3),
    "no JSON": (lambda lines: [*lines[:3], "メモ\n", lines[3]], 4),
}


@pytest.mark.parametrize("make", [noted, decided])
@pytest.mark.parametrize("case", SPOILT)
def test_a_changed_chain_is_told_with_its_line(case: str, make: Callable[..., Path], tmp_path: Path) -> None:
    path = make(tmp_path, 4)
    spoil, number = SPOILT[case]
    path.write_text("".join(spoil(path.read_text(encoding="utf-8").splitlines(keepends=True))), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(InputError, match=f"{path.name} {number}行目"):
        read(path)
    with pytest.raises(InputError, match=f"{number}行目"):
        make(tmp_path, 1)
    assert path.read_bytes() == before


@pytest.mark.parametrize("make", [noted, decided])
def test_a_line_cut_off_by_a_kill_is_set_aside_and_the_rest_goes_on(make: Callable[..., Path], tmp_path: Path) -> None:
    path = make(tmp_path, 3)
    whole = path.read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    path.write_bytes(whole[:-20])
    assert len(read(path)) == 2
    make(tmp_path, 1)
    assert path.read_bytes()[:last] == whole[:last]
    assert path.with_name(f"{path.name}.cut-1").read_bytes() == whole[last:-20]
    assert [json.loads(line)["run"] for line in path.read_text(encoding="utf-8").splitlines()] == ["R1", "R2", "R1"]


def test_a_run_over_a_changed_audit_trail_stops_before_working(workspace: Path, ikou: Call) -> None:
    path = noted(workspace, 3)
    path.write_text(path.read_text(encoding="utf-8").replace("R2", "R9"), encoding="utf-8")
    said = ikou("run", "-w", workspace)
    assert said.code == 2
    assert "audit.jsonl 2行目" in said.err
    assert not (workspace / "runs").exists()


def test_the_gate_does_not_judge_by_changed_decisions(finished: Path, tmp_path: Path, ikou: Call) -> None:
    import shutil

    workspace = Path(shutil.copytree(finished, tmp_path / "machi", ignore=shutil.ignore_patterns("said")))
    path = decided(workspace, 3)
    path.write_text(path.read_text(encoding="utf-8").replace("課長", "部長"), encoding="utf-8")
    for command in (("gate",), ("review", "status"), ("run",)):
        said = ikou(*command, "-w", workspace)
        assert said.code == 2
        assert "decisions.jsonl 1行目" in said.err
