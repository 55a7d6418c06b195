"""What a transform is: a named function from one text to one text, with what it says when it cannot.

A native transform is a Polars expression. A distinct transform is a Python function of one text, evaluated once per
distinct value (`migration.transforms.memo`). Both are total: no text raises. A transform that needs a town's own tables
or settings is made from `References` (`prepare`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import polars as pl

from migration.transforms.references import References, Setting

BESIDE = "|"  # between the value and what is only looked at
Native = Callable[[pl.Expr, str], pl.Expr]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one text. A fault leaves the item empty; a note keeps the value and is a doubt.

    `flags`: short words on what is legal but worth knowing (不詳, 暦外日): a finding of severity I comes of those that
    mappings/shared/flag_rules.csv names for the step, none of the others.
    `parts`: the named parts a text was split into, where the transform splits.
    """

    value: str | None
    fault: str = ""
    note: str = ""
    rule: str = ""  # rule id of the fault or note; '' = the transform's
    severity: str = ""  # '' = E for a fault, W for a note
    flags: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()


_PLACES = re.compile("[1-9][0-9]{0,3}-([1-9][0-9]{0,3})?")


def place_numbers(argument: str) -> tuple[int, int]:
    """The two numbers of 3-5; the second is 0 where it is left out."""
    first, _, last = argument.partition("-")
    return int(first), int(last or 0)


@dataclass(frozen=True, slots=True)
class Argument:
    """What may stand behind the colon. No choices, no `count` and no `places`: nothing, unless `free`."""

    manual: str = ""
    choices: tuple[str, ...] = ()
    count: bool = False
    free: bool = False
    optional: bool = False
    places: bool = False  # 3-5 (3字目から5字目), 3- (3字目から)

    def problem(self, argument: str) -> str:
        """Why `argument` does not fit, in Japanese; '' when it does."""
        if not argument:
            needed = self.choices or self.count or self.free or self.places
            return "引数がありません" if needed and not self.optional else ""
        if self.choices:
            return "" if argument in self.choices else f"引数「{argument}」は使えません（{'、'.join(self.choices)}）"
        if self.places:
            fits = _PLACES.fullmatch(argument) and (argument.endswith("-") or int.__le__(*place_numbers(argument)))
            return "" if fits else f"引数「{argument}」は 3-5 や 3- の形（何字目から何字目まで）ではありません"
        if self.count:
            fits = argument.isascii() and argument.isdigit() and 0 < int(argument) <= 1000
            return "" if fits else f"引数「{argument}」は 1 以上の半角数字ではありません"
        return "" if self.free else f"引数「{argument}」は要りません"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A distinct transform ready for texts. `fast`: as `TransformSpec.fast`, on a column."""

    outcome: Callable[[str], Outcome]
    fast: Callable[[pl.Series], pl.Series] | None = None


@dataclass(frozen=True, slots=True)
class TransformSpec:
    """One transform. Exactly one of `native`, `outcome` and `prepare` is given.

    `only` is a regex: texts without a match stay as they are and are not asked about.
    `fast` gives what `outcome` gives for the usual texts of a column, and null where it does not decide; it never
    decides on texts with private-use characters or marks of lost ones (convert looks at those when they are asked).
    `first` transforms work on several columns and stand only at the beginning of a chain.
    `beside` transforms stand in a chain of A+B whose value comes from A: asked about value|B, they give the value.
    `prepare` makes the transform from a town's references; `settings` are those it asks for, all of them.
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
    beside: bool = False
    prepare: Callable[[References, str], Prepared] | None = None
    settings: tuple[Setting, ...] = ()
    secret: bool = False  # its texts and values are shown masked

    def prepared(self, references: References, argument: str) -> Prepared | None:
        """The transform for texts; None for a native one."""
        if self.prepare is not None:
            return self.prepare(references, argument)
        if self.outcome is None:
            return None
        fast = self.fast
        return Prepared(
            partial(_asked, self.outcome, argument), None if fast is None else partial(_on_column, fast, argument)
        )


def _asked(outcome: Callable[[str, str], Outcome], argument: str, text: str) -> Outcome:
    return outcome(text, argument)


def _on_column(fast: Callable[[pl.Series, str], pl.Series], argument: str, texts: pl.Series) -> pl.Series:
    return fast(texts, argument)
