"""Transforms that take or put together parts of a text, native."""

from __future__ import annotations

import polars as pl

from migration.transforms.characters import SPACES
from migration.transforms.spec import Argument, TransformSpec, place_numbers

SEPARATORS = {"none": "", "space_full": "　", "space": " ", "hyphen": "-", "hyphen_full": "－"}
_JOINER = Argument("区切り", choices=tuple(SEPARATORS))
_SEPARATOR = Argument("区切り", choices=tuple(SEPARATORS)[1:])
_PLACES = Argument("位置", places=True)


def before(text: pl.Expr, argument: str) -> pl.Expr:
    part = text.str.splitn(SEPARATORS[argument], 2).struct.field("field_0")
    return pl.when(part != "").then(part)


def after(text: pl.Expr, argument: str) -> pl.Expr:
    part = text.str.splitn(SEPARATORS[argument], 2).struct.field("field_1").str.strip_chars_start(SPACES)
    return pl.when(part != "").then(part)


def cut(text: pl.Expr, argument: str) -> pl.Expr:
    first, last = place_numbers(argument)
    part = text.str.slice(first - 1, last - first + 1 if last else None)
    return pl.when(part != "").then(part)


def const(text: pl.Expr, argument: str) -> pl.Expr:
    return pl.when(text.is_not_null()).then(pl.lit(argument))


def joined(text: pl.Expr, _: str) -> pl.Expr:
    """The joining itself is done on the columns (migration.converting.items)."""
    return text


PARTS = (
    TransformSpec(
        "join",
        "A+B を区切りでつなぐ（先頭だけ）",
        Argument("区切り", choices=tuple(SEPARATORS)),
        native=joined,
        first=True,
    ),
    TransformSpec("before", "区切りより前", _SEPARATOR, native=before),
    TransformSpec("after", "区切りより後ろ", _SEPARATOR, native=after),
    TransformSpec("cut", "何字目から何字目までを切り出す（cut:3-5。終わりまでなら cut:3-）", _PLACES, native=cut),
    TransformSpec("const", "値があれば決まった値に", Argument("値", free=True), native=const),
)
