"""Which MJ character a text or a code means.

Codes that name a glyph go before code points: 住基統一 → 戸籍統一 → 登記統一 → character with selector → bare one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from migration.moji.plus import NONE, Added
from migration.moji.table import MojiTable, moji_table

KINDS: Mapping[str, str] = {  # in the order in which they are believed
    "juki": "住基ネット統一文字コード",
    "koseki": "戸籍統一文字番号",
    "touki": "登記統一文字番号",
}
SEQUENCE, STANDARD, ADOBE, BARE, MJ_NAME, ADDED = (
    "文字と異体字セレクタ",
    "標準異体字",
    "Adobe-Japan1 の異体字",
    "文字の符号",
    "MJ文字図形名",
    "MJ+追加文字",
)
SELECTOR = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
HAN = "[\u3005-\u3007\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\U0001b001-\U0001b11e]"
_SIGN = re.compile(f".{SELECTOR}*", re.DOTALL)
_HAN = re.compile(HAN)


@dataclass(frozen=True, slots=True)
class Identified:
    """What was found. `mj` '' = not settled: `candidates` are then the MJ characters it may be, `problem` says why."""

    mj: str = ""
    how: str = ""
    problem: str = ""
    candidates: tuple[str, ...] = ()


def signs(text: str) -> list[str]:
    """The characters of a text, each with its variation selectors."""
    return _SIGN.findall(text)


def is_kanji(sign: str) -> bool:
    """Whether a character is one MJ is about: kanji, 々 and the like, hentaigana."""
    return _HAN.match(sign) is not None


def shown_sign(sign: str) -> str:
    """A character with its code points, so that it can be told from its look-alikes."""
    return f"{sign[0]}（{' '.join(f'U+{ord(one):04X}' for one in sign)}）"


def identify(sign: str, added: Added = NONE, table: MojiTable | None = None) -> Identified:
    """The MJ character that one character (with selectors) of a text is."""
    table = table or moji_table()
    if sign in added.names:
        return Identified(added.names[sign], ADDED)
    if mj := table.by_text(sign):
        return Identified(mj, _how(sign))
    if len(sign) == 2 and (mj := table.adobe(sign)):
        return Identified(mj, ADOBE)
    known = table.of_base(sign[0])
    if len(sign) > 1:
        return Identified(problem=f"{shown_sign(sign)} の異体字は文字情報基盤にありません", candidates=known)
    if known:
        return Identified(problem=f"{shown_sign(sign)} だけでは字形が決まりません", candidates=known)
    return Identified(problem=f"{shown_sign(sign)} は文字情報基盤にありません")


def by_codes(codes: Mapping[str, str], text: str = "", added: Added = NONE) -> Identified:
    """The MJ character that several codes of one character name: the first kind that is known; others must agree.

    A bare character agrees with every glyph of its code point.
    """
    found: dict[str, str] = {}  # what says so → MJ code
    problems = []
    for kind, title in {**KINDS, "mj": MJ_NAME}.items():
        if code := codes.get(kind, ""):
            mj, problem = _by_one_code(kind, code, added)
            problems += [problem] if problem else []
            found |= {f"{title} {code}": mj} if mj else {}
    if text and not (len(text) == 1 and any(_base(mj) == text for mj in found.values())):
        seen = identify(text, added)
        if not seen.mj and not found and not problems:
            return seen
        found |= {f"{seen.how} {shown_sign(text)}": seen.mj} if seen.mj else {}
        problems += [] if seen.mj else [seen.problem]
    if problems or not found:
        return Identified(problem="。".join(problems) or "文字を示すものがありません")
    if len(set(found.values())) > 1:
        told = "、".join(f"{how} は {mj}" for how, mj in found.items())
        return Identified(problem=f"示す文字が食い違います（{told}）", candidates=tuple(dict.fromkeys(found.values())))
    how, mj = next(iter(found.items()))
    return Identified(mj, how.split(" ", 1)[0])


def by_code(kind: str, code: str) -> str:
    """MJ code by one of KINDS, however it is written; ''."""
    return moji_table().by_code(kind, _code(kind, code))


def writable(mj: str, added: Added = NONE) -> str:
    """How an MJ or GJ character is written in a text; '' when it cannot be, or is not known."""
    if mj.startswith("GJ"):
        return added.by_name(mj)
    character = moji_table().character(mj)
    return (character.text or "") if character else ""


def unwritable(mj: str) -> str:
    """Why a code cannot be written, with the characters 備考 names instead."""
    table = moji_table()
    character = table.character(mj)
    if mj.startswith("GJ"):
        return f"{mj} は追加文字の表（[references] の mj_plus）にありません"
    if character is None:
        return f"{mj} という MJ文字図形名はありません"
    instead = [code for code in (character.related or "").split() if table.character(code)]
    advice = f"備考にある {'、'.join(instead)} を使ってください" if instead else "代わりの文字を選んでください"
    return f"{mj} には文字の符号がなく、データに書けません。{advice}"


def _by_one_code(kind: str, code: str, added: Added) -> tuple[str, str]:
    """(MJ code, what is wrong)."""
    if kind == "mj":
        return (code, "") if writable(code, added) else ("", unwritable(code))
    mj = by_code(kind, code)
    return (mj, "") if mj else ("", f"{KINDS[kind]} {code} は文字情報一覧表にありません")


def _base(mj: str) -> str | None:
    character = moji_table().character(mj)
    return character.ucs if character else None


def _how(sign: str) -> str:
    if len(sign) == 1:
        return BARE
    return STANDARD if "\ufe00" <= sign[1] <= "\ufe0f" else SEQUENCE


def _code(kind: str, code: str) -> str:
    code = code.strip().upper()
    return f"J+{code.removeprefix('J+')}" if kind == "juki" else code
