"""The golden delivery through the real program: every cell, finding and ledger row is the one written down by hand."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from migration.setting_up import draft_settings

GOLDEN = Path(__file__).parents[1] / "sample_data" / "golden"
EXPECTED = GOLDEN / "expected"
GROUPS = ("jumin", "setai", "ido", "zairyu", "kyuuji_tsusho", "shien", "johyo")


@pytest.fixture(scope="module")
def golden(once: Callable[..., Path], program: Callable[..., object]) -> Path:
    def make(folder: Path) -> None:
        folder.mkdir()
        shutil.copytree(GOLDEN / "delivery", folder / "delivery")
        settings = draft_settings("403831", "岡垣町", "2026-10-01")
        none = 'role = "none"\nreason = "この受渡は住民基本台帳だけ"'
        settings = re.sub(r'(\[areas\.(?!jumin\])\w+\].*\n)role = "owner"\nvendor = ".*"', rf"\1{none}", settings)
        (folder / "ikou.toml").write_text(settings, encoding="utf-8")
        done = program("run", "-w", folder, "--area", "jumin", "--rehearsal", "R1")
        assert getattr(done, "returncode", 2) == 1, getattr(done, "stderr", "")  # the planted errors block

    return once("golden", make)


@pytest.mark.parametrize("group", GROUPS)
def test_standard_rows_are_those_written_by_hand(golden: Path, group: str) -> None:
    [path] = (golden / "output" / "R1").glob(f"001_{group}_*.csv")
    expected, made = _rows(EXPECTED / f"jumin_{group}.csv"), _rows(path)
    assert list(made[0]) == list(expected[0])
    for number, (wanted, row) in enumerate(zip(expected, made, strict=True), 1):
        different = {name: (wanted[name], row[name]) for name in row if row[name] != wanted[name]}
        assert not different, f"{group}, row {number} (expected, made)"


def test_findings_are_those_written_by_hand(golden: Path) -> None:
    columns = ("area", "table", "key", "item", "rule", "severity")
    made = pl.read_parquet(golden / "runs" / "R1" / "findings.parquet").select(columns).rows()
    assert sorted(made) == sorted(tuple(row[name] for name in columns) for row in _rows(EXPECTED / "findings.csv"))


def test_ledger_of_convert_is_the_one_written_by_hand(golden: Path) -> None:
    made = [row for row in _rows(golden / "runs" / "R1" / "ledger.csv") if row["stage"] == "convert"]
    expected = _rows(EXPECTED / "ledger.csv")
    assert sorted(map(_cells, made)) == sorted(map(_cells, expected))


def test_every_stated_total_agrees(golden: Path) -> None:
    stated = {(row["total"], row["by"]): row["value"] for row in _rows(GOLDEN / "delivery" / "totals.csv")}
    made = {(row["total"], row["by"]): row for row in _rows(golden / "runs" / "R1" / "totals.csv")}
    assert {place: (made[place]["loaded"], made[place]["result"]) for place in stated} == {
        place: (value, "一致") for place, value in stated.items()
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _cells(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row.values())
