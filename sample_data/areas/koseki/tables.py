"""戸籍 as the old system keeps it: one row per 戸籍, its people, their 身分事項, and the index of the closed ones."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.koseki.spells import membership
from sample_data.formats import codes
from sample_data.forms import half_kana, padded, search_kana, to_date, wareki
from sample_data.founding import ordinal
from sample_data.history import START
from sample_data.records import TOWN_CODE, address_frame, code, logged
from sample_data.register import Register

_CHECKED, _BY_OFFICE = ordinal("2025-06-02"), ordinal("2026-06-01")
_ORDER = ("長", "二", "三", "四", "五", "六", "七", "八", "九")


def koseki_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    """Every table of the area by its id; all cells are Strings."""
    members = _with_family(ground, membership(ground))
    registers = _registers(ground, members)
    return {
        "koseki": _koseki(registers),
        "meisai": _people(members),
        "jiko": _events(members),
        "sakuin": _index(registers),
    }


def register_number(register: pl.Expr) -> pl.Expr:
    """戸籍番号; '' for none (-1)."""
    return pl.when(register >= 0).then(padded(3_000_000 + register, 10)).otherwise(pl.lit(""))


def names_today(register: Register) -> tuple[pl.Series, pl.Series]:
    """氏　名 of every person as they are called today, and the reading in half-width kana."""
    surnames, given = register.lists.surnames, register.lists.given
    names = [f"{surnames[p.surname].text}\u3000{given[p.given].text}" for p in register.people]
    kana = [f"{half_kana(surnames[p.surname].kana)} {half_kana(given[p.given].kana)}" for p in register.people]
    return pl.Series(names), pl.Series(kana)


def _registers(ground: Ground, members: pl.DataFrame) -> pl.DataFrame:
    """One row per 戸籍: place and name, when and why it was made, when the last one left it (0 never)."""
    addresses, (names, kana) = address_frame(ground.register), names_today(ground.register)
    made = members.group_by("register", maintain_order=True).agg(
        start=pl.col("start").min(), came=pl.col("came").first(), born=pl.col("birth").first(),
        end=pl.when((pl.col("end") == 0).any()).then(0).otherwise(pl.col("end").max()),
        touched=pl.max_horizontal("start", "end").max(),
    )  # fmt: skip
    homes = pl.Series([home for home, _ in ground.register.registers], dtype=pl.Int64).gather(made["register"])
    firsts = pl.Series([person for _, person in ground.register.registers], dtype=pl.Int64).gather(made["register"])
    places = addresses.select("town_name", "town_code", "lot_text")[homes.to_list()]
    return made.hstack(places).with_columns(
        number=register_number(pl.col("register")), first=names.gather(firsts), first_kana=kana.gather(firsts),
        sent=pl.min_horizontal(pl.col("touched") + 1, pl.lit(ground.as_of)),
    )  # fmt: skip


def _koseki(registers: pl.DataFrame) -> pl.DataFrame:
    state, closed = codes("koseki", "koseki_jotai"), codes("koseki", "zenbu_shojo")
    gone = pl.col("end") > 0
    return registers.select(
        戸籍番号="number",
        本籍=_home(),
        自治体コード=pl.lit(TOWN_CODE),
        本籍地コード="town_code",
        本籍町字="town_name",
        本籍地番="lot_text",
        筆頭者="first",
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


def _events(members: pl.DataFrame) -> pl.DataFrame:
    """身分事項: 出生 of everybody; how they came and how they left, where that is a matter of 身分."""
    at_home = pl.col("came") == "出生"
    birth = members.with_columns(
        what=pl.lit("出生"), day=pl.col("birth"), told=pl.col("birth") + pl.col("person") % 14, order=0,
        carried=~at_home, written=pl.when(at_home).then(pl.col("birth") + pl.col("person") % 14).otherwise("start"),
        partner=pl.lit(""), elsewhere=pl.lit(-1, dtype=pl.Int64),
    )  # fmt: skip
    came = _turn(members.filter(pl.col("came").is_in(["婚姻", "離婚", "帰化"])), "came", "start", "before", 1)
    left = _turn(members.filter(pl.col("left").is_in(["婚姻", "離婚", "死亡"])), "left", "end", "after", 2)
    rows = pl.concat([birth, came, left], how="diagonal").sort("register", "member", "order")
    rows = rows.with_columns(serial=pl.int_range(1, pl.len() + 1).over("register", "member"))
    return _event_columns(rows)


def _turn(members: pl.DataFrame, what: str, day: str, other: str, order: int) -> pl.DataFrame:
    return members.with_columns(
        what=pl.col(what), day=pl.col(day), told=pl.col(day), written=pl.col(day), order=order, carried=pl.lit(False),
        partner=pl.when((pl.col(what) == "婚姻") & (what == "came")).then("spouse_name").otherwise(pl.lit("")),
        elsewhere=pl.col(other),
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
        本籍=_home(),
        筆頭者="first",
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


def _home() -> pl.Expr:
    return pl.concat_str(pl.lit("福岡県遠賀郡岡垣町"), "town_name", "lot_text")


def _searchable(registers: pl.DataFrame) -> pl.Series:
    return pl.Series([search_kana(kana) for kana in registers["first_kana"]], dtype=pl.String)


def _with_family(ground: Ground, members: pl.DataFrame) -> pl.DataFrame:
    """Adds names of parents and spouse, 続柄 with the parents, and whether the spouse is in the same 戸籍 now."""
    register, lists = ground.register, ground.lists
    people, (names, _) = register.people, names_today(register)
    rows = members["person"].to_list()
    surnames = [lists.surnames[n] for n in members["surname"]]
    spouses = pl.Series([people[n].spouse if people[n].married else 0 for n in rows], dtype=pl.Int64)
    now = members.filter(pl.col("end") == 0).select("register", spouse="person", there=pl.lit(True))
    members = members.with_columns(
        spouse=spouses,
        spouse_name=pl.Series(["", *names[1:]]).gather(spouses),
        surname_text=pl.Series([name.text for name in surnames], dtype=pl.String),
        surname_kana=pl.Series([half_kana(name.kana) for name in surnames], dtype=pl.String),
        father_name=pl.Series([_parent(register, names, n, 1) for n in rows], dtype=pl.String),
        mother_name=pl.Series([_parent(register, names, n, 2) for n in rows], dtype=pl.String),
    )
    members = members.join(now, on=["register", "spouse"], how="left", maintain_order="left").join(
        _kin(register), on="person", how="left", maintain_order="left"
    )
    return members.with_columns(paired=pl.col("there").fill_null(False) & (pl.col("end") == 0))


def _parent(register: Register, names: pl.Series, number: int, sex: int) -> str:
    """The name of the father (1) or mother (2); for those who never lived here an invented one."""
    person = register.people[number]
    known = person.father if sex == 1 else person.mother
    if known:
        return str(names[known])
    choice = register.lists.given_by_decade[sex, 193]
    given = register.lists.given[choice[(number * 7 + sex) % len(choice)]].text
    return f"{register.lists.surnames[person.birth_surname].text}\u3000{given}"


def _kin(register: Register) -> pl.DataFrame:
    """続柄 with the parents: children of known parents by their age, others by their number."""
    people = pl.DataFrame(
        [(p.number, p.father, p.mother, p.sex, p.birth) for p in register.people],
        schema=["person", "father", "mother", "sex", "birth"], orient="row",
    )  # fmt: skip
    both = (pl.col("father") > 0) & (pl.col("mother") > 0)
    place = pl.col("birth").rank("ordinal").over("father", "mother", "sex").cast(pl.Int64)
    place = pl.when(both).then(place.clip(1, len(_ORDER))).otherwise(1 + pl.col("person") % 3)
    said = place.replace_strict(dict(enumerate(_ORDER, 1)), return_dtype=pl.String)
    return people.select("person", kin=said + pl.when(pl.col("sex") == 1).then(pl.lit("男")).otherwise(pl.lit("女")))
