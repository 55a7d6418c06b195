"""The two checks of a run: of the frames before they are loaded, and of the tables after, read back and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import polars as pl

from mappings.area import Area
from mappings.layout import Group
from mappings.rule import Rule
from migration.database import opened
from migration.definition_text import definition_text
from migration.hands import do_all
from migration.journey import Journey, Received, Units
from migration.lookup_indexes import index_lookups
from migration.stages import Done, Made, code_version, identity_of
from migration.steps import TITLES, frames_of, settings_text
from migration.unloadable import LoadOptions
from migration.verify import verify_group
from validators.checked import Checked, CheckSettings
from validators.database import check_database
from validators.finding import raw_findings
from validators.frames import check_frames

DISAGREEMENT_RULE = "VER-06"


def validate_step(journey: Journey, received: Received, converted: Units) -> Units:
    """Layout rules and business rules on the converted frames."""
    journey.progress.stage(TITLES["validate"], len(converted))
    work = Validation(journey.unwatched(), received, converted)
    return do_all(work, list(converted.values()), journey.progress)


def verify_step(journey: Journey, received: Received, units: Mapping[str, Units]) -> Units:
    """Expected × loaded, cell by cell, and the rules once more on SQL."""
    with opened(journey.database_url) as engine:
        rules = [rule for area in journey.areas.values() for rule in area.rules]
        index_lookups(rules, journey.groups_by_name(), engine)
    journey.progress.stage(TITLES["verify"], len(units["load"]))
    work = Verification(journey.unwatched(), received, units)
    return do_all(work, list(units["load"].values()), journey.progress)


@dataclass(frozen=True, slots=True)
class Validation:
    """The check of a converted frame."""

    journey: Journey
    received: Received
    converted: Units

    stage: ClassVar[str] = "validate"

    @property
    def stages(self) -> Path:
        return self.journey.stages

    def identity(self, unit: Done) -> str:
        return _check_identity(self.journey, self.received, unit, self.converted)

    def make(self, unit: Done, out: Path) -> Made:
        area = self.journey.areas[unit.area]
        group = area.groups[unit.name]
        rules = rules_of(area, group)
        settings = settings_for(self.journey, self.received, area)
        checked = check_frames(group, area.code_lists, rules, frames_of(self.converted), settings)
        checked.findings.write_parquet(out / f"{group.id}.findings.parquet")
        checked.coverage.write_parquet(out / f"{group.id}.coverage.parquet")
        return Made(facts={"rules": len(rules)})


@dataclass(frozen=True, slots=True)
class Verification:
    """The comparison of a loaded table with its frame, and the check of the table. `units`: convert, validate, load."""

    journey: Journey
    received: Received
    units: Mapping[str, Units]

    stage: ClassVar[str] = "verify"

    @property
    def stages(self) -> Path:
        return self.journey.stages

    def identity(self, unit: Done) -> str:
        return identity_of(_check_identity(self.journey, self.received, unit, self.units["convert"]), unit.result)

    def make(self, unit: Done, out: Path) -> Made:
        if unit.facts["rows"] == 0:
            return Made(facts={"compared": 0, "cells": 0})
        area = self.journey.areas[unit.area]
        group = area.groups[unit.name]
        left_out = pl.read_parquet(unit.file(".findings.parquet"))
        options = LoadOptions(secret=self.journey.secret_items, department=area.department)
        settings = _only_loaded(settings_for(self.journey, self.received, area), self.units["load"])
        frame = self.units["convert"][area.id, group.id].file(".parquet")
        with opened(self.journey.database_url) as engine:
            verified = verify_group(group, frame, engine, left_out, options)
            checked = check_database(group, area.code_lists, rules_of(area, group), engine, settings)
        before = pl.read_parquet(self.units["validate"][area.id, group.id].file(".findings.parquet"))
        unlike = _disagreements(before, checked, left_out, area.department)
        pl.concat([verified.findings, unlike]).write_parquet(out / f"{group.id}.findings.parquet")
        verified.differences.write_parquet(out / f"{group.id}.differences.parquet")
        checked.coverage.write_parquet(out / f"{group.id}.coverage.parquet")
        return Made(facts={"compared": verified.rows, "cells": verified.cells})


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


def _check_identity(journey: Journey, received: Received, unit: Done, converted: Units) -> str:
    area = journey.areas[unit.area]
    group = area.groups[unit.name]
    rules = rules_of(area, group)
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
