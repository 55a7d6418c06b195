"""What extract has to say: one finding per unreadable or doubtful cell or record, capped per rule and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import polars as pl

from mappings.engine_rules import engine_rules
from mappings.host_encodings import HostEncoding
from migration.codepages.host_codec import HostCodec
from migration.codepages.letters import better_page
from migration.decoding import column_codec
from migration.readers.fields import shown_bytes
from migration.readers.tally import FileBook, Tally, extra_columns, missing_columns
from validators.finding import RECORD_BITS, key_text, raw_findings

SHOWN = 1000  # findings of one rule and column told one by one; the rest is one line with their number
_TOO_MANY = 0.5  # share of a column's records with unreadable cells from which the encoding is doubted
_FIRST_RECORDS = 20_000
_Row = Mapping[str, object]


def extract_findings(area: str, tally: Tally, quarantine: pl.DataFrame, staged: Path) -> pl.DataFrame:
    """Raw findings of one table. `staged` is its Parquet file, looked up for business keys and duplicates."""
    paths = {book.file_no: book.path for book in tally.books}
    rows = [
        *({"key": book.path, **row} for book in tally.books for row in _of_file(book, tally)),
        *_emptiness(tally),
        *_of_cells(tally, quarantine, staged, paths),
        *_wrong_encoding(tally, quarantine),
        *_wrong_page(tally, staged),
        *_duplicates(tally, staged, paths),
    ]
    common = {"area": area, "table": tally.table.id}
    return raw_findings({**common, **row} for row in rows)


def _of_file(book: FileBook, tally: Tally) -> Iterator[_Row]:
    rules = engine_rules()
    for name in missing_columns(tally.table, book.opened):
        yield rules["EXT-12"].finding(f"{book.path} に項目「{name}」がありません。", item=name)
    for name in extra_columns(tally.table, book.opened):
        yield rules["EXT-13"].finding(f"{book.path} に、定義にない項目「{name}」があります。", item=name)
    if book.blank_lines:
        yield rules["EXT-05"].finding(f"{book.path} に空行が {book.blank_lines} 行あります。")
    if book.opened.trailing:
        yield rules["EXT-16"].finding(f"{book.path} の末尾に終了記号（1A）が {book.opened.trailing} 個あります。")


def _emptiness(tally: Tally) -> Iterator[_Row]:
    if not tally.books:
        yield engine_rules()["EXT-14"].finding(f"テーブル「{tally.table.title}」のファイルがありません。")
    for book in tally.books:
        if not book.records:
            yield engine_rules()["EXT-14"].finding(f"{book.path} にレコードが1件もありません。")


def _of_cells(tally: Tally, quarantine: pl.DataFrame, staged: Path, paths: Mapping[int, str]) -> Iterator[_Row]:
    """Quarantined records and cells, and doubtful cells."""
    shared = {"record_id": "record_id", "item": "column", "rule": "rule", "reason": "reason", "bytes": "bytes"}
    seen = quarantine.select(**{name: pl.col(column) for name, column in shared.items()})
    notes = pl.concat(tally.notes).with_columns(reason=pl.lit(""), bytes=pl.lit(""))
    every = pl.concat([seen, notes])
    counts = every.group_by("rule", "item", maintain_order=True).agg(pl.len())
    shown = every.group_by("rule", "item", maintain_order=True).head(SHOWN).sort("record_id", maintain_order=True)
    keys = _keys(tally, staged, shown["record_id"])
    for row in shown.iter_rows(named=True):
        rule = engine_rules()[row["rule"]]
        place = _place(row["record_id"], paths)
        item = f"の項目「{row['item']}」" if row["item"] else ""
        what = row["reason"] or rule.title
        yield rule.finding(
            f"{place}{item}: {what}。",
            item=row["item"],
            key=keys.get(row["record_id"], ""),
            legacy_value=_readable(row["bytes"], row["item"], tally) if row["item"] else "",
            record_id=row["record_id"],
        )
    for name, item, count in counts.rows():
        if count > SHOWN:
            rule = engine_rules()[name]
            yield rule.finding(f"{item or 'レコード'}: {rule.title}が、ほかに {count - SHOWN} 件あります。", item=item)


def _wrong_encoding(tally: Tally, quarantine: pl.DataFrame) -> Iterator[_Row]:
    records = sum(book.records for book in tally.books)
    kinds = {column.name: column.kind for column in tally.table.columns}
    defined = {"EXT-02": ("EXT-15", "文字コードの定義は {encoding}"), "EXT-17": ("EXT-22", "種類の定義は {kind}")}
    cells = quarantine.filter(pl.col("rule").is_in([*defined])).group_by("rule", "column", maintain_order=True)
    for rule, item, count in cells.agg(pl.len()).rows():
        if count >= 10 and count > records * _TOO_MANY:
            name, words = defined[rule]
            words = words.format(encoding=tally.table.encoding, kind=kinds[item])
            message = f"項目「{item}」は {records} 件のうち {count} 件が読めません（{words}）。"
            yield engine_rules()[name].finding(message, item=item, value=str(count))


def _wrong_page(tally: Tally, staged: Path) -> Iterator[_Row]:
    """Whether another code page fits the letters of the first records better than the declared one."""
    columns: dict[HostEncoding, list[str]] = {}
    for column in tally.table.columns:
        chosen = column_codec(tally.table, column)
        if isinstance(chosen, HostCodec) and column.kind in ("text", "continued") and not column.secret:
            columns.setdefault(chosen.encoding, []).append(column.name)
    for encoding, names in columns.items():
        first = pl.scan_parquet(staged).select(names).head(_FIRST_RECORDS).collect()
        values = {value for name in names for value in first[name].drop_nulls().unique(maintain_order=True).to_list()}
        doubt = better_page(sorted(values), encoding)
        if doubt:
            message = (
                f'半角の文字 {doubt.letters:,} 字の並びは {doubt.title}（encoding = "{doubt.page}"）のほうが'
                f"よく合います（定義は {encoding.form.title}）。"
            )
            yield engine_rules()["EXT-21"].finding(message, legacy_value=doubt.read, value=doubt.better)


def _duplicates(tally: Tally, staged: Path, paths: Mapping[int, str]) -> Iterator[_Row]:
    """Records equal in every byte, then records equal in the key; each names the first of its kind."""
    hashes = pl.concat(tally.hashes)
    whole = _repeated(hashes, "record")
    yield from _told("EXT-10", whole, _keys(tally, staged, whole["record_id"]), paths)
    same_key = _repeated(hashes.filter(pl.col("key").is_not_null()), "key")
    same_key = same_key.join(whole, on="record_id", how="anti", maintain_order="left")
    yield from _told("EXT-11", same_key, _keys(tally, staged, same_key["record_id"]), paths)


def _repeated(hashes: pl.DataFrame, column: str) -> pl.DataFrame:
    """record_id of every record after the first with the same hash, and `first`."""
    ordered = np.sort(hashes[column].to_numpy())
    twice = pl.Series(column, ordered[1:][ordered[1:] == ordered[:-1]])
    again = hashes.select("record_id", column).join(twice.to_frame(), on=column, how="semi", maintain_order="left")
    firsts = again.with_columns(first=pl.col("record_id").min().over(column))
    return firsts.filter(pl.col("record_id") != pl.col("first")).select("record_id", "first")


def _told(name: str, repeated: pl.DataFrame, keys: Mapping[int, str], paths: Mapping[int, str]) -> Iterator[_Row]:
    rule = engine_rules()[name]
    for record, first in repeated.head(SHOWN).rows():
        key = keys.get(record, "")
        message = f"{_place(record, paths)} は {_place(first, paths)} と{_SAME[name]}（{key}）。"
        yield rule.finding(message, key=key, record_id=record, value=_place(first, paths))
    if len(repeated) > SHOWN:
        yield rule.finding(f"{rule.title}が、ほかに {len(repeated) - SHOWN} 件あります。")


_SAME = {"EXT-10": "まったく同じです", "EXT-11": "主キーが同じです"}


def _keys(tally: Tally, staged: Path, records: pl.Series) -> Mapping[int, str]:
    hidden = {column.name for column in tally.table.columns if column.secret}
    key = tally.table.key
    if not key or not len(records) or hidden.intersection(key):
        return {}
    wanted = records.head(10 * SHOWN).unique().to_frame("record_id").lazy()
    found = pl.scan_parquet(staged).join(wanted, on="record_id", how="semi").select("record_id", key_text(key))
    return {int(record): str(text) for record, text in found.collect(engine="streaming").rows()}


def _readable(raw: str, item: str, tally: Tally) -> str:
    """A cell as far as it can be read."""
    column = next(column for column in tally.table.columns if column.name == item)
    return shown_bytes(bytes.fromhex(raw), column, tally.table)


def _place(record_id: int, paths: Mapping[int, str]) -> str:
    number = record_id & ((1 << RECORD_BITS) - 1)
    return f"{paths[record_id >> RECORD_BITS]} の {number:,} 件目"
