"""The fault catalogue: every line has a planter, what is planted is in the truth, and the bytes are really damaged."""

from __future__ import annotations

import csv
import random
import tomllib
from pathlib import Path

import pytest

from mappings.errors import InputError, MappingError
from sample_data import Town, make_town
from sample_data.areas import AREAS
from sample_data.bench import Bench
from sample_data.faults import catalogue, planted_ids

MAPPINGS = Path(__file__).parents[1] / "mappings"
NOT_PLANTABLE = {  # the written form of 不詳 is made by the converter itself, so it is always one of the allowed ones
    ("jumin", "JUK-15"),
    ("jutogai", "JUK-15"),
    # individual numbers are not even staged unless a run asks for them
    ("jumin", "COM-07"),
    ("jutogai", "COM-07"),
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return make_town(tmp_path_factory.mktemp("town"), 3_000, 3, "all")


def test_every_catalogue_line_has_one_planter() -> None:
    ids = [fault.id for fault in catalogue()]
    assert len(ids) == len(set(ids)) >= 40
    assert sorted(ids) == sorted(planted_ids())


def test_every_rule_that_finds_errors_or_doubts_has_a_fault() -> None:
    planted = {(fault.area, fault.rule) for fault in catalogue()}
    for area in ("jumin", "inkan", "keiji", "jutogai"):
        rules = tomllib.loads((MAPPINGS / area / "rules.toml").read_text(encoding="utf-8"))["rule"]
        wanted = {(area, rule["id"]) for rule in rules if rule["severity"] in "EW"}
        assert wanted - planted - NOT_PLANTABLE == set()


def test_every_fault_appears_in_the_truth_and_no_record_twice(town: Town) -> None:
    truth = _truth(town.folder)
    counted: dict[str, int] = {}
    for row in truth:
        counted[row["fault"]] = counted.get(row["fault"], 0) + (row["role"] == "仕込み")
    assert counted == {fault.id: fault.count for fault in catalogue()}
    keys = [(row["area"], row["table"], row["key"], row["expected_rule"]) for row in truth if row["record"] == ""]
    assert len(keys) == len(set(keys))


def test_keys_are_those_of_the_standard_row(town: Town) -> None:
    bench = Bench(AREAS, town.tables, random.Random(1))
    row = {"宛名番号": "0010000019", "年度": "2024", "検診コード": "G03", "検診連番": "01"}
    assert bench.key_of("kenko.gan", row) == "0010000019|2024|23|1"


def test_related_numbers_are_those_of_the_same_record_in_the_other_area(town: Town) -> None:
    insured = town.tables["kaigo"]["hihokensha"]
    bench = Bench(AREAS, town.tables, random.Random(1))
    row = insured.row(0, named=True)
    assert bench.related({row["宛名番号"]}, "kaigo") == {row["宛名番号"], row["被保番号"]}
    assert bench.related({"nobody"}, "kaigo") == set()


def test_chosen_faults_only(tmp_path: Path) -> None:
    (tmp_path / "chosen.txt").write_text("jumin-JUK-13  # 住民票コード\n\nkeiji-EXT-03\n", encoding="utf-8")
    few = make_town(tmp_path / "town", 600, 3, str(tmp_path / "chosen.txt"))
    assert {row["fault"] for row in _truth(few.folder)} == {"jumin-JUK-13", "keiji-EXT-03"}


def test_unknown_faults_are_named_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "chosen.txt").write_text("jumin-JUK-13\njumin-JUK-99\n", encoding="utf-8")
    with pytest.raises(MappingError, match=r"2行.*jumin-JUK-99"):
        make_town(tmp_path / "town", 50, 3, str(tmp_path / "chosen.txt"))
    with pytest.raises(InputError, match="nowhere"):
        make_town(tmp_path / "town", 50, 3, "nowhere.txt")


def test_record_faults_lie_where_the_truth_says(town: Town) -> None:
    truth = {row["fault"]: row for row in _truth(town.folder) if row["role"] == "仕込み"}
    text = (town.folder / "delivery/jumin/juki.csv").read_bytes().decode("cp932")
    rows = {(r["宛名番号"], int(r["履歴番号"])): r for r in csv.DictReader(text.splitlines())}

    def cell(fault: str, column: str) -> str:
        person, history = truth[fault]["key"].split("|")
        return rows[person, int(history)][column]

    assert cell("jumin-JUK-13", "住民票コード") == ""
    assert cell("jumin-COM-09-gaiji", "氏名").endswith("\ue00c")
    assert cell("jumin-COM-16", "性別") == "5"
    assert cell("jumin-JUK-03", "続柄名") == "孫"
    assert len(truth["jumin-COM-17"]["key"].split("|")[0]) == 8


def test_bytes_are_damaged_where_the_truth_says(town: Town) -> None:
    truth = {row["fault"]: row for row in _truth(town.folder) if row["role"] == "仕込み"}
    lines = (town.folder / "delivery/jumin/ido.csv").read_bytes().split(b"\r\n")
    for fault, wrong in (("lead", b"\x88\x22"), ("a0", b"\xa0\xa0"), ("unassigned", b"\x85\x40")):
        line = lines[int(truth[f"jumin-EXT-02-{fault}"]["record"])]
        assert wrong in line
    assert lines[int(truth["jumin-EXT-01"]["record"])].count(b'","') == 18
    assert b"\x00" in lines[int(truth["jumin-EXT-06"]["record"])]
    assert not lines[-2].endswith(b'"')
    assert lines[-1] == b""
    taxes = (town.folder / "delivery/keiji/kazei.dat").read_bytes()
    assert not taxes.endswith(b"\r\n")


def test_bytes_are_damaged_in_records_without_other_faults(town: Town) -> None:
    truth = _truth(town.folder)
    lines = (town.folder / "delivery/jumin/ido.csv").read_bytes().split(b"\r\n")
    damaged = [lines[int(row["record"])] for row in truth if row["file"] == "jumin/ido.csv" and row["record"]]
    keys = {row["key"].split("|")[0] for row in truth if row["area"] == "jumin" and row["record"] == ""} - {""}
    assert len(damaged) == len(set(damaged)) == 8
    for line in damaged:
        assert not {cell.strip(b'"').decode("ascii", "replace") for cell in line.split(b",")[:2]} & keys


def test_papers_lie_as_the_truth_says(town: Town) -> None:
    manifest = {row["file"]: row for row in _rows(town.folder / "delivery/manifest.csv")}
    seals = (town.folder / "delivery/inkan/haishi.csv").read_bytes()
    assert int(manifest["inkan/haishi.csv"]["records"]) == seals.count(b"\r\n") - 1 + 3
    assert "jumin/juki_furoku.csv" in manifest
    assert not (town.folder / "delivery/jumin/juki_furoku.csv").exists()
    totals = _rows(town.folder / "delivery/totals.csv")
    assert next(row["value"] for row in totals if row["total"] == "daisu").startswith("約")


def _truth(folder: Path) -> list[dict[str, str]]:
    return _rows(folder / "truth" / "faults.csv")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
