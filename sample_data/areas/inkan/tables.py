"""印鑑登録: a seal for about half of the grown-ups, the index of the images, and the ended registrations."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from sample_data.formats import codes
from sample_data.forms import padded, wareki
from sample_data.packing import SIDE, picture
from sample_data.records import logged
from sample_data.register import Register

_ENDS = {"転出": "転出", "国外への転出": "転出", "死亡": "死亡", "職権消除": "職権消除"}
_YEAR = 365.2425
_KINDS = ("氏名", "氏", "名")


def inkan_tables(
    register: Register, persons: pl.DataFrame, history: pl.DataFrame, seed: int
) -> dict[str, pl.DataFrame]:
    seals = _seals(register, persons, history, np.random.default_rng([seed, 2]))
    index = _images(seals)
    return {"toroku": _registrations(seals), "inei_index": index, "inei_gazo": _files(index), "haishi": _ended(seals)}


def _seals(register: Register, persons: pl.DataFrame, history: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One row per registration in the order of its day: number, person, days (0 none), reason, name as engraved."""
    last = history.filter("latest").select("person", "removed_on", "removed_by", "processed")
    adults = persons.join(last, on="person", how="inner", maintain_order="left").with_columns(
        earliest=pl.max_horizontal("became_resident", pl.col("birth") + int(18.1 * _YEAR)),
        until=pl.when(pl.col("removed_on") > 0).then(pl.col("removed_on") - 1).otherwise(register.as_of - 1),
    )
    able = adults.filter((pl.col("country") < 0) & (pl.col("earliest") + 30 < pl.col("until")))
    able = able.filter(pl.Series(rng.random(able.height) < 0.55))
    share = pl.Series(rng.random(able.height))
    kind = pl.Series(rng.choice(3, able.height, p=[0.3, 0.6, 0.1]))
    able = able.with_columns(
        day=(pl.col("earliest") + share * (pl.col("until") - pl.col("earliest"))).cast(pl.Int64),
        kind=kind,
        ended=pl.col("removed_on"),
        reason=pl.col("removed_by").replace_strict(_ENDS | {"": ""}, return_dtype=pl.String),
    )
    lost = able.filter((pl.col("person") % 25 == 3) & (pl.col("until") - pl.col("day") > 400))
    former = lost.with_columns(ended=pl.col("day") + 300, reason=pl.lit("登録証の紛失"))
    again = lost.with_columns(day=pl.col("day") + 300)
    seals = pl.concat([able.join(lost.select("person"), on="person", how="anti"), former, again])
    surnames = pl.Series([name.text for name in register.lists.surnames])
    seals = seals.sort("day", "person").with_row_index("number", offset=1)
    surname, number = surnames.gather(seals["surname_now"]), pl.col("number").cast(pl.Int64)
    return seals.with_columns(surname=surname, number=number).with_columns(
        number_text=padded(pl.col("number") + 10_000, 8),
        engraved=pl.when(pl.col("kind") == 0).then(pl.col("surname") + pl.col("given"))
        .when(pl.col("kind") == 1).then("surname").otherwise("given"),
    )  # fmt: skip


def _registrations(seals: pl.DataFrame) -> pl.DataFrame:
    state, card, kinds = codes("inkan", "toroku_jotai"), codes("inkan", "card_jotai"), codes("inkan", "shimei_kubun")
    how = sorted(codes("inkan", "toroku_hoho").values())
    ended = pl.col("ended") > 0
    paused = ~ended & (pl.col("number") % max(23, min(701, seals.height // 40)) == 0)
    kind = pl.col("kind").replace_strict({n: kinds[word] for n, word in enumerate(_KINDS)}, return_dtype=pl.String)
    lost = pl.col("reason") == "登録証の紛失"
    return seals.select(
        登録番号="number_text",
        宛名番号="atena",
        登録状態=_choose(ended, state["廃止"], paused, state["証明停止"], state["有効"]),
        登録年月日=wareki(pl.col("day")),
        登録方法=(pl.col("number") % 2).replace_strict({0: how[0], 1: how[1]}, return_dtype=pl.String),
        登録氏名区分=kind,
        登録氏名="engraved",
        カード状態=_choose(lost, card["紛失"], ended, card["返納"], card["交付中"]),
        カード交付年月日=wareki(pl.col("day")),
        停止年月日=wareki(pl.when(paused).then(pl.col("day") + 20).otherwise(0)),
        停止事由=pl.when(paused).then(pl.lit(codes("inkan", "teishi_jiyu")["本人の申出"])).otherwise(pl.lit("")),
        コンビニ交付停止=pl.when(paused).then(pl.lit("1")).otherwise(pl.lit("0")),
        廃止年月日=wareki(pl.col("ended")),
        廃止事由=_reason(),
        旧登録番号=pl.lit(""),
        メモ=pl.lit(""),
        **logged(pl.max_horizontal("day", "ended"), pl.col("number")),
    )


def _images(seals: pl.DataFrame) -> pl.DataFrame:
    """The index of the pictures of the seals."""
    form = codes("inkan", "gazo_keishiki")["BMP"]
    names = [f"{number}_01.{form.lower()}" for number in seals["number_text"].to_list()]
    pictures = [picture(name) for name in names]
    return seals.select(
        登録番号="number_text",
        印影連番=pl.lit("01"),
        最新区分=pl.lit("1"),
        画像ファイル名=pl.Series(names, dtype=pl.String),
        画像形式=pl.lit(form),
        縦=padded(100 + pl.col("number") % 9 * 10, 4),
        横=padded(100 + pl.col("number") % 9 * 10, 4),
        ファイル長=pl.Series([f"{len(data):08}" for data in pictures], dtype=pl.String),
        ハッシュ値=pl.Series([hashlib.sha256(data).hexdigest() for data in pictures], dtype=pl.String),
        取込年月日=wareki(pl.col("day")),
        スキャナ番号=pl.lit("SC01"),
        **logged(pl.col("day"), pl.col("number")),
    )


def _files(index: pl.DataFrame) -> pl.DataFrame:
    """The folder of pictures, as its unpacked table will say."""
    return index.select(
        ファイル名="画像ファイル名",
        バイト数=pl.col("ファイル長").str.strip_chars_start("0"),
        SHA256="ハッシュ値",
        形式=pl.lit("BMP"),
        幅=pl.lit(str(SIDE)),
        高さ=pl.lit(str(SIDE)),
    )


def _ended(seals: pl.DataFrame) -> pl.DataFrame:
    who = codes("inkan", "todokedenin")
    by_office = pl.col("reason").is_in(["死亡", "転出", "職権消除"])
    gone = seals.filter(pl.col("ended") > 0)
    return gone.select(
        登録番号="number_text",
        廃止連番=pl.lit("01"),
        宛名番号="atena",
        廃止年月日=wareki(pl.col("ended"), letter=True),
        廃止事由=_reason(),
        処理年月日=wareki(
            pl.max_horizontal("ended", pl.min_horizontal("processed", pl.col("ended") + 14)), letter=True
        ),
        届出人区分=pl.when(by_office).then(pl.lit(who["職権"])).otherwise(pl.lit(who["本人"])),
        カード回収区分=pl.when(pl.col("number") % 3 == 0).then(pl.lit("0")).otherwise(pl.lit("1")),
        メモ=pl.lit(""),
        **logged(pl.col("ended"), pl.col("number")),
    )


def _reason() -> pl.Expr:
    return pl.col("reason").replace_strict(codes("inkan", "haishi_jiyu") | {"": ""}, return_dtype=pl.String)


def _choose(first: pl.Expr, one: str, second: pl.Expr, two: str, three: str) -> pl.Expr:
    return pl.when(first).then(pl.lit(one)).when(second).then(pl.lit(two)).otherwise(pl.lit(three))
