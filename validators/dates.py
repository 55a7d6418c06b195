"""Date functions of the condition language, over texts `YYYY-MM-DD` that need not be days of the calendar.

Arithmetic on integers only: 1927-02-29 has an age, and no engine's own calendar decides.
"""

from __future__ import annotations

from validators.meaning import ISO_DATE, Engine, Kind, Native

# 00 in the systems of the standard, 99 in DS-441 (GIF).
_NO_MONTH = "[0-9]{4}-00-[0-9]{2}|[0-9]{4}-99-[0-9]{2}"
_NO_DAY = "[0-9]{4}-[0-9]{2}-00|[0-9]{4}-[0-9]{2}-99"


def ymd(text: Native, engine: Engine) -> Native:
    """YYYYMMDD; NULL for 不詳 (year, month or day unknown). 0000-01-01, 'since ever', is 101."""
    return engine.shared(text, lambda day: _ymd(day, engine))


def _ymd(text: Native, engine: Engine) -> Native:
    known = (
        engine.matches(text, ISO_DATE)
        & ~engine.matches(text, f"{_NO_MONTH}|{_NO_DAY}")
        & (~engine.matches(text, "0000-[0-9]{2}-[0-9]{2}") | (text == engine.text("0000-01-01")))
    )
    number = _piece(text, 1, 4, engine) * 10000 + _piece(text, 6, 2, engine) * 100 + _piece(text, 9, 2, engine)
    return engine.usual_day(text, engine.choose(known, number, engine.nothing(Kind.NUMBER)))


def age(birth: Native, day: Native, engine: Engine) -> Native:
    """Full years: a year is complete on the day before the birthday (年齢計算ニ関スル法律). -1 before birth."""

    def years(next_day: Native, born: Native) -> Native:
        full = engine.quotient(next_day - born, 10000)
        return engine.choose(next_day >= born, full, _or_null(-1, next_day, born, engine))

    day_after = engine.shared(ymd(day, engine), lambda number: _day_after(number, engine))
    born = _since_a_day(birth, engine)
    return engine.shared(day_after, lambda next_day: engine.shared(born, lambda known: years(next_day, known)))


def months(start: Native, end: Native, engine: Engine) -> Native:
    """Full months from start to end; negative when end comes first."""

    def full(first: Native, last: Native) -> Native:
        unfinished = engine.choose(_day(last, engine) < _day(first, engine), engine.number(1), engine.number(0))
        return _month_number(last, engine) - _month_number(first, engine) - unfinished

    begun, ended = _since_a_day(start, engine), _since_a_day(end, engine)
    return engine.shared(begun, lambda first: engine.shared(ended, lambda last: full(first, last)))


def days(start: Native, end: Native, engine: Engine) -> Native:
    """Days from start to end: 1 for the next day. NULL when either is unknown or 0000-01-01."""
    first, last = (engine.shared(ymd(text, engine), lambda day: _day_number(day, engine)) for text in (start, end))
    return last - first


def year(text: Native, engine: Engine) -> Native:
    """The four digits at the beginning (YYYY, YYYY-MM-DD); NULL for 0000."""
    first = engine.substring(text, engine.number(1), engine.number(4))
    next_sign = engine.substring(text, engine.number(5), engine.number(1))
    known = engine.matches(first, "[0-9]{4}") & (first != engine.text("0000")) & engine.is_in(next_sign, ["", "-"])
    return engine.choose(known, _piece(text, 1, 4, engine), engine.nothing(Kind.NUMBER))


def fiscal_year(text: Native, engine: Engine) -> Native:
    """年度: April to March."""

    def of_day(day: Native) -> Native:
        before_april = engine.choose(_month(day, engine) < 4, engine.number(1), engine.number(0))
        return engine.quotient(day, 10000) - before_april

    return engine.shared(ymd(text, engine), of_day)


def real_date(text: Native, engine: Engine) -> Native:
    """Whether the day exists in the calendar."""

    def real(number: Native) -> Native:
        month, day = _month(number, engine), _day(number, engine)
        return (number > 10000) & (month <= 12) & (day <= _last_day(number, engine))

    found = engine.shared(ymd(text, engine), real)
    return engine.choose(engine.is_null(text), engine.truth(None), engine.first([found, engine.truth(False)]))


def early_day(text: Native, engine: Engine) -> Native:
    """A day up to the 28th of any month, which exists in every year: the cheap answer for most dates."""
    days = [f"{month}-{day}" for month in ("0[1-9]", "1[0-2]") for day in ("0[1-9]", "1[0-9]", "2[0-8]")]
    written = engine.matches(text, "|".join(f"[0-9]{{4}}-{day}" for day in days))
    return written & (engine.substring(text, engine.number(1), engine.number(4)) != engine.text("0000"))


def written_date(text: Native, engine: Engine) -> Native:
    """Year 1 or later, month 1–12, day 1–31, whether the day exists or not (2月29日 in any year)."""

    def fits(number: Native) -> Native:
        return (number > 10000) & (_month(number, engine) <= 12) & (_day(number, engine) <= 31)

    return engine.first([engine.shared(ymd(text, engine), fits), engine.truth(False)])


def unknown_date(text: Native, engine: Engine) -> Native:
    """不詳日 as systems of the standard write it: 00 for what is unknown, month A1–A4 春夏秋冬, day A1–A3 上中下旬.

    And as DS-441 (GIF) has it: 99 and 9999 for what is unknown, seasons A1–D4 or, in its first edition, 10–40.
    """
    systems = ("00-00", "A[1-4]-00", "0[1-9]-00", "1[0-2]-00", "0[1-9]-A[1-3]", "1[0-2]-A[1-3]")
    gif = ("99-99", "[A-D][1-4]-99", "0[1-9]-99", "1[0-2]-99", "[2-4]0-99")
    written = engine.matches(text, "|".join(f"[0-9]{{4}}-{rest}" for rest in (*systems, *gif)))
    known_year = engine.substring(text, engine.number(1), engine.number(4)) != engine.text("0000")
    return (written & known_year) | (text == engine.text("0000-00-00"))


def _since_a_day(text: Native, engine: Engine) -> Native:
    """`ymd`, but NULL for 0000-01-01, which no time can be counted from."""
    nothing = engine.nothing(Kind.NUMBER)
    return engine.shared(ymd(text, engine), lambda number: engine.choose(number > 10000, number, nothing))


def _piece(text: Native, start: int, length: int, engine: Engine) -> Native:
    return engine.to_integer(engine.substring(text, engine.number(start), engine.number(length)))


def _month(number: Native, engine: Engine) -> Native:
    return engine.quotient(number, 100) - engine.quotient(number, 10000) * 100


def _day(number: Native, engine: Engine) -> Native:
    return number - engine.quotient(number, 100) * 100


def _month_number(number: Native, engine: Engine) -> Native:
    return engine.quotient(number, 10000) * 12 + _month(number, engine)


def _last_day(number: Native, engine: Engine) -> Native:
    year, month = engine.quotient(number, 10000), _month(number, engine)
    leap = (_remainder(year, 4, engine) == 0) & (
        (_remainder(year, 100, engine) != 0) | (_remainder(year, 400, engine) == 0)
    )
    february = engine.choose(leap, engine.number(29), engine.number(28))
    short = engine.choose(engine.is_in(month, [4, 6, 9, 11]), engine.number(30), engine.number(31))
    return engine.choose(month == 2, february, short)


def _day_after(number: Native, engine: Engine) -> Native:
    """The next day; for days outside the calendar the first of the next month."""
    month = _month(number, engine)
    first_of_next = engine.choose(
        month >= 12,
        (engine.quotient(number, 10000) + 1) * 10000 + 101,
        (engine.quotient(number, 100) + 1) * 100 + 1,
    )
    return engine.choose(_day(number, engine) >= _last_day(number, engine), first_of_next, number + 1)


def _day_number(number: Native, engine: Engine) -> Native:
    """Days since a fixed day of the (proleptic Gregorian) calendar; a 30 February counts on into March."""
    early = engine.choose(_month(number, engine) <= 2, engine.number(1), engine.number(0))
    year = engine.quotient(number, 10000) - early
    month = _month(number, engine) + early * 12 - 3
    leaps = engine.quotient(year, 4) - engine.quotient(year, 100) + engine.quotient(year, 400)
    total = year * 365 + leaps + engine.quotient(month * 153 + 2, 5) + _day(number, engine)
    return engine.choose(number > 10000, total, engine.nothing(Kind.NUMBER))


def _remainder(number: Native, divisor: int, engine: Engine) -> Native:
    return number - engine.quotient(number, divisor) * divisor


def _or_null(value: int, one: Native, other: Native, engine: Engine) -> Native:
    known = ~(engine.is_null(one) | engine.is_null(other))
    return engine.choose(known, engine.number(value), engine.nothing(Kind.NUMBER))
