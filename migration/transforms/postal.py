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

from migration.transforms.identifiers import PADDED, read_number, repeating, undecided
from migration.transforms.municipalities import today
from migration.transforms.spec import Argument, Outcome, TransformSpec

RULE = "NUM-04"
WHOLE = "以下に掲載がない場合"
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


def postal_code(text: str, argument: str = "") -> Outcome:
    """7 digits without a hyphen; a doubt when there is no such code, or when it names no town."""
    read = read_number(text.replace("〒", "", 1))
    if read.fault:
        return Outcome(None, fault=f"郵便番号: {read.fault}", severity="E")
    plain = read.plain
    if not plain:
        return Outcome(None)
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 7:
        return Outcome(None, fault="郵便番号は7桁の数字です", severity="E")
    if len(plain) < 7:
        return _short(plain, read.flags, pad=argument == "pad")
    towns = towns_of(plain)
    if not towns:
        note = "この郵便番号は今の一覧にありません（古い番号か打ち間違い）"
        return Outcome(plain, note=note, flags=(*read.flags, "一覧にない"))
    parts = _parts(towns)
    if all(town.kind == "whole" for town in towns):
        note = f"「{WHOLE}」の番号です。町域が決まりません"
        return Outcome(plain, note=note, flags=(*read.flags, WHOLE), parts=parts)
    several = ("町域が複数",) if len(towns) > 1 else ()
    return Outcome(plain, flags=(*read.flags, *several), parts=parts)


def fast_postal_code(texts: pl.Series, _: str = "") -> pl.Series:
    """Codes of exactly one town, with or without their hyphen."""
    if repeating(texts):
        return undecided(texts)
    plain = texts.str.replace("^([0-9]{3})-([0-9]{4})$", "${1}${2}")
    sure = plain.is_in(_single().implode()) & texts.str.contains("^[0-9]{3}-?[0-9]{4}$")
    return plain.set(~sure.fill_null(False), None)


def _short(plain: str, flags: tuple[str, ...], pad: bool) -> Outcome:
    """Codes of Hokkaido and Tohoku begin with 0: a spreadsheet drops it. Three and five digits are old codes."""
    padded = plain.rjust(7, "0")
    if len(plain) == 6 and towns_of(padded):
        if pad:
            return Outcome(padded, flags=(*flags, PADDED), parts=_parts(towns_of(padded)))
        note = "郵便番号が6桁です。先頭の0が落ちた疑いがあります（引数 pad で補えます）"
        return Outcome(plain, note=note, flags=flags)
    old = "。1998年より前の番号なら住所から引き直してください" if len(plain) in (3, 5) else ""
    return Outcome(plain, note=f"郵便番号が{len(plain)}桁しかありません{old}", flags=flags, severity="E")


def _parts(towns: tuple[PostalTown, ...]) -> tuple[tuple[str, str], ...]:
    places = {town.municipality: today().by_code(town.municipality) for town in towns}
    names = dict.fromkeys(place.full_name for place in places.values() if place is not None)
    found = {
        "市区町村コード": "／".join(places),
        "市区町村": "／".join(names),
        "町域": "／".join(dict.fromkeys(town.town for town in towns if town.town)),
        "事業所": "／".join(dict.fromkeys(town.office for town in towns if town.office)),
    }
    return tuple((name, value) for name, value in found.items() if value)


@lru_cache(50_000)
def _towns_of(postal: str) -> tuple[PostalTown, ...]:
    first, last = np.searchsorted(_codes(), [int(postal), int(postal) + 1])
    return tuple(PostalTown(*row) for row in _table().slice(int(first), int(last - first)).iter_rows())


@cache
def _single() -> pl.Series:
    """Codes that need no word: one line, which names a town or an office."""
    alone = _table().filter(pl.len().over("postal") == 1, pl.col("kind") != "whole")
    return alone["postal"]


@cache
def _table() -> pl.DataFrame:
    return pl.read_parquet(TABLE)


@cache
def _codes() -> NDArray[np.int32]:
    return _table()["postal"].cast(pl.Int32).to_numpy()


POSTAL = (
    TransformSpec(
        "postal_code",
        "郵便番号（7桁・ハイフンなし。一覧にない番号、町域の決まらない番号は疑い）",
        Argument("pad＝先頭の0が落ちた番号に0を補う", choices=("pad",), optional=True),
        outcome=postal_code,
        fast=fast_postal_code,
        rule=RULE,
    ),
)
