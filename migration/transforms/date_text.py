"""The text of a legacy date in one spelling: half-width, without padding, weekday and time of day."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from migration.transforms.numerals import arabic

# Signs that look like those of dates but are others: compatibility ideographs, radicals, whole months and days.
_ALIKE = {
    **dict(zip("\uf9a8\uf98e\uf9d1\uf967\uf973", "令年六不拾", strict=True)),
    **dict(zip("⽇⽉⼀⼆⼋⼗", "日月一二八十", strict=True)),
    **{chr(0x32BF + month): f"{month}月" for month in range(1, 13)},
    **{chr(0x33DF + day): f"{day}日" for day in range(1, 32)},
}
_WIDE = str.maketrans(
    {
        **_ALIKE,
        **{chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)},
        **dict.fromkeys("‐‑‒–—―−ー－ｰ", "-"),
        **dict.fromkeys("．。・､，、,｡･·", "."),
        **dict.fromkeys("⁄∕", "/"),
        **dict.fromkeys("〜∼", "~"),
        **dict.fromkeys("〔［[【｢「", "("),
        **dict.fromkeys("〕］]】｣」", ")"),
        **dict.fromkeys("　\t\n\r\u00a0\u2002\u2003\u2009", " "),
    }
)
_KANA = (
    ("ねん", "年"),
    ("がつ", "月"),
    ("にち", "日"),
    ("ごろ", "頃"),
    ("ころ", "頃"),
    ("うまれ", "生"),
    ("生まれ", "生"),
)
_KANA_SIGNS = re.compile("[ねがにごこうま]")
# Fixed-length fields padded with blanks: `S 5 3 1`, `3 5 3 1`, `1970 3 1`.
_PADDED = re.compile(r"^(?:[1-5MTSHR明大昭平令][ 0-9][0-9]|[0-9]{4})[ 0-9][0-9][ 0-9][0-9]$")
_CODE_APART = re.compile(r"^([0-9]) +([0-9]{6}|[0-9]{8})$")
_FLOAT = re.compile(r"^([0-9]{6,9})\.0+$")
_ZONE = r"(Z|JST|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_CLOCK = re.compile(
    rf"^(.*[0-9日)])(?:T| +|(?<=\)))([0-9]{{1,2}}):([0-9]{{2}})(?::([0-9]{{2}})(?:\.[0-9]+)?)? *{_ZONE}$"
)
_STAMP = re.compile(rf"^([0-9]{{8}})T?([0-2][0-9])([0-5][0-9])([0-5][0-9])(?:\.?[0-9]{{3,6}})?{_ZONE}$")
_HOUR = re.compile(r"(?:午前|午後)? *[0-9]{1,2} *時(?: *(?:[0-9]{1,2} *分|半))?(?: *[0-9]{1,2} *秒)?|正午")
_WEEKDAY = re.compile(
    r" *\.? *(?:\((?:([月火水木金土日])(?:曜日?)?(?:[./]?祝日?)?|祝日?|(SUN|MON|TUE|WED|THU|FRI|SAT)[A-Z]*)\)"
    r"|([月火水木金土日])曜日?|(SUN|MON|TUE|WED|THU|FRI|SAT)[A-Z]*)$"
)
_ENGLISH = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True, slots=True)
class DateText:
    """`plain` has no blanks; digits parted by blanks have '.' between. `weekday` 0 is Monday, -1 not written."""

    plain: str
    weekday: int = -1
    timed: bool = False  # a time of day other than midnight was written
    next_day: bool = False  # in Japan the moment written with its zone is on another day


def date_text(text: str) -> DateText:
    """Any text in the one spelling, upper case, numerals Arabic."""
    found = narrow(text)
    if " " in found:
        found = _without_padding(found)
    found, timed, next_day = _without_time(_unwrapped(found))
    found, weekday = _without_weekday(found)
    return DateText(_without_blanks(found), weekday, timed, next_day)


def narrow(text: str) -> str:
    found = text.translate(_WIDE).upper()
    if _KANA_SIGNS.search(found):
        for kana, kanji in _KANA:
            found = found.replace(kana, kanji)
    return arabic(found)


def _unwrapped(text: str) -> str:
    """Without the quotes, brackets and `.0` of spreadsheets and exports around a date."""
    found = text.strip(" '\"’‘”“")
    if found[:1] == "(" and found.find(")") == len(found) - 1:
        found = found[1:-1].strip(" ")
    return _FLOAT.sub(r"\1", found)


def _without_padding(text: str) -> str:
    if _PADDED.match(text):
        return text.replace(" ", "0")
    return _CODE_APART.sub(r"\1\2", text.strip(" "))


def _without_time(text: str) -> tuple[str, bool, bool]:
    found = _CLOCK.match(text) or _STAMP.match(text)
    if found and int(found[2]) < 25:
        hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
        return found[1], (hour, minute, second) != (0, 0, 0), _next_day(hour, minute, found[5] or "")
    if "時" in text or "正午" in text:
        rest = _HOUR.sub("", text)
        return rest, rest != text, False
    return text, False, False


def _next_day(hour: int, minute: int, zone: str) -> bool:
    if zone in ("", "JST"):
        return False
    offset = 0
    if zone != "Z":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = (1 if zone[0] == "+" else -1) * (int(digits[:2]) * 60 + int(digits[2:]))
    return not 0 <= hour * 60 + minute - offset + 9 * 60 < 24 * 60


def _without_weekday(text: str) -> tuple[str, int]:
    found = _WEEKDAY.search(text)
    if found is None or not found.start():
        return text, -1
    kanji, english = found[1] or found[3], found[2] or found[4]
    weekday = "月火水木金土日".index(kanji) if kanji else _ENGLISH.index(english) if english else -1
    return text[: found.start()], weekday


def _without_blanks(text: str) -> str:
    if " " not in text:
        return text
    return re.sub(r"(?<=[0-9]) +(?=[0-9])", ".", text.strip(" ")).replace(" ", "")


def weekday_differs(year: int, month: str, day: str, weekday: int) -> bool:
    try:
        return datetime.date(year, int(month), int(day)).weekday() != weekday
    except ValueError:
        return False
