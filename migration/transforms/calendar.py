"""Date and time transforms: outcomes of one text. Rule COM-12 for what cannot be converted."""

from __future__ import annotations

import re

from migration.transforms.compact_dates import compact_dates
from migration.transforms.dates import ERAS, LegacyDate, outside_era, read_date
from migration.transforms.spec import Argument, Outcome, TransformSpec

_WIDE_DIGITS = str.maketrans("０１２３４５６７８９：", "0123456789:")
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def era_date(text: str, allowed: str = "strict") -> Outcome:
    """Any legacy date → YYYY-MM-DD. `birth`: 不詳 and days outside the calendar too; `unknown`: 不詳 too."""
    date = read_date(text)
    if date.blank or date.fault:
        return Outcome(None, fault=date.fault)
    if not date.complete or date.vague:
        if allowed not in ("birth", "unknown"):
            return Outcome(None, fault="不詳の日付ですが、この項目には不詳を入れられません")
    elif not date.real and allowed != "birth":
        return Outcome(None, fault="暦にない日付です")
    return Outcome(date.text, note=_doubt(date))


def era_unknown_text(text: str, _: str = "") -> Outcome:
    """The 不詳表記 of a date: what is known, in words; nothing for a complete date."""
    date = read_date(text)
    if date.blank or date.fault or (date.complete and not date.vague):
        return Outcome(None)
    if date.written:
        return Outcome(date.written.strip().translate(_FULL_WIDTH))
    return Outcome(_known_part(date).translate(_FULL_WIDTH))


def western_date(text: str, _: str = "") -> Outcome:
    """Eight digits YYYYMMDD of a real day → YYYY-MM-DD."""
    plain = text.translate(_WIDE_DIGITS).strip(" 　")
    if not plain or not plain.strip("0") or plain == "99999999":
        return Outcome(None)
    if not re.fullmatch(r"[0-9]{8}", plain):
        return Outcome(None, fault="YYYYMMDD の8桁ではありません")
    return era_date(plain)


def month(text: str, _: str = "") -> Outcome:
    """A month, western (YYYYMM, YYYY-MM) or wareki (EYYMM) → YYYY-MM."""
    plain = re.sub(r"[-/. 　]", "", text.translate(_WIDE_DIGITS)).upper()
    if not plain.strip("0") or plain in ("99999", "999999"):
        return Outcome(None)
    if not re.fullmatch(r"[0-9]{6}|[1-5MTSHR][0-9]{4}", plain):
        return Outcome(None, fault="年月として読めません")
    found = era_date(plain + "01")
    return Outcome(found.value[:7] if found.value else None, found.fault, found.note)


def year(text: str, _: str = "") -> Outcome:
    """A year: four digits, or wareki (EYY, 令和6年, 令和元年度) → YYYY; 0000 and blanks mean nothing."""
    plain = re.sub(r"年?度?$", "", text.translate(_WIDE_DIGITS).strip(" 　")).upper()
    if not plain.strip("0") or plain == "9999":
        return Outcome(None)
    if re.fullmatch(r"[0-9]{4}", plain):
        return Outcome(plain)
    date = read_date(f"{plain}0000" if re.fullmatch(r"[1-5MTSHR][0-9]{2}", plain) else f"{plain}年")
    if date.fault or not date.year:
        return Outcome(None, fault="年として読めません")
    return Outcome(f"{date.year:04}", note=_doubt(date))


def time(text: str, _: str = "") -> Outcome:
    """HHMMSS, HHMM or HH:MM:SS → HH:MM:SS."""
    plain = text.translate(_WIDE_DIGITS).strip(" 　")
    found = re.fullmatch(r"([0-9]{2}):?([0-9]{2})(?::?([0-9]{2}))?", plain)
    if not plain:
        return Outcome(None)
    if not found or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        return Outcome(None, fault="時刻として読めません（HHMMSS）")
    return Outcome(f"{found[1]}:{found[2]}:{found[3] or '00'}")


def _doubt(date: LegacyDate) -> str:
    if date.old_calendar:
        return "旧暦の日付です（改暦の前日まで）"
    return f"{ERAS[date.era]}の期間から外れています" if outside_era(date) else ""


def _known_part(date: LegacyDate) -> str:
    if not date.year:
        return f"{ERAS[date.era]}年月日不詳" if date.era >= 0 else "年月日不詳"
    count = date.year - _first_year(date.era) + 1
    shown = f"{ERAS[date.era]}{'元' if count == 1 else count}年" if date.era >= 0 else f"{date.year}年"
    if date.month.startswith("A"):
        return shown + "春夏秋冬"[int(date.month[1]) - 1]
    if date.month == "00":
        return f"{shown}月日不詳"
    shown += f"{int(date.month)}月"
    return shown + ("上中下"[int(date.day[1]) - 1] + "旬" if date.day.startswith("A") else "日不詳")


def _first_year(era: int) -> int:
    return (1868, 1912, 1926, 1989, 2019)[era] if era >= 0 else 1


_ALLOWED = Argument(
    "birth＝不詳・暦外日可、unknown＝不詳可、strict＝暦日だけ", choices=("birth", "unknown", "strict"), optional=True
)

CALENDAR = (
    TransformSpec(
        "era_date", "和暦・西暦の日付 → YYYY-MM-DD", _ALLOWED, outcome=era_date, fast=compact_dates, rule="COM-12"
    ),
    TransformSpec(
        "era_unknown_text", "日付の不詳表記（全角）。完全な日付なら空", outcome=era_unknown_text, rule="COM-12"
    ),
    TransformSpec("ymd", "YYYYMMDD → YYYY-MM-DD（暦日だけ）", outcome=western_date, rule="COM-12"),
    TransformSpec("yymm", "年月（YYYYMM・元号付き）→ YYYY-MM", outcome=month, rule="COM-12"),
    TransformSpec("year", "年・年度（西暦4桁・元号付き）→ YYYY", outcome=year, rule="COM-12"),
    TransformSpec("time", "HHMMSS・HHMM → HH:MM:SS", outcome=time, rule="COM-12"),
)
