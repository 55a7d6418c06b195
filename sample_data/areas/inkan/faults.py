"""Faults in 印鑑登録: one planter per line of faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.bench import Bench
from sample_data.planters import Planter, cells

SEAL = "inkan.toroku"
IMAGE = "inkan.inei_index"
FILE = "inkan.inei_gazo"
ACTIVE = pl.col("登録状態") == "A"
ENDED = pl.col("登録状態") == "D"


def _seal_of_a_child(bench: Bench, count: int) -> list[str]:
    child = (
        (pl.col("最新区分") == "1") & (pl.col("住民状態") == "10") & (pl.col("生年月日") > "5010601") & pl.col("_alone")
    )
    children = bench.pick("jumin.juki", child & (pl.col("生年月日").str.len_chars() == 7), count)
    seals = bench.pick(SEAL, ACTIVE, count)
    for seal, one in zip(seals, children, strict=False):
        bench.change(seal, 宛名番号=one.record["宛名番号"], 登録氏名区分="7")
    return [bench.key_of(SEAL, seal.record) for seal in seals]


def _revived(bench: Bench, count: int) -> list[str]:
    """A registration of somebody gone is active again; its row in 廃止履歴 is missing."""
    seals = bench.pick(SEAL, ENDED & pl.col("廃止事由").is_in(["02", "03"]), count)
    for seal in seals:
        bench.change(seal, 登録状態="A", カード状態="1", 廃止年月日="0000000", 廃止事由="")
        for row in list(bench.matching("inkan.haishi", pl.col("登録番号") == seal.record["登録番号"])):
            bench.drop(row)
    return [bench.key_of(SEAL, seal.record) for seal in seals]


def _ended_but_active(bench: Bench, count: int) -> list[str]:
    keys = []
    model = next(iter(bench.matching("inkan.haishi", pl.col("廃止事由") == "05"))).record
    for seal in bench.pick(SEAL, ACTIVE, count):
        row = model | {name: seal.record[name] for name in ("登録番号", "宛名番号")} | {"廃止連番": "01"}
        bench.add("inkan.haishi", row | {"廃止年月日": "R080401", "処理年月日": "R080401"})
        keys.append(bench.key_of("inkan.haishi", row))
    return keys


def _second_seal(bench: Bench, count: int) -> list[str]:
    owners, seals = bench.pick(SEAL, ACTIVE, count), bench.pick(SEAL, ACTIVE, count)
    for seal, owner in zip(seals, owners, strict=False):
        bench.change(seal, 宛名番号=owner.record["宛名番号"], 登録氏名区分="7", 登録年月日="5080401")
        bench.partner(bench.key_of(SEAL, owner.record))
    return [bench.key_of(SEAL, seal.record) for seal in seals]


def _short_number(bench: Bench, count: int) -> list[str]:
    keys = []
    for seal in bench.pick(SEAL, ACTIVE, count):
        short = seal.record["登録番号"].lstrip("0")
        for row in list(bench.matching(IMAGE, pl.col("登録番号") == seal.record["登録番号"])):
            bench.change(row, 登録番号=short)
        bench.change(seal, 登録番号=short)
        keys.append(short)
    return keys


def _no_image(bench: Bench, count: int) -> list[str]:
    seals = bench.pick(SEAL, ACTIVE, count)
    for seal in seals:
        for row in list(bench.matching(IMAGE, pl.col("登録番号") == seal.record["登録番号"])):
            bench.drop(row)
    return [bench.key_of(SEAL, seal.record) for seal in seals]


def _lost_file(bench: Bench, count: int) -> list[str]:
    """The picture of a seal is not in the folder."""
    keys = []
    for seal in bench.pick(SEAL, ACTIVE, count):
        row = next(bench.matching(IMAGE, pl.col("登録番号") == seal.record["登録番号"]))
        for file in list(bench.matching(FILE, pl.col("ファイル名") == row.record["画像ファイル名"])):
            bench.drop(file)
        keys.append(bench.key_of(IMAGE, row.record))
    return keys


def _stray_file(bench: Bench, count: int) -> list[str]:
    """A picture nobody's: a copy somebody left in the folder."""
    keys = []
    for file in bench.pick(FILE, pl.col("形式") == "BMP", count):
        name = f"COPY_{file.record['ファイル名']}"
        bench.add(FILE, file.record | {"ファイル名": name})
        keys.append(name)
    return keys


def _same_image(bench: Bench, count: int) -> list[str]:
    keys = []
    for one, other in zip(bench.pick(SEAL, ACTIVE, count), bench.pick(SEAL, ACTIVE, count), strict=False):
        model = next(bench.matching(IMAGE, pl.col("登録番号") == one.record["登録番号"]))
        copy = next(bench.matching(IMAGE, pl.col("登録番号") == other.record["登録番号"]))
        bench.change(copy, ハッシュ値=model.record["ハッシュ値"])
        keys.append(bench.key_of(IMAGE, copy.record))
        bench.partner(bench.key_of(IMAGE, model.record))
    return keys


def _image(bench: Bench, count: int, where: pl.Expr, **values: str) -> list[str]:
    keys = []
    for seal in bench.pick(SEAL, where, count):
        row = next(bench.matching(IMAGE, pl.col("登録番号") == seal.record["登録番号"]))
        bench.change(row, **values)
        keys.append(bench.key_of(IMAGE, row.record))
    return keys


PLANTERS: dict[str, Planter] = {
    "inkan-COM-26": cells(SEAL, ACTIVE, 廃止事由="05"),
    "inkan-COM-01": cells(SEAL, ACTIVE, 宛名番号=lambda row: "0099" + row["登録番号"][2:]),
    "inkan-COM-17": cells(SEAL, ENDED, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "inkan-COM-22": cells(SEAL, ACTIVE, 登録年月日="5081130"),
    "inkan-INK-01": _seal_of_a_child,
    "inkan-INK-02": _revived,
    "inkan-INK-02-2": _ended_but_active,
    "inkan-INK-03": _second_seal,
    "inkan-INK-04": _short_number,
    "inkan-INK-04-2": cells(SEAL, ACTIVE, カード状態="2"),
    "inkan-INK-05": _no_image,
    "inkan-INK-05-2": lambda bench, count: _image(bench, count, ACTIVE, ファイル長="00000000"),
    "inkan-INK-05-3": lambda bench, count: [
        key.split("|")[0] for key in _image(bench, count, ENDED, 最新区分="0")
    ],
    "inkan-INK-05-4": _lost_file,
    "inkan-INK-05-5": lambda bench, count: _image(bench, count, ACTIVE, ファイル長="00000125"),
    "inkan-INK-05-6": _stray_file,
    "inkan-INK-06": _same_image,
    "inkan-INK-07": lambda bench, count: _image(bench, count, ACTIVE, 縦="0300"),
    "inkan-INK-08": cells(SEAL, ACTIVE & (pl.col("登録氏名区分") == "2"), 登録氏名="鬼龍院"),
    "inkan-INK-09": cells(SEAL, ACTIVE, 登録年月日="3300401"),
    "inkan-INK-09-2": cells(SEAL, ENDED, 廃止年月日="3400401"),
    "inkan-INK-09-3": cells(SEAL, ENDED, 廃止事由=""),
    "inkan-INK-11": cells(SEAL, pl.col("登録状態") == "S", コンビニ交付停止="0"),
}  # fmt: skip
