"""The dates that make up most of the data, by arithmetic: real days within their era, in the usual forms.

EYYMMDD by era code and YYYYMMDD as numbers, the written forms by `migration.transforms.date_shapes`. Everything else is
left to `migration.transforms.dates`; a test holds the two together on every day.
"""

from __future__ import annotations

import datetime
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from migration.transforms.date_shapes import written_numbers
from migration.transforms.eras import STANDARD_CODES, era_codes, era_spans

_FIRST = datetime.date(1873, 1, 1)  # the first day of the Gregorian calendar in Japan
_LAST = datetime.date(2099, 12, 31)
_NOT_A_DAY = np.datetime64("1900-01-01")  # stands for no date when written western
_LARGEST_WESTERN = 20_991_231
_FIRST_WESTERN = _FIRST.year * 10_000 + _FIRST.month * 100 + _FIRST.day
_NOT_HERE = -1

Places = npt.NDArray[np.int32]


def compact_dates(texts: pl.Series, codes: str = STANDARD_CODES, written: bool = True) -> pl.Series:
    """String → String `YYYY-MM-DD`; null where the text is not of the usual forms or not a plain day.

    `written`: dates with letters, kanji, separators or full-width digits too.
    """
    lengths = texts.str.len_bytes().fill_null(0).to_numpy()
    place = np.full(len(texts), _NOT_HERE, np.int32)
    names, coded, western = _tables(codes)
    short = (lengths == 7) | (lengths == 8)
    if short.any():
        numbers = texts.cast(pl.Int32, strict=False).fill_null(0).to_numpy()
        _look_up(place, (lengths == 7) & (numbers >= 1_000_000), numbers, coded, 0)
        _look_up(place, lengths == 8, numbers, western, _FIRST_WESTERN)
        short &= numbers != 0
    rest = ~short & (lengths > 0)
    if written and rest.any():
        numbers = written_numbers(texts, lengths, rest)
        _look_up(place, rest & (numbers < _FIRST_WESTERN), numbers, _tables(STANDARD_CODES)[1], 0)
        _look_up(place, rest, numbers, western, _FIRST_WESTERN)
    found = pl.Series(place, dtype=pl.Int32)
    return names.gather(found.set(found == _NOT_HERE, None))


def _look_up(
    place: Places, asked: npt.NDArray[np.bool_], numbers: npt.NDArray[np.int32], table: Places, first: int
) -> None:
    asked = asked & (numbers >= first) & (numbers - first < len(table))
    place[asked] = table[numbers[asked] - first]


@cache
def _tables(codes: str) -> tuple[pl.Series, Places, Places]:
    """The texts of all days, and their places by coded wareki and by western number."""
    days = np.arange(np.datetime64(_FIRST), np.datetime64(_LAST) + 1)
    months = days.astype("datetime64[M]")
    year = days.astype("datetime64[Y]").astype(int) + 1970
    month = months.astype(int) % 12 + 1
    date = (days - months).astype(int) + 1
    place = np.arange(len(days), dtype=np.int32)
    western = np.full(_LARGEST_WESTERN - _FIRST_WESTERN + 1, _NOT_HERE, np.int32)
    western[year * 10_000 + month * 100 + date - _FIRST_WESTERN] = np.where(days == _NOT_A_DAY, _NOT_HERE, place)
    coded = np.full(10_000_000, _NOT_HERE, np.int32)
    spans = era_spans()
    for sign, era in era_codes(codes).items():
        if era < 0 or not "0" < sign <= "9":
            continue
        start, end, first_year = spans[era]
        count = year - first_year + 1
        inside = (days >= np.datetime64(start)) & (days <= np.datetime64(end)) & (count <= 98)
        coded[(int(sign) * 1_000_000 + count * 10_000 + month * 100 + date)[inside]] = place[inside]
    return pl.Series(days).cast(pl.Date).cast(pl.String), coded, western
