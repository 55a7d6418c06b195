"""The old system: its tables as they are delivered, and the maps from its columns and codes to the standard layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mappings.expression import Expression
from mappings.host_encodings import HostEncoding


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
