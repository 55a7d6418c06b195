"""legacy/<vendor>/source.toml and columns/*.csv → LegacyTable, and the frame of each GroupMap."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from mappings.definition_files import Reading, Row
from mappings.encoding_files import read_encoding
from mappings.errors import did_you_mean, shown_path
from mappings.expression import Literal
from mappings.fields import Fields
from mappings.host_encodings import HostEncoding
from mappings.legacy_source import Filter, GroupMap, LegacyColumn, LegacyLookup, LegacyTable, Source, Split
from mappings.map_files import read_code_map, read_column_maps, read_gaiji, read_ignored

_POSITIONED = ("fixed", "host")  # readers of records cut by byte position
_DECODED = ("csv", *_POSITIONED)  # readers of bytes, which need an encoding
TEXT_KINDS = ("text", "dbcs", "continued")
NUMBER_KINDS = ("zoned", "packed", "binary", "unsigned")
NEWLINES = ("crlf", "lf", "nl")
RECORDS = ("rdw", "bdw")
FILLINGS = ("space", "low", "high")


_HEADINGS = ("start", "length", "kind", "digits", "decimals", "encoding", "secret", "note")


@dataclass(frozen=True, slots=True)
class _Vendor:
    reading: Reading
    area: str
    folder: str  # relative: <area>/legacy/<vendor>


def read_source(reading: Reading, area: str, vendor: str) -> Source | None:
    """One vendor's folder; None when it has no source.toml (which is a fault)."""
    this = _Vendor(reading, area, f"{area}/legacy/{vendor}")
    path = reading.find(f"{this.folder}/source.toml")
    if path is None:
        reading.fault(this.folder, "", "source.toml がありません", "現行データの読み方を source.toml に書いてください")
        return None
    before = len(reading.opened)
    values = reading.toml(path)
    if values is None:
        return None
    top = Fields(reading, path, "", values)
    title = top.text("title")
    own = {
        name: read_encoding(reading, this.folder, fields, name)
        for name, fields in top.named_tables("encodings").items()
    }
    encodings = tuple(encoding for encoding in own.values() if encoding)
    tables = {name: _table(this, fields, name, encodings) for name, fields in top.named_tables("tables").items()}
    groups = {name: _group(this, fields, name) for name, fields in top.named_tables("groups").items()}
    top.close()
    _check_strays(this, path, set(tables), set(groups))
    codes = {name: read_code_map(reading, file) for name, file in reading.files(f"{this.folder}/codes", ".csv").items()}
    ignored = reading.find(f"{this.folder}/ignored.csv")
    gaiji = reading.find(f"{this.folder}/gaiji.csv")
    return Source(
        area=area,
        vendor=vendor,
        title=title,
        tables=tables,
        groups=groups,
        codes=codes,
        ignored=read_ignored(reading, ignored) if ignored else (),
        **({"gaiji": read_gaiji(reading, gaiji)} if gaiji else {}),
        files=tuple(reading.opened[before:]),
    )


def _table(this: _Vendor, fields: Fields, name: str, encodings: tuple[HostEncoding, ...]) -> LegacyTable:
    reader = fields.text("reader")
    positioned = reader in _POSITIONED
    columns = this.reading.find(f"{this.folder}/columns/{name}.csv")
    if columns is None:
        fields.fault("", f"columns/{name}.csv がありません", "現行テーブルの列の一覧を columns/ に置いてください")
    table = LegacyTable(
        id=name,
        title=fields.text("title", name),
        files=fields.texts("files", None),
        reader=reader,
        encoding=fields.text("encoding", None if reader in _DECODED else ""),
        columns=_columns(this.reading, columns, positioned) if columns else (),
        key=fields.texts("key"),
        delimiter=fields.text("delimiter", ","),
        header=fields.flag("header", True),
        record_length=fields.integer("record_length", None if positioned else 0),
        newline=fields.text("newline", "", known=NEWLINES),
        part=fields.text("part", ""),
        header_rows=fields.integer("header_rows", 1),
        blanks=fields.texts("blanks"),
        records=fields.text("records", "", known=RECORDS),
        shortest=fields.integer("shortest", 0),
        fillings=_fillings(fields),
    )
    table = replace(table, encodings=_used(table, encodings))
    fields.close()
    return table


def _fillings(fields: Fields) -> tuple[str, ...]:
    found = fields.texts("fillings")
    for word in found:
        if word not in FILLINGS:
            fields.fault("fillings", f"「{word}」は使えません", did_you_mean(word, FILLINGS))
    return found


def _used(table: LegacyTable, encodings: tuple[HostEncoding, ...]) -> tuple[HostEncoding, ...]:
    """Those a table names: another one's change is no change of the table."""
    names = {table.encoding, *(column.encoding for column in table.columns)}
    return tuple(encoding for encoding in encodings if encoding.name in names)


def _columns(reading: Reading, path: Path, fixed: bool) -> tuple[LegacyColumn, ...]:
    columns = []
    seen: set[str] = set()
    for row in reading.table(path, ("name",), _HEADINGS).rows:
        column = _column(row, fixed)
        if not column.name:
            row.fault("name", "列の名前がありません")
        elif column.name in seen:
            row.fault("name", f"列「{column.name}」が2回あります", "名前を分けてください")
        else:
            columns.append(column)
        seen.add(column.name)
    return tuple(columns)


def _column(row: Row, fixed: bool) -> LegacyColumn:
    numbers = {}
    for heading in ("start", "length", "digits", "decimals"):
        text, needed = row.word(heading), fixed and heading in ("start", "length")
        if not re.fullmatch("[0-9]+", text) and (text or needed):
            what = "バイト数" if heading in ("start", "length") else "桁数"
            row.fault(heading, f"「{text}」は{what}ではありません", "0以上の半角の数字で書いてください")
            text = ""
        numbers[heading] = int(text or 0)
    return LegacyColumn(
        name=row.word("name"),
        **numbers,
        kind=row.choice("kind", (*TEXT_KINDS, *NUMBER_KINDS), "text"),
        encoding=row.word("encoding"),
        secret=row.mark("secret"),
        note=row.text("note"),
    )


def _group(this: _Vendor, fields: Fields, name: str) -> GroupMap:
    path = this.reading.find(f"{this.folder}/{name}.csv")
    if path is None:
        fields.fault("", f"{name}.csv がありません", "項目対応を1項目1行で書いたファイルを置いてください")
    group = GroupMap(
        group=name,
        tables=fields.texts("tables", None),
        columns=read_column_maps(this.reading, path) if path else (),
        filters=tuple(_filter(one) for one in fields.tables("filters")),
        lookups=tuple(_lookup(one) for one in fields.tables("lookups")),
        split=_split(fields.table("split")) if "split" in fields.values else None,
        distinct=fields.texts("distinct"),
        file=shown_path(path) if path else f"{this.folder}/{name}.csv",
    )
    fields.asked.add("split")
    fields.close()
    return group


def _filter(fields: Fields) -> Filter:
    found = Filter(
        id=fields.text("id"),
        when=fields.condition("when", needed=True) or Literal(None),
        reason=fields.text("reason"),
    )
    if not found.reason.strip():
        fields.fault("reason", "理由が空です", "移行しない理由を書いてください")
    fields.close()
    return found


def _lookup(fields: Fields) -> LegacyLookup:
    lookup = LegacyLookup(
        alias=fields.text("alias"),
        table=fields.text("table"),
        on=fields.pairs("on"),
        where=fields.condition("where"),
    )
    fields.close()
    return lookup


def _split(fields: Fields) -> Split:
    columns = fields.table("columns")
    split = Split(
        number=fields.text("number"),
        columns={name: columns.texts(name, None) for name in columns.values},
        keep_empty=fields.flag("keep_empty", False),
    )
    if len({len(old) for old in split.columns.values()}) > 1:
        fields.fault("columns", "新しい列ごとの元の列の数がそろっていません", "同じ個数ずつ並べてください")
    if not split.columns:
        fields.fault("columns", "分ける列が書かれていません", '{ 新しい列 = ["列1", "列2"] } と書いてください')
    fields.close()
    return split


def _check_strays(this: _Vendor, path: Path, tables: set[str], groups: set[str]) -> None:
    """Files that nothing in source.toml names would otherwise be ignored silently."""
    for name, file in this.reading.files(f"{this.folder}/columns", ".csv").items():
        if name not in tables:
            advice = did_you_mean(name, tables) or f"[tables.{name}] を書き足してください"
            this.reading.fault(file, "", f"{path.name} に [tables.{name}] がありません", advice)
    for name, file in this.reading.files(this.folder, ".csv").items():
        if name not in groups | {"ignored", "gaiji"}:
            advice = did_you_mean(name, groups) or f"[groups.{name}] を書き足してください"
            this.reading.fault(file, "", f"{path.name} に [groups.{name}] がありません", advice)
