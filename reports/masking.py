"""What must not be shown: 個人番号 never, addresses of people under 支援措置 never, values not to vendors."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reports.document import Edition
from reports.runbook import RunBook

SECRET_TEXT = "（個人番号のため表示しません）"
PROTECTED_TEXT = "（支援措置のため伏せています）"
NOTES = (SECRET_TEXT, PROTECTED_TEXT, "（行あり）", "（行なし）", "（非表示）")  # words of ours among values
SMALL = 10  # counts below this are not told to vendors
SMALL_TEXT = "10未満"
WHEREABOUTS = (
    "住所|方書|番地|地番|町字|大字|小字|郵便|電話|携帯|ＦＡＸ|FAX|メール|連絡先|送付先|居所|所在|転出|転入|本籍|前住|住定"
    "|勤務先|定置|意見聴取機関|学校|園|施設|行政区|自治会"
)
_CLASSES = (  # in this order; each character becomes a control sign first, then its letter
    (r"[\x00-\x1F\x7F-\x9F]", "制"),
    (r"[■〓□？\u{FFFD}]", "失"),
    (r"[\u{10FF00}-\u{10FFFF}]", "×"),
    (r"[\u{E000}-\u{F8FF}\u{F0000}-\u{10FEFF}]", "外"),
    ("[0-9]", "9"),
    ("[A-Za-z]", "A"),
    (r"[\u{FF61}-\u{FF9F}]", "半"),
    (r"[\u{3041}-\u{30FF}]", "仮"),
    (r"[\p{Han}々〆〇][\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]?", "漢"),
    (r"[^\x00-\x7F]", "全"),
)
_SIGNS = [chr(number) for number in range(1, len(_CLASSES) + 1)]


def masked(frame: pl.DataFrame, book: RunBook, edition: Edition, values: Sequence[str]) -> pl.DataFrame:
    """The frame with its `values` columns hidden where they must be.

    Needs `item`; `key` tells people under 支援措置 apart. `message`, when present, quotes values and is hidden with
    them. In the vendor edition values become patterns (漢漢 999), keys vanish and messages are dropped.
    """
    hidden = [name for name in (*values, "message") if name in frame.columns]
    secret = pl.col("item").is_in(sorted(book.secret_items))
    protected = _protected(frame, book)
    frame = frame.with_columns(
        pl.when(secret & (pl.col(name).fill_null("") != ""))
        .then(pl.lit(SECRET_TEXT))
        .when(protected & (pl.col(name).fill_null("") != ""))
        .then(pl.lit(PROTECTED_TEXT))
        .otherwise(pl.col(name))
        .alias(name)
        for name in hidden
    )
    return _for_vendor(frame, values) if edition is Edition.VENDOR else frame


def pattern(name: str) -> pl.Expr:
    """A value's shape, in the letters of reports.character_classes (漢漢 999); our own （…） notes stay."""
    shape = pl.col(name)
    for (found, _), sign in zip(_CLASSES, _SIGNS, strict=True):
        shape = shape.str.replace_all(found, sign)
    shape = shape.str.replace_many(_SIGNS, [letter for _, letter in _CLASSES])
    return pl.when(pl.col(name).is_in(NOTES)).then(pl.col(name)).otherwise(shape).alias(name)


def told_counts(frame: pl.DataFrame, edition: Edition, names: Sequence[str]) -> pl.DataFrame:
    """Counts as they may be told: in the vendor edition 1 … 9 become 10未満 (the column is then text)."""
    if edition is not Edition.VENDOR:
        return frame
    return frame.with_columns(
        pl.when(pl.col(name).is_between(1, SMALL - 1))
        .then(pl.lit(SMALL_TEXT))
        .otherwise(pl.col(name).cast(pl.String))
        .alias(name)
        for name in names
    )


def _protected(frame: pl.DataFrame, book: RunBook) -> pl.Expr:
    """True where the key names a person under 支援措置 and the item may tell their whereabouts."""
    if not book.protected or "key" not in frame.columns:
        return pl.lit(False)
    person = pl.concat_str(pl.lit("|"), pl.col("key").fill_null(""), pl.lit("|")).str.contains_any(
        [f"|{number}|" for number in sorted(book.protected)]
    )
    return person & ((pl.col("item").fill_null("") == "") | pl.col("item").str.contains(WHEREABOUTS))


def _for_vendor(frame: pl.DataFrame, values: Sequence[str]) -> pl.DataFrame:
    frame = frame.with_columns(pattern(name) for name in values if name in frame.columns)
    blank = [pl.lit("").alias(name) for name in ("key", "message") if name in frame.columns]
    return frame.with_columns(blank)
