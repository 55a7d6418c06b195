"""国民健康保険税: who is in a household on 1 April, its 軽減, and the tax in parts and instalments."""

from __future__ import annotations

from datetime import date

import polars as pl

from sample_data.area import Ground
from sample_data.dated import figure
from sample_data.forms import padded, wareki
from sample_data.founding import YEAR, ordinal
from sample_data.records import code, logged

YEARS = range(2022, 2027)
SLOTS = "１２３４５６７８"
_PARTS = {  # rate in 1/10,000 of income, per person, per household
    "医療": ("医療分", 720, 24_000, 18_000), "支援": ("支援金分", 280, 9_000, 6_500),
    "介護": ("介護分", 240, 10_000, 5_500), "子": ("子ども分", 30, 1_500, 1_000),
}  # fmt: skip
_DAYS = ((7, 31), (8, 31), (9, 30), (10, 31), (11, 30), (12, 25), (1, 31), (2, 28))
_BASE = 430_000


def heads_of(spells: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """household, head, head_atena, proxy (擬制世帯主): the head by 住民票, the oldest member where it has none."""
    living = pl.DataFrame({
        "household": [home.number for home in ground.register.households],
        "now": [home.head for home in ground.register.households],
    })  # fmt: skip
    last = (
        ground.history.filter(pl.col("head") > 0)
        .group_by("household", maintain_order=True)
        .agg(then=pl.col("head").last())
    )
    members = (
        spells.sort("living", "birth", descending=[True, False])
        .group_by("household", maintain_order=True)
        .agg(pl.col("living").any(), oldest=pl.col("person").first())
    )
    found = members.join(living, on="household", how="left").join(last, on="household", how="left")
    now, oldest = pl.col("now"), pl.col("oldest")
    former = pl.coalesce("then", oldest)
    found = found.with_columns(
        head=pl.when("living" & (now > 0)).then(now).when("living").then(oldest).otherwise(former)
    )
    inside = spells.filter("living").select(household="household", head="person", inside=pl.lit(True))
    found = found.join(inside, on=["household", "head"], how="left").with_columns(
        head_atena=ground.persons["atena"].gather(found["head"])
    )
    return found.select("household", "head", "head_atena", proxy=pl.col("inside").is_null()).sort("household")


def specials(spells: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """特定世帯: one person is left in 国保 after others went to 後期. household, member, since (ordinal)."""
    left = spells.filter(pl.col("living")).group_by("household").len().filter(pl.col("len") == 1)
    at_home = ground.persons.filter("resident").select("person", home="household")
    gone = spells.filter(pl.col("ended") == "後期高齢者医療加入").join(at_home, on="person", how="inner")
    gone = gone.filter(pl.col("home") == pl.col("household")).join(left, on="household", how="semi")
    last = gone.sort("end", "person").group_by("household", maintain_order=True).last()
    return last.select("household", member="person", member_atena="atena", since="end").sort("household")


def fuka_frame(spells: pl.DataFrame, heads: pl.DataFrame, special: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """One row per household and year, with the parts of the tax and eight instalments."""
    houses = pl.concat([_houses(spells, heads, special, ground, year) for year in YEARS])
    ratio = {code_: int(code_) for code_ in ("7", "5", "2", "0")}
    houses = houses.with_columns(ratio=pl.col("reduction").replace_strict(ratio, return_dtype=pl.Int64))
    houses = houses.with_columns(**_amounts())
    houses = houses.with_columns(total=pl.sum_horizontal(f"{part}_tax" for part in _PARTS))
    columns = {
        f"{part}{word}": padded(pl.col(f"{part}_{name}"), 9)
        for part in _PARTS
        for name, word in _WORDS
        if not (part == "介護" and name == "child")
    }
    return houses.sort("year", "household").select(
        賦課年度=pl.col("year").cast(pl.String),
        通知書番号="notice",
        国保世帯番号="house",
        義務者宛名番号="head_atena",
        人数=padded(pl.col("members"), 2),
        介護人数=padded(pl.col("carers"), 2),
        未就学人数=padded(pl.col("small"), 2),
        特同人数=padded(pl.col("former"), 2),
        給与等人数=padded(pl.col("earners"), 2),
        判定所得=pl.col("judged").cast(pl.String),
        未申告=pl.when("silent").then(pl.lit("1")).otherwise(pl.lit("0")),
        軽減区分=code("relief", "kokuho", "keigen"),
        特定区分=code("special", "kokuho", "tokutei"),
        **columns,
        減免額=padded(pl.lit(0), 9),
        年税額=padded(pl.col("total"), 9),
        月数=pl.lit("12"),
        更正回数=pl.lit("00"),
        **_instalments(ground.as_of),
        **logged(pl.col("day") + 100, pl.col("household")),
    )


_WORDS = (
    ("income", "所得割額"), ("person", "均等割額"), ("home", "平等割額"), ("relief", "軽減額"),
    ("child", "未就学児軽減額"), ("over", "限度超過額"), ("tax", "課税額"),
)  # fmt: skip


def _houses(
    spells: pl.DataFrame, heads: pl.DataFrame, special: pl.DataFrame, ground: Ground, year: int
) -> pl.DataFrame:
    """Per household insured on 1 April: members, incomes of members and head, 軽減区分, 特定区分."""
    day = ordinal(f"{year}-04-01")
    then = spells.filter((pl.col("start") <= day) & ((pl.col("end") == 0) | (pl.col("end") > day)))
    age = (day - pl.col("birth")) / YEAR
    pension = (pl.col("pension") - 1_100_000).clip(0)
    earns = (pl.col("salary") > 550_000) | (pl.col("pension") > 1_100_000)
    members = then.group_by("household").agg(
        pl.col("house").first(),
        members=pl.len().cast(pl.Int64),
        carers=((age >= 40) & (age < 65)).sum().cast(pl.Int64),
        small=(pl.col("birth") > ordinal(f"{year - 6}-04-01")).sum().cast(pl.Int64),
        earners=earns.sum().cast(pl.Int64),
        judged=(pl.col("business") + (pension - 150_000).clip(0)).sum(),
        taxed=(pl.col("business") + pension - _BASE).clip(0).sum(),
    )
    money = ground.society.select(head="person", head_business="business", head_pension="pension", at_home="resident")
    houses = members.join(heads, on="household", how="left").join(money, on="head", how="left")
    outside = pl.col("proxy") & pl.col("at_home")
    head_income = pl.col("head_business") + (pl.col("head_pension") - 1_250_000).clip(0)
    houses = houses.join(_former(spells, special, day), on="household", how="left").with_columns(
        judged=pl.col("judged") + pl.when(outside).then(head_income).otherwise(0),
        earners=pl.col("earners") + pl.when(outside & (pl.col("head_pension") > 1_100_000)).then(1).otherwise(0),
        former=pl.col("former").fill_null(0),
        since=pl.col("since").fill_null(0),
    )
    months = (year * 12 + 3) - _month(pl.col("since"))
    covered = (pl.col("since") > 0) & (pl.col("since") <= day) & (pl.col("members") == 1) & (pl.col("former") > 0)
    houses = houses.with_columns(
        year=pl.lit(year), day=pl.lit(day),
        silent=pl.col("household") // 4 % 30 == 8,
        notice=padded(pl.lit(year % 100 * 100_000_000) + pl.col("household"), 10),
        special=pl.when(covered & (months < 60)).then(pl.lit("特定世帯"))
        .when(covered & (months < 96)).then(pl.lit("特定継続世帯")).otherwise(pl.lit("該当しない")),
    ).with_columns(reduction=_reduction(year))  # fmt: skip
    words = {"7": "7割", "5": "5割", "2": "2割", "0": "軽減なし"}
    return houses.with_columns(relief=pl.col("reduction").replace_strict(words, return_dtype=pl.String))


def _former(spells: pl.DataFrame, special: pl.DataFrame, day: int) -> pl.DataFrame:
    """household, since, former: how many of it had gone to 後期 by that day (of the 特定世帯 of today)."""
    gone = spells.filter((pl.col("ended") == "後期高齢者医療加入") & (pl.col("end") <= day))
    gone = gone.join(special.select("household", "since"), on="household", how="inner")
    gone = gone.filter((pl.col("last_day") > day) & (pl.col("end") <= pl.col("since")))
    return gone.group_by("household").agg(pl.col("since").first(), former=pl.col("person").n_unique().cast(pl.Int64))


def _month(day: pl.Expr) -> pl.Expr:
    """Months since the year 0 of a day."""
    at = (day - 719_163).cast(pl.Int32).cast(pl.Date)
    return at.dt.year() * 12 + at.dt.month().cast(pl.Int32) - 1


def _reduction(year: int) -> pl.Expr:
    day = f"{year}-04-01"
    heads = pl.col("members") + pl.col("former")
    extra = (pl.col("earners") - 1).clip(0) * figure("国保の軽減の給与所得者等の加算額", day)
    over = pl.col("judged") - figure("国保の軽減の基礎額", day) - extra
    return (
        pl.when("silent").then(pl.lit("0"))
        .when(over <= 0).then(pl.lit("7"))
        .when(over <= heads * figure("国保の5割軽減の1人の額", day)).then(pl.lit("5"))
        .when(over <= heads * figure("国保の2割軽減の1人の額", day)).then(pl.lit("2"))
        .otherwise(pl.lit("0"))
    )  # fmt: skip


def _amounts() -> dict[str, pl.Expr]:
    """The seven amounts of each part of the tax."""
    found: dict[str, pl.Expr] = {}
    for part, (_, rate, person, home) in _PARTS.items():
        heads = pl.col("carers") if part == "介護" else pl.col("members")
        there = (heads > 0) & ((pl.col("year") >= 2026) | pl.lit(part != "子"))
        share = pl.when(pl.col("special") == "特定世帯").then(2).when(pl.col("special") == "特定継続世帯").then(3)
        quarters = share.otherwise(4) if part in ("医療", "支援") else pl.lit(4)
        amounts = {
            "income": pl.col("taxed") * rate // 10_000,
            "person": heads * person,
            "home": pl.lit(home) * quarters // 4,
        }
        relief = (amounts["person"] + amounts["home"]) * pl.col("ratio") // 10
        small = pl.lit(0) if part == "介護" else pl.col("small") * person * (10 - pl.col("ratio")) // 20
        raw = amounts["income"] + amounts["person"] + amounts["home"] - relief - small
        over = (raw - _limit(part)).clip(0)
        all_of_it = amounts | {"relief": relief, "child": small, "over": over, "tax": (raw - over) // 100 * 100}
        found |= {f"{part}_{name}": pl.when(there).then(value).otherwise(0) for name, value in all_of_it.items()}
    return found


def _limit(part: str) -> pl.Expr:
    limits = {year: figure(f"国保の賦課限度額_{_PARTS[part][0]}", f"{year}-04-01") for year in YEARS}
    return pl.col("year").replace_strict(limits, return_dtype=pl.Int64)


def _instalments(as_of: int) -> dict[str, pl.Expr]:
    """Eight instalments from July to February: thousands, the rest in the first; one household in 23 is behind."""
    each = pl.col("total") // 8_000 * 1_000
    found: dict[str, list[pl.Expr]] = {name: [] for name in ("納期限", "期別税額", "収納額", "未納額", "収納日")}
    for place, slot in enumerate(SLOTS):
        month, day = _DAYS[place]
        days = {year: date(year + (month < 4), month, day).toordinal() for year in YEARS}
        due = pl.col("year").replace_strict(days, return_dtype=pl.Int64)
        sum_ = pl.col("total") - each * 7 if place == 0 else each
        paid = (due < as_of) & ((pl.col("household") // 4 % 23 != 11) | (pl.col("year") < 2024))
        amounts = (
            wareki(due), padded(sum_, 9), padded(pl.when(paid).then(sum_).otherwise(0), 9),
            padded(pl.when(paid).then(0).otherwise(sum_), 9), wareki(pl.when(paid).then(due - 3).otherwise(0)),
        )  # fmt: skip
        for name, value in zip(found, amounts, strict=True):
            found[name].append(value.alias(f"{name}{slot}"))
    return {f"{name}{SLOTS[place]}": value for name, values in found.items() for place, value in enumerate(values)}
