"""What became of a source record: loaded, merged, looked up, left out by a filter, rejected, duplicate, set aside.

The sieve of convert counts every record into exactly one place; here one record is asked for, and its place is worked
out again from the same map.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from mappings.layout import Group
from mappings.legacy_source import GroupMap, LegacyTable
from migration.convert import ConvertOptions, map_group
from migration.converting.assembly import FILTER
from migration.converting.items import key_of
from migration.journey import Journey
from migration.stages import read_record
from validators.finding import RECORD_BITS, key_text

LOADED, MERGED, LOOKED_UP, FILTERED = "投入", "統合", "参照", "除外"
REJECTED, DUPLICATE, QUARANTINED, LEFT, UNKNOWN = "却下", "重複", "隔離", "移行しない", "不明"
NOT_LOADED = "未投入"
BLOCKED_RULE = "LOD-04"


@dataclass(frozen=True, slots=True)
class Fate:
    """One end of a record in one group: what, in which row (`key`), and why."""

    area: str
    table: str
    fate: str
    key: str = ""
    reason: str = ""


class Fates:
    """Looks a record's ends up in the folder of a finished run."""

    def __init__(self, journey: Journey, files: Mapping[int, Mapping[str, Any]]) -> None:
        self.journey, self.files = journey, files

    def of(self, area: str, legacy: LegacyTable, record_id: int, unreadable: Sequence[str]) -> Iterator[Fate]:
        """Every end of the record; `unreadable`: why extract set the whole record aside, empty when it did not."""
        if unreadable:
            reason = "、".join(unreadable) + "。抽出で隔離し、どの表にも入れていません"
            yield Fate(area, legacy.id, QUARANTINED, reason=reason)
            return
        source = self.journey.source(area)
        groups = [name for name, mapped in source.groups.items() if legacy.id in _tables(mapped)]
        for name in groups:
            yield from self._in_group(self.journey.areas[area].groups[name], legacy, record_id)
        if not groups:
            reasons = [one.reason for one in source.ignored if one.table == legacy.id and one.column == "*"]
            yield Fate(area, legacy.id, LEFT, reason="、".join(reasons) or "どのグループも、この表を使いません")

    def not_loaded(self, group: Group, key: str) -> str:
        """Why a converted row is not in the database; '' when it is."""
        folder = self.journey.stages / "load" / group.area
        record = read_record(folder / f"{group.id}.done.json")
        if record is None:
            return "投入の工程がまだ終わっていません"
        found = pl.read_parquet(folder / f"{group.id}.findings.parquet").filter(pl.col("severity") == "E")
        mine = found.filter((pl.col("rule") == BLOCKED_RULE) | (pl.col("key") == key))
        if mine.filter((pl.col("rule") == BLOCKED_RULE) | pl.col("rule").str.starts_with("LOD-")).is_empty():
            return "" if record["facts"]["rows"] else "このグループは1行も投入していません"
        return "、".join(dict.fromkeys(mine["message"].to_list()))

    def _in_group(self, group: Group, legacy: LegacyTable, record_id: int) -> Iterator[Fate]:
        mapped = self.journey.source(group.area).groups[group.id]
        lineage = self._scan(group, ".lineage").filter(pl.col("record_id") == record_id)
        behind = lineage.select("key", "role").unique(maintain_order=True).collect()
        words = {"merged": MERGED, "lookup": LOOKED_UP}
        yield from (Fate(group.area, group.id, words[role], key) for key, role in behind.iter_rows())
        if legacy.id in mapped.tables:
            yield from self._as_main(group, record_id, bool(behind.filter(pl.col("role") == "merged").height))
        elif behind.is_empty():
            yield Fate(group.area, group.id, FILTERED, reason="参照だけの表の記録で、どの行からも参照されていません")

    def _as_main(self, group: Group, record_id: int, merged: bool) -> Iterator[Fate]:
        own = self._scan(group, "").filter(pl.col("record_id") == record_id)
        keys = own.select(key_text(group.key).alias("key")).collect()["key"].to_list()
        for key in keys:
            why = self.not_loaded(group, key)
            yield Fate(group.area, group.id, NOT_LOADED if why else LOADED, key, why)
        mapped = self.journey.source(group.area).groups[group.id]
        if not merged and (not keys or mapped.split):
            yield from self._kept_out(group, record_id, keys)

    def _kept_out(self, group: Group, record_id: int, keys: Sequence[str]) -> Iterator[Fate]:
        """Rows of the record that are not in the target, and why."""
        source = self.journey.source(group.area)
        area = self.journey.areas[group.area]
        mapped = map_group(area, source, group.id, self._legacy(group), self._options())
        mine = pl.col("record_id") == record_id
        mark = mapped.assembly.records.filter(mine).select(FILTER).collect().item()
        place = Fate(group.area, group.id, FILTERED)
        if mark is not None:
            named = source.groups[group.id].filters[mark]
            yield Fate(place.area, place.table, FILTERED, reason=f"除外条件「{named.id}」: {named.reason}")
            return
        parts = [plan for plan in mapped.plans if plan.item.primary_key]
        empty = [plan.value.is_null().alias(f"{plan.item.name}#empty") for plan in parts]
        rows = mapped.assembly.rows.filter(mine).select(key_of(parts).alias("key"), *empty).collect()
        if rows.is_empty():
            yield Fate(place.area, place.table, FILTERED, reason="繰り返し項目がすべて空")
        for row in rows.iter_rows(named=True):
            yield from self._row_kept_out(group, row, keys)

    def _row_kept_out(self, group: Group, row: dict[str, Any], keys: Sequence[str]) -> Iterator[Fate]:
        key = row.pop("key")
        names = "、".join(name.removesuffix("#empty") for name, empty in row.items() if empty)
        if names:
            yield Fate(group.area, group.id, REJECTED, key, f"主キーの{names}が空")
        elif key not in keys:
            first = self._scan(group, "").filter(key_text(group.key) == key).select("record_id").head(1).collect()
            if first.is_empty():
                yield Fate(group.area, group.id, UNKNOWN, key, "行方が分かりません。作成者に知らせてください")
            else:
                yield Fate(group.area, group.id, DUPLICATE, key, f"主キーが {self._place(first.item())} と同じ")

    def _place(self, record_id: int) -> str:
        file = self.files[record_id >> RECORD_BITS]["path"]
        return f"{file} の {record_id & ((1 << RECORD_BITS) - 1):,}件目"

    def _legacy(self, group: Group) -> dict[str, Path]:
        folder = self.journey.stages / "extract" / group.area
        names = _tables(self.journey.source(group.area).groups[group.id])
        paths = {name: folder / f"{name}.parquet" for name in names}
        return {name: path for name, path in paths.items() if path.is_file()}

    def _options(self) -> ConvertOptions:
        as_of = max((str(row["as_of"] or "") for row in self.files.values()), default="")
        return ConvertOptions(
            as_of=self.journey.workspace.as_of or as_of,
            parameters=self.journey.parameters,
            secret_items=self.journey.secret_items,
            secret=self.journey.workspace.include_secret,
        )

    def _scan(self, group: Group, ending: str) -> pl.LazyFrame:
        """A file of convert; without rows when the group was not made at all."""
        path = self.journey.stages / "convert" / group.area / f"{group.id}{ending}.parquet"
        if path.is_file():
            return pl.scan_parquet(path)
        schema = {"record_id": pl.Int64(), "role": pl.String(), **dict.fromkeys(("key", *group.key), pl.String())}
        return pl.LazyFrame(schema=schema)


def _tables(mapped: GroupMap) -> set[str]:
    return {*mapped.tables, *(lookup.table for lookup in mapped.lookups)}
