"""Packs of a town, filled in and taken back: answers stick to contents, the gate opens when everything is answered."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import openpyxl
import polars as pl
import pytest

from reports.pack import AREAS, CASES, CAUSES, CRITERIA

Program = Callable[..., CompletedProcess[str]]
Ikou = Callable[..., Any]  # how a command ended: code, out, err
FILE = "jutogai/jutogai.csv"
FIRST, SECOND, THIRD, FOURTH = range(4)


@pytest.fixture(scope="module")
def asked(clean_area: Path, program: Program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One area with two doubts of one cause (郵便番号), and one record twice with another name; run as R1."""
    folder = Path(shutil.copytree(clean_area, tmp_path_factory.mktemp("asked") / "町"))

    def spoil(rows: list[dict[str, str]]) -> None:
        rows[FIRST]["郵便番号"] = rows[SECOND]["郵便番号"] = "81"
        rows.append({**rows[FOURTH], "氏名": "別名　太郎"})

    edit(folder, spoil)
    done = program("run", "-w", folder)
    assert done.returncode == 1, done.stderr
    return folder


@pytest.fixture
def town(asked: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(asked, tmp_path / "町"))


def edit(folder: Path, work: Callable[[list[dict[str, str]]], None]) -> None:
    """Change the records of the delivery, and its manifest to match."""
    path = folder / "delivery" / FILE
    with path.open(encoding="cp932", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0])
    work(rows)
    with path.open("w", encoding="cp932", newline="") as file:
        writer = csv.DictWriter(file, columns, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    manifest = folder / "delivery" / "manifest.csv"
    with manifest.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    data = path.read_bytes()
    for line in lines:
        line |= {"records": str(len(rows)), "bytes": str(len(data)), "sha256": hashlib.sha256(data).hexdigest()}
    with manifest.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, lines[0].keys())
        writer.writeheader()
        writer.writerows(lines)


def export(ikou: Ikou, town: Path) -> Path | None:
    """The one pack of the town, None when nothing is asked."""
    done = ikou("review", "export", "-w", town, "--json")
    assert done.code == 0, done.err
    packs = json.loads(done.out)["packs"]
    return Path(packs[0]["file"]) if packs else None


def fill(path: Path, answers: dict[str, str]) -> None:
    """The same answer for every row of a sheet."""
    book = openpyxl.load_workbook(path)
    book["はじめに"]["C6"], book["はじめに"]["C7"] = "山田　花子", "佐藤　課長"
    for name, answer in answers.items():
        sheet = book[name]
        titles = [cell.value for cell in sheet[4]]
        for row in range(5, sheet.max_row + 1):
            sheet.cell(row, titles.index("回答") + 1).value = answer
    book.save(path)


def take(ikou: Ikou, town: Path, path: Path) -> dict[str, object]:
    done = ikou("review", "import", path, "-w", town, "--json")
    assert done.code == 0, done.out + done.err
    return dict(json.loads(done.out))


def gate(ikou: Ikou, town: Path) -> tuple[int, dict[str, str]]:
    done = ikou("gate", "-w", town, "--json")
    said = json.loads(done.out)
    assert said["ready"] is (done.code == 0)
    return done.code, {row["id"]: row["result"] for row in said["criteria"]}


def numbers(path: Path | None) -> dict[str, list[object]]:
    """Sheet → the numbers of its rows."""
    book = openpyxl.load_workbook(path) if path else openpyxl.Workbook()
    return {
        sheet.title: [sheet.cell(row, 1).value for row in range(5, sheet.max_row + 1)]
        for sheet in book.worksheets
        if sheet.title in (CAUSES, CASES, AREAS, CRITERIA)
    }


def test_the_gate_opens_when_everything_is_answered_and_stays_so(town: Path, ikou: Ikou) -> None:
    code, before = gate(ikou, town)
    assert code == 3
    assert {name for name, result in before.items() if result == "不合格"} == {"G-02", "G-09"}  # the record twice
    path = export(ikou, town)
    assert path is not None
    everything = {CAUSES: "このままでよい", AREAS: "承認する", CRITERIA: "承認する"}
    fill(path, {**everything, CRITERIA: "差し戻す"})
    taken = take(ikou, town, path)
    assert taken["refused"] == []
    code, half = gate(ikou, town)
    assert (code, half["G-02"], half["G-09"], half["G-21"]) == (3, "条件付", "条件付", "未了")
    path = export(ikou, town)
    assert path is not None
    assert set(numbers(path)) == {CRITERIA}
    fill(path, {CRITERIA: "承認する"})
    take(ikou, town, path)
    assert gate(ikou, town)[0] == 0
    assert export(ikou, town) is None
    assert "妨げるものはありません" in ikou("status", "-w", town).out
    assert ikou("run", "-w", town).code == 0  # every error is an approved exception
    assert gate(ikou, town)[0] == 0


def test_only_what_changed_is_asked_again(town: Path, ikou: Ikou) -> None:
    path = export(ikou, town)
    assert path is not None
    asked = numbers(path)
    assert (len(asked[CASES]), asked[AREAS]) == (4, ["jutogai"])
    fill(path, {CAUSES: "このままでよい", AREAS: "承認する", CRITERIA: "承認する"})
    take(ikou, town, path)
    shutil.copy(path, town / "前回.xlsx")

    def change(rows: list[dict[str, str]]) -> None:
        rows[SECOND]["郵便番号"] = "82"

    edit(town, change)
    ikou("run", "-w", town)
    found = pl.read_parquet(town / "runs" / "R1" / "findings.parquet")
    assert found.filter(pl.col("rule") == "COM-23")["value"].to_list() == ["81", "82"]
    path = export(ikou, town)
    assert path is not None
    again = numbers(path)
    assert again == {CAUSES: ["M0001"], CASES: ["K000001"], AREAS: ["jutogai"]}
    assert openpyxl.load_workbook(path)[CASES]["H5"].value == "82"
    stale = ikou("review", "import", town / "前回.xlsx", "-w", town)
    assert stale.code == 2
    assert "前回の実行から内容が変わりました" in stale.out
    assert "decisions/refused/" in stale.out
    assert numbers(export(ikou, town)) == again


def test_review_status_counts_answers(town: Path, ikou: Ikou) -> None:
    path = export(ikou, town)
    assert path is not None
    fill(path, {CASES: "現行システムで修正"})
    take(ikou, town, path)
    said = json.loads(ikou("review", "status", "-w", town, "--json").out)
    assert said["departments"] == [{"department": "デジタル推進課", "asked": 4, "answered": 4, "settled": 0}]
    board = json.loads(ikou("status", "-w", town, "--json").out)
    [row] = board["rows"]
    assert (row["errors"], row["doubts"], row["department"]) == (1, 0, "デジタル推進課")


def test_a_random_workbook_is_refused(town: Path, ikou: Ikou) -> None:
    openpyxl.Workbook().save(town / "別の表.xlsx")
    done = ikou("review", "import", town / "別の表.xlsx", "-w", town)
    assert done.code == 2
    assert "この作業領域で書き出した確認票ではありません" in done.err
    assert not (town / "decisions" / "decisions.jsonl").exists()


def test_before_any_run_there_is_advice(clean_area: Path, ikou: Ikou) -> None:
    for command in (("gate",), ("review", "export"), ("review", "status")):
        done = ikou(*command, "-w", clean_area)
        assert done.code == 2, command
        assert "`ikou run` を実行してください" in done.err
