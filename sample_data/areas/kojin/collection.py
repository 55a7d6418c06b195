"""How the tax of a year is collected: through the employer, from the pension, or by four bills."""

from __future__ import annotations

import polars as pl

from sample_data.founding import ordinal

MONTHS = ("06", "07", "08", "09", "10", "11", "12", "01", "02", "03", "04", "05")
PAYDAYS = ("04", "06", "08", "10", "12", "02")  # of pensions


def with_collection(people: pl.DataFrame, before: pl.DataFrame, firms: pl.DataFrame, year: int) -> pl.DataFrame:
    """People with firm, left_job, m_06 … m_05, p_04 … p_02, begins (pension: new or going on), by_salary, by_pension,
    by_bill, bill_1 … bill_4. `before`: person, earlier (年税額 collected from the pension the year before)."""
    people = _employed(people, firms, year).join(before, on="person", how="left", maintain_order="left")
    people = people.with_columns(pl.col("earlier").fill_null(0))
    for step in (_ways(year), _months(), _kept_months(), _paydays(), _sums(), _bills()):
        people = people.with_columns(**step)
    return people


def pensions_after(people: pl.DataFrame) -> pl.DataFrame:
    """What next year needs to know: who paid from the pension, and the tax of this year."""
    paid = people.filter((pl.col("by_pension") > 0) & pl.col("final"))
    return paid.select("person", earlier="year_tax")


def _employed(people: pl.DataFrame, firms: pl.DataFrame, year: int) -> pl.DataFrame:
    """Everybody with a salary has a firm that is still open on 31 May of the next year; one in eight employs nobody."""
    lasts = (pl.col("closed") == 0) | (pl.col("closed") > ordinal(f"{year + 1}-05-31"))
    heirs = firms.select(
        pl.when(lasts & (pl.col("number") % 8 != 6)).then(pl.col("number")).fill_null(strategy="backward").fill_null(1)
    ).to_series()
    place = pl.col("person") * pl.col("person") % 10_007 * 31 % heirs.len()
    chosen = people.select(place).to_series()
    employed = people.with_columns(firm=heirs.gather(chosen))
    return employed.with_columns(firm=pl.when(pl.col("paid") > 0).then("firm").otherwise(0))


def _ways(year: int) -> dict[str, pl.Expr]:
    """Salary: from the pay, unless an outsider or one in twelve. Pension: from the April after 65 (10月から)."""
    tax, person = pl.col("year_tax"), pl.col("person")
    salaried = (pl.col("paid") > 0) & (tax > 0) & ~pl.col("outsider") & (person % 12 != 0)
    fits = (pl.col("earlier") == 0) | (pl.col("earlier") // 200 * 100 + 300 <= tax)
    retired = (pl.col("pension") >= 180_000) & (tax >= 1_200) & (pl.col("rent") == 0) & (pl.col("age") >= 65.01)
    return {
        "salaried": salaried,
        "retired": retired & fits & (person % 17 != 5),
        "left_job": salaried & (person % 50 == 9) & pl.lit(year < 2026),
        "eleven": pl.lit(year == 2024) & (pl.col("town_relief") + pl.col("pref_relief") > 0),
    }


def _months() -> dict[str, pl.Expr]:
    """Twelve equal months to 100 yen, the rest in June; with 定額減税 June is free and the rest is in July."""
    tax, eleven = pl.col("year_tax"), pl.col("eleven")
    step = pl.when(eleven).then(tax // 11 // 100 * 100).otherwise(tax // 12 // 100 * 100)
    june = pl.when(eleven).then(0).otherwise(tax - 11 * step)
    july = pl.when(eleven).then(tax - 10 * step).otherwise(step)
    sums = [june, july, *[step] * 10]
    return {f"m_{month}": pl.when("salaried").then(yen).otherwise(0) for month, yen in zip(MONTHS, sums, strict=True)}


def _kept_months() -> dict[str, pl.Expr]:
    """Who left the job in December pays the months from January by bill."""
    return {f"m_{month}": pl.when("left_job").then(0).otherwise(f"m_{month}") for month in MONTHS[7:]}


def _paydays() -> dict[str, pl.Expr]:
    """Going on: half of last year's tax by August (仮徴収), the rest from October. New: half, from October."""
    tax, earlier, on = pl.col("year_tax"), pl.col("earlier"), pl.col("earlier") > 0
    first = earlier // 600 * 100
    april = earlier // 200 * 100 - 2 * first
    rest = pl.when(on).then(tax - april - 2 * first).otherwise(tax // 200 * 100)
    later = rest // 300 * 100
    sums = [april, first, first, rest - 2 * later, later, later]
    going = {
        f"p_{month}": pl.when(pl.col("retired") & (on | pl.lit(place > 2))).then(yen).otherwise(0)
        for place, (month, yen) in enumerate(zip(PAYDAYS, sums, strict=True))
    }
    begins = pl.when(on).then(pl.lit("継続")).otherwise(pl.lit("新規"))
    return {**going, "begins": begins}


def _sums() -> dict[str, pl.Expr]:
    salary = pl.sum_horizontal(f"m_{month}" for month in MONTHS)
    pension = pl.sum_horizontal(f"p_{month}" for month in PAYDAYS)
    return {"by_salary": salary, "by_pension": pension, "by_bill": pl.col("year_tax") - salary - pension}


def _bills() -> dict[str, pl.Expr]:
    """Four bills to 1,000 yen, the rest in the first; two where the pension takes over in October; one after a job."""
    due = pl.col("by_bill")
    count = pl.when("left_job").then(1).when(pl.col("by_pension") > 0).then(2).otherwise(4)
    step = due // count // 1_000 * 1_000
    bills = {f"bill_{n}": pl.when(n <= count).then(step).otherwise(0) for n in (2, 3, 4)}
    moved = pl.col("left_job")
    return {
        "bill_1": pl.when(moved).then(0).otherwise(due - step * (count - 1)),
        "bill_2": bills["bill_2"],
        "bill_3": bills["bill_3"],
        "bill_4": pl.when(moved).then(due).otherwise(bills["bill_4"]),
    }
