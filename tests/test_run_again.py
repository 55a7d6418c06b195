"""The same input gives the same bytes anywhere; after a change only what depends on it is done again."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

Call = Callable[..., object]
Program = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parent.parent
INKAN = "mappings/inkan/legacy/kyusys"
ATENA = "mappings/jutogai/legacy/kyusys/atena.csv"
ELSEWHERE = {"PYTHONHASHSEED": "4711", "TZ": "America/New_York", "LANG": "C", "LC_ALL": "C", "POLARS_MAX_THREADS": "1"}


def hashes(workspace: Path, folders: tuple[str, ...]) -> dict[str, str]:
    found = (path for folder in folders for path in sorted((workspace / folder).rglob("*")))
    kept = (path for path in found if path.suffix in (".parquet", ".csv"))
    return {str(path.relative_to(workspace)): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def worked(workspace: Path) -> dict[str, int]:
    stages = workspace / "runs/R1/stages"
    return {
        str(path.relative_to(stages)).removesuffix(".done.json"): path.stat().st_mtime_ns
        for path in stages.rglob("*.done.json")
    }


def own(workspace: Path, name: str) -> Path:
    """A shipped definition file as the town's own copy."""
    target = workspace / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / name, target)
    return target


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path, old, text.count(old))
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.long
def test_conversion_gives_the_same_bytes_elsewhere(whole: Path, program: Program, tmp_path: Path) -> None:
    made = shutil.ignore_patterns("runs", "output", "reports", "said")
    other = Path(shutil.copytree(whole, tmp_path / "どこか ほか", ignore=made))
    done = program("run", "--to", "convert", "-w", other, env=ELSEWHERE)
    assert done.returncode == 0, done.stderr
    folders = tuple(f"runs/R1/stages/{stage}" for stage in ("receive", "extract", "profile", "convert"))
    assert hashes(other, folders) == hashes(whole, folders)
    assert len(hashes(other, folders)) > 80


def test_a_whole_run_gives_the_same_bytes_elsewhere(
    sealed: Path, of_town: Callable[..., Path], program: Program, tmp_path: Path
) -> None:
    other = of_town(tmp_path / "どこか ほか", "inkan")
    assert program("run", "-w", other, env=ELSEWHERE).returncode == 1
    assert hashes(other, ("runs", "output")) == hashes(sealed, ("runs", "output"))
    first, second = (json.loads((town / "runs/R1/run.json").read_text(encoding="utf-8")) for town in (sealed, other))
    assert first["results"] == second["results"]
    assert {"ledger.csv", "findings.parquet", "totals.csv"} <= first["results"].keys()
    assert all(first["seconds"][stage]["inkan"] > 0 for stage in ("extract", "profile", "convert", "verify"))
    assert first["peak_megabytes"] > 100
    assert [unit["identity"] for unit in first["units"]] == [unit["identity"] for unit in second["units"]]


@pytest.fixture
def redone(sealed: Path, tmp_path: Path, ikou: Call) -> Callable[[Callable[[Path], None]], set[str]]:
    """Change a finished workspace, run again, and say which units were done anew."""

    def call(change: Callable[[Path], None]) -> set[str]:
        workspace = Path(shutil.copytree(sealed, tmp_path / "machi"))
        before = worked(workspace)
        change(workspace)
        assert ikou("run", "-w", workspace).code == 1
        return {unit for unit, at in worked(workspace).items() if before.get(unit) != at}

    return call


def test_nothing_changed_nothing_is_done(redone: Callable[..., set[str]]) -> None:
    assert redone(lambda workspace: None) == set()


def test_a_changed_map_redoes_its_group_and_what_looks_at_it(redone: Callable[..., set[str]]) -> None:
    def change(workspace: Path) -> None:
        edit(own(workspace, f"{INKAN}/haishi.csv"), "\n宛名番号,宛名番号,strip,", "\n宛名番号,宛名番号,strip wide,")

    stages = ("convert", "validate", "load", "verify")
    assert redone(change) == {*(f"{stage}/inkan/haishi" for stage in stages), "reconcile/books"}


def test_a_changed_rule_redoes_the_checks_of_its_group(redone: Callable[..., set[str]]) -> None:
    def change(workspace: Path) -> None:
        path = own(workspace, "mappings/inkan/rules.toml")
        head, sign, tail = path.read_text(encoding="utf-8").partition('id = "INK-02-2"')
        severity = 'severity = "W"' if 'severity = "W"' in tail.split("[[rule]]")[0] else 'severity = "E"'
        other = 'severity = "E"' if severity == 'severity = "W"' else 'severity = "W"'
        path.write_text(head + sign + tail.replace(severity, other, 1), encoding="utf-8")

    assert redone(change) == {"validate/inkan/haishi", "verify/inkan/haishi", "reconcile/books"}


def test_words_about_a_map_redo_nothing(redone: Callable[..., set[str]]) -> None:
    def change(workspace: Path) -> None:
        path = own(workspace, f"{INKAN}/haishi.csv")
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[1] == "登録番号,登録番号,strip,,,"
        lines[1] += "窓口と確かめた"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        rules = own(workspace, "mappings/inkan/rules.toml")
        rules.write_text("# 2026年10月に見直した\n" + rules.read_text(encoding="utf-8"), encoding="utf-8")

    assert redone(change) == set()


def test_a_lost_output_is_made_again(redone: Callable[..., set[str]]) -> None:
    def change(workspace: Path) -> None:
        next((workspace / "output/R1").glob("*haishi*")).unlink()
        (workspace / "runs/R1/stages/convert/inkan/inei.parquet").unlink()
        (workspace / "runs/R1/totals.csv").unlink()

    assert redone(change) == {"convert/inkan/inei", "load/inkan/haishi", "reconcile/books"}


def test_from_does_a_stage_and_the_later_ones_again(sealed: Path, tmp_path: Path, ikou: Call) -> None:
    workspace = Path(shutil.copytree(sealed, tmp_path / "machi"))
    before, bytes_before = worked(workspace), hashes(workspace, ("runs", "output"))
    assert ikou("run", "--from", "load", "-w", workspace).code == 1
    again = {unit.split("/")[0] for unit, at in worked(workspace).items() if before[unit] != at}
    assert again == {"load", "verify", "reconcile"}
    assert hashes(workspace, ("runs", "output")) == bytes_before


def test_what_a_unit_no_longer_makes_does_not_stay(sealed: Path, tmp_path: Path, ikou: Call) -> None:
    workspace = Path(shutil.copytree(sealed, tmp_path / "machi"))
    folder = workspace / "runs/R1/stages/extract/inkan"
    shutil.copy(folder / "haishi.findings.parquet", folder / "haishi.old.findings.parquet")
    assert ikou("run", "--from", "extract", "--to", "extract", "-w", workspace).code == 0
    assert not (folder / "haishi.old.findings.parquet").exists()
    assert (folder / "haishi.findings.parquet").exists()


def test_a_run_of_one_area_does_not_pass_for_the_whole_town(finished: Path, tmp_path: Path, ikou: Call) -> None:
    workspace = Path(shutil.copytree(finished, tmp_path / "machi", ignore=shutil.ignore_patterns("said")))
    assert ikou("run", "--area", "jutogai", "-w", workspace).code == 1
    said = ikou("gate", "--json", "-w", workspace)
    assert said.code == 3
    coverage = next(row for row in json.loads(said.out)["criteria"] if row["id"] == "G-05")
    assert coverage["result"] == "不合格"
    assert "住民基本台帳「" in coverage["todo"]
    paper = (workspace / "reports/R1/移行判定チェックリスト.html").read_text(encoding="utf-8")
    assert coverage["todo"] in paper  # the paper says what the command says


def test_a_run_of_one_area_leaves_numbers_and_work_of_the_others(
    of_town: Callable[..., Path], tmp_path: Path, ikou: Call
) -> None:
    """児童手当 comes as a workbook: a run without it does not open it nor speak of it, and files keep their numbers."""
    workspace = of_town(tmp_path / "machi", "jifu", "jutogai")
    files = workspace / "runs/R1/stages/receive/files.parquet"
    assert ikou("run", "--to", "extract", "-w", workspace).code == 0
    before, all_files = worked(workspace), pl.read_parquet(files)
    assert ikou("run", "--to", "extract", "-a", "jutogai", "-w", workspace).code == 0
    changed = {unit for unit, at in worked(workspace).items() if before[unit] != at}
    assert changed == {"receive/files"}
    same = ["file_no", "path", "area", "table", "sha256"]
    assert_frame_equal(pl.read_parquet(files, columns=same), all_files[same])
    counted = pl.read_parquet(files).filter(pl.col("records").is_not_null())
    assert set(counted["area"]) == {"jutogai"}
    found = pl.read_parquet(files.with_name("files.findings.parquet"))
    assert set(found["area"]) <= {"", "jutogai"}
    assert "RCV-15" not in set(found["rule"])


def test_a_table_that_another_rehearsal_loaded_is_loaded_again(workspace: Path, ikou: Call) -> None:
    settings = (workspace / "ikou.toml").read_text(encoding="utf-8")
    url = f'[database]\nurl = "sqlite:///{workspace}/town.db"'
    (workspace / "ikou.toml").write_text(settings.replace("[database]", url), encoding="utf-8")
    assert ikou("run", "-r", "R1", "--to", "load", "-w", workspace).code == 0
    edit(own(workspace, ATENA), "\n宛名番号,宛名番号,strip,", "\n宛名番号,宛名番号,strip wide,")
    assert ikou("run", "-r", "R2", "--to", "load", "-w", workspace).code == 0  # other rows in the same table
    (workspace / ATENA).unlink()
    before = worked(workspace)
    assert ikou("run", "-r", "R1", "--to", "load", "-w", workspace).code == 0
    assert {unit for unit, at in worked(workspace).items() if before[unit] != at} == {"load/jutogai/atena"}
    assert ikou("run", "-r", "R1", "--to", "load", "-w", workspace).code == 0
