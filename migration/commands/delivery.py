"""`ikou receive`: is everything here that should be?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from migration.commands.terminal import JsonOption, WorkspaceOption, out, print_json
from migration.progress import Silent
from migration.receive import receive as receive_delivery
from migration.run import Plan, prepare
from migration.workspace import open_workspace


def receive(
    delivery: Annotated[
        Path | None, typer.Argument(help="受渡データのフォルダ（省略時は ikou.toml の [delivery] path）")
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """受渡データの受入検査: 足りないもの、余分なもの、件数や文字コードの違いを、抽出の前に見つける。

    例: ikou receive delivery
    """
    town = open_workspace(workspace)
    if delivery is not None:
        town = replace(town, delivery=delivery.resolve())
    journey = prepare(town, Plan(name=""), Silent())
    with TemporaryDirectory() as unpacked:
        received = receive_delivery(town.delivery, tuple(journey.tables()), Path(unpacked))
    findings = received.findings
    if json:
        print_json({"files": received.files.to_dicts(), "findings": findings.to_dicts()})
    else:
        table = Table("重さ", "規則", "対象", "内容")
        for row in findings.iter_rows(named=True):
            place = "/".join(part for part in (row["area"], row["table"], row["key"]) if part)
            table.add_row(row["severity"], row["rule"], escape(place), escape(row["message"]))
        if findings.height:
            out.print(table)
        out.print(f"ファイル {received.files.height:,}本、指摘 {findings.height:,}件")
    if findings.filter(findings["severity"] == "E").height:
        raise typer.Exit(1)
