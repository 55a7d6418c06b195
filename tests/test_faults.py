"""What this program is for: a whole town through every stage. Every planted fault is found, and nothing is invented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from mappings import loading
from migration.judging import coordinator, criteria, judge_run, read_results, with_departments
from migration.workspace import load_areas, open_workspace
from reports.gate import FAIL, OPEN
from sample_data import make_town
from sample_data.faults import PLANTED, TRUTH, catalogue
from sample_data.score import Score, report, score

RESIDENTS, SEED = 600, 2
ENOUGH = 3_000  # residents with whom every line of the catalogue finds its records
RARE = {
    "COM-07",  # individual numbers are not even staged
    "COM-18",
    "COM-18-2",
    "COM-19",
    "SEI-06",
    "SEI-07-2",
    "SEI-07-4",
    "JID-05-2",
    "JFU-02-2",
    "JFU-05",
    "JFU-05-2",
    "JFU-06-2",
    "JFU-07-2",
    "JFU-08-2",
    "KOK-09-2",
    "NEN-08-2",
    "KOD-05-4",
    "SHU-03-2",
}  # in a small town
OF_PEOPLE = {"G-10", "G-11", "G-21", "G-22", "G-23", "G-24"}  # answers, sign-offs and confirmations: nobody gave any


pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def clean(once: Callable[..., Path], program: Callable[..., object]) -> Path:
    """A town of 600 without faults, after a demo."""

    def make(folder: Path) -> None:
        done = program("demo", folder, "--residents", RESIDENTS, "--seed", SEED, "--faults", "none")
        assert getattr(done, "returncode", 1) == 0, getattr(done, "stderr", "")

    return once("clean", make)


@pytest.fixture(scope="module")
def result(whole: Path) -> Score:
    workspace = open_workspace(whole)
    findings = with_departments(
        pl.read_parquet(whole / "runs" / "R1" / "findings.parquet"),
        load_areas(workspace),
        coordinator(criteria(workspace)),
    )
    files = pl.read_parquet(whole / "runs" / "R1" / "stages" / "receive" / "files.parquet")
    truth = pl.read_csv(whole / "truth" / "faults.csv", infer_schema=False, empty_string_is_null=False)
    return score(truth.select(TRUTH), findings, int(files["records"].sum()))


def test_every_line_of_the_catalogue_is_planted_as_often_as_it_says(tmp_path: Path) -> None:
    town = make_town(tmp_path, ENOUGH, SEED, "all")
    planted = Counter(row["fault"] for row in town.faults if row["role"] == PLANTED)
    assert planted == {fault.id: fault.count for fault in catalogue()}


def test_a_small_town_misses_few_of_them(result: Score) -> None:
    planted = set(result.planted.filter(pl.col("role") == PLANTED)["fault"])
    lines = {fault.id for fault in catalogue()}
    assert len(lines - planted) <= len(lines) / 50, lines - planted


def test_every_planted_fault_is_found_under_its_rule(result: Score) -> None:
    assert result.missed.is_empty(), report(result)


def test_every_fault_is_told_to_the_department_that_can_mend_it(result: Score) -> None:
    assert result.misdirected.select("fault", "department", "departments").rows() == []


def test_no_error_is_found_that_nobody_planted(result: Score) -> None:
    invented = result.side.filter(pl.col("severity") == "E")
    assert invented.select("area", "table", "key", "rule", "message").rows() == []
    assert result.side_per_thousand < 1


def test_a_clean_town_has_no_errors_and_every_total_agrees(clean: Path) -> None:
    results = read_results(open_workspace(clean), "R1")
    errors = results.findings.filter(pl.col("severity") == "E")
    assert errors.select("area", "table", "key", "rule", "message").rows() == []
    assert set(results.totals["result"]) == {"一致"}
    assert results.totals.height > 60
    assert results.differences.is_empty()


def test_in_a_clean_town_only_what_people_must_do_is_open(clean: Path) -> None:
    workspace = open_workspace(clean)
    rows = judge_run(workspace, load_areas(workspace), read_results(workspace, "R1"))
    assert [(row.id, row.actual) for row in rows if row.result == FAIL] == []
    assert {row.id for row in rows if row.result == OPEN} <= OF_PEOPLE


def test_every_rule_compares_something_in_a_clean_town(clean: Path) -> None:
    paths = sorted((clean / "runs" / "R1" / "stages" / "validate").glob("*/*.coverage.parquet"))
    coverage = pl.concat([pl.read_parquet(path) for path in paths])
    idle = coverage.filter((pl.col("rows_checked") == 0) & ~pl.col("rule").str.starts_with("LAY"))
    assert coverage.height > 150
    assert idle.filter(~pl.col("rule").is_in(sorted(RARE))).select("area", "table", "rule", "note").rows() == []


def test_withdrawn_records_of_a_clean_town_are_counted_as_filtered(clean: Path) -> None:
    ledger = read_results(open_workspace(clean), "R1").ledger.filter(pl.col("stage") == "convert")
    none = ledger.filter(pl.col("filtered") == 0)["source"].to_list()
    areas = loading.load_areas([loading.shipped_folder()])
    for source in none:  # only tables that delete for real have none
        area, table = source.split("/")
        columns = areas[area].sources["kyusys"].tables[table].columns
        assert "削除フラグ" not in [column.name for column in columns], source
    assert ledger.filter((pl.col("rejected") > 0) | (pl.col("duplicate") > 0)).is_empty()
