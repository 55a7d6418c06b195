"""Kana and kanji of one name side by side: does the one read as the other? Triage only, the kana is never changed."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from pathlib import Path

from mappings.errors import Fault, MappingError, shown_path
from migration.transforms.kana import repaired
from migration.transforms.names import CHARACTER, SPACES, split
from migration.transforms.readings import Readings, folded, readings
from migration.transforms.references import References, Setting
from migration.transforms.spec import BESIDE, Outcome, Prepared, TransformSpec

RULE = "NAM-03"
SPLIT_RULE = "NAM-01"
SMALL_RULE = "NAM-05"
_SHOWN = 8  # proposals listed
_MANY = 6  # places of lost small kana looked at
_LOST = re.compile(
    "(?<=[キシチニヒミリギジヂビピ])[ヤユヨ]|(?<=.)ツ(?=[カ-ト])|(?<=[フヴ])[アイウエオ]|(?<=[テデ])[イユ]"
)
_SMALL = dict(zip("アイウエオヤユヨツ", "ァィゥェォャュョッ", strict=True))
_SMALL_KANA = re.compile("[ァィゥェォャュョッ]")
_PLAIN = re.compile("[ァ-ヺ　]+")
_GAP = re.compile("[ 　]+")


READINGS = Setting("readings", "町で確かめた氏・名の読み（CSV：text,kana。読みの確認で疑いにしない）", file=True)


@dataclass(frozen=True, slots=True)
class _Word:
    """A 氏 or a 名, written and read."""

    kanji: str
    kana: str
    surname: bool


class Checker:
    """Asks a table of readings, each question once."""

    def __init__(self, table: Readings) -> None:
        self.plausible = lru_cache(maxsize=100_000)(table.plausible)
        self.unknown = table.unknown

    def fits(self, word: _Word) -> bool:
        return self.plausible(word.kanji, word.kana, word.surname)

    def with_small_kana(self, kanji: str, kana: str, surname: bool) -> tuple[str, ...]:
        """The reading with small letters that were written large (シヨウタ → ショウタ), as far as the kanji allows."""
        return tuple(one for one in with_small_kana(kana) if self.plausible(kanji, one, surname))

    def both(self, signs: Sequence[str], sounds: Sequence[str]) -> bool:
        """氏 and 名 each read as their kana."""
        return self.plausible(signs[0], sounds[0], True) and self.plausible(signs[1], sounds[1], False)


def reading_checked(text: str, checker: Checker) -> Outcome:
    """`text` is kana|kanji; the kana comes back as it was, with a note where it cannot be the reading of the kanji."""
    kana, _, kanji = text.partition(BESIDE)
    written = split(kanji)
    if not kana.strip(SPACES) or not kanji.strip(SPACES):
        return Outcome(kana or None)
    if "外国人氏名" in written.flags:
        return Outcome(kana, flags=("読みの確認の対象外",))
    plain = kana if _PLAIN.fullmatch(kana) else repaired(kana, hiragana=True).value
    sounds = _GAP.split(plain.strip(SPACES))
    signs = _GAP.split("　".join(part for part in (written.uji, written.na) if part))
    if len(sounds) != len(signs):
        return _uneven(checker, kana, signs, sounds)
    words = [_Word(sign, sound, place == 0) for place, (sign, sound) in enumerate(zip(signs, sounds, strict=True))]
    return _judged(checker, kana, words)


def with_small_kana(kana: str) -> tuple[str, ...]:
    """Every other way to read large letters as small ones; nothing when the text has small letters already."""
    places = [found.start() for found in _LOST.finditer(kana)][:_MANY]
    if not places or _SMALL_KANA.search(kana):
        return ()
    ways = []
    for chosen in product((True, False), repeat=len(places)):
        signs = list(kana)
        for place, small in zip(places, chosen, strict=True):
            signs[place] = _SMALL[signs[place]] if small else signs[place]
        ways.append("".join(signs))
    return tuple(way for way in ways if way != kana)


def small_kana(text: str, _: str = "") -> Outcome:
    """Kana alone: where small letters may have been lost, without a finding. The proposals stand in `parts`."""
    words = _GAP.split(repaired(text).value.strip(SPACES))
    if _SMALL_KANA.search(text):
        return Outcome(text)
    ways = [(*with_small_kana(word), word) for word in words]
    proposals = _listed(ways, "　".join(words))
    return Outcome(text, flags=("小書き要確認",), parts=(("提案", proposals),)) if proposals else Outcome(text)


def _prepared(references: References, _: str) -> Prepared:
    own = references.table(READINGS, read_readings)
    checker = Checker(readings() if own is None else readings().with_more(own))
    return Prepared(lambda text: reading_checked(text, checker))


def read_readings(path: Path) -> dict[str, list[str]]:
    """A town's readings by 氏 or 名: CSV text,kana."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        if not {"text", "kana"} <= {*(lines.fieldnames or ())}:
            raise MappingError(
                [Fault(shown_path(path), "1行", "列 text,kana がありません", "見出しを text,kana にしてください")]
            )
        found: dict[str, list[str]] = {}
        for line in lines:
            unit = readings().spelt((line["text"] or "").strip(SPACES))
            sounds = folded(repaired((line["kana"] or "").strip(SPACES), hiragana=True).value)
            if unit and sounds:
                found.setdefault(unit, []).append(sounds)
    return found


def _judged(checker: Checker, kana: str, words: Sequence[_Word]) -> Outcome:
    failing = [word for word in words if not checker.fits(word)]
    if not failing:
        return _ambiguous(checker, kana, words)
    if any(checker.unknown(word.kanji) for word in failing):
        return Outcome(kana, flags=("読みの分からない字",))
    found = [checker.with_small_kana(word.kanji, word.kana, word.surname) for word in words]
    if all(proposals for word, proposals in zip(words, found, strict=True) if word in failing):
        ways = [each if word in failing else (word.kana,) for word, each in zip(words, found, strict=True)]
        proposal = _listed(ways)
        note = f"小さいカナ（ャュョッ）が失われた疑いがあります（「{proposal}」ではありませんか）"
        return Outcome(kana, note=note, rule=SMALL_RULE, flags=("小書き",), parts=(("提案", proposal),))
    if len(words) == 2 and _exchanged(checker, words):
        proposal = f"{words[1].kana}　{words[0].kana}"
        note = f"氏と名のカナが逆の疑いがあります（「{proposal}」ではありませんか）"
        return Outcome(kana, note=note, rule=RULE, flags=("氏名逆順",), parts=(("提案", proposal),))
    said = "、".join(f"「{word.kanji}」を「{word.kana}」と読む例が見当たりません" for word in failing)
    return Outcome(kana, note=said, rule=RULE, flags=("読み要確認",))


def _ambiguous(checker: Checker, kana: str, words: Sequence[_Word]) -> Outcome:
    """A plausible reading that would be plausible with small letters too is flagged."""
    if not any(_LOST.search(word.kana) for word in words):
        return Outcome(kana)
    found = [checker.with_small_kana(word.kanji, word.kana, word.surname) for word in words]
    if not any(found):
        return Outcome(kana)
    ways = [(*each, word.kana) for word, each in zip(words, found, strict=True)]
    return Outcome(
        kana, flags=("小書き要確認",), parts=(("提案", _listed(ways, "　".join(word.kana for word in words))),)
    )


def _listed(ways: Sequence[Sequence[str]], but: str = "") -> str:
    """Every combination of the words, the first few when there are many."""
    found = ("　".join(way) for way in product(*ways))
    return "／".join(islice((one for one in found if one != but), _SHOWN))


def _exchanged(checker: Checker, words: Sequence[_Word]) -> bool:
    uji, na = words
    return checker.both((uji.kanji, na.kanji), (na.kana, uji.kana))


def _uneven(checker: Checker, kana: str, signs: Sequence[str], sounds: Sequence[str]) -> Outcome:
    proposal = "／".join(_cuts(checker, signs, sounds))
    advice = f"（「{proposal}」ではありませんか）" if proposal else ""
    note = f"氏名は{len(signs)}つ、カナは{len(sounds)}つに空白で分かれていて、数が合いません{advice}"
    parts = (("提案", proposal),) if proposal else ()
    return Outcome(kana, note=note, rule=SPLIT_RULE, flags=("区切り不一致",), parts=parts)


def _cuts(checker: Checker, signs: Sequence[str], sounds: Sequence[str]) -> list[str]:
    """Where the text without a space may be cut so that both parts read as the two of the other."""
    if (len(signs), len(sounds)) == (1, 2):
        pieces = CHARACTER.findall(signs[0])
        cuts = [("".join(pieces[:cut]), "".join(pieces[cut:])) for cut in range(1, len(pieces))]
        return [f"{uji}　{na}" for uji, na in cuts if checker.both((uji, na), sounds)]
    if (len(signs), len(sounds)) == (2, 1):
        whole = sounds[0]
        splits = [(whole[:cut], whole[cut:]) for cut in range(1, len(whole))]
        return [f"{uji}　{na}" for uji, na in splits if checker.both(signs, (uji, na))]
    return []


READING_CHECKS = (
    TransformSpec(
        "reading_checked",
        "カナ+氏名: カナが氏名の字から読めるかを確かめる（カナはそのまま。読めなければ疑い）",
        prepare=_prepared,
        settings=(READINGS,),
        rule=RULE,
        beside=True,
    ),
    TransformSpec(
        "small_kana",
        "小さいカナ（ャュョッ）が失われたかもしれないカナに印を付け、候補を挙げる（値は変えない）",
        outcome=small_kana,
        only="[キシチニヒミリギジヂビピ][ヤユヨ]|ツ[カ-ト]|[フヴ][アイウエオ]|[テデ][イユ]|[ｦ-ﾟ]",
        rule=SMALL_RULE,
    ),
)
