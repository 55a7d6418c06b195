"""子ども・子育て支援 as the old system keeps it: 認定, 利用, 施設, and the certificates of 無償化 and 乳児等支援."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.kosodate.children import SEEKING, april, children, pieces, using
from sample_data.areas.kosodate.facilities import ELSEWHERE, facility_number, facility_table, slashed
from sample_data.areas.kosodate.fees import fee_tables
from sample_data.formats import codes
from sample_data.forms import padded
from sample_data.founding import ordinal
from sample_data.months import month_start
from sample_data.records import code, logged

_SCHEME = ordinal("2026-04-01")  # 乳児等支援給付 began


def kosodate_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    kids = _with_numbers(ground, children(ground))
    users = using(kids, ground.as_of)
    rows = pieces(users, ground.as_of)
    due, paid = fee_tables(ground, rows)
    return {
        "nintei": _certificates(rows),
        "riyo": _uses(rows, ground.as_of),
        "futan": due,
        "chotei": paid,
        "shisetsu": facility_table(),
        "mushoka": _other_certificates(kids, ground.as_of),
    }


def _with_numbers(ground: Ground, kids: pl.DataFrame) -> pl.DataFrame:
    """Children with numbers of their guardians, and whether one of the family is protected (支援措置)."""
    protected = ground.made["jumin"]["shien"].filter(pl.col("措置状態") == codes("jumin", "shien_jotai")["実施中"])
    hidden = protected["宛名番号"].unique().implode()
    numbers, guardian, other = ground.persons["atena"], kids["guardian"], kids["other"]
    kids = kids.with_columns(
        number=pl.lit("28") + padded(pl.col("person"), 8),
        guardian_atena=numbers.gather(guardian),
        other_atena=numbers.gather(other),
    )
    return kids.with_columns(hidden=pl.col("atena").is_in(hidden) | pl.col("guardian_atena").is_in(hidden))


def _certificates(rows: pl.DataFrame) -> pl.DataFrame:
    """認定: one row for all pieces under the same certificate; cancelled when the child moved away."""
    frame = rows.unique(["person", "certificate"], keep="last", maintain_order=True)
    frame = frame.with_columns(
        latest=pl.col("certificate") == pl.col("certificate").max().over("person"),
        asked=pl.max_horizontal("birth", pl.col("valid_from") - 60),
    )
    ended = pl.when((pl.col("gone") > 0) & pl.col("latest")).then(pl.min_horizontal("gone", "valid_until")).otherwise(0)
    decided = pl.max_horizontal("asked", pl.col("valid_from") - 30)
    amount = pl.when("school").then(pl.lit("")).when(short_hours()).then(pl.lit("保育短時間"))
    return frame.with_columns(
        amount=amount.otherwise(pl.lit("保育標準時間")), ended=ended,
        why=pl.when(ended > 0).then(pl.lit("転出")).otherwise(pl.lit("")),
    ).select(
        認定番号="number",
        認定連番=padded(pl.col("certificate"), 3),
        最新区分=flag("latest"),
        児童宛名番号="atena",
        児童カナ="kana",
        児童生年月日="birth_text",
        保護者宛名番号="guardian_atena",
        申請日=slashed(pl.col("asked")),
        認定日=slashed(decided),
        認定区分=code("kind", "kosodate", "nintei_kubun"),
        必要事由=code("reason", "kosodate", "jiyu"),
        必要量=code("amount", "kosodate", "hitsuyoryo"),
        有効期間自=slashed(pl.col("valid_from")),
        有効期間至=slashed(pl.col("valid_until")),
        認定証番号=padded(pl.col("person") * 10 + pl.col("certificate"), 10),
        取消日=slashed(pl.col("ended")),
        取消事由=code("why", "kosodate", "torikeshi"),
        支援措置区分=flag("hidden"),
        世帯備考=pl.lit(""),
        **logged(pl.max_horizontal(decided, "ended"), pl.col("person")),
    )  # fmt: skip


def short_hours() -> pl.Expr:
    """保育短時間: one family in three."""
    return pl.col("guardian") % 3 == 0


def _uses(rows: pl.DataFrame, as_of: int) -> pl.DataFrame:
    end, following = pl.col("end"), pl.col("facility").shift(-1).over("person")
    over = end < as_of
    why = (
        pl.when(~over).then(pl.lit(""))
        .when((pl.col("gone") > 0) & (end >= pl.col("gone"))).then(pl.lit("転出"))
        .when(following.is_null()).then(pl.lit("卒園"))
        .when(following == pl.col("facility")).then(pl.lit("認定の変更")).otherwise(pl.lit("転園"))
    )  # fmt: skip
    frame = rows.with_columns(
        why=why, state=pl.when(over).then(pl.lit("終了")).otherwise(pl.lit("利用中")),
        shown=pl.when(over).then("end").otherwise(0),
        latest=pl.col("use") == pl.col("use").max().over("person"),
        far=pl.col("facility") == ELSEWHERE,
    )  # fmt: skip
    return frame.select(
        認定番号="number",
        利用連番=padded(pl.col("use"), 3),
        最新区分=flag("latest"),
        認定連番=padded(pl.col("certificate"), 3),
        施設番号=facility_number(pl.col("facility")),
        利用開始日=slashed(pl.col("begin")),
        利用終了日=slashed(pl.col("shown")),
        終了事由=code("why", "kosodate", "shuryo_jiyu"),
        利用状況=code("state", "kosodate", "riyo_jotai"),
        広域区分=flag("far"),
        クラス名=pl.lit(""),
        **logged(pl.max_horizontal("begin", "shown"), pl.col("person")),
    )


def _other_certificates(kids: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """無償化 (新1号 of other kindergartens, 新2号 besides a kindergarten or a private nursery) and 乳児等支援."""
    here = kids.filter((pl.col("gone") == 0) & (pl.col("arrived") < as_of - 60))
    turn, class_three = pl.col("turn"), april(pl.col("sy") + 4)
    last = april(pl.col("sy") + 7) - 1
    arrived = month_start(pl.col("arrived"), 1)
    besides = turn.is_between(11, 16) & (pl.col("person") % 4 == 0)
    infant = pl.max_horizontal(month_start(pl.col("birth"), 7), pl.lit(_SCHEME))
    toddler = month_start(pl.col("birth"), 12)
    kinds = (
        ("新1号", turn == 17, class_three, last, ""),
        ("新2号", (turn == 18) | besides, class_three, last, "就労"),
        ("新3号", (turn == 18) & (pl.col("guardian") % 4 == 0), toddler, class_three - 1, SEEKING),
        ("乳児等支援", turn >= 17, infant, pl.col("three") - 1, ""),
    )
    found = [
        here.filter(who).with_columns(
            kind=pl.lit(kind),
            begin=pl.max_horizontal(start, arrived),
            end=end,
            reason=pl.lit(reason),
            place=pl.lit(number),
        )
        for number, (kind, who, start, end, reason) in enumerate(kinds, start=1)
    ]
    rows = pl.concat(found).filter((pl.col("begin") <= as_of) & (pl.col("begin") + 30 < pl.col("end")))
    asked = pl.max_horizontal("birth", pl.col("begin") - 30)
    letters = codes("kosodate", "mushoka_shubetsu") | {"乳児等支援": "N"}
    return rows.sort("person", "place").select(
        無償化番号=pl.lit("29") + padded(pl.col("person") * 10 + pl.col("place"), 8),
        認定種別=pl.col("kind").replace_strict(letters, return_dtype=pl.String),
        児童宛名番号="atena",
        児童生年月日="birth_text",
        保護者宛名番号="guardian_atena",
        申請日=slashed(asked),
        認定日=slashed(asked),
        必要事由=code("reason", "kosodate", "jiyu"),
        期間自=slashed(pl.col("begin")),
        期間至=slashed(pl.col("end")),
        取消日=pl.lit(""),
        **logged(asked, pl.col("person")),
    )


def flag(column: str) -> pl.Expr:
    return pl.when(column).then(pl.lit("1")).otherwise(pl.lit("0"))
