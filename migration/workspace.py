"""The workspace: one municipality's folder and its `ikou.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from mappings import loading
from mappings.area import Area
from mappings.definition_files import toml_reason
from mappings.errors import Fault, InputError, MappingError, did_you_mean, shown_path
from mappings.roles import in_role

ROLES = {"owner": "実施主体", "relay": "経由", "window": "窓口", "none": "対象外"}
SECTIONS = ("municipality", "delivery", "run", "database", "areas", "layouts", "output", "references", "figures")
KEYS = {
    "municipality": ("code", "name"),
    "delivery": ("path",),
    "run": ("as_of", "include_secret"),
    "database": ("url",),
    "figures": ("area", "total", "by", "value", "source"),
}


@dataclass(frozen=True, slots=True)
class AreaSetting:
    """What one area is for this town: its role, the legacy vendor, and the reason when it is none of ours."""

    role: str
    vendor: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure a department typed in, to be met by a control total."""

    area: str
    total: str
    by: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything `ikou.toml` says, with paths made absolute."""

    root: Path
    code: str
    name: str
    delivery: Path
    as_of: str = ""  # '' = the newest as-of date of the delivery
    include_secret: bool = False
    database: str = ""  # '' = SQLite in the run's folder
    areas: Mapping[str, AreaSetting] = field(default_factory=dict)
    layouts: Mapping[str, str] = field(default_factory=dict)
    output: Mapping[str, Any] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)  # settings of transforms

    @property
    def mapping_folders(self) -> tuple[Path, ...]:
        own = self.root / "mappings"
        return (loading.shipped_folder(), own) if own.is_dir() else (loading.shipped_folder(),)

    def run_folder(self, name: str) -> Path:
        return self.root / "runs" / name

    def moves(self, area: str) -> bool:
        """Whether an area has data to move here."""
        return area in self.areas and self.areas[area].role != "none"

    def active(self) -> tuple[str, ...]:
        """Areas with data to move: every role but `none`."""
        return tuple(area for area, setting in self.areas.items() if setting.role != "none")


def open_workspace(start: Path | None = None) -> Workspace:
    """The workspace at or above `start` (default: the working folder); an InputError when there is none."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "ikou.toml").is_file():
            return read_settings(folder / "ikou.toml")
    raise InputError(
        f"{shown_path(here)} は ikou の作業領域ではありません（ikou.toml がありません）。"
        "作業領域のフォルダへ移るか、--workspace で場所を示すか、"
        "`ikou init フォルダ --municipality コード` で作ってください。"
    )


def read_settings(path: Path) -> Workspace:
    """`ikou.toml` as a Workspace; every fault at once."""
    data = _toml(path)
    reader = _Settings(path, data)
    workspace = reader.workspace()
    if reader.faults:
        raise MappingError(list(dict.fromkeys(reader.faults)))
    return workspace


def load_areas(workspace: Workspace, only: Iterable[str] = ()) -> dict[str, Area]:
    """The active areas in their order, each with the vendor chosen for it; the faults of every file at once."""
    chosen = tuple(only) or workspace.active()
    unknown = [name for name in chosen if name not in workspace.areas]
    if unknown:
        advice = did_you_mean(unknown[0], workspace.areas)
        raise InputError(f"業務「{'、'.join(unknown)}」は ikou.toml の [areas] にありません。{advice}")
    vendors = {name: setting.vendor for name, setting in workspace.areas.items()}
    areas = loading.load_areas(workspace.mapping_folders, chosen, workspace.layouts, vendors)
    return {name: in_role(area, workspace.areas[name].role) for name, area in areas.items()}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        line = f"{error.object[: error.start].count(10) + 1}行"
        fault = Fault(shown_path(path), line, "文字コードが UTF-8 ではありません", "UTF-8 で保存し直してください")
        raise MappingError([fault]) from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError([Fault(shown_path(path), *toml_reason(error))]) from None


class _Settings:
    """Reads the sections of one ikou.toml, collecting faults."""

    def __init__(self, path: Path, data: dict[str, Any]) -> None:
        self.path, self.data, self.faults = path, data, list[Fault]()
        for name in data:
            if name not in SECTIONS:
                self.fault(f"[{name}]", "知らない見出しです", did_you_mean(name, SECTIONS))
        for section, keys in KEYS.items():
            if section != "figures":
                self.unknown(f"[{section}]", self.table(section), keys)

    def unknown(self, place: str, found: Iterable[str], known: Iterable[str]) -> None:
        for key in sorted(set(found) - set(known)):
            self.fault(f"{place} {key}", "知らない項目です", did_you_mean(key, known))

    def fault(self, place: str, problem: str, advice: str = "") -> None:
        self.faults.append(Fault(shown_path(self.path), place, problem, advice))

    def text(self, section: str, key: str, default: str | None = None) -> str:
        value = self.table(section).get(key, default)
        if isinstance(value, date):
            value = value.isoformat()
        if not isinstance(value, str):
            self.fault(f"[{section}] {key}", "文字列で書いてください" if value is not None else "ありません", '例: "…"')
            return ""
        return value

    def table(self, section: str) -> dict[str, Any]:
        value = self.data.get(section, {})
        if not isinstance(value, dict):
            self.fault(f"[{section}]", "見出しとして書いてください")
            return {}
        return value

    def workspace(self) -> Workspace:
        root = self.path.parent.resolve()
        code = self.text("municipality", "code")
        if code and not (len(code) == 6 and code.isascii() and code.isdigit()):
            self.fault("[municipality] code", f"「{code}」は全国地方公共団体コード（数字6桁）ではありません")
        as_of = self.text("run", "as_of", "")
        if as_of and not _is_date(as_of):
            self.fault("[run] as_of", f"「{as_of}」は日付ではありません", "YYYY-MM-DD で書いてください")
        secret = self.table("run").get("include_secret", False)
        if not isinstance(secret, bool):
            self.fault("[run] include_secret", "true か false で書いてください")
        return Workspace(
            root=root,
            code=code,
            name=self.text("municipality", "name"),
            delivery=root / self.text("delivery", "path", "delivery"),
            as_of=as_of,
            include_secret=secret is True,
            database=self.text("database", "url", ""),
            areas=self.areas(),
            layouts={str(area): str(version) for area, version in self.table("layouts").items()},
            output=self.table("output"),
            figures=tuple(self.figures()),
            references={name: self.text("references", name) for name in self.table("references")},
        )

    def areas(self) -> dict[str, AreaSetting]:
        settings = {}
        for name, value in self.table("areas").items():
            place = f"[areas.{name}]"
            value = value if isinstance(value, dict) else {}
            self.unknown(place, value, ("role", "vendor", "reason"))
            setting = AreaSetting(*(str(value.get(key, "")) for key in ("role", "vendor", "reason")))
            if setting.role not in ROLES:
                self.fault(f"{place} role", f"「{setting.role}」は使えません", did_you_mean(setting.role, ROLES))
            elif setting.role == "none" and not setting.reason:
                self.fault(f"{place} reason", "対象外とする理由がありません", "移行計画書に載せる根拠を書いてください")
            elif setting.role != "none" and not setting.vendor:
                self.fault(f"{place} vendor", "現行システムの書式（vendor）がありません")
            settings[name] = setting
        if not settings:
            self.fault("[areas]", "業務が1つもありません", '例: [areas.jumin] role = "owner" vendor = "…"')
        return settings

    def figures(self) -> Iterable[Figure]:
        rows = self.data.get("figures", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.fault("[[figures]]", "[[figures]] として1件ずつ書いてください")
            rows = []
        for number, row in enumerate(rows, start=1):
            missing = [key for key in ("area", "total", "value") if not str(row.get(key, ""))]
            if missing:
                self.fault(f"[[figures]] {number}件目", f"{'、'.join(missing)} がありません")
            self.unknown(f"[[figures]] {number}件目", row, KEYS["figures"])
            yield Figure(*(str(row.get(key, "")) for key in KEYS["figures"]))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
