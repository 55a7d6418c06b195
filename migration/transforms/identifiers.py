"""Identifying numbers: spelled one way, their length and check digit checked, lost zeros told from wrong numbers.

No message holds the number itself: it may be a 個人番号.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

import polars as pl

from migration.transforms.characters import NARROW, SPACES
from migration.transforms.check_digits import is_right, remainder_of, surely_right
from migration.transforms.references import References, Setting
from migration.transforms.spec import Argument, Outcome, Prepared, TransformSpec
from migration.transforms.spreadsheets import recovered

LENGTH_RULE = "NUM-03"
CHECK_RULE = "NUM-01"
DAMAGE_RULE = "NUM-02"
PADDED = "先頭の0を補完"
_SAMPLE = 4096
_BLANKS = SPACES + "\t\u00a0"
REMAINDER_ONE = Setting(
    "serial_remainder_one",
    "宛名番号・世帯番号の検査数字で余りが1のとき（0＝検査数字は0、unused＝その番号は使わない）",
    choices=("0", "unused"),
    default="0",
)
_NARROW = str.maketrans(NARROW)
_BETWEEN = re.compile("(?<=[0-9A-Za-z])[-ーｰ \t\u00a0]+(?=[0-9A-Za-z])")
_PAD = Argument("pad＝先頭の0が落ちた番号に0を補う。省くと疑いとして知らせるだけ", choices=("pad",), optional=True)


@dataclass(frozen=True, slots=True)
class Read:
    """A number as spelled one way; with what was undone, or why it cannot be read."""

    plain: str
    flags: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number of fixed length. `shape`: a regex for what it is made of; `check`: the kind of its check digit."""

    title: str
    lengths: tuple[int, ...]
    check: str = ""
    shape: str = "[0-9]+"
    check_rule: str = CHECK_RULE


def read_number(text: str) -> Read:
    """Half width, without spaces and hyphens inside; a spreadsheet's damage undone where that is exact."""
    found = recovered(text.translate(_NARROW).strip(_BLANKS))
    if found.fault:
        return Read("", fault=found.fault)
    return Read(_BETWEEN.sub("", found.text.strip(_BLANKS)), (found.flag,) if found.flag else ())


def checked(fixed: Fixed, text: str, argument: str = "") -> Outcome:
    """The number, when its length and check digit are right; a doubt or its zeros back when zeros seem lost."""
    read = read_number(text)
    if read.fault:
        return Outcome(None, fault=f"{fixed.title}: {read.fault}", rule=DAMAGE_RULE)
    plain = read.plain.upper()
    if not plain:
        return Outcome(None)
    if not re.fullmatch(fixed.shape, plain):
        return Outcome(None, fault=f"{fixed.title}に使えない文字があります", rule=LENGTH_RULE)
    if len(plain) in fixed.lengths:
        if _holds(fixed, plain):
            return Outcome(plain, flags=read.flags)
        return Outcome(None, fault=f"{fixed.title}の検査数字が合いません", rule=fixed.check_rule)
    return _of_other_length(fixed, plain, read.flags, pad="pad" in argument)


def repeating(texts: pl.Series) -> bool:
    """Whether a column repeats so much that asking about each distinct text is quicker than any look at the column."""
    sample = texts.head(_SAMPLE)
    return len(sample) == _SAMPLE and sample.n_unique() * 8 <= _SAMPLE


def undecided(texts: pl.Series) -> pl.Series:
    """What a fast half gives that answers nothing."""
    return pl.Series(texts.name, [None], dtype=pl.String).new_from_index(0, len(texts))


def individual_number(text: str, argument: str = "") -> Outcome:
    return checked(_INDIVIDUAL, text, argument)


def serial_number(text: str, argument: str = "", remainder_one: str = "0") -> Outcome:
    """宛名番号, 世帯番号: a wrong check digit is no error, numbers given before the standard need none."""
    read = read_number(text)
    if read.fault:
        return Outcome(None, fault=f"宛名番号・世帯番号: {read.fault}", rule=DAMAGE_RULE)
    plain, length = read.plain, int(argument) if argument else 0
    if not plain:
        return Outcome(None)
    if not re.fullmatch("[0-9A-Za-z]{1,15}", plain):
        return Outcome(None, fault="宛名番号・世帯番号は英数字15桁までです", rule=LENGTH_RULE)
    if length and len(plain) > length:
        return Outcome(None, fault=f"{length}桁のところ{len(plain)}桁あります", rule=LENGTH_RULE)
    note = f"{_lost_zeros(length, plain)}（zero_pad:{length} で補えます）" if length > len(plain) else ""
    right = is_right(plain, "m11w2-7") and (remainder_one == "0" or remainder_of(plain[:-1]) != 1)
    flags = read.flags if right else (*read.flags, "検査数字不一致")
    return Outcome(plain, note=note, rule=LENGTH_RULE if note else "", flags=flags)


def pension_number(text: str, argument: str = "") -> Outcome:
    """基礎年金番号; `hyphen` writes it 4-6."""
    found = checked(_PENSION, text, argument)
    if found.value is None or not argument.startswith("hyphen") or len(found.value) != 10:
        return found
    return Outcome(f"{found.value[:4]}-{found.value[4:]}", found.fault, found.note, found.rule, flags=found.flags)


def residence_card(text: str, _: str = "") -> Outcome:
    found = read_number(text)
    plain = found.plain.upper()
    if not plain and not found.fault:
        return Outcome(None)
    if re.fullmatch("[A-Z]{2}[0-9]{8}[A-Z]{2}", plain):
        return Outcome(plain, flags=found.flags)
    near = re.fullmatch("[A-Z0]{2}[0-9OI]{8}[A-Z0]{2}", plain)
    advice = "。英字のO・Iと数字の0・1が入れ替わっていないか確かめてください" if near else ""
    return Outcome(None, fault=f"在留カード番号は英字2・数字8・英字2の12桁です{advice}", rule=LENGTH_RULE)


def _of_other_length(fixed: Fixed, plain: str, flags: tuple[str, ...], pad: bool) -> Outcome:
    length = min((one for one in fixed.lengths if one > len(plain)), default=0)
    wanted = "・".join(str(one) for one in sorted(fixed.lengths, reverse=True))
    wrong = f"{fixed.title}は{wanted}桁ですが{len(plain)}桁です"
    padded = plain.rjust(length, "0")
    if not length or not plain.isdigit():
        return Outcome(None, fault=wrong, rule=LENGTH_RULE)
    if fixed.check and not _holds(fixed, padded):
        serial = "。表計算ソフトの日付の通し番号かもしれません" if _serial_day(plain) else ""
        return Outcome(None, fault=f"{wrong}。先頭に0を補っても検査数字が合いません{serial}", rule=LENGTH_RULE)
    if pad:
        return Outcome(padded, flags=(*flags, PADDED))
    if not fixed.check:
        return Outcome(None, fault=f"{wrong}。先頭の0が落ちた疑いがあります（引数 pad で補えます）", rule=LENGTH_RULE)
    note = f"{wrong}。{_lost_zeros(length, plain)}。補うと検査数字が合います（引数 pad で補えます）"
    return Outcome(plain, note=note, rule=LENGTH_RULE, flags=flags)


def _lost_zeros(length: int, plain: str) -> str:
    return f"先頭の0が{length - len(plain)}つ落ちた疑いがあります"


def _holds(fixed: Fixed, plain: str) -> bool:
    return not fixed.check or is_right(plain, fixed.check)


def _serial_day(plain: str) -> bool:
    return len(plain) == 5 and "20000" <= plain <= "60000"


def _fast(fixed: Fixed, texts: pl.Series, _: str = "") -> pl.Series:
    """Texts that are right as they stand."""
    if repeating(texts):
        return undecided(texts)
    if fixed.check:
        shape = "^(?:" + "|".join(f"[0-9]{{{length}}}" for length in fixed.lengths) + ")$"
        sure = surely_right(texts, fixed.check) & texts.str.contains(shape)
    else:
        sure = texts.str.contains(f"^[0-9]{{{fixed.lengths[0]}}}$")
    return texts if sure.all(ignore_nulls=True) else texts.set(~sure.fill_null(False), None)


def _spec(name: str, fixed: Fixed, manual: str) -> TransformSpec:
    return TransformSpec(name, manual, _PAD, outcome=partial(checked, fixed), fast=partial(_fast, fixed))


def insurer_number(text: str, argument: str = "") -> Outcome:
    """保険者番号: 8 digits, or 6 for 国保 (no 法別番号); a length in the argument allows only that one."""
    return checked(_insurer_of(argument), text, argument)


def fast_insurer_number(texts: pl.Series, argument: str = "") -> pl.Series:
    return _fast(_insurer_of(argument), texts)


def fast_serial_number(texts: pl.Series, argument: str = "") -> pl.Series:
    sure = surely_right(texts, "m11w2-7") & texts.str.contains(f"^[0-9]{{{argument or '2,15'}}}$")
    return texts.set(~sure.fill_null(False), None)


def _prepared_serial(references: References, argument: str) -> Prepared:
    remainder_one = references.text(REMAINDER_ONE)
    fast = partial(fast_serial_number, argument=argument) if remainder_one == "0" else None
    return Prepared(partial(serial_number, argument=argument, remainder_one=remainder_one), fast)


def fast_pension_number(texts: pl.Series, argument: str = "") -> pl.Series:
    sure = _fast(_PENSION, texts)
    return sure.str.slice(0, 4) + "-" + sure.str.slice(4) if argument.startswith("hyphen") else sure


def _insurer_of(argument: str) -> Fixed:
    return _INSURERS.get(argument[:1], _INSURERS[""])


_INDIVIDUAL = Fixed("個人番号", (12,), "kojin", check_rule="COM-05")
_PENSION = Fixed("基礎年金番号", (10,))
_INSURERS = {key: Fixed("保険者番号", lengths, "m10w2-1") for key, lengths in (("", (8, 6)), ("8", (8,)), ("6", (6,)))}
_INSURER_ARGUMENT = Argument(
    "8・6＝その桁だけ、pad＝先頭の0を補う（6+pad のように続ける）",
    choices=("8", "6", "pad", "8+pad", "6+pad"),
    optional=True,
)
_PENSION_ARGUMENT = Argument(
    "hyphen＝4-6 に区切る、pad＝先頭の0を補う（hyphen+pad）", choices=("hyphen", "pad", "hyphen+pad"), optional=True
)

IDENTIFIERS = (
    TransformSpec(
        "individual_number",
        "個人番号（12桁・検査数字）。画面には伏せて出す",
        _PAD,
        outcome=individual_number,
        fast=partial(_fast, _INDIVIDUAL),
        secret=True,
    ),
    _spec("corporate_number", Fixed("法人番号", (13,), "hojin"), "法人番号（13桁・先頭が検査数字）"),
    _spec("resident_code", Fixed("住民票コード", (11,), "juminhyo"), "住民票コード（11桁・検査数字）"),
    TransformSpec(
        "serial_number",
        "宛名番号・世帯番号（検査数字の不一致は誤りとしない）",
        Argument("決まった桁数（あれば足りない番号を疑いとする）", count=True, optional=True),
        prepare=_prepared_serial,
        settings=(REMAINDER_ONE,),
    ),
    TransformSpec(
        "insurer_number",
        "保険者番号（8桁、国保は6桁・検査数字）",
        _INSURER_ARGUMENT,
        outcome=insurer_number,
        fast=fast_insurer_number,
    ),
    _spec("payer_number", Fixed("公費負担者番号", (8,), "m10w2-1"), "公費負担者番号（8桁・検査数字）"),
    _spec("recipient_number", Fixed("公費受給者番号", (7,), "m10w2-1"), "公費受給者番号（7桁・検査数字）"),
    _spec(
        "elderly_number",
        Fixed("後期高齢者医療の被保険者番号", (8,), "m10w2-1"),
        "後期高齢者医療 被保険者番号（8桁・検査数字）",
    ),
    _spec("care_insurer", Fixed("介護保険の保険者番号", (6,)), "介護保険 保険者番号（6桁）"),
    _spec(
        "care_number",
        Fixed("介護保険の被保険者番号", (10,), shape="H?[0-9]+"),
        "介護保険 被保険者番号（10桁。先頭 H は生活保護のみなし2号）",
    ),
    TransformSpec(
        "pension_number", "基礎年金番号（10桁）", _PENSION_ARGUMENT, outcome=pension_number, fast=fast_pension_number
    ),
    _spec("property_number", Fixed("不動産番号", (13,)), "不動産番号（13桁）"),
    TransformSpec("residence_card", "在留カード番号（英字2・数字8・英字2）", outcome=residence_card),
)
