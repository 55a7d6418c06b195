"""Money of 生活保護: 加算 of members, and what a household needs, has and is paid (figures of the sample town)."""

from __future__ import annotations

import polars as pl

from sample_data.areas.jite.money import month_text
from sample_data.formats import codes
from sample_data.forms import padded, to_date, wareki
from sample_data.founding import YEAR, ordinal
from sample_data.months import month_number
from sample_data.records import code, logged

SLOTS = "１２３"
_REVISIONS = tuple(ordinal(f"{year}-04-01") for year in (2024, 2025, 2026))
_CHILD, _DISABLED, _ALONE = 10_190, 15_100, 16_300
_EARNED = 35_000


def extra_columns() -> dict[str, pl.Expr]:
    """The three slots 児童養育, 障害者 and 母子 of a member: kind, first month, last month, yen; '' where not so."""
    start, stop = month_number(pl.col("start")), month_number(pl.col("stop"))
    gone = pl.when(pl.col("stop") > 0).then(stop).otherwise(0)
    grown = _march_after_18()
    until = pl.when(gone > 0).then(pl.min_horizontal(gone, grown)).otherwise(grown)
    kinds = codes("seiho", "kasan")
    slots = (
        (is_child(), kinds["児童養育加算"], until, _CHILD),
        (is_disabled(), kinds["障害者加算"], gone, _DISABLED),
        (pl.col("single_parent"), kinds["母子加算"], gone, _ALONE),
    )
    columns = {}
    for sign, (holds, kind, last, yen) in zip(SLOTS, slots, strict=True):
        values = {"加算種": pl.lit(kind), "加算自": month_text(start), "加算至": month_text(last)}
        for name, value in (values | {"加算額": pl.lit(str(yen))}).items():
            columns[name + sign] = pl.when(holds).then(value).otherwise(pl.lit(""))
    return columns


def is_child() -> pl.Expr:
    """Not over the March after 18 when coming to the case."""
    return month_number(pl.col("start")) <= _march_after_18()


def is_disabled() -> pl.Expr:
    """A certificate of the grades that count."""
    kind, grade = pl.col("disability"), pl.col("grade")
    return ((kind == "身体") & (grade <= 3)) | ((kind == "精神") & (grade <= 2))


def _march_after_18() -> pl.Expr:
    day = to_date(pl.col("birth") - 1)
    year = (day.dt.year() - (day.dt.month() < 4).cast(pl.Int32)).cast(pl.Int64)
    return (year + 19) * 12 + 2


def decision_table(members: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """決定: one when the case begins and one at every revision in April, with four slots of 扶助."""
    rows = _needs(members, _decisions(members, as_of))
    earned = pl.when(pl.col("household") % 5 == 0).then(pl.min_horizontal(pl.lit(_EARNED), "living")).otherwise(0)
    slots = (
        ("生活扶助", "living", earned),
        ("住宅扶助", "housing", 0),
        ("教育扶助", "school", 0),
        ("生業扶助", "high", 0),
    )
    columns: dict[str, pl.Expr] = {}
    for sign, (kind, name, has) in zip("１２３４", slots, strict=True):
        need, used = pl.col(name), has if isinstance(has, pl.Expr) else pl.lit(0)
        words = {"扶助種": pl.lit(codes("seiho", "fujo")[kind])} | {
            title: value.cast(pl.String)
            for title, value in (("基準額", need), ("充当額", used), ("支給額", need - used))
        }
        columns |= {title + sign: pl.when(need > 0).then(word).otherwise(pl.lit("")) for title, word in words.items()}
    return rows.select(
        ケース番号=padded(pl.lit(3_000_000) + pl.col("household") * 11, 7),
        決定番号=padded(pl.col("serial"), 3),
        通知番号=padded(pl.lit(2_000_000_000) + pl.col("household") * 100 + pl.col("serial"), 10),
        決定日=wareki(pl.when(pl.col("serial") == 1).then(pl.col("day") + 12).otherwise(pl.col("day") - 10)),
        決定理由=code("reason", "seiho", "kettei_riyu"),
        適用自=wareki(pl.col("day")),
        適用至=wareki(pl.col("until")),
        人員=pl.col("people").cast(pl.String),
        **columns,
        計算書控=pl.lit(""),
        **logged(pl.col("day"), pl.col("household")),
    )


def _decisions(members: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """household, day, until (0 goes on), reason, serial."""
    cases = members.filter(pl.col("serial") == 1).select("household", "begin", "closed", "suspended_on")
    last = pl.when(pl.col("closed") > 0).then(pl.col("closed") - 1).when(pl.col("suspended_on") > 0).then(
        pl.col("suspended_on") - 1).otherwise(0)  # fmt: skip
    first = cases.with_columns(day="begin", reason=pl.lit("開始"))
    parts = [first]
    for april in _REVISIONS:
        later = cases.filter((pl.col("begin") < april) & ((last == 0) | (last > april)))
        parts.append(later.with_columns(day=pl.lit(april, dtype=pl.Int64), reason=pl.lit("基準の改定")))
    rows = pl.concat(parts).sort("household", "day")
    following = pl.col("day").shift(-1).over("household")
    return rows.with_columns(
        until=pl.when(following.is_null()).then(last).otherwise(following - 1),
        serial=pl.int_range(1, pl.len() + 1).over("household"),
    ).select("household", "day", "until", "reason", "serial")


def _needs(members: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Adds people, living, housing, school, high: yen a month by who was there on the day and how old."""
    there = decisions.join(
        members.select("household", "start", "stop", "birth", "single_parent", disabled=is_disabled()), on="household"
    ).filter(
        (pl.col("start") <= pl.col("day")) & ((pl.col("stop") == 0) | (pl.col("stop") > pl.col("day")))
    )  # fmt: skip
    age = (pl.col("day") - pl.col("birth")) / YEAR
    each = pl.when(age < 20).then(38_000).when(age < 65).then(46_000).otherwise(44_000)
    extra = (
        pl.when(age < 18).then(_CHILD).otherwise(0)
        + pl.when("disabled").then(_DISABLED).otherwise(0)
        + pl.when("single_parent").then(_ALONE).otherwise(0)
    )
    amounts = there.group_by("household", "serial").agg(
        people=pl.len().cast(pl.Int64),
        living=(each + extra).sum().cast(pl.Int64),
        school=(age.is_between(7, 15).cast(pl.Int64) * 4_500).sum(),
        high=(age.is_between(16, 18).cast(pl.Int64) * 5_300).sum(),
    )
    rows = decisions.join(amounts, on=["household", "serial"], how="inner", maintain_order="left")
    rows = rows.with_columns(
        housing=23_000 + 6_000 * pl.col("people"), serial=pl.int_range(1, pl.len() + 1).over("household")
    )
    return rows
