"""Dates in words: wareki for reports, 不詳表記 and its flag; era signs of a vendor."""

from __future__ import annotations

import datetime

from migration.transforms.date_settings import DATE_SETTINGS, reading
from migration.transforms.dates import read_date
from migration.transforms.eras import ERAS, LETTERS, UNKNOWN, WESTERN, era_codes, only_era, wareki, wareki_year
from migration.transforms.legacy_date import DateRules, LegacyDate
from migration.transforms.spec import Argument, Outcome, TransformSpec

_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_SEASONS = "春夏秋冬"
_PARTS = {"A": "", "B": "初", "C": "仲", "D": "晩"}


def era_unknown_text(text: str, _: str, rules: DateRules) -> Outcome:
    """The 不詳表記 of a date: what is known, in words; nothing for a complete date."""
    date = read_date(text, rules)
    if not date.unknown:
        return Outcome(None)
    words = date.written.strip(" 　") or in_words(date)
    return Outcome(words.translate(_FULL_WIDTH), flags=("不詳",))


def era_unknown_flag(text: str, no: str, rules: DateRules) -> Outcome:
    """`1` for a 不詳 date, `0` (nothing when `no` is `empty`) for a known one; nothing where there is no date."""
    date = read_date(text, rules)
    if date.unknown:
        return Outcome("1", flags=("不詳",))
    return Outcome(None if date.blank or date.fault or no == "empty" else "0")


def wareki_text(text: str, _: str, rules: DateRules) -> Outcome:
    """Any date in wareki. The era it is written in stays (大正15年12月25日); of two eras of a day the later one."""
    date = read_date(text, rules)
    if date.blank:
        return Outcome(None, flags=("番兵値",) if date.sentinel else ())
    if date.fault:
        return Outcome(None, fault=date.fault)
    if date.unknown:
        return Outcome(date.written.strip(" 　") or in_words(date), flags=("不詳",))
    outside = ("元号範囲外",) if date.outside_era else ()
    return Outcome(in_words(date), note=f"{ERAS[date.era]}の期間から外れています" if outside else "", flags=outside)


def in_words(date: LegacyDate) -> str:
    """昭和45年3月1日, 昭和20年12月日不詳, 1989年月日不詳 where the era is not certain."""
    if not date.year and not date.old_calendar:
        return f"{ERAS[date.era]}年月日不詳" if date.era >= 0 else "年月日不詳"
    if date.old_calendar:
        return f"{ERAS[0]}{'元' if date.count == 1 else date.count}年{date.old_calendar}"
    if date.era < 0 and date.complete and date.real:
        day = datetime.date(date.year, int(date.month), int(date.day))
        return wareki(day) or f"{day.year}年{day.month}月{day.day}日"
    return _year(date) + _rest(date)


def _year(date: LegacyDate) -> str:
    if date.era >= 0:
        return wareki_year(date.era, date.year)
    era = only_era(date.year) if date.complete else None
    return f"{date.year}年" if era is None else wareki_year(era, date.year)


def _rest(date: LegacyDate) -> str:
    if not date.month.isdigit():
        return _PARTS[date.month[0]] + _SEASONS[int(date.month[1]) - 1]
    if date.month == "00":
        return "月日不詳"
    shown = f"{int(date.month)}月"
    if date.day == "00":
        return f"{shown}日不詳"
    return shown + (f"{int(date.day)}日" if date.day.isdigit() else "上中下"[int(date.day[1]) - 1] + "旬")


def era_sign(text: str, codes: str) -> Outcome:
    """The vendor's era code in front as the sign every reader knows: 7450301 → S450301 where 昭 is 7."""
    plain = text.strip(" 　").translate({wide: code for code, wide in _FULL_WIDTH.items()})
    signs = era_codes(codes)
    if not signs:
        return Outcome(None, fault=f"引数「{codes}」は「明1大2昭3平4令5西0不9」の形ではありません")
    if not plain or plain[0].upper() not in signs:
        return Outcome(text or None)
    era = signs[plain[0].upper()]
    sign = {WESTERN: "西暦", UNKNOWN: "不明"}.get(era) or LETTERS[era]
    return Outcome(sign + plain[1:])


WAREKI = (
    TransformSpec(
        "era_unknown_text",
        "日付の不詳表記（全角）。完全な日付なら空",
        rule="COM-12",
        prepare=reading(era_unknown_text),
        settings=DATE_SETTINGS,
    ),
    TransformSpec(
        "era_unknown_flag",
        "日付の不詳フラグ。不詳 1、そうでなければ 0、日付がなければ空",
        Argument("empty＝不詳でなければ空", choices=("empty",), optional=True),
        rule="COM-12",
        prepare=reading(era_unknown_flag),
        settings=DATE_SETTINGS,
    ),
    TransformSpec(
        "wareki",
        "日付 → 昭和45年3月1日。元号で書かれていればその元号のまま",
        rule="COM-12",
        prepare=reading(wareki_text),
        settings=DATE_SETTINGS,
    ),
    TransformSpec(
        "era_sign",
        "先頭の元号コードを M・T・S・H・R・西暦・不明 に（era_date の前に置く）",
        Argument("元号とコード。例 明1大2昭3平4令5西0不9", free=True),
        outcome=era_sign,
        rule="COM-12",
    ),
)
