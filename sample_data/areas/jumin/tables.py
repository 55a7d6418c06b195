"""住民基本台帳 as the old system keeps it: the wide resident table and the six tables round it."""

from __future__ import annotations

import polars as pl

from sample_data.areas.jumin.juki import juki_frame
from sample_data.formats import codes
from sample_data.forms import half_kana, padded, wareki, western
from sample_data.founding import ordinal
from sample_data.records import TOWN_CODE, code, logged, wide_latin
from sample_data.register import Register

_EX_OFFICIO = ("改製", "職権修正", "職権消除", "軽微な修正", "異動の取消し")


def jumin_tables(
    register: Register, persons: pl.DataFrame, history: pl.DataFrame, society: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Every table of the area by its id; all cells are Strings."""
    return {
        "juki": juki_frame(register, history, society),
        "setai": _households(history),
        "ido": _events(history),
        "zairyu": _stays(register, persons, history),
        "tsusho": _other_names(register, persons),
        "shien": _protected(register, persons),
        "johyo": _removed(register, history),
    }


def _households(history: pl.DataFrame) -> pl.DataFrame:
    """One row per member: of living households, and of dissolved ones those who were in them to the end."""
    left = pl.col("event_date").shift(-1).over("person").fill_null(0)
    stays = history.with_columns(until=pl.when(pl.col("removed_on") > 0).then("removed_on").otherwise(left))
    last = stays.filter(pl.col("history") == pl.col("history").max().over("household", "person"))
    began = history.group_by("household").agg(began=pl.col("event_date").min())
    last = last.join(began, on="household", how="left", maintain_order="left").with_columns(
        living=(pl.col("until") == 0).sum().over("household"), ended=pl.col("until").max().over("household")
    )
    gone = pl.col("living") == 0
    members = last.filter((pl.col("until") == 0) | (gone & (pl.col("until") == pl.col("ended"))))
    over = pl.when(gone).then("ended").otherwise(0)
    return members.sort("household", "position", "person").select(
        世帯番号="household_text",
        宛名番号="atena",
        記載順位=padded(pl.int_range(1, pl.len() + 1).over("household"), 2),
        世帯主宛名番号="head_atena",
        世帯主氏名=wide_latin(pl.col("head_name")),
        世帯主カナ="head_kana",
        世帯成立日=wareki(pl.col("began"), letter=True),
        世帯消滅日=wareki(over, letter=True, none=""),
        世帯区分=pl.lit("1"),
        世帯人数=padded(pl.col("living"), 2),
        地区コード=padded(pl.col("household") % 72 + 1, 4),
        回覧区分=pl.lit("1"),
        **logged(pl.col("processed"), pl.col("household")),
    )


def _events(history: pl.DataFrame) -> pl.DataFrame:
    """One row per history row, numbered in the order of processing."""
    official = pl.col("event").is_in(_EX_OFFICIO)
    before = pl.col("household_text").shift(1).over("person", order_by="history").fill_null("")
    by_head = pl.col("head_name") == pl.col("name")
    undone = pl.col("event").shift(-1).over("person", order_by="history") == "異動の取消し"
    undone_on = pl.when(undone).then(pl.col("processed").shift(-1).over("person", order_by="history")).otherwise(0)
    events = history.with_columns(before=before, undone_on=undone_on).sort("processed", "person", "history")
    return events.select(
        異動番号=padded(pl.int_range(1, pl.len() + 1), 10),
        宛名番号="atena",
        履歴番号=padded(pl.col("history"), 3),
        異動事由=code("event", "jumin", "ido_jiyu"),
        異動年月日=wareki(pl.col("event_date"), letter=True),
        届出年月日=pl.when(official).then(pl.lit("")).otherwise(wareki(pl.col("processed"), letter=True)),
        処理年月日=wareki(pl.col("processed"), letter=True),
        届出人氏名=pl.when(official).then(pl.lit("")).otherwise(wide_latin(pl.col("head_name"))),
        届出人区分=pl.when(official).then(pl.lit("9")).when(by_head).then(pl.lit("1")).otherwise(pl.lit("2")),
        異動前世帯番号="before",
        異動後世帯番号=pl.when(pl.col("removed_on") > 0).then(pl.lit("")).otherwise("household_text"),
        取消区分=_either(pl.col("undone_on") > 0, "1", "0"),
        取消年月日=wareki(pl.col("undone_on"), letter=True, none=""),
        受付番号=pl.when(official).then(pl.lit("")).otherwise(padded(pl.int_range(pl.len()) % 9000 + 1, 5)),
        メモ=pl.lit(""),
        **logged(pl.col("processed"), pl.col("person")),
    )


def _stays(register: Register, persons: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """在留情報: an older and the present stay of every foreigner; Koreans are partly 特別永住者."""
    first = history.group_by("person").agg(day=pl.col("event_date").min(), end=pl.col("removed_on").max())
    foreigners = persons.filter((pl.col("country") >= 0) & (pl.col("rows") > 0)).join(
        first, on="person", how="left", maintain_order="left"
    )
    names = [row["country_name"] for row in register.lists.foreign]
    stays = foreigners.with_columns(
        nation=pl.Series(names).gather(foreigners["country"]),
        until=pl.when(pl.col("end") > 0).then("end").otherwise(register.as_of),
    ).with_columns(special=(pl.col("nation") == "韓国") & (pl.col("person") % 3 == 0))
    present = stays.with_columns(serial=2, granted=pl.max_horizontal("day", pl.col("until") - pl.col("person") % 700))
    older = stays.filter(~pl.col("special")).with_columns(serial=1, granted=pl.col("day") - 400)
    present = present.with_columns(serial=pl.when("special").then(1).otherwise(2))
    both = pl.concat([older, present]).sort("person", "serial")
    return _stay_columns(both)


def _stay_columns(stays: pl.DataFrame) -> pl.DataFrame:
    known = codes("jumin", "zairyu_shikaku")
    special = pl.col("special")
    last = (pl.col("serial") == 2) | special
    status = [
        known[word] for word in ("技能実習", "特定技能", "技術・人文知識・国際業務", "定住者", "日本人の配偶者等")
    ]
    kind = codes("jumin", "kitei_kubun")
    card = codes("jumin", "card_kubun")
    years = pl.when(last).then(3).otherwise(1)
    number = pl.col("person") * 17 + pl.col("serial")
    serial = padded(10_000_000 + number % 90_000_000, 8)
    return stays.select(
        宛名番号="atena",
        連番=padded(pl.col("serial"), 3),
        最新区分=pl.when(last).then(pl.lit("1")).otherwise(pl.lit("0")),
        国籍コード=pl.col("nation").replace_strict(codes("jumin", "kokuseki"), return_dtype=pl.String),
        国籍名="nation",
        第30条45区分=_either(special, kind["特別永住者"], kind["中長期在留者"]),
        在留カード番号=pl.lit("AB") + serial + pl.lit("CD"),
        在留カード区分=_either(special, card["特別永住者証明書"], card["在留カード"]),
        在留資格=pl.when(special).then(pl.lit(known["特別永住者"])).otherwise(
            (pl.col("person") % len(status)).replace_strict(dict(enumerate(status)), return_dtype=pl.String)),
        在留期間年=pl.when(special).then(pl.lit("")).otherwise(padded(years, 2)),
        在留期間月=pl.lit(""),
        在留期間日=pl.lit(""),
        許可年月日=pl.when(special).then(pl.lit("")).otherwise(western(pl.col("granted"))),
        在留満了日=pl.when(special).then(pl.lit("")).otherwise(western(pl.col("granted") + years * 365)),
        住居地届出区分=pl.lit("1"),
        **logged(pl.col("until"), number),
    )  # fmt: skip


def _either(condition: pl.Expr, yes: str, no: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(yes)).otherwise(pl.lit(no))


def _other_names(register: Register, persons: pl.DataFrame) -> pl.DataFrame:
    """旧氏 of some married people since 2019-11-05, 通称 of some foreigners."""
    lists, known = register.lists, codes("jumin", "tsusho_kubun")
    since = ordinal("2019-11-05")
    rows = []
    step = max(2, min(25, register.population // 120))  # a small town has relatively more
    for person in register.people:
        changed = person.country < 0 and person.surname != person.birth_surname
        if not person.resident or not person.rows or person.number % (step if changed else min(3, step)):
            continue
        if changed:
            day = max(since, person.settled) + person.number % 300
            name = lists.surnames[person.birth_surname]
            rows.append((person.number, known["旧氏"], name.text, half_kana(name.kana), min(day, register.as_of)))
        elif person.country >= 0:
            surname, given = lists.surnames[person.number % 90], lists.given[person.number % 30]
            text, kana = f"{surname.text}\u3000{given.text}", f"{half_kana(surname.kana)} {half_kana(given.kana)}"
            day = max(person.settled, person.became_resident)
            rows.append((person.number, known["通称"], text, kana, min(day + 20, register.as_of)))
    texts = dict.fromkeys(("kind", "text", "kana"), pl.String)
    frame = pl.DataFrame(rows, schema={"person": pl.Int64, **texts, "day": pl.Int64}, orient="row")
    return frame.select(
        宛名番号=persons["atena"].gather(frame["person"]),
        連番=pl.lit("001"),
        最新区分=pl.lit("1"),
        区分="kind",
        名称="text",
        カナ="kana",
        カナ確認区分=pl.lit("1"),
        記載年月日=wareki(pl.col("day")),
        記載市町村コード=pl.lit(TOWN_CODE),
        記載市町村名=pl.lit("福岡県遠賀郡岡垣町"),
        消除年月日=pl.lit("0000000"),
        消除市町村コード=pl.lit(""),
        消除市町村名=pl.lit(""),
        **logged(pl.col("day"), pl.col("person")),
    )


def _protected(register: Register, persons: pl.DataFrame) -> pl.DataFrame:
    """支援措置 of about two women in a thousand and their children: some running, some ended after their year."""
    rows: list[tuple[int, int, int, bool]] = []
    step = max(7, min(97, register.population // 120))  # a small town has relatively more: every kind of row is there
    for person in register.people:
        if not (person.resident and person.rows and person.sex == 2 and person.number % step == 3):
            continue
        if not 18 * 365 < register.as_of - person.birth < 70 * 365:
            continue
        running = person.number % 2 == 1
        began = register.as_of - (person.number % 330 + 10 if running else 500 + person.number % 900)
        began = max(began, person.processed if not running else began)
        rows.append((person.number, person.number, began, began + 364 >= register.as_of))
        members = register.households[person.household].members
        children = [n for n in members if register.people[n].mother == person.number]
        rows.extend((child, person.number, began, began + 364 >= register.as_of) for child in children)
    numbers = dict.fromkeys(("person", "applicant", "began"), pl.Int64)
    frame = pl.DataFrame(rows, schema={**numbers, "running": pl.Boolean}, orient="row")
    return _protection_columns(frame, persons)


def _protection_columns(frame: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    target, state = codes("jumin", "shien_taisho"), codes("jumin", "shien_jotai")
    harm = sorted(codes("jumin", "shien_higai").values())
    running = pl.col("running")
    applicant = pl.col("person") == pl.col("applicant")
    shown = _either(running, "1", "0")
    end = pl.col("began") + 364
    return frame.select(
        宛名番号=persons["atena"].gather(frame["person"]),
        措置番号=padded(pl.int_range(1, pl.len() + 1).over("person"), 3),
        申出者宛名番号=persons["atena"].gather(frame["applicant"]),
        対象区分=_either(applicant, target["申出者本人"], target["併せて支援を求める者"]),
        被害区分=(pl.col("applicant") % 7 // 4).replace_strict({0: harm[0], 1: harm[1]}, return_dtype=pl.String),
        仮支援区分=pl.lit("0"),
        措置状態=_either(running, state["実施中"], state["終了"]),
        申出年月日=wareki(pl.col("began"), letter=True),
        開始年月日=wareki(pl.col("began"), letter=True),
        終了年月日=wareki(end, letter=True),
        解除年月日=pl.when(running).then(pl.lit("")).otherwise(wareki(end, letter=True)),
        閲覧抑止=shown,
        住民票抑止=shown,
        附票抑止=shown,
        相手方氏名=pl.lit(""),
        相手方住所=pl.lit(""),
        意見聴取機関=pl.lit("警察署"),
        当初受付市町村コード=pl.lit(TOWN_CODE),
        メモ=pl.lit(""),
        **logged(pl.col("began"), pl.col("person")),
    )


def _removed(register: Register, history: pl.DataFrame) -> pl.DataFrame:
    """除票 of everybody who is gone; after five years it lies in the database for 除票."""
    five_years = 5 * 365 + 1
    moved_on = pl.col("processed") + five_years
    return history.filter(pl.col("latest") & (pl.col("removed_on") > 0)).select(
        宛名番号="atena",
        履歴番号=padded(pl.col("history"), 3),
        世帯番号="household_text",
        消除事由=code("removed_by", "jumin", "ido_jiyu"),
        消除年月日=wareki(pl.col("removed_on")),
        除票年月日=wareki(pl.col("processed")),
        **{"除票ＤＢ登録日": wareki(pl.when(moved_on <= register.as_of).then(moved_on).otherwise(0))},
        保存期限年月日=pl.lit("0000000"),
        転出先確定区分=pl.when(pl.col("removed_by").is_in(["転出", "国外への転出"])).then(pl.lit("1")).otherwise(
            pl.lit("")),
        マイクロ番号=pl.lit(""),
        **logged(pl.col("processed"), pl.col("person")),
    )  # fmt: skip
