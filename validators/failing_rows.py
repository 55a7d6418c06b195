"""pandera on Polars: named checks over a frame, and which rows fail which check.

pandera is given DataFrames only (of a LazyFrame it checks the schema and passes the data), and its failure cases are
read by column, check name and row number; the exception's text holds values and is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import pandera.polars as pa

Test = Callable[[pl.LazyFrame], pl.LazyFrame]  # rows → one boolean column; NULL passes


@dataclass(frozen=True, slots=True)
class NamedCheck:
    """A check of one column; `test` may look at other columns as well."""

    name: str
    test: Test


def failing_rows(
    frame: pl.DataFrame, checks: Mapping[str, Sequence[NamedCheck]], required: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """Every failing cell: column, check, index (row number in the frame), in that order.

    `required`: column → name of its not-null check. Raises when pandera reports anything else than these checks.
    """
    import pandera.polars as pa  # a second that only commands that check should wait
    from pandera.errors import SchemaErrors

    required = required or {}
    columns = {
        name: pa.Column(
            dtype=None,
            checks=[pa.Check(_on(check.test), error=check.name) for check in checks.get(name, ())],
            nullable=name not in required,
        )
        for name in dict.fromkeys([*checks, *required])
    }
    try:
        pa.DataFrameSchema(columns).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases: pl.DataFrame = errors.failure_cases
    else:
        return pl.DataFrame(schema={"column": pl.String, "check": pl.String, "index": pl.Int64})
    _require_known(cases, checks)
    own_name = pl.col("column").replace_strict(dict(required), default=None, return_dtype=pl.String)
    check = pl.when(pl.col("check") == _NOT_NULL).then(own_name).otherwise(pl.col("check"))
    return cases.select("column", check.alias("check"), pl.col("index").cast(pl.Int64))


_NOT_NULL = "not_nullable"


def _on(test: Test) -> Callable[[pa.PolarsData], pl.LazyFrame]:
    return lambda data: test(data.lazyframe)


def _require_known(cases: pl.DataFrame, checks: Mapping[str, Sequence[NamedCheck]]) -> None:
    known = {check.name for named in checks.values() for check in named} | {_NOT_NULL}
    strange = cases.filter(~pl.col("check").is_in(list(known)) | pl.col("index").is_null())
    if strange.height:
        raise RuntimeError(f"pandera could not run: {strange['column'].to_list()}, {strange['check'].to_list()}")
