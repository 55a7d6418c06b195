"""番地号 behind a town: where it ends, and its one form: numbers joined by hyphens, 甲乙丙 and イロハ kept."""

from __future__ import annotations

import re
from typing import NamedTuple

LETTERS = "甲乙丙丁戊己庚辛壬癸イロハニホヘトチリヌルヲワヨタレソネナラムウヰオクヤマフコアサキユメミシヱヒモセス"
_LETTER = f"[{LETTERS}]"
_ROOM = "(?:号室|号館|号棟|号車|番館|番棟|番街|棟|室|階|F(?![A-Za-z])|LDK|DK|街区)"
_BETWEEN = "(?:(?:番地?|号)?[-のー]|番地? (?=[0-9]+号(?![室館棟車]))|番地?)"
_END = "(?:番地?|号)(?![室館棟車町丁線])"
_NUMBERS = re.compile(
    f"[-の]?(?:({_LETTER})[-の]?)?([0-9]+)(?!丁目|[0-9])((?:{_BETWEEN}(?:[0-9]+|{_LETTER}(?![^-の番号 0-9])))*)"
    f"(?:{_END})?"
)
_STEP = re.compile(f"({_BETWEEN})([0-9]+|{_LETTER})")
_AFTER = re.compile(f"(?:{_END})?")
_IS_ROOM = re.compile(_ROOM)
_NONE = re.compile("無番地|番外地?|番地なし|番地無し?|番地不明|番地不詳")
_SMALL = re.compile(
    "小?字[^0-9 -]+?(?=[-の]?[0-9]|無番地|番外| |$)|第?[0-9]+地割"
    "|[東西南北]?[0-9]+(?:線|条|号線)(?:[東西南北]?[0-9]+号?)?(?=[0-9 ]|$)"
)


class Lot(NamedTuple):
    """What was read: `value` is the normal form, `end` where the rest begins."""

    value: str
    start: int
    end: int


def read_lot(canon: str, place: int, text: str = "") -> Lot:
    """The lot at a place of a folded text; value '' and end = place when there is none."""
    found = _NUMBERS.match(canon, place)
    if found is None:
        none = _NONE.match(canon, place)
        return Lot("", place, place) if none is None else Lot(none[0], place, none.end())
    numbers, ends = [found[1] + _plain(found[2]) if found[1] else _plain(found[2])], [found.end(2)]
    for step in _STEP.finditer(canon, found.end(2), found.end(3)) if found[3] else ():
        numbers.append(_plain(step[2]) if step[2][0] in "0123456789" else step[2])
        ends.append(step.end())
    end = found.end()
    while numbers and _IS_ROOM.match(canon, ends[-1]):
        numbers.pop()
        ends.pop()
        end = _AFTER.match(canon, ends[-1]).end() if ends else place  # type: ignore[union-attr]
    return Lot("-".join(numbers), place, end)


def small_area(canon: str, place: int) -> int:
    """Where a 小字 that no list has ends: 字真砂, 第12地割; `place` when there is none."""
    found = _SMALL.match(canon, place)
    return place if found is None else found.end()


def _plain(number: str) -> str:
    return number.lstrip("0") or "0"
