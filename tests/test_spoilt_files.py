"""What stands in a run's folder is believed only as it was written: what changed or broke is made again, and told.

Nobody is judged ready by books that somebody edited.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from test_run_again import hashes

from migration.audit import read_audit

Call = Callable[..., Any]
RUN = "runs/R1"


@pytest.fixture
def machi(sealed: Path, tmp_path: Path) -> Path:
    """A finished workspace of one area (inkan) to spoil."""
    return Path(shutil.copytree(sealed, tmp_path / "machi"))


def another_value(path: Path) -> None:
    """A Parquet file that is sound and says something else."""
    frame = pl.read_parquet(path)
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    pl.concat([frame.head(1).with_columns(pl.lit("別").alias(texts[0])), frame.slice(1)]).write_parquet(path)


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def lost(path: Path) -> None:
    path.unlink()


def one_more(path: Path) -> None:
    """One more in a count of a JSON record or of a CSV."""
    text = path.read_text(encoding="utf-8-sig")
    at = max(text.rfind(digit) for digit in "012345678")
    path.write_text(text[:at] + str(int(text[at]) + 1) + text[at + 1 :], encoding="utf-8")


def other_encoding(path: Path) -> None:
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("stages/extract/inkan/toroku.parquet", another_value),
        ("stages/extract/inkan/toroku.parquet", half),
        ("stages/convert/inkan/toroku.parquet", another_value),
        ("stages/convert/inkan/haishi.lineage.parquet", half),
        ("stages/validate/inkan/toroku.findings.parquet", lost),
        ("stages/receive/unpacked/inkan/inei#inei_gazo", one_more),
        ("ledger.csv", one_more),
        ("units.csv", half),
        ("findings.parquet", half),
        ("changes.parquet", lost),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_spoilt_file_is_made_again_and_told(
    name: str, spoil: Callable[[Path], None], machi: Path, sealed: Path, ikou: Call
) -> None:
    spoil(machi / RUN / name)
    said = ikou("run", "-w", machi)
    assert said.code == 1, said
    assert hashes(machi, ("runs", "output")) == hashes(sealed, ("runs", "output"))
    if "unpacked" not in name:  # a way to the source only; the source itself is there
        assert "消えたか書き換わっていたファイルは使わず、作り直します" in said.out
        assert name.rpartition("/")[2] in said.out
        assert read_audit(machi)[-1]["spoilt"] == [name.rpartition("/")[2]]


@pytest.mark.parametrize("spoil", [one_more, half, other_encoding], ids=lambda value: value.__name__)
def test_a_spoilt_record_of_a_unit_counts_for_nothing(spoil: Callable[[Path], None], machi: Path, ikou: Call) -> None:
    record = machi / RUN / "stages/convert/inkan/toroku.done.json"
    before = record.read_bytes()
    spoil(record)
    assert ikou("run", "-w", machi).code == 1
    after, was = json.loads(record.read_bytes()), json.loads(before)
    assert (after["files"], after["facts"], after["ledger"]) == (was["files"], was["facts"], was["ledger"])


@pytest.mark.parametrize(
    "command", [("gate",), ("review", "status"), ("review", "export"), ("explain", "inkan", "a", "1")]
)
@pytest.mark.parametrize("name", ["ledger.csv", "findings.parquet", "totals.csv"])
def test_nobody_is_judged_by_edited_books(command: tuple[str, ...], name: str, machi: Path, ikou: Call) -> None:
    (another_value if name.endswith("parquet") else one_more)(machi / RUN / name)
    said = ikou(*command, "-w", machi)
    assert said.code == 2
    assert name in said.err
    assert "書いた中身と違います" in said.err
    assert "`ikou run`" in said.err


def test_a_damaged_file_that_a_command_looks_into_is_told(machi: Path, ikou: Call) -> None:
    key = pl.read_parquet(machi / RUN / "stages/convert/inkan/toroku.parquet")["登録番号"][0]
    half(machi / RUN / "stages/convert/inkan/toroku.parquet")
    said = ikou("explain", "inkan", "toroku", key, "-w", machi)
    assert said.code == 2
    assert "途中結果のファイルが壊れています。`ikou run`" in said.err


def test_an_edited_standard_csv_is_written_again(machi: Path, sealed: Path, ikou: Call) -> None:
    path = sorted((machi / "output/R1").glob("*.csv"))[0]
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    said = ikou("run", "--json", "-w", machi)
    assert said.code == 1
    assert json.loads(said.out)["spoilt_files"] == [f"output/R1/{path.name}"]
    assert path.read_bytes() == (sealed / "output/R1" / path.name).read_bytes()


@pytest.mark.parametrize("place", [100, 4_096 * 3])  # the list of tables; within a table
def test_a_damaged_database_is_told_and_loaded_anew(place: int, machi: Path, sealed: Path, ikou: Call) -> None:
    database = machi / RUN / "town.sqlite"
    data = bytearray(database.read_bytes())
    data[place : place + 300] = b"\0" * 300
    database.write_bytes(data)
    said = ikou("run", "--from", "verify", "-w", machi)
    assert said.code == 2
    assert "town.sqlite: ファイルが壊れています" in said.err
    assert "Traceback" not in said.err
    database.unlink()
    assert ikou("run", "-w", machi).code == 1
    tables = [dump(folder / RUN / "town.sqlite") for folder in (machi, sealed)]
    assert tables[0] == tables[1]


def test_a_mark_that_cannot_be_read_is_no_mark(machi: Path, ikou: Call) -> None:
    for mark in (machi / RUN / ".loaded").iterdir():
        mark.write_bytes(b"\xff\xfe")
    for mark in (machi / RUN / "stages/receive/unpacked").rglob("*.source"):
        mark.write_bytes(b"\xff\xfe")
    assert ikou("run", "-w", machi).code == 1


def dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return sorted(connection.iterdump())
