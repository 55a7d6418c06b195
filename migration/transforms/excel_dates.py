"""Dates of Excel sheets: serial numbers, which nothing tells from other numbers, so the map says where they are."""

from __future__ import annotations

import datetime
import re

from migration.transforms.date_settings import DATE_SETTINGS, reading
from migration.transforms.dates import read_date
from migration.transforms.legacy_date import DateRules
from migration.transforms.spec import Argument, Outcome, TransformSpec

_WIDE = str.maketrans("０１２３４５６７８９．", "0123456789.")
_SERIAL = re.compile(r"([0-9]{1,5})(?:\.([0-9]+))?")
_PHANTOM = 60  # 1900-02-29, which Excel has and the calendar has not
_BEFORE_PHANTOM, _FROM_1900, _FROM_1904 = (
    datetime.date(1899, 12, 31),
    datetime.date(1899, 12, 30),
    datetime.date(1904, 1, 1),
)


def excel_date(text: str, system: str, rules: DateRules) -> Outcome:
    """A serial number (with a fraction for the time of day) → YYYY-MM-DD; other texts as `era_date` does."""
    found = _SERIAL.fullmatch(text.translate(_WIDE).strip(" 　"))
    if found is None:
        return _written(text, rules)
    serial, fraction = int(found[1]), (found[2] or "").strip("0")
    flags = ("時刻あり",) if fraction else ()
    if system == "1904":
        return Outcome((_FROM_1904 + datetime.timedelta(serial)).isoformat(), flags=flags)
    if serial == 0:
        return Outcome(None, flags=("番兵値",))
    if serial == _PHANTOM:
        return Outcome(None, fault="Excel の通し番号 60 は、暦にない 1900年2月29日 です")
    start = _BEFORE_PHANTOM if serial < _PHANTOM else _FROM_1900
    return Outcome((start + datetime.timedelta(serial)).isoformat(), flags=flags)


def _written(text: str, rules: DateRules) -> Outcome:
    date = read_date(text, rules)
    if date.blank:
        return Outcome(None, note=date.note, flags=("番兵値",) if date.sentinel else ())
    if date.fault:
        return Outcome(None, fault=date.fault)
    if date.unknown or not date.real:
        return Outcome(None, fault="不詳または暦にない日付です。era_date で読ませてください")
    return Outcome(date.text(rules.unknown), note=date.note, flags=("時刻あり",) if date.timed else ())


EXCEL = (
    TransformSpec(
        "excel_date",
        "Excel の通し番号（小数は時刻）→ YYYY-MM-DD。ほかの書き方は era_date と同じ",
        Argument("1904＝1904年から数えるブック", choices=("1900", "1904"), optional=True),
        rule="COM-12",
        prepare=reading(excel_date),
        settings=DATE_SETTINGS,
    ),
)
