"""A text → an address: whose municipality, which 町字, what lot, what 方書; every character of it in one part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from migration.addresses.address import DOUBTS, Address
from migration.addresses.directory import Directory
from migration.addresses.drafting import Draft, behind_town, spaces
from migration.addresses.folding import fold, folded, width
from migration.addresses.heads import Heads
from migration.addresses.masters import Municipality
from migration.addresses.municipality_index import Beginning
from migration.addresses.town_index import Town
from migration.addresses.town_reading import UNKNOWN, Reading, read_town
from migration.transforms.numerals import arabic

_POSTAL = re.compile("〒? *([0-9]{3})-?([0-9]{4})(?![0-9-])")
_REREAD = frozenset(("残り", "通り名", "小字"))
_TOWN, _PLACE, _, _POST = DOUBTS

Witness = Callable[[str, Municipality, Town], str]  # 郵便番号, where, town → what contradicts it, '' nothing


class _Hit(NamedTuple):
    beginning: Beginning
    municipality: Municipality
    reading: Reading


class Splitter:
    """Splits texts by the municipalities and towns of a directory. Total; `split` says what it doubts."""

    def __init__(self, directory: Directory, witness: Witness | None = None) -> None:
        self._index = directory.index
        self._own = directory.own
        self._witness = witness
        self._heads = Heads()

    def split(self, text: str) -> Address:
        """The address of a text; what cannot be told apart stays in 残り, with a note.

        The value of an address is read as the same address again. Where that would not be so, the text is left alone.
        """
        address = self._once(text)
        if _doubtful(address) and self._once(address.value).value != address.value:
            rest = {"残り": width(text).strip()}
            return Address(text, rest, ((0, "残り"),), (), "住所の切れ目を決められません", _TOWN)
        return address

    def _once(self, text: str) -> Address:
        known = self._heads.address(text)
        if known is not None:
            return known
        told = fold(text)
        draft = Draft(told)
        start = spaces(told.canon, 0)
        if postal := _POSTAL.match(told.canon, start):
            draft.piece("郵便番号", start, postal[1] + postal[2])
            start = spaces(told.canon, postal.end())
        if start < len(told.canon):
            self._read(draft, start)
        return draft.address(text)

    def _read(self, draft: Draft, start: int) -> None:
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
            draft.leave(start, _undecided([*namesakes, hits[0].municipality]), _PLACE)
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

    def _choose(self, draft: Draft, start: int, hits: Sequence[_Hit]) -> None:
        if len(hits) > 1:
            draft.leave(start, _undecided([hit.municipality for hit in hits]), _PLACE)
            return
        beginning, municipality, reading = hits[0]
        canon = draft.told.canon
        town = _one_town(reading.towns, width(draft.told.cut(reading.start, reading.end)))
        if town is None:
            names = "、".join(dict.fromkeys(one.name for one in reading.towns))
            self._place(draft, start, beginning, municipality)
            draft.leave(spaces(canon, beginning.end), f"町字を1つに決められません（{names}）", _TOWN)
            return
        self._place(draft, start, beginning, municipality)
        draft.piece("町字", spaces(canon, beginning.end), town.name)
        if reading.street:
            first, last = reading.street
            draft.piece("通り名", first, width(draft.told.cut(first, last)).strip())
            if first < reading.start:
                draft.begins[-2] = (reading.start, "町字")
        self._town_id(draft, reading, town)
        self._remember(draft, beginning, reading)
        behind_town(draft, max(reading.end, reading.street[1] if reading.street else 0), reading.firm)
        if self._witness and "郵便番号" in draft.parts and not draft.note:
            draft.doubt(self._witness(draft.parts["郵便番号"], municipality, town), _POST)

    def _remember(self, draft: Draft, beginning: Beginning, reading: Reading) -> None:
        """Keep what was read so far for texts that begin so, where nothing behind it could change it."""
        sure = beginning.prefecture_end or self._own is None or self._own in beginning.municipalities
        alone = len(beginning.municipalities) == 1 and not draft.note
        if sure and alone and reading.settled and isinstance(draft.told.units, str):
            size = draft.told.unit(reading.end)
            self._heads.remember(draft.told.units[:], size, draft, reading.firm)

    def _town_id(self, draft: Draft, reading: Reading, town: Town) -> None:
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

    def _place(self, draft: Draft, start: int, beginning: Beginning, municipality: Municipality) -> None:
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

    def _elsewhere(self, draft: Draft, start: int, beginnings: Sequence[Beginning], problem: str) -> None:
        """A municipality is written, but no 町字 of it is found, or none are listed."""
        canon = draft.told.canon
        for beginning in beginnings:
            written = canon[spaces(canon, beginning.prefecture_end or start) : beginning.end]
            municipality = _one_municipality(beginning.municipalities, written)
            if municipality is not None:
                break
        else:
            draft.leave(start, _undecided(beginnings[0].municipalities), _PLACE)
            return
        self._place(draft, start, beginning, municipality)
        place = spaces(canon, beginning.end)
        if place == len(canon):
            draft.flags.append("町字なし")
        elif municipality.index is None and not problem:
            draft.flags.append("町字未確認")
            draft.piece("残り", place, width(draft.told.cut(place, len(canon))).strip())
        else:
            draft.leave(place, problem or UNKNOWN, _TOWN)

    def _nowhere(self, draft: Draft, start: int, problem: str) -> None:
        prefecture, end = self._index.prefecture(draft.told.canon, start)
        if prefecture:
            draft.piece("都道府県", start, prefecture)
            start = end
            if end == len(draft.told.canon):
                draft.flags.append("市区町村なし")
                return
        if problem in ("", UNKNOWN):
            draft.leave(start, "市区町村がわかりません", _PLACE)
        else:
            draft.leave(start, problem, _TOWN)


def _doubtful(address: Address) -> bool:
    parts = address.parts
    return bool(address.note) or not _REREAD.isdisjoint(parts) or ("方書" in parts and "番地号" not in parts)


def _hits(beginning: Beginning, canon: str) -> tuple[list[_Hit], str]:
    """The municipalities of a beginning in which a town is found behind it; else why none is."""
    place = spaces(canon, beginning.end)
    hits: list[_Hit] = []
    problem = ""
    for one in beginning.municipalities:
        if one.index is not None:
            reading = read_town(one.index, canon, place)
            if reading.towns:
                hits.append(_Hit(beginning, one, reading))
            problem = problem or reading.problem
    return hits, problem


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
