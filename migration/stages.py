"""Units of work that are done once: identity of the inputs → files, resumable after a kill at any point.

A unit writes into a temporary folder; its files are then moved into place and a `.done.json` written last. A unit whose
`.done.json` carries the same identity, and whose files are all there, is not done again. That the files are still as
they were written is looked at once, when a run begins (`forget_spoilt`).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mappings import loading
from migration.memory import give_back
from reports.ledger import LedgerRow

BOOKS = Path("reconcile", "books.done.json")
PACKAGES = ("migration", "reports", "validators", "mappings")
TABLES = (".parquet", ".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class Made:
    """What the work of a unit says about itself, besides the files it wrote."""

    ledger: tuple[LedgerRow, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)  # small JSON values
    beside: tuple[Path, ...] = ()  # files it wrote elsewhere in the workspace


@dataclass(frozen=True, slots=True)
class Done:
    """A finished unit: its identity, its files (relative to `folder`) with their SHA-256, its ledger rows and facts."""

    stage: str
    area: str
    name: str
    identity: str
    files: Mapping[str, str]
    ledger: tuple[LedgerRow, ...]
    facts: Mapping[str, Any]
    seconds: float
    folder: Path
    fresh: bool  # worked now, not found done

    @property
    def result(self) -> str:
        """A hash of everything this unit made."""
        files = (f"{name}={digest}" for name, digest in sorted(self.files.items()))
        return identity_of("result", *files, json.dumps(self.facts, sort_keys=True))

    @property
    def record(self) -> Path:
        return self.folder / f"{self.name}.done.json"

    def file(self, ending: str) -> Path:
        return self.folder / f"{self.name}{ending}"


def is_done(stages: Path, stage: str, area: str, name: str, identity: str) -> bool:
    """Whether `perform` would find the unit done."""
    return _found(stages / stage / area if area else stages / stage, stage, area, name, identity) is not None


def perform(stages: Path, stage: str, area: str, name: str, identity: str, work: Callable[[Path], Made]) -> Done:
    """Do the unit unless it is done; `work` gets an empty folder and leaves its files there, named `<name>.…`."""
    folder = stages / stage / area if area else stages / stage
    found = _found(folder, stage, area, name, identity)
    if found is not None:
        return found
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / f"{name}.done.json"
    temporary = folder / f".{name}.making"
    for old in (record, stages / BOOKS):
        old.unlink(missing_ok=True)  # the books are of what was before: nobody is to judge by them any more
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    start = time.perf_counter()
    made = work(temporary)
    give_back()
    seconds = time.perf_counter() - start
    files = {path.name: file_hash(path) for path in sorted(temporary.iterdir())}
    for old in folder.glob(f"{name}.*"):
        if old.name not in files:
            old.unlink()  # made by an earlier working of this unit, and not any more
    for file in files:
        os.replace(temporary / file, folder / file)
    temporary.rmdir()
    files |= {os.path.relpath(path, folder): file_hash(path) for path in made.beside}
    facts = json.loads(json.dumps(made.facts, sort_keys=True))  # as it will be read back
    done = Done(stage, area, name, identity, files, made.ledger, facts, seconds, folder, fresh=True)
    _write_record(record, done)
    return done


def forget_spoilt(stages: Path) -> list[Path]:
    """The files of finished units that are not as they were written (or gone); their units will be done again.

    So is a unit whose record itself is no longer sound.
    """
    spoilt = []
    for record in sorted(stages.rglob("*.done.json")):
        data = read_record(record)
        files = data["files"] if data else {}
        places = {Path(os.path.normpath(record.parent / name)): digest for name, digest in files.items()}
        wrong = [path for path, digest in places.items() if not as_written(path, digest)]
        spoilt += wrong
        if wrong or data is None:
            record.unlink()
    return spoilt


def as_written(path: Path, digest: str) -> bool:
    """Whether the file is there with this SHA-256."""
    return path.is_file() and file_hash(path) == digest


def read_record(record: Path) -> dict[str, Any] | None:
    """What a `.done.json` says; None when there is none, or it is not as it was written."""
    try:
        data = json.loads(record.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(data, dict):
        return None
    seal = data.pop("seal", None)
    return data if seal == _seal(data) else None


def identity_of(*parts: str) -> str:
    """One hash for a list of texts; the list cannot be confused with another by joining."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code_version() -> str:
    """A hash of our own source files and of the tables shipped beside them: another code, another identity."""
    root = loading.shipped_folder().parent
    files = {path for package in PACKAGES for path in (root / package).rglob("*.py")}
    for folder in ("migration", "mappings/shared/code_tables"):
        files |= {path for path in (root / folder).rglob("*") if path.suffix in TABLES}
    return identity_of(*(f"{path.relative_to(root)}={file_hash(path)}" for path in sorted(files)))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.making")
    temporary.write_bytes(data)
    os.replace(temporary, path)


def ledger_rows(units: Iterable[Done]) -> list[LedgerRow]:
    return [row for unit in units for row in unit.ledger]


def _found(folder: Path, stage: str, area: str, name: str, identity: str) -> Done | None:
    data = read_record(folder / f"{name}.done.json")
    if data is None or data["identity"] != identity or not all((folder / file).is_file() for file in data["files"]):
        return None
    ledger = tuple(LedgerRow(**row) for row in data["ledger"])
    return Done(stage, area, name, identity, data["files"], ledger, data["facts"], data["seconds"], folder, fresh=False)


def _write_record(record: Path, done: Done) -> None:
    data = {
        "identity": done.identity,
        "files": dict(done.files),
        "ledger": [asdict(row) for row in done.ledger],
        "facts": dict(done.facts),
        "seconds": done.seconds,
    }
    data["seal"] = _seal(data)
    write_whole(record, json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode())


def _seal(data: Mapping[str, Any]) -> str:
    return identity_of("record", json.dumps(data, ensure_ascii=False, sort_keys=True))
