"""ゆうちょ銀行: 記号 and 番号 → 店番 and 口座番号 as other banks write them.

記号 1abcd: 店番 ab8, the account number is the 番号 without its last digit (always 1), 普通. 記号 0abcd: 店番 ab9,
the 番号 as it is, 当座. A digit between 記号 and 番号 (再発行, 検査数字) is no part of either.
"""

from __future__ import annotations

import re

from migration.transforms.bank_register import listed
from migration.transforms.banks import PARTS, RULE
from migration.transforms.characters import NARROW, SPACES
from migration.transforms.spec import Argument, Outcome, TransformSpec

BANK = "9900"
BACK = "番号"
_NARROW = str.maketrans(NARROW)
_WORDS = re.compile("記号|番号|ゆうちょ(?:銀行)?|店番|口座|[:：]")
_CANONICAL = re.compile("(?:9900-?)?([0-9]{2})([89])-?(?:[124]-)?([0-9]{7})")


def yucho(text: str, argument: str = "") -> Outcome:
    """9900-店番-種目-口座番号, or a part of it; `番号`: the 番号 of a 店番-口座番号."""
    plain = _WORDS.sub(" ", text.translate(_NARROW)).strip(SPACES)
    groups = re.findall("[0-9]+", plain)
    if not plain:
        return Outcome(None)
    if re.search("[^-0-9ーｰ ]", plain):
        return _fault("ゆうちょの記号・番号に使えない文字があります")
    if back := _CANONICAL.fullmatch(plain):
        return _account(back[1] + back[2], "1" if back[2] == "8" else "2", back[3], argument)
    if len(groups) == 1 and 7 <= len(groups[0]) <= 13:
        groups = [groups[0][:5], groups[0][5:]]
    if len(groups) == 3 and len(groups[1]) == 1:
        groups = [groups[0], groups[2]]
    if len(groups) != 2 or len(groups[0]) != 5 or not 2 <= len(groups[1]) <= 8:
        return _fault("ゆうちょの記号は5桁、番号は8桁までです")
    return _from_symbol(groups[0], groups[1], argument)


def _from_symbol(symbol: str, number: str, argument: str) -> Outcome:
    if symbol[0] == "1":
        if number[-1] != "1":
            return _fault("記号が1で始まるゆうちょの番号は、末尾が1です")
        return _account(f"{symbol[1:3]}8", "1", number[:-1], argument)
    if symbol[0] == "0" and len(number) <= 7:
        return _account(f"{symbol[1:3]}9", "2", number, argument)
    return _fault("ゆうちょの記号は0か1で始まります（0なら番号は7桁まで）")


def _account(branch: str, kind: str, number: str, argument: str) -> Outcome:
    number = number.rjust(7, "0")
    parts = dict(zip(PARTS, (BANK, branch, kind, number), strict=True))
    value = "-".join(parts.values())
    bare = number.lstrip("0") or "0"
    shown = (*parts.items(), (BACK, f"{bare}1" if kind == "1" else bare))
    note = "" if listed(f"{BANK}-{branch}") else f"ゆうちょ銀行に店番 {branch} はありません"
    return Outcome(dict(shown).get(argument, value), note=note, rule=RULE if note else "", parts=shown)


def _fault(message: str) -> Outcome:
    return Outcome(None, fault=message, rule=RULE)


YUCHO = (
    TransformSpec(
        "yucho",
        "ゆうちょの 記号-番号 → 9900-店番-種目-口座番号（店番-口座番号 からは番号も）",
        Argument(f"{'・'.join((*PARTS, BACK))}＝その部分を値にする", choices=(*PARTS, BACK), optional=True),
        outcome=yucho,
        rule=RULE,
    ),
)
