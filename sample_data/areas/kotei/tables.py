"""The old system's tables of owners, parcels, houses, assets, co-owners and levies."""

from __future__ import annotations

import numpy as np
import polars as pl

from sample_data.area import Ground
from sample_data.areas.kotei.levy import YEARS as LEVY_YEARS
from sample_data.areas.kotei.levy import assets_frame, due_days, taxed_value
from sample_data.areas.kotei.objects import (
    FRAMES,
    HOUSE_KINDS,
    HOUSES,
    KINDS,
    PARCELS,
    PLOT,
    ROUGH,
    SHOP,
    Houses,
    Parcels,
    make_houses,
    make_parcels,
)  # fmt: skip
from sample_data.areas.kotei.owners import DEAD, owners_frame
from sample_data.areas.kotei.yearly import HOUSE, NUMBER, PARCEL, decimal, yearly_tables
from sample_data.formats import codes
from sample_data.forms import full_digits, padded, wareki
from sample_data.founding import ordinal
from sample_data.records import code, logged, wide_latin

SLOTS = tuple(f"{n:02d}".translate(str.maketrans("0123456789", "０１２３４５６７８９")) for n in range(1, 21))
TERMS = "１２３４"
RELIEFS = ("なし", "一般の住宅", "中高層耐火の住宅", "認定長期優良住宅", "認定長期優良住宅（中高層耐火）")


def kotei_tables(ground: Ground) -> dict[str, pl.DataFrame]:
    owners, shares = owners_frame(ground)
    residents, dice = int(ground.persons["resident"].sum()), ground.dice("kotei")
    order = dice.permutation(owners.height)
    houses = make_houses(dice, round(residents * HOUSES), order)
    dead = (owners["status"] == DEAD).to_numpy()
    towns = [row["town"] for row in ground.lists.towns]
    parcels = make_parcels(dice, round(residents * PARCELS), houses, order, dead, len(towns))
    assets = assets_frame(ground, owners)
    made = yearly_tables(ground, parcels, houses, owners, assets)
    return {
        "gimusha": _owners(owners),
        "tochi": _parcels(parcels, made["today"], towns),
        "kaoku": _houses(houses, parcels, towns),
        "shokyaku": _assets(assets),
        "kyoyu": _shares(shares),
        "tochi_nendo": made["tochi_nendo"],
        "kaoku_nendo": made["kaoku_nendo"],
        "fuka": _levies(made["levies"]),
    }


def _owners(owners: pl.DataFrame) -> pl.DataFrame:
    changed = pl.max_horizontal("heir_on", "declared_on", "manager_on", pl.lit(ordinal("2015-04-01")))
    return owners.select(
        義務者番号=padded(pl.col("number") + NUMBER, 8),
        宛名番号="atena",
        義務者区分=code("kind", "kotei", "gimusha_kubun"),
        法人番号="corporate_number",
        名称漢字=wide_latin(pl.col("name")),
        名称カナ="kana",
        住民区分=code("status", "kotei", "jumin_kubun"),
        相続代表番号="heir",
        相続代表届日=wareki(pl.col("heir_on")),
        現所有者申告日=wareki(pl.col("declared_on")),
        納管番号="manager",
        納管開始日=wareki(pl.col("manager_on")),
        口座区分=_flag(pl.col("number") % 3 == 0),
        支援区分=_flag(pl.col("protected")),
        共有印字区分=_flag(pl.col("printed")),
        納組番号=pl.lit(""),
        備考漢字=pl.when(pl.col("number") % 97 == 5).then(pl.lit("電話で住所を確認済み")).otherwise(pl.lit("")),
        予備=pl.lit(""),
        **logged(changed, pl.col("number")),
    )


def _parcels(parcels: Parcels, today: pl.DataFrame, towns: list[str]) -> pl.DataFrame:
    names = (
        "owner",
        "passed",
        "acquired",
        "kind",
        "turned",
        "split",
        "merged",
        "area",
        "registered",
        "town",
        "lot",
        "branch",
    )
    frame = pl.DataFrame({name: getattr(parcels, name) for name in names}).with_columns(
        *today, number=pl.int_range(1, pl.len() + 1), kind_name=pl.Series(KINDS).gather(parcels.kind),
        place=pl.Series(towns).gather(parcels.town),
    )  # fmt: skip
    number, kind = pl.col("number"), pl.col("kind")
    city = (pl.col("town") % 3 == 0) & kind.is_in([PLOT, ROUGH])
    exempt = codes("kotei", "hikazei")
    return frame.with_columns(**_events()).select(
        土地番号=padded(number + PARCEL, 8),
        義務者番号=padded(pl.col("owner") + NUMBER + 1, 8),
        所在コード=padded(pl.col("town") + 1, 4),
        所在地名="place",
        地番本番=pl.col("lot").cast(pl.String),
        地番枝番=pl.col("branch").cast(pl.String),
        地番追番=pl.lit("0"),
        登記地目=code("kind_name", "kotei", "chimoku"),
        登記地積=decimal("registered"),
        現況地目=code("kind_name", "kotei", "chimoku"),
        現況地積=decimal("area"),
        評価方式=pl.when(city).then(pl.lit("R")).otherwise(pl.lit("S")),
        路線番号=pl.when(city).then(padded(pl.col("town") * 1_000 + number % 300, 6)).otherwise(pl.lit("")),
        標準地番号=pl.when(city).then(pl.lit("")).otherwise(padded(pl.col("town") * 100 + kind, 6)),
        用途地区=pl.when(city).then(pl.lit("U1")).otherwise(pl.lit("U4")),
        区域区分=pl.when(pl.col("town") % 3 == 0).then(pl.lit("A")).otherwise(pl.lit("B")),
        住宅用地区分=_flag(pl.col("units") > 0),
        住戸数=pl.col("units").cast(pl.String),
        小規模地積=decimal("small"),
        一般住地積=decimal("general"),
        非課税区分=pl.col("kind_name").replace_strict(
            {"公衆用道路": exempt["公衆用道路"], "墓地": exempt["墓地"]},
            default=exempt["課税"], return_dtype=pl.String),
        取得事由=code("gained", "kotei", "shutoku"),
        取得日=wareki(pl.col("acquired")),
        異動事由=code("event", "kotei", "tochi_ido"),
        異動日=wareki(pl.col("event_on")),
        消滅事由=code("end", "kotei", "tochi_shometsu"),
        消滅日=wareki(pl.col("merged")),
        画地メモ漢字=pl.when(number % 61 == 3).then(pl.lit("不整形補正あり")).otherwise(pl.lit("")),
        図面番号=padded(pl.col("town") * 40 + number % 40, 6),
        予備=pl.lit(""),
        **logged(pl.max_horizontal("acquired", "event_on", "merged"), number),
    )  # fmt: skip


def _events() -> dict[str, pl.Expr]:
    split, passed, turned = pl.col("split") > 0, pl.col("passed") > 0, pl.col("turned") > 0
    inherited = pl.when(pl.col("number") % 3 == 0).then(pl.lit("相続")).otherwise(pl.lit("売買"))
    return {
        "gained": pl.when(split).then(pl.lit("分筆")).otherwise(inherited),
        "event": pl.when(split).then(pl.lit("分筆")).when(turned).then(pl.lit("地目変更"))
        .when(passed).then(pl.lit("所有権移転")).otherwise(pl.lit("")),
        "end": pl.when(pl.col("merged") > 0).then(pl.lit("合筆")).otherwise(pl.lit("")),
        "event_on": pl.when(split).then("split").when(turned).then("turned").otherwise("passed"),
    }  # fmt: skip


def _houses(houses: Houses, parcels: Parcels, towns: list[str]) -> pl.DataFrame:
    names = ("site", "owner", "built", "lost", "floor", "living", "units", "points", "stories", "relief",
             "relief_years", "repaired", "exempt")  # fmt: skip
    frame = pl.DataFrame({name: getattr(houses, name) for name in names}).with_columns(
        number=pl.int_range(1, pl.len() + 1), town=parcels.town[houses.site], lot=parcels.lot[houses.site],
        kind_name=pl.Series(HOUSE_KINDS).gather(houses.kind), frame_name=pl.Series(FRAMES).gather(houses.frame),
        relief_name=pl.Series(RELIEFS).gather(houses.relief), place=pl.Series(towns).gather(parcels.town[houses.site]),
        repair_name=pl.when(pl.col("repaired") > 0).then(pl.lit("耐震")).otherwise(pl.lit("なし")),
        lost_name=pl.when(pl.col("lost") > 0).then(pl.lit("取壊し")).otherwise(pl.lit("")),
        built_year=pl.Series(_year_of(houses.built)), store=houses.kind > SHOP,
    )  # fmt: skip
    number, annex = pl.col("number"), (pl.col("number") - 1) % 8 == 7
    unregistered = number % 37 == 9
    relieved, first = pl.col("relief") > 0, pl.col("built_year") + 1
    return frame.select(
        家屋物件番号=padded(number + HOUSE, 8),
        義務者番号=padded(pl.col("owner") + NUMBER + 1, 8),
        敷地番号=padded(pl.col("site") + PARCEL + 1, 8),
        所在コード=padded(pl.col("town") + 1, 4),
        所在地名="place",
        家屋番号漢字=pl.when(unregistered).then(pl.lit("")).otherwise(full_digits(pl.col("lot")) + "番"),
        棟番=pl.when(annex).then(pl.lit("2")).otherwise(pl.lit("1")),
        種類=code("kind_name", "kotei", "shurui"),
        構造=code("frame_name", "kotei", "kozo"),
        屋根=pl.when(pl.col("frame_name") == FRAMES[3]).then(pl.lit("4")).otherwise((number % 3 + 1).cast(pl.String)),
        地上階=pl.col("stories").cast(pl.String),
        地下階=pl.lit("0"),
        建築日=pl.when((number % 199 == 7) & (pl.col("built_year") < 1975)).then(pl.lit("0000000"))
        .otherwise(wareki(pl.col("built"))),
        登記床面積=pl.when(unregistered).then(pl.lit("")).otherwise(decimal("floor")),
        現況床面積=decimal("floor"),
        居住床面積=decimal("living"),
        居住戸数=pl.col("units").cast(pl.String),
        再建築評点=(pl.col("points") * pl.col("floor") // 100 * 1_110 // 1_000).cast(pl.String),
        新築軽減区分=code("relief_name", "kotei", "shinchiku"),
        軽減開始年度=_year_or_none(relieved, first),
        軽減終了年度=_year_or_none(relieved, first + pl.col("relief_years") - 1),
        改修軽減区分=code("repair_name", "kotei", "kaishu"),
        改修軽減年度=_year_or_none(pl.col("repaired") > 0, pl.col("repaired")),
        非課税区分=pl.when("exempt").then(pl.lit(codes("kotei", "hikazei")["宗教法人"])).otherwise(pl.lit("00")),
        滅失事由=code("lost_name", "kotei", "messhitsu"),
        滅失日=wareki(pl.col("lost")),
        評価担当=padded(20_000_000 + number % 7, 8),
        予備=pl.lit(""),
        **logged(pl.max_horizontal("built", "lost", pl.lit(ordinal("1999-04-01"))), number),
    )  # fmt: skip


def _assets(assets: pl.DataFrame) -> pl.DataFrame:
    year = pl.col("bought")
    era = (
        pl.when(year >= 2020).then(pl.lit("5") + padded(year - 2018, 2)).otherwise(pl.lit("4") + padded(year - 1988, 2))
    )
    return assets.select(
        義務者番号=padded(pl.col("owner") + NUMBER + 1, 8),
        資産番号=padded(pl.col("serial"), 4),
        種類=code("kind", "kotei", "shokyaku_shurui"),
        資産名="title",
        数量=pl.col("pieces").cast(pl.String),
        取得年月=pl.when(year == 2019).then(pl.lit("43104")).otherwise(era + padded(pl.col("month"), 2)),
        取得価額=pl.col("cost").cast(pl.String),
        耐用年数=pl.col("life").cast(pl.String),
        評価額=pl.col("value_2026").cast(pl.String),
        課税標準額=taxed_value(2026).cast(pl.String),
        特例区分=_flag(pl.col("special")),
        増加事由=pl.lit("1"),
        予備=pl.lit(""),
        **logged(pl.lit(ordinal("2026-02-10")), pl.col("owner")),
    )


def _shares(members: pl.DataFrame) -> pl.DataFrame:
    """A record with twenty slots, those that are not needed empty: the file ends it behind the last one."""
    group = members.group_by("number", maintain_order=True).agg("atena", "numerator", pl.col("denominator").first())
    number = pl.col("number")
    slots: dict[str, pl.Expr] = {}
    for place, slot in enumerate(SLOTS):
        filled = place < pl.col("atena").list.len()
        slots[f"共有者{slot}"] = pl.col("atena").list.get(place, null_on_oob=True).fill_null("")
        slots[f"持分分子{slot}"] = pl.col("numerator").list.get(place, null_on_oob=True).cast(pl.String).fill_null("")
        slots[f"代表区分{slot}"] = pl.when(filled).then(pl.lit("1" if place == 0 else "0")).otherwise(pl.lit(""))
    return group.select(
        義務者番号=padded(number + NUMBER, 8),
        人数=pl.col("atena").list.len().cast(pl.String),
        持分分母=pl.col("denominator").cast(pl.String),
        **logged(pl.lit(ordinal("2014-04-01")) + number % 3_000, number),
        **slots,
    )


_AMOUNTS = {"土地課標": "land", "家屋課標": "house", "償却課標": "asset", "合計課標": "total", "算出税額": "raw",
            "軽減税額": "relief", "減免税額": "cut", "年税額": "tax"}  # fmt: skip
_FREE = {"土地免税": "land_free", "家屋免税": "house_free", "償却免税": "asset_free"}
_BILL = {"期別税額": "due", "収納額": "paid", "欠損額": "lost", "還付充当額": "back", "未納額": "open"}


def _levies(levies: pl.DataFrame) -> pl.DataFrame:
    levies = levies.join(_calendar(), on="year", how="left", maintain_order="left")
    terms: dict[str, pl.Expr] = {}
    for term, slot in enumerate(TERMS, start=1):
        terms[f"納期限{slot}"] = wareki(pl.col(f"day_{term}"))
        terms |= {f"{title}{slot}": pl.col(f"{name}_{term}").cast(pl.String) for title, name in _BILL.items()}
    return levies.select(
        年度=pl.col("year").cast(pl.String),
        義務者番号=padded(pl.col("number") + NUMBER, 8),
        通知書番号=padded(pl.col("year") % 100 * 10_000_000 + pl.col("number"), 10),
        更正回数=pl.lit("0"),
        **{title: pl.col(name).cast(pl.String) for title, name in _AMOUNTS.items()},
        **{title: _flag(pl.col(name)) for title, name in _FREE.items()},
        減免事由=pl.when(pl.col("cut") > 0).then(pl.lit(codes("kotei", "genmen")["生活保護"])).otherwise(pl.lit("")),
        決定日=wareki(pl.col("decided")),
        帳票区分=pl.lit("0"),
        **terms,
        予備=pl.lit(""),
        **logged(pl.col("decided"), pl.col("number")),
    )


def _calendar() -> pl.DataFrame:
    """year, decided, day_1 … day_4 (納期限) of the years that are levied."""
    rows = [(year, ordinal(f"{year}-04-15"), *due_days(year)) for year in LEVY_YEARS]
    names = ("year", "decided", *(f"day_{term}" for term in range(1, 5)))
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int64), orient="row")


def _flag(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit("1")).otherwise(pl.lit("0"))


def _year_or_none(where: pl.Expr, year: pl.Expr) -> pl.Expr:
    return pl.when(where).then(year.cast(pl.String)).otherwise(pl.lit("0000"))


def _year_of(days: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[int]:
    return (
        (days - ordinal("1970-01-01")).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    ).tolist()
