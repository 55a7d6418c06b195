"""住民情報（全履歴）: the old system's one wide table, a whole row of a person for every change."""

from __future__ import annotations

import polars as pl

from sample_data.family_registers import family_registers
from sample_data.formats import codes
from sample_data.forms import NO_DAY, padded, stamp, wareki, western
from sample_data.founding import ordinal
from sample_data.insurance import covered, first_insured_spells, koki_spells, kokuho_spells
from sample_data.pensions import on_paper, pension_spells
from sample_data.records import TOWN_CODE, address_frame, code, wide_latin
from sample_data.register import Register
from sample_data.residents import searchable
from sample_data.voters import voters

_MOVES = ("転入", "国外からの転入", "法第30条の47による届出", "転居", "転出", "国外への転出", "世帯分離", "世帯主変更")
_FAMILY = ("出生", "死亡", "婚姻", "離婚")
_STATES = {"転出": "転出", "国外への転出": "転出", "死亡": "死亡", "職権消除": "職権消除",
           "帰化・国籍取得（外国人の消除）": "国籍の得喪"}  # fmt: skip
_KIN_CODES = 4


def juki_frame(register: Register, history: pl.DataFrame, society: pl.DataFrame) -> pl.DataFrame:
    """The table with the old system's column names, every cell a String ('' for nothing)."""
    texts = [*_addresses(register, history), *_origins(register, history), *_registers(register, history)]
    wide = history.hstack(texts)
    wide = wide.with_columns(
        search=searchable(wide["kana"]), relations=pl.col("relation").str.split("の"),
        **_insured(history, society, register.as_of),
    )  # fmt: skip
    return wide.select(
        **_person_columns(register), **_family_columns(), **_address_columns(), **_event_columns(),
        **_origin_columns(), **_removal_columns(), **_claim_columns(society), **_system_columns(),
    )  # fmt: skip


def elsewhere_frame(register: Register) -> pl.DataFrame:
    """One row per address elsewhere, the last row empty (gathered for index -1)."""
    abroad = {"municipality_code": "", "municipality": "", "town": "国外", "postcode": ""}
    rows = []
    for place in register.elsewhere:
        at = register.lists.elsewhere[place.municipality] if place.municipality >= 0 else abroad
        lot = f"{place.lot}番{place.branch}号" if place.municipality >= 0 else ""
        county = 4 if at["municipality"][3:4] == "県" else 3 if at["municipality"] else 0
        city = at["municipality"]
        rows.append((at["municipality_code"], city[:county], city[county:], at["town"], lot, _postcode(at)))
    rows.append(("", "", "", "", "", ""))
    frame = pl.DataFrame(rows, schema=["code", "county", "city", "town", "lot", "postcode"], orient="row")
    return frame.with_columns(pl.col("lot").str.replace_many(list("0123456789"), list("０１２３４５６７８９")))


def _postcode(row: dict[str, str]) -> str:
    return f"{row['postcode'][:3]}-{row['postcode'][3:]}" if row["postcode"] else ""


def _addresses(register: Register, history: pl.DataFrame) -> list[pl.Series]:
    frame = address_frame(register)
    return [frame[name].gather(history["residence"]).alias(name) for name in frame.columns]


def _origins(register: Register, history: pl.DataFrame) -> list[pl.Series]:
    frame = elsewhere_frame(register)
    found = []
    for side in ("previous", "destination"):
        index = history.select(pl.when(pl.col(side) < 0).then(frame.height - 1).otherwise(side)).to_series()
        found += [frame[name].gather(index).alias(f"{side}_{name}") for name in frame.columns]
    return found


def _registers(register: Register, history: pl.DataFrame) -> list[pl.Series]:
    """本籍 and 筆頭者; '' for foreigners."""
    frame = family_registers(register)
    foreign = history["country"] >= 0
    nothing = pl.Series([""]).new_from_index(0, history.height)
    return [
        nothing.zip_with(foreign, frame[column].gather(history["register"])).alias(name)
        for name, column in (("home_register", "home"), ("home_code", "home_code"), ("register_first", "first_name"))
    ]


def _person_columns(register: Register) -> dict[str, pl.Expr]:
    foreign = pl.col("country") >= 0
    latin = pl.col("name").str.contains("^[A-Z ]+$")
    names = [row["name"] for row in register.lists.foreign]
    state = pl.col("removed_by").replace_strict(_STATES | {"": "現存"}, return_dtype=pl.String)
    states = codes("jumin", "jumin_jotai")
    return {
        "自治体コード": pl.lit(TOWN_CODE),
        "宛名番号": pl.col("atena"),
        "履歴番号": padded(pl.col("history"), 3),
        "履歴枝番": pl.lit("00"),
        "最新区分": pl.when("latest").then(pl.lit("1")).otherwise(pl.lit("0")),
        "改製番号": pl.lit("001"),
        "世帯番号": pl.col("household_text"),
        "個人番号": pl.when("has_number").then("personal").otherwise(pl.lit("")),
        "住民票コード": pl.when("has_code").then("code").otherwise(pl.lit("")),
        "住民種別": pl.when(foreign).then(pl.lit("1")).otherwise(pl.lit("0")),
        "住民状態": state.replace_strict(states, return_dtype=pl.String),
        "氏名": wide_latin(pl.col("name")),
        "カナ氏名": pl.col("kana"),
        "カナ確認区分": pl.when("kana_checked").then(pl.lit("2")).otherwise(pl.lit("0")),
        "英字氏名": pl.when(foreign).then(
            pl.col("country").replace_strict(dict(enumerate(names)) | {-1: ""}, return_dtype=pl.String)
        ).otherwise(pl.lit("")),
        "漢字氏名": pl.when(foreign & ~latin).then("name").otherwise(pl.lit("")),
        "性別": pl.col("sex").cast(pl.String),
        "生年月日元号": pl.when(foreign).then(pl.lit("")).otherwise(pl.col("birth_text").str.slice(0, 1)),
        "生年月日": pl.col("birth_text"),
        "生年月日不詳区分": pl.col("birth_unknown"),
    }  # fmt: skip


def _family_columns() -> dict[str, pl.Expr]:
    known = codes("jumin", "zokugara") | {"": ""}
    steps = [
        pl.col("relations")
        .list.get(place, null_on_oob=True)
        .fill_null("")
        .replace_strict(known, return_dtype=pl.String)
        for place in range(_KIN_CODES)
    ]
    return {f"続柄{'１２３４'[place]}": step for place, step in enumerate(steps)} | {
        "続柄名": pl.col("relation"),
        "世帯主氏名": wide_latin(pl.col("head_name")),
    }  # fmt: skip


def _address_columns() -> dict[str, pl.Expr]:
    foreigners_since = ordinal("2012-07-09")
    as_foreigner = pl.when(pl.col("country") >= 0).then(
        pl.max_horizontal(pl.col("became_resident"), pl.lit(foreigners_since))
    )
    return {
        "住所コード": pl.col("town_code"),
        "県名": pl.lit("福岡県"),
        "市町村名": pl.lit("遠賀郡岡垣町"),
        "町字名": pl.col("town_name"),
        "番地": pl.col("lot_text"),
        "方書": pl.col("building_text"),
        "郵便番号": pl.lit("811-4200"),
        "住民年月日": wareki(pl.col("became_resident")),
        "住民年月日不詳区分": pl.lit("0"),
        "住定年月日": wareki(pl.col("settled")),
        "住定年月日不詳区分": pl.lit("0"),
        "外国人住民年月日": wareki(as_foreigner.otherwise(0)),
    }


def _event_columns() -> dict[str, pl.Expr]:
    moves, family = pl.col("event").is_in(_MOVES), pl.col("event").is_in(_FAMILY)
    return {
        "異動事由": code("event", "jumin", "ido_jiyu"),
        "異動年月日": wareki(pl.col("event_date")),
        "異動年月日不詳区分": pl.lit("0"),
        "転居用届出日": pl.when(moves).then(wareki(pl.col("processed"))).otherwise(pl.lit(NO_DAY)),
        "出生用届出日": pl.when(family).then(wareki(pl.col("processed"))).otherwise(pl.lit(NO_DAY)),
        "届出番号": pl.when(moves | family)
        .then(padded(pl.int_range(pl.len()) + 1_000_000, 10)).otherwise(pl.lit("")),
        "処理年月日": wareki(pl.col("processed")),
        "記載事由": code("first_event", "jumin", "ido_jiyu"),
        "記載年月日": wareki(pl.col("first_day")),
    }  # fmt: skip


def _origin_columns() -> dict[str, pl.Expr]:
    came = pl.col("previous") >= 0
    place = _place("previous", "転入前")
    return place | {
        "転入前世帯主": pl.when(came).then("name").otherwise(pl.lit("")).pipe(wide_latin),
        "本籍": pl.col("home_register"),
        "本籍市町村コード": pl.col("home_code"),
        "筆頭者": pl.col("register_first"),
    }


def _place(side: str, prefix: str) -> dict[str, pl.Expr]:
    return {
        f"{prefix}市町村コード": pl.col(f"{side}_code"),
        f"{prefix}県名": pl.col(f"{side}_county"),
        f"{prefix}市町村名": pl.col(f"{side}_city"),
        f"{prefix}町字名": pl.col(f"{side}_town"),
        f"{prefix}番地": pl.col(f"{side}_lot"),
        f"{prefix}方書": pl.lit(""),
        f"{prefix}郵便番号": pl.col(f"{side}_postcode"),
    }


def _removal_columns() -> dict[str, pl.Expr]:
    leaving = pl.col("removed_by").is_in(["転出", "国外への転出"])
    within = pl.col("removed_by") == "転出"
    day, processed = pl.col("removed_on"), pl.col("processed")
    reported = pl.col("removed_by") == "職権消除"
    return {
        "転出届出日": wareki(pl.when(leaving).then(processed).otherwise(0)),
        "転出予定日": wareki(pl.when(leaving).then(day).otherwise(0)),
        "転出確定日": wareki(pl.when(leaving).then(day).otherwise(0)),
        "転入通知日": wareki(pl.when(within).then(processed).otherwise(0)),
        **_place("destination", "転出先"),
        "消除事由": code("removed_by", "jumin", "ido_jiyu"),
        "消除届出日": wareki(pl.when((day > 0) & ~reported).then(processed).otherwise(0)),
        "消除年月日": wareki(day),
        "消除年月日不詳区分": pl.lit("0"),
        "地区コード": padded(pl.col("town") + 1, 4),
        "記載順位": padded(pl.col("position"), 2),
        "成年被後見人区分": pl.lit("0"),
        "除票区分": pl.when(day > 0).then(pl.lit("1")).otherwise(pl.lit("0")),
    }


def _claim_columns(society: pl.DataFrame) -> dict[str, pl.Expr]:
    """資格欄: as of the day of the row, the latest row as of the delivery."""
    living = pl.col("removed_on") == 0
    pension = living & (pl.col("nenkin_since") > 0)
    guardians = society.filter("allowance_child")["guardian"].unique().sort()
    jite = living & pl.col("latest") & pl.col("person").is_in(guardians.to_list())
    return {
        "選挙登録区分": _flag(living & (pl.col("voter_since") > 0)),
        **_claim("国保", living & (pl.col("kokuho_since") > 0), pl.col("kokuho_since")),
        **_claim("後期", living & (pl.col("koki_since") > 0), pl.col("koki_since")),
        **_claim("介護", living & (pl.col("kaigo_since") > 0), pl.col("kaigo_since")),
        "年金区分": _flag(pension),
        "年金種別": pl.when(pension).then("nenkin_kind").otherwise(pl.lit("")),
        "年金取得日": wareki(pl.when(pension).then("nenkin_since").otherwise(0)),
        "基礎年金番号": pl.when(pension).then("pension").otherwise(pl.lit("")),
        "児手区分": _flag(jite),
        "児手開始年月": pl.when(jite).then(western(pl.col("processed")).str.slice(0, 6)).otherwise(pl.lit("")),
    }


def _insured(history: pl.DataFrame, society: pl.DataFrame, as_of: int) -> dict[str, pl.Series]:
    """Since when the person has been in each insurance (of 国民年金 also the kind) or a voter on the day of each row;
    0 not."""
    days = history.select("person", day=pl.when("latest").then(as_of).otherwise("processed"))
    spells = {
        "kokuho_since": kokuho_spells(history, society),
        "koki_since": koki_spells(history, society),
        "kaigo_since": first_insured_spells(history),
        "voter_since": voters(history, as_of).select("person", start="entered", end="struck"),
    }
    since = {name: covered(days, found) for name, found in spells.items()}
    return since | _pension(days, on_paper(pension_spells(history, society)))


def _pension(days: pl.DataFrame, spells: pl.DataFrame) -> dict[str, pl.Series]:
    since = covered(days, spells)
    known = codes("jumin", "nenkin_shubetsu")
    names = {"第1号被保険者": known["第1号"], "第3号被保険者": known["第3号"], "任意加入被保険者": known["任意加入"]}
    kinds = spells.select("person", since="start", kind=pl.col("kind").replace_strict(names, return_dtype=pl.String))
    found = days.with_columns(since=since).join(kinds, on=["person", "since"], how="left", maintain_order="left")
    return {"nenkin_since": since, "nenkin_kind": found["kind"].fill_null("")}


def _claim(name: str, holds: pl.Expr, since: pl.Expr) -> dict[str, pl.Expr]:
    return {f"{name}区分": _flag(holds), f"{name}取得日": wareki(pl.when(holds).then(since).otherwise(0))}


def _flag(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit("1")).otherwise(pl.lit("0"))


def _system_columns() -> dict[str, pl.Expr]:
    return {
        "メモ": pl.when(pl.col("person") % 97 == 0).then(pl.lit("窓口で本人確認済")).otherwise(pl.lit("")),
        "検索カナ": pl.col("search"),
        "端末番号": pl.lit("T") + padded(pl.col("person") % 12 + 1, 2),
        "帳票出力区分": pl.lit("0"),
        "削除フラグ": pl.lit("0"),
        "更新日時": stamp(pl.col("processed"), pl.col("person") * 31 + pl.col("history")),
        "操作者": padded(20_000_000 + pl.col("person") % 40, 8),
    }
