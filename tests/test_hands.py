"""A stage done by two processes makes what one makes, says errors as they are, and leaves nobody behind."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

import migration.hands
from mappings.errors import Fault, MappingError
from migration.hands import do_all
from migration.progress import Silent
from migration.stages import Done, Made

UNITS = [Done("convert", "inkan", name, "", {}, (), {"rows": rows}, 0.0, Path(), False) for name, rows in
         (("small", 1), ("large", 900), ("middle", 30), ("ready", 5))]  # fmt: skip
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Work:
    """Notes who did what; `how` says what goes wrong."""

    stages: Path
    how: str = ""

    stage: ClassVar[str] = "verify"

    def identity(self, unit: Done) -> str:
        return unit.name

    def make(self, unit: Done, out: Path) -> Made:
        if self.how == "fault" and unit.name == "middle":
            raise MappingError([Fault("jumin.csv", "3行", "項目がありません", "見出しを確かめてください")])
        if self.how == "death" and unit.name == "middle":
            os._exit(9)
        if self.how == "sleep":
            Path(os.environ["IKOU_TEST_PIDS"], str(os.getpid())).touch()
            time.sleep(60)
        return Made(facts={"by": os.getpid()})


@pytest.fixture
def two_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration.hands, "MANY_ROWS", 900)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


@pytest.mark.usefixtures("two_hands")
def test_units_come_back_in_their_order_and_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    do_all(Work(tmp_path), UNITS[3:], Silent())
    made = do_all(Work(tmp_path), UNITS, Silent())
    assert list(made) == [("inkan", "small"), ("inkan", "large"), ("inkan", "middle"), ("inkan", "ready")]
    workers = {made["inkan", name].facts["by"] for name in ("small", "large", "middle")}
    assert os.getpid() not in workers
    assert made["inkan", "ready"].facts["by"] == os.getpid()
    assert [done.fresh for done in made.values()] == [True, True, True, False]


def test_few_rows_are_not_worth_a_process(two_hands: None, tmp_path: Path) -> None:
    made = do_all(Work(tmp_path), [UNITS[0], UNITS[2]], Silent())
    assert {done.facts["by"] for done in made.values()} == {os.getpid()}


@pytest.mark.usefixtures("two_hands")
def test_what_a_person_can_mend_is_said_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as caught:
        do_all(Work(tmp_path, "fault"), UNITS, Silent())
    assert str(caught.value) == (
        "定義ファイルに 1 件の誤りがあります。\n  jumin.csv 3行: 項目がありません → 見出しを確かめてください"
    )
    assert caught.value.faults[0].place == "3行"


@pytest.mark.usefixtures("two_hands")
def test_a_process_that_dies_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(BrokenProcessPool):
        do_all(Work(tmp_path, "death"), UNITS, Silent())


WAITS = """
import sys
from pathlib import PosixPath
sys.path[:0] = [{tests!r}, {root!r}]
import migration.hands
from migration.progress import Silent
if __name__ == "__main__":
    migration.hands.MANY_ROWS = 0
    migration.hands.os.cpu_count = lambda: 2
    from test_hands import UNITS, Work
    migration.hands.do_all(Work({stages!r}, "sleep"), UNITS, Silent())
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_whoever_ends_the_run_leaves_no_process_behind(end: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "pids").mkdir()
    script = tmp_path / "waits.py"
    script.write_text(
        WAITS.format(tests=str(ROOT / "tests"), root=str(ROOT), stages=tmp_path / "stages"), encoding="utf-8"
    )
    env = {**os.environ, "IKOU_TEST_PIDS": str(tmp_path / "pids")}
    process = subprocess.Popen([sys.executable, str(script)], env=env, stderr=subprocess.DEVNULL, preexec_fn=_hears)
    assert _within(60, lambda: len(list((tmp_path / "pids").iterdir())) == 2)
    process.send_signal(end)
    process.wait(30)
    workers = [int(path.name) for path in (tmp_path / "pids").iterdir()]
    assert _within(30, lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))


@pytest.mark.long
def test_a_run_by_two_makes_the_bytes_of_a_run_by_one(
    ikou: Callable[..., object],
    sealed: Path,
    of_town: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migration.hands, "MANY_ROWS", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    folder = of_town(tmp_path / "machi", "inkan")
    ikou("run", "-w", folder)
    assert _hashes(folder) == _hashes(sealed)
    assert len(_hashes(folder)) > 20


def _hears() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # what runs in the background of a shell ignores Ctrl-C


def _hashes(folder: Path) -> dict[str, str]:
    files = (path for place in ("runs", "output") for path in sorted((folder / place).rglob("*")))
    kept = (path for path in files if path.suffix in (".parquet", ".csv"))
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False
