"""A finding: one thing wrong or doubtful. Findings travel as frames; these are their columns.

Stages produce *raw* findings (RAW_SCHEMA, with `record_id`); `migration.books` turns them into the public
findings.parquet (FINDING_SCHEMA) by adding finding_id, file, record and content_hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

KINDS = ("移行差異", "現行潜在誤り", "仕様差")
SEVERITIES = {"E": "エラー", "W": "疑義", "I": "情報"}

RAW_SCHEMA: dict[str, pl.DataType] = {
    "area": pl.String(),
    "table": pl.String(),  # group id; a legacy table id for findings before conversion
    "key": pl.String(),  # business key: values joined by '|', as `key_text` writes it; '' when unknown
    "item": pl.String(),  # Japanese item (or legacy column) name; '' when the whole record
    "rule": pl.String(),
    "severity": pl.String(),
    "kind": pl.String(),
    "legacy_value": pl.String(),
    "value": pl.String(),
    "message": pl.String(),
    "department": pl.String(),
    "record_id": pl.Int64(),  # null when the finding is about a file or a group of rows
}

FINDING_SCHEMA: dict[str, pl.DataType] = {
    "finding_id": pl.String(),
    **{name: kind for name, kind in RAW_SCHEMA.items() if name not in ("department", "record_id")},
    "file": pl.String(),
    "record": pl.Int64(),
    "department": pl.String(),
    "content_hash": pl.String(),
}

RECORD_BITS = 32  # record_id = file number << 32 | record number (both from 1)


def raw_findings(rows: Iterable[Mapping[str, object]] = ()) -> pl.DataFrame:
    """A raw findings frame; missing columns become empty texts (record_id: null)."""
    blank: dict[str, object] = {name: None if name == "record_id" else "" for name in RAW_SCHEMA}
    return pl.DataFrame([{**blank, **row} for row in rows], schema=RAW_SCHEMA)


def key_text(key: Iterable[str]) -> pl.Expr:
    """The business key as one text: the key items joined by '|' (an empty part stays empty)."""
    return pl.concat_str([pl.col(name).fill_null("") for name in key], separator="|")
