"""Telephone numbers: half width, hyphens where the numbering plan has them, one number to an item.

`migration/transforms/data/area_codes.csv` (see SOURCE there) tells how long an area code is; that a number is
well-formed does not mean it is in use.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from migration.transforms.characters import NARROW, SPACES
from migration.transforms.identifiers import repeating, undecided
from migration.transforms.references import References, Setting
from migration.transforms.spec import Argument, Outcome, Prepared, TransformSpec
from migration.transforms.spreadsheets import recovered

TABLE = Path(__file__).with_name("data") / "area_codes.csv"
RULE = "NUM-05"
AREA_CODE = Setting("area_code", "町の市外局番（例 093）。市外局番のない電話番号に補う")

_NARROW = str.maketrans(NARROW)
_NO_NUMBER = frozenset(("なし", "無し", "無", "ナシ", "電話なし"))
_LABEL = re.compile("^(?:TEL|Tel|tel|電話番号|電話|携帯|自宅|℡|☎|☏)[.:： ]*")
_EXTENSION = re.compile("[( ,]*(?:内線|内|ext[.]?|EXT[.]?)[:： ]*([0-9]{1,6})[) ]*$")
_REMARK = re.compile("[( ]*(代表|大代表|代|呼出し?|呼|直通|直)[) ]*$")
_SEVERAL = re.compile("[、，,;；/／・\n]|または|又は|もしくは")
_WHOLE = re.compile("[0-9]+(?:[-()ー ]+[0-9]+)*[)]?|[(][0-9]+[)](?:[-ー ]*[0-9]+)+")
_PLANS = (  # beginning, groups of digits
    ("0120", (4, 3, 3)), ("0800", (4, 3, 4)), ("0570", (4, 3, 3)), ("0990", (4, 3, 3)), ("050", (3, 4, 4)),
    ("060", (3, 4, 4)), ("070", (3, 4, 4)), ("080", (3, 4, 4)), ("090", (3, 4, 4)), ("020", (3, 4, 4)),
)  # fmt: skip
_USUAL = "^(?:050|0[6-9]0-?[1-9])"


@dataclass(frozen=True, slots=True)
class Spelled:
    """One number with its hyphens, and what was found out about it."""

    text: str
    note: str = ""
    flags: tuple[str, ...] = ()


def phone(text: str, area_code: str = "", argument: str = "") -> Outcome:
    """The number (of several: the one the argument counts); 内線, 代表, several numbers and local ones are told."""
    plain = _LABEL.sub("", text.translate(_NARROW).strip(SPACES)).strip(SPACES)
    if not plain or plain.strip("-ー") == "":
        return Outcome(None)
    if plain in _NO_NUMBER:
        return Outcome(None, flags=("番号なし",))
    place, pad = max(1, int(argument.strip("+pad") or "1")), "pad" in argument
    written = [one.strip(SPACES) for one in _SEVERAL.split(plain)]
    written = [one for one in written if one]
    found = [_one(one, area_code, pad) for one in written]
    left = len(found) > (3 if argument[:1].isdigit() else 1)
    notes = [f"電話番号が{len(found)}つ入っています。項目を分けてください（phone:2・phone:3）"] if left else []
    if place > len(found):
        return Outcome(None)
    spelled, parts = found[place - 1]
    notes += [spelled.note] if spelled.note else []
    if spelled.text == "":
        return Outcome(None, fault="／".join(notes), rule=RULE)
    named = tuple(parts.items()) + tuple(
        (f"電話番号{n}", one.text) for n, (one, _) in enumerate(found, 1) if len(found) > 1
    )
    return Outcome(spelled.text, note="／".join(notes), rule=RULE if notes else "", flags=spelled.flags, parts=named)


def fast_phone(texts: pl.Series, _: str = "") -> pl.Series:
    """Mobile numbers and fixed lines that are spelled as they should be."""
    if repeating(texts):
        return undecided(texts)
    numbers = texts.str.replace_all("-", "", literal=True)
    mobile = texts.str.contains("^(?:050-[0-9]{4}|0[6-9]0-[1-9][0-9]{3})-[0-9]{4}$")
    shape = texts.str.contains("^0[0-9]{1,4}-[0-9]{1,4}-[0-9]{4}$") & (numbers.str.len_bytes() == 10)
    begins = numbers.str.slice(1, 5).cast(pl.Int32, strict=False).fill_null(0).clip(0, 99_999).to_numpy()
    area = pl.Series(_area_lengths()[begins])
    fixed = shape & (area > 0) & (texts.str.find("-", literal=True) == area) & (texts.str.len_bytes() == 12)
    return texts.set(~(mobile | fixed).fill_null(False), None)


def _one(written: str, area_code: str, pad: bool) -> tuple[Spelled, dict[str, str]]:
    parts: dict[str, str] = {}
    notes: list[str] = []
    if extension := _EXTENSION.search(written):
        parts["内線"] = extension[1]
        notes.append(f"内線（{extension[1]}）が付いています")
        written = written[: extension.start()]
    if remark := _REMARK.search(written):
        parts["注記"] = remark[1]
        notes.append(f"「{remark[1]}」が付いています")
        written = written[: remark.start()]
    spelled = _spelled(written.strip(SPACES), area_code, pad)
    notes += [spelled.note] if spelled.note else []
    return Spelled(spelled.text, "／".join(notes), spelled.flags), parts


def _spelled(written: str, area_code: str, pad: bool) -> Spelled:
    written = re.sub("^[+]81[-( ]*0?[) -]*", "0", written)
    undone = recovered(written) if not re.search("[-(/ー]", written) else None
    if undone is not None and (undone.fault or undone.flag):
        if undone.fault:
            return Spelled("", undone.fault)
        written = undone.text
    if not _WHOLE.fullmatch(written):
        return Spelled("", "電話番号に使えない文字があります")
    groups = re.findall("[0-9]+", written)
    digits = "".join(groups)
    if len(set(digits)) == 1 or set(digits[3:]) == {"0"}:
        return Spelled(_as_written(groups), "仮の番号（同じ数字の並び）の疑いがあります")
    if not digits.startswith("0"):
        return _without_area_code(groups, area_code, pad)
    planned = _planned(digits, groups)
    return planned or Spelled(_as_written(groups), f"{len(digits)}桁の番号は電話番号の決まりに合いません")


def _without_area_code(groups: list[str], area_code: str, pad: bool) -> Spelled:
    digits = "".join(groups)
    with_zero = _planned(f"0{digits}", [f"0{groups[0]}", *groups[1:]])
    if len(digits) >= 9 and with_zero and not with_zero.note:
        if pad:
            return Spelled(with_zero.text, flags=("先頭の0を補完",))
        return Spelled(_as_written(groups), "先頭の0が落ちた疑いがあります（引数 pad で補えます）")
    if area_code and (local := _planned(area_code + digits, [])) and not local.note:
        return Spelled(local.text, flags=("市外局番を補完",))
    advice = (
        "町の市外局番（設定 area_code）を補っても決まりの桁になりません" if area_code else "設定 area_code で補えます"
    )
    return Spelled(_as_written(groups), f"市外局番がありません。{advice}")


def _planned(digits: str, groups: list[str]) -> Spelled | None:
    """Hyphens of the numbering plan; None when no number is so long. 080-0… as written never becomes 0800-…"""
    written_as = [len(group) for group in groups]
    for beginning, plan in _PLANS:
        if digits.startswith(beginning) and len(digits) == sum(plan):
            if beginning == "0800" and written_as == [3, 4, 4]:
                return Spelled("-".join(groups), "080-0 で始まる携帯電話の番号はありません")
            note = ""
            if beginning in ("060", "070", "080", "090", "020") and digits[3] == "0":
                note = f"{beginning}-0 で始まる番号はありません"
            return Spelled(_grouped(digits, plan), note)
    if len(digits) != 10:
        return None
    area = int(_area_lengths()[int(digits[1:6])])
    if area == 0:
        return Spelled(_as_written(groups) or digits, "この市外局番は電話番号計画にありません")
    return Spelled(_grouped(digits, (area, 6 - area, 4)))


def _grouped(digits: str, plan: tuple[int, ...]) -> str:
    ends = np.cumsum(plan).tolist()
    return "-".join(digits[end - size : end] for end, size in zip(ends, plan, strict=True))


def _as_written(groups: list[str]) -> str:
    return "-".join(groups)


@cache
def _area_lengths() -> NDArray[np.int8]:
    """By the five digits behind the first 0."""
    lengths = np.zeros(100_000, np.int8)
    with TABLE.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            lengths[int(line["first"]) : int(line["last"]) + 1] = int(line["digits"])
    return lengths


def _prepared(references: References, argument: str) -> Prepared:
    area_code = re.sub("[^0-9]", "", references.text(AREA_CODE).translate(_NARROW))
    return Prepared(lambda text: phone(text, area_code, argument), fast_phone if argument in ("", "pad", "1") else None)


PHONES = (
    TransformSpec(
        "phone",
        "電話番号を半角・決まりのハイフンに（内線・代表・2つ以上・市外局番なしは疑い）",
        Argument(
            "2・3＝2つ目・3つ目の番号、pad＝先頭の0を補う",
            choices=("1", "2", "3", "pad", "2+pad", "3+pad"),
            optional=True,
        ),
        rule=RULE,
        prepare=_prepared,
        settings=(AREA_CODE,),
    ),
)
