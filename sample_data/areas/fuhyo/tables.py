"""戸籍の附票 as the old system keeps it: one row per 附票, its people (as in the 戸籍), and their addresses."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.fuhyo.addresses import ABROAD, HERE, PLACE, REMOVED, residents_addresses, strangers_addresses
from sample_data.formats import codes
from sample_data.forms import ERAS, padded, to_date, wareki
from sample_data.founding import YEAR, ordinal
from sample_data.identity import resident_code
from sample_data.records import TOWN_CODE, code, logged

KEPT_SINCE = ordinal("2014-06-20")  # 除附票 older than this were thrown away after five years, as the law was then
_VOTES_ABROAD = ordinal("2000-05-01")
_REASONS = {ABROAD: "国外への転出", REMOVED: "職権消除", HERE: ""}
_OFFSET, _STRANGERS = 1_000_000, 140_000  # 附票番号 from 戸籍番号; where the numbers of strangers begin


def fuhyo_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    """Every table of the area by its id; all cells are Strings."""
    homes = _homes(ground)
    people = _members(ground, homes)
    addresses = _addresses(ground, people)
    people = _at_last(people, addresses)
    return {"fuhyo": _slips(homes), "zaisekisha": _people(ground, people), "jusho": _rows(addresses)}


def day_of(text: pl.Expr) -> pl.Expr:
    """The ordinal of a day as the old system writes it (3450301), 0 for none and for days no calendar has."""
    base = text.str.slice(0, 1).replace_strict({digit: before for _, digit, _, before in ERAS}, default=0)
    year = base.cast(pl.Int64) + text.str.slice(1, 2).cast(pl.Int64, strict=False).fill_null(0)
    day = pl.concat_str(year.cast(pl.String), text.str.slice(3, 4)).str.to_date("%Y%m%d", strict=False)
    return (day.cast(pl.Int32).cast(pl.Int64) + _EPOCH).fill_null(0)


_EPOCH = 719_163  # ordinal of 1970-01-01


def _homes(ground: Ground) -> pl.DataFrame:
    """The 戸籍 whose 附票 is there still, with number, start and end."""
    homes = ground.made["koseki"]["koseki"].with_columns(
        start=day_of(pl.col("編製日")), end=day_of(pl.col("除籍日")), touched=day_of(pl.col("最終更新日")),
        serial=pl.col("戸籍番号").cast(pl.Int64) + _OFFSET,
    )  # fmt: skip
    return homes.filter((pl.col("end") == 0) | (pl.col("end") >= KEPT_SINCE)).with_columns(
        附票番号=padded(pl.col("serial"), 10)
    )


def _members(ground: Ground, homes: pl.DataFrame) -> pl.DataFrame:
    """The people of these 戸籍: the columns of 戸籍明細, 附票番号, start, end, number (for those without 宛名番号)."""
    slips = homes.select("戸籍番号", "附票番号", "serial")
    people = ground.made["koseki"]["meisai"].join(slips, on="戸籍番号", how="inner", maintain_order="left")
    return people.with_columns(
        start=day_of(pl.col("入籍日")), end=day_of(pl.col("除籍日")), number=_STRANGERS + pl.col("serial") % 20_000
    )


def _addresses(ground: Ground, people: pl.DataFrame) -> pl.DataFrame:
    """The addresses of everybody while in the 附票 (the first may be older), numbered: one row per address."""
    known = people.filter(pl.col("宛名番号") != "").select("附票番号", "在籍連番", "start", "end", atena="宛名番号")
    strange = people.filter(pl.col("宛名番号") == "").select("附票番号", "在籍連番", "start", "end", "number")
    told = strangers_addresses(ground, strange.select("number").unique(maintain_order=True))
    rows = pl.concat(
        [
            known.join(residents_addresses(ground), on="atena", how="inner"),
            strange.join(told, on="number", how="inner"),
        ],
        how="diagonal",
    ).sort("附票番号", "在籍連番", "day")
    following = pl.col("day").shift(-1).over("附票番号", "在籍連番").fill_null(ground.as_of + 1)
    rows = rows.filter((following > pl.col("start")) & ((pl.col("end") == 0) | (pl.col("day") < pl.col("end"))))
    place = pl.int_range(1, pl.len() + 1).over("附票番号", "在籍連番")
    return rows.with_columns(
        serial=place, latest=place == pl.len().over("附票番号", "在籍連番"),
        written=pl.min_horizontal(pl.max_horizontal("written", "start"), pl.lit(ground.as_of)),
        first=place == 1,
    )  # fmt: skip


def _at_last(people: pl.DataFrame, addresses: pl.DataFrame) -> pl.DataFrame:
    """Adds kind and day of everybody's last address, and its number."""
    last = addresses.filter("latest").select("附票番号", "在籍連番", "kind", "serial", settled="day")
    return people.drop("serial").join(last, on=["附票番号", "在籍連番"], how="left", maintain_order="left")


def _slips(homes: pl.DataFrame) -> pl.DataFrame:
    state, closed = codes("fuhyo", "fuhyo_jotai"), codes("fuhyo", "jofuhyo_jiyu")
    made = codes("fuhyo", "sakusei_jiyu")
    gone, remade = pl.col("end") > 0, pl.col("改製日") != "0000000"
    return homes.select(
        "附票番号",
        "戸籍番号",
        "本籍",
        "自治体コード",
        "筆頭者",
        "筆頭者カナ",
        附票状態=pl.when(gone).then(pl.lit(state["除附票"])).otherwise(pl.lit(state["現在"])),
        作成事由=pl.when(remade).then(pl.lit(made["改製"])).otherwise(pl.lit(made["戸籍の編製"])),
        作成日="編製日",
        改製日="改製日",
        除附票事由=pl.when(gone).then(pl.lit(closed["全員の消除"])).otherwise(pl.lit("")),
        除附票日="除籍日",
        保存期限=to_date(pl.col("end")).dt.offset_by("150y").dt.strftime("%Y%m%d").fill_null(""),
        最終更新日="最終更新日",
        検索カナ="検索カナ",
        見出番号="見出番号",
        本籍通知区分=pl.lit("0"),
        メモ=pl.lit(""),
        **logged(pl.col("touched"), pl.col("serial")),
    )


def _people(ground: Ground, people: pl.DataFrame) -> pl.DataFrame:
    """The people with what belongs to the person: 住民票コード, the stop of copies, the list of voters abroad."""
    numbers = ground.persons.select(宛名番号="atena", own="code").filter(pl.col("宛名番号") != "")
    people = people.join(numbers, on="宛名番号", how="left", maintain_order="left")
    people = people.join(_stopped(ground), on="宛名番号", how="left", maintain_order="left").with_columns(
        **_foreign_stop(ground)
    )
    people = people.join(_on_the_list(ground), on="宛名番号", how="left", maintain_order="left").with_columns(
        **_votes_abroad(ground)
    )
    voter, stopped = pl.col("listed") > 0, pl.col("stop_from") > 0
    in_japan = (pl.col("在籍区分") == "1") & ((pl.col("kind") == HERE) | (pl.col("宛名番号") != ""))
    return people.select(
        "附票番号",
        "在籍連番",
        "戸籍番号",
        戸籍在籍連番="在籍連番",
        宛名番号="宛名番号",
        住民票コード=pl.when(in_japan).then(pl.coalesce("own", resident_code(pl.col("number")))).otherwise(pl.lit("")),
        氏名=pl.concat_str("氏", pl.lit("\u3000"), "名"),
        カナ氏名=pl.concat_str("氏カナ", pl.lit(" "), "名カナ"),
        生年月日="生年月日",
        性別="性別",
        在籍区分="在籍区分",
        記載日="入籍日",
        消除事由="除籍事由",
        消除日="除籍日",
        抑止区分=pl.when(stopped).then(pl.lit("1")).otherwise(pl.lit("0")),
        抑止開始日=wareki(pl.col("stop_from")),
        抑止終了日=wareki(pl.col("stop_to")),
        抑止申出市町村=pl.when(stopped).then("stop_by").otherwise(pl.lit("")),
        在外選挙区分=pl.when(voter).then(pl.lit("1")).otherwise(pl.lit("0")),
        在外登録市町村=pl.when(voter).then("listed_by").otherwise(pl.lit("")),
        在外登録日=wareki(pl.col("listed")),
        最終住所連番=padded(pl.col("serial").fill_null(0), 3),
        画面順=pl.col("在籍連番").str.slice(1),
        メモ=pl.lit(""),
        **logged(pl.max_horizontal("start", "end"), pl.col("number")),
    )


def _stopped(ground: Ground) -> pl.DataFrame:
    """Whose copies are stopped by a running 支援措置 of this town."""
    shien = ground.made["jumin"]["shien"].filter((pl.col("措置状態") == "1") & (pl.col("附票抑止") == "1"))
    letters = {letter: digit for _, digit, letter, _ in ERAS}
    days = {name: day_of(pl.col(column).str.replace_many(letters)) for name, column in
            (("stop_from", "開始年月日"), ("stop_to", "終了年月日"))}  # fmt: skip
    return shien.select("宛名番号", stop_by=pl.lit(TOWN_CODE), **days).unique("宛名番号", maintain_order=True)


def _foreign_stop(ground: Ground) -> dict[str, pl.Expr]:
    """A few people elsewhere, whose 支援措置 another municipality passed on."""
    elsewhere = (pl.col("在籍区分") == "1") & (pl.col("宛名番号") == "") & (pl.col("kind") == HERE)
    passed_on = elsewhere & (pl.col("number") % 16 == 7)
    since = ground.as_of - 20 - pl.col("number") % 300
    municipality = ground.lists.elsewhere[0]["municipality_code"]
    return {
        name: pl.when(passed_on).then(there).otherwise(pl.col(name).fill_null(none))
        for name, there, none in (
            ("stop_from", since, 0), ("stop_to", since + 364, 0), ("stop_by", pl.lit(municipality), ""),
        )
    }  # fmt: skip


def _on_the_list(ground: Ground) -> pl.DataFrame:
    """Who is on the list of voters abroad of this town's 選挙管理委員会, and since when."""
    listed = ground.made.get("senkyo", {}).get("zaigai")
    if listed is None:
        return pl.DataFrame(schema={"宛名番号": pl.String, "on_list": pl.Int64})
    there = listed.filter(pl.col("登録状態") == codes("senkyo", "toroku_jotai")["登録中"])
    return there.select("宛名番号", on_list=day_of(pl.col("登録日")))


def _votes_abroad(ground: Ground) -> dict[str, pl.Expr]:
    """Since when (0 not) and where people abroad are registered as voters: here, or strangers where they lived."""
    born, there = day_of(pl.col("生年月日")), pl.col("在籍区分") == "1"
    since = pl.max_horizontal(pl.col("settled") + 120, pl.lit(_VOTES_ABROAD))
    grown = (born > 0) & (since - born >= int(18.1 * YEAR)) & (since <= ground.as_of)
    stranger = there & (pl.col("宛名番号") == "") & (pl.col("kind") == ABROAD) & grown & (pl.col("number") % 5 > 0)
    municipality = ground.lists.elsewhere[0]["municipality_code"]
    return {
        "listed": pl.when(stranger).then(since).when(there).then(pl.col("on_list").fill_null(0)).otherwise(0),
        "listed_by": pl.when(stranger).then(pl.lit(municipality)).otherwise(pl.lit(TOWN_CODE)),
    }


def _rows(addresses: pl.DataFrame) -> pl.DataFrame:
    reason, why = codes("fuhyo", "kuran_riyu"), codes("fuhyo", "kisai_jiyu")
    blank = pl.col("kind").replace_strict(_REASONS, return_dtype=pl.String).replace_strict(
        reason | {"": ""}, return_dtype=pl.String
    )  # fmt: skip
    written = (
        pl.when("first").then(pl.lit(why["附票の作成"]))
        .when(pl.col("told") != "").then(pl.lit(why["住所地からの通知"]))
        .when(pl.col("kind") == REMOVED).then(pl.lit(why["職権"]))
        .otherwise(pl.lit(why["町内の異動"]))
    )  # fmt: skip
    columns = ("市町村コード", "県名", "市町村名", "町字名", "番地", "方書")
    return addresses.select(
        "附票番号",
        "在籍連番",
        住所連番=padded(pl.col("serial"), 3),
        最新区分=pl.when("latest").then(pl.lit("1")).otherwise(pl.lit("0")),
        住所区分=code("kind", "fuhyo", "jusho_kubun"),
        **{column: pl.col(name) for column, name in zip(columns, PLACE, strict=True)},
        空欄理由=blank,
        国名="country",
        住定日=wareki(pl.col("day")),
        記載日=wareki(pl.col("written")),
        記載事由=written,
        通知元="told",
        通知書番号=pl.lit(""),
        **{"予備１": pl.lit("")},
        **logged(pl.col("written"), pl.col("serial")),
    )
