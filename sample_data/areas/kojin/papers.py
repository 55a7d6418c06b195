"""課税資料, 扶養, 特別徴収義務者, 月割 and 年金特別徴収 of one year."""

from __future__ import annotations

import polars as pl

from sample_data.areas.kojin.collection import MONTHS, PAYDAYS
from sample_data.areas.kojin.ledger import AREA, fiscal
from sample_data.formats import codes
from sample_data.forms import NO_DAY, padded, wareki
from sample_data.founding import ordinal
from sample_data.records import code, logged

SLOTS = "１２３４５６７８"
_WIDE = {"01": "１", "02": "２", "03": "３", "04": "４", "05": "５", "06": "６", "07": "７", "08": "８", "09": "９",
         "10": "１０", "11": "１１", "12": "１２"}  # fmt: skip
MONTH_COLUMNS = tuple(f"{_WIDE[month]}月額" for month in MONTHS)
PAYDAY_COLUMNS = tuple(f"{kind}{_WIDE[month]}月" for kind, month in zip("仮仮仮本本本", PAYDAYS, strict=True))
_PENSION_PAYER = "日本年金機構"


def payer_number(firm: pl.Expr) -> pl.Expr:
    """指定番号 as the old system has it: five digits."""
    return pl.when(firm > 0).then(padded(firm * 3 + 100, 5)).otherwise(pl.lit(""))


def papers_table(people: pl.DataFrame, firms: pl.DataFrame, year: int) -> pl.DataFrame:
    """給報, 年報 and 申告書: what every income of the ledger rests on."""
    names = firms.select(firm="number", payer="name")
    paid = people.filter(pl.col("paid") > 0).join(names, on="firm", how="left", maintain_order="left")
    kinds = [
        _papers(paid, "給与支払報告書", "paid", "salary_income"),
        _papers(people.filter(pl.col("pension") > 0).with_columns(payer=pl.lit(_PENSION_PAYER)),
                "公的年金等支払報告書", "pension", "pension_income"),
        _papers(people.filter((pl.col("business") > 0) | (pl.col("rent") > 0)).with_columns(payer=pl.lit("")),
                "確定申告書", "total", "total"),
    ]  # fmt: skip
    frame = pl.concat(kinds).sort("person", "kind").with_row_index("serial", offset=1)
    serial = pl.col("serial").cast(pl.Int64)
    from_state = pl.col("kind") == "確定申告書"
    route = pl.when(from_state).then(pl.lit("国税連携")).when(serial % 4 == 0).then(pl.lit("紙"))
    frame = frame.with_columns(route=route.otherwise(pl.lit("eLTAX")))
    came = ordinal(f"{year}-01-20") + serial % 50
    return frame.select(
        相当年度=pl.lit(fiscal(year)),
        資料番号=padded(serial + (year - 2000) * 10_000_000_000, 12),
        宛名番号="atena",
        資料区分=code("kind", AREA, "shiryo_kubun"),
        指定番号=pl.when(pl.col("kind") == "給与支払報告書").then(payer_number(pl.col("firm"))).otherwise(pl.lit("")),
        支払者名="payer",
        支払金額=pl.col("gross").cast(pl.String),
        所得金額=pl.col("net").cast(pl.String),
        控除合計=pl.col("deducted").cast(pl.String),
        源泉税額=(pl.col("taxable") * 5 // 100).cast(pl.String),
        社保金額=pl.col("insured").cast(pl.String),
        扶養人数=pl.sum_horizontal("general", "student", "young").cast(pl.String),
        乙欄=pl.lit("0"),
        退職日=pl.when("left_job").then(wareki(pl.lit(ordinal(f"{year}-12-31")))).otherwise(pl.lit(NO_DAY)),
        受付日=wareki(came),
        経路=code("route", AREA, "keiro"),
        採用区分=pl.lit(codes(AREA, "flag")["該当する"]),
        摘要=pl.lit(""),
        **logged(came + 10, serial),
    )


def _papers(people: pl.DataFrame, kind: str, gross: str, net: str) -> pl.DataFrame:
    return people.select(
        "person", "atena", "firm", "payer", "deducted", "taxable", "insured", "general", "student", "young",
        left_job=pl.col("left_job") & pl.lit(kind == "給与支払報告書"), kind=pl.lit(kind), gross=gross, net=net,
    )  # fmt: skip


def family_table(people: pl.DataFrame, children: pl.DataFrame, year: int) -> pl.DataFrame:
    """One row per supporter with eight slots of dependents: the spouse first, then the children by number."""
    spouses = people.filter(pl.col("spouse_kind") != "").select(
        "person", their="spouse_atena", kind="spouse_kind", place=0
    )
    supporters = people.filter(pl.sum_horizontal("general", "student", "young") > 0).select("person")
    kids = supporters.join(children, left_on="person", right_on="guardian").select(
        "person", their="atena", kind="kind", place=1
    )
    rows = (
        pl.concat([spouses, kids]).with_columns(kind=code("kind", AREA, "fuyo_kubun")).sort("person", "place", "their")
    )
    frame = (
        rows.group_by("person", maintain_order=True)
        .agg("their", "kind", count=pl.len())
        .join(people.select("person", "atena"), on="person", how="left", maintain_order="left")
    )
    columns = {
        "相当年度": pl.lit(fiscal(year)),
        "扶養主番号": pl.col("atena"),
        "扶養数": padded(pl.col("count"), 2),
    }
    for place, slot in enumerate(SLOTS):
        columns |= _slot(place, slot)
    return frame.select(**columns, **logged(pl.lit(ordinal(f"{year}-05-10")), pl.col("person")))


def _slot(place: int, slot: str) -> dict[str, pl.Expr]:
    them = pl.col("their").list.get(place, null_on_oob=True)
    some = pl.when(them.is_not_null())
    return {
        f"扶養番号{slot}": them.fill_null(""),
        f"扶養区分{slot}": pl.col("kind").list.get(place, null_on_oob=True).fill_null(""),
        f"障害{slot}": some.then(pl.lit("0")).otherwise(pl.lit("")),
        f"同居{slot}": some.then(pl.lit("1")).otherwise(pl.lit("")),
    }


def payers_table(firms: pl.DataFrame) -> pl.DataFrame:
    """特別徴収義務者: every company that pays, or paid, salaries to people of the town."""
    number, flags = pl.col("number"), codes(AREA, "flag")
    states = codes(AREA, "gimusha_jotai")
    yes_no = {True: flags["該当する"], False: flags["該当しない"]}
    return firms.select(
        指定番号=payer_number(number),
        法人番号="corporate_number",
        人格=pl.lit(codes(AREA, "jinkaku")["法人"]),
        名称漢字="name",
        名称カナ="kana",
        郵便=pl.col("postcode").str.slice(0, 3) + "-" + pl.col("postcode").str.slice(3),
        所在地="place",
        電話="phone",
        担当部署=pl.when(pl.col("staff") > 30).then(pl.lit("総務部経理課")).otherwise(pl.lit("")),
        指定日=wareki(pl.max_horizontal("founded", pl.lit(ordinal("1990-05-10")))),
        廃止日=wareki(pl.col("closed")),
        状態=pl.when(pl.col("closed") > 0).then(pl.lit(states["廃止"])).otherwise(pl.lit(states["有効"])),
        納期特例=((pl.col("staff") < 10) & (number % 2 == 0)).replace_strict(yes_no, return_dtype=pl.String),
        電子区分=(pl.col("staff") >= 10).replace_strict(yes_no, return_dtype=pl.String),
        送付区分=pl.lit("1"),
        備考=pl.lit(""),
        **logged(pl.lit(ordinal("2025-12-01")), number),
    )


def pay_table(people: pl.DataFrame, year: int) -> pl.DataFrame:
    """特徴月割: twelve months from June, whatever the person paid through the employer."""
    left = pl.col("left_job")
    reason = codes(AREA, "tokucho_ido")["退職"]
    return people.filter(pl.col("by_salary") > 0).select(
        相当年度=pl.lit(fiscal(year)),
        宛名番号="atena",
        指定番号=payer_number(pl.col("firm")),
        受給者番号=padded(pl.col("person") % 9_000 + 1, 6),
        開始月=pl.lit("06"),
        **{name: pl.col(f"m_{month}").cast(pl.String) for name, month in zip(MONTH_COLUMNS, MONTHS, strict=True)},
        特徴年額=pl.col("by_salary").cast(pl.String),
        異動区分=pl.when(left).then(pl.lit(reason)).otherwise(pl.lit("")),
        異動日=pl.when(left).then(wareki(pl.lit(ordinal(f"{year}-12-31")))).otherwise(pl.lit(NO_DAY)),
        通知連番=padded(pl.col("person") % 1_000, 4),
        **logged(pl.lit(ordinal(f"{year}-05-15")), pl.col("person")),
    )


def pension_table(people: pl.DataFrame, year: int) -> pl.DataFrame:
    """年金特徴: six paydays from April."""
    return people.filter(pl.col("by_pension") > 0).select(
        相当年度=pl.lit(fiscal(year)),
        宛名番号="atena",
        保険者区分=pl.lit(codes(AREA, "nenkin_hokensha")[_PENSION_PAYER]),
        年金コード=pl.lit("1150"),
        基礎年金番号="pension_number",
        年金額=pl.col("pension").cast(pl.String),
        開始種別=code("begins", AREA, "nentoku_kaishi"),
        中止事由=pl.lit(""),
        **{name: pl.col(f"p_{day}").cast(pl.String) for name, day in zip(PAYDAY_COLUMNS, PAYDAYS, strict=True)},
        年特計=pl.col("by_pension").cast(pl.String),
        公年分税額=pl.col("year_tax").cast(pl.String),
        **logged(pl.lit(ordinal(f"{year}-06-01")), pl.col("person")),
    )
