"""児童手当: what children are paid, as the old system keeps it: children, monthly amounts, payments."""

from __future__ import annotations

import polars as pl

from sample_data.accounts import bank, branch
from sample_data.area import Ground
from sample_data.areas.jite.children import FIRST, FROM_3, NOW, REFORM, SCHOOL, SPECIAL, THIRD, UNDER_3
from sample_data.formats import codes
from sample_data.forms import NO_DAY, padded, wareki
from sample_data.founding import ordinal
from sample_data.records import logged, wide_latin

_LAST_PAID = NOW - 3  # August pays for June and July
_NO_MONTH = "00000"
_KINDS = (UNDER_3, FROM_3, THIRD, SPECIAL)


def month_text(month: pl.Expr) -> pl.Expr:
    """50610; 00000 where there is no month (0 or far away)."""
    year, era = month // 12, pl.when(month >= 2019 * 12 + 4).then(5).otherwise(4)
    since = year - pl.when(era == 5).then(2018).otherwise(1988)
    text = pl.concat_str(era.cast(pl.String), padded(since, 2), padded(month % 12 + 1, 2))
    return pl.when((month > 0) & (month < 9_000 * 12)).then(text).otherwise(pl.lit(_NO_MONTH))


def first_day(month: pl.Expr) -> pl.Expr:
    """Ordinal of the first day of a month."""
    day = pl.date((month // 12).cast(pl.Int32), (month % 12 + 1).cast(pl.Int32), 1)
    return day.cast(pl.Int32).cast(pl.Int64) + ordinal("1970-01-01")


def number_text() -> pl.Expr:
    """認定番号, 10 digits."""
    return pl.lit("27") + padded(pl.col("number") * 10 + pl.col("number") % 7, 8)


def numbered(kids: pl.DataFrame) -> pl.DataFrame:
    """One row per child paid for (first, month of the last) and per grown-up who only counts, with `serial`."""
    paid = kids.filter("paid").with_columns(only=pl.lit(False), first="start", last="until")
    counted = kids.with_columns(
        only=pl.lit(True), first=pl.max_horizontal(pl.col("until") + 1, pl.lit(REFORM), "began"), last="counts"
    )
    large = (pl.len() >= 3).over("guardian")
    counted = counted.filter(large & (pl.col("first") <= pl.min_horizontal("last", pl.lit(NOW))))
    return (
        pl.concat([paid, counted])
        .sort("number", "only", "birth", "person")
        .with_columns(serial=pl.int_range(1, pl.len() + 1).over("number"))
    )


def child_rows(ground: Ground, children: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """対象児童 (児童区分 1) and those who only count (2), told apart by 児童区分 in one table."""
    present = months.filter(pl.col("month") == NOW).select("person", "rank")
    latest = ground.history.filter("latest").select("person", "name", "atena", "birth_text")
    rows = children.join(present, on="person", how="left", maintain_order="left").join(
        latest, on="person", how="left", maintain_order="left"
    )
    states, why, work = codes("jite", "jido_jotai"), codes("jite", "shuryo_jiyu"), codes("jite", "shokugyo")
    over, only = pl.col("last") < NOW, pl.col("only")
    protected = ground.made["jumin"]["shien"].filter(pl.col("措置状態") == codes("jumin", "shien_jotai")["実施中"])
    hidden = pl.col("atena").is_in(protected["宛名番号"].unique().implode())
    signed = pl.min_horizontal(first_day(pl.col("first")) + 3 + pl.col("number") % 20, pl.lit(ground.as_of))
    return rows.select(
        認定番号=number_text(),
        児童連番=padded(pl.col("serial"), 2),
        児童区分=pl.when(only).then(pl.lit("2")).otherwise(pl.lit("1")),
        児童宛名番号="atena",
        児童氏名=wide_latin(pl.col("name")),
        児童生年月日="birth_text",
        児童続柄=pl.lit(codes("jite", "zokugara")["子"]),
        監護区分=pl.lit(codes("jite", "kango")["監護し生計が同じ"]),
        同居区分=pl.lit(codes("jite", "dokyo")["同居"]),
        別居申立日=pl.lit(NO_DAY),
        支給開始年月=month_text(pl.col("first")),
        支給終了年月=month_text(pl.when(over).then("last").otherwise(0)),
        児童状態=pl.when(over).then(pl.lit(states["終了"])).otherwise(pl.lit(states["対象"])),
        終了事由=pl.when(~over).then(pl.lit("")).when(pl.col("left") > 0).then(pl.lit(why["転出"]))
        .otherwise(pl.lit(why["年齢到達"])),
        現在順位=pl.when(only | over | pl.col("rank").is_null()).then(pl.lit("")).otherwise(padded(pl.col("rank"), 2)),
        住所抑止=pl.when(hidden & ~only).then(pl.lit("1")).otherwise(pl.lit("0")),
        施設入所区分=pl.lit("0"),
        確認書受付日=wareki(pl.when(only).then(signed).otherwise(0)),
        確認書期限年月=month_text(pl.when(only).then("counts").otherwise(0)),
        職業区分=pl.when(~only).then(pl.lit("")).when(pl.col("person") % 3 == 0).then(pl.lit(work["就労"]))
        .otherwise(pl.lit(work["学生"])),
        画面色=pl.lit(""),
        **logged(pl.min_horizontal(first_day(pl.col("first")) + 5, pl.lit(ground.as_of)), pl.col("number")),
    )  # fmt: skip


def amount_rows(children: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """児童別支給月額: months in a row with the same kind and rank are one record; the reform begins a new one."""
    paid = children.filter(~pl.col("only")).select("person", "number", "serial", "last")
    rows = months.join(paid, on="person", how="left", maintain_order="left").sort("number", "serial", "month")
    same = ["kind", "rank", "amount"]
    new = pl.col("month") == REFORM
    for name in same:
        new = new | (pl.col(name) != pl.col(name).shift(1))
    new = new | (pl.col("month") != pl.col("month").shift(1) + 1)
    rows = rows.with_columns(run=new.fill_null(True).cum_sum().over("person"))
    runs = rows.group_by("number", "serial", "person", "run", maintain_order=True).agg(
        pl.col("month").min().alias("first"), pl.col("month").max().alias("to"),
        pl.col("last").first(), *(pl.col(name).first() for name in same),
    )  # fmt: skip
    going_on = (pl.col("to") == NOW) & (pl.col("last") > NOW)
    kinds = codes("jite", "tanka")
    return runs.select(
        認定番号=number_text(),
        児童連番=padded(pl.col("serial"), 2),
        履歴連番=padded(pl.col("run"), 3),
        適用開始年月=month_text(pl.col("first")),
        適用終了年月=month_text(pl.when(going_on).then(0).otherwise("to")),
        単価区分=pl.col("kind").replace_strict(kinds, return_dtype=pl.String),
        算定順位=padded(pl.col("rank"), 2),
        支給月額=padded(pl.col("amount"), 6),
        決定日=wareki(pl.min_horizontal(first_day(pl.col("first")) + 4, pl.lit(first_day_of(NOW)))),
        **logged(pl.min_horizontal(first_day(pl.col("first")) + 4, pl.lit(first_day_of(NOW))), pl.col("number")),
    )


def first_day_of(month: int) -> int:
    return ordinal(f"{month // 12}-{month % 12 + 1:02d}-01")


def payment_rows(months: pl.DataFrame) -> pl.DataFrame:
    """支払: 2024-10 for four months as the old law paid, then every even month for the two months before."""
    due = pl.when(pl.col("month") < REFORM).then(REFORM).otherwise(pl.col("month") + 2 - (pl.col("month") + 1) % 2)
    held = pl.col("suspended") & (pl.col("month") >= NOW - 4)
    rows = months.with_columns(due=due, person_months=pl.lit(1)).filter((pl.col("month") <= _LAST_PAID) & ~held)
    three = pl.when(pl.col("kind") == SCHOOL).then(pl.lit(FROM_3)).otherwise("kind")
    counts = {kind: (three == kind).sum() for kind in _KINDS}
    paid = rows.group_by("number", "due", maintain_order=True).agg(
        pl.col("guardian").first(), amount=pl.col("amount").sum(), **counts
    )
    paid = paid.sort("due", "number").with_row_index("line", offset=1)
    due_, number = pl.col("due"), pl.col("number")
    begin = pl.when(due_ == REFORM).then(FIRST).otherwise(due_ - 2)
    day = first_day(due_) + 9
    fiscal = (due_ // 12) - (due_ % 12 < 3).cast(pl.Int64)
    return paid.select(
        認定番号=number_text(),
        支払年月=month_text(due_),
        支払連番=pl.lit("01"),
        支払日=wareki(day),
        支払区分=pl.lit(codes("jite", "shiharai_kubun")["定期"]),
        支払結果=pl.lit(codes("jite", "shiharai_kekka")["支払済"]),
        対象年月自=month_text(begin),
        対象年月至=month_text(due_ - 1),
        **{f"延人数{slot}": padded(pl.col(kind), 3) for slot, kind in zip("１２３４", _KINDS, strict=True)},
        支払金額=padded(pl.col("amount"), 8),
        会計年度=pl.lit("5") + padded(fiscal - 2018, 2),
        振込銀行番号=bank(pl.col("guardian")),
        振込支店番号=branch(pl.col("guardian")),
        振込依頼番号=padded(pl.col("line"), 8),
        **logged(day, number),
    )
