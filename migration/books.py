"""The books of a run: what every stage left behind, brought together into the run's own files.

ledger.csv, findings.parquet, changes.parquet and differences.parquet are the record; documents are views of them.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import polars as pl

from migration.content_hash import sha256, with_content_hash
from migration.differences import DIFFERENCE_SCHEMA
from migration.stages import write_whole
from reports.ledger import LedgerRow
from validators.finding import FINDING_SCHEMA, RAW_SCHEMA, RECORD_BITS, raw_findings

BEFORE = {"convert": "extract", "load": "convert", "output": "convert"}  # whose output a stage reads
STAGES = ("receive", "extract-bytes", "extract", "convert", "load", "output", "verify")
CHANGE_COLUMNS = ("area", "table", "key", "item", "rule", "before", "after")
SEEN = ("area", "table", "key", "item", "rule", "legacy_value", "value", "message")  # what a decision is bound to
PLACE = ("area", "table", "key", "item")
REQUIRED_RULE = "LAY-01"
ID_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Findings:
    """What went into findings.parquet; `folded` 必須 findings say nothing the convert finding of the cell does not."""

    rows: int
    folded: int
    path: Path


def write_ledger(run: Path, rows: Iterable[LedgerRow]) -> pl.DataFrame:
    """Write ledger.csv in stage order; the answer is the raw findings.

    REC-01: a line does not close. REC-05: a stage read another number than the stage before it gave (told where the
    lines name the same `area/table`).
    """
    lines = sorted(rows, key=lambda row: (_stage_order(row.stage), row.stage, row.source, row.target))
    schema = {name.name: pl.String if name.type == "str" else pl.Int64 for name in fields(LedgerRow)}
    frame = pl.DataFrame([astuple(line) for line in lines], schema=schema, orient="row")
    closes = pl.Series("closes", ["○" if line.closes else "×" for line in lines], pl.String)
    buffer = io.BytesIO()
    frame.with_columns(closes).write_csv(buffer)
    write_whole(run / "ledger.csv", buffer.getvalue())
    return raw_findings([*(_open_book(line) for line in lines if not line.closes), *_gaps(lines)])


def write_findings(run: Path, extra: pl.DataFrame | None = None) -> Findings:
    """All raw findings below stages/ (and `extra`) → findings.parquet, sorted, with ids and content hashes."""
    stages = run / "stages"
    by_stage = {folder.name: _raw(folder) for folder in sorted(stages.iterdir()) if folder.is_dir()}
    validated = by_stage.pop("validate", raw_findings())
    kept = _folded(validated, by_stage.get("convert", raw_findings()))
    frame = pl.concat([raw_findings() if extra is None else extra, *by_stage.values(), kept])
    public = _public(frame, read_files(run))
    path = run / "findings.parquet"
    _write_parquet(path, public.lazy())
    return Findings(len(public), len(validated) - len(kept), path)


def write_changes(run: Path) -> int:
    """Every changed cell → changes.parquet with file and record; the number of rows."""
    paths = _found(run / "stages" / "convert", "*.changes.parquet")
    empty = pl.LazyFrame(schema={**dict.fromkeys(CHANGE_COLUMNS, pl.String), "record_id": pl.Int64})
    parts = [pl.scan_parquet(path).select(*CHANGE_COLUMNS, "record_id") for path in paths]
    frame = _with_place(pl.concat([empty, *parts]), read_files(run)).select(*CHANGE_COLUMNS, "file", "record")
    return _write_parquet(run / "changes.parquet", frame)


def write_differences(run: Path) -> int:
    """Every difference → differences.parquet, `legacy` filled from the changes; the number of rows."""
    paths = _found(run / "stages" / "verify", "*.differences.parquet")
    empty = pl.LazyFrame(schema=DIFFERENCE_SCHEMA)
    frame = pl.concat([empty, *(pl.scan_parquet(path).select(*DIFFERENCE_SCHEMA) for path in paths)]).collect()
    if len(frame):
        frame = _with_legacy(frame, run)
    return _write_parquet(run / "differences.parquet", frame.sort("area", "table", "key", "item", "rule").lazy())


def read_files(run: Path) -> pl.DataFrame:
    """file_no and file (the path within the delivery) of the run; empty before `receive`."""
    path = run / "stages" / "receive" / "files.parquet"
    if not path.is_file():
        return pl.DataFrame(schema={"file_no": pl.Int64, "file": pl.String})
    return pl.read_parquet(path).select(pl.col("file_no").cast(pl.Int64), file=pl.col("path"))


def _stage_order(stage: str) -> int:
    return STAGES.index(stage) if stage in STAGES else len(STAGES)


def _gaps(lines: Sequence[LedgerRow]) -> Iterator[dict[str, object]]:
    given: dict[tuple[str, str], int] = {}
    for line in lines:
        given[line.stage, line.target] = given.get((line.stage, line.target), 0) + line.loaded
    for line in lines:
        before = given.get((BEFORE.get(line.stage, ""), line.source), line.read)
        if before != line.read:
            yield _loss(line, "REC-05", f"前の工程の出力 {before} に対し、入力 {line.read}")


def _open_book(line: LedgerRow) -> dict[str, object]:
    counts = f"入力 {line.read} ＋ 分割 {line.split} に対し、投入 {line.loaded} ＋ 統合 {line.merged}"
    counts += f" ＋ 除外 {line.filtered} ＋ 却下 {line.rejected} ＋ 重複 {line.duplicate}"
    return _loss(line, "REC-01", counts)


def _loss(line: LedgerRow, rule: str, counts: str) -> dict[str, object]:
    area, _, table = line.source.rpartition("/")
    return {
        "area": area,
        "table": table,
        "rule": rule,
        "severity": "E",
        "kind": "移行差異",
        "value": counts,
        "message": f"{line.stage} の {line.source} → {line.target} で件数が合いません（行方の分からないデータ）。"
        "この実行の結果は使わず、記録を添えて作成者に知らせてください。",
    }


def _found(folder: Path, pattern: str) -> list[Path]:
    """Files of finished units only: those still being made lie in hidden folders."""
    paths = (path for path in folder.rglob(pattern) if not any(part.startswith(".") for part in path.parts[-3:]))
    return sorted(paths)


def _raw(stage: Path) -> pl.DataFrame:
    paths = _found(stage, "*.findings.parquet")
    return pl.concat([raw_findings(), *(pl.read_parquet(path).select(*RAW_SCHEMA) for path in paths)])


def _folded(validated: pl.DataFrame, convert: pl.DataFrame) -> pl.DataFrame:
    """Without the 必須 findings of cells that conversion emptied and already reported: one cause, one question."""
    told = convert.filter(pl.col("key") != "")
    required = validated.filter(pl.col("rule") == REQUIRED_RULE).join(told, on=PLACE, how="anti")
    return pl.concat([validated.filter(pl.col("rule") != REQUIRED_RULE), required])


def _public(frame: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    texts = [name for name in RAW_SCHEMA if name != "record_id"]
    frame = frame.with_columns(pl.col(texts).fill_null(""))
    frame = _with_place(frame.lazy(), files).collect().with_columns(pl.col("file").fill_null(""))
    order = ["area", "table", "key", "item", "rule", "file", "record", "legacy_value", "value", "message"]
    frame = frame.sort(order, nulls_last=False)
    return with_content_hash(_with_ids(frame), SEEN).select(*FINDING_SCHEMA)


def _with_ids(frame: pl.DataFrame) -> pl.DataFrame:
    """finding_id from place and rule; without a key from file and record too; then a number for what is still alike."""
    nameless = pl.col("key") == ""
    frame = frame.with_columns(
        id_file=pl.when(nameless).then(pl.col("file")).otherwise(pl.lit("")),
        id_record=pl.when(nameless).then(pl.col("record").cast(pl.String)).otherwise(pl.lit("")),
    )
    parts = [*PLACE, "rule", "id_file", "id_record"]
    frame = frame.with_columns(number=pl.int_range(pl.len()).over(parts))
    return frame.with_columns(finding_id=sha256(frame, [*parts, "number"]).str.slice(0, ID_LENGTH))


def _with_place(frame: pl.LazyFrame, files: pl.DataFrame) -> pl.LazyFrame:
    """Add file and record from record_id (file number << 32 | record number).

    Names are taken from a list batch by batch: a join would gather all rows in memory.
    """
    known = {int(number): str(file) for number, file in files.select("file_no", "file").iter_rows()}
    names = pl.Series([known.get(number) for number in range(max(known, default=0) + 1)], dtype=pl.String)
    name = (pl.col("record_id") // (1 << RECORD_BITS)).map_batches(names.gather, pl.String, is_elementwise=True)
    return frame.with_columns(file=name, record=pl.col("record_id") % (1 << RECORD_BITS))


def _with_legacy(frame: pl.DataFrame, run: Path) -> pl.DataFrame:
    """`legacy`: what stood there before conversion; a cell no rule changed had its expected value already."""
    changes = pl.scan_parquet(run / "changes.parquet").select(*PLACE, "before")
    before = changes.join(frame.lazy(), on=PLACE, how="semi").unique(PLACE, keep="first", maintain_order=True).collect()
    joined = frame.join(before, on=PLACE, how="left", maintain_order="left")
    cell = pl.col("item") != ""
    return joined.with_columns(legacy=pl.coalesce("before", pl.when(cell).then(pl.col("expected")))).drop("before")


def _write_parquet(path: Path, frame: pl.LazyFrame) -> int:
    temporary = path.with_name(f".{path.name}.making")
    frame.sink_parquet(temporary, compression="zstd", compression_level=1, row_group_size=100_000, maintain_order=True)
    os.replace(temporary, path)
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())
