"""How the old system writes things: dates, kana, digits, check digits. Expressions in, String expressions out.

Days are ordinals of `datetime.date`; 0 stands for no day.
"""

from __future__ import annotations

from datetime import date

import polars as pl

EPOCH = date(1970, 1, 1).toordinal()
ERAS = (  # (first day, digit, letter, year before its first)
    (date(2019, 5, 1), "5", "R", 2018),
    (date(1989, 1, 8), "4", "H", 1988),
    (date(1926, 12, 25), "3", "S", 1925),
    (date(1912, 7, 30), "2", "T", 1911),
    (date(1868, 1, 25), "1", "M", 1867),
)
NO_DAY = "0000000"
_FULL = str.maketrans(
    {c: chr(ord(c) + 0xFEE0) for c in map(chr, range(0x21, 0x7F))} | {" ": "\u3000"}  # ASCII to full width
)
_PLAIN_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッー"
)
_HALF_KANA = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ"
_VOICED = dict(zip("ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ", "ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎｳ", strict=True))
_HALF = str.maketrans(
    dict(zip(_PLAIN_KANA, _HALF_KANA, strict=True))
    | {full: f"{half}ﾞ" for full, half in _VOICED.items()}
    | {full: f"{half}ﾟ" for full, half in zip("パピプペポ", "ﾊﾋﾌﾍﾎ", strict=True)}
    | {"\u3000": " ", "・": "･"}
)


def to_date(ordinal: pl.Expr) -> pl.Expr:
    """Ordinal → Date; 0 → null."""
    return pl.when(ordinal > 0).then((ordinal - EPOCH).cast(pl.Int32).cast(pl.Date))


def wareki(ordinal: pl.Expr, *, letter: bool = False, none: str = NO_DAY) -> pl.Expr:
    """3450301 (or S450301); `none` where there is no day."""
    day = to_date(ordinal)
    era: pl.Expr = pl.lit("")
    base: pl.Expr = pl.lit(0)
    for first, digit, sign, before in reversed(ERAS):
        since = day >= first
        era = pl.when(since).then(pl.lit(sign if letter else digit)).otherwise(era)
        base = pl.when(since).then(pl.lit(before)).otherwise(base)
    year = (day.dt.year() - base).cast(pl.String).str.zfill(2)
    return pl.when(ordinal > 0).then(era + year + day.dt.strftime("%m%d")).otherwise(pl.lit(none))


def western(ordinal: pl.Expr) -> pl.Expr:
    """20261001; '' where there is no day."""
    return pl.when(ordinal > 0).then(to_date(ordinal).dt.strftime("%Y%m%d")).otherwise(pl.lit(""))


def stamp(ordinal: pl.Expr, number: pl.Expr) -> pl.Expr:
    """更新日時 'YYYYMMDD HHMMSS': a working hour told apart by `number`."""
    seconds = number % 3600
    clock = [(number % 8 + 9), seconds // 60, seconds % 60]
    return pl.concat_str([western(ordinal), pl.lit(" "), *(part.cast(pl.String).str.zfill(2) for part in clock)])


def padded(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def full_width(text: str) -> str:
    return text.translate(_FULL)


def half_kana(text: str) -> str:
    """Full-width katakana as the old system keeps it: half width, sound marks apart."""
    return text.translate(_HALF)


def search_kana(text: str) -> str:
    """検索カナ: without sound marks, small kana large."""
    plain = half_kana(text).replace("ﾞ", "").replace("ﾟ", "").replace(" ", "")
    return plain.translate(str.maketrans("ｧｨｩｪｫｬｭｮｯ", "ｱｲｳｴｵﾔﾕﾖﾂ"))


def full_digits(number: pl.Expr) -> pl.Expr:
    """Digits of an integer in full width."""
    text = number.cast(pl.String)
    return text.str.replace_many(list("0123456789"), list("０１２３４５６７８９"))


def check_digit(number: pl.Expr, width: int) -> pl.Expr:
    """Modulus 11, weights 2–7 from the right (remainders 0 and 1 → 0), of an integer of `width` digits."""
    total: pl.Expr = pl.lit(0, dtype=pl.Int64)
    for place in range(width):
        total = total + (number // 10**place % 10) * (2 + place % 6)
    rest = total % 11
    return pl.when(rest <= 1).then(pl.lit(0)).otherwise(11 - rest)
