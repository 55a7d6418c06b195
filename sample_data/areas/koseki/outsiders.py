"""本籍人 who never lived in the town: a 戸籍 each, without 宛名番号. Legal, and no error."""

from __future__ import annotations

import random
from collections.abc import Sequence

import polars as pl

from sample_data.area import Ground
from sample_data.areas.koseki.kin import invented_parent
from sample_data.family_registers import TOWN
from sample_data.forms import half_kana, wareki
from sample_data.founding import YEAR, ordinal
from sample_data.history import START
from sample_data.records import address_frame

_ONE_IN = 20  # of the 戸籍 of the town


def outsiders(ground: Ground, places: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows like those of `with_family`, and of `family_registers` for the 戸籍 they are in (numbers after the last)."""
    register, lists = ground.register, ground.lists
    rng = random.Random(f"{ground.seed}:outsiders")
    addresses = address_frame(register)
    taken = set(places.select("home", "first_name").rows())
    people, homes = [], []
    for number in range(places.height, places.height + max(2, places.height // _ONE_IN)):
        birth = ordinal(START) - int((1 + rng.random() * 60) * YEAR)
        sex, surname = 1 + rng.randrange(2), lists.surname(rng)
        given = lists.given[lists.given_name(rng, sex, int(birth / YEAR) + 1)]
        name = f"{lists.surnames[surname].text}\u3000{given.text}"
        while True:
            town, lot = addresses.select("town_name", "lot_text").row(rng.randrange(addresses.height))
            if (f"{TOWN}{town}{lot}", name) not in taken:
                break
        kana = half_kana(lists.surnames[surname].kana), half_kana(given.kana)
        homes.append((number, name, " ".join(kana), town, lot))
        parents = (invented_parent(register, number, surname, side) for side in (1, 2))
        people.append((number, birth, sex, lists.surnames[surname].text, kana[0], given.text, kana[1], *parents))
    return _members(people), _places(homes, addresses)


def _members(people: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    names = ("register", "birth", "sex", "surname_text", "surname_kana", "given", "given_kana", "father_name",
             "mother_name")  # fmt: skip
    frame = pl.DataFrame(people, schema=names, orient="row")
    man = pl.col("sex") == 1
    return frame.with_columns(
        person="register", member=pl.lit(1, pl.Int64), first=pl.lit(True), start=pl.lit(ordinal(START), pl.Int64),
        came=pl.lit("改製"), end=pl.lit(0, pl.Int64), left=pl.lit(""), checked=pl.col("register") % 3 > 0,
        before=pl.lit(-1, pl.Int64), after=pl.lit(-1, pl.Int64), atena=pl.lit(""), birth_text=wareki(pl.col("birth")),
        kin=pl.when(man).then(pl.lit("長男")).otherwise(pl.lit("二女")), paired=pl.lit(False), partner=pl.lit(""),
    )  # fmt: skip


def _places(homes: Sequence[tuple[object, ...]], addresses: pl.DataFrame) -> pl.DataFrame:
    names = ("register", "first_name", "first_kana", "town_name", "lot_text")
    frame = pl.DataFrame(homes, schema=names, orient="row")
    codes = addresses.select("town_name", "town_code").unique()
    frame = frame.join(codes, on="town_name", how="left", maintain_order="left")
    return frame.with_columns(home=pl.concat_str(pl.lit(TOWN), "town_name", "lot_text"))
