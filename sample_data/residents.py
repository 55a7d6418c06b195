"""The simulated register as frames: one row per person, and one row per history row with every text it needs.

Row n of the persons frame is person n (row 0 nobody), so that a column of person numbers gathers from it.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from sample_data.forms import half_kana, search_kana, wareki, western
from sample_data.identity import address_number, household_number, pension_number, personal_number, resident_code
from sample_data.lists import Lists
from sample_data.people import Person, Row
from sample_data.register import Register

COMMON_TEXT = {"given": pl.String, "given_kana": pl.String}


def persons_frame(register: Register) -> pl.DataFrame:
    """Per person: number, sex, birth (ordinal), country, texts of given or foreign name, birth as written, numbers."""
    lists, people = register.lists, register.people
    frame = pl.DataFrame(
        {
            "person": [p.number for p in people],
            "sex": [p.sex for p in people],
            "birth": [p.birth for p in people],
            "country": [p.country for p in people],
            "given": [_given(lists, p) for p in people],
            "given_kana": [_given_kana(lists, p) for p in people],
            "surname_now": [p.surname for p in people],
            "birth_surname": [p.birth_surname for p in people],
            "household": [p.household for p in people],
            "became_resident": [p.became_resident for p in people],
            "settled": [p.settled for p in people],
            "resident": [p.resident and p.rows > 0 for p in people],
            "rows": [p.rows for p in people],
            "father": [p.father for p in people],
            "mother": [p.mother for p in people],
        }
    )
    special = pl.DataFrame(special_births(register), schema=["person", "birth_special", "birth_unknown"], orient="row")
    number = pl.col("person")
    japanese = pl.col("country") < 0
    return frame.join(special, on="person", how="left", maintain_order="left").with_columns(
        atena=address_number(number, int(len(people) * 0.75)),
        code=resident_code(number),
        personal=personal_number(number),
        pension=pension_number(number),
        birth_text=pl.coalesce("birth_special", pl.when(japanese).then(wareki(pl.col("birth"))).otherwise(
            western(pl.col("birth")))),
        birth_unknown=pl.col("birth_unknown").fill_null("0"),
    )  # fmt: skip


def special_births(register: Register) -> list[tuple[int, str, str]]:
    """Births the standard allows and a calendar does not: 不詳, 30 February, 大正15.12.25, 明治45.7.30."""
    found: list[tuple[int, str, str]] = []
    step = max(12, len(register.people) // 150)
    turn = 0
    for person in register.people[1:]:
        if not person.rows or person.country >= 0:
            continue
        day = date.fromordinal(person.birth)
        if day.year in (1926, 1912) and person.number % 3 == 0:
            found.append((person.number, "2151225" if day.year == 1926 else "1450730", "0"))
        elif 1930 < day.year < 1985 and person.number % step == 5 and person.became_resident > person.birth + 400:
            days = _odd_days(day)
            found.append((person.number, *days[turn % len(days)]))
            turn += 1
    return found


def history_frame(register: Register, persons: pl.DataFrame) -> pl.DataFrame:
    """Per history row: the fields of `Row`, names and numbers as text, `first` and `latest` row of a person."""
    columns = list(zip(*register.rows, strict=True))
    frame = pl.DataFrame(dict(zip(Row._fields, columns, strict=True)))
    person, head = frame["person"], frame["head"]
    taken = {name: persons[name].gather(person) for name in _FROM_PERSON}
    frame = frame.with_columns(**taken).drop("country").with_columns(country=persons["country"].gather(person))
    frame = frame.with_columns(
        atena=persons["atena"].gather(person),
        name=_name(register.lists, frame["surname"], taken["given"], frame["country"]),
        kana=_kana(register.lists, frame["surname"], taken["given_kana"], frame["country"]),
        head_atena=persons["atena"].gather(head),
        head_name=_name(
            register.lists, frame["head_surname"], persons["given"].gather(head), persons["country"].gather(head)
        ),
        head_kana=_kana(
            register.lists, frame["head_surname"], persons["given_kana"].gather(head), persons["country"].gather(head)
        ),
    )
    return frame.sort("person", "history").with_columns(
        household_text=household_number(pl.col("household")),
        latest=pl.col("history") == pl.col("history").max().over("person"),
        first_event=pl.col("event").first().over("person"),
        first_day=pl.col("processed").first().over("person"),
    )


_FROM_PERSON = ("sex", "birth", "birth_text", "birth_unknown", "given", "given_kana", "code", "personal", "pension")


def _odd_days(day: date) -> list[tuple[str, str]]:
    """Days of that year as the old system writes them, and 1 when part of the day is unknown (不詳)."""
    year = f"3{day.year - 1925:02d}"
    leap = day.year % 4 == 0
    return [
        (f"{year}{day.month:02d}00", "1"),
        (f"{year}0230" if leap else f"{year}0229", "0"),
        (f"{year}0000", "1"),
        (f"{year}0431", "0"),
    ]


def _given(lists: Lists, person: Person) -> str:
    if person.country >= 0:
        row = lists.foreign[person.country]
        return row["kanji"] or row["name"]
    return lists.given[person.given].text


def _given_kana(lists: Lists, person: Person) -> str:
    return half_kana(lists.foreign[person.country]["kana"] if person.country >= 0 else lists.given[person.given].kana)


def _name(lists: Lists, surname: pl.Series, given: pl.Series, country: pl.Series) -> pl.Series:
    """姓　名; a foreigner's name is whole in `given`; '' for nobody (head 0)."""
    surnames = pl.Series([name.text for name in lists.surnames]).gather(surname)
    return _joined(surnames, given, country, "\u3000")


def _kana(lists: Lists, surname: pl.Series, given: pl.Series, country: pl.Series) -> pl.Series:
    surnames = pl.Series([half_kana(name.kana) for name in lists.surnames]).gather(surname)
    return _joined(surnames, given, country, " ")


def _joined(surnames: pl.Series, given: pl.Series, country: pl.Series, gap: str) -> pl.Series:
    frame = pl.DataFrame({"surname": surnames, "given": given, "country": country})
    whole = pl.when(pl.col("country") < 0).then(pl.concat_str("surname", pl.lit(gap), "given")).otherwise("given")
    return frame.select(pl.when(pl.col("given") == "").then(pl.lit("")).otherwise(whole)).to_series()


def searchable(kana: pl.Series) -> pl.Series:
    """検索カナ of half-width kana, worked out once per different value."""
    distinct = kana.unique(maintain_order=True)
    words = pl.DataFrame({"kana": distinct, "plain": [search_kana(text) for text in distinct]})
    return kana.to_frame("kana").join(words, on="kana", how="left", maintain_order="left")["plain"]
