"""A host file (EBCDIC text behind shifts, packed and zoned numbers) against the same records as fixed-length CP932.

python tests/bench/host.py [--rows N] [--dir FOLDER] [--rounds N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from measure import measure, script, table

from mappings.legacy_source import LegacyColumn, LegacyTable
from migration.extract import extract_table
from sample_data.host_writing import host_bytes

NUMBERS = {f"額{number}": "packed" for number in range(6)} | {f"率{number}": "zoned" for number in range(3)}
TEXTS = {"氏名": 16, "住所": 36, "方書": 20, "納税義務者": 24}  # bytes; double-byte text of (bytes - 2) / 2 characters
PLAIN = {"区分1": 2, "区分2": 2, "年度": 4, "カナ": 20, "日付1": 7, "日付2": 7}
KEY = "宛名番号"
BLOCK = 100_000


def tables() -> tuple[LegacyTable, LegacyTable]:
    """20 columns as a host table and as a CP932 table."""
    host, start = [LegacyColumn(KEY, 0, 8, "packed", digits=15)], 8
    plain, at = [LegacyColumn(KEY, 0, 15)], 15
    lengths = {**dict.fromkeys(NUMBERS, 7), **PLAIN, **TEXTS}
    for name, length in lengths.items():
        kind = NUMBERS.get(name, "text")
        own = 5 if kind == "packed" else length
        host.append(LegacyColumn(name, start, own, kind))
        plain.append(LegacyColumn(name, at, length))
        start, at = start + own, at + length
    return (
        LegacyTable("host", "汎用機", ("rows.host",), "host", "ibm930", tuple(host), (KEY,), record_length=start),
        LegacyTable("fixed", "固定長", ("rows.dat",), "fixed", "cp932", tuple(plain), (KEY,), record_length=at),
    )


def write(folder: Path, rows: int) -> None:
    """rows.host and rows.dat with the same records."""
    host, fixed = tables()
    with (folder / host.files[0]).open("wb") as first, (folder / fixed.files[0]).open("wb") as second:
        for start in range(0, rows, BLOCK):
            frame = _frame(start, min(BLOCK, rows - start))
            first.write(host_bytes(frame, host))
            second.write(_plain(frame, fixed))


def _frame(first: int, rows: int) -> pl.DataFrame:
    random = np.random.default_rng(first)

    def drawn(stem: str, distinct: int) -> pl.Series:
        digits = pl.Series(random.integers(0, distinct, rows)).cast(pl.String)
        return stem + digits.str.replace_many(list("0123456789"), list("零一二三四五六七八九"))

    def number(high: int, width: int) -> pl.Series:
        return pl.Series(random.integers(0, high, rows)).cast(pl.String).str.zfill(width)

    columns = {KEY: pl.Series(range(first + 1, first + rows + 1)).cast(pl.String).str.zfill(15)}
    columns |= {name: number(10**7, 7).str.replace("^0+([0-9])", "$1") for name in NUMBERS}
    columns |= {"区分1": number(12, 2), "区分2": number(3, 2), "年度": number(2025, 4)}
    columns["カナ"] = pl.Series(["ﾔﾏﾀﾞ ﾀﾛｳ", "ｿﾉﾀﾞ ﾊﾅｺ", "ﾎﾝﾀﾞ ｲﾁﾛｳ"]).gather(pl.Series(random.integers(0, 3, rows)))
    columns["カナ"] += number(9000, 4)
    columns |= {"日付1": number(5_070_000, 7), "日付2": number(5_070_000, 7)}
    columns |= {"氏名": drawn("山", 99_999), "住所": drawn("岡垣町野間一丁目", 260_000)}
    columns["方書"] = drawn("荘", 5_000).set(pl.Series(random.random(rows) < 0.6), "")
    return pl.DataFrame(columns | {"納税義務者": drawn("田", 99_999)})


def _plain(frame: pl.DataFrame, table: LegacyTable) -> bytes:
    fields = [_padded(column) for column in table.columns]
    return "".join(frame.select(pl.concat_str(fields)).to_series()).encode("cp932")


def _padded(column: LegacyColumn) -> pl.Expr:
    """The text with spaces up to the field's bytes; a double-byte character takes two of them."""
    text = pl.col(column.name)
    if column.name not in TEXTS:
        return text.str.pad_end(column.length, " ")
    return text.str.pad_end(column.length // 2, "　")


def main() -> None:
    arguments = _arguments()
    if arguments.only:
        _extract(Path(arguments.dir), arguments.only)
        return
    if arguments.dir:
        _compare(Path(arguments.dir), arguments.rows, arguments.rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        _compare(Path(folder), arguments.rows, arguments.rounds)


def _compare(folder: Path, rows: int, rounds: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, rows)
    contenders = {name: script(__file__, "--only", name, "--dir", str(folder)) for name in ("fixed", "host")}
    sizes = " and ".join(f"{(folder / one.files[0]).stat().st_size / 1e6:.0f} MB" for one in tables())
    title = f"Host file and CP932: {rows:,} rows x {len(tables()[0].columns)} columns, {sizes}"
    print(table(title, measure(contenders, rounds), "fixed", rows), flush=True)


def _extract(folder: Path, name: str) -> None:
    legacy = next(entry for entry in tables() if entry.id == name)
    files = pl.DataFrame({"file_no": [1], "path": [legacy.files[0]]})
    out = folder / f"out-{name}"
    out.mkdir(exist_ok=True)
    extracted = extract_table("bench", legacy, files, folder, out)
    if not all(line.closes for line in extracted.ledger) or len(extracted.findings):
        raise SystemExit(f"the books do not close, or something was found: {extracted.findings['message'].head(3)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--dir", default="")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="run one extract and measure nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
