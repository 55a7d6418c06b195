"""現行データ調査: what is in each column of a legacy table. Every figure counts records, not distinct values."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from mappings.legacy_source import CodeMap, LegacyTable
from reports.character_classes import kinds, pattern_text

COUNTED = pl.List(pl.Struct({"value": pl.String(), "count": pl.Int64()}))
CLASSES = ("ascii", "half_kana", "full_width", "gaiji", "loss_marks", "undecodable", "control", "shift_codes")
PROFILE_SCHEMA: dict[str, pl.DataType] = {
    "column": pl.String(),
    "rows": pl.Int64(),
    "filled": pl.Int64(),
    "fill_rate": pl.Float64(),  # 0 … 1; null for a table without records
    "distinct": pl.Int64(),
    "min_length": pl.Int64(),  # characters
    "max_length": pl.Int64(),
    "lengths": COUNTED,  # most frequent first, value = the length
    **dict.fromkeys(CLASSES, pl.Int64()),  # records with such characters (ascii: with no others)
    "odd_width": pl.Int64(),  # records with half-width characters in a column that is full width nearly everywhere
    "top_values": COUNTED,  # empty where values may not be shown
    "patterns": COUNTED,
    "unknown_codes": COUNTED,  # values the code map does not have
    "unknown_records": pl.Int64(),  # records with such a value; null when the column has no code map
    "number_min": pl.String(),
    "number_max": pl.String(),
    "date_min": pl.String(),  # YYYY-MM-DD
    "date_max": pl.String(),
    "shown": pl.Boolean(),  # false: values are withheld, only patterns
}
TOP = 10
UNKNOWN_CODES = 100
SMALL = 10  # counts below are not shown in the vendor edition
FULL_WIDTH = 0.8  # share of records without half-width characters from which a column is taken for full width
_DAY_LENGTHS = (8, 10)  # YYYYMMDD to YYYY-MM-DD
_SHAPE = r"^(?:1[89]|20)[0-9]{2}(?:[0-9]{4}|-[0-9]{2}-[0-9]{2}|/[0-9]{2}/[0-9]{2})$"
_OBVIOUS = 0.95  # share of dates from which a column is taken for dates


def profile_table(
    frame: pl.LazyFrame,
    table: LegacyTable,
    codes: Mapping[str, CodeMap],
    secret: Collection[str],
    vendor_edition: bool = False,
) -> pl.DataFrame:
    """One row per declared column (PROFILE_SCHEMA). `frame` is the staged table; each column is read once.

    `codes` gives the code map of coded columns. Of the columns in `secret` only fill, lengths and patterns are told.
    The vendor edition leaves out every value, pattern and length that fewer than SMALL records have, and all extremes.
    """
    rows = int(frame.select(pl.len()).collect(engine="streaming").item())
    least = SMALL if vendor_edition else 1
    lines = [
        _column(
            frame, column.name, rows, codes.get(column.name), column.name not in secret and not column.secret, least
        )
        for column in table.columns
    ]
    return pl.DataFrame(lines, schema=PROFILE_SCHEMA)


def _column(
    frame: pl.LazyFrame, name: str, rows: int, codes: CodeMap | None, shown: bool, least: int
) -> dict[str, object]:
    values = (
        frame.select(pl.col(name).alias("value"))
        .filter(pl.col("value").is_not_null())
        .group_by("value")
        .agg(pl.len().cast(pl.Int64).alias("count"))
        .collect(engine="streaming")
    )
    looked = values.hstack(kinds(values["value"]))
    filled = int(values["count"].sum())
    length = looked.select(pl.col("length").cast(pl.String), "count")
    asked = ((length, "length"), (looked, "pattern"), (values, "value"))
    answers = pl.collect_all([_counted(counted, part, least) for counted, part in asked])
    lengths, patterns, top_values = (answer.to_dicts() for answer in answers)
    sums = looked.select(pl.col("count").filter(kind).sum().alias(kind) for kind in (*CLASSES, "half_width"))
    by_class = sums.row(0, named=True)
    half_width = by_class.pop("half_width")
    line: dict[str, object] = {
        "column": name,
        "rows": rows,
        "filled": filled,
        "fill_rate": filled / rows if rows else None,
        "distinct": len(values),
        "min_length": looked["length"].min(),
        "max_length": looked["length"].max(),
        "lengths": lengths,
        **by_class,
        "odd_width": half_width if filled - half_width >= filled * FULL_WIDTH else 0,
        "patterns": [{**row, "value": pattern_text(row["value"])} for row in patterns],
        "top_values": top_values if shown else [],
        "unknown_codes": [],
        "shown": shown,
    }
    if shown and least == 1:
        line |= _ranges(looked, filled)
    if shown:
        line |= _unknown(values, codes, least)
    return line


def _counted(values: pl.DataFrame, column: str, least: int, top: int = TOP) -> pl.LazyFrame:
    """The most frequent values of a column, each with its records; ties in order of value."""
    counts = values.lazy().group_by(pl.col(column).alias("value")).agg(pl.col("count").sum())
    counts = counts.filter(pl.col("count") >= least).sort(["count", "value"], descending=[True, False])
    return counts.head(top)


def _unknown(values: pl.DataFrame, codes: CodeMap | None, least: int) -> dict[str, object]:
    if codes is None:
        return {}
    known = pl.Series(sorted(codes.entries), dtype=pl.String)
    unknown = values.filter(~pl.col("value").is_in(known.implode()))
    return {
        "unknown_codes": _counted(unknown, "value", least, UNKNOWN_CODES).collect().to_dicts(),
        "unknown_records": int(unknown["count"].sum()),
    }


def _ranges(looked: pl.DataFrame, filled: int) -> dict[str, object]:
    """Smallest and largest day when nearly all are days, else number when all are whole numbers."""
    if not filled:
        return {}
    long_enough = looked.filter(pl.col("length").is_between(*_DAY_LENGTHS))
    if int(long_enough["count"].sum()) >= filled * _OBVIOUS:
        first, last, count = _days(long_enough)
        if count >= filled * _OBVIOUS:
            return {"date_min": first, "date_max": last}
    if not looked["value"].str.contains("^[+-]?[0-9]{1,18}$").all():
        return {}
    numbers = looked["value"].str.strip_prefix("+").cast(pl.Int64)
    return {"number_min": str(numbers.min()), "number_max": str(numbers.max())}


def _days(values: pl.DataFrame) -> tuple[str | None, str | None, int]:
    """The first and the last of the texts that are days, and how many records have one."""
    digits = pl.col("value").str.replace_all("[-/]", "")
    shaped = pl.col("value").str.contains(_SHAPE)
    days = values.lazy().filter(shaped).select("count", day=digits.str.to_date("%Y%m%d", strict=False))
    days = days.filter(pl.col("day").is_not_null())
    ends = (pl.col("day").min().cast(pl.String).alias("first"), pl.col("day").max().cast(pl.String).alias("last"))
    first, last, count = days.select(*ends, pl.col("count").sum()).collect().row(0)
    return first, last, int(count)
