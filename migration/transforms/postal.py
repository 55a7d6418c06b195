"""Postal codes (郵便番号): what towns a code stands for, and the transform that checks one.

`migration/transforms/data/postal_towns.parquet` (see SOURCE.md there) is sorted by code. Kana are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

TABLE = Path(__file__).with_name("data") / "postal_towns.parquet"


@dataclass(frozen=True, slots=True)
class PostalTown:
    """One town of a postal code.

    `kind`: town; whole = the rest of a municipality (以下に掲載がない場合: `town` is ''); office = a code of one
    addressee, named in `office`, its lot in `note`. `note`: what stands in （ ） behind the town, as it stands.
    `partial`: the town has other codes too; `koaza`: lots are numbered by 小字; `chome`: the town has 丁目.
    """

    postal: str
    kind: str
    municipality: str  # 6 digits
    town: str
    note: str
    partial: bool
    koaza: bool
    chome: bool
    office: str


def towns_of(postal: str) -> tuple[PostalTown, ...]:
    """The towns of a code of 7 digits; () for a code there is not, and for any other text."""
    return _towns_of(postal) if len(postal) == 7 and postal.isascii() and postal.isdigit() else ()


def known_codes() -> pl.Series:
    """Every code there is, sorted."""
    return _table()["postal"].unique(maintain_order=True)


@lru_cache(50_000)
def _towns_of(postal: str) -> tuple[PostalTown, ...]:
    first, last = np.searchsorted(_codes(), [int(postal), int(postal) + 1])
    return tuple(PostalTown(*row) for row in _table().slice(int(first), int(last - first)).iter_rows())


@cache
def _table() -> pl.DataFrame:
    return pl.read_parquet(TABLE)


@cache
def _codes() -> NDArray[np.int32]:
    return _table()["postal"].cast(pl.Int32).to_numpy()
