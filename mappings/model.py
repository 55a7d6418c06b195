"""What the tables are: layouts, legacy sources, maps, rules. Frozen, no behaviour beyond look-ups.

An *item* is データ項目, a *group* is グループ (one output file), a *table* in a finding is a group's id.
Frames and rules name items by their Japanese name; SQL names them by romaji.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from mappings.expression import Expression
from mappings.host_encodings import HostEncoding


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


@dataclass(frozen=True, slots=True)
class LegacyColumn:
    """A column as the old system exports it. `start`/`length` are bytes, for fixed-length records only."""

    name: str
    start: int = 0
    length: int = 0
    kind: str = "text"  # text | dbcs | continued | zoned | packed | binary | unsigned
    digits: int = 0  # numbers: digits with their leading zeros (codes, dates); 0 = a number
    decimals: int = 0  # numbers: digits behind the point that is not written
    encoding: str = ""  # '' = the table's
    secret: bool = False  # 個人番号: not read unless the run asks for it
    note: str = ""


@dataclass(frozen=True, slots=True)
class LegacyTable:
    """How one table of a delivery is read (source.toml [tables.<id>] + columns/<id>.csv)."""

    id: str
    title: str
    files: tuple[str, ...]  # glob patterns within the delivery folder
    reader: str  # csv | fixed | excel | database | images | host
    encoding: str
    columns: tuple[LegacyColumn, ...]
    key: tuple[str, ...] = ()
    delimiter: str = ","
    header: bool = True
    record_length: int = 0  # bytes without the newline, fixed only
    newline: str = ""  # fixed: '' none | 'crlf' | 'lf'; csv: told by the file itself
    part: str = ""  # excel: the sheet; database: the table; '' = the first sheet, the table's id
    header_rows: int = 1  # excel only
    blanks: tuple[str, ...] = ()  # whole-cell values that mean "nothing" for every column, besides the empty string
    records: str = ""  # host: '' fixed length | 'rdw' variable length | 'bdw' the same in blocks
    shortest: int = 0  # host, variable length: bytes a record has at least; 0 = record_length
    fillings: tuple[str, ...] = ()  # fixed, host: space | low | high: fill fields that have no value
    encodings: tuple[HostEncoding, ...] = ()  # host encodings the vendor declares, whose names `encoding` may use


@dataclass(frozen=True, slots=True)
class Transform:
    """One named value function with at most one argument: `name` or `name:argument`."""

    name: str
    argument: str = ""

    def __str__(self) -> str:
        return f"{self.name}:{self.argument}" if self.argument else self.name


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """One line of a column map: where one standard item comes from."""

    item: str
    sources: tuple[str, ...] = ()  # legacy columns, 'column' or 'lookup.column'
    combine: str = ""  # '' one source | 'first' (A|B: 合流, priority) | 'join' (A+B: 結合)
    transforms: tuple[Transform, ...] = ()
    codes: str = ""  # name of a code map
    default: str = ""
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class LegacyLookup:
    """A left join of another legacy table. At most one row may match a key; more is a mapping fault found in data."""

    alias: str
    table: str
    on: tuple[tuple[str, str], ...]  # (column here, column there)
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A named reason to leave records out: those for which `when` is true."""

    id: str
    when: Expression
    reason: str


@dataclass(frozen=True, slots=True)
class Split:
    """One legacy record with repeated columns becomes one row per non-empty set of columns."""

    number: str  # new column holding 1, 2, 3 …
    columns: Mapping[str, tuple[str, ...]]  # new column → the repeated legacy columns, in order
    keep_empty: bool = False


@dataclass(frozen=True, slots=True)
class GroupMap:
    """How one standard group is made (source.toml [groups.<id>] + <group>.csv)."""

    group: str
    tables: tuple[str, ...]  # one legacy table, or several with the same columns stacked (merge of tables)
    columns: tuple[ColumnMap, ...]
    filters: tuple[Filter, ...] = ()
    lookups: tuple[LegacyLookup, ...] = ()
    split: Split | None = None
    distinct: tuple[str, ...] = ()  # legacy columns: rows equal on all mapped sources become one ('merged')
    file: str = ""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One legacy code. Data that uses an unconfirmed code blocks the load of its group."""

    legacy: str
    standard: str
    meaning: str
    confirmed: bool
    reviewer: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CodeMap:
    name: str
    code_list: str  # コードID of the target list; '' when none
    entries: Mapping[str, CodeEntry]
    file: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A legacy column (or a whole table: column '*') left behind on purpose."""

    table: str
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class GaijiEntry:
    """A line of gaiji.csv: one external character and everything that may tell which character it is."""

    character: str  # private use
    text: str = ""
    mj: str = ""  # MJ文字図形名 (or GJ: MJ+)
    juki: str = ""  # 住基ネット統一文字コード
    koseki: str = ""  # 戸籍統一文字番号
    touki: str = ""  # 登記統一文字番号
    bitmap: str = ""  # picture of the glyph: BMP, PNG or BDF file beside gaiji.csv
    confirmed: bool = False
    reviewer: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Gaiji:
    """The vendor's external characters: private-use character → identified text; unconfirmed ones are findings.

    `entries` are the lines of the file; `migration.moji.register` completes `characters` from their codes and from the
    town's decisions.
    """

    characters: Mapping[str, str]
    file: str = ""
    entries: tuple[GaijiEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One legacy vendor's format for one area: a folder of files, no code."""

    area: str
    vendor: str
    title: str
    tables: Mapping[str, LegacyTable]
    groups: Mapping[str, GroupMap]
    codes: Mapping[str, CodeMap]
    ignored: tuple[Ignored, ...]
    gaiji: Gaiji = field(default_factory=lambda: Gaiji({}))
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleLookup:
    """A left join of another group's rows by item names; `where` restricts the rows joined.

    `optional`: where a run does not have the group, the look-up finds nothing and the rule is checked all the same.
    """

    alias: str
    area: str
    table: str
    on: tuple[tuple[str, str], ...]  # (item here, item there)
    where: Expression | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One business rule: rows (or groups of rows) for which `check` is false are findings.

    `by` empty: the rule looks at each row. `by` given: at each group of rows with equal `by` items, and `check`
    uses aggregates. `order` given: at each row, and `check` may use prev(item) within `by`.
    An empty (NULL) result is not a finding.
    """

    id: str
    severity: str  # E | W | I
    kind: str  # 移行差異 | 現行潜在誤り | 仕様差
    title: str
    area: str
    table: str
    item: str
    department: str
    basis: str
    message: str  # Japanese; {item} or {alias.item} show values
    check: Expression
    where: Expression | None = None
    by: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    lookups: tuple[RuleLookup, ...] = ()
    look_at: str = ""  # what a clerk should look at, and where to put it right
    file: str = ""
    roles: tuple[str, ...] = ()  # of the town in the area; () = every role


@dataclass(frozen=True, slots=True)
class Total:
    """A control total: one figure counted from a group, compared with figures given by people."""

    id: str
    title: str
    area: str
    table: str
    value: Expression  # an aggregate: count() | sum(item) | count_distinct(item)
    by: tuple[str, ...] = ()
    where: Expression | None = None
    unit: str = "件"
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleScope:
    """The groups a town has in an area where its role is not the owner's, and why not the others."""

    groups: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Area:
    """One business area: its layout, rules and the vendors known for it."""

    id: str
    title: str
    order: int
    department: str
    business_ids: tuple[str, ...]
    groups: Mapping[str, Group]  # in load order
    code_lists: Mapping[str, CodeList]
    rules: tuple[Rule, ...]
    totals: tuple[Total, ...]
    sources: Mapping[str, Source]
    layout_version: str = ""
    files: tuple[Path, ...] = ()  # every file read, for the identity of a run
    roles: Mapping[str, RoleScope] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)  # group → why this town's role leaves it out
