"""Our own expectations for Great Expectations, registered with it by importing this module (which takes seconds).

Both let GX count rows, and nothing else: its own UnexpectedRowsExpectation runs every query twice to show some rows.
"""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_partial
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider


class RowsWhere(TableMetricProvider):  # type: ignore[misc, unused-ignore]
    """How many rows meet a condition (SQL text); all such counts of a table travel in one query."""

    metric_name = "table.rows_where"
    value_keys = ("condition",)

    @metric_partial(
        engine=SqlAlchemyExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _sqlalchemy(
        cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Any, **_: Any
    ) -> tuple[Any, Any, Any]:
        meets = sa.text(metric_value_kwargs["condition"])
        return sa.func.count(sa.case((meets, 1))), metric_domain_kwargs, {}


class ExpectNoRowsWhere(BatchExpectation):
    """That no row of the table meets a condition (SQL text)."""

    condition: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.rows_where",)
    success_keys: ClassVar[tuple[str, ...]] = ("condition",)

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
        return _answer(metrics["table.rows_where"])


class ExpectNoRowsFrom(UnexpectedRowsExpectation):
    """That a query returns no row."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
        return _answer(metrics["unexpected_rows_query.row_count"])


def _answer(counted: int) -> dict[str, Any]:
    return {"success": counted == 0, "result": {"observed_value": counted}}
