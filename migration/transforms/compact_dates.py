"""The dates that make up most of the data, by arithmetic: EYYMMDD and YYYYMMDD of real days within their era.

Everything else is left to `migration.transforms.calendar`; a test holds the two together on every day.
"""

from __future__ import annotations

import datetime
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from migration.transforms.dates import era_spans

_FIRST = datetime.date(1873, 1, 1)  # the first day of the Gregorian calendar in Japan
_LAST = datetime.date(2099, 12, 31)
_LARGEST_CODED = 5_999_999
_LARGEST_WESTERN = 20_991_231
_NOT_HERE = -1

Places = npt.NDArray[np.int32]


def compact_dates(texts: pl.Series, _: str = "") -> pl.Series:
    """String → String `YYYY-MM-DD`; null where the text is not of the usual form or not a plain day."""
    names, coded, western = _tables()
    numbers = texts.cast(pl.Int32, strict=False).fill_null(0).to_numpy()
    lengths = texts.str.len_bytes().fill_null(0).to_numpy()
    place = np.full(len(texts), _NOT_HERE, np.int32)
    sevens = (lengths == 7) & (numbers > 0) & (numbers <= _LARGEST_CODED)
    place[sevens] = coded[numbers[sevens]]
    eights = (lengths == 8) & (numbers >= _first_western()) & (numbers <= _LARGEST_WESTERN)
    place[eights] = western[numbers[eights] - _first_western()]
    found = pl.Series(place, dtype=pl.Int32)
    return names.gather(found.set(found == _NOT_HERE, None))


@cache
def _tables() -> tuple[pl.Series, Places, Places]:
    """The texts of all days, and their places by coded wareki and by western number."""
    days = np.arange(np.datetime64(_FIRST), np.datetime64(_LAST) + 1)
    months = days.astype("datetime64[M]")
    year = days.astype("datetime64[Y]").astype(int) + 1970
    month = months.astype(int) % 12 + 1
    date = (days - months).astype(int) + 1
    place = np.arange(len(days), dtype=np.int32)
    western = np.full(_LARGEST_WESTERN - _first_western() + 1, _NOT_HERE, np.int32)
    western[year * 10_000 + month * 100 + date - _first_western()] = place
    coded = np.full(_LARGEST_CODED + 1, _NOT_HERE, np.int32)
    for code, (start, end, first_year) in enumerate(era_spans(), start=1):
        count = year - first_year + 1
        inside = (days >= np.datetime64(start)) & (days <= np.datetime64(end)) & (count <= 99)
        coded[(code * 1_000_000 + count * 10_000 + month * 100 + date)[inside]] = place[inside]
    return pl.Series(np.datetime_as_string(days)).cast(pl.String), coded, western


def _first_western() -> int:
    return _FIRST.year * 10_000 + _FIRST.month * 100 + _FIRST.day
