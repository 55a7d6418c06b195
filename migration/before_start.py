"""What a run would stumble over hours later, looked at before it starts: folders, database, figures, decisions."""

from __future__ import annotations

import errno
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

_ADVICE = {
    errno.ENOSPC: "ディスクの空きがありません。空きを作ってから、もう一度実行してください（続きから始まります）。",
    errno.EDQUOT: "使えるディスクの量を超えました。空きを作ってから、もう一度実行してください（続きから始まります）。",
    errno.EFBIG: "ファイルの大きさの上限を超えました。ディスクの設定を管理者に確かめてください。",
    errno.EACCES: "読み書きの権限がありません。ファイルとフォルダの権限を確かめてください。",
    errno.EPERM: "読み書きの権限がありません。ファイルとフォルダの権限を確かめてください。",
    errno.EROFS: "書き込みのできない場所です。書き込める場所に作業領域を置いてください。",
    errno.ENOTDIR: "フォルダのあるべき所にファイルがあります。ファイルをよそへ移してください。",
    errno.EISDIR: "ファイルのあるべき所にフォルダがあります。フォルダをよそへ移してください。",
    errno.ENAMETOOLONG: "ファイルやフォルダの名前が長すぎます。短い名前の場所に作業領域を置いてください。",
    errno.EMFILE: "同時に開けるファイルの数の上限に達しました。上限（ulimit -n）を上げてください。",
    errno.EIO: "ディスクの読み書きに失敗しました。ディスクが壊れていないか確かめてください。",
}


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


def told(error: Exception) -> str | None:
    """A message for a fault of the disk or of permissions, which a person can put right; None for any other.

    Polars tells of such faults in its own exceptions: "… (os error 28)", or "transport error" where a Parquet file
    could not be ended.
    """
    said = str(error)
    code = getattr(error, "errno", None) or next((number for number in _ADVICE if f"(os error {number})" in said), 0)
    if "transport error" in said:
        return (
            "ファイルを最後まで書けませんでした。"
            "ディスクの空きを確かめて、もう一度実行してください（続きから始まります）。"
        )
    if code not in _ADVICE:
        return None
    name = getattr(error, "filename", None)
    place = f"{shown_path(Path(os.fsdecode(name)))}: " if name else ""
    return f"{place}{_ADVICE[code]}"


def _check_folder(folder: Path) -> None:
    """The folder, or the nearest one above it that is there, can be written to."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir():
        raise InputError(
            f"{shown_path(there)} はファイルです。ikou が書き込むフォルダの名前なので、よそへ移してください。"
        )
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(f"フォルダ {shown_path(there)} に書き込めません。書き込みの権限を確かめてください。")
