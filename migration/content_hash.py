"""Content hashes: SHA-256 over what a person sees, so that a decision holds for that content and no other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import polars as pl


def with_content_hash(frame: pl.DataFrame, columns: Iterable[str], name: str = "content_hash") -> pl.DataFrame:
    """Add `name`: the SHA-256 (hex) of the texts in `columns`. NULL and '' hash alike: a person sees no difference."""
    return frame.with_columns(sha256(frame, columns).alias(name))


def sha256(frame: pl.DataFrame, columns: Iterable[str]) -> pl.Series:
    """One hash a row. Each text goes in behind its length, so no two lists of texts can be confused."""
    parts = [part for column in columns for part in _with_length(pl.col(column).cast(pl.String).fill_null(""))]
    texts = frame.select(pl.concat_str(parts).alias("text"))["text"]
    return pl.Series("hash", [hashlib.sha256(text.encode()).hexdigest() for text in texts], pl.String)


def _with_length(text: pl.Expr) -> tuple[pl.Expr, ...]:
    return text.str.len_chars().cast(pl.String), pl.lit(":"), text
