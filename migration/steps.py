"""The stages of a run, each as units that are done once (migration.stages)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from mappings.area import Area
from mappings.layout import Group
from mappings.legacy_source import CodeMap, GroupMap, LegacyTable, Source
from migration.convert import ConvertOptions, convert_group
from migration.definition_text import definition_text
from migration.extract import extract_table
from migration.journey import Journey, Received, Units
from migration.moji.inventory import ENDING, gaiji_cells, used_characters
from migration.moji.losses import LOSSES, loss_cells, loss_findings
from migration.receive import receive
from migration.stages import Done, Made, code_version, identity_of, perform
from migration.transforms import settings_of
from migration.unpacking import as_read
from reports.profile import profile_table

TITLES = {
    "receive": "受入",
    "extract": "抽出",
    "profile": "調査",
    "convert": "変換",
    "validate": "検査",
    "load": "投入",
    "verify": "読戻し照合",
    "reconcile": "帳簿",
    "report": "帳票",
}


def receive_step(journey: Journey) -> Received:
    """Manifest against files. Always looked at anew: the delivery is not ours and may have changed."""
    journey.progress.stage(TITLES["receive"], 1)
    journey.progress.unit(journey.workspace.delivery.name)
    tables, before = tuple(journey.tables_of_town()), _delivery_before(journey)
    look = partial(receive, journey.workspace.delivery, tables, journey.unpacked, left_out=journey.left_out)
    received = look(previous=before)
    if before is not None and set(before["sha256"]) == set(received.files["sha256"]):
        received = look()  # another rehearsal over the same delivery
    files = received.files
    findings = _of_departments(received.findings, journey.areas)
    as_of = journey.workspace.as_of or max((day for day in files["as_of"].to_list() if day), default="")
    parts = [json.dumps(row, default=str) for row in files.iter_rows()]
    identity = identity_of(code_version(), as_of, *parts, findings.write_json())

    def work(out: Path) -> Made:
        files.write_parquet(out / "files.parquet")
        findings.write_parquet(out / "files.findings.parquet")
        return Made(facts={"as_of": as_of, "files": files.height})

    done = perform(journey.stages, "receive", "", "files", identity, work)
    return Received(done, files, as_of)


def _of_departments(findings: pl.DataFrame, areas: Mapping[str, Area]) -> pl.DataFrame:
    """Findings that name no department are asked of the department of their area; a file of no area, of nobody."""
    of_area = pl.DataFrame(
        [(area.id, area.department) for area in areas.values()],
        schema={"area": pl.String(), "asked": pl.String()},
        orient="row",
    )
    joined = findings.join(of_area, on="area", how="left", maintain_order="left")
    given = pl.when(pl.col("department").fill_null("") == "").then("asked").otherwise("department")
    return joined.with_columns(given.fill_null("").alias("department")).select(findings.columns)


def _delivery_before(journey: Journey) -> pl.DataFrame | None:
    """The files of the newest earlier rehearsal; None for the first."""
    runs = journey.folder.parent
    names = sorted((path.name for path in runs.glob("*") if path.name != journey.name), key=lambda n: (len(n), n))
    for name in reversed(names):
        path = runs / name / "stages" / "receive" / "files.parquet"
        if path.is_file() and (len(name), name) < (len(journey.name), journey.name):
            return pl.read_parquet(path)
    return None


def extract_step(journey: Journey, received: Received) -> Units:
    """Every table of the delivery to text columns with the place of every record."""
    tables = [(area, table) for area, table in journey.tables() if _files(received, area, table).height]
    journey.progress.stage(TITLES["extract"], len(tables))
    return {(area, table.id): _extract(journey, received, area, table) for area, table in tables}


def profile_step(journey: Journey, extracted: Units) -> Units:
    """What is in the columns of the old system."""
    journey.progress.stage(TITLES["profile"], len(extracted))
    return {unit: _profile(journey, done) for unit, done in extracted.items()}


def convert_step(journey: Journey, received: Received, extracted: Units, profiled: Units) -> Units:
    """Standard frames, with every changed cell and everything that could not be changed."""
    groups = [
        (area, group)
        for area, group in journey.groups()
        if any((area.id, table) in extracted for table in journey.source(area.id).groups[group.id].tables)
    ]
    journey.progress.stage(TITLES["convert"], len(groups))
    gaiji = {place: used_characters([done.facts]) for place, done in profiled.items()}
    return {(area.id, group.id): _convert(journey, received, extracted, gaiji, group) for area, group in groups}


def _files(received: Received, area: str, table: LegacyTable) -> pl.DataFrame:
    return received.files.filter((pl.col("area") == area) & (pl.col("table") == table.id))


def _extract(journey: Journey, received: Received, area: str, table: LegacyTable) -> Done:
    journey.progress.unit(f"{area}/{table.id}")
    files = _files(received, area, table)
    secret = journey.workspace.include_secret
    digests = files.select("file_no", "path", "sha256").rows()
    identity = identity_of(
        code_version(), definition_text(table), journey.areas[area].department, repr(digests), repr(secret)
    )

    def work(out: Path) -> Made:
        made = extract_table(area, as_read(table), files, journey.place(table), out, secret)
        _of_departments(made.findings, journey.areas).write_parquet(out / f"{table.id}.findings.parquet")
        return Made(made.ledger, {"rows": made.rows})

    return perform(journey.stages, "extract", area, table.id, identity, work)


def _profile(journey: Journey, extracted: Done) -> Done:
    area, name = extracted.area, extracted.name
    journey.progress.unit(f"{area}/{name}")
    source = journey.source(area)
    codes = code_maps_by_column(source, name)
    secret = [column.name for column in source.tables[name].columns if column.secret]
    definition = definition_text([source.tables[name], codes])
    read = sorted(columns_read(source, name))
    identity = identity_of(
        code_version(), extracted.result, definition, repr((secret, read)), journey.areas[area].department
    )

    def work(out: Path) -> Made:
        frame = pl.scan_parquet(extracted.file(".parquet"))
        profile = profile_table(frame, source.tables[name], codes, secret)
        profile.write_parquet(out / f"{name}.parquet")
        cells = gaiji_cells(frame, profile.filter(pl.col("gaiji") > 0)["column"].to_list())
        cells.write_parquet(out / f"{name}{ENDING}")
        losses = loss_cells(frame, profile)
        losses.write_parquet(out / f"{name}{LOSSES}")
        findings = loss_findings(area, name, losses, read)
        _of_departments(findings, journey.areas).write_parquet(out / f"{name}.findings.parquet")
        return Made(facts={"gaiji": cells["code"].unique().sort().to_list()})

    return perform(journey.stages, "profile", area, name, identity, work)


def code_maps_by_column(source: Source, table: str) -> dict[str, CodeMap]:
    """Legacy column → the code map that reads it, for one table (directly, through a look-up, or through a split)."""
    found: dict[str, CodeMap] = {}
    for group in source.groups.values():
        for column in group.columns:
            for name in column.sources if column.codes else ():
                own, columns = _legacy_columns(group, name)
                if table in own:
                    found |= dict.fromkeys(columns, source.codes[column.codes])
    return found


def columns_read(source: Source, table: str) -> frozenset[str]:
    """The columns of a legacy table that some standard item is made from."""
    found: set[str] = set()
    for group in source.groups.values():
        for tables, columns in (_legacy_columns(group, name) for one in group.columns for name in one.sources):
            found |= set(columns) if table in tables else set()
    return frozenset(found)


def _legacy_columns(group: GroupMap, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(tables, columns) that a map's source name stands for."""
    alias, _, own = name.rpartition(".")
    for lookup in group.lookups:
        if lookup.alias == alias:
            return (lookup.table,), (own,)
    repeated = group.split.columns.get(name) if group.split else None
    return group.tables, repeated or (name,)


def _convert(
    journey: Journey,
    received: Received,
    extracted: Units,
    gaiji: Mapping[tuple[str, str], frozenset[str]],
    group: Group,
) -> Done:
    area = journey.areas[group.area]
    journey.progress.unit(f"{area.id}/{group.id}")
    source = journey.source(area.id)
    used = [name for name in _tables_of(source.groups[group.id]) if (area.id, name) in extracted]
    legacy = {name: extracted[area.id, name].file(".parquet") for name in used}
    options = ConvertOptions(
        as_of=received.as_of,
        parameters=journey.parameters,
        references=journey.references,
        secret_items=journey.secret_items,
        secret=journey.workspace.include_secret,
    )
    identity = identity_of(
        code_version(),
        definition_text(group),
        definition_text(source.groups[group.id]),
        definition_text([source.codes[c.codes] for c in source.groups[group.id].columns if c.codes]),
        _characters_text(source, [gaiji[area.id, name] for name in used]),
        journey.references.identity(settings_of(source.groups[group.id])),
        definition_text([source.tables[name] for name in used]),
        area.department,
        settings_text(journey, received),
        *(f"{name}={extracted[area.id, name].result}" for name in used),
    )

    def work(out: Path) -> Made:
        made = convert_group(area, source, group.id, legacy, out, options)
        return Made(made.ledger, {"rows": made.rows, "blocked": made.blocked_codes})

    return perform(journey.stages, "convert", area.id, group.id, identity, work)


def _characters_text(source: Source, used: Sequence[frozenset[str]]) -> str:
    """What the gaiji that occur in the tables become: a decision redoes only groups that hold the character."""
    met = frozenset[str]().union(*used)
    return definition_text({sign: text for sign, text in source.gaiji.characters.items() if sign in met})


def _tables_of(group: GroupMap) -> Sequence[str]:
    return list(dict.fromkeys([*group.tables, *(lookup.table for lookup in group.lookups)]))


Opener = Callable[[str, str], pl.LazyFrame | None]


def frames_of(converted: Units) -> Opener:
    """Standard frames by area and group, for rules that look beyond their own group; None: not in this run."""

    def open_frame(area: str, group: str) -> pl.LazyFrame | None:
        done = converted.get((area, group))
        return None if done is None else pl.scan_parquet(done.file(".parquet"))

    return open_frame


def settings_text(journey: Journey, received: Received) -> str:
    """What a unit depends on besides data and maps, as text that is the same in every process."""
    return repr((received.as_of, sorted(journey.secret_items), journey.workspace.include_secret, journey.parameters))
