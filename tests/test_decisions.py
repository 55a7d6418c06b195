"""Decisions: a chain that shows every change, and what settles a finding."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from mappings.errors import InputError
from migration.audit import note, read_audit
from migration.decisions import ANSWER, Decision, decisions_file, read_decisions, record, with_answers

NOW = datetime(2026, 10, 2, 9, 30)


def answer(content: str, said: str, who: str = "山田", approver: str = "") -> Decision:
    return Decision(ANSWER, content, "f1", "jumin", "住民環境課", said, "", who, approver, "R1")


def written(root: Path) -> list[str]:
    return decisions_file(root).read_text(encoding="utf-8").splitlines()


def test_each_line_carries_the_hash_of_the_one_before(tmp_path: Path) -> None:
    record(tmp_path, [answer("a", "対象外"), answer("b", "対象外")], NOW)
    record(tmp_path, [answer("c", "対象外")], NOW)
    lines = [json.loads(line) for line in written(tmp_path)]
    assert [line["previous"] for line in lines] == ["0" * 64, lines[0]["hash"], lines[1]["hash"]]


@pytest.mark.parametrize("damage", ["change", "remove", "swap"])
def test_a_line_changed_removed_or_moved_is_told(tmp_path: Path, damage: str) -> None:
    record(tmp_path, [answer(name, "対象外") for name in "abc"], NOW)
    lines = written(tmp_path)
    damaged = {
        "change": [lines[0], lines[1].replace("対象外", "このままでよい"), lines[2]],
        "remove": [lines[0], lines[2]],
        "swap": [lines[0], lines[2], lines[1]],
    }[damage]
    decisions_file(tmp_path).write_text("\n".join(damaged) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"decisions\.jsonl 2行目: 記録のつながりが合いません"):
        read_decisions(tmp_path)
    before = decisions_file(tmp_path).read_bytes()
    with pytest.raises(InputError):
        record(tmp_path, [answer("d", "対象外")], NOW)
    assert decisions_file(tmp_path).read_bytes() == before


def test_a_line_cut_off_by_a_kill_is_set_aside_not_deleted(tmp_path: Path) -> None:
    record(tmp_path, [answer("a", "対象外")], NOW)
    with decisions_file(tmp_path).open("a", encoding="utf-8") as file:
        file.write('{"answer": "途中')
    assert read_decisions(tmp_path)["content_hash"].to_list() == ["a"]
    record(tmp_path, [answer("b", "対象外")], NOW)
    assert read_decisions(tmp_path)["content_hash"].to_list() == ["a", "b"]
    assert (tmp_path / "decisions" / "decisions.jsonl.cut-1").read_text(encoding="utf-8") == '{"answer": "途中'


def test_the_last_answer_counts_and_none_is_removed(tmp_path: Path) -> None:
    record(tmp_path, [answer("a", "対象外"), answer("b", "対象外")], NOW)
    record(tmp_path, [answer("a", "変換で補正")], NOW)
    assert dict(read_decisions(tmp_path).select("content_hash", "answer").iter_rows()) == {
        "a": "変換で補正",
        "b": "対象外",
    }
    assert len(written(tmp_path)) == 3


@pytest.mark.parametrize(
    ("severity", "said", "approver", "settled"),
    [
        ("W", "このままでよい", "", True),
        ("W", "新システムで修正", "", True),
        ("W", "現行システムで修正", "", False),
        ("W", "変換で補正", "佐藤", False),
        ("E", "このままでよい", "", False),
        ("E", "このままでよい", "佐藤", True),
        ("E", "このままでよい", " 山　田", False),
        ("E", "対象外", "佐藤", True),
        ("E", "現行システムで修正", "佐藤", False),
    ],
)
def test_what_settles_a_finding(tmp_path: Path, severity: str, said: str, approver: str, settled: bool) -> None:
    record(tmp_path, [answer("a", said, "山田", approver)], NOW)
    findings = pl.DataFrame({"severity": [severity, severity], "content_hash": ["a", "other"]})
    rows = with_answers(findings, read_decisions(tmp_path)).select("answer", "settled").rows()
    assert rows == [(said, settled), (None, False)]


def test_audit_says_who_did_what(tmp_path: Path) -> None:
    note(tmp_path, "gate", {"run": "R1", "ready": False}, NOW)
    note(tmp_path, "run", {"run": "R2"}, NOW, secret=True)
    first, second = read_audit(tmp_path)
    assert (first["action"], first["run"], first["individual_number"]) == ("gate", "R1", False)
    assert (second["action"], second["individual_number"]) == ("run", True)
    assert first["at"] == "2026-10-02T09:30:00"
    assert "" not in (first["operator"], first["machine"])
