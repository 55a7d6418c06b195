"""児童手当: recipients with their 現況届, children, monthly amounts with their history, payments every second month."""

from __future__ import annotations

import polars as pl

from sample_data.accounts import account, bank, branch
from sample_data.area import Ground
from sample_data.areas.jite.children import NOW, families, monthly
from sample_data.areas.jite.money import (
    amount_rows,
    child_rows,
    first_day,
    month_text,
    number_text,
    numbered,
    payment_rows,
)
from sample_data.formats import codes
from sample_data.forms import NO_DAY, padded, wareki
from sample_data.records import logged, wide_latin

SUSPENDED_FROM = NOW - 4
_NOBODY = "0000000000"


def jite_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    kids = families(ground)
    months = monthly(kids, ground.society)
    people = _recipients(ground, kids, months)
    numbers = people.select("guardian", "number", "suspended")
    children = numbered(kids.join(numbers, on="guardian", how="left", maintain_order="left"))
    return {
        "jukyusha": _recipient_rows(ground, people),
        "jido": child_rows(ground, children, months),
        "gaku": amount_rows(children, months),
        "shiharai": payment_rows(months.join(numbers, on="guardian", how="left", maintain_order="left")),
    }


def _recipients(ground: Ground, kids: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """One row per recipient in the order of their numbers: start, until (0 open), left, why, present sum."""
    present = months.filter(pl.col("month") == NOW).group_by("guardian").agg(present=pl.col("amount").sum())
    paid = (
        kids.filter("paid")
        .group_by("guardian")
        .agg(
            start=pl.col("start").min(),
            until=pl.col("until").max(),
            left=pl.col("left").max(),
            why=pl.col("why").first(),
        )
    )
    frame = paid.join(present, on="guardian", how="left").with_columns(present=pl.col("present").fill_null(0))
    frame = (
        frame.sort("start", "guardian").with_row_index("number", offset=1).with_columns(pl.col("number").cast(pl.Int64))
    )
    ended = pl.col("until") < NOW
    number = pl.col("number")
    step = max(7, min(89, frame.height // 12))
    latest = ground.history.filter("latest").select("person", "name", "kana", "atena", "country")
    mine = frame.with_columns(ended=ended, suspended=~ended & (number % step == 3) & (pl.col("start") < NOW - 14)).join(
        latest, left_on="guardian", right_on="person", how="left", maintain_order="left"
    )
    spouses = pl.Series([person.spouse if person.married else 0 for person in ground.register.people], dtype=pl.Int64)
    protected = ground.made["jumin"]["shien"].filter(pl.col("措置状態") == codes("jumin", "shien_jotai")["実施中"])
    return mine.with_columns(
        spouse=ground.persons["atena"].gather(spouses.gather(mine["guardian"])),
        single=spouses.gather(mine["guardian"]) == 0,
        work=ground.society["work"].gather(mine["guardian"]),
        salary=ground.society["salary"].gather(mine["guardian"]),
        protected=pl.col("atena").is_in(protected["宛名番号"].unique().implode()),
    )


def _recipient_rows(ground: Ground, people: pl.DataFrame) -> pl.DataFrame:
    state, why = codes("jite", "shikaku_jotai"), codes("jite", "shometsu_jiyu")
    ended, held = pl.col("ended"), pl.col("suspended")
    event = first_day(pl.col("start")) - 1 - pl.col("number") % 20
    decided = pl.min_horizontal(event + 12, pl.lit(ground.as_of))
    gone = pl.when(pl.col("left") > 0).then("left").otherwise(first_day(pl.col("until") + 1) - 1)
    reason = pl.when(pl.col("left") == 0).then(pl.lit(why["児童の年齢到達"])).when(
        pl.col("why") == "職権消除").then(pl.lit(why["その他"])).otherwise(pl.lit(why["転出"]))  # fmt: skip
    pension = codes("jite", "nenkin_kubun")
    return people.select(
        認定番号=number_text(),
        宛名番号="atena",
        受給者氏名=wide_latin(pl.col("name")),
        受給者カナ="kana",
        受給区分=pl.lit(codes("jite", "jukyu_kubun")["個人"]),
        資格状態=pl.when(ended).then(pl.lit(state["消滅"])).otherwise(pl.lit(state["受給中"])),
        認定請求日=wareki(event),
        認定日=wareki(decided),
        支給開始年月=month_text(pl.col("start")),
        消滅日=wareki(pl.when(ended).then(gone).otherwise(0)),
        消滅事由=pl.when(ended).then(reason).otherwise(pl.lit("")),
        支給終了年月=month_text(pl.when(ended).then("until").otherwise(0)),
        配偶者宛名番号=pl.when("single").then(pl.lit(_NOBODY)).otherwise("spouse"),
        公務員区分=pl.lit("0"),
        年金区分=pl.when(pl.col("work") == "会社員").then(pl.lit(pension["厚生年金"]))
        .when(pl.col("work") == "年金").then(pl.lit(pension["加入なし"])).otherwise(pl.lit(pension["国民年金"])),
        所得判定区分=pl.lit("1"),
        差止区分=pl.when(held).then(pl.lit("1")).otherwise(pl.lit("0")),
        差止開始年月=month_text(pl.when(held).then(SUSPENDED_FROM).otherwise(0)),
        差止事由=pl.when(held).then(pl.lit(codes("jite", "sashitome_jiyu")["現況届の未提出"])).otherwise(pl.lit("")),
        支援措置区分=pl.when("protected").then(pl.lit("1")).otherwise(pl.lit("0")),
        現在月額=padded(pl.col("present"), 8),
        銀行番号=bank(pl.col("guardian")),
        支店番号=branch(pl.col("guardian")),
        預金種目=pl.lit(codes("jite", "yokin")["普通"]),
        口座番号=account(pl.col("guardian")),
        口座名義カナ="kana",
        公簿確認区分=pl.lit("1"),
        **_reviews(),
        通知書出力区分=pl.lit("1"),
        メモ=pl.when(pl.col("number") % 61 == 0).then(pl.lit("電話で確認済")).otherwise(pl.lit("")),
        **logged(pl.when(ended).then(gone).otherwise(decided), pl.col("number")),
    )  # fmt: skip


def _reviews() -> dict[str, pl.Expr]:
    """現況届 of 2024 to 2026, filled from the left: of those paid in June; whoever is suspended has not sent it."""
    kinds, results = codes("jite", "genkyo_kubun"), codes("jite", "genkyo_kekka")
    june = {year: year * 12 + 5 for year in (2024, 2025, 2026)}
    holds = [(pl.col("start") <= month) & (pl.col("until") >= month) for month in june.values()]
    years = pl.concat_list([pl.when(one).then(year) for one, year in zip(holds, june, strict=True)]).list.drop_nulls()
    asked = pl.col("number") % 9 == 2
    columns: dict[str, pl.Expr] = {}
    for place, slot in enumerate("１２３"):
        year = years.list.get(place, null_on_oob=True)
        held = pl.col("suspended") & (year == 2026)
        empty = year.is_null()
        sent = pl.concat_str(pl.lit("5"), padded(year - 2018, 2), pl.lit("0615"))
        columns |= {
            f"現況年度{slot}": pl.when(empty).then(pl.lit("")).otherwise(pl.lit("5") + padded(year - 2018, 2)),
            f"現況区分{slot}": pl.when(empty).then(pl.lit("")).when(held).then(pl.lit(kinds["未提出"]))
            .when(asked).then(pl.lit(kinds["提出"])).otherwise(pl.lit(kinds["提出不要（公簿確認）"])),
            f"現況提出日{slot}": pl.when(~empty & asked & ~held).then(sent).otherwise(pl.lit(NO_DAY)),
            f"現況結果{slot}": pl.when(empty).then(pl.lit("")).when(held).then(pl.lit(results["差止"]))
            .otherwise(pl.lit(results["継続"])),
        }  # fmt: skip
    return columns
