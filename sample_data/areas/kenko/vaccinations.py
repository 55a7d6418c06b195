"""Who was vaccinated against what, when, where and with which lot: 予防接種台帳 since 2001 and the lots in it.

Children by their age, older people every autumn, everybody in the campaigns of 新型コロナ. What a child was given
before it moved here was copied from its 母子健康手帳; nothing is given before birth, after death or after moving away.
"""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.kenko.lists import (
    CENTRE,
    campaigns,
    clinic,
    clinic_code,
    doses,
    turn,
    vaccine_rows,
)
from sample_data.formats import codes
from sample_data.forms import padded, to_date, western
from sample_data.founding import YEAR, ordinal
from sample_data.records import TOWN_CODE, code, logged

FLU, COVID, COVID_YEARLY = "高齢者インフルエンザ", "新型コロナ（特例臨時接種）", "新型コロナ（高齢者定期）"
_KEPT_SINCE = ordinal("2001-04-01")
_SENIOR = int(66.1 * YEAR)
_FLU_SINCE, _COVID_YEARLY_SINCE = 2006, 2024
_IN_TOWN_SINCE = ordinal("2010-04-01")  # older records came out of the system before
_GROUP = ("ポリオ（生）", "BCG")
_AT_OWN_WISH = ("おたふくかぜ", "水痘")
_OF_AGE = 20_000  # days: vaccines of older people
_COPIED_UNTIL = 6_570  # days: of whoever moves here later nothing is copied


def given(ground: Ground, people: pl.DataFrame) -> pl.DataFrame:
    """Every vaccination: person, atena, here_since, expires, vaccine, dose, day, here (in the town), put_off, serial.

    `people`: sample_data.areas.kenko.people.people_frame.
    """
    rows = pl.concat(
        [_by_age(people), *_autumns(people, ground.as_of), _campaign(people)], how="diagonal_relaxed"
    ).filter(pl.col("day") < pl.col("end"))
    rows = rows.with_columns(here=pl.col("day") >= pl.col("here_since"), put_off=pl.lit(value=False))
    waited = rows.filter(
        pl.col("here") & (pl.col("dose") == 1) & (turn(pl.col("person"), 77, 200) == 3)
        & (pl.col("day") - 7 >= pl.col("here_since"))
    ).with_columns(day=pl.col("day") - 7, put_off=pl.lit(value=True))  # fmt: skip
    rows = pl.concat([rows, waited]).sort("person", "day", "vaccine", "dose")
    return rows.with_columns(serial=pl.int_range(1, pl.len() + 1).over("atena"))


def _by_age(people: pl.DataFrame) -> pl.DataFrame:
    every = doses()
    young = people.filter(pl.col("birth") >= _KEPT_SINCE - 1_200)
    old = people.filter(pl.col("birth") < _KEPT_SINCE)
    pairs = pl.concat(
        [
            young.join(every.filter(pl.col("age") < _OF_AGE), how="cross"),
            old.join(every.filter(pl.col("age") >= _OF_AGE), how="cross"),
        ]
    )
    number, person = pl.col("number"), pl.col("person")
    late = turn(person, number, 1_000_000) % pl.col("spread")
    first = pl.col("birth") + pl.col("first") + late
    day = _no_sunday(pl.col("birth") + pl.col("age") + late)
    came_young = (pl.col("age") < _OF_AGE) & (pl.col("here_since") < pl.col("birth") + _COPIED_UNTIL)
    return pairs.with_columns(day=day).filter(
        first.is_between(pl.max_horizontal("since", pl.lit(_KEPT_SINCE)), pl.col("until"))
        & (turn(person, number + 100, 1_000) < pl.col("share"))
        & ((pl.col("only") == 0) | (pl.col("only") == pl.col("sex")))
        & (came_young | (pl.col("day") >= pl.col("here_since")))
    ).select(*people.columns, "vaccine", "dose", "day")  # fmt: skip


def _autumns(people: pl.DataFrame, as_of: int) -> list[pl.DataFrame]:
    """The yearly vaccinations of people over 65."""
    year = to_date(pl.lit(as_of))
    last = int(pl.select(year.dt.year()).item())
    parts = [_autumn(people, FLU, n, f"{n}-10-15", 560, 60) for n in range(_FLU_SINCE, last)]
    return parts + [_autumn(people, COVID_YEARLY, n, f"{n}-10-05", 300, 90) for n in range(_COVID_YEARLY_SINCE, last)]


def _autumn(people: pl.DataFrame, vaccine: str, year: int, first: str, share: int, span: int) -> pl.DataFrame:
    person = pl.col("person")
    day = _no_sunday(ordinal(first) + turn(person, year, span))
    return people.with_columns(day=day, vaccine=pl.lit(vaccine), dose=pl.lit(1)).filter(
        (pl.col("day") - pl.col("birth") >= _SENIOR)
        & (pl.col("day") >= pl.col("here_since"))
        & (turn(person, 51, 1_000) < share)
        & (turn(person, year + 7, 1_000) < 850)
    )


def _campaign(people: pl.DataFrame) -> pl.DataFrame:
    person = pl.col("person")
    some = people.filter("registered").join(campaigns(), how="cross").filter(
        (pl.col("birth") < pl.col("youngest")) & (turn(person, 61, 1_000) < pl.col("share"))
    )  # fmt: skip
    day = _no_sunday(pl.col("since") + turn(person, 62, 1_000) * pl.col("length") // 1_000)
    return some.with_columns(day=day).select(*people.columns, "vaccine", "dose", "day")


def _no_sunday(day: pl.Expr) -> pl.Expr:
    return pl.when(day % 7 == 0).then(day + 1).otherwise(day)


def ledger_and_lots(ground: Ground, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """予防接種台帳 and ロットマスタ."""
    facts = pl.DataFrame(vaccine_rows()).unique("vaccine", keep="first", maintain_order=True).select(
        "vaccine", "routine_from", "prefix", "maker", "amount", pl.int_range(pl.len()).alias("number")
    )  # fmt: skip
    whole = rows.join(facts, on="vaccine", how="left", maintain_order="left").with_columns(
        date=to_date(pl.col("day")), used=pl.col("here") & ~pl.col("put_off")
    )
    half = pl.col("date").dt.month() > 6
    whole = whole.with_columns(
        half=half,
        lot=pl.col("prefix") + pl.col("date").dt.strftime("%y") + pl.when(half).then(pl.lit("B")).otherwise(pl.lit("A"))
        + padded((pl.col("number") * 37 + pl.col("date").dt.year() * 7) % 1_000, 3),
        place=pl.when(_in_group()).then(pl.lit(CENTRE)).otherwise(clinic(pl.col("person"), pl.col("day"))),
    )  # fmt: skip
    return {"lot": _lots(whole), "sesshu": _ledger(ground, whole)}


def _in_group() -> pl.Expr:
    old = pl.col("vaccine").is_in(_GROUP) & (pl.col("date").dt.year() < 2013)
    return old | ((pl.col("vaccine") == COVID) & (pl.col("person") % 5 < 3))


def _lots(whole: pl.DataFrame) -> pl.DataFrame:
    """Every lot used, good until a year after its half-year."""
    lots = whole.filter("used").unique(["vaccine", "lot"], keep="first", maintain_order=True)
    lots = lots.sort("number", "lot")
    until = (pl.col("date").dt.year() + 1).cast(pl.String) + pl.when("half").then(pl.lit("1231")).otherwise(
        pl.lit("0630")
    )
    log = logged(pl.col("day"), pl.col("number"))
    return lots.select(
        種別コード=code("vaccine", "kenko", "wakuchin"),
        ロット番号="lot",
        メーカー名="maker",
        有効期限=until,
        入庫数=pl.lit("100"),
        更新日時=log["更新日時"],
        操作者=log["操作者"],
    )


def _ledger(ground: Ground, whole: pl.DataFrame) -> pl.DataFrame:
    used, here, person, day = pl.col("used"), pl.col("here"), pl.col("person"), pl.col("day")
    doctors = pl.Series([name.text for name in ground.lists.surnames[:100]])
    places = [row["municipality_code"] for row in ground.lists.elsewhere]
    elsewhere = pl.Series(places).gather(whole.select(person % len(places)).to_series())
    entered = pl.when(here).then(day + 5 + turn(person, 31, 40)).otherwise(pl.max_horizontal("here_since", "day") + 20)
    entered = entered.clip(upper_bound=ground.as_of)
    number = pl.int_range(pl.len())
    return whole.with_columns(elsewhere=elsewhere, doctor=doctors.gather(whole["place"])).select(
        宛名番号="atena",
        接種連番=padded(pl.col("serial"), 4),
        年度=(pl.col("date").dt.year() - (pl.col("date").dt.month() < 4).cast(pl.Int32)).cast(pl.String),
        種別コード=code("vaccine", "kenko", "wakuchin"),
        回数=pl.col("dose").cast(pl.String),
        接種日=pl.col("date").dt.strftime("%Y%m%d"),
        接種区分=_kind(),
        実施区分=pl.when(_in_group()).then(pl.lit("S")).otherwise(pl.lit("K")),
        判定区分=pl.when("put_off").then(pl.lit("9")).otherwise(pl.lit("1")),
        機関コード=_if(here, clinic_code(pl.col("place"))),
        ロット番号=_if(used, pl.col("lot")),
        接種量=_if(used, pl.col("amount")),
        医師名=_if(here, pl.col("doctor")),
        予診票番号=_if(here, padded(1_000_000 + number, 10)),
        自治体コード=pl.when(here).then(pl.lit(TOWN_CODE)).otherwise("elsewhere"),
        取込元=_entered_by(),
        取込日=western(entered),
        保存期限=western(pl.col("expires")),
        接種時年齢=((day - pl.col("birth")) * 100 // 36_525).cast(pl.String),
        備考=pl.lit(""),
        予備1=pl.lit(""),
        **logged(entered, person),
    )


def _kind() -> pl.Expr:
    """接種区分: 定期 from the day the law took the vaccine up, before it at one's own wish or by the town."""
    routine = (pl.col("routine_from") != "") & (pl.col("date").dt.strftime("%Y-%m-%d") >= pl.col("routine_from"))
    second = pl.col("vaccine").str.starts_with("高齢者") | pl.col("vaccine").is_in([COVID_YEARLY, "帯状疱疹"])
    wish = pl.when(pl.col("vaccine").is_in(_AT_OWN_WISH)).then(pl.lit("任意")).otherwise(pl.lit("行政措置"))
    words = (
        pl.when(pl.col("vaccine") == COVID).then(pl.lit("特例臨時")).when(~routine).then(wish)
        .when(second).then(pl.lit("定期（B類）")).otherwise(pl.lit("定期（A類）"))
    )  # fmt: skip
    return _coded(words, "sesshu_kubun")


def _entered_by() -> pl.Expr:
    word = (
        pl.when(pl.col("put_off") | (~pl.col("here") & (pl.col("vaccine") == COVID))).then(pl.lit("窓口入力"))
        .when(~pl.col("here")).then(pl.lit("母子健康手帳からの転記"))
        .when(pl.col("day") < _IN_TOWN_SINCE).then(pl.lit("前のシステムからの移行"))
        .when(pl.col("vaccine") == COVID).then(pl.lit("ワクチン接種記録システム"))
        .otherwise(pl.lit("医療機関の請求"))
    )  # fmt: skip
    return _coded(word, "torikomi")


def _coded(words: pl.Expr, name: str) -> pl.Expr:
    return words.replace_strict(codes("kenko", name), return_dtype=pl.String)


def _if(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(value).otherwise(pl.lit(""))
