"""Characters that must not pass unseen: undecodable bytes, private-use characters, loss marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from migration.moji.plus import is_added
from migration.transforms.spec import Outcome

SUSPECT = "[\ue000-\uf8ff\U000f0000-\U0010ffff〓□■\ufffd？\x0e\x0f]"
PRIVATE = "[\ue000-\uf8ff\U000f0000-\U0010ffff]"  # bytes escaped by the readers included
_ESCAPED = re.compile("[\U0010ff00-\U0010ffff]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010feff]")
KANJI = "[々〆\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_LOST = re.compile(f"[〓□■\ufffd\x0e\x0f]|(?<={KANJI})？|？(?={KANJI})")  # ？ among kanji was a character
_SHOWN = {"\ufffd": "U+FFFD", "\x0e": "シフト符号 0E", "\x0f": "シフト符号 0F"}
_RULE = "COM-09"


class Guard:
    """Confirmed gaiji become their text; anything else private or undecodable empties the item."""

    def __init__(self, characters: Mapping[str, str]) -> None:
        self._characters = characters
        self.met = False  # a text with private or undecodable characters came by

    def __call__(self, text: str) -> Outcome:
        if escaped := _ESCAPED.findall(text):
            self.met = True
            shown = "・".join(f"{ord(sign) - 0x10FF00:02X}" for sign in escaped)
            return Outcome(None, fault=f"文字に直せないバイト {shown}（16進）があります", rule=_RULE)
        private = set(_PRIVATE.findall(text))
        self.met = self.met or bool(private)
        if unknown := sorted(private - self._characters.keys()):
            shown = "・".join(f"U+{ord(sign):04X}" for sign in unknown)
            added = "（MJ+ 追加文字の符号。町の一覧 mj_plus に足せば移せます）" if any(map(is_added, unknown)) else ""
            return Outcome(None, fault=f"同定されていない外字 {shown} があります{added}", rule=_RULE)
        value = _PRIVATE.sub(lambda found: self._characters[found[0]], text)
        if lost := _LOST.findall(text):
            shown = "・".join(_SHOWN.get(sign, sign) for sign in dict.fromkeys(lost))
            return Outcome(value, note=f"文字が失われた跡の記号 {shown} があります", rule=_RULE)
        return Outcome(value)


def flagged(told: Mapping[str, tuple[str, str]], outcome: Callable[[str], Outcome], text: str) -> Outcome:
    """What is legal but worth knowing, as information; nothing where the text is refused or doubted anyway."""
    found = outcome(text)
    said = [told[flag] for flag in found.flags if flag in told]
    if not said or found.fault or found.note:
        return found
    return replace(found, note="。".join(message for _, message in said), rule=said[0][0], severity="I")


def guarded(guard: Guard, outcome: Callable[[str], Outcome], text: str) -> Outcome:
    """The outcome of a text behind the guard: refused with it, doubted at least as it doubts."""
    seen = guard(text)
    if seen.value is None:
        return seen
    found = outcome(seen.value)
    told = found.note and found.severity != "I"
    return replace(found, note=seen.note, rule=seen.rule, severity="") if seen.note and not told else found


def visible(text: str) -> str:
    """The text with undecodable bytes shown as ［83］, for people and reports."""
    return _ESCAPED.sub(lambda sign: f"［{ord(sign[0]) - 0x10FF00:02X}］", text)
