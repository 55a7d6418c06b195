"""Wrong data is a finding with its file and record: the run goes on, loses nothing silently, and ends with 1."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

Call = Callable[..., object]


def records(workspace: Path) -> list[bytes]:
    """Heading and records of the sound file; every record that a test takes is removed from it."""
    return (workspace / "delivery/jutogai/jutogai.csv").read_bytes().splitlines(keepends=True)


@pytest.fixture(scope="module")
def spoilt(once: Callable[..., Path], clean_area: Path, program: Callable[..., object]) -> Path:
    """A workspace where every file of the table but the first is wrong in its own way, after a run."""
    import shutil

    def make(workspace: Path) -> None:
        shutil.copytree(clean_area, workspace)
        folder = workspace / "delivery/jutogai"
        head, *rows = records(workspace)
        files = {
            "jutogai_1ragged.csv": [head, rows[-1].rstrip(b"\r\n") + b',"x"\r\n', rows[-2]],
            "jutogai_2nul.csv": [head, rows[-3].replace(b'"0"', b'"\x000"', 1)],
            "jutogai_3utf16.csv": [b"".join([head, rows[-4]]).decode("cp932").encode("utf-16")],
            "jutogai_4utf8.csv": [b"".join([head, rows[-5]]).decode("cp932").encode("utf-8")],
            "jutogai_5empty.csv": [],
            "jutogai_6head.csv": [head],
        }
        (folder / "jutogai.csv").write_bytes(b"".join([head, *rows[:-5]]))
        for name, lines in files.items():
            (folder / name).write_bytes(b"".join(lines))
        (folder / "jutogai_7folder.csv").mkdir()
        with (workspace / "delivery/manifest.csv").open("a", encoding="utf-8") as file:
            file.writelines(
                f"jutogai/{name},jutogai,jutogai,2026-10-01,,,\n" for name in [*files, "jutogai_7folder.csv"]
            )
        done = program("run", "-w", workspace)
        (workspace / "code").write_text(str(getattr(done, "returncode", "")), encoding="utf-8")

    return once("spoilt", make)


@pytest.fixture(scope="module")
def ended(spoilt: Path) -> tuple[int, pl.DataFrame, Path]:
    code = int((spoilt / "code").read_text(encoding="utf-8"))
    return code, pl.read_parquet(spoilt / "runs/R1/findings.parquet"), spoilt


def rules(findings: pl.DataFrame, name: str) -> set[str]:
    here = (pl.col("file").str.contains(name, literal=True)) | (pl.col("message").str.contains(name, literal=True))
    return set(findings.filter(here & pl.col("rule").str.contains("^(RCV|EXT)"))["rule"])


def test_the_run_ends_with_1(ended: tuple[int, pl.DataFrame, Path]) -> None:
    assert ended[0] == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("_1ragged", {"EXT-01"}),
        ("_2nul", {"EXT-06"}),
        ("_3utf16", {"RCV-11"}),
        ("_4utf8", {"RCV-11"}),
        ("_5empty", {"RCV-05"}),
        ("_6head", {"RCV-05"}),
        ("_7folder", {"RCV-01"}),
    ],
)
def test_a_wrong_file_is_a_finding(ended: tuple[int, pl.DataFrame, Path], name: str, expected: set[str]) -> None:
    assert expected <= rules(ended[1], name), rules(ended[1], name)


def test_a_finding_names_the_record_within_its_file(ended: tuple[int, pl.DataFrame, Path]) -> None:
    here = pl.col("rule").is_in(["EXT-01", "EXT-06"]) & pl.col("file").str.contains("_1ragged|_2nul")
    found = ended[1].filter(here).sort("rule")
    assert found.select("file", "record").rows() == [
        ("jutogai/jutogai_1ragged.csv", 1),
        ("jutogai/jutogai_2nul.csv", 1),
    ]
    assert set(found["department"]) == {"デジタル推進課"}


def test_the_books_close_to_the_byte(ended: tuple[int, pl.DataFrame, Path]) -> None:
    with (ended[2] / "runs/R1/ledger.csv").open(encoding="utf-8", newline="") as file:
        ledger = list(csv.DictReader(file))
    assert {row["closes"] for row in ledger} == {"○"}
    sizes = {row["target"]: int(row["read"]) for row in ledger if row["stage"] == "extract-bytes"}
    delivered = (ended[2] / "delivery/jutogai").glob("*.csv")
    assert sizes == {f"jutogai/{path.name}": path.stat().st_size for path in delivered if path.is_file()}


def test_a_figure_that_is_no_number_is_a_finding(workspace: Path, ikou: Call) -> None:
    with (workspace / "delivery/totals.csv").open("a", encoding="utf-8") as file:
        file.write("jutogai,atena,,約30件,課の集計\n")
    said = ikou("run", "-w", workspace)
    assert said.code == 1
    findings = pl.read_parquet(workspace / "runs/R1/findings.parquet")
    assert findings.filter(pl.col("message").str.contains("約30件")).height == 1
