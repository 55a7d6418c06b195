"""The sender's list of a delivery: DELIVERY/manifest.csv. Read whole, all faults at once."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mappings.errors import InputError, shown_path

NAME = "manifest.csv"
HEADINGS = ("file", "area", "table", "as_of", "records", "bytes", "sha256")
_ADVICE = "見出しは " + ",".join(HEADINGS) + " です。送付元に作り直してもらうか、送付票をもとに作ってください。"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the manifest. What the sender left empty is None or ''."""

    file: str
    area: str
    table: str
    as_of: str
    records: int | None
    bytes: int | None
    sha256: str


def read_manifest(delivery: Path) -> dict[str, Entry]:
    """The entries by file. InputError when the folder or the manifest is missing or damaged."""
    if not delivery.is_dir():
        kind = "フォルダではありません" if delivery.exists() else "ありません"
        raise InputError(
            f"受渡データの場所 {shown_path(delivery)} が{kind}。受け取ったファイルを入れたフォルダを示してください。"
        )
    path = delivery / NAME
    if not path.is_file():
        raise InputError(f"受渡データの目録 {shown_path(path)} がありません。{_ADVICE}")
    lines = list(csv.reader(io.StringIO(_text(path), newline="")))
    headings = [name.strip() for name in lines[0]] if lines else []
    missing = [name for name in HEADINGS if name not in headings]
    if missing:
        raise InputError(f"受渡データの目録 {shown_path(path)} に {'、'.join(missing)} の列がありません。{_ADVICE}")
    return _entries(path, headings, lines[1:])


def _text(path: Path) -> str:
    data = path.read_bytes()
    readable = b"\0" not in data  # UTF-16 would pass for シフトJIS
    for encoding in ("utf-8-sig", "cp932") if readable else ():
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(
        f"受渡データの目録 {shown_path(path)} の文字を読めません。UTF-8 かシフトJIS で保存し直してください。"
    )


def _entries(path: Path, headings: list[str], lines: list[list[str]]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    faults: list[str] = []
    for number, line in enumerate(lines, start=2):
        if not any(line):
            continue
        cells = dict(zip(headings, (cell.strip() for cell in line), strict=False))
        problems = _problems(cells, len(line) == len(headings), found)
        faults += [f"  {number} 行目: {problem}" for problem in problems]
        if not problems:
            entry = _entry(cells)
            found[entry.file] = entry
    if faults:
        head = (
            f"受渡データの目録 {shown_path(path)} に {len(faults)} 件の誤りがあります。直してから受け入れてください。"
        )
        raise InputError("\n".join([head, *faults]))
    return found


def _entry(cells: dict[str, str]) -> Entry:
    return Entry(
        file=cells["file"].replace("\\", "/"),
        area=cells["area"],
        table=cells["table"],
        as_of=cells["as_of"],
        records=int(cells["records"]) if cells["records"] else None,
        bytes=int(cells["bytes"]) if cells["bytes"] else None,
        sha256=cells["sha256"].lower(),
    )


def _problems(cells: dict[str, str], whole: bool, found: dict[str, Entry]) -> list[str]:
    if not whole:
        return ["列の数が見出しと違います"]
    file = cells["file"].replace("\\", "/")
    place = PurePosixPath(file)
    problems = []
    if not file:
        problems.append("file が空です")
    elif place.is_absolute() or ".." in place.parts or re.match(r"[A-Za-z]:", file):
        problems.append(f"file「{file}」は受渡データのフォルダの中の場所で書いてください")
    if file in found:
        problems.append(f"ファイル {file} が2回書かれています")
    for name in ("records", "bytes"):
        if cells[name] and not re.fullmatch(r"[0-9]+", cells[name]):
            problems.append(f"{name}「{cells[name]}」は数字だけで書いてください")
    if cells["sha256"] and not re.fullmatch(r"[0-9A-Fa-f]{64}", cells["sha256"]):
        problems.append("sha256 は16進数64桁で書いてください")
    return problems
