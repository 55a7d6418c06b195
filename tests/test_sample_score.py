"""The score: a finding counts for a fault only at its place and under its rule; what is left over is told."""

from __future__ import annotations

import polars as pl
import pytest

from sample_data import score as scoring
from sample_data.faults import PARTNER, PLANTED, TRUTH, Fault
from sample_data.score import report, score
from validators.finding import FINDING_SCHEMA

CLERKS = "住民環境課"


def _truth(*rows: tuple[str, ...]) -> pl.DataFrame:
    """Rows: area, fault, table, key, rule, file, record, role."""
    names = ("area", "fault", "table", "key", "expected_rule", "file", "record", "role")
    whole = [{**dict.fromkeys(TRUTH, ""), "department": CLERKS, **dict(zip(names, row, strict=True))} for row in rows]
    return pl.DataFrame(whole, schema=dict.fromkeys(TRUTH, pl.String)).select(TRUTH)


def _findings(*rows: tuple[str, str, str, str, str, int | None]) -> pl.DataFrame:
    """Rows: area, table, key, rule, file, record."""
    names = ("area", "table", "key", "rule", "file", "record")
    made = [{"department": CLERKS, "severity": "E", **dict(zip(names, row, strict=True))} for row in rows]
    return pl.DataFrame(made, schema=FINDING_SCHEMA)


def test_found_by_key_by_record_and_missed() -> None:
    truth = _truth(
        ("jumin", "jumin-JUK-13", "jumin", "0010000011|1", "JUK-13", "", "", PLANTED),
        ("jumin", "jumin-JUK-13", "jumin", "0010000022|1", "JUK-13", "", "", PLANTED),
        ("jumin", "jumin-EXT-06", "ido", "", "EXT-06", "jumin/ido.csv", "7", PLANTED),
        ("jumin", "jumin-CNV-01", "ido", "", "CNV-01", "", "", PLANTED),
    )
    findings = _findings(
        ("jumin", "jumin", "0010000011|1", "JUK-13", "jumin/juki.csv", 1),
        ("jumin", "jumin", "0010000022|1", "JUK-14", "jumin/juki.csv", 2),  # the right place, another rule
        ("jumin", "ido", "0000000007", "EXT-06", "jumin/ido.csv", 7),
        ("jumin", "ido", "", "CNV-01", "jumin/ido.csv", 9),
    )
    result = score(truth, findings, 500)
    assert result.planted["found"].to_list() == [True, False, True, True]
    assert result.missed["key"].to_list() == ["0010000022|1"]
    assert result.side["rule"].to_list() == ["JUK-14"]
    assert result.side_per_thousand == 2.0
    assert "- 見つからない: jumin-JUK-13 jumin 0010000022|1（JUK-13）" in report(result)


def test_partners_and_unavoidable_findings_are_no_side_findings() -> None:
    truth = _truth(
        ("jumin", "jumin-COM-18-2", "shien", "0099990000|1", "COM-18-2", "", "", PLANTED),  # also: LAY-06
        ("keiji", "keiji-KEI-01", "sharyo", "0001000090", "KEI-01", "", "", PLANTED),
        ("keiji", "keiji-KEI-01", "sharyo", "0001000091", "KEI-01", "", "", PARTNER),
        ("keiji", "keiji-EXT-03", "kazei", "", "EXT-03", "keiji/kazei.dat", "9", PLANTED),  # also: RCV-12, REC-02
    )
    findings = _findings(
        ("jumin", "shien", "0099990000|1", "COM-18-2", "", None),
        ("jumin", "shien", "0099990000|1", "LAY-06", "", None),
        ("jumin", "shien", "0010000011|1", "LAY-06", "", None),  # another person's
        ("keiji", "sharyo", "0001000090", "KEI-01", "", None),
        ("keiji", "sharyo", "0001000091", "KEI-01", "", None),
        ("keiji", "kazei", "", "EXT-03", "keiji/kazei.dat", 9),
        ("keiji", "kazei", "chotei|2026", "REC-02", "", None),
    )
    result = score(truth, findings, 100)
    assert result.missed.is_empty()
    assert result.side.select("key", "rule").rows() == [("0010000011|1", "LAY-06")]


def test_what_a_fault_sets_off_in_another_area_is_told_by_the_numbers_it_touches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fault = Fault("jumin-COM-01", "jumin", "jumin", "", "record", "", "COM-01", 1, CLERKS, ("kaigo/KAI-03", "LAY-06"))
    monkeypatch.setattr(scoring, "catalogue", lambda: (fault,))
    truth = _truth(("jumin", "jumin-COM-01", "jumin", "0010000011|1", "COM-01", "", "", PLANTED))
    findings = _findings(
        ("jumin", "jumin", "0010000011|1", "COM-01", "", None),
        ("kaigo", "shikaku", "0000500001|1", "KAI-03", "", None),  # known there under 0000500001
        ("kaigo", "shikaku", "0000500002|1", "KAI-03", "", None),  # another person's
        ("kaigo", "shikaku", "0000500001|1", "KAI-04", "", None),  # another rule
        ("kokuho", "shikaku", "0000500001|1", "KAI-03", "", None),  # another area
    )
    result = score(truth.with_columns(related=pl.lit("0010000011;0000500001")), findings, 100)
    assert result.missed.is_empty()
    assert result.side.select("area", "key", "rule").rows() == [
        ("kaigo", "0000500002|1", "KAI-03"),
        ("kaigo", "0000500001|1", "KAI-04"),
        ("kokuho", "0000500001|1", "KAI-03"),
    ]


def test_a_fault_told_to_the_wrong_department_is_named() -> None:
    truth = _truth(("jumin", "jumin-JUK-13", "jumin", "0010000011|1", "JUK-13", "", "", PLANTED))
    findings = _findings(("jumin", "jumin", "0010000011|1", "JUK-13", "", None))
    assert score(truth, findings, 1).misdirected.is_empty()
    elsewhere = findings.with_columns(department=pl.lit("税務課"))
    assert score(truth, elsewhere, 1).misdirected["fault"].to_list() == ["jumin-JUK-13"]
