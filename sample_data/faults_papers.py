"""Faults in the papers that come with the files (manifest, totals). A planter gives the key as the finding shows it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Rows = list[dict[str, str]]
_NOTE = "現行ベンダーからの連絡です。\r\n".encode("cp932")


@dataclass(slots=True)
class Papers:
    """Manifest and totals, to be changed in place; `extra` are files that should not be there (path → bytes)."""

    manifest: Rows
    totals: Rows
    extra: dict[str, bytes]


PaperPlanter: TypeAlias = Callable[[Papers], str]


def _declare(table: str, column: str, change: Callable[[str], str]) -> PaperPlanter:
    def plant(papers: Papers) -> str:
        row = next(row for row in papers.manifest if row["table"] == table)
        row[column] = change(row[column])
        return row["file"]

    return plant


def _missing_file(papers: Papers) -> str:
    papers.manifest.append({**papers.manifest[0], "file": "jumin/juki_furoku.csv", "records": "12"})
    return "jumin/juki_furoku.csv"


def _unlisted_file(papers: Papers) -> str:
    papers.extra["jumin/renraku.txt"] = _NOTE
    return "jumin/renraku.txt"


def _same_file_twice(papers: Papers) -> str:
    papers.extra["jumin/renraku_a.txt"] = papers.extra["jumin/renraku_b.txt"] = _NOTE + _NOTE
    return "jumin/renraku_b.txt"


def _unknown_table(papers: Papers) -> str:
    content = '"番号"\r\n"1"\r\n'.encode("cp932")
    papers.extra["jumin/furoku.csv"] = content
    papers.manifest.append({**papers.manifest[0], "file": "jumin/furoku.csv", "table": "furoku", "records": "1",
                            "bytes": str(len(content)), "sha256": hashlib.sha256(content).hexdigest()})  # fmt: skip
    return "jumin/furoku.csv"


def _total(area: str, total: str, change: Callable[[str], str], *, name: str = "") -> PaperPlanter:
    """Changes a stated figure, or states it under a name nobody knows."""

    def plant(papers: Papers) -> str:
        row = next(row for row in papers.totals if (row["area"], row["total"], row["by"]) == (area, total, ""))
        if name:
            papers.totals.append({**row, "total": name})
            return name
        row["value"] = change(row["value"])
        return total

    return plant


def _same(text: str) -> str:
    return text


PAPERS: dict[str, PaperPlanter] = {
    "jumin-RCV-01": _missing_file,
    "jumin-RCV-02": _unlisted_file,
    "jumin-RCV-04": _same_file_twice,
    "jumin-RCV-15": _unknown_table,
    "jutogai-RCV-06": _declare("jutogai", "sha256", lambda text: text[::-1]),
    "inkan-RCV-07": _declare("inei_index", "bytes", lambda text: str(int(text) - 1)),
    "inkan-RCV-08": _declare("haishi", "records", lambda text: str(int(text) + 3)),
    "jumin-RCV-16": _declare("shien", "as_of", lambda text: ""),
    "jumin-RCV-17": _declare("tsusho", "sha256", lambda text: ""),
    "jumin-REC-02": _total("jumin", "jinko", lambda text: str(int(text) + 2)),
    "inkan-REC-03": _total("inkan", "torokushasu", _same, name="toroku_goukei"),
    "keiji-REC-04": _total("keiji", "daisu", lambda text: f"約{text}"),
}
