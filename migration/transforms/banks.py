"""Bank accounts: codes of banks and branches checked against the lists by date, account numbers of seven digits.

Codes and account numbers are written with leading zeros by every bank, so zeros that were lost are filled in (flag).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from migration.transforms.bank_register import (
    Successors,
    first_day,
    last_day,
    listed,
    newest,
    read_successors,
    there,
)
from migration.transforms.characters import NARROW, SPACES
from migration.transforms.identifiers import PADDED, read_number
from migration.transforms.references import References, Setting
from migration.transforms.spec import Argument, Outcome, Prepared, TransformSpec

RULE = "COM-20"
AS_OF = Setting("bank_as_of", "金融機関・支店があるかを見る日（2026-04-01 の形。省くと一覧の最新の日）")
SUCCESSORS = Setting(
    "bank_successors",
    "統廃合の承継先の一覧（CSV: bank,branch,from,new_bank,new_branch,note。branch が空なら金融機関とその支店すべて）",
    file=True,
)
TYPES = {"1": "普通", "2": "当座", "4": "貯蓄", "9": "その他"}
PARTS = ("金融機関コード", "支店コード", "種目", "口座番号")
GO_ON = "successor"
_NAMES = ("金融機関名", "支店名", "承継先", "承継先名")
_TYPE_WORDS = {name: code for code, name in TYPES.items()} | {"普通預金": "1", "当座預金": "2", "貯蓄預金": "4"}
_NARROW = str.maketrans(NARROW)


@dataclass(frozen=True, slots=True)
class Register:
    """The lists as a town looks at them, on a day ('' = the newest), with its own successors."""

    on: str
    own: Successors

    def judged(self, code: str) -> tuple[str, dict[str, str]]:
        """A doubt about 'bank' or 'bank-branch', '' when it is there; and what is known of it."""
        what = "支店" if "-" in code else "金融機関"
        now = there(code, self.on)
        new, known = newest(code, self.on, self.own)
        if now is not None and not new:
            return "", {f"{what}名": now.name}
        entries = listed(code)
        if not entries:
            return f"{what} {code} は {first_day()} から {last_day()} までのどの一覧にもありません", {}
        facts = {f"{what}名": entries[-1].name, "期間": f"{entries[0].first}～{entries[-1].last}"}
        if self.on and self.on < entries[0].first:
            return (
                f"{what} {code}（{entries[-1].name}）は {self.on} にはまだありません（{entries[0].first} から）",
                facts,
            )
        return f"{what} {code}（{entries[-1].name}）は{self._end(code)}。{self._successor(new, known, facts)}", facts

    def _end(self, code: str) -> str:
        last = listed(code)[-1]
        return f" {last.last} から {last.gone} の間になくなりました" if last.gone else "町の一覧では統廃合されています"

    def _successor(self, new: str, known: str, facts: dict[str, str]) -> str:
        if not new:
            return "承継先は一覧からは分かりません。金融機関に確かめて、設定 bank_successors の CSV に書いてください"
        now = there(new, self.on) or next(iter(listed(new)[-1:]), None)
        facts |= {"承継先": new, "承継先名": now.name if now else ""}
        return f"承継先は {new}（{facts['承継先名']}。{known}）です"


def bank_code(register: Register, argument: str, text: str) -> Outcome:
    """金融機関コード: 4 digits, there on the day."""
    read = _digits(text, 4, "金融機関コード")
    if read.value is None:
        return read
    about, facts = register.judged(read.value)
    return _told(read, argument, about, facts)


def bank_branch(register: Register, argument: str, text: str) -> Outcome:
    """金融機関コード-支店コード, both there on the day. The argument chooses the value."""
    pieces = _split(text, (4, 3))
    if not any(pieces):
        return Outcome(None)
    codes = [_digits(pieces[0], 4, "金融機関コード"), _digits(pieces[1], 3, "支店コード")]
    if faults := [one.fault or "金融機関コードと支店コードの両方が要ります" for one in codes if one.value is None]:
        return Outcome(None, fault=faults[0], rule=RULE)
    bank, code = str(codes[0].value), f"{codes[0].value}-{codes[1].value}"
    about_bank, facts = register.judged(bank)
    about, more = register.judged(code) if listed(bank) else ("", {})
    flags = tuple(dict.fromkeys((*codes[0].flags, *codes[1].flags)))
    doubt = "。".join(one for one in (about_bank, about) if one)
    found = _told(Outcome(code, flags=flags), argument, doubt, _without_successor(facts) | more)
    return _chosen(found, argument)


def account_number(text: str, _: str = "") -> Outcome:
    """口座番号: 7 digits; shorter ones are filled with zeros, as the banks write them."""
    read = _digits(text, 7, "口座番号")
    if read.value is not None and not read.value.strip("0"):
        return replace(read, note="口座番号がすべて0です", rule=RULE)
    return read


def fast_account_number(texts: pl.Series, _: str = "") -> pl.Series:
    sure = texts.str.contains("^[0-9]{7}$") & (texts != "0000000")
    return texts if sure.all(ignore_nulls=True) else texts.set(~sure.fill_null(False), None)


def account_type(text: str, _: str = "") -> Outcome:
    """預金種目: 1 普通, 2 当座, 4 貯蓄, 9 その他; the words too."""
    plain = text.translate(_NARROW).strip(SPACES)
    if not plain:
        return Outcome(None)
    code = _TYPE_WORDS.get(plain, plain.lstrip("0"))
    if code not in TYPES:
        known = "、".join(f"{code}（{name}）" for code, name in TYPES.items())
        return Outcome(None, fault=f"預金種目は {known} のどれかです", rule=RULE)
    return Outcome(code)


def bank_account(register: Register, argument: str, text: str) -> Outcome:
    """金融機関-支店-種目-口座番号, joined by hyphens: every part checked. The argument chooses the value."""
    pieces = _split(text, (4, 3, 1, 7))
    if not any(pieces):
        return Outcome(None)
    going_on = argument if argument == GO_ON else ""
    found = [bank_branch(register, going_on, f"{pieces[0]}-{pieces[1]}"), account_type(pieces[2]),
             account_number(pieces[3])]  # fmt: skip
    missing = [f"{name}がありません" for name, one in zip(("支店", "種目", "口座番号"), found, strict=True)
               if one.value is None and not one.fault]  # fmt: skip
    if faults := [one.fault for one in found if one.fault] + missing:
        return Outcome(None, fault="／".join(faults), rule=RULE)
    place, kind, number = found
    note = "／".join(one.note for one in found if one.note)
    flags = tuple(dict.fromkeys(flag for one in found for flag in one.flags))
    parts = (*place.parts, ("種目", str(kind.value)), ("口座番号", str(number.value)))
    value = f"{place.value}-{kind.value}-{number.value}"
    whole = Outcome(value, note=note, rule=RULE if note else "", severity=place.severity, flags=flags, parts=parts)
    return replace(whole, value=dict(parts).get(argument, value))


def _told(read: Outcome, argument: str, about: str, facts: dict[str, str]) -> Outcome:
    """`read` with a doubt; `successor` puts the successor in its place where it is known."""
    parts = tuple(facts.items())
    if not about:
        return replace(read, parts=parts)
    flags = (*read.flags, *(["統廃合"] if "期間" in facts else []))
    new = facts.get("承継先", "")
    if argument == GO_ON and new and len(new) == len(str(read.value)):
        note = f"{about}。承継先に置き換えました（口座番号が変わることもあります）"
        return Outcome(new, note=note, rule=RULE, flags=(*flags, "承継先に置換"), parts=parts)
    return Outcome(
        read.value, note=about, rule=RULE, severity="W" if "期間" in facts else "E", flags=flags, parts=parts
    )


def _chosen(found: Outcome, argument: str) -> Outcome:
    bank, _, branch = str(found.value).partition("-")
    parts = (("金融機関コード", bank), ("支店コード", branch), *found.parts)
    value = dict(parts).get(argument, None if argument in _NAMES else found.value)
    return replace(found, value=value, parts=parts)


def _without_successor(facts: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if name == "金融機関名"}


def _digits(text: str, count: int, title: str) -> Outcome:
    read = read_number(text)
    if read.fault:
        return Outcome(None, fault=f"{title}: {read.fault}", rule=RULE)
    plain = read.plain
    if not plain:
        return Outcome(None)
    if not re.fullmatch("[0-9]+", plain) or len(plain) > count:
        return Outcome(None, fault=f"{title}は{count}桁の数字です", rule=RULE)
    padded = plain.rjust(count, "0")
    return Outcome(padded, flags=read.flags if padded == plain else (*read.flags, PADDED))


def _split(text: str, sizes: tuple[int, ...]) -> list[str]:
    """The pieces between hyphens, or of these sizes when there are none; '' for what is not there."""
    plain = text.translate(_NARROW).strip(SPACES)
    if re.fullmatch("[0-9]+", plain) and len(plain) == sum(sizes):
        ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
        return [plain[end - size : end] for end, size in zip(ends, sizes, strict=True)]
    pieces = [piece.strip(SPACES) for piece in re.split("[-ーｰ]", plain, maxsplit=len(sizes) - 1)]
    return [*pieces, *[""] * (len(sizes) - len(pieces))]


def _prepared(function: Callable[[Register, str, str], Outcome], references: References, argument: str) -> Prepared:
    register = Register(references.text(AS_OF), references.table(SUCCESSORS, read_successors) or {})
    return Prepared(partial(function, register, argument))


def _spec(
    name: str, manual: str, function: Callable[[Register, str, str], Outcome], parts: tuple[str, ...]
) -> TransformSpec:
    argument = Argument(
        f"{'・'.join(parts)}＝その部分を値にする、successor＝承継先が分かれば置き換える"
        if parts
        else "successor＝承継先が分かれば置き換える",
        choices=(*parts, GO_ON),
        optional=True,
    )
    return TransformSpec(
        name, manual, argument, rule=RULE, prepare=partial(_prepared, function), settings=(AS_OF, SUCCESSORS)
    )


BANKS = (
    _spec("bank_code", "金融機関コード（4桁。その日にあるか、統廃合なら承継先）", bank_code, ()),
    _spec(
        "bank_branch",
        "金融機関コード-支店コード（その日にあるか、統廃合なら承継先）",
        bank_branch,
        (*PARTS[:2], *_NAMES),
    ),
    _spec(
        "bank_account",
        "金融機関-支店-種目-口座番号（A+B を join:hyphen でつないで渡す）",
        bank_account,
        (*PARTS, *_NAMES),
    ),
    TransformSpec("account_type", "預金種目（1 普通・2 当座・4 貯蓄・9 その他）", outcome=account_type, rule=RULE),
    TransformSpec(
        "account_number",
        "口座番号（7桁。足りなければ左を 0 で埋める）",
        outcome=account_number,
        fast=fast_account_number,
        rule=RULE,
    ),
)
