"""The forms a legacy date is written in, each told from the others by its shape alone: what fits two is refused."""

from __future__ import annotations

import re

from migration.transforms import old_calendar
from migration.transforms.eras import ERAS, LETTERS, SIGN, UNKNOWN, WESTERN, era_of_sign, first_year
from migration.transforms.legacy_date import GIF, GIF_2021, DateRules, LegacyDate, signs_of
from migration.transforms.old_calendar import OldDay

_EARLIEST, _LATEST = 1868, 2999
_NO_DAYS = {(9999, "12", "31"), (9999, "99", "99"), (2999, "12", "31"), (1, "01", "01")}
_DOUBTFUL_NO_DAY = (1900, "01", "01")
_SEASONS = {
    f"{part}{season}": f"{letter}{number}"
    for part, letter in zip(("", "初", "仲", "晩"), "ABCD", strict=True)
    for number, season in enumerate("春夏秋冬", start=1)
}
_THIRDS = {"上旬": "A1", "初旬": "A1", "中旬": "A2", "下旬": "A3"}
_THIRD = "|".join(_THIRDS)
_UNSURE = "不詳|不明|不祥"  # 不祥 is a frequent slip

_ZEROS = re.compile(r"^0+(?:([-/.])0+\1?0*)*$")
_EMPTY_FORM = re.compile(r"^(?:年?月?日?|[-/.~()]*)$")
_WESTERN = re.compile(
    r"^(?:西暦|AD\.?|西)?([0-9]{4})(?:([-/.])([0-9]{1,2}|[A-D][1-4])\2([0-9]{1,2}|A[1-3])|([0-9]{2})([0-9]{2}))$"
)
_CODED_WESTERN = re.compile(r"^([0-9A-Z])-?([0-9]{8})$")
_LONG_CODE = re.compile(r"^0([1-5][0-9]{6})$")
_PACKED = re.compile(rf"^(?:({SIGN})[-./]?|([0-9A-Z])-?)([0-9]{{2}})([0-9]{{2}})([0-9]{{2}})$")
_SEPARATED = re.compile(
    rf"^(?:({SIGN})[-./]?([0-9]{{1,2}}|元)|([0-9A-Z])[-./]([0-9]{{1,2}}|元)|([0-9A-Z])([0-9]{{2}}|元))"
    r"([-/.])([0-9]{1,2})\7([0-9]{1,2})$"
)
_MONTH = re.compile(
    rf"^(?:({SIGN})[-./]?([0-9]{{1,2}}|元)|([0-9]{{4}}))[-/.]([0-9]{{1,2}})$|^([MTSHR])([0-9]{{2}})([0-9]{{2}})$"
)
_WRITTEN = re.compile(
    rf"^(?:({SIGN}|西暦)[-./]?)?([0-9]{{1,4}}|元)年"
    rf"(?:([初仲晩]?[春夏秋冬])|(閏)?([0-9]{{1,2}})月(?:({_THIRD})|([0-9]{{1,2}})日?)?)?"
    rf"((?:\(?以下\)?)?\(?(?:以下)?(?:{_UNSURE})?(?:月|月日|日)?(?:{_UNSURE}|欠)?(?:日(?:{_UNSURE})?)?\)?)$"
)
_PART_OF_YEAR = re.compile(r"(?<=年|月)(?:初め|始め|末|半ば|中頃|前半|後半|暮れ?)$")
_UNKNOWN_YEAR = re.compile(
    rf"^(?:西暦)?(?:{SIGN})?(?:生)?(?:年?月?日?)?\(?(?:以下)?(?:{_UNSURE}|欠)\)?"
    rf"(?:[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?)?(?:{_UNSURE})?$"
)
_BOTH_YEARS = re.compile(
    rf"^({SIGN})([0-9]{{1,2}}|元)年?\((?:西暦)?([0-9]{{4}})年?\)年?(.*)$"
    rf"|^(?:西暦)?([0-9]{{4}})年?\(({SIGN})([0-9]{{1,2}}|元)年?\)年?(.*)$"
)
_AMBIGUOUS = (
    (
        re.compile(r"^[0-9]{6}$"),
        "6桁の数字だけでは元号か世紀かが分かりません。元号の列とつないで（元号+日付）読ませてください",
    ),
    (re.compile(r"^[0-9]{5}$"), "5桁の数字だけでは年月か Excel の通し番号かが分かりません（通し番号なら excel_date）"),
    (
        re.compile(r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}$"),
        "年が2桁以下で元号がないため、何年か（年が先かも）決まりません",
    ),
    (re.compile(r"^[0-9]{1,2}年"), "年が2桁以下で元号がないため、何年か決まりません"),
    (re.compile(r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}$"), "年が最後にあり、月と日の順が決まりません"),
    (
        re.compile(rf"^(?:{SIGN})[0-9]{{3,5}}$"),
        "元号のあとの桁が足りず、年・月・日の切れ目が決まりません（元号＋YYMMDD の6桁なら読めます）",
    ),
    (re.compile(r"^[0-9A-Z][0-9]{6}$"), "先頭の元号コードが分かりません（設定 era_codes で教えられます）"),
)
UNREADABLE = "日付として読めません"


def read_forms(plain: str, rules: DateRules) -> LegacyDate:
    """The date a text in the one spelling (`date_text`) says, without 頃 and 推定."""
    if plain != "0000-00-00" and _ZEROS.match(plain):
        return LegacyDate(blank=True, sentinel=True)
    if re.fullmatch("9{4,9}", plain) or _EMPTY_FORM.match(plain):
        return LegacyDate(blank=True, sentinel=True)
    if found := _BOTH_YEARS.match(plain):
        return _both_years(found, rules)
    date = _numbers(plain, rules) or _words(plain, rules)
    if date is None:
        ambiguous = next((message for shape, message in _AMBIGUOUS if shape.match(plain)), "")
        return LegacyDate(fault=ambiguous or UNREADABLE, ambiguous=bool(ambiguous))
    return date


def _numbers(plain: str, rules: DateRules) -> LegacyDate | None:
    signs = signs_of(rules.codes)
    if found := _LONG_CODE.match(plain):
        plain = found[1]
    if found := _WESTERN.match(plain):
        return _western(found[1], found[3] or found[5], found[4] or found[6], rules)
    if (found := _CODED_WESTERN.match(plain)) and signs.get(found[1]) == WESTERN:
        return _western(found[2][:4], found[2][4:6], found[2][6:], rules)
    if found := _PACKED.match(plain):
        return _signed(found[1], found[2], tuple(found.groups()[2:]), signs)
    if found := _SEPARATED.match(plain):
        year = found[2] or found[4] or found[6]
        return _signed(found[1], found[3] or found[5], (year, found[8], found[9]), signs)
    if found := _MONTH.match(plain):
        if found[3]:
            return _western(found[3], found[4], "00", rules)
        return _signed(found[1] or found[5], None, (found[2] or found[6], found[4] or found[7], "00"), signs)
    return None


def _words(plain: str, rules: DateRules) -> LegacyDate | None:
    if found := _WRITTEN.match(_PART_OF_YEAR.sub("", plain)):
        era, year, season, leap, month, third, day, _ = found.groups()
        month = _SEASONS.get(season or "", month or "00")
        day = _THIRDS.get(third or "", day or "00")
        if era is None or era_of_sign(era) == WESTERN:
            return _western(year, month, day, rules) if len(year) == 4 and not leap else None
        return _in_era(era_of_sign(era), year, month, day, bool(leap))
    if _UNKNOWN_YEAR.match(plain):
        named = re.match(rf"^(?:{SIGN})(?=.)", plain)
        return LegacyDate(era=max(era_of_sign(named[0]), WESTERN) if named and named[0] in ERAS else WESTERN)
    return None


def _signed(sign: str | None, code: str | None, parts: tuple[str, ...], signs: dict[str, int]) -> LegacyDate | None:
    """A date behind an era sign, or behind a vendor's code; None when the code is not known."""
    known = _era_of_code(code, signs) if sign is None else era_of_sign(sign)
    if known is None:
        return None
    year, month, day = parts
    if known == UNKNOWN:
        blank = all(part in ("00", "99") for part in parts)
        return LegacyDate() if blank else LegacyDate(fault="元号が不明なのに年月日があります")
    if known == WESTERN:
        return LegacyDate(fault="西暦の年が4桁ではないため、世紀が決まりません")
    return _in_era(known, year, month, day)


def _era_of_code(code: str | None, signs: dict[str, int]) -> int | None:
    if code is None:
        return None
    return signs[code] if code in signs else LETTERS.index(code) if code in LETTERS else None


def _both_years(found: re.Match[str], rules: DateRules) -> LegacyDate:
    """昭和45年（1970年）3月1日: both years must say the same."""
    if found[1]:
        era, year, stated, rest = found[1], found[2], found[3], found[4]
    else:
        stated, era, year, rest = found[5], found[6], found[7], found[8]
    date = read_forms(f"{era}{year}年{rest}", rules)
    if date.fault or date.old_calendar or date.year in (0, int(stated)):
        return date
    return LegacyDate(fault="和暦の年と西暦の年が食い違っています")


def _western(year: str, month: str, day: str, rules: DateRules) -> LegacyDate:
    month, day = month.zfill(2), day.zfill(2)
    number = (int(year), month, day)
    if number == (9999, "99", "99") and rules.unknown in (GIF, GIF_2021):
        return LegacyDate()
    if number in _NO_DAYS:
        return LegacyDate(blank=True, sentinel=True)
    if number == _DOUBTFUL_NO_DAY:
        note = "1900-01-01 は日付がないことを表す値とみて空にしました。本当の日付なら和暦で書いてください"
        return LegacyDate(blank=True, sentinel=True, note=note)
    if number[0] == 0:
        unknown = {_part(month), _part(day)} == {"00"}
        return LegacyDate() if unknown else LegacyDate(fault="年が 0000 で月日があります")
    if not _EARLIEST <= number[0] <= _LATEST:
        return LegacyDate(fault=f"年が {_EARLIEST}〜{_LATEST} の外です")
    if rules.unknown == GIF_2021 and month in ("20", "30", "40"):
        month = f"A{month[0]}"
    return _checked(number[0], month, day, WESTERN, 0)


def _in_era(era: int, year: str, month: str, day: str, leap: bool = False) -> LegacyDate:
    month, day = _part(month), _part(day)
    count = 1 if year == "元" else int(year)
    if count > 99:
        return LegacyDate(fault=f"{ERAS[era]}{count}年はありません")
    if count == 99 and (month, day) in (("12", "31"), ("00", "00")):
        return LegacyDate(blank=True, sentinel=True)
    if count == 0:
        if (month, day) == ("00", "00"):
            return LegacyDate(era=era)
        return LegacyDate(fault=f"{ERAS[era]}に 0 年はありません")
    western = first_year(era) - 1 + count
    if western <= old_calendar.LAST_YEAR and era == 0 and month.isdigit() and month != "00":
        return _old_calendar(western, month, day, leap)
    if leap:
        return LegacyDate(fault="閏月があるのは明治元年から明治5年までです")
    return _checked(western, month, day, era, count)


def _checked(year: int, month: str, day: str, era: int, count: int) -> LegacyDate:
    month, day = _part(month), _part(day)
    if month.isdigit() and int(month) > 12:
        return LegacyDate(fault=f"{int(month)}月はありません")
    if day.isdigit() and int(day) > 31:
        return LegacyDate(fault=f"{int(day)}日はありません")
    if (month == "00" or not month.isdigit()) and day != "00":
        return LegacyDate(fault="月が分からないのに日があります")
    return LegacyDate(year, month, day, era=era, count=count)


def _old_calendar(year: int, month: str, day: str, leap: bool) -> LegacyDate:
    """A day of 明治元年 to 5年 by the almanac. A month of it is no month of ours: only its year is kept."""
    count = year - first_year(0) + 1
    name = f"{'閏' if leap else ''}{int(month)}月"
    span = old_calendar.month_span(year, int(month), leap)
    if span is None:
        return LegacyDate(fault=f"明治{'元' if count == 1 else count}年に{name}はありません（旧暦）")
    if not day.isdigit() or day == "00":
        shared = span[0].year if span[0].year == span[1].year else 0
        said = name + {"A1": "上旬", "A2": "中旬", "A3": "下旬"}.get(day, "日不詳")
        return LegacyDate(shared, era=0, count=count, old_calendar=said)
    found = old_calendar.western(OldDay(year, int(month), leap, int(day)))
    said = f"{name}{int(day)}日"
    if found is not None:
        return LegacyDate(found.year, f"{found.month:02}", f"{found.day:02}", era=0, count=count, old_calendar=said)
    if (year, int(month)) == (old_calendar.LAST_YEAR, 12):
        return LegacyDate(fault="明治5年12月3日から31日は存在しません（翌日が明治6年1月1日）")
    return LegacyDate(fault=f"旧暦の明治{'元' if count == 1 else count}年{said}は存在しません")


def _part(text: str) -> str:
    """Month or day as two characters; 99 means 不詳 like 00."""
    return "00" if text == "99" else text.zfill(2)
