"""Tails that are read at a glance: numbers, and a name behind a space or beginning with two katakana.

What `read_tail` says is what `drafting.behind_town` says of the same text; of most other texts it says nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from migration.addresses.folding import width

_NUMBER = "[0-9０-９]{1,9}"  # longer ones are no lot
_BETWEEN = "(?:(?:番地?|号)?[-－の]|番地?)"
_KANA = "[ァ-ヮヱ-ヴ]"
_NAME = (
    f"(?=[ 　]+[ぁ-んァ-ヴ一-鿿A-Za-zＡ-Ｚａ-ｚ]|(?!ノ){_KANA}(?!ノ){_KANA})"
    "(?![ 　]*[一二三四五六七八九十百千壱弐参廿卅拾及の之ノ])"
)
_TAIL = re.compile(f"({_NUMBER}(?:{_BETWEEN}{_NUMBER})*)(?:番地?|号)?(?:$|{_NAME})")
_NUMBERS = re.compile(_NUMBER)
_STREET = re.compile("入|側|[上下].*[るルﾙ]", re.DOTALL)  # perhaps one of Kyoto's


class Tail(NamedTuple):
    """番地号, where it ends in the text, and 方書 ('' = none)."""

    lot: str
    end: int
    name: str


def read_tail(text: str, place: int) -> Tail | None:
    """What stands behind a town in a text, from the lot on; None where it takes more to tell."""
    found = _TAIL.match(text, place)
    if found is None:
        return None
    end = found.end()
    lot = "-".join([str(int(number)) for number in _NUMBERS.findall(found[1])])
    if end == len(text):
        return Tail(lot, end, "")
    rest = text[end:]
    return None if _STREET.search(rest) else Tail(lot, end, width(rest).strip())
