"""論理削除: records the old system has withdrawn (削除フラグ 1). They are delivered and must not be moved."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data import formats

_ONE_IN = 400
FLAG = "削除フラグ"
Tables = dict[str, dict[str, pl.DataFrame]]


def withdrawn_records(tables: Mapping[str, Mapping[str, pl.DataFrame]]) -> Tables:
    """For every table some records like those of the clean town, each under a key nobody else has.

    Tables without 削除フラグ delete for real: they have none.
    """
    return {
        area: {
            name: _of_table(frame, formats.tables(area)[name].key[-1])
            for name, frame in frames.items()
            if FLAG in frame.columns
        }
        for area, frames in tables.items()
    }


def with_withdrawn(tables: Mapping[str, Mapping[str, pl.DataFrame]], withdrawn: Tables) -> Tables:
    """The tables with the withdrawn records before the last one."""
    return {
        area: {
            name: pl.concat([frame.head(-1), withdrawn[area][name], frame.tail(1)])
            if name in withdrawn[area]
            else frame
            for name, frame in frames.items()
        }
        for area, frames in tables.items()
    }


def _of_table(frame: pl.DataFrame, number: str) -> pl.DataFrame:
    """`number`: the last column of the key. Its first digit becomes 9, which no record of the town has."""
    some = frame.filter(pl.int_range(pl.len()) % _ONE_IN == min(7, max(0, frame.height - 1)))
    moved = {number: pl.lit("9") + pl.col(number).str.slice(1), FLAG: pl.lit("1")}
    return some.with_columns(**moved)
