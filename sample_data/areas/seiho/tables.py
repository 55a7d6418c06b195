"""The tables of 生活保護: cases, members with 加算, applications, 医療券 and 介護券, money to be paid back."""

from __future__ import annotations

import polars as pl

from sample_data.accounts import account_columns
from sample_data.area import Ground
from sample_data.areas.jite.money import month_text
from sample_data.areas.seiho.money import decision_table, extra_columns
from sample_data.areas.seiho.people import DIED, LEFT, SUSPENDED, members_frame
from sample_data.formats import codes
from sample_data.forms import padded, wareki
from sample_data.founding import YEAR
from sample_data.months import month_number, month_start
from sample_data.records import code, logged, wide_latin

OFFICE = "400101"
_TICKET_MONTHS = (3, 2, 1)  # months before the delivery


def seiho_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    members = members_frame(ground)
    return {
        "case": _cases(members),
        "setaiin": _members(members),
        "kettei": decision_table(members, ground.as_of),
        "ken": _tickets(members, ground.as_of),
        "henkan": _debts(members, ground.as_of),
        "shinsei": _applications(members, ground),
    }


def case_number() -> pl.Expr:
    """ケース番号, 7 digits."""
    return padded(pl.lit(3_000_000) + pl.col("household") * 11, 7)


def _cases(members: pl.DataFrame) -> pl.DataFrame:
    heads = members.filter(pl.col("serial") == 1)
    counted = members.group_by("household").agg(size=pl.len(), disabled=(pl.col("disability") != "").any())
    rows = heads.join(counted, on="household", how="left", maintain_order="left")
    begin, closed, suspended = pl.col("begin"), pl.col("closed"), pl.col("suspended_on")
    old = (pl.max_horizontal("begin", "closed") - pl.col("birth")) / YEAR >= 65
    kinds, reasons = codes("seiho", "ruikei"), codes("seiho", "haishi_riyu")
    same = codes("seiho", "setai_nintei")["住民票の世帯と同じ"]
    why = pl.when(pl.col("why") == DIED).then(pl.lit(reasons["死亡"])).when(pl.col("why") == LEFT).then(
        pl.lit(reasons["転出・実施機関の変更"])).otherwise(pl.lit(reasons["その他"]))  # fmt: skip
    return rows.select(
        ケース番号=case_number(),
        世帯主宛名番号="atena",
        世帯主氏名=wide_latin(pl.col("name")),
        住基世帯番号="household_text",
        世帯類型=pl.when(old).then(pl.lit(kinds["高齢者世帯"])).when("single_parent").then(pl.lit(kinds["母子世帯"]))
        .when("disabled").then(pl.lit(kinds["障害者世帯"])).otherwise(pl.lit(kinds["その他の世帯"])),
        級地=pl.lit("31"),
        状態=code("state", "seiho", "jotai"),
        申請日=wareki(begin),
        決定日=wareki(begin + 12),
        開始日=wareki(begin),
        停止日=wareki(suspended),
        停止解除日=wareki(pl.lit(0)),
        廃止日=wareki(closed),
        廃止理由=pl.when(closed > 0).then(why).otherwise(pl.lit("")),
        世帯認定=pl.lit(same),
        実施機関=pl.lit(OFFICE),
        担当地区=pl.lit("遠賀") + padded(pl.col("household") % 3 + 1, 1),
        担当員=padded(30_000_000 + pl.col("household") % 7, 8),
        **account_columns(pl.col("person"), closed == 0, pl.col("kana")),
        帳票区分=pl.lit("1"),
        予備=pl.lit(""),
        **logged(pl.max_horizontal(begin + 12, closed), pl.col("household")),
    )  # fmt: skip


def _members(members: pl.DataFrame) -> pl.DataFrame:
    start, stop = pl.col("start"), pl.col("stop")
    states, reasons = codes("seiho", "in_jotai"), codes("seiho", "jogai_riyu")
    why = pl.when(pl.col("why") == "").then(pl.lit("")).otherwise(
        pl.col("why").replace_strict(reasons, default="", return_dtype=pl.String)
    )  # fmt: skip
    return members.select(
        ケース番号=case_number(),
        員番号=padded(pl.col("serial"), 2),
        宛名番号="atena",
        カナ氏名="kana",
        生年月日="birth_text",
        続柄=code("relation", "seiho", "zokugara"),
        世帯主区分=_flag(pl.col("serial") == 1),
        状態=pl.when(stop > 0).then(pl.lit(states["対象でなくなった"])).otherwise(pl.lit(states["保護の対象"])),
        開始日=wareki(start),
        除外日=wareki(stop),
        除外理由=why,
        世帯認定=pl.lit(codes("seiho", "setai_nintei")["住民票の世帯と同じ"]),
        支援措置=_flag(pl.col("protected")),
        **extra_columns(),
        メモ=pl.lit(""),
        **logged(pl.max_horizontal("start", "stop"), pl.col("person")),
    )


def _tickets(members: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """Of the last months: 医療券 of those who see a doctor, 介護券 of those with a certificate."""
    living = members.filter((pl.col("stop") == 0) & (pl.col("state") != SUSPENDED))
    old = (as_of - pl.col("birth")) / YEAR >= 60
    doctor = living.filter(old | (pl.col("person") % 4 == 0)).with_columns(what=pl.lit("医療券"))
    care = living.filter((pl.col("care") > 0) & (pl.col("care_from") < as_of - 120)).with_columns(what=pl.lit("介護券"))
    each = pl.concat([doctor, care]).join(pl.DataFrame({"back": _TICKET_MONTHS}), how="cross")
    each = each.with_columns(day=month_start(pl.lit(as_of), -pl.col("back"))).filter(pl.col("start") < pl.col("day"))
    rows = each.sort("household", "serial", "what", "day").with_row_index("number", offset=1)
    return rows.select(
        券番号=padded(pl.lit(6_000_000_000) + pl.col("number") * 17, 10),
        ケース番号=case_number(),
        員番号=padded(pl.col("serial"), 2),
        宛名番号="atena",
        券種=code("what", "seiho", "kenshu"),
        対象年月=month_text(month_number(pl.col("day"))),
        機関番号=pl.when(pl.col("what") == "介護券").then(padded(4_070_500_000 + pl.col("person") % 9 * 11, 10))
        .otherwise(padded(4_011_700_000 + pl.col("person") % 23 * 7, 10)),
        交付日=wareki(pl.col("day")),
        本人支払額=pl.lit("0"),
        **logged(pl.col("day"), pl.col("number").cast(pl.Int64)),
    )  # fmt: skip


def _debts(members: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """法63条・78条: one in three cases, some paid back."""
    last = pl.when(pl.col("closed") > 0).then("closed").otherwise(pl.lit(as_of))
    owing = members.filter((pl.col("serial") == 1) & (pl.col("household") % 3 == 1) & (last - pl.col("begin") > 900))
    whole = 120_000 + pl.col("household") * 1_370 % 300_000
    paid = pl.when(pl.col("household") % 2 == 0).then(whole).otherwise(5_000 * (pl.col("household") % 20))
    day = pl.col("begin") + 600
    states, ground = codes("seiho", "saiken"), codes("seiho", "konkyo")
    return owing.select(
        債権番号=padded(pl.lit(70_000_000) + pl.col("household"), 8),
        ケース番号=case_number(),
        根拠=pl.when(pl.col("household") % 5 == 4).then(pl.lit(ground["法78条の徴収金"]))
        .otherwise(pl.lit(ground["法63条の返還金"])),
        状態=pl.when(paid == whole).then(pl.lit(states["完納"])).otherwise(pl.lit(states["納付中"])),
        決定日=wareki(day),
        決定額=padded(whole, 9),
        納付済額=padded(paid, 9),
        欠損額=padded(pl.lit(0), 9),
        残額=padded(whole - paid, 9),
        **logged(day, pl.col("household")),
    )  # fmt: skip


def _applications(members: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Of every case, and of some who were refused: received by the town, passed on within five days."""
    granted = members.filter(pl.col("serial") == 1).select(
        "household", "atena", day="begin", case=case_number(), result=pl.lit("開始・変更の決定")
    )
    leads = (pl.col("head") == pl.col("person")) & (pl.col("household") % 97 == 50)
    refused = ground.society.filter("resident").filter(leads).select(
        "household", "atena", day=pl.lit(ground.as_of) - 300 - pl.col("household") % 300, case=pl.lit(""),
        result=pl.lit("却下"),
    )  # fmt: skip
    rows = pl.concat([granted, refused]).sort("day", "household")
    day = pl.col("day")
    return rows.select(
        受付番号=padded(pl.lit(10_000_000) + pl.col("household"), 8),
        申請者宛名番号="atena",
        ケース番号="case",
        申請種別=pl.lit(codes("seiho", "shinsei_shubetsu")["開始"]),
        受付日=wareki(day),
        送付日=wareki(day + pl.col("household") % 5),
        決定日=wareki(day + 12),
        結果=code("result", "seiho", "shinsei_kekka"),
        文書番号=pl.lit("HS-") + padded(pl.col("household") % 997, 4),
        **logged(day + 12, pl.col("household")),
    )


def _flag(is_so: pl.Expr) -> pl.Expr:
    return pl.when(is_so).then(pl.lit("1")).otherwise(pl.lit("0"))
