"""全国地方公共団体コード as a transform: 5 digits get their check digit, 6 are checked, abolished ones are told."""

from __future__ import annotations

from functools import cache

import polars as pl

from migration.transforms.identifiers import DAMAGE_RULE, LENGTH_RULE, PADDED, read_number
from migration.transforms.municipalities import Municipality, by_code, check_digit, every, every_by_code, successors
from migration.transforms.spec import Argument, Outcome, TransformSpec

RULE = "NUM-06"


def municipality_code(text: str, argument: str = "") -> Outcome:
    read = read_number(text)
    if read.fault:
        return Outcome(None, fault=f"市区町村コード: {read.fault}", rule=DAMAGE_RULE)
    plain = read.plain
    if not plain:
        return Outcome(None)
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 6:
        return Outcome(None, fault="市区町村コードは5桁か6桁の数字です", rule=LENGTH_RULE)
    if len(plain) == 6:
        return _six(plain, read.flags)
    return _shorter(plain, read.flags, pad=argument == "pad")


def fast_municipality_code(texts: pl.Series, _: str = "") -> pl.Series:
    """Today's codes of six digits."""
    return texts.set(~texts.is_in(_today().implode()).fill_null(False), None)


def _six(code: str, flags: tuple[str, ...]) -> Outcome:
    if check_digit(code[:5]) != code[5]:
        return Outcome(None, fault="市区町村コードの検査数字が合いません", rule=RULE)
    entries = every_by_code(code)
    if not entries:
        return Outcome(code, note="市区町村コードの一覧にない番号です", rule=RULE, flags=flags)
    now = by_code(code)
    if now is not None:
        return Outcome(code, flags=flags, parts=(("市区町村", now.full_name),))
    return Outcome(code, flags=(*flags, "廃止された市区町村"), parts=_past(entries[-1]))


def _past(gone: Municipality) -> tuple[tuple[str, str], ...]:
    new = successors(gone.code)
    return (
        ("市区町村", gone.full_name),
        ("廃止日", gone.until),
        ("承継先コード", "／".join(one.code for one in new)),
        ("承継先", "／".join(one.full_name for one in new)),
    )


def _shorter(plain: str, flags: tuple[str, ...], pad: bool) -> Outcome:
    """Five digits are a code without its check digit, or six that lost their 0; four are five that lost it."""
    readings = {}
    if len(plain) == 5:
        readings[plain + check_digit(plain)] = "検査数字を補完"
    for padded in {plain.rjust(5, "0"), plain.rjust(6, "0")} - {plain}:
        code = padded if len(padded) == 6 else padded + check_digit(padded)
        if len(plain) >= 4 and check_digit(code[:5]) == code[5]:
            readings[code] = PADDED
    known = {code: how for code, how in readings.items() if every_by_code(code)}
    if not known:
        return Outcome(None, fault=f"{len(plain)}桁の市区町村コードは一覧のどれにも当たりません", rule=RULE)
    if len(known) > 1:
        names = "、".join(f"{code} {every_by_code(code)[-1].full_name}" for code in sorted(known))
        return Outcome(plain, note=f"市区町村コードが決まりません（{names}）", rule=RULE, flags=flags)
    ((code, how),) = known.items()
    if how == PADDED and not pad:
        name = every_by_code(code)[-1].full_name
        note = f"先頭の0が落ちた疑いがあります（{code} {name}。引数 pad で補えます）"
        return Outcome(plain, note=note, rule=LENGTH_RULE, flags=flags)
    return _six(code, (*flags, how))


@cache
def _today() -> pl.Series:
    return pl.Series([one.code for one in every() if not one.until], dtype=pl.String)


MUNICIPALITIES = (
    TransformSpec(
        "municipality_code",
        "市区町村コード（5桁は検査数字を補い6桁に。検査数字・一覧にあるか・廃止）",
        Argument("pad＝先頭の0が落ちた番号に0を補う", choices=("pad",), optional=True),
        outcome=municipality_code,
        fast=fast_municipality_code,
        rule=RULE,
    ),
)
