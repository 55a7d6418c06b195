"""Kanji numerals → Arabic, inside a text: 昭和四十五年三月一日, 二〇年, 廿三."""

from __future__ import annotations

import re

_DIGITS = {**{sign: value for value, sign in enumerate("〇一二三四五六七八九")}, "零": 0, "壱": 1, "弐": 2, "参": 3}
_TENS = {"廿": 20, "卅": 30}
_UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1000}
_RUN = re.compile(f"[{''.join((*_DIGITS, *_TENS, *_UNITS))}]+")


def arabic(text: str) -> str:
    """Every run of kanji numerals as an Arabic number; the rest untouched."""
    return _RUN.sub(lambda run: _number(run[0]), text)


def _number(run: str) -> str:
    if all(sign in _DIGITS for sign in run):
        return "".join(str(_DIGITS[sign]) for sign in run)
    total, digit = 0, 0
    for sign in run:
        if sign in _DIGITS:
            digit = digit * 10 + _DIGITS[sign]
        elif sign in _TENS:
            total, digit = total + _TENS[sign], 0
        else:
            total, digit = total + max(digit, 1) * _UNITS[sign], 0
    return str(total + digit)
