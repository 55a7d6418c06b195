"""児童扶養手当 (decided by the prefecture): one-parent families, papers passed on, income, allowance, payments."""

from __future__ import annotations

import polars as pl

from sample_data.accounts import account, bank, branch
from sample_data.area import Ground
from sample_data.areas.jifu.money import NOTHING, PART, awarded, income, periods
from sample_data.areas.jite.children import NOW, month_of
from sample_data.areas.jite.money import first_day, month_text
from sample_data.formats import codes
from sample_data.forms import padded, stamp, to_date, wareki
from sample_data.founding import ordinal
from sample_data.records import wide_latin

_YEARS = (2024, 2025)
_FIVE_YEARS = 1_827


def jifu_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    kids = _children(ground)
    people = _recipients(ground, kids)
    kids = kids.join(people.select("guardian", "number"), on="guardian", how="inner", maintain_order="left")
    awards = _awards(kids, people)
    latest = awards.sort("first").group_by("guardian").agg(now=pl.col("kind").last())
    people = people.join(latest, on="guardian", how="inner", maintain_order="left")
    return {
        "shikakusha": _recipient_rows(people),
        "jido": _child_rows(ground, kids),
        "shintatsu": _papers(people),
        "shotoku": _incomes(awards),
        "tegaku": _award_rows(awards),
        "shiharai": _payments(awards),
    }


def _children(ground: Ground) -> pl.DataFrame:
    """Children up to the March after 18 of single parents, and those whose time ended last March."""
    society = ground.society
    parents = society.filter("single_parent").select(guardian="person", since="became_resident")
    kids = society.filter(pl.col("guardian") > 0).select(
        "person", "guardian", "birth", "became_resident", "allowance_child"
    )
    rows = kids.join(parents, on="guardian", how="inner")
    day = to_date(pl.col("birth") - 1)
    year = (day.dt.year() - (day.dt.month() < 4).cast(pl.Int32)).cast(pl.Int64)
    arrived = pl.max_horizontal("birth", "became_resident", "since")
    settled = pl.min_horizontal(
        arrived.min().over("guardian") + 150 + pl.col("guardian") * 13 % 1_500, pl.lit(ground.as_of - 70)
    )
    rows = rows.with_columns(until=(year + 19) * 12 + 2, began=pl.max_horizontal(arrived, settled))
    rows = rows.with_columns(start=month_of(pl.col("began")) + 1)
    return rows.filter(pl.col("start") <= pl.min_horizontal("until", pl.lit(NOW))).sort("guardian", "birth", "person")


def _recipients(ground: Ground, kids: pl.DataFrame) -> pl.DataFrame:
    frame = kids.group_by("guardian").agg(
        began=pl.col("began").min(), start=pl.col("start").min(), until=pl.col("until").max()
    )
    latest = ground.history.filter("latest").select("person", "name", "kana", "atena")
    money = ground.society.select("person", "salary", "business", "sex")
    protected = ground.made["jumin"]["shien"].filter(pl.col("措置状態") == codes("jumin", "shien_jotai")["実施中"])
    return (
        frame.sort("began", "guardian")
        .with_row_index("number", offset=1)
        .join(latest, left_on="guardian", right_on="person", how="left", maintain_order="left")
        .join(money, left_on="guardian", right_on="person", how="left", maintain_order="left")
        .with_columns(
            pl.col("number").cast(pl.Int64),
            ended=pl.col("until") < NOW,
            income=income(pl.col("salary"), pl.col("business")),
            protected=pl.col("atena").is_in(protected["宛名番号"].unique().implode()),
            old=ground.as_of - pl.col("began") >= _FIVE_YEARS,
        )
    )


def number_text() -> pl.Expr:
    """認定番号, 8 digits."""
    return pl.lit("20") + padded(pl.col("number"), 6)


def _log(day: pl.Expr) -> dict[str, pl.Expr]:
    number = pl.col("number")
    return {"更新日時": stamp(day, number), "操作者": padded(20_000_000 + number % 40, 8)}


def _recipient_rows(people: pl.DataFrame) -> pl.DataFrame:
    state, needs = codes("jifu", "shikaku_jotai"), codes("jifu", "yoken")
    exempt = pl.col("old") & ~pl.col("ended")
    kind, why = codes("jifu", "jukyusha_kubun"), codes("jifu", "soshitsu_jiyu")
    ended, began = pl.col("ended"), pl.col("began")
    lost = pl.when(ended).then(first_day(pl.col("until") + 1) - 1).otherwise(0)
    need = pl.when(pl.col("number") % 9 == 4).then(pl.lit(needs["未婚"])).when(pl.col("number") % 11 == 5).then(
        pl.lit(needs["死亡"])).otherwise(pl.lit(needs["離婚"]))  # fmt: skip
    return people.select(
        認定番号=number_text(),
        宛名番号="atena",
        氏名=wide_latin(pl.col("name")),
        資格_区分=pl.when(pl.col("sex") == 2).then(pl.lit(kind["母"])).otherwise(pl.lit(kind["父"])),
        資格_状態=pl.when(ended).then(pl.lit(state["喪失"])).when(pl.col("now") == NOTHING)
        .then(pl.lit(state["全部支給停止"])).otherwise(pl.lit(state["受給"])),
        資格_要件=need,
        資格_該当日=wareki(began - 20),
        認定_請求日=wareki(began),
        認定_決定日=wareki(began + 40),
        認定_開始年月=month_text(pl.col("start")),
        喪失_年月日=wareki(lost),
        喪失_事由=pl.when(ended).then(pl.lit(why["児童の年齢到達"])).otherwise(pl.lit("")),
        証書番号=pl.when(ended).then(pl.lit("")).otherwise(padded(50_000_000 + pl.col("number") * 3, 8)),
        年金区分=pl.lit(codes("jifu", "nenkin_kubun")["受けていない"]),
        除外届日=wareki(pl.when(exempt).then(ordinal("2026-08-05") + pl.col("number") % 20).otherwise(0)),
        支援措置=pl.when("protected").then(pl.lit("1")).otherwise(pl.lit("0")),
        口座_銀行=bank(pl.col("guardian")),
        口座_支店=branch(pl.col("guardian")),
        口座_番号=account(pl.col("guardian")),
        口座_名義="kana",
        備考=pl.when(pl.col("number") % 50 == 1).then(pl.lit("８月に来庁")).otherwise(pl.lit("")),
        **_log(pl.max_horizontal(began + 40, lost)),
    )  # fmt: skip


def _child_rows(ground: Ground, kids: pl.DataFrame) -> pl.DataFrame:
    latest = ground.history.filter("latest").select("person", "name", "atena", "birth_text")
    over = pl.col("until") < NOW
    states, why = codes("jifu", "jido_jotai"), codes("jifu", "shuryo_jiyu")
    rows = kids.join(latest, on="person", how="left", maintain_order="left").sort("number", "birth", "person")
    return rows.with_columns(serial=pl.int_range(1, pl.len() + 1).over("number")).select(
        認定番号=number_text(),
        児童番号=padded(pl.col("serial"), 2),
        児童宛名番号="atena",
        児童氏名=wide_latin(pl.col("name")),
        児童生年月日="birth_text",
        続柄=pl.lit(codes("jifu", "zokugara")["子"]),
        障害区分=pl.lit("0"),
        対象開始=month_text(pl.col("start")),
        対象終了=month_text(pl.when(over).then("until").otherwise(0)),
        状態=pl.when(over).then(pl.lit(states["終了"])).otherwise(pl.lit(states["対象"])),
        終了事由=pl.when(over).then(pl.lit(why["年齢到達"])).otherwise(pl.lit("")),
        施設入所=pl.lit("0"),
        **_log(pl.col("began") + 40),
    )  # fmt: skip


def _awards(kids: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """One row per recipient and span of months with the same sum: from, to, kind, base, extra, paid, children."""
    months = pl.DataFrame({"month": range(2024 * 12 + 10, NOW + 1)}, schema={"month": pl.Int64})
    held = kids.join(months, how="cross").filter(
        (pl.col("start") <= pl.col("month")) & (pl.col("month") <= pl.col("until"))
    )
    counted = held.group_by("guardian", "month").agg(children=pl.len().cast(pl.Int64))
    rows = counted.join_where(periods(), pl.col("month") >= pl.col("first"), pl.col("month") <= pl.col("last"))
    rows = rows.drop("first", "last").join(
        people.select("guardian", "number", "income", "began", "ended"), on="guardian"
    )
    rows = rows.sort("number", "month").with_columns(
        dependants=pl.col("children").first().over("number", "year", order_by="month"),
        judged=pl.max_horizontal(pl.col("income") - 80_000 + (pl.col("year") - 2025) * 30_000, pl.lit(0)),
    )
    rows = rows.with_columns(**awarded())
    same = ["kind", "base", "extra", "children", "year", "full"]
    new = pl.col("number") != pl.col("number").shift(1)
    for name in same:
        new = new | (pl.col(name) != pl.col(name).shift(1))
    rows = rows.with_columns(span=new.fill_null(True).cum_sum().over("number"))
    return rows.with_columns(
        first=pl.col("month").min().over("number", "span"), to=pl.col("month").max().over("number", "span")
    )


def _incomes(awards: pl.DataFrame) -> pl.DataFrame:
    rows = awards.sort("number", "month").unique(["number", "year"], keep="first", maintain_order=True)
    kinds = codes("jifu", "genkyo")
    asked = pl.col("began") < _day_of(pl.col("year"), "07-01")
    sent = _day_of(pl.col("year"), "08-04") + pl.col("number") % 24
    whole = pl.col("judged") + 80_000
    return rows.select(
        認定番号=number_text(),
        年度=pl.lit("5") + padded(pl.col("year") - 2018, 2),
        所得額=whole.cast(pl.String),
        養育費=pl.lit("0"),
        控除額=pl.lit("80000"),
        判定所得=pl.col("judged").cast(pl.String),
        扶養人数=pl.col("dependants").cast(pl.String),
        扶養義務者所得=pl.lit(""),
        現況届受付日=wareki(pl.when(asked).then(sent).otherwise(0)),
        現況届=pl.when(asked).then(pl.lit(kinds["提出"])).otherwise(pl.lit(kinds["対象外"])),
        **_log(sent),
    )


def _award_rows(awards: pl.DataFrame) -> pl.DataFrame:
    rows = awards.unique(["number", "span"], keep="first", maintain_order=True)
    open_ = (pl.col("to") == NOW) & ~pl.col("ended")
    return rows.select(
        認定番号=number_text(),
        履歴=padded(pl.col("span"), 3),
        適用開始=month_text(pl.col("first")),
        適用終了=month_text(pl.when(open_).then(0).otherwise("to")),
        判定年度=pl.lit("5") + padded(pl.col("year") - 2018, 2),
        支給区分=pl.col("kind").replace_strict(codes("jifu", "shikyu"), return_dtype=pl.String),
        児童数=pl.col("children").cast(pl.String),
        係数=pl.when(pl.col("kind") == PART).then(pl.col("ratio").cast(pl.String)).otherwise(pl.lit("")),
        本体額=pl.col("base").cast(pl.String),
        加算額=pl.col("extra").cast(pl.String),
        手当月額=pl.col("paid").cast(pl.String),
        **_log(first_day(pl.col("first"))),
    )


def _payments(awards: pl.DataFrame) -> pl.DataFrame:
    """Every odd month for the two months before: 2025-01 to 2026-09."""
    due = pl.col("month") + 2 - pl.col("month") % 2
    rows = awards.filter((pl.col("kind") != NOTHING) & (pl.col("month") < NOW - 1)).with_columns(due=due)
    first = pl.col("month") % 2 == 0
    paid = rows.group_by("number", "due").agg(
        one=pl.col("paid").filter(first).sum(), two=pl.col("paid").filter(~first).sum()
    ).sort("due", "number")  # fmt: skip
    day = first_day(pl.col("due")) + 10
    fiscal = pl.col("due") // 12 - (pl.col("due") % 12 < 3).cast(pl.Int64)
    return paid.select(
        認定番号=number_text(),
        支払年月=month_text(pl.col("due")),
        支払番号=pl.lit("01"),
        支払日=wareki(day),
        内訳_前月額=pl.col("one").cast(pl.String),
        内訳_後月額=pl.col("two").cast(pl.String),
        支払額=(pl.col("one") + pl.col("two")).cast(pl.String),
        会計年度=pl.lit("5") + padded(fiscal - 2018, 2),
        支払結果=pl.lit(codes("jifu", "shiharai")["支払済"]),
        債権額=pl.lit("0"),
        **_log(day),
    )


def _papers(people: pl.DataFrame) -> pl.DataFrame:
    """認定請求 of everybody, 現況届 of August, 資格喪失."""
    kinds, results = codes("jifu", "todokede"), codes("jifu", "kettei")
    parts = [people.with_columns(day="began", what=pl.lit("認定請求"), result=pl.lit("認定"))]
    for year in _YEARS:
        asked = people.filter((pl.col("began") < ordinal(f"{year}-07-01")) & (pl.col("until") > year * 12 + 7))
        day = ordinal(f"{year}-08-04") + pl.col("number") % 24
        parts.append(asked.with_columns(day=day, what=pl.lit("現況届"), result=pl.lit("継続")))
    gone = people.filter("ended").with_columns(
        day=first_day(pl.col("until") + 1) + 3, what=pl.lit("資格喪失"), result=pl.lit("喪失")
    )
    rows = pl.concat([*parts, gone], how="vertical_relaxed").sort("number", "day", "what")
    rows = rows.with_columns(serial=pl.int_range(1, pl.len() + 1).over("number"), on=to_date(pl.col("day")))
    fiscal = (pl.col("on").dt.year() - (pl.col("on").dt.month() < 4).cast(pl.Int32)).cast(pl.Int64)
    era = pl.when(fiscal >= 2019).then(pl.lit("5") + padded(fiscal - 2018, 2))
    return rows.select(
        認定番号=number_text(),
        進達番号=padded(pl.col("serial"), 3),
        届出種別=pl.col("what").replace_strict(kinds, return_dtype=pl.String),
        届出年度=era.otherwise(pl.lit("4") + padded(fiscal - 1988, 2)),
        受付日=wareki(pl.col("day")),
        進達日=wareki(pl.col("day") + 7),
        県決定日=wareki(pl.col("day") + 40),
        決定区分=pl.col("result").replace_strict(results, return_dtype=pl.String),
        文書番号=fiscal.cast(pl.String) + "-" + padded(pl.col("number"), 4),
        **_log(pl.col("day")),
    )


def _day_of(year: pl.Expr, day: str) -> pl.Expr:
    month, of_month = (int(part) for part in day.split("-"))
    return pl.date(year.cast(pl.Int32), month, of_month).cast(pl.Int32).cast(pl.Int64) + ordinal("1970-01-01")
