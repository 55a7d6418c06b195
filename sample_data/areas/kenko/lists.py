"""Vaccines with their doses, campaigns, kinds of health checks, clinics: the masters the old system keeps."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from sample_data.area import Ground
from sample_data.forms import padded, western
from sample_data.founding import ordinal
from sample_data.lists import read_rows
from sample_data.records import code, logged

Rows = list[dict[str, str]]
CENTRE = 90  # 保健センター; 1–24 are clinics
CLINICS = 24
_CLOSED, _HEIR, _NEW, _ELDER = 23, 22, 24, 5
_CLOSED_ON, _NEW_FROM = ordinal("2018-03-31"), ordinal("2016-04-01")
_KINDS = {CENTRE: "保健センター", 81: "健診機関", 82: "健診機関"}
_MASTERED = ordinal("2024-04-01")


@cache
def vaccine_rows() -> Rows:
    """The doses of all vaccines, in the order of the code list."""
    return read_rows(Path(__file__).with_name("vaccines.csv"))


@cache
def check_rows() -> Rows:
    """The kinds of 乳幼児健診 and がん検診."""
    return read_rows(Path(__file__).with_name("checks.csv"))


def doses() -> pl.DataFrame:
    """One row per dose that follows from age and per window in which its series may begin: vaccine, number (of the
    vaccine), dose, age, first (age of the first dose), since, until, spread, share, only (sex, 0 both)."""
    numbers = {name: place for place, name in enumerate(dict.fromkeys(row["vaccine"] for row in vaccine_rows()))}
    first: dict[str, str] = {}
    rows = []
    for row in vaccine_rows():
        if not row["age_days"]:
            continue
        windows = row["windows"] or first[row["vaccine"] + "windows"]
        if row["dose"] == "1":
            first |= {row["vaccine"]: row["age_days"], row["vaccine"] + "windows": windows}
        for window in windows.split(";"):
            since, _, until = window.partition("/")
            rows.append(
                (
                    row["vaccine"], numbers[row["vaccine"]], int(row["dose"]), int(row["age_days"]),
                    int(first[row["vaccine"]]), ordinal(since), ordinal(until or "2100-01-01"),
                    int(row["spread"]), int(row["share"]), int(row["sex"]),
                )
            )  # fmt: skip
    names = ["vaccine", "number", "dose", "age", "first", "since", "until", "spread", "share", "only"]
    return pl.DataFrame(rows, schema=names, orient="row")


def campaigns() -> pl.DataFrame:
    """新型コロナ 特例臨時接種: vaccine, dose, since, length (days), youngest (day of birth), share."""
    rows = [
        (row["vaccine"], int(row["dose"]), ordinal(row["from"]), ordinal(row["to"]) - ordinal(row["from"]),
         ordinal(row["youngest_born"]), int(row["share"]))
        for row in read_rows(Path(__file__).with_name("campaigns.csv"))
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=["vaccine", "dose", "since", "length", "youngest", "share"], orient="row")


def vaccine_master() -> pl.DataFrame:
    rows = pl.DataFrame(vaccine_rows()).with_columns(place=pl.int_range(1, pl.len() + 1))
    return rows.select(
        種別コード=code("vaccine", "kenko", "wakuchin"),
        回数="dose",
        種別名="vaccine",
        開始月齢="months_from",
        終了月齢="months_to",
        間隔日数="interval",
        規定回数="doses",
        毎年区分="annual",
        定期開始日=pl.col("routine_from").str.replace_all("-", ""),
        定期終了日=pl.col("routine_to").str.replace_all("-", ""),
        表示順=padded(pl.col("place"), 3),
        帳票文言=pl.lit(""),
        **_kept(pl.col("place")),
    )


def check_master() -> pl.DataFrame:
    rows = pl.DataFrame(check_rows()).with_columns(place=pl.int_range(1, pl.len() + 1))
    return rows.select(
        健診コード=code("check", "kenko", "kenshin"),
        健診名="check",
        性別制限="sex",
        開始月齢="months_from",
        終了月齢="months_to",
        身長下限="height_from",
        身長上限="height_to",
        体重下限="weight_from",
        体重上限="weight_to",
        表示順=padded(pl.col("place"), 3),
        **_kept(pl.col("place")),
    )


def clinic_master(ground: Ground) -> pl.DataFrame:
    numbers = [*range(1, CLINICS + 1), *sorted(_KINDS)]
    kinds = [_KINDS.get(number, "医療機関") for number in numbers]
    names = [
        f"{ground.lists.surnames[number].text}医院" if kind == "医療機関" else f"見本{kind}{number}"
        for number, kind in zip(numbers, kinds, strict=True)
    ]
    number = pl.col("number")
    return pl.DataFrame({"number": numbers, "kind": kinds, "name": names}).select(
        機関コード=clinic_code(number),
        機関名="name",
        機関区分=code("kind", "kenko", "kikan_kubun"),
        電話番号=pl.lit("093-282-") + padded(number + 1_000, 4),
        開始日=pl.when(number == _NEW).then(western(pl.lit(_NEW_FROM))).otherwise(pl.lit("19900401")),
        廃止日=pl.when(number == _CLOSED).then(western(pl.lit(_CLOSED_ON))).otherwise(pl.lit("")),
        表示順=padded(number, 3),
        **_kept(number),
    )


def clinic_code(number: pl.Expr) -> pl.Expr:
    return padded(number + 4_012_700_000, 10)


def clinic(person: pl.Expr, day: pl.Expr) -> pl.Expr:
    """The clinic of a person: one of them has closed and handed over, one is new."""
    usual = person % CLINICS + 1
    return (
        pl.when((usual == _CLOSED) & (day > _CLOSED_ON)).then(pl.lit(_HEIR))
        .when((usual == _NEW) & (day < _NEW_FROM)).then(pl.lit(_ELDER)).otherwise(usual)
    )  # fmt: skip


def turn(number: pl.Expr, salt: pl.Expr | int, sides: int) -> pl.Expr:
    """Dice without dice: a number below `sides` that follows from a number and what is asked about it."""
    return ((number * 7_919 + salt * 104_729) % 1_000_003 * 31 + salt * 17) % sides


def _kept(number: pl.Expr) -> dict[str, pl.Expr]:
    """Masters have no 削除フラグ: a line of them is deleted for real."""
    return {name: column for name, column in logged(pl.lit(_MASTERED), number).items() if name != "削除フラグ"}
