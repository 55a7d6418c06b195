"""What 国保 grants: 軽減 with their periods, 限度額認定, 高額療養費."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.formats import codes
from sample_data.forms import padded, to_date, wareki
from sample_data.founding import YEAR, ordinal
from sample_data.records import code, logged
from sample_data.society import birthday

_EPOCH = 719_163  # ordinal of 1970-01-01


def keigen_frame(spells: pl.DataFrame, special: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """特定世帯 (five years, then three as 特定継続世帯), 非自発的失業, 産前産後, 旧被扶養者."""
    house = spells.group_by("household").agg(pl.col("house").first())
    homes = special.join(house, on="household", how="left", maintain_order="left")
    first = _shift("since", 0)
    ways = [
        _grant(homes.with_columns(atena="member_atena"), "特定世帯", first, _shift("since", 60) - 1, pl.col("since")),
        _grant(
            homes.filter(_shift("since", 60) <= ground.as_of).with_columns(atena="member_atena"),
            "特定継続世帯", _shift("since", 60), _shift("since", 96) - 1, pl.col("since"),
        ),
        *_personal(spells.filter("living"), ground.as_of),
    ]  # fmt: skip
    rows = pl.concat(ways).sort("household", "began", "atena")
    rows = rows.with_columns(serial=pl.col("began").cum_count().over("household"))
    return rows.select(
        国保世帯番号="house",
        連番=padded(pl.col("serial"), 3),
        種別=code("kind", "kokuho", "shubetsu"),
        対象者宛名番号="atena",
        開始年月日=wareki(pl.col("began")),
        終了年月日=wareki(pl.col("ended")),
        事由発生日=wareki(pl.col("cause")),
        届出年月日=wareki(pl.min_horizontal(pl.col("began") + 14, pl.lit(ground.as_of))),
        離職理由=pl.when(pl.col("kind") == "非自発的失業").then(pl.lit("23")).otherwise(pl.lit("")),
        メモ=pl.lit(""),
        **logged(pl.min_horizontal(pl.col("began") + 14, pl.lit(ground.as_of)), pl.col("household")),
    )


def _personal(living: pl.DataFrame, as_of: int) -> list[pl.DataFrame]:
    age, person = (as_of - pl.col("birth")) / YEAR, pl.col("person")
    settled = pl.col("start") + 900 < as_of
    left = pl.lit(as_of - 200) - person % 500
    jobless = living.filter(age.is_between(30, 60) & settled & (person % 17 == 2)).with_columns(cause=left)
    mothers = living.filter(age.is_between(24, 38) & (pl.col("sex") == 2) & settled & (person % 6 == 1))
    mothers = mothers.with_columns(cause=pl.lit(as_of - 120) - person % 500)
    dependents = living.filter(age.is_between(67, 74) & settled & (person % 19 == 3))
    dependents = dependents.with_columns(cause=pl.max_horizontal("start", pl.col("birth") + 66 * 366))
    year_end = _fiscal_end(pl.col("cause"), 1)
    month = _shift("cause", -1)
    return [
        _grant(jobless, "非自発的失業", pl.col("cause") + 1, year_end, pl.col("cause")),
        _grant(mothers, "産前産後", month, _shift("cause", 3) - 1, pl.col("cause")),
        _grant(dependents, "旧被扶養者", pl.col("cause"), pl.lit(0, dtype=pl.Int64), pl.col("cause")),
    ]


def _grant(rows: pl.DataFrame, kind: str, began: pl.Expr, ended: pl.Expr, cause: pl.Expr) -> pl.DataFrame:
    return rows.select(
        "household", "house", "atena", kind=pl.lit(kind), began=began.cast(pl.Int64), ended=ended.cast(pl.Int64),
        cause=cause.cast(pl.Int64),
    )  # fmt: skip


def gendo_frame(spells: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """限度額適用認定 of some people from year to year, and a few 特定疾病 without end."""
    people = spells.filter(pl.col("living") & ~pl.col("student"))
    parts = [_certificates(people, year, ground.as_of) for year in range(2022, 2027)]
    forever = people.filter((pl.col("person") % 61 == 7) & (pl.col("start") + 60 < ground.as_of)).with_columns(
        begin=pl.max_horizontal("start", pl.lit(ground.as_of - 2_000)) + 30, until=pl.lit(0, dtype=pl.Int64),
        kind=pl.lit("特定疾病"), step=pl.lit("ウ"),
    )  # fmt: skip
    rows = pl.concat([*parts, forever]).sort("person", "begin", "kind")
    rows = rows.with_columns(serial=pl.col("begin").cum_count().over("person"))
    return rows.select(
        宛名番号="atena",
        連番=padded(pl.col("serial"), 3),
        証区分=code("kind", "kokuho", "sho"),
        適用区分=code("step", "kokuho", "tekiyo"),
        申請年月日=wareki(pl.col("begin")),
        発効期日=wareki(pl.col("begin")),
        有効期限=wareki(pl.col("until")),
        長期該当日=wareki(pl.lit(0)),
        交付年月日=wareki(pl.col("begin")),
        証番号=padded(pl.col("person"), 6),
        **logged(pl.col("begin"), pl.col("person")),
    )


def _certificates(people: pl.DataFrame, year: int, as_of: int) -> pl.DataFrame:
    """From 1 August (or the day of 資格) to 31 July, or to the day before the 75th birthday."""
    begin = pl.max_horizontal(pl.lit(ordinal(f"{year}-08-01")), pl.col("start"))
    until = pl.min_horizontal(pl.lit(ordinal(f"{year + 1}-07-31")), pl.col("koki_from") - 1)
    old = (ordinal(f"{year}-08-01") - pl.col("birth")) / YEAR >= 70
    early = pl.col("koki_from") < birthday(75)  # 後期 with a disability: no 75th birthday to end it
    poor, some = pl.col("business") + pl.col("pension") < 1_100_000, (pl.col("person") + year) % 9 == 0
    rows = people.filter(some & ~early).with_columns(
        begin=begin, until=until,
        kind=pl.when(poor).then(pl.lit("限度額適用・標準負担額減額")).otherwise(pl.lit("限度額適用")),
        step=pl.when(old & poor).then(pl.lit("低所得Ⅱ")).when(old).then(pl.lit("一般")).when(poor)
        .then(pl.lit("オ")).otherwise(pl.lit("ウ")),
    )  # fmt: skip
    return rows.filter((pl.col("begin") <= pl.col("until")) & (pl.col("begin") <= as_of))


def kogaku_frame(spells: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """高額療養費 of some people in some months of the last four years."""
    as_of = ground.as_of
    months = pl.DataFrame({"back": list(range(3, 50))})
    rows = spells.filter("living").join(months, how="cross")
    rows = rows.filter((pl.col("person") * 31 + pl.col("back") * 17) % 97 == 5).with_columns(
        month=_shifted(pl.lit(as_of), -pl.col("back"))
    )
    rows = rows.filter(pl.col("month") >= pl.col("start")).sort("month", "person").with_row_index("number", offset=1)
    turn, back = pl.col("person") % 10, pl.col("back")
    state = (
        pl.when(turn < 7).then(pl.lit("支給済")).when(back > 24).then(pl.lit("時効")).when(turn < 9)
        .then(pl.lit("申請済")).otherwise(pl.lit("未申請"))
    )  # fmt: skip
    asked = pl.when(state.is_in(["支給済", "申請済"])).then(pl.col("month") + 65).otherwise(0)
    paid = state == "支給済"
    own = 60_000 + pl.col("person") * 37 % 900 * 100
    return rows.select(
        支給番号=padded(pl.lit(3_000_000) + pl.col("number").cast(pl.Int64), 10),
        国保世帯番号="house",
        対象者宛名番号="atena",
        診療年月=to_date(pl.col("month")).dt.strftime("%Y%m"),
        自己負担額=own.cast(pl.String),
        支給額=(own - 57_600).cast(pl.String),
        状態=state.replace_strict(_states(), return_dtype=pl.String),
        申請年月日=wareki(asked),
        決定年月日=wareki(pl.when(paid).then(asked + 10).otherwise(0)),
        支払年月日=wareki(pl.when(paid).then(asked + 20).otherwise(0)),
        勧奨通知回数=pl.lit("1"),
        **logged(pl.col("month") + 60, pl.col("person")),
    )


def _states() -> dict[str, str]:
    return codes("kokuho", "shikyu")


def _shift(column: str, months: int) -> pl.Expr:
    """The first day of the month so many months later."""
    return _shifted(pl.col(column), pl.lit(months))


def _shifted(day: pl.Expr, months: pl.Expr) -> pl.Expr:
    at = to_date(day)
    count = at.dt.year().cast(pl.Int64) * 12 + at.dt.month().cast(pl.Int64) - 1 + months
    return pl.date(count // 12, count % 12 + 1, 1).cast(pl.Int32).cast(pl.Int64) + _EPOCH


def _fiscal_end(day: pl.Expr, years: int) -> pl.Expr:
    """31 March of the fiscal year so many years after that of the day."""
    at = to_date(day)
    year = at.dt.year() + pl.when(at.dt.month() >= 4).then(1).otherwise(0) + years
    return pl.date(year, 3, 31).cast(pl.Int32).cast(pl.Int64) + _EPOCH
