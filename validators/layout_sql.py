"""LAY-01 … LAY-06 on a loaded table: Great Expectations counts the failures, our own queries list the failing rows.

LAY-04 and -05 are GX's own expectations; LAY-01, -02 and -03 are conditions of our own: GX takes its time to plan an
expectation, and its regex expectation calls Python per cell on SQLite (18 million times for 300,000 × 60).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl
import sqlalchemy as sa

from mappings.layout import CodeList, Group, Item
from validators.cell_sql import failing_cell
from validators.checked import NO_FINDINGS, CheckSettings, RuleOutcome
from validators.expectations import FAILED, Asked, Counted, by_query, by_row, require_all_listed
from validators.layout import LayoutKind, LayoutRule, layout_rules
from validators.layout_frames import cell_findings, cell_outcomes, layout_outcome
from validators.shown import shown_key
from validators.sql_expression import column_type
from validators.tables import Database

ITEMS_AT_ONCE = 60
_CELLS = {"column": pl.String, "check": pl.String, "index": pl.Int64}


@dataclass(frozen=True, slots=True)
class _Question:
    rules: tuple[LayoutRule, ...]  # failing rows are counted once, whichever of these they fail
    asked: Asked
    portion: int = -1  # which cells are listed together; -1: no question about single cells


@dataclass(frozen=True)
class LayoutQuestions:
    """What a layout demands of a loaded table: asked of GX, then told from the numbers that came back."""

    group: Group
    code_lists: Mapping[str, CodeList]
    database: Database
    settings: CheckSettings

    @property
    def asked(self) -> list[Asked]:
        return [question.asked for question in self._questions]

    def outcomes(self, counted: Sequence[Counted]) -> list[RuleOutcome]:
        """One outcome per layout rule and item. Raises BrokenExpectation when other rows are listed than counted."""
        answers = list(zip(self._questions, (one.failures for one in counted), strict=True))
        portions = sorted({question.portion for question, failures in answers if failures and question.portion >= 0})
        failing = [[one for one in answers if one[0].portion == portion and one[1]] for portion in portions]
        found = pl.concat([_no_cells(self.group, self.settings), *(self._failing_cells(some) for some in failing)])
        filled = self._filled
        outcomes = cell_outcomes(self._cells, found, filled, filled[""], self.settings)
        whole = {question.rules[0]: failures for question, failures in answers if question.portion < 0}
        for rule in self._rules:
            if rule.kind is LayoutKind.REFERENCE:
                outcomes.append(self._reference(rule, whole.get(rule)))
            elif not rule.item:
                outcomes.append(self._unique(rule, whole[rule]))
        return outcomes

    @cached_property
    def _rules(self) -> list[LayoutRule]:
        return layout_rules(self.group, self.code_lists)

    @cached_property
    def _cells(self) -> list[LayoutRule]:
        return [rule for rule in self._rules if rule.kind is not LayoutKind.REFERENCE and rule.item]

    @cached_property
    def _table(self) -> sa.FromClause:
        return self.database.table(self.group)

    @cached_property
    def _questions(self) -> list[_Question]:
        questions = [
            question for number, some in enumerate(_portions(self._cells)) for question in self._of_cells(number, some)
        ]
        for rule in self._rules:
            if rule.kind is LayoutKind.REFERENCE and self._target(rule) is not None:
                total = sa.select(sa.func.sum(sa.case((self._orphaned(rule), FAILED), else_=0)))
                query = total.select_from(self._table)
                questions.append(_Question((rule,), by_query(self._what(rule), query, self.database.engine)))
            elif rule.kind is LayoutKind.KEY and not rule.item:
                questions.append(_Question((rule,), self._alike(rule)))
        return questions

    def _of_cells(self, portion: int, rules: Sequence[LayoutRule]) -> Iterator[_Question]:
        by_id: dict[str, list[LayoutRule]] = {}
        for rule in rules:
            if rule.kind is LayoutKind.CODE:
                item = self.group.item(rule.item)
                known = {"column": item.romaji, "value_set": _stored(rule.choices, item, self.database)}
                yield _Question((rule,), Asked(self._what(rule), "expect_column_values_to_be_in_set", known), portion)
            else:
                by_id.setdefault(rule.id, []).append(rule)
        for rule_id, some in by_id.items():
            number = sa.case((sa.or_(*(self._fails(rule) for rule in some)), FAILED), else_=0)
            asked = by_row(f"{self.group.sql_name} {rule_id}", number, self.database.engine)
            yield _Question(tuple(some), asked, portion)

    def _failing_cells(self, failing: Sequence[tuple[_Question, int]]) -> pl.DataFrame:
        """The cells that some questions of one portion are about, by one query."""
        rules = [rule for question, _ in failing for rule in question.rules]
        conditions = [self._fails(rule) for rule in rules]
        names = list(dict.fromkeys([*self.group.key, *(rule.item for rule in rules)]))
        flags = [sa.case((condition, 1), else_=0) for condition in conditions]
        query = sa.select(*self._texts(names), *flags).select_from(self._table).where(sa.or_(*conditions))
        schema = {name: pl.String() for name in names} | {f"?{i}": pl.Int8() for i in range(len(rules))}
        rows = self.database.frame(query, schema).with_columns(record_id=pl.lit(None, pl.Int64))
        where = {rule: rows[f"?{i}"].eq(1).arg_true().cast(pl.Int64) for i, rule in enumerate(rules)}
        for question, failures in failing:
            listed = pl.concat([where[rule] for rule in question.rules]).n_unique()
            require_all_listed(question.asked.what, listed, failures)
        cells = [
            pl.DataFrame({"column": [rule.item] * len(at), "check": [rule.id] * len(at), "index": at}, schema=_CELLS)
            for rule, at in where.items()
        ]
        return cell_findings(pl.concat(cells), rows, self.group, self.settings)

    def _fails(self, rule: LayoutRule) -> sa.ColumnElement[bool]:
        return failing_cell(rule, self.group.item(rule.item), self.database)

    def _what(self, rule: LayoutRule) -> str:
        return f"{self.group.sql_name} {rule.id} {rule.item}".rstrip()

    def _texts(self, names: Sequence[str]) -> list[sa.ColumnElement[Any]]:
        return [self.database.text(self._table, self.group.item(name)) for name in names]

    @cached_property
    def _filled(self) -> Mapping[str, int]:
        """How many values each item has; '': the number of rows; '?': of whole keys."""
        columns = [sa.func.count(self._table.c[item.romaji]) for item in self.group.items]
        keys = sa.func.count(sa.case((self._whole_key, 1)))
        query = sa.select(sa.func.count(), keys, *columns).select_from(self._table)
        return dict(zip(["", "?", *(item.name for item in self.group.items)], self.database.counts(query), strict=True))

    @property
    def _whole_key(self) -> sa.ColumnElement[bool]:
        key = [self._table.c[self.group.item(name).romaji].is_not(None) for name in self.group.key]
        return sa.and_(sa.true(), *key)

    def _alike(self, rule: LayoutRule) -> Asked:
        columns = [self.group.item(name).romaji for name in self.group.key]
        if len(columns) == 1:
            return Asked(self._what(rule), "expect_column_values_to_be_unique", {"column": columns[0]})
        arguments = {"column_list": columns, "ignore_row_if": "any_value_is_missing"}
        return Asked(self._what(rule), "expect_compound_columns_to_be_unique", arguments)

    def _unique(self, rule: LayoutRule, failures: int) -> RuleOutcome:
        found = NO_FINDINGS
        if failures:
            texts, many = self._texts(self.group.key), sa.func.count()
            query = sa.select(*texts, many).where(self._whole_key).group_by(*texts).having(many > 1)
            rows = self.database.frame(query, {name: pl.String() for name in self.group.key} | {"?rows": pl.Int64()})
            require_all_listed(self._what(rule), int(rows["?rows"].sum()), failures)
            shown = shown_key(self.group, self.settings)
            found = rows.select(
                shown.alias("key"),
                pl.lit("").alias("item"),
                shown.alias("value"),
                pl.lit(rule.message).alias("message"),
                pl.lit(None, pl.Int64).alias("record_id"),
            )
        return layout_outcome(rule, self._filled["?"], found, self.settings, failures=failures)

    def _target(self, rule: LayoutRule) -> Group | None:
        target = self.settings.groups(*rule.target[:2])
        return target if target is not None and self.database.has(target) else None

    def _orphaned(self, rule: LayoutRule) -> sa.ColumnElement[bool]:
        target = self._target(rule)
        assert target is not None
        there = self.database.table(target, "there")
        here = self.database.column(self._table, self.group.item(rule.item))
        known = self.database.column(there, target.item(rule.target[2]))
        values: list[Any] = [here.element, known.element]
        if type(here.element.type) is not type(known.element.type):
            values = [self.database.text(self._table, here.item), self.database.text(there, known.item)]
        found = sa.exists(sa.literal(1)).where(values[0] == values[1]).correlate(self._table)
        return sa.and_(here.element.is_not(None), ~found)

    def _reference(self, rule: LayoutRule, failures: int | None) -> RuleOutcome:
        """`failures` None: there is nothing to refer to."""
        if failures is None:
            area, name, _ = rule.target
            note = f"参照先の {area}.{name} がこの移行に含まれていないため、{rule.item} を検査していません。"
            return layout_outcome(rule, 0, NO_FINDINGS, self.settings, note)
        found = NO_FINDINGS
        if failures:
            names = list(dict.fromkeys([*self.group.key, rule.item]))
            query = sa.select(*self._texts(names)).select_from(self._table).where(self._orphaned(rule))
            rows = self.database.frame(query, {name: pl.String() for name in names})
            require_all_listed(self._what(rule), rows.height, failures)
            cells = pl.DataFrame({"index": range(rows.height)}, schema={"index": pl.Int64}).with_columns(
                column=pl.lit(rule.item), check=pl.lit(rule.id)
            )
            rows = rows.with_columns(record_id=pl.lit(None, pl.Int64))
            found = cell_findings(cells, rows, self.group, self.settings).with_columns(message=pl.lit(rule.message))
        return layout_outcome(rule, self._filled[rule.item], found, self.settings)


def _portions(rules: Sequence[LayoutRule]) -> Iterator[list[LayoutRule]]:
    items = list(dict.fromkeys(rule.item for rule in rules))
    for start in range(0, len(items), ITEMS_AT_ONCE):
        some = set(items[start : start + ITEMS_AT_ONCE])
        yield [rule for rule in rules if rule.item in some]


def _no_cells(group: Group, settings: CheckSettings) -> pl.DataFrame:
    return cell_findings(pl.DataFrame(schema=_CELLS), pl.DataFrame(), group, settings)


def _stored(choices: Sequence[str], item: Item, database: Database) -> list[str] | list[int]:
    """Code values as the column holds them; a number column can hold no 01."""
    if isinstance(column_type(item, database.dialect), sa.Text):
        return list(choices)
    return [int(choice) for choice in choices if choice.isascii() and choice.isdigit() and str(int(choice)) == choice]
