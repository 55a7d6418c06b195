"""The journey, top to bottom: receive → extract → profile → convert → validate → load → verify → reconcile → report."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from mappings import loading
from mappings.area import Area
from mappings.checking import check_areas
from mappings.errors import InputError, MappingError, did_you_mean
from migration import audit
from migration.before_start import alone, check_places
from migration.closing import reconcile_step, report_step, write_record
from migration.database import opened
from migration.definitions import execution_faults
from migration.hands import peak_megabytes
from migration.journey import Journey, Received, Units
from migration.judging import read_results
from migration.loading import load_step
from migration.moji.town import with_gaiji
from migration.progress import Progress, Silent
from migration.proving import validate_step, verify_step
from migration.stages import code_version, forget_spoilt
from migration.steps import convert_step, extract_step, profile_step, receive_step
from migration.transforms import SETTINGS, TRANSFORMS
from migration.transforms.references import References
from migration.workspace import Workspace, load_areas

STAGES = ("receive", "extract", "profile", "convert", "validate", "load", "verify", "reconcile", "report")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person asked for: the run's name, areas (none = all), and the first and last stage."""

    name: str
    areas: tuple[str, ...] = ()
    first: str = STAGES[0]
    last: str = STAGES[-1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to. `errors` counts open findings of severity E; `closes` is the ledger's."""

    name: str
    complete: bool  # the run reached its books
    findings: int = 0
    errors: int = 0
    differences: int = 0
    closes: bool = False
    seconds: float = 0.0
    megabytes: int = 0
    spoilt: tuple[Path, ...] = ()  # files of an earlier start that were not as they were written: not used

    @property
    def clean(self) -> bool:
        return self.complete and self.errors == 0 and self.differences == 0 and self.closes


def run(workspace: Workspace, plan: Plan, now: Callable[[], datetime], progress: Progress | None = None) -> Outcome:
    """Do the stages of `plan` that are not done yet; ends with the same bytes however often it was killed."""
    start = time.perf_counter()
    check_plan(plan)
    journey = prepare(workspace, plan, progress or Silent())
    with alone(workspace):
        check_places(journey, STAGES.index(plan.last) >= STAGES.index("load"))
        outcome = _noted(journey, plan, now)
    return replace(outcome, seconds=time.perf_counter() - start, megabytes=peak_megabytes())


def _noted(journey: Journey, plan: Plan, now: Callable[[], datetime]) -> Outcome:
    workspace = journey.workspace
    _start_again_from(journey, plan)
    spoilt = tuple(forget_spoilt(journey.stages))
    detail = {"run": plan.name, "code": code_version()[:16], "spoilt": [path.name for path in spoilt]}
    audit.note(workspace.root, "run", detail, now(), workspace.include_secret)
    outcome = _travel(journey, STAGES[: STAGES.index(plan.last) + 1], now)
    journey.progress.done()
    return replace(outcome, spoilt=spoilt)


def prepare(workspace: Workspace, plan: Plan, progress: Progress) -> Journey:
    """Areas, maps and settings read and found sound; a MappingError or InputError otherwise, before any work."""
    known = load_areas(workspace)
    chosen = load_areas(workspace, plan.areas) if plan.areas else known
    secret = loading.secret_items(workspace.mapping_folders)
    parameters = tuple(loading.parameters(workspace.mapping_folders))
    _check_vendors(workspace, known)
    names = {parameter.name for parameter in parameters}
    faults = check_areas(known, set(TRANSFORMS), secret, names, only=set(chosen))
    faults += execution_faults(chosen.values())
    references = References(workspace.references, workspace.root)
    faults += references.faults("ikou.toml", SETTINGS.values())
    if faults:
        raise MappingError(list(dict.fromkeys(faults)))
    known, chosen = (with_gaiji(workspace, areas, references) for areas in (known, chosen))
    return Journey(workspace, plan.name, chosen, parameters, secret, progress, known, references)


def newest_run(workspace: Workspace) -> str:
    """The name of the last run, '' when there is none; names sort as R1, R2 … R10."""
    runs = [path for path in (workspace.root / "runs").glob("*") if path.is_dir() and not path.name.startswith(".")]
    return max(runs, key=lambda path: (len(path.name), path.name)).name if runs else ""


def check_plan(plan: Plan) -> None:
    """An InputError for a stage or a name that cannot be."""
    for stage in (plan.first, plan.last):
        if stage not in STAGES:
            raise InputError(f"工程「{stage}」はありません。{did_you_mean(stage, STAGES)}")
    if STAGES.index(plan.first) > STAGES.index(plan.last):
        raise InputError(f"--from {plan.first} は --to {plan.last} より後の工程です。順を入れ替えてください。")
    if not plan.name or plan.name.startswith(".") or set(plan.name) & set('/\\:*?"<>|'):
        raise InputError(
            f"リハーサル名「{plan.name}」は使えません。フォルダの名前になる文字で、例えば R1 としてください。"
        )


def _travel(journey: Journey, wanted: tuple[str, ...], now: Callable[[], datetime]) -> Outcome:
    """The stages in order, up to the last one wanted."""
    received = receive_step(journey)
    units: dict[str, Units] = {}
    steps: dict[str, Callable[[], Units]] = {
        "extract": lambda: extract_step(journey, received),
        "profile": lambda: profile_step(journey, units["extract"]),
        "convert": lambda: convert_step(journey, received, units["extract"], units["profile"]),
        "validate": lambda: validate_step(journey, received, units["convert"]),
    }
    for stage, step in steps.items():
        if stage not in wanted:
            return _unfinished(journey, units)
        units[stage] = step()
    if "load" not in wanted:
        return _unfinished(journey, units)
    return _prove(journey, received, units, wanted, now)


def _prove(
    journey: Journey, received: Received, units: dict[str, Units], wanted: tuple[str, ...], now: Callable[[], datetime]
) -> Outcome:
    with opened(journey.database_url) as engine:
        units["load"] = load_step(journey, units["convert"], engine)
    if "verify" not in wanted:
        return _unfinished(journey, units)
    units["verify"] = verify_step(journey, received, units)
    if "reconcile" not in wanted:
        return _unfinished(journey, units)
    with opened(journey.database_url) as engine:
        books = reconcile_step(journey, received, units, engine)
    outcome = _outcome(journey)
    if "report" in wanted:
        report_step(journey, units, now())
    write_record(journey, units, books)
    return outcome


def _unfinished(journey: Journey, units: dict[str, Units]) -> Outcome:
    write_record(journey, units, None)
    return Outcome(journey.name, complete=False)


def _outcome(journey: Journey) -> Outcome:
    results = read_results(journey.workspace, journey.name)
    open_errors = results.findings.filter((pl.col("severity") == "E") & ~pl.col("settled")).height
    return Outcome(
        name=journey.name,
        complete=True,
        findings=results.findings.height,
        errors=open_errors,
        differences=results.differences.height,
        closes=bool(results.ledger["closes"].all()) and results.ledger.height > 0,
    )


def _start_again_from(journey: Journey, plan: Plan) -> None:
    """`--from S`: what S and the later stages had done is done again."""
    if plan.first == STAGES[0]:
        return
    for stage in STAGES[STAGES.index(plan.first) :]:
        for record in (journey.stages / stage).rglob("*.done.json"):
            if stage == "reconcile" or not plan.areas or record.parent.name in plan.areas:
                record.unlink()


def _check_vendors(workspace: Workspace, areas: dict[str, Area]) -> None:
    for name, area in areas.items():
        vendor = workspace.areas[name].vendor
        if vendor not in area.sources:
            advice = did_you_mean(vendor, area.sources)
            raise InputError(f"ikou.toml [areas.{name}] vendor: 「{vendor}」の書式がありません。{advice}")
