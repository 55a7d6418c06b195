"""What people are besides residents: insured, at work, on a pension, in need of care, guardians of children.

One row per person, as of their last day in the town (for residents: as of the day of the delivery), so that every area
tells the same story: nobody is in two health insurances, a child has one guardian, who is on 生活保護 is in no 国保.
All follows from numbers of persons and households and from age; there are no dice, so that areas can ask for any day.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from sample_data.founding import YEAR
from sample_data.people import Person
from sample_data.register import Register

SEIHO, KOKUHO, KOKI, SHAHO = "生活保護", "国民健康保険", "後期高齢者医療", "被用者保険"


def society_frame(register: Register, persons: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """Columns: person, atena, resident, household, head, last_day, age (years), japanese, seiho, insurance,
    koki_from (the day of 後期, past or to come), insured_from, work (会社員, 自営業, 年金, 無職, 学生, ''),
    nenkin (1, 2, 3 or ''), salary, pension, business (yen a year), disability (身体, 療育, 精神 or ''), grade,
    disabled_from, care (0 none, 1–7), care_from, guardian (of a child under 19), single_parent,
    allowance_child (児童手当: up to the March after 18), landowner, family_register. Days are ordinals,
    0 none."""
    last = history.filter("latest").select("person", "removed_on", last_household="household")
    frame = persons.select("person", "atena", "sex", "birth", "country", "resident", "became_resident", "rows").join(
        last, on="person", how="left", maintain_order="left"
    )
    gone = pl.col("removed_on").fill_null(0) > 0
    frame = frame.with_columns(
        household=pl.col("last_household").fill_null(0),
        last_day=pl.when(gone).then("removed_on").otherwise(register.as_of),
        japanese=pl.col("country") < 0,
        head=pl.Series(_heads(register)),
        guardian=pl.Series(_guardians(register)),
        single_parent=pl.Series(_single_parents(register)),
        family_register=pl.Series([person.register for person in register.people]),
    ).with_columns(age=(pl.col("last_day") - pl.col("birth")) / YEAR)
    frame = frame.with_columns(seiho=on_welfare(), **_disability()).with_columns(koki_from=_koki_from())
    frame = frame.with_columns(insurance=_insurance())
    frame = frame.with_columns(insured_from=_insured_from(), work=_work()).with_columns(
        nenkin=_pension_kind(), **_money(), **_care()
    )
    return frame.with_columns(
        allowance_child=(pl.col("guardian") > 0) & (pl.col("birth") >= _school_end(register.as_of)),
        landowner=(pl.col("head") == pl.col("person")) & (pl.col("age") >= 30) & (pl.col("household") % 5 < 3),
    ).drop("last_household")


def on_welfare() -> pl.Expr:
    """Whether the `household` gets 生活保護: about one in a hundred."""
    return pl.col("household") % 97 == 3


def _koki_from() -> pl.Expr:
    """The day of 後期: 75 years, or from 65 on with a severe disability for some; not before the scheme began."""
    severe = (pl.col("disability") == "身体") & (pl.col("grade") <= 3) & (pl.col("person") % 2 == 0)
    recognized = pl.max_horizontal(birthday(65), pl.col("disabled_from") + 40, _KOKI_BEGAN)
    early = severe & (recognized < birthday(75)) & (recognized <= pl.col("last_day"))
    return pl.when(early).then(recognized).otherwise(pl.max_horizontal(birthday(75), _KOKI_BEGAN))


def _insurance() -> pl.Expr:
    """The health insurance on the last day: the whole household is in 国保, or its workers are not."""
    return (
        pl.when(on_welfare())
        .then(pl.lit(SEIHO))
        .when(pl.col("koki_from") <= pl.col("last_day"))
        .then(pl.lit(KOKI))
        .when(pl.col("household") % 4 == 0)
        .then(pl.lit(KOKUHO))
        .otherwise(pl.lit(SHAHO))
    )


def birthday(years: int) -> pl.Expr:
    """The ordinal on which a person turns so many years old (a 29 February counts as 1 March in common years)."""
    born = (pl.col("birth") - _EPOCH).cast(pl.Int32).cast(pl.Date)
    leap_day = (born.dt.month() == 2) & (born.dt.day() == 29) & ((born.dt.year() + years) % 4 != 0)
    day = pl.date(
        born.dt.year() + years,
        pl.when(leap_day).then(3).otherwise(born.dt.month()),
        pl.when(leap_day).then(1).otherwise(born.dt.day()),
    )
    return day.cast(pl.Int32).cast(pl.Int64) + _EPOCH


def at_age(frame: pl.DataFrame, age: pl.Expr) -> pl.DataFrame:
    """People of the society frame as they were at an earlier age: age, work and what they earned."""
    return frame.with_columns(age=age).with_columns(work=_work()).with_columns(**_money())


_EPOCH = 719_163  # ordinal of 1970-01-01
_KOKI_BEGAN = date(2008, 4, 1).toordinal()


def _school_end(as_of: int) -> int:
    """The first birthday of those who are not over the 31 March after their 18th birthday."""
    day = date.fromordinal(as_of)
    return date(day.year - (18 if day.month >= 4 else 19), 4, 2).toordinal()


def _insured_from() -> pl.Expr:
    at_75 = pl.max_horizontal("koki_from", "became_resident")
    return pl.when(pl.col("insurance") == KOKI).then(at_75).otherwise(pl.max_horizontal("became_resident", "birth"))


def _work() -> pl.Expr:
    person, age = pl.col("person"), pl.col("age")
    return (
        pl.when(age < 15)
        .then(pl.lit(""))
        .when(age < 20)
        .then(pl.lit("学生"))
        .when(age >= 65)
        .then(pl.lit("年金"))
        .when(pl.col("seiho") | (person % 9 == 4))
        .then(pl.lit("無職"))
        .when(pl.col("insurance") == KOKUHO)
        .then(pl.lit("自営業"))
        .when((pl.col("sex") == 2) & (person % 4 == 1))
        .then(pl.lit("無職"))
        .otherwise(pl.lit("会社員"))
    )


def _pension_kind() -> pl.Expr:
    """国民年金の種別 of those from 20 to 59: 2 employees, 3 their spouses without work, 1 the others."""
    of_age = (pl.col("age") >= 20) & (pl.col("age") < 60)
    kept = (pl.col("work") == "無職") & (pl.col("insurance") == SHAHO) & (pl.col("sex") == 2)
    kind = pl.when(pl.col("work") == "会社員").then(pl.lit("2")).when(kept).then(pl.lit("3")).otherwise(pl.lit("1"))
    return pl.when(of_age).then(kind).otherwise(pl.lit(""))


def _money() -> dict[str, pl.Expr]:
    """Income of the last year in yen, in thousands as tax papers round it."""
    person, age, work = pl.col("person"), pl.col("age"), pl.col("work")
    salary = (2_200 + (person * 7 % 41) * 60 + age.clip(20, 55).floor().cast(pl.Int64) * 45) * 1_000
    business = (800 + (person * 11 % 53) * 90) * 1_000
    pension = (650 + (person * 13 % 31) * 55) * 1_000
    return {
        "salary": pl.when(work == "会社員").then(salary).otherwise(0),
        "business": pl.when(work == "自営業").then(business).otherwise(0),
        "pension": pl.when((work == "年金") & ~pl.col("seiho")).then(pension).otherwise(0),
    }


def _disability() -> dict[str, pl.Expr]:
    """One in fifteen has a certificate: 身体 older people, 療育 younger, 精神 between."""
    person, age = pl.col("person"), pl.col("age")
    turn = person * 37 % 100
    kind = (
        pl.when((age >= 40) & (turn < 7))
        .then(pl.lit("身体"))
        .when((age >= 3) & (age < 40) & (turn < 2))
        .then(pl.lit("療育"))
        .when((age >= 18) & (age < 70) & (turn >= 96))
        .then(pl.lit("精神"))
        .otherwise(pl.lit(""))
    )
    since = pl.max_horizontal("became_resident", pl.col("birth") + 800, pl.col("last_day") - 400 - person % 4_000)
    grade = pl.when(kind == "身体").then(person % 6 + 1).when(kind == "療育").then(person % 2 + 1)
    return {
        "disability": kind,
        "grade": pl.when(kind == "").then(0).otherwise(grade.otherwise(person % 3 + 1)),
        "disabled_from": pl.when(kind == "").then(0).otherwise(pl.min_horizontal(since, "last_day")),
    }


def _care() -> dict[str, pl.Expr]:
    """要介護認定 of those over 65, more of them the older they are: 1, 2 要支援, 3–7 要介護1–5."""
    person, age = pl.col("person"), pl.col("age")
    needs = (age >= 65.2) & (person * 29 % 100 < (4 + (age - 65) * 2.1).clip(0, 85))
    since = pl.max_horizontal(birthday(65), "became_resident", pl.col("last_day") - 30 - person % 600)
    return {
        "care": pl.when(needs).then(person * 17 % 7 + 1).otherwise(0),
        "care_from": pl.when(needs).then(pl.min_horizontal(since, "last_day")).otherwise(0),
    }


def _heads(register: Register) -> list[int]:
    return [register.households[person.household].head if person.resident else 0 for person in register.people]


def _guardians(register: Register) -> list[int]:
    """Who has the care of a child under 19: the father or mother in the same household, else its head."""
    return [_guardian(register, person) for person in register.people]


def _guardian(register: Register, person: Person) -> int:
    if not person.resident or not person.rows or (register.as_of - person.birth) / YEAR >= 19:
        return 0
    members = register.households[person.household].members
    near = [number for number in (person.father, person.mother) if number in members]
    if near:
        return near[0]
    head = register.households[person.household].head
    return head if head != person.number else 0


def _single_parents(register: Register) -> list[bool]:
    found = [False] * len(register.people)
    for person in register.people:
        guardian = _guardian(register, person)
        if guardian and guardian in (person.father, person.mother):
            parent = register.people[guardian]
            members = register.households[person.household].members
            found[guardian] = not (parent.spouse and parent.married and parent.spouse in members)
    return found
