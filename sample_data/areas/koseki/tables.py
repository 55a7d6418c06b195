"""戸籍 as the old system keeps it: one row per 戸籍, its people, their 身分事項, and the index of the closed ones."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.koseki.kin import names_today, with_family
from sample_data.areas.koseki.outsiders import outsiders
from sample_data.areas.koseki.spells import membership, remarried
from sample_data.family_registers import family_registers
from sample_data.formats import codes
from sample_data.forms import padded, search_kana, to_date, wareki
from sample_data.founding import ordinal
from sample_data.history import START
from sample_data.records import TOWN_CODE, code, logged

_CHECKED, _BY_OFFICE = ordinal("2025-06-02"), ordinal("2026-06-01")


def koseki_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    """Every table of the area by its id; all cells are Strings."""
    places = family_registers(ground.register)
    strangers, homes = outsiders(ground, places)
    members = pl.concat([with_family(ground, membership(ground)), strangers], how="diagonal")
    registers = _registers(ground, members, pl.concat([places, homes], how="diagonal"))
    return {
        "koseki": _koseki(registers),
        "meisai": _people(members),
        "jiko": _events(members, _of_the_first(ground, members)),
        "sakuin": _index(registers),
    }


def register_number(register: pl.Expr) -> pl.Expr:
    """戸籍番号; '' for none (-1)."""
    return pl.when(register >= 0).then(padded(3_000_000 + register, 10)).otherwise(pl.lit(""))


def _registers(ground: Ground, members: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """One row per 戸籍: place and name, when and why it was made, when the last one left it (0 never)."""
    made = members.group_by("register", maintain_order=True).agg(
        start=pl.col("start").min(), came=pl.col("came").first(), born=pl.col("birth").first(),
        end=pl.when((pl.col("end") == 0).any()).then(0).otherwise(pl.col("end").max()),
        touched=pl.max_horizontal("start", "end").max(),
    )  # fmt: skip
    known = places.select("register", "home", "town_name", "town_code", "lot_text", "first_name", "first_kana")
    return made.join(known, on="register", how="left", maintain_order="left").with_columns(
        number=register_number(pl.col("register")),
        sent=pl.min_horizontal(pl.col("touched") + 1, pl.lit(ground.as_of)),
    )


def _koseki(registers: pl.DataFrame) -> pl.DataFrame:
    state, closed = codes("koseki", "koseki_jotai"), codes("koseki", "zenbu_shojo")
    gone = pl.col("end") > 0
    return registers.select(
        戸籍番号="number",
        本籍="home",
        自治体コード=pl.lit(TOWN_CODE),
        本籍地コード="town_code",
        本籍町字="town_name",
        本籍地番="lot_text",
        筆頭者="first_name",
        筆頭者カナ="first_kana",
        筆頭者連番=pl.lit("001"),
        戸籍状態=pl.when(gone).then(pl.lit(state["除籍"])).otherwise(pl.lit(state["現在"])),
        編製事由=code("came", "koseki", "hensei_jiyu"),
        編製日=wareki(pl.col("start")),
        改製日=wareki(pl.when(pl.col("came") == "改製").then("start").otherwise(0)),
        除籍事由=pl.when(gone).then(pl.lit(closed["全員の除籍"])).otherwise(pl.lit("")),
        除籍日=wareki(pl.col("end")),
        最終更新日=wareki(pl.col("touched")),
        副本送信日=wareki(pl.col("sent")),
        検索カナ=_searchable(registers),
        見出番号=padded(pl.col("register") % 900 + 1, 4),
        メモ=pl.lit(""),
        **logged(pl.col("touched"), pl.col("register")),
    )


def _people(members: pl.DataFrame) -> pl.DataFrame:
    there = codes("koseki", "zaiseki_jotai")
    reading, wed = codes("koseki", "furigana_jotai"), codes("koseki", "haigu_kubun")
    gone = pl.col("end") > 0
    spouse = pl.when(pl.col("sex") == 1).then(pl.lit(wed["夫"])).otherwise(pl.lit(wed["妻"]))
    unwritten = gone & (pl.col("end") < _BY_OFFICE) & ~pl.col("checked")
    written = pl.max_horizontal("start", pl.when("checked").then(_CHECKED).otherwise(_BY_OFFICE))
    return members.select(
        戸籍番号=register_number(pl.col("register")),
        在籍連番=padded(pl.col("member"), 3),
        宛名番号="atena",
        在籍区分=pl.when(gone).then(pl.lit(there["除籍"])).otherwise(pl.lit(there["在籍"])),
        氏="surname_text",
        名="given",
        氏カナ="surname_kana",
        名カナ="given_kana",
        振仮名区分=pl.when("checked").then(pl.lit(reading["届出による記載"]))
        .when(unwritten).then(pl.lit(reading["未記載"])).otherwise(pl.lit(reading["職権による記載"])),
        振仮名記載日=wareki(pl.when(unwritten).then(0).otherwise(written)),
        生年月日="birth_text",
        性別=pl.col("sex").cast(pl.String),
        父="father_name",
        母="mother_name",
        続柄=code("kin", "koseki", "fubo_zokugara"),
        養父=pl.lit(""),
        養母=pl.lit(""),
        配偶区分=pl.when("paired").then(spouse).otherwise(pl.lit(wed["配偶者なし"])),
        入籍事由=code("came", "koseki", "hensei_jiyu"),
        入籍日=wareki(pl.col("start")),
        除籍事由=code("left", "koseki", "joseki_jiyu"),
        除籍日=wareki(pl.col("end")),
        従前戸籍番号=register_number(pl.col("before")),
        新戸籍番号=register_number(pl.col("after")),
        画面順=padded(pl.col("member"), 2),
        メモ=pl.lit(""),
        **logged(pl.max_horizontal("start", "end"), pl.col("person")),
    )  # fmt: skip


def _events(members: pl.DataFrame, first: pl.DataFrame) -> pl.DataFrame:
    """身分事項: 出生 of everybody; how they came and how they left, where that is a matter of 身分."""
    at_home = pl.col("came") == "出生"
    told = pl.when(pl.col("birth_text") == wareki(pl.col("birth"))).then(pl.col("birth") + pl.col("person") % 14)
    birth = members.with_columns(
        what=pl.lit("出生"), day=pl.col("birth"), told=told.otherwise(0),
        carried=~at_home, written=pl.when(at_home).then(pl.col("birth") + pl.col("person") % 14).otherwise("start"),
        partner=pl.lit(""), elsewhere=pl.lit(-1, dtype=pl.Int64),
    )  # fmt: skip
    came = _turn(members.filter(pl.col("came").is_in(["婚姻", "離婚", "帰化"])), "came", "start", "before")
    left = _turn(members.filter(pl.col("left").is_in(["婚姻", "離婚", "死亡"])), "left", "end", "after")
    left = left.with_columns(partner=pl.lit(""))
    rows = pl.concat([birth, came, left, first], how="diagonal").sort("register", "member", "day", maintain_order=True)
    return _event_columns(rows.with_columns(serial=pl.int_range(1, pl.len() + 1).over("register", "member")))


def _turn(members: pl.DataFrame, what: str, day: str, other: str) -> pl.DataFrame:
    return members.with_columns(
        what=pl.col(what), day=pl.col(day), told=pl.col(day), written=pl.col(day), carried=pl.lit(False),
        elsewhere=pl.col(other),
    )  # fmt: skip


def _of_the_first(ground: Ground, members: pl.DataFrame) -> pl.DataFrame:
    """身分事項 of 筆頭者 who marry or part and stay in their 戸籍."""
    rows = remarried(ground, members)
    names = names_today(ground.register)
    entered = members.filter(pl.col("came") == "婚姻").select("register", day="start", bride="person")
    rows = rows.join(entered.unique(["register", "day"]), on=["register", "day"], how="left", maintain_order="left")
    other = rows.select(pl.coalesce("spouse", "bride").fill_null(0)).to_series()
    return rows.with_columns(
        told="day", written="day", carried=pl.lit(False), elsewhere=pl.lit(-1, dtype=pl.Int64),
        partner=names.gather(other),
    )  # fmt: skip


def _event_columns(rows: pl.DataFrame) -> pl.DataFrame:
    who = codes("koseki", "todokedenin")
    born = pl.col("what") == "出生"
    teller = pl.when(born).then(pl.lit(who["父"])).when(pl.col("what") == "死亡").then(pl.lit(who["同居者・親族"]))
    text = pl.when("carried").then(pl.lit("従前の記録を移記")).otherwise(pl.col("what") + "の届出により記載")
    return rows.select(
        戸籍番号=register_number(pl.col("register")),
        在籍連番=padded(pl.col("member"), 3),
        事項連番=padded(pl.col("serial"), 3),
        事項=code("what", "koseki", "jiko"),
        事件日=pl.when(born).then("birth_text").otherwise(wareki(pl.col("day"))),
        届出日=wareki(pl.col("told")),
        届出人=teller.otherwise(pl.lit(who["本人"])),
        受理者=pl.lit("福岡県遠賀郡岡垣町長"),
        送付日=pl.lit("0000000"),
        相手方="partner",
        相手方戸籍番号=register_number(pl.col("elsewhere")),
        記載日=wareki(pl.col("written")),
        移記区分=pl.when("carried").then(pl.lit("1")).otherwise(pl.lit("0")),
        記載文=text,
        様式番号=pl.lit("01"),
        **logged(pl.col("written"), pl.col("person")),
    )


def _index(registers: pl.DataFrame) -> pl.DataFrame:
    """除籍, and the 平成改製原戸籍 (of old people also an older 改製原戸籍) of those there at the beginning."""
    closed = registers.filter(pl.col("end") > 0).with_columns(kind=pl.lit("除籍"), closed="end")
    remade = registers.filter(pl.col("came") == "改製")
    first = remade.with_columns(kind=pl.lit("平成改製原戸籍"), closed="start")
    older = remade.filter(pl.col("born") < ordinal("1936-01-01")).with_columns(
        kind=pl.lit("改製原戸籍"), closed=ordinal("1960-04-01") + pl.col("register") % 900
    )
    rows = pl.concat([closed, first, older], how="diagonal").sort("closed", "register", "kind")
    rows = rows.with_row_index("serial", offset=1).with_columns(
        pl.col("serial").cast(pl.Int64), pages=1 + pl.col("register") % 4
    )
    rows = rows.with_columns(last=pl.col("pages").cum_sum().over(pl.col("serial") // 200))
    number = padded(600_000 + pl.col("serial"), 10)
    return rows.select(
        索引番号=number,
        種別=code("kind", "koseki", "joseki_shubetsu"),
        戸籍番号="number",
        本籍="home",
        筆頭者="first_name",
        検索カナ=_searchable(rows),
        消除日=wareki(pl.col("closed")),
        保存期限=to_date(pl.col("closed")).dt.offset_by("150y").dt.strftime("%Y%m%d"),
        冊=padded(pl.col("serial") // 200 + 1, 5),
        開始コマ=padded(pl.col("last") - pl.col("pages") + 1, 5),
        終了コマ=padded(pl.col("last"), 5),
        枚数=padded(pl.col("pages"), 3),
        ファイル名=pl.lit("K") + number + pl.lit(".tif"),
        閲覧制限=pl.lit("0"),
        旧システム箱番号=pl.lit(""),
        **logged(pl.max_horizontal("closed", pl.lit(ordinal(START))), pl.col("register")),
    )


def _searchable(registers: pl.DataFrame) -> pl.Series:
    return pl.Series([search_kana(kana) for kana in registers["first_kana"]], dtype=pl.String)
