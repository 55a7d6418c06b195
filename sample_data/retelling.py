"""The town's tables as another vendor keeps them: its own tables, columns, codes and signs, the same facts.

`vendors/<vendor>/<area>/tables.toml` says for each table of that vendor which table here its records come from:
    [<table>]
    from      the table
    where     which of its records (the language of conditions)
    joins     [{alias, table, on = [[column here, column there]], where}]: at most one record each
    rows      {number, of}: repeated columns (納期限１, 納期限２ …) become a row each; `of`: their names without number
    distinct  columns: the first record of each set of their values
    order     columns to sort by
and `<table>.csv` beside it what is written in each column: column, from (`A`, `alias.A`, `A+B`; '' = nothing), write
(`sample_data.rewriting`). Everything else, widths and encodings, stands in the vendor's folder in `mappings`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from mappings.errors import InputError, did_you_mean
from mappings.parsing import parse
from sample_data import formats
from sample_data.area import Frames
from sample_data.lists import read_rows
from sample_data.rewriting import rewritten
from validators.polars_expression import PolarsContext, to_condition

FOLDER = Path(__file__).with_name("vendors")
_DIGITS = "１２３４５６７８９"
Entry: TypeAlias = Mapping[str, Any]


def vendors() -> list[str]:
    """Vendors the town can be told by, besides the one it is made in."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def require_vendor(vendor: str, faults: str) -> None:
    """An InputError for a vendor nobody can write, or for faults in another vendor's tables."""
    known = [formats.VENDOR, *vendors()]
    if vendor not in known:
        raise InputError(
            f"--vendor「{vendor}」の書式では見本を作れません（{'、'.join(known)}）。{did_you_mean(vendor, known)}"
        )
    if vendor != formats.VENDOR and faults != "none":
        raise InputError(
            f"誤りを仕込めるのは {formats.VENDOR} の書式だけです。"
            f"--vendor {vendor} には --faults none を付けてください。"
        )


def areas_of(vendor: str, folder: Path = FOLDER) -> list[str]:
    """The areas a vendor's tables are described for."""
    return sorted(path.parent.name for path in folder.glob(f"{vendor}/*/tables.toml"))


def retold(area: str, frames: Frames, vendor: str, folder: Path = FOLDER) -> dict[str, pl.DataFrame]:
    """Every table of `vendor` for an area, from its tables here; all Strings, columns in the vendor's order."""
    here = {name: _emptied(frame, formats.blanks(area)[name]) for name, frame in frames.items()}
    place = folder / vendor / area
    entries = tomllib.loads((place / "tables.toml").read_text(encoding="utf-8"))
    letters = _letters(area, vendor)
    codes = partial(_codes, area, vendor)
    told = {}
    for name, entry in entries.items():
        records = _records(here, entry)
        columns = [
            rewritten(_source(records, row["from"]), row["write"], codes).alias(row["column"])
            for row in read_rows(place / f"{name}.csv")
        ]
        told[name] = pl.DataFrame(columns).with_columns(pl.all().str.replace_many(letters) if letters else pl.all())
    return told


def _records(here: Frames, entry: Entry) -> pl.DataFrame:
    records = _where(here[entry["from"]], entry)
    for join in entry.get("joins", []):
        records = _joined(records, join, here)
    if "rows" in entry:
        records = _as_rows(records, entry["rows"])
    if "distinct" in entry:
        records = records.unique(entry["distinct"], keep="first", maintain_order=True)
    return records.sort(entry["order"], maintain_order=True) if "order" in entry else records


def _where(records: pl.DataFrame, entry: Entry) -> pl.DataFrame:
    if "where" not in entry:
        return records
    filled = records.with_columns(pl.when(pl.all() != "").then(pl.all()))
    return records.filter(filled.select(to_condition(parse(entry["where"]), PolarsContext()).alias("#")).to_series())


def _joined(records: pl.DataFrame, join: Entry, here: Frames) -> pl.DataFrame:
    left, right = [one for one, _ in join["on"]], [one for _, one in join["on"]]
    there = _where(here[join["table"]], join).unique(right, keep="first", maintain_order=True)
    keys = [f"#{name}" for name in right]
    named = there.select(
        *[pl.col(name).alias(key) for name, key in zip(right, keys, strict=True)],
        pl.all().name.prefix(f"{join['alias']}."),
    )
    return records.join(named, left_on=left, right_on=keys, how="left", maintain_order="left").fill_null("")


def _as_rows(records: pl.DataFrame, rows: Entry) -> pl.DataFrame:
    """A row for every set of the repeated columns that is not empty; the number of the set beside it."""
    times = sum(f"{rows['of'][0]}{digit}" in records.columns for digit in _DIGITS)
    sets = [
        records.with_columns(
            *[pl.col(f"{name}{_DIGITS[place]}").alias(name) for name in rows["of"]],
            pl.lit(str(place + 1)).alias(rows["number"]),
        ).with_row_index("#record")
        for place in range(times)
    ]
    filled = pl.concat(sets).filter(pl.any_horizontal(pl.col(name) != "" for name in rows["of"]))
    return filled.sort("#record", maintain_order=True).drop("#record")


def _source(records: pl.DataFrame, text: str) -> pl.Series:
    if not text:
        return pl.repeat("", records.height, dtype=pl.String, eager=True)
    return records.select(pl.concat_str([pl.col(name) for name in text.split("+")])).to_series()


def _emptied(frame: pl.DataFrame, blanks: tuple[str, ...]) -> pl.DataFrame:
    return frame.with_columns(pl.when(~pl.all().is_in(list(blanks))).then(pl.all()).otherwise(pl.lit("")))


def _codes(area: str, vendor: str, here: str, there: str) -> dict[str, str]:
    """Code here → a code of the vendor with the same standard code."""
    theirs: dict[str, str] = {}
    for legacy, standard in formats.standard_codes(area, there, vendor).items():
        theirs.setdefault(standard, legacy)
    ours = formats.standard_codes(area, here)
    return {legacy: theirs[standard] for legacy, standard in ours.items() if standard in theirs}


def _letters(area: str, vendor: str) -> dict[str, str]:
    """Private-use character here → the vendor's for the same character, or the character itself where it has none.

    One nobody has identified goes to one nobody has identified there, or stays.
    """
    theirs: dict[str, list[str]] = {}
    for text, private in formats.external_characters(area, vendor, confirmed=False):
        theirs.setdefault(text, []).append(private)
    ours = formats.external_characters(area, confirmed=False)
    return {private: theirs[text].pop(0) if theirs.get(text) else text or private for text, private in ours}
