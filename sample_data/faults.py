"""Planting faults: the catalogue (faults.csv of each area), and for each line of it the planter that does it.

Record faults are laid over the tables before they are written; byte faults change written files, and the manifest is
made from what is there then; manifest and total faults come last. The truth has one row per planted fault.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from mappings.errors import Fault as FileFault
from mappings.errors import InputError, MappingError, did_you_mean, shown_path
from sample_data.areas import AREAS
from sample_data.bench import Bench
from sample_data.faults_bytes import BYTES, Clean, NoRecordLeftError
from sample_data.faults_papers import PAPERS, Papers
from sample_data.formats import Table
from sample_data.lists import read_rows

TRUTH = ("area", "fault", "table", "key", "item", "expected_rule", "department", "file", "record", "role", "related")
PLANTED, PARTNER = "仕込み", "相手"  # a partner is found under the same rule because of the planted one
RECORDS = {fault: planter for area in AREAS for fault, planter in area.planters.items()}
IN_BYTES = {**BYTES, **{fault: place for area in AREAS for fault, place in area.bytes.items()}}


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the catalogue. `also`: rules this fault cannot help setting off as well; 'AREA/RULE' elsewhere."""

    id: str
    area: str
    table: str  # standard group; the legacy table for faults found before conversion
    item: str
    layer: str
    description: str
    rule: str
    count: int
    department: str
    also: tuple[str, ...]

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The other areas in which it is seen."""
        return tuple(dict.fromkeys(rule.partition("/")[0] for rule in self.also if "/" in rule))


@dataclass(slots=True)
class Planting:
    """The faults chosen, the dice, and the truth so far."""

    faults: tuple[Fault, ...]
    rng: random.Random
    truth: list[dict[str, str]]
    taken: set[str] = field(default_factory=set)  # numbers of records with a fault: bytes are damaged elsewhere
    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)  # 'area.table' → columns of such numbers

    def note(self, fault: Fault, key: str, file: str = "", record: int = 0, role: str = PLANTED) -> None:
        """One row of the truth."""
        self.truth.append(
            {
                "area": fault.area, "fault": fault.id, "table": fault.table, "key": key, "item": fault.item,
                "expected_rule": fault.rule, "department": fault.department, "file": file,
                "record": str(record) if record else "", "role": role, "related": "",
            }
        )  # fmt: skip


def catalogue() -> tuple[Fault, ...]:
    """Every fault known, in the order they are planted."""
    here = Path(__file__).parent
    files = [here / "data" / "faults.csv", *(here / "areas" / area.id / "faults.csv" for area in AREAS)]
    return tuple(_fault(row) for file in files for row in read_rows(file))


def chosen_faults(choice: str) -> tuple[Fault, ...]:
    """'all', 'none', or the faults a file names, one id a line (# begins a comment)."""
    known = {fault.id: fault for fault in catalogue()}
    if choice in ("all", "none"):
        return tuple(known.values()) if choice == "all" else ()
    path = Path(choice)
    if not path.is_file():
        raise InputError(
            f"--faults には all か none か、誤りのidを1行に1つ書いたファイルを指定してください（{choice}）。"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"--faults の {shown_path(path)} は UTF-8 のテキストではありません。") from None
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    wrong = [
        FileFault(shown_path(path), f"{number}行", f"誤り「{line}」は目録（sample_data の faults.csv）にありません",
                  did_you_mean(line, known))
        for number, line in enumerate(lines, 1)
        if line and line not in known
    ]  # fmt: skip
    if wrong:
        raise MappingError(wrong)
    return tuple(fault for fault in known.values() if fault.id in lines)


def plant_records(
    planting: Planting, tables: Mapping[str, Mapping[str, pl.DataFrame]]
) -> dict[str, dict[str, pl.DataFrame]]:
    """The tables with all record faults in them. Rare kinds of record are served before common ones."""
    bench = Bench(AREAS, tables, planting.rng)
    for fault in planting.faults:
        if fault.id in RECORDS:
            before = len(planting.truth)
            with _enough_records(fault):
                for key in RECORDS[fault.id](bench, fault.count):
                    planting.note(fault, key)
            for key in bench.partners():
                planting.note(fault, key, role=PARTNER)
            related = _related(bench, fault)
            for row in planting.truth[before:]:
                row["related"] = related
    planting.taken |= bench.taken
    planting.ids |= bench.id_columns
    return bench.finished()


def plant_bytes(planting: Planting, table: Table, content: bytes) -> bytes:
    """The file of one table with its byte faults."""
    for fault in planting.faults:
        name, planter = IN_BYTES.get(fault.id, ("", None))
        if planter is not None and (fault.area, name) == (table.area, table.id):
            try:
                damaged = planter(content, table, Clean(planting.rng, planting.taken, planting.ids))
            except NoRecordLeftError:  # as with record faults: a small town has fewer
                continue
            content = damaged.content
            planting.note(fault, "" if damaged.record else table.file, table.file, damaged.record)
    return content


def plant_papers(planting: Planting, manifest: list[dict[str, str]], totals: list[dict[str, str]]) -> dict[str, bytes]:
    """Changes manifest and totals in place; returns the extra files to be written (path → bytes)."""
    papers = Papers(manifest, totals, {})
    for fault in planting.faults:
        if fault.id in PAPERS:
            planting.note(fault, PAPERS[fault.id](papers))
    return papers.extra


def _related(bench: Bench, fault: Fault) -> str:
    """The numbers under which other areas know the persons and things of a fault, joined by ';'."""
    numbers = bench.picked()
    found = [bench.related(numbers, area) for area in fault.elsewhere]
    return ";".join(sorted(numbers.union(*found))) if found else ""


@contextmanager
def _enough_records(fault: Fault) -> Iterator[None]:
    """A town can be too small to have the record a fault needs."""
    try:
        yield
    except (IndexError, StopIteration):
        raise InputError(
            f"住民が少なすぎて、誤り「{fault.id}」を仕込む記録がありません。"
            "--residents を増やす（1000 など）か、--seed を変えるか、--faults none（誤りなし）を付けてください。"
        ) from None


def _fault(row: Mapping[str, str]) -> Fault:
    also = tuple(row["also"].split(";")) if row["also"] else ()
    return Fault(
        row["id"], row["area"], row["table"], row["item"], row["layer"], row["description"], row["rule"],
        int(row["count"]), row["department"], also,
    )  # fmt: skip


def planted_ids() -> Sequence[str]:
    """Ids that have a planter."""
    return (*RECORDS, *IN_BYTES, *PAPERS)
