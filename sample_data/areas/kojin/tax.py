"""The tax of a year: deductions, 課税標準, 所得割 and 均等割, by the law of that year (地方税法; amounts in yen)."""

from __future__ import annotations

import polars as pl

from sample_data.areas.kojin.income import GROWING, OLD_SPOUSE, SPOUSE, STUDENT, YOUNG

TOWN, PREFECTURE = ("town", 6), ("pref", 4)  # 所得割: per cent
_KINDS = {GROWING: ("general", 330_000), STUDENT: ("student", 450_000), YOUNG: ("young", 0)}


def with_family(people: pl.DataFrame, children: pl.DataFrame, year: int) -> pl.DataFrame:
    """People with spouse_kind ('' none), spouse_atena, and the numbers of dependents: general, student, young."""
    limit = 380_000 if year == 2020 else 580_000 if year >= 2026 else 480_000
    other = people.filter(~pl.col("outsider")).select(
        spouse="person", spouse_atena="atena", their_total="total", their_home="household",
        old=pl.col("age") >= 70.01, kept=pl.col("seiho"),
    )  # fmt: skip
    joined = people.join(other, on="spouse", how="left", maintain_order="left")
    claims = (
        (pl.col("their_total") <= limit)
        & (pl.col("total") > limit)
        & (pl.col("their_home") == pl.col("household"))
        & ~pl.col("kept")
    ).fill_null(False)
    kind = pl.when(claims & pl.col("old")).then(pl.lit(OLD_SPOUSE)).when(claims).then(pl.lit(SPOUSE))
    counts = children.group_by("guardian").agg(
        **{name: (pl.col("kind") == word).sum().cast(pl.Int64) for word, (name, _) in _KINDS.items()}
    )
    earning = pl.col("total") > limit
    return (
        joined.with_columns(spouse_kind=kind.otherwise(pl.lit("")))
        .join(counts, left_on="person", right_on="guardian", how="left", maintain_order="left")
        .with_columns(pl.when(earning).then(pl.col(n).fill_null(0)).otherwise(0).alias(n) for n, _ in _KINDS.values())
        .drop("their_total", "their_home", "old", "kept")
    )


def with_tax(people: pl.DataFrame, year: int) -> pl.DataFrame:
    """People with deductions, taxable, the parts of 所得割 and 均等割, and year_tax (年税額); exempt says why not."""
    steps = (_deductions(year), _sums(), _exempt(year), _shares(), _relief(year), _income_rates(), _per_head(year))
    for step in steps:
        people = people.with_columns(**step)
    return people.with_columns(
        year_tax=pl.sum_horizontal("town_income", "pref_income", "town_head", "pref_head", "forest")
    )


def _deductions(year: int) -> dict[str, pl.Expr]:
    pension, business = pl.col("pension"), pl.col("business_income")
    insured = pl.col("paid") * 147 // 1_000 + pension * 6 // 100 + pl.max_horizontal(business, pl.lit(0)) * 11 // 100
    spouse = pl.col("spouse_kind")
    return {
        "insured": insured // 1_000 * 1_000,
        "life": pl.when((pl.col("total") > 0) & (pl.col("person") % 3 == 0) & pl.col("final")).then(28_000)
        .otherwise(0),
        "for_spouse": pl.when(spouse == OLD_SPOUSE).then(380_000).when(spouse == SPOUSE).then(330_000).otherwise(0),
        "for_family": pl.col("general") * 330_000 + pl.col("student") * 450_000,
        "for_handicap": pl.col("handicap").replace_strict({0: 0, 1: 260_000, 2: 300_000}, return_dtype=pl.Int64),
        "alone": pl.col("single_parent") & (pl.col("general") + pl.col("young") > 0)
        & (pl.col("total") <= 5_000_000) & (pl.col("spouse_kind") == ""),
        "basic": pl.lit(330_000 if year == 2020 else 430_000, pl.Int64),
    }  # fmt: skip


def _sums() -> dict[str, pl.Expr]:
    parts = ["insured", "life", "for_spouse", "for_family", "for_handicap", "for_alone", "basic"]
    alone = pl.when("alone").then(300_000).otherwise(0)
    total = pl.sum_horizontal(*(name for name in parts if name != "for_alone"), alone)
    left = pl.max_horizontal(pl.col("total") - pl.col("carried") - total, pl.lit(0, pl.Int64))
    return {"for_alone": alone, "deducted": total, "taxable": left // 1_000 * 1_000}


def _exempt(year: int) -> dict[str, pl.Expr]:
    """非課税 (地方税法 295条; 3級地の均等割の限度額). 所得割 alone is exempt a little above."""
    heads = 1 + (pl.col("spouse_kind") != "").cast(pl.Int64) + pl.sum_horizontal("general", "student", "young")
    more = 0 if year == 2020 else 100_000
    limit = pl.when(heads > 1).then(heads * 280_000 + 168_000 + more).otherwise(280_000 + more)
    rate_limit = pl.when(heads > 1).then(heads * 350_000 + 320_000 + more).otherwise(350_000 + more)
    weak = (pl.col("handicap") > 0) | pl.col("alone")
    reason = (
        pl.when("seiho")
        .then(pl.lit("生活保護法による生活扶助"))
        .when(weak & (pl.col("total") <= 1_250_000 + more))
        .then(pl.lit("障害者・未成年者・寡婦・ひとり親"))
        .when(pl.col("total") <= limit)
        .then(pl.lit("所得が限度額以下"))
        .otherwise(pl.lit(""))
    )
    return {"heads": heads, "exempt": reason, "rated": (reason == "") & (pl.col("total") > rate_limit)}


def _shares() -> dict[str, pl.Expr]:
    """算出所得割, 調整控除 and 税額控除 (寄附金), for the town and the prefecture."""
    found: dict[str, pl.Expr] = {}
    for name, rate in (TOWN, PREFECTURE):
        made = pl.when("rated").then(pl.col("taxable") * rate // 100).otherwise(0)
        adjusted = pl.min_horizontal(made, pl.lit(250 * rate))
        given = pl.when("donor").then(2_000 * rate).otherwise(0)
        found |= {
            f"{name}_made": made,
            f"{name}_adjusted": adjusted,
            f"{name}_credit": pl.min_horizontal(given, made - adjusted),
        }
    return found


def _relief(year: int) -> dict[str, pl.Expr]:
    """定額減税 of 令和6年度: 10,000 yen a head, at most the 所得割 (令和6年改正附則 5条の8)."""
    found: dict[str, pl.Expr] = {}
    for name, rate in (TOWN, PREFECTURE):
        left = pl.col(f"{name}_made") - pl.col(f"{name}_adjusted") - pl.col(f"{name}_credit")
        whole = pl.min_horizontal(pl.col("heads") * rate * 1_000, left)
        found[f"{name}_relief"] = whole if year == 2024 else pl.lit(0, pl.Int64)
    return found


def _income_rates() -> dict[str, pl.Expr]:
    return {
        f"{name}_income": (
            pl.col(f"{name}_made") - pl.col(f"{name}_adjusted") - pl.col(f"{name}_credit") - pl.col(f"{name}_relief")
        )
        // 100
        * 100
        for name, _ in (TOWN, PREFECTURE)
    }


def _per_head(year: int) -> dict[str, pl.Expr]:
    """均等割 and 森林環境税: see the parameters of the rules."""
    sums = {"town_head": 3_000, "pref_head": 1_500, "forest": 1_000}
    if year < 2024:
        sums = {"town_head": 3_500, "pref_head": 2_000, "forest": 0}
    return {name: pl.when(pl.col("exempt") == "").then(yen).otherwise(0) for name, yen in sums.items()}
