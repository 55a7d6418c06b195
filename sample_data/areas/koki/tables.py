"""The old system's tables of 被保険者, 適用除外 and 負担割合."""

from __future__ import annotations

import polars as pl

from sample_data.area import Ground
from sample_data.areas.koki.collection import instalment_table, receipt_table
from sample_data.areas.koki.people import insured_frame, left_out_frame
from sample_data.areas.koki.premiums import premium_frame, premium_table
from sample_data.forms import padded, wareki
from sample_data.founding import ordinal
from sample_data.records import code, logged

INSURER = "39403837"
YEARS = (2025, 2026)
_LITTLE, _MUCH = 280_000, 1_450_000  # 課税所得 from which 2割 and 3割


def koki_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    spells = insured_frame(ground)
    premiums = premium_frame(spells, ground)
    instalments = instalment_table(premiums, ground.as_of)
    return {
        "hihokensha": _insured(spells),
        "jogai": _left_out(left_out_frame(ground)),
        "futan": _shares(spells),
        "fuka": premium_table(premiums),
        "kiwari": instalments,
        "shuno": receipt_table(instalments),
    }


def _insured(spells: pl.DataFrame) -> pl.DataFrame:
    start, end, early = pl.col("start"), pl.col("end"), pl.col("early")
    known = pl.when(end > 0).then(end + pl.col("person") % 8).otherwise(0)
    return spells.select(
        宛名番号="atena",
        資格連番=padded(pl.col("serial"), 3),
        最新区分=_flag("latest"),
        被保番号="number",
        保険者番号=pl.lit(INSURER),
        カナ控="kana",
        取得事由=code("began", "koki", "shutoku"),
        取得日=wareki(start),
        取得届日=wareki(start),
        喪失事由=code("ended", "koki", "soshitsu"),
        喪失日=wareki(end),
        喪失届日=wareki(known),
        障害申請日=wareki(pl.when(early).then(start - 20).otherwise(0)),
        障害認定日=wareki(pl.when(early).then(start).otherwise(0)),
        住特区分=_flag("elsewhere"),
        住特適用日=wareki(pl.col("moved_on")),
        住特施設=pl.when("elsewhere").then(pl.lit("特別養護老人ホーム見本苑")).otherwise(pl.lit("")),
        被扶区分=_flag("dependent"),
        送付先宛名番号="send_to",
        連携日=wareki(pl.col("told")),
        証発行回数=pl.lit("01"),
        メモ=pl.lit(""),
        **logged(pl.max_horizontal("start", "end"), pl.col("person")),
    )


def _left_out(spells: pl.DataFrame) -> pl.DataFrame:
    return spells.select(
        宛名番号="atena",
        除外連番=padded(pl.col("serial"), 3),
        除外事由=pl.lit("S"),
        開始日=wareki(pl.col("start")),
        終了日=wareki(pl.col("end")),
        **logged(pl.max_horizontal("start", "end"), pl.col("person")),
    )


def _shares(spells: pl.DataFrame) -> pl.DataFrame:
    """負担割合 from August to July; what the household's richest has decides."""
    rows = pl.concat([_shares_of(spells, year) for year in YEARS]).sort("number", "from")
    return rows.select(
        被保番号="number",
        割合連番=padded(pl.int_range(1, pl.len() + 1).over("number"), 3),
        年度=pl.lit("5") + padded(pl.col("year") - 2018, 2),
        割合=code("share", "koki", "wariai"),
        適用自=wareki(pl.col("from")),
        適用至=wareki(pl.col("until")),
        判定課税所得=padded(pl.col("most"), 12),
        判定収入=padded(pl.col("all"), 12),
        基準収入区分=pl.lit("0"),
        交付日=wareki(pl.col("from")),
        定期判定区分=pl.lit("1"),
        **logged(pl.col("from"), pl.col("person")),
    )


def _shares_of(spells: pl.DataFrame, year: int) -> pl.DataFrame:
    august, july = ordinal(f"{year}-08-01"), ordinal(f"{year + 1}-07-31")
    there = (pl.col("start") <= july) & ((pl.col("end") == 0) | (pl.col("end") > august))
    taxed = (pl.col("business") + (pl.col("pension") - 1_100_000).clip(0) - 430_000).clip(0)
    home = pl.when(pl.col("household") > 0).then("household").otherwise(-pl.col("person"))
    rows = spells.filter(there).with_columns(home=home)
    rows = rows.with_columns(
        most=taxed.max().over("home"), all=(pl.col("pension") + pl.col("business")).sum().over("home")
    )
    much = pl.col("all") >= pl.when(pl.len().over("home") > 1).then(3_200_000).otherwise(2_000_000)
    most = pl.col("most")
    return rows.with_columns(
        share=pl.when(most >= _MUCH).then(pl.lit("3割")).when((most >= _LITTLE) & much).then(pl.lit("2割"))
        .otherwise(pl.lit("1割")),
        year=pl.lit(year),
        **{"from": pl.max_horizontal("start", pl.lit(august)), "until": pl.lit(july)},
    )  # fmt: skip


def _flag(column: str) -> pl.Expr:
    return pl.when(column).then(pl.lit("1")).otherwise(pl.lit("0"))
