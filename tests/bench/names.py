"""Name transforms against plain Polars string operations on the same column, one thread, interleaved.

python tests/bench/names.py [--rows N] [--distinct N] [--rounds N]

Columns of `rows` names of which `distinct` differ, as those of a resident register with histories. Seconds are CPU
seconds, the least of the rounds; the reference is one literal replacement in every name.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable

os.environ["POLARS_MAX_THREADS"] = "1"

import polars as pl

from migration.transforms import TRANSFORMS
from migration.transforms.memo import Memo
from migration.transforms.readings import DATA, readings
from migration.transforms.references import References

HALF = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜ"
GIVEN = (
    "清/キヨシ 正一/ショウイチ 茂/シゲル 和子/カズコ 幸子/サチコ 健一/ケンイチ 恵子/ケイコ 由美子/ユミコ 大輔/ダイスケ "
    "真由美/マユミ 翔太/ショウタ 美咲/ミサキ 陽菜/ヒナ 蓮/レン さくら/サクラ 裕子/ユウコ 隆/タカシ 直樹/ナオキ 愛/アイ"
)
REFERENCE = "replace_all (reference)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--distinct", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", default="")  # nothing is written
    asked = parser.parse_args()
    readings()
    columns = _columns(asked.rows, asked.distinct)
    contenders = _contenders(columns)
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(asked.rounds):
        for name, run in contenders.items():
            start = time.process_time()
            run()
            best[name] = min(best[name], time.process_time() - start)
    print(f"{asked.rows:,} names, {asked.distinct:,} distinct, one thread")
    print(f"{'':36}{'CPU s':>8}{'Mrow/s':>9}{'x ref':>8}")
    for name, seconds in best.items():
        print(f"{name:36}{seconds:8.2f}{asked.rows / seconds / 1e6:9.2f}{seconds / best[REFERENCE]:8.2f}")


def _columns(rows: int, distinct: int) -> pl.DataFrame:
    chance = random.Random(7)

    def word(signs: str, least: int, most: int) -> str:
        return "".join(chance.choices(signs, k=chance.randint(least, most)))

    surnames = pl.read_parquet(DATA / "surnames.parquet").rows()
    given = [tuple(one.split("/")) for one in GIVEN.split()]
    pairs = [(chance.choice(surnames), chance.choice(given)) for _ in range(distinct)]
    half = [f"{word(HALF, 2, 5)} {word(HALF, 2, 4)}" for _ in range(distinct)]
    kanji = [f"{uji[0]}　{na[0]}" for uji, na in pairs]
    right = [f"{uji[1]}　{na[1]}|{uji[0]}　{na[0]}" for uji, na in pairs]
    places = chance.choices(range(distinct), k=rows)
    frame = pl.DataFrame({"half": [half[at] for at in places], "kanji": [kanji[at] for at in places]})
    frame = frame.with_columns(pl.Series("right", [right[at] for at in places]))
    full = TRANSFORMS["kana_full"].native
    assert full is not None
    return frame.with_columns(
        full(pl.col("half"), "").alias("full"), (pl.col("half") + "|" + pl.col("kanji")).alias("wrong")
    )


def _contenders(columns: pl.DataFrame) -> dict[str, Callable[[], pl.DataFrame]]:
    lazy = columns.lazy()

    def plain(expr: pl.Expr) -> Callable[[], pl.DataFrame]:
        return lambda: lazy.select(expr).collect()

    def made(name: str, argument: str, column: str) -> Callable[[], pl.DataFrame]:
        return lambda: lazy.select(_expression(name, argument, column)).collect()

    return {
        REFERENCE: plain(pl.col("half").str.replace_all("ｱ", "ア", literal=True)),
        "to_uppercase": plain(pl.col("half").str.to_uppercase()),
        "kana_full": made("kana_full", "", "half"),
        "kana_repair, half-width": made("kana_repair", "", "half"),
        "kana_repair, full-width": made("kana_repair", "", "full"),
        "search_key, half-width": made("search_key", "", "half"),
        "furigana": made("furigana", "", "full"),
        "name:氏, kana": made("name", "氏", "full"),
        "name:氏, kanji": made("name", "氏", "kanji"),
        "small_kana": made("small_kana", "", "full"),
        "reading_checked, right": made("reading_checked", "", "right"),
        "reading_checked, all wrong": made("reading_checked", "", "wrong"),
    }


def _expression(name: str, argument: str, column: str) -> pl.Expr:
    spec = TRANSFORMS[name]
    if spec.native is not None:
        return spec.native(pl.col(column), argument)
    prepared = spec.prepared(References(), argument)
    assert prepared is not None
    return Memo(prepared.outcome, spec.only, prepared.fast).value(pl.col(column))


if __name__ == "__main__":
    main()
