"""What the tests of the whole program share: the program itself, a small workspace, and one town run once a session."""

from __future__ import annotations

import csv
import fcntl
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from migration.cli import main
from migration.setting_up import draft_settings
from sample_data import Town, make_town
from sample_data.town import TOWN_LIST

ROOT = Path(__file__).resolve().parent.parent
RESIDENTS = 120
TOWNS = {"finished", "whole", "clean"}  # fixtures
FINISHED = ("jumin", "inkan", "keiji", "jutogai", "kokuho")
NO_NETWORK = """
import os, socket, sys
def _refuse(event, args):
    family = getattr(args[0], "family", None) if args and event == "socket.connect" else None
    if event == "socket.getaddrinfo" or family in (socket.AF_INET, socket.AF_INET6):
        with open(os.environ["IKOU_TEST_CALLS"], "a") as file:
            file.write(f"{event} {args[1:] if event == 'socket.connect' else args}\\n")
        raise OSError("no network in this test")
sys.addaudithook(_refuse)
"""


DAMAGED = ("910000000011", "910000000022", "910000000033", "910000000044", "910000000055")


def pytest_configure(config: pytest.Config) -> None:
    """How laws are tried; and CI never skips the PostgreSQL tests: a missing server is an error there."""
    settings.register_profile(
        "ikou",
        deadline=None,  # nothing timed fails a test
        derandomize=bool(os.environ.get("CI")),  # CI tries the same examples each time, people new ones
        suppress_health_check=(HealthCheck.too_slow,),
    )
    settings.load_profile("ikou")
    if os.environ.get("IKOU_REQUIRE_POSTGRES") and not os.environ.get("IKOU_TEST_POSTGRES"):
        raise pytest.UsageError("IKOU_REQUIRE_POSTGRES is set, but IKOU_TEST_POSTGRES names no server")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Towns that take minutes are made at once, each by another worker; who looks at one comes when it is there."""
    looking = [item for item in items if TOWNS & set(getattr(item, "fixturenames", ()))]
    makers = {min(TOWNS & set(item.fixturenames)): item for item in reversed(looking)}.values()  # type: ignore[attr-defined]
    rest = [item for item in (*(i for i in items if i not in set(looking)), *looking) if item not in set(makers)]
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    batch = max(len(items) // (4 * workers), 2)  # what pytest-xdist gives each worker first
    for number, maker in enumerate(makers):
        rest.insert(number * batch, maker)
    items[:] = rest


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended: its exit code and what it said on both outputs."""

    code: int
    out: str
    err: str


@pytest.fixture
def ikou(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """The command line in this process: exit code and outputs. An exception that is no message comes out as it is."""

    def call(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["ikou", *map(str, arguments)])
        capfd.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capfd.readouterr()
        return Said(code, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def program() -> Callable[..., subprocess.CompletedProcess[str]]:
    """The real program in a process of its own: `program("run", "-w", folder, env={…})`."""

    def call(
        *arguments: object, env: Mapping[str, str] | None = None, before: Sequence[str] = (), timeout: float = 900
    ) -> subprocess.CompletedProcess[str]:
        command = [*before, sys.executable, "-m", "migration", *map(str, arguments)]
        path = os.pathsep.join(part for part in ((env or {}).get("PYTHONPATH"), str(ROOT)) if part)
        return subprocess.run(
            command,
            env={**os.environ, **(env or {}), "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return call


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """`once(name, make)`: a folder made by the first worker that asks, for all workers of the session; read only."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], None]) -> Path:
        with (base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (base / f"{name}.made").exists():
                shutil.rmtree(base / name, ignore_errors=True)
                make(base / name)
                (base / f"{name}.made").touch()
        return base / name

    return made


@pytest.fixture(scope="session")
def town(once: Callable[..., Path]) -> Path:
    """A workspace with the delivery of a town full of planted faults; not run yet. Copy it to change it.

    truth/numbers.txt holds every 個人番号 of it, also those of the damaged records added here.
    """

    def make(folder: Path) -> None:
        draw_faulty(folder, RESIDENTS, 1)
        damage_records(folder / "delivery" / "jutogai" / "jutogai.csv")
        with (folder / "truth" / "numbers.txt").open("a", encoding="utf-8") as numbers:
            numbers.write("".join(f"{number}\n" for number in DAMAGED))

    return once("town", make)


@pytest.fixture(scope="session")
def clean_town(once: Callable[..., Path]) -> Town:
    """A faultless town of 600 with its tables and its delivery, drawn once for the tests of all areas; read only."""

    return _drawn(once, 600, 2)


@pytest.fixture(scope="session")
def larger_town(once: Callable[..., Path]) -> Town:
    """A faultless town of 1,000, for what a smaller one has nobody for; read only."""
    return _drawn(once, 1_000, 3)


@pytest.fixture(scope="session")
def hamlet(once: Callable[..., Path]) -> Town:
    """A faultless town of 60, drawn once; read only."""
    return _drawn(once, 60, 1)


def _drawn(once: Callable[..., Path], residents: int, seed: int) -> Town:
    def make(folder: Path) -> None:
        (folder / "town.pickle").write_bytes(pickle.dumps(make_town(folder, residents, seed, "none")))

    drawn: Town = pickle.loads((once(f"clean_{residents}", make) / "town.pickle").read_bytes())
    return drawn


@pytest.fixture(scope="session")
def finished(once: Callable[..., Path], of_town: Callable[..., Path], run_offline: Callable[[Path], None]) -> Path:
    """Five areas of the faulty town after a whole run; read only. `said/` has what the program said."""
    return once("finished", lambda folder: run_offline(of_town(folder, *FINISHED)))


@pytest.fixture(scope="session")
def whole(once: Callable[..., Path], run_offline: Callable[[Path], None]) -> Path:
    """A town of 600 with every planted fault after a whole run of all areas, for long tests; read only."""

    def make(folder: Path) -> None:
        draw_faulty(folder, 600, 2)
        run_offline(folder)

    return once("whole", make)


@pytest.fixture(scope="session")
def run_offline(program: Callable[..., object]) -> Callable[[Path], None]:
    """Runs a workspace by the real program where no network is to be had."""

    def run(folder: Path) -> None:
        (folder / "said").mkdir()
        (folder / "said" / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
        env = {"PYTHONPATH": str(folder / "said"), "IKOU_TEST_CALLS": str(folder / "said" / "calls")}
        done = program("run", "-w", folder, env=env)
        (folder / "said" / "out").write_text(done.stdout, encoding="utf-8")
        (folder / "said" / "err").write_text(done.stderr, encoding="utf-8")
        (folder / "said" / "code").write_text(str(done.returncode), encoding="utf-8")

    return run


@pytest.fixture(scope="session")
def of_town(town: Path) -> Callable[..., Path]:
    """`of_town(folder, area, …)`: a workspace with these areas of the faulty town."""

    def made(folder: Path, *areas: str) -> Path:
        shutil.copytree(town, folder)
        keep_areas(folder, *areas)
        return folder

    return made


@pytest.fixture(scope="session")
def sealed(once: Callable[..., Path], of_town: Callable[..., Path], program: Callable[..., object]) -> Path:
    """One area of the faulty town with three groups (inkan) after a whole run that nobody disturbed; read only."""

    def make(folder: Path) -> None:
        of_town(folder, "inkan")
        assert program("run", "-w", folder).returncode == 1

    return once("sealed", make)


@pytest.fixture(scope="session")
def clean_area(once: Callable[..., Path], one_area: Callable[[Path, str], Town]) -> Path:
    """A workspace with one area (jutogai) of a faultless town; a copy of it runs in seconds."""
    return once("clean_area", lambda folder: one_area(folder, "jutogai"))


@pytest.fixture
def workspace(clean_area: Path, tmp_path: Path) -> Path:
    """A fresh copy of the one-area workspace, to be spoilt."""
    return Path(shutil.copytree(clean_area, tmp_path / "machi"))


def damage_records(path: Path) -> None:
    """Five more records, each with a 個人番号 in a place where a careless program would show it."""
    lines = path.read_bytes().splitlines(keepends=True)
    cells = lines[1].rstrip(b"\r\n").split(b",")
    names = [name.strip(b'"') for name in lines[0].rstrip(b"\r\n").split(b",")]
    place, name = names.index("個人番号".encode("cp932")), names.index("氏名".encode("cp932"))
    ragged, broken, unreadable, shifted, quoted = (
        [b"99999999%02d" % number, *cells[1:place], digits.encode(), *cells[place + 1 :]]
        for number, digits in enumerate(DAMAGED, start=1)
    )
    broken[place] += b"\x81"  # half a character after the number
    unreadable[name] = b"\xfd\xfe"
    shifted = [*shifted[:place], b"", *shifted[place:]]  # the number stands one column further on
    quoted[place] = b'"' + quoted[place]  # a quote that is never closed
    records = [ragged[:-3], broken, unreadable, shifted, quoted]
    path.write_bytes(b"".join(lines) + b"".join(b",".join(record) + b"\r\n" for record in records))


def draw_faulty(folder: Path, residents: int, seed: int) -> None:
    """A workspace with the delivery of a faulty town, not run yet; truth/numbers.txt holds every 個人番号 of it."""
    made = make_town(folder, residents, seed, "all")
    columns = [frame["個人番号"] for tables in made.tables.values() for frame in tables.values() if "個人番号" in frame]
    numbers = {number for column in columns for number in column if number}
    text = "".join(f"{number}\n" for number in sorted(numbers))
    (folder / "truth" / "numbers.txt").write_text(text, encoding="utf-8")
    settings = draft_settings(made.code, made.name, made.as_of, towns=TOWN_LIST)
    (folder / "ikou.toml").write_text(settings, encoding="utf-8")


def keep_areas(folder: Path, *areas: str) -> None:
    """Leave these areas in a delivery, in its papers and in the settings."""
    head, _, _ = (folder / "ikou.toml").read_text(encoding="utf-8").partition("[areas.")
    settings = [f'[areas.{area}]\nrole = "owner"\nvendor = "kyusys"\n' for area in areas]
    (folder / "ikou.toml").write_text(head + "".join(settings), encoding="utf-8")
    for other in (folder / "delivery").iterdir():
        if other.is_dir() and other.name not in areas:
            shutil.rmtree(other)
    for paper in ("manifest.csv", "totals.csv"):
        path = folder / "delivery" / paper
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(row for row in rows if row["area"] in areas)


@pytest.fixture(scope="session")
def one_area(hamlet: Town) -> Callable[[Path, str], Town]:
    """`one_area(folder, area)`: a workspace of a small clean town with one area, and the town it was made from."""

    def made(folder: Path, area: str) -> Town:
        shutil.copytree(hamlet.folder, folder)
        (folder / "town.pickle").unlink()
        (folder / "ikou.toml").write_text(
            draft_settings(hamlet.code, hamlet.name, hamlet.as_of, towns=TOWN_LIST), encoding="utf-8"
        )
        keep_areas(folder, area)
        return replace(hamlet, folder=folder)

    return made
