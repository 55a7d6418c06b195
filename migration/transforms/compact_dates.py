"""The dates that make up most of the data, by arithmetic: real days within their era, in the usual packed forms.

EYYMMDD (era code or letter), YYYYMMDD, and the ten characters YYYY-MM-DD, YYYY/MM/DD. Everything else is left to
`migration.transforms.dates`; a test holds the two together on every day.
"""

from __future__ import annotations

import datetime
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from migration.transforms.eras import LETTERS, STANDARD_CODES, era_codes, era_spans

_FIRST = datetime.date(1873, 1, 1)  # the first day of the Gregorian calendar in Japan
_LAST = datetime.date(2099, 12, 31)
_NOT_A_DAY = np.datetime64("1900-01-01")  # stands for no date when written western
_LARGEST_WESTERN = 20_991_231
_FIRST_WESTERN = _FIRST.year * 10_000 + _FIRST.month * 100 + _FIRST.day
_NOT_HERE = -1

Places = npt.NDArray[np.int32]


def compact_dates(texts: pl.Series, codes: str = STANDARD_CODES) -> pl.Series:
    """String → String `YYYY-MM-DD`; null where the text is not of the usual forms or not a plain day."""
    lengths = texts.str.len_bytes().fill_null(0).to_numpy()
    place = np.full(len(texts), _NOT_HERE, np.int32)
    digits = texts
    if (lengths == 10).any():
        digits = _without_separators(texts)
        lengths = np.where(lengths == 10, digits.str.len_bytes().fill_null(0).to_numpy(), lengths)
    numbers = digits.cast(pl.Int32, strict=False).fill_null(0).to_numpy()
    names, coded, western = _tables(codes)
    _look_up(place, (lengths == 7) & (numbers >= 1_000_000), numbers, coded, 0)
    _look_up(place, lengths == 8, numbers, western, _FIRST_WESTERN)
    lettered = (lengths == 7) & (place == _NOT_HERE) & (numbers == 0)
    if lettered.any():
        _by_letter(place, texts, lettered)
    found = pl.Series(place, dtype=pl.Int32)
    return names.gather(found.set(found == _NOT_HERE, None))


def _look_up(
    place: Places, asked: npt.NDArray[np.bool_], numbers: npt.NDArray[np.int32], table: Places, first: int
) -> None:
    asked = asked & (numbers >= first) & (numbers - first < len(table))
    place[asked] = table[numbers[asked] - first]


def _without_separators(texts: pl.Series) -> pl.Series:
    """Ten characters with the same separator twice lose it; other texts of ten characters become too long to count."""
    parted = pl.col("text").str.len_bytes() == 10
    year, month, day = (pl.col("text").str.slice(start, length) for start, length in ((0, 4), (5, 2), (8, 2)))
    first, second = pl.col("text").str.slice(4, 1), pl.col("text").str.slice(7, 1)
    usual = first.is_in(["-", "/"]) & (first == second)
    joined = pl.when(usual).then(year + month + day).otherwise(pl.lit("no number"))
    made = pl.when(parted).then(joined).otherwise(pl.col("text"))
    return texts.to_frame("text").select(made.alias("text")).to_series()


def _by_letter(place: Places, texts: pl.Series, lettered: npt.NDArray[np.bool_]) -> None:
    """S450301 as the standard code would write it."""
    rest = texts.filter(pl.Series(lettered))
    letters = pl.col("text").str.slice(0, 1).str.to_uppercase()
    era = letters.replace_strict(list(LETTERS), list(range(1, 6)), default=None, return_dtype=pl.Int32)
    number = pl.col("text").str.slice(1).str.extract("^([0-9]{6})$").cast(pl.Int32)
    found = rest.to_frame("text").select((era * 1_000_000 + number).fill_null(0)).to_series().to_numpy()
    _, coded, _ = _tables(STANDARD_CODES)
    places = np.full(len(found), _NOT_HERE, np.int32)
    _look_up(places, found > 0, found, coded, 0)
    place[lettered] = places


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
    return pl.Series(np.datetime_as_string(days)).cast(pl.String), coded, western
