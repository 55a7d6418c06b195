"""What a run would stumble over hours later, looked at before it starts: folders, database, figures, decisions."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mappings.errors import InputError, shown_path
from migration.control_totals import stated_figures
from migration.database import open_engine
from migration.decisions import read_decisions
from migration.journey import Journey
from migration.manifest import read_manifest
from migration.standard_csv import dialect_of
from migration.workspace import Workspace


def check_places(journey: Journey, database: bool) -> None:
    """An InputError for whatever a person must put right first; nothing is written. `database`: the run will load."""
    read_manifest(journey.workspace.delivery)
    for folder in (journey.folder, journey.output, journey.reports):
        _check_folder(folder)
    dialect_of(journey.workspace.output)
    stated_figures(journey)
    read_decisions(journey.workspace.root)
    if database and journey.workspace.database:
        open_engine(journey.workspace.database).dispose()


@contextmanager
def alone(workspace: Workspace) -> Iterator[None]:
    """Held while a run goes on, so that no second one works in the same folders; let go even when killed."""
    with (workspace.root / "ikou.toml").open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"{shown_path(workspace.root)} では、別の ikou が実行中です。終わるのを待ってから実行してください。"
            ) from None
        yield


def _check_folder(folder: Path) -> None:
    """The folder, or the nearest one above it that is there, can be written to."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir():
        raise InputError(
            f"{shown_path(there)} はファイルです。ikou が書き込むフォルダの名前なので、よそへ移してください。"
        )
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(f"フォルダ {shown_path(there)} に書き込めません。書き込みの権限を確かめてください。")
