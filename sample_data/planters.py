"""How faults are planted: small makers of planters, used by the tables of faults of each area.

A planter takes the workbench and how many to plant, and returns the key of each as findings show it: the business
key of the standard group, values joined by '|'.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import polars as pl

from sample_data.bench import Bench, Picked, Record

Planter: TypeAlias = Callable[[Bench, int], list[str]]
Value: TypeAlias = str | Callable[[Record], str]


def cells(table: str, where: pl.Expr, *, key: str = "", **values: Value) -> Planter:
    """Sets columns of records for which `where` holds. `key`: the column that is the key, when it is not the row's."""

    def plant(bench: Bench, count: int) -> list[str]:
        keys = []
        for picked in bench.pick(table, where, count):
            new = {name: value if isinstance(value, str) else value(picked.record) for name, value in values.items()}
            bench.change(picked, **new)
            after = picked.record | new
            keys.append(after[key].strip() if key else bench.key_of(table, after))
        return keys

    return plant


def twins(table: str, model: pl.Expr, copy: pl.Expr, columns: tuple[str, ...], **values: str) -> Planter:
    """Gives a record the columns of another one (same plate, same person twice); the other one is its partner."""

    def plant(bench: Bench, count: int) -> list[str]:
        keys = []
        for one, other in zip(bench.pick(table, model, count), bench.pick(table, copy, count), strict=False):
            bench.change(other, **{name: one.record[name] for name in columns}, **values)
            keys.append(bench.key_of(table, other.record))
            bench.partner(bench.key_of(table, one.record))
        return keys

    return plant


def dropped(table: str, where: pl.Expr, *, key: str, also: tuple[str, ...] = ()) -> Planter:
    """Leaves records out, and the rows of other tables with the same person and history number."""

    def plant(bench: Bench, count: int) -> list[str]:
        picked = bench.pick(table, where, count)
        for record in picked:
            bench.drop(record)
            for other in also:
                _drop_same(bench, other, record)
        return [bench.key_of(table, one.record) if key == "row" else one.record[key] for one in picked]

    return plant


def doubled(table: str, where: pl.Expr, **values: Value) -> Planter:
    """Adds a record once more at the end, with some columns changed (none: exactly the same record)."""

    def plant(bench: Bench, count: int) -> list[str]:
        keys = []
        for picked in bench.pick(table, where, count):
            new = {name: value if isinstance(value, str) else value(picked.record) for name, value in values.items()}
            bench.add(table, picked.record | new)
            keys.append(bench.key_of(table, picked.record | new))
        return keys

    return plant


def _drop_same(bench: Bench, table: str, picked: Picked) -> None:
    same = (pl.col("宛名番号") == picked.record["宛名番号"]) & (pl.col("履歴番号") == picked.record["履歴番号"])
    for other in bench.matching(table, same):
        bench.drop(other)
