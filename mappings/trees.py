"""What a tree of the condition language says: its text, and which items, look-ups and functions it uses."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from mappings.expression import (
    FUNCTIONS,
    And,
    Arithmetic,
    Call,
    Compare,
    Expression,
    In,
    IsEmpty,
    Literal,
    Name,
    Not,
    Or,
)
from mappings.tokens import is_plain_name

_LEVEL = {Or: 1, And: 2, Not: 3, Compare: 4, In: 4, IsEmpty: 4}


def show(tree: Expression) -> str:
    """The usual text of a tree, with brackets only where they are needed; `parse(show(tree)) == tree`."""
    return _show(tree, 0)


def names(tree: Expression) -> set[Name]:
    """Every item or column the tree reads. The alias inside exists(…) is not one: see `aliases`."""
    return {node for node in _columns(tree) if isinstance(node, Name)}


def aliases(tree: Expression) -> set[str]:
    """Every look-up the tree uses, in `alias.name` or exists(alias)."""
    used = {name.alias for name in names(tree) if name.alias}
    for call in calls(tree):
        if call.function == "exists":
            used |= {argument.name for argument in call.arguments if isinstance(argument, Name)}
    return used


def calls(tree: Expression) -> Iterator[Call]:
    """Every function call in the tree, outer ones first."""
    if isinstance(tree, Call):
        yield tree
    for child in _children(tree):
        yield from calls(child)


def is_aggregate(tree: Expression) -> bool:
    """Whether the tree looks at groups of rows (count, sum …) and therefore needs `by`."""
    return any(FUNCTIONS[call.function].aggregate for call in calls(tree))


def outside_aggregates(tree: Expression) -> set[Name]:
    """The names that are not inside an aggregate."""
    if isinstance(tree, Call) and FUNCTIONS[tree.function].aggregate:
        return set()
    if isinstance(tree, Name):
        return {tree}
    if isinstance(tree, Call) and tree.function == "exists":
        return set()
    return {name for child in _children(tree) for name in outside_aggregates(child)}


def without_aliases(tree: Expression, gone: Collection[str]) -> Expression:
    """The tree as it reads when those look-ups find nothing: their items are empty, exists(…) is false."""
    match tree:
        case Name(_, alias) if alias in gone:
            return Literal(None)
        case Call("exists", (Name(name, _),)):
            return Literal(False) if name in gone else tree
        case Call(_, arguments):
            return replace(tree, arguments=tuple(without_aliases(one, gone) for one in arguments))
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return replace(tree, left=without_aliases(left, gone), right=without_aliases(right, gone))
        case In(value, _, _) | IsEmpty(value, _) | Not(value):
            return replace(tree, value=without_aliases(value, gone))
        case And(parts) | Or(parts):
            return replace(tree, parts=tuple(without_aliases(part, gone) for part in parts))
        case _:
            return tree


def _children(tree: Expression) -> tuple[Expression, ...]:
    match tree:
        case Call(_, arguments):
            return arguments
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case In(value, _, _) | IsEmpty(value, _) | Not(value):
            return (value,)
        case And(parts) | Or(parts):
            return parts
        case _:
            return ()


def _columns(tree: Expression) -> Iterator[Expression]:
    yield tree
    if not (isinstance(tree, Call) and tree.function == "exists"):
        for child in _children(tree):
            yield from _columns(child)


def _level(tree: Expression) -> int:
    if isinstance(tree, Arithmetic):
        return 6 if tree.operator == "*" else 5
    return _LEVEL.get(type(tree), 7)


def _show(tree: Expression, outside: int) -> str:
    level = _level(tree)
    text = _shown(tree, level)
    return f"({text})" if level < outside else text


def _shown(tree: Expression, level: int) -> str:
    match tree:
        case Compare(operator, left, right):
            return f"{_show(left, 5)} {operator} {_show(right, 5)}"
        case Arithmetic(operator, left, right):
            return f"{_show(left, level)} {operator} {_show(right, level + 1)}"
        case In(value, choices, negated):
            listed = ", ".join(_show_literal(choice.value) for choice in choices)
            return f"{_show(value, 5)} {'not in' if negated else 'in'} ({listed})"
        case IsEmpty(value, negated):
            return f"{_show(value, 5)} is {'not ' if negated else ''}empty"
        case Not(value):
            return f"not {_show(value, 3)}"
        case And(parts) | Or(parts):
            return (" and " if isinstance(tree, And) else " or ").join(_show(part, level + 1) for part in parts)
        case _:
            return _show_leaf(tree)


def _show_leaf(tree: Expression) -> str:
    match tree:
        case Call(function, arguments):
            return f"{function}({', '.join(_show(argument, 0) for argument in arguments)})"
        case Name(name, alias) if alias:
            return f"{_show_name(alias)}.{_show_name(name)}"
        case Name(name):
            return _show_name(name)
        case Literal(value):
            return _show_literal(value)
    raise TypeError(type(tree))


def _show_literal(value: str | int | bool | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
    return "'" + value.replace("'", "''") + "'"


def _show_name(name: str) -> str:
    return name if is_plain_name(name) else '"' + name.replace('"', '""') + '"'
