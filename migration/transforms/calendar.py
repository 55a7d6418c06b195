"""Date and time transforms: outcomes of one text. Rule COM-12 for what cannot be converted."""

from __future__ import annotations

import re

from migration.transforms.date_settings import DATE_SETTINGS, reading, usual_days, usual_numbers
from migration.transforms.dates import read_date
from migration.transforms.eras import ERAS
from migration.transforms.excel_dates import EXCEL
from migration.transforms.legacy_date import USUAL, DateRules, LegacyDate
from migration.transforms.spec import Argument, Outcome, TransformSpec
from migration.transforms.wareki import WAREKI

_WIDE_DIGITS = str.maketrans("０１２３４５６７８９：", "0123456789:")
NO_UNKNOWN = "不詳の日付ですが、この項目には不詳を入れられません"


def era_date(text: str, allowed: str = "strict", rules: DateRules = USUAL) -> Outcome:
    """Any legacy date → YYYY-MM-DD. `birth`: 不詳 and days outside the calendar too; `unknown`: 不詳 too."""
    return date_outcome(read_date(text, rules), allowed, rules)


def date_outcome(date: LegacyDate, allowed: str, rules: DateRules) -> Outcome:
    if date.blank:
        return Outcome(None, note=date.note, flags=("番兵値",) if date.sentinel else ())
    if date.fault:
        return Outcome(None, fault=date.fault, flags=("あいまい",) if date.ambiguous else ())
    flags = flags_of(date)
    if date.unknown and allowed not in ("birth", "unknown"):
        return Outcome(None, fault=NO_UNKNOWN, flags=flags)
    if "暦外日" in flags and allowed != "birth":
        return Outcome(None, fault="暦にない日付です", flags=flags)
    return Outcome(date.text(rules.unknown), note=doubt(date), flags=flags)


def flags_of(date: LegacyDate) -> tuple[str, ...]:
    """What is legal about a date but worth knowing."""
    marks = (
        ("不詳", date.unknown),
        ("暦外日", date.complete and not date.real),
        ("旧暦", bool(date.old_calendar)),
        ("元号範囲外", date.outside_era),
        ("時刻あり", date.timed),
    )
    return tuple(word for word, marked in marks if marked)


def doubt(date: LegacyDate) -> str:
    outside = f"{ERAS[date.era]}の期間から外れています" if date.outside_era else ""
    return "。".join(part for part in (outside, date.note) if part)


def western_date(text: str, _: str, rules: DateRules) -> Outcome:
    """Eight digits YYYYMMDD of a real day → YYYY-MM-DD."""
    plain = text.translate(_WIDE_DIGITS).strip(" 　")
    if not plain:
        return Outcome(None)
    if plain.strip("0") and not re.fullmatch(r"[0-9]{8}", plain):
        return Outcome(None, fault="YYYYMMDD の8桁ではありません")
    return era_date(plain, "strict", rules)


def month(text: str, _: str, rules: DateRules) -> Outcome:
    """A month, western (YYYYMM, YYYY-MM) or wareki (EYYMM) → YYYY-MM."""
    plain = re.sub(r"[-/. 　]", "", text.translate(_WIDE_DIGITS)).upper()
    if not plain.strip("0") or plain in ("99999", "999999"):
        return Outcome(None, flags=("番兵値",) if plain else ())
    if not re.fullmatch(r"[0-9]{6}|[0-9A-Z][0-9]{4}", plain):
        return Outcome(None, fault="年月として読めません")
    date = read_date(plain + "00", rules)
    if date.blank or date.fault or not date.month.isdigit() or date.month == "00":
        return Outcome(None, date.fault or ("" if date.blank else "年月として読めません"))
    return Outcome(f"{date.year:04}-{date.month}", note=doubt(date), flags=flags_of(date)[1:])


def year(text: str, _: str, rules: DateRules) -> Outcome:
    """A year: four digits, or wareki (EYY, 令和6年, 令和元年度) → YYYY; 0000 and blanks mean nothing."""
    plain = re.sub(r"年?度?$", "", text.translate(_WIDE_DIGITS).strip(" 　")).upper()
    if not plain.strip("0") or plain == "9999":
        return Outcome(None, flags=("番兵値",) if plain else ())
    if re.fullmatch(r"[0-9]{4}", plain):
        return Outcome(plain)
    date = read_date(f"{plain}0000" if re.fullmatch(r"[0-9A-Z][0-9]{2}", plain) else f"{plain}年", rules)
    if date.fault or not date.year or not date.unknown or date.month != "00":
        return Outcome(None, fault="年として読めません")
    return Outcome(f"{date.year:04}", note=doubt(date))


def time(text: str, _: str = "") -> Outcome:
    """HHMMSS, HHMM or HH:MM:SS → HH:MM:SS."""
    plain = text.translate(_WIDE_DIGITS).strip(" 　")
    found = re.fullmatch(r"([0-9]{2}):?([0-9]{2})(?::?([0-9]{2}))?", plain)
    if not plain:
        return Outcome(None)
    if not found or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        return Outcome(None, fault="時刻として読めません（HHMMSS）")
    return Outcome(f"{found[1]}:{found[2]}:{found[3] or '00'}")


_ALLOWED = Argument(
    "birth＝不詳・暦外日可、unknown＝不詳可、strict＝暦日だけ", choices=("birth", "unknown", "strict"), optional=True
)

CALENDAR = (
    TransformSpec(
        "era_date",
        "和暦・西暦の日付 → YYYY-MM-DD",
        _ALLOWED,
        rule="COM-12",
        prepare=reading(era_date, usual_days),
        settings=DATE_SETTINGS,
    ),
    *WAREKI,
    *EXCEL,
    TransformSpec(
        "ymd",
        "YYYYMMDD → YYYY-MM-DD（暦日だけ）",
        rule="COM-12",
        prepare=reading(western_date, usual_numbers),
        settings=DATE_SETTINGS,
    ),
    TransformSpec(
        "yymm",
        "年月（YYYYMM・元号付き）→ YYYY-MM",
        rule="COM-12",
        prepare=reading(month),
        settings=DATE_SETTINGS,
    ),
    TransformSpec(
        "year",
        "年・年度（西暦4桁・元号付き）→ YYYY",
        rule="COM-12",
        prepare=reading(year),
        settings=DATE_SETTINGS,
    ),
    TransformSpec("time", "HHMMSS・HHMM → HH:MM:SS", outcome=time, rule="COM-12"),
)
