"""An official workbook into the town's own layouts: WORKSPACE/mappings/<area>/standard@<version>/."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mappings import loading
from mappings.errors import InputError, did_you_mean, shown_path
from mappings.layout import Group
from mappings.layout_diff import LayoutDiff, Touched, diff_codes, diff_layouts, touched
from mappings.loading import business_areas
from mappings.standard_writing import standard_groups, write_standard
from mappings.workbook import Workbook, read_workbook
from migration.definitions import town_definitions
from migration.stages import file_hash
from migration.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LayoutRequest:
    """What a person asks to import; '' = told by the workbook or its file name."""

    file: Path
    area: str = ""
    version: str = ""
    groups: Mapping[str, str] | None = None  # グループ名称 → id
    replace: bool = False


@dataclass(frozen=True, slots=True)
class LayoutImport:
    """What an import wrote and what it changes."""

    area: str
    version: str
    folder: Path
    groups: Mapping[str, Group]
    diff: LayoutDiff
    touched: tuple[Touched, ...]
    notes: tuple[str, ...]
    sha256: str  # of the workbook

    @property
    def setting(self) -> str:
        """The line of [layouts] in ikou.toml that selects it."""
        return f'{self.area} = "{self.version}"'


def import_layout(town: Workspace, request: LayoutRequest) -> LayoutImport:
    """Reads the workbook, writes the layout files (all or none) and tells what changes. Raises UserError."""
    book = read_workbook(request.file)
    area = _area(town, book, request.area)
    version = _version(request)
    folder = town.root / "mappings" / area / f"standard@{version}"
    if folder.exists() and not request.replace:
        advice = "取り込み直すなら --replace を付けるか、--version を変えてください。"
        raise InputError(f"{shown_path(folder)} は取り込み済みです。{advice}")
    known = town_definitions(town)
    before = known.load_one(area)
    groups = standard_groups(book, area, version, before.groups, request.groups)
    _write(book, folder, f"デジタル庁 {request.file.name}（公共データ利用規約PDL1.0）を加工して作成", groups)
    after = loading.load_area(area, (*town.mapping_folders[:1], town.root / "mappings"), version)
    diff = replace(diff_layouts(before.groups, after.groups), codes=diff_codes(before.code_lists, after.code_lists))
    others = [one for one in known.load().values() if one.id != area]
    return LayoutImport(
        area=area,
        version=version,
        folder=folder,
        groups=groups,
        diff=diff,
        touched=tuple(touched(diff, before, others)),
        notes=book.notes,
        sha256=file_hash(request.file),
    )


def _area(town: Workspace, book: Workbook, asked: str) -> str:
    known = business_areas(town.mapping_folders)
    told = "、".join(book.business_ids)
    if asked and asked not in known.values():
        raise InputError(f"業務「{asked}」がありません。{did_you_mean(asked, known.values())}")
    found = {known[one] for one in book.business_ids if one in known}
    if not found:
        raise InputError(
            f"業務ID {told} の業務がありません。area.toml の business_ids に業務IDがあるか確かめてください。"
        )
    if asked and found != {asked}:
        raise InputError(f"このブックは業務ID {told} のもので、業務「{asked}」のものではありません。")
    if len(found) > 1:
        advice = "業務ごとのブックを指定してください。"
        raise InputError(f"このブックには{len(found)}つの業務（業務ID {told}）があります。{advice}")
    return found.pop()


def _version(request: LayoutRequest) -> str:
    name = unicodedata.normalize("NFKC", request.file.stem)
    found = re.search(r"第([0-9]+(?:\.[0-9]+)*)版", name)
    version = request.version or (found[1] if found else "")
    if not version:
        advice = "--version 3.0 のように指定してください。"
        raise InputError(f"{request.file.name} の名前に【第x.x版】がないので版が分かりません。{advice}")
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]*", version) or ".." in version:
        raise InputError(f"版「{version}」は使えません。半角の英数字と . - _ で書いてください。")
    return version


def _write(book: Workbook, folder: Path, source: str, groups: Mapping[str, Group]) -> None:
    """Writes beside the folder first: a half-written layout never stands where a run would read it."""
    building = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(building, ignore_errors=True)
    write_standard(book, building, source, groups)
    if folder.exists():
        shutil.rmtree(folder)
    building.rename(folder)
