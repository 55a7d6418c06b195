"""Business rules on loaded tables: our queries list every failing row, Great Expectations confirms their number.

Rules that look at each row by itself share a scan of the table; every other rule has a query of its own. Each check is
computed once to count, and once more only where something fails, to list it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import sqlalchemy as sa

from mappings.layout import Group
from mappings.rule import Rule
from validators.checked import CheckSettings, RuleOutcome, read_rule, without_missing
from validators.expectations import Expected, no_rows, no_rows_where
from validators.polars_expression import column_name
from validators.rule_frames import rule_findings, rule_outcome
from validators.rule_queries import CHECK, RuleQuery
from validators.tables import Database, failing

RULES_AT_ONCE = 12  # SQLite takes some 32,000 values in a query
_FAILED = 1 << 32  # a sum of these counts failures and, below, what was examined


def check_rules_sql(
    rules: Sequence[Rule], group: Group, database: Database, settings: CheckSettings
) -> tuple[list[RuleOutcome], list[Expected]]:
    """Each rule over all rows (or groups) of its table; outcomes in the order of the rules."""
    outcomes: dict[int, RuleOutcome] = {}
    queries: dict[int, RuleQuery] = {}
    table = database.table(group)
    for number, rule in enumerate(rules):
        query = _query(rule, group, table, database, settings)
        if isinstance(query, str):
            outcomes[number] = rule_outcome(rule, settings, note=query)
        else:
            queries[number] = query
    expected: dict[int, Expected] = {}
    by_row = [number for number, query in queries.items() if query.by_row]
    parts = [by_row[start : start + RULES_AT_ONCE] for start in range(0, len(by_row), RULES_AT_ONCE)]
    for part in parts + [[number] for number, query in queries.items() if not query.by_row]:
        answers = _check([queries[number] for number in part], database)
        for number, (seen, rows) in zip(part, answers, strict=True):
            outcomes[number] = _outcome(queries[number], seen, rows)
            expected[number] = _expected(queries[number], rows.height)
    return [outcomes[number] for number in sorted(outcomes)], [expected[number] for number in sorted(expected)]


def check_rule_sql(
    rule: Rule, group: Group, database: Database, settings: CheckSettings
) -> tuple[RuleOutcome, Expected | None]:
    """One rule by itself."""
    outcomes, expected = check_rules_sql([rule], group, database, settings)
    return outcomes[0], expected[0] if expected else None


def _query(
    rule: Rule, group: Group, table: sa.FromClause, database: Database, settings: CheckSettings
) -> RuleQuery | str:
    """How to ask for the rule, or why it cannot be checked."""

    def has(area: str, name: str) -> bool:
        there = settings.groups(area, name)
        return there is not None and database.has(there)

    reading = read_rule(without_missing(rule, has), group, settings.groups)
    if isinstance(reading, str):
        return reading
    missing = [one for one in reading.groups.values() if not database.has(one)]
    if missing:
        return f"{missing[0].area}.{missing[0].id} のデータがないため、検査していません。"
    return RuleQuery(reading, database, settings, table)


def _check(queries: Sequence[RuleQuery], database: Database) -> list[tuple[int, pl.DataFrame]]:
    """What was examined and the failing rows, of rules by row or of one other rule."""
    if queries[0].by_row:
        sums = [sa.func.sum(sa.case((query.where, _counted(query.check)))) for query in queries]
        counted = database.counts(sa.select(*sums).select_from(queries[0].table))
    else:
        examined = queries[0].examined.subquery("examined")
        counted = database.counts(sa.select(sa.func.sum(_counted(examined.c[CHECK]))))
    failures = {i: total // _FAILED for i, total in enumerate(counted) if total >= _FAILED}
    found = _failing_rows([queries[i] for i in failures], database) if failures else []
    rows = dict(zip(failures, found, strict=True))
    return [(total % _FAILED, rows.get(i, _no_rows(queries[i]))) for i, total in enumerate(counted)]


def _counted(check: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """1 for what was examined (NULL is not), with a failure besides when it failed."""
    passed, failed = (sa.literal(number, sa.BigInteger()) for number in (1, _FAILED + 1))
    return sa.case((sa.true(), passed), (sa.false(), failed), value=check)


def _failing_rows(queries: Sequence[RuleQuery], database: Database) -> list[pl.DataFrame]:
    if not queries[0].by_row:
        examined = queries[0].examined.subquery("examined")
        columns = [examined.c[f"c{i}"] for i in range(len(queries[0].names))]
        query = sa.select(*columns, sa.literal(1)).where(failing(examined.c[CHECK]))
        return [database.frame(query, {**_schema(queries[0]), "?": pl.Int8()}).drop("?")]
    shown = {column_name(name): query.shown(name) for query in queries for name in query.names}
    flags = [sa.case((query.fails, 1), else_=0) for query in queries]
    schema = {name: pl.String() for name in shown} | {f"?{i}": pl.Int8() for i in range(len(queries))}
    anything = sa.or_(*(query.fails for query in queries))
    rows = database.frame(sa.select(*shown.values(), *flags).select_from(queries[0].table).where(anything), schema)
    return [rows.filter(pl.col(f"?{i}") == 1).select(*_schema(query)) for i, query in enumerate(queries)]


def _schema(query: RuleQuery) -> Mapping[str, pl.DataType]:
    return {column_name(name): pl.String() for name in query.names}


def _no_rows(query: RuleQuery) -> pl.DataFrame:
    return pl.DataFrame(schema=dict(_schema(query)))


def _outcome(query: RuleQuery, seen: int, rows: pl.DataFrame) -> RuleOutcome:
    found = rule_findings(query.reading, rows.with_columns(record_id=pl.lit(None, pl.Int64)), query.settings)
    return rule_outcome(query.reading.rule, query.settings, seen, rows.height, found)


def _expected(query: RuleQuery, failures: int) -> Expected:
    engine = query.database.engine
    what = f"{query.reading.groups[''].sql_name} {query.reading.rule.id}"
    if query.by_row:
        return no_rows_where(what, query.fails, failures, engine)
    examined = query.examined.subquery("examined")
    failed = sa.select(sa.literal(1)).select_from(examined).where(failing(examined.c[CHECK]))
    return no_rows(what, failed, failures, engine)
