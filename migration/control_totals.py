"""合計照合 of a run: every control total counted from the frames and from the database, beside what people stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from mappings.area import Area
from mappings.errors import InputError, shown_path
from mappings.layout import Group
from mappings.rule import Total
from migration.database import database_errors, table_of
from migration.journey import Journey, Received, Units
from migration.proving import settings_for
from reports.totals import EMPTY_GROUP, TOTALS_SCHEMA, Counts, Stated, count_total, number_items, reconcile
from validators.checked import CheckSettings
from validators.finding import raw_findings
from validators.polars_expression import PolarsContext
from validators.sql_expression import SqlColumn, SqlContext, SqlEngine, column_text, to_sql
from validators.translation import translate

COLUMNS = ("area", "total", "by", "value", "source")


def count_totals(
    journey: Journey, received: Received, units: dict[str, Units], engine: sa.Engine
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(totals frame, raw findings) of all areas of the run."""
    stated = stated_figures(journey)
    totals, findings = [pl.DataFrame(schema=TOTALS_SCHEMA)], [raw_findings()]
    for area in journey.areas.values():
        settings = settings_for(journey, received, area)
        converted = dict(_converted(area, units["convert"], settings))
        loaded = dict(_loaded(area, units["load"], engine, settings))
        frame, found = reconcile(area, converted, loaded, stated)
        totals.append(frame)
        findings.append(found)
    return pl.concat(totals), pl.concat(findings)


def stated_figures(journey: Journey) -> list[Stated]:
    """The figures of the sender and of the departments; an InputError when totals.csv cannot be read."""
    return [*_from_sender(journey), *_from_departments(journey)]


def _from_sender(journey: Journey) -> Iterator[Stated]:
    """DELIVERY/totals.csv; a delivery without one states nothing."""
    path = journey.workspace.delivery / "totals.csv"
    if not path.is_file():
        return
    for row in _read(path):
        yield Stated(row["area"], row["total"], row["by"], row["value"], row["source"] or path.name)


def _read(path: Path) -> Iterable[dict[str, str]]:
    advice = f"1行目の見出しは {','.join(COLUMNS)} です。CSV（UTF-8）で保存し直してください。"
    try:
        frame = pl.read_csv(path, infer_schema=False, empty_string_is_null=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        raise InputError(f"{shown_path(path)}: 合計の表として読めません。{advice}") from None
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise InputError(f"{shown_path(path)} 1行目: 列 {'、'.join(missing)} がありません。{advice}")
    return frame.iter_rows(named=True)


def _from_departments(journey: Journey) -> Iterator[Stated]:
    for figure in journey.workspace.figures:
        yield Stated(figure.area, figure.total, figure.by, figure.value, figure.source or "ikou.toml")


def _converted(area: Area, converted: Units, settings: CheckSettings) -> Iterator[tuple[str, Counts]]:
    for total in area.totals:
        done = converted.get((area.id, total.table))
        if done is not None:
            decimals = number_items(area.groups[total.table])
            context = PolarsContext(settings.as_of, settings.parameters, decimals)
            yield total.id, count_total(total, pl.scan_parquet(done.file(".parquet")), context)


def _loaded(area: Area, loaded: Units, engine: sa.Engine, settings: CheckSettings) -> Iterator[tuple[str, Counts]]:
    for total in area.totals:
        done = loaded.get((area.id, total.table))
        if done is not None and done.facts["rows"]:
            yield total.id, _count_loaded(total, area.groups[total.table], engine, settings)


def _count_loaded(total: Total, group: Group, engine: sa.Engine, settings: CheckSettings) -> dict[str, Decimal]:
    table = table_of(group, engine)
    columns = {item.name: SqlColumn(table.c[item.romaji], item) for item in group.items}
    context = SqlContext(engine.dialect.name, columns, as_of=settings.as_of, parameters=settings.parameters)
    value = translate(total.value, SqlEngine(context))
    parts = [sa.func.coalesce(column_text(columns[name], context.dialect), "") for name in total.by]
    where = [to_sql(total.where, context)] if total.where is not None else []
    queries = [sa.select(sa.literal(""), value.native).select_from(table).where(*where)]
    if parts:
        by = sa.func.coalesce(sa.func.nullif(_joined(parts), ""), EMPTY_GROUP)
        queries.append(sa.select(by, value.native).select_from(table).where(*where).group_by(*parts))
    with database_errors(engine), engine.connect() as connection:
        rows = [tuple(row) for query in queries for row in connection.execute(query)]
    return {str(by): Decimal(figure or 0).scaleb(-value.scale) for by, figure in rows}


def _joined(parts: Sequence[sa.ColumnElement[str]]) -> sa.ColumnElement[str]:
    text = parts[0]
    for part in parts[1:]:
        text = text + sa.literal("|") + part
    return text
