"""The layout of a copybook as definition files: columns/<table>.csv and the table's part of source.toml."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

from mappings.legacy_source import LegacyColumn
from migration.copybook.layout import FILLER, Layout

HEADINGS = ("name", "start", "length", "kind", "digits", "decimals", "encoding", "secret", "note")


@dataclass(frozen=True, slots=True)
class Definition:
    """Texts of files: the columns, the part of source.toml, columns of REDEFINES ('' when none), ignored.csv lines."""

    columns: str
    stanza: str
    redefines: str
    ignored: str


def definition(layout: Layout, table: str, encoding: str, records: str = "") -> Definition:
    """What a person puts into the vendor's folder; FILLERs are columns too, to be looked at and then ignored."""
    return Definition(
        columns=_csv(layout.columns),
        stanza=_stanza(layout, table, encoding, records),
        redefines=_csv(layout.others) if layout.others else "",
        ignored="".join(
            f"{table},{column.name},使っていない領域（登録集の FILLER）\n"
            for column in layout.columns
            if column.name.startswith(FILLER)
        ),
    )


def _csv(columns: Sequence[LegacyColumn]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    for column in columns:
        kind = "" if column.kind == "text" else column.kind
        numbers = (column.digits or "", column.decimals or "")
        writer.writerow((column.name, column.start, column.length, kind, *numbers, "", "", column.note))
    return text.getvalue()


def _stanza(layout: Layout, table: str, encoding: str, records: str) -> str:
    lines = [
        f"[tables.{table}]",
        f"title = {json.dumps(layout.name, ensure_ascii=False)}",
        f'files = ["{table}*.dat"]  # 受渡データのフォルダーの中での場所',
        'reader = "host"',
        f'encoding = "{encoding}"  # 実物に合わせて確かめる',
        f"record_length = {layout.length}",
        f'records = "{records}"' if records else 'newline = ""  # 改行なし。改行つきなら "nl"、"lf"、"crlf"',
        "key = []  # 主キーの列",
    ]
    return "\n".join(lines) + "\n"
