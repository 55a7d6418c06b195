"""migration.standard_csv: the bytes of the standard CSV files."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.errors import MappingError
from mappings.layout import Group, Item, ItemType
from migration.standard_csv import CsvDialect, dialect_of, write_standard_csv
from validators.finding import raw_findings

ITEMS = (Item("番号", "Bango", ItemType.X, 5, primary_key=True), Item("氏名", "Shimei", ItemType.N, 10))
GROUP = Group("jumin", "juminhyo", "住民票", "001", "2.1", ITEMS)
ROWS: list[tuple[str | None, ...]] = [("001", '山田,"太"\r\n郎'), ("002", None), ("003", "=1+1")]


def frame(path: Path, rows: list[tuple[str | None, ...]]) -> Path:
    columns = pl.DataFrame(rows, schema={"番号": pl.String, "氏名": pl.String}, orient="row")
    ids = pl.Series("record_id", range(1, len(rows) + 1), pl.Int64)
    columns.insert_column(0, ids).write_parquet(path / "juminhyo.parquet")
    return path / "juminhyo.parquet"


def test_the_default_file(tmp_path: Path) -> None:
    path, ledger = write_standard_csv(GROUP, frame(tmp_path, ROWS), tmp_path / "out")
    assert path == tmp_path / "out" / "001_juminhyo_住民票.csv"
    assert path.read_bytes().decode() == '番号,氏名\r\n001,"山田,""太""\r\n郎"\r\n002,\r\n003,=1+1\r\n'
    assert (ledger.stage, ledger.target, ledger.read, ledger.loaded, ledger.closes) == (
        "output",
        "jumin_juminhyo.csv",
        3,
        3,
        True,
    )
    assert [entry.name for entry in (tmp_path / "out").iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        (CsvDialect(bom=True, newline="lf"), "\ufeff番号,氏名\n001,甲\n".encode()),
        (CsvDialect(quote="all", header="romaji"), '"Bango","Shimei"\r\n"001","甲"\r\n'.encode()),
        (CsvDialect(header="none", encoding="utf-16"), "001,甲\r\n".encode("utf-16-le")),
        (CsvDialect(header="none", encoding="utf-16", bom=True), "\ufeff001,甲\r\n".encode("utf-16-le")),
    ],
)
def test_dialects(tmp_path: Path, dialect: CsvDialect, expected: bytes) -> None:
    path, _ = write_standard_csv(GROUP, frame(tmp_path, [("001", "甲")]), tmp_path, dialect)
    assert path.read_bytes() == expected


def test_rows_the_load_left_out_are_not_written(tmp_path: Path) -> None:
    """Too long for its column (rejected) and equal to another row (duplicate): the file holds what the table holds."""
    rows = frame(tmp_path, [("001", "甲"), ("0000002", "乙"), ("001", "甲"), ("003", "丙")])
    found = raw_findings([{"rule": "LOD-01", "key": "0000002"}, {"rule": "LOD-05", "key": "001"}])
    path, ledger = write_standard_csv(GROUP, rows, tmp_path, CsvDialect(header="none"), found)
    assert path.read_bytes().decode() == "001,甲\r\n003,丙\r\n"
    assert (ledger.read, ledger.loaded, ledger.rejected, ledger.duplicate, ledger.closes) == (4, 2, 1, 1, True)


def test_the_same_frame_gives_the_same_bytes(tmp_path: Path) -> None:
    rows = frame(tmp_path, [(f"{number:05}", "甲" * (number % 9)) for number in range(30_000)])
    one, two = (write_standard_csv(GROUP, rows, tmp_path / name)[0] for name in ("a", "b"))
    assert one.read_bytes() == two.read_bytes()
    assert [line[:5] for line in one.read_text(encoding="utf-8").splitlines()[1:]] == [f"{n:05}" for n in range(30_000)]


def test_settings_become_a_dialect() -> None:
    assert dialect_of({}) == CsvDialect()
    assert dialect_of({"bom": True, "file_name": "{area}_{group}.csv"}) == CsvDialect(
        bom=True, file_name="{area}_{group}.csv"
    )


def test_every_fault_of_the_settings_at_once() -> None:
    with pytest.raises(MappingError) as caught:
        dialect_of({"encodin": "x", "encoding": "cp932", "bom": "yes", "newline": "cr", "file_name": "{grup}.csv"})
    places = [fault.place for fault in caught.value.faults]
    assert places == [
        "[output] encodin",
        "[output] encoding",
        "[output] newline",
        "[output] bom",
        "[output] file_name",
        "[output] file_name",
    ]


TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXT, max_size=10), st.sampled_from(["minimal", "all"]), st.sampled_from(["crlf", "lf"]))
def test_law_what_is_written_is_read_again(tmp_path: Path, names: list[str | None], quote: str, newline: str) -> None:
    rows: list[tuple[str | None, ...]] = [(str(number), name) for number, name in enumerate(names)]
    path, _ = write_standard_csv(GROUP, frame(tmp_path, rows), tmp_path, CsvDialect(quote=quote, newline=newline))
    read = pl.read_csv(path, infer_schema=False, null_values=[""])
    assert read.rows() == rows
