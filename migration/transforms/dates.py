"""Legacy dates, one text at a time: wareki by code, letter or kanji, western, sentinels, and what is not known.

不詳 is written as in the loaders of the standard systems: year 0000, month 00 or A1–A4 (春夏秋冬), day 00 or A1–A3
(上中下旬). Days outside the calendar stay as written where the item allows them. No みなし date is ever made.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache

from migration.transforms.numerals import arabic

ERAS = ("明治", "大正", "昭和", "平成", "令和")
_STARTS = ((1868, 1, 25), (1912, 7, 30), (1926, 12, 25), (1989, 1, 8), (2019, 5, 1))
# The day of the change belongs to both 明治45 and 大正元, to both 大正15 and 昭和元 (住民記録 1.0 §1.1.8).
_ENDS = ((1912, 7, 30), (1926, 12, 25), (1989, 1, 7), (2019, 4, 30), (9999, 12, 31))
_CODES = {
    **{sign: index for index, sign in enumerate("12345")},
    **{sign: index for index, sign in enumerate("MTSHR")},
    **{sign: index for index, sign in enumerate("明大昭平令")},
    **{sign: index for index, sign in enumerate("㍾㍽㍼㍻㋿")},
    **{sign: index for index, sign in enumerate(ERAS)},
}
_EARLIEST = 1868
_SEASONS = dict(zip("春夏秋冬", ("A1", "A2", "A3", "A4"), strict=True))
_THIRDS = dict(zip("上中下", ("A1", "A2", "A3"), strict=True))
_WIDE = str.maketrans(
    {
        **{chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)},
        **dict.fromkeys("‐‑‒–—―−ー", "-"),
        **dict.fromkeys("．。・､，、,", "."),
        " ": "",
        "　": "",
    }
)

_SENTINEL = re.compile(r"^(?:0+|9{7,8}|9999[-/.]99[-/.]99)$")
_WESTERN = re.compile(r"^([0-9]{4})([-/.]?)([0-9]{2}|A[1-4])\2([0-9]{2}|A[1-3])$")
_WESTERN_SHORT = re.compile(r"^([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})$")
_COMPACT = re.compile(r"^([1-5MTSHR])([0-9]{2})([0-9]{2})([0-9]{2})$")
_SEPARATED = re.compile(
    r"^([1-5MTSHR明大昭平令㍾㍽㍼㍻㋿]|明治|大正|昭和|平成|令和)([0-9]{1,2}|元)([-/.])([0-9]{1,2})\3([0-9]{1,2})$"
)
_UNKNOWN_ALL = re.compile(r"^(?:西暦|明治|大正|昭和|平成|令和)?(?:生?年月日)?\(?(?:以下)?不[詳明]\)?$")
_WRITTEN = re.compile(
    r"^(西暦|明治|大正|昭和|平成|令和|[MTSHR明大昭平令㍾㍽㍼㍻㋿])?([0-9]{1,4}|元)年"
    r"(?:([春夏秋冬])|([0-9]{1,2})月(?:([上中下])旬|([0-9]{1,2})日)?)?"
    r"(月日不[詳明]|日不[詳明]|\(?(?:以下)?不[詳明]\)?)?$"
)


@dataclass(frozen=True, slots=True)
class LegacyDate:
    """One legacy date as read. `month` and `day` are two characters; `00` and A-codes are 不詳."""

    year: int = 0
    month: str = "00"
    day: str = "00"
    blank: bool = False  # a sentinel: there is no date
    vague: bool = False  # 頃, 推定
    written: str = ""  # the original text when it states more than the encoded date can
    era: int = -1  # 0 明治 … 4 令和; -1 western
    old_calendar: bool = False
    fault: str = ""

    @property
    def complete(self) -> bool:
        return self.year > 0 and self.month.isdigit() and self.day.isdigit() and "00" not in (self.month, self.day)

    @property
    def real(self) -> bool:
        try:
            datetime.date(self.year, int(self.month), int(self.day))
        except ValueError:
            return False
        return True

    @property
    def text(self) -> str:
        return f"{self.year:04}-{self.month}-{self.day}"


@lru_cache(maxsize=200_000)
def read_date(text: str) -> LegacyDate:
    """Any text → what it says; `fault` (Japanese) when it says no date."""
    plain = arabic(text.translate(_WIDE)).upper()
    if not plain or _SENTINEL.match(plain):
        return LegacyDate(blank=True)
    sure = re.sub(r"^推定|(?:頃|ごろ|推定)$", "", plain)
    vague = sure != plain
    found = _read(sure)
    if found is None:
        return LegacyDate(fault="日付として読めません")
    if found.fault:
        return found
    spoken = "不" in plain or vague or (not found.complete and "年" in plain)
    return LegacyDate(
        found.year,
        found.month,
        found.day,
        vague=vague,
        written=text if spoken else "",
        era=found.era,
        old_calendar=found.old_calendar,
    )


def era_spans() -> list[tuple[datetime.date, datetime.date, int]]:
    """First day, last day and first year of every era; the day of a change belongs to both up to 昭和元年."""
    return [(datetime.date(*start), datetime.date(*end), start[0]) for start, end in zip(_STARTS, _ENDS, strict=True)]


def outside_era(date: LegacyDate) -> bool:
    """True when the date lies outside the days of the era it is written in (昭和64年1月8日)."""
    if date.era < 0 or date.year == 0:
        return False
    start, end = _STARTS[date.era], _ENDS[date.era]
    if not date.complete:
        return not start[0] <= date.year <= end[0]
    return not start <= (date.year, int(date.month), int(date.day)) <= end


def _read(plain: str) -> LegacyDate | None:
    if found := _WESTERN.match(plain) or _WESTERN_SHORT.match(plain):
        return _western(found[1], found[3], found[4])
    if found := _COMPACT.match(plain):
        return _in_era(found[1], found[2], found[3], found[4])
    if found := _SEPARATED.match(plain):
        return _in_era(found[1], found[2], found[4], found[5])
    if _UNKNOWN_ALL.match(plain):
        return LegacyDate()
    if found := _WRITTEN.match(plain):
        era, year, season, month, third, day, _ = found.groups()
        month = _SEASONS.get(season or "", month or "00")
        day = _THIRDS.get(third or "", day or "00")
        return _western(year, month, day) if era in (None, "西暦") else _in_era(era, year, month, day)
    return None


def _western(year: str, month: str, day: str) -> LegacyDate:
    if year == "0000":
        unknown = (_part(month), _part(day)) == ("00", "00")
        return LegacyDate() if unknown else LegacyDate(fault="年が 0000 で月日があります")
    if not year.isdigit() or not _EARLIEST <= int(year) <= 2999:
        return LegacyDate(fault="年が 1868〜2999 の外です")
    return _checked(int(year), month, day, -1)


def _in_era(sign: str, year: str, month: str, day: str) -> LegacyDate:
    era = _CODES[sign]
    count = 1 if year == "元" else int(year)
    if count == 0:
        if (_part(month), _part(day)) == ("00", "00"):
            return LegacyDate(era=era)
        return LegacyDate(fault=f"{ERAS[era]}に 0 年はありません")
    western = _STARTS[era][0] - 1 + count
    if western < 1873 and _part(month) != "00":
        return _old_calendar(western, month, day)
    return _checked(western, month, day, era)


def _checked(year: int, month: str, day: str, era: int) -> LegacyDate:
    month, day = _part(month), _part(day)
    if month.isdigit() and int(month) > 12:
        return LegacyDate(fault=f"{int(month)}月はありません")
    if day.isdigit() and int(day) > 31:
        return LegacyDate(fault=f"{int(day)}日はありません")
    if (month == "00" or month.startswith("A")) and day != "00":
        return LegacyDate(fault="月が分からないのに日があります")
    return LegacyDate(year, month, day, era=era)


def _old_calendar(year: int, month: str, day: str) -> LegacyDate:
    """明治5年12月2日 is the last day of the old calendar (1872-12-31); its other days need a table nobody can check."""
    if year == 1872 and _part(month) == "12" and _part(day) in ("01", "02"):
        return LegacyDate(1872, "12", str(29 + int(day)), era=0, old_calendar=True)
    if year == 1872 and _part(month) == "12" and _part(day) != "00":
        return LegacyDate(fault="明治5年12月3日から31日は存在しません（翌日が明治6年1月1日）")
    return LegacyDate(fault="明治5年以前は旧暦のため西暦に直せません")


def _part(text: str) -> str:
    """Month or day as two characters; 99 means 不詳 like 00."""
    return "00" if text == "99" else text.zfill(2)
