"""A table of codes a person supplies: CSV or TSV (code, code points), or JSON as jef4j publishes it.

CSV: two columns, the code (2 or 4 hexadecimal digits) and its text as code points ("8FBB E0103", "U+9AD9"); further
columns are remarks; a heading and lines that begin with # are skipped; an empty second column takes a code away.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from mappings.errors import Fault, MappingError, shown_path

Codes: TypeAlias = Mapping[bytes, str]
LONGEST = 8  # bytes of UTF-8 one code may stand for
_CODE = re.compile("(?:[0-9A-Fa-f]{2}){1,2}")
_LEFT_OUT = frozenset({"encode_only", "cjk_ci", "unmappable"})  # rows that do not say what a code is read as


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A table's file and what is in it; the place does not matter to what it means."""

    file: Path
    sha256: str

    @classmethod
    def of(cls, file: Path) -> CodeFile:
        return cls(file, hashlib.sha256(file.read_bytes()).hexdigest())


def read_codes(path: Path) -> Codes:
    """Code → text, '' for a code that is to be none. MappingError with every faulty line."""
    faults: list[Fault] = []
    codes: dict[bytes, str] = {}
    for place, code, points in _json_rows(path) if path.suffix == ".json" else _text_rows(path):
        problem = _problem(code, points)
        if problem:
            advice = "コードは16進2桁か4桁、文字は 8FBB E0103 のように16進で書いてください"
            faults.append(Fault(shown_path(path), place, problem, advice))
        else:
            codes[bytes.fromhex(code)] = "".join(chr(int(point, 16)) for point in points)
    if faults:
        raise MappingError(faults)
    return codes


def _text_rows(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Place, code and code points of every line of a CSV or TSV file."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise _unreadable(path, "UTF-8 で書かれていません", "UTF-8 で保存し直してください") from None
    separator = "\t" if any("\t" in line for line in lines[:3]) else ","
    for number, cells in enumerate(csv.reader(lines, delimiter=separator), start=1):
        heading = number == 1 and bool(cells) and not _CODE.fullmatch(cells[0].strip())
        if not cells or heading or cells[0].startswith("#"):
            continue
        points = cells[1].upper().replace("U+", " ").split() if len(cells) > 1 else []
        yield f"{number}行", cells[0].strip(), points


def _json_rows(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise _unreadable(path, "JSON として読めません", "ファイルが途中で切れていないか確かめてください") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _unreadable(path, "JSON が { } の並びではありません", '[{"code": "4040", "unicode": "3000"}, …] の形です')
    for number, row in enumerate(rows, start=1):
        if not _LEFT_OUT.intersection(row.get("options", ())):
            yield f"{number}件目", str(row.get("code", "")), _points(row)


def _points(row: Mapping[str, Any]) -> list[str]:
    """The character, then its variation (`hd`: Moji_Joho and Hanyo-Denshi) or the mark put on it (`sp`)."""
    return [str(row[name]) for name in ("unicode", "hd", "sp") if row.get(name)]


def _problem(code: str, points: list[str]) -> str:
    if not _CODE.fullmatch(code):
        return f"「{code}」は1バイトか2バイトのコードではありません"
    for point in points:
        if not re.fullmatch("[0-9A-Fa-f]{2,6}", point) or not _is_character(int(point, 16)):
            return f"「{point}」は文字の番号ではありません"
    if len("".join(chr(int(point, 16)) for point in points).encode()) > LONGEST:
        return f"コード {code} の文字が多すぎます（2文字まで）"
    return ""


def _is_character(point: int) -> bool:
    return point < 0x10FF00 and not 0xD800 <= point <= 0xDFFF


def _unreadable(path: Path, problem: str, advice: str) -> MappingError:
    return MappingError([Fault(shown_path(path), "", problem, advice)])
