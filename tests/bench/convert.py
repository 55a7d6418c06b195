"""Convert against bare scan → sink of the same Parquet, and against vectorised pandas doing the same mapping.

python tests/bench/convert.py [--rows N] [--rounds N] [--dir DIR]

30 legacy columns: 5 wareki dates, 4 code maps, 2 half-width kana, 2 names with gaiji, 6 amounts, a look-up of 1,000
towns, numbers and free text. Contenders are fresh processes; the pandas result is compared cell by cell once.
`frame` is held against `pandas` (the same mapping with the same checks), the whole stage `convert` against
`pandas whole` (with the file of changes; still without keys, ledger, lineage and findings). Ratios are of the seconds
within the process after its imports; CPU seconds are printed too, for machines that are not quiet.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from measure import measure, script, table

from mappings.area import Area
from mappings.layout import Group, Item, ItemType
from mappings.legacy_source import (
    CodeEntry,
    CodeMap,
    ColumnMap,
    Gaiji,
    GroupMap,
    LegacyColumn,
    LegacyLookup,
    LegacyTable,
    Source,
    Transform,
)

DATES = [f"日{n}" for n in range(1, 6)]
CODES = [f"区分{n}" for n in range(1, 5)]
KANA = ["カナ1", "カナ2"]
NAMES = ["氏名", "筆頭者"]
AMOUNTS = [f"額{n}" for n in range(1, 7)]
PLAIN = ["住所", "方書", "備考", *(f"列{n}" for n in range(1, 5))]
OTHER = ["宛名番号", "世帯番号", "郵便番号", "町コード"]
COLUMNS = [*OTHER, *DATES, *CODES, *KANA, *NAMES, *AMOUNTS, *PLAIN]
PAIRS = (("frame", "bare"), ("convert", "bare"), ("pandas", "frame"), ("pandas whole", "convert"))
GAIJI = {"\ue000": "𠮷", "\ue001": "邉󠄗", "\ue002": "邊󠄊"}
CODE_VALUES = {str(n): f"{n:02}" for n in range(1, 21)}
FULL_KANA = dict(zip("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉ", "アイウエオカキクケコサシスセソタチツテトナニヌネノ", strict=True))


def make(folder: Path, rows: int) -> None:
    """The legacy extract and the town table, below `folder`, in pieces so that memory stays small."""
    rng = np.random.default_rng(7)
    pieces = []
    for start in range(0, rows, 1_000_000):
        path = folder / f"piece{start}.parquet"
        piece(rng, start, min(1_000_000, rows - start)).write_parquet(path, compression_level=1, row_group_size=250_000)
        pieces.append(path)
    pl.scan_parquet(pieces).sink_parquet(folder / "juki.parquet", compression_level=1, row_group_size=250_000)
    for path in pieces:
        path.unlink()
    towns = pl.DataFrame({"町コード": [f"{n:04}" for n in range(1000)], "町名": [f"第{n}町" for n in range(1000)]})
    ids = pl.Series("record_id", range((2 << 32) + 1, (2 << 32) + 1001), dtype=pl.Int64)
    towns.insert_column(0, ids).write_parquet(folder / "cho.parquet")


def piece(rng: np.random.Generator, start: int, rows: int) -> pl.DataFrame:
    def drawn(values: list[str]) -> pl.Series:
        return pl.Series(values).gather(rng.integers(0, len(values), rows))

    days = [f"3{y:02}{m:02}{d:02}" for y in range(2, 64) for m in range(1, 13) for d in range(1, 29)]
    surnames = [f"{a}{b}" for a in "田山川高中小大上下東" for b in "中田口橋村島本野原井"]
    names = [f"{one}　{two}{n}" for one in surnames for two in "太一次花子" for n in "〇一二三四五六七八九"]
    names += [f"\ue000{name}" for name in names[:50]]
    sounds = "ﾀﾔｶﾅｻｱｷｼﾁﾆ"
    kana = [f"{a}{b}{c} {d}{e}" for a in sounds for b in "ﾅﾏﾜｲﾄ" for c in sounds for d in "ﾊﾐﾖｼｹ" for e in sounds]
    columns: dict[str, pl.Series] = {
        "record_id": pl.Series(range((1 << 32) + start + 1, (1 << 32) + start + rows + 1), dtype=pl.Int64),
        "宛名番号": pl.Series(np.arange(start, start + rows)).cast(pl.String),
        "世帯番号": pl.Series(rng.integers(0, 400_000, rows)).cast(pl.String),
        "郵便番号": drawn([f"811-{n:04}" for n in range(4000)]),
        "町コード": drawn([f"{n:04}" for n in range(1000)]),
    }
    columns |= {name: drawn([*days, *["0000000"] * 2000]) for name in DATES}
    columns |= {name: drawn(list(CODE_VALUES)) for name in CODES}
    columns |= {name: drawn(kana) for name in KANA} | {name: drawn(names) for name in NAMES}
    columns |= {name: pl.Series(rng.integers(0, 10**6, rows)).cast(pl.String).str.zfill(9) for name in AMOUNTS}
    numbers = pl.Series(rng.integers(0, 250_000, rows)).cast(pl.String)
    columns |= {"住所": "福岡県遠賀郡岡垣町野間" + numbers, "方書": drawn([*[None] * 9, "コーポ野間１０１"])}  # type: ignore[list-item]
    columns |= {"備考": drawn([*[None] * 19, "備考あり"])}  # type: ignore[list-item]
    columns |= {f"列{n}": drawn([f"{n}{k}" for k in range(100)]) for n in range(1, 5)}
    return pl.DataFrame(columns)


def mapping() -> tuple[Area, Source]:
    def line(item: str, *steps: str, codes: str = "", source: str = "") -> ColumnMap:
        made = tuple(Transform(*step.split(":")) for step in steps)
        return ColumnMap(item=item, sources=(source or item,), transforms=made, codes=codes)

    lines = [line("宛名番号", "zero_pad:15"), line("世帯番号", "zero_pad:15"), line("郵便番号", "hyphen_free")]
    lines += [line(name, "era_date:birth") for name in DATES] + [line(name, codes="区分") for name in CODES]
    lines += [line(name, "kana_full") for name in KANA] + [line(name) for name in NAMES]
    lines += [line(name, "integer") for name in AMOUNTS] + [line(name) for name in PLAIN]
    lines += [line("町名", source="cho.町名")]
    items = tuple(Item(c.item, c.item, ItemType.X, 0, primary_key=c.item == "宛名番号") for c in lines)
    group = Group("juki", "person", "人", "001", "1", items)
    tables = {
        "juki": LegacyTable("juki", "", (), "csv", "cp932", tuple(map(LegacyColumn, COLUMNS))),
        "cho": LegacyTable("cho", "", (), "csv", "cp932", (LegacyColumn("町コード"), LegacyColumn("町名"))),
    }
    lookup = LegacyLookup("cho", "cho", (("町コード", "町コード"),))
    entries = {old: CodeEntry(old, new, "", True) for old, new in CODE_VALUES.items()}
    groups = {"person": GroupMap("person", ("juki",), tuple(lines), lookups=(lookup,))}
    source = Source("juki", "v", "", tables, groups, {"区分": CodeMap("区分", "", entries)}, (), Gaiji(GAIJI))
    return Area("juki", "", 1, "課", (), {"person": group}, {}, (), (), {}), source


def contender(name: str, folder: Path, rows: int) -> None:
    """Do one thing; what it took after the imports, in wall and CPU seconds, goes to NAME.json."""
    if name == "make":
        make(folder, rows)
        return
    out = folder / name
    out.mkdir(exist_ok=True)
    legacy = {"juki": folder / "juki.parquet", "cho": folder / "cho.parquet"}
    work = work_of(name, legacy, out)
    start, used = time.perf_counter(), time.process_time()
    parts = work() or {}
    took = {"wall": time.perf_counter() - start, "cpu": time.process_time() - used, **parts}
    (folder / f"{name}.json").write_text(json.dumps(took))


def work_of(name: str, legacy: dict[str, Path], out: Path) -> Callable[[], Mapping[str, float] | None]:
    """The contender, its libraries imported and nothing read."""
    from migration.convert import ConvertOptions, convert_group, map_group
    from migration.converting.writing import sink

    if name.startswith("pandas"):
        import pandas  # noqa: F401

        return partial(by_pandas, legacy, out, name == "pandas whole")
    if name == "convert":
        return lambda: convert_group(*mapping(), "person", legacy, out, ConvertOptions()).seconds
    if name == "bare":
        return lambda: sink([pl.scan_parquet(legacy["juki"])], out / "person.parquet", {}, True)

    def frame() -> None:
        mapped = map_group(*mapping(), "person", legacy, ConvertOptions())
        sink([mapped.frame(mapped.assembly.rows)], out / "person.parquet", mapped.schema, True)

    return frame


def by_pandas(legacy: dict[str, Path], out: Path, whole: bool) -> None:
    """The same mapping as a careful pandas user writes it: vectorised, translate tables, map by distinct values.

    What could not be converted and characters that are lost or unknown are looked for, as ours does.
    """
    import pandas as pd

    from migration.converting.guard import SUSPECT

    legacy_frame = pd.read_parquet(legacy["juki"])
    frame = legacy_frame.copy(deep=False)
    suspect = {name: frame[name].str.contains(SUSPECT, regex=True).sum() for name in [*KANA, *NAMES, *PLAIN]}
    for name in ("宛名番号", "世帯番号"):
        frame[name] = frame[name].str.zfill(15)
    frame["郵便番号"] = frame["郵便番号"].str.replace("-", "", regex=False)
    for name in DATES:
        text = frame[name]
        number = pd.to_numeric(text, errors="coerce").fillna(0).astype("int64")
        starts = np.array([0, 1867, 1911, 1925, 1988, 2018])
        western = starts[(number // 1_000_000).clip(0, 5)] * 10_000 + number % 1_000_000
        date = pd.to_datetime(western.astype(str), format="%Y%m%d", errors="coerce")
        frame[name] = date.dt.strftime("%Y-%m-%d").where(number > 0, None)
    for name in CODES:
        frame[name] = frame[name].map(CODE_VALUES)
    kana = str.maketrans(FULL_KANA | {"ﾊ": "ハ", "ﾏ": "マ", "ﾐ": "ミ", "ﾔ": "ヤ", "ﾖ": "ヨ", "ﾜ": "ワ", " ": "　"})
    for name in KANA:
        frame[name] = frame[name].str.translate(kana)
    gaiji = str.maketrans(GAIJI)
    for name in [*NAMES, "住所", "方書", "備考"]:
        frame[name] = frame[name].str.translate(gaiji)
    for name in AMOUNTS:
        frame[name] = pd.to_numeric(frame[name]).astype("int64").astype(str)
    towns = pd.read_parquet(legacy["cho"])[["町コード", "町名"]]
    frame = frame.merge(towns, on="町コード", how="left", sort=False)
    items = [item.name for item in mapping()[0].groups["person"].items]
    refused = {name: (frame[name].isna() & legacy_frame[name].notna()).sum() for name in (*DATES, *CODES, *AMOUNTS)}
    if not any(suspect[name] for name in NAMES) or not any(refused.values()):
        raise SystemExit("the data have gaiji and blank dates, and pandas did not see them")
    frame[["record_id", *items]].to_parquet(out / "person.parquet", compression="zstd")
    if whole:
        changes_by_pandas(legacy_frame, frame, out / "person.changes.parquet")


def changes_by_pandas(before: Any, after: Any, path: Path) -> None:
    """Every changed cell as a row, item by item so that memory stays bounded."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = ["area", "table", "key", "item", "rule", "before", "after"]
    schema = pa.schema([*((name, pa.string()) for name in columns), ("record_id", pa.int64())])
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for line in mapping()[1].groups["person"].columns:
            if line.item not in before.columns:
                continue
            old, new = before[line.item], after[line.item]
            hit = (old != new) & ~(old.isna() & new.isna())
            rows = pd.DataFrame({"key": after["宛名番号"][hit], "before": old[hit], "after": new[hit]})
            rows = rows.assign(area="juki", table="person", item=line.item, rule=" ".join(map(str, line.transforms)))
            rows["record_id"] = before["record_id"][hit]
            writer.write_table(pa.Table.from_pandas(rows[schema.names], schema=schema, preserve_index=False))


def compare(folder: Path) -> None:
    """The pandas result must be ours, cell by cell."""
    ours = pl.scan_parquet(folder / "convert" / "person.parquet")
    theirs = pl.scan_parquet(folder / "pandas" / "person.parquet")
    for name in ours.collect_schema().names():
        left = ours.select(pl.col(name)).collect().to_series()
        right = theirs.select(pl.col(name).cast(left.dtype)).collect().to_series()
        if not left.eq_missing(right).all():
            raise SystemExit(f"differs from pandas: {name}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 5_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", type=Path)
    parser.add_argument("--contender")
    parser.add_argument("--without", nargs="*", default=[])
    given = parser.parse_args()
    if given.contender:
        contender(given.contender, given.dir, given.rows[0])
        return
    for rows in given.rows:
        with tempfile.TemporaryDirectory(dir=given.dir) as name:
            report(Path(name), rows, given.rounds, given.without)


def middle(each: list[dict[str, dict[str, float]]], clock: str, one: str, other: str) -> float:
    return statistics.median(took[one][clock] / took[other][clock] for took in each)


def report(folder: Path, rows: int, rounds: int, without: list[str]) -> None:
    subprocess.run(script(__file__, "--contender", "make", "--dir", str(folder), "--rows", str(rows)), check=True)
    names = [one for one in ("bare", "frame", "convert", "pandas", "pandas whole") if one not in without]
    best: dict[str, dict[str, float]] = {}
    each: list[dict[str, dict[str, float]]] = []
    for _ in range(rounds):
        figures = measure({name: script(__file__, "--contender", name, "--dir", str(folder)) for name in names}, 1)
        print(table(f"convert, {rows:,} rows x {len(COLUMNS)} columns, whole processes", figures, "bare", rows))
        each.append({name: json.loads((folder / f"{name}.json").read_text()) for name in names})
        for name, took in each[-1].items():
            best[name] = {key: min(value, best.get(name, took)[key]) for key, value in took.items()}
    print("after the imports, median of the rounds' ratios (of one round: little between the two):")
    for clock in ("wall", "cpu"):
        asked = [(one, other) for one, other in PAIRS if {one, other} <= {*names}]
        middles = [f"{one} {middle(each, clock, one, other):.2f} x {other}" for one, other in asked]
        print(f"{clock}: {', '.join(middles)}")
    print("least of each figure over the rounds, after the imports:")
    for clock in ("wall", "cpu"):
        ratios = [f"{name} {best[name][clock]:.2f} s = {best[name][clock] / best['bare'][clock]:.2f}" for name in names]
        print(f"{clock}: {', '.join(ratios)} x bare")
    if "pandas" in names:
        compare(folder)
    print("convert by part, wall: " + json.dumps({k: round(v, 2) for k, v in best["convert"].items()}))
    sizes = {path.name: path.stat().st_size >> 20 for path in sorted((folder / "convert").glob("*.parquet"))}
    print(f"files (MB): {sizes}", flush=True)


if __name__ == "__main__":
    main()
