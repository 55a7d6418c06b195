"""Sessions: lint, tests, long, demo, faults, docs, bench. CI, pre-commit and people run the same ones."""

from __future__ import annotations

import shutil

import nox

nox.options.sessions = ["lint", "tests", "docs"]
nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True

PACKAGES = ("migration", "mappings", "validators", "reports", "sample_data")
BENCHES = ("extract", "host", "convert", "validate", "diff", "load", "names", "identifiers", "dates", "addresses")


def _install(session: nox.Session, *extras: str) -> None:
    session.install("-c", "constraints.txt", "-e", f".[{','.join(extras)}]")


@nox.session
def lint(session: nox.Session) -> None:
    """Style, types, layers."""
    _install(session, "lint", "tests", "nox")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")


@nox.session
def tests(session: nox.Session) -> None:
    """The whole suite; tests that need PostgreSQL run when IKOU_TEST_POSTGRES names a server."""
    _install(session, "tests")
    session.run("pytest", "-n", "2", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """A whole town in ./demo, then its gate."""
    _install(session)
    session.run("ikou", "demo", *(session.posargs or ["demo"]))


@nox.session
def long(session: nox.Session) -> None:
    """The tests that take minutes: whole towns with and without faults, a second vendor, kills in every stage."""
    _install(session, "tests")
    session.run("pytest", "-n", "2", "-m", "long")


@nox.session
def faults(session: nox.Session) -> None:
    """A town of 3,000 with every fault; its score goes to docs/faults.md."""
    _install(session)
    town = f"{session.create_tmp()}/town"
    shutil.rmtree(town, ignore_errors=True)
    session.run("ikou", "demo", town, *(session.posargs or ["--residents", "3000"]))
    session.run("python", "-m", "sample_data.score", town, "--page", "docs/faults.md")


@nox.session
def docs(session: nox.Session) -> None:
    """The generated pages of docs/ agree with the code."""
    _install(session, "tests")
    session.run("pytest", "-q", "tests/test_docs.py")


@nox.session
def readings(session: nox.Session) -> None:
    """Builds the readings of names from pinned packages (npm and PyPI), and measures how well they tell."""
    _install(session)
    session.run("python", "-m", "builders.readings", *session.posargs)
    session.run("python", "-m", "builders.measure_readings", *session.posargs)


@nox.session
def registers(session: nox.Session) -> None:
    """Builds the registers of postal codes, banks, area codes and municipalities from pinned packages."""
    _install(session)
    for name in ("postal", "banks", "area_codes", "municipalities"):
        session.run("python", "-m", f"builders.{name}")


@nox.session
def mj(session: nox.Session) -> None:
    """Builds the tables of MJ characters and of shrinking from pinned packages (npm and PyPI)."""
    _install(session)
    session.run("python", "-m", "builders.characters", *session.posargs)


@nox.session
def code_tables(session: nox.Session) -> None:
    """The code tables of hosts and their letter shares anew, from glibc's iconv and the register of surnames."""
    _install(session)
    session.run("python", "-m", "builders.code_tables")
    session.run("python", "-m", "builders.letter_weights")


@nox.session
def bench(session: nox.Session) -> None:
    """Ratios measured in one run, with peak memory. `nox -s bench -- extract diff --rows 5000000`."""
    _install(session, "bench")
    chosen = [name for name in session.posargs if name in BENCHES] or list(BENCHES)
    options = [word for word in session.posargs if word not in BENCHES]
    for name in chosen:
        session.run("python", f"tests/bench/{name}.py", *options)
