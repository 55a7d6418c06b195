"""Whole months of days that are ordinals of `datetime.date`."""

from __future__ import annotations

from typing import TypeAlias

import polars as pl

from sample_data.forms import EPOCH, to_date

Months: TypeAlias = int | pl.Expr


def month_start(day: pl.Expr, later: Months = 0) -> pl.Expr:
    """The first day of the month of `day`, so many months later (negative: earlier)."""
    there = month_number(day) + later
    return pl.date(there // 12, there % 12 + 1, 1).cast(pl.Int32).cast(pl.Int64) + EPOCH


def month_number(day: pl.Expr) -> pl.Expr:
    """Months since the year 0: differences are numbers of months."""
    date = to_date(day)
    return date.dt.year().cast(pl.Int64) * 12 + date.dt.month().cast(pl.Int64) - 1
