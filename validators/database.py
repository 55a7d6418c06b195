"""A layout's demands and business rules on the loaded database, confirmed by Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from mappings.layout import CodeList, Group
from mappings.rule import Rule
from validators.checked import Checked, CheckSettings, gather
from validators.expectations import confirm
from validators.layout_sql import check_layout_sql
from validators.rule_sql import check_rules_sql
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

    Raises BrokenExpectation when Great Expectations cannot answer or counts otherwise, LookupError without the table.
    """
    database = Database(engine, schema)
    if not database.has(group):
        raise LookupError(f"no table {group.sql_name}")
    outcomes, expected = check_layout_sql(group, code_lists, database, settings)
    own = [rule for rule in rules if (rule.area, rule.table) == (group.area, group.id)]
    by_rules, confirmations = check_rules_sql(own, group, database, settings)
    confirm([*expected, *confirmations], engine, group.sql_name, schema)
    return gather(group, [*outcomes, *by_rules])
