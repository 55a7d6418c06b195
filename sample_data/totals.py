"""合計 the sender states with the delivery: counted from the old system's own tables, never from the files.

Withdrawn records (削除フラグ 1) do not count. A total with groups is stated for the whole ('') as well. One function
per [[total]] of rules.toml; the groups (`by`) are named by standard codes, as the rules name them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from reports.totals import EMPTY_GROUP
from sample_data.area import Frames, SampleArea
from sample_data.formats import ROOT, standard_codes

_SENDER = "現行ベンダーの件数表"
_WITHDRAWN = "削除フラグ"


def stated_totals(areas: Iterable[SampleArea], tables: Mapping[str, Frames], root: Path = ROOT) -> list[dict[str, str]]:
    """The rows of totals.csv for every [[total]] of the areas made; a total nobody can count is an error."""
    rows = []
    for area in areas:
        if area.id not in tables:
            continue
        rules = tomllib.loads((root / area.id / "rules.toml").read_text(encoding="utf-8"))
        kept = {name: _kept(frame) for name, frame in tables[area.id].items()}
        for total in rules.get("total", []):
            count = area.totals.get(total["id"])
            if count is None:
                raise ValueError(f"{area.id}: the generator cannot count the total {total['id']!r}")
            rows += [
                {"area": area.id, "total": total["id"], "by": by, "value": str(value), "source": _SENDER}
                for by, value in sorted(count(kept).items())
            ]
    return rows


def whole(frame: pl.DataFrame) -> dict[str, int]:
    """The number of records."""
    return {"": frame.height}


def grouped(frame: pl.DataFrame, column: str, area: str, codes: str) -> dict[str, int]:
    """Records by the standard code of a column, and all of them."""
    known = standard_codes(area, codes)
    counts = whole(frame)
    for legacy, number in frame.group_by(column, maintain_order=True).len().iter_rows():
        by = known.get(legacy, "") or EMPTY_GROUP
        counts[by] = counts.get(by, 0) + number
    return counts


def by_value(frame: pl.DataFrame, column: str) -> dict[str, int]:
    """Records by what stands in a column, and all of them."""
    return whole(frame) | dict(frame.group_by(column, maintain_order=True).len().rows())


def summed(frame: pl.DataFrame, by: str, amount: str) -> dict[str, int]:
    """The sum of an amount by a column, and of all."""
    sums = frame.with_columns(pl.col(amount).cast(pl.Int64))
    return {"": int(sums[amount].sum())} | dict(sums.group_by(by, maintain_order=True).agg(pl.col(amount).sum()).rows())


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col(_WITHDRAWN) == "0") if _WITHDRAWN in frame.columns else frame
