"""The old system's database of 健康管理: the ledger of persons, what was done for them, and the masters."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.kenko.adults import cancer_table, health_table
from sample_data.areas.kenko.children import child_table, pregnancy_table
from sample_data.areas.kenko.lists import check_master, clinic_master, vaccine_master
from sample_data.areas.kenko.people import people_frame
from sample_data.areas.kenko.vaccinations import given, ledger_and_lots
from sample_data.formats import codes
from sample_data.forms import western
from sample_data.founding import YEAR
from sample_data.records import code, logged


def kenko_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    people = people_frame(ground)
    rows = given(ground, people)
    made = {
        "shubetsu": vaccine_master(),
        **ledger_and_lots(ground, rows),
        "kikan": clinic_master(ground),
        "kijun": check_master(),
        "ninshin": pregnancy_table(ground, people),
        "nyuyoji": child_table(ground, people),
        "seijin": health_table(people),
        "gan": cancer_table(ground, people),
    }
    return {"kojin": _persons(ground, people, made)} | made


def _persons(ground: Ground, people: pl.DataFrame, made: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Everybody with a record of any kind, and the 住登外者."""
    kinds = ("sesshu", "ninshin", "nyuyoji", "seijin", "gan")
    known = pl.concat([made[name].select("宛名番号") for name in kinds]).unique().select(atena="宛名番号", known=True)
    counted = made["sesshu"].group_by("宛名番号").agg(pl.len().alias("count"), pl.col("接種日").max().alias("last"))
    frame = people.join(known, on="atena", how="left", maintain_order="left")
    frame = frame.join(counted, left_on="atena", right_on="宛名番号", how="left", maintain_order="left")
    frame = frame.filter(pl.col("known").fill_null(value=False) | ~pl.col("registered"))
    kana = ground.history.filter("latest").select("atena", "kana")
    frame = frame.join(kana, on="atena", how="left", maintain_order="left")
    shien = ground.made["jumin"]["shien"]
    running = shien.filter(pl.col("措置状態") == codes("jumin", "shien_jotai")["実施中"])["宛名番号"].unique().to_list()
    return _columns(frame.with_columns(protected=pl.col("atena").is_in(running), why=_why(ground.as_of)))


def _why(as_of: int) -> pl.Expr:
    """Why somebody is known who does not live in the town."""
    age = (as_of - pl.col("birth")) / YEAR
    return (
        pl.when(pl.col("registered")).then(pl.lit("")).when(age >= 65).then(pl.lit("施設入所"))
        .when((pl.col("sex") == 2) & (age < 45)).then(pl.lit("里帰り")).otherwise(pl.lit("その他"))
    )  # fmt: skip


def _columns(frame: pl.DataFrame) -> pl.DataFrame:
    gone = pl.col("state_since") > 0
    return frame.select(
        宛名番号="atena",
        状態区分=code("state", "kenko", "jotai"),
        状態異動日=western(pl.col("state_since")),
        住登外理由=code("why", "kenko", "jutogai_riyu"),
        カナ控=pl.col("kana").fill_null(""),
        支援区分=pl.when("protected").then(pl.lit("1")).otherwise(pl.lit("0")),
        勧奨停止=pl.when(gone).then(pl.lit("1")).otherwise(pl.lit("0")),
        接種件数=pl.col("count").fill_null(0).cast(pl.String),
        最終接種日=pl.col("last").fill_null(""),
        連絡メモ=pl.lit(""),
        予備1=pl.lit(""),
        予備2=pl.lit(""),
        **logged(pl.max_horizontal("here_since", "state_since"), pl.col("person")),
    )
