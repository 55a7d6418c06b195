"""Kanji numerals → Arabic, inside a text: 昭和四十五年三月一日, 二〇年, 廿三, 壱拾弐."""

from __future__ import annotations

import re

from migration.transforms.spec import Outcome, TransformSpec

_DIGITS = {
    **{sign: value for value, sign in enumerate("〇一二三四五六七八九")},
    **{sign: value for value, sign in enumerate("零壱弐参肆伍陸漆捌玖")},
    **{sign: value for value, sign in enumerate("壹貳參", start=1)},
    **{sign: value for value, sign in enumerate("弌弍弎", start=1)},
    **dict.fromkeys("○◯OＯoｏ", 0),
    "柒": 7,
}
_CIRCLES = "○◯"  # a zero only beside another numeral: 二○二四 is, 令和○年 is not
_LATIN = "OＯoｏ"  # a zero only behind another numeral: 一O五番地
_TENS = {"廿": 20, "卄": 20, "卅": 30, "丗": 30, "卌": 40}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "陌": 100, "千": 1000, "仟": 1000, "阡": 1000}
_MYRIADS = {"万": 10_000, "萬": 10_000}
_SURE = "".join(sign for sign in (*_DIGITS, *_TENS, *_UNITS) if sign not in _CIRCLES + _LATIN)
_ALL = f"{_SURE}{_CIRCLES}{''.join(_MYRIADS)}"
_RUN = re.compile(f"[{_CIRCLES}]*[{_SURE}](?:[{_ALL}]|[{_LATIN}](?![A-Za-zＡ-Ｚａ-ｚ]))*")


def arabic(text: str) -> str:
    """Every run of kanji numerals as an Arabic number; the rest untouched."""
    return _RUN.sub(lambda run: _number(run[0]), text)


def kanji_numbers(text: str, _: str = "") -> Outcome:
    """廿三番地 → 23番地, 壱番 → 1番. For lots and counts: names and 町字 keep their numerals."""
    return Outcome(arabic(text) or None)


def _number(run: str) -> str:
    if all(sign in _DIGITS for sign in run):
        return "".join(str(_DIGITS[sign]) for sign in run)
    whole, total, digit = 0, 0, 0
    for sign in run:
        if sign in _DIGITS:
            digit = digit * 10 + _DIGITS[sign]
        elif sign in _TENS:
            total, digit = total + _TENS[sign], 0
        elif sign in _UNITS:
            total, digit = total + max(digit, 1) * _UNITS[sign], 0
        else:
            whole, total, digit = whole + max(total + digit, 1) * _MYRIADS[sign], 0, 0
    return str(whole + total + digit)


NUMERALS = (
    TransformSpec(
        "kanji_numbers",
        "漢数字（廿・壱・拾・〇も）→ 算用数字。氏名や町字名には使わない",
        outcome=kanji_numbers,
        only=f"[{_SURE}]",
    ),
)
