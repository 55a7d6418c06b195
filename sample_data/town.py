"""The synthetic town: from a seed to a delivery of the old system, and the truth about every fault in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sample_data import formats
from sample_data.delivery import MANIFEST, DeliveredFile, write_delivery, write_rows
from sample_data.history import AS_OF, live
from sample_data.inkan import inkan_tables
from sample_data.jumin import jumin_tables
from sample_data.jutogai import jutogai_tables
from sample_data.keiji import keiji_tables
from sample_data.lists import read_lists
from sample_data.residents import history_frame, persons_frame
from sample_data.writer import table_bytes

Progress = Callable[[str, float], None]
Tables = dict[str, dict[str, pl.DataFrame]]
AREAS = ("jumin", "inkan", "keiji", "jutogai")


@dataclass(frozen=True, slots=True)
class Town:
    """What was made. `tables` are the legacy tables as written (area → table → frame of Strings)."""

    folder: Path
    as_of: str
    residents: int
    tables: Tables
    faults: tuple[dict[str, str], ...]


def make_town(
    out: Path, residents: int = 31_000, seed: int = 1, faults: str = "all", progress: Progress | None = None
) -> Town:
    """Writes `out/delivery` and `out/truth/faults.csv`; the same arguments give the same bytes.

    `faults`: 'all', 'none', or the path of a file with one fault id a line (ids of faults.csv).
    `progress` is told what is being made and the share done (0–1) of it.
    """
    tables = draw_tables(residents, seed, progress)
    files = []
    for area, frames in tables.items():
        for name, frame in frames.items():
            if progress:
                progress(f"{area} {name}", 1.0)
            files.append(DeliveredFile(formats.tables(area)[name], frame.height, table_bytes(frame, formats.tables(area)[name])))
    manifest = write_delivery(out / "delivery", files, AS_OF)
    write_rows(out / "delivery" / "manifest.csv", manifest, MANIFEST)
    return Town(out, AS_OF, residents, tables, ())


def draw_tables(residents: int, seed: int, progress: Progress | None = None) -> Tables:
    """Every legacy table of the clean town."""
    lists = read_lists(_plain_and_private())
    register = live(lists, residents, seed, progress)
    persons = persons_frame(register)
    history = history_frame(register, persons)
    return {
        "jumin": jumin_tables(register, persons, history),
        "inkan": inkan_tables(register, persons, history, seed),
        "keiji": keiji_tables(register, persons, history, seed),
        "jutogai": jutogai_tables(lists, residents * 15 // 31, seed, register.as_of),
    }


def _plain_and_private() -> list[tuple[str, str]]:
    """(character as our name lists have it, private-use character): variants are found by their base character."""
    base = {"𠮷": "吉", "𣘺": "橋", "槗": "橋", "圡": "土", "兠": "兜"}
    return [(base.get(text[0], text[0]), private) for text, private in formats.external_characters()]
