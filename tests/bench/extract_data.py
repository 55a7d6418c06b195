"""Legacy files for the extract bench: 30 columns in CP932 as CSV and as fixed-length records, some of it damaged.

24 ASCII columns (numbers, dates, codes), 5 Japanese ones of two-byte characters, one of half-width kana. 1 % of the
names hold a gaiji, 0.01 % end in half a character; 2 % of the CSV addresses are quoted, some with a line end inside.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from mappings.legacy_source import LegacyColumn, LegacyTable

BLOCK = 100_000
ASCII = {f"数{number:02}": 8 for number in range(16)} | {f"区分{number}": 2 for number in range(6)}
KEY = "宛名番号"
JAPANESE = {"氏名": 20, "通称": 20, "住所": 30, "方書": 15, "備考": 10}  # lengths in characters
KANA = "カナ"
NOTE = "摘要"
_BROKEN = "\x7f\x7f"


def tables() -> tuple[LegacyTable, LegacyTable]:
    """The same columns as a CSV table and as a fixed-length table."""
    lengths = {KEY: 15, **ASCII, **{name: 2 * size for name, size in JAPANESE.items()}, KANA: 30, NOTE: 12}
    columns, start = [], 0
    for name, length in lengths.items():
        columns.append(LegacyColumn(name, start, length))
        start += length
    csv = LegacyTable("csv", "CSV", ("rows.csv",), "csv", "cp932", tuple(columns), key=(KEY,))
    fixed = LegacyTable("fixed", "固定長", ("rows.dat",), "fixed", "cp932", tuple(columns), (KEY,), record_length=start)
    return csv, fixed


def write(folder: Path, rows: int) -> None:
    """rows.csv and rows.dat with the same records."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "rows.csv").open("wb") as csv, (folder / "rows.dat").open("wb") as fixed:
        csv.write((",".join(column.name for column in tables()[0].columns) + "\r\n").encode("cp932"))
        for first in range(0, rows, BLOCK):
            frame = _block(first, min(BLOCK, rows - first))
            csv.write(_bytes(_csv_lines(frame)))
            fixed.write(_bytes(_fixed_lines(frame)))


def _block(first: int, rows: int) -> pl.DataFrame:
    random = np.random.default_rng(first)

    def number(high: int) -> pl.Series:
        return pl.Series(random.integers(0, high, rows))

    def text(stem: str, distinct: int) -> pl.Series:
        drawn = number(distinct).cast(pl.String).str.replace_many(list("0123456789"), list("零一二三四五六七八九"))
        return stem + drawn

    columns = {KEY: pl.Series(range(first + 1, first + rows + 1)).cast(pl.String).str.zfill(15)}
    for name, length in ASCII.items():
        columns[name] = number(10**length if length > 2 else 12).cast(pl.String).str.zfill(length)
    columns["氏名"] = text("山田　表ソ", 100_000).set(pl.Series(random.random(rows) < 0.01), "岡\ue000　太郎")
    columns["氏名"] = columns["氏名"].set(pl.Series(random.random(rows) < 0.0001), "能" + _BROKEN)
    columns["通称"] = text("", 30).set(pl.Series(random.random(rows) < 0.8), "")
    columns["住所"] = text("福岡県遠賀郡岡垣町野間一丁目", 260_000) + "番地"
    columns["方書"] = text("コーポ十", 5_000).set(pl.Series(random.random(rows) < 0.6), "")
    columns["備考"] = pl.Series(["", "転入", "職権"]).gather(number(3))
    columns[KANA] = pl.Series(["ﾔﾏﾀﾞ ﾀﾛｳ", "ｿﾉﾀﾞ ﾊﾅｺ", "ﾎﾝﾀﾞ ｲﾁﾛｳ"]).gather(number(3)) + number(9_000).cast(pl.String)
    columns[NOTE] = pl.Series(["", "A-1", "memo"]).gather(number(3))
    return pl.DataFrame(columns)


def _csv_lines(frame: pl.DataFrame) -> str:
    address = pl.col("住所")
    quoted = pl.int_range(pl.len()) % 50 == 0
    lines = frame.with_columns(pl.when(quoted).then('"' + address + '\r\n""棟"", 一"').otherwise(address).alias("住所"))
    return "".join(lines.select(pl.concat_str(pl.all(), separator=",") + "\r\n").to_series())


def _fixed_lines(frame: pl.DataFrame) -> str:
    padded = [
        _wide(column.name) if column.name in JAPANESE else pl.col(column.name).str.pad_end(column.length, " ")
        for column in tables()[1].columns
    ]
    return "".join(frame.select(pl.concat_str(padded)).to_series())


def _wide(name: str) -> pl.Expr:
    """Full-width padding; the two signs of the broken character stand for one full-width one."""
    text = pl.col(name)
    missing = JAPANESE[name] + text.str.count_matches(_BROKEN).cast(pl.Int64)
    return text.str.head(JAPANESE[name]).str.pad_end(missing, "　")


def _bytes(text: str) -> bytes:
    return text.encode("cp932").replace(_BROKEN.encode(), b"\x41\x8b")
