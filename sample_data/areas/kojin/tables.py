"""個人住民税 as the old system keeps it: seven years of one wide ledger, papers, dependents and collection."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.kojin.collection import pensions_after, with_collection
from sample_data.areas.kojin.income import YEARS, dependents, taxed_people
from sample_data.areas.kojin.ledger import ledger
from sample_data.areas.kojin.papers import family_table, papers_table, pay_table, payers_table, pension_table
from sample_data.areas.kojin.tax import with_family, with_tax
from sample_data.companies import companies


def kojin_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    firms = companies(ground)
    before = pl.DataFrame(schema={"person": pl.Int64, "earlier": pl.Int64})
    ends, numbers = _ends(ground), ground.persons.select("person", pension_number="pension")
    kinds: dict[str, list[pl.DataFrame]] = {name: [] for name in ("kazei", "shiryo", "fuyo", "tokucho", "nentoku")}
    for year in YEARS:
        children = dependents(ground, year)
        people = _with_corrections(with_family(taxed_people(ground, year), children, year))
        people = with_collection(with_tax(people, year), before, firms, year)
        people = people.join(ends, on="person", how="left", maintain_order="left").sort("person", "version")
        before, final = pensions_after(people), people.filter("final")
        kinds["kazei"].append(ledger(people, year))
        kinds["shiryo"].append(papers_table(final, firms, year))
        kinds["fuyo"].append(family_table(final, children, year))
        kinds["tokucho"].append(pay_table(final, year))
        kinds["nentoku"].append(pension_table(final.join(numbers, on="person", how="left"), year))
    return {name: pl.concat(frames) for name, frames in kinds.items()} | {"gimusha": payers_table(firms)}


def _with_corrections(people: pl.DataFrame) -> pl.DataFrame:
    """One in fifty was corrected (更正): an earlier version without what was claimed late, and the one that holds."""
    corrected = pl.col("person") % 50 == 17
    now = people.with_columns(final=pl.lit(True), version=pl.when(corrected).then(1).otherwise(0))
    was = people.filter(corrected).with_columns(final=pl.lit(False), version=pl.lit(0, pl.Int32))
    return pl.concat([now, was])


def _ends(ground: Ground) -> pl.DataFrame:
    """person, died_on, abroad_on (0: not), kin: a grown-up of the town who answers for those who are gone."""
    last = ground.history.filter("latest").select(
        "person",
        died_on=pl.when(pl.col("removed_by") == "死亡").then("removed_on").otherwise(0),
        abroad_on=pl.when(pl.col("removed_by") == "国外への転出").then("removed_on").otherwise(0),
    )
    adults = ground.society.filter(pl.col("resident") & (pl.col("age") >= 25)).select("household", "atena", "age")
    home = adults.filter(pl.col("age") < 80).group_by("household").agg(kin_at_home=pl.col("atena").min())
    anybody = adults["atena"].gather(pl.select(ground.society["person"] * 7 % adults.height).to_series())
    kin = (
        ground.society.select("person", "household")
        .with_columns(anybody=anybody)
        .join(home, on="household", how="left", maintain_order="left")
        .select("person", kin=pl.coalesce("kin_at_home", "anybody"))
    )
    return last.join(kin, on="person", how="left")
