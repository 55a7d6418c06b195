"""The transform `address`: a text split by the town's list of 町字, as a whole or one part of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import polars as pl

from mappings.flag_rules import flag_rules
from mappings.legacy_source import Transform
from migration.addresses.address import PARTS, Address
from migration.addresses.directory import directory
from migration.addresses.masters import read_towns
from migration.addresses.postal_witness import contradiction
from migration.addresses.splitting import Splitter
from migration.transforms.municipalities import OLD, read_old
from migration.transforms.references import References, Setting
from migration.transforms.spec import Argument, Outcome, Prepared, TransformSpec

TOWNS = Setting("towns", "町字の一覧のファイル（アドレス・ベース・レジストリの mt_town_….csv か .zip）", file=True)
OWN = Setting("municipality", "自団体の全国地方公共団体コード（6桁）。住所に市区町村名がないときの市区町村")
KEPT = 300_000  # addresses remembered, for all parts of a column alike

Split = Callable[[str], Address]


class _Shared:
    """The addresses of one town's references, each split once for all parts that are asked for."""

    def __init__(self, splitter: Splitter) -> None:
        self._splitter = splitter
        self._known: dict[str, Address] = {}

    def __call__(self, text: str) -> Address:
        address = self._known.get(text)
        if address is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            address = self._known[text] = self._splitter.split(text)
        return address


def _shared(references: References) -> _Shared:
    listed = references.table(TOWNS, read_towns) or ()
    return _Shared(Splitter(directory(listed, references.text(OWN), references.table(OLD, read_old)), contradiction))


def _prepare(references: References, part: str) -> Prepared:
    split = references.made(_shared)
    if not part:
        return Prepared(partial(_whole, split))
    told = frozenset(flag_rules(Transform("address", part)))
    return Prepared(partial(_part, split, part), partial(_certain, split, part, told))


def _whole(split: Split, text: str) -> Outcome:
    address = split(text)
    return _told(address, address.value or None, address.note)


def _part(split: Split, part: str, text: str) -> Outcome:
    """One part; a doubt is told where it leaves the part doubtful, so that not every item repeats it."""
    address = split(text)
    return _told(address, address.parts.get(part), address.note if part in address.about else "")


def _certain(split: Split, part: str, told: frozenset[str], texts: pl.Series) -> pl.Series:
    """The part of every text of which nothing is to be said: no doubt, no flag people are told of; else null."""
    addresses = [None if text is None else split(text) for text in texts.to_list()]
    found = [
        None if one is None or one.note or not told.isdisjoint(one.flags) else one.parts.get(part) for one in addresses
    ]
    return pl.Series(texts.name, found, dtype=pl.String)


def _told(address: Address, value: str | None, note: str) -> Outcome:
    rule = address.rule if note else ""
    return Outcome(value, note=note, rule=rule, flags=address.flags, parts=tuple(address.parts.items()))


ADDRESSES = (
    TransformSpec(
        "address",
        "住所を町字の一覧で分ける（引数なし＝整えた全体、引数あり＝その部分だけ）",
        Argument("取り出す部分", choices=PARTS, optional=True),
        prepare=_prepare,
        settings=(TOWNS, OWN, OLD),
        rule="ADR-01",
    ),
)
