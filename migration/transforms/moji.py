"""Character transforms: MJ codes, sequences in one form, codes of one character, shrinking on request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from migration.moji.identify import (
    ADOBE,
    KINDS,
    MJ_NAME,
    Identified,
    by_code,
    identify,
    is_kanji,
    shown_sign,
    signs,
    unwritable,
    writable,
)
from migration.moji.plus import NONE, Added, is_added, read_added
from migration.moji.shrink import SETS, candidates, contains, told
from migration.moji.table import moji_table
from migration.transforms.references import References, Setting
from migration.transforms.spec import Argument, Outcome, Prepared, TransformSpec

DOUBT = "MOJ-02"
SHRINK_RULE = "MOJ-01"
MJ_PLUS = Setting("mj_plus", "行政事務標準文字（MJ+）の追加文字の表（CSV：GJ図形名,PUP,基底文字）", file=True)
MJ_FONT = Setting(
    "mj_font", "IPAmj明朝フォント（ipamjm.ttf）の場所。省略するとこの端末に入っているものを使う", file=True
)
GAIJI_FONT = Setting("gaiji_font", "現行システムの外字フォント（EUDC.TTE など）。外字一覧に字形を載せる", file=True)
DRAWING = (MJ_FONT, GAIJI_FONT)
APPLY = Setting(
    "shrink_apply",
    "縮退：one なら候補が1つだけの文字を置き換える。ask（既定）なら置き換えず、候補を示して確認を求める",
    choices=("ask", "one"),
    default="ask",
)
_NOT_ASCII = r"[^\x00-\x7F]"


def added_of(references: References) -> Added:
    """The town's list of MJ+ characters; empty when it names none."""
    return references.table(MJ_PLUS, read_added) or NONE


def mj(references: References, _: str) -> Prepared:
    """MJ codes of a text, one per character; other characters as U+XXXX."""
    return Prepared(partial(_mj, added_of(references)))


def ivs(references: References, form: str) -> Prepared:
    """Sequences in one form; a sequence nobody knows stays, with a note."""
    return Prepared(partial(_ivs, added_of(references), form))


def moji_code(references: References, kind: str) -> Prepared:
    """The text that codes (separated by spaces) name."""
    return Prepared(partial(_codes, _reader(kind, added_of(references))))


def juki_text(text: str, _: str = "") -> Outcome:
    """A text in 住基ネット統一文字 (UTF-16 with its own use of the codes) as ordinary text."""
    found = []
    for sign in text:
        mj_code = by_code("juki", f"{ord(sign):04X}")
        if mj_code:
            written = writable(mj_code)
            if not written:
                return Outcome(None, fault=unwritable(mj_code), rule=DOUBT)
            found.append(written)
        elif is_kanji(sign) or "\uac00" <= sign <= "\uf8ff":
            return Outcome(None, fault=f"{KINDS['juki']} J+{ord(sign):04X} は文字情報一覧表にありません", rule=DOUBT)
        else:
            found.append(sign)
    return Outcome("".join(found) or None)


def shrink(references: References, name: str) -> Prepared:
    """Characters outside the set: replaced where one candidate is known and the town allows it, else reported."""
    applies = references.text(APPLY) == "one" and name != "joyo"
    return Prepared(partial(_shrink, added_of(references), name, applies))


def _mj(added: Added, text: str) -> Outcome:
    found, problems, parts, flags = [], [], [], []
    for place, sign in enumerate(signs(text), start=1):
        seen = identify(sign, added) if is_kanji(sign) or len(sign) > 1 or sign in added.names else Identified()
        code = seen.mj or "+".join(f"U+{ord(one):04X}" for one in sign)
        found.append(code)
        parts.append((str(place), f"{sign} {code}"))
        if sign in added.names or is_added(sign):
            flags.append("MJ+追加文字")
            problems += (
                [] if sign in added.names else [f"{code} は MJ+ 追加文字の符号です。町の一覧（mj_plus）にありません"]
            )
        if seen.problem:
            problems.append(_with_candidates(seen))
    return Outcome(
        " ".join(found) or None,
        note="。".join(dict.fromkeys(problems)),
        rule=DOUBT if problems else "",
        flags=tuple(dict.fromkeys(flags)),
        parts=tuple(parts),
    )


def _ivs(added: Added, form: str, text: str) -> Outcome:
    found, problems, changed = [], [], []
    for sign in signs(text):
        if len(sign) == 1 and not form:
            found.append(sign)
            continue
        seen = identify(sign, added)
        written = _one_form(sign, seen, form)
        found.append(written)
        if written != sign:
            changed.append("異体字の並びを統一")
        if seen.problem and len(sign) > 1 and is_kanji(sign):
            problems.append(_with_candidates(seen))
    note = "。".join(dict.fromkeys(problems))
    return Outcome("".join(found) or None, note=note, rule=DOUBT if note else "", flags=tuple(dict.fromkeys(changed)))


def _one_form(sign: str, seen: Identified, form: str) -> str:
    """A Moji_Joho sequence stays as it is unless the bare character is asked for and means the same glyph."""
    character = moji_table().character(seen.mj)
    if character is None:
        return sign
    if form == "short":
        return character.text or sign
    if form == "explicit" or seen.how == ADOBE:
        return character.ivs or character.text or sign
    return sign if sign == character.ivs else character.text or sign


def _codes(read: Callable[[str], tuple[str, str]], text: str) -> Outcome:
    found = [read(code) for code in text.split()]
    problems = list(dict.fromkeys(problem for _, problem in found if problem))
    if problems:
        return Outcome(None, fault="。".join(problems), rule=DOUBT)
    return Outcome("".join(written for written, _ in found) or None)


def _reader(kind: str, added: Added) -> Callable[[str], tuple[str, str]]:
    def read(code: str) -> tuple[str, str]:
        known = code.upper() if kind == "mj" else by_code(kind, code)
        if not known:
            return "", f"{KINDS[kind]} {code} は文字情報一覧表にありません"
        written = writable(known, added)
        return written, "" if written else unwritable(known)

    return read


def _shrink(added: Added, name: str, applies: bool, text: str) -> Outcome:
    found, doubts, parts, flags = [], [], [], []
    for sign in signs(text):
        if contains(name, sign):
            found.append(sign)
            continue
        options = candidates(sign, name, added)
        parts.append((sign, told(options)))
        if applies and len(options) == 1 and sign not in added.names:
            found.append(options[0].target)
            flags.append("縮退")
        else:
            found.append(sign)
            doubts.append(f"{shown_sign(sign)} の縮退先：{told(options)}")
            flags.append("縮退要確認")
    note = f"{SETS[name]} にない文字があります。要確認：{'。'.join(dict.fromkeys(doubts))}" if doubts else ""
    return Outcome(
        "".join(found) or None,
        note=note,
        rule=SHRINK_RULE if doubts else "",
        flags=tuple(dict.fromkeys(flags)),
        parts=tuple(dict.fromkeys(parts)),
    )


def _with_candidates(seen: Identified) -> str:
    return seen.problem + (f"（候補 {'・'.join(seen.candidates)}）" if seen.candidates else "")


_FORMS = Argument(
    "なし＝Adobe-Japan1 などを文字情報基盤の並びに直す / short＝同じ字形なら符号だけに / explicit＝いつも並びに",
    choices=("short", "explicit"),
    optional=True,
)
MOJI = (
    TransformSpec(
        "mj",
        "文字ごとの MJ文字図形名（MJ にない漢字は要確認）",
        prepare=mj,
        rule=DOUBT,
        settings=(MJ_PLUS,),
    ),
    TransformSpec(
        "ivs",
        "異体字の並び（IVS・SVS）を文字情報基盤の並びに揃える",
        _FORMS,
        prepare=ivs,
        only=_NOT_ASCII,
        rule=DOUBT,
        settings=(MJ_PLUS,),
    ),
    TransformSpec(
        "moji_code",
        "文字の番号（空白区切り）→ 文字",
        Argument("番号の種類 " + "、".join((*KINDS, f"mj（{MJ_NAME}）")), choices=(*KINDS, "mj")),
        prepare=moji_code,
        rule=DOUBT,
        settings=(MJ_PLUS,),
    ),
    TransformSpec(
        "juki_text", "住基ネット統一文字コードで書かれた文字列 → 通常の文字列", outcome=juki_text, rule=DOUBT
    ),
    TransformSpec(
        "shrink",
        "漢字を JIS の範囲に縮退する（候補が1つで町が認めたときだけ。ほかは要確認）",
        Argument("x0213 / x0208 / joyo（常用漢字。置き換えず候補だけ示す）", choices=tuple(SETS)),
        prepare=shrink,
        only=_NOT_ASCII,
        rule=SHRINK_RULE,
        settings=(APPLY, MJ_PLUS),
    ),
)
