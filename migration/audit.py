"""audit.jsonl: who did what, when, on which hashes; hash-chained, no personal data."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from migration.chain import append, read_chain


def audit_file(root: Path) -> Path:
    return root / "audit.jsonl"


def note(root: Path, action: str, detail: Mapping[str, object], now: datetime, secret: bool = False) -> None:
    """Add one line: operator, machine, time, action, its hashes, and whether 個人番号 was read."""
    entry = {
        "at": now.isoformat(timespec="seconds"),
        "operator": operator(),
        "machine": socket.gethostname(),
        "action": action,
        "individual_number": secret,
        **detail,
    }
    append(audit_file(root), [entry])


def operator() -> str:
    """The name this person is logged in with; '不明' when the machine does not say."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "不明"


def read_audit(root: Path) -> list[dict[str, object]]:
    return read_chain(audit_file(root))
