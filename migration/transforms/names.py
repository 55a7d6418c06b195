"""氏 and 名 out of one text, kanji or kana alike. What cannot be told apart is doubted, never guessed.

Lengths and single characters count a base with its variation selector as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl

from migration.transforms.readings import is_surname
from migration.transforms.spec import Argument, Outcome, TransformSpec

RULE = "NAM-01"
SPACES = " 　"
CHARACTER = re.compile("(?s).[\ufe00-\ufe0f\U000e0100-\U000e01ef]*")
_BRACKETS = {"（": "）", "(": ")", "〔": "〕", "［": "］", "[": "]", "「": "」", "【": "】", "｛": "｝", "〈": "〉"}
_PAIR = re.compile("|".join(f"{re.escape(a)}[^{re.escape(a + b)}]*{re.escape(b)}" for a, b in _BRACKETS.items()))
_BRACKET_SIGNS = re.escape("".join(_BRACKETS) + "".join(_BRACKETS.values()))
_SUSPECT = "\ue000-\uf8ff\U000f0000-\U0010ffff〓□■\ufffd"  # convert's guard must see them
_WORD = f"[^ 　・･A-Za-zＡ-Ｚａ-ｚÀ-ɏ{_BRACKET_SIGNS}{_SUSPECT}]+"
_SIMPLE = re.compile(f"({_WORD})[ 　]({_WORD})")
_LONE = re.compile(f"[{_BRACKET_SIGNS}]")
_FORMER = re.compile("^(?:旧姓|旧氏|旧)[ 　:：]*")
_GAP = re.compile("[ 　]+")
_LATIN = re.compile("[A-Za-zＡ-Ｚａ-ｚÀ-ɏ]")
_LATIN_NAME = re.compile("[A-Za-zＡ-Ｚａ-ｚÀ-ɏ 　.．,，'’・･‐－-]+")


@dataclass(slots=True)
class Split:
    """A name in its parts. `uji` is None where the name is not one of 氏 and 名."""

    uji: str | None
    na: str | None
    besides: tuple[str, ...] = ()  # 併記: what stood in brackets
    flags: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    proposals: tuple[str, ...] = ()


def split(text: str) -> Split:
    """氏 and 名 by the space between them; a name without one, or with several, is doubted."""
    if simple := _SIMPLE.fullmatch(text):
        return Split(simple[1], simple[2])
    body = text.strip(SPACES)
    flags = ["前後の空白"] if body != text else []
    besides = tuple(found[1:-1].strip(SPACES) for found in _PAIR.findall(body))
    if besides:
        body = _PAIR.sub("　", body).strip(SPACES)
        flags.append("併記名")
    found = _split(body)
    if text.strip(SPACES) and not body:
        found.doubts.append("かっこの外に氏名がありません")
    found.flags = flags + found.flags
    found.besides = tuple(filter(None, besides))
    if found.besides:
        found.doubts.append(f"かっこの中の「{'・'.join(found.besides)}」は氏にも名にも入れません")
    if any(_FORMER.match(one) for one in found.besides):
        found.flags.append("旧氏の併記")
    if _LONE.search(body):
        found.doubts.append("かっこが閉じていません")
    return found


def name(text: str, argument: str = "") -> Outcome:
    """`argument`: 氏 or 名 (one of the parts), or 氏名 (both with one full-width space between)."""
    found = split(text)
    parts = [("氏", found.uji), ("名", found.na), ("併記", "、".join(found.besides))]
    parts.append(("提案", "／".join(found.proposals)))
    chosen = {"氏": found.uji, "名": found.na}.get(argument, text if found.uji is None else _whole(found))
    said = "、".join(found.doubts)
    return Outcome(
        chosen or None,
        fault="" if chosen else said,
        note=said if chosen else "",
        rule=RULE if said else "",
        severity="W" if said else "",
        flags=tuple(found.flags),
        parts=tuple((label, part) for label, part in parts if part),
    )


def _usual(texts: pl.Series, argument: str) -> pl.Series:
    """Two words with a space between and no sign that asks for thought."""
    parts = texts.str.extract_groups(f"^{_SIMPLE.pattern}$")
    if argument == "氏名":
        whole = pl.format("{}　{}", pl.col("1"), pl.col("2"))
        return parts.struct.unnest().select(whole).to_series()
    return parts.struct.field("1" if argument == "氏" else "2")


def characters(text: str) -> list[str]:
    """Characters as people count them: base and variation selectors together."""
    return CHARACTER.findall(text)


def _whole(found: Split) -> str:
    return "　".join(part for part in (found.uji, found.na) if part)


def _split(body: str) -> Split:
    if not body:
        return Split(None, None)
    if _LATIN.search(body):
        return _foreign(body)
    gaps = list(_GAP.finditer(body))
    flags = ["空白の連続"] if any(len(gap[0]) > 1 for gap in gaps) else []
    flags += ["中点"] if "・" in body or "･" in body else []
    if not gaps:
        doubt = "氏と名の間に空白がないので分けられません"
        return Split(body, None, flags=[*flags, "区切りなし"], doubts=[doubt], proposals=_known_surnames(body))
    if len(gaps) == 1:
        return Split(body[: gaps[0].start()], body[gaps[0].end() :], flags=flags)
    gap = _widest(gaps)
    words = _GAP.split(body)
    proposals = () if len(words) > 4 else tuple(_proposals(words))
    flags.append("区切り複数")
    doubt = "空白が2か所以上にあるので、氏と名の境目が決められません"
    return Split(body[: gap.start()], body[gap.end() :], flags=flags, doubts=[doubt], proposals=proposals)


def _widest(gaps: list[re.Match[str]]) -> re.Match[str]:
    """The gap that is wider than all others (山　田　　太　郎), a full-width one among half-width, else the first."""
    return max(gaps, key=lambda gap: (len(gap[0]), gap[0].count("　"), -gap.start()))


def _proposals(words: list[str]) -> list[str]:
    return ["".join(words[:cut]) + "　" + "".join(words[cut:]) for cut in range(1, len(words))]


def _known_surnames(body: str) -> tuple[str, ...]:
    """Where a name without a space begins with a surname of the list, the longest first."""
    signs = characters(body)
    cuts = [("".join(signs[:cut]), "".join(signs[cut:])) for cut in range(len(signs) - 1, 0, -1)]
    return tuple(f"{uji}　{na}" for uji, na in cuts if is_surname(uji))


def _foreign(body: str) -> Split:
    if _LATIN_NAME.fullmatch(body):
        doubt = "英字の氏名なので氏と名に分けません。英字氏名の項目に移してください"
        return Split(None, None, flags=["外国人氏名"], doubts=[doubt])
    doubt = "英字とほかの文字がまじっているので氏と名に分けません"
    return Split(None, None, flags=["外国人氏名", "英字まじり"], doubts=[doubt])


NAMES = (
    TransformSpec(
        "name",
        "氏名を空白で氏と名に分ける（かっこの併記は別にし、分けられないときは疑いとする）",
        Argument("氏・名・氏名", choices=("氏", "名", "氏名")),
        outcome=name,
        fast=_usual,
        rule=RULE,
    ),
)
