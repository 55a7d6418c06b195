"""選挙人名簿 as the old system keeps it: the register, its public counts, who was drawn from it."""

from __future__ import annotations

from datetime import date

import polars as pl

from sample_data.area import Ground
from sample_data.areas.senkyo.abroad import abroad, list_abroad
from sample_data.areas.senkyo.districts import district_of, districts_table, ranges_table
from sample_data.areas.senkyo.marks import marks_table
from sample_data.areas.senkyo.votes import elections_table, votes_table
from sample_data.formats import codes, standard_codes
from sample_data.forms import padded, wareki
from sample_data.founding import ordinal
from sample_data.records import address_frame, logged
from sample_data.voters import ELECTIONS, regular_days, voters

_KEPT_SINCE = ELECTIONS[0].base  # who was struck off before the first election kept is not in the file any more


def senkyo_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    """Every table of the area by its id; all cells are Strings."""
    people = _people(ground)
    kept = people.filter((pl.col("struck") == 0) | (pl.col("struck") > _KEPT_SINCE))
    away = abroad(people, ground.made["jutogai"]["jutogai"], ground.as_of)
    votes = votes_table(kept, ground)
    return {
        "meibo": _register(kept),
        "hyoji": marks_table(kept, ground),
        "tohyoku": districts_table(ground.lists),
        "kuiki": ranges_table(ground.lists),
        "senkyo": elections_table(votes, ground.as_of),
        "jokyo": votes.drop("voted"),
        "zaigai": list_abroad(away),
        "teiji": _public_counts(kept, away, ground.as_of),
        "yotei": _drawn(kept, ground),
    }


def _people(ground: Ground) -> pl.DataFrame:
    """Everybody ever entered, in the order of the paper register, with what the register says of them."""
    found = voters(ground.history, ground.as_of)
    latest = ground.history.filter("latest").select(
        "person", "atena", "name", "kana", "head_name", "household_text", "sex", "birth", "birth_text", "residence",
        "destination",
    )  # fmt: skip
    found = found.join(latest, on="person", how="left", maintain_order="left").with_columns(number=number())
    homes = _homes(ground)[found["residence"]]
    step = max(40, min(503, ground.register.population // 60))  # a small town has relatively more
    person = pl.col("person")
    protected = ground.made["jumin"]["shien"].filter(pl.col("措置状態") == "1")["宛名番号"].unique().to_list()
    here = (pl.col("left") == 0) & (pl.col("struck") == 0)
    return (
        found.hstack(homes)
        .sort("district", "kana", "person")
        .with_columns(
            place=pl.int_range(pl.len()).over("district"),
            by_post=person % step == 7,
            braille=person % step == 11,
            hidden=pl.col("atena").is_in(protected),
            suspended=here & (person % step == 5) & (pl.col("birth") < ordinal("2000-01-01")),
            step=pl.lit(step),
        )
    )


def number() -> pl.Expr:
    """名簿番号, 10 digits."""
    return padded(pl.col("person") + 3_000_000, 10)


def _homes(ground: Ground) -> pl.DataFrame:
    """One row per residence: 町字, 番地, 方書 as 住民情報 has them, numbers of the lot, 投票区."""
    frame = address_frame(ground.register).select(
        "town", "town_name", "lot_text", "building_text",
        code=pl.col("town_code").replace_strict(standard_codes("jumin", "machiaza"), return_dtype=pl.String),
    )  # fmt: skip
    residences = ground.register.residences
    frame = frame.with_columns(
        lot=pl.Series([one.lot for one in residences], dtype=pl.Int64),
        branch=pl.Series([one.branch for one in residences], dtype=pl.Int64),
    )
    return frame.with_columns(district=district_of(frame, ground.lists))


def _register(people: pl.DataFrame) -> pl.DataFrame:
    kinds, state = codes("senkyo", "toroku_kubun"), codes("senkyo", "toroku_jotai")
    elected = pl.col("election") > 0
    return people.select(
        名簿番号="number",
        宛名番号="atena",
        カナ氏名="kana",
        氏名="name",
        生年月日="birth_text",
        性別=pl.col("sex").cast(pl.String),
        世帯番号="household_text",
        世帯主氏名="head_name",
        町字コード="code",
        町字名="town_name",
        本番=padded(pl.col("lot"), 5),
        枝番=padded(pl.col("branch"), 5),
        番地="lot_text",
        方書="building_text",
        投票区=padded(pl.col("district"), 3),
        簿冊=padded(pl.col("district"), 3),
        頁=padded(pl.col("place") // 25 + 1, 4),
        行=padded(pl.col("place") % 25 + 1, 2),
        作成日=wareki(pl.col("basis")),
        基準日=wareki(pl.col("base")),
        登録日=wareki(pl.col("entered")),
        登録区分=pl.col("kind").replace_strict(kinds, return_dtype=pl.String),
        登録選挙=pl.when(elected).then(padded(pl.col("election"), 4)).otherwise(pl.lit("")),
        登録状態=_either(pl.col("struck") == 0, state["登録中"], state["抹消"]),
        抹消日=wareki(pl.col("struck")),
        点字区分=_either(pl.col("braille"), "1", "0"),
        郵便投票証番号=pl.when("by_post").then(padded(pl.col("person"), 8)).otherwise(pl.lit("")),
        閲覧制限=_either(pl.col("hidden"), "1", "0"),
        入場券出力=pl.lit("1"),
        メモ=pl.lit(""),
        **logged(pl.max_horizontal("entered", "struck"), pl.col("person")),
        予備=pl.lit(""),
    )


def _public_counts(people: pl.DataFrame, listed: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """定時登録者数 by sex of every regular day since the first election kept."""
    rows = []
    days = regular_days(_KEPT_SINCE, as_of)
    for day in days:
        here = people.filter((pl.col("entered") <= day) & ((pl.col("struck") == 0) | (pl.col("struck") > day)))
        away = listed.filter((pl.col("listed") <= day) & ((pl.col("off") == 0) | (pl.col("off") > day)))
        for sex in (1, 2):
            counts = [frame.filter(pl.col("sex") == sex).height for frame in (here, away)]
            rows.append((day, sex, *counts, day == days[-1]))
    frame = pl.DataFrame(rows, schema=["day", "sex", "here", "away", "last"], orient="row")
    on = pl.col("day")
    return frame.select(
        登録日=wareki(on),
        性別=pl.col("sex").cast(pl.String),
        登録者数=padded(pl.col("here"), 6),
        在外登録者数=padded(pl.col("away"), 6),
        最新区分=_either(pl.col("last"), "1", "0"),
        公表日=wareki(on + 1),
        **logged(on + 1, pl.col("sex")),
        予備=pl.lit(""),
    )


def _drawn(people: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Candidates for lay judges and for the inquest of prosecution, drawn every September for the next year."""
    kinds = codes("senkyo", "yotei_shubetsu")
    step = max(30, min(400, ground.register.population // 40))
    last = date.fromordinal(ground.as_of).year
    parts = []
    for year in range(last - 4, last + 1):
        day = date(year, 9, 15).toordinal()
        there = (pl.col("entered") <= day) & ((pl.col("left") == 0) | (pl.col("left") > day)) & ~pl.col("suspended")
        turn = (pl.col("person") * 31 + year * 7) % step
        for word, rest in (("裁判員", 0), ("検察審査員", 1)):
            drawn = people.filter(there & (turn == rest)).sort("person")
            parts.append(
                drawn.select("number", "person", year=pl.lit(year + 1), day=pl.lit(day), kind=pl.lit(kinds[word]))
            )
    on = pl.col("day")
    return pl.concat(parts).select(
        名簿年=pl.col("year").cast(pl.String),
        種別="kind",
        候補番号=padded(pl.int_range(1, pl.len() + 1).over("year", "kind"), 4),
        名簿番号="number",
        抽出日=wareki(on),
        送付日=wareki(on + 15),
        **logged(on, pl.col("person")),
        予備=pl.lit(""),
    )


def _either(condition: pl.Expr, yes: str, no: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(yes)).otherwise(pl.lit(no))
