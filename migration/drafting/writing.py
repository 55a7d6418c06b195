"""The draft on disk: source.toml, columns, empty maps with proposals in their notes, code maps without answers."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mappings.area import Area
from mappings.errors import InputError
from mappings.layout import Group
from migration.drafting.looking import Seen
from migration.drafting.matching import Match

CODES_AT_MOST = 60  # different values up to which a column is taken for coded
_MAP = ("item", "from", "transform", "codes", "default", "note")
_CODES = ("legacy", "standard", "meaning", "confirmed", "reviewer", "note")
Proposals = Mapping[str, Mapping[str, Sequence[Match]]]


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was written: the folder, tables, items with a proposal, items of all groups, code maps to fill in."""

    folder: Path
    tables: int
    proposed: int
    items: int
    codes: int


def write_draft(area: Area, vendor: str, seen: Sequence[Seen], proposals: Proposals, folder: Path) -> Drafted:
    """Write the vendor's folder of an area below `folder`; an InputError when it is there already.

    Nothing is mapped: `from` stays empty and the proposal stands in the note, so that `ikou mapping check` names every
    column until a person has decided about it. Code maps hold the values met, without a standard code.
    """
    place = folder / area.id / "legacy" / vendor
    if place.exists():
        raise InputError(
            f"{place} はもうあります。書きかけの対応を失わないよう、別のベンダ名にするか、退けてください。"
        )
    (place / "columns").mkdir(parents=True)
    (place / "codes").mkdir()
    _lines(place / "source.toml", _source(vendor, seen, area, proposals))
    for one in seen:
        rows = [(column.name, "", "", "", "", "", "") for column in one.table.columns]
        _table(place / "columns" / f"{one.table.id}.csv", _column_headings(), rows)
    for group in area.groups.values():
        if group.id in proposals:
            _table(place / f"{group.id}.csv", _MAP, _map(group, proposals[group.id]))
    _table(place / "ignored.csv", ("table", "column", "reason"), [])
    codes = _codes(place / "codes", area, seen, proposals)
    proposed = sum(bool(many) for found in proposals.values() for many in found.values())
    items = sum(len(found) for found in proposals.values())
    return Drafted(place, len(seen), proposed, items, codes)


def _column_headings() -> tuple[str, ...]:
    return ("name", "start", "length", "kind", "encoding", "secret", "note")


def _source(vendor: str, seen: Sequence[Seen], area: Area, proposals: Proposals) -> Iterable[str]:
    yield f"title = {_quoted(vendor)}"
    for one in seen:
        table = one.table
        yield ""
        yield f"[tables.{table.id}]"
        yield f"title = {_quoted(table.title)}"
        yield f"files = [{_quoted(f'{area.id}/{table.files[0]}')}]  # 受渡データでの場所。毎回変わる部分は * に"
        yield f"reader = {_quoted(table.reader)}"
        if table.encoding:
            yield f"encoding = {_quoted(table.encoding)}"
        if table.part:
            yield f"part = {_quoted(table.part)}"
        if table.header_rows != 1:
            yield f"header_rows = {table.header_rows}"
        if table.reader == "csv" and table.delimiter != ",":
            yield f"delimiter = {_quoted(table.delimiter)}"
        keys = [line["column"] for line in one.profile.iter_rows(named=True) if _could_be_key(line)]
        yield f"key = []  # 値が重ならない列: {'、'.join(keys) or 'なし（組み合わせを確かめる）'}"
    for group in area.groups:
        tables = sorted({match.table for many in proposals.get(group, {}).values() for match in many})
        if tables:
            yield ""
            yield f"[groups.{group}]"
            yield f"tables = [{', '.join(_quoted(name) for name in tables)}]  # 案。確かめること"


def _could_be_key(line: Mapping[str, object]) -> bool:
    return bool(line["rows"]) and line["distinct"] == line["rows"]


def _map(group: Group, found: Mapping[str, Sequence[Match]]) -> Iterable[tuple[str, ...]]:
    for item in group.items:
        many = found.get(item.name, ())
        told = "；".join(f"{match.column}（{match.score:.2f}: {match.reason}）" for match in many)
        yield (item.name, "", "", "", "", f"要確認 候補 {told}" if told else "要確認 候補なし")


def _codes(place: Path, area: Area, seen: Sequence[Seen], proposals: Proposals) -> int:
    """One code map for every column that may be a coded item's, with the values met."""
    profiles = {one.table.id: one.profile for one in seen}
    made: dict[str, tuple[str, str, str]] = {}
    for group, found in proposals.items():
        for item in area.groups[group].items:
            if item.code and found.get(item.name):
                first = found[item.name][0]
                made.setdefault(item.romaji.lower() or item.name, (item.code, first.table, first.column))
    for name, (code, table, column) in made.items():
        line = next(row for row in profiles[table].iter_rows(named=True) if row["column"] == column)
        values = [one["value"] for one in line["unknown_codes"]] if line["distinct"] <= CODES_AT_MOST else []
        rows = [(value, "", "", "", "", "要確認") for value in sorted(values)]
        _table(place / f"{name}.csv", _CODES, rows, first=f"# list={code}")
    return len(made)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _table(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]], first: str = "") -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        if first:
            stream.write(first + "\n")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(headings)
        writer.writerows(rows)
