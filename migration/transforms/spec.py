"""What a transform is: a named function from one text to one text, with what it says when it cannot.

A native transform is a Polars expression. A distinct transform is a Python function of one text, evaluated once per
distinct value (`migration.transforms.memo`). Both are total: no text raises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

Native = Callable[[pl.Expr, str], pl.Expr]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one text. A fault leaves the item empty; a note keeps the value and is a doubt."""

    value: str | None
    fault: str = ""
    note: str = ""
    rule: str = ""  # rule id of the fault or note; '' = the transform's
    severity: str = ""  # '' = E for a fault, W for a note


@dataclass(frozen=True, slots=True)
class Argument:
    """What may stand behind the colon. No choices and no `count`: nothing, unless `free`."""

    manual: str = ""
    choices: tuple[str, ...] = ()
    count: bool = False
    free: bool = False
    optional: bool = False

    def problem(self, argument: str) -> str:
        """Why `argument` does not fit, in Japanese; '' when it does."""
        if not argument:
            return "" if self.optional or not (self.choices or self.count or self.free) else "引数がありません"
        if self.choices:
            return "" if argument in self.choices else f"引数「{argument}」は使えません（{'、'.join(self.choices)}）"
        if self.count:
            fits = argument.isascii() and argument.isdigit() and 0 < int(argument) <= 1000
            return "" if fits else f"引数「{argument}」は 1 以上の半角数字ではありません"
        return "" if self.free else f"引数「{argument}」は要りません"


@dataclass(frozen=True, slots=True)
class TransformSpec:
    """One transform. Exactly one of `native` and `outcome` is given.

    `only` is a regex: texts without a match stay as they are and are not asked about.
    `fast` gives what `outcome` gives for the usual texts of a column, and null where it does not decide.
    `first` transforms work on several columns and stand only at the beginning of a chain.
    """

    name: str
    manual: str
    argument: Argument = Argument()
    native: Native | None = None
    outcome: Callable[[str, str], Outcome] | None = None
    fast: Callable[[pl.Series, str], pl.Series] | None = None
    only: str = ""
    rule: str = "CNV-02"
    first: bool = False
