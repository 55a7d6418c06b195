"""The standard layout: an *item* is データ項目, a *group* is グループ.

A group is one output file, one SQL table and one standard frame. Frames and rules name items by their Japanese name;
SQL names them by romaji.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where an item comes from. Only the Digital Agency's workbook makes an item official."""

    OFFICIAL = "official"
    OBSERVED = "observed"
    REFERENCE = "reference"


class ItemType(StrEnum):
    """データ型 of the standard (凡例）データ型); full-width Ｎ is read as N."""

    X = "X"
    N = "N"
    INTEGER = "9"
    DECIMAL = "9V"
    SIGNED = "S9"
    BLOB = "BLOB"
    YEAR = "YEAR"
    DATE = "DATE"
    TIME = "TIME"


class Requirement(StrEnum):
    """データ出力条件."""

    REQUIRED = "必須"
    CONDITIONAL = "条件付き必須"
    OPTIONAL = "任意"


@dataclass(frozen=True, slots=True)
class Item:
    """One データ項目. Lengths count characters (base + variation selector = 1)."""

    name: str
    romaji: str
    type: ItemType
    length: int  # whole digits for 9V; 0 = not stated
    scale: int = 0  # decimal places of 9V
    id: str = ""  # 8-digit データ項目ID, only from an official workbook
    code: str = ""  # コードID, three digits as text; '' = no code list
    repeat: int = 0
    requirement: Requirement = Requirement.OPTIONAL
    primary_key: bool = False
    foreign_key: str = ""  # '' | '○' (official: target not stated) | 'area.group.item' | 'group.item'
    mandatory: bool = False  # 実装類型 ○
    unknown_date: bool = False  # 不詳日 allowed (stated in 項目説明)
    noncalendar: bool = False  # days outside the calendar allowed (生年月日 …)
    classes: tuple[str, str, str] = ("", "", "")
    allowed: tuple[tuple[str, str], ...] = ()  # private-use ranges a town's own list allows in an N item (MJ+)
    definition: str = ""
    description: str = ""
    spec_reference: str = ""
    sample: str = ""
    note: str = ""
    status: Status = Status.REFERENCE
    source: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One グループ: one standard output file, one SQL table, one standard frame."""

    area: str
    id: str  # ASCII: file stem; `table` of findings
    name: str  # グループ名称
    business_id: str
    version: str
    items: tuple[Item, ...]

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.items if item.primary_key)

    @property
    def sql_name(self) -> str:
        return f"{self.area}_{self.id}"

    @property
    def status(self) -> Status:
        """The weakest status among the items."""
        order = (Status.REFERENCE, Status.OBSERVED, Status.OFFICIAL)
        return min((item.status for item in self.items), key=order.index)

    def item(self, name: str) -> Item:
        return next(item for item in self.items if item.name == name)


@dataclass(frozen=True, slots=True)
class CodeList:
    """コード一覧（個別）: one list. `free` = 自治体固有コード (999): any value."""

    id: str
    name: str
    values: Mapping[str, str]  # value → meaning
    free: bool = False
    status: Status = Status.REFERENCE
