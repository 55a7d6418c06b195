"""Indexes on the loaded tables for what rules and references look up, so that none takes the square of a table's rows.

SQLite joins in nested loops and takes the first index that fits at all: the key of a table that begins with a fiscal
year is then read whole for every row. PostgreSQL plans by statistics, which a table just loaded does not have yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from mappings.layout import Group
from mappings.rule import Rule
from validators.layout import referred_item

Looked = tuple[tuple[str, str], tuple[str, ...]]  # (area, group) and the items by which it is looked up


def index_lookups(rules: Iterable[Rule], groups: Mapping[tuple[str, str], Group], engine: sa.Engine) -> None:
    """Makes each index that is missing; tables that were not loaded have none. `groups`: those of the whole run."""
    there = set(sa.inspect(engine).get_table_names())
    with engine.begin() as connection:
        for unit, items in sorted(_looked_up(rules) | _referred(groups.values())):
            group = groups.get(unit)
            if group is not None and group.sql_name in there and not _leads_key(group, items):
                _index(group, items).create(connection, checkfirst=True)
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("ANALYZE"))


def _looked_up(rules: Iterable[Rule]) -> set[Looked]:
    return {
        ((lookup.area or rule.area, lookup.table), tuple(dict.fromkeys(there for _, there in lookup.on)))
        for rule in rules
        for lookup in rule.lookups
    }


def _referred(groups: Iterable[Group]) -> set[Looked]:
    targets = (referred_item(group, item) for group in groups for item in group.items)
    return {((area, group), (item,)) for area, group, item in (target for target in targets if target)}


def _leads_key(group: Group, items: tuple[str, ...]) -> bool:
    return set(group.key[: len(items)]) == set(items)


def _index(group: Group, items: tuple[str, ...]) -> sa.Index:
    romaji = {item.name: item.romaji for item in group.items}
    columns: list[sa.Column[str]] = [sa.Column(romaji[name]) for name in items]
    table = sa.Table(group.sql_name, sa.MetaData(), *columns)
    mark = hashlib.sha256("|".join((group.sql_name, *items)).encode()).hexdigest()[:8]
    return sa.Index(f"ikou_{group.sql_name[:40]}_{mark}", *table.columns)
