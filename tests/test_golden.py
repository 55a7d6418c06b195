"""The golden delivery through the real program: every cell, finding and ledger row is the one written down by hand."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from migration.run import Plan, run
from migration.setting_up import draft_settings
from migration.workspace import open_workspace
from sample_data.town import TOWN_LIST

GOLDEN = Path(__file__).parents[1] / "sample_data" / "golden"
EXPECTED = GOLDEN / "expected"
GROUPS = ("jumin", "setai", "ido", "zairyu", "kyuuji_tsusho", "shien", "johyo")


def prepared(folder: Path, towns: str = TOWN_LIST) -> None:
    """A workspace with the golden delivery, the only area it has, and the town's list of 町字."""
    folder.mkdir()
    shutil.copytree(GOLDEN / "delivery", folder / "delivery")
    shutil.copy(GOLDEN.parent / "data" / TOWN_LIST, folder)
    settings = draft_settings("403831", "岡垣町", "2026-10-01", towns=towns)
    none = 'role = "none"\nreason = "この受渡は住民基本台帳だけ"'
    settings = re.sub(r'(\[areas\.(?!jumin\])\w+\].*\n)role = "owner"\nvendor = ".*"', rf"\1{none}", settings)
    (folder / "ikou.toml").write_text(settings, encoding="utf-8")


@pytest.fixture(scope="module")
def golden(once: Callable[..., Path], program: Callable[..., object]) -> Path:
    def make(folder: Path) -> None:
        prepared(folder)
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


DOUBT = ("ADR-01", "W")
PARTS = ("本籍_町字", "本籍_地番号または、街区符号", "本籍_町字コード")


@pytest.mark.parametrize(
    ("towns", "home", "parts", "told"),
    [
        (TOWN_LIST, "岡垣町野間７１２番地", ("大字野間", "７１２", "0012000"), []),
        (TOWN_LIST, "岡垣町野間七丁目１２番", (None,) * 3, [("本籍_町字", *DOUBT), ("本籍_町字コード", *DOUBT)]),
        (TOWN_LIST, "岡垣町大字糠塚字原１２番地", ("大字糠塚", "１２", "0011000"), [("本籍_町字", "ADR-05", "I")]),
        ("", "岡垣町野間７１２番地", (None,) * 3, []),
    ],
)  # fmt: skip
def test_a_family_register_place_is_split_only_where_it_is_certain(
    tmp_path: Path, towns: str, home: str, parts: tuple[str, ...], told: list[tuple[str, ...]]
) -> None:
    folder, written = tmp_path / "machi", f"福岡県遠賀郡{home}"
    prepared(folder, towns)
    juki = folder / "delivery" / "jumin" / "juki.csv"
    text = juki.read_bytes().decode("cp932")
    juki.write_bytes(text.replace("福岡県遠賀郡岡垣町海老津駅前３番", written, 1).encode("cp932"))
    run(open_workspace(folder), Plan("R1", ("jumin",), last="convert"), datetime.now)
    made = folder / "runs" / "R1" / "stages" / "convert" / "jumin"
    assert pl.read_parquet(made / "jumin.parquet").filter(本籍=written).select(PARTS).rows() == [parts]
    found = pl.read_parquet(made / "jumin.findings.parquet").filter(legacy_value=written)
    assert found.select("item", "rule", "severity").rows() == told


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
