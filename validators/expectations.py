"""Great Expectations counts what fails on a loaded table; the failing rows are listed by our own queries.

GX names at most 200 failing rows, so it is asked for numbers only; where one is not 0, our query must list as many.
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

from validators.sql_text import sql_text

FAILED = 1 << 32  # a sum of FAILED + 1 for failures and 1 for what passed tells both numbers


@dataclass(frozen=True, slots=True)
class Asked:
    """One expectation, as GX knows it."""

    what: str  # rule and item, for the exception
    type: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counted:
    """GX's answer. `seen`: what was examined, where our own expectations asked; GX's own do not say."""

    failures: int
    seen: int = 0


class BrokenExpectation(RuntimeError):
    """Great Expectations could not answer, or counted otherwise than we listed: nothing may be concluded."""


def by_row(what: str, number: sa.ColumnElement[int], engine: sa.Engine) -> Asked:
    """A number for each row of the table (see FAILED): GX sums all of these in one scan."""
    return Asked(what, "expect_no_failing_rows", {"number": _escaped(number, engine)})


def by_query(what: str, total: sa.Select[Any], engine: sa.Engine) -> Asked:
    """The sum of such numbers by a query of its own."""
    return Asked(what, "expect_no_failures_in_query", {"query": _escaped(total, engine)})


def count(asked: Sequence[Asked], engine: sa.Engine, table: str, schema: str | None) -> list[Counted]:
    """Lets GX validate the table once. Raises BrokenExpectation when it does not answer every question."""
    if not asked:
        return []
    validator = _validator(engine, table, schema)
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    configurations = [
        ExpectationConfiguration(type=one.type, kwargs=dict(one.arguments), meta={"number": i})
        for i, one in enumerate(asked)
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
    return _answers(asked, results)


def count_directly(asked: Asked, engine: sa.Engine, table: str) -> Counted:
    """One of our own questions without GX, for who tries a single rule."""
    query = asked.arguments.get("query") or f'SELECT sum({asked.arguments["number"]}) FROM "{table}"'
    with engine.connect() as connection:
        return counted(connection.execute(sa.text(query)).scalar())


def counted(total: int | None) -> Counted:
    """Of a sum (NULL: of nothing)."""
    failures, seen = divmod(int(total or 0), FAILED)
    return Counted(failures, seen)


def require_all_listed(what: str, listed: int, failures: int) -> None:
    """Raises BrokenExpectation unless our own query found what GX counted."""
    if listed != failures:
        raise BrokenExpectation(f"{what}: {listed} found, Great Expectations counts {failures}")


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


def _answers(asked: Sequence[Asked], results: Sequence[Any]) -> list[Counted]:
    answered = {result.expectation_config.meta["number"]: result for result in results}
    answers = [_answer(answered.get(number)) for number in range(len(asked))]
    broken = [
        f"{one.what}: no answer ({getattr(answered.get(number), 'exception_info', '')})"
        for number, one in enumerate(asked)
        if answers[number] is None
    ]
    if broken:
        raise BrokenExpectation("; ".join(broken))
    return [answer for answer in answers if answer is not None]


def _answer(result: Any) -> Counted | None:
    """None: no answer, or one that contradicts itself. Of an empty table GX's own count is None."""
    if result is None or (result.exception_info or {}).get("raised_exception", True):
        return None
    said = result.result
    if "observed_value" in said:
        answer = counted(said["observed_value"])
    elif said.get("unexpected_count") is None and said.get("element_count") != 0:
        return None
    else:
        answer = Counted(int(said.get("unexpected_count") or 0))
    return answer if result.success == (answer.failures == 0) else None


def _escaped(element: sa.ClauseElement, engine: sa.Engine) -> str:
    """SQL that passes unharmed through SQLAlchemy's text()."""
    return sql_text(element, engine.dialect.name).replace(":", "\\:")
