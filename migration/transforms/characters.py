"""Character transforms: width of kana, letters and digits. Never NFC or NFKC (they destroy names)."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from migration.transforms.spec import Outcome, TransformSpec

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
_AT_ENDS = "^$|^[ 　]|[ 　]$"
_SAMPLE = 4096  # texts looked at to tell whether they repeat


def strip(text: str, _: str = "") -> Outcome:
    return Outcome(text.strip(SPACES) or None)


def kana_full(text: pl.Expr, _: str = "") -> pl.Expr:
    return _batchwise(text, _kana_full)


def wide(text: pl.Expr, _: str = "") -> pl.Expr:
    return _batchwise(text, _wide)


def narrow(text: pl.Expr, _: str = "") -> pl.Expr:
    """ー counts as a hyphen only between digits: elsewhere it is a long vowel (コーポ１ー２ → コーポ1-2)."""
    return _batchwise(text, narrowed)


def upper(text: pl.Expr, _: str = "") -> pl.Expr:
    return text.str.to_uppercase()


def narrowed(texts: pl.Series) -> pl.Series:
    """`narrow` on a column; as it is when all of it is ASCII."""
    return _replaced(texts, "[^ -~]", _narrowed)


def _kana_full(texts: pl.Series) -> pl.Series:
    return _replaced(texts, "[ ｡-ﾟ]", lambda some: _many(some, KANA | {" ": "　"}))


def _wide(texts: pl.Series) -> pl.Series:
    return _replaced(texts, "[ -~¥｡-ﾟ]", lambda some: _many(some, KANA | WIDE))


def _narrowed(texts: pl.Series) -> pl.Series:
    between = "([0-9])[ーｰ]([0-9])"
    once = _many(texts, NARROW).str.replace_all(between, "${1}-${2}")
    return once.str.replace_all(between, "${1}-${2}")  # 1ー2ー3: the 2 belongs to both


def _batchwise(text: pl.Expr, function: Callable[[pl.Series], pl.Series]) -> pl.Expr:
    return text.map_batches(function, return_dtype=pl.String, is_elementwise=True)


def _replaced(texts: pl.Series, signs: str, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`change` on the texts that hold one of the signs; the others are not touched, nor paid for."""
    hit = texts.str.contains(signs)
    count = int(hit.sum())
    if count == 0:
        return texts
    if count * 2 > len(texts):
        return _by_distinct(texts, change)
    places = hit.fill_null(False).arg_true()
    return texts.scatter(places, _by_distinct(texts.gather(places), change))


def _by_distinct(texts: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`change`, once per distinct text where texts repeat."""
    sample = texts.head(_SAMPLE)
    if sample.n_unique() * 4 > len(sample):
        return change(texts)
    distinct = texts.unique().drop_nulls()
    return texts.replace_strict(distinct, change(distinct), default=None, return_dtype=pl.String)


def _many(texts: pl.Series, pairs: dict[str, str]) -> pl.Series:
    return texts.str.replace_many(list(pairs), list(pairs.values()), leftmost=True)


CHARACTERS = (
    TransformSpec("strip", "前後の半角・全角空白を取る", outcome=strip, only=_AT_ENDS),
    TransformSpec("kana_full", "半角カナ → 全角カナ（濁点を合わせる。空白は全角）", native=kana_full),
    TransformSpec("wide", "英数字・記号・カナ・空白を全角に（Ｎ項目）", native=wide),
    TransformSpec("narrow", "全角英数字・空白・ハイフン類を半角に（Ｘ項目）", native=narrow),
    TransformSpec("upper", "英小文字を大文字に", native=upper),
)
