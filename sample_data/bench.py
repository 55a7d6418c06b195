"""The workbench of the fault planters: the tables of the town, and which records are still clean.

A planter asks for records (`pick`), changes, adds or drops them; the changes are laid over the tables at the end. No
record, person, household, vehicle or seal is touched by two faults, and the last record of a table by none.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from sample_data.formats import standard_codes

if TYPE_CHECKING:
    from sample_data.area import SampleArea

Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class Picked:
    """One clean record taken for a fault: where it lies and what it says."""

    table: str  # area.table
    index: int
    record: Record


class Bench:
    """Tables by 'area.table'; helper columns begin with '_' and are never written."""

    def __init__(
        self, areas: Iterable[SampleArea], tables: Mapping[str, Mapping[str, pl.DataFrame]], rng: random.Random
    ) -> None:
        self.rng = rng
        made = [area for area in areas if area.id in tables]
        self._keys = {f"{area.id}.{name}": key for area in made for name, key in area.keys.items()}
        self.id_columns = {f"{area.id}.{name}": columns for area in made for name, columns in area.ids.items()}
        self._frames = {f"{area}.{name}": frame for area, group in tables.items() for name, frame in group.items()}
        self._views = dict(self._frames)
        for area in made:
            for name, view in area.views(tables).items():
                self._views[f"{area.id}.{name}"] = view
        self.taken: set[str] = set()  # numbers of persons, households, seals, vehicles that carry a fault
        for name, frame in self._frames.items():
            last = frame.tail(1).select(self.id_columns[name])
            self.taken |= {value for row in last.rows() for value in row} - {""}
        self._partners: list[str] = []
        self._picked: set[str] = set()
        self._cells: dict[str, list[tuple[int, str, str]]] = {}
        self._dropped: dict[str, set[int]] = {}
        self._added: dict[str, list[Record]] = {}

    def key_of(self, table: str, record: Record) -> str:
        """The key of the standard row: '#' columns lose their leading zeros, '+' parts are constant, and of
        'column@codes' the standard code of that map stands there."""
        return "|".join(_part(record, name, table.split(".")[0]) for name in self._keys[table])

    def pick(self, table: str, where: pl.Expr, count: int) -> list[Picked]:
        """`count` clean records for which `where` holds, at random, reserved from now on; a small town has fewer."""
        view = self._views[table]
        places = view.select(pl.arg_where(where)).to_series().to_list()
        self.rng.shuffle(places)
        found: list[Picked] = []
        for index in places:
            if len(found) == count:
                break
            record = view.row(index, named=True)
            ids = {record[name] for name in self.id_columns[table]} - {""}
            if not ids & self.taken:
                self.taken |= ids
                self._picked |= ids
                found.append(Picked(table, index, record))
        return found

    def matching(self, table: str, where: pl.Expr) -> Iterator[Picked]:
        """All records for which `where` holds, reserved or not (those that belong to a picked one)."""
        view = self._views[table]
        for index in view.select(pl.arg_where(where)).to_series().to_list():
            yield Picked(table, index, view.row(index, named=True))

    def change(self, picked: Picked, **values: str) -> None:
        for column, value in values.items():
            if column not in self._frames[picked.table].columns:
                raise KeyError(f"{picked.table} has no column {column}")
            self._cells.setdefault(picked.table, []).append((picked.index, column, value))

    def partner(self, *keys: str) -> None:
        """Keys of the records that are found together with the one planted (the other of a pair, other years)."""
        self._partners += keys

    def partners(self) -> list[str]:
        """The partners named since the last call."""
        named, self._partners = self._partners, []
        return named

    def picked(self) -> set[str]:
        """The numbers reserved by `pick` since the last call."""
        named, self._picked = self._picked, set()
        return named

    def related(self, numbers: set[str], area: str) -> set[str]:
        """The numbers that stand in one record with one of these in an area's tables, as they were before any fault.

        Numbers are those a fault reserves, and every 宛名番号.
        """
        found: set[str] = set()
        for name, columns in self.id_columns.items():
            if name.partition(".")[0] != area:
                continue
            frame = self._frames[name]
            ids = frame.select({*columns, *(column for column in frame.columns if "宛名番号" in column)})
            same = ids.filter(pl.any_horizontal(pl.all().is_in(sorted(numbers))))
            found |= {value for row in same.rows() for value in row}
        return found - {""}

    def drop(self, picked: Picked) -> None:
        self._dropped.setdefault(picked.table, set()).add(picked.index)

    def add(self, table: str, record: Record) -> None:
        """A record before the last one of the table; helper columns are left out."""
        self._added.setdefault(table, []).append({k: v for k, v in record.items() if not k.startswith("_")})

    def finished(self) -> dict[str, dict[str, pl.DataFrame]]:
        """The tables with every change laid over them."""
        tables: dict[str, dict[str, pl.DataFrame]] = {}
        for name, frame in self._frames.items():
            area, table = name.split(".")
            tables.setdefault(area, {})[table] = self._finish(name, frame)
        return tables

    def _finish(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        by_column: dict[str, list[tuple[int, str]]] = {}
        for index, column, value in self._cells.get(name, ()):
            by_column.setdefault(column, []).append((index, value))
        for column, cells in by_column.items():
            places, values = zip(*cells, strict=True)
            changed = frame[column].clone().scatter(list(places), list(values))
            frame = frame.with_columns(changed)
        if name in self._dropped:
            frame = frame.filter(~pl.int_range(pl.len()).is_in(sorted(self._dropped[name])))
        if name in self._added:
            added = pl.DataFrame(self._added[name], schema=frame.schema)
            frame = pl.concat([frame.head(-1), added, frame.tail(1)])
        return frame


def _part(record: Record, name: str, area: str) -> str:
    if name.startswith("+"):
        return name[1:]
    column, _, codes = name.partition("@")
    if codes:
        return standard_codes(area, codes)[record[column]]
    return str(int(record[name[1:]])) if name.startswith("#") else record[name].strip()
