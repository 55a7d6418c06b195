"""Parents, spouses and 続柄 of the people in a 戸籍."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.forms import half_kana
from sample_data.register import Register

_ORDER = ("長", "二", "三", "四", "五", "六", "七", "八", "九")


def with_family(ground: Ground, members: pl.DataFrame) -> pl.DataFrame:
    """Adds surname_text, surname_kana, father_name, mother_name, kin (続柄 with the parents), paired (the spouse is
    in the same 戸籍 now) and partner (whom one married on the day one came)."""
    register, lists = ground.register, ground.lists
    people, names = register.people, names_today(register)
    rows = members["person"].to_list()
    surnames = [lists.surnames[n] for n in members["surname"]]
    spouses = pl.Series([people[n].spouse if people[n].married else 0 for n in rows], dtype=pl.Int64)
    now = members.filter(pl.col("end") == 0).select("register", spouse="person", there=pl.lit(True))
    members = members.with_columns(
        spouse=spouses,
        surname_text=pl.Series([name.text for name in surnames], dtype=pl.String),
        surname_kana=pl.Series([half_kana(name.kana) for name in surnames], dtype=pl.String),
        father_name=pl.Series([_parent(register, names, n, 1) for n in rows], dtype=pl.String),
        mother_name=pl.Series([_parent(register, names, n, 2) for n in rows], dtype=pl.String),
    )
    members = members.join(now, on=["register", "spouse"], how="left", maintain_order="left").join(
        _kin(register), on="person", how="left", maintain_order="left"
    )
    paired = pl.col("there").fill_null(False) & (pl.col("end") == 0)
    return members.with_columns(paired=paired, partner=names.gather(_partners(members)))


def names_today(register: Register) -> pl.Series:
    """氏　名 of every person as they are called today, '' for nobody."""
    surnames, given = register.lists.surnames, register.lists.given
    names = [f"{surnames[p.surname].text}\u3000{given[p.given].text}" for p in register.people]
    return pl.Series(["", *names[1:]])


def _partners(members: pl.DataFrame) -> pl.Series:
    """The person whom one married into this 戸籍: the 筆頭者, or of the 筆頭者 the one who came on the same day."""
    wed = members.filter(pl.col("came") == "婚姻")
    firsts = members.filter("first").select("register", head="person")
    others = wed.filter(~pl.col("first")).unique(["register", "start"]).select("register", "start", other="person")
    rows = members.select("register", "start", "first", "came").join(
        firsts, on="register", how="left", maintain_order="left"
    )
    rows = rows.join(others, on=["register", "start"], how="left", maintain_order="left")
    found = pl.when("first").then("other").otherwise("head")
    return rows.select(pl.when(pl.col("came") == "婚姻").then(found).fill_null(0)).to_series()


def _parent(register: Register, names: pl.Series, number: int, sex: int) -> str:
    """The name of the father (1) or mother (2); for those who never lived here an invented one."""
    person = register.people[number]
    known = person.father if sex == 1 else person.mother
    if known:
        return str(names[known])
    return invented_parent(register, number, person.birth_surname, sex)


def invented_parent(register: Register, number: int, surname: int, sex: int) -> str:
    """A name for the father (1) or mother (2) of a person of that number and surname."""
    choice = register.lists.given_by_decade[sex, 193]
    given = register.lists.given[choice[(number * 7 + sex) % len(choice)]].text
    return f"{register.lists.surnames[surname].text}\u3000{given}"


def _kin(register: Register) -> pl.DataFrame:
    """続柄 with the parents: children of known parents by their age, others by their number."""
    people = pl.DataFrame(
        [(p.number, p.father, p.mother, p.sex, p.birth) for p in register.people],
        schema=["person", "father", "mother", "sex", "birth"], orient="row",
    )  # fmt: skip
    both = (pl.col("father") > 0) & (pl.col("mother") > 0)
    place = pl.col("birth").rank("ordinal").over("father", "mother", "sex").cast(pl.Int64)
    place = pl.when(both).then(place.clip(1, len(_ORDER))).otherwise(1 + pl.col("person") % 3)
    said = place.replace_strict(dict(enumerate(_ORDER, 1)), return_dtype=pl.String)
    return people.select("person", kin=said + pl.when(pl.col("sex") == 1).then(pl.lit("男")).otherwise(pl.lit("女")))
