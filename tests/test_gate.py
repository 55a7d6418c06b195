"""移行判定: each check with frames that pass, that block, and that have nothing compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl
import pytest

from migration.judging import RunResults, area_hash, confirmation_hash, coordinator, with_departments
from reports.gate import CHECKS, CONDITIONAL, FAIL, OPEN, PASS, Criterion, Evidence, GateRow, judge, ready

FINDINGS = {
    **dict.fromkeys(("rule", "severity", "department", "answer"), pl.String()),
    "settled": pl.Boolean(),
    **dict.fromkeys(("area", "table", "item", "key"), pl.String()),
}
PLACE = dict.fromkeys(("area", "table", "item", "key", "rule"), pl.String())
LEDGER = {
    **dict.fromkeys(("stage", "source", "target"), pl.String()),
    **dict.fromkeys(("rejected", "duplicate"), pl.Int64()),
    "closes": pl.Boolean(),
}
TOTALS = dict.fromkeys(("area", "total", "by", "result"), pl.String())
UNITS = {**dict.fromkeys(("area", "table"), pl.String()), **dict.fromkeys(("loaded", "compared"), pl.Int64())}


def findings(*rows: tuple[str, str, str | None, bool]) -> pl.DataFrame:
    """rule, severity, answer, settled; all of 税務課."""
    place = ("keiji", "kazei", "調定額", "2026|1")
    given = [(rule, severity, "税務課", answer, settled, *place) for rule, severity, answer, settled in rows]
    return pl.DataFrame(given, schema=FINDINGS, orient="row")


def differences(rule: str) -> pl.DataFrame:
    """One difference, at the place of the findings above."""
    return pl.DataFrame([("keiji", "kazei", "調定額", "2026|1", rule)], schema=PLACE, orient="row")


def ledger(*rows: tuple[int, int, bool], stage: str = "convert") -> pl.DataFrame:
    return pl.DataFrame([(stage, "jumin/juki", "jumin", *row) for row in rows], schema=LEDGER, orient="row")


def totals(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """total, by, result."""
    return pl.DataFrame([("jumin", *row) for row in rows], schema=TOTALS, orient="row")


def units(*rows: tuple[str, int, int]) -> pl.DataFrame:
    return pl.DataFrame([("jumin", *row) for row in rows], schema=UNITS, orient="row")


def evidence(**given: object) -> Evidence:
    """Everything in order, but for what is given."""
    good = Evidence(
        findings=findings(),
        ledger=ledger((0, 0, True)),
        totals=totals(("jinko", "", "一致")),
        differences=differences("").clear(),
        units=units(("jumin", 3, 3)),
        area_titles={"jumin": ("住民基本台帳", "住民環境課")},
        signed=frozenset({"jumin"}),
        confirmed=frozenset({"G-1"}),
    )
    return replace(good, **given)  # type: ignore[arg-type]


def verdict(check: str, subject: str = "", **given: object) -> GateRow:
    [row] = judge([Criterion("G-1", "題", "基準", check, subject)], evidence(**given))
    return row


GOOD, BAD = ("LAY-01", "E", "このままでよい", True), ("LAY-01", "E", None, False)
ANSWERED, WAITING = ("KEI-04", "W", "このままでよい", True), ("KEI-04", "W", None, False)
TO_MEND = ("KEI-04", "W", "現行システムで修正", False)
ACCEPTED = ("VER-03", "E", "対象外", True)
CASES: list[tuple[str, str, Mapping[str, object], str]] = [
    ("no_errors", "RCV-", {}, PASS),
    ("no_errors", "RCV-", {"findings": findings(BAD)}, PASS),
    ("no_errors", "RCV- LAY-", {"findings": findings(BAD)}, FAIL),
    ("no_errors", "LAY-", {"findings": findings(GOOD)}, CONDITIONAL),
    ("no_errors", "KEI-", {"findings": findings(WAITING)}, PASS),
    ("no_findings", "KEI-", {"findings": findings(WAITING)}, FAIL),
    ("no_findings", "KEI-", {"findings": findings(ANSWERED)}, CONDITIONAL),
    ("no_findings", "JUK-", {"findings": findings(WAITING)}, PASS),
    ("protection", "JUK-17", {"protected": (("jumin", "jumin"),)}, PASS),
    ("protection", "JUK-17", {"protected": (("jumin", "shien"),)}, FAIL),
    ("protection", "KEI-", {"protected": (("jumin", "jumin"),), "findings": findings(WAITING)}, FAIL),
    ("errors", "", {}, PASS),
    ("errors", "", {"findings": findings(GOOD, BAD)}, FAIL),
    ("errors", "", {"findings": findings(GOOD)}, CONDITIONAL),
    ("errors", "", {"findings": findings(("LAY-01", "E", "このままでよい", False))}, FAIL),
    ("answers", "", {}, PASS),
    ("answers", "", {"findings": findings(ANSWERED, WAITING)}, OPEN),
    ("answers", "", {"findings": findings(ANSWERED)}, PASS),
    ("answers", "", {"findings": findings(TO_MEND)}, CONDITIONAL),
    ("ledger", "", {}, PASS),
    ("ledger", "", {"ledger": ledger()}, FAIL),
    ("ledger", "", {"ledger": ledger((0, 0, True), (0, 0, False))}, FAIL),
    ("ledger", "", {"ledger": ledger((1, 0, True)), "findings": findings(BAD)}, FAIL),
    ("ledger", "", {"ledger": ledger((0, 1, True)), "findings": findings(GOOD, BAD)}, FAIL),
    ("ledger", "", {"ledger": ledger((0, 1, True)), "findings": findings(GOOD)}, CONDITIONAL),
    ("ledger", "", {"ledger": ledger((1, 0, True)), "findings": findings()}, FAIL),
    ("ledger", "EXT- LAY-05", {"ledger": ledger((1, 0, True)), "findings": findings(GOOD)}, FAIL),
    ("ledger", "LAY-01", {"ledger": ledger((1, 0, True)), "findings": findings(GOOD)}, CONDITIONAL),
    ("ledger", "", {"ledger": ledger((99, 0, True), stage="extract-bytes")}, PASS),
    ("totals", "", {}, PASS),
    ("totals", "", {"totals": totals()}, FAIL),
    ("totals", "", {"totals": totals(("jinko", "", "照合なし"))}, FAIL),
    ("totals", "", {"totals": totals(("jinko", "", "一致"), ("daisu", "", "照合なし"))}, FAIL),
    ("totals", "", {"totals": totals(("jinko", "", "不一致"))}, FAIL),
    ("totals", "", {"totals": totals(("daisu", "", "照合なし"), ("daisu", "1", "一致"))}, PASS),
    ("totals", "", {"totals": totals(("daisu", "", "照合なし"), ("daisu", "1", "照合なし"))}, FAIL),
    ("totals", "", {"totals": totals(("daisu", "1", "一致"), ("daisu", "2", "照合なし"))}, FAIL),
    (
        "totals",
        "",
        {
            "totals": totals(("a", "", "一致"), ("b", "", "不一致")),
            "findings": findings(("REC-02", "E", "対象外", True)),
        },
        CONDITIONAL,
    ),
    ("differences", "", {}, PASS),
    ("differences", "", {"differences": differences("VER-03")}, FAIL),
    ("differences", "", {"differences": differences("VER-03"), "findings": findings(ACCEPTED)}, CONDITIONAL),
    ("differences", "", {"differences": differences("VER-01"), "findings": findings(ACCEPTED)}, FAIL),
    ("differences", "", {"units": units()}, FAIL),
    ("differences", "", {"units": units(("jumin", 3, 0))}, FAIL),
    ("coverage", "", {}, PASS),
    ("coverage", "", {"units": units()}, FAIL),
    ("coverage", "", {"units": units(("jumin", 3, 3), ("ido", 0, 0))}, FAIL),
    ("coverage", "", {"units": units(("jumin", 3, 3), ("ido", 3, 0))}, FAIL),
    ("sign_offs", "", {}, PASS),
    ("sign_offs", "", {"signed": frozenset({"keiji"})}, OPEN),
    ("sign_offs", "", {"area_titles": {}}, OPEN),
    ("confirmation", "", {}, PASS),
    ("confirmation", "", {"confirmed": frozenset({"G-2"})}, OPEN),
]


@pytest.mark.parametrize(("check", "subject", "given", "wanted"), CASES)
def test_checks(check: str, subject: str, given: Mapping[str, object], wanted: str) -> None:
    row = verdict(check, subject, **given)
    assert row.result == wanted, row
    assert bool(row.todo) is (wanted in (FAIL, OPEN)) or row.result == CONDITIONAL


def test_every_check_is_tried_with_a_pass_and_a_block() -> None:
    for check in CHECKS:
        results = {wanted for name, _, _, wanted in CASES if name == check}
        assert PASS in results, check
        assert results & {FAIL, OPEN}, check


def test_who_must_act_is_named() -> None:
    assert verdict("errors", findings=findings(BAD, BAD)).todo == "確認する課: 税務課 2件"
    titles = {("jumin", "ido"): "住民基本台帳「異動」"}
    assert verdict("coverage", units=units(("ido", 0, 0)), table_titles=titles).todo.endswith(": 住民基本台帳「異動」")
    assert "jumin/daisu" in verdict("totals", totals=totals(("daisu", "", "照合なし"))).todo
    assert verdict("sign_offs", signed=frozenset()).todo == "承認待ち: 住民基本台帳"


@pytest.mark.parametrize(
    ("results", "wanted"), [([], False), ([PASS, CONDITIONAL], True), ([PASS, OPEN], False), ([FAIL], False)]
)
def test_ready(results: list[str], wanted: bool) -> None:
    assert ready([GateRow("", "", "", "", result, "") for result in results]) is wanted


def results(**given: pl.DataFrame) -> RunResults:
    """Two areas with one row in every book."""
    both = ["jumin", "keiji"]
    frames = {
        "findings": pl.DataFrame({"area": both, "content_hash": ["f1", "f2"]}),
        "ledger": pl.DataFrame(
            {"source": ["jumin/juki", "keiji/kazei"], "target": ["jumin/jumin", "keiji/kazei"], "read": [1, 1]}
        ),
        "totals": pl.DataFrame({"area": both, "stated": ["1", "1"]}),
        "differences": pl.DataFrame({"area": both, "content_hash": ["d1", "d2"]}),
        "units": pl.DataFrame({"area": both, "rows": [1, 1]}),
        "decisions": pl.DataFrame(),
    }
    return RunResults(name="R1", **{**frames, **given})


@pytest.mark.parametrize(
    ("book", "changed"),
    [
        ("findings", pl.DataFrame({"area": ["jumin", "keiji"], "content_hash": ["f1", "changed"]})),
        ("findings", pl.DataFrame({"area": ["jumin"], "content_hash": ["f1"]})),
        ("differences", pl.DataFrame({"area": ["jumin", "keiji"], "content_hash": ["d1", "changed"]})),
        ("totals", pl.DataFrame({"area": ["jumin", "keiji"], "stated": ["1", "2"]})),
        ("units", pl.DataFrame({"area": ["jumin", "keiji"], "rows": [1, 2]})),
        (
            "ledger",
            pl.DataFrame(
                {"source": ["jumin/juki", "keiji/kazei"], "target": ["jumin/jumin", "keiji/kazei"], "read": [1, 2]}
            ),
        ),
    ],
)
def test_a_sign_off_reopens_only_for_the_area_that_changed(book: str, changed: pl.DataFrame) -> None:
    before, after = results(), results(**{book: changed})
    assert area_hash(before, "jumin") == area_hash(after, "jumin")
    assert area_hash(before, "keiji") != area_hash(after, "keiji")


def test_a_sign_off_does_not_hang_on_the_name_of_the_run_but_a_confirmation_does() -> None:
    assert area_hash(results(), "jumin") == area_hash(replace(results(), name="R2"), "jumin")
    criterion = Criterion("G-22", "切戻し", "演習が済んでいること", "confirmation", "")
    assert confirmation_hash("R1", criterion) != confirmation_hash("R2", criterion)
    assert confirmation_hash("R1", criterion) != confirmation_hash("R1", replace(criterion, standard="別の基準"))


def test_every_finding_has_a_department() -> None:
    known = [Criterion("G-21", "", "", "confirmation", "", "情報課"), Criterion("G-01", "", "", "errors", "")]
    assert coordinator(known) == "情報課"
    frame = pl.DataFrame({"area": ["", "jumin"], "department": ["", "税務課"]})
    assert with_departments(frame, {}, coordinator(known))["department"].to_list() == ["情報課", "税務課"]
