"""Persons and households of the simulated town, and the journal their history is written to.

Dates are ordinals (`datetime.date.toordinal`); persons and households are numbered from 1, 0 means nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(slots=True)
class Person:
    """The present state of one person; `rows` counts the history rows written so far."""

    number: int
    sex: int  # 1 man, 2 woman
    birth: int
    surname: int
    given: int
    country: int = -1  # index of foreign_names.csv; -1 Japanese
    father: int = 0
    mother: int = 0
    spouse: int = 0  # kept after the spouse's death: in-laws stay in-laws
    married: bool = False
    birth_surname: int = -1
    register: int = 0  # 本籍 and 筆頭者, numbered
    household: int = 0
    became_resident: int = 0
    settled: int = 0
    previous: int = -1  # address elsewhere before moving in
    resident: bool = True
    rows: int = 0
    processed: int = 0
    has_code: bool = False  # 住民票コード
    has_number: bool = False  # 個人番号
    kana_checked: bool = False
    seen: tuple[int, ...] = ()  # household, head and relation as last written


@dataclass(slots=True)
class Household:
    number: int
    residence: int
    head: int = 0
    members: list[int] = field(default_factory=list)
    headless: bool = False  # nobody was set as head after the last one left: legal, left so on purpose


class Row(NamedTuple):
    """One history row: the whole state of a person after one event (異動)."""

    person: int
    history: int
    event: str
    event_date: int
    processed: int
    household: int
    head: int
    head_surname: int
    relation: str
    position: int
    surname: int
    register: int
    residence: int
    previous: int
    destination: int
    became_resident: int
    settled: int
    removed_by: str
    removed_on: int
    announced_move: int
    has_code: bool
    has_number: bool
    kana_checked: bool
    country: int
