"""The old system's tables of 被保険者, 認定 and 負担割合."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.kaigo.people import certified_frame, insured_frame
from sample_data.areas.kaigo.premiums import premium_table
from sample_data.forms import padded, wareki
from sample_data.founding import ordinal
from sample_data.records import code, logged

INSURER = "403832"
YEARS = (2022, 2023, 2024, 2025, 2026)
_LEVELS = ("要支援1", "要支援2", "要介護1", "要介護2", "要介護3", "要介護4", "要介護5")
_UNITS = (5_032, 10_531, 16_765, 19_705, 27_048, 30_938, 36_217)


def kaigo_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    spells = insured_frame(ground)
    certificates = certified_frame(spells, ground.as_of)
    kana = ground.history.filter("latest").select("person", "kana")
    return {
        "hihokensha": _insured(spells.join(kana, on="person", how="left", maintain_order="left")),
        "nintei": _certificates(certificates),
        "futan": _shares(certificates),
        "fuka": premium_table(spells, ground.society, ground.as_of),
    }


def _insured(spells: pl.DataFrame) -> pl.DataFrame:
    start, end = pl.col("start"), pl.col("end")
    ended = end > 0
    return spells.select(
        被保番号="number_text",
        資格連番=padded(pl.col("serial"), 3),
        最新区分=_flag("latest"),
        保険者番号=pl.lit(INSURER),
        宛名番号="atena",
        カナ控="kana",
        号区分=code("kind", "kaigo", "go_kubun"),
        取得事由=code("came", "kaigo", "shutoku_jiyu"),
        取得日=wareki(start),
        取得届日=wareki(start + pl.col("person") % 8),
        喪失事由=code("left", "kaigo", "soshitsu_jiyu"),
        喪失日=wareki(end),
        喪失届日=wareki(pl.when(ended).then(end + pl.col("person") % 8).otherwise(0)),
        住特区分=_flag("elsewhere"),
        住特施設=pl.when("elsewhere").then(pl.lit("特別養護老人ホーム見本苑")).otherwise(pl.lit("")),
        証交付日=wareki(start),
        メモ=pl.lit(""),
        **logged(pl.max_horizontal("start", "end"), pl.col("person")),
    )


def _certificates(frame: pl.DataFrame) -> pl.DataFrame:
    start, renewal = pl.col("begins"), pl.col("renewal")
    after = pl.when(renewal).then(start - 45).otherwise(start)  # a first certificate reaches back to the application
    place = pl.col("level").cast(pl.Int64) - 1
    levels = frame.with_columns(
        level_name=pl.Series(_LEVELS).gather(frame["level"] - 1),
        units=pl.Series(_UNITS).gather(frame["level"] - 1),
        asked=pl.when(renewal).then(pl.lit("更新")).otherwise(pl.lit("新規")),
        planner=pl.when(pl.col("person") % 29 == 3).then(pl.lit("自己作成"))
        .when(place < 2).then(pl.lit("地域包括支援センター")).otherwise(pl.lit("居宅介護支援事業所")),
    )  # fmt: skip
    diseases = pl.when(pl.col("disease") > 0).then(pl.lit("S") + padded(pl.col("disease"), 2))
    own = pl.col("planner") == "自己作成"
    return levels.select(
        被保番号="number_text",
        認定連番=padded(pl.col("serial"), 3),
        最新区分=_flag("latest"),
        申請種別=code("asked", "kaigo", "shinsei_kubun"),
        申請日=wareki(after),
        特定疾病=diseases.otherwise(pl.lit("")),
        調査日=wareki(after + 7),
        意見書日=wareki(after + 14),
        審査会日=wareki(after + 28),
        認定日=wareki(after + 28),
        介護度=code("level_name", "kaigo", "kaigodo"),
        有効期間自=wareki(start),
        有効期間至=wareki(pl.col("until")),
        限度単位=padded(pl.col("units"), 6),
        計画区分=code("planner", "kaigo", "keikaku"),
        支援事業所=pl.when(own).then(pl.lit("")).otherwise(padded(4_070_500_000 + pl.col("person") % 9 * 11, 10)),
        計画届日=wareki(start + 5),
        一次判定値=padded(25 + pl.col("person") % 90, 4),
        **logged(after + 28, pl.col("person")),
    )


def _shares(certificates: pl.DataFrame) -> pl.DataFrame:
    """負担割合: from August to July for every year in which somebody was certified."""
    spans = certificates.group_by("number_text", maintain_order=True).agg(
        pl.col("person", "pension").first(), first=pl.col("begins").min(), last=pl.col("until").max()
    )
    parts = [_one_year(spans, year) for year in YEARS]
    rows = pl.concat(parts).sort("number_text", "start")
    return rows.select(
        被保番号="number_text",
        割合連番=padded(pl.int_range(1, pl.len() + 1).over("number_text"), 3),
        年度=pl.lit("5") + padded(pl.col("year") - 2018, 2),
        割合=code("share", "kaigo", "wariai"),
        適用自=wareki(pl.col("start")),
        適用至=wareki(pl.col("until")),
        判定所得=padded((pl.col("pension") - 1_100_000).clip(0), 12),
        減額区分=pl.lit("0"),
        交付日=wareki(pl.col("start")),
        **logged(pl.col("start"), pl.col("person")),
    )


def _one_year(spans: pl.DataFrame, year: int) -> pl.DataFrame:
    august, july = ordinal(f"{year}-08-01"), ordinal(f"{year + 1}-07-31")
    some = spans.filter((pl.col("last") >= august) & (pl.col("first") <= july))
    return some.with_columns(
        year=pl.lit(year), start=pl.max_horizontal("first", pl.lit(august)), until=pl.lit(july), share=pl.lit("1割")
    )


def _flag(column: str) -> pl.Expr:
    return pl.when(column).then(pl.lit("1")).otherwise(pl.lit("0"))
