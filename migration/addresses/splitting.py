"""A text → an address: whose municipality, which 町字, what lot, what 方書; every character of it in one part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from migration.addresses.address import DOUBTS, Address
from migration.addresses.directory import Directory
from migration.addresses.folding import GAP, Folded, fold, folded, width
from migration.addresses.lots import read_lot, small_area
from migration.addresses.masters import Municipality
from migration.addresses.municipality_index import Beginning
from migration.addresses.town_index import Town
from migration.addresses.town_reading import Reading, read_town
from migration.transforms.numerals import arabic

_POSTAL = re.compile("〒? *([0-9]{3})-?([0-9]{4})(?![0-9-]) *")
_FURTHER = re.compile("[・,、，~〜及]")
_APART = re.compile(f"[-のー{GAP} ]*")
_TOWN, _PLACE, _REST, _POST = DOUBTS

Witness = Callable[[str, Municipality, Town | None], str]  # 郵便番号, where, town → what contradicts it, '' nothing


class _Hit(NamedTuple):
    beginning: Beginning
    municipality: Municipality
    reading: Reading


@dataclass(slots=True)
class _Draft:
    """An address in the making. `begins`: (part, where its piece begins in the folded text)."""

    told: Folded
    parts: dict[str, str] = field(default_factory=dict)
    begins: list[tuple[int, str]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    note: str = ""
    rule: str = ""

    def piece(self, part: str, start: int, value: str) -> None:
        if value:
            self.parts[part] = value
        self.begins.append((start, part))

    def doubt(self, note: str, rule: str) -> None:
        self.note, self.rule = note, rule


class Splitter:
    """Splits texts by the municipalities and towns of a directory. Total; `split` says what it doubts."""

    def __init__(self, directory: Directory, witness: Witness | None = None) -> None:
        self._index = directory.index
        self._own = directory.own
        self._witness = witness

    def split(self, text: str) -> Address:
        """The address of a text; what cannot be told apart stays in 残り, with a note."""
        told = fold(text)
        draft = _Draft(told)
        start = _spaces(told.canon, 0)
        if postal := _POSTAL.match(told.canon, start):
            draft.piece("郵便番号", start, postal[1] + postal[2])
            start = postal.end()
        if start < len(told.canon):
            self._read(draft, start)
        return _address(text, draft)

    def _read(self, draft: _Draft, start: int) -> None:
        canon = draft.told.canon
        beginnings = list(self._index.at(canon, start))
        problem = ""
        for beginning in beginnings:
            hits, missed = _hits(beginning, canon)
            if hits:
                if not beginning.prefecture_end and self._own not in beginning.municipalities:
                    hits += self._unnamed(canon, start)[0]
                self._choose(draft, start, hits)
                return
            problem = problem or missed
        hits, missed = self._unnamed(canon, start)
        namesakes = [one for beginning in beginnings for one in beginning.municipalities if not one.abolished]
        if hits and namesakes:
            self._leave(draft, start, _undecided([*namesakes, hits[0].municipality]), _PLACE)
        elif hits:
            self._choose(draft, start, hits)
        elif beginnings:
            self._elsewhere(draft, start, beginnings, problem)
        else:
            self._nowhere(draft, start, missed)

    def _unnamed(self, canon: str, start: int) -> tuple[list[_Hit], str]:
        """The town's own 町字 at the beginning, its municipality not written."""
        if self._own is None:
            return [], ""
        prefecture, end = self._index.prefecture(canon, start)
        if prefecture and prefecture != self._own.prefecture:
            return [], ""
        omitted = ("市区町村補完",) if prefecture else ("都道府県補完", "市区町村補完")
        beginning = Beginning((self._own,), end if prefecture else 0, end, omitted)
        return _hits(beginning, canon)

    def _choose(self, draft: _Draft, start: int, hits: Sequence[_Hit]) -> None:
        if len(hits) > 1:
            self._leave(draft, start, _undecided([hit.municipality for hit in hits]), _PLACE)
            return
        beginning, municipality, reading = hits[0]
        canon = draft.told.canon
        town = _one_town(reading.towns, width(draft.told.cut(reading.start, reading.end)))
        if town is None:
            names = "、".join(dict.fromkeys(one.name for one in reading.towns))
            self._place(draft, start, beginning, municipality)
            self._leave(draft, _spaces(canon, beginning.end), f"町字を1つに決められません（{names}）", _TOWN)
            return
        self._place(draft, start, beginning, municipality)
        draft.piece("町字", _spaces(canon, beginning.end), town.name)
        if reading.street:
            first, last = reading.street
            draft.piece("通り名", first, width(draft.told.cut(first, last)).strip())
            if first < reading.start:
                draft.begins[-2] = (reading.start, "町字")
        self._town_id(draft, reading, town)
        _lot_and_rest(draft, reading)
        if self._witness and "郵便番号" in draft.parts and not draft.note:
            draft.doubt(self._witness(draft.parts["郵便番号"], municipality, town), _POST)

    def _town_id(self, draft: _Draft, reading: Reading, town: Town) -> None:
        ids = {one.id for one in reading.towns if one.name == town.name}
        if len(ids) == 1 and town.id:
            draft.parts["町字ID"] = town.id
        elif len(ids) > 1:
            draft.doubt(f"{town.name}は町字の一覧に複数あり、町字IDを決められません（{'、'.join(sorted(ids))}）", _TOWN)
        if reading.flag:
            draft.flags.append(reading.flag)
        elif _spelled_otherwise(town, draft.told.cut(reading.start, reading.end)):
            draft.flags.append("町字表記ゆれ")
        if reading.street:
            draft.flags.append("通り名")

    def _place(self, draft: _Draft, start: int, beginning: Beginning, municipality: Municipality) -> None:
        """都道府県 and 市区町村, as the list spells them."""
        if beginning.prefecture_end:
            draft.piece("都道府県", start, municipality.prefecture)
        else:
            draft.parts["都道府県"] = municipality.prefecture
        if beginning.end > (beginning.prefecture_end or start):
            draft.piece("市区町村", beginning.prefecture_end or start, municipality.name)
        else:
            draft.parts["市区町村"] = municipality.name
        if municipality.code:
            draft.parts["市区町村コード"] = municipality.code
        if municipality.abolished:
            draft.flags.append("廃止市区町村")
        draft.flags += beginning.omitted

    def _elsewhere(self, draft: _Draft, start: int, beginnings: Sequence[Beginning], problem: str) -> None:
        """A municipality is written, but no 町字 of it is found, or none are listed."""
        canon = draft.told.canon
        for beginning in beginnings:
            written = canon[_spaces(canon, beginning.prefecture_end or start) : beginning.end]
            municipality = _one_municipality(beginning.municipalities, written)
            if municipality is not None:
                break
        else:
            self._leave(draft, start, _undecided(beginnings[0].municipalities), _PLACE)
            return
        self._place(draft, start, beginning, municipality)
        place = _spaces(canon, beginning.end)
        if place == len(canon):
            draft.flags.append("町字なし")
        elif municipality.index is None and not problem:
            draft.flags.append("町字未確認")
            draft.piece("残り", place, width(draft.told.cut(place, len(canon))).strip())
        else:
            self._leave(draft, place, problem or "町字が一覧にありません", _TOWN)

    def _nowhere(self, draft: _Draft, start: int, problem: str) -> None:
        prefecture, end = self._index.prefecture(draft.told.canon, start)
        if prefecture:
            draft.piece("都道府県", start, prefecture)
            start = end
            if end == len(draft.told.canon):
                draft.flags.append("市区町村なし")
                return
        self._leave(draft, start, problem or "市区町村がわかりません", _PLACE)

    def _leave(self, draft: _Draft, start: int, note: str, rule: str) -> None:
        told = draft.told
        draft.piece("残り", start, width(told.cut(start, len(told.canon))).strip())
        draft.doubt(note, rule)


def _hits(beginning: Beginning, canon: str) -> tuple[list[_Hit], str]:
    """The municipalities of a beginning in which a town is found behind it; else why none is."""
    place = _spaces(canon, beginning.end)
    hits, problem = [], ""
    for one in beginning.municipalities:
        if one.index is not None:
            reading = read_town(one.index, canon, place)
            if reading.towns:
                hits.append(_Hit(beginning, one, reading))
            problem = problem or reading.problem
    return hits, problem


def _lot_and_rest(draft: _Draft, reading: Reading) -> None:
    """小字, 番地号 and 方書 behind the town."""
    told, canon = draft.told, draft.told.canon
    end = max(reading.end, reading.street[1] if reading.street else 0)
    start = _APART.match(canon, end).end()  # type: ignore[union-attr]
    place = small_area(canon, start)
    if place > start:
        draft.piece("小字", end, width(told.cut(start, place)).strip())
        draft.flags.append("小字は一覧外")
        end = place
    lot = read_lot(canon, end if place > start else start)
    if lot.value:
        draft.piece("番地号", end, lot.value)
        end = lot.end
    else:
        draft.flags.append("番地なし")
    behind = _APART.match(canon, end).end()  # type: ignore[union-attr]
    rest = width(told.cut(behind, len(canon))).strip()
    if not rest:
        return
    if _FURTHER.match(canon, behind) or not (lot.value or behind > end or reading.firm):
        draft.piece("残り", end, rest)
        draft.doubt("番地号のあとを読めません" if lot.value else "町字のあとを読めません", _REST)
    else:
        draft.piece("方書", end, rest)


def _one_town(towns: Sequence[Town], written: str) -> Town | None:
    """The one town meant: of several names, the one spelled as written."""
    names = {town.name for town in towns}
    if len(names) == 1:
        return towns[0]
    return next((town for town in towns if width(town.name) == written), None)


def _spelled_otherwise(town: Town, written: str) -> bool:
    """Other signs than the list's, numerals, 大字 and 字 aside: 千駄ヶ谷 for 千駄ケ谷."""
    names = [town.oaza.removeprefix("大字"), town.koaza]
    if all(name in written for name in names):
        return False
    plain = arabic(width(written))
    return any(arabic(name) not in plain for name in names)


def _one_municipality(those: Sequence[Municipality], written: str) -> Municipality | None:
    """The one meant where several have the name: one of today before abolished ones, a city before its wards."""
    for few in (
        [one for one in those if not one.abolished],
        [one for one in those if not one.abolished and folded(one.name) == written],
        those,
    ):
        if len(few) == 1:
            return few[0]
    return None


def _undecided(municipalities: Iterable[Municipality]) -> str:
    names = list(dict.fromkeys(one.prefecture + one.name for one in municipalities))
    return f"市区町村を1つに決められません（{'、'.join(names[:4])}{'など' if len(names) > 4 else ''}）"


def _spaces(canon: str, place: int) -> int:
    while canon.startswith(" ", place):
        place += 1
    return place


def _address(text: str, draft: _Draft) -> Address:
    units, begins = draft.told.units, sorted(draft.begins)
    cuts = [0, *(draft.told.unit(start) for start, _ in begins[1:]), len(units)]
    sources = tuple(
        (part, "".join(units[first:last]))
        for (_, part), first, last in zip(begins, cuts, cuts[1:], strict=False)
        if first < last
    )
    return Address(text, draft.parts, sources, tuple(dict.fromkeys(draft.flags)), draft.note, draft.rule)
