"""A layout's demands and business rules on the loaded database, counted by Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from mappings.layout import CodeList, Group
from mappings.rule import Rule
from validators.checked import Checked, CheckSettings, gather
from validators.expectations import count
from validators.layout_sql import LayoutQuestions
from validators.rule_sql import rule_questions
from validators.tables import Database


def check_database(
    group: Group,
    code_lists: Mapping[str, CodeList],
    rules: Sequence[Rule],
    engine: sa.Engine,
    settings: CheckSettings,
    schema: str | None = None,
) -> Checked:
    """Findings of a loaded table, as `check_frames` gives them from its frame (record_id is NULL).

    Raises BrokenExpectation when Great Expectations cannot answer or counts other than is listed; LookupError without
    the table.
    """
    database = Database(engine, schema)
    if not database.has(group):
        raise LookupError(f"no table {group.sql_name}")
    own = [rule for rule in rules if (rule.area, rule.table) == (group.area, group.id)]
    layout = LayoutQuestions(group, code_lists, database, settings)
    business = rule_questions(own, group, database, settings)
    of_layout = len(layout.asked)
    counted = count([*layout.asked, *business.asked], engine, group.sql_name, schema)
    outcomes = [*layout.outcomes(counted[:of_layout]), *business.outcomes(counted[of_layout:])]
    return gather(group, outcomes)
