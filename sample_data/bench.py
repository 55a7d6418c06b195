"""The workbench of the fault planters: the tables of the town, and which records are still clean.

A planter asks for records (`pick`), changes, adds or drops them; the changes are laid over the tables at the end. No
record, person, household, vehicle or seal is touched by two faults, and the last record of a table by none.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

Record = dict[str, str]
ID_COLUMNS = {
    "jumin.juki": ("宛名番号", "世帯番号"),
    "jumin.setai": ("世帯番号", "宛名番号"),
    "jumin.ido": ("宛名番号", "異動後世帯番号"),
    "jumin.zairyu": ("宛名番号",),
    "jumin.tsusho": ("宛名番号",),
    "jumin.shien": ("宛名番号", "申出者宛名番号"),
    "jumin.johyo": ("宛名番号", "世帯番号"),
    "inkan.toroku": ("登録番号", "宛名番号"),
    "inkan.inei_index": ("登録番号",),
    "inkan.haishi": ("登録番号",),
    "keiji.sharyo": ("車両管理番号",),
    "keiji.ido": ("車両管理番号",),
    "keiji.kazei": ("車両管理番号",),
    "keiji.genmen": ("車両管理番号",),
    "jutogai.jutogai": ("宛名番号", "名寄先番号"),
}
_LINKS = (
    ("jumin", "zairyu"),
    ("jumin", "tsusho"),
    ("jumin", "shien"),
    ("inkan", "toroku"),
    ("keiji", "sharyo"),
    ("keiji", "kazei"),
)
_OWNER = {"sharyo": "納税義務者宛名番号", "kazei": "納税義務者宛名番号"}


@dataclass(frozen=True, slots=True)
class Picked:
    """One clean record taken for a fault: where it lies and what it says."""

    table: str  # area.table
    index: int
    record: Record


class Bench:
    """Tables by 'area.table'; helper columns begin with '_' and are never written."""

    def __init__(self, tables: Mapping[str, Mapping[str, pl.DataFrame]], rng: random.Random) -> None:
        self.rng = rng
        self._frames = {f"{area}.{name}": frame for area, group in tables.items() for name, frame in group.items()}
        self._views = dict(self._frames)
        self._views["jumin.juki"] = self._with_households(self._views["jumin.juki"], tables)
        self._views["keiji.sharyo"] = _with_taxes(self._views["keiji.sharyo"], self._frames["keiji.kazei"])
        residents = self._frames["jumin.juki"].filter((pl.col("最新区分") == "1") & (pl.col("住民状態") == "10"))
        stays, living = self._views["jumin.zairyu"], residents["宛名番号"].to_list()
        self._views["jumin.zairyu"] = stays.with_columns(_living=pl.col("宛名番号").is_in(living))
        homes = self._views["jumin.setai"]
        self._views["jumin.setai"] = homes.with_columns(_members=pl.len().over("世帯番号"))
        changes = self._views["keiji.ido"]
        self._views["keiji.ido"] = changes.with_columns(_two=pl.len().over("車両管理番号") > 1)
        self.taken: set[str] = set()  # numbers of persons, households, seals, vehicles that carry a fault
        for name, frame in self._frames.items():
            self.taken |= {value for row in frame.tail(1).select(ID_COLUMNS[name]).rows() for value in row} - {""}
        self._partners: list[str] = []
        self._cells: dict[str, list[tuple[int, str, str]]] = {}
        self._dropped: dict[str, set[int]] = {}
        self._added: dict[str, list[Record]] = {}

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
            ids = {record[name] for name in ID_COLUMNS[table]} - {""}
            if not ids & self.taken:
                self.taken |= ids
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

    def _with_households(self, juki: pl.DataFrame, tables: Mapping[str, Mapping[str, pl.DataFrame]]) -> pl.DataFrame:
        """_size living members of the household, _rows of the person, _alone: in no other table than those of 住民."""
        living = (pl.col("最新区分") == "1") & (pl.col("住民状態") == "10")
        linked: set[str] = set()
        for area, name in _LINKS:
            linked |= set(tables[area][name][_OWNER.get(name, "宛名番号")].to_list())
        return juki.with_columns(
            _size=living.sum().over("世帯番号"),
            _rows=pl.len().over("宛名番号"),
            _alone=~pl.col("宛名番号").is_in(sorted(linked)),
        )


def _with_taxes(sharyo: pl.DataFrame, kazei: pl.DataFrame) -> pl.DataFrame:
    """_taxes: how many years the vehicle is taxed in."""
    years = kazei.group_by("車両管理番号").agg(_taxes=pl.len())
    return sharyo.join(years, on="車両管理番号", how="left", maintain_order="left").with_columns(
        pl.col("_taxes").fill_null(0)
    )
