"""The load stage: every converted group into its table and its standard CSV file, and what each load left standing."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from mappings.layout import Group
from migration.database import shown_url
from migration.definition_text import definition_text
from migration.journey import Journey, Units
from migration.load import load_group
from migration.stages import Done, Made, code_version, identity_of, perform, write_whole
from migration.standard_csv import csv_path, dialect_of, write_standard_csv
from migration.steps import TITLES
from migration.unloadable import LoadOptions
from reports.ledger import LedgerRow
from validators.finding import raw_findings

BLOCKED_RULE = "LOD-04"


def load_step(journey: Journey, converted: Units, engine: sa.Engine) -> Units:
    """Tables and standard CSV files; a group that uses an unconfirmed code is not loaded."""
    journey.progress.stage(TITLES["load"], len(converted))
    return {unit: _load(journey, done, engine) for unit, done in converted.items()}


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
        return Made((loaded.ledger, written), {"rows": loaded.rows, "csv": path.name}, (path,))

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
    """Whether what a finished load made still stands in the database."""
    if done.fresh or not done.facts["csv"]:
        return True
    holds = _holds(journey, group)
    if not holds.is_file() or holds.read_bytes() != done.identity.encode():
        return False  # another rehearsal has loaded the same table since
    return sa.inspect(engine).has_table(group.sql_name)


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
