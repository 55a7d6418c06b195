"""住登外者宛名: people the town taxes or pays who do not live in it, and their addresses elsewhere."""

from __future__ import annotations

import numpy as np
import polars as pl

from sample_data.formats import codes
from sample_data.forms import full_digits, half_kana, padded, wareki
from sample_data.founding import ordinal
from sample_data.identity import outsider_number, personal_number
from sample_data.lists import Lists
from sample_data.records import logged

_BUSINESSES = ("個人住民税", "固定資産税", "軽自動車税", "国民健康保険", "介護保険", "児童手当", "健康管理")
_PERSONAL_BASE = 5_000_000  # keeps their 個人番号 apart from residents'


def jutogai_tables(lists: Lists, people: int, seed: int, as_of: int) -> dict[str, pl.DataFrame]:
    """About `people` 住登外者; every ninetieth is a second entry of an earlier one (非代表)."""
    rng = np.random.default_rng([seed, 4])
    frame = pl.DataFrame({"number": np.arange(1, people + 1)}).with_columns(_drawn(lists, rng, people, as_of))
    return {"jutogai": _columns(lists, frame)}


def _drawn(lists: Lists, rng: np.random.Generator, people: int, as_of: int) -> list[pl.Series]:
    sex = rng.integers(1, 3, people)
    birth = as_of - (rng.integers(20, 95, people) * 365.2425 + rng.integers(0, 365, people)).astype(np.int64)
    weights = np.array(lists.surname_weights, dtype=float)
    pools = {key: np.array(names) for key, names in lists.given_by_decade.items()}
    spin = rng.random(people)
    decades = np.clip((birth / 365.2425).astype(np.int64) // 10, 190, 202)
    chosen = [pools[int(x), int(d)] for x, d in zip(sex, decades, strict=True)]
    given = [int(pool[int(len(pool) * s)]) for pool, s in zip(chosen, spin, strict=True)]
    return [
        pl.Series("sex", sex),
        pl.Series("birth", birth),
        pl.Series("surname", rng.choice(len(weights), people, p=weights / weights.sum())),
        pl.Series("given", given),
        pl.Series("place", rng.integers(0, len(lists.elsewhere), people)),
        pl.Series("lot", rng.integers(1, 60, people)),
        pl.Series("branch", rng.integers(1, 30, people)),
        pl.Series("business", rng.integers(0, len(_BUSINESSES), people)),
    ]


def _columns(lists: Lists, frame: pl.DataFrame) -> pl.DataFrame:
    surnames, given, places = lists.surnames, lists.given, lists.elsewhere
    sexes, first = codes("jutogai", "seibetsu"), codes("jutogai", "daihyo")
    county = [place["municipality"].find("県") + 1 or 3 for place in places]
    known = codes("jutogai", "toroku_gyomu")
    second = (pl.col("number") % 90 == 0) & (pl.col("number") > 90)
    return frame.select(
        宛名番号=outsider_number(pl.col("number")),
        個人番号=pl.when(pl.col("number") % 3 == 0).then(personal_number(pl.col("number") + _PERSONAL_BASE))
        .otherwise(pl.lit("")),
        日本人区分=pl.lit("1"),
        氏名=pl.Series([name.text for name in surnames]).gather(frame["surname"]) + "\u3000"
        + pl.Series([name.text for name in given]).gather(frame["given"]),
        氏=pl.Series([name.text for name in surnames]).gather(frame["surname"]),
        名=pl.Series([name.text for name in given]).gather(frame["given"]),
        英字氏名=pl.lit(""),
        漢字氏名=pl.lit(""),
        カナ氏=pl.Series([half_kana(name.kana) for name in surnames]).gather(frame["surname"]),
        カナ名=pl.Series([half_kana(name.kana) for name in given]).gather(frame["given"]),
        性別=pl.col("sex").replace_strict({1: sexes["男"], 2: sexes["女"]}, return_dtype=pl.String),
        生年月日=_birth(),
        市町村コード=pl.Series([place["municipality_code"] for place in places]).gather(frame["place"]),
        町字コード=pl.lit(""),
        県名=pl.Series([p["municipality"][:cut] for p, cut in zip(places, county, strict=True)]).gather(frame["place"]),
        市町村名=pl.Series([p["municipality"][cut:] for p, cut in zip(places, county, strict=True)]).gather(
            frame["place"]
        ),
        町字名=pl.Series([place["town"] for place in places]).gather(frame["place"]),
        番地=full_digits(pl.col("lot")) + "番" + full_digits(pl.col("branch")) + "号",
        方書=pl.lit(""),
        方書カナ=pl.lit(""),
        郵便番号=pl.Series([f"{p['postcode'][:3]}-{p['postcode'][3:]}" for p in places]).gather(frame["place"]),
        登録業務=pl.col("business").replace_strict(
            {n: known[word] for n, word in enumerate(_BUSINESSES)}, return_dtype=pl.String),
        独自システム=pl.lit(""),
        代表区分=pl.when(second).then(pl.lit(first["非代表宛名"])).otherwise(pl.lit(first["代表宛名"])),
        名寄先番号=pl.when(second).then(outsider_number(pl.col("number") - 89)).otherwise(pl.lit("")),
        電話番号=pl.lit("093-282-") + padded(pl.col("number") % 10_000, 4),
        メモ=pl.lit(""),
        **logged(pl.lit(ordinal("2020-04-01")) + pl.col("number") % 2_000, pl.col("number")),
    )  # fmt: skip


def _birth() -> pl.Expr:
    """The day is unknown (不詳) for one in a hundred, the month as well for one in two hundred."""
    text, turn = wareki(pl.col("birth")), pl.col("number") % 200
    no_day = pl.when(turn.is_in([40, 140])).then(text.str.slice(0, 5) + "00")
    return no_day.when(turn == 41).then(text.str.slice(0, 3) + "0000").otherwise(text)
