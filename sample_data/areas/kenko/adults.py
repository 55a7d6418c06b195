"""成人健診 and がん検診: who comes, year by year, and what is found."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.kenko.children import tenths
from sample_data.areas.kenko.lists import check_rows, clinic, clinic_code, turn
from sample_data.forms import western
from sample_data.founding import YEAR, ordinal
from sample_data.records import code, logged
from sample_data.society import KOKI, KOKUHO, SEIHO

YEARS = range(2012, 2027)
_TESTS = {"胃がん": "胃部エックス線", "肺がん": "胸部エックス線", "大腸がん": "便潜血検査", "乳がん": "マンモグラフィ"}
_CERVIX = "子宮頸部細胞診"
_LATE = 330  # days after which the result of a 精密検査 is known
_RESULTS = ("異常なし", "その他の疾患", "がんの疑い", "がん", "未受診", "未把握")
_SIGNS = ("－", "±", "＋", "＋＋")
_JUDGED = ("異常なし", "要指導", "要医療", "治療中")


def health_table(people: pl.DataFrame) -> pl.DataFrame:
    """成人健診 of those from 40 who are in 国保, 後期 or 生活保護 (the others go where they work)."""
    person = pl.col("person")
    insured = people.filter(pl.col("insurance").is_in([KOKUHO, KOKI, SEIHO]) & (turn(person, 71, 1_000) < 420))
    parts = [_attended(insured, year, 880, 40.5) for year in YEARS]
    rows = pl.concat(parts).sort("person", "year").with_columns(
        kind=pl.when(pl.col("age") >= 75).then(pl.lit("後期高齢者健康診査"))
        .when(pl.col("insurance") == SEIHO).then(pl.lit("健康増進法の健康診査"))
        .otherwise(pl.lit("特定健康診査（国保）"))
    )  # fmt: skip
    return _health_columns(rows)


def _attended(people: pl.DataFrame, year: int, share: int, age: float) -> pl.DataFrame:
    """Those of an age who live in the town on the day they come: day, year, age."""
    person = pl.col("person")
    rows = people.with_columns(day=ordinal(f"{year}-05-10") + turn(person, year, 130), year=pl.lit(str(year)))
    rows = rows.with_columns(age=(pl.col("day") - pl.col("birth")) / YEAR)
    return rows.filter(
        (pl.col("age") >= age) & (pl.col("day") >= pl.col("here_since")) & (pl.col("day") < pl.col("end"))
        & (turn(person, year + 3, 1_000) < share)
    )  # fmt: skip


def _health_columns(rows: pl.DataFrame) -> pl.DataFrame:
    person, year = pl.col("person"), pl.col("year").cast(pl.Int64)
    now = turn(person, year, 100)
    tall = pl.when(pl.col("sex") == 1).then(1_650).otherwise(1_530) + turn(person, 81, 160) - 80
    mass = 185 + turn(person, 82, 110) + now % 9
    rows = rows.with_columns(tall=tall, heavy=mass * tall * tall // 1_000_000)
    bmi = (pl.col("heavy") * 2_000_000 // (pl.col("tall") * pl.col("tall")) + 1) // 2
    low = 62 + turn(person, 83, 24) + now % 7
    rows = rows.with_columns(
        bmi=bmi,
        protein=_one_of(_SIGNS, turn(person, year + 11, 1_000)),
        sugar=_one_of(_SIGNS, turn(person, year + 12, 1_000)),
        judged=_one_of(_JUDGED, turn(person, year + 13, 1_000)),
    )
    return rows.select(
        宛名番号="atena",
        年度="year",
        受診連番=pl.lit("01"),
        受診日=western(pl.col("day")),
        健診区分=code("kind", "kenko", "seijin_kubun"),
        機関コード=clinic_code(clinic(person, pl.col("day"))),
        身長=tenths(pl.col("tall")),
        体重=tenths(pl.col("heavy")),
        BMI=tenths(pl.col("bmi")),
        腹囲=tenths(pl.col("bmi") * 3 + 120 + now),
        最高血圧=(low + 38 + now % 19).cast(pl.String),
        最低血圧=low.cast(pl.String),
        中性脂肪=(60 + turn(person, 84, 110) + now).cast(pl.String),
        HDL=(42 + turn(person, 85, 38)).cast(pl.String),
        LDL=(85 + turn(person, 86, 75) + now % 13).cast(pl.String),
        HBA1C=tenths(50 + turn(person, 87, 16) + now % 4),
        尿蛋白=code("protein", "kenko", "teisei"),
        尿糖=code("sugar", "kenko", "teisei"),
        総合判定=code("judged", "kenko", "sogo"),
        メタボ控=pl.lit(""),
        予備1=pl.lit(""),
        **logged(pl.col("day"), person),
    )


def cancer_table(ground: Ground, people: pl.DataFrame) -> pl.DataFrame:
    """がん検診 by kind and year; breast and cervix every second year."""
    parts = []
    for place, row in enumerate(row for row in check_rows() if not row["age_days"]):
        age = int(row["months_from"]) / 12 + 0.1
        able = people.filter((row["sex"] == "0") | (pl.col("sex").cast(pl.String) == row["sex"]))
        able = able.filter("registered", turn(pl.col("person"), 90 + place, 1_000) < 90)
        for year in YEARS:
            every = pl.lit(row["sex"] == "0") | ((pl.col("person") + year) % 2 == 0)
            came = _attended(able.filter(every), year, 800, age)
            parts.append(came.with_columns(check=pl.lit(row["check"]), place=pl.lit(place + year * 7)))
    return _cancer_columns(pl.concat(parts).sort("person", "year", "check"), ground.as_of)


def _cancer_columns(rows: pl.DataFrame, as_of: int) -> pl.DataFrame:
    person, place, day = pl.col("person"), pl.col("place"), pl.col("day")
    luck = turn(person, place, 1_000)
    suspect = luck < 55
    known = suspect & (day < as_of - _LATE + turn(person, 95, 200))
    rows = rows.with_columns(
        test=pl.col("check").replace_strict(_TESTS, default=_CERVIX),
        judged=pl.when(suspect).then(pl.lit("要精密検査")).when(luck == 900).then(pl.lit("判定不能"))
        .otherwise(pl.lit("精密検査不要")),
        result=pl.when(known).then(_one_of(_RESULTS, turn(person, place + 5, 1_000), usual=560)).otherwise(pl.lit("")),
    )  # fmt: skip
    seen = (pl.col("result") != "") & ~pl.col("result").is_in(["未受診", "未把握"])
    closer = clinic_code(1 + person % 7)
    return rows.select(
        宛名番号="atena",
        年度="year",
        検診コード=code("check", "kenko", "kenshin"),
        検診連番=pl.lit("01"),
        受診日=western(day),
        検査方法=code("test", "kenko", "kensa"),
        機関コード=clinic_code(81 + person % 2),
        判定=code("judged", "kenko", "gan_hantei"),
        精検受診日=pl.when(seen).then(western(day + 21 + person % 40)).otherwise(pl.lit("")),
        精検機関=pl.when(seen).then(closer).otherwise(pl.lit("")),
        精検結果=code("result", "kenko", "seiken"),
        クーポン=pl.when(pl.col("age").is_between(20, 21) | pl.col("age").is_between(40, 41)).then(pl.lit("1"))
        .otherwise(pl.lit("0")),
        読影メモ=pl.lit(""),
        予備1=pl.lit(""),
        **logged(day, person),
    )  # fmt: skip


def _one_of(words: tuple[str, ...], luck: pl.Expr, usual: int = 840) -> pl.Expr:
    """The first word below `usual` of a thousand, the others in equal parts."""
    step = (1_000 - usual) // (len(words) - 1)
    place = pl.when(luck < usual).then(0).otherwise(1 + ((luck - usual) // step).clip(upper_bound=len(words) - 2))
    return place.replace_strict(dict(enumerate(words)), return_dtype=pl.String)
