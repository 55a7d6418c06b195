"""Great Expectations as the second opinion: each rule as an expectation on the loaded table, and its count of failures.

GX names at most 200 failing rows, so the rows themselves come from our own query; here GX must find as many as we did.
A broken expectation reports success=False like bad data does: its exception_info is read, and it is an exception.
Nothing is written, nothing is sent, and the results hold counts only.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation, and how many rows our own query found against it."""

    what: str  # rule and item, for the exception
    type: str
    failures: int
    arguments: Mapping[str, Any] = field(default_factory=dict)


class BrokenExpectation(RuntimeError):
    """Great Expectations could not answer, or counted otherwise than we did: nothing may be concluded."""


def no_rows(what: str, failing: sa.Select[Any], failures: int, engine: sa.Engine) -> Expected:
    """That a query returns no row: a query of its own."""
    text = _escaped(failing, engine).replace("{", "{{").replace("}", "}}")  # for GX's str.format
    return Expected(what, "expect_no_rows_from", failures, {"unexpected_rows_query": f"/* {{batch}} */ {text}"})


def no_rows_where(what: str, failing: sa.ColumnElement[bool], failures: int, engine: sa.Engine) -> Expected:
    """That no row of the table meets a condition on its own columns: GX counts all of these in one scan."""
    return Expected(what, "expect_no_rows_where", failures, {"condition": _escaped(failing, engine)})


def confirm(expected: Sequence[Expected], engine: sa.Engine, table: str, schema: str | None) -> None:
    """Lets GX validate the table once against all expectations. Raises BrokenExpectation unless all counts agree."""
    if not expected:
        return
    validator = _validator(engine, table, schema)
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    configurations = [
        ExpectationConfiguration(type=one.type, kwargs=dict(one.arguments), meta={"number": i})
        for i, one in enumerate(expected)
    ]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            results = validator.graph_validate(
                configurations=configurations,
                runtime_configuration={"result_format": {"result_format": "BASIC", "partial_unexpected_count": 0}},
            )
    finally:
        with validator.execution_engine.get_connection() as connection:
            connection.close()  # GX keeps one open on SQLite
    _require_agreement(expected, results)


def _validator(engine: sa.Engine, table: str, schema: str | None) -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from great_expectations.core.batch import Batch
        from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData
        from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
        from great_expectations.validator.validator import Validator

        import validators.gx_expectations  # noqa: F401  registers ours

        execution = SqlAlchemyExecutionEngine(engine=engine)
        rows = SqlAlchemyBatchData(execution_engine=execution, table_name=table, schema_name=schema)
        validator = Validator(execution_engine=execution, batches=[Batch(data=cast(Any, rows))])
    validator.metrics_calculator.show_progress_bars = False
    return validator


def _require_agreement(expected: Sequence[Expected], results: Sequence[Any]) -> None:
    problems = []
    answered = {result.expectation_config.meta["number"]: result for result in results}
    for number, one in enumerate(expected):
        result = answered.get(number)
        if result is None or (result.exception_info or {}).get("raised_exception", True):
            problems.append(f"{one.what}: no answer")
            continue
        counted = _counted(result.result)
        if counted != one.failures or result.success != (one.failures == 0):
            problems.append(f"{one.what}: {one.failures} found, Great Expectations counts {counted}")
    if problems:
        raise BrokenExpectation("; ".join(problems))


def _counted(result: Mapping[str, Any]) -> int | None:
    """Failing rows in GX's answer; of an empty table it says None."""
    counted = result.get("unexpected_count", result.get("observed_value"))
    return 0 if counted is None and result.get("element_count") == 0 else counted


def compiled_once(condition: sa.ColumnElement[bool], engine: sa.Engine) -> sa.ColumnElement[bool]:
    """The condition as finished SQL text with its values in it: whatever uses it again has nothing to compile.

    It has no type: SQLAlchemy would write `(…) = 1` on SQLite, which then evaluates all of an AND before it compares.
    """
    return cast(sa.ColumnElement[bool], sa.literal_column(f"({_text(condition, engine)})"))


def _text(element: sa.ClauseElement, engine: sa.Engine) -> str:
    """SQL with its values in it. Named parameters: pyformat would double each %, and what takes the text does too."""
    dialect = cast(Any, type(engine.dialect))(paramstyle="named")
    return str(element.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _escaped(element: sa.ClauseElement, engine: sa.Engine) -> str:
    """SQL that passes unharmed through SQLAlchemy's text()."""
    return _text(element, engine).replace(":", "\\:")
