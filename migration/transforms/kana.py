"""Repair of kana names, with a log from which the legacy text can be rebuilt.

Width alone is `kana_full`. Here also: a dakuten cut off by a space or a field border, a hyphen or the kanji 一 typed
for a long vowel, hiragana when the map asks for it. What is not certain stays as it is and is doubted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl

from migration.transforms.characters import KANA, kana_full
from migration.transforms.spec import Argument, Outcome, TransformSpec

HYPHENS = "-‐‑‒–−－﹣"
STROKES = "—―─━一"  # never part of a name in kana: between kana they are long vowels
MARKS = {"゛": "゛", "ﾞ": "゛", "\u3099": "゛", "゜": "゜", "ﾟ": "゜", "\u309a": "゜"}
HIRAGANA = {chr(code): chr(code + 0x60) for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_PLAIN, _DAKUTEN = (
    "ウカキクケコサシスセソタチツテトハヒフヘホワヰヱヲヽ",
    "ヴガギグゲゴザジズゼゾダヂヅデドバビブベボヷヸヹヺヾ",
)
VOICED = {(plain, "゛"): voiced for plain, voiced in zip(_PLAIN, _DAKUTEN, strict=True)}
VOICED |= {(plain, "゜"): voiced for plain, voiced in zip("ハヒフヘホ", "パピプペポ", strict=True)}
_USUAL = "^(?:[ァ-ヺー　 ｦ-ﾝ]|[ｳｶ-ﾄﾊ-ﾎﾜｦ]ﾞ|[ﾊ-ﾎ]ﾟ)*$"
_LETTER = re.compile("[ァ-ヺ]")
_LENGTHENED = re.compile("[ァ-ヂツ-ヲヴ-ヺ]")
_WIDTH = KANA | {" ": "　"}


@dataclass(frozen=True, slots=True)
class Edit:
    """`before` of the legacy text became `after`, which begins at `place` (code points) of the repaired text."""

    place: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired text. `edits` in order; `flags` say what was repaired, `doubts` what was left for people."""

    value: str
    edits: tuple[Edit, ...]
    flags: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(slots=True)
class _Cell:
    """A piece of the text: what stood there and what stands there now."""

    before: str
    after: str


@dataclass(slots=True)
class _Work:
    cells: list[_Cell]
    flags: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def neighbour(self, place: int, step: int) -> str:
        """The nearest character before (-1) or behind (+1) a cell; '' at the ends."""
        place += step
        while 0 <= place < len(self.cells):
            if self.cells[place].after:
                return self.cells[place].after
            place += step
        return ""


def repaired(text: str, hiragana: bool = False) -> Repaired:
    """Full-width kana, joined dakuten, long vowels. `hiragana`: also hiragana → katakana."""
    work = _Work(_cells(text))
    if hiragana:
        _to_katakana(work)
    _join_marks(work)
    _lengthen(work)
    edits, place = [], 0
    for cell in work.cells:
        if cell.before != cell.after:
            edits.append(Edit(place, cell.before, cell.after))
        place += len(cell.after)
    value = "".join(cell.after for cell in work.cells)
    if "ヽ" in value or "ヾ" in value:
        work.flags.append("踊り字")
    return Repaired(value, tuple(edits), tuple(dict.fromkeys(work.flags)), tuple(dict.fromkeys(work.doubts)))


def restored(value: str, edits: tuple[Edit, ...]) -> str:
    """The legacy text again."""
    pieces, place = [], 0
    for edit in edits:
        pieces += [value[place : edit.place], edit.before]
        place = edit.place + len(edit.after)
    return "".join([*pieces, value[place:]])


def kana_repair(text: str, argument: str = "") -> Outcome:
    found = repaired(text, argument == "hiragana")
    beyond = [edit for edit in found.edits if _WIDTH.get(edit.before) != edit.after]
    parts = [("補正", "、".join(f"{edit.place + 1}文字目 {edit.before}→{edit.after or '前の字へ'}" for edit in beyond))]
    if "踊り字" in found.flags:
        parts.append(("提案", unrolled(found.value)))
    note = "、".join(found.doubts)
    return Outcome(
        found.value or None,
        note=note,
        rule="NAM-04" if note else "",
        flags=found.flags,
        parts=tuple(part for part in parts if part[1]),
    )


def unrolled(kana: str) -> str:
    """ヽ and ヾ written out: ミスヾ → ミスズ."""
    signs: list[str] = []
    for sign in kana:
        last = signs[-1] if signs else ""
        plain = next((base for (base, mark), full in VOICED.items() if full == last and mark == "゛"), last)
        if sign == "ヽ" and last:
            signs.append(plain)
        elif sign == "ヾ" and (plain, "゛") in VOICED:
            signs.append(VOICED[plain, "゛"])
        else:
            signs.append(sign)
    return "".join(signs)


def _usual(texts: pl.Series, _: str) -> pl.Series:
    """Texts of kana and spaces only need their width changed."""
    frame = texts.to_frame("text")
    usual = pl.when(pl.col("text").str.contains(_USUAL) & (pl.col("text") != "")).then(pl.col("text"))
    return frame.select(kana_full(usual)).to_series()


def _cells(text: str) -> list[_Cell]:
    cells, place = [], 0
    while place < len(text):
        size = 2 if text[place : place + 2] in KANA else 1
        piece = text[place : place + size]
        cells.append(_Cell(piece, _WIDTH.get(piece, piece)))
        place += size
    return cells


def _to_katakana(work: _Work) -> None:
    for cell in work.cells:
        if cell.after in HIRAGANA:
            cell.after = HIRAGANA[cell.after]
            work.flags.append("ひらがな変換")


def _join_marks(work: _Work) -> None:
    """A mark goes to the kana before it, also across spaces: no name begins with one."""
    for place, cell in enumerate(work.cells):
        mark = MARKS.get(cell.after)
        if mark is None:
            continue
        bearer = next((one for one in reversed(work.cells[:place]) if one.after.strip("　")), None)
        voiced = VOICED.get((bearer.after, mark)) if bearer is not None else None
        if bearer is None or voiced is None:
            work.doubts.append("濁点・半濁点の付く文字がありません")
            continue
        bearer.after, cell.after = voiced, ""
        work.flags.append("濁点補正")


def _lengthen(work: _Work) -> None:
    """Signs typed for ー. A hyphen may also be a hyphen, so it stays where the text has a true ー besides."""
    true = any(cell.after == "ー" for cell in work.cells)
    for place, cell in enumerate(work.cells):
        if not cell.after or cell.after not in HYPHENS + STROKES:
            continue
        behind, ahead = work.neighbour(place, -1), work.neighbour(place, 1)
        between = _LENGTHENED.fullmatch(behind) and _LETTER.fullmatch(ahead)
        if between and (cell.after in STROKES or not true):
            cell.after = "ー"
            work.flags.append("長音補正")
        elif _LETTER.fullmatch(behind) or _LETTER.fullmatch(ahead):
            work.doubts.append(f"「{cell.after}」が長音（ー）なのか別の記号なのか決められません")


KANA_TRANSFORMS = (
    TransformSpec(
        "kana_repair",
        "カナ氏名を全角にし、離れた濁点を合わせ、カナの間の - ― 一 などを長音に直す（直した所を残す）",
        Argument("hiragana でひらがなもカタカナにする", choices=("hiragana",), optional=True),
        outcome=kana_repair,
        fast=_usual,
        rule="NAM-04",
    ),
)
