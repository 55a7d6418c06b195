"""Faults that lie between 住民情報 and another area: each record is right by itself, together they are not."""

from __future__ import annotations

import polars as pl

from sample_data.bench import Bench, Picked
from sample_data.planters import Planter, cells

JUKI = "jumin.juki"
LATEST = pl.col("最新区分") == "1"
LIVING = LATEST & (pl.col("住民状態") == "10")
UNINSURED = (pl.col("国保区分") == "0") & (pl.col("後期区分") == "0") & ~pl.col("_insured")
OF_AGE = (pl.col("住民種別") == "0") & pl.col("生年月日").is_between(pl.lit("3500101"), pl.lit("4120101"))
RECIPIENT = "jite.jukyusha"


def _other_account(bench: Bench, count: int) -> list[str]:
    """The account of 児童手当 is not that of 児童扶養手当 any more: one of them is out of date."""
    single = [
        row.record["宛名番号"] for row in bench.matching("jifu.shikakusha", pl.col("資格_状態").is_in(["1", "5"]))
    ]
    both = (pl.col("資格状態") == "10") & pl.col("宛名番号").is_in(single)
    keys = []
    for one in bench.pick(RECIPIENT, both, count):
        bench.change(one, 口座番号="9" + one.record["口座番号"][1:])
        keys.append(_register_key(bench, one))
    return keys


def _register_key(bench: Bench, one: Picked) -> str:
    """The key of the latest row of 住民情報 of the same person."""
    same = LATEST & (pl.col("宛名番号") == one.record["宛名番号"])
    return bench.key_of(JUKI, next(bench.matching(JUKI, same)).record)


ACROSS: dict[str, Planter] = {
    "jumin-COM-20": _other_account,
    "jumin-JUK-16-2": cells(JUKI, LIVING & OF_AGE & (pl.col("児手区分") == "0"), 児手区分="1", 児手開始年月="202604"),
    "jumin-JUK-16-3": cells(JUKI, LIVING & (pl.col("後期区分") == "1"), 国保区分="1", 国保取得日="5080401"),
    "jumin-JUK-16": cells(JUKI, LIVING & UNINSURED & OF_AGE, 国保区分="1", 国保取得日="5080401"),
}
