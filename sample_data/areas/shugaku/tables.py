"""就学 as the office keeps it in three workbooks: 学齢簿; 学校, 通学区域 and 許可; 就学援助."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.shugaku.aid import aid_tables, era_year, grade_name
from sample_data.areas.shugaku.pupils import LEFT, MOVED, entries, pupils
from sample_data.areas.shugaku.schools import district_table, school_table, serial
from sample_data.formats import codes
from sample_data.forms import padded
from sample_data.records import code, logged

_PROTECTED = "支援措置"  # written into 受付番号, for want of a column


def shugaku_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    kids = pupils(ground)
    rows = entries(kids, ground.as_of)
    granted, paid = aid_tables(ground, kids)
    return {
        "gakureibo": _register(ground, rows),
        "gakko": school_table(),
        "kuiki": district_table(ground),
        "kyoka": _permits(rows),
        "enjo": granted,
        "shikyu": paid,
    }


def _register(ground: Ground, rows: pl.DataFrame) -> pl.DataFrame:
    shelters = ground.made["jumin"]["shien"].filter(pl.col("措置状態") == codes("jumin", "shien_jotai")["実施中"])
    hidden = shelters["宛名番号"].unique().implode()
    covered = pl.col("atena").is_in(hidden) | pl.col("guardian_atena").is_in(hidden)
    made = pl.when("coming").then(pl.lit(ground.as_of)).otherwise(pl.max_horizontal(pl.col("enters") - 180, "arrived"))
    moved, deferred = pl.col("state") == MOVED, pl.col("deferred")
    why = pl.when(moved).then(pl.lit("転出")).when(pl.col("state") == LEFT).then(pl.lit("卒業")).otherwise(pl.lit(""))
    words = rows.with_columns(
        level=grade_name(), why=why, made=made,
        nation=pl.when("foreign").then(pl.lit("外国人")).otherwise(pl.lit("日本人")),
        kin=pl.when(pl.col("guardian") == 0).then(pl.lit("")).when("father").then(pl.lit("父")).otherwise(pl.lit("母")),
        room=pl.when("coming").then(pl.lit("")).when(pl.col("person") % 30 == 17).then(pl.lit("特別支援学級"))
        .otherwise(pl.lit("通常の学級")),
        exempt=pl.when(deferred).then(pl.lit("就学猶予")).otherwise(pl.lit("なし")),
    )  # fmt: skip
    receipt = pl.when(covered).then(pl.lit(_PROTECTED)).otherwise(padded(pl.col("person") * 10 % 900_000 + 100_000, 6))
    return words.select(
        児童生徒_宛名番号="atena",
        児童生徒_カナ氏名="kana",
        児童生徒_生年月日=serial(pl.col("birth")),
        児童生徒_国籍=code("nation", "shugaku", "gaikokujin"),
        簿_連番=pl.col("number").cast(pl.String),
        簿_最新=_flag("latest"),
        簿_年度=era_year("year"),
        簿_学年=code("level", "shugaku", "gakunen"),
        簿_種別=code("stage", "shugaku", "shubetsu"),
        簿_編製日=serial(pl.col("made")),
        簿_状態=code("state", "shugaku", "jotai"),
        保護者_宛名番号="guardian_atena",
        保護者_続柄=code("kin", "shugaku", "zokugara"),
        学校_指定校="designated",
        学校_在籍校="attends",
        学校_学級=code("room", "shugaku", "gakkyu"),
        異動_入学日=serial(pl.when("coming").then(0).otherwise("enters")),
        異動_卒業日=serial(pl.when(pl.col("state") == LEFT).then("ends").otherwise(0)),
        異動_異動日=serial(pl.when(moved).then("ends").otherwise(0)),
        異動_事由=code("why", "shugaku", "ido"),
        猶予免除_区分=code("exempt", "shugaku", "yuyo"),
        猶予免除_開始=serial(pl.when(deferred).then("enters").otherwise(0)),
        猶予免除_終了=serial(pl.when(deferred).then("leaves").otherwise(0)),
        希望日=serial(pl.when("foreign").then("made").otherwise(0)),
        受付番号=receipt,
        備考=pl.lit(""),
        **logged(pl.max_horizontal("made", "ends"), pl.col("person")),
    )


def _permits(rows: pl.DataFrame) -> pl.DataFrame:
    """One for each stage attended elsewhere than the district says."""
    some = rows.filter(pl.col("permit") != "").with_columns(place=pl.int_range(1, pl.len() + 1))
    until = pl.when(pl.col("state") == MOVED).then("ends").otherwise("leaves")
    reason = pl.col("person") % 5
    why = (
        pl.when(pl.col("permit") == "国立・私立等への就学").then(pl.lit("その他"))
        .when(reason == 0).then(pl.lit("転居の後も卒業まで")).when(reason < 3).then(pl.lit("留守家庭・下校先"))
        .when(reason == 3).then(pl.lit("いじめ・心身の事情")).otherwise(pl.lit("特別支援学級の設置校"))
    )  # fmt: skip
    return some.with_columns(why=why).select(
        許可番号=padded(pl.col("place") + 100_000, 6),
        宛名番号="atena",
        区分=code("permit", "shugaku", "kyoka"),
        学校番号="attends",
        理由=code("why", "shugaku", "riyu"),
        許可日=serial(pl.col("enters") - 40),
        期間自=serial(pl.col("enters")),
        期間至=serial(until),
        起案番号=pl.lit("学") + padded(pl.col("place"), 5),
        **logged(pl.col("enters") - 40, pl.col("person")),
    )


def _flag(column: str) -> pl.Expr:
    return pl.when(column).then(pl.lit("1")).otherwise(pl.lit("0"))
