"""Eras: their days, their signs in legacy data, and the wareki of a day."""

from __future__ import annotations

import datetime
import re

from migration.transforms import old_calendar

ERAS = ("明治", "大正", "昭和", "平成", "令和")
LETTERS = "MTSHR"
WESTERN = -1  # 西暦
UNKNOWN = -2  # 元号不明
STANDARD_CODES = "明1大2昭3平4令5西0"

# 明治 counts from the New Year of 慶応4 (改元の詔), 1868-01-25. The day of a change belongs to both 明治45 and 大正元,
# to both 大正15 and 昭和元 (住民記録 1.0 §1.1.8); 平成 and 令和 began at midnight.
_STARTS = ((1868, 1, 25), (1912, 7, 30), (1926, 12, 25), (1989, 1, 8), (2019, 5, 1))
_ENDS = ((1912, 7, 30), (1926, 12, 25), (1989, 1, 7), (2019, 4, 30), (9999, 12, 31))
_SHORT = "明大昭平令"
_KINDS = {**{sign: era for era, sign in enumerate(_SHORT)}, "西": WESTERN, "不": UNKNOWN}
_SIGNS = {
    **{sign: era for era, sign in enumerate(LETTERS)},
    **{sign: era for era, sign in enumerate(_SHORT)},
    **{sign: era for era, sign in enumerate("㍾㍽㍼㍻㋿")},
    **{sign: era for era, sign in enumerate(ERAS)},
    **dict.fromkeys(("西暦", "AD"), WESTERN),
    **dict.fromkeys(("不明", "不詳"), UNKNOWN),
}
SIGN = "|".join(sorted(map(re.escape, _SIGNS), key=len, reverse=True))  # a regex of every sign but vendor codes


def era_codes(text: str) -> dict[str, int]:
    """`明1大2昭3平4令5西0不9` → era by the vendor's sign. Empty when the text is not of that form."""
    pairs = re.findall(r"([明大昭平令西不])([0-9A-Z])", text.upper())
    written = "".join(kind + sign for kind, sign in pairs)
    signs = {sign: _KINDS[kind] for kind, sign in pairs}
    return signs if written == text.upper() and len(signs) == len(pairs) else {}


def era_of_sign(sign: str) -> int:
    """Era of a letter, kanji or name matched by `SIGN`."""
    return _SIGNS[sign]


def first_year(era: int) -> int:
    return _STARTS[era][0]


def era_spans() -> list[tuple[datetime.date, datetime.date, int]]:
    """First day, last day and first year of every era; the day of a change belongs to both up to 昭和元年."""
    return [(datetime.date(*start), datetime.date(*end), start[0]) for start, end in zip(_STARTS, _ENDS, strict=True)]


def outside(era: int, *known: int) -> bool:
    """True when year, year and month, or year, month and day (western) lie outside the days of the era."""
    count = len(known)
    return not _STARTS[era][:count] <= known <= _ENDS[era][:count]


def wareki(day: datetime.date) -> str:
    """昭和45年3月1日, 令和元年5月1日; before 明治6年 the old calendar, where 閏 marks a leap month. '' before 明治."""
    era = next((era for era in reversed(range(5)) if (day.year, day.month, day.day) >= _STARTS[era]), None)
    if era is None:
        return ""
    if day < old_calendar.END:
        old = old_calendar.of_day(day)
        return f"{wareki_year(era, old.year)}{'閏' if old.leap else ''}{old.month}月{old.day}日"
    return f"{wareki_year(era, day.year)}{day.month}月{day.day}日"


def wareki_year(era: int, year: int) -> str:
    count = year - _STARTS[era][0] + 1
    return f"{ERAS[era]}{'元' if count == 1 else count}年"


def only_era(year: int) -> int | None:
    """The era of all days of a western year; None when it began or ended in that year."""
    around = [era for era in range(5) if _STARTS[era][0] <= year <= _ENDS[era][0]]
    return around[0] if len(around) == 1 else None
