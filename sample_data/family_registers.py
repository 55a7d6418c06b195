"""本籍 and 筆頭者 of every 戸籍 as text, for the areas that write them."""

from __future__ import annotations

import polars as pl

from sample_data.forms import full_digits, half_kana
from sample_data.records import TOWN_CODE, address_frame
from sample_data.register import Register

TOWN = "福岡県遠賀郡岡垣町"


def family_registers(register: Register) -> pl.DataFrame:
    """Row n is 戸籍 n: register, here (本籍 in the town), first (person), home, home_code, town_name, town_code,
    lot_text (the last two '' elsewhere), first_name, first_kana. The 筆頭者 keeps the name of the day it was made."""
    lists, people = register.lists, register.people
    rows = register.registers
    places = address_frame(register)
    here = pl.Series([row.residence >= 0 for row in rows], dtype=pl.Boolean)
    towns = places.select("town_name", "town_code", "lot_text")[[max(0, row.residence) for row in rows]]
    frame = pl.DataFrame(
        {
            "here": here,
            "first": [row.first for row in rows],
            "first_name": [
                f"{lists.surnames[row.surname].text}\u3000{lists.given[people[row.first].given].text}" for row in rows
            ],
            "first_kana": [
                f"{half_kana(lists.surnames[row.surname].kana)} {half_kana(lists.given[people[row.first].given].kana)}"
                for row in rows
            ],
        }
    ).with_row_index("register")
    frame = frame.with_columns(pl.col("register").cast(pl.Int64)).hstack(towns).hstack(_elsewhere(register, len(rows)))
    return frame.select(
        "register", "here", "first", "first_name", "first_kana",
        home=pl.when("here").then(pl.concat_str(pl.lit(TOWN), "town_name", "lot_text")).otherwise("far"),
        home_code=pl.when("here").then(pl.lit(TOWN_CODE)).otherwise("far_code"),
        town_name=pl.when("here").then("town_name").otherwise(pl.lit("")),
        town_code=pl.when("here").then("town_code").otherwise(pl.lit("")),
        lot_text=pl.when("here").then("lot_text").otherwise(pl.lit("")),
    )  # fmt: skip


def _elsewhere(register: Register, height: int) -> pl.DataFrame:
    """A 本籍 in another municipality for every 戸籍, whether it is there or not."""
    places = pl.DataFrame(register.lists.elsewhere)
    number = pl.DataFrame({"n": pl.int_range(height, eager=True)})
    chosen = (number["n"] * 31 % places.height).to_list()
    lots = number.select(lot=full_digits(pl.col("n") * 7 % 2_000 + 1) + "番地").to_series()
    return pl.DataFrame(
        {
            "far": (places["municipality"] + places["town"])[chosen] + lots,
            "far_code": places["municipality_code"][chosen],
        }
    )
