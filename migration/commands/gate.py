"""`ikou gate`: may we go live? Exit code 0 ready, 3 not ready."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import typer
from rich.markup import escape
from rich.table import Column, Table

from migration import audit
from migration.commands.terminal import JsonOption, RunOption, WorkspaceOption, out, print_json
from migration.judging import judge_run, read_results
from migration.run import newest_run
from migration.workspace import load_areas, open_workspace
from reports.gate import CONDITIONAL, FAIL, OPEN, PASS, ready

MARKS = {
    PASS: "[green]○ 合格[/]",
    CONDITIONAL: "[yellow]△ 条件付[/]",
    FAIL: "[red]× 不合格[/]",
    OPEN: "[yellow]－ 未了[/]",
}
NOT_READY = 3


def gate(rehearsal: RunOption = "", workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """移行判定: 本番移行を妨げているものの一覧。終了コード 0 = 移行してよい、3 = まだ移行できない。

    例: ikou gate
    """
    town = open_workspace(workspace)
    name = rehearsal or newest_run(town)
    results = read_results(town, name)
    rows = judge_run(town, load_areas(town), results)
    verdict = ready(rows)
    audit.note(town.root, "gate", {"run": name, "ready": verdict}, datetime.now())
    if json:
        print_json({"run": name, "ready": verdict, "criteria": [asdict(row) for row in rows]})
    else:
        table = Table(*(Column(title, overflow="fold") for title in ("番号", "項目", "判定", "実績", "次にすること")))
        for row in rows:
            table.add_row(row.id, row.title, MARKS[row.result], escape(row.actual), escape(row.todo))
        out.print(table, soft_wrap=False)
        blocking = [row for row in rows if row.result in (FAIL, OPEN)]
        said = "本番移行を妨げるものはありません。" if verdict else f"まだ移行できません（{len(blocking)}項目）。"
        out.print(f"リハーサル {escape(name)}: {said}")
    if not verdict:
        raise typer.Exit(NOT_READY)
