"""`ikou mapping new`: the draft proposes what a person would look at first, and settles nothing."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from migration.drafting.matching import likeness


def read(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Another vendor's seals: a CSV in CP932 with other names, a workbook, a database, and files nobody can read."""
    folder = tmp_path / "見本"
    folder.mkdir()
    rows = [["印鑑No", "住民コード", "登録日", "状態CD"]]
    rows += [[f"{n:06}", f"{n:010}", f"S{n % 60 + 1:02}0401", "AB"[n % 2]] for n in range(1, 80)]
    text = "\r\n".join(",".join(row) for row in rows) + "\r\n"
    (folder / "inkan.csv").write_bytes(text.encode("cp932"))
    book = openpyxl.Workbook()
    book.active.title = "廃止"
    book.active.append(["印鑑No", "廃止日", "廃止理由"])
    book.active.append(["000001", "5020401", "1"])
    book.save(folder / "haishi.xlsx")
    with sqlite3.connect(folder / "gazo.sqlite") as connection:
        connection.execute("create table gazo (inkan_no, hash)")
        connection.execute("insert into gazo values ('000001', 'ab')")
    (folder / "kotei.dat").write_bytes(b"0000010000002")
    return folder


def test_a_draft_of_another_vendor(sample: Path, tmp_path: Path, ikou: Callable[..., object]) -> None:
    out = tmp_path / "mappings"
    said = ikou("mapping", "new", "inkan", "betsu", sample, "--out", out)
    assert said.code == 0, said.err  # type: ignore[attr-defined]
    place = out / "inkan" / "legacy" / "betsu"
    source = (place / "source.toml").read_text(encoding="utf-8")
    assert "[tables.inkan]" in source
    assert 'encoding = "cp932"' in source
    assert 'reader = "excel"\npart = "廃止"' in source
    assert 'reader = "database"\npart = "gazo"' in source
    assert 'files = ["inkan/inkan.csv"]' in source  # where a delivery will have it, not where the sample lies
    assert "値が重ならない列: 印鑑No、住民コード" in source
    assert [row["name"] for row in read(place / "columns" / "inkan.csv")] == [
        "印鑑No",
        "住民コード",
        "登録日",
        "状態CD",
    ]
    lines = {row["item"]: row for row in read(place / "toroku.csv")}
    assert all(not row["from"] and not row["codes"] for row in lines.values())  # nothing is settled
    assert "候補 住民コード" in lines["宛名番号"]["note"]
    assert "候補 登録日" in lines["登録年月日"]["note"]
    assert "日付として読める" in lines["登録年月日"]["note"]
    codes, *_ = [path for path in (place / "codes").glob("*.csv") if "A" in [row["legacy"] for row in read(path)]]
    assert [(row["legacy"], row["standard"], row["confirmed"]) for row in read(codes)] == [("A", "", ""), ("B", "", "")]
    assert "kotei.dat: 見出しのある CSV・Excel・SQLite ではありません" in said.out.replace("\n", "")  # type: ignore[attr-defined]


def test_headings_in_two_rows_are_one(tmp_path: Path, ikou: Callable[..., object]) -> None:
    """番号 | 申請 (種類, 日) | 認定 (日, 区分): four of five headings stand under merged cells, 日 twice."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["認定の一覧"], ["番号", "申請", None, "認定", None], [None, "種類", "日", "日", "区分"]):
        sheet.append(row)
    for area in ("A1:E1", "B2:C2", "D2:E2"):
        sheet.merge_cells(area)
    sheet.append(["0000000001", "新規", "令和6年4月1日", "令和6年5月1日", "要介護1"])
    (tmp_path / "見本").mkdir()
    book.save(tmp_path / "見本" / "nintei.xlsx")
    said = ikou("mapping", "new", "kaigo", "betsu", tmp_path / "見本", "--out", tmp_path)
    assert said.code == 0, said.err  # type: ignore[attr-defined]
    place = tmp_path / "kaigo" / "legacy" / "betsu"
    assert "header_rows = 2" in (place / "source.toml").read_text(encoding="utf-8")
    assert [row["name"] for row in read(place / "columns" / "sheet.csv")] == [
        "番号",
        "申請_種類",
        "申請_日",
        "認定_日",
        "認定_区分",
    ]
    lines = {row["item"]: row["note"] for row in read(place / "nintei.csv")}
    assert "申請_日" in lines["申請年月日"]


def test_a_draft_is_no_mapping_yet_and_is_never_written_over(
    sample: Path, tmp_path: Path, ikou: Callable[..., object]
) -> None:
    out = tmp_path / "mappings"
    assert ikou("mapping", "new", "inkan", "betsu", sample, "--out", out).code == 0  # type: ignore[attr-defined]
    again = ikou("mapping", "new", "inkan", "betsu", sample, "--out", out)
    assert again.code == 2  # type: ignore[attr-defined]
    assert "もうあります" in again.err  # type: ignore[attr-defined]
    wrong = ikou("mapping", "new", "inkan", "別社", sample, "--out", out)
    assert wrong.code == 2  # type: ignore[attr-defined]
    nothing = ikou("mapping", "new", "inkan", "leer", tmp_path / "なし", "--out", out)
    assert (nothing.code, "フォルダではありません" in nothing.err) == (2, True)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("standard", "legacy", "near"),
    [
        ("宛名番号", "宛名番号", True),
        ("宛名番号", "住民コード", True),
        ("氏名_フリガナ", "カナ氏名", True),
        ("登録年月日", "登録日", True),
        ("登録年月日", "車台番号", False),
        ("住所_郵便番号", "住所〒", True),
    ],
)
def test_names_that_mean_the_same_are_near(standard: str, legacy: str, near: bool) -> None:
    assert (likeness(standard, legacy) >= 0.55) is near
