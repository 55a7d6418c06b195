"""migration.books: from what the stages left to the run's ledger, findings, changes and differences."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from migration.books import write_changes, write_differences, write_findings, write_ledger
from reports.ledger import LedgerRow
from validators.finding import FINDING_SCHEMA, raw_findings

PLACE = {"area": "zei", "table": "shotoku"}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    files = {"file_no": [1, 2], "path": ["zei/a.csv", "zei/b.csv"]}
    write(tmp_path / "stages/receive/files.parquet", pl.DataFrame(files))
    return tmp_path


def write(path: Path, frame: pl.DataFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)


def findings(run: Path, stage: str, *rows: Mapping[str, object], name: str = "shotoku") -> None:
    write(run / f"stages/{stage}/zei/{name}.findings.parquet", raw_findings({**PLACE, **row} for row in rows))


def public(run: Path) -> pl.DataFrame:
    return pl.read_parquet(run / "findings.parquet")


def test_the_ledger_is_written_in_stage_order(run: Path) -> None:
    rows = [LedgerRow("load", "zei/shotoku", "zei_shotoku", 3, 2, rejected=1), LedgerRow("extract", "a.csv", "t", 3, 3)]
    assert write_ledger(run, rows).is_empty()
    assert (run / "ledger.csv").read_text(encoding="utf-8") == (
        "stage,source,target,read,loaded,merged,split,filtered,rejected,duplicate,closes\n"
        "extract,a.csv,t,3,3,0,0,0,0,0,○\n"
        "load,zei/shotoku,zei_shotoku,3,2,0,0,0,1,0,○\n"
    )


def test_a_ledger_line_that_does_not_close_is_an_error(run: Path) -> None:
    found = write_ledger(run, [LedgerRow("convert", "t", "shotoku", read=10, loaded=8, merged=1)])
    assert found.select("rule", "severity", "table").rows() == [("REC-01", "E", "t")]
    assert ",×\n" in (run / "ledger.csv").read_text(encoding="utf-8")


def test_records_lost_between_two_stages_are_an_error(run: Path) -> None:
    rows = [
        LedgerRow("extract", "zei/a", "zei/a", 5, 5),
        LedgerRow("extract", "zei/b", "zei/b", 2, 2),
        LedgerRow("convert", "zei/a", "zei/shotoku", 5, 5),
        LedgerRow("convert", "zei/b", "zei/shotoku", 2, 2),
        LedgerRow("load", "zei/shotoku", "zei_shotoku", 6, 6),
        LedgerRow("output", "zei/shotoku", "zei_shotoku.csv", 7, 7),
    ]
    found = write_ledger(run, rows)
    assert found.select("rule", "area", "table", "value").rows() == [
        ("REC-05", "zei", "shotoku", "前の工程の出力 7 に対し、入力 6")
    ]


def test_findings_get_their_file_and_record(run: Path) -> None:
    findings(run, "convert", {"key": "1", "item": "金額", "rule": "COM-16", "record_id": (2 << 32) + 7})
    findings(run, "receive", {"rule": "RCV-01"}, name="files")
    assert write_findings(run).rows == 2
    assert public(run).schema == pl.Schema(FINDING_SCHEMA)
    assert public(run).select("rule", "file", "record").rows() == [("RCV-01", "", None), ("COM-16", "zei/b.csv", 7)]


def test_a_required_item_emptied_by_conversion_is_one_question(run: Path) -> None:
    findings(run, "convert", {"key": "1", "item": "性別", "rule": "COM-16"})
    missing = [
        {"key": key, "item": item, "rule": "LAY-01"} for key, item in (("1", "性別"), ("1", "氏名"), ("2", "性別"))
    ]
    findings(run, "validate", *missing, {"key": "1", "item": "性別", "rule": "LAY-04"})
    written = write_findings(run)
    assert (written.rows, written.folded) == (4, 1)
    assert public(run).select("key", "item", "rule").rows() == [
        ("1", "性別", "COM-16"),
        ("1", "性別", "LAY-04"),
        ("1", "氏名", "LAY-01"),
        ("2", "性別", "LAY-01"),
    ]


def test_findings_without_a_key_are_not_folded_into_each_other(run: Path) -> None:
    findings(run, "convert", {"key": "", "item": "性別", "rule": "COM-16"})
    findings(run, "validate", {"key": "", "item": "性別", "rule": "LAY-01"})
    assert write_findings(run).folded == 0


def test_ids_and_hashes_hold_while_the_content_holds(run: Path) -> None:
    one = {"key": "1", "item": "金額", "rule": "R-1", "value": "100", "message": "高い"}
    findings(run, "validate", one, {**one, "key": "2"})
    write_findings(run)
    before = {row["key"]: row for row in public(run).iter_rows(named=True)}
    findings(run, "validate", {**one, "key": "0"}, one, {**one, "key": "2", "value": "101"})
    write_findings(run)
    after = {row["key"]: row for row in public(run).iter_rows(named=True)}
    assert after["1"] == before["1"]
    assert after["2"]["finding_id"] == before["2"]["finding_id"]
    assert after["2"]["content_hash"] != before["2"]["content_hash"]


def test_ids_are_unique_even_for_findings_of_one_place(run: Path) -> None:
    same = {"key": "1", "item": "金額", "rule": "R-1"}
    nameless = [{"rule": "EXT-01", "record_id": (1 << 32) + number} for number in (1, 2, 2)]
    findings(run, "validate", same, same, *nameless)
    write_findings(run)
    assert public(run)["finding_id"].n_unique() == 5


def test_a_text_cannot_slip_into_the_next_column_of_the_hash(run: Path) -> None:
    findings(run, "validate", {"key": "1", "value": "ab", "message": "c"}, {"key": "1", "value": "a", "message": "bc"})
    write_findings(run)
    assert public(run)["content_hash"].n_unique() == 2


def test_what_is_still_being_made_is_not_read(run: Path) -> None:
    findings(run, "validate", {"rule": "R-1"})
    write(run / "stages/validate/zei/.other.making/other.findings.parquet", raw_findings([{"rule": "R-2"}]))
    write_findings(run)
    assert public(run)["rule"].to_list() == ["R-1"]


def test_the_same_findings_give_the_same_bytes(run: Path) -> None:
    findings(run, "validate", {"key": "2", "rule": "R-1"}, {"key": "1", "rule": "R-1"})
    write_findings(run)
    first = (run / "findings.parquet").read_bytes()
    findings(run, "validate", {"key": "1", "rule": "R-1"}, {"key": "2", "rule": "R-1"})
    write_findings(run)
    assert (run / "findings.parquet").read_bytes() == first


CHANGE = {**PLACE, "key": "1", "item": "金額", "rule": "number", "before": "０１００", "after": "100"}
DIFFERENCE = {
    **{"key": "1", "item": "金額", "legacy": None, "expected": "100", "actual": "99"},
    **{"cause": "未説明", "rule": "VER-03", "content_hash": "x"},
}


def test_changes_and_differences(run: Path) -> None:
    """A changed cell's legacy value is what stood there before; an unchanged cell's is its expected one."""
    write(
        run / "stages/convert/zei/shotoku.changes.parquet",
        pl.DataFrame([{**CHANGE, "record_id": (1 << 32) + 5}], schema_overrides={"record_id": pl.Int64}),
    )
    rows = [
        {**PLACE, **DIFFERENCE},
        {**PLACE, **DIFFERENCE, "key": "2"},
        {**PLACE, **DIFFERENCE, "key": "3", "item": ""},
    ]
    text = dict.fromkeys((*PLACE, *DIFFERENCE), pl.String)
    write(run / "stages/verify/zei/shotoku.differences.parquet", pl.DataFrame(rows, schema=text))
    assert (write_changes(run), write_differences(run)) == (1, 3)
    change = pl.read_parquet(run / "changes.parquet").row(0, named=True)
    assert change == {**CHANGE, "file": "zei/a.csv", "record": 5}
    legacy = pl.read_parquet(run / "differences.parquet").select("key", "legacy").rows()
    assert legacy == [("1", "０１００"), ("2", "100"), ("3", None)]


def test_a_run_without_changes_or_differences_has_empty_files(run: Path) -> None:
    assert (write_changes(run), write_differences(run), write_findings(run).rows) == (0, 0, 0)
    assert pl.read_parquet(run / "differences.parquet").columns[:4] == ["area", "table", "key", "item"]
