"""The text of a copybook → sentences (up to a period) of words, each with the line it begins in.

Fixed form: six columns of numbers, an indicator, text up to column 72 (a full-width character takes two columns). Free
form: all of a line, comments behind `*>`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

FORMS = ("auto", "fixed", "free")
_MARGIN, _LAST = 7, 72
_WORD = re.compile(r"""[NXBG]{0,2}"(?:[^"]|"")*"|[NXBG]{0,2}'(?:[^']|'')*'|\S+""")
_PRINTING = frozenset({"EJECT", "SKIP1", "SKIP2", "SKIP3"})  # of listings


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words in capitals, literals as written; `line` counts from 1."""

    line: int
    words: tuple[str, ...]


def sentences(text: str, form: str = "auto") -> Iterator[Sentence]:
    """Every sentence of a copybook; the last one may lack its period."""
    fixed = form == "fixed" or (form == "auto" and _looks_fixed(text.splitlines()))
    words: list[str] = []
    begin = 0
    for number, line in enumerate(text.splitlines(), start=1):
        for word in _words(_fixed(line) if fixed else line):
            begin = begin or number
            ended = word.endswith(".") and not word.startswith(("'", '"'))
            plain = word[:-1] if ended else word
            if plain:
                words.append(plain)
            if ended and words:
                yield Sentence(begin, tuple(words))
            if ended:
                words, begin = [], 0
    if words:
        yield Sentence(begin, tuple(words))


def _words(text: str) -> Iterator[str]:
    text = re.sub(r"\*>.*$", "", text)
    for word in _WORD.findall(text):
        literal = word[-1] in "'\""
        plain = word if literal else word.rstrip(",;").upper()
        if plain and plain.rstrip(".") not in _PRINTING:
            yield plain


def _looks_fixed(lines: list[str]) -> bool:
    """Every line with text has an indicator in column 7 and no text in its first six columns but numbers."""
    filled = [line for line in lines if line.strip()]
    return bool(filled) and all(re.match(r"[0-9A-Za-z ]{6}[ *\-/Dd]", f"{line:7}") for line in filled) and any(
        len(line) > _MARGIN for line in filled
    )  # fmt: skip


def _fixed(line: str) -> str:
    """Columns 8 to 72, nothing of a comment line."""
    if len(line) < _MARGIN or line[_MARGIN - 1] in "*/":
        return ""
    column, kept = 0, []
    for sign in line.expandtabs():
        column += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if column > _LAST:
            break
        kept.append(sign)
    return "".join(kept[_MARGIN:])
