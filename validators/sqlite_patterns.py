"""Regular expressions as SQLite's own GLOB where that says the same: REGEXP calls Python for every cell."""

from __future__ import annotations

import re

import sqlalchemy as sa

from validators.meaning import Native

_PIECE = re.compile(r"(?P<one>\[[^\]^][^\]]*\]|[^\[\](){}|?*+.^$\\])(\{(?P<times>[0-9]+)\})?")
_RUN = re.compile(r"\[(?P<negated>\^?)(?P<signs>[^\]^][^\]]*)\](?P<times>\+|\*|\{(?P<least>[0-9]+),(?P<most>[0-9]*)\})")


def glob_conditions(text: Native, pattern: str) -> Native | None:
    """A full match of the pattern as SQL without REGEXP; None when GLOB cannot say it.

    Understood: alternatives of fixed length (`[0-9]{4}-00`), and runs of one class (`[0-9A-Z]{1,18}`, `[^a]+`).
    """
    if "(" in pattern:
        return None
    joined: Native | None = None
    for one in _alternatives(pattern):
        condition = _run(text, one) if _RUN.fullmatch(one) else _fixed(text, one)
        if condition is None:
            return None
        joined = condition if joined is None else joined | condition
    return joined


def real_day(text: Native) -> sa.ColumnElement[bool]:
    """True for days of the calendar from year 1 on; NULL for what SQLite cannot read as a date."""
    condition: sa.ColumnElement[bool] = (text == sa.func.date(text, "+0 days", type_=sa.Text())) & (text >= "0001")
    return condition


def _alternatives(pattern: str) -> list[str]:
    return re.findall(r"(?:\[[^\]]*\]|[^|])+", pattern)


def _fixed(text: Native, pattern: str) -> Native | None:
    glob, at = "", 0
    while at < len(pattern):
        piece = _PIECE.match(pattern, at)
        if piece is None or pattern[piece.end() : piece.end() + 1] in ("?", "*", "+", "{"):
            return None
        glob += piece["one"] * int(piece["times"] or 1)
        at = piece.end()
    return text.op("GLOB", is_comparison=True)(glob)


def _run(text: Native, pattern: str) -> Native:
    run = _RUN.fullmatch(pattern)
    assert run is not None
    others = f"*[{'' if run['negated'] else '^'}{run['signs']}]*"
    least, most = ("1" if run["times"] == "+" else run["least"] or "0"), run["most"]
    size = sa.func.length(text)
    condition = ~text.op("GLOB", is_comparison=True)(others) & (size >= int(least))
    return condition & (size <= int(most)) if most else condition
