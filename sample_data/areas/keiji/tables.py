"""軽自動車税（種別割）: vehicles, what happened to them, three years of tax, and reductions."""

from __future__ import annotations

import numpy as np
import polars as pl

from sample_data.areas.keiji.tax import car_number, first_inspection, genmen_frame, kazei_frame
from sample_data.formats import codes
from sample_data.forms import full_width, padded, wareki
from sample_data.founding import ordinal
from sample_data.identity import outsider_number
from sample_data.lists import read_rows
from sample_data.records import address_frame, logged
from sample_data.register import Register

_YEAR = 365.2425
_NOBODY = "0000000000"
_KANA = "あいうえかきくけこさすせそたちつてとなにぬねのはひふほまみむめもやゆよらるろりれわ"  # りれ: 営業用


def keiji_tables(
    register: Register, persons: pl.DataFrame, history: pl.DataFrame, seed: int
) -> dict[str, pl.DataFrame]:
    cars = _cars(register, persons, history, np.random.default_rng([seed, 3]))
    taxes = kazei_frame(cars)
    return {
        "sharyo": _vehicles(register, cars),
        "ido": _changes(cars),
        "kazei": taxes.drop("number", "year"),
        "genmen": genmen_frame(cars, taxes),
    }


def _cars(register: Register, persons: pl.DataFrame, history: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One row per vehicle: kind, days (0 none), first and present owner, plate. Owners live here, all grown up."""
    grown_up = pl.col("birth") + int(19 * _YEAR) < register.as_of
    living = persons.filter(pl.col("resident") & grown_up & (pl.col("became_resident") + 200 < register.as_of))
    count = int(register.population * 0.65)
    owners = living[pl.Series(rng.integers(0, living.height, count))]
    earliest = owners.select(
        pl.max_horizontal("became_resident", pl.col("birth") + int(18.2 * _YEAR), pl.lit(ordinal("2004-04-01")))
    ).to_series()
    share = pl.Series(rng.random(count))
    kinds = read_rows("vehicle_kinds.csv")
    weights = np.array([float(row["weight"]) for row in kinds])
    kind = rng.choice(len(kinds), count, p=weights / weights.sum())
    frame = pl.DataFrame({
        "kind": kind, "owner": owners["person"], "atena": owners["atena"], "household": owners["household"],
        "day": (earliest + share * (register.as_of - 40 - earliest)).cast(pl.Int64),
        "scrap": rng.random(count), "transfer": rng.random(count), "old": rng.integers(0, 3000, count),
        "made": rng.random(count),
    }).sort("day", "owner").with_row_index("number", offset=1)  # fmt: skip
    frame = frame.with_columns(pl.col("number").cast(pl.Int64), kind=_with_hire_cars(kinds))
    return _lives(frame, register, kinds, living)


def _with_hire_cars(kinds: list[dict[str, str]]) -> pl.Expr:
    """The kinds drawn; some newer cars are for hire: the only petrol cars whose tax is still reduced (軽課)."""
    hire = next(number for number, row in enumerate(kinds) if row["meaning"] == "軽四輪乗用（営業用）")
    newer = pl.col("day") > ordinal("2022-04-01")
    return pl.when(newer & (pl.col("number") % 12 == 5)).then(hire).otherwise("kind")


def _lives(frame: pl.DataFrame, register: Register, kinds: list[dict[str, str]], living: pl.DataFrame) -> pl.DataFrame:
    """Scrapped a third (never on the day of registration), passed on one in twelve; plates numbered without doubles."""
    left = register.as_of - 20 - pl.col("day")
    scrapped = (pl.col("scrap") < 0.33) & (left > 400)
    passed = (pl.col("transfer") < 0.08) & ~scrapped & (left > 400)
    earlier = living.select("person", "atena", "became_resident", "birth").filter(
        (pl.col("became_resident") < ordinal("2004-01-01")) & (pl.col("birth") < ordinal("1984-01-01"))
    )["atena"]
    sellers = earlier.gather(frame["number"] * 7 % max(1, earlier.len()))
    names = {name: pl.Series([row[name] for row in kinds]).gather(frame["kind"]) for name in kinds[0]}
    later = (pl.col("day") + 380 + (left - 380) * pl.col("made")).cast(pl.Int64)
    driven = pl.col("kind_inspected") == "1"
    older = pl.col("old") * (pl.col("number") % 3 == 0)
    return frame.with_columns(
        **{f"kind_{name}": values for name, values in names.items()},
        scrapped_on=pl.when(scrapped).then(later).otherwise(0),
        passed_on=pl.when(passed).then(later).otherwise(0),
        seller=sellers,
    ).with_columns(
        first_owner=pl.when(pl.col("passed_on") > 0).then("seller").otherwise("atena"),
        serial=pl.int_range(1, pl.len() + 1).over("kind_plate"),
        inspected=pl.when(driven).then(pl.col("day") - older).otherwise(0),
        electric=(pl.col("number") % 61 == 0) & driven,
        hybrid=((pl.col("number") % 17 == 0) | (pl.col("number") % 24 == 5)) & driven,
        held=(pl.col("number") % 101 == 50) & ~scrapped & ~passed,
        leased=(pl.col("number") % 23 == 7) & driven & ~scrapped & ~passed,
    )


def plate_columns() -> dict[str, pl.Expr]:
    """地名 分類 かな 一連: cars count through the kana for every ten thousand, mopeds carry the town's name."""
    turn = (pl.col("serial") - 1) // 9_999
    small = pl.col("kind_plate") == "moped"
    kana = (turn + pl.col("kind_kana").cast(pl.Int64)).replace_strict(dict(enumerate(_KANA)), return_dtype=pl.String)
    return {
        "標識地名": pl.when(small).then(pl.lit("岡垣町")).otherwise(pl.lit("北九州")),
        "標識分類": pl.col("kind_class"),
        "標識かな": kana,
        "標識一連": ((pl.col("serial") - 1) % 9_999 + 1).cast(pl.String),
    }


def _vehicles(register: Register, cars: pl.DataFrame) -> pl.DataFrame:
    state, fuel, kinds = codes("keiji", "sharyo_jotai"), codes("keiji", "nenryo"), codes("keiji", "shashu")
    use = codes("keiji", "yoto")
    why = sorted(codes("keiji", "haisha_jiyu").values())[:3]
    scrapped = pl.col("scrapped_on") > 0
    homes = _homes(register, cars)
    power = pl.when("electric").then(pl.lit("00000")).otherwise(pl.col("kind_cc").str.zfill(5))
    return cars.with_columns(home=homes).select(
        車両管理番号=car_number(),
        **plate_columns(),
        車種区分=pl.col("kind_meaning").replace_strict(kinds, return_dtype=pl.String),
        用途区分=pl.when(pl.col("kind_meaning").str.contains("営業用")).then(pl.lit(use["営業用"]))
        .otherwise(pl.lit(use["自家用"])),
        車名=pl.col("kind_maker"),
        型式=pl.lit("ABC-") + padded(pl.col("number") % 900 + 100, 3),
        車台番号=pl.lit("XY") + padded(pl.col("kind"), 2) + pl.lit("-") + padded(pl.col("number") + 100_000, 7),
        総排気量=power,
        定格出力=pl.when("electric").then(pl.lit("20000")).otherwise(pl.lit("00000")),
        燃料区分=pl.when("electric").then(pl.lit(fuel["電気"])).when("hybrid").then(pl.lit(fuel["ハイブリッド"]))
        .otherwise(pl.lit(fuel["ガソリン"])),
        初度検査年月=pl.when(pl.col("inspected") > 0).then(first_inspection()).otherwise(pl.lit("")),
        取得年月日=wareki(pl.col("day") - 3),
        登録年月日=wareki(pl.col("day")),
        名義変更年月日=wareki(pl.col("passed_on")),
        廃車年月日=wareki(pl.col("scrapped_on")),
        廃車事由=pl.when(scrapped).then(
            (pl.col("number") % 3).replace_strict(dict(enumerate(why)), return_dtype=pl.String)).otherwise(pl.lit("")),
        所有者宛名番号=pl.when("leased").then(outsider_number(pl.lit(1))).otherwise("atena"),
        使用者宛名番号=pl.when("leased").then("atena").otherwise(pl.lit(_NOBODY)),
        納税義務者宛名番号="atena",
        所有権留保=pl.when("leased").then(pl.lit("1")).otherwise(pl.lit("0")),
        定置場="home",
        車両状態=pl.when(scrapped).then(pl.lit(state["廃車"])).when("held").then(pl.lit(state["課税保留"]))
        .otherwise(pl.lit(state["登録中"])),
        所有者氏名=pl.when("leased").then(pl.lit("遠賀オートローン")).otherwise(pl.lit("")),
        メモ=pl.lit(""),
        **logged(pl.max_horizontal("day", "passed_on", "scrapped_on"), pl.col("number")),
        予備=pl.lit(""),
    )  # fmt: skip


def _homes(register: Register, cars: pl.DataFrame) -> pl.Series:
    addresses = address_frame(register)
    homes = pl.Series([household.residence for household in register.households]).gather(cars["household"])
    return addresses["town_name"].gather(homes) + addresses["lot_text"].gather(homes)


def _changes(cars: pl.DataFrame) -> pl.DataFrame:
    """新規登録, then 名義変更 or 廃車."""
    plate = pl.concat_str(list(_plate_text().values()))
    cars = cars.with_columns(plate=plate, none=pl.lit(_NOBODY), blank=pl.lit(""))
    why = codes("keiji", "ido_jiyu")

    def rows(part: pl.DataFrame, serial: int, word: str, day: str, parties: tuple[str, str, str, str]) -> pl.DataFrame:
        former, owner, old, new = parties
        return part.select(
            car_number().alias("車両管理番号"), "number", pl.lit(serial).alias("serial_in_car"),
            pl.lit(why[word]).alias("異動事由"), pl.col(day).alias("on"), pl.col(former).alias("旧所有者宛名番号"),
            pl.col(owner).alias("新所有者宛名番号"), pl.col(old).alias("旧標識番号"), pl.col(new).alias("新標識番号"),
        )  # fmt: skip

    passed = cars.filter(pl.col("passed_on") > 0)
    scrapped = cars.filter(pl.col("scrapped_on") > 0)
    every = pl.concat([
        rows(cars, 1, "新規登録", "day", ("none", "first_owner", "blank", "plate")),
        rows(passed, 2, "名義変更", "passed_on", ("seller", "atena", "plate", "plate")),
        rows(scrapped, 2, "廃車", "scrapped_on", ("atena", "none", "plate", "blank")),
    ]).sort("number", "serial_in_car")  # fmt: skip
    day = pl.col("on")
    return every.select(
        "車両管理番号",
        "異動事由", "旧所有者宛名番号", "新所有者宛名番号", "旧標識番号", "新標識番号",
        異動連番=padded(pl.col("serial_in_car"), 3),
        異動年月日=wareki(day),
        申告年月日=wareki(day + pl.col("number") % 8),
        処理年月日=wareki(day + pl.col("number") % 8),
        **logged(day + 8, pl.col("number")),
        予備=pl.lit(""),
    )  # fmt: skip


def _plate_text() -> dict[str, pl.Expr]:
    """The plate in full width, as the old system copies it into the history."""
    digits = [str(n) for n in range(10)]
    wide = [full_width(d) for d in digits]
    return {name: column.str.replace_many(digits, wide) for name, column in plate_columns().items()}
