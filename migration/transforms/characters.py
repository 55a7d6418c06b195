"""Character transforms, native: width of kana, letters and digits. Never NFC or NFKC (they destroy names)."""

from __future__ import annotations

import polars as pl

from migration.transforms.spec import TransformSpec

_HALF = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ･｡｢｣､ﾞﾟ"
_FULL = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッ"
    "ー・。「」、゛゜"
)
_VOICED = dict(
    zip(
        "ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎﾜｦ",
        "ヴガギグゲゴザジズゼゾダヂヅデドバビブベボヷヺ",
        strict=True,
    )
)
_SEMIVOICED = dict(zip("ﾊﾋﾌﾍﾎ", "パピプペポ", strict=True))
KANA = {
    **{f"{half}ﾞ": full for half, full in _VOICED.items()},
    **{f"{half}ﾟ": full for half, full in _SEMIVOICED.items()},
    **dict(zip(_HALF, _FULL, strict=True)),
}
WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {" ": "　", "¥": "￥"}
NARROW = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)} | {"　": " ", "￥": "¥"}
NARROW |= dict.fromkeys("‐‑‒–—―−－﹣", "-")
SPACES = " 　"


def strip(text: pl.Expr, _: str = "") -> pl.Expr:
    stripped = text.str.strip_chars(SPACES)
    return pl.when(stripped != "").then(stripped)


def kana_full(text: pl.Expr, _: str = "") -> pl.Expr:
    return _replaced(text, KANA | {" ": "　"})


def wide(text: pl.Expr, _: str = "") -> pl.Expr:
    return _replaced(text, KANA | WIDE)


def narrow(text: pl.Expr, _: str = "") -> pl.Expr:
    """ー counts as a hyphen only between digits: elsewhere it is a long vowel (コーポ１ー２ → コーポ1-2)."""
    between = "([0-9])[ーｰ]([0-9])"
    once = _replaced(text, NARROW).str.replace_all(between, "${1}-${2}")
    return once.str.replace_all(between, "${1}-${2}")  # 1ー2ー3: the 2 belongs to both


def upper(text: pl.Expr, _: str = "") -> pl.Expr:
    return text.str.to_uppercase()


def _replaced(text: pl.Expr, pairs: dict[str, str]) -> pl.Expr:
    return text.str.replace_many(list(pairs), list(pairs.values()), leftmost=True)


CHARACTERS = (
    TransformSpec("strip", "前後の半角・全角空白を取る", native=strip),
    TransformSpec("kana_full", "半角カナ → 全角カナ（濁点を合わせる。空白は全角）", native=kana_full),
    TransformSpec("wide", "英数字・記号・カナ・空白を全角に（Ｎ項目）", native=wide),
    TransformSpec("narrow", "全角英数字・空白・ハイフン類を半角に（Ｘ項目）", native=narrow),
    TransformSpec("upper", "英小文字を大文字に", native=upper),
)
