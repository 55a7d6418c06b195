"""Bank accounts of people: banks and branches near the town that exist, account numbers nobody has."""

from __future__ import annotations

import polars as pl

from sample_data.forms import padded

_BRANCHES = (  # bank, branch: 福岡 岡垣, 西日本シティ 海老津, 北九州 折尾, 遠賀信金 岡垣・遠賀, 北九州農協 岡垣
    ("0177", "423"), ("0190", "259"), ("0191", "143"), ("1920", "003"), ("1920", "006"), ("8692", "102"),
)  # fmt: skip


def bank(person: pl.Expr) -> pl.Expr:
    """The 金融機関コード of a person's bank."""
    return _of_turn(person, {place: code for place, (code, _) in enumerate(_BRANCHES)})


def branch(person: pl.Expr) -> pl.Expr:
    """The 支店コード of a person's bank."""
    return _of_turn(person, {place: code for place, (_, code) in enumerate(_BRANCHES)})


def account(person: pl.Expr) -> pl.Expr:
    """The 口座番号 of a person."""
    return padded(1_000_000 + person * 7_919 % 8_999_999, 7)


def _of_turn(person: pl.Expr, codes: dict[int, str]) -> pl.Expr:
    return (person % len(_BRANCHES)).replace_strict(codes, return_dtype=pl.String)


def account_columns(person: pl.Expr, holds: pl.Expr, holder: pl.Expr) -> dict[str, pl.Expr]:
    """銀行番号, 支店番号, 預金種目, 口座番号, 口座名義カナ of a person, in every area the same; '' unless `holds`."""
    values = {
        "銀行番号": bank(person),
        "支店番号": branch(person),
        "預金種目": pl.lit("1"),
        "口座番号": account(person),
        "口座名義カナ": holder.str.replace_many(list("ｧｨｩｪｫｬｭｮｯ"), list("ｱｲｳｴｵﾔﾕﾖﾂ")),
    }
    return {name: pl.when(holds).then(value).otherwise(pl.lit("")) for name, value in values.items()}
