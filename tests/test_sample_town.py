"""The synthetic town: the same seed gives the same bytes, and what is in a clean town obeys the laws of a town."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from datetime import date
from pathlib import Path

import pytest

from sample_data import Town, make_town

MAPPINGS = Path(__file__).parents[1] / "mappings"
ERAS = {"1": 1867, "2": 1911, "3": 1925, "4": 1988, "5": 2018}
RESIDENTS = 600


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return make_town(tmp_path_factory.mktemp("town"), RESIDENTS, 7, "none")


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return make_town(tmp_path_factory.mktemp("larger"), 3_000, 1, "none")


def test_same_seed_same_bytes_other_seed_other_bytes(town: Town, tmp_path: Path) -> None:
    again = make_town(tmp_path / "again", RESIDENTS, 7, "none")
    other = make_town(tmp_path / "other", RESIDENTS, 8, "none")
    assert _hashes(again.folder) == _hashes(town.folder)
    assert _hashes(other.folder)["delivery/jumin/juki.csv"] != _hashes(town.folder)["delivery/jumin/juki.csv"]


def test_manifest_says_what_lies_there(town: Town) -> None:
    """A table in a workbook, a database or a folder is named `<source>#<part>`; size and hash are the source's."""
    delivery = town.folder / "delivery"
    rows = _read(delivery / "manifest.csv", "utf-8")
    for row in rows:
        source = delivery / row["file"].partition("#")[0]
        assert (row["bytes"], row["sha256"]) == _size_and_hash(source), row["file"]
        assert row["as_of"] == "2026-10-01"
        if row["file"].endswith(".csv"):
            assert int(row["records"]) == source.read_bytes().count(b"\r\n") - 1
    listed = {row["file"].partition("#")[0] for row in rows} | {"manifest.csv", "totals.csv"}
    present = {path.relative_to(delivery).as_posix() for path in delivery.rglob("*") if path.is_file()}
    assert {file for file in present if str(Path(file).parent) not in listed} == {
        file for file in listed if (delivery / file).is_file()
    }


def _size_and_hash(source: Path) -> tuple[str, str]:
    if source.is_file():
        content = source.read_bytes()
        return str(len(content)), hashlib.sha256(content).hexdigest()
    files = sorted(source.iterdir())
    whole = b"".join(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest() for file in files)
    return str(sum(file.stat().st_size for file in files)), hashlib.sha256(whole).hexdigest()


def test_histories_count_from_one_and_end_in_the_latest(town: Town) -> None:
    rows = _juki(town)
    for person, history in _by(rows, "宛名番号").items():
        numbers = [int(row["履歴番号"]) for row in history]
        assert numbers == list(range(1, len(history) + 1)), person
        assert [row["最新区分"] for row in history] == ["0"] * (len(history) - 1) + ["1"], person
        days = [_day(row["処理年月日"]) for row in history]
        assert days == sorted(days), person


def test_town_has_exactly_its_residents_in_households_with_at_most_one_head(town: Town) -> None:
    living = [row for row in _juki(town) if row["最新区分"] == "1" and row["住民状態"] == "10"]
    assert len(living) == RESIDENTS
    households = _by(living, "世帯番号")
    assert all(sum(row["続柄１"] == "01" for row in members) <= 1 for members in households.values())
    sizes = {
        row["世帯番号"]: int(row["世帯人数"]) for row in _kept(_table(town, "jumin/setai.csv")) if not row["世帯消滅日"]
    }
    assert sizes == {number: len(members) for number, members in households.items()}
    assert {row["続柄名"] for row in living} >= {"世帯主", "妻", "子"}


def test_every_household_ever_named_is_in_the_table_of_households(town: Town) -> None:
    known = {row["世帯番号"] for row in _table(town, "jumin/setai.csv")}
    assert {row["世帯番号"] for row in _juki(town)} <= known
    assert {row["異動前世帯番号"] for row in _table(town, "jumin/ido.csv")} - {""} <= known


def test_nobody_is_married_moved_or_dead_before_birth(town: Town) -> None:
    checked = 0
    for row in _juki(town):
        if row["住民種別"] == "1" or row["生年月日不詳区分"] == "1":
            continue
        birth = _number(row["生年月日"])
        for column in ("異動年月日", "住民年月日", "住定年月日", "消除年月日"):
            if row[column] != "0000000":
                assert _number(row[column]) >= birth, (column, row["宛名番号"])
                checked += 1
    assert checked > RESIDENTS


def test_numbers_are_unique_and_new_ones_carry_their_check_digit(town: Town) -> None:
    latest = [row for row in _juki(town) if row["最新区分"] == "1"]
    coded = [row["住民票コード"] for row in latest if row["住民票コード"]]
    assert len(coded) == len(set(coded)) > RESIDENTS
    assert all(len(code) == 11 and _m11(code) for code in coded)
    valid = [_m11(row["宛名番号"]) for row in latest]
    assert 0.05 < sum(valid) / len(valid) < 0.6  # old numbers keep their failing digit: allowed
    outside = _kept(_table(town, "jutogai/jutogai.csv"))
    assert all(_m11(row["宛名番号"]) for row in outside)
    assert not {row["宛名番号"] for row in outside} & {row["宛名番号"] for row in latest}


def test_seals_belong_to_grown_up_residents_one_each(town: Town) -> None:
    latest = {row["宛名番号"]: row for row in _juki(town) if row["最新区分"] == "1"}
    active = [row for row in _kept(_table(town, "inkan/toroku.csv")) if row["登録状態"] != "D"]
    assert len(active) == len({row["宛名番号"] for row in active}) > RESIDENTS / 4
    assert all(latest[row["宛名番号"]]["住民状態"] == "10" for row in active)


def test_cars_are_taxed_in_the_years_they_are_registered_on_1_april(town: Town) -> None:
    cars = {row["車両管理番号"]: row for row in _table(town, "keiji/sharyo.dat")}
    for tax in _kept(_table(town, "keiji/kazei.dat")):
        car, day = cars[tax["車両管理番号"]], date(int(tax["課税年度"]), 4, 1)
        assert _day(car["登録年月日"]) <= day
        assert car["廃車年月日"] == "0000000" or _day(car["廃車年月日"]) > day
        held = tax["課税状態"] == "3"
        assert int(tax["調定額"]) == (0 if held else int(tax["年税額"]) - int(tax["減免額"]))


def test_totals_agree_with_the_files_read_by_an_independent_reader(town: Town) -> None:
    stated = {(r["area"], r["total"], r["by"]): r["value"] for r in _read(town.folder / "delivery/totals.csv", "utf-8")}
    taxes = _kept(_table(town, "keiji/kazei.dat"))
    assert stated["jumin", "jinko", ""] == stated["jumin", "jinko_seibetsu", ""] == str(RESIDENTS)
    assert stated["keiji", "chotei", ""] == str(sum(int(t["調定額"]) for t in taxes))
    assert stated["keiji", "chotei", "2026"] == str(sum(int(t["調定額"]) for t in taxes if t["課税年度"] == "2026"))
    assert stated["inkan", "toroku_jotai", "9"] == str(
        sum(row["登録状態"] == "D" for row in _kept(_table(town, "inkan/toroku.csv")))
    )
    assert stated["jutogai", "atena", ""] == str(len(_kept(_table(town, "jutogai/jutogai.csv"))))


def test_characters_are_those_a_windows_machine_writes(town: Town) -> None:
    content = (town.folder / "delivery/jumin/juki.csv").read_bytes()
    text = content.decode("cp932")
    assert "髙" in text
    assert b"\xfb\xfc" in content
    assert b"\xee\xe0" not in content  # what Python's own codec would have written
    assert any("\ue000" <= character <= "\ue00b" for character in text)


def test_the_odd_days_the_standard_allows_are_there(larger: Town) -> None:
    births = {row["生年月日"] for row in _juki(larger)}
    assert "2151225" in births
    assert any(day.endswith("00") for day in births)
    assert any(day.endswith(("0230", "0431")) for day in births)


def test_legal_rarities_are_there(larger: Town) -> None:
    """What a rule must let pass: without such records nobody knows whether it does."""
    taxes, cars = (_kept(_table(larger, f"keiji/{name}.dat")) for name in ("kazei", "sharyo"))
    assert {"1", "2", "3", "4", "5", "6"} == {tax["税率区分"] for tax in taxes}
    assert {"1", "2", "3"} == {tax["課税状態"] for tax in taxes}
    leased = [car for car in cars if car["所有権留保"] == "1"]
    assert leased
    assert all(car["使用者宛名番号"] == car["納税義務者宛名番号"] for car in leased)
    births = [row["生年月日"] for row in _table(larger, "jutogai/jutogai.csv")]
    assert any(day.endswith("00") for day in births)
    events = _kept(_table(larger, "jumin/ido.csv"))
    undone = [row for row in events if row["取消区分"] == "1"]
    assert undone
    assert all(row["取消年月日"] for row in undone)
    assert {"04", "27"} <= {row["異動事由"] for row in events}  # 帰化: the foreigner's record ends, a new one begins


def test_every_table_has_withdrawn_records_under_keys_of_their_own(town: Town) -> None:
    marks = {
        (area, name): set(frame["削除フラグ"])
        for area, frames in town.tables.items()
        for name, frame in frames.items()
        if "削除フラグ" in frame.columns
    }
    assert len(marks) > 80
    assert {table for table, seen in marks.items() if "1" not in seen} == set()


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _read(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def _juki(town: Town) -> list[dict[str, str]]:
    return sorted(_kept(_table(town, "jumin/juki.csv")), key=lambda row: (row["宛名番号"], row["履歴番号"]))


def _table(town: Town, file: str) -> list[dict[str, str]]:
    """A delivered file read with nothing but the standard library and the column list."""
    path = town.folder / "delivery" / file
    if file.endswith(".csv"):
        return _read(path, "cp932")
    area, name = file.removesuffix(".dat").split("/")
    folder = MAPPINGS / area / "legacy" / "kyusys"
    source = tomllib.loads((folder / "source.toml").read_text(encoding="utf-8"))["tables"][name]
    columns = _read(folder / "columns" / f"{name}.csv", "utf-8")
    step = source["record_length"] + (2 if source["newline"] == "crlf" else 0)
    content = path.read_bytes()
    assert len(content) % step == 0
    return [
        {
            c["name"]: content[at + int(c["start"]) : at + int(c["start"]) + int(c["length"])]
            .decode("cp932")
            .rstrip(" ")
            for c in columns
        }
        for at in range(0, len(content), step)
    ]


def _kept(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Without the records the old system has withdrawn."""
    return [row for row in rows if row["削除フラグ"] == "0"]


def _by(rows: list[dict[str, str]], column: str) -> dict[str, list[dict[str, str]]]:
    groups: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups


def _number(text: str) -> int:
    """3450301 as 19700301; days outside the calendar stay comparable."""
    return (ERAS[text[0]] + int(text[1:3])) * 10_000 + int(text[3:])


def _day(text: str) -> date:
    number = _number(text)
    return date(number // 10_000, number // 100 % 100, number % 100)


def _m11(text: str) -> bool:
    rest = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(text[:-1]))) % 11
    return int(text[-1]) == (0 if rest <= 1 else 11 - rest)
