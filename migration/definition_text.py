"""A definition (layout, map, rule) as text for the identity of a unit: what it means, without what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

TALK = frozenset({"note", "line", "file", "files"})  # remarks, and the place a definition was read from


def definition_text(value: object) -> str:
    """The same text for definitions that do the same, in every process and wherever the files lie."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = (
            f"{one.name}={definition_text(getattr(value, one.name))}" for one in fields(value) if one.name not in TALK
        )
        return f"{type(value).__name__}({','.join(parts)})"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{name!r}:{definition_text(one)}' for name, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(definition_text, value))}]"
    if isinstance(value, set | frozenset):
        return f"<{','.join(sorted(map(definition_text, value)))}>"
    return repr(value)
