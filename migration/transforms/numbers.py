"""Number and text-part transforms, native."""

from __future__ import annotations

import polars as pl

from migration.transforms.characters import SPACES, narrow
from migration.transforms.spec import Argument, TransformSpec

SEPARATORS = {"none": "", "space_full": "　", "space": " ", "hyphen": "-", "hyphen_full": "－"}
_SEPARATOR = Argument("区切り", choices=tuple(SEPARATORS))
_INTEGER = "^[+-]?[0-9]+$"


def digits(text: pl.Expr, _: str = "") -> pl.Expr:
    plain = _plain(text)
    return pl.when(plain.str.contains("^[0-9]+$")).then(plain)


def not_digits(text: pl.Expr, _: str = "") -> pl.Expr:
    return ~_plain(text).str.contains("^[0-9]*$")


def zero_pad(text: pl.Expr, argument: str) -> pl.Expr:
    plain = _plain(text)
    return pl.when(plain != "").then(plain.str.pad_start(int(argument), "0"))


def strip_zeros(text: pl.Expr, _: str = "") -> pl.Expr:
    plain = _plain(text)
    rest = plain.str.strip_chars_start("0")
    return pl.when(plain != "").then(pl.when(rest == "").then(pl.lit("0")).otherwise(rest))


def integer(text: pl.Expr, _: str = "") -> pl.Expr:
    plain = _number(text)
    bare = plain.str.strip_chars_start("+-").str.strip_chars_start("0")
    signed = pl.when(plain.str.starts_with("-")).then(pl.concat_str([pl.lit("-"), bare])).otherwise(bare)
    return pl.when(plain.str.contains(_INTEGER)).then(pl.when(bare == "").then(pl.lit("0")).otherwise(signed))


def not_integer(text: pl.Expr, _: str = "") -> pl.Expr:
    plain = _number(text)
    return (plain != "") & ~plain.str.contains(_INTEGER)


def hyphen_free(text: pl.Expr, _: str = "") -> pl.Expr:
    plain = _plain(text).str.replace_all("[-()ー]", "", literal=False)
    return pl.when(plain != "").then(plain)


def before(text: pl.Expr, argument: str) -> pl.Expr:
    part = text.str.splitn(SEPARATORS[argument], 2).struct.field("field_0")
    return pl.when(part != "").then(part)


def after(text: pl.Expr, argument: str) -> pl.Expr:
    part = text.str.splitn(SEPARATORS[argument], 2).struct.field("field_1").str.strip_chars_start(SPACES)
    return pl.when(part != "").then(part)


def const(text: pl.Expr, argument: str) -> pl.Expr:
    return pl.when(text.is_not_null()).then(pl.lit(argument))


def joined(text: pl.Expr, _: str) -> pl.Expr:
    """The joining itself is done on the columns (migration.converting.items)."""
    return text


def _plain(text: pl.Expr) -> pl.Expr:
    return narrow(text).str.strip_chars(SPACES)


def _number(text: pl.Expr) -> pl.Expr:
    """Grouping commas go only where they group by three; the sign may stand behind (host systems write 123-)."""
    plain = _plain(text)
    grouped = plain.str.contains("^[+-]?[0-9]{1,3}(,[0-9]{3})+$")
    return pl.when(grouped).then(plain.str.replace_all(",", "", literal=True)).otherwise(plain)


NUMBERS = (
    TransformSpec(
        "digits", "半角数字に。数字以外があれば指摘", native=digits, fault=not_digits, reason="数字ではありません"
    ),
    TransformSpec("zero_pad", "左を 0 で埋める", Argument("桁数", count=True), native=zero_pad),
    TransformSpec("strip_zeros", "左の 0 を取る", native=strip_zeros),
    TransformSpec(
        "integer", "整数（前ゼロ・＋・桁区切りなし）に", native=integer, fault=not_integer, reason="整数ではありません"
    ),
    TransformSpec("hyphen_free", "ハイフンと括弧を取って半角に（郵便番号・電話）", native=hyphen_free),
)

PARTS = (
    TransformSpec("join", "A+B を区切りでつなぐ（先頭だけ）", _SEPARATOR, native=joined, first=True),
    TransformSpec("before", "区切りより前", Argument("区切り", choices=tuple(SEPARATORS)[1:]), native=before),
    TransformSpec("after", "区切りより後ろ", Argument("区切り", choices=tuple(SEPARATORS)[1:]), native=after),
    TransformSpec("const", "値があれば決まった値に", Argument("値", free=True), native=const),
)
