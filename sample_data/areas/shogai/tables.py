"""障害者福祉 as an office keeps it in a workbook: a sheet for each kind of 手帳, 受給者証, 支給決定, 自立支援医療."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.forms import padded, wareki
from sample_data.founding import ordinal
from sample_data.months import month_number, month_start
from sample_data.records import code, logged

_SIX_DIGITS = ordinal("2019-04-01")  # 療育手帳 issued since then have six digits, the first of them 0
_SHEETS = {"shintai": "身体", "ryoiku": "療育", "seishin": "精神"}
_MOST = 5  # years of 受給者証 and 自立支援医療 that are kept


def shogai_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    people = _people(ground)
    books = {name: _book(people, kind) for name, kind in _SHEETS.items()}
    cards = _cards(people)
    return {**books, "jukyusha": _card_sheet(cards), "kettei": _decisions(cards), "jiritsu": _medical(people)}


def _people(ground: Ground) -> pl.DataFrame:
    """Who has a 手帳, with kana, birth as written, and the day and reason it was given back (0 none)."""
    removed = ground.history.filter("latest").select("person", "removed_by", "kana")
    births = ground.persons.select("person", "birth_text")
    frame = ground.society.filter((pl.col("disability") != "") & (pl.col("rows") > 0))
    frame = frame.join(removed, on="person", how="left", maintain_order="left")
    frame = frame.join(births, on="person", how="left", maintain_order="left")
    gone = pl.col("removed_on").fill_null(0) > 0
    moved = pl.col("removed_by").str.contains("転出")
    why = pl.when(pl.col("removed_by") == "死亡").then(pl.lit("死亡")).when(moved).then(pl.lit("転出"))
    return frame.with_columns(
        back=pl.when(gone).then(pl.min_horizontal(pl.col("removed_on") + 10, ground.as_of)).otherwise(0),
        why=pl.when(gone).then(why.otherwise(pl.lit("その他"))).otherwise(pl.lit("")),
        last=pl.col("last_day").clip(upper_bound=ground.as_of),
    )


def _book(people: pl.DataFrame, kind: str) -> pl.DataFrame:
    """手帳 of one kind. 精神 is renewed every two years; the others have one row."""
    some = people.filter(pl.col("disability") == kind)
    terms = (pl.col("last") - pl.col("disabled_from")) // 731 + 1 if kind == "精神" else pl.lit(1, dtype=pl.Int64)
    some = some.with_columns(terms=terms, rank=pl.int_range(1, pl.len() + 1))
    rows = some.with_columns(term=pl.int_ranges(0, pl.col("terms"))).explode("term")
    issued = pl.col("disabled_from") + 731 * pl.col("term")
    latest = pl.col("term") == pl.col("terms") - 1
    until = issued + 730 if kind == "精神" else pl.lit(0)
    rows = rows.with_columns(
        issued=issued, back=pl.when(latest).then("back").otherwise(0), latest=latest, **_grade(kind)
    )
    rows = rows.with_columns(why=pl.when("latest").then("why").otherwise(pl.lit("")))
    return rows.select(
        宛名番号="atena",
        種別=pl.lit(kind[0]),
        連番=(pl.col("term") + 1).cast(pl.String),
        最新=_flag("latest"),
        手帳番号=_book_number(kind),
        等級="degree",
        総合判定="whole",
        障害区分="part",
        減額種別=pl.when(pl.col("person") % 2 == 0).then(pl.lit("１種")).otherwise(pl.lit("２種")),
        交付日=wareki(pl.col("issued"), none=""),
        有効期限=wareki(until, none=""),
        返還日=wareki(pl.col("back"), none=""),
        返還事由=code("why", "shogai", "henkan"),
        カナ氏名="kana",
        生年月日="birth_text",
        備考=pl.lit(""),
        **logged(pl.max_horizontal("issued", "back"), pl.col("person")),
    )


def _grade(kind: str) -> dict[str, pl.Expr]:
    person, grade = pl.col("person"), pl.col("grade")
    if kind == "療育":
        degree = pl.when(grade == 1).then(pl.lit("A") + (person % 3 + 1).cast(pl.String)).otherwise(
            pl.lit("B") + (person % 2 + 1).cast(pl.String)
        )  # fmt: skip
        return {
            "degree": degree,
            "whole": pl.when(grade == 1).then(pl.lit("Ａ")).otherwise(pl.lit("Ｂ")),
            "part": pl.lit(""),
        }
    parts = pl.when(person % 5 == 0).then(pl.lit("視")).when(person % 5 == 1).then(pl.lit("聴")).when(
        person % 5 == 2
    ).then(pl.lit("内")).otherwise(pl.lit("肢"))  # fmt: skip
    return {
        "degree": grade.cast(pl.String) + "級",
        "whole": pl.lit(""),
        "part": parts if kind == "身体" else pl.lit(""),
    }


def _book_number(kind: str) -> pl.Expr:
    if kind == "療育":
        old = pl.col("issued") < _SIX_DIGITS
        return pl.when(old).then((pl.col("rank") + 10_000).cast(pl.String)).otherwise(
            pl.lit("0") + (pl.col("rank") + 10_000).cast(pl.String)
        )  # fmt: skip
    return (pl.col("person") + (100_000 if kind == "身体" else 2_000_000)).cast(pl.String)


def _cards(people: pl.DataFrame) -> pl.DataFrame:
    """受給者証: a year each from the month after the 手帳; children until 18, grown-ups until 65 (同行援護 beyond)."""
    person = pl.col("person")
    wanted = (pl.col("disability") == "療育") | (person % 5 == 0)
    blind = (pl.col("disability") == "身体") & (person % 5 == 0)
    some = people.filter(wanted & (pl.col("last") - pl.col("disabled_from") > 60)).with_columns(blind=blind)
    begun = month_start(pl.col("disabled_from"), 1)
    years = (month_number(pl.col("last")) - month_number(begun)) // 12 + 1
    some = some.with_columns(begun=begun, years=years).filter(pl.col("begun") <= pl.col("last"))
    kept = some.with_columns(year=pl.int_ranges((pl.col("years") - _MOST).clip(0), pl.col("years"))).explode("year")
    start = month_start(pl.col("begun"), 12 * pl.col("year"))
    cards = kept.with_columns(start=start).with_columns(at=(pl.col("start") - pl.col("birth")) / 365.2425)
    grown = pl.col("at") >= 18.1
    allowed = (pl.col("at") < 17.9) | (grown & ((pl.col("at") < 64.8) | pl.col("blind")))
    cards = cards.filter(allowed).with_columns(grown=grown)
    cards = cards.with_columns(
        serial=pl.int_range(1, pl.len() + 1).over("person"),
        latest=pl.col("start") == pl.col("start").max().over("person"),
        until=pl.min_horizontal(month_start(pl.col("start"), 12) - 1, pl.when(pl.col("back") > 0).then("last")),
        band=month_start(pl.col("begun"), pl.col("year") // 3 * 36),
    )
    return cards.with_columns(_means(), card_number=padded(2_200_000_000 + pl.col("person"), 10))


def _means() -> pl.Expr:
    earns = (pl.col("salary") > 0) | (pl.col("business") > 0)
    return (
        pl.when("seiho").then(pl.lit("生活保護"))
        .when(earns | ~pl.col("grown")).then(pl.lit("一般1")).otherwise(pl.lit("低所得"))
        .alias("means")
    )  # fmt: skip


def _card_sheet(cards: pl.DataFrame) -> pl.DataFrame:
    grown, some = pl.col("grown"), pl.col("means") == "一般1"
    assessed = pl.when(grown).then(pl.lit("区分") + (pl.col("person") % 6 + 1).cast(pl.String)).otherwise(pl.lit(""))
    most = pl.when(some & grown).then(pl.lit("9300")).when(some).then(pl.lit("4600")).otherwise(pl.lit("0"))
    return cards.select(
        受給者証番号="card_number",
        交付番号=pl.col("serial").cast(pl.String),
        最新=_flag("latest"),
        宛名番号="atena",
        証区分=pl.when(grown).then(pl.lit("者")).otherwise(pl.lit("児")),
        保護者番号=pl.lit(""),
        期間自=wareki(pl.col("start"), none=""),
        期間至=wareki(pl.col("until"), none=""),
        所得区分=code("means", "shogai", "shotoku"),
        上限月額=most,
        支援区分=assessed,
        区分自=wareki(pl.when(grown).then("band").otherwise(0), none=""),
        区分至=wareki(pl.when(grown).then(month_start(pl.col("band"), 36) - 1).otherwise(0), none=""),
        交付日=wareki(pl.col("start"), none=""),
        担当者=pl.lit("福祉係"),
        **logged(pl.col("start"), pl.col("person")),
    )


def _decisions(cards: pl.DataFrame) -> pl.DataFrame:
    """One decision for every 受給者証: 新規 first, 変更 afterwards, 終了 when the person has gone."""
    ended = pl.col("latest") & (pl.col("back") > 0) & (pl.col("serial") > 1)
    turn = pl.col("person") % 4
    service = (
        pl.when(pl.col("at") < 6).then(pl.lit("61")).when(~pl.col("grown")).then(pl.lit("63"))
        .when("blind").then(pl.lit("15")).when(turn == 0).then(pl.lit("11")).when(turn == 1).then(pl.lit("22"))
        .when(turn == 2).then(pl.lit("33")).otherwise(pl.lit("46"))
    )  # fmt: skip
    hours = service.is_in(["11", "15"])
    return cards.select(
        受給者証番号="card_number",
        決定番号=pl.col("serial").cast(pl.String),
        交付番号=pl.col("serial").cast(pl.String),
        サービス=service,
        支給量=(pl.col("person") % 20 + 5).cast(pl.String),
        単位=pl.when(hours).then(pl.lit("時間")).otherwise(pl.lit("日")),
        決定日=wareki(pl.col("start") - 14, none=""),
        決定自=wareki(pl.col("start"), none=""),
        決定至=wareki(pl.col("until"), none=""),
        異動区分=pl.when(pl.col("serial") == 1)
        .then(pl.lit("新"))
        .when(ended)
        .then(pl.lit("終"))
        .otherwise(pl.lit("変")),
        **logged(pl.col("start"), pl.col("person")),
    )


def _medical(people: pl.DataFrame) -> pl.DataFrame:
    """自立支援医療: a year each; 精神通院 for three in four with that 手帳, 更生医療 for some with 身体."""
    mental = (pl.col("disability") == "精神") & (pl.col("person") % 4 < 3)
    kidney = (
        (pl.col("disability") == "身体") & (pl.col("person") % 5 == 2) & (pl.col("grade") <= 3) & (pl.col("age") >= 18)
    )
    some = people.filter(mental | kidney).with_columns(mental=mental, begun=month_start(pl.col("disabled_from"), 1))
    some = some.filter(pl.col("begun") <= pl.col("last"))
    years = (month_number(pl.col("last")) - month_number(pl.col("begun"))) // 12 + 1
    kept = some.with_columns(years=years).with_columns(
        year=pl.int_ranges((pl.col("years") - _MOST).clip(0), pl.col("years"))
    )
    rows = kept.explode("year").with_columns(start=month_start(pl.col("begun"), 12 * pl.col("year")))
    rows = rows.with_columns(
        serial=pl.int_range(1, pl.len() + 1).over("person"), latest=pl.col("year") == pl.col("years") - 1
    )
    poor = pl.col("seiho")
    return rows.select(
        受給者_番号=padded(3_000_000 + pl.col("person"), 7),
        受給者_連番=pl.col("serial").cast(pl.String),
        受給者_最新=_flag("latest"),
        受給者_宛名番号="atena",
        医療_種類=pl.when("mental").then(pl.lit("精神通院")).otherwise(pl.lit("更生")),
        医療_機関名=pl.when("mental").then(pl.lit("見本こころの病院")).otherwise(pl.lit("見本総合病院")),
        有効期間_自=wareki(pl.col("start"), none=""),
        有効期間_至=wareki(month_start(pl.col("start"), 12) - 1, none=""),
        負担_所得区分=pl.when(poor).then(pl.lit("生保")).otherwise(pl.lit("中間")),
        負担_重度継続=pl.lit("1"),
        負担_上限額=pl.when(poor).then(pl.lit("0")).otherwise(pl.lit("5000")),
        **logged(pl.col("start"), pl.col("person")),
    )


def _flag(column: str) -> pl.Expr:
    return pl.when(column).then(pl.lit("1")).otherwise(pl.lit("0"))
