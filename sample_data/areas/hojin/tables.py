"""法人住民税 as the old system keeps it: companies, offices, business years, declarations, what was paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from sample_data.area import Ground
from sample_data.areas.hojin.years import (
    AMENDED,
    CORRECTED,
    FINAL,
    OPENED_LATE,
    Company,
    Declared,
    Year,
    declarations,
    years_of,
)
from sample_data.companies import companies
from sample_data.formats import codes
from sample_data.forms import full_digits, padded, wareki
from sample_data.founding import ordinal
from sample_data.records import logged

_ENOUGH = 210  # companies a small town must have for every kind of row
_WRITTEN_OFF = ordinal("2021-10-01")


def hojin_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    """Every table of the area by its id; all cells are Strings."""
    firms = _firms(ground)
    years = [year for company in _companies(firms) for year in years_of(company, ground.as_of)]
    declared = _declared(years, ground.as_of)
    return {
        "hojin": _firm_table(firms, declared),
        "jimusho": _office_table(firms),
        "jigyo": _year_table(years, ground.as_of),
        "shinkoku": _declaration_table(declared),
        "shuno": _payment_table(declared, ground.as_of),
    }


def _firms(ground: Ground) -> pl.DataFrame:
    """Companies with an office in the town, and associations without legal personality (人格のない社団等)."""
    count = max(24, int(ground.persons["resident"].sum()) // 20)
    every = companies(ground, max(0, _ENOUGH - count))
    step = 30 if count > _ENOUGH else 5  # a small town has relatively more branches
    number = pl.col("number")
    branch = ~pl.col("in_town") & (number % step == 3)
    firms = every.filter(pl.col("in_town") | branch)
    late = pl.lit(pl.Series([list(OPENED_LATE)])).list.get(number % len(OPENED_LATE))
    grown = ground.society.filter(pl.col("resident") & (pl.col("age") >= 30) & (pl.col("age") < 70))["atena"]
    towns = pl.Series([row["town"] for row in ground.lists.towns])
    turn = firms["number"] % towns.len()
    office = pl.lit("福岡県遠賀郡岡垣町") + towns.gather(turn) + full_digits(number % 90 + 1) + "番地"
    closed = pl.col("closed") > 0
    idle = (number % 37 == 9) & ~closed
    liquidated = closed & pl.col("in_town")
    return firms.with_columns(
        office=pl.when("in_town").then("place").otherwise(office),
        opened=pl.when((number % 13 == 5) & ~closed).then(late).otherwise("founded"),
        idle=idle | (number % 53 == 20),
        union=(number % 53 == 20) & pl.col("in_town") & ~closed,
        agent=grown.gather(firms["number"] * 7 % grown.len()),
        state=pl.when(liquidated & (number % 2 == 0)).then(pl.lit("清算結了"))
        .when(liquidated).then(pl.lit("清算中"))
        .when(closed).then(pl.lit("転出・廃止")).when(idle).then(pl.lit("休業")).otherwise(pl.lit("稼働中")),
        since=pl.when(closed).then("closed").when(idle).then(ordinal("2024-04-01")).otherwise(0),
    )  # fmt: skip


def _companies(firms: pl.DataFrame) -> list[Company]:
    return [
        Company(row["number"], row["capital"], row["staff"], row["staff_here"], not row["in_town"], row["opened"],
                row["closed"], row["closing_month"], row["idle"])
        for row in firms.iter_rows(named=True)
    ]  # fmt: skip


def _declared(years: list[Year], as_of: int) -> list[Declared]:
    by_company: dict[int, list[Year]] = {}
    for year in years:
        by_company.setdefault(year.company.number, []).append(year)
    return [one for own in by_company.values() for one in declarations(own, as_of)]


def firm_number() -> pl.Expr:
    """管理番号, 10 digits."""
    return padded(pl.col("number") + 7_000_000, 10)


def _firm_table(firms: pl.DataFrame, declared: list[Declared]) -> pl.DataFrame:
    kinds, seats, states = (codes("hojin", name) for name in ("hojin_kubun", "honten", "jotai"))
    taxed = [one.year.company.number for one in declared if one.kind == FINAL and one.income_tax > 200_000]
    active = pl.col("state") == "稼働中"
    return firms.select(
        管理番号=firm_number(),
        法人番号=pl.when("union").then(pl.lit("")).otherwise("corporate_number"),
        法人区分=_either(pl.col("union"), kinds["人格のない社団等"], kinds["普通法人"]),
        商号漢字="name",
        商号カナ="kana",
        郵便=pl.lit("811-4200"),
        所在地="office",
        本店区分=_either(pl.col("in_town"), seats["町内に本店"], seats["町外に本店"]),
        電話="phone",
        設立日=wareki(pl.col("founded")),
        開設日=wareki(pl.col("opened")),
        決算月=padded(pl.col("closing_month"), 2),
        資本金等=pl.col("capital").cast(pl.String),
        従業者数=pl.col("staff").cast(pl.String),
        状態=pl.col("state").replace_strict(states, return_dtype=pl.String),
        状態日=wareki(pl.col("since")),
        清算人宛名番号=pl.when(pl.col("state") == "清算中").then("agent").otherwise(pl.lit("")),
        延長月数=_either(pl.col("number") % 5 == 2, "1", "0"),
        予定送付区分=_either(active & pl.col("number").is_in(sorted(set(taxed))), "1", "0"),
        公表商号=pl.when("union").then(pl.lit("")).otherwise("name"),
        公表所在地=pl.when("union").then(pl.lit("")).otherwise("place"),
        電子申告区分=_either(pl.col("number") % 3 > 0, "1", "0"),
        税理士番号=padded(pl.col("number") % 40 + 1, 4),
        メモ=pl.lit(""),
        **logged(pl.max_horizontal("founded", "since"), pl.col("number")),
    )


def _office_table(firms: pl.DataFrame) -> pl.DataFrame:
    """事務所: the head office or the branch here, and a second one of every sixth."""
    first = firms.with_columns(serial=pl.lit(1), title=_either(pl.col("in_town"), "本店", "岡垣営業所"))
    second = firms.filter(pl.col("number") % 6 == 0).with_columns(serial=pl.lit(2), title=pl.lit("第二工場"))
    both = pl.concat([first, second]).sort("number", "serial")
    return both.select(
        管理番号=firm_number(),
        事務所番号=padded(pl.col("serial"), 2),
        事務所名="title",
        所在地="office",
        設置日=wareki(pl.col("opened")),
        廃止日=wareki(pl.col("closed")),
        従業者数=pl.col("staff_here").cast(pl.String),
        **logged(pl.max_horizontal("opened", "closed"), pl.col("number")),
    )


def _year_table(years: list[Year], as_of: int) -> pl.DataFrame:
    rows = [(year.company.number, year.serial, year.first, year.last, year.short) for year in years]
    frame = pl.DataFrame(rows, schema=["number", "serial", "first", "last", "short"], orient="row")
    return frame.select(
        管理番号=firm_number(),
        年度連番=padded(pl.col("serial"), 3),
        開始日=wareki(pl.col("first")),
        終了日=wareki(pl.col("last")),
        決算変更区分=_either(pl.col("short"), "1", "0"),
        **logged(pl.min_horizontal("last", pl.lit(as_of)), pl.col("number")),
    )


def _keys(declared: list[Declared]) -> pl.DataFrame:
    rows = [(one.year.company.number, one.year.serial, one.serial) for one in declared]
    return pl.DataFrame(rows, schema=["number", "year", "serial"], orient="row")


def _key_columns() -> dict[str, pl.Expr]:
    return {
        "管理番号": firm_number(),
        "年度連番": padded(pl.col("year"), 3),
        "申告連番": padded(pl.col("serial"), 2),
    }


def _declaration_table(declared: list[Declared]) -> pl.DataFrame:
    kinds, classes = codes("hojin", "shinkoku_kubun"), sorted(codes("hojin", "kinto_kubun").values())
    days = pl.DataFrame([(one.filed, one.due) for one in declared], schema=["filed", "due"], orient="row")
    return _keys(declared).hstack(days).select(
        **_key_columns(),
        申告区分=pl.Series([kinds[one.kind] for one in declared]),
        申告日=wareki(pl.col("filed")),
        申告期限=wareki(pl.col("due")),
        延長月数=_texts(one.extension for one in declared),
        法人税額=_texts(one.income_tax for one in declared),
        課税標準=_texts(one.base for one in declared),
        税率=_texts(one.rate for one in declared),
        税割額=_texts(one.on_income for one in declared),
        資本金等=_texts(one.year.company.capital for one in declared),
        均等区分=pl.Series([classes[one.class_ - 1] for one in declared]),
        均等月数=pl.Series([f"{one.months:02d}" for one in declared]),
        均等割額=_texts(one.per_head for one in declared),
        年税額=_texts(one.total for one in declared),
        既納付額=_texts(one.before for one in declared),
        差引額=_texts(one.total - one.before for one in declared),
        分割区分=pl.Series(["1" if one.year.company.split else "0" for one in declared]),
        全従業者数=_texts(one.year.company.staff for one in declared),
        町従業者数=_texts(one.year.company.staff_here for one in declared),
        帳票区分=pl.lit("1"),
        **logged(pl.col("filed"), pl.col("number")),
    )  # fmt: skip


def _payment_table(declared: list[Declared], as_of: int) -> pl.DataFrame:
    """調定・収納: paid with the paper, a few not at all (written off after five years), refunds within weeks."""
    rows = [_payment(one, as_of) for one in declared]
    schema = ["filed", "payable", "charged", "paid", "paid_on", "lost", "returned", "open"]
    return _keys(declared).hstack(pl.DataFrame(rows, schema=schema, orient="row")).select(
        **_key_columns(),
        調定年度=pl.Series([str(_fiscal(one.filed)) for one in declared]),
        調定日=wareki(pl.col("filed")),
        納期限=wareki(pl.col("payable")),
        収納日=wareki(pl.col("paid_on")),
        **{name: pl.col(column).cast(pl.String) for name, column in (
            ("調定額", "charged"), ("収納額", "paid"), ("欠損額", "lost"), ("還付充当額", "returned"),
            ("未納額", "open"),
        )},
        **logged(pl.col("filed"), pl.col("number")),
    )  # fmt: skip


def _payment(one: Declared, as_of: int) -> tuple[int, ...]:
    charged = one.total - one.before
    payable = one.filed + 30 if one.kind in (AMENDED, CORRECTED) else one.due
    if charged < 0:
        returned = -charged if one.filed + 60 <= as_of else 0
        return one.filed, payable, charged, 0, 0, 0, returned, charged + returned
    never = one.year.company.number % 31 in (2, 3) and one.kind == FINAL
    if never and payable < _WRITTEN_OFF:
        return one.filed, payable, charged, 0, 0, charged, 0, 0
    if never:
        return one.filed, payable, charged, 0, 0, 0, 0, charged
    return one.filed, payable, charged, charged, one.filed if charged else 0, 0, 0, 0


def _fiscal(day: int) -> int:
    there = date.fromordinal(day)
    return there.year if there.month >= 4 else there.year - 1


def _texts(values: Iterable[int]) -> pl.Series:
    return pl.Series([str(value) for value in values])


def _either(condition: pl.Expr, yes: str, no: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(yes)).otherwise(pl.lit(no))
