"""A run killed anywhere goes on where it was and ends with the bytes of a run nobody disturbed."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from sample_data import make_town

Program = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parent.parent
KILLED = -signal.SIGKILL
KILLER = """
import os, re, signal, sys
def _kill(event, args, point=re.compile(os.environ["IKOU_TEST_KILL"])):
    if event in ("os.rename", "open") and point.search(f"{event} {args[0]} {args[1]}"):
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(_kill)
"""
POINTS = (  # in the order of the journey: a rename that is about to be done
    r"os.rename .*/stages/receive/\.files\.making",
    r"os.rename .*/stages/extract/inkan/\.inei_index\.making",
    r"os.rename .*/stages/convert/inkan/\.toroku\.making/toroku\.lineage\.parquet",
    r"os.rename .*/stages/validate/inkan/\.haishi\.making",
    r"os.rename .*/output/R1/\.[^ ]*toroku[^ ]* ",
    r"os.rename .*/stages/verify/inkan/\.haishi\.making",
    r"os.rename .*/R1/changes\.parquet",
    r"os.rename .*/reports/R1/index\.html",
)
MID_LOAD = """
import os, signal, sys
import migration.load
migration.load._checked = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from migration.cli import main
main()
"""


def records(workspace: Path) -> dict[str, str]:
    """Hashes of every Parquet and CSV file of the runs and of the output."""
    found = (path for folder in ("runs", "output") for path in sorted((workspace / folder).rglob("*")))
    kept = (path for path in found if path.suffix in (".parquet", ".csv"))
    return {str(path.relative_to(workspace)): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def results(workspace: Path) -> dict[str, str]:
    found = json.loads((workspace / "runs/R1/run.json").read_text(encoding="utf-8"))["results"]
    assert len(found) == 6
    return dict(found)


def tables(workspace: Path) -> list[str]:
    with sqlite3.connect(workspace / "runs/R1/town.sqlite") as connection:
        return list(connection.iterdump())


def stages_worked(workspace: Path) -> dict[str, int]:
    found = (workspace / "runs/R1/stages").rglob("*.done.json")
    return {str(path.relative_to(workspace / "runs/R1/stages")): path.stat().st_mtime_ns for path in found}


@pytest.fixture
def killed_at(program: Program, tmp_path: Path) -> Callable[..., int]:
    """Run a command with a kill waiting at a point; its exit code."""
    (tmp_path / "killer").mkdir()
    (tmp_path / "killer" / "sitecustomize.py").write_text(KILLER, encoding="utf-8")

    def call(point: str, *arguments: object) -> int:
        env = {"PYTHONPATH": str(tmp_path / "killer"), "IKOU_TEST_KILL": point}
        return program(*arguments, env=env).returncode

    return call


@pytest.mark.long
def test_a_run_killed_in_every_stage_ends_as_if_undisturbed(
    sealed: Path, of_town: Callable[..., Path], program: Program, killed_at: Callable[..., int], tmp_path: Path
) -> None:
    workspace = of_town(tmp_path / "machi", "inkan")
    before: dict[str, int] = {}
    for point in POINTS:
        assert killed_at(point, "run", "-w", workspace) == KILLED, point
        now = stages_worked(workspace)
        assert before.items() <= now.items()  # what was done is not done again
        before = now
    done = program("run", "-w", workspace)
    assert done.returncode == 1, done.stderr  # the planted faults
    assert records(workspace) == records(sealed)
    assert results(workspace) == results(sealed)
    assert tables(workspace) == tables(sealed)
    assert not list(workspace.rglob(".*.making"))
    reports = {path.name for path in (sealed / "reports/R1").iterdir()}
    assert {path.name for path in (workspace / "reports/R1").iterdir()} == reports


def test_a_run_killed_at_any_moment_goes_on(
    sealed: Path, of_town: Callable[..., Path], program: Program, tmp_path: Path
) -> None:
    workspace = of_town(tmp_path / "machi", "inkan")
    dice = random.Random(9)
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, "-m", "migration", "run", "-w", str(workspace)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            time.sleep(dice.uniform(1, 6))
            process.kill()
    assert program("run", "-w", workspace).returncode == 1
    assert records(workspace) == records(sealed)
    assert results(workspace) == results(sealed)
    assert tables(workspace) == tables(sealed)


def test_a_kill_before_the_commit_leaves_the_table_of_before(workspace: Path, program: Program) -> None:
    assert program("run", "--to", "load", "-w", workspace).returncode == 0
    before = tables(workspace)
    (workspace / "runs/R1/stages/load/jutogai/atena.done.json").unlink()
    assert _mid_load(workspace) == KILLED
    assert tables(workspace) == before
    assert len(before) > 20
    assert program("run", "--to", "load", "-w", workspace).returncode == 0
    assert tables(workspace) == before


def test_a_second_run_of_the_same_town_is_refused(workspace: Path, program: Program) -> None:
    import fcntl

    with (workspace / "ikou.toml").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        said = program("run", "-w", workspace)
    assert said.returncode == 2
    assert "別の ikou が実行中です" in said.stderr
    assert not (workspace / "runs").exists()


@pytest.mark.long
def test_a_demo_killed_while_the_town_is_made_starts_again(killed_at: Callable[..., int], tmp_path: Path) -> None:
    folder = tmp_path / "見本"
    demo = ("demo", folder, "--residents", "120", "--faults", "none")
    assert killed_at(r"open .*/delivery/keiji/kazei\.dat", *demo) == KILLED
    assert not folder.exists()
    assert killed_at(r"os.rename .*/stages/receive/\.files\.making", *demo) == KILLED
    made = make_town(tmp_path / "again", 120, 1, "none")
    for path in sorted((made.folder / "delivery").rglob("*.*")):
        assert (folder / path.relative_to(made.folder)).read_bytes() == path.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.fixture
def schema() -> Iterator[str]:
    """The URL of a schema of our own on the PostgreSQL server of the tests."""
    url = os.environ.get("IKOU_TEST_POSTGRES")
    if not url:
        pytest.skip("IKOU_TEST_POSTGRES is not set")
    name = f"ikou_killed_{os.getpid()}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {name}"))
    yield f"{url}?options=-csearch_path%3D{name}"
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()


@pytest.mark.postgres
def test_a_kill_while_loading_to_postgres_goes_on(workspace: Path, program: Program, schema: str) -> None:
    settings = (workspace / "ikou.toml").read_text(encoding="utf-8")
    (workspace / "ikou.toml").write_text(
        settings.replace("[database]", f'[database]\nurl = "{schema}"'), encoding="utf-8"
    )
    assert _mid_load(workspace) == KILLED
    done = program("run", "--to", "verify", "-w", workspace)
    assert done.returncode == 0, done.stderr
    engine = sa.create_engine(schema)
    with engine.connect() as connection:
        loaded = connection.execute(sa.text("SELECT count(*) FROM jutogai_atena")).scalar_one()
        names = sa.inspect(connection).get_table_names()
    engine.dispose()
    written = (workspace / "output/R1/031_atena_住登外者宛名基本情報.csv").read_text(encoding="utf-8").splitlines()
    assert loaded == len(written) - 1 > 20
    assert names == ["jutogai_atena"]


def _mid_load(workspace: Path) -> int:
    """Run the program, killed when every row is in the new table and nothing is committed."""
    command = [sys.executable, "-c", MID_LOAD, "run", "-w", str(workspace)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=env, capture_output=True, timeout=600, check=False).returncode
