"""Named value transforms of column maps: one explicit registry."""

from __future__ import annotations

from collections.abc import Iterable

from mappings.errors import Fault, did_you_mean
from mappings.legacy_source import ColumnMap, GroupMap
from migration.transforms.addresses import ADDRESSES
from migration.transforms.banks import BANKS
from migration.transforms.calendar import CALENDAR
from migration.transforms.characters import CHARACTERS
from migration.transforms.furigana import FURIGANA
from migration.transforms.identifiers import IDENTIFIERS
from migration.transforms.insured import INSURED
from migration.transforms.kana import KANA_TRANSFORMS
from migration.transforms.moji import DRAWING, MOJI
from migration.transforms.municipality_codes import MUNICIPALITIES
from migration.transforms.names import NAMES
from migration.transforms.numbers import NUMBERS
from migration.transforms.numerals import NUMERALS
from migration.transforms.parts import PARTS
from migration.transforms.phones import PHONES
from migration.transforms.postal import POSTAL
from migration.transforms.reading_checks import READING_CHECKS
from migration.transforms.references import Setting
from migration.transforms.search_key import SEARCH_KEY
from migration.transforms.spec import TransformSpec
from migration.transforms.vehicles import VEHICLES
from migration.transforms.yucho import YUCHO

_NAMES = (*MOJI, *KANA_TRANSFORMS, *FURIGANA, *NAMES, *READING_CHECKS, *SEARCH_KEY)

TRANSFORMS: dict[str, TransformSpec] = {
    spec.name: spec
    for spec in (
        *CHARACTERS,
        *NUMBERS,
        *NUMERALS,
        *IDENTIFIERS,
        *BANKS,
        *YUCHO,
        *VEHICLES,
        *INSURED,
        *MUNICIPALITIES,
        *POSTAL,
        *PHONES,
        *CALENDAR,
        *PARTS,
        *ADDRESSES,
        *_NAMES,
    )
}

SETTINGS: dict[str, Setting] = {setting.name: setting for spec in TRANSFORMS.values() for setting in spec.settings}
SETTINGS |= {setting.name: setting for setting in DRAWING}  # of the documents, not of a transform


def settings_of(group: GroupMap) -> list[Setting]:
    """The references that the transforms of a group ask for."""
    steps = (step for column in group.columns for step in column.transforms)
    return [setting for step in steps if step.name in TRANSFORMS for setting in TRANSFORMS[step.name].settings]


def transform_faults(file: str, columns: Iterable[ColumnMap]) -> list[Fault]:
    """Everything wrong with the transforms named in a column map: unknown names, arguments, places."""
    return [fault for column in columns for fault in _faults(file, column)]


def _faults(file: str, column: ColumnMap) -> list[Fault]:
    place = f"{column.line}行 transform"
    faults = []
    for position, transform in enumerate(column.transforms):
        spec = TRANSFORMS.get(transform.name)
        if spec is None:
            advice = did_you_mean(transform.name, TRANSFORMS)
            faults.append(Fault(file, place, f"変換「{transform.name}」はありません", advice))
        elif problem := spec.argument.problem(transform.argument):
            faults.append(Fault(file, place, f"{transform}: {problem}", spec.argument.manual))
        elif spec.beside and (column.combine != "join" or len(column.sources) != 2):
            faults.append(Fault(file, place, f"{transform} は A+B（2つの列。カナ+氏名 など）でだけ使えます"))
        elif spec.first and (position or column.combine != "join"):
            faults.append(Fault(file, place, f"{transform} は A+B の先頭の変換としてだけ使えます"))
    return faults
