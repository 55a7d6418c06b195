"""Which names a condition may use at its place, and what is wrong when it uses others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from mappings.area import Area
from mappings.errors import Fault, did_you_mean
from mappings.expression import FUNCTIONS, Call, Expression, Literal
from mappings.trees import aliases, calls, is_aggregate, names, outside_aggregates

Problem = tuple[str, str]  # what is wrong, what to do


@dataclass(frozen=True, slots=True)
class Known:
    """What definitions are judged against; None means that names of this kind are not judged."""

    areas: Mapping[str, Area]
    transforms: Collection[str]
    secret: Collection[str] | None = None  # items that are 個人番号
    parameters: Collection[str] | None = None  # dated parameters
    elsewhere: Collection[str] | None = None  # areas that exist but are not among `areas`

    def has_area(self, area: str) -> bool:
        return area in self.areas or self.elsewhere is None or area in self.elsewhere


@dataclass(frozen=True, slots=True)
class Scope:
    """Columns (or items) at hand, those of each look-up by alias (None: not known), names of dated parameters."""

    columns: Collection[str]
    lookups: Mapping[str, Collection[str] | None] = field(default_factory=dict)
    parameters: Collection[str] | None = None

    def faults(self, file: str, place: str, tree: Expression | None, allowed: Collection[str] = ()) -> Iterator[Fault]:
        """Everything wrong with a condition; `allowed`: 'aggregate', 'window' where those may stand."""
        for problem, advice in self._problems(tree, allowed) if tree is not None else ():
            yield Fault(file, place, problem, advice)

    def name_faults(self, file: str, place: str, *texts: str) -> Iterator[Fault]:
        """What is wrong with names written `column` or `alias.column` outside a condition."""
        for text in texts:
            if problem := self._name_problem(text):
                yield Fault(file, place, *problem)

    def _name_problem(self, text: str) -> Problem | None:
        alias, dot, name = text.partition(".")
        if text in self.columns or not dot:
            return self._unknown("", text)
        return self._unknown(alias, name)

    def _problems(self, tree: Expression, allowed: Collection[str]) -> Iterator[Problem]:
        for name in sorted(names(tree), key=lambda one: (one.alias, one.name)):
            if problem := self._unknown(name.alias, name.name):
                yield problem
        for alias in sorted(aliases(tree) - {name.alias for name in names(tree)}):
            if alias not in self.lookups:
                yield f"参照の別名「{alias}」がありません", did_you_mean(alias, self.lookups)
        for call in calls(tree):
            yield from self._call_problems(call, allowed)

    def _unknown(self, alias: str, name: str) -> Problem | None:
        if alias and alias not in self.lookups:
            return f"参照の別名「{alias}」がありません", did_you_mean(alias, self.lookups)
        known = self.lookups[alias] if alias else self.columns
        if known is None or name in known:
            return None
        shown = f"{alias}.{name}" if alias else name
        return f"「{shown}」という項目はありません", did_you_mean(name, known)

    def _call_problems(self, call: Call, allowed: Collection[str]) -> Iterator[Problem]:
        function = FUNCTIONS[call.function]
        if function.aggregate and "aggregate" not in allowed:
            yield f"集計 {function.name} はここでは使えません", "集計は by のある規則の check と合計の value に書きます"
        if function.window and "window" not in allowed:
            yield f"{function.name} はここでは使えません", "order のある規則の check に書きます"
        if function.aggregate and any(is_aggregate(argument) for argument in call.arguments):
            yield f"集計 {function.name} の中に集計があります", "集計は1段にしてください"
        if function.name == "parameter":
            first = call.arguments[0]
            name = first.value if isinstance(first, Literal) else None
            if self.parameters is not None and name not in self.parameters:
                known = did_you_mean(str(name), self.parameters)
                yield f"年度別の値「{name}」が shared/parameters.csv にありません", known


def ungrouped(tree: Expression, by: Collection[str], told: Collection[str] = ()) -> list[str]:
    """Names outside aggregates that are not in `by`: a group of rows may have several values of them.

    `told`: aliases of look-ups joined on `by` items only, which have one value per group.
    """
    free = [name for name in outside_aggregates(tree) if name.alias not in told]
    return sorted({f"{name.alias}.{name.name}" if name.alias else name.name for name in free} - set(by))
