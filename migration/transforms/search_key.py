"""清音化カナ: the key under which kana names are searched, as the 住民記録 specification has it (j330).

Voiced = unvoiced, small = large, ヂ = ジ, ヅ = ズ, ワ = ハ, ヲ = オ, ヴァ = バ; long marks, hyphens and spaces do not
count; ウ behind the オ column is オ.
"""

from __future__ import annotations

import polars as pl

from migration.transforms.characters import KANA
from migration.transforms.kana import HIRAGANA, HYPHENS, MARKS, VOICED
from migration.transforms.spec import TransformSpec

IGNORED = " 　ーｰ—―─━" + HYPHENS + "".join(MARKS)
_O_COLUMN = "オコソトノホモヨロ"
_LONG_O = f"[{_O_COLUMN}]ウ"
_OTHERS = {
    **dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨハカケ", strict=True)),
    **dict(zip("ヂヅワヲヰヱヷヸヹヺヴヾ", "シスハオイエハヒヘホフヽ", strict=True)),
}


def search_key(text: pl.Expr, _: str = "") -> pl.Expr:
    return text.map_batches(_keys, return_dtype=pl.String, is_elementwise=True)


def _keys(texts: pl.Series) -> pl.Series:
    plain = texts.str.replace_many(list(_PAIRS), list(_PAIRS.values()), leftmost=True)
    places = plain.str.contains(_LONG_O).fill_null(False).arg_true()
    if len(places):
        plain = plain.scatter(places, _with_long_o(plain.gather(places)))
    return plain.set(plain == "", None)


def _with_long_o(plain: pl.Series) -> pl.Series:
    """ウ behind the オ column is オ, from left to right: コウウ → コオオ."""
    while plain.str.contains(_LONG_O).any():
        plain = plain.str.replace_all(f"([{_O_COLUMN}])ウ", "${1}オ")
    return plain


def _pairs() -> dict[str, str]:
    """Everything that is replaced, longest first: ヴァ before ヴ, ｶﾞ before ｶ."""
    single = {full: base for (base, _), full in VOICED.items()} | _OTHERS
    pairs = {sign: "" for sign in IGNORED} | single
    narrow = {half: single.get(full, full) for half, full in KANA.items() if half not in IGNORED}
    pairs |= narrow | {hira: single.get(kata, kata) for hira, kata in HIRAGANA.items()}
    for va in ("ヴ", "ゔ", *(u + mark for u in "ウうｳ" for mark, kind in MARKS.items() if kind == "゛")):
        pairs[va] = "フ"
        pairs |= {
            va + small: key
            for smalls in ("ァィェォ", "ぁぃぇぉ", "ｧｨｪｫ")
            for small, key in zip(smalls, "ハヒヘホ", strict=True)
        }
    return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


_PAIRS = _pairs()

SEARCH_KEY = (TransformSpec("search_key", "検索用の清音カナ（清濁・大小・長音・空白を無視した形）", native=search_key),)
