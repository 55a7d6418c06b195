"""decisions/moji.csv: which MJ character a gaiji is, decided by a person. Appended to, never changed.

Every line carries the hash of the one before it, so a line changed, removed or moved afterwards is found. The last line
for a vendor's code counts; one without an MJ character takes the decision back. The file opens in Excel, for reading.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

from mappings.errors import InputError, shown_path

START = "0" * 64
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision. `glyph`: SHA-256 of the picture the person was shown, '' when there was none."""

    vendor: str
    code: str  # U+E000
    mj: str  # '' = taken back
    text: str  # how the character is written, as it was when decided
    who: str
    reason: str
    glyph: str = ""
    at: str = ""

    @property
    def character(self) -> str:
        return chr(int(self.code.removeprefix("U+"), 16))


_NAMES = tuple(one.name for one in fields(Decided))
HEADINGS = (*_NAMES, "previous", "hash")


def moji_file(root: Path) -> Path:
    return root / "decisions" / "moji.csv"


def decide(root: Path, decision: Decided, now: datetime) -> None:
    """Append one decision; the file is locked while it is added, and checked first."""
    path = moji_file(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        rows = _rows(path)
        values = {**asdict(decision), "at": now.isoformat(timespec="seconds")}
        previous = rows[-1]["hash"] if rows else START
        line = {**values, "previous": previous, "hash": _hash(values, previous)}
        if file.seek(0, os.SEEK_END) == 0:
            file.write((_MARK + _line(HEADINGS)).encode())
        file.write(_line(line[name] for name in HEADINGS).encode())
        file.flush()
        os.fsync(file.fileno())


def history(root: Path) -> list[Decided]:
    """Every decision in order; an InputError names the first line that does not follow from the one before."""
    return [Decided(**{name: row[name] for name in _NAMES}) for row in _rows(moji_file(root))]


def decisions(root: Path) -> dict[tuple[str, str], Decided]:
    """(vendor, private-use character) → the decision that counts."""
    last = {(one.vendor, one.character): one for one in history(root)}
    return {place: one for place, one in last.items() if one.mj}


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists() or not path.stat().st_size:
        return []
    text = path.read_bytes().decode("utf-8-sig", "replace")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    if tuple(lines[0]) != HEADINGS:
        raise _broken(path, 1)
    rows = []
    previous = START
    for number, cells in enumerate(lines[1:], start=2):
        row = dict(zip(HEADINGS, cells, strict=False))
        values = {name: row.get(name, "") for name in _NAMES}
        if len(cells) != len(HEADINGS) or row["previous"] != previous or row["hash"] != _hash(values, previous):
            raise _broken(path, number)
        previous = row["hash"]
        rows.append(row)
    return rows


def _broken(path: Path, number: int) -> InputError:
    return InputError(
        f"{shown_path(path)} {number}行目: 記録のつながりが合いません（書き換え、行の削除、途切れ、または並べ替え）。"
        "控えと比べて元に戻してください。決めたことを変えるときは `ikou moji decide` を使います。"
    )


def _hash(values: Mapping[str, str], previous: str) -> str:
    parts = [values[name] for name in _NAMES] + [previous]
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def _line(cells: Iterable[str]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\r\n").writerow(list(cells))
    return target.getvalue()
