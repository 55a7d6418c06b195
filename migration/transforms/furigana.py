"""フリガナ: what the law of 2025-05-26 lets stand in the 振り仮名 of a 氏 or a 名. The value is never changed.

Katakana of 現代仮名遣い with small letters and ー. Everything else is doubted (W); letters that are legal in print but
not in the rule (ヵヶヮヰヱヷヸヹヺ) and beginnings no reading has (ー, ン, small letters) are told (I).
"""

from __future__ import annotations

import re

import polars as pl

from migration.transforms.spec import Argument, Outcome, TransformSpec

RULE = "NAM-02"
LOOK_ALIKE = dict(zip("力二口夕工卜八千三一へべぺ", "カニロタエトハチミーヘベペ", strict=True))
_ALLOWED = re.compile("[ァ-ワヲ-ヴー]")
_OLD = re.compile("[ヵヶヮヰヱヷヸヹヺ]")
_KINDS = (
    ("半角カナ", re.compile("[ｦ-ﾟ]"), "半角カナは全角にしてください"),
    ("ひらがな", re.compile("[ぁ-ゖゝゞ]"), "ひらがなはカタカナにしてください"),
    ("中点", re.compile("[・･]"), "「・」は使えません"),
    ("踊り字", re.compile("[ヽヾ]"), "「ヽ」「ヾ」は使えません。同じカナを書いてください"),
    ("英数字", re.compile("[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]"), "英数字は使えません"),
)
_BEGINNING = re.compile("[ーンァィゥェォッャュョヮヵヶ]")
_GAP = re.compile("[ 　]+")


def furigana(text: str, argument: str = "") -> Outcome:
    """`argument`: 氏名 (one full-width space between 氏 and 名 allowed; the default) or 氏 / 名 (no space)."""
    flags, doubts = _signs(text)
    spaces = _spaces(text, argument)
    if spaces:
        flags.append("空白")
        doubts.append(spaces)
    mild_flags, told = _mild(text)
    flags += mild_flags
    said = doubts or told
    severity = "" if doubts or not told else "I"
    return Outcome(text, note="、".join(said), rule=RULE if said else "", severity=severity, flags=tuple(flags))


def _usual(texts: pl.Series, argument: str) -> pl.Series:
    """Words of allowed kana: one, or two with a full-width space between when the argument allows it."""
    word = "[ア-ワヲヴ&&[^ィゥェォッャュョヮ]][ァ-ワヲ-ヴー&&[^ヮ]]*"
    whole = f"^{word}$" if argument in ("氏", "名") else f"^{word}(?:　{word})?$"
    return texts.set(~texts.str.contains(whole), None)


def _signs(text: str) -> tuple[list[str], list[str]]:
    flags, doubts = [], []
    rest = text
    for flag, signs, advice in _KINDS:
        if signs.search(rest):
            flags.append(flag)
            doubts.append(advice)
            rest = signs.sub("", rest)
    others = dict.fromkeys(sign for sign in rest if not (_ALLOWED.match(sign) or _OLD.match(sign) or sign in " 　"))
    if others:
        flags.append("カナ以外")
        doubts.append(f"フリガナに使えない文字 {'・'.join(_shown(sign) for sign in others)} があります")
    return flags, doubts


def _shown(sign: str) -> str:
    kana = LOOK_ALIKE.get(sign)
    name = f"「{sign}」" if sign.isprintable() else f"U+{ord(sign):04X}"
    return f"{name}（カナの「{kana}」の打ち間違いではありませんか）" if kana else name


def _spaces(text: str, argument: str) -> str:
    if text != text.strip(" 　"):
        return "前後に空白があります"
    gaps = _GAP.findall(text)
    if not gaps:
        return ""
    if argument in ("氏", "名"):
        return f"{argument}のフリガナの中に空白があります"
    if len(gaps) > 1:
        return "空白が2か所以上にあります"
    return "" if gaps == ["　"] else "氏と名の間は全角の空白1字にしてください"


def _mild(text: str) -> tuple[list[str], list[str]]:
    flags, told = [], []
    old = dict.fromkeys(_OLD.findall(text))
    if old:
        flags.append("規則外カナ")
        told.append(f"「{'・'.join(old)}」は振り仮名の規則にない文字です")
    starts = dict.fromkeys(word[0] for word in _GAP.split(text) if word and _BEGINNING.match(word))
    if starts:
        flags.append("語頭")
        told.append(f"「{'・'.join(starts)}」で始まる読みはふつうありません")
    return flags, told


FURIGANA = (
    TransformSpec(
        "furigana",
        "フリガナに使える文字かを確かめる（値は変えない）",
        Argument("氏名（既定。間の全角空白1字を許す）・氏・名", choices=("氏名", "氏", "名"), optional=True),
        outcome=furigana,
        fast=_usual,
        rule=RULE,
    ),
)
