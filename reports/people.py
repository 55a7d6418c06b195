"""Which person a row is about, so that documents can say how many people are touched, not only how many rows."""

from __future__ import annotations

import polars as pl

from reports.names import PERSON_ITEM
from reports.runbook import RunBook


def with_person(frame: pl.DataFrame, book: RunBook) -> pl.DataFrame:
    """Adds `person`: the 宛名番号 within `key` where the group's key has one, else NULL (not a person, or unknown)."""
    places = pl.DataFrame(
        [
            (area.id, group.id, group.key.index(PERSON_ITEM))
            for area in book.areas.values()
            for group in area.groups.values()
            if PERSON_ITEM in group.key
        ],
        schema={"area": pl.String(), "table": pl.String(), "person_place": pl.Int64()},
        orient="row",
    )
    part = pl.col("key").str.split("|").list.get(pl.col("person_place"), null_on_oob=True)
    joined = frame.join(places, on=["area", "table"], how="left", maintain_order="left")
    person = pl.when(part.fill_null("") != "").then(part)
    return joined.with_columns(person.alias("person")).drop("person_place")


def people() -> pl.Expr:
    """How many different people a group of rows touches; NULL where none of its rows says whom."""
    count = pl.col("person").drop_nulls().n_unique().cast(pl.Int64)
    return pl.when(pl.col("person").is_null().all()).then(None).otherwise(count)
