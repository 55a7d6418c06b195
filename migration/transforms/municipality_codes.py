"""全国地方公共団体コード as a transform: 5 digits get their check digit, 6 are checked, abolished ones are told."""

from __future__ import annotations

from functools import cache, partial

import polars as pl

from migration.transforms.identifiers import DAMAGE_RULE, LENGTH_RULE, PADDED, read_number
from migration.transforms.municipalities import OLD, Municipalities, Municipality, check_digit, read_old, today
from migration.transforms.references import References
from migration.transforms.spec import Argument, Outcome, Prepared, TransformSpec

RULE = "NUM-06"


def prepare(references: References, argument: str) -> Prepared:
    known = references.table(OLD, read_old) or today()
    return Prepared(partial(municipality_code, known, argument), fast_municipality_code)


def municipality_code(known: Municipalities, argument: str, text: str) -> Outcome:
    read = read_number(text)
    if read.fault:
        return Outcome(None, fault=f"市区町村コード: {read.fault}", rule=DAMAGE_RULE)
    plain = read.plain
    if not plain:
        return Outcome(None)
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 6:
        return Outcome(None, fault="市区町村コードは5桁か6桁の数字です", rule=LENGTH_RULE)
    if len(plain) == 6:
        return _six(known, plain, read.flags)
    return _shorter(known, plain, read.flags, pad=argument == "pad")


def fast_municipality_code(texts: pl.Series) -> pl.Series:
    """Today's codes of six digits."""
    return texts.set(~texts.is_in(_codes().implode()).fill_null(False), None)


def _six(known: Municipalities, code: str, flags: tuple[str, ...]) -> Outcome:
    if check_digit(code[:5]) != code[5]:
        return Outcome(None, fault="市区町村コードの検査数字が合いません", rule=RULE)
    entries = known.every_by_code(code)
    if not entries:
        return Outcome(code, note="市区町村コードの一覧にない番号です", rule=RULE, flags=flags)
    now = known.by_code(code)
    if now is not None:
        return Outcome(code, flags=flags, parts=(("市区町村", now.full_name),))
    return Outcome(code, flags=(*flags, "廃止された市区町村"), parts=_past(known, entries[-1]))


def _past(known: Municipalities, gone: Municipality) -> tuple[tuple[str, str], ...]:
    new = known.successors(gone.code)
    return (
        ("市区町村", gone.full_name),
        ("廃止日", gone.until),
        ("承継先コード", "／".join(one.code for one in new)),
        ("承継先", "／".join(one.full_name for one in new)),
    )


def _shorter(known: Municipalities, plain: str, flags: tuple[str, ...], pad: bool) -> Outcome:
    """Five digits are a code without its check digit, or six that lost their 0; four are five that lost it."""
    readings = {}
    if len(plain) == 5:
        readings[plain + check_digit(plain)] = "検査数字を補完"
    for padded in {plain.rjust(5, "0"), plain.rjust(6, "0")} - {plain}:
        code = padded if len(padded) == 6 else padded + check_digit(padded)
        if len(plain) >= 4 and check_digit(code[:5]) == code[5]:
            readings[code] = PADDED
    found = {code: how for code, how in readings.items() if known.every_by_code(code)}
    if not found:
        return Outcome(None, fault=f"{len(plain)}桁の市区町村コードは一覧のどれにも当たりません", rule=RULE)
    if len(found) > 1:
        names = "、".join(f"{code} {known.every_by_code(code)[-1].full_name}" for code in sorted(found))
        return Outcome(plain, note=f"市区町村コードが決まりません（{names}）", rule=RULE, flags=flags)
    ((code, how),) = found.items()
    if how == PADDED and not pad:
        name = known.every_by_code(code)[-1].full_name
        note = f"先頭の0が落ちた疑いがあります（{code} {name}。引数 pad で補えます）"
        return Outcome(plain, note=note, rule=LENGTH_RULE, flags=flags)
    return _six(known, code, (*flags, how))


@cache
def _codes() -> pl.Series:
    return pl.Series([one.code for one in today().every()], dtype=pl.String)


MUNICIPALITIES = (
    TransformSpec(
        "municipality_code",
        "市区町村コード（5桁は検査数字を補い6桁に。検査数字・一覧にあるか・廃止）",
        Argument("pad＝先頭の0が落ちた番号に0を補う", choices=("pad",), optional=True),
        prepare=prepare,
        settings=(OLD,),
        rule=RULE,
    ),
)
