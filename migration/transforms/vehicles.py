"""標識番号 (車両番号): 地域名, 分類番号, かな, 一連指定番号; of mopeds the municipality's name and a number."""

from __future__ import annotations

import re

from migration.transforms.characters import KANA, NARROW, SPACES
from migration.transforms.spec import Argument, Outcome, TransformSpec

RULE = "NUM-07"
PARTS = ("地域名", "分類番号", "かな", "一連番号")
_NARROW = str.maketrans(NARROW)
_LETTERS = "ACFHKLMPXY"  # in the last two places of 分類番号, since 2018
_UNUSED = "おしへん"
_PLATE = re.compile(
    rf"([^0-9A-Za-z-]+?) *([0-9](?:[0-9{_LETTERS}]{{1,2}})?) *([ぁ-ん]|[ABEHKMTY]) *([0-9・.* ]*[0-9])", re.IGNORECASE
)
_MOPED = re.compile("([^0-9A-Za-z-]*?[市区町村]) *([ぁ-んァ-ン]|[A-Z])? *([0-9]{1,6})")
_SMALL_CAR = re.compile("([0-9]{2})-([0-9]{2})(?![0-9])")


def vehicle_number(text: str, argument: str = "") -> Outcome:
    """地域名 分類番号 かな 12-34; what cannot be read so stays as it is, with a doubt."""
    plain = _half_width(text)
    if not plain:
        return Outcome(None)
    found = _PLATE.fullmatch(_SMALL_CAR.sub(r"\1\2", plain))
    if found and (number := re.sub("[・.* ]", "", found[4]).lstrip("0")) and len(number) <= 4:
        area, kind, kana = found[1].strip(SPACES), found[2].upper(), found[3].upper()
        note = f"標識番号に「{kana}」は使われません" if kana in _UNUSED else ""
        parts = dict(zip(PARTS, (area, kind, kana, number), strict=True))
        return _chosen(parts, f"{area} {kind} {kana} {_shown(number)}", note, argument)
    if moped := _MOPED.fullmatch(plain):
        parts = {"地域名": moped[1], "かな": moped[2] or "", "一連番号": moped[3]}
        value = " ".join(part for part in parts.values() if part)
        return _chosen(parts, value, "", argument, flags=("原付・小型特殊の標識",))
    return Outcome(plain if not argument else None, note="標識番号の形に読めません", rule=RULE)


def _half_width(text: str) -> str:
    for half, full in KANA.items():
        text = text.replace(half, full) if half in text else text
    return re.sub("[ \u00a0]+", " ", text.translate(_NARROW)).strip(SPACES)


def _shown(number: str) -> str:
    return f"{number[:2]}-{number[2:]}" if len(number) == 4 else number.rjust(4, "・")


def _chosen(parts: dict[str, str], value: str, note: str, argument: str, flags: tuple[str, ...] = ()) -> Outcome:
    chosen = (parts.get(argument) or None) if argument else value
    return Outcome(chosen, note=note, rule=RULE if note else "", flags=flags, parts=tuple(parts.items()))


VEHICLES = (
    TransformSpec(
        "vehicle_number",
        "標識番号を 地域名・分類番号・かな・一連番号 に分ける（原付は市町村名と番号）",
        Argument(f"{'・'.join(PARTS)}＝その部分を値にする", choices=PARTS, optional=True),
        outcome=vehicle_number,
        rule=RULE,
    ),
)
