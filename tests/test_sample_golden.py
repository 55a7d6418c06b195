"""The golden delivery is as its README says: the bytes of a Windows machine, and expected files that fit the layout."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "sample_data" / "golden"
LAYOUTS = Path(__file__).parents[1] / "mappings" / "jumin" / "standard"


def test_manifest_fits_the_committed_bytes() -> None:
    for row in _rows(GOLDEN / "delivery" / "manifest.csv"):
        content = (GOLDEN / "delivery" / row["file"]).read_bytes()
        assert row["sha256"] == hashlib.sha256(content).hexdigest()
        assert int(row["records"]) == content.count(b"\r\n") - 1
        content.decode("cp932")


def test_external_and_ibm_characters_lie_there_as_windows_writes_them() -> None:
    content = (GOLDEN / "delivery/jumin/juki.csv").read_bytes()
    assert b"\xf0\x41" in content
    assert b"\xfb\xfc\x8b\xb4" in content  # 髙橋
    assert b"\xee\xe0" not in content


def test_expected_files_have_the_items_of_the_layout_and_known_keys() -> None:
    for path in sorted((GOLDEN / "expected").glob("jumin_*.csv")):
        layout = _rows(LAYOUTS / f"{path.stem.removeprefix('jumin_')}.csv")
        assert _heading(path) == [row["データ項目"] for row in layout], path.name
    people = {f"{row['宛名番号']}|{row['個人履歴番号']}" for row in _rows(GOLDEN / "expected/jumin_jumin.csv")}
    keys = [row["key"] for row in _rows(GOLDEN / "expected/findings.csv")]
    assert {key for key in keys if "|" in key} <= people
    assert len(keys) == len(set(keys)) == 7


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _heading(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))
