"""Children and who has the care of them: those at home, and those who left the town with a parent."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.forms import to_date

_GONE = ("転出", "国外への転出", "職権消除")


def families(ground: Ground, eldest: int, since: int) -> pl.DataFrame:
    """person, guardian, birth, other (the second parent at home, 0 none), arrived, gone (0 or the day of moving away).

    `eldest`, `since` (ordinals): of those who moved away, the ones born from the first and gone from the second on.
    """
    kids = pl.concat([_at_home(ground), _moved_away(ground, eldest, since)])
    return kids.sort("guardian", "birth", "person").with_columns(other=pl.col("other").max().over("guardian"))


def school_birth_year() -> pl.Expr:
    """The fiscal year of `birth` as schools count it: 1 April still belongs to the year before."""
    day = to_date(pl.col("birth") - 1)
    return (day.dt.year() - (day.dt.month() < 4).cast(pl.Int32)).cast(pl.Int64)


def _at_home(ground: Ground) -> pl.DataFrame:
    people = ground.society
    kids = people.filter(pl.col("guardian") > 0).select("person", "guardian", "birth", "became_resident", "household")
    kids = kids.join(ground.persons.select("person", "father", "mother"), on="person", how="left")
    second = pl.when(pl.col("guardian") == pl.col("father")).then("mother").otherwise("father")
    kids = kids.with_columns(second=second, since=people["became_resident"].gather(kids["guardian"]))
    there = people.filter("resident").select(second="person", home="household")
    kids = kids.join(there, on="second", how="left")
    near = (pl.col("home") == pl.col("household")) & (pl.col("second") != pl.col("guardian"))
    return kids.select(
        "person", "guardian", "birth",
        other=pl.when(near).then("second").otherwise(0),
        arrived=pl.max_horizontal("birth", "became_resident", "since"),
        gone=pl.lit(0, dtype=pl.Int64),
    )  # fmt: skip


def _moved_away(ground: Ground, eldest: int, since: int) -> pl.DataFrame:
    """Children who left the town with their father or mother on the same day."""
    gone = ground.persons.select("person", "birth", "became_resident", "father", "mother").join(
        ground.history.filter(pl.col("latest") & pl.col("removed_by").is_in(_GONE)).select("person", "removed_on"),
        on="person",
    )
    adults = gone.select(guardian="person", day="removed_on", since="became_resident")
    kids = gone.filter((pl.col("birth") >= eldest) & (pl.col("removed_on") >= since))
    found = [
        kids.join(adults, left_on=parent, right_on="guardian", how="inner").with_columns(guardian=parent)
        for parent in ("father", "mother")
    ]
    both = pl.concat(found).filter(pl.col("day") == pl.col("removed_on")).unique("person", maintain_order=True)
    return both.select(
        "person", "guardian", "birth", other=pl.lit(0, dtype=pl.Int64),
        arrived=pl.max_horizontal("birth", "became_resident", "since"), gone="removed_on",
    )  # fmt: skip
