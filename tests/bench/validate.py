"""Layout checks against one hand-written Polars pass that lists the same failing keys; check_database on SQLite.

python tests/bench/validate.py [--rows N] [--columns N] [--dir DIR] [--database ROWS]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tempfile
import time
from pathlib import Path

import polars as pl
from measure import measure, script, table

from mappings.layout import CodeList, Group, Item, ItemType, Requirement
from validators.checked import CheckSettings

CODES = {"1": CodeList("1", "区分", {str(i): "意味" for i in range(10)})}
POOL = 20_000  # distinct values of a column; rows repeat them


def group(columns: int) -> Group:
    """Two key items, then X, N, DATE, 9, S9 and code items in turn; every third one is required."""
    items = [
        Item("宛名番号", "c0", ItemType.X, 15, primary_key=True),
        Item("履歴番号", "c1", ItemType.INTEGER, 3, primary_key=True),
    ]
    kinds = [(ItemType.X, 10, ""), (ItemType.N, 20, ""), (ItemType.DATE, 10, ""), (ItemType.INTEGER, 9, ""),
             (ItemType.SIGNED, 9, ""), (ItemType.X, 2, "1"), (ItemType.N, 40, "")]  # fmt: skip
    for i in range(2, columns):
        kind, length, code = kinds[i % len(kinds)]
        required = Requirement.REQUIRED if i % 3 == 0 else Requirement.OPTIONAL
        items.append(Item(f"項目{i}", f"c{i}", kind, length, code=code, requirement=required))
    return Group("bench", "rows", "計測", "000", "1", tuple(items))


def settings(layout: Group) -> CheckSettings:
    return CheckSettings("2025-04-01", lambda area, name: layout)


def write_rows(path: Path, rows: int, layout: Group) -> None:
    """About 1.8 % of the rows have a failing cell."""
    pick = random.Random(1)
    numbers = pl.int_range(rows, eager=True)
    columns = {
        "record_id": numbers + 1,
        "宛名番号": numbers.cast(pl.String).str.zfill(15),
        "履歴番号": pl.repeat("1", rows, eager=True),
    }
    bad = 0.018 / (len(layout.items) - 2)
    for item in layout.items[2:]:
        pool = pl.Series([_value(item, pick) for _ in range(POOL)])
        index = pl.Series([pick.randrange(POOL) for _ in range(POOL * 3 + 7)]).cast(pl.UInt32)
        repeated = pl.concat([index] * (rows // len(index) + 1)).head(rows)
        wrong = pl.Series([pick.random() < bad for _ in range(min(rows, 999_983))])
        mask = pl.concat([wrong] * (rows // len(wrong) + 1)).head(rows)
        columns[item.name] = pool.gather(repeated).zip_with(~mask, pl.repeat("ﾀﾞﾒ x", rows, eager=True))
    pl.DataFrame(columns).write_parquet(path, row_group_size=250_000)


def check_ours(path: Path, layout: Group) -> None:
    from validators.frames import check_frames

    checked = check_frames(layout, CODES, (), lambda area, name: pl.scan_parquet(path), settings(layout))
    print(checked.findings.height)


def check_by_hand(path: Path, layout: Group) -> None:
    """The same demands written out by hand, one eager pass, every failing key with item, rule and value."""
    frame = pl.read_parquet(path)
    checks = {(item.name, rule): check for item in layout.items for rule, check in _by_hand(item).items()}
    masks = frame.select(check.alias(f"{name}|{rule}") for (name, rule), check in checks.items())
    found = []
    for name, rule in checks:
        failing = (~masks[f"{name}|{rule}"]).fill_null(False)
        if failing.any():
            found.append(
                frame.filter(failing).select(
                    pl.lit(name).alias("item"),
                    pl.lit(rule).alias("rule"),
                    pl.concat_str("宛名番号", "履歴番号", separator="|"),
                    pl.col(name).alias("value"),
                    "record_id",
                )
            )
    key = ["宛名番号", "履歴番号"]
    many = frame.lazy().group_by(key).len().filter(pl.col("len") > 1).collect()
    print(pl.concat(found).height + frame.join(many, on=key, how="semi").height)


def check_table(path: Path, layout: Group) -> None:
    import sqlalchemy as sa

    from validators.database import check_database

    start = time.perf_counter()
    checked = check_database(layout, CODES, (), sa.create_engine(f"sqlite:///{path}"), settings(layout))
    print(
        f"check_database: {checked.findings.height} findings, {time.perf_counter() - start:.1f} s, GX's import included"
    )


def main() -> None:
    options = _options()
    layout = group(options.columns)
    if options.contender:
        run = {"ours": check_ours, "hand": check_by_hand, "database": check_table, "read": _read}.get(options.contender)
        run(options.dir, layout) if run else write_rows(options.dir, options.rows, layout)
        return
    folder = options.dir or Path(tempfile.mkdtemp())
    path = folder / "rows.parquet"
    shape = ["--columns", str(options.columns), "--dir", str(path)]
    rows = ["--rows", str(options.rows)]
    subprocess.run(script(__file__, "--contender", "write", *shape, *rows), check=True)  # our own memory stays small
    names = {"hand-written Polars": "hand", "check_frames (pandera)": "ours", "reading the Parquet file": "read"}
    contenders = {name: script(__file__, "--contender", key, *shape) for name, key in names.items()}
    title = f"{options.rows:,} rows x {options.columns} columns"
    print(table(title, measure(contenders, options.rounds), "hand-written Polars", options.rows))
    if options.database:
        _measure_database(folder, options.database)


def _measure_database(folder: Path, rows: int) -> None:
    layout = group(60)
    write_rows(folder / "table.parquet", rows, layout)
    _load(folder / "table.parquet", folder / "table.db", layout)
    commands = {
        "check_database, SQLite": script(
            __file__, "--contender", "database", "--columns", "60", "--dir", str(folder / "table.db")
        )
    }
    print(table(f"{rows:,} rows x 60 items", measure(commands, 1), "check_database, SQLite", rows))


def _load(source: Path, target: Path, layout: Group) -> None:
    import sqlite3

    kinds = {ItemType.INTEGER: "BIGINT", ItemType.SIGNED: "BIGINT"}
    frame = pl.read_parquet(source).with_columns(
        pl.col(item.name).cast(pl.Int64, strict=False) for item in layout.items if item.type in kinds
    )
    target.unlink(missing_ok=True)
    columns = ", ".join(f"{item.romaji} {kinds.get(item.type, 'TEXT')}" for item in layout.items)
    with sqlite3.connect(target) as connection:
        connection.execute(f"CREATE TABLE {layout.sql_name} ({columns}, PRIMARY KEY (c0, c1))")
        marks = ", ".join("?" * len(layout.items))
        rows = frame.select(item.name for item in layout.items).iter_rows()
        connection.executemany(f"INSERT INTO {layout.sql_name} VALUES ({marks})", rows)


def _read(path: Path, layout: Group) -> None:
    print(pl.read_parquet(path).height)


def _value(item: Item, pick: random.Random) -> str | None:
    if item.requirement is not Requirement.REQUIRED and pick.random() < 0.2:
        return None
    number = pick.randrange(10**9)
    if item.type is ItemType.N:
        return "".join(pick.choice("岡垣町山田太郎花子野間吉木海老津𠮷辻") for _ in range(pick.randrange(2, 20)))
    if item.type is ItemType.DATE:
        return f"{1920 + number % 105}-{1 + number % 12:02}-{1 + number // 12 % 28:02}"
    return str(number % 10) if item.code else str(number % 10**7)


def _by_hand(item: Item) -> dict[str, pl.Expr]:
    text = pl.col(item.name)
    day = text.str.to_date("%Y-%m-%d", strict=False).is_not_null() | text.is_null()
    kinds = {
        ItemType.X: text.str.contains("^[ -~]+$"),
        ItemType.N: ~text.str.contains("[\x01-\x9f\ue000-\uf8ff｡-ﾟ\ufff9-\uffff\U000f0000-\U0010ffff]"),
        ItemType.DATE: text.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & day,
        ItemType.INTEGER: text.str.contains("^[0-9]+$"),
        ItemType.SIGNED: text.str.contains("^-?[0-9]+$"),
    }  # fmt: skip
    checks = {"LAY-02": kinds[item.type]}
    if item.type is not ItemType.DATE:
        checks["LAY-03"] = text.str.len_chars() <= item.length
    if item.code:
        checks["LAY-04"] = text.is_in(list(CODES[item.code].values))
    if item.requirement is Requirement.REQUIRED or item.primary_key:
        checks["LAY-01"] = text.is_not_null()
    return checks


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", type=Path)
    parser.add_argument("--database", type=int, default=0, metavar="ROWS")
    parser.add_argument("--contender", default="")
    return parser.parse_args()


if __name__ == "__main__":
    main()
