"""The demo's town: a workspace with a synthetic delivery in it. Killed half-way, it is made again from the start."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from mappings.errors import InputError, shown_path
from migration.progress import Progress
from migration.setting_up import draft_settings, require_empty
from migration.stages import write_whole
from sample_data import make_town
from sample_data.formats import VENDOR
from sample_data.town import TOWN_LIST

MARK = "demo.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What makes one demo's town differ from another's."""

    residents: int
    seed: int
    faults: str
    vendor: str = VENDOR


def prepare_town(folder: Path, wanted: Wanted, progress: Progress) -> None:
    """Make the workspace, or go on with the one made earlier from the same figures."""
    mark = folder / MARK
    if mark.is_file():
        if mark.read_bytes() != _said(wanted):
            raise InputError(
                f"{shown_path(folder)} には別の条件で作った見本があります。"
                "別のフォルダを指定するか、消してからやり直してください。"
            )
        return
    making = folder.with_name(f".{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    require_empty(folder)
    town = make_town(making, wanted.residents, wanted.seed, wanted.faults, progress, wanted.vendor)
    settings = draft_settings(town.code, town.name, town.as_of, town.vendors, TOWN_LIST)
    write_whole(making / "ikou.toml", settings.encode())
    write_whole(making / MARK, _said(wanted))
    if folder.is_dir():
        folder.rmdir()
    making.rename(folder)


def _said(wanted: Wanted) -> bytes:
    return json.dumps(asdict(wanted)).encode()
