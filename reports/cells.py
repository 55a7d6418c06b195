"""How a cell looks: text with nothing invisible in it, numbers with separators, a status with its sign."""

from __future__ import annotations

import polars as pl

from reports.document import STATUS_TONES, Column, Kind, Table

NUMERAL = r"^-?[0-9]{1,15}(\.[0-9]+)?$"
_NAMED = {0x09: "タブ", 0x0D: "改行CR", 0x00: "NUL"}
INVISIBLE = (
    r"[\x00-\x09\x0B-\x1F\x7F-\x9F\u{AD}\u{61C}\u{180E}\u{200B}-\u{200F}\u{2028}-\u{202E}\u{2060}-\u{206F}\u{FEFF}"
    r"\u{FFF9}-\u{FFFC}\u{E000}-\u{F8FF}\u{10FF00}-\u{10FFFF}]"
)


def shown(table: Table) -> pl.DataFrame:
    """The table's rows as text, in column order: what a reader sees (NULL is empty)."""
    frame = table.frame
    return pl.DataFrame([_series(frame[column.name], column) for column in table.columns])


def shown_value(value: object, column: Column) -> str:
    """One value as `shown` would show it (for total rows)."""
    series = pl.Series(column.name, [value])
    text: str = _series(series, column)[0]
    return text


def visible(texts: pl.Series) -> pl.Series:
    """Control characters, undecodable bytes, private-use and direction marks named in 〔 〕; a line feed stays."""
    found = texts.str.contains(INVISIBLE)
    if not found.any():
        return texts
    signs: list[str] = texts.filter(found).str.extract_all(INVISIBLE).explode().unique().sort().to_list()
    return texts.str.replace_many(signs, [_name(sign) for sign in signs])


def _name(sign: str) -> str:
    code = ord(sign)
    if code in _NAMED:
        return f"〔{_NAMED[code]}〕"
    if code < 0x20 or code == 0x7F:
        return f"〔制御{code:02X}〕"
    if code >= 0x10FF00:
        return f"〔バイト{code - 0x10FF00:02X}〕"
    if 0xE000 <= code <= 0xF8FF:
        return f"〔外字{code:04X}〕"
    return f"〔U+{code:04X}〕"


def _series(series: pl.Series, column: Column) -> pl.Series:
    if series.dtype == pl.String:
        text = visible(series.fill_null(""))
        text = _grouped_text(text) if column.kind is Kind.NUMBER else text
    elif column.kind is Kind.PERCENT:
        text = _grouped(series.cast(pl.Float64) * 100, 1) + "%"
    elif column.kind is Kind.NUMBER:
        text = _grouped(series, column.decimals)
    else:
        text = series.cast(pl.String)
    if column.kind is Kind.STATUS:
        signs = {word: f"{tone.value} {word}" for word, tone in STATUS_TONES.items()}
        text = text.replace(signs)
    return text.fill_null("").alias(column.name)


def _grouped(series: pl.Series, decimals: int) -> pl.Series:
    """Numbers as text with thousands separators and exactly `decimals` places (NULL stays NULL)."""
    scaled = (pl.col("n") * 10**decimals).round(0) if decimals else pl.col("n")
    units = scaled.abs().cast(pl.Int64)
    whole = (units // 10**decimals).cast(pl.String).str.reverse().str.replace_all("([0-9]{3})", "${1},")
    parts = [
        pl.when(scaled < 0).then(pl.lit("-")).otherwise(pl.lit("")),
        whole.str.reverse().str.strip_chars_start(","),
    ]
    if decimals:
        parts += [pl.lit("."), (units % 10**decimals).cast(pl.String).str.zfill(decimals)]
    return series.alias("n").to_frame().select(pl.concat_str(parts).alias(series.name)).to_series()


def _grouped_text(texts: pl.Series) -> pl.Series:
    """Thousands separators in texts that are plain numbers; any other text stays."""
    text = pl.col(texts.name)
    whole = text.str.extract("^-?([0-9]+)").str.reverse().str.replace_all("([0-9]{3})", "${1},").str.reverse()
    grouped = pl.concat_str(
        pl.when(text.str.starts_with("-")).then(pl.lit("-")).otherwise(pl.lit("")),
        whole.str.strip_chars_start(","),
        text.str.extract(r"(\.[0-9]+)$").fill_null(""),
    )
    return texts.to_frame().select(pl.when(text.str.contains(NUMERAL)).then(grouped).otherwise(text)).to_series()
