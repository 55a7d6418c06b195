"""Rows a table cannot hold: found before the load, left out, and named in findings.

LOD-01 a value does not fit its column · LOD-02 another row has the same primary key · LOD-03 the primary key is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from mappings.model import Group, Item
from migration.database import is_number, number_pattern, text_limit
from validators.finding import RAW_SCHEMA, key_text, raw_findings

HIDDEN = "（非表示）"


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """`secret`: items whose values never show; `department`: who answers for findings; `chunk_rows`: rows in memory."""

    secret: frozenset[str] = frozenset()
    department: str = ""
    chunk_rows: int = 100_000


@dataclass(frozen=True, slots=True)
class Repeated:
    """Rows that come after another row with the same primary key."""

    same: pl.DataFrame  # record_id: equal to the first row in every item
    other: pl.DataFrame  # record_id: same key, other content


def screen_keys(group: Group, frame: Path) -> Repeated:
    """Rows whose primary key an earlier row already has. Only hashes of the keys are held for sound frames."""
    source = pl.scan_parquet(frame)
    hashes = source.select(pl.struct(group.key).hash().alias("hash")).collect(engine="streaming")["hash"]
    none = pl.DataFrame(schema={"record_id": pl.Int64})
    if hashes.n_unique() == len(hashes):
        return Repeated(none, none)
    suspects = hashes.filter(hashes.is_duplicated()).unique().implode()
    rows = source.filter(pl.struct(group.key).hash().is_in(suspects)).collect()
    rows = rows.filter(pl.all_horizontal(pl.col(group.key).is_not_null()))
    later = rows.filter(~pl.struct(group.key).is_first_distinct())
    items = [item.name for item in group.items]
    first = rows.filter(pl.struct(group.key).is_first_distinct()).select(items)
    same = later.join(first, on=items, how="semi", nulls_equal=True).select("record_id")
    return Repeated(same, later.join(same, on="record_id", how="anti").select("record_id"))


@dataclass(slots=True)
class Screen:
    """Looks at chunk after chunk; counts what it lets through and keeps a finding for what it does not."""

    group: Group
    options: LoadOptions
    repeated: Repeated
    read: int = 0
    kept: int = 0
    rejected: int = 0
    duplicate: int = 0
    _findings: list[pl.DataFrame] = field(default_factory=list)

    def loadable(self, chunk: pl.DataFrame) -> pl.DataFrame:
        """The rows of a chunk (record_id and the items as text) that the table can hold."""
        self.read += len(chunk)
        faults = {item.name: _fault(item) for item in self.group.items}
        hits = chunk.select(expression.any().alias(name) for name, expression in faults.items()).row(0, named=True)
        bad = {name: faults[name] for name, hit in hits.items() if hit}
        if not bad and not len(self.repeated.same) and not len(self.repeated.other):
            self.kept += len(chunk)
            return chunk
        return self._without(chunk, bad)

    def findings(self) -> pl.DataFrame:
        return pl.concat([raw_findings(), *self._findings])

    def _without(self, chunk: pl.DataFrame, bad: Mapping[str, pl.Expr]) -> pl.DataFrame:
        same = chunk.join(self.repeated.same, on="record_id", how="semi")
        chunk = chunk.join(self.repeated.same, on="record_id", how="anti", maintain_order="left")
        other = chunk.join(self.repeated.other, on="record_id", how="semi", maintain_order="left")
        unfit = pl.any_horizontal(pl.lit(False), *(expression.fill_null(False) for expression in bad.values()))
        kept = chunk.filter(~unfit).join(self.repeated.other, on="record_id", how="anti", maintain_order="left")
        for name, expression in bad.items():
            self._note(chunk.filter(expression), self.group.item(name))
        self._note(other, None)
        self.duplicate += len(same)
        self.rejected += len(chunk) - len(kept)
        self.kept += len(kept)
        return kept

    def _note(self, rows: pl.DataFrame, item: Item | None) -> None:
        if len(rows):
            self._findings.append(_findings(self.group, self.options, rows, item))


def _fault(item: Item) -> pl.Expr:
    """True where the column of `item` cannot hold the value as it is."""
    value = pl.col(item.name)
    if is_number(item):
        fault = ~value.str.contains(number_pattern(item))
    else:
        fault = value.str.contains("\0", literal=True)
        if limit := text_limit(item):
            fault |= value.str.len_chars() > limit
    return (fault.fill_null(False) | value.is_null()) if item.primary_key else fault


def _findings(group: Group, options: LoadOptions, rows: pl.DataFrame, item: Item | None) -> pl.DataFrame:
    if item is None:
        rule, value, message = pl.lit("LOD-02"), pl.lit(""), pl.lit(_SAME_KEY)
    else:
        empty = pl.col(item.name).is_null()
        shown = pl.lit(HIDDEN) if item.name in options.secret else pl.col(item.name).fill_null("")
        rule = pl.when(empty).then(pl.lit("LOD-03")).otherwise(pl.lit("LOD-01"))
        value = pl.when(empty).then(pl.lit("")).otherwise(shown)
        message = pl.when(empty).then(pl.lit(_NO_KEY.format(item=item.name)))
        message = message.otherwise(pl.lit(_UNFIT.format(item=item.name, holds=_holds(item))))
    columns = {
        "area": pl.lit(group.area),
        "table": pl.lit(group.id),
        "key": key_text(group.key),
        "item": pl.lit(item.name if item else ""),
        "rule": rule,
        "severity": pl.lit("E"),
        "kind": pl.lit("移行差異"),
        "legacy_value": pl.lit(""),
        "value": value,
        "message": message,
        "department": pl.lit(options.department),
        "record_id": pl.col("record_id"),
    }
    return rows.select(**columns).cast(pl.Schema(RAW_SCHEMA))


def _holds(item: Item) -> str:
    if not is_number(item):
        return f"{item.length or text_limit(item)}文字まで" if text_limit(item) else "文字"
    return f"整数{item.length}桁・小数{item.scale}桁までの数" if item.scale else f"{max(item.length, 18)}桁までの整数"


_UNFIT = (
    "「{item}」の値が投入先の列（{holds}）に入らないため、この行を投入していません。"
    "現行システムの値か項目対応を直して、もう一度実行してください。"
)
_SAME_KEY = (
    "同じ主キーの行がほかにもあるため、この行を投入していません（受渡データで先にある行を投入しました）。"
    "どちらが正しいかを確かめ、現行システムで直してください。"
)
_NO_KEY = (
    "主キー「{item}」が空のため、この行を投入していません。"
    "現行システムの値か項目対応を直して、もう一度実行してください。"
)
