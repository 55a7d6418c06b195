"""Where a loaded cell comes from, down to the bytes; and where a source record went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from mappings.area import Area
from mappings.errors import InputError, did_you_mean
from mappings.layout import Group
from mappings.legacy_source import ColumnMap, GroupMap, LegacyTable
from migration.extract import read_record
from migration.fates import Fate, Fates
from migration.journey import Journey
from migration.judging import RunResults, read_results
from migration.protection import protected_people
from reports.masking import PROTECTED_TEXT, SECRET_TEXT, WHEREABOUTS
from validators.finding import RECORD_BITS, key_text

SHOWN_FINDINGS = ("finding_id", "rule", "severity", "item", "message", "answer", "reason", "who", "settled")


@dataclass(frozen=True, slots=True)
class Origin:
    """One legacy record: where it lies and its fields (secret and protected ones masked).

    `unreadable`: what extract set aside of it (column, '' for the whole record, and reason).
    """

    file: str
    record: int
    byte_start: int
    byte_length: int
    role: str  # source | merged | lookup
    table: str
    fields: Mapping[str, str | None]
    bytes: str  # hexadecimal; '' where the record holds what must not be shown
    unreadable: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One item of a loaded row: its value, the map line that made it and what that line changed."""

    item: str
    value: str | None
    sources: tuple[str, ...]
    rule: str
    map_line: str
    changes: tuple[Mapping[str, Any], ...]
    codes: str = ""  # file of the code map, when one was used


@dataclass(frozen=True, slots=True)
class Explanation:
    area: str
    table: str
    key: str
    loaded: str  # '' when the row was loaded, else why not
    cells: tuple[Cell, ...]
    origins: tuple[Origin, ...]
    findings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Forward:
    """What became of a source record, and what was found about it."""

    origin: Origin
    fates: tuple[Fate, ...]
    findings: tuple[Mapping[str, Any], ...]


class Explainer:
    """Looks things up in the folder of a finished run."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        self.results: RunResults = read_results(journey.workspace, journey.name)
        self.protected = protected_people(journey.workspace, journey.name)
        files = pl.read_parquet(journey.stages / "receive" / "files.parquet")
        self.files = {int(row["file_no"]): row for row in files.iter_rows(named=True)}
        self.fates = Fates(journey, self.files)

    def cell(self, area: str, table: str, key: str, item: str = "") -> Explanation:
        """A loaded row, or one item of it, back to its records. `key`: the key items joined by '|'."""
        group = self.group(area, table)
        row = self._row(group, key)
        if item and item not in row:
            raise InputError(f"{group.name} に項目「{item}」はありません。{did_you_mean(item, list(row)[1:])}")
        origins = self._origins(group, key, int(row["record_id"]))
        if item:
            used = self._tables_behind(group, item)
            origins = tuple(origin for origin in origins if origin.role != "lookup" or origin.table in used)
        hidden = any(value in self.protected for value in (key, *row.values()))
        names = [item] if item else [i.name for i in group.items]
        cells = tuple(self._cell(group, key, name, row[name], hidden) for name in names)
        findings = self._findings(hidden, pl.col("area") == area, pl.col("table") == table, pl.col("key") == key)
        return Explanation(area, table, key, self.fates.not_loaded(group, key), cells, origins, findings)

    def record(self, area: str, table: str, place: str) -> Forward:
        """A source record forward. `place`: its legacy key joined by '|', or `#record` or `file#record`."""
        legacy = self._legacy(area, table)
        record_id = self._record_id(area, legacy, place)
        origin = self._origin(area, legacy, record_id, "source")
        hidden = bool(self.protected) and (not origin.fields or not self.protected.isdisjoint(origin.fields.values()))
        found = self._findings(hidden, pl.col("file") == origin.file, pl.col("record") == origin.record)
        whole = [one["reason"] for one in origin.unreadable if not one["column"]]
        return Forward(origin, tuple(self.fates.of(area, legacy, record_id, whole)), found)

    def group(self, area: str, table: str) -> Group:
        known = self._known_area(area)
        if table not in known.groups:
            raise InputError(f"{known.title} に表「{table}」はありません。{did_you_mean(table, known.groups)}")
        return known.groups[table]

    def _known_area(self, area: str) -> Area:
        if area not in self.journey.areas:
            raise InputError(f"業務「{area}」はこの作業領域にありません。{did_you_mean(area, self.journey.areas)}")
        return self.journey.areas[area]

    def _legacy(self, area: str, table: str) -> LegacyTable:
        self._known_area(area)
        tables = self.journey.source(area).tables
        if table not in tables:
            raise InputError(f"現行の表「{table}」はありません。{did_you_mean(table, tables)}")
        return tables[table]

    def _row(self, group: Group, key: str) -> dict[str, Any]:
        frame = pl.scan_parquet(self._file("convert", group.area, f"{group.id}.parquet"))
        found = frame.filter(key_text(group.key) == key).head(1).collect()
        if found.is_empty():
            keys = "|".join(group.key)
            near = _near(frame.select(key_text(group.key).alias("key")), key)
            raise InputError(f"{group.name} にキー「{key}」の行はありません。キーは {keys} です。{near}")
        return found.row(0, named=True)

    def _file(self, stage: str, area: str, name: str) -> Path:
        path = self.journey.stages / stage / area / name
        if not path.is_file():
            raise InputError(f"{area} の {name} がありません。`ikou run` を最後まで実行してください。")
        return path

    def _cell(self, group: Group, key: str, item: str, value: str | None, hidden: bool) -> Cell:
        mapped = self.journey.source(group.area).groups[group.id]
        line = next((column for column in mapped.columns if column.item == item), ColumnMap(item))
        changes = pl.scan_parquet(self._file("convert", group.area, f"{group.id}.changes.parquet"))
        rows = changes.filter((pl.col("key") == key) & (pl.col("item") == item)).select("rule", "before", "after")
        found = [] if self._secret(item) else rows.collect().to_dicts()
        if hidden and _tells_whereabouts(item):
            value, found = PROTECTED_TEXT, [{**row, "before": PROTECTED_TEXT, "after": PROTECTED_TEXT} for row in found]
        if self._secret(item):
            value = SECRET_TEXT if value else None
        place = f"{_file_of(mapped)}:{line.line}" if line.line else _file_of(mapped)
        codes = self.journey.source(group.area).codes[line.codes].file if line.codes else ""
        return Cell(item, value, line.sources, _rule_words(line), place, tuple(found), codes)

    def _tables_behind(self, group: Group, item: str) -> set[str]:
        """Legacy tables looked up for an item."""
        mapped = self.journey.source(group.area).groups[group.id]
        sources = next((column.sources for column in mapped.columns if column.item == item), ())
        aliases = {name.rpartition(".")[0] for name in sources}
        return {lookup.table for lookup in mapped.lookups if lookup.alias in aliases}

    def _origins(self, group: Group, key: str, record_id: int) -> tuple[Origin, ...]:
        lineage = pl.scan_parquet(self._file("convert", group.area, f"{group.id}.lineage.parquet"))
        behind = lineage.filter(pl.col("key") == key).select("record_id", "role").unique(maintain_order=True).collect()
        places = [(record_id, "source"), *behind.iter_rows()]
        return tuple(self._origin_anywhere(number, role) for number, role in places)

    def _origin_anywhere(self, record_id: int, role: str) -> Origin:
        file = self.files[record_id >> RECORD_BITS]
        return self._origin(file["area"], self._legacy(file["area"], file["table"]), record_id, role)

    def _origin(self, area: str, legacy: LegacyTable, record_id: int, role: str) -> Origin:
        staged = pl.scan_parquet(self._file("extract", area, f"{legacy.id}.parquet"))
        rows = staged.filter(pl.col("record_id") == record_id).collect()
        aside = pl.read_parquet(self._file("extract", area, f"{legacy.id}.quarantine.parquet"))
        aside = aside.filter(pl.col("record_id") == record_id)
        file = self.files[record_id >> RECORD_BITS]["path"]
        number = record_id & ((1 << RECORD_BITS) - 1)
        if rows.is_empty() and aside.is_empty():
            raise InputError(f"{file} に {number:,}件目の記録はありません。記録番号は 1 から始まります。")
        row = (aside if rows.is_empty() else rows.drop("record_id")).row(0, named=True)
        start, length = int(row.pop("byte_start")), int(row.pop("byte_length"))
        row = {} if rows.is_empty() else row
        hidden = any(value in self.protected for value in row.values() if value)
        fields = {name: self._shown(legacy, name, value, hidden) for name, value in row.items()}
        closed = hidden or any(column.secret for column in legacy.columns) or (not row and bool(self.protected))
        raw = "" if closed else read_record(self.journey.place(legacy) / file, start, length).hex(" ")
        unreadable = tuple(aside.select("column", "reason").fill_null("").to_dicts())
        return Origin(file, number, start, length, role, legacy.id, fields, raw, unreadable)

    def _shown(self, legacy: LegacyTable, name: str, value: str | None, hidden: bool) -> str | None:
        secret = any(column.name == name and column.secret for column in legacy.columns)
        if secret:
            return SECRET_TEXT
        return PROTECTED_TEXT if hidden and value and _tells_whereabouts(name) else value

    def _secret(self, item: str) -> bool:
        return item in self.journey.secret_items

    def _record_id(self, area: str, legacy: LegacyTable, place: str) -> int:
        if "#" in place:
            return self._numbered(area, legacy, place)
        staged = pl.scan_parquet(self._file("extract", area, f"{legacy.id}.parquet"))
        wanted = key_text(legacy.key) == place if legacy.key else pl.lit(False)
        found = staged.filter(wanted).select("record_id").head(1).collect()
        if found.is_empty():
            keys = "|".join(legacy.key)
            how = f"キー {keys} か、#記録番号" if keys else "#記録番号（この表にはキーの定義がありません）"
            near = _near(staged.select(key_text(legacy.key).alias("key")), place) if keys else ""
            raise InputError(f"{legacy.title} に「{place}」はありません。{how} で示してください。{near}")
        return int(found.item())

    def _numbered(self, area: str, legacy: LegacyTable, place: str) -> int:
        file, _, number = place.rpartition("#")
        mine = [no for no, row in self.files.items() if (row["area"], row["table"]) == (area, legacy.id)]
        chosen = [no for no in mine if not file or self.files[no]["path"].endswith(file)]
        if len(chosen) != 1 or not (number.isascii() and number.isdigit() and 0 < int(number) < 1 << RECORD_BITS):
            names = "、".join(self.files[no]["path"] for no in mine)
            raise InputError(f"「{place}」が分かりません。ファイル#記録番号 で示してください（{names}）。")
        return chosen[0] << RECORD_BITS | int(number)

    def _findings(self, hidden: bool, *conditions: pl.Expr) -> tuple[Mapping[str, Any], ...]:
        """Findings; `hidden`: about a person under 支援措置, so that messages that may tell whereabouts are masked."""
        rows = self.results.findings.filter(*conditions).select(SHOWN_FINDINGS).to_dicts()
        if hidden:
            masked = [row for row in rows if not row["item"] or _tells_whereabouts(row["item"])]
            for row in masked:
                row["message"] = PROTECTED_TEXT
        return tuple(rows)


def _near(keys: pl.LazyFrame, wanted: str) -> str:
    """Keys that hold the longest part of the one asked for, as advice; '' when there are none."""
    part = max(wanted.split("|"), key=len)
    found = keys.filter(pl.col("key").str.contains(part.lstrip("0") or part, literal=True)).head(3).collect()
    return f"近いもの: {'、'.join(found['key'])}" if part and found.height else ""


def _tells_whereabouts(name: str) -> bool:
    return bool(pl.select(pl.lit(name).str.contains(WHEREABOUTS)).item())


def _rule_words(line: ColumnMap) -> str:
    parts = [line.combine, *(str(transform) for transform in line.transforms)]
    parts += [f"codes:{line.codes}"] if line.codes else []
    parts += [f"default:{line.default}"] if line.default else []
    return " ".join(part for part in parts if part)


def _file_of(mapped: GroupMap) -> str:
    return mapped.file or f"{mapped.group}.csv"
