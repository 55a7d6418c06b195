"""Legacy dates, one text at a time: wareki by code, letter or kanji, western, sentinels, and what is not known.

No みなし date is ever made: what is not known stays 不詳, and what could be two dates is refused.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from migration.transforms.date_forms import UNREADABLE, read_forms
from migration.transforms.date_text import date_text, narrow, weekday_differs
from migration.transforms.legacy_date import USUAL, DateRules, LegacyDate

_GUESSED = re.compile(r"^\(?推定\)?|\(?推定\)?$|^およそ|^約")
_ABOUT = re.compile(r"(?:頃|の間)$")
_BORN = re.compile(r"^生年月日:?(?=.)|生$")
_RANGE = re.compile(r"^(.+?)(?:頃)?(?:から|より|~)(.*?)(?:頃)?(?:まで)?(?:の間)?$")
_REST = re.compile(
    r"^(?:同年)?(?:(同月|[0-9]{1,2}月))?(?:([0-9]{1,2})日?|[上中下初]旬)?$|^(?:同年)?([初仲晩]?[春夏秋冬])$"
)
_NOT_YEAR = re.compile("年|^[0-9]{4}|[-/.]")


@lru_cache(maxsize=200_000)
def read_date(text: str, rules: DateRules = USUAL) -> LegacyDate:
    """Any text → what it says; `fault` (Japanese) when it says no date."""
    found = date_text(text)
    plain = found.plain
    if not plain:
        return LegacyDate(blank=True)
    if settled := _settled(text, plain, rules):
        return settled
    sure = _GUESSED.sub("", _BORN.sub("", plain))
    date = _range(sure, rules) if re.search("から|より|~", sure) else read_forms(_ABOUT.sub("", sure) or sure, rules)
    if date.fault or date.blank:
        return date
    vague = date.vague or bool(_GUESSED.search(plain) or _ABOUT.search(sure))
    spoken = vague or "不" in plain or (not date.complete and "年" in plain)
    note = ""
    if found.weekday >= 0 and date.complete and weekday_differs(date.year, date.month, date.day, found.weekday):
        note = "曜日が日付と合いません"
    elif found.next_day:
        note = "時刻が日本時間ではなく、日本では別の日になります"
    return replace(date, vague=vague, written=text if spoken else "", timed=found.timed, note=note)


def _settled(text: str, plain: str, rules: DateRules) -> LegacyDate | None:
    """The town's own values for no date and for 不詳."""
    if not (rules.sentinels or rules.unknowns):
        return None
    spellings = {plain, text.strip(" 　")}
    if spellings & rules.unknowns:
        return LegacyDate()
    return LegacyDate(blank=True, sentinel=True) if spellings & rules.sentinels else None


def _range(plain: str, rules: DateRules) -> LegacyDate:
    """昭和20年3月1日から10日頃までの間: what both ends share is known, the rest is 不詳."""
    found = _RANGE.match(plain)
    if found is None:
        return LegacyDate(fault=UNREADABLE)
    first = read_forms(found[1], rules)
    if first.fault or first.blank or not found[2]:
        return first if first.fault or found[2] else replace(first, vague=True)
    last = _last_day(first, found[2], rules)
    if last.fault or last.blank:
        return LegacyDate(fault=last.fault or UNREADABLE)
    if (first.text("systems") or "") > (last.text("systems") or "") and first.complete and last.complete:
        return LegacyDate(fault="期間の終わりが始まりより前です")
    same_year = first.year == last.year
    same_month = same_year and first.month == last.month
    same_day = same_month and first.day == last.day
    return LegacyDate(
        first.year if same_year else 0,
        first.month if same_month else "00",
        first.day if same_day else "00",
        vague=True,
        era=first.era if first.era == last.era else -1,
        count=first.count if same_year and first.era == last.era else 0,
    )


def _last_day(first: LegacyDate, text: str, rules: DateRules) -> LegacyDate:
    """The end of a range; year and month that are not repeated are those of its beginning."""
    rest = _REST.match(text)
    if rest is None or not first.year or first.old_calendar:
        return read_forms(text.removeprefix("同年") if not rest else text, rules)
    if rest[3]:
        return read_forms(f"{first.year}年{rest[3]}", rules)
    month = first.month if rest[1] in (None, "同月") else rest[1][:-1].zfill(2)
    third = re.search("[上中下初]旬$", text)
    end = third[0] if third else f"{rest[2]}日" if rest[2] else ""
    return read_forms(f"{first.year}年{int(month)}月{end}" if month.isdigit() else text, rules)


def settled_values(text: str) -> frozenset[str]:
    """Values of a setting, parted by blanks or commas, in the spelling dates are read in."""
    return frozenset(part for part in re.split(r"[ ,、，　]+", text) for part in (part, narrow(part)) if part)
