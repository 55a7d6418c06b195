"""賦課台帳: one wide row for each person, year and correction."""

from __future__ import annotations

import polars as pl

from sample_data.formats import codes
from sample_data.forms import NO_DAY, padded, wareki
from sample_data.founding import ordinal
from sample_data.identity import household_number
from sample_data.records import code, logged

AREA = "kojin"
_AMOUNTS = {
    "給与収入": "paid", "給与所得": "salary_income", "年金収入": "pension", "年金所得": "pension_income",
    "営業所得": "business_income", "不動産所得": "rent", "繰越控除": "carried", "翌年繰越": "to_carry",
    "合計所得": "total", "社保控除": "insured", "生保控除": "life", "配偶控除": "for_spouse", "扶養控除": "for_family",
    "障害控除": "for_handicap", "寡婦控除": "for_alone", "基礎控除": "basic", "控除計": "deducted",
    "課税標準": "taxable", "一般数": "general", "特定数": "student", "年少数": "young",
    "町算出": "town_made", "県算出": "pref_made", "町調整": "town_adjusted", "県調整": "pref_adjusted",
    "町税控": "town_credit", "県税控": "pref_credit", "町定減": "town_relief", "県定減": "pref_relief",
    "町所得割": "town_income", "県所得割": "pref_income", "町均等": "town_head", "県均等": "pref_head",
    "森林税": "forest", "年税額": "year_tax", "給特税額": "by_salary", "年特税額": "by_pension",
    "普徴税額": "by_bill", "期別１": "bill_1", "期別２": "bill_2", "期別３": "bill_3", "期別４": "bill_4",
}  # fmt: skip


def fiscal(year: int) -> str:
    """相当年度 as the old system writes it: the era's digit and two digits."""
    return f"5{year - 2018:02d}"


def ledger(people: pl.DataFrame, year: int) -> pl.DataFrame:
    """The ledger of one year."""
    latest, version = codes(AREA, "saishin"), pl.col("version")
    changed = (version > 0) & pl.col("final")
    day = ordinal(f"{year}-09-01") + pl.col("person") % 200
    mended = pl.min_horizontal(pl.lit(ordinal("2026-09-01")), day)
    words = people.with_columns(**_words(), why=pl.when(changed).then(pl.lit("控除の申告もれ")).otherwise(pl.lit("")))
    return words.select(
        相当年度=pl.lit(fiscal(year)),
        宛名番号="atena",
        更正回数=padded(version, 2),
        最新区分=pl.when("final").then(pl.lit(latest["該当する"])).otherwise(pl.lit(latest["該当しない"])),
        通知番号=padded(pl.lit((year - 2000) * 100_000_000) + pl.col("person"), 10),
        世帯番号=pl.when("outsider").then(pl.lit("")).otherwise(household_number(pl.col("household").fill_null(0))),
        住民区分=code("where", AREA, "jumin_kubun"),
        課税区分=code("taxed", AREA, "kazei_kubun"),
        非課事由=code("exempt", AREA, "hikazei_jiyu"),
        申告種類=code("declared", AREA, "shinkoku_shurui"),
        徴収方法=code("way", AREA, "choshu"),
        本人該当=_flags(),
        管理人番号=pl.when(_since("abroad_on", year)).then("kin").otherwise(pl.lit("")),
        代表相続人=pl.when(_since("died_on", year)).then("kin").otherwise(pl.lit("")),
        更正日=pl.when(changed).then(wareki(mended)).otherwise(pl.lit(NO_DAY)),
        更正事由=code("why", AREA, "kosei_jiyu"),
        配偶区分=code("spouse_kind", AREA, "haigu"),
        **{name: pl.col(column).cast(pl.Int64).cast(pl.String) for name, column in _AMOUNTS.items()},
        印刷区分=pl.lit("0"),
        メモ=pl.lit(""),
        **logged(pl.when(changed).then(mended).otherwise(ordinal(f"{year}-05-20")), pl.col("person")),
    )


def _since(column: str, year: int) -> pl.Expr:
    """Whether somebody answers for the person: gone after 1 January of the year."""
    return (pl.col(column) >= ordinal(f"{year}-01-01")).fill_null(False)


def _words() -> dict[str, pl.Expr]:
    tax, salary, pension, bill = (pl.col(name) > 0 for name in ("year_tax", "by_salary", "by_pension", "by_bill"))
    ways = pl.sum_horizontal(salary, pension, bill)
    has_rate = pl.col("town_made") > 0
    silent = (pl.col("total") == 0) & (pl.col("pension") == 0)
    return {
        "where": pl.when("outsider").then(pl.lit("住登外課税")).otherwise(pl.lit("住民")),
        "taxed": pl.when(~tax).then(pl.lit("非課税")).when(has_rate).then(pl.lit("課税"))
        .otherwise(pl.lit("均等割のみ課税")),
        "way": pl.when(~tax).then(pl.lit("徴収なし")).when(ways > 1).then(pl.lit("併用徴収"))
        .when(salary).then(pl.lit("給与特別徴収")).when(pension).then(pl.lit("年金特別徴収"))
        .otherwise(pl.lit("普通徴収")),
        "declared": pl.when((pl.col("business") > 0) | (pl.col("rent") > 0)).then(pl.lit("確定申告書"))
        .when(pl.col("paid") > 0).then(pl.lit("給与支払報告書")).when(pl.col("pension") > 0)
        .then(pl.lit("公的年金等支払報告書")).when(silent & (pl.col("person") % 4 == 1)).then(pl.lit("未申告"))
        .otherwise(pl.lit("住民税申告書")),
    }  # fmt: skip


def _flags() -> pl.Expr:
    """本人該当: four digits in one field — 障害者 (0 1 2), 寡婦・ひとり親 (0 1 2), 未成年者 (0 1), 生活保護 (0 1)."""
    alone = pl.when("alone").then(2).otherwise(0)
    young = (pl.col("age") < 18).cast(pl.Int8)
    parts = [pl.col("handicap"), alone, young, pl.col("seiho").cast(pl.Int8)]
    return pl.concat_str([part.cast(pl.Int64).cast(pl.String) for part in parts])
