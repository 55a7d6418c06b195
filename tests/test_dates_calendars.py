"""Every day from 1868 to 2100 against two calendars that are not ours (ICU, japanera), and the old calendar against
the moon and the sun. Expected deviations are those listed in docs/japanese/dates.md."""

from __future__ import annotations

import datetime
import math
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from migration.transforms import old_calendar
from migration.transforms.calendar import era_date
from migration.transforms.compact_dates import compact_dates
from migration.transforms.date_settings import ERA_CODES
from migration.transforms.dates import read_date
from migration.transforms.eras import ERAS, wareki
from migration.transforms.spec import Outcome

FIRST, LAST = datetime.date(1868, 1, 25), datetime.date(2100, 12, 31)
GREGORIAN = datetime.date(1873, 1, 1)
DAYS = [FIRST + datetime.timedelta(number) for number in range((LAST - FIRST).days + 1)]
BEGINNINGS = {"大正": (1912, 7, 30), "昭和": (1926, 12, 25), "平成": (1989, 1, 8), "令和": (2019, 5, 1)}
ICU_ERAS = dict(zip((232, 233, 234, 235, 236), ERAS, strict=True))


def parts(text: str) -> tuple[str, int, int, int]:
    """昭和元年12月25日 → 昭和, 1, 12, 25."""
    year, rest = text[2:].split("年")
    month, day = rest.removesuffix("日").split("月")
    return text[:2], 1 if year == "元" else int(year), int(month), int(day)


def test_every_day_written_is_read_again() -> None:
    for day in DAYS:
        found = read_date(wareki(day))
        assert (found.text("systems"), found.fault, found.outside_era) == (day.isoformat(), "", False)
        assert bool(found.old_calendar) == (day < GREGORIAN)


def test_every_day_is_the_day_of_icu() -> None:
    """ICU reckons 明治 before 1873 in our calendar, from 1868-09-08; from 1873 on it says what we say."""
    icu = pytest.importorskip("icu")
    zone = icu.TimeZone.createTimeZone("UTC")
    calendar = icu.Calendar.createInstance(zone, icu.Locale("ja_JP@calendar=japanese"))
    fields = icu.UCalendarDateFields
    epoch = datetime.date(1970, 1, 1)
    for day in DAYS:
        if day < GREGORIAN:
            continue
        calendar.setTime((day - epoch).days * 86_400.0)
        era = ICU_ERAS[calendar.get(fields.ERA)]
        month = calendar.get(fields.MONTH) + 1
        assert (era, calendar.get(fields.YEAR), month, calendar.get(fields.DATE)) == parts(wareki(day))


def test_every_day_is_the_day_of_japanera() -> None:
    """japanera too reckons before 1873 in our calendar."""
    japanera = pytest.importorskip("japanera")
    for day in DAYS[(GREGORIAN - FIRST).days :]:
        found = japanera.EraDate.from_date(day)
        assert (found.era.kanji, found.year - found.era.since.year + 1) == parts(wareki(day))[:2]


@pytest.mark.parametrize("era", ERAS[1:])
def test_an_era_begins_on_its_day(era: str) -> None:
    first = datetime.date(*BEGINNINGS[era])
    assert wareki(first) == f"{era}元年{first.month}月{first.day}日"
    assert not wareki(first - datetime.timedelta(1)).startswith(era)


def test_a_day_written_in_a_wrong_era_is_converted_and_told() -> None:
    """Every day from 1873 to 2025 in every era: the date is kept; told exactly when the day is not of that era."""
    spans = {"明治": ("1868-01-25", "1912-07-30"), "大正": ("1912-07-30", "1926-12-25"),
             "昭和": ("1926-12-25", "1989-01-07"), "平成": ("1989-01-08", "2019-04-30"),
             "令和": ("2019-05-01", "9999-12-31")}  # fmt: skip
    for day in DAYS[(GREGORIAN - FIRST).days : (datetime.date(2025, 1, 1) - FIRST).days : 3]:
        for (era, (first, last)), year in zip(spans.items(), (1867, 1911, 1925, 1988, 2018), strict=True):
            if not 1 <= day.year - year <= 98:
                continue
            inside = first <= day.isoformat() <= last
            note = "" if inside else f"{era}の期間から外れています"
            found = era_date(f"{era}{day.year - year}年{day.month}月{day.day}日")
            assert found == Outcome(day.isoformat(), note=note, flags=() if inside else ("元号範囲外",))


def test_the_fast_path_says_what_the_reader_says() -> None:
    """EYYMMDD of all codes and letters, real or not; YYYYMMDD, YYYY-MM-DD and others: left or agreed."""
    texts = [
        f"{era}{year:02}{month:02}{day:02}"
        for era in "0123456MTSHRs"
        for year in (0, 1, 6, 7, 15, 31, 45, 64, 99)
        for month in range(14)
        for day in (0, 1, 7, 8, 15, 24, 25, 29, 30, 31, 32)
    ]
    for day in DAYS[::5]:
        texts += [day.strftime("%Y%m%d"), day.isoformat(), day.strftime("%Y/%m/%d")]
    texts += ["19000101", "1900-01-01", "19750229", "1975-02-30", "1970-03/01", "1970.03.01", "+3450301", " 3450301"]
    texts += [
        "-3450301",
        "2024-1-005",
        "+024-01-05",
        "0024-01-05",
        "２０２４０１０５",
        "昭和45年",
        "S４50301",
        "5991231",
    ]
    asked = [era_date(text) for text in texts]
    left = 0
    for text, found, value in zip(texts, asked, compact_dates(pl.Series(texts)).to_list(), strict=True):
        assert value is None or found == Outcome(value), text
        usual = text[0].isalnum() and text.isascii() and "1873" < (found.value or "") < "2100"
        left += value is None and usual and found == Outcome(found.value)
    # S000000 … and era codes in lower case, a leading 0, and the dots are left to the reader.
    assert left < 200


def test_the_fast_path_takes_every_usual_day() -> None:
    days = [day for day in DAYS if GREGORIAN <= day < datetime.date(2100, 1, 1) and day.isoformat() != "1900-01-01"]
    expected = [day.isoformat() for day in days]
    assert compact_dates(pl.Series([day.strftime("%Y%m%d") for day in days])).to_list() == expected
    assert compact_dates(pl.Series(expected)).to_list() == expected
    for signs in ("12345", "MTSHR"):
        coded = [
            f"{signs[ERAS.index(era)]}{year:02}{month:02}{day:02}"
            for era, year, month, day in map(parts, map(wareki, days))
        ]
        assert compact_dates(pl.Series(coded), ERA_CODES.default).to_list() == expected


WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@pytest.mark.parametrize("style", ["{0}{1}年{2}月{3}日", "{4}{1}.{2}.{3}", "{5}{1}/{2}/{3}", "{5}{1:02}-{2:02}-{3:02}",
                                   "{5}{1:02}{2:02}{3:02}", "{6:04}年{2}月{3}日", "{6:04}.{2}.{3}"])  # fmt: skip
@pytest.mark.parametrize("wide", [False, True])
def test_the_fast_path_takes_written_days(style: str, wide: bool) -> None:
    def written(year: int, month: int, day: int, era: str, western: int) -> str:
        text = style.format(era, year, month, day, era[0], "MTSHR"[ERAS.index(era)], western)
        return text.translate(WIDE) if wide else text

    days = [day for day in DAYS[(GREGORIAN - FIRST).days : -400 : 13] if day.isoformat() != "1900-01-01"]
    texts = [
        written(year, month, number, era, day.year) for day in days for era, year, month, number in [parts(wareki(day))]
    ]
    assert compact_dates(pl.Series(texts)).to_list() == [day.isoformat() for day in days]
    assert [era_date(text).value for text in texts[::7]] == [day.isoformat() for day in days[::7]]
    others = [(45, 2, 29, "昭和", 1970), (64, 1, 8, "昭和", 1989), (45, 13, 1, "昭和", 1970), (45, 3, 0, "昭和", 1970)]
    left = compact_dates(pl.Series([written(*other) for other in others])).to_list()
    assert left == [None, "1989-01-08" if "{6" in style else None, None, None]


def test_the_fast_path_takes_pieces_of_columns() -> None:
    texts = pl.concat(
        [pl.Series(["x", "S45.03.01", "昭和45年3月2日"]), pl.Series(["S45.03.03", None, "", "S45.03.04"])]
    )
    expected = [None, "1970-03-01", "1970-03-02", "1970-03-03", None, None, "1970-03-04"]
    assert compact_dates(texts).to_list() == expected
    assert compact_dates(texts.slice(1, 3)).to_list() == expected[1:4]
    assert compact_dates(texts.slice(3, 1)).to_list() == expected[3:4]
    assert compact_dates(texts.clear()).to_list() == []
    assert compact_dates(pl.Series([None, None], dtype=pl.String)).to_list() == [None, None]


def test_the_old_calendar_is_that_of_the_moon_and_the_sun() -> None:
    """天保暦: a month begins on the day of the new moon at Kyoto, by true solar time. The winter solstice
    (270) lies in the 11th month; of thirteen months between two of them the first without a multiple of 30 is leap."""
    astronomy = pytest.importorskip("astronomy")
    moons = _new_moons(astronomy)
    starts = [_kyoto_day(astronomy, moon) for moon in moons]
    sectors = [_sectors(astronomy, starts[place], starts[place + 1]) for place in range(len(starts) - 1)]
    solstices = [place for place, passed in enumerate(sectors) if 270 in passed]
    expected = []
    for first, next_first in pairwise(solstices):
        bare = [place for place in range(first + 1, next_first) if not sectors[place]]
        leap = bare[0] if next_first - first == 13 else None
        number = 11
        for place in range(first, next_first):
            number = 11 if place == first else number if place == leap else number % 12 + 1
            if FIRST <= starts[place] < GREGORIAN:
                expected.append((starts[place], number, place == leap))
    ours = [
        (span[0], month, leap)
        for year in range(1868, 1873)
        for month in range(1, 13)
        for leap in (False, True)
        if (span := old_calendar.month_span(year, month, leap))
    ]
    assert sorted(ours) == expected
    assert len(ours) == 62
    assert old_calendar.month_span(1872, 12) == (datetime.date(1872, 12, 30), datetime.date(1872, 12, 31))


def test_the_old_calendar_is_that_of_icu_but_for_beijing() -> None:
    """ICU reckons the Chinese calendar at Beijing, 77 minutes later: three new moons there fall on the day before."""
    icu = pytest.importorskip("icu")
    calendar = icu.Calendar.createInstance(icu.TimeZone.createTimeZone("UTC"), icu.Locale("zh@calendar=chinese"))
    epoch = datetime.date(1970, 1, 1)
    differs = set()
    for year in range(1868, 1873):
        for month in range(1, 13):
            for leap in (False, True):
                if span := old_calendar.month_span(year, month, leap):
                    calendar.setTime((span[0] - epoch).days * 86_400.0)
                    fields = (calendar.get(icu.UCalendarDateFields.MONTH) + 1, bool(calendar.get(22)))
                    assert fields == (month, leap)
                    if calendar.get(icu.UCalendarDateFields.DATE) != 1:
                        assert calendar.get(icu.UCalendarDateFields.DATE) == 2
                        differs.add(span[0].isoformat())
    assert differs == {"1870-02-01", "1870-10-25", "1872-10-03"}


def _new_moons(astronomy: Any) -> list[Any]:
    moons, time = [], astronomy.Time.Make(1867, 11, 20, 0, 0, 0)
    for _ in range(80):
        moons.append(astronomy.SearchMoonPhase(0, time, 40))
        time = moons[-1].AddDays(5)
    return moons


def _kyoto_day(astronomy: Any, time: Any) -> datetime.date:
    """The day at Kyoto (135.74°E) by the true sun: mean time and the equation of time."""
    sun = astronomy.SunPosition(time)
    centuries = time.ut / 36_525
    mean = (280.466 + 36_000.770 * centuries) % 360
    tilt = math.radians(23.4393 - 0.0130 * centuries)
    longitude = math.radians(sun.elon)
    ascension = math.degrees(math.atan2(math.cos(tilt) * math.sin(longitude), math.cos(longitude)))
    equation = (mean - 0.0057 - ascension + 180) % 360 - 180  # degrees
    moment = datetime.datetime(2000, 1, 1, 12) + datetime.timedelta(days=time.ut + (135.74 + equation) / 360)
    return moment.date()


def _sectors(astronomy: Any, start: datetime.date, end: datetime.date) -> list[int]:
    """Multiples of 30 degrees the sun reaches on the days from start to before end."""
    passed = []
    time = astronomy.Time.Make(start.year, start.month, start.day, 0, 0, 0).AddDays(-1)
    for degrees in range(0, 360, 30):
        reached = astronomy.SearchSunLongitude(degrees, time, 40)
        if reached is not None and start <= _kyoto_day(astronomy, reached) < end:
            passed.append(degrees)
    return passed
