"""Where the people of the 戸籍 of the town have lived: the town's own history, and what other municipalities told.

An address begins on its 住定日. Whoever moved away is followed by notices; who was removed ex officio (職権消除) or
went abroad has no address but a reason; who never lived here is known from notices only.
"""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.jumin.juki import elsewhere_frame
from sample_data.forms import full_digits
from sample_data.founding import ordinal
from sample_data.history import START
from sample_data.records import TOWN_CODE, address_frame

HERE, ABROAD, REMOVED = "国内の住所", "国外", "職権消除"
_REMOVALS = {"転出": HERE, "国外への転出": ABROAD, "職権消除": REMOVED}
_COUNTRIES = ("アメリカ合衆国", "カナダ", "オーストラリア", "ドイツ連邦共和国")
PLACE = ("code", "county", "city", "town", "lot", "building")


def residents_addresses(ground: Ground) -> pl.DataFrame:
    """One row per address of everybody who ever lived in the town, by day: atena, kind, day, written, told (the
    municipality that told it, '' this one), country, and the columns of PLACE ('' where there is no address)."""
    stays = _stays(ground)
    gone = _removals(ground)
    return pl.concat([stays, gone, _moved_on(ground, gone)], how="diagonal").sort("atena", "day")


def strangers_addresses(ground: Ground, people: pl.DataFrame) -> pl.DataFrame:
    """The same of people without 宛名番号, by `number` (Int64, told apart); `born` is the day of birth, 0 unknown.

    Their 附票 began with the old system, so that the first address is older; some have moved once since."""
    start = ordinal(START)
    number, turn = pl.col("number"), pl.col("number") % 8
    first = people.with_columns(
        kind=pl.lit(HERE), day=start - number * 13 % 3_000 - 1, written=pl.lit(start, pl.Int64), place=number * 7
    )
    later = people.filter(turn < 4).with_columns(
        kind=pl.when(turn == 1).then(pl.lit(ABROAD)).when(turn == 2).then(pl.lit(REMOVED)).otherwise(pl.lit(HERE)),
        day=start + 400 + number * 37 % 9_000, place=number * 11 + 5,
    ).with_columns(written=pl.col("day") + number % 20)  # fmt: skip
    return _placed(ground, pl.concat([first, later], how="diagonal")).sort("number", "day")


def _stays(ground: Ground) -> pl.DataFrame:
    """The addresses in the town: a new 住定日 is a new address."""
    rows = ground.history.filter((pl.col("country") < 0) & (pl.col("removed_on") == 0)).sort("person", "history")
    stays = rows.group_by("atena", "settled", maintain_order=True).agg(
        pl.col("residence").last(), pl.col("processed").first()
    )
    places = address_frame(ground.register)[stays["residence"].to_list()]
    return stays.hstack(places).select(
        "atena", kind=pl.lit(HERE), day="settled", written=pl.max_horizontal("processed", "settled"), told=pl.lit(""),
        country=pl.lit(""), code=pl.lit(TOWN_CODE), county=pl.lit("福岡県"), city=pl.lit("遠賀郡岡垣町"),
        town="town_name", lot="lot_text", building="building_text",
    )  # fmt: skip


def _removals(ground: Ground) -> pl.DataFrame:
    """What came after the town: the address moved to, abroad, or nothing."""
    gone = ground.history.filter(
        pl.col("latest") & (pl.col("country") < 0) & pl.col("removed_by").is_in(list(_REMOVALS))
    ).select("atena", "person", "destination", "removed_by", "removed_on", "processed")
    frame = elsewhere_frame(ground.register)
    index = gone.select(pl.when(pl.col("destination") < 0).then(frame.height - 1).otherwise("destination")).to_series()
    rows = gone.hstack(frame[index.to_list()]).with_columns(
        kind=pl.col("removed_by").replace_strict(_REMOVALS, return_dtype=pl.String)
    )
    here = pl.col("kind") == HERE
    return rows.select(
        "atena", "person", "kind", day="removed_on", written=pl.max_horizontal("processed", "removed_on"),
        told=pl.when(here).then("code").otherwise(pl.lit("")), country=_country(pl.col("person")),
        **{name: pl.when(here).then(name).otherwise(pl.lit("")) for name in PLACE[:-1]}, building=pl.lit(""),
    ).with_columns(country=pl.when(pl.col("kind") == ABROAD).then("country").otherwise(pl.lit("")))  # fmt: skip


def _moved_on(ground: Ground, gone: pl.DataFrame) -> pl.DataFrame:
    """A further address of every third who moved away, and of some removed ex officio who turned up elsewhere."""
    person = pl.col("person")
    turned_up = (pl.col("kind") == REMOVED) & (person % 4 == 1)
    again = gone.filter(((pl.col("kind") == HERE) & (person % 3 == 1)) | turned_up).with_columns(
        day=pl.col("day") + 200 + person * 53 % 3_000, number=person, place=person * 17 + 3, kind=pl.lit(HERE)
    )
    again = again.filter(pl.col("day") < ground.as_of - 30).with_columns(written=pl.col("day") + person % 20)
    return _placed(ground, again.select("atena", "number", "kind", "day", "written", "place")).drop("number")


def _placed(ground: Ground, rows: pl.DataFrame) -> pl.DataFrame:
    """An address in another municipality for `place`, where the kind has one."""
    known = elsewhere_frame(ground.register).head(-1)
    known = known.filter(pl.col("code") != "").unique(["code", "town"], maintain_order=True)
    chosen = rows.select(pl.col("place") % known.height).to_series().to_list()
    here = pl.col("kind") == HERE
    lot = full_digits(pl.col("place") % 60 + 1) + "番" + full_digits(pl.col("place") % 23 + 1) + "号"
    frame = rows.hstack(known[chosen].select("code", "county", "city", "town")).with_columns(lot=lot)
    return frame.with_columns(
        told=pl.when(here).then("code").otherwise(pl.lit("")), building=pl.lit(""),
        country=pl.when(pl.col("kind") == ABROAD).then(_country(pl.col("number"))).otherwise(pl.lit("")),
        **{name: pl.when(here).then(name).otherwise(pl.lit("")) for name in PLACE[:-1]},
    ).drop("place")  # fmt: skip


def _country(number: pl.Expr) -> pl.Expr:
    return (number % len(_COUNTRIES)).replace_strict(dict(enumerate(_COUNTRIES)), return_dtype=pl.String)
