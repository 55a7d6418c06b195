"""Business rules on loaded tables: Great Expectations counts, our own queries list the failing rows if there are any.

Rules that look at each row by itself share a scan of the table; every other rule has a query of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import sqlalchemy as sa

from mappings.layout import Group
from mappings.rule import Rule
from validators.checked import CheckSettings, RuleOutcome, read_rule, without_missing
from validators.expectations import Asked, Counted, count_directly, require_all_listed
from validators.polars_expression import column_name
from validators.rule_frames import rule_findings, rule_outcome
from validators.rule_queries import CHECK, RuleQuery
from validators.tables import Database, failing

RULES_AT_ONCE = 12  # SQLite takes some 32,000 values in a query


@dataclass(frozen=True, slots=True)
class RuleQuestions:
    """The rules of one table: asked of GX, then told from the numbers that came back."""

    read: Sequence[RuleQuery | RuleOutcome]  # in the order of the rules; an outcome: why it cannot be asked

    @property
    def asked(self) -> list[Asked]:
        return [one.asked for one in self.read if isinstance(one, RuleQuery)]

    def outcomes(self, counted: Sequence[Counted]) -> list[RuleOutcome]:
        """In the order of the rules. Raises BrokenExpectation when other rows are listed than counted."""
        answers = iter(counted)
        numbers = [next(answers) if isinstance(one, RuleQuery) else Counted(0) for one in self.read]
        failing = {i: one for i, one in enumerate(self.read) if isinstance(one, RuleQuery) and numbers[i].failures}
        rows = _failing_rows(failing)
        return [
            one if isinstance(one, RuleOutcome) else _outcome(one, numbers[i], rows.get(i, _no_rows(one)))
            for i, one in enumerate(self.read)
        ]


def rule_questions(rules: Sequence[Rule], group: Group, database: Database, settings: CheckSettings) -> RuleQuestions:
    """What the rules of one table ask of it and of the tables they look up."""
    table = database.table(group)
    return RuleQuestions([_query(rule, group, table, database, settings) for rule in rules])


def check_rule_sql(rule: Rule, group: Group, database: Database, settings: CheckSettings) -> RuleOutcome:
    """One rule by itself, counted without GX."""
    questions = rule_questions([rule], group, database, settings)
    counted = [count_directly(asked, database.engine, group.sql_name) for asked in questions.asked]
    return questions.outcomes(counted)[0]


def _query(
    rule: Rule, group: Group, table: sa.FromClause, database: Database, settings: CheckSettings
) -> RuleQuery | RuleOutcome:
    """How to ask for the rule, or that it cannot be checked and why."""

    def has(area: str, name: str) -> bool:
        there = settings.groups(area, name)
        return there is not None and database.has(there)

    reading = read_rule(without_missing(rule, has), group, settings.groups)
    if isinstance(reading, str):
        return rule_outcome(rule, settings, note=reading)
    missing = [one for one in reading.groups.values() if not database.has(one)]
    if missing:
        note = f"{missing[0].area}.{missing[0].id} のデータがないため、検査していません。"
        return rule_outcome(rule, settings, note=note)
    return RuleQuery(reading, database, settings, table)


def _failing_rows(queries: Mapping[int, RuleQuery]) -> Mapping[int, pl.DataFrame]:
    """What each rule found, by its number."""
    by_row = [number for number, query in queries.items() if query.by_row]
    parts = [by_row[start : start + RULES_AT_ONCE] for start in range(0, len(by_row), RULES_AT_ONCE)]
    found = {number: _failing_of_query(query) for number, query in queries.items() if not query.by_row}
    for part in parts:
        found |= zip(part, _failing_by_row([queries[number] for number in part]), strict=True)
    return found


def _failing_of_query(query: RuleQuery) -> pl.DataFrame:
    examined = query.examined.subquery("examined")
    columns = [examined.c[f"c{i}"] for i in range(len(query.names))]
    listing = sa.select(*columns, sa.literal(1)).where(failing(examined.c[CHECK]))
    return query.database.frame(listing, {**_schema(query), "?": pl.Int8()}).drop("?")


def _failing_by_row(queries: Sequence[RuleQuery]) -> list[pl.DataFrame]:
    shown = {column_name(name): query.shown(name) for query in queries for name in query.names}
    flags = [sa.case((query.fails, 1), else_=0) for query in queries]
    schema = {name: pl.String() for name in shown} | {f"?{i}": pl.Int8() for i in range(len(queries))}
    anything = sa.or_(*(query.fails for query in queries))
    listing = sa.select(*shown.values(), *flags).select_from(queries[0].table).where(anything)
    rows = queries[0].database.frame(listing, schema)
    return [rows.filter(pl.col(f"?{i}") == 1).select(*_schema(query)) for i, query in enumerate(queries)]


def _schema(query: RuleQuery) -> Mapping[str, pl.DataType]:
    return {column_name(name): pl.String() for name in query.names}


def _no_rows(query: RuleQuery) -> pl.DataFrame:
    return pl.DataFrame(schema=dict(_schema(query)))


def _outcome(query: RuleQuery, counted: Counted, rows: pl.DataFrame) -> RuleOutcome:
    require_all_listed(query.asked.what, rows.height, counted.failures)
    found = rule_findings(query.reading, rows.with_columns(record_id=pl.lit(None, pl.Int64)), query.settings)
    return rule_outcome(query.reading.rule, query.settings, counted.seen, rows.height, found)
