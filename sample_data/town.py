"""The synthetic town: from a seed to a delivery of the old system, and the truth about every fault in it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from sample_data import formats
from sample_data.area import Ground
from sample_data.areas import AREAS
from sample_data.delivery import MANIFEST, TOTALS, DeliveredFile, write_delivery, write_rows
from sample_data.faults import TRUTH, Planting, chosen_faults, plant_bytes, plant_papers, plant_records
from sample_data.history import AS_OF, YEARS, live
from sample_data.lists import read_lists
from sample_data.packing import Part, images, packed
from sample_data.progress import Progress
from sample_data.records import TOWN_CODE
from sample_data.residents import history_frame, persons_frame
from sample_data.retelling import areas_of, require_vendor, retold
from sample_data.society import society_frame
from sample_data.totals import stated_totals
from sample_data.withdrawn import with_withdrawn, withdrawn_records
from sample_data.writer import table_bytes

Tables = dict[str, dict[str, pl.DataFrame]]
_PARTS = {area.id: area.parts for area in AREAS}
TOWN_NAME = "岡垣町"
TOWN_LIST = "mt_town_city403831.csv"  # 町字 in the columns of the Address Base Registry


@dataclass(frozen=True, slots=True)
class Town:
    """What was made. `tables` are the legacy tables as written (area → table → frame of Strings)."""

    folder: Path
    code: str
    name: str
    as_of: str
    residents: int
    tables: Tables
    faults: tuple[dict[str, str], ...]
    vendors: Mapping[str, str]  # area → whose tables those are


def make_town(
    out: Path,
    residents: int = 31_000,
    seed: int = 1,
    faults: str = "all",
    progress: Progress | None = None,
    vendor: str = formats.VENDOR,
) -> Town:
    """Writes `out/delivery`, `out/truth/faults.csv` and the list of 町字; the same arguments give the same bytes.

    `faults`: 'all', 'none', or the path of a file with one fault id a line (ids of the areas' faults.csv).
    `vendor`: the areas another vendor is described for are told in its tables (without faults, which are planted in
    the tables the town is made in).
    """
    require_vendor(vendor, faults)
    planting = Planting(chosen_faults(faults), random.Random(f"{seed}:faults"), [])
    watcher = progress or _Nobody()
    watcher.stage("架空の町", len(YEARS) + len(AREAS) + 1)
    tables = _planted(planting, draw_tables(residents, seed, watcher))
    totals = stated_totals(AREAS, tables)
    tables |= {area: retold(area, tables[area], vendor) for area in areas_of(vendor)}
    vendors = dict.fromkeys(tables, formats.VENDOR) | dict.fromkeys(areas_of(vendor), vendor)
    manifest: list[dict[str, str]] = []
    for area, frames in tables.items():
        watcher.unit(area)
        files = _files(formats.tables(area, vendors[area]), frames, planting)
        manifest += write_delivery(out / "delivery", files, AS_OF)
    watcher.unit("受渡データ")
    _write_papers(out, manifest, totals, planting)
    watcher.done()
    return Town(out, TOWN_CODE, TOWN_NAME, AS_OF, residents, tables, tuple(planting.truth), vendors)


def _planted(planting: Planting, clean: Tables) -> Tables:
    return with_withdrawn(plant_records(planting, clean), withdrawn_records(clean))


def _files(
    tables: Mapping[str, formats.Table], frames: Mapping[str, pl.DataFrame], planting: Planting
) -> Iterator[DeliveredFile]:
    """The files of one area's tables; tables that share a workbook or a database are written together."""
    packs: dict[str, list[Part]] = {}
    for name, frame in frames.items():
        table = tables[name]
        if table.reader == "images":
            yield DeliveredFile(table, frame.height, b"", images(frame))
        elif table.reader in formats.PACKED:
            packs.setdefault(table.file, []).append((table, frame))
        else:
            yield from _plain_files(table, frame, planting)
    for parts in packs.values():
        content = packed(parts)
        yield from (DeliveredFile(table, frame.height, content) for table, frame in parts)


def _plain_files(table: formats.Table, frame: pl.DataFrame, planting: Planting) -> Iterator[DeliveredFile]:
    """A file, or one for each value of the column that tells them apart; faults in bytes go into the last."""
    column = _PARTS[table.area].get(table.id) if table.vendor == formats.VENDOR else None
    if column is None:
        yield DeliveredFile(table, frame.height, plant_bytes(planting, table, table_bytes(frame, table)))
        return
    parts = frame.partition_by(column, maintain_order=True)
    for number, part in enumerate(parts, start=1):
        one, content = table.file_of(part[column][0]), table_bytes(part, table)
        last = number == len(parts)
        yield DeliveredFile(one, part.height, plant_bytes(planting, one, content) if last else content)


def _write_papers(out: Path, manifest: list[dict[str, str]], totals: list[dict[str, str]], planting: Planting) -> None:
    """What is told about the files, and the truth about the faults."""
    delivery = out / "delivery"
    for path, content in plant_papers(planting, manifest, totals).items():
        (delivery / path).write_bytes(content)
    write_rows(delivery / "manifest.csv", manifest, MANIFEST)
    write_rows(delivery / "totals.csv", totals, TOTALS)
    write_rows(out / "truth" / "faults.csv", planting.truth, TRUTH)
    (out / TOWN_LIST).write_bytes(Path(__file__).with_name("data").joinpath(TOWN_LIST).read_bytes())


def draw_tables(residents: int, seed: int, progress: Progress) -> Tables:
    """Every legacy table of the clean town."""
    lists = read_lists(_plain_and_private())
    register = live(lists, residents, seed, progress)
    persons = persons_frame(register)
    history = history_frame(register, persons)
    ground = Ground(lists, register, persons, history, society_frame(register, persons, history), seed)
    tables: Tables = {}
    for area in AREAS:
        tables[area.id] = area.draw(replace(ground, made=tables))
    return tables


def _plain_and_private() -> list[tuple[str, str]]:
    """(character as our name lists have it, private-use character): variants are found by their base character."""
    base = {"𠮷": "吉", "𣘺": "橋", "槗": "橋", "圡": "土", "兠": "兜"}
    return [(base.get(text[0], text[0]), private) for text, private in formats.external_characters()]


class _Nobody:
    """Nobody watches."""

    def stage(self, title: str, units: int) -> None:
        pass

    def unit(self, name: str) -> None:
        pass

    def done(self) -> None:
        pass
