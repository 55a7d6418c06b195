"""The transform `address`: a text split by the town's list of 町字, as a whole or one part of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from migration.addresses.address import PARTS, Address
from migration.addresses.directory import directory
from migration.addresses.masters import read_towns
from migration.addresses.postal_witness import contradiction
from migration.addresses.splitting import Splitter
from migration.transforms.references import References, Setting
from migration.transforms.spec import Argument, Outcome, Prepared, TransformSpec

TOWNS = Setting("towns", "町字の一覧のファイル（アドレス・ベース・レジストリの mt_town_….csv か .zip）", file=True)
OWN = Setting("municipality", "自団体の全国地方公共団体コード（6桁）。住所に市区町村名がないときの市区町村")
KEPT = 300_000  # addresses remembered, for all parts of a column alike


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
    return _Shared(Splitter(directory(listed, references.text(OWN)), contradiction))


def _prepare(references: References, part: str) -> Prepared:
    shared = references.made(_shared)
    return Prepared(partial(_part, shared, part) if part else partial(_whole, shared))


def _whole(split: Callable[[str], Address], text: str) -> Outcome:
    address = split(text)
    rule, parts = address.rule, tuple(_in_order(address))
    return Outcome(address.value or None, note=address.note, rule=rule, flags=address.flags, parts=parts)


def _part(split: Callable[[str], Address], part: str, text: str) -> Outcome:
    """One part; a doubt is told where it leaves the part doubtful, so that not every item repeats it."""
    address = split(text)
    note = address.note if part in address.about else ""
    rule, parts = address.rule if note else "", tuple(_in_order(address))
    return Outcome(address.parts.get(part), note=note, rule=rule, flags=address.flags, parts=parts)


def _in_order(address: Address) -> list[tuple[str, str]]:
    return [(name, address.parts[name]) for name in PARTS if name in address.parts]


ADDRESSES = (
    TransformSpec(
        "address",
        "住所を町字の一覧で分ける（引数なし＝整えた全体、引数あり＝その部分だけ）",
        Argument("取り出す部分", choices=PARTS, optional=True),
        prepare=_prepare,
        settings=(TOWNS, OWN),
        rule="ADR-01",
    ),
)
