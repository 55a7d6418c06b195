"""Append-only JSON lines in which every line carries the hash of the one before it.

A line changed, removed or moved afterwards breaks the chain at that line; `read_chain` says where. Two programs may
append at the same time: the file is locked while a line is added. A last line cut off by a kill is not a line: it is
set aside under `<name>.cut-N` when the next one is added, never deleted.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mappings.errors import InputError, shown_path

START = "0" * 64


def append(path: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Add entries in order, all in one write; creates the file and its folder."""
    if not entries:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        _set_cut_line_aside(path, file.read())
        last = _last_hash(path)
        lines = []
        for entry in entries:
            line = _linked(entry, last)
            last = line["hash"]
            lines.append(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
        with path.open("ab") as end:
            end.write("".join(lines).encode())
            end.flush()
            os.fsync(end.fileno())


def read_chain(path: Path) -> list[dict[str, Any]]:
    """All entries; an InputError names the first line that does not follow from the one before it."""
    if not path.exists():
        return []
    entries: list[dict[str, Any]] = []
    last = START
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    for number, raw in enumerate(whole.splitlines(), start=1):
        entry = _parsed(path, number, raw)
        body = {name: value for name, value in entry.items() if name not in ("hash", "previous")}
        if entry.get("previous") != last or entry.get("hash") != _linked(body, last)["hash"]:
            raise InputError(
                f"{shown_path(path)} {number}行目: 記録のつながりが合いません（書き換え、行の削除、または並べ替え）。"
                "控えと比べて元に戻してください。ikou はこの記録を使わずに止まりました。"
            )
        last = str(entry["hash"])
        entries.append(entry)
    return entries


def _linked(entry: Mapping[str, Any], previous: str) -> dict[str, Any]:
    body = {**entry, "previous": previous}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return {**body, "hash": hashlib.sha256(text.encode()).hexdigest()}


def _parsed(path: Path, number: int, raw: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(raw)
    except ValueError:
        entry = None
    if not isinstance(entry, dict):
        raise InputError(f"{shown_path(path)} {number}行目: 記録として読めません。控えと比べて元に戻してください。")
    return entry


def _last_hash(path: Path) -> str:
    entries = read_chain(path)
    return str(entries[-1]["hash"]) if entries else START


def _set_cut_line_aside(path: Path, data: bytes) -> None:
    end = data.rfind(b"\n") + 1
    if end == len(data):
        return
    number = 1
    while (aside := path.with_name(f"{path.name}.cut-{number}")).exists():
        number += 1
    aside.write_bytes(data[end:])
    with path.open("r+b") as file:
        file.truncate(end)
