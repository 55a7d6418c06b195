"""抹消・表示 of the 選挙人名簿: voters without the right for a time, who moved away, who was struck off."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.jumin.juki import elsewhere_frame
from sample_data.formats import codes
from sample_data.forms import padded, wareki
from sample_data.records import logged


def marks_table(people: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """抹消・表示: 失権 of some, 転出 of those who moved, 抹消 of those struck off, numbered in this order."""
    places = elsewhere_frame(ground.register).select(text=pl.col("county") + pl.col("city"))["text"]
    index = people.select(
        pl.when(pl.col("destination") < 0).then(places.len() - 1).otherwise("destination")
    ).to_series()
    people = people.with_columns(where=places.gather(index))
    person = pl.col("person")
    lost = pl.lit(ground.as_of) - 700 - person % 600
    running = person % 2 == 0
    full = pl.when(running).then(ground.as_of + 200 + person % 300).otherwise(ground.as_of - 40 - person % 300)
    left = pl.col("left")
    moved = (left > 0) & (pl.col("removed_by") != "死亡")
    known = pl.max_horizontal("left", "told")
    parts = [
        _mark(people.filter("suspended"), 1, pl.lit("失権表示"), reason=lost, done=lost + 9, full=full,
              lifted=pl.when(running).then(0).otherwise(full + 5)),
        _mark(people.filter(moved), 2, pl.lit("転出表示"), reason=left, done=known),
        _mark(people.filter(pl.col("struck") > 0), 3, pl.col("why"), reason=left, done=pl.col("struck")),
    ]  # fmt: skip
    rows = pl.concat(parts).sort("number", "turn")
    return rows.select(
        名簿番号="number",
        連番=padded(pl.int_range(1, pl.len() + 1).over("number"), 2),
        処理区分=pl.col("word").replace_strict(codes("senkyo", "hyoji_kubun"), return_dtype=pl.String),
        事由日=wareki(pl.col("reason")),
        処理日=wareki(pl.col("done")),
        満了日=wareki(pl.col("full")),
        解除日=wareki(pl.col("lifted")),
        転出先=pl.when(pl.col("turn") == 2).then("where").otherwise(pl.lit("")),
        **logged(pl.col("done"), pl.col("person")),
        予備=pl.lit(""),
    )


def _mark(people: pl.DataFrame, turn: int, word: pl.Expr, **days: pl.Expr) -> pl.DataFrame:
    """Rows of one kind; days not given are 0."""
    numbers = {name: days.get(name, pl.lit(0)).cast(pl.Int64) for name in ("reason", "done", "full", "lifted")}
    return people.select("number", "person", "where", turn=pl.lit(turn), word=word, **numbers)
