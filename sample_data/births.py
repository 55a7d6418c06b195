"""Whose birth the 住民票 knows to the day: faults about ages need such people."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames

_FIRST_YEARS = {"1": 1868, "2": 1912, "3": 1926, "4": 1989, "5": 2019}  # of the era, by the old system's digit


def known_births(tables: Mapping[str, Frames]) -> list[str]:
    """宛名番号 of the people born on a day of the calendar; nobody without 住民基本台帳."""
    if "jumin" not in tables:
        return []
    text = pl.col("生年月日")
    year = text.str.head(1).replace_strict(_FIRST_YEARS, default=None, return_dtype=pl.Int32) - 1
    year = year + text.str.slice(1, 2).cast(pl.Int32, strict=False)
    day = pl.concat_str(year.cast(pl.String), text.str.slice(3)).str.to_date("%Y%m%d", strict=False)
    known = (pl.col("最新区分") == "1") & (pl.col("生年月日不詳区分") == "0") & day.is_not_null()
    return tables["jumin"]["juki"].filter(known)["宛名番号"].to_list()
