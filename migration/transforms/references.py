"""What a town gives its transforms: the settings of `[references]` in ikou.toml, and the tables they name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from mappings.errors import Fault, did_you_mean, shown_path

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of `[references]`. `file`: the value is a path, relative to the workspace."""

    name: str
    manual: str
    file: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""


class References:
    """Settings by name, and what was read from their files, each once. The same for every unit of a run."""

    def __init__(self, settings: Mapping[str, str] | None = None, root: Path | None = None) -> None:
        self._settings = dict(settings or {})
        self._root = root or Path()
        self._made: dict[tuple[Callable[..., Any], Path], Any] = {}

    def text(self, setting: Setting) -> str:
        """The value of a setting, its default when the town says nothing."""
        return self._settings.get(setting.name) or setting.default

    def table(self, setting: Setting, read: Callable[[Path], T]) -> T | None:
        """What `read` makes of the file of a setting, read once; None when the town names no file."""
        path = self._path(setting)
        if path is None:
            return None
        if (read, path) not in self._made:
            self._made[read, path] = read(path)
        return cast(T, self._made[read, path])

    def made(self, make: Callable[[References], T]) -> T:
        """What `make` makes of these references, made once: shared by all transforms that ask for it."""
        if (make, Path()) not in self._made:
            self._made[make, Path()] = make(self)
        return cast(T, self._made[make, Path()])

    def identity(self, settings: Iterable[Setting]) -> str:
        """Settings and the contents of their files as text: what a unit that uses them depends on."""
        parts = []
        for setting in sorted(set(settings), key=lambda one: one.name):
            path = self._path(setting)
            value = self.text(setting) if path is None else self._digest(path)
            parts.append(f"{setting.name}={value!r}")
        return ",".join(parts)

    def faults(self, file: str, known: Iterable[Setting]) -> list[Fault]:
        """What is wrong with the settings: unknown names, values that are no choice, files that are not there."""
        by_name = {setting.name: setting for setting in known}
        found = []
        for name, value in self._settings.items():
            setting = by_name.get(name)
            place = f"[references] {name}"
            if setting is None:
                found.append(Fault(file, place, "知らない項目です", did_you_mean(name, by_name)))
            elif setting.choices and value not in setting.choices:
                advice = did_you_mean(value, setting.choices)
                found.append(Fault(file, place, f"「{value}」は使えません（{'、'.join(setting.choices)}）", advice))
            elif setting.file and not self._root.joinpath(value).is_file():
                missing = f"ファイル {shown_path(self._root / value)} がありません"
                found.append(Fault(file, place, missing, setting.manual))
        return found

    def _path(self, setting: Setting) -> Path | None:
        value = self.text(setting)
        return self._root / value if setting.file and value else None

    def _digest(self, path: Path) -> str:
        if (_sha256, path) not in self._made:
            self._made[_sha256, path] = _sha256(path)
        return cast(str, self._made[_sha256, path])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
