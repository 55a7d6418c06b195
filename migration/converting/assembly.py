"""The legacy rows a group is made of: tables stacked, look-ups joined, filters marked, repeated columns split.

Columns of the assembled frame: `record_id`, TABLE (position in the map's tables), the legacy columns, `alias.column`,
and working columns whose names contain '#'. All lazy and streaming; rows stay in the order of the delivery.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import polars as pl

from mappings import trees
from mappings.expression import Expression
from mappings.legacy_source import Filter, GroupMap, LegacyLookup, LegacyTable, Source, Split
from migration.converting.coded import Coded, Texts, code_column, read_codes, repeating
from validators.polars_expression import PolarsContext, column_name, found_column, to_polars

TABLE = "#table"
FILTER = "#filter"  # position of the first filter that is true, null when none
SMALL_TABLE = 20_000  # records of a look-up table that are cheaper to find by place than by a join
NUMBER = "#number"  # position within the split, from 1


@dataclass(frozen=True, slots=True)
class Assembly:
    """`records`: one row per legacy record, FILTER marked. `rows`: those not filtered, split."""

    records: pl.LazyFrame
    rows: pl.LazyFrame
    tables: tuple[str, ...]  # TABLE → legacy table id
    identity: tuple[str, ...]  # columns that identify a row of `rows`
    blanked: frozenset[str]  # columns whose raw text is in `raw_column`
    lookups: tuple[LegacyLookup, ...]
    coded: Mapping[str, Coded] = field(default_factory=dict)  # columns at hand as codes too


def raw_column(column: str) -> str:
    """The column holding the text as delivered where blanks were emptied."""
    return f"{column}#raw"


def many_column(alias: str) -> str:
    """How many records of the look-up table have the key (null: none)."""
    return f"{alias}.#many"


def assemble(source: Source, group: GroupMap, legacy: Mapping[str, Path], context: PolarsContext) -> Assembly:
    """The rows of `group` over the extracts in `legacy`; a table without an extract counts as empty."""
    used = _used_columns(group)
    paths = [legacy.get(name) for name in group.tables]
    texts, codes = read_codes(paths, _repeating(source, group, legacy))
    coded = {
        name: Coded(name, code_column(name), known, _emptied(source.tables[group.tables[0]], [name]))
        for name, known in texts.items()
    }
    stacked = pl.concat(
        [_table(source.tables[name], legacy, used, index, codes[index]) for index, name in enumerate(group.tables)]
    )
    for lookup in group.lookups:
        first = _first_records(source.tables[lookup.table], lookup, legacy, used, context)
        stacked = _attached(stacked, lookup, first, coded)
    records = stacked.with_columns(_filter_mark(group.filters, context))
    kept = records.filter(pl.col(FILTER).is_null()) if group.filters else records
    blanked = _blanked(source, group)
    rows = _split(kept, group.split, blanked) if group.split else kept
    return Assembly(
        records=records,
        rows=rows,
        tables=group.tables,
        identity=("record_id", NUMBER) if group.split else ("record_id",),
        blanked=blanked
        | {new for new, old in (group.split.columns if group.split else {}).items() if blanked & {*old}},
        lookups=group.lookups,
        coded=coded,
    )


def _repeating(source: Source, group: GroupMap, legacy: Mapping[str, Path]) -> list[str]:
    """The sources of items and keys of look-ups that every delivered table holds as dictionaries, with one meaning."""
    asked = {name for column in group.columns for name in column.sources}
    asked |= {left for lookup in group.lookups for left, _ in lookup.on}
    names = sorted(asked - {*(group.split.columns if group.split else ())})
    for table in group.tables:
        names = repeating(legacy[table], names) if table in legacy else names
    one_meaning = len({source.tables[table].blanks for table in group.tables}) == 1
    return names if one_meaning and legacy.keys() & {*group.tables} else []


def _table(
    table: LegacyTable, legacy: Mapping[str, Path], used: set[str], index: int, codes: pl.DataFrame
) -> pl.LazyFrame:
    """One main table: record_id, its used columns (raw texts beside emptied ones), `codes` and TABLE."""
    columns = [column.name for column in table.columns if column.name in used]
    frame = _scan(table, legacy, columns)
    if codes.width:
        frame = pl.concat([frame, codes.lazy()], how="horizontal")
    return frame.with_columns(pl.lit(index, pl.Int8).alias(TABLE), *_emptied(table, columns))


def _scan(table: LegacyTable, legacy: Mapping[str, Path], columns: Sequence[str]) -> pl.LazyFrame:
    """record_id and the columns; a secret column that was not staged is empty."""
    schema = {"record_id": pl.Int64(), **{name: pl.String() for name in columns}}
    if table.id not in legacy:
        return pl.LazyFrame(schema=schema)
    frame = pl.scan_parquet(legacy[table.id])
    staged = set(frame.collect_schema().names())
    secret = {column.name for column in table.columns if column.secret}
    absent = [name for name in columns if name in secret and name not in staged]
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in absent).select(*schema)


def _emptied(table: LegacyTable, columns: Iterable[str]) -> list[pl.Expr]:
    """The columns without the table's blanks, and their raw texts beside them; nothing when it has no blanks."""
    if not table.blanks:
        return []
    raw = [pl.col(name).alias(raw_column(name)) for name in columns]
    return raw + [_without_blanks(table, name) for name in columns]


def _without_blanks(table: LegacyTable, name: str) -> pl.Expr:
    text = pl.col(name)
    filled = [text != blank for blank in table.blanks]
    return pl.when(pl.all_horizontal(filled)).then(text).alias(name) if filled else text


def _blanked(source: Source, group: GroupMap) -> frozenset[str]:
    main = source.tables[group.tables[0]]
    return frozenset(column.name for column in main.columns) if main.blanks else frozenset()


def _first_records(
    table: LegacyTable, lookup: LegacyLookup, legacy: Mapping[str, Path], used: set[str], context: PolarsContext
) -> pl.DataFrame:
    """The records found by a look-up; of several with the key the first delivered, and `#many` tells."""
    there = [right for _, right in lookup.on]
    inside = _names(lookup.where) if lookup.where else set()
    asked = {name.removeprefix(f"{lookup.alias}.") for name in used if name.startswith(f"{lookup.alias}.")}
    wanted = asked | inside | {*there}
    columns = [column.name for column in table.columns if column.name in wanted]
    found = _scan(table, legacy, columns).with_columns(_without_blanks(table, name) for name in columns)
    if lookup.where is not None:
        found = found.filter(to_polars(lookup.where, context))
    found = found.drop_nulls(there).with_columns(pl.len().over(there).alias("#many"))
    return found.unique(there, keep="first", maintain_order=True).collect(engine="streaming")


def _attached(frame: pl.LazyFrame, lookup: LegacyLookup, first: pl.DataFrame, coded: dict[str, Coded]) -> pl.LazyFrame:
    """The look-up's columns beside the rows: of a small table by place (and `coded`), of a large one by a join."""
    alias = lookup.alias
    here, there = [left for left, _ in lookup.on], [right for _, right in lookup.on]
    if len(there) == 1 and first.height <= SMALL_TABLE:
        place = pl.col(here[0]).map_batches(partial(_places, first[there[0]]), pl.UInt32, is_elementwise=True)
        if here[0] in coded:
            place = coded[here[0]].made(place).of_rows(pl.UInt32())
        mark = f"#{alias}"
        texts = [name for name in first.columns if first[name].dtype == pl.String]
        coded |= {f"{alias}.{name}": Coded(f"{alias}.{name}", mark, Texts(first[name])) for name in texts}
        return frame.with_columns(place.alias(mark)).with_columns(
            *[_at(first[name], pl.col(mark)).alias(f"{alias}.{name}") for name in first.columns],
            (pl.col(mark) >= 0).alias(found_column(alias)),  # null, not false, where there is none
        )
    keys = [f"#{alias}#{index}" for index in range(len(there))]
    renamed = first.select(
        *[pl.col(name).alias(f"{alias}.{name}") for name in first.columns],
        pl.lit(True).alias(found_column(alias)),
        *[pl.col(right).alias(key) for right, key in zip(there, keys, strict=True)],
    )
    return frame.join(renamed.lazy(), left_on=here, right_on=keys, how="left", maintain_order="left")


def _places(keys: pl.Series, texts: pl.Series) -> pl.Series:
    """Where each text stands among the keys; null where it does not."""
    order = pl.Series(range(len(keys)), dtype=pl.UInt32)
    return texts.replace_strict(keys, order, default=None, return_dtype=pl.UInt32)


def _at(values: pl.Series, place: pl.Expr) -> pl.Expr:
    return place.map_batches(values.gather, return_dtype=values.dtype, is_elementwise=True)


def _filter_mark(filters: Sequence[Filter], context: PolarsContext) -> pl.Expr:
    marks = [pl.when(to_polars(one.when, context)).then(pl.lit(i, pl.Int16)) for i, one in enumerate(filters)]
    return pl.coalesce([*marks, pl.lit(None, pl.Int16)]).alias(FILTER)


def _split(frame: pl.LazyFrame, split: Split, blanked: frozenset[str]) -> pl.LazyFrame:
    """One row per set of the repeated columns, in their order; sets that are all empty only with `keep_empty`."""
    times = len(next(iter(split.columns.values())))
    lists = [pl.concat_list(list(old)).alias(new) for new, old in split.columns.items()]
    raw = {new: [raw_column(name) for name in old] for new, old in split.columns.items() if blanked & {*old}}
    lists += [pl.concat_list(old).alias(raw_column(new)) for new, old in raw.items()]
    number = pl.concat_list([pl.lit(place + 1, pl.Int16) for place in range(times)]).alias(NUMBER)
    exploded = [*split.columns, *(raw_column(new) for new in raw), NUMBER]
    rows = frame.with_columns(*lists, number).explode(exploded)
    rows = rows.with_columns(pl.col(NUMBER).cast(pl.String).alias(split.number))
    if split.keep_empty:
        return rows
    return rows.filter(pl.any_horizontal([pl.col(new).is_not_null() for new in split.columns]))


def _used_columns(group: GroupMap) -> set[str]:
    """Every legacy column the map mentions: own columns bare, those of look-ups as alias.column."""
    conditions: list[Expression] = [one.when for one in group.filters]
    used = {name for condition in conditions for name in _names(condition)}
    used |= {name for column in group.columns for name in column.sources} | set(group.distinct)
    used |= {left for lookup in group.lookups for left, _ in lookup.on}
    used |= {name for old in (group.split.columns.values() if group.split else ()) for name in old}
    return used


def _names(condition: Expression) -> set[str]:
    return {column_name(name) for name in trees.names(condition)}
