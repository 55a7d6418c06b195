"""The second half of a run: validate the frames, load them, read them back, check again from the database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from mappings.area import Area
from mappings.layout import Group
from mappings.rule import Rule
from migration.database import shown_url
from migration.definition_text import definition_text
from migration.journey import Journey, Received, Units
from migration.load import load_group
from migration.lookup_indexes import index_lookups
from migration.stages import Done, Made, code_version, identity_of, perform, write_whole
from migration.standard_csv import csv_path, dialect_of, write_standard_csv
from migration.steps import TITLES, frames_of, settings_text
from migration.unloadable import LoadOptions
from migration.verify import verify_group
from reports.ledger import LedgerRow
from validators.checked import Checked, CheckSettings
from validators.database import check_database
from validators.finding import raw_findings
from validators.frames import check_frames

BLOCKED_RULE = "LOD-04"
DISAGREEMENT_RULE = "VER-06"


def validate_step(journey: Journey, received: Received, converted: Units) -> Units:
    """Layout rules and business rules on the converted frames."""
    journey.progress.stage(TITLES["validate"], len(converted))
    return {unit: _validate(journey, received, converted, done) for unit, done in converted.items()}


def load_step(journey: Journey, converted: Units, engine: sa.Engine) -> Units:
    """Tables and standard CSV files; a group that uses an unconfirmed code is not loaded."""
    journey.progress.stage(TITLES["load"], len(converted))
    return {unit: _load(journey, done, engine) for unit, done in converted.items()}


def verify_step(journey: Journey, received: Received, units: dict[str, Units], engine: sa.Engine) -> Units:
    """Expected × loaded, cell by cell, and the rules once more on SQL."""
    rules = [rule for area in journey.areas.values() for rule in area.rules]
    index_lookups(rules, journey.groups_by_name(), engine)
    journey.progress.stage(TITLES["verify"], len(units["load"]))
    return {unit: _verify(journey, received, units, done, engine) for unit, done in units["load"].items()}


def settings_for(journey: Journey, received: Received, area: Area) -> CheckSettings:
    groups = journey.groups_by_name()
    parameters: dict[str, list[tuple[str, str, str]]] = {}
    for parameter in journey.parameters:
        parameters.setdefault(parameter.name, []).append((parameter.start, parameter.end, parameter.value))
    return CheckSettings(
        as_of=received.as_of,
        groups=lambda area_id, group_id: groups.get((area_id, group_id)),
        parameters=parameters,
        department=area.department,
        secret_items=journey.secret_items,
    )


def rules_of(area: Area, group: Group) -> tuple[Rule, ...]:
    return tuple(rule for rule in area.rules if rule.table == group.id)


def _validate(journey: Journey, received: Received, converted: Units, done: Done) -> Done:
    journey.progress.unit(f"{done.area}/{done.name}")
    area = journey.areas[done.area]
    group = area.groups[done.name]
    rules = rules_of(area, group)
    settings = settings_for(journey, received, area)
    identity = _check_identity(journey, received, group, rules, converted)

    def work(out: Path) -> Made:
        checked = check_frames(group, area.code_lists, rules, frames_of(converted), settings)
        checked.findings.write_parquet(out / f"{group.id}.findings.parquet")
        checked.coverage.write_parquet(out / f"{group.id}.coverage.parquet")
        return Made(facts={"rules": len(rules)})

    return perform(journey.stages, "validate", area.id, group.id, identity, work)


def _check_identity(
    journey: Journey, received: Received, group: Group, rules: tuple[Rule, ...], converted: Units
) -> str:
    area = journey.areas[group.area]
    seen = {(group.area, group.id)} | {(look.area, look.table) for rule in rules for look in rule.lookups}
    seen |= {target for target in _foreign(group) if target in converted}
    data = [f"{unit}={converted[unit].result if unit in converted else None}" for unit in sorted(seen)]
    settings = (settings_text(journey, received), area.department)
    lists = definition_text(area.code_lists)
    return identity_of(code_version(), definition_text(group), lists, definition_text(rules), *settings, *data)


def _foreign(group: Group) -> set[tuple[str, str]]:
    """(area, group) named by the foreign keys of a group."""
    targets = [item.foreign_key.split(".") for item in group.items if "." in item.foreign_key]
    return {(parts[0], parts[1]) if len(parts) == 3 else (group.area, parts[0]) for parts in targets}


def _load(journey: Journey, converted: Done, engine: sa.Engine) -> Done:
    journey.progress.unit(f"{converted.area}/{converted.name}")
    area = journey.areas[converted.area]
    group = area.groups[converted.name]
    options = LoadOptions(secret=journey.secret_items, department=area.department)
    dialect = dialect_of(journey.workspace.output)
    place = shown_url(engine.url) if journey.workspace.database else ""  # a workspace may be moved
    identity = identity_of(
        code_version(), definition_text(group), converted.result, place, repr(dialect), repr(sorted(options.secret))
    )
    frame = converted.file(".parquet")
    holds = _holds(journey, group)

    def work(out: Path) -> Made:
        if converted.facts["blocked"]:
            csv_path(group, journey.output, dialect).unlink(
                missing_ok=True
            )  # of an earlier working: not to be handed on
            return _blocked(out, converted, group, area.department)
        holds.unlink(missing_ok=True)
        loaded = load_group(group, frame, engine, options)
        write_whole(holds, identity.encode())
        loaded.findings.write_parquet(out / f"{group.id}.findings.parquet")
        path, written = write_standard_csv(group, frame, journey.output, dialect, loaded.findings)
        return Made((loaded.ledger, written), {"rows": loaded.rows, "csv": path.name})

    done = perform(journey.stages, "load", area.id, group.id, identity, work)
    if _still_there(engine, group, done, journey):
        return done
    done.record.unlink()
    return perform(journey.stages, "load", area.id, group.id, identity, work)


def _holds(journey: Journey, group: Group) -> Path:
    """The file that says which load the group's table holds: the run's own database, or one that runs share."""
    folder = journey.folder.parent if journey.workspace.database else journey.folder
    return folder / ".loaded" / group.sql_name


def _still_there(engine: sa.Engine, group: Group, done: Done, journey: Journey) -> bool:
    """Whether what a finished load made still stands: the table in the database and the CSV file."""
    if done.fresh or not done.facts["csv"]:
        return True
    holds = _holds(journey, group)
    if not holds.is_file() or holds.read_text(encoding="utf-8") != done.identity:
        return False  # another rehearsal has loaded the same table since
    return sa.inspect(engine).has_table(group.sql_name) and (journey.output / done.facts["csv"]).is_file()


def _blocked(out: Path, converted: Done, group: Group, department: str) -> Made:
    """Nothing is loaded; every row is accounted for as rejected, and one finding for each unconfirmed code says why."""
    rows = int(converted.facts["rows"])
    findings = raw_findings(
        {
            "area": group.area,
            "table": group.id,
            "rule": BLOCKED_RULE,
            "severity": "E",
            "kind": "移行差異",
            "legacy_value": str(code),
            "message": f"{group.name}は投入していません。"
            f"変換表「{name}」のコード「{code}」（{count:,}件）が未確認です。"
            "変換表を確かめ、confirmed の列に○を付けてから、もう一度実行してください。",
            "department": department,
        }
        for name, code, count in converted.facts["blocked"]
    )
    findings.write_parquet(out / f"{group.id}.findings.parquet")
    row = LedgerRow("load", f"{group.area}/{group.id}", group.sql_name, read=rows, loaded=0, rejected=rows)
    return Made((row,), {"rows": 0, "csv": ""})


def _verify(journey: Journey, received: Received, units: dict[str, Units], loaded: Done, engine: sa.Engine) -> Done:
    journey.progress.unit(f"{loaded.area}/{loaded.name}")
    area = journey.areas[loaded.area]
    group = area.groups[loaded.name]
    rules = rules_of(area, group)
    settings = settings_for(journey, received, area)
    converted = units["convert"]
    identity = identity_of(_check_identity(journey, received, group, rules, converted), loaded.result)

    def work(out: Path) -> Made:
        if loaded.facts["rows"] == 0:
            return Made(facts={"compared": 0, "cells": 0})
        left_out = pl.read_parquet(loaded.file(".findings.parquet"))
        frame = converted[area.id, group.id].file(".parquet")
        options = LoadOptions(secret=journey.secret_items, department=area.department)
        verified = verify_group(group, frame, engine, left_out, options)
        checked = check_database(group, area.code_lists, rules, engine, _only_loaded(settings, units["load"]))
        before = pl.read_parquet(units["validate"][area.id, group.id].file(".findings.parquet"))
        unlike = _disagreements(before, checked, left_out, area.department)
        pl.concat([verified.findings, unlike]).write_parquet(out / f"{group.id}.findings.parquet")
        verified.differences.write_parquet(out / f"{group.id}.differences.parquet")
        checked.coverage.write_parquet(out / f"{group.id}.coverage.parquet")
        return Made(facts={"compared": verified.rows, "cells": verified.cells})

    return perform(journey.stages, "verify", area.id, group.id, identity, work)


def _only_loaded(settings: CheckSettings, loaded: Units) -> CheckSettings:
    """On the database a rule can look up only groups that are there; the others are noted as not compared."""
    there = {unit for unit, done in loaded.items() if done.facts["rows"]}
    known = settings.groups
    return replace(settings, groups=lambda area, group: known(area, group) if (area, group) in there else None)


def _disagreements(before: pl.DataFrame, after: Checked, left_out: pl.DataFrame, department: str) -> pl.DataFrame:
    """Findings that only one of the two engines has, except about rows that could not be loaded."""
    same = ["area", "table", "key", "item", "rule"]
    ran = after.coverage.filter(pl.col("rows_checked") > 0)["rule"].implode()
    before = before.filter(pl.col("rule").is_in(ran)).join(left_out.select("key").unique(), on="key", how="anti")
    lost = before.join(after.findings, on=same, how="anti", nulls_equal=True)
    new = after.findings.join(before, on=same, how="anti", nulls_equal=True)
    said = (
        (lost, "変換後にはあった指摘が、投入後の検査で出ません。"),
        (new, "変換後にはなかった指摘が、投入後の検査で出ました。"),
    )
    frames = [
        frame.with_columns(
            pl.concat_str(pl.lit(text + "規則 "), pl.col("rule")).alias("message"),
            pl.lit(DISAGREEMENT_RULE).alias("rule"),
            pl.lit("E").alias("severity"),
            pl.lit("移行差異").alias("kind"),
            pl.lit(department).alias("department"),
        )
        for frame, text in said
    ]
    return pl.concat([raw_findings(), *frames])
