"""Everybody 健康管理 may know: who ever was a resident, and the 住登外者 registered for it (里帰り, in a facility)."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.formats import codes
from sample_data.forms import EPOCH, ERAS
from sample_data.founding import YEAR

_OUTSIDERS = 1_000_000  # numbers of 住登外者 begin here, for what follows from numbers
_RETENTION = "5y"


def people_frame(ground: Ground) -> pl.DataFrame:
    """person, atena, sex (1, 2), birth, here_since, end (first day after), state, state_since, expires (of the records
    of the dead), registered (a resident now or once), insurance. Of an odd day of birth the last of the year counts."""
    return pl.concat([_residents(ground), _outsiders(ground)])


def _residents(ground: Ground) -> pl.DataFrame:
    odd = ground.persons.select("person", "birth_special")
    why = ground.history.filter("latest").select("person", "removed_by")
    frame = ground.society.filter(pl.col("rows") > 0).join(odd, on="person", how="left", maintain_order="left")
    frame = frame.join(why, on="person", how="left", maintain_order="left")
    gone = pl.col("removed_on").fill_null(0) > 0
    dead = pl.col("removed_by") == "死亡"
    year = (pl.col("birth") - EPOCH).cast(pl.Int32).cast(pl.Date).dt.year()
    whole = pl.date(year, 12, 31).cast(pl.Int32).cast(pl.Int64) + EPOCH
    last = (pl.col("removed_on").fill_null(0) - EPOCH).cast(pl.Int32).cast(pl.Date)
    kept = last.dt.offset_by(_RETENTION).cast(pl.Int32).cast(pl.Int64) + EPOCH
    leap_day = (last.dt.month() == 2) & (last.dt.day() == 29)
    return frame.select(
        "person", "atena", "sex",
        birth=pl.when(pl.col("birth_special").is_not_null()).then(whole).otherwise("birth"),
        here_since="became_resident",
        end=pl.when(gone).then("removed_on").otherwise(ground.as_of),
        state=pl.when(~gone).then(pl.lit("住民")).when(dead).then(pl.lit("死亡"))
        .when(pl.col("removed_by").str.contains("転出")).then(pl.lit("転出")).otherwise(pl.lit("その他の消除")),
        state_since=pl.when(gone).then("removed_on").otherwise(0),
        expires=pl.when(gone & dead).then(kept + leap_day.cast(pl.Int64)).otherwise(0),
        registered=pl.lit(value=True),
        insurance="insurance",
    )  # fmt: skip


def _outsiders(ground: Ground) -> pl.DataFrame:
    known = codes("jutogai", "toroku_gyomu")["健康管理"]
    rows = ground.made["jutogai"]["jutogai"].filter(
        (pl.col("登録業務") == known) & ~pl.col("生年月日").str.contains("00$")
    )
    bases = {digit: before for _, digit, _, before in ERAS}
    born = pl.col("生年月日")
    year = born.str.slice(1, 2).cast(pl.Int64) + born.str.head(1).replace_strict(bases, return_dtype=pl.Int64)
    date = pl.date(year, born.str.slice(3, 2).cast(pl.Int64), born.str.slice(5, 2).cast(pl.Int64))
    sexes = {value: 1 if word == "男" else 2 for word, value in codes("jutogai", "seibetsu").items()}
    return rows.select(
        person=pl.int_range(pl.len()) + _OUTSIDERS,
        atena="宛名番号",
        sex=pl.col("性別").replace_strict(sexes, return_dtype=pl.Int64),
        birth=date.cast(pl.Int32).cast(pl.Int64) + EPOCH,
        here_since=pl.lit(ground.as_of - int(8 * YEAR), dtype=pl.Int64),
        end=pl.lit(ground.as_of, dtype=pl.Int64),
        state=pl.lit("住登外"),
        state_since=pl.lit(0, dtype=pl.Int64),
        expires=pl.lit(0, dtype=pl.Int64),
        registered=pl.lit(value=False),
        insurance=pl.lit(""),
    )
