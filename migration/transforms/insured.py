"""国保 記号・番号・枝番: free text, often full width; the 枝番 has two digits."""

from __future__ import annotations

import re

from migration.transforms.characters import NARROW, SPACES
from migration.transforms.identifiers import PADDED
from migration.transforms.spec import Argument, Outcome, TransformSpec

RULE = "NUM-03"
PARTS = ("記号", "番号", "枝番")
_NARROW = str.maketrans(NARROW)
_NAMED = re.compile("(?:記号)?[: ]*(.*?)[ ・･,、]*番号[: ]*([^ (枝]+)[ (]*(?:枝番?号?[): ]*([0-9]{1,2})[)]?)?")
_DIVIDED = re.compile("([^-ー ・･/]+)[-ー ・･/]+([^-ー ・･/]+)(?:[-ー ・･/]+([0-9]{1,2}))?")


def insured_symbol(text: str, argument: str = "") -> Outcome:
    """記号 or 番号 as it is written on the card: only the ends are trimmed; `half` writes letters and digits half."""
    kept = text.strip(SPACES)
    return Outcome((kept.translate(_NARROW) if argument == "half" else kept) or None)


def branch_number(text: str, _: str = "") -> Outcome:
    """枝番: two digits, 01 from 1."""
    plain = text.translate(_NARROW).strip(SPACES)
    if not plain:
        return Outcome(None)
    if not re.fullmatch("[0-9]{1,2}", plain):
        return Outcome(None, fault="枝番は2桁の数字です", rule=RULE)
    return Outcome(plain.rjust(2, "0"), flags=(PADDED,) if len(plain) == 1 else ())


def insured_number(text: str, argument: str = "") -> Outcome:
    """「記号 番号 枝番」 in one text, divided; what has no divider stays as it is."""
    plain = text.translate(_NARROW).strip(SPACES)
    if not plain:
        return Outcome(None)
    found = _NAMED.fullmatch(plain) or _DIVIDED.fullmatch(plain)
    if found is None:
        note = "記号と番号の区切りが分かりません" if argument or not re.fullmatch("[0-9]+", plain) else ""
        return Outcome(None if argument else plain, note=note, rule=RULE if note else "")
    symbol, number, branch = found[1].strip(SPACES), found[2].strip(SPACES), (found[3] or "")
    parts = {"記号": symbol, "番号": number, "枝番": branch.rjust(2, "0") if branch else ""}
    value = (parts[argument] or None) if argument else "-".join(part for part in parts.values() if part)
    return Outcome(value, parts=tuple(parts.items()))


INSURED = (
    TransformSpec(
        "insured_symbol",
        "国保の記号・番号（前後の空白だけを取る）",
        Argument("half＝英数字を半角に（資格確認）", choices=("half",), optional=True),
        outcome=insured_symbol,
    ),
    TransformSpec(
        "branch_number", "被保険者の枝番（2桁。足りなければ左を 0 で埋める）", outcome=branch_number, rule=RULE
    ),
    TransformSpec(
        "insured_number",
        "「記号-番号-枝番」を分ける",
        Argument("記号・番号・枝番＝その部分を値にする", choices=PARTS, optional=True),
        outcome=insured_number,
        rule=RULE,
    ),
)
