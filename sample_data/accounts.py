"""Bank accounts of people: banks and branches near the town that exist, account numbers nobody has."""

from __future__ import annotations

import polars as pl

from sample_data.forms import padded

_BRANCHES = (  # bank, branch: 福岡 岡垣, 西日本シティ 海老津, 北九州 折尾, 遠賀信金 岡垣・遠賀, 北九州農協 岡垣
    ("0177", "423"), ("0190", "259"), ("0191", "143"), ("1920", "003"), ("1920", "006"), ("8692", "102"),
)  # fmt: skip


def account_columns(person: pl.Expr, holds: pl.Expr, holder: pl.Expr) -> dict[str, pl.Expr]:
    """銀行番号, 支店番号, 預金種目, 口座番号, 口座名義カナ of a person, in every area the same; '' unless `holds`."""
    turn = person % len(_BRANCHES)
    banks = {place: bank for place, (bank, _) in enumerate(_BRANCHES)}
    branches = {place: branch for place, (_, branch) in enumerate(_BRANCHES)}
    values = {
        "銀行番号": turn.replace_strict(banks, return_dtype=pl.String),
        "支店番号": turn.replace_strict(branches, return_dtype=pl.String),
        "預金種目": pl.lit("1"),
        "口座番号": padded(1_000_000 + person * 7_919 % 8_999_999, 7),
        "口座名義カナ": holder.str.replace_many(list("ｧｨｩｪｫｬｭｮｯ"), list("ｱｲｳｴｵﾔﾕﾖﾂ")),
    }
    return {name: pl.when(holds).then(value).otherwise(pl.lit("")) for name, value in values.items()}
