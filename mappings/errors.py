"""What a person can put right.

UserError                  anything a person can fix: shown as a Japanese message, exit code 2
├── MappingError           faults in maps, layouts, rules or settings: all of them at once
└── InputError             a delivery, file, database or folder that cannot be used
Everything else is a bug and shows its traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


class UserError(Exception):
    """Something a person can fix; `str(error)` is the whole Japanese message."""


class InputError(UserError):
    """A delivery, file, database or folder that cannot be used as it is."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a file a person wrote: where, what, and what to do."""

    file: str
    place: str  # "14行 transform", "シート「…」 F12", "[tables.juki] encoding"; '' when the whole file
    problem: str
    advice: str = ""

    def __str__(self) -> str:
        where = f"{self.file} {self.place}".strip()
        return f"{where}: {self.problem}" + (f" → {self.advice}" if self.advice else "")


class MappingError(UserError):
    """Every fault found in one reading, never only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [f"定義ファイルに {len(self.faults)} 件の誤りがあります。", *(f"  {fault}" for fault in self.faults)]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[MappingError], tuple[tuple[Fault, ...]]]:
        return MappingError, (self.faults,)  # as it travels between processes: an Exception rebuilds from its text


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Advice naming the nearest known word, or listing what is known when few; '' when nothing is known."""
    names = sorted(set(known))
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    if near:
        return f"「{near[0]}」ではありませんか"
    if 0 < len(names) <= 12:
        return "使えるのは " + "、".join(names)
    return ""


def shown_path(path: Path) -> str:
    """The path as a person reads it: relative to the working folder when it is below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
