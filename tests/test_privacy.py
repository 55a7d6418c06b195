"""個人番号 is nowhere in what ikou writes or says, unless it was asked for; then in its own columns only."""

from __future__ import annotations

import base64
import binascii
import filecmp
import re
import shutil
import sqlite3
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

Program = Callable[..., "subprocess.CompletedProcess[str]"]
WIDE = str.maketrans("０１２３４５６７８９－ー", "0123456789--")
RUN = re.compile("[0-9０-９](?:[-‐ \u3000－ー]?[0-9０-９]){11,}")
OWN = "個人番号"


def found_in(text: str, numbers: frozenset[str]) -> set[str]:
    """The numbers in a text: plain, full-width, with hyphens or spaces within."""
    runs = [re.sub("[^0-9]", "", run.translate(WIDE)) for run in RUN.findall(text)]
    return {run[at : at + 12] for run in runs for at in range(len(run) - 11)} & numbers


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """(what, text) of everything a file holds: as it stands, and what is packed in it."""
    data = path.read_bytes()
    yield "bytes", data.decode("utf-8", "ignore")
    yield "bytes as cp932", data.decode("cp932", "ignore")
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        for column in frame.columns:
            yield column, frame.select(column).write_ndjson()
            if frame[column].dtype == pl.String:
                yield f"{column} (hex)", "\n".join(unhexed(cell) for cell in frame[column].drop_nulls())
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                yield name, book.read(name).decode("utf-8", "ignore")
    if path.suffix == ".html":
        for packed in re.findall(rb"[A-Za-z0-9+/=]{100,}", data):
            yield "embedded", zlib.decompress(base64.b64decode(packed)).decode()
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as connection:
            yield "dump", "\n".join(connection.iterdump())


def unhexed(cell: str) -> str:
    try:
        return binascii.unhexlify(cell).decode("cp932", "replace")
    except (ValueError, binascii.Error):
        return ""


def numbers_of(workspace: Path) -> frozenset[str]:
    """Every 個人番号 of the town that was drawn."""
    return frozenset((workspace / "truth" / "numbers.txt").read_text(encoding="utf-8").split())


def leaks(root: Path, numbers: frozenset[str], own: Callable[[str, str], bool]) -> list[str]:
    """Where below `root` a number shows: path and place, except in places that `own` allows."""
    found = []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = str(path.relative_to(root))
        if not name.startswith(("delivery", "truth")):
            found += [f"{name} {what}" for what, text in texts(path) if not own(name, what) and found_in(text, numbers)]
    return found


def nowhere(name: str, what: str) -> bool:
    return False


def own_column(name: str, what: str) -> bool:
    """Extract, convert, database and output: their own column; the bytes of these files cannot be told apart."""
    data = re.fullmatch(r"runs/R1/stages/(extract|convert)/[a-z]+/[a-z]+\.parquet", name)
    files = data or name == "runs/R1/town.sqlite" or re.fullmatch(r"output/R1/[^/]*\.csv", name)
    return bool(files) and what in (OWN, "dump", "bytes", "bytes as cp932")


@pytest.fixture(scope="session")
def numbers(town: Path) -> frozenset[str]:
    return numbers_of(town)


@pytest.fixture(scope="session")
def with_numbers(once: Callable[..., Path], of_town: Callable[..., Path], program: Program) -> Path:
    """One area of the faulty town, run with the numbers."""

    def make(folder: Path) -> None:
        of_town(folder, "jutogai")
        settings = (folder / "ikou.toml").read_text(encoding="utf-8")
        (folder / "ikou.toml").write_text(settings.replace("include_secret = false", "include_secret = true"), "utf-8")
        done = program("run", "-w", folder)
        (folder / "said").mkdir()
        (folder / "said" / "all").write_text(done.stdout + done.stderr, encoding="utf-8")
        assert done.returncode == 1, done.stderr

    return once("with_numbers", make)


def test_this_search_finds_a_number_however_written(numbers: frozenset[str]) -> None:
    one = min(numbers)
    for text in (
        one,
        f"x{one}9",
        f"{one[:4]}-{one[4:8]}-{one[8:]}",
        one.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ):
        assert found_in(text, numbers) == {one}
    assert unhexed(f"a{one}".encode().hex()) == f"a{one}"
    assert len(numbers) > 100


def test_without_being_asked_no_number_is_written_anywhere(finished: Path, numbers: frozenset[str]) -> None:
    assert found_in((finished / "delivery/jumin/juki.csv").read_text("cp932", "ignore"), numbers)
    assert leaks(finished, numbers, nowhere) == []


@pytest.mark.long
def test_no_number_is_written_in_any_area(whole: Path) -> None:
    assert leaks(whole, numbers_of(whole), nowhere) == []


def test_commands_that_show_records_do_not_show_it(
    finished: Path, numbers: frozenset[str], tmp_path: Path, ikou: Callable[..., object]
) -> None:
    workspace = Path(shutil.copytree(finished, tmp_path / "machi", ignore=shutil.ignore_patterns("said")))
    frame = pl.read_parquet(workspace / "runs/R1/stages/extract/jutogai/jutogai.parquet", columns=["宛名番号"])
    key = frame["宛名番号"][0]
    commands: list[tuple[object, ...]] = [
        ("explain", "jutogai", "atena", key),
        ("explain", "jutogai", "jutogai", "#1", "--source"),
        ("explain", "jutogai", "atena", key, "個人番号"),
        ("review", "export"),
        ("receive",),
    ]
    for command in commands:
        said = ikou(*command, "-w", workspace)
        assert said.code in (0, 1, 2)
        assert not found_in(said.out + said.err, numbers), command
    for path in [path for path in workspace.rglob("*") if path.is_file()]:
        if _untouched(path, finished / path.relative_to(workspace)):  # looked through by the test above
            path.unlink()
    assert any(workspace.rglob("*.xlsx"))
    assert leaks(workspace, numbers, nowhere) == []


def _untouched(path: Path, before: Path) -> bool:
    return before.is_file() and filecmp.cmp(path, before, shallow=False)


def test_asked_for_it_stands_in_its_own_columns_only(with_numbers: Path, numbers: frozenset[str]) -> None:
    assert leaks(with_numbers, numbers, own_column) == []
    staged = pl.read_parquet(with_numbers / "runs/R1/stages/extract/jutogai/jutogai.parquet")
    assert staged[OWN].count() > 10
    for path in sorted((with_numbers / "output/R1").glob("*.csv")):
        rows = pl.read_csv(path, infer_schema=False)
        assert found_in("\n".join(rows[OWN].drop_nulls()), numbers)
        assert not found_in(rows.drop(OWN).write_csv(), numbers)


def test_asked_for_it_stands_in_its_own_column_of_the_database(with_numbers: Path, numbers: frozenset[str]) -> None:
    with sqlite3.connect(with_numbers / "runs/R1/town.sqlite") as connection:
        rows = pl.read_database("SELECT * FROM jutogai_atena", connection, infer_schema_length=None)
    held = {name for name in rows.columns if found_in("\n".join(rows[name].cast(pl.String).drop_nulls()), numbers)}
    assert held == {"kojinbango"}


def test_the_audit_trail_says_that_numbers_were_read(finished: Path, with_numbers: Path) -> None:
    assert '"individual_number": false' in (finished / "audit.jsonl").read_text(encoding="utf-8")
    assert '"individual_number": true' in (with_numbers / "audit.jsonl").read_text(encoding="utf-8")
