"""What all tables of the old system share: log columns, codes by meaning, names as written, addresses of the town."""

from __future__ import annotations

import polars as pl

from sample_data.formats import codes
from sample_data.forms import full_digits, padded, stamp
from sample_data.register import Register

TOWN_CODE = "403831"


def logged(day: pl.Expr, number: pl.Expr) -> dict[str, pl.Expr]:
    """The three columns every table of the old system ends with."""
    return {
        "削除フラグ": pl.lit("0"),
        "更新日時": stamp(day, number),
        "操作者": padded(20_000_000 + number % 40, 8),
    }


def code(column: str, area: str, name: str, *, none: str = "") -> pl.Expr:
    """The legacy code of a meaning; a meaning the code map does not have is an error."""
    known = codes(area, name)
    return pl.when(pl.col(column) == "").then(pl.lit(none)).otherwise(
        pl.col(column).replace_strict(known | {"": ""}, return_dtype=pl.String)
    )  # fmt: skip


def wide_latin(text: pl.Expr) -> pl.Expr:
    """Names in Latin letters in full width; others as they are."""
    narrow = " ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return text.str.replace_many(list(narrow), ["\u3000", *(chr(ord(c) + 0xFEE0) for c in narrow[1:])])


def address_frame(register: Register) -> pl.DataFrame:
    """One row per residence of the town: 住所コード, 町字, 番地, 方書 as the old system writes them."""
    lists = register.lists
    towns = [row["town"] for row in lists.towns]
    known = codes("jumin", "machiaza")
    frame = pl.DataFrame(register.residences, schema=["town", "lot", "branch", "building", "room"], orient="row")
    countryside = pl.col("town_name").str.starts_with("大字")
    lot, branch = full_digits(pl.col("lot")), full_digits(pl.col("branch"))
    building = pl.Series([*lists.buildings, ""]).gather(
        frame.select(pl.when(pl.col("building") < 0).then(len(lists.buildings)).otherwise("building")).to_series()
    )
    return frame.with_columns(
        town_name=pl.Series(towns).gather(frame["town"]),
        town_code=pl.Series([known[name] for name in towns]).gather(frame["town"]),
    ).select(
        "town", "town_name", "town_code",
        lot_text=pl.when(countryside & (pl.col("branch") > 0)).then(lot + "番地" + branch)
        .when(countryside).then(lot + "番地").otherwise(lot + "番" + full_digits(pl.col("branch") + 1) + "号"),
        building_text=pl.when(building == "").then(pl.lit("")).otherwise(building + full_digits(pl.col("room")) + "号"),
    )  # fmt: skip
