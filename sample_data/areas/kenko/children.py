"""妊娠届出 and 乳幼児健診: the births of the register told from the mother's side, and the children at four ages."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.kenko.lists import CENTRE, check_rows, clinic, clinic_code, turn
from sample_data.forms import padded, to_date, western
from sample_data.founding import YEAR, ordinal
from sample_data.records import code, logged

_SINCE = ordinal("2001-04-01")
_TERM = 280  # days from the beginning of a pregnancy to the day a birth is expected
_BORN, _RUNNING, _LOST = "出産", "妊娠中", "流産・死産"
_SHARE = 950  # of a thousand children come to a health check
_FINDINGS = ("異常なし", "要経過観察", "要精密検査", "治療中")


def pregnancy_table(ground: Ground, people: pl.DataFrame) -> pl.DataFrame:
    """One row per 妊娠届出 of a woman living in the town that day, numbered per woman."""
    every = pl.concat([_births(ground, people), *_without_birth(people, ground.as_of)])
    here = (pl.col("told") >= pl.col("here_since")) & (pl.col("told") < pl.col("end")) & (pl.col("told") > _SINCE)
    rows = every.filter(here).sort("told", "person").with_columns(year=_fiscal_year(pl.col("told")))
    rows = rows.with_columns(
        serial=pl.int_range(1, pl.len() + 1).over("person"), book=pl.int_range(1, pl.len() + 1).over("year")
    )
    person, told = pl.col("person"), pl.col("told")
    changed = pl.max_horizontal("told", "came")
    return rows.sort("person", "serial").select(
        宛名番号="atena",
        届出連番=padded(pl.col("serial"), 3),
        年度="year",
        届出日=western(told),
        手帳番号=pl.col("year") + padded(pl.col("book"), 4),
        週数=pl.col("weeks").cast(pl.String),
        予定日=western(pl.col("due")),
        胎児数=pl.lit("1"),
        転帰区分=code("outcome", "kenko", "tenki"),
        転帰日=western(pl.col("came")),
        機関コード=clinic_code(clinic(person, told)),
        要支援区分=pl.when(person % 19 == 4).then(pl.lit("1")).otherwise(pl.lit("0")),
        健診回数=pl.when(pl.col("outcome") == _BORN).then(8 + person % 7).otherwise(person % 5).cast(pl.String),
        問診メモ=pl.lit(""),
        予備1=pl.lit(""),
        **logged(changed, person),
    )


def _births(ground: Ground, people: pl.DataFrame) -> pl.DataFrame:
    """Of every child born to a woman of the register."""
    born = ground.persons.filter((pl.col("rows") > 0) & (pl.col("mother") > 0) & (pl.col("birth") > _SINCE))
    born = born.select("birth", child="person", person="mother")
    mothers = people.select("person", "atena", "here_since", "end")
    rows = born.join(mothers, on="person", how="inner", maintain_order="left").filter(
        pl.col("birth").is_between(pl.col("here_since"), pl.col("end"))
    )
    return rows.with_columns(due=pl.col("birth") + turn(pl.col("child"), 3, 29) - 14, came="birth").select(
        *_told(pl.col("child")), pl.lit(_BORN).alias("outcome")
    )


def _without_birth(people: pl.DataFrame, as_of: int) -> list[pl.DataFrame]:
    """Women who expect a child now, and those who lost one."""
    person, age = pl.col("person"), (as_of - pl.col("birth")) / YEAR
    women = people.filter((pl.col("state") == "住民") & (pl.col("sex") == 2) & age.is_between(23, 40))
    none = pl.lit(0, dtype=pl.Int64)
    now = women.filter((person % 31 == 6) | (person == person.max())).with_columns(
        due=as_of + 15 + turn(person, 5, 150), came=none
    )
    lost = women.filter(person % 37 == 8).with_columns(due=as_of - 300 - turn(person, 6, 900))
    lost = lost.with_columns(came=pl.col("due") - 190)
    return [
        now.select(*_told(person), pl.lit(_RUNNING).alias("outcome")),
        lost.select(*_told(person), pl.lit(_LOST).alias("outcome")),
    ]


def _told(number: pl.Expr) -> list[pl.Expr]:
    """Told to the town in the eighth to tenth week."""
    weeks = 8 + turn(number, 9, 3)
    told = pl.col("due") - _TERM + weeks * 7 + turn(number, 10, 7)
    return [pl.col("person", "atena", "here_since", "end", "due", "came"), weeks.alias("weeks"), told.alias("told")]


def child_table(ground: Ground, people: pl.DataFrame) -> pl.DataFrame:
    """One row per child and health check it came to while living in the town."""
    kinds = pl.DataFrame([row for row in check_rows() if row["age_days"]]).select(
        "check", pl.col("age_days", "height", "weight").cast(pl.Int64), pl.int_range(pl.len()).alias("place")
    )
    parents = ground.society.select("person", "guardian").join(
        ground.persons.select("person", "mother"), on="person", how="left", maintain_order="left"
    )
    children = people.filter(pl.col("registered") & (pl.col("birth") > _SINCE)).join(
        parents, on="person", how="left", maintain_order="left"
    )
    person, place = pl.col("person"), pl.col("place")
    day = pl.col("birth") + pl.col("age_days") + turn(person, place, 25)
    rows = children.join(kinds, how="cross").with_columns(day=day).filter(
        (pl.col("day") >= pl.col("here_since")) & (pl.col("day") < pl.col("end"))
        & (turn(person, place + 20, 1_000) < _SHARE)
    )  # fmt: skip
    parent = pl.when(pl.col("guardian") > 0).then("guardian").otherwise("mother")
    atena = ground.persons["atena"].gather(rows.select(parent).to_series())
    return _child_columns(rows.with_columns(parent=atena).sort("person", "place"))


def _child_columns(rows: pl.DataFrame) -> pl.DataFrame:
    person, place = pl.col("person"), pl.col("place")
    size = person % 9 - 4  # a small child stays small
    height = pl.col("height") * 10 + size * 6 + turn(person, place, 9)
    weight = pl.col("weight") + size * 150 + turn(person, place, 11) * 10
    luck = turn(person, place + 40, 100)
    rows = rows.with_columns(
        finding=pl.when(luck < 84).then(pl.lit(_FINDINGS[0])).when(luck < 94).then(pl.lit(_FINDINGS[1]))
        .when(luck < 98).then(pl.lit(_FINDINGS[2])).otherwise(pl.lit(_FINDINGS[3])),
        tall=height, heavy=weight,
    ).with_columns(
        closer=pl.when(pl.col("finding") == _FINDINGS[2]).then(pl.lit("異常なし")).otherwise(pl.lit(""))
    )  # fmt: skip
    teeth = turn(person, 44, 12) // 9 * (person % 4)
    return rows.select(
        宛名番号="atena",
        健診コード=code("check", "kenko", "kenshin"),
        受診連番=pl.lit("01"),
        年度=_fiscal_year(pl.col("day")),
        受診日=western(pl.col("day")),
        保護者番号="parent",
        機関コード=clinic_code(pl.lit(CENTRE)),
        身長=tenths(pl.col("tall")),
        体重=pl.col("heavy").cast(pl.String),
        頭囲=tenths(400 + place * 30 + size * 2),
        胸囲=tenths(410 + place * 32 + size * 3),
        判定=code("finding", "kenko", "nyuyoji_hantei"),
        精検結果=code("closer", "kenko", "seiken"),
        むし歯数=pl.when(place >= 2).then(teeth.cast(pl.String)).otherwise(pl.lit("")),
        カウプ指数=tenths(pl.col("heavy") * 1_000 // (pl.col("tall") * pl.col("tall") // 10)),
        問診メモ=pl.lit(""),
        予備1=pl.lit(""),
        **logged(pl.col("day"), person),
    )


def tenths(number: pl.Expr) -> pl.Expr:
    """623 → 62.3"""
    return (number // 10).cast(pl.String) + "." + (number % 10).cast(pl.String)


def _fiscal_year(day: pl.Expr) -> pl.Expr:
    date = to_date(day)
    return (date.dt.year() - (date.dt.month() < 4).cast(pl.Int32)).cast(pl.String)
