"""Rows a table cannot hold: found before the load, left out, and named in findings.

LOD-01 a value does not fit its column · LOD-02 another row has the same primary key · LOD-03 the primary key is empty ·
LOD-05 another row is the same in every item (LOD-04: a group not loaded at all, is the run's).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from mappings.layout import Group, Item
from migration.database import is_number, number_pattern, text_limit
from migration.memory import ROWS, rows_together
from validators.finding import RAW_SCHEMA, RECORD_BITS, key_text, raw_findings

HIDDEN = "（非表示）"
SAME_ROW_RULE = "LOD-05"
_ROW = "\0row"  # place of a row in its frame, from 0: record_id is not unique where a record was split


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """`secret`: items whose values never show; `department`: who answers for findings; `chunk_rows`: at most."""

    secret: frozenset[str] = frozenset()
    department: str = ""
    chunk_rows: int = ROWS


@dataclass(frozen=True, slots=True)
class Repeated:
    """Rows that come after another row with the same primary key, by their place in the frame."""

    same: pl.DataFrame  # _ROW, first: equal in every item to the row of record_id `first`
    other: pl.DataFrame  # _ROW: same key, other content


def screen_keys(group: Group, frame: Path) -> Repeated:
    """Rows whose primary key an earlier row already has. Only hashes of the keys are held for sound frames."""
    source = pl.scan_parquet(frame)
    key_hash = pl.struct(group.key).hash()
    hashes = source.select(hash=key_hash).collect(engine="streaming")["hash"]
    if hashes.n_unique() == len(hashes):
        return Repeated(
            pl.DataFrame(schema={_ROW: pl.UInt32, "first": pl.Int64}), pl.DataFrame(schema={_ROW: pl.UInt32})
        )
    suspects = hashes.filter(hashes.is_duplicated()).unique().implode()
    rows = source.with_row_index(_ROW).filter(key_hash.is_in(suspects)).collect()
    rows = rows.filter(pl.all_horizontal(pl.col(group.key).is_not_null()))
    firsts = pl.struct(group.key).is_first_distinct()
    items = [item.name for item in group.items]
    later, first = rows.filter(~firsts), rows.filter(firsts).select(*items, first="record_id")
    same = later.join(first, on=items, how="inner", nulls_equal=True).select(_ROW, "first").sort(_ROW)
    return Repeated(same, later.join(same, on=_ROW, how="anti").select(_ROW))


def loadable_rows(group: Group, frame: Path, left_out: pl.DataFrame | None) -> pl.LazyFrame:
    """The rows of the frame that the table holds. `left_out`: the findings of the load; without any, every row."""
    rows = pl.scan_parquet(frame)
    if left_out is None or left_out.is_empty():
        return rows
    screen = Screen(group, LoadOptions(), screen_keys(group, frame))
    for chunk in rows.collect_batches(chunk_size=screen.chunk_rows):
        screen.loadable(chunk)
    numbered = rows.with_row_index(_ROW).join(screen.left_out().lazy(), on=_ROW, how="anti", maintain_order="left")
    return numbered.drop(_ROW)


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
    _left_out: list[pl.DataFrame] = field(default_factory=list)

    @property
    def chunk_rows(self) -> int:
        """Rows of a chunk."""
        return min(self.options.chunk_rows, rows_together(len(self.group.items)))

    def loadable(self, chunk: pl.DataFrame) -> pl.DataFrame:
        """The rows of a chunk (record_id and the items as text) that the table can hold."""
        faults = {item.name: _fault(item) for item in self.group.items}
        hits = chunk.select(expression.any().alias(name) for name, expression in faults.items()).row(0, named=True)
        bad = {name: faults[name] for name, hit in hits.items() if hit}
        sound = not bad and self.repeated.same.is_empty() and self.repeated.other.is_empty()
        kept = chunk if sound else self._without(chunk.with_row_index(_ROW, offset=self.read), bad)
        self.read += len(chunk)
        self.kept += len(kept)
        return kept

    def findings(self) -> pl.DataFrame:
        return pl.concat([raw_findings(), *self._findings])

    def left_out(self) -> pl.DataFrame:
        """_ROW of every row that was not let through, duplicates included."""
        return pl.concat([pl.DataFrame(schema={_ROW: pl.UInt32}), *self._left_out])

    def _without(self, chunk: pl.DataFrame, bad: Mapping[str, pl.Expr]) -> pl.DataFrame:
        same = chunk.join(self.repeated.same, on=_ROW, how="inner", maintain_order="left")
        others = chunk.join(self.repeated.same, on=_ROW, how="anti", maintain_order="left")
        unfit = pl.any_horizontal(pl.lit(False), *bad.values()).fill_null(False)
        kept = others.filter(~unfit).join(self.repeated.other, on=_ROW, how="anti", maintain_order="left")
        for name, expression in bad.items():
            self._note(others.filter(expression), unfit_finding(self.group.item(name), self.options.secret))
        self._note(others.join(self.repeated.other, on=_ROW, how="semi", maintain_order="left"), SAME_KEY)
        self._note(same, SAME_ROW)
        self._left_out.append(chunk.select(_ROW).join(kept, on=_ROW, how="anti"))
        self.duplicate += len(same)
        self.rejected += len(others) - len(kept)
        return kept.drop(_ROW)

    def _note(self, rows: pl.DataFrame, said: Mapping[str, pl.Expr]) -> None:
        if len(rows):
            self._findings.append(_findings(rows, self.group, self.options, said))


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


def unfit_finding(item: Item, secret: frozenset[str]) -> dict[str, pl.Expr]:
    """What a finding says about a value of `item` that its column cannot hold."""
    empty = pl.col(item.name).is_null()
    shown = pl.lit(HIDDEN) if item.name in secret else pl.col(item.name).fill_null("")
    unfit = _UNFIT.format(item=item.name, holds=_holds(item))
    return {
        "item": pl.lit(item.name),
        "rule": pl.when(empty).then(pl.lit("LOD-03")).otherwise(pl.lit("LOD-01")),
        "value": pl.when(empty).then(pl.lit("")).otherwise(shown),
        "message": pl.when(empty).then(pl.lit(_NO_KEY.format(item=item.name))).otherwise(pl.lit(unfit)),
    }


def _findings(rows: pl.DataFrame, group: Group, options: LoadOptions, said: Mapping[str, pl.Expr]) -> pl.DataFrame:
    columns = {
        "area": pl.lit(group.area),
        "table": pl.lit(group.id),
        "key": key_text(group.key),
        "item": pl.lit(""),
        "severity": pl.lit("E"),
        "kind": pl.lit("移行差異"),
        "legacy_value": pl.lit(""),
        "value": pl.lit(""),
        "department": pl.lit(options.department),
        "record_id": pl.col("record_id"),
    }
    return rows.select(**{**columns, **said}).select(*RAW_SCHEMA).cast(pl.Schema(RAW_SCHEMA))


def _holds(item: Item) -> str:
    if not is_number(item):
        return f"{item.length or text_limit(item)}文字まで" if text_limit(item) else "文字"
    return f"整数{item.length}桁・小数{item.scale}桁までの数" if item.scale else f"{max(item.length, 18)}桁までの整数"


_UNFIT = (
    "「{item}」の値が投入先の列（{holds}）に入らないため、この行を投入していません。"
    "現行システムの値か項目対応を直して、もう一度実行してください。"
)
_NO_KEY = (
    "主キー「{item}」が空のため、この行を投入していません。"
    "現行システムの値か項目対応を直して、もう一度実行してください。"
)
SAME_KEY = {
    "rule": pl.lit("LOD-02"),
    "message": pl.lit(
        "同じ主キーの行がほかにもあるため、この行を投入していません（受渡データで先にある行を優先します）。"
        "どちらが正しいかを確かめ、現行システムで直してください。"
    ),
}
SAME_ROW = {
    "rule": pl.lit(SAME_ROW_RULE),
    "severity": pl.lit("I"),
    "value": pl.format(
        "ファイル{}の{}件目と同じ",
        pl.col("first") // (1 << RECORD_BITS),
        pl.col("first") % (1 << RECORD_BITS),
    ),
    "message": pl.lit(
        "すべての項目が同じ行がほかにもあるため、1行だけを投入しています。二重に出力された理由を確かめてください。"
    ),
}
