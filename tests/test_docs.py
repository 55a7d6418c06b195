"""The documents cannot lie: generated pages are what the code says, the README's commands are the ones CI runs."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import write_docs

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["commands.md", "rules.md", "transforms.md", "allowed.md"])
def test_generated_page_is_what_the_code_says(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == write_docs.pages()[name], (
        "run: python tests/write_docs.py"
    )


def test_ci_runs_the_readme_test_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"```sh\n(python3 -m venv [^\n]*pytest[^\n]*)\n```", readme)
    assert len(commands) == 1
    assert f"\n{commands[0]}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_readme_names_every_package_and_no_other() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^dependencies = \[(.*?)^\]", pyproject, re.S | re.M)
    assert listed
    declared = set(re.findall(r'"([a-z0-9-]+)', listed[1]))
    extra = re.search(r"^tests = \[(.*?)\]$", pyproject, re.S | re.M)
    assert extra
    for_tests = set(re.findall(r'"([a-z0-9-]+)', extra[1])) - {"pytest-xdist"}
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("| package | why |")[1].split("## Glossary")[0]
    named = {word.strip() for line in table.splitlines()[2:] if line for word in line.split("|")[1].split(",")}
    assert named == declared | for_tests


def test_no_municipality_is_named_in_engine_code() -> None:
    for package in ("migration", "mappings", "validators", "reports"):
        for path in (ROOT / package).rglob("*.py"):
            assert not re.search(r"岡垣|okagaki|40383", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("name", ["migration", "mappings", "validators", "reports", "sample_data"])
def test_no_other_distribution_owns_our_import_names(name: str) -> None:
    owners = set(packages_distributions().get(name, [])) - {"ikou"}
    assert not owners, f"{name!r} is also installed by {sorted(owners)}"
