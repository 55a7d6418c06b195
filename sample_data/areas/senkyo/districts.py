"""投票区: which 町字 and which 地番 vote where. The 町字 are the town's, the division into twelve is invented."""

from __future__ import annotations

import polars as pl

from sample_data.formats import codes, standard_codes
from sample_data.forms import full_width, padded, wareki
from sample_data.founding import ordinal
from sample_data.lists import Lists
from sample_data.records import logged

DISTRICTS = 12
LAST_LOT = 99_999
_SINCE = ordinal("2015-04-01")
_CLOSED = ordinal("2021-03-31")
_CUTS = {
    "大字吉木": (1_200,),
    "大字海老津": (1_000,),
    "大字野間": (800, 1_600),
    "大字山田": (1_500,),
}  # last 地番 of each


def areas_frame(lists: Lists) -> pl.DataFrame:
    """One row per range of 地番: town (index), code (町字コード), number, name, first, last, district."""
    machiaza, standard = codes("jumin", "machiaza"), standard_codes("jumin", "machiaza")
    rows = []
    for town, entry in enumerate(lists.towns):
        name = entry["town"]
        home = town * DISTRICTS // len(lists.towns)
        cuts = (*_CUTS.get(name, ()), LAST_LOT)
        for number, last in enumerate(cuts, start=1):
            first = 1 if number == 1 else cuts[number - 2] + 1
            district = (home + number - 1) % DISTRICTS + 1
            rows.append((town, standard[machiaza[name]], number, name, first, last, district))
    schema = ["town", "code", "number", "name", "first", "last", "district"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def district_of(homes: pl.DataFrame, lists: Lists) -> pl.Series:
    """投票区 of every row with `town` and `lot`."""
    ranges = areas_frame(lists).select("town", "first", "district").sort("first")
    rows = homes.select("town", "lot").with_row_index("row").sort("lot")
    found = rows.join_asof(ranges, left_on="lot", right_on="first", by="town", check_sortedness=False)
    return found.sort("row")["district"]


def districts_table(lists: Lists) -> pl.DataFrame:
    """投票区: the twelve and one that was merged into the first."""
    first = areas_frame(lists).filter(pl.col("number") == 1).group_by("district", maintain_order=True).first()
    names = [row["name"] for row in first.sort("district").iter_rows(named=True)]
    rows = [(number, name, _SINCE, 0) for number, name in enumerate(names, start=1)]
    rows.append((DISTRICTS + 1, lists.towns[0]["town"], _SINCE, _CLOSED))
    frame = pl.DataFrame(rows, schema=["number", "name", "since", "closed"], orient="row")
    words = pl.Series([full_width(str(number)) for number in frame["number"]])
    plain = pl.col("name").str.strip_prefix("大字")
    return frame.with_columns(word=words).select(
        投票区=padded(pl.col("number"), 3),
        投票区名=pl.lit("第") + pl.col("word") + "投票区",
        投票所名=plain + "公民館",
        投票所所在地=pl.lit("岡垣町") + pl.col("name") + "１番地",
        施行日=wareki(pl.col("since")),
        廃止日=wareki(pl.col("closed")),
        **logged(pl.col("since"), pl.col("number")),
        予備=pl.lit(""),
    )


def ranges_table(lists: Lists) -> pl.DataFrame:
    """投票区の区域."""
    return areas_frame(lists).select(
        町字コード="code",
        区域番号=padded(pl.col("number"), 2),
        町字名="name",
        本番自=padded(pl.col("first"), 5),
        本番至=padded(pl.col("last"), 5),
        投票区=padded(pl.col("district"), 3),
        施行日=wareki(pl.lit(_SINCE)),
        **logged(pl.lit(_SINCE), pl.col("town")),
        予備=pl.lit(""),
    )
