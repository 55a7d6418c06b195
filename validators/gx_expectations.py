"""Our own expectations for Great Expectations, registered with it by importing this module (which takes seconds).

Both let GX sum a number that tells failures and what was examined (validators.expectations), and nothing else: its own
UnexpectedRowsExpectation runs every query twice to show some rows.
"""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_partial, metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from validators.expectations import counted


class SumOverRows(TableMetricProvider):  # type: ignore[misc, unused-ignore]
    """The sum of a number (SQL text) over the rows of the table; all such sums of a table travel in one query."""

    metric_name = "table.sum_over_rows"
    value_keys = ("number",)

    @metric_partial(
        engine=SqlAlchemyExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _sqlalchemy(
        cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Any, **_: Any
    ) -> tuple[Any, Any, Any]:
        return sa.func.sum(sa.text(metric_value_kwargs["number"])), metric_domain_kwargs, {}


class SumOfQuery(TableMetricProvider):  # type: ignore[misc, unused-ignore]
    """The one number a query (SQL text) returns."""

    metric_name = "table.sum_of_query"
    value_keys = ("query",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Any, **_: Any
    ) -> int | None:
        total: int | None = execution_engine.execute_query(sa.text(metric_value_kwargs["query"])).scalar()
        return total


class ExpectNoFailingRows(BatchExpectation):
    """That no row of the table has a number that says it fails."""

    number: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.sum_over_rows",)
    success_keys: ClassVar[tuple[str, ...]] = ("number",)

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
        return _answer(metrics["table.sum_over_rows"])


class ExpectNoFailuresInQuery(BatchExpectation):
    """That the sum a query returns tells of no failure."""

    query: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.sum_of_query",)
    success_keys: ClassVar[tuple[str, ...]] = ("query",)

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
        return _answer(metrics["table.sum_of_query"])


def _answer(total: int | None) -> dict[str, Any]:
    whole = int(total or 0)
    return {"success": counted(whole).failures == 0, "result": {"observed_value": whole}}
