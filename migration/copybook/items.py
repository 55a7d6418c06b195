"""One data description of a copybook → its level, name, and the kind and bytes of its column.

Unsigned whole numbers are taken for codes and keep their leading zeros; signed ones and those with decimal places are
numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mappings.legacy_source import LegacyColumn
from migration.copybook.sentences import Sentence

_PACKED = ("COMP-3", "COMPUTATIONAL-3", "PACKED-DECIMAL")
_NATIVE = ("COMP-5", "COMPUTATIONAL-5")
_BINARY = ("COMP", "COMP-4", "COMPUTATIONAL", "COMPUTATIONAL-4", "BINARY", *_NATIVE)
_WIDE = ("NATIONAL", "DISPLAY-1")
_USAGES = (*_PACKED, *_BINARY, *_WIDE, "DISPLAY")
_FLOAT, _GAP, _NO_DATA = "浮動小数点数です", "境界合わせのすき間は処理系によって違います", "データではありません"
_UNREAD = {
    **dict.fromkeys(("COMP-1", "COMP-2", "COMPUTATIONAL-1", "COMPUTATIONAL-2"), _FLOAT),
    **dict.fromkeys(("SYNCHRONIZED", "SYNC"), _GAP),
    **dict.fromkeys(("POINTER", "INDEX"), _NO_DATA),
}
_CLAUSES = frozenset({"PIC", "PICTURE", "OCCURS", "REDEFINES", "SIGN", "VALUE", "VALUES", *_USAGES, *_UNREAD})
_SILENT = frozenset({"SIGN", "LEADING", "TRAILING", "CHARACTER", "JUSTIFIED", "JUST", "RIGHT", "BLANK", "WHEN"})
_ZEROS = frozenset({"ZERO", "ZEROS", "ZEROES"})
_PIECE = re.compile(r"(CR|DB|[AXNGSVPZBE90+\-*$\\¥,./])(?:\(([0-9]+)\))?")
_DEPENDING = (
    "OCCURS … DEPENDING ON は扱えません（後ろの項目の位置がレコードごとに変わります）。"
    "最大の回数の固定の形で出力してもらってください"
)
_MOST_DIGITS, _MOST_BINARY = 38, 18


class Unreadable(Exception):
    """What is wrong with one item, in Japanese."""


@dataclass(slots=True)
class Item:
    """`pic` '' : a group. `usage` '' : that of the group above."""

    level: int
    name: str
    line: int
    pic: str = ""
    usage: str = ""
    times: int = 1
    redefines: str = ""
    separate: bool = False
    children: list[Item] = field(default_factory=list)


def read_item(sentence: Sentence) -> Item | None:
    """One item; None for level 88 and 78, which take no room. Unreadable for anything that is not understood."""
    words = list(sentence.words)
    first = words.pop(0)
    if not first.isdecimal():
        raise Unreadable(f"「{' '.join(sentence.words[:3])}」は項目の定義ではありません（COPY などは展開してください）")
    level = int(first)
    if level in (88, 78):
        return None
    if not (1 <= level <= 49 or level == 77):
        raise Unreadable(f"レベル番号 {first} は扱えません")
    name = words.pop(0) if words and words[0] not in _CLAUSES | {"USAGE"} else "FILLER"
    item = Item(level, name, sentence.line)
    rest = [word for word in words if word not in ("IS", "ARE", "USAGE", "TIMES")]
    while rest:
        _clause(item, rest)
    return item


def column_of(item: Item, usage: str) -> LegacyColumn:
    """The column of an elementary item, from byte 0. Unreadable when its picture or usage cannot be."""
    pieces = [(sign, int(times or 1)) for sign, times in _PIECE.findall(item.pic)]
    if _PIECE.sub("", item.pic):
        raise Unreadable(f"PIC {item.pic} を読めません")
    signs = {sign for sign, _ in pieces}
    if "P" in signs:
        raise Unreadable(f"PIC {item.pic} の P（位取り）は扱えません")
    size = sum(times * len(sign) for sign, times in pieces if sign not in ("S", "V"))
    note = f"PIC {item.pic} {usage}".removesuffix(" DISPLAY")
    if signs <= {"N", "G"}:
        return LegacyColumn(item.name, 0, size * 2, "dbcs", note=note)
    if signs <= {"S", "9", "V"}:
        return _number(item, usage, size, pieces, note)
    if usage in (*_PACKED, *_BINARY):
        raise Unreadable(f"PIC {item.pic} に {usage} は付きません")
    return LegacyColumn(item.name, 0, size * (2 if usage in _WIDE else 1), note=note)


def _number(item: Item, usage: str, size: int, pieces: Sequence[tuple[str, int]], note: str) -> LegacyColumn:
    if not 1 <= size <= (_MOST_BINARY if usage in _BINARY else _MOST_DIGITS):
        raise Unreadable(f"PIC {item.pic} {usage} は {size} 桁で、読めません")
    signed = pieces[0][0] == "S"
    point = next((at for at, (sign, _) in enumerate(pieces) if sign == "V"), len(pieces))
    decimals = sum(times for _, times in pieces[point + 1 :])
    digits = 0 if signed or decimals or usage in _NATIVE else size
    if usage in _PACKED:
        return LegacyColumn(item.name, 0, size // 2 + 1, "packed", digits, decimals, note=note)
    if usage in _BINARY:
        length = 2 if size <= 4 else 4 if size <= 9 else 8
        kind = "unsigned" if usage in _NATIVE and not signed else "binary"
        return LegacyColumn(item.name, 0, length, kind, digits, decimals, note=note)
    if not signed and not decimals:
        return LegacyColumn(item.name, 0, size, note=note)
    return LegacyColumn(item.name, 0, size + item.separate, "zoned", decimals=decimals, note=note)


def _clause(item: Item, rest: list[str]) -> None:
    """Take one clause off the front of `rest`."""
    word = rest.pop(0)
    if word in ("PIC", "PICTURE") and rest:
        item.pic = rest.pop(0)
    elif word == "REDEFINES" and rest:
        item.redefines = rest.pop(0)
    elif word == "OCCURS":
        item.times = _occurs(rest)
    elif word in _USAGES:
        item.usage = word
    elif word in ("VALUE", "VALUES"):
        while rest and rest[0] not in _CLAUSES:
            rest.pop(0)
    elif word == "SEPARATE":
        item.separate = True
    elif word in _UNREAD:
        raise Unreadable(f"{word} は読めません（{_UNREAD[word]}）")
    elif word not in _SILENT | _ZEROS:
        raise Unreadable(f"「{word}」は読めません")


def _occurs(rest: list[str]) -> int:
    """OCCURS n; keys and index names behind it take no room."""
    if "DEPENDING" in rest:
        raise Unreadable(_DEPENDING)
    number = rest.pop(0) if rest else ""
    while rest and rest[0] not in _CLAUSES:
        rest.pop(0)
    if not number.isdecimal() or int(number) < 1:
        raise Unreadable(f"OCCURS の回数「{number}」を読めません")
    return int(number)
