"""Lost and misplaced characters of the old system, found per column and record before anything is mapped.

The records go into a list beside the profile; findings are one per column. Columns that are moved are told of record by
record once more when they are converted (COM-09), so that MOJ-03 speaks of the columns left behind only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import polars as pl

from migration.converting.guard import KANJI
from migration.moji.inventory import PRIVATE
from migration.stages import Done
from reports.losses import KINDS, LISTED
from reports.runbook import LOSS_SCHEMA, RunBook
from validators.finding import RECORD_BITS, raw_findings

LOST, ODD_WIDTH = "MOJ-03", "MOJ-04"
LOSSES = ".losses.parquet"
CELLS: dict[str, pl.DataType] = {"column": pl.String(), "kind": pl.String(), "record_id": pl.Int64()}
_TEXT = pl.col("value")
_LOST = _TEXT.str.contains(f"[〓□■\ufffd]|{KANJI}？|？{KANJI}")
_FOUND = {  # kind: (figure of the profile that tells whether a column holds any, which texts do)
    "lost": ("loss_marks", _LOST),
    "question": ("loss_marks", _TEXT.str.contains("？") & ~_LOST),
    "shift": ("shift_codes", _TEXT.str.contains("[\x0e\x0f]")),
    "gaiji": ("gaiji", _TEXT.str.contains(PRIVATE)),
    "undecodable": ("undecodable", _TEXT.str.contains("[\U0010ff00-\U0010ffff]")),
    "half": ("odd_width", _TEXT.str.contains("[ -~\uff61-\uff9f]")),
}


def loss_cells(frame: pl.LazyFrame, profile: pl.DataFrame) -> pl.DataFrame:
    """CELLS: one row per column, kind and record of a staged table. Only columns in which the profile saw any."""
    parts = [pl.DataFrame(schema=CELLS)]
    for figures in profile.iter_rows(named=True):
        met = {kind: found for kind, (figure, found) in _FOUND.items() if figures[figure]}
        if not met:
            continue
        flags = frame.select("record_id", pl.col(figures["column"]).alias("value")).select(
            "record_id", *(found.alias(kind) for kind, found in met.items())
        )
        hit = flags.filter(pl.any_horizontal(list(met))).collect(engine="streaming")
        cells = hit.unpivot(list(met), index="record_id", variable_name="kind").filter("value")
        parts.append(cells.select(pl.lit(figures["column"]).alias("column"), "kind", "record_id"))
    return pl.concat(parts).sort("column", "kind", "record_id")


def loss_findings(area: str, table: str, cells: pl.DataFrame, moved: Collection[str]) -> pl.DataFrame:
    """Raw findings of severity I, one per column. `moved`: the columns that some standard item is made from."""
    common = {"area": area, "table": table, "severity": "I", "kind": "現行潜在誤り"}
    rows = []
    for (column,), some in cells.group_by("column", maintain_order=True):
        odd = some.filter(pl.col("kind") == "half").height
        lost = some.filter(pl.col("kind") != "half")
        if lost.height and column not in moved:
            message = (
                f"移行しない項目「{column}」に、外字か文字が失われた跡のある記録が {lost['record_id'].n_unique():,} 件"
                f"あります（{_by_kind(lost)}）。"
            )
            rows.append({**common, "item": column, "rule": LOST, "message": message})
        if odd:
            message = f"ほとんどが全角の項目「{column}」に、半角の文字を含む記録が {odd:,} 件あります。"
            rows.append({**common, "item": column, "rule": ODD_WIDTH, "message": message})
    return raw_findings(rows)


def _by_kind(cells: pl.DataFrame) -> str:
    counts = dict(cells.group_by("kind").len().iter_rows())
    return "、".join(f"{words.split('（')[0]} {counts[kind]:,}" for kind, words in KINDS.items() if kind in counts)


def with_losses(book: RunBook, profiled: Mapping[tuple[str, str], Done]) -> RunBook:
    """The run book with the lists of all its tables: counts, and the first LISTED records of every column and kind."""
    listed, summary = [book.losses], [book.losses_summary]
    paths = book.files.select("file_no", pl.col("path").alias("file"))
    for (area, table), done in profiled.items():
        cells = pl.read_parquet(done.file(LOSSES)).with_columns(area=pl.lit(area), table=pl.lit(table))
        place = cells.group_by("area", "table", "column", "kind", maintain_order=True)
        summary.append(place.agg(pl.len().cast(pl.Int64).alias("records")))
        first = place.head(LISTED).with_columns(
            file_no=pl.col("record_id") // (1 << RECORD_BITS), record=pl.col("record_id") % (1 << RECORD_BITS)
        )
        listed.append(first.join(paths, on="file_no", how="left", maintain_order="left").select(*LOSS_SCHEMA))
    return replace(book, losses=pl.concat(listed), losses_summary=pl.concat(summary))
