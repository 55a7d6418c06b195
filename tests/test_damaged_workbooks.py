"""A workbook damaged in any way is a message wherever it is read: delivered, official, returned or sampled."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

Call = Callable[..., Any]


def needs_a_newer_zip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 6] = 254
    path.write_bytes(data)


def is_encrypted(path: Path) -> None:
    data = bytearray(path.read_bytes())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1
    path.write_bytes(data)


def has_half_a_sheet(path: Path) -> None:
    parts = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data[: len(data) // 2] if name.startswith("xl/worksheets/") else data)


def has_other_bytes(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(60, len(data) - 400, 97):
        data[at] ^= 0xFF
    path.write_bytes(data)


def is_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


DAMAGES = [needs_a_newer_zip, is_encrypted, has_half_a_sheet, has_other_bytes, is_cut]
by_name = pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)


@pytest.fixture(scope="module")
def asked(once: Callable[..., Path], sealed: Path, program: Call) -> Path:
    """A finished workspace with its review packs in packs/; read only."""

    def make(folder: Path) -> None:
        shutil.copytree(sealed, folder)
        assert program("review", "export", "--to", folder / "packs", "-w", folder).returncode == 0

    return once("asked", make)


@by_name
def test_a_delivered_workbook(damage: Callable[[Path], None], of_town: Call, tmp_path: Path, ikou: Call) -> None:
    workspace = of_town(tmp_path / "machi", "jifu")
    book = next((workspace / "delivery/jifu").glob("*.xlsx"))
    damage(book)
    said = ikou("receive", "-w", workspace)
    assert said.code == 2, said
    assert f"{book.name} を Excel ブック（.xlsx）として読めません" in said.err


@by_name
def test_a_returned_review_pack(damage: Callable[[Path], None], asked: Path, tmp_path: Path, ikou: Call) -> None:
    workspace = Path(shutil.copytree(asked, tmp_path / "machi"))
    book = next((workspace / "packs").glob("*.xlsx"))
    damage(book)
    said = ikou("review", "import", book, "-w", workspace)
    assert said.code == 2, said
    assert "Excel ブック（.xlsx）として読めません" in said.err
    assert "何も取り込んでいません" in said.err
    assert not list((workspace / "decisions").glob("*.jsonl"))


@by_name
def test_an_official_workbook(damage: Callable[[Path], None], workspace: Path, tmp_path: Path, ikou: Call) -> None:
    book = a_book(tmp_path / "031_項目定義.xlsx")
    damage(book)
    said = ikou("spec", "import", book, "-w", workspace)
    assert said.code == 2, said
    assert book.name in said.err
    assert re.search("ブック(が途中で切れて|として読めません)", said.err)


@by_name
def test_a_sample_for_a_draft(damage: Callable[[Path], None], workspace: Path, tmp_path: Path, ikou: Call) -> None:
    (tmp_path / "見本").mkdir()
    book = a_book(tmp_path / "見本" / "台帳.xlsx")
    damage(book)
    said = ikou("mapping", "new", "jifu", "newvendor", tmp_path / "見本", "--out", tmp_path / "下書き", "-w", workspace)
    assert said.code in (0, 2), said
    assert "Excel ブックとして読めません" in said.out + said.err


def a_book(path: Path) -> Path:
    book = openpyxl.Workbook()
    for number in range(200):
        book.active.append([f"項目{number}", number, "山田　太郎"])
    book.save(path)
    return path


def test_the_record_of_a_review_pack(asked: Path, tmp_path: Path, ikou: Call) -> None:
    workspace = Path(shutil.copytree(asked, tmp_path / "machi"))
    for record in (workspace / "decisions/packs").glob("*.json"):
        record.write_bytes(record.read_bytes()[:-20])
    said = ikou("review", "import", next((workspace / "packs").glob("*.xlsx")), "-w", workspace)
    assert said.code == 2, said
    assert "（書き出した確認票の控え）が壊れています" in said.err
